/**
 * The order of rows by their cells. Nulls and NaN stand together at the end that the direction says; which of the two
 * comes first follows from that end too (Kusto docs, "sort operator", "Using special floating-point values").
 */
import type { Column } from "./column";
import { halvesOf } from "./column";
import { compare } from "./value";

/** Negative, zero or positive for two row numbers. */
export type RowOrder = (a: number, b: number) => number;

/** Which way a column is sorted. */
export interface Direction {
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** The order of rows by their keys; rows with equal keys compare as 0. */
export function rowOrder(columns: readonly Column[], keys: readonly Direction[]): RowOrder {
  const orders = columns.map((column, i) =>
    cellOrder(column, keys[i]?.descending ?? false, keys[i]?.nullsFirst ?? true));
  const [only] = orders;
  if (only !== undefined && orders.length === 1) return only;
  return (a, b) => {
    for (const order of orders) {
      const sign = order(a, b);
      if (sign !== 0) return sign;
    }
    return 0;
  };
}

/** The order of rows by one column. */
export function cellOrder(column: Column, descending: boolean, nullsFirst: boolean): RowOrder {
  const values = valueOrder(column, descending ? -1 : 1);
  const classes = specialRows(column, nullsFirst);
  if (classes === undefined) return values;
  // Two rows of one class other than that of proper values are equal: both null, or both NaN.
  return (a, b) => classes[a]! - classes[b]! || (classes[a] === PROPER ? values(a, b) : 0);
}

const PROPER = 2;

/** Where nulls and NaN stand against proper values, or undefined when there are none of them. */
function specialRows(column: Column, nullsFirst: boolean): Uint8Array | undefined {
  const { nulls, length } = column;
  const real = column.type === "real" ? column.data : undefined;
  if (nulls === null && (real === undefined || !real.some(Number.isNaN))) return undefined;
  const classes = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const isNull = nulls !== null && nulls[i] === 1;
    const isNaN = !isNull && real !== undefined && Number.isNaN(real[i]);
    classes[i] = isNull ? (nullsFirst ? 0 : 4) : isNaN ? (nullsFirst ? 1 : 3) : PROPER;
  }
  return classes;
}

/**
 * The keys of rows as unsigned 32-bit words whose order is the order of the rows, the most significant array first; undefined
 * where a key is of a type that has no such words.
 */
export function orderWords(columns: readonly Column[], keys: readonly Direction[]): Uint32Array[] | undefined {
  const out: Uint32Array[] = [];
  for (const [i, column] of columns.entries()) {
    const words = cellWords(column);
    if (words === undefined) return undefined;
    const classes = specialRows(column, keys[i]?.nullsFirst ?? true);
    if (keys[i]?.descending === true) for (const word of words) for (let row = 0; row < word.length; row++) word[row] = ~word[row]!;
    if (classes !== undefined) {
      // Two rows of one class other than that of proper values are equal: both null, or both NaN.
      for (const word of words) for (let row = 0; row < word.length; row++) if (classes[row] !== PROPER) word[row] = 0;
      out.push(Uint32Array.from(classes));
    }
    out.push(...words);
  }
  return out;
}

const SIGN = 0x80000000;

/** New arrays of words that order the proper cells of a column upwards, the most significant first. */
function cellWords(column: Column): Uint32Array[] | undefined {
  switch (column.type) {
    case "bool": return [Uint32Array.from(column.data)];
    case "int": {
      const { data, length } = column;
      const out = new Uint32Array(length);
      for (let row = 0; row < length; row++) out[row] = data[row]! ^ SIGN;
      return [out];
    }
    case "long": case "datetime": case "timespan": {
      const words = halvesOf(column.data);
      const { length } = column;
      const high = new Uint32Array(length);
      const low = new Uint32Array(length);
      for (let row = 0; row < length; row++) {
        low[row] = words[row * 2]!;
        high[row] = words[row * 2 + 1]! ^ SIGN;
      }
      return [high, low];
    }
    case "real": {
      const { data, length } = column;
      // Both zeros are the same number.
      const words = new Uint32Array(data.map((x) => (x === 0 ? 0 : x)).buffer);
      const high = new Uint32Array(length);
      const low = new Uint32Array(length);
      for (let row = 0; row < length; row++) {
        const h = words[row * 2 + 1]!;
        // The bits of a negative number grow as it falls.
        const flip = h >= SIGN ? 0xffffffff : 0;
        low[row] = words[row * 2]! ^ flip;
        high[row] = h ^ (flip === 0 ? SIGN : flip);
      }
      return [high, low];
    }
    case "string": case "guid": {
      const { codes, words, length } = column;
      const ranks = wordRanks(words, codes);
      const out = new Uint32Array(length);
      for (let row = 0; row < length; row++) out[row] = ranks[codes[row]!]!;
      return [out];
    }
    case "decimal": case "dynamic": return undefined;
    default: return column satisfies never;
  }
}

/** The order of cells that are neither null nor NaN; `sign` is -1 for descending. */
function valueOrder(column: Column, sign: 1 | -1): RowOrder {
  switch (column.type) {
    case "bool": case "int": {
      const { data } = column;
      return (a, b) => (data[a]! - data[b]!) * sign;
    }
    case "real": {
      const { data } = column;
      return (a, b) => (data[a]! < data[b]! ? -sign : data[a]! > data[b]! ? sign : 0);
    }
    case "long": case "datetime": case "timespan": {
      // Comparing the words is several times faster than comparing bigints.
      const { buffer, byteOffset, length } = column.data;
      const low = new Uint32Array(buffer, byteOffset, length * 2);
      const high = new Int32Array(buffer, byteOffset, length * 2);
      return (a, b) => {
        const x = high[a * 2 + 1]!;
        const y = high[b * 2 + 1]!;
        if (x !== y) return x < y ? -sign : sign;
        const v = low[a * 2]!;
        const w = low[b * 2]!;
        return v < w ? -sign : v > w ? sign : 0;
      };
    }
    case "string": case "guid": {
      const { codes, words } = column;
      if (words.length > codes.length * 8) {
        // A huge dictionary for few rows is not worth ranking.
        const text = (row: number) => words[codes[row]!] ?? "";
        return (a, b) => (text(a) < text(b) ? -sign : text(a) > text(b) ? sign : 0);
      }
      const ranks = wordRanks(words, codes);
      return (a, b) => (ranks[codes[a]!]! - ranks[codes[b]!]!) * sign;
    }
    case "decimal": {
      const { data } = column;
      return (a, b) => (data[a]! < data[b]! ? -sign : data[a]! > data[b]! ? sign : 0);
    }
    case "dynamic": {
      const { data } = column;
      return (a, b) => compare(data[a] ?? null, data[b] ?? null) * sign;
    }
    default: return column satisfies never;
  }
}

/** For each code in use the rank of its word; equal words share one. */
function wordRanks(words: readonly string[], codes: Uint32Array): Int32Array {
  const used = new Uint8Array(words.length);
  for (const code of codes) used[code] = 1;
  const present: number[] = [];
  for (let code = 0; code < words.length; code++) if (used[code] === 1) present.push(code);
  present.sort((a, b) => (words[a]! < words[b]! ? -1 : words[a]! > words[b]! ? 1 : 0));
  const ranks = new Int32Array(words.length);
  let rank = 0;
  present.forEach((code, i) => {
    if (i > 0 && words[present[i - 1]!] !== words[code]) rank++;
    ranks[code] = rank;
  });
  return ranks;
}
