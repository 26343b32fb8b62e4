/**
 * Functions that choose between values or ask what a value is: their result has the type that their arguments share.
 * Sources: Kusto docs, "iff()", "case()", "coalesce()", "min_of()", "max_of()", "isnull()", "gettype()".
 */
import type { Column, ScalarType, Value } from "../../table";
import { compare, isArray, isBag } from "../../table";
import type { Kernel, ScalarFunction } from "./define";
import { cells, commonType, converted, sink, values } from "./lift";
import { define, kernel, seeing } from "./scalar";

/** For every row the column that `pick` names, all brought to one type. */
function choosing(candidates: readonly Column[], length: number, pick: (row: number) => number): Column {
  const type = commonType(candidates.map((c) => c.type));
  const read = candidates.map((c) =>
    cells(c.length === 1 && c.type === type ? c : converted(c, type, length), length),
  );
  const out = sink(type, length);
  for (let row = 0; row < length; row++) {
    const get = read[pick(row)];
    out.set(row, get === undefined ? null : get(row));
  }
  return out.column();
}

/** `case(p1, v1, p2, v2, …, otherwise)`, of which `iff` is the shortest. */
const caseKernel: Kernel = (args, length) => {
  const predicates = args.filter((_, i) => i % 2 === 0 && i < args.length - 1).map((c) => cells(c, length));
  const results = args.filter((_, i) => i % 2 === 1 || i === args.length - 1);
  return choosing(results, length, (row) => {
    for (let k = 0; k < predicates.length; k++) if (predicates[k]?.(row) === true) return k;
    return results.length - 1;
  });
};

function caseType(types: readonly ScalarType[]): ScalarType {
  return commonType(types.filter((_, i) => i % 2 === 1 || i === types.length - 1));
}

const coalesceKernel: Kernel = (args, length) => {
  const read = args.map((c) => cells(c, length));
  return choosing(args, length, (row) => {
    const at = read.findIndex((get) => {
      const value = get(row);
      return value !== null && value !== "";
    });
    return at < 0 ? args.length - 1 : at;
  });
};

/** The argument that sorts first (`sign` -1) or last (1); nulls are passed over. */
function extreme(sign: 1 | -1): Kernel {
  return (args, length) => {
    const read = args.map((c) => values(c, length));
    return choosing(args, length, (row) => {
      let best = -1;
      let bestValue: Value = null;
      read.forEach((get, k) => {
        const value = get(row);
        if (value === null || (bestValue !== null && compare(value, bestValue) * sign <= 0)) return;
        best = k;
        bestValue = value;
      });
      return best < 0 ? 0 : best;
    });
  };
}

/** The name of a value's type, as `gettype` tells it. */
function typeName(value: Value): string {
  switch (typeof value) {
    case "boolean":
      return "bool";
    case "bigint":
      return "long";
    case "number":
      return "double";
    case "string":
      return "string";
    default:
      if (value === null) return "null";
      if (isArray(value)) return "array";
      if (isBag(value)) return "dictionary";
      return (value as { readonly kind: string }).kind;
  }
}

export const choices: readonly ScalarFunction[] = [
  define(
    "iff",
    {
      says: "One of two values, as a condition is true or not; a null condition counts as not.",
      examples: [
        ['iff(2 > 1, "yes", "no")', "yes"],
        ['iff(bool(null), "yes", "no")', "no"],
        ["iff(false, 1, 2.5)", "2.5"],
      ],
    },
    kernel(["if: bool", "then: any", "else: any"], (types) => caseType(types), caseKernel),
  ),
  define(
    "case",
    {
      says: "The value behind the first condition that is true, or the last value.",
      examples: [
        ['case(1 > 2, "a", 2 > 1, "b", "c")', "b"],
        ['case(false, "a", "otherwise")', "otherwise"],
      ],
    },
    kernel(["if: bool", "then: any", "...more: any"], (types) => caseType(types), caseKernel),
  ),
  define(
    "coalesce",
    {
      says: "The first value that is not null, of texts the first that is not empty.",
      examples: [
        ['coalesce(tolong("no number"), tolong("42"), 33)', "42"],
        ['coalesce("", "x")', "x"],
      ],
    },
    kernel(["...values: any"], (types) => commonType(types), coalesceKernel),
  ),
  define(
    "min_of",
    {
      says: "The smallest of several values; nulls are passed over.",
      examples: [
        ["min_of(10, 1, -3, 17)", "-3"],
        ["min_of(1, 0.5)", "0.5"],
        ["min_of(2d, 1h)", "01:00:00"],
      ],
    },
    kernel(["...values: any"], (types) => commonType(types), extreme(-1)),
  ),
  define(
    "max_of",
    {
      says: "The largest of several values; nulls are passed over.",
      examples: [
        ["max_of(10, 1, -3, 17)", "17"],
        ["max_of(datetime(2024-01-01), datetime(2024-02-01))", "2024-02-01T00:00:00.0000000Z"],
      ],
    },
    kernel(["...values: any"], (types) => commonType(types), extreme(1)),
  ),
  define(
    "isnull",
    {
      says: "Whether a value is null; a text never is.",
      examples: [
        ["isnull(int(null))", "true"],
        ['isnull("")', "false"],
        ["isnull(5)", "false"],
      ],
    },
    seeing(["value: string"], "bool", () => false),
    seeing(["value: any"], "bool", (value) => value === null),
  ),
  define(
    "isnotnull",
    {
      says: "Whether a value is not null; a text always is not.",
      examples: [
        ["isnotnull(5)", "true"],
        ['isnotnull(parse_json(""))', "false"],
      ],
    },
    seeing(["value: string"], "bool", () => true),
    seeing(["value: any"], "bool", (value) => value !== null),
  ),
  define(
    "gettype",
    {
      says: "The name of a value's type; of a dynamic value the type of what it holds.",
      examples: [
        ['gettype("a")', "string"],
        ["gettype(dynamic([1]))", "array"],
        ["gettype(dynamic({}))", "dictionary"],
        ["gettype(1h)", "timespan"],
        ["gettype(1.5)", "real"],
        ["gettype(dynamic(1.5))", "double"],
      ],
    },
    seeing(["value: string"], "string", () => "string"),
    kernel(["value: any"], "string", (args, length) => {
      const [column] = args as readonly [Column];
      const get = values(column, length);
      const out = sink("string", length);
      for (let row = 0; row < length; row++) {
        const value = get(row);
        const own = column.type === "int" || column.type === "real" ? column.type : undefined;
        out.set(row, value !== null && own !== undefined ? own : typeName(value));
      }
      return out.column();
    }),
  ),
];
