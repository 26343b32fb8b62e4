/**
 * Lifts a function of single values to columns: nulls first, constants once, strings once per distinct word.
 * Also the few ways in which kernels read and write columns: cells, sinks, constants.
 */
import { TooLarge, fitting } from "../../base";
import type { Column, Decimal, ScalarType, Value } from "../../table";
import { coerce, convert, inDatetimeRange, isArray, spread } from "../../table";
import type { Kernel, KernelContext, Param, ParamType } from "./define";

/** The JavaScript value that stands for a type in a lifted function. */
export type ValueOf<T extends ParamType> = T extends "bool"
  ? boolean
  : T extends "int" | "real"
    ? number
    : T extends "long" | "datetime" | "timespan"
      ? bigint
      : T extends "string" | "guid"
        ? string
        : T extends "decimal"
          ? Decimal
          : Value;

/** A parameter as written in a definition: `name: type`, `name?: type`, `const name: type`, `...name: type`. */
export type ParamText = `${string}: ${ParamType}`;

type ArgumentOf<P extends ParamText, N> = P extends `${string}?: ${infer T extends ParamType}`
  ? ValueOf<T> | N | undefined
  : P extends `${string}: ${infer T extends ParamType}`
    ? ValueOf<T> | N
    : never;

/** A scalar function without its types, as the lifting calls it. */
export type Lifted = (...args: readonly unknown[]) => unknown;

/** The arguments that a lifted function gets; `N` is null when it is to see nulls. */
export type ArgumentsOf<P extends readonly ParamText[], N> = P extends readonly [
  ...infer Head extends readonly ParamText[],
  `...${string}: ${infer T extends ParamType}`,
]
  ? [...ArgumentsOf<Head, N>, ...(ValueOf<T> | N)[]]
  : { -readonly [K in keyof P]: ArgumentOf<P[K], N> };

/** Reads row i of a column: null for null, else the value as {@link ValueOf} says. */
export type Cells<V> = (row: number) => V | null;

/** The cells of a column as lifted functions see them; a constant column answers for every row. */
export function cells(column: Column, length: number): Cells<unknown> {
  if (column.length === 1 && length !== 1) {
    const only = cells(column, 1)(0);
    return () => only;
  }
  const nulls = column.nulls;
  const present = presentCells(column);
  return nulls === null ? present : (row) => (nulls[row] === 1 ? null : present(row));
}

function presentCells(column: Column): Cells<unknown> {
  switch (column.type) {
    case "bool": {
      const data = column.data;
      return (row) => data[row] === 1;
    }
    case "string":
    case "guid": {
      const { codes, words } = column;
      return (row) => words[codes[row] as number];
    }
    case "decimal": {
      const { data, scale } = column;
      return (row): Decimal => ({ kind: "decimal", digits: data[row] as bigint, scale });
    }
    default: {
      const data = column.data;
      return (row) => data[row];
    }
  }
}

/** The cells of a column as values: an int is a long, times and decimals carry their kind, a guid too. */
export function values(column: Column, length: number): Cells<Value> {
  const cell = cells(column, length);
  switch (column.type) {
    case "int":
      return (row) => {
        const v = cell(row);
        return v === null ? null : BigInt(v as number);
      };
    case "datetime":
    case "timespan": {
      const kind = column.type;
      return (row) => {
        const ticks = cell(row);
        return ticks === null ? null : { kind, ticks: ticks as bigint };
      };
    }
    case "guid":
      return (row) => {
        const text = cell(row);
        return text === null ? null : { kind: "guid", text: text as string };
      };
    default:
      return cell as Cells<Value>;
  }
}

/** Characters, and elements of arrays, that the values of one batch may have together. */
const MOST_CHARACTERS = 1 << 27;
const MOST_ELEMENTS = 1 << 24;
/** Elements of one array; functions that make arrays of their own accord stop at half of it. */
const LONGEST_ARRAY = 1 << 21;

/** Adds up the lengths of a batch's new texts; throws `TooLarge` before they fill the machine. */
class Letters {
  private count = 0;

  add(text: string): void {
    this.count += fitting(text.length);
    if (this.count > MOST_CHARACTERS) {
      throw new TooLarge(`The texts made here are too long: more than ${MOST_CHARACTERS} characters in a few rows.`);
    }
  }
}

