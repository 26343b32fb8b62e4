/**
 * Keys: gives each distinct tuple of cells a small number, in the order in which they are first met. Groups and joins
 * work on these numbers. 64-bit cells are hashed by their two 32-bit words, texts once per word of a dictionary.
 */
import { isDistinct, valueAt } from "./column";
import type { Column, WordColumn } from "./column";
import { PairPresence } from "./pair-presence";
import { PairNumbers, UNKNOWN_KEY } from "./pairs";
import type { ScalarType } from "./type";
import { equal, hash } from "./value";
import type { Value } from "./value";
import { hashAt, hashesOf, indexOfWords } from "./word-index";
import type { WordIndex } from "./word-index";
import { WordTable } from "./word-table";

/** Numbers keys of fixed column types. Keys met by `add` count from 0 without gaps. */
export class Keys {
  private readonly cells: readonly CellNumbers[];
  private readonly pairs: readonly (PairNumbers | PairPresence)[];
  /** Which column's numbers are paired first: those with the fewest values, as their pairs stay few. */
  private order: readonly number[] | undefined;

  /**
   * `nulls`: whether a null is a key like any other (groups) or matches nothing (joins). `asked`: whether numbers tell keys apart,
   * or only what is known from what is not, which takes less.
   */
  constructor(
    types: readonly ScalarType[], private readonly nulls: "match" | "never", asked: "number" | "presence" = "number",
  ) {
    this.cells = types.map(cellNumbers);
    const last = types.length - 2;
    this.pairs = types.slice(1).map((_, i) => (i === last && asked === "presence" ? new PairPresence() : new PairNumbers()));
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
    const parts = this.cells.map((cells, i) => {
      const column = columns[i];
      if (column === undefined) throw new RangeError(`Key ${i} of ${this.cells.length} is missing`);
      const out = new Uint32Array(length);
      cells.number(column, length, grow, out);
      return out;
    });
    // Numbers of pairs count in the order of the rows, whichever column's numbers are taken first.
    this.order ??= parts.map((_, i) => i).sort((a, b) => this.cells[a]!.count - this.cells[b]!.count || a - b);
    const [first = 0, ...rest] = this.order;
    const out = parts[first] ?? new Uint32Array(length);
    rest.forEach((part, i) => this.pairs[i]!.number(out, parts[part]!, grow, out));
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

/** In a map from codes to numbers: a word that was looked for and not found. */
const ABSENT = UNKNOWN_KEY - 1;

class WordNumbers implements CellNumbers {
  count = 0;
  private readonly table = new WordTable();
  private nullNumber = UNKNOWN_KEY;
  /** The one dictionary that was met so far, where none of its words repeats. */
  private only: readonly string[] | undefined;
  private onlyMap: Uint32Array = new Uint32Array(0);
  private mixed = false;
  /** Where the words of `only` are found by those of other dictionaries. */
  private index: WordIndex | undefined;
  /** The dictionary that was last looked up in it, and its hashes. */
  private probed: readonly string[] | undefined;
  private hashes: Uint32Array = new Uint32Array(0);
  /** How many numbers there were when a word was last found to be absent. */
  private absentAt = -1;
  /** Per dictionary the number of each of its words, `UNKNOWN_KEY` where it was not needed yet. */
  private readonly maps = new WeakMap<readonly string[], Uint32Array>();

  number(column: Column, length: number, grow: boolean, out: Uint32Array): void {
    if (column.length !== length) return repeat(this, column, grow, out);
    const { codes, words, nulls } = column as WordColumn;
    const map = this.mapOf(words, length);
    if (words !== this.only) {
      if (this.only === undefined && this.count === 0 && map !== undefined && isDistinct(words)) {
        this.only = words;
        this.onlyMap = map;
      }
      else if (grow || !this.finds()) this.mix();
    }
    if (map === undefined || nulls !== null) {
      for (let i = 0; i < length; i++) {
        if (nulls !== null && nulls[i] === 1) {
          if (this.nullNumber === UNKNOWN_KEY && grow) this.nullNumber = this.count++;
          out[i] = this.nullNumber;
          continue;
        }
        out[i] = this.ofCode(words, map, codes[i]!, grow);
      }
      return;
    }
    for (let i = 0; i < length; i++) {
      const code = codes[i]!;
      const n = map[code]!;
      out[i] = n < ABSENT ? n : this.ofCode(words, map, code, grow);
    }
  }

  /** Whether words of other dictionaries are found in the index of the only one: it holds all words, so most must be asked for. */
  private finds(): boolean {
    if (this.only !== undefined && this.index === undefined && this.count * 4 >= this.only.length) {
      this.index = indexOfWords(this.only);
    }
    return this.index !== undefined;
  }

  /** From now on words are found by their text, as a second dictionary has other codes for them. */
  private mix(): void {
    if (this.only === undefined || this.mixed) return;
    const { only } = this;
    this.maps.get(only)?.forEach((n, code) => {
      if (n < ABSENT) this.table.add(only[code] ?? "", n);
    });
    this.only = undefined;
    this.index = undefined;
    this.mixed = true;
  }

  private ofCode(words: readonly string[], map: Uint32Array | undefined, code: number, grow: boolean): number {
    const known = map === undefined ? UNKNOWN_KEY : map[code]!;
    if (known < ABSENT) return known;
    // Absent it stays as long as no word is added.
    if (known === ABSENT && !grow && this.absentAt === this.count) return UNKNOWN_KEY;
    if (map !== undefined && words === this.only) {
      // No other dictionary was met: a word without a number is new.
      if (!grow) return UNKNOWN_KEY;
      return (map[code] = this.count++);
    }
    const word = words[code] ?? "";
    const found = this.index === undefined ? this.table.find(word) : this.inOnly(this.index, words, code);
    if (found !== UNKNOWN_KEY || !grow) {
      if (found === UNKNOWN_KEY) this.absentAt = this.count;
      if (map !== undefined) map[code] = found === UNKNOWN_KEY ? ABSENT : found;
      return found;
    }
    const n = this.count++;
    this.table.add(word, n);
    if (map !== undefined) map[code] = n;
    return n;
  }

  /** The number of a word that another dictionary has at `code`. */
  private inOnly(index: WordIndex, words: readonly string[], code: number): number {
    if (words !== this.probed) {
      this.probed = words;
      this.hashes = hashesOf(words, index.looks);
    }
    const own = index.find(words[code] ?? "", hashAt(this.hashes, words, code, index.looks));
    return own === UNKNOWN_KEY ? UNKNOWN_KEY : this.onlyMap[own]!;
  }

  /** A map pays when its dictionary is small against the rows, or will be met again. */
  private mapOf(words: readonly string[], length: number): Uint32Array | undefined {
    let map = this.maps.get(words);
    if (map === undefined && words.length <= length * 64 + 65_536) {
      map = new Uint32Array(words.length).fill(UNKNOWN_KEY);
      this.maps.set(words, map);
    }
    return map;
  }
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
    const { words, wide } = halves(column);
    const { pairs } = this;
    const real = column.type === "real" ? column.data : undefined;
    // Neighbours are often equal: bins of a time, ids of a session.
    let lastA = 0;
    let lastB = 0;
    let last = UNKNOWN_KEY;
    for (let i = 0; i < length; i++) {
      if (nulls !== null && nulls[i] === 1) {
        out[i] = this.nullOf(grow);
        continue;
      }
      let a = wide ? words[i * 2]! : words[i]!;
      let b = wide ? words[i * 2 + 1]! : 0;
      if (real !== undefined) {
        const value = real[i]!;
        // Both zeros are one key, and all the bits that NaN may have.
        if (value === 0) a = b = 0;
        else if (Number.isNaN(value)) {
          a = NAN[0]!;
          b = NAN[1]!;
        }
      }
      if (last === UNKNOWN_KEY || a !== lastA || b !== lastB) {
        last = pairs.one(a, b, grow);
        lastA = a;
        lastB = b;
      }
      out[i] = last;
    }
  }

  /** Null takes a number of the same sequence: a pair that no value of the column has could not be told from one. */
  private nullOf(grow: boolean): number {
    if (this.nullNumber === UNKNOWN_KEY && grow) this.nullNumber = this.pairs.reserve();
    return this.nullNumber;
  }
}

/** The 32-bit words of the cells: two where they are `wide`, one of bools and ints. */
function halves(column: Column): { readonly words: Uint32Array; readonly wide: boolean } {
  switch (column.type) {
    case "bool": return { words: Uint32Array.from(column.data), wide: false };
    case "int": return { words: new Uint32Array(column.data.buffer, column.data.byteOffset, column.data.length), wide: false };
    case "long": case "datetime": case "timespan": case "real": {
      const { buffer, byteOffset } = column.data;
      return { words: new Uint32Array(buffer, byteOffset, column.data.length * 2), wide: true };
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
