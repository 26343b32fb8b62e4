/**
 * A value as text for the screen: bounded in length and safe at any depth. Not for files and the clipboard, which
 * take exact and whole texts from the table and logs rooms.
 */
import { printDatetime, printDecimal, printTimespan } from "../table";
import type { Value } from "../table";

/** What kind of thing a cell shows; decides its looks. */
export type Look = "null" | "bool" | "number" | "text" | "time" | "span" | "guid" | "link" | "list" | "bag";

export function lookOf(value: Value): Look {
  if (value === null) return "null";
  switch (typeof value) {
    case "boolean": return "bool";
    case "bigint": case "number": return "number";
    case "string": return "text";
  }
  if (isList(value)) return "list";
  if (value instanceof Map) return "bag";
  if (!("kind" in value)) return "bag";
  switch (value.kind) {
    case "datetime": return "time";
    case "timespan": case "duration": return "span";
    case "decimal": return "number";
    case "guid": return "guid";
    case "link": return "link";
  }
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** One value that is neither list nor bag, as text without quotes; null is "null". */
export function plainText(value: Exclude<Value, readonly Value[] | ReadonlyMap<string, Value>>): string {
  if (value === null) return "null";
  switch (typeof value) {
    case "boolean": return value ? "true" : "false";
    case "bigint": return value.toString();
    case "number": return realText(value);
    case "string": return value;
  }
  switch (value.kind) {
    case "datetime": return timeText(value.ticks);
    case "timespan": return printTimespan(value.ticks);
    case "duration": return value.months === 0
      ? printTimespan(value.ticks) : `${value.months} mo ${printTimespan(value.ticks)}`;
    case "decimal": return printDecimal(value);
    case "guid": return value.text;
    case "link": return value.label ?? lastPart(value.path);
  }
}

/**
 * `2026-05-01 10:00:00.5`: the printed form without zone letter and without the zeros that say nothing; all times are
 * UTC.
 */
export function timeText(ticks: bigint): string {
  const iso = printDatetime(ticks);
  const text = iso.replace("T", " ").replace(/Z$/, "");
  return text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text;
}

function realText(x: number): string {
  return Number.isNaN(x) ? "NaN" : x === Infinity ? "Infinity" : x === -Infinity ? "-Infinity" : String(x);
}

/** `Folder/Rule for x.md` → `Rule for x`. */
export function lastPart(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return name.endsWith(".md") ? name.slice(0, -3) : name;
}

/** What {@link valueText} gave. */
export interface ValueText {
  readonly text: string;
  /** True when the text was cut at the limit. */
  readonly cut: boolean;
}

/**
 * A value as text of at most about `limit` characters: plain values as they are, lists and bags as JSON, indented by
 * two spaces when `pretty`. Walks with a stack of its own, so depth does not matter, and stops at the limit.
 */
export function valueText(value: Value, limit: number, pretty = false): ValueText {
  if (!isList(value) && !isBag(value)) {
    const text = plainText(value);
    return text.length > limit ? { text: wholeCharacters(text, limit), cut: true } : { text, cut: false };
  }
  let out = "";
  const stack: Walk[] = [];
  const open = (v: Value): void => {
    if (isList(v)) {
      if (v.length === 0) out += "[]";
      else {
        out += "[";
        stack.push({ kind: "list", items: v, at: 0 });
      }
    } else if (isBag(v)) {
      if (v.size === 0) out += "{}";
      else {
        out += "{";
        stack.push({ kind: "bag", entries: v.entries(), size: v.size, at: 0 });
      }
    } else out += leafText(v, limit);
  };
  const breakLine = (): void => {
    // Indentation stops growing at forty levels: deeper data would be nothing but blanks.
    if (pretty) out += `\n${"  ".repeat(Math.min(stack.length, 40))}`;
  };
  open(value);
  while (stack.length > 0) {
    if (out.length > limit) return { text: wholeCharacters(out, limit), cut: true };
    const top = stack[stack.length - 1];
    if (top === undefined) break;
    const size = top.kind === "list" ? top.items.length : top.size;
    if (top.at >= size) {
      stack.pop();
      breakLine();
      out += top.kind === "list" ? "]" : "}";
      continue;
    }
    if (top.at > 0) out += ",";
    top.at++;
    breakLine();
    if (top.kind === "list") open(top.items[top.at - 1] ?? null);
    else {
      const next = top.entries.next();
      if (next.done === true) continue;
      out += `${JSON.stringify(next.value[0])}:${pretty ? " " : ""}`;
      open(next.value[1]);
    }
  }
  return out.length > limit ? { text: wholeCharacters(out, limit), cut: true } : { text: out, cut: false };
}

type Walk =
  | { readonly kind: "list"; readonly items: readonly Value[]; at: number }
  | { readonly kind: "bag"; readonly entries: Iterator<[string, Value]>; readonly size: number; at: number };

function isBag(value: Value): value is ReadonlyMap<string, Value> {
  return value instanceof Map;
}

type Leaf = Exclude<Value, readonly Value[] | ReadonlyMap<string, Value>>;

/**
 * Inside of JSON: texts in quotes, numbers and true/false/null bare, everything that JSON has no word for as a text.
 */
function leafText(value: Leaf, limit: number): string {
  if (value === null || typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : JSON.stringify(realText(value));
  if (typeof value === "string") return JSON.stringify(value.length > limit ? value.slice(0, limit) : value);
  if (value.kind === "decimal") return printDecimal(value);
  if (value.kind === "datetime") return JSON.stringify(printDatetime(value.ticks));
  return JSON.stringify(plainText(value));
}

/** Cuts a text without leaving half of a surrogate pair. */
function wholeCharacters(text: string, limit: number): string {
  const last = text.charCodeAt(limit - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? limit - 1 : limit);
}

/**
 * A text that holds JSON of its own (CloudTrail's `ResponseElements`): laid out for reading, or undefined when it
 * does not.
 */
export function asJsonText(text: string): string | undefined {
  const first = text.trimStart().charAt(0);
  if ((first !== "{" && first !== "[") || text.length > 500_000) return undefined;
  return layJson(text);
}

/**
 * Re-indents JSON text without reading its values, so that numbers and escapes stay as written. Undefined when quotes
 * or brackets do not match.
 */
function layJson(text: string): string | undefined {
  const out: string[] = [];
  const open: string[] = [];
  const line = (): string => `\n${"  ".repeat(Math.min(open.length, 40))}`;
  let i = 0;
  while (i < text.length) {
    const c = text.charAt(i);
    if (c === '"') {
      let end = i + 1;
      while (end < text.length && text.charAt(end) !== '"') end += text.charAt(end) === "\\" ? 2 : 1;
      if (end >= text.length) return undefined;
      out.push(text.slice(i, end + 1));
      i = end + 1;
      continue;
    }
    if (c === "{" || c === "[") {
      const close = c === "{" ? "}" : "]";
      let next = i + 1;
      while (BLANK.test(text.charAt(next))) next++;
      if (text.charAt(next) === close) {
        out.push(c, close);
        i = next + 1;
        continue;
      }
      open.push(close);
      out.push(c, line());
    } else if (c === "}" || c === "]") {
      if (open.pop() !== c) return undefined;
      out.push(line(), c);
    } else if (c === ",") out.push(",", line());
    else if (c === ":") out.push(": ");
    else if (!BLANK.test(c)) {
      if (!LITERAL.test(c)) return undefined;
      out.push(c);
    }
    i++;
  }
  return open.length === 0 ? out.join("") : undefined;
}
const BLANK = /^[ \t\r\n]$/;
/** Characters of numbers, true, false and null. */
const LITERAL = /^[-+.0-9a-zA-Z]$/;
