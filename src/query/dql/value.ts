/** Values of dataview queries: their types, order, truth and text. Nothing here knows pages, functions or the clock. */
import type { DqlDate } from "./dates";
import { sameDate } from "./dates";
import type { DqlDuration } from "./durations";
import { durationMs, durationText, sameDuration } from "./durations";
import type { DqlLink } from "./links";
import { linkText } from "./links";

/** A link to the web made by `elink`: shown as `display`, opens `url`. */
export interface DqlWebLink {
  readonly kind: "weblink";
  readonly url: string;
  readonly display: string;
}

/** One item of `LIST expr`: the row's id and the value shown behind it. */
export interface DqlPair {
  readonly kind: "pair";
  readonly key: DqlValue;
  readonly value: DqlValue;
}

/** A lambda of a query, closed over its row. Missing arguments are read from the row, more arguments are ignored. */
export interface DqlFunction {
  readonly kind: "function";
  call(args: readonly DqlValue[]): DqlValue;
}

/** An object: keys in order. Pages' own bags compute parts of themselves on first sight. */
export type DqlBag = ReadonlyMap<string, DqlValue>;

/** Any value of a query. Numbers are doubles; what is missing is null. */
export type DqlValue =
  | null | boolean | number | string | DqlDate | DqlDuration | DqlLink | DqlWebLink | DqlPair | DqlFunction
  | readonly DqlValue[] | DqlBag;

/** The names that `typeof` gives; they also order values of different types. */
export type DqlType =
  | "array" | "boolean" | "date" | "duration" | "function" | "link" | "null" | "number" | "object" | "string" | "widget";

/** What the values of each type are in TypeScript. */
export interface DqlTypes {
  readonly array: readonly DqlValue[];
  readonly boolean: boolean;
  readonly date: DqlDate;
  readonly duration: DqlDuration;
  readonly function: DqlFunction;
  readonly link: DqlLink;
  readonly null: null;
  readonly number: number;
  readonly object: DqlBag;
  readonly string: string;
  readonly widget: DqlWebLink | DqlPair;
}

/** How deep lists and objects may nest before comparing and printing give up: far beyond any note, short of the stack. */
export const MAX_DEPTH = 200;

/** Whether a value is an object of the language. */
export function isBag(value: DqlValue): value is DqlBag {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !("kind" in value);
}

/** Whether a value is a list. */
export function isList(value: DqlValue): value is readonly DqlValue[] {
  return Array.isArray(value);
}

/** The type of a value. */
export function typeOf(value: DqlValue): DqlType {
  if (value === null) return "null";
  switch (typeof value) {
    case "number": return "number";
    case "string": return "string";
    case "boolean": return "boolean";
  }
  if (isList(value)) return "array";
  if (isBag(value)) return "object";
  switch (value.kind) {
    case "date": case "duration": case "link": case "function": return value.kind;
    case "weblink": case "pair": return "widget";
  }
}

/** Whether `WHERE` keeps a row of this value (Dataview docs, "Data commands": WHERE). */
export function isTruthy(value: DqlValue): boolean {
  if (value === null) return false;
  switch (typeof value) {
    // NaN counts as true: only an exact zero is false.
    case "number": return value !== 0;
    case "string": return value.length > 0;
    case "boolean": return value;
  }
  if (isList(value)) return value.length > 0;
  if (isBag(value)) return value.size > 0;
  switch (value.kind) {
    case "date": return value.ms !== 0;
    case "duration": return durationMs(value) !== 0;
    case "link": return value.path !== "";
    case "function": case "weblink": case "pair": return true;
  }
}

/** What comparing needs from outside. */
export interface Order {
  /** Compares two texts as people of the locale do. */
  readonly text: (a: string, b: string) => number;
  /** The vault path a link's path stands for, so that two spellings of one note are equal; the path itself if none. */
  readonly place: (path: string) => string;
}

/**
 * A total order over all values: null first, then by name of type, then by value. Links are equal when they point to
 * the same place, whatever they show. Two dates of one moment in different zones are not equal.
 */
