/** Columns: seven kinds of storage for the ten types; making, reading and rearranging them. */
import { decimalOf, pow10 } from "./decimal";
import type { Decimal } from "./decimal";
import type { ScalarType } from "./type";
import { unreadColumn, unreadOf } from "./unread";
import { kindOf } from "./value";
import type { Value } from "./value";

/**
 * A column of one type. `nulls` has a 1 for every row that is null, and is null itself when no row is.
 * What `data` holds at a null row is unspecified but valid (0, code 0 with words[0] present, null).
 * A string is never null in Kusto's languages: their readers leave `nulls` null for strings.
 */
export type Column = { readonly length: number; readonly nulls: Uint8Array | null } & ColumnData;

export type ColumnData =
  | { readonly type: "bool"; readonly data: Uint8Array }
  | { readonly type: "int"; readonly data: Int32Array }
  | { readonly type: "real"; readonly data: Float64Array }
  /** Longs, and ticks of 100 ns: a datetime since year 1, a timespan as it is. */
  | { readonly type: "long" | "datetime" | "timespan"; readonly data: BigInt64Array }
  /** Dictionary-encoded: row i is `words[codes[i]]`. Words may repeat and may be unused; dictionaries are shared. */
  | { readonly type: "string" | "guid"; readonly codes: Uint32Array; readonly words: readonly string[] }
  /** Row i is `data[i] / 10^scale`. */
  | { readonly type: "decimal"; readonly data: readonly bigint[]; readonly scale: number }
  | { readonly type: "dynamic"; readonly data: readonly Value[] };

/** The row number that `gather` answers with a null. */
export const NO_ROW = 0xffffffff;

/** The types whose storage is a dictionary. */
export type WordColumn = Extract<Column, { type: "string" | "guid" }>;
/** The types whose storage is 64-bit integers. */
export type LongColumn = Extract<Column, { type: "long" | "datetime" | "timespan" }>;

/** A column of given storage. `nulls` that hold no 1 should be passed as null. */
export function column(data: ColumnData, length: number, nulls: Uint8Array | null = null): Column {
  return { ...data, length, nulls };
}

// ---- reading -------------------------------------------------------------------------------------------------------

export function isNullAt(column: Column, row: number): boolean {
  return column.nulls !== null && column.nulls[row] === 1;
}

/** The cell at a row; a column of length 1 answers for row 0 alone. Ints and longs are bigints, guids `Guid`. */
export function valueAt(column: Column, row: number): Value {
  if (column.nulls !== null && column.nulls[row] === 1) return null;
  switch (column.type) {
    case "bool": return column.data[row] === 1;
    case "int": return BigInt(column.data[row] ?? 0);
    case "real": return column.data[row] ?? 0;
    case "long": return column.data[row] ?? 0n;
    case "datetime": case "timespan": return { kind: column.type, ticks: column.data[row] ?? 0n };
    case "string": return wordAt(column, row);
    case "guid": return { kind: "guid", text: wordAt(column, row) };
    case "decimal": return { kind: "decimal", digits: column.data[row] ?? 0n, scale: column.scale };
    case "dynamic": {
      const unread = unreadOf(column);
      return unread === undefined ? (column.data[row] ?? null) : unread.values.one(unread.codes[row] ?? 0);
    }
    default: return column satisfies never;
  }
}

/** The text of a string or guid column at a row; what a null row gives is unspecified. */
export function wordAt(column: WordColumn, row: number): string {
  return column.words[column.codes[row] ?? 0] ?? "";
}

/** How many rows are null. */
export function countNulls(column: Column): number {
  const { nulls } = column;
  if (nulls === null) return 0;
  let n = 0;
  for (let i = 0; i < column.length; i++) n += nulls[i] ?? 0;
  // A dynamic column may hold null without a mark only by our mistake; marks are what counts.
  return n;
}

// ---- making --------------------------------------------------------------------------------------------------------

/**
 * A column that holds one value in every row; `value` must fit the type (see `coerce` for values that may not).
 * Numbers are taken as either bigint or number, times as `Ticks` or bare ticks, guids as `Guid` or text.
 */
