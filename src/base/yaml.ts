/**
 * YAML with places: the only wrapper of `js-yaml`. Values come as a tree of nodes with spans, mistakes as diagnostics,
 * and what can be read beside a mistake is kept. Nothing of a text ever becomes a plain object or runs.
 */
import {
  boolCoreTag, COLLECTION_STYLE, EVENT_ID, floatCoreTag, getScalarValue, intCoreTag, NOT_RESOLVED, nullCoreTag,
    parseEvents,
  SCALAR_STYLE, YAMLException,
} from "js-yaml";
import type { Event, ScalarEvent } from "js-yaml";
import { error, warning } from "./diagnostic";
import type { Checked, Diagnostic } from "./diagnostic";
import type { Span } from "./span";
import { readBlockYaml } from "./yaml-block";
import type { YamlEntry, YamlNode, YamlValue } from "./yaml-node";

export type { YamlEntry, YamlNode, YamlValue } from "./yaml-node";

/** One document of a YAML text. */
export interface YamlDoc {
  /** Null when the document is empty. */
  readonly root: YamlNode | null;
  readonly value: YamlValue;
  /** False when something could not be read; `value` then holds the rest. */
  readonly whole: boolean;
}

export interface YamlOptions {
  /** Where `text` starts in the text that the diagnostics and spans are about; 0 by default. */
  readonly offset?: number;
  /** Whether the quick reader of simple texts may be asked first; it may by default. What comes out is the same. */
  readonly quick?: boolean;
}

/** Values that aliases may stand for in one document, counted out; beyond it an alias is null and told. */
const ALIAS_LIMIT = 100_000;
/** Collections may nest as deep as this. */
const DEPTH_LIMIT = 100;

/** Reads the first document of a YAML text; a second one is told as a warning. Never throws. */
export function readYaml(text: string, options: YamlOptions = {}): Checked<YamlDoc> {
  const { value: docs, diagnostics } = readYamlDocuments(text, options);
  const first = docs?.[0] ?? { root: null, value: null, whole: true };
  const second = docs?.[1];
  if (!second) return { value: first, diagnostics };
  const at = second.root?.span ?? { from: options.offset ?? 0, to: options.offset ?? 0 };
  return { value: first, diagnostics: [...diagnostics, warning("yaml-second-document",
    "A second document behind `---` is not read.", at)] };
}

/** Reads every document of a YAML text (`---` between them). Never throws. */
export function readYamlDocuments(text: string, options: YamlOptions = {}): Checked<readonly YamlDoc[]> {
  const offset = options.offset ?? 0;
  const simple = options.quick === false ? undefined : readBlockYaml(text, offset, resolveCore);
  if (simple) return { value: [{ root: simple, value: simple.value, whole: true }], diagnostics: [] };
  const problems: Diagnostic[] = [];
  const parsed = eventsOf(text);
  if (parsed.events) {
    const builder = new Builder(text, offset, problems, new Map());
    const roots = builder.build(parsed.events);
    return { value: roots.map((root) => ({ root, value: root?.value ?? null, whole: builder.whole })),
      diagnostics: problems };
  }
  return { value: [readInPieces(text, offset, problems, parsed.reason, parsed.at)], diagnostics: problems };
}

type Parsed = { readonly events: Event[] } | { readonly events: null; readonly reason: string; readonly at: number };

function eventsOf(text: string): Parsed {
  try {
    return { events: parseEvents(text, { maxDepth: DEPTH_LIMIT }) };
  } catch (thrown) {
    if (thrown instanceof YAMLException) {
      return { events: null, reason: thrown.reason, at: Math.min(thrown.mark?.position ?? 0, text.length) };
    }
    return { events: null, reason: thrown instanceof Error ? thrown.message : String(thrown), at: 0 };
  }
}

/**
 * The way out for broken YAML: the text is cut at lines that start a key in the first column, and each piece is read
 * alone, so that one bad property does not take its neighbours along.
 */
