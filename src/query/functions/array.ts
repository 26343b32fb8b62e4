/**
 * Arrays and sets of dynamic values. Source: Kusto docs, "Scalar functions" (Dynamic/array functions), one page
 * each.
 */
import type { Decimal, Ticks, Value } from "../../table";
import {
  coerce,
  compare,
  equal,
  hash,
  isArray,
  kindOf,
  printValue,
  realOf,
  TICKS_PER_DAY,
  TICKS_PER_HOUR,
} from "../../table";
import type { ScalarFunction } from "./define";
import { LONGEST_ARRAY } from "./dynamic";
import type { Signature } from "./scalar";
import { define, each, seeing } from "./scalar";
import { joined } from "./text";

/** Distinct values by their hash. `5` and `5.0` are one value, a text and a number never are. */
class ValueSet {
  private readonly buckets = new Map<number, Value[]>();
  readonly items: Value[] = [];

  constructor(values: readonly Value[] = []) {
    for (const value of values) this.add(value);
  }

  has(value: Value): boolean {
    return this.buckets.get(hash(value))?.some((item) => equal(item, value)) ?? false;
  }

  /** Whether it was new. */
  add(value: Value): boolean {
    if (this.has(value)) return false;
    const key = hash(value);
    const bucket = this.buckets.get(key);
    if (bucket === undefined) this.buckets.set(key, [value]);
    else bucket.push(value);
    this.items.push(value);
    return true;
  }
}

/** A place in an array as a number, kept in the range of indexes. */
function place(index: bigint): number {
  return Number(index < -(1n << 40n) ? -(1n << 40n) : index > 1n << 40n ? 1n << 40n : index);
}

function slice(array: Value, start: bigint, end: bigint): Value {
  if (!isArray(array)) return null;
  const at = (i: bigint): number => (i < 0n ? array.length + place(i) : place(i));
  return array.slice(Math.max(0, at(start)), Math.max(0, at(end) + 1));
}

function rotated(array: Value, by: bigint): Value {
  if (!isArray(array)) return null;
  if (array.length === 0) return array;
  const n = ((place(by) % array.length) + array.length) % array.length;
  return [...array.slice(n), ...array.slice(0, n)];
}

/** What fills the free places unless told: an empty text among texts, else null. */
function shifted(array: Value, by: bigint, filler?: Value): Value {
  if (!isArray(array)) return null;
  const n = place(by);
  const free = filler !== undefined ? filler : array.length > 0 && array.every((v) => typeof v === "string") ? "" : null;
  return array.map((_, i) => (i + n >= 0 && i + n < array.length ? (array[i + n] ?? null) : free));
}

function splitAt(array: Value, at: Value): Value {
  if (!isArray(array)) return null;
  const places = (isArray(at) ? at : [at]).map((i) => coerce(i, "long"));
  const out: Value[] = [];
  let from = 0;
  for (const p of places) {
    if (typeof p !== "bigint") return null;
    const to = Math.max(from, Math.min(array.length, p < 0n ? array.length + place(p) : place(p)));
    out.push(array.slice(from, to));
    from = to;
  }
  out.push(array.slice(from));
  return out;
}

/** Numbers and times, then texts, then guids, then all else. */
function family(value: Value): number {
  switch (kindOf(value)) {
    case "long":
    case "real":
    case "decimal":
    case "datetime":
    case "timespan":
      return 0;
    case "string":
      return 1;
    case "guid":
      return 2;
    default:
      return 3;
  }
}

/** The places of an array's items in their order. */
function sortedPlaces(array: readonly Value[], sign: 1 | -1, nullsLast: boolean): readonly number[] {
  const last = nullsLast ? 1 : -1;
  return array
    .map((_, i) => i)
    .sort((i, k) => {
      const a = array[i] ?? null;
      const b = array[k] ?? null;
      if (a === null || b === null) return a === b ? 0 : a === null ? last : -last;
      return family(a) - family(b) || sign * compare(a, b);
    });
}

