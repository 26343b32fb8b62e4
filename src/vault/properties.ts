/**
 * A note's properties: `gray-matter` cuts them off, our own YAML reads them. Obsidian's rule decides what counts as
 * properties: the first line is exactly `---`, and so is the line that ends them.
 */
import matter from "gray-matter";
import { error, readYaml, warning } from "../base";
import type { Diagnostic, Span, YamlEntry } from "../base";

/** What stands between the `---` lines, read. */
export interface Properties {
  readonly entries: readonly YamlEntry[];
  /** Between the `---` lines; null when the note has no properties. */
  readonly block: Span | null;
  /** Offset of the first character of the note's body. */
  readonly body: number;
  /** False when something in the block could not be read. */
  readonly whole: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Cuts the properties off a note and reads them. Broken or foreign properties are diagnostics; nothing in them is
 * run.
 */
export function readProperties(text: string): Properties {
  const bom = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  const none: Properties = { entries: [], block: null, body: bom, whole: true, diagnostics: [] };
  if (!text.startsWith("---", bom)) return none;
  const firstEnd = lineEnd(text, bom);
  const word = text.slice(bom + 3, firstEnd).trim();
  if (word !== "") return foreign(text, bom, firstEnd, word, none);
  const from = behindBreak(text, firstEnd);
  const close = findClose(text, from);
  if (!close) {
    // Obsidian takes the line for a ruler then; say it only where properties were surely meant.
    const meant = /^[\w -]{1,40}:(\s|$)/.test(text.slice(from, from + 80));
    return meant ? { ...none, whole: false, diagnostics: [error("properties-unclosed",
      "The properties have no closing `---` line, so they are read as text.", { from: bom, to: firstEnd })] } : none;
  }
  const block = { from, to: close.from };
  const yaml = cut(text.slice(bom, close.to), text.slice(close.from, close.to)) ?? text.slice(from, close.from);
  const read = readYaml(yaml, { offset: from });
  const root = read.value?.root ?? null;
  const diagnostics = [...read.diagnostics];
  const body = behindBreak(text, close.to);
  if (root && root.kind !== "map") {
    diagnostics.push(error("properties-no-mapping", "Expected properties of the form `key: value`.", root.span));
    return { entries: [], block, body, whole: false, diagnostics };
  }
  return { entries: root?.entries ?? [], block, body, whole: read.value?.whole ?? true, diagnostics };
}

/**
 * `---js` and the like: gray-matter would hand the block to an engine of that name, and its own one for JavaScript
 * evaluates it. We never let it: the block is told and passed over.
 */
function foreign(text: string, bom: number, firstEnd: number, word: string, none: Properties): Properties {
  if (!/^[A-Za-z_][\w+.-]{0,30}$/.test(word)) return none;
  const close = findClose(text, behindBreak(text, firstEnd));
  if (!close) return none;
  return { ...none, body: behindBreak(text, close.to), whole: false, diagnostics: [warning("properties-not-yaml",
    `Properties in '${word}' are neither read nor run; only YAML between \`---\` lines is.`,
      { from: bom, to: firstEnd })] };
}

/** The line that is exactly `---` (trailing blanks allowed) at or behind `from`. */
function findClose(text: string, from: number): Span | null {
  for (let at = from; at <= text.length; ) {
    const end = lineEnd(text, at);
    if (end - at >= 3 && text.startsWith("---", at) && text.slice(at + 3, end).trim() === "") return { from: at,
      to: end };
    if (end >= text.length) return null;
    at = behindBreak(text, end);
  }
  return null;
}

/** Blank characters in a row that gray-matter is trusted with: its look for comments takes the square of them. */
const BLANK_LIMIT = 200;

function longestBlank(text: string): number {
  let longest = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    // Letters first, as they are what stands there nearly always.
    if (c > 32 && c < 127) start = i + 1;
    else if (!/\s/.test(text.charAt(i))) start = i + 1;
    else longest = Math.max(longest, i + 1 - start);
  }
  return longest;
}

/** Lets gray-matter cut `head` (first line to closing line); undefined when it is not to be trusted with it. */
function cut(head: string, closingLine: string): string | undefined {
  if (longestBlank(head) > BLANK_LIMIT) return undefined;
  let found: string | undefined;
  const engine = {
    parse(block: string): object {
      found = block;
      return {};
    },
    stringify: () => "",
  };
  // An own closing delimiter makes it stop at the very line that Obsidian takes, and not at `----` or `--- x`.
  matter({ content: readable(head + "\n") }, { engines: { yaml: engine }, language: "yaml",
    delimiters: ["---", closingLine + "\n"] });
  if (found === undefined) return undefined;
  const first = found.startsWith("\r\n") ? 2 : found.startsWith("\n") ? 1 : found.startsWith("\r") ? 1 : 0;
  return found.slice(first);
}

/**
 * gray-matter wants Node's `Buffer` for strings, which a phone has not, and takes whatever says that it is a buffer:
 * so the
 * text says so, and prints itself.
 */
function readable(text: string): string {
  const buffer = { constructor: { isBuffer: () => true }, toString: () => text };
  return buffer as unknown as string;
}

/** Offset of the line break at or behind `from`, or the text's end. */
export function lineEnd(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 10 || c === 13) return i;
  }
  return text.length;
}

/** Behind the line break at `at`. */
export function behindBreak(text: string, at: number): number {
  if (at >= text.length) return text.length;
  return text.charCodeAt(at) === 13 && text.charCodeAt(at + 1) === 10 ? at + 2 : at + 1;
}