function readInPieces(text: string, offset: number, problems: Diagnostic[], reason: string, at: number): YamlDoc {
  const pieces = cutAtKeys(text);
  const entries: YamlEntry[] = [];
  const anchors = new Map<string, Anchored>();
  let told = false;
  for (const piece of pieces) {
    const source = text.slice(piece.from, piece.to);
    const parsed = eventsOf(source);
    if (parsed.events) {
      const root = new Builder(source, offset + piece.from, problems, anchors).build(parsed.events)[0];
      if (root?.kind === "map") entries.push(...root.entries);
      else if (root) {
        told = true;
        problems.push(error("yaml-unreadable", "Expected `key: value`.", root.span));
      }
      continue;
    }
    told = true;
    const found = keyOf(source);
    const place = offset + piece.from + parsed.at;
    if (!found) {
      problems.push(error("yaml-unreadable", `This could not be read: ${parsed.reason}.`, { from: place, to: place }));
      continue;
    }
    const node = rawNode(source, found.behind, offset + piece.from);
    entries.push({ key: found.key, keySpan: { from: offset + piece.from, to: offset + piece.from + found.to }, node });
    const line = typeof node.value === "string" && !node.value.includes("\n");
    problems.push(error("yaml-unreadable",
      `Property '${found.key}' could not be read: ${parsed.reason}. Its text is kept as it is.`,
      { from: place, to: place },
      line ? { fix: { title: "Put the value in quotes",
        edits: [{ span: node.span, insert: quote(String(node.value)) }] } } : {}));
  }
  if (!told) problems.push(error("yaml-unreadable", `This could not be read: ${reason}.`,
    { from: offset + at, to: offset + at }));
  if (pieces.length === 0) return { root: null, value: null, whole: false };
  const unique = withoutRepeats(entries, problems);
  const first = pieces[0]?.from ?? 0;
  const root: YamlNode = {
    kind: "map", flow: false, entries: unique, span: { from: offset + first, to: offset + text.length },
    value: new Map(unique.map((e) => [e.key, e.node.value])),
  };
  return { root, value: root.value, whole: false };
}

/** Spans of the pieces that begin with a key in the first column; what stands before the first key is a piece, too. */
function cutAtKeys(text: string): Span[] {
  const starts: number[] = [];
  let from = 0;
  let anything = false;
  while (from < text.length) {
    const to = lineEnd(text, from);
    const blank = text.slice(from, to).trim() === "";
    if (!blank && (keyOf(text.slice(from, to)) || (!anything && text[from] !== "#"))) starts.push(from);
    anything ||= !blank && text[from] !== "#";
    from = behindBreak(text, to);
  }
  return starts.map((start, i) => ({ from: start, to: starts[i + 1] ?? text.length }));
}

