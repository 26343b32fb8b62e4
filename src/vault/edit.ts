/**
 * Changes to a note's text that keep the author's prose: each touches the lines it is about and leaves every other
 * byte as
 * it was, line endings included. All return the new text.
 */
import { applyEdits, writeYamlEntry, writeYamlScalar } from "../base";
import type { Edit, Span, YamlEntry, YamlValue } from "../base";
import { readBlocks } from "./blocks";
import type { Block, Note } from "./model";
import { lineEnd, readProperties } from "./properties";

/**
 * Sets a property; a value of `undefined` takes it away. A new property goes behind the last one; a note without
 * properties
 * gets some. When the properties could not be read to the end, a property that is there is still changed in its
 * place. What has
 * no lines of its own for a property (`{a: 1}`, a list, bare words) is given back as it is.
 */
export function setProperty(text: string, key: string, value: YamlValue | undefined): string {
  const properties = readProperties(text);
  const eol = lineBreak(text);
  const written = value === undefined ? "" : writeYamlEntry(key, value).split("\n").join(eol);
  const bom = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  if (!properties.block) {
    if (value === undefined) return text;
    return `${text.slice(0, bom)}---${eol}${written}${eol}---${eol}${text.slice(bom)}`;
  }
  const index = properties.entries.findIndex((e) => e.key === key);
  const entry = properties.entries[index];
  if (!entry) {
    const block = text.slice(properties.block.from, properties.block.to);
    const foreign = properties.entries.length === 0 && block.split("\n").some((line) => line.trim() !== ""
      && !line.trim().startsWith("#"));
    if (value === undefined || foreign || isFlowMapping(text, properties.block)) return text;
    const at = endOfProperties(text, properties.block, properties.entries);
    const before = at > 0 && !/[\n\r]/.test(text[at - 1] ?? "") ? eol : "";
    return text.slice(0, at) + before + written + eol + text.slice(at);
  }
  const oneLine = !text.slice(entry.keySpan.from, entry.node.span.to).includes("\n");
  const scalar = value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  if (value !== undefined && scalar && oneLine && entry.node.kind === "scalar"
    && entry.node.span.to > entry.node.span.from) {
    // Only the value: a comment behind it and the blanks around it are the author's.
    return replaced(text, entry.node.span, value === null ? "" : scalarLike(value, entry));
  }
  if (isFlowMapping(text, properties.block)) return text;
  const lines = linesOfEntry(text, entry, properties.entries, properties.block);
  return replaced(text, lines, written === "" ? "" : written + (/[\n\r]$/.test(text.slice(lines.from, lines.to)) ? eol
    : ""));
}

/** `{a: 1, b: 2}` as the whole block: there are no lines of one property in it. */
function isFlowMapping(text: string, block: Span): boolean {
  return text.slice(block.from, block.to).trimStart().startsWith("{");
}

/** Keeps quotes where the author had some. */
function scalarLike(value: string | number | boolean, entry: YamlEntry): string {
  const style = entry.node.kind === "scalar" ? entry.node.style : "plain";
  if (typeof value !== "string" || style === "plain") return writeYamlScalar(value);
  return style === "single" && !/[\n\r\t]|[^\x20-\x7e\u00a0-\ud7ff]/.test(value) ? `'${value.replace(/'/g, "''")}'`
    : JSON.stringify(value);
}

/** From the start of the key's line to the end of its last line, the line break included. Comments below it stay. */
function linesOfEntry(text: string, entry: YamlEntry, entries: readonly YamlEntry[], block: Span): Span {
  const from = startOfLine(text, entry.keySpan.from);
  const next = entries.filter((e) => e.keySpan.from > entry.keySpan.from).reduce((least, e) => Math.min(least,
    e.keySpan.from), block.to);
  const last = Math.max(entry.keySpan.to, Math.min(entry.node.span.to, next));
  const end = lineEnd(text, last);
  return { from, to: Math.min(behind(text, end), block.to) };
}

/** Where a new property goes: behind the last line that is filled. */
function endOfProperties(text: string, block: Span, entries: readonly YamlEntry[]): number {
  const last = entries[entries.length - 1];
  if (!last) return block.to;
  const second = /^---|^\.\.\./m.exec(text.slice(block.from, block.to));
  // A second document behind the first is not read, so a property must not go there.
  let to = second ? Math.max(last.keySpan.to, last.node.span.to) : block.to;
  while (to > block.from && /\s/.test(text[to - 1] ?? "x")) to--;
  return to <= block.from ? block.to : Math.min(behind(text, lineEnd(text, to)), block.to);
}

/**
 * Replaces what stands between the fences of a block of this text's note; a longer fence is made where the body needs
 * one.
 */
