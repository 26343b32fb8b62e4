/**
 * Comparison and logic with Kusto's nulls: two nulls compare to null, a null equals no value, an order with a null is
 * null. Sources: Kusto docs, "Null values" (Equality and inequality), "Logical (binary) operators", "in operator".
 */
import type { Column, ScalarType, Value } from "../../table";
import { asDecimal, coerce, compare, compareDecimals, equal, halvesOf, hash, isArray, valueAt } from "../../table";
import type { Kernel, ScalarFunction } from "./define";
import type { ParamText } from "./lift";
import { values } from "./lift";
import type { Signature } from "./scalar";
import { eitherNull } from "./arithmetic";
import { define, each, kernel, seeing } from "./scalar";

/** What holds of the order (below, same, above) of two values; of NaN only "not equal" does. */
interface Test {
  readonly below: boolean;
  readonly same: boolean;
  readonly above: boolean;
  /** A null against a value: equality knows the answer, an order does not. */
  readonly oneNull: boolean | null;
}

const EQUAL: Test = { below: false, same: true, above: false, oneNull: false };
const UNEQUAL: Test = { below: true, same: false, above: true, oneNull: true };
const LESS: Test = { below: true, same: false, above: false, oneNull: null };
const LESS_EQUAL: Test = { below: true, same: true, above: false, oneNull: null };
const GREATER: Test = { below: false, same: false, above: true, oneNull: null };
const GREATER_EQUAL: Test = { below: false, same: true, above: true, oneNull: null };

/** Marks the rows that are null and gives those of one null their answer. */
function withNulls(data: Uint8Array, a: Column, b: Column, length: number, test: Test): Column {
  if (a.nulls === null && b.nulls === null) return { type: "bool", length, nulls: null, data };
  const nulls = new Uint8Array(length);
  const stepA = a.length === 1 && length !== 1 ? 0 : 1;
  const stepB = b.length === 1 && length !== 1 ? 0 : 1;
  let some = false;
  for (let i = 0; i < length; i++) {
    const left = a.nulls?.[i * stepA] === 1;
    const right = b.nulls?.[i * stepB] === 1;
    if (!left && !right) continue;
    if (left !== right && test.oneNull !== null) data[i] = test.oneNull ? 1 : 0;
    else {
      nulls[i] = 1;
      some = true;
    }
  }
  return { type: "bool", length, nulls: some ? nulls : null, data };
}

// The loops below are written per storage on purpose: one shape of array each keeps them fast (see test/bench).

/** `answers` holds 0 or 1 for below, same, above. */
function compareNumbers(
  a: Int32Array | Float64Array | Uint8Array,
  b: Int32Array | Float64Array | Uint8Array,
  length: number,
  test: Test,
): Uint8Array {
  const out = new Uint8Array(length);
  const stepA = a.length === 1 ? 0 : 1;
  const stepB = b.length === 1 ? 0 : 1;
  const below = Number(test.below),
    same = Number(test.same),
    above = Number(test.above);
  const unordered = test === UNEQUAL ? 1 : 0;
  for (let i = 0; i < length; i++) {
    const x = a[i * stepA] as number;
    const y = b[i * stepB] as number;
    out[i] = x < y ? below : x > y ? above : x === y ? same : unordered;
  }
  return out;
}

/** By their two words: comparing bigints is several times slower. */
function compareLongs(a: BigInt64Array, b: BigInt64Array, length: number, test: Test): Uint8Array {
  const out = new Uint8Array(length);
  const below = Number(test.below),
    same = Number(test.same),
    above = Number(test.above);
  const x = halvesOf(a);
  const y = halvesOf(b);
  const stepA = a.length === 1 ? 0 : 2;
  if (b.length === 1) {
    const high = (y[1] as number) | 0;
    const low = y[0] as number;
    for (let i = 0; i < length; i++) {
      const h = (x[i * stepA + 1] as number) | 0;
      const l = x[i * stepA] as number;
      out[i] = h !== high ? (h < high ? below : above) : l === low ? same : l < low ? below : above;
    }
    return out;
  }
  for (let i = 0; i < length; i++) {
    const h = (x[i * stepA + 1] as number) | 0;
    const high = (y[i * 2 + 1] as number) | 0;
    const l = x[i * stepA] as number;
    const low = y[i * 2] as number;
    out[i] = h !== high ? (h < high ? below : above) : l === low ? same : l < low ? below : above;
  }
  return out;
}

type Words = Extract<Column, { type: "string" | "guid" }>;