/** The key that a line in the first column starts with, as far as a simple look can tell. */
function keyOf(line: string): { key: string; to: number; behind: number } | undefined {
  const first = line[0];
  if (first === undefined || /[\s#\-[\]{},?&*!|>%@`]/.test(first)) return undefined;
  let to = 0;
  if (first === '"' || first === "'") {
    to = line.indexOf(first, 1) + 1;
    if (to === 0 || line[to] !== ":") return undefined;
  } else {
    for (to = line.indexOf(":"); to >= 0; to = line.indexOf(":", to + 1)) {
      const next = line[to + 1];
      if (next === undefined || next === " " || next === "\t" || next === "\n" || next === "\r") break;
    }
    const end = lineEnd(line, 0);
    if (to < 0 || to > end) return undefined;
  }
  const key = first === '"' || first === "'" ? line.slice(1, to - 1) : line.slice(0, to).trimEnd();
  return { key, to: first === '"' || first === "'" ? to : key.length, behind: to + 1 };
}

/** A value that could not be read, as the text that stands there. */
function rawNode(source: string, from: number, offset: number): YamlNode {
  let start = from;
  while (start < source.length && (source[start] === " " || source[start] === "\t")) start++;
  const text = source.slice(start).trimEnd();
  return { kind: "scalar", style: "plain", text, value: text === "" ? null : text, span: { from: offset + start,
    to: offset + start + text.length } };
}

interface Anchored {
  readonly node: YamlNode;
  /** Values in it, aliases counted out. */
  readonly size: number;
}

interface Open {
  readonly kind: "list" | "map" | "document";
  readonly start: number;
  readonly flow: boolean;
  readonly anchor: string;
  readonly items: YamlNode[];
  readonly entries: YamlEntry[];
  /** The key that waits for its value. */
  key: YamlNode | null;
  size: number;
  end: number;
}

/** Builds nodes from the parser's events, with a stack of its own. */
class Builder {
  whole = true;
  private readonly open: Open[] = [];
  private readonly roots: (YamlNode | null)[] = [];
  private counted = 0;
  /** Where the last event ended: a missing value stands there. */
  private last = 0;

  constructor(
    private readonly source: string,
    private readonly offset: number,
    private readonly problems: Diagnostic[],
    private readonly anchors: Map<string, Anchored>,
  ) {}

  build(events: readonly Event[]): (YamlNode | null)[] {
    for (const event of events) {
      switch (event.type) {
        case EVENT_ID.DOCUMENT:
          this.push("document", this.last, false, "");
          break;
        case EVENT_ID.SEQUENCE:
          this.push("list", event.start, event.style === COLLECTION_STYLE.FLOW, this.text(event.anchorStart,
            event.anchorEnd));
          break;
        case EVENT_ID.MAPPING:
          this.push("map", event.start, event.style === COLLECTION_STYLE.FLOW, this.text(event.anchorStart,
            event.anchorEnd));
          break;
        case EVENT_ID.SCALAR:
          this.add(this.scalar(event), 1, this.text(event.anchorStart, event.anchorEnd));
          break;
        case EVENT_ID.ALIAS:
          this.alias(event.anchorStart, event.anchorEnd);
          break;
        case EVENT_ID.POP:
          this.pop();
          break;
      }
    }
    return this.roots;
  }

  private push(kind: Open["kind"], start: number, flow: boolean, anchor: string): void {
    this.last = start + (flow ? 1 : 0);
    this.open.push({ kind, start, flow, anchor, items: [], entries: [], key: null, size: 1, end: this.last });
  }

  private pop(): void {
    const top = this.open.pop();
    if (!top) return;
    if (top.kind === "document") {
      this.roots.push(top.items[0] ?? null);
      return;
    }
    const end = top.flow ? behindBracket(this.source, top.end) : top.end;
    this.last = end;
    const span = { from: this.offset + top.start, to: this.offset + end };
    if (top.kind === "list") {
      this.add({ kind: "list", flow: top.flow, items: top.items, span, value: top.items.map((i) => i.value) },
        top.size, top.anchor);
      return;
    }
    const before = this.problems.length;
    const entries = withoutRepeats(top.entries, this.problems);
    if (this.problems.length > before) this.whole = false;
    this.add({ kind: "map", flow: top.flow, entries, span,
      value: new Map(entries.map((e) => [e.key, e.node.value])) }, top.size, top.anchor);
  }

  private add(node: YamlNode, size: number, anchor: string): void {
    if (anchor !== "") this.anchors.set(anchor, { node, size });
    const parent = this.open[this.open.length - 1];
    if (!parent) return;
    parent.size += size;
    parent.end = Math.max(parent.end, node.span.to - this.offset);
    this.last = Math.max(this.last, parent.end);
    if (parent.kind !== "map") parent.items.push(node);
    else if (!parent.key) {
      parent.key = node;
    } else {
      const key = parent.key;
      const name = key.kind === "scalar" ? key.text : this.source.slice(key.span.from - this.offset,
        key.span.to - this.offset);
      parent.entries.push({ key: name, keySpan: key.span, node });
      parent.key = null;
    }
  }

  private scalar(event: ScalarEvent): YamlNode {
    if (event.valueStart < 0) {
      // A missing value stands right behind its key's colon.
      const at = this.offset + this.behindColon();
      return { kind: "scalar", style: "plain", text: "", value: event.tagStart >= 0 && this.tag(event) === "str" ? ""
        : null, span: { from: at, to: at } };
    }
    const text = getScalarValue(this.source, event);
    const style = STYLES.get(event.style) ?? "plain";
    const quoted = style === "single" || style === "double";
    let from = event.valueStart;
    let to = event.valueEnd;
    if (quoted) {
      from--;
      to++;
    } else if (style !== "plain") {
      while (to > from && /[\r\n]/.test(this.source[to - 1] ?? "")) to--;
    }
    this.last = Math.max(this.last, to);
    const span = { from: this.offset + from, to: this.offset + to };
    return { kind: "scalar", style, text, span, value: this.resolve(text, style === "plain", event, span) };
  }

  private resolve(text: string, plain: boolean, event: ScalarEvent, span: Span): YamlValue {
    const tag = this.tag(event);
    if (tag === "") return plain ? resolveCore(text) : text;
    if (tag === "str" || tag === "!") return text;
    if (tag === "int" || tag === "float" || tag === "bool" || tag === "null") return resolveCore(text);
    this.whole = false;
    this.problems.push(warning("yaml-unknown-tag",
      `The tag ${this.text(event.tagStart, event.tagEnd)} means nothing here; the value is read as text.`, span));
    return text;
  }

  private tag(event: ScalarEvent): string {
    return this.text(event.tagStart, event.tagEnd).replace(/^!<tag:yaml\.org,2002:(.*)>$/, "$1").replace(/^!!/, "");
  }

  private alias(start: number, end: number): void {
    const name = this.text(start, end);
    const span = { from: this.offset + start - 1, to: this.offset + end };
    const known = this.anchors.get(name);
    if (known && this.counted + known.size <= ALIAS_LIMIT) {
      this.counted += known.size;
      this.add({ ...known.node, span }, known.size, "");
      return;
    }
    this.whole = false;
    this.problems.push(known
      ? error("yaml-alias-limit",
        `Aliases of this text stand for more than ${ALIAS_LIMIT} values; '*${name}' is left empty.`, span)
      : error("yaml-unknown-alias", `There is no '&${name}' before this alias.`, span));
    this.add({ kind: "scalar", style: "plain", text: "", value: null, span }, 1, "");
  }

  private text(from: number, to: number): string {
    return from < 0 ? "" : this.source.slice(from, to);
  }

  private behindColon(): number {
    let at = this.last;
    while (at < this.source.length && (this.source[at] === " " || this.source[at] === "\t")) at++;
    return this.source[at] === ":" || this.source[at] === "-" ? at + 1 : this.last;
  }
}

const STYLES: ReadonlyMap<number, "plain" | "single" | "double" | "literal" | "folded"> = new Map([
  [SCALAR_STYLE.PLAIN, "plain"], [SCALAR_STYLE.SINGLE_QUOTED, "single"], [SCALAR_STYLE.DOUBLE_QUOTED, "double"],
  [SCALAR_STYLE.LITERAL_BLOCK, "literal"], [SCALAR_STYLE.FOLDED_BLOCK, "folded"],
]);

/** YAML 1.2, Core Schema, tag resolution: null, bool, int, float, else a string. */
function resolveCore(text: string): YamlValue {
  if (nullCoreTag.resolve(text, false, "") !== NOT_RESOLVED) return null;
  for (const tag of [boolCoreTag, intCoreTag, floatCoreTag]) {
    const value = tag.resolve(text, false, "");
    if (typeof value === "boolean" || typeof value === "number") return value;
  }
  return text;
}

/** Of a key written twice the last value counts, at the place of the first; each repetition is told. */
function withoutRepeats(entries: readonly YamlEntry[], problems: Diagnostic[]): readonly YamlEntry[] {
  const byKey = new Map<string, YamlEntry>();
  for (const entry of entries) {
    const before = byKey.get(entry.key);
    if (before) {
      problems.push(error("yaml-duplicate-key", `'${entry.key}' is written twice; the last one counts.`, entry.keySpan,
        { notes: [{ message: "Written first here.", span: before.keySpan }] }));
    }
    byKey.set(entry.key, entry);
  }
  return byKey.size === entries.length ? entries : [...byKey.values()];
}

/** Behind the bracket that closes a flow collection whose last child ends at `from`. */
function behindBracket(source: string, from: number): number {
  for (let i = from; i < source.length; i++) {
    const c = source[i];
    if (c === "]" || c === "}") return i + 1;
    if (c === "#") i = lineEnd(source, i);
  }
  return source.length;
}

function lineEnd(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 10 || c === 13) return i;
  }
  return text.length;
}