/** Rows between two looks at the clock. */
const CHECK_EVERY = 16;

/** Collects the rows of a new column. A null string becomes the empty one: strings are never null. */
export interface Sink {
  set(row: number, value: unknown): void;
  column(): Column;
}

/**
 * A sink of `length` rows; rows that are never set are null ("" for strings). Times outside of the calendar are
 * null.
 */
export function sink(type: ScalarType, length: number): Sink {
  let nulls: Uint8Array | null = null;
  const none = (row: number): void => {
    nulls ??= new Uint8Array(length);
    nulls[row] = 1;
  };
  switch (type) {
    case "bool": {
      const data = new Uint8Array(length);
      return {
        set: (row, v) => (v === null ? none(row) : void (data[row] = v === true ? 1 : 0)),
        column: () => ({ type, length, nulls, data }),
      };
    }
    case "int": {
      const data = new Int32Array(length);
      return {
        set: (row, v) => (v === null ? none(row) : void (data[row] = v as number)),
        column: () => ({ type, length, nulls, data }),
      };
    }
    case "real": {
      const data = new Float64Array(length);
      return {
        set: (row, v) => (v === null ? none(row) : void (data[row] = v as number)),
        column: () => ({ type, length, nulls, data }),
      };
    }
    case "long":
    case "timespan": {
      const data = new BigInt64Array(length);
      return {
        set: (row, v) => (v === null ? none(row) : void (data[row] = v as bigint)),
        column: () => ({ type, length, nulls, data }),
      };
    }
    case "datetime": {
      const data = new BigInt64Array(length);
      return {
        set: (row, v) => {
          if (v === null || inDatetimeRange(v as bigint) === null) none(row);
          else data[row] = v as bigint;
        },
        column: () => ({ type, length, nulls, data }),
      };
    }
    case "string": {
      const codes = new Uint32Array(length);
      const words = [""];
      const letters = new Letters();
      const codeOf = new Map([["", 0]]);
      return {
        set: (row, v) => {
          if (v === null) return;
          let code = codeOf.get(v as string);
          if (code === undefined) {
            letters.add(v as string);
            code = words.push(v as string) - 1;
            codeOf.set(v as string, code);
          }
          codes[row] = code;
        },
        column: () => ({ type, length, nulls: null, codes, words }),
      };
    }
    case "guid": {
      const codes = new Uint32Array(length);
      const words = [""];
      return {
        set: (row, v) => (v === null ? none(row) : void (codes[row] = words.push(v as string) - 1)),
        column: () => ({ type, length, nulls, codes, words }),
      };
    }
    case "decimal": {
      const data: Decimal[] = Array.from({ length }, () => ({ kind: "decimal", digits: 0n, scale: 0 }));
      return {
        set: (row, v) => (v === null ? none(row) : void (data[row] = v as Decimal)),
        column: () => {
          const scale = data.reduce((most, d) => Math.max(most, d.scale), 0);
          const digits = data.map((d) => (d.scale === scale ? d.digits : d.digits * 10n ** BigInt(scale - d.scale)));
          return { type, length, nulls, data: digits, scale };
        },
      };
    }
    case "dynamic": {
      const data = new Array<Value>(length).fill(null);
      let elements = 0;
      let last: unknown;
      return {
        set: (row, v) => {
          if (v !== last && isArray(v as Value)) {
            const { length: own } = v as readonly Value[];
            elements += own;
            if (own > LONGEST_ARRAY) throw new TooLarge(`An array of ${own} elements is too long; ${LONGEST_ARRAY} is the most.`);
            if (elements > MOST_ELEMENTS) {
              throw new TooLarge(`The arrays made here are too long: more than ${MOST_ELEMENTS} elements in a few rows.`);
            }
            last = v;
          }
          data[row] = v as Value;
          if (v === null) none(row);
        },
        column: () => ({ type, length, nulls, data }),
      };
    }
  }
}

/** `value`, as lifted functions give it, in every row. */
export function constant(type: ScalarType, value: unknown, length: number): Column {
  const one = sink(type, 1);
  one.set(0, value);
  return length === 1 ? one.column() : spread(one.column(), length);
}

