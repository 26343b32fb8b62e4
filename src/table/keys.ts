/**
 * Keys: gives each distinct tuple of cells a small number, in the order in which they are first met. Groups and joins
 * work on these numbers. 64-bit cells are hashed by their two 32-bit words, texts once per word of a dictionary.
 */
import { valueAt } from "./column";
import type { Column, WordColumn } from "./column";
import type { ScalarType } from "./type";
import { equal, hash } from "./value";
import type { Value } from "./value";

/** The number of a key that is not known. */
export const UNKNOWN_KEY = 0xffffffff;

/** Numbers keys of fixed column types. Keys met by `add` count from 0 without gaps. */
export class Keys {
  private readonly cells: readonly CellNumbers[];
  private readonly pairs: readonly PairNumbers[];

  /** `nulls`: whether a null is a key like any other (groups) or matches nothing (joins). */
  constructor(types: readonly ScalarType[], private readonly nulls: "match" | "never") {
    this.cells = types.map(cellNumbers);
    this.pairs = types.slice(1).map(() => new PairNumbers());
  }

  /** How many keys were added so far. */
  get count(): number {
    const last = this.pairs.at(-1);
    return last?.count ?? this.cells[0]?.count ?? 1;
  }

  /** The number of each row's key, new ones included. Columns of length 1 count for every row. */
  add(columns: readonly Column[], length: number): Uint32Array {
    return this.number(columns, length, true);
  }

  /** The number of each row's key, `UNKNOWN_KEY` where it was never added. */
  find(columns: readonly Column[], length: number): Uint32Array {
    return this.number(columns, length, false);
  }

  private number(columns: readonly Column[], length: number, grow: boolean): Uint32Array {
    const out = new Uint32Array(length);
    this.cells.forEach((cells, i) => {
      const column = columns[i];
      if (column === undefined) throw new RangeError(`Key ${i} of ${this.cells.length} is missing`);
      if (i === 0) cells.number(column, length, grow, out);
      else {
        const next = new Uint32Array(length);
        cells.number(column, length, grow, next);
        this.pairs[i - 1]?.number(out, next, grow, out);
      }
    });
    if (this.nulls === "never") this.dropNulls(columns, length, out);
    return out;
  }

  private dropNulls(columns: readonly Column[], length: number, out: Uint32Array): void {
    for (const { nulls, length: own } of columns) {
      if (nulls === null) continue;
      const step = own === 1 && length !== 1 ? 0 : 1;
      for (let i = 0; i < length; i++) if (nulls[i * step] === 1) out[i] = UNKNOWN_KEY;
    }
  }
}

/** Numbers the cells of one column. */
interface CellNumbers {
  readonly count: number;
  number(column: Column, length: number, grow: boolean, out: Uint32Array): void;
}

function cellNumbers(type: ScalarType): CellNumbers {
  switch (type) {
    case "string": case "guid": return new WordNumbers();
    case "bool": case "int": case "long": case "datetime": case "timespan": case "real": return new BitNumbers();
    case "decimal": case "dynamic": return new ValueNumbers();
    default: return type satisfies never;
  }
}

/** Fills `out` from the number of a constant column's only cell. */
function repeat(cells: CellNumbers, column: Column, grow: boolean, out: Uint32Array): void {
  const one = new Uint32Array(1);
  cells.number(column, 1, grow, one);
  out.fill(one[0] ?? UNKNOWN_KEY);
}

// ---- texts ---------------------------------------------------------------------------------------------------------

class WordNumbers implements CellNumbers {
  count = 0;
  private readonly byWord = new Map<string, number>();
  private nullNumber = UNKNOWN_KEY;
  /** Per dictionary the number of each of its words, `UNKNOWN_KEY` where it was not needed yet. */
  private readonly maps = new WeakMap<readonly string[], Uint32Array>();

  number(column: Column, length: number, grow: boolean, out: Uint32Array): void {
    if (column.length !== length) return repeat(this, column, grow, out);
    const { codes, words, nulls } = column as WordColumn;
    const map = this.mapOf(words, length);
    for (let i = 0; i < length; i++) {
      if (nulls !== null && nulls[i] === 1) {
        if (this.nullNumber === UNKNOWN_KEY && grow) this.nullNumber = this.count++;
        out[i] = this.nullNumber;
        continue;
      }
      const code = codes[i]!;
      let n = map === undefined ? UNKNOWN_KEY : map[code]!;
      if (n === UNKNOWN_KEY) {
        n = this.numberOf(words[code] ?? "", grow);
        if (map !== undefined) map[code] = n;
      }
      out[i] = n;
    }
  }

  /** A map pays when its dictionary is small against the rows, or will be met again. */
  private mapOf(words: readonly string[], length: number): Uint32Array | undefined {
    let map = this.maps.get(words);
    if (map === undefined && words.length <= length * 64) {
      map = new Uint32Array(words.length).fill(UNKNOWN_KEY);
      this.maps.set(words, map);
    }
    return map;
  }

  private numberOf(word: string, grow: boolean): number {
    let n = this.byWord.get(word);
    if (n === undefined) {
      if (!grow) return UNKNOWN_KEY;
      n = this.count++;
      this.byWord.set(word, n);
    }
    return n;
  }
}

// ---- pairs of 32-bit words -----------------------------------------------------------------------------------------

/** Numbers pairs of 32-bit words: an open-addressed table, grown at half full. */
class PairNumbers {
  count = 0;
  private slots = new Uint32Array(64).fill(UNKNOWN_KEY);
  private low = new Uint32Array(32);
  private high = new Uint32Array(32);