function sorted(array: Value, sign: 1 | -1, nullsLast: boolean): Value {
  return isArray(array) ? sortedPlaces(array, sign, nullsLast).map((i) => array[i] ?? null) : null;
}

/** Several arrays in the order of the first, as an array of arrays; those of another length are null. */
function sortedTogether(sign: 1 | -1): Signature {
  return seeing(["array: dynamic", "others: dynamic", "...more?: any"], "dynamic", (first, ...rest) => {
    const last = rest[rest.length - 1];
    const told = typeof last === "boolean";
    if (first === null || !isArray(first)) return null;
    const places = sortedPlaces(first, sign, told ? last : true);
    return [first, ...(told ? rest.slice(0, -1) : rest)].map((array) =>
      array !== null && isArray(array) && array.length === first.length ? places.map((i) => array[i] ?? null) : null,
    );
  });
}

/** Where a value stands for the n-th time within some places. */
function indexOf(
  array: Value,
  wanted: Value,
  start: bigint | undefined,
  length: bigint | undefined,
  occurrence: bigint | undefined,
): bigint | null {
  if (!isArray(array)) return null;
  if ((length ?? -1n) < -1n || (occurrence ?? 1n) < 0n) return null;
  const given = place(start ?? 0n);
  const from = given < 0 ? Math.max(0, array.length + given) : given;
  const to = length === undefined || length < 0n ? array.length : Math.min(array.length, from + place(length));
  let left = Number(occurrence ?? 1n);
  for (let i = from; i < to; i++) if (equal(array[i] ?? null, wanted) && --left <= 0) return BigInt(i);
  return -1n;
}

function sum(array: Value): number | null {
  if (!isArray(array)) return null;
  let total = 0;
  for (const item of array) {
    if (typeof item === "bigint" || typeof item === "number") total += Number(item);
    else if (item !== null && kindOf(item) === "decimal") total += realOf(item as Decimal);
    else return null;
  }
  return total;
}

function chosen(conditions: Value, then: Value, otherwise: Value): Value {
  if (!isArray(conditions)) return null;
  const at = (value: Value, i: number): Value => (isArray(value) ? (value[i] ?? null) : value);
  return conditions.map((c, i) => {
    if (typeof c === "boolean") return at(c ? then : otherwise, i);
    if (typeof c === "bigint" || typeof c === "number") return at(Number(c) !== 0 ? then : otherwise, i);
    return null;
  });
}

/** All numbers or times from `start` to `stop`. Null when the step leads away, or to nothing. */
function range(start: Value, stop: Value, step: Value | undefined): Value {
  const out: Value[] = [];
  const kind = kindOf(start);
  if (kind === "datetime" || kind === "timespan") {
    const from = (start as Ticks).ticks;
    const end = coerce(stop, kind);
    const given =
      step === undefined
        ? kind === "datetime"
          ? TICKS_PER_DAY
          : TICKS_PER_HOUR
        : (coerce(step, "timespan") as Ticks | null)?.ticks;
    if (end === null || given === undefined || given === 0n) return null;
    const to = (end as Ticks).ticks;
    for (let t = from; given > 0n ? t <= to : t >= to; t += given) {
      if (out.length >= LONGEST_ARRAY) break;
      out.push({ kind, ticks: t });
    }
    return out;
  }
  const by = step ?? 1n;
  if (typeof start === "bigint" && typeof stop === "bigint" && typeof by === "bigint") {
    if (by === 0n) return null;
    for (let n = start; by > 0n ? n <= stop : n >= stop; n += by) {
      if (out.length >= LONGEST_ARRAY) break;
      out.push(n);
    }
    return out;
  }
  const [from, to, width] = [start, stop, by].map((v) => coerce(v, "real")) as [
    number | null,
    number | null,
    number | null,
  ];
  if (from === null || to === null || width === null || width === 0 || !Number.isFinite(from + to + width))
    return null;
  for (let i = 0; i < LONGEST_ARRAY; i++) {
    const x = from + i * width;
    if (width > 0 ? x > to : x < to) break;
    out.push(x);
  }
  return out;
}