export function compare(a: DqlValue, b: DqlValue, order: Order, depth = 0): number {
  if (a === null) return b === null ? 0 : -1;
  if (b === null) return 1;
  const type = typeOf(a);
  const other = typeOf(b);
  if (type !== other) return type < other ? -1 : 1;
  if (a === b) return 0;
  switch (type) {
    case "string": return order.text(a as string, b as string);
    case "number": return (a as number) < (b as number) ? -1 : (a as number) === (b as number) ? 0 : 1;
    case "boolean": return a === true ? 1 : -1;
    case "link": return compareLinks(a as DqlLink, b as DqlLink, order);
    case "date": return (a as DqlDate).ms < (b as DqlDate).ms ? -1 : sameDate(a as DqlDate, b as DqlDate) ? 0 : 1;
    case "duration": return compareDurations(a as DqlDuration, b as DqlDuration);
    // Links inside of lists and objects are compared as written, not as resolved: as in Dataview's `compareValue`.
    case "array": return compareLists(a as readonly DqlValue[], b as readonly DqlValue[], asWritten(order), depth);
    case "object": return compareBags(a as DqlBag, b as DqlBag, asWritten(order), depth);
    case "null": case "function": case "widget": return 0;
  }
}

function asWritten(order: Order): Order {
  return { text: order.text, place: (path) => path };
}

function compareDurations(a: DqlDuration, b: DqlDuration): number {
  return durationMs(a) < durationMs(b) ? -1 : sameDuration(a, b) ? 0 : 1;
}

function compareLinks(a: DqlLink, b: DqlLink, order: Order): number {
  const byPath = order.text(order.place(a.path), order.place(b.path));
  if (byPath !== 0) return byPath;
  if (a.type !== b.type) return order.text(a.type, b.type);
  const [left, right] = [a.subpath ?? "", b.subpath ?? ""];
  if (left === "" || right === "") return left === right ? 0 : left === "" ? -1 : 1;
  return order.text(left, right);
}

function compareLists(a: readonly DqlValue[], b: readonly DqlValue[], order: Order, depth: number): number {
  if (depth >= MAX_DEPTH) return 0;
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const c = compare(a[i] ?? null, b[i] ?? null, order, depth + 1);
    if (c !== 0) return c;
  }
  return a.length - b.length;
}

function compareBags(a: DqlBag, b: DqlBag, order: Order, depth: number): number {
  if (depth >= MAX_DEPTH) return 0;
  const left = [...a.keys()].sort();
  const right = [...b.keys()].sort();
  const byKeys = compareLists(left, right, order, depth + 1);
  if (byKeys !== 0) return byKeys;
  for (const key of left) {
    const c = compare(a.get(key) ?? null, b.get(key) ?? null, order, depth + 1);
    if (c !== 0) return c;
  }
  return 0;
}

/** How values are written out. */
export interface TextOptions {
  /** Stands for null inside of other text; Dataview's setting "Render null as". */
  readonly nullText: string;
  readonly dateText: (date: DqlDate) => string;
}

/** A value as Markdown-friendly text: lists as `a, b`, lists inside of lists in brackets, objects as `{ key: value }`. */
export function toText(value: DqlValue, options: TextOptions, depth = 0): string {
  if (value === null) return options.nullText;
  if (typeof value !== "object") return String(value);
  if (depth >= MAX_DEPTH) return "…";
  if (isList(value)) {
    const inside = value.map((v) => toText(v, options, depth + 1)).join(", ");
    return depth > 0 ? `[${inside}]` : inside;
  }
  if (isBag(value)) {
    return `{ ${[...value].map(([k, v]) => `${k}: ${toText(v, options, depth + 1)}`).join(", ")} }`;
  }
  switch (value.kind) {
    case "link": return linkText(value);
    case "date": return options.dateText(value);
    case "duration": return durationText(value);
    case "function": return "<function>";
    case "weblink": return `[${value.display}](${value.url})`;
    case "pair": return `${toText(value.key, options)}: ${toText(value.value, options)}`;
  }
}
