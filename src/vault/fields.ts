/**
 * Inline fields as Dataview has them: `key:: value` on a line of its own, `[key:: value]`, `(key:: value)`, and the
 * dates that
 * task plugins mark with emoji. After Dataview's docs, "Adding metadata", "Inline fields" and "Tasks", shorthands.
 */
import type { Flat } from "./inline";
import type { InlineField } from "./model";

/** Lines longer than this carry no fields, as in Dataview. */
const LINE_LIMIT = 32_768;

/** Fields of one line or one list item. `shorthands`: emoji dates count, too. `place` is where the line stands. */
export function readFields(flat: Flat, place: InlineField["place"],
  options: { line: boolean; shorthands: boolean }): InlineField[] {
  const text = flat.text;
  const hasSeparator = text.includes("::");
  if (text.length > LINE_LIMIT || (!hasSeparator && !options.shorthands)) return [];
  const found: Raw[] = hasSeparator ? [...wrapped(text, "[", "]"), ...wrapped(text, "(", ")")] : [];
  if (options.shorthands) found.push(...shorthands(text));
  found.sort((a, b) => a.from - b.from);
  const kept: Raw[] = [];
  for (const raw of found) {
    const last = kept[kept.length - 1];
    // Two fields must have something between them.
    if (!last || last.to < raw.from) kept.push(raw);
  }
  if (kept.length === 0 && options.line && hasSeparator) {
    const whole = wholeLine(text);
    if (whole) kept.push(whole);
  }
  return kept.map((raw) => ({
    key: raw.key, text: text.slice(raw.valueFrom, raw.valueTo).split("\n").join(" "), form: raw.form, place,
      line: flat.line(raw.from),
    span: { from: flat.offset(raw.from), to: flat.offset(Math.max(raw.from, raw.to - 1)) + (raw.to > raw.from ? 1
      : 0) },
    valueSpan: raw.valueTo > raw.valueFrom
      ? { from: flat.offset(raw.valueFrom), to: flat.offset(raw.valueTo - 1) + 1 }
      : emptyAt(flat, raw.valueFrom, text.length),
  }));
}

interface Raw {
  readonly key: string;
  readonly form: InlineField["form"];
  readonly from: number;
  readonly to: number;
  readonly valueFrom: number;
  readonly valueTo: number;
}

function emptyAt(flat: Flat, at: number, length: number): { from: number; to: number } {
  const offset = at > 0 && at >= length ? flat.offset(at - 1) + 1 : flat.offset(at);
  return { from: offset, to: offset };
}

/**
 * Fields in one kind of bracket. The key runs from the last bracket before `::`; the value to the bracket that
 * closes it,
 * inner ones counted, escaped ones not. For all openings at once: `depth` goes up and down along the line, and an
 * opening
 * closes where the depth first falls below its own.
 */
function wrapped(text: string, open: "[" | "(", close: "]" | ")"): Raw[] {
  const openings: { at: number; key: string; value: number }[] = [];
  let bracket = -1;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === "[" || c === "(" || c === "]" || c === ")") bracket = i;
    else if (c === ":" && text[i + 1] === ":" && bracket >= 0) {
      if (text[bracket] === open) openings.push({ at: bracket, key: text.slice(bracket + 1, i).trim(), value: i + 2 });
      // A second `::` behind the same bracket belongs to the value.
      bracket = -1;
      i++;
    } else if (c === ":" && text[i + 1] === ":") i++;
  }
  if (openings.length === 0) return [];
  const ends = closings(text, openings.map((o) => o.value), open, close);
  const found: Raw[] = [];
  let behind = 0;
  openings.forEach((o, i) => {
    const end = ends[i] ?? -1;
    if (end < 0 || o.at < behind) return;
    found.push({ key: o.key, form: open === "[" ? "bracket" : "paren", from: o.at, to: end + 1,
      ...trimmed(text, o.value, end) });
    behind = end + 1;
  });
  return found;
}

/** For each start (rising): where the depth first falls below what it is there; -1 for never. */
function closings(text: string, starts: readonly number[], open: string, close: string): number[] {
  const depths = new Int32Array(text.length + 1);
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === "\\") {
      depths[i + 1] = depth;
      i++;
      if (i < text.length) depths[i + 1] = depth;
      continue;
    }
    if (c === open) depth++;
    else if (c === close) depth--;
    depths[i + 1] = depth;
  }
  const firstAt = new Map<number, number>();
  const ends: number[] = new Array<number>(starts.length).fill(-1);
  let i = text.length;
  for (let s = starts.length - 1; s >= 0; s--) {
    const start = starts[s] ?? 0;
    for (; i > start; i--) firstAt.set(depths[i] ?? 0, i - 1);
    ends[s] = firstAt.get((depths[start] ?? 0) - 1) ?? -1;
  }
  return ends;
}

function trimmed(text: string, from: number, to: number): { valueFrom: number; valueTo: number } {
  let valueFrom = from;
  let valueTo = to;
  while (valueFrom < valueTo && /\s/.test(text.charAt(valueFrom))) valueFrom++;
  while (valueTo > valueFrom && /\s/.test(text.charAt(valueTo - 1))) valueTo--;
  return { valueFrom, valueTo };
}

/**
 * `key:: value` over the whole line; marks of Markdown around the key are dropped, other punctuation makes it no key.
 */
function wholeLine(text: string): Raw | null {
  const separator = text.indexOf("::");
  const written = text.slice(0, separator).trim();
  const chars = [...written];
  let from = 0;
  while (from < chars.length && !/[\p{L}\w]/u.test(chars[from] ?? "")) from++;
  let to = from;
  while (to < chars.length && /[\p{L}\w\s/-]/u.test(chars[to] ?? "")) to++;
  for (let i = to; i < chars.length; i++) if (!/[_*~`]/.test(chars[i] ?? "")) return null;
  return { key: chars.slice(from, to).join(""), form: "line", from: 0, to: text.length,
    ...trimmed(text, separator + 2, text.length) };
}

/** Emoji of the Tasks plugin's dates and the field names that Dataview gives them. */
const SHORTHANDS: readonly (readonly [string, RegExp])[] = [
  ["created", /\u2795\s{0,9}(\d{4}-\d\d-\d\d)/u],
  ["start", /\u{1F6EB}\s{0,9}(\d{4}-\d\d-\d\d)/u],
  ["scheduled", /[\u23F3\u231B]\s{0,9}(\d{4}-\d\d-\d\d)/u],
  ["due", /(?:\u{1F4C5}|\u{1F4C6}|\u{1F5D3}\uFE0F?)\s{0,9}(\d{4}-\d\d-\d\d)/u],
  ["completion", /\u2705\s{0,9}(\d{4}-\d\d-\d\d)/u],
];

function shorthands(text: string): Raw[] {
  return SHORTHANDS.flatMap(([key, pattern]) => {
    const m = pattern.exec(text);
    if (!m) return [];
    const to = m.index + m[0].length;
    return [{ key, form: "emoji" as const, from: m.index, to, valueFrom: to - 10, valueTo: to }];
  });
}