function arrays(values: readonly (Value | null)[]): readonly (readonly Value[])[] | null {
  return values.every((v): v is readonly Value[] => v !== null && isArray(v)) ? values : null;
}

const SORTED = { suffix: "_sorted" };

export const arrayFunctions: readonly ScalarFunction[] = [
  define(
    "pack_array",
    {
      says: "An array of the values given.",
      examples: [['pack_array(1, "a", 2.5)', '[1,"a",2.5]']],
    },
    seeing(["...values?: any"], "dynamic", (...values) => values),
  ),
  define(
    "array_length",
    {
      says: "The number of an array's items; null for what is no array.",
      examples: [
        ["array_length(dynamic([1, 2, 3]))", "3"],
        ['array_length(dynamic("a"))', ""],
      ],
    },
    each(["array: dynamic"], "long", (array) => (isArray(array) ? BigInt(array.length) : null)),
  ),
  define(
    "array_concat",
    {
      says: "One array of the items of several.",
      examples: [["array_concat(dynamic([1, 2]), dynamic([3]))", "[1,2,3]"]],
    },
    seeing(["...arrays: dynamic"], "dynamic", (...values) => {
      const known = values.filter((v): v is readonly Value[] => v !== null && isArray(v));
      return known.length === 0 ? null : known.flat();
    }),
  ),
  define(
    "array_slice",
    {
      says: "The items from one place to another, both included; negative places count from the end.",
      examples: [
        ["array_slice(dynamic([1,2,3,4,5]), 2, -1)", "[3,4,5]"],
        ["array_slice(dynamic([1,2,3]), 1, 2)", "[2,3]"],
      ],
    },
    each(["array: dynamic", "start: long", "end: long"], "dynamic", slice),
  ),
  define(
    "array_split",
    {
      says: "An array cut at a place or at several.",
      examples: [
        ["array_split(dynamic([1,2,3,4,5]), 2)", "[[1,2],[3,4,5]]"],
        ["array_split(dynamic([1,2,3,4,5]), dynamic([1,3]))", "[[1],[2,3],[4,5]]"],
      ],
    },
    each(["array: dynamic", "at: long"], "dynamic", splitAt),
    each(["array: dynamic", "at: dynamic"], "dynamic", splitAt),
  ),
  define(
    "array_rotate_left",
    {
      says: "An array whose first items were moved to its end.",
      examples: [["array_rotate_left(dynamic([1,2,3,4,5]), 2)", "[3,4,5,1,2]"]],
    },
    each(["array: dynamic", "count: long"], "dynamic", rotated),
  ),
  define(
    "array_rotate_right",
    {
      says: "An array whose last items were moved to its start.",
      examples: [["array_rotate_right(dynamic([1,2,3,4,5]), 2)", "[4,5,1,2,3]"]],
    },
    each(["array: dynamic", "count: long"], "dynamic", (array, by) => rotated(array, -by)),
  ),
  define(
    "array_shift_left",
    {
      says: "An array whose items were moved to the left, with null or a given value in the free places.",
      examples: [
        ["array_shift_left(dynamic([1,2,3,4,5]), 2)", "[3,4,5,null,null]"],
        ["array_shift_left(dynamic([1,2,3]), 1, -1)", "[2,3,-1]"],
        ['array_shift_left(dynamic(["a","b"]), 1)', '["b",""]'],
      ],
    },
    each(["array: dynamic", "count: long"], "dynamic", (array, by) => shifted(array, by)),
    seeing(["array: dynamic", "count: long", "filler: any"], "dynamic", (array, by, filler) =>
      array === null || by === null ? null : shifted(array, by, filler),
    ),
  ),
  define(
    "array_shift_right",
    {
      says: "An array whose items were moved to the right, with null or a given value in the free places.",
      examples: [["array_shift_right(dynamic([1,2,3,4,5]), 2)", "[null,null,1,2,3]"]],
    },
    each(["array: dynamic", "count: long"], "dynamic", (array, by) => shifted(array, -by)),
    seeing(["array: dynamic", "count: long", "filler: any"], "dynamic", (array, by, filler) =>
      array === null || by === null ? null : shifted(array, -by, filler),
    ),
  ),
  define(
    "array_reverse",
    {
      says: "An array from its end to its start.",
      examples: [["array_reverse(dynamic([1,2,3]))", "[3,2,1]"]],
    },
    each(["array: dynamic"], "dynamic", (array) => (isArray(array) ? [...array].reverse() : null)),
  ),
  define(
    "array_sort_asc",
    {
      says: "An array in ascending order: numbers and times, then texts, then the rest; nulls are last or first.",
      examples: [
        ["array_sort_asc(dynamic([3,1,null,2]))", "[1,2,3,null]"],
        ["array_sort_asc(dynamic([3,null,1]), false)", "[null,1,3]"],
      ],
      columns: SORTED,
    },
    each(["array: dynamic"], "dynamic", (array) => sorted(array, 1, true)),
    each(["array: dynamic", "nulls_last: bool"], "dynamic", (array, last) => sorted(array, 1, last)),
    sortedTogether(1),
  ),
  define(
    "array_sort_desc",
    {
      says: "An array in descending order; nulls last unless told otherwise.",
      examples: [
        ["array_sort_desc(dynamic([3,1,null,2]))", "[3,2,1,null]"],
        ['array_sort_desc(dynamic([1,2]), dynamic(["a","b"]))[1]', '["b","a"]'],
      ],
      columns: SORTED,
    },
    each(["array: dynamic"], "dynamic", (array) => sorted(array, -1, true)),
    each(["array: dynamic", "nulls_last: bool"], "dynamic", (array, last) => sorted(array, -1, last)),
    sortedTogether(-1),
  ),
  define(
    "array_index_of",
    {
      says: "The place of a value in an array, from 0; -1 when it is not in it.",
      examples: [
        ['array_index_of(dynamic(["a", "b", "c"]), "b")', "1"],
        ['array_index_of(dynamic(["a", "b", "a"]), "a", 1)', "2"],
        ['array_index_of(dynamic(["a"]), "z")', "-1"],
      ],
    },
    each(["array: dynamic", "value: any", "start?: long", "length?: long", "occurrence?: long"], "long", indexOf),
  ),
  define(
    "array_sum",
    {
      says: "The sum of an array's numbers; null when it holds anything else.",
      examples: [
        ["array_sum(dynamic([1, 2, 3.5]))", "6.5"],
        ['array_sum(dynamic(["a"]))', ""],
        ["array_sum(dynamic([1, true]))", ""],
      ],
    },
    each(["array: dynamic"], "real", sum),
  ),
  define(
    "array_iff",
    {
      says: "Item by item one of two values, as an array of conditions says.",
      examples: [
        ["array_iff(dynamic([true, false, true]), dynamic([1,2,3]), dynamic([4,5,6]))", "[1,5,3]"],
        ['array_iff(dynamic([1, 0]), "yes", "no")', '["yes","no"]'],
      ],
    },
    seeing(["conditions: dynamic", "then: any", "else: any"], "dynamic", chosen),
  ),
  define(
    "strcat_array",
    {
      says: "The items of an array joined to one text.",
      examples: [['strcat_array(dynamic([1, 2, 3]), "->")', "1->2->3"]],
    },
    each(["array: dynamic", "delimiter: any"], "string", (array, delimiter) =>
      isArray(array) ? joined(array.map(printValue), printValue(delimiter)) : printValue(array),
    ),
  ),
  define(
    "set_has_element",
    {
      says: "Whether a value is in an array.",
      examples: [
        ['set_has_element(dynamic(["this", "is"]), "is")', "true"],
        ["set_has_element(dynamic([1]), 2)", "false"],
      ],
    },
    each(["set: dynamic", "value: any"], "bool", (set, value) =>
      isArray(set) ? set.some((item) => equal(item, value)) : null,
    ),
  ),
  define(
    "set_union",
    {
      says: "The distinct values of several arrays.",
      examples: [["set_union(dynamic([1, 2, 1]), dynamic([2, 3]))", "[1,2,3]"]],
    },
    each(["set: dynamic", "...others: dynamic"], "dynamic", (...sets) => {
      const known = arrays(sets);
      return known === null ? null : new ValueSet(known.flat()).items;
    }),
  ),
  define(
    "set_intersect",
    {
      says: "The distinct values that are in all of several arrays.",
      examples: [["set_intersect(dynamic([1, 2, 3]), dynamic([3, 2, 5]))", "[2,3]"]],
    },
    each(["set: dynamic", "...others: dynamic"], "dynamic", (...sets) => {
      const known = arrays(sets);
      const [first, ...rest] = known ?? [];
      if (first === undefined) return null;
      const others = rest.map((items) => new ValueSet(items));
      return new ValueSet(first).items.filter((item) => others.every((other) => other.has(item)));
    }),
  ),
  define(
    "set_difference",
    {
      says: "The distinct values of the first array that are in none of the others.",
      examples: [["set_difference(dynamic([1, 2, 3]), dynamic([2]))", "[1,3]"]],
    },
    each(["set: dynamic", "...others: dynamic"], "dynamic", (...sets) => {
      const known = arrays(sets);
      const [first, ...rest] = known ?? [];
      if (first === undefined) return null;
      const others = new ValueSet(rest.flat());
      return new ValueSet(first).items.filter((item) => !others.has(item));
    }),
  ),
  define(
    "set_equals",
    {
      says: "Whether two arrays hold the same distinct values.",
      examples: [
        ["set_equals(dynamic([1, 2, 2]), dynamic([2, 1]))", "true"],
        ["set_equals(dynamic([1]), dynamic([2]))", "false"],
      ],
    },
    each(["first: dynamic", "second: dynamic"], "bool", (first, second) => {
      if (!isArray(first) || !isArray(second)) return null;
      const a = new ValueSet(first);
      const b = new ValueSet(second);
      return a.items.length === b.items.length && a.items.every((item) => b.has(item));
    }),
  ),
  define(
    "jaccard_index",
    {
      says: "How alike two sets are: the share of their values that both have.",
      examples: [["jaccard_index(dynamic([1,2,3]), dynamic([1,2,3,4]))", "0.75"]],
    },
    each(["first: dynamic", "second: dynamic"], "dynamic", (first, second): Value => {
      if (!isArray(first) || !isArray(second)) return null;
      const a = new ValueSet(first);
      const b = new ValueSet(second);
      const both = a.items.filter((item) => b.has(item)).length;
      const all = a.items.length + b.items.length - both;
      return both / all;
    }),
  ),
  define(
    "zip",
    {
      says: "An array of arrays, each with the items that stand at one place of several arrays.",
      examples: [["zip(dynamic([1,3,5]), dynamic([2,4]))", "[[1,2],[3,4],[5,null]]"]],
    },
    each(["array: dynamic", "...others: dynamic"], "dynamic", (...values) => {
      const known = arrays(values);
      if (known === null) return null;
      const length = Math.max(0, ...known.map((a) => a.length));
      return Array.from({ length }, (_, i) => known.map((a) => a[i] ?? null));
    }),
  ),
  define(
    "range",
    {
      says: "An array of numbers or times from a start up to a stop, by a step (1, or an hour or a day of times).",
      examples: [
        ["range(1, 8, 3)", "[1,4,7]"],
        ["range(0.5, 2)", "[0.5,1.5]"],
        ["range(1h, 3h)", '["01:00:00","02:00:00","03:00:00"]'],
      ],
    },
    each(["start: any", "stop: any", "step?: any"], "dynamic", range),
  ),
  define(
    "repeat",
    {
      says: "An array that holds one value several times.",
      examples: [
        ["repeat(1, 3)", "[1,1,1]"],
        ['repeat("a", 0)', "[]"],
        ["repeat(1, -1)", ""],
      ],
    },
    seeing(["value: any", "count: long"], "dynamic", (value, count) => {
      if (count === null || count < 0n) return null;
      return new Array<Value>(Math.min(Number(count), LONGEST_ARRAY)).fill(value);
    }),
  ),
];