function compareWords(a: Words, b: Words, length: number, test: Test): Uint8Array {
  const out = new Uint8Array(length);
  const stepA = a.length === 1 ? 0 : 1;
  const stepB = b.length === 1 ? 0 : 1;
  const below = Number(test.below),
    same = Number(test.same),
    above = Number(test.above);
  if (below === above) {
    for (let i = 0; i < length; i++) {
      const x = a.words[a.codes[i * stepA] as number] as string;
      out[i] = x === (b.words[b.codes[i * stepB] as number] as string) ? same : below;
    }
    return out;
  }
  for (let i = 0; i < length; i++) {
    const x = a.words[a.codes[i * stepA] as number] as string;
    const y = b.words[b.codes[i * stepB] as number] as string;
    out[i] = x === y ? same : x < y ? below : above;
  }
  return out;
}

/** Compares two columns of one type. */
function compareColumns(test: Test): Kernel {
  return (args, length) => {
    const [a, b] = args as readonly [Column, Column];
    let data: Uint8Array;
    if ((a.type === "string" || a.type === "guid") && (b.type === "string" || b.type === "guid")) {
      data = compareWords(a, b, length, test);
    } else if (isLong(a) && isLong(b)) data = compareLongs(a.data, b.data, length, test);
    else if (a.type === "decimal" && b.type === "decimal") {
      data = new Uint8Array(length);
      for (let i = 0; i < length; i++) {
        const x = valueAt(a, a.length === 1 ? 0 : i);
        const y = valueAt(b, b.length === 1 ? 0 : i);
        // What a null gives is said below, for all types alike.
        if (x !== null && y !== null) data[i] = Number(answer(test, compareDecimals(asDecimal(x), asDecimal(y))));
      }
    } else if (isSmall(a) && isSmall(b)) data = compareNumbers(a.data, b.data, length, test);
    else throw new TypeError(`Cannot compare ${a.type} with ${b.type}.`);
    return withNulls(data, a, b, length, test);
  };
}

function isLong(c: Column): c is Extract<Column, { type: "long" | "datetime" | "timespan" }> {
  return c.type === "long" || c.type === "datetime" || c.type === "timespan";
}

function isSmall(c: Column): c is Extract<Column, { type: "bool" | "int" | "real" }> {
  return c.type === "bool" || c.type === "int" || c.type === "real";
}

function answer(test: Test, order: number): boolean {
  return order < 0 ? test.below : order > 0 ? test.above : test.same;
}

const ORDERED: readonly ScalarType[] = ["bool", "int", "long", "real", "decimal", "datetime", "timespan"];

/** Overloads for every type that has an order of its own, then for dynamic values against anything. */
function comparison(test: Test, types: readonly ScalarType[]): readonly Signature[] {
  const dynamic = (left: Value, right: Value): boolean | null => {
    if (left === null || right === null) return left === right ? null : test.oneNull;
    if (test === EQUAL) return equal(left, right);
    if (test === UNEQUAL) return !equal(left, right);
    return comparable(left, right) ? answer(test, compare(left, right)) : null;
  };
  // Against a text a dynamic value is what tostring() makes of it: rules compare parsed arrays with "[]".
  const textual = (left: Value, right: Value): boolean | null => dynamic(textOf(left), textOf(right));
  const texts: readonly Signature[] = test !== EQUAL && test !== UNEQUAL ? [] : [
    seeing(["left: dynamic", "right: string"], "bool", textual),
    seeing(["left: string", "right: dynamic"], "bool", textual),
  ];
  return [
    ...texts,
    ...types.map((type) =>
      kernel([`left: ${type}`, `right: ${type}`] as readonly ParamText[], "bool", compareColumns(test)),
    ),
    seeing(["left: dynamic", "right: dynamic"], "bool", dynamic),
    seeing(["left: dynamic", "right: any"], "bool", dynamic),
    seeing(["left: any", "right: dynamic"], "bool", dynamic),
  ];
}

/**
 * Whether the order of two dynamic values means something: numbers with numbers, times with times, texts with
 * texts.
 */
function comparable(a: Value, b: Value): boolean {
  const family = (v: Value): string => {
    if (typeof v === "bigint" || typeof v === "number") return "number";
    if (typeof v !== "object" || v === null) return typeof v;
    if (isArray(v) || v instanceof Map) return "collection";
    const kind = (v as { readonly kind: string }).kind;
    return kind === "decimal" ? "number" : kind;
  };
  const left = family(a);
  return left === family(b) && left !== "collection";
}

/** What a value is as a text; null stays null. */
function textOf(value: Value): Value {
  return value === null || typeof value === "string" ? value : coerce(value, "string");
}