function behindBreak(text: string, at: number): number {
  return text[at] === "\r" && text[at + 1] === "\n" ? at + 2 : at + 1;
}

/** A value as one line of YAML that reads back as the same value: for property edits and new notes. */
export function writeYamlScalar(value: null | boolean | number | string): string {
  if (value === null) return "null";
  if (typeof value === "number") {
    if (Number.isNaN(value)) return ".nan";
    return Number.isFinite(value) ? String(value) : value > 0 ? ".inf" : "-.inf";
  }
  return typeof value === "string" && !isPlain(value) ? quote(value) : String(value);
}

/** A value as YAML behind `key:`: scalars and empty collections on the line, others as an indented block below it. */
export function writeYamlEntry(key: string, value: YamlValue): string {
  return `${writeYamlScalar(key)}:${writeBelow(value, 0)}`;
}

/** Deeper than this a value is written as JSON on one line, which YAML reads as well. */
const BLOCK_DEPTH = 20;

function writeBelow(value: YamlValue, depth: number): string {
  if (value === null) return "";
  if (typeof value !== "object") return ` ${writeYamlScalar(value)}`;
  const pad = "  ".repeat(depth + 1);
  if (value instanceof Map) {
    const map: ReadonlyMap<string, YamlValue> = value;
    if (map.size === 0) return " {}";
    if (depth > BLOCK_DEPTH) return ` ${writeFlow(value)}`;
    return [...map].map(([k, v]) => `\n${pad}${writeYamlScalar(k)}:${writeBelow(v, depth + 1)}`).join("");
  }
  const list = value as readonly YamlValue[];
  if (list.length === 0) return " []";
  return list.map((v) => `\n${pad}- ${typeof v === "object" && v !== null ? writeFlow(v) : writeYamlScalar(v)}`)
    .join("");
}

