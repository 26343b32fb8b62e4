/** One cell's value, outside of its column: what it may be, its order, equality and hash. */
import { compareDecimals, decimalOf, realOf } from "./decimal";
import type { Decimal } from "./decimal";

/** A point in time or a span of time in 100-ns ticks; a datetime counts from 0001-01-01T00:00:00Z. */
export interface Ticks {
  readonly kind: "datetime" | "timespan";
  readonly ticks: bigint;
}

/** A duration as DQL has it: months do not have a length in ticks, so both are kept. */
export interface Months {
  readonly kind: "duration";
  readonly months: number;
  readonly ticks: bigint;
}

/** A link to a note or a part of it. `path` is as written, or the vault path where it was resolved. */
export interface LinkTo {
  readonly kind: "link";
  readonly path: string;
  readonly label?: string;
  readonly embed: boolean;
  /** Heading (`header`) or block id (`block`) behind the `#`, without it. */
  readonly subpath?: string;
  readonly part?: "file" | "header" | "block";
}

/** A guid, in lower case with dashes. Only inside dynamic values and literals; a guid column holds texts. */
export interface Guid {
  readonly kind: "guid";
  readonly text: string;
}

/** A bag of a dynamic value: keys in order. */
export type Bag = ReadonlyMap<string, Value>;

/**
 * A value. A `bigint` is always a long, a `number` always a real, a bag always a `Map`.
 * `undefined` never occurs; missing is `null`.
 */
export type Value =
  | null | boolean | bigint | number | string | Ticks | Months | LinkTo | Decimal | Guid | readonly Value[] | Bag;

// ---- telling them apart --------------------------------------------------------------------------------------------

export function isBag(value: Value): value is Bag {
  return value instanceof Map;
}

export function isArray(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** What `compare` and `hash` dispatch on. */
export function kindOf(value: Value): ValueKind {
  switch (typeof value) {
    case "boolean": return "bool";
    case "bigint": return "long";
    case "number": return "real";
    case "string": return "string";
    default:
      if (value === null) return "null";
      if (isArray(value)) return "array";
      if (isBag(value)) return "bag";
      return (value).kind;
  }
}
export type ValueKind =
  | "null" | "bool" | "long" | "real" | "decimal" | "datetime" | "timespan" | "duration" | "string" | "guid" | "link"
  | "array" | "bag";

const RANK: Readonly<Record<ValueKind, number>> = {
  null: 0, bool: 1, long: 2, real: 2, decimal: 2, datetime: 3, timespan: 4, duration: 5, string: 6, guid: 7, link: 8,
  array: 9, bag: 10,
};

/** A point in time. */
export function datetime(ticks: bigint): Ticks {
  return { kind: "datetime", ticks };
}

/** A span of time. */
export function timespan(ticks: bigint): Ticks {
  return { kind: "timespan", ticks };
}

// ---- order ---------------------------------------------------------------------------------------------------------

/**
 * A total order over all values: negative, zero or positive. Numbers compare by size whatever their type, NaN below all
 * of them and equal to itself; texts by UTF-16 units; arrays item by item, bags by their sorted keys and values.
 */
export function compare(a: Value, b: Value): number {
  const simple = compareFlat(a, b);
  if (simple !== undefined) return simple;
  // Pairs still to be compared, last first: values of logs can be nested deeper than the call stack.
  const todo: [Value, Value][] = [[a, b]];
  for (let pair = todo.pop(); pair; pair = todo.pop()) {
    const [x, y] = pair;
    const order = compareFlat(x, y);
    if (order !== undefined) {
      if (order !== 0) return order;
      continue;
    }
    const left = childrenInOrder(x);
    const right = childrenInOrder(y);
    // Behind the shared items the shorter one is the lesser; a number pair at the bottom says so.
    todo.push([BigInt(left.length), BigInt(right.length)]);
    for (let i = Math.min(left.length, right.length) - 1; i >= 0; i--) todo.push([left[i] ?? null, right[i] ?? null]);
  }
  return 0;
}

/** Items of an array; of a bag its keys and values in turn, sorted by key. */
function childrenInOrder(value: Value): readonly Value[] {
  if (!isBag(value)) return value as readonly Value[];
  return [...value.keys()].sort().flatMap((key) => [key, value.get(key) ?? null]);
}

/** The order of two values, or undefined when they are collections of one kind. */
function compareFlat(a: Value, b: Value): number | undefined {
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === "bigint" && typeof b === "bigint") return a < b ? -1 : a > b ? 1 : 0;
  if (a === b && typeof a !== "object") return 0;
  const kind = kindOf(a);
  const other = kindOf(b);
  const rank = RANK[kind] - RANK[other];
  if (rank !== 0) return rank;
  switch (kind) {
    case "null": return 0;
    case "bool": return Number(a) - Number(b);
    case "long": case "real": case "decimal":
      return compareNumbers(a as bigint | number | Decimal, b as bigint | number | Decimal);
    case "string": return order(a as string, b as string);
    case "datetime": case "timespan": return order((a as Ticks).ticks, (b as Ticks).ticks);
    case "duration": return order(approximate(a as Months), approximate(b as Months));
    case "guid": return order((a as Guid).text, (b as Guid).text);
    case "link": return order(linkText(a as LinkTo), linkText(b as LinkTo));
    case "array": case "bag": return a === b ? 0 : undefined;
    default: return kind satisfies never;
  }
}

