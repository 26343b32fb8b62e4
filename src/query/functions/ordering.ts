/**
 * How two columns of one type stand to each other, row by row: the loops behind `==`, `<` and their kin. Nulls are not seen here.
 * A row is answered without a branch, as a guess of the processor that fails costs more than the comparison; and a whole block
 * at once where the bounds of a stored column leave no doubt.
 */
import { asDecimal, boundsOf, compareDecimals, halvesOf, valueAt } from "../../table";
import type { Column, LongColumn, WordColumn } from "../../table";

/** What holds of the order (below, same, above) of two values; of NaN only "not equal" does. */
export interface Test {
  readonly below: boolean;
  readonly same: boolean;
  readonly above: boolean;
  /** A null against a value: equality knows the answer, an order does not. */
  readonly oneNull: boolean | null;
}

export const EQUAL: Test = { below: false, same: true, above: false, oneNull: false };
export const UNEQUAL: Test = { below: true, same: false, above: true, oneNull: true };
export const LESS: Test = { below: true, same: false, above: false, oneNull: null };
export const LESS_EQUAL: Test = { below: true, same: true, above: false, oneNull: null };
export const GREATER: Test = { below: false, same: false, above: true, oneNull: null };
export const GREATER_EQUAL: Test = { below: false, same: true, above: true, oneNull: null };

/** The test that says of (b, a) what the given one says of (a, b). */
function turned(test: Test): Test {
  return { ...test, below: test.above, above: test.below };
}

/** A test's answer to an order: negative, zero, positive. */
export function answer(test: Test, order: number): boolean {
  return order < 0 ? test.below : order > 0 ? test.above : test.same;
}

/**
 * Which rows pass: a byte for each of them, or one for all. Columns of length 1 are constants. Of a row with a null in either
 * column the byte says nothing.
 */
export function compareAll(a: Column, b: Column, length: number, test: Test): Uint8Array {
  if (a.length === 1 && b.length > 1) return compareAll(b, a, length, turned(test));
  if (isLong(a) && isLong(b)) {
    if (b.length !== 1 || length === 1) return compareLongs(a.data, b.data, length, test);
    return decided(a, b, b.data[0]!, test) ?? compareLongsWith(a.data, b.data, length, test);
  }
  if (a.type === "int" && b.type === "int") {
    if (b.length !== 1 || length === 1) return compareNumbers(a.data, b.data, length, test);
    return decided(a, b, b.data[0]!, test) ?? compareInts(a.data, b.data[0]!, length, test);
  }
  if (isWord(a) && isWord(b)) return compareWords(a, b, length, test);
  if (isSmall(a) && isSmall(b)) {
    const known = a.type === "real" && b.length === 1 ? decided(a, b, b.data[0]!, test) : undefined;
    return known ?? compareNumbers(a.data, b.data, length, test);
  }
  if (a.type !== "decimal" || b.type !== "decimal") throw new TypeError(`Cannot compare ${a.type} with ${b.type}.`);
  const out = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const x = valueAt(a, a.length === 1 ? 0 : i);
    const y = valueAt(b, b.length === 1 ? 0 : i);
    if (x !== null && y !== null) out[i] = Number(answer(test, compareDecimals(asDecimal(x), asDecimal(y))));
  }
  return out;
}

function isLong(c: Column): c is LongColumn {
  return c.type === "long" || c.type === "datetime" || c.type === "timespan";
}

function isWord(c: Column): c is WordColumn {
  return c.type === "string" || c.type === "guid";
}

function isSmall(c: Column): c is Extract<Column, { type: "bool" | "int" | "real" }> {
  return c.type === "bool" || c.type === "int" || c.type === "real";
}

/** The one answer of all rows, where the bounds of the column and the constant leave no other. */
function decided(column: Column, other: Column, constant: bigint | number, test: Test): Uint8Array | undefined {
  // A null has an answer of its own.
  if (column.nulls !== null || other.nulls !== null || column.length === 1 || Number.isNaN(constant)) return undefined;
  const bounds = boundsOf(column);
  if (bounds === undefined) return undefined;
  const { least, most } = bounds;
  const possible: boolean[] = [];
  if (least < constant) possible.push(test.below);
  if (most > constant) possible.push(test.above);
  if (least <= constant && most >= constant) possible.push(test.same);
  return possible.every((one) => one === possible[0]) ? Uint8Array.of(Number(possible[0])) : undefined;
}