export function columnOf(type: ScalarType, value: Value, length = 1): Column {
  if (value === null) return nullColumn(type, length);
  switch (type) {
    case "bool": return { type, data: new Uint8Array(length).fill(value === true ? 1 : 0), length, nulls: null };
    case "int": return { type, data: new Int32Array(length).fill(Number(value)), length, nulls: null };
    case "real": return { type, data: new Float64Array(length).fill(Number(value)), length, nulls: null };
    case "long": case "datetime": case "timespan":
      return { type, data: new BigInt64Array(length).fill(longOf(value)), length, nulls: null };
    case "string": case "guid":
      return { type, codes: new Uint32Array(length), words: [textOf(value)], length, nulls: null };
    case "decimal": {
      const d = asDecimal(value);
      return { type, data: new Array<bigint>(length).fill(d.digits), scale: d.scale, length, nulls: null };
    }
    case "dynamic": return { type, data: new Array<Value>(length).fill(value), length, nulls: null };
    default: return type satisfies never;
  }
}

/** A column of nulls, strings too (Kusto's engine reads those as empty). */
export function nullColumn(type: ScalarType, length: number): Column {
  const nulls = new Uint8Array(length).fill(1);
  switch (type) {
    case "bool": return { type, data: new Uint8Array(length), length, nulls };
    case "int": return { type, data: new Int32Array(length), length, nulls };
    case "real": return { type, data: new Float64Array(length), length, nulls };
    case "long": case "datetime": case "timespan": return { type, data: new BigInt64Array(length), length, nulls };
    case "string": case "guid": return { type, codes: new Uint32Array(length), words: [""], length, nulls };
    case "decimal": return { type, data: new Array<bigint>(length).fill(0n), scale: 0, length, nulls };
    case "dynamic": return { type, data: new Array<Value>(length).fill(null), length, nulls };
    default: return type satisfies never;
  }
}

/** The integer behind a long, a time or a number. */
export function longOf(value: Value): bigint {
  if (typeof value === "bigint") return value;
  if (typeof value === "number") return BigInt(Math.trunc(value));
  if (value !== null && typeof value === "object" && "ticks" in value) return value.ticks;
  throw new TypeError(`A ${kindOf(value)} is not a 64-bit integer`);
}

/** The text behind a string or guid. */
export function textOf(value: Value): string {
  if (typeof value === "string") return value;
  if (value !== null && typeof value === "object" && "kind" in value && value.kind === "guid") return value.text;
  throw new TypeError(`A ${kindOf(value)} is not a text`);
}

/** The decimal behind a number of any type. */
export function asDecimal(value: Value): Decimal {
  if (typeof value === "bigint" || typeof value === "number") {
    const d = decimalOf(value);
    if (d !== null) return d;
  } else if (value !== null && typeof value === "object" && "kind" in value && value.kind === "decimal") return value;
  throw new TypeError(`A ${kindOf(value)} is not a decimal`);
}

// ---- rearranging ---------------------------------------------------------------------------------------------------

/** The rows with these numbers, in this order; `NO_ROW` gives a null. Dictionaries are shared. */
export function gather(source: Column, rows: Uint32Array): Column {
  const n = rows.length;
  const last = source.length;
  const nulls = gatherNulls(source, rows);
  switch (source.type) {
    case "bool": return { type: source.type, data: pick(source.data, rows, new Uint8Array(n)), length: n, nulls };
    case "int": return { type: source.type, data: pick(source.data, rows, new Int32Array(n)), length: n, nulls };
    case "real": return { type: source.type, data: pick(source.data, rows, new Float64Array(n)), length: n, nulls };
    case "long": case "datetime": case "timespan": {
      const data = new BigInt64Array(n);
      // Moving the two words of a long is several times faster than moving a bigint.
      const from64 = halvesOf(source.data);
      const into = halvesOf(data);
      for (let i = 0; i < n; i++) {
        const row = rows[i]!;
        if (row >= last) continue;
        into[i * 2] = from64[row * 2]!;
        into[i * 2 + 1] = from64[row * 2 + 1]!;
      }
      return { type: source.type, data, length: n, nulls };
    }
    case "string": case "guid": {
      const words = source.words.length > 0 ? source.words : [""];
      return { type: source.type, codes: pick(source.codes, rows, new Uint32Array(n)), words, length: n, nulls };
    }
    case "decimal": {
      const data = new Array<bigint>(n).fill(0n);
      for (let i = 0; i < n; i++) data[i] = source.data[rows[i]!] ?? 0n;
      return { type: source.type, data, scale: source.scale, length: n, nulls };
    }
    case "dynamic": {
      const unread = unreadOf(source);
      if (unread !== undefined) return unreadColumn(pick(unread.codes, rows, new Uint32Array(n)), unread.values, nulls);
      const data = new Array<Value>(n).fill(null);
      for (let i = 0; i < n; i++) data[i] = source.data[rows[i]!] ?? null;
      return { type: source.type, data, length: n, nulls };
    }
    default: return source satisfies never;
  }
}