/** `and` and `or` of three values; `decisive` alone decides. */
function logic(decisive: boolean): Kernel {
  return (args, length) => {
    const [a, b] = args as readonly Extract<Column, { type: "bool" }>[];
    if (a === undefined || b === undefined) throw new TypeError("Logic needs two arguments.");
    const data = new Uint8Array(length);
    const stepA = a.length === 1 && length !== 1 ? 0 : 1;
    const stepB = b.length === 1 && length !== 1 ? 0 : 1;
    if (a.nulls === null && b.nulls === null) {
      if (decisive)
        for (let i = 0; i < length; i++) data[i] = (a.data[i * stepA] as number) | (b.data[i * stepB] as number);
      else for (let i = 0; i < length; i++) data[i] = (a.data[i * stepA] as number) & (b.data[i * stepB] as number);
      return { type: "bool", length, nulls: null, data };
    }
    const nulls = new Uint8Array(length);
    const wins = decisive ? 1 : 0;
    for (let i = 0; i < length; i++) {
      const x = a.nulls?.[i * stepA] === 1 ? -1 : (a.data[i * stepA] as number);
      const y = b.nulls?.[i * stepB] === 1 ? -1 : (b.data[i * stepB] as number);
      if (x === wins || y === wins) data[i] = wins;
      else if (x === -1 || y === -1) nulls[i] = 1;
      else data[i] = 1 - wins;
    }
    return { type: "bool", length, nulls: nulls.includes(1) ? nulls : null, data };
  };
}

/** Whether a value is among others, by hash, remembered per array. */
function membership(fold: (text: string) => string): (value: Value, among: Value) => boolean {
  interface Members {
    readonly texts: Set<string>;
    readonly others: Map<number, Value[]>;
  }
  const sets = new WeakMap<readonly Value[], Members>();
  let last: { readonly among: Value; readonly set: Members } | undefined;
  return (value, among) => {
    if (!isArray(among)) return among !== null && same(value, among, fold);
    let set = among === last?.among ? last.set : sets.get(among);
    if (set === undefined) {
      set = { texts: new Set(), others: new Map() };
      for (const item of flat(among)) {
        const text = wordOf(item);
        if (text !== undefined) set.texts.add(fold(text));
        else if (item !== null) {
          const key = hash(item);
          const bucket = set.others.get(key);
          if (bucket === undefined) set.others.set(key, [item]);
          else bucket.push(item);
        }
      }
      sets.set(among, set);
    }
    if (last?.among !== among) last = { among, set };
    const text = wordOf(value);
    if (text !== undefined) return set.texts.has(fold(text));
    if (value === null) return false;
    if (set.others.get(hash(value))?.some((item) => equal(item, value)) === true) return true;
    return set.texts.size > 0 && set.others.size === 0 && set.texts.has(fold(textOf(value) as string));
  };
}

/** The items, those of arrays inside taken out: `in (dynamic(["a"]), "b")`. */
function flat(items: readonly Value[]): readonly Value[] {
  return items.some(isArray) ? items.flatMap((item) => (isArray(item) ? item : [item])) : items;
}

/** Texts and guids as text: a set of guids may be written as strings. */
function wordOf(value: Value): string | undefined {
  if (typeof value === "string") return value;
  if (value !== null && typeof value === "object" && "kind" in value && value.kind === "guid") return value.text;
  return undefined;
}

function same(a: Value, b: Value, fold: (text: string) => string): boolean {
  const left = wordOf(a);
  const right = wordOf(b);
  return left !== undefined && right !== undefined ? fold(left) === fold(right) : equal(a, b);
}

/** Case is folded as Kusto does for texts: by simple lower-casing. */
function folded(text: string): string {
  return text.toLowerCase();
}

function among(fold: (text: string) => string): readonly Signature[] {
  const oneOf = membership(fold);
  return [
    kernel(["value: string", "set: dynamic"], "bool", (args, length) => {
      const [value, set] = args as readonly [Words, Extract<Column, { type: "dynamic" }>];
      const data = new Uint8Array(length);
      const only = set.length === 1 ? (set.data[0] ?? null) : undefined;
      const stepS = set.length === 1 ? 0 : 1;
      const stepV = value.length === 1 ? 0 : 1;
      for (let i = 0; i < length; i++) {
        const word = value.words[value.codes[i * stepV] as number] ?? "";
        data[i] = oneOf(word, only === undefined ? (set.data[i * stepS] ?? null) : only) ? 1 : 0;
      }
      return { type: "bool", length, nulls: eitherNull(value, set, length), data };
    }),
    kernel(["value: any", "set: dynamic"], "bool", (args, length) => {
      const [value, set] = args as readonly [Column, Column];
      const isIn = membership(fold);
      const left = values(value, length);
      const right = values(set, length);
      const data = new Uint8Array(length);
      const nulls = new Uint8Array(length);
      // As an "or" of equalities, of which that of two nulls is null. Kusto docs: Null values, "the in operator".
      for (let i = 0; i < length; i++) {
        const [item, among] = [left(i), right(i)];
        if (isIn(item, among)) data[i] = 1;
        else if (item === null && (among === null || isArray(among) && flat(among).includes(null))) nulls[i] = 1;
      }
      return { type: "bool", length, nulls: nulls.includes(1) ? nulls : null, data };
    }),
  ];
}