/** Makes a kernel of a function of values. `make` is called once per batch. */
export function lift(
  params: readonly Param[],
  result: ScalarType,
  make: (context: KernelContext) => Lifted,
  seeNulls: boolean,
): Kernel {
  const typeAt = (i: number): ParamType => params[Math.min(i, params.length - 1)]?.type ?? "any";

  return (args, length, context) => {
    const fn = make(context);
    const getters = args.map((column, i) => {
      const type = typeAt(i);
      if (type === "any" || type === "number") return values(column, length);
      if (column.type !== type)
        throw new TypeError(`Argument ${i + 1} is ${column.type} where ${type} was declared.`);
      return cells(column, length);
    });
    const varying = args.flatMap((column, i) => (column.length === 1 && length !== 1 ? [] : [i]));
    const constants = args.map((column, i) => (column.length === 1 ? (getters[i] as Cells<unknown>)(0) : undefined));
    if (!seeNulls && constants.includes(null)) return constant(result, null, length);
    if (length === 1 || varying.length === 0) {
      return constant(result, fn(...constants) ?? null, length);
    }
    const out = sink(result, length);
    const check = (row: number): void => {
      if (row % CHECK_EVERY === 0) context.check?.();
    };
    const [a, b, c] = getters;
    if (getters.length === 1 && a !== undefined) {
      for (let row = 0; row < length; row++) {
        check(row);
        const x = a(row);
        out.set(row, x === null && !seeNulls ? null : (fn(x) ?? null));
      }
    } else if (getters.length === 2 && a !== undefined && b !== undefined) {
      for (let row = 0; row < length; row++) {
        check(row);
        const x = a(row);
        const y = b(row);
        out.set(row, (x === null || y === null) && !seeNulls ? null : (fn(x, y) ?? null));
      }
    } else if (getters.length === 3 && a !== undefined && b !== undefined && c !== undefined) {
      for (let row = 0; row < length; row++) {
        check(row);
        const x = a(row);
        const y = b(row);
        const z = c(row);
        out.set(row, (x === null || y === null || z === null) && !seeNulls ? null : (fn(x, y, z) ?? null));
      }
    } else {
      for (let row = 0; row < length; row++) {
        check(row);
        const given = getters.map((get) => get(row));
        out.set(row, given.includes(null) && !seeNulls ? null : (fn(...given) ?? null));
      }
    }
    return out.column();
  };
}

/** A value as lifted functions of a type see it: the way back from {@link values}. The value must be of that type. */
export function lowered(type: ScalarType, value: Value): unknown {
  if (value === null) return null;
  switch (type) {
    case "int":
      return Number(value);
    case "datetime":
    case "timespan":
      return typeof value === "object" && "ticks" in value ? value.ticks : null;
    case "guid":
      return typeof value === "object" && "text" in value ? value.text : value;
    default:
      return value;
  }
}

/** A column as one of another type, by the rules of the conversion functions; itself when it is of that type. */
export function converted(column: Column, type: ScalarType, length: number): Column {
  if (column.type === type) return spread(column, length);
  if (column.type === "int" && (type === "long" || type === "real")) return spread(convert(column, type), length);
  const value = values(column, length);
  const out = sink(type, length);
  for (let row = 0; row < length; row++) out.set(row, lowered(type, coerce(value(row), type)));
  return out.column();
}

const WIDTH: Partial<Record<ScalarType, number>> = { int: 0, long: 1, real: 2, decimal: 3 };

/**
 * The type that values of several types have in common: the widest number; the scalar type beside dynamic values;
 * dynamic where nothing else holds them all. Source: results of Kusto's own binder.
 */
export function commonType(types: readonly ScalarType[]): ScalarType {
  const scalars = [...new Set(types.filter((type) => type !== "dynamic"))];
  const [first, ...rest] = scalars;
  if (first === undefined) return "dynamic";
  if (rest.length === 0) return first;
  if (!scalars.every((type) => WIDTH[type] !== undefined)) return "dynamic";
  return scalars.reduce((a, b) => ((WIDTH[a] ?? 0) >= (WIDTH[b] ?? 0) ? a : b));
}