/** Marks of the rows that are null or beyond the source; null when there are none. */
function gatherNulls({ nulls: from, length: last }: Column, rows: Uint32Array): Uint8Array | null {
  const n = rows.length;
  let nulls: Uint8Array | null = null;
  if (from === null) {
    let most = 0;
    for (let i = 0; i < n; i++) if (rows[i]! > most) most = rows[i]!;
    if (most < last || n === 0) return null;
  }
  for (let i = 0; i < n; i++) {
    const row = rows[i]!;
    if (row >= last || (from !== null && from[row] === 1)) (nulls ??= new Uint8Array(n))[i] = 1;
  }
  return nulls;
}

/** The 32-bit words of 64-bit integers, the lower one first: sharing storage. */
export function halvesOf({ buffer, byteOffset, length }: BigInt64Array): Uint32Array {
  return new Uint32Array(buffer, byteOffset, length * 2);
}

type Numbers = Uint8Array | Int32Array | Uint32Array | Float64Array;

function pick<T extends Numbers>(values: T, rows: Uint32Array, into: T): T {
  const last = values.length;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    if (row < last) into[i] = values[row]!;
  }
  return into;
}

/** Rows `from` to `to` (not included), sharing storage with the source. */
export function slice(source: Column, from: number, to: number): Column {
  if (from === 0 && to === source.length) return source;
  const length = to - from;
  const nulls = source.nulls === null ? null : someNull(source.nulls.subarray(from, to));
  switch (source.type) {
    case "bool": return { type: source.type, data: source.data.subarray(from, to), length, nulls };
    case "int": return { type: source.type, data: source.data.subarray(from, to), length, nulls };
    case "real": return { type: source.type, data: source.data.subarray(from, to), length, nulls };
    case "long": case "datetime": case "timespan":
      return { type: source.type, data: source.data.subarray(from, to), length, nulls };
    case "string": case "guid":
      return { type: source.type, codes: source.codes.subarray(from, to), words: source.words, length, nulls };
    case "decimal": return { type: source.type, data: source.data.slice(from, to), scale: source.scale, length, nulls };
    case "dynamic": {
      const unread = unreadOf(source);
      if (unread !== undefined) return unreadColumn(unread.codes.subarray(from, to), unread.values, nulls);
      return { type: source.type, data: source.data.slice(from, to), length, nulls };
    }
    default: return source satisfies never;
  }
}

/** The marks, or null when none is set. */
export function someNull(nulls: Uint8Array): Uint8Array | null {
  return nulls.includes(1) ? nulls : null;
}

/** The column with one value per row: one of length 1 is spread over `length` rows, any other is itself. */
export function spread(source: Column, length: number): Column {
  return source.length === length ? source : columnOf(source.type, valueAt(source, 0), length);
}

/** The column with empty texts for null ones, as Kusto has no null strings; any other column is itself. */
export function withoutNullText(source: Column): Column {
  const { nulls } = source;
  if (source.type !== "string" || nulls === null) return source;
  const found = source.words.indexOf("");
  const words = found < 0 ? [...source.words, ""] : source.words;
  const empty = found < 0 ? source.words.length : found;
  const codes = source.codes.slice();
  for (let i = 0; i < codes.length; i++) if (nulls[i] === 1) codes[i] = empty;
  return { type: "string", codes, words, length: source.length, nulls: null };
}

/** All rows of columns of one type, one after the other. Equal dictionaries are shared, others merged. */
export function concat(type: ScalarType, parts: readonly Column[]): Column {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  for (const part of parts) {
    if (part.type !== type) throw new TypeError(`Cannot append a ${part.type} column to one of ${type}`);
  }
  const length = parts.reduce((n, part) => n + part.length, 0);
  let nulls: Uint8Array | null = null;
  let at = 0;
  for (const part of parts) {
    if (part.nulls !== null) (nulls ??= new Uint8Array(length)).set(part.nulls.subarray(0, part.length), at);
    at += part.length;
  }
  switch (type) {
    case "bool": return { type, data: join((parts as Of<"bool">[]).map((p) => p.data), (n) => new Uint8Array(n)), length, nulls };
    case "int": return { type, data: join((parts as Of<"int">[]).map((p) => p.data), (n) => new Int32Array(n)), length, nulls };
    case "real": return { type, data: join((parts as Of<"real">[]).map((p) => p.data), (n) => new Float64Array(n)), length, nulls };
    case "long": case "datetime": case "timespan": {
      const longs = (parts as LongColumn[]).map((part) => part.data);
      return { type, data: join(longs, (n) => new BigInt64Array(n)), length, nulls };
    }
    case "string": case "guid": return { type, ...joinWords(parts as WordColumn[], length), length, nulls };
    case "decimal": {
      const all = parts as Of<"decimal">[];
      const scale = all.reduce((most, part) => Math.max(most, part.scale), 0);
      const data = all.flatMap((part) =>
        part.scale === scale ? part.data : part.data.map((digits) => digits * pow10(scale - part.scale)));
      return { type, data, scale, length, nulls };
    }
    case "dynamic": return { type, data: joinValues(parts as Of<"dynamic">[], length), length, nulls };
    default: return type satisfies never;
  }
}