const NAMES = ["string", "guid"] as const;

export const comparisons: readonly ScalarFunction[] = [
  define(
    "eq.kusto",
    {
      says: "Whether two values are the same; two nulls give null, a null and a value give false.",
      examples: [
        ["1 == 1.0", "true"],
        ['"a" == "A"', "false"],
        ["int(null) == 1", "false"],
        ["int(null) == int(null)", ""],
        ["dynamic([1]) == \"[1]\"", "true"],
      ],
    },
    ...comparison(EQUAL, [...NAMES, ...ORDERED]),
  ),
  define(
    "ne.kusto",
    {
      says: "Whether two values differ; two nulls give null, a null and a value give true.",
      examples: [
        ["1 != 2", "true"],
        ["int(null) != 1", "true"],
      ],
    },
    ...comparison(UNEQUAL, [...NAMES, ...ORDERED]),
  ),
  define(
    "lt",
    {
      says: "Whether the left value lies before the right one.",
      examples: [
        ["1 < 2", "true"],
        ["2d < 36h", "false"],
        ["int(null) < 1", ""],
      ],
    },
    ...comparison(LESS, ORDERED),
  ),
  define(
    "le",
    {
      says: "Whether the left value lies before the right one or is the same.",
      examples: [
        ["2 <= 2", "true"],
        ["datetime(2024-05-01) <= datetime(2024-04-30)", "false"],
      ],
    },
    ...comparison(LESS_EQUAL, ORDERED),
  ),
  define(
    "gt",
    {
      says: "Whether the left value lies behind the right one.",
      examples: [
        ["2.5 > 2", "true"],
        ["1m > 60s", "false"],
      ],
    },
    ...comparison(GREATER, ORDERED),
  ),
  define(
    "ge",
    {
      says: "Whether the left value lies behind the right one or is the same.",
      examples: [
        ["2 >= 2", "true"],
        ["1 >= 1.5", "false"],
      ],
    },
    ...comparison(GREATER_EQUAL, ORDERED),
  ),
  define(
    "eq.nocase",
    {
      says: "Whether two texts are the same when upper and lower case are not told apart.",
      examples: [
        ['"PowerShell.EXE" =~ "powershell.exe"', "true"],
        ['"a" =~ "b"', "false"],
      ],
    },
    each(
      ["left: string", "right: string"],
      "bool",
      (left, right) => left === right || (left.length === right.length && folded(left) === folded(right)),
    ),
  ),
  define(
    "and",
    {
      says: "Whether both are true; false decides even against a null.",
      examples: [
        ["true and false", "false"],
        ["false and bool(null)", "false"],
      ],
    },
    kernel(["left: bool", "right: bool"], "bool", logic(false)),
  ),
  define(
    "or",
    {
      says: "Whether one of the two is true; true decides even against a null.",
      examples: [
        ["true or false", "true"],
        ["bool(null) or true", "true"],
      ],
    },
    kernel(["left: bool", "right: bool"], "bool", logic(true)),
  ),
  define(
    "not",
    {
      says: "The opposite truth value; null stays null.",
      examples: [
        ["not(false)", "true"],
        ['not("a" == "b")', "true"],
      ],
    },
    kernel(["value: bool"], "bool", (args, length) => {
      const [value] = args as readonly Extract<Column, { type: "bool" }>[];
      if (value === undefined) throw new TypeError("not needs an argument.");
      const data = value.data.map((x) => 1 - x);
      if (value.length === length) return { type: "bool", length, nulls: value.nulls, data };
      return {
        type: "bool",
        length,
        data: new Uint8Array(length).fill(data[0] ?? 0),
        nulls: value.nulls?.[0] === 1 ? new Uint8Array(length).fill(1) : null,
      };
    }),
  ),
  define(
    "in",
    {
      says: "Whether a value is one of a list; texts must agree in case.",
      examples: [
        ['"a" in ("b", "a")', "true"],
        ['"A" in ("b", "a")', "false"],
        ["5 in (1, 5)", "true"],
        ["long(null) in (1, 5)", "false"],
        ["long(null) in (1, long(null))", ""],
        ["long(null) !in (1, long(null))", ""],
      ],
    },
    ...among((text) => text),
  ),
  define(
    "in_nocase",
    {
      says: "Whether a text is one of a list, in any case.",
      examples: [
        ['"A" in~ ("b", "a")', "true"],
        ['"c" in~ ("b", "a")', "false"],
      ],
    },
    ...among(folded),
  ),
];