  /** Numbers of the pairs `(low[i], high[i])`; a pair with an unknown half is unknown. May write into an input. */
  number(low: Uint32Array, high: Uint32Array, grow: boolean, out: Uint32Array): void {
    for (let i = 0; i < out.length; i++) {
      const a = low[i]!;
      const b = high[i]!;
      out[i] = a === UNKNOWN_KEY || b === UNKNOWN_KEY ? UNKNOWN_KEY : this.one(a, b, grow);
    }
  }

  one(a: number, b: number, grow: boolean): number {
    let mask = this.slots.length - 1;
    let at = scatter(a, b) & mask;
    for (let n = this.slots[at]!; n !== UNKNOWN_KEY; n = this.slots[at]!) {
      if (this.low[n] === a && this.high[n] === b) return n;
      at = (at + 1) & mask;
    }
    if (!grow) return UNKNOWN_KEY;
    const n = this.reserve();
    if (this.slots.length - 1 !== mask) {
      mask = this.slots.length - 1;
      at = scatter(a, b) & mask;
      while (this.slots[at] !== UNKNOWN_KEY) at = (at + 1) & mask;
    }
    this.slots[at] = n;
    this.low[n] = a;
    this.high[n] = b;
    return n;
  }

  /** The next number, for whatever is not a pair. */
  reserve(): number {
    if ((this.count + 1) * 2 > this.slots.length) this.widen();
    return this.count++;
  }

  private widen(): void {
    const size = this.slots.length * 4;
    const slots = new Uint32Array(size).fill(UNKNOWN_KEY);
    const low = new Uint32Array(size / 2);
    const high = new Uint32Array(size / 2);
    low.set(this.low);
    high.set(this.high);
    for (const n of this.slots) {
      if (n === UNKNOWN_KEY) continue;
      let at = scatter(low[n]!, high[n]!) & (size - 1);
      while (slots[at] !== UNKNOWN_KEY) at = (at + 1) & (size - 1);
      slots[at] = n;
    }
    this.slots = slots;
    this.low = low;
    this.high = high;
  }
}

/** Spreads two words over 32 bits: consecutive numbers and times end in far apart places. */
function scatter(a: number, b: number): number {
  let h = Math.imul(a ^ Math.imul(b, 0x9e3779b1), 0x85ebca6b);
  h ^= h >>> 15;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 13)) >>> 0;
}

// ---- fixed-width cells ---------------------------------------------------------------------------------------------

const NAN = new Uint32Array(new Float64Array([NaN]).buffer);

/** Bools, ints, longs, times and reals, by their bits. */
class BitNumbers implements CellNumbers {
  private readonly pairs = new PairNumbers();
  private nullNumber = UNKNOWN_KEY;

  get count(): number {
    return this.pairs.count;
  }

  number(column: Column, length: number, grow: boolean, out: Uint32Array): void {
    if (column.length !== length) return repeat(this, column, grow, out);
    const { nulls } = column;
    const { low, high } = halves(column);
    const { pairs } = this;
    const step = high === undefined ? 1 : 2;
    const real = column.type === "real" ? column.data : undefined;
    for (let i = 0; i < length; i++) {
      if (nulls !== null && nulls[i] === 1) {
        out[i] = this.nullOf(grow);
        continue;
      }
      let a = low[i * step]!;
      let b = high === undefined ? 0 : high[i * 2 + 1]!;
      if (real !== undefined) {
        const value = real[i]!;
        // Both zeros are one key, and all the bits that NaN may have.
        if (value === 0) a = b = 0;
        else if (Number.isNaN(value)) [a, b] = [NAN[0]!, NAN[1]!];
      }
      out[i] = pairs.one(a >>> 0, b, grow);
    }
  }

  /** Null takes a number of the same sequence: a pair that no value of the column has could not be told from one. */
  private nullOf(grow: boolean): number {
    if (this.nullNumber === UNKNOWN_KEY && grow) this.nullNumber = this.pairs.reserve();
    return this.nullNumber;
  }
}

/** The words of the cells: bools and ints have one each, the others two. */
function halves(column: Column): { low: Uint8Array | Int32Array | Uint32Array; high: Uint32Array | undefined } {
  switch (column.type) {
    case "bool": case "int": return { low: column.data, high: undefined };
    case "long": case "datetime": case "timespan": case "real": {
      const { buffer, byteOffset } = column.data;
      const words = new Uint32Array(buffer, byteOffset, column.data.length * 2);
      return { low: words, high: words };
    }
    default: throw new TypeError(`A ${column.type} column has no bits to hash`);
  }
}

// ---- anything else -------------------------------------------------------------------------------------------------

/** Decimals and dynamic values, by hash and equality. */
class ValueNumbers implements CellNumbers {
  count = 0;
  private readonly byHash = new Map<number, { readonly value: Value; readonly number: number }[]>();

  number(column: Column, length: number, grow: boolean, out: Uint32Array): void {
    if (column.length !== length) return repeat(this, column, grow, out);
    for (let i = 0; i < length; i++) out[i] = this.numberOf(valueAt(column, i), grow);
  }

  private numberOf(value: Value, grow: boolean): number {
    const h = hash(value);
    const bucket = this.byHash.get(h);
    const found = bucket?.find((entry) => equal(entry.value, value));
    if (found !== undefined) return found.number;
    if (!grow) return UNKNOWN_KEY;
    const number = this.count++;
    if (bucket === undefined) this.byHash.set(h, [{ value, number }]);
    else bucket.push({ value, number });
    return number;
  }
}