type Of<T extends ScalarType> = Extract<Column, { type: T }>;

/** All numbers, one part after the other. Parts that follow each other in one storage, as a table's rows do, are not copied. */
function join<T extends Numbers | BigInt64Array>(parts: readonly T[], make: (length: number) => T): T {
  const length = parts.reduce((n, part) => n + part.length, 0);
  const whole = length === 0 ? undefined : besideEachOther(parts, length);
  if (whole !== undefined) return whole;
  const into = make(length);
  const bytes = new Uint8Array(into.buffer);
  let at = 0;
  for (const { buffer, byteOffset, byteLength } of parts) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return into;
}

function besideEachOther<T extends Numbers | BigInt64Array>(parts: readonly T[], length: number): T | undefined {
  const { buffer, byteOffset } = parts[0]!;
  let end = byteOffset;
  for (const part of parts) {
    if (part.buffer !== buffer || part.byteOffset !== end) return undefined;
    end += part.byteLength;
  }
  const View = parts[0]!.constructor as new (buffer: ArrayBufferLike, from: number, length: number) => T;
  return new View(buffer, byteOffset, length);
}

function joinValues(parts: readonly { data: readonly Value[] }[], length: number): readonly Value[] {
  const all = new Array<Value>(length).fill(null);
  let at = 0;
  for (const part of parts) for (const value of part.data) all[at++] = value;
  return all;
}

function joinWords(parts: readonly WordColumn[], length: number): { codes: Uint32Array; words: readonly string[] } {
  const words = parts[0]?.words ?? [""];
  if (parts.every((part) => part.words === words)) {
    const codes = join(parts.map((part) => part.codes), (n) => new Uint32Array(n));
    return { codes, words: words.length > 0 ? words : [""] };
  }
  const codes = new Uint32Array(length);
  let at = 0;
  const merged = new Dictionary();
  for (const part of parts) {
    merged.encode(part, codes, at);
    at += part.length;
  }
  return { codes, words: merged.words.length > 0 ? merged.words : [""] };
}

const distinct = new WeakSet<readonly string[]>();

/** Remembers of a dictionary that no word of it repeats. */
export function markDistinct(words: readonly string[]): readonly string[] {
  distinct.add(words);
  return words;
}

/** Whether it is known of a dictionary that no word of it repeats. */
export function isDistinct(words: readonly string[]): boolean {
  return distinct.has(words);
}

/** Gives equal texts equal codes, across dictionaries that repeat words or know others. */
export class Dictionary {
  readonly words: string[] = [];
  private readonly codes = new Map<string, number>();
  private readonly seen = new Map<readonly string[], Uint32Array>();

  /** The code of a text, a new one if it was never met. */
  code(word: string): number {
    let code = this.codes.get(word);
    if (code === undefined) {
      code = this.words.length;
      this.words.push(word);
      this.codes.set(word, code);
    }
    return code;
  }

  /** The code of a text, or undefined if it was never met. */
  find(word: string): number | undefined {
    return this.codes.get(word);
  }

  /** Writes the codes that a column's rows have here; null rows get some code of a word that exists. */
  encode(part: WordColumn, into: Uint32Array, at = 0): void {
    const { words, codes, length } = part;
    if (length * 4 < words.length && !this.seen.has(words)) {
      for (let i = 0; i < length; i++) into[at + i] = this.code(words[codes[i]!] ?? "");
      return;
    }
    let map = this.seen.get(words);
    if (map === undefined) this.seen.set(words, (map = new Uint32Array(words.length).fill(NO_ROW)));
    for (let i = 0; i < length; i++) {
      const code = codes[i]!;
      let mine = map[code] ?? this.code("");
      if (mine === NO_ROW) map[code] = mine = this.code(words[code] ?? "");
      into[at + i] = mine;
    }
  }
}
