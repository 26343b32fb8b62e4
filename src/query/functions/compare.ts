/**
 * Comparison and logic with Kusto's nulls: two nulls compare to null, a null equals no value, an order with a null is
 * null. Sources: Kusto docs, "Null values" (Equality and inequality), "Logical (binary) operators", "in operator".
 */
import type { Column, ScalarType, Value } from "../../table";
import { compare, equal, isArray } from "../../table";
import type { Kernel, ScalarFunction } from "./define";
import type { ParamText } from "./lift";
import type { Signature } from "./scalar";
import { EQUAL, GREATER, GREATER_EQUAL, LESS, LESS_EQUAL, UNEQUAL, answer, compareAll } from "./ordering";
import type { Test } from "./ordering";
import { among, textOf } from "./membership";
import { define, each, kernel, seeing } from "./scalar";

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

/** Compares two columns of one type. */
function compareColumns(test: Test): Kernel {
  return (args, length) => {
    const [a, b] = args as readonly [Column, Column];
    const data = compareAll(a, b, length, test);
    return data.length === length ? withNulls(data, a, b, length, test) : { type: "bool", length: 1, nulls: null, data };
  };
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

/** `and` and `or` of three values; `decisive` alone decides. */
function logic(decisive: boolean): Kernel {
  return (args, length) => {
    const [a, b] = args as readonly Extract<Column, { type: "bool" }>[];
    if (a === undefined || b === undefined) throw new TypeError("Logic needs two arguments.");
    // What is the same in all rows decides alone, or leaves the other as it is.
    for (const [one, other] of [[a, b], [b, a]] as const) {
      if (one.length === 1 && one.nulls === null) return (one.data[0] === 1) === decisive ? one : other;
    }
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

/** Case is folded as Kusto does for texts: by simple lower-casing. */
function folded(text: string): string {
  return text.toLowerCase();
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
    kernel(["value: bool"], "bool", (args) => {
      const [value] = args as readonly Extract<Column, { type: "bool" }>[];
      if (value === undefined) throw new TypeError("not needs an argument.");
      const data = new Uint8Array(value.length);
      for (let i = 0; i < data.length; i++) data[i] = 1 - (value.data[i] as number);
      return { ...value, data };
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
    ...among(undefined),
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