// The loops below are written per storage and per question on purpose: one shape of array each keeps them fast, and a comparison
// that is stored as it is needs no jump (see test/bench).

/**
 * Ints with a constant. Of below, same and above only one is asked for; where two would pass, the third is asked for and
 * the answer turned.
 */
function compareInts(x: Int32Array, y: number, length: number, { below, same, above }: Test): Uint8Array {
  const out = new Uint8Array(length);
  const flip = Number(below) + Number(same) + Number(above) === 2 ? 1 : 0;
  const turn = flip === 1;
  if (below !== turn) for (let i = 0; i < length; i++) out[i] = Number(x[i]! < y) ^ flip;
  else if (above !== turn) for (let i = 0; i < length; i++) out[i] = Number(x[i]! > y) ^ flip;
  else if (same !== turn) for (let i = 0; i < length; i++) out[i] = Number(x[i] === y) ^ flip;
  return out;
}

/** Longs with a constant, likewise, by their two words: comparing bigints is several times slower. */
function compareLongsWith(a: BigInt64Array, b: BigInt64Array, length: number, { below, same, above }: Test): Uint8Array {
  const out = new Uint8Array(length);
  const flip = Number(below) + Number(same) + Number(above) === 2 ? 1 : 0;
  const turn = flip === 1;
  const x = halvesOf(a);
  const y = halvesOf(b);
  const high = y[1]! | 0;
  const low = y[0]!;
  if (below !== turn) {
    for (let i = 0; i < length; i++) {
      const h = x[i * 2 + 1]! | 0;
      out[i] = (Number(h < high) | (Number(h === high) & Number(x[i * 2]! < low))) ^ flip;
    }
  } else if (above !== turn) {
    for (let i = 0; i < length; i++) {
      const h = x[i * 2 + 1]! | 0;
      out[i] = (Number(h > high) | (Number(h === high) & Number(x[i * 2]! > low))) ^ flip;
    }
  } else if (same !== turn) {
    for (let i = 0; i < length; i++) out[i] = (Number((x[i * 2 + 1]! | 0) === high) & Number(x[i * 2] === low)) ^ flip;
  }
  return out;
}

type Numbers = Int32Array | Float64Array | Uint8Array;

function compareNumbers(a: Numbers, b: Numbers, length: number, test: Test): Uint8Array {
  const out = new Uint8Array(length);
  const stepA = a.length === 1 ? 0 : 1;
  const stepB = b.length === 1 ? 0 : 1;
  const below = Number(test.below);
  const same = Number(test.same);
  const above = Number(test.above);
  // What is neither below nor above nor the same is NaN, and unequal to all.
  const unordered = test.below && test.above ? 1 : 0;
  for (let i = 0; i < length; i++) {
    const x = a[i * stepA]!;
    const y = b[i * stepB]!;
    out[i] = x < y ? below : x > y ? above : x === y ? same : unordered;
  }
  return out;
}

function compareLongs(a: BigInt64Array, b: BigInt64Array, length: number, test: Test): Uint8Array {
  const out = new Uint8Array(length);
  const below = Number(test.below);
  const same = Number(test.same);
  const above = Number(test.above);
  const x = halvesOf(a);
  const y = halvesOf(b);
  const stepA = a.length === 1 ? 0 : 2;
  const stepB = b.length === 1 ? 0 : 2;
  for (let i = 0; i < length; i++) {
    const h = x[i * stepA + 1]! | 0;
    const high = y[i * stepB + 1]! | 0;
    const l = x[i * stepA]!;
    const low = y[i * stepB]!;
    out[i] = h !== high ? (h < high ? below : above) : l === low ? same : l < low ? below : above;
  }
  return out;
}

function compareWords(a: WordColumn, b: WordColumn, length: number, test: Test): Uint8Array {
  const out = new Uint8Array(length);
  const stepA = a.length === 1 ? 0 : 1;
  const stepB = b.length === 1 ? 0 : 1;
  const below = Number(test.below);
  const same = Number(test.same);
  const above = Number(test.above);
  if (below === above) {
    for (let i = 0; i < length; i++) {
      out[i] = a.words[a.codes[i * stepA]!] === b.words[b.codes[i * stepB]!] ? same : below;
    }
    return out;
  }
  for (let i = 0; i < length; i++) {
    const x = a.words[a.codes[i * stepA]!]!;
    const y = b.words[b.codes[i * stepB]!]!;
    out[i] = x === y ? same : x < y ? below : above;
  }
  return out;
}