function writeFlow(value: YamlValue): string {
  if (value === null || typeof value !== "object") return typeof value === "string" ? quote(value)
    : writeYamlScalar(value);
  if (value instanceof Map) {
    const map: ReadonlyMap<string, YamlValue> = value;
    return `{${[...map].map(([k, v]) => `${quote(k)}: ${writeFlow(v)}`).join(", ")}}`;
  }
  return `[${(value as readonly YamlValue[]).map(writeFlow).join(", ")}]`;
}

/** Whether a text may stand without quotes, in block and flow, for readers of YAML 1.1 (`yes`, `1:30`) as for ours. */
function isPlain(text: string): boolean {
  if (text === "" || text.length > 10_000) return false;
  if (!/^[\p{L}\p{N}_./\\(+][^\n\r\t,[\]{}#:&*!|>'"%@`\p{C}\u2028\u2029]*$/u.test(text.replace(/:(?=\S)/g,
    "."))) return false;
  if (/\s$/.test(text) || /^(y|n|yes|no|on|off|true|false|null|~)$/i.test(text)) return false;
  if (/^[-+]?[\d.][\d_.:eExXoO+-]*$/.test(text) && !/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  return typeof resolveCore(text) === "string";
}

/** Double quotes with JSON's escapes, which are YAML's, too. */
function quote(text: string): string {
  return JSON.stringify(text).replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