export function replaceFence(text: string, block: Block, body: string): string {
  const eol = lineBreak(text);
  const openEnd = lineEnd(text, block.span.from);
  const opening = text.slice(block.span.from, openEnd);
  const mark = /[`~]{3,}/.exec(opening)?.[0] ?? "```";
  const prefix = opening.slice(0, opening.indexOf(mark));
  const pad = prefix.replace(/(?:[-*+]|\d{1,9}[.)])(?=\s)/g, (m) => " ".repeat(m.length));
  const lines = body.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
  const longest = Math.max(0, ...lines.map((l) => /^\s*([`~]{3,})\s*$/.exec(l)?.[1])
    .map((f) => (f !== undefined && f.startsWith(mark[0] ?? "`") ? f.length : 0)));
  const fence = longest >= mark.length ? (mark[0] ?? "`").repeat(longest + 1) : mark;
  const inside = body === "" ? "" : lines.map((l) => (l === "" ? pad.trimEnd() : pad + l)).join(eol) + eol;
  const edits: Edit[] = [];
  const markFrom = block.span.from + prefix.length;
  if (fence !== mark) edits.push({ span: { from: markFrom, to: markFrom + mark.length }, insert: fence });
  const bodyFrom = behind(text, openEnd);
  if (!block.closed) {
    edits.push({ span: { from: bodyFrom, to: block.span.to }, insert: (bodyFrom === openEnd ? eol
      : "") + inside + pad + fence });
    return applyEdits(text, edits);
  }
  const closingFrom = startOfLine(text, block.span.to);
  edits.push({ span: { from: Math.min(bodyFrom, closingFrom), to: closingFrom }, insert: inside });
  if (fence !== mark) {
    const at = text.lastIndexOf(mark, block.span.to);
    edits.push({ span: { from: at, to: at + mark.length }, insert: fence });
  }
  return applyEdits(text, edits);
}

/** Where a new section goes: behind the section of a heading, at the end of the note, or before a heading. */
export type Place = { readonly behind: string } | { readonly before: string } | "end";

/** Puts a section (heading and text) into a note. A heading that is not there makes it the end. */
export function insertSection(text: string, note: Note,
  section: { readonly heading: string; readonly level: number; readonly body: string }, place: Place = "end"): string {
  const eol = lineBreak(text);
  const lines =
    [`${"#".repeat(Math.min(6, Math.max(1, section.level)))} ${section.heading.replace(/\s+/g, " ").trim()}`, ""];
  if (section.body.trim() !== "") lines.push(...section.body.replace(/\r\n?/g, "\n").replace(/\s+$/, "").split("\n"),
    "");
  const written = lines.join(eol);
  const named = typeof place === "string" ? undefined
    : note.headings.find((h) => h.text.toLowerCase() === ("behind" in place ? place.behind : place.before)
    .toLowerCase());
  const at = !named ? text.length : typeof place !== "string" && "before" in place ? named.span.from : named.body.to;
  const head = text.slice(0, at);
  const gap = head === "" || /(^|\n)[ \t]*\r?\n$/.test(head) ? "" : /\n$/.test(head) ? eol : eol + eol;
  return head + gap + written + (at < text.length ? eol : "") + text.slice(at);
}

/** Ticks a task, or unticks it: `line` counts from 0. A line that is no task leaves the text as it is. */
export function tickTask(text: string, line: number, done: boolean): string {
  return setTask(text, line, done ? "x" : " ");
}

/** Sets the character in the box of the task on a line; only that character changes. */
export function setTask(text: string, line: number, mark: string): string {
  const properties = readProperties(text);
  let bodyLine = 0;
  for (let at = lineEnd(text, 0); at < properties.body; at = lineEnd(text, behind(text, at))) bodyLine++;
  const item = readBlocks(text, properties.body, bodyLine).items.find((i) => i.line === line);
  if (!item || item.task === null || [...mark].length !== 1 || /[\n\r\]]/.test(mark)) return text;
  const from = text.indexOf("[", item.from + item.symbol.length) + 1;
  return replaced(text, { from, to: from + item.task.length }, mark);
}

function replaced(text: string, span: Span, insert: string): string {
  return text.slice(0, span.from) + insert + text.slice(span.to);
}

/** The line break that a text uses: that of its first line. */
function lineBreak(text: string): string {
  const at = text.indexOf("\n");
  return at > 0 && text[at - 1] === "\r" ? "\r\n" : "\n";
}

function startOfLine(text: string, offset: number): number {
  let at = Math.min(offset, text.length);
  while (at > 0 && text[at - 1] !== "\n" && text[at - 1] !== "\r") at--;
  return at;
}

function behind(text: string, at: number): number {
  if (at >= text.length) return text.length;
  return text[at] === "\r" && text[at + 1] === "\n" ? at + 2 : at + 1;
}