function order<T extends string | bigint>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Ticks of a duration with months of 30.4375 days, for ordering alone. */
function approximate(d: Months): bigint {
  return BigInt(Math.round(d.months * 2_629_800)) * 10_000_000n + d.ticks;
}

function linkText(link: LinkTo): string {
  return link.path + (link.subpath === undefined ? "" : "#" + link.subpath);
}

/** Numbers of any two types by size; NaN lies below all others. Exact: a long is not rounded to a real. */
export function compareNumbers(a: bigint | number | Decimal, b: bigint | number | Decimal): number {
  if (typeof a === "object" || typeof b === "object") {
    const x = typeof a === "object" ? a : decimalOf(a);
    const y = typeof b === "object" ? b : decimalOf(b);
    if (x !== null && y !== null) return compareDecimals(x, y);
    return compareNumbers(typeof a === "object" ? realOf(a) : a, typeof b === "object" ? realOf(b) : b);
  }
  // JavaScript compares a bigint with a number exactly.
  if (a < b) return -1;
  if (a > b) return 1;
  return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
}

/** Whether two values are the same: `5` and `5.0` are, NaN is itself, key order of bags does not count. */
export function equal(a: Value, b: Value): boolean {
  return a === b || compare(a, b) === 0;
}

// ---- hash ----------------------------------------------------------------------------------------------------------

/** A 32-bit hash that equal values share. */
export function hash(value: Value): number {
  const todo: Value[] = [value];
  let h = 0;
  while (todo.length > 0) {
    const v = todo.pop() ?? null;
    if (isArray(v)) {
      h = mix(h, 0x5a17 + v.length);
      for (const item of v) todo.push(item);
    } else if (isBag(v)) {
      // Keys alone, in any order: enough to spread bags, and independent of the order of their keys.
      let keys = v.size;
      for (const key of v.keys()) keys = (keys + hashText(key)) | 0;
      h = mix(h, keys);
    } else h = mix(h, hashFlat(v));
  }
  return h >>> 0;
}

function hashFlat(v: Exclude<Value, readonly Value[] | Bag>): number {
  switch (typeof v) {
    case "string": return hashText(v);
    case "boolean": return v ? 0x3d : 0x4f;
    case "bigint": return hashNumber(Number(v));
    case "number": return hashNumber(v);
    default:
      if (v === null) return 0x11;
      switch (v.kind) {
        case "decimal": return hashNumber(realOf(v));
        case "datetime": case "timespan": return hashNumber(Number(v.ticks));
        case "duration": return hashNumber(Number(approximate(v)));
        case "guid": return hashText(v.text);
        case "link": return hashText(linkText(v));
        default: return v satisfies never;
      }
  }
}

const words = new Uint32Array(2);
const double = new Float64Array(words.buffer);

function hashNumber(n: number): number {
  double[0] = n === 0 ? 0 : n;
  return mix(words[0] ?? 0, words[1] ?? 0);
}

/** A 32-bit hash of a text. */
export function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h;
}

/** Stirs one 32-bit value into another. */
export function mix(h: number, k: number): number {
  let x = Math.imul(k, 0xcc9e2d51);
  x = (x << 15) | (x >>> 17);
  x = h ^ Math.imul(x, 0x1b873593);
  x = (x << 13) | (x >>> 19);
  return (Math.imul(x, 5) + 0xe6546b64) | 0;
}
