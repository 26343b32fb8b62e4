/**
 * Raw cells → typed columns. A known table says what its columns are; for all others the type is read off the cells,
 * where every one of them must agree. Work is done once per distinct cell.
 */
import { readJson, writeJson } from "../base";
import type { Json } from "../base";
import { halvesOf, parseDecimal, parseTimespan, unreadColumn, UnreadValues } from "../table";
import type { Column, ScalarType, Value } from "../table";
import { dateOrder, readDate, readEpoch } from "./dates";
import type { DateOrder } from "./dates";
import type { RawColumn } from "./rows";
import { BOOL, LONG, NESTED, REAL, TEXT } from "./words";
import type { Words } from "./words";

/** A column and what was noticed while making it. */
export interface TypedColumn {
  readonly column: Column;
  /** Rows whose cell does not fit the type: they are null. */
  readonly misfits: number;
  /** The first of these cells. */
  readonly example?: string;
  /** How slashed dates were taken; "none" where there are none. */
  readonly order: DateOrder;
}

const LONG_MIN = -(1n << 63n);
const LONG_MAX = (1n << 63n) - 1n;

const INTEGER = /^-?(?:0|[1-9]\d{0,18})$/;
const DECIMAL_POINT = /^-?(?:0|[1-9]\d{0,30})\.\d{1,30}(?:[eE][+-]?\d{1,3})?$/;
const ISO_TIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/;
const ISO_DAY = /^\d{4}-\d{2}-\d{2}$/;
const SLASHED_DATE = /^\d{1,2}[/-]\d{1,2}[/-]\d{4}(?:,?[T\s]+\d{1,2}:\d{2}|$)/;
const SLASHED_TIME = /^\d{1,2}[/-]\d{1,2}[/-]\d{4},?[T\s]+\d{1,2}:\d{2}/;
/** Only a span with its seven digits or its days is surely one; `08:00:00` may be a time of day. */
const SURE_TIMESPAN = /^-?(?:\d{1,8}\.\d{2}:\d{2}:\d{2}(?:\.\d{7})?|\d{2}:\d{2}:\d{2}\.\d{7})$/;
const TRUTH = /^(?:true|false)$/i;

/**
 * The type that all cells of a column agree on; string when they agree on nothing else, or there are none.
 * `untyped` says that the source has only text (CSV): then texts may be numbers, times, truth values or JSON.
 */
export function inferType(column: RawColumn, untyped: boolean): ScalarType {
  const { kinds } = column;
  if (kinds === 0) return "string";
  if (kinds & NESTED) return "dynamic";
  if (kinds === BOOL) return "bool";
  if (kinds === LONG) return "long";
  if (kinds === REAL || kinds === (LONG | REAL)) return "real";
  // Texts among numbers, as some collectors write them (EventID as 1 here and "1" there): text keeps both.
  if (kinds !== TEXT) return "string";
  const all = (test: (text: string) => boolean): boolean => {
    let any = false;
    return column.words.every((cell) => {
      if (typeof cell !== "string" || cell === "") return true;
      if (cell.length > 64) return false;
      any = true;
      return test(cell);
    }) && any;
  };
  if (all((text) => ISO_TIME.test(text) && readDate(text, "none") !== null)) return "datetime";
  if (all((text) => (untyped ? SLASHED_DATE : SLASHED_TIME).test(text))) {
    const order = dateOrder(texts(column));
    if (order !== "mixed" && all((text) => readDate(text, order) !== null)) return "datetime";
  }
  if (!untyped) return "string";
  if (all((text) => TRUTH.test(text))) return "bool";
  if (all((text) => INTEGER.test(text) && fitsLong(text))) return "long";
  if (all((text) => DECIMAL_POINT.test(text) || (INTEGER.test(text) && fitsLong(text)))) return "real";
  if (all((text) => ISO_DAY.test(text) && readDate(text, "none") !== null)) return "datetime";
  if (all((text) => SURE_TIMESPAN.test(text) && parseTimespan(text) !== null)) return "timespan";
  if (looksNested(column)) return "dynamic";
  return "string";
}

/** Whether every text of a column is a JSON array or object. */
function looksNested(column: RawColumn): boolean {
  let any = false;
  return column.words.every((cell) => {
    if (typeof cell !== "string" || cell === "") return true;
    const first = cell.charCodeAt(0);
    any = true;
    return (first === 123 || first === 91) && readJson(cell).diagnostics.length === 0;
  }) && any;
}

function fitsLong(text: string): boolean {
  if (text.length < 19) return true;
  const value = BigInt(text);
  return value >= LONG_MIN && value <= LONG_MAX;
}

function texts(column: RawColumn): (see: (text: string) => void) => void {
  return (see) => {
    column.words.each((cell) => {
      if (typeof cell === "string") see(cell);
    });
  };
}

/**
 * The column as a type. An absent cell is null; so is an empty text, or a word for nothing, in every type
 * but string, without it being a misfit.
 * `untyped`: the cells come from a source that has only text.
 */
export function typeColumn(raw: RawColumn, type: ScalarType, rows: number, untyped: boolean): TypedColumn {
  const codes = raw.take(rows);
  if (type === "string" || type === "guid") return { ...wordColumn(raw, type, codes, rows), order: "none" };
  if (type === "dynamic" && raw.words.isUnread) return unread(raw.words, codes);
  const order = type === "datetime" ? dateOrder(texts(raw)) : "none";
  const read = reader(type, order, untyped);
  const { count } = raw.words;
  const own = storeOf(type, count);
  // Of each cell: 1 when it is null, 2 when it is so because it does not fit.
  const absent = new Uint8Array(count);
  absent[0] = 1;
  let anyUnfit = false;
  raw.words.each((cell, code) => {
    const nothing = isNothing(cell);
    const value = nothing ? null : read(cell);
    if (value !== null) own.set(code, value);
    else {
      absent[code] = nothing ? 1 : 2;
      anyUnfit ||= !nothing;
    }
  });
  let misfits = 0;
  let example: number | undefined;
  let nulls: Uint8Array | null = null;
  for (let row = 0; row < rows; row++) {
    const kind = absent[codes[row]!]!;
    if (kind === 0) continue;
    (nulls ??= new Uint8Array(rows))[row] = 1;
    if (kind === 2) {
      misfits++;
      example ??= codes[row]!;
    }
  }
  const column = own.spread(codes, rows, nulls);
  return { column, misfits, order, ...(example === undefined || !anyUnfit ? {} : { example: textOfCell(raw.words.one(example)) }) };
}

/** A column of nested values whose text is kept. */
function unread(words: Words, codes: Uint32Array): TypedColumn {
  words.seal();
  let nulls: Uint8Array | null = null;
  for (let row = 0; row < codes.length; row++) if (codes[row] === 0) (nulls ??= new Uint8Array(codes.length))[row] = 1;
  return { column: unreadColumn(codes, new UnreadValues(words.count, (code) => words.one(code)), nulls), misfits: 0, order: "none" };
}

/** Texts that exports write where a typed cell is null. */
function isNothing(cell: Value): boolean {
  return cell === null || cell === "" || cell === "null" || cell === "-" || cell === "None" || cell === "N/A";
}

/** Reads one cell as a type; null when it does not fit. */
function reader(type: ScalarType, order: DateOrder, untyped: boolean): (cell: Value) => Value {
  switch (type) {
    case "bool": return readBool;
    case "int": return (cell) => {
      const value = readLong(cell);
      return value !== null && value >= -2147483648n && value <= 2147483647n ? value : null;
    };
    case "long": return readLong;
    case "real": return readReal;
    case "decimal": return (cell) => {
      const text = typeof cell === "string" ? cell.trim() : typeof cell === "bigint" || typeof cell === "number" ? String(cell) : "";
      return text.length > 0 && text.length <= 64 ? parseDecimal(text) : null;
    };
    case "datetime": return (cell) => {
      if (typeof cell === "string") return readDate(cell, order);
      return typeof cell === "bigint" || typeof cell === "number" ? readEpoch(cell) : null;
    };
    case "timespan": return (cell) => (typeof cell === "string" ? parseTimespan(cell) : null);
    case "dynamic": return (cell) => readDynamic(cell, untyped);
    default: return (cell) => cell;
  }
}

function readBool(cell: Value): boolean | null {
  if (typeof cell === "boolean") return cell;
  if (cell === 1n || cell === "1") return true;
  if (cell === 0n || cell === "0") return false;
  if (typeof cell !== "string") return null;
  const text = cell.trim().toLowerCase();
  return text === "true" ? true : text === "false" ? false : null;
}

function readLong(cell: Value): bigint | null {
  if (typeof cell === "bigint") return cell;
  if (typeof cell === "number") return Number.isSafeInteger(cell) ? BigInt(cell) : null;
  if (typeof cell === "boolean") return cell ? 1n : 0n;
  if (typeof cell !== "string") return null;
  const text = cell.trim();
  if (!/^(?:[+-]?\d{1,19}|0[xX][0-9a-fA-F]{1,16})$/.test(text)) return null;
  const value = BigInt(text.startsWith("+") ? text.slice(1) : text);
  // Windows writes pointers and logon ids as 64 bits without a sign.
  if (value > LONG_MAX) return /^0x/i.test(text) ? BigInt.asIntN(64, value) : null;
  return value < LONG_MIN ? null : value;
}

function readReal(cell: Value): number | null {
  if (typeof cell === "number") return cell;
  if (typeof cell === "bigint") return Number(cell);
  if (typeof cell !== "string") return null;
  const text = cell.trim();
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?$/.test(text) && text.length <= 400 ? Number(text) : null;
}

/** Text that holds a JSON array or object is that; in CSV numbers and truth values too. All other text stays text. */
function readDynamic(cell: Value, untyped: boolean): Value {
  if (typeof cell !== "string") return cell;
  const first = cell.trimStart().charCodeAt(0);
  const nested = first === 123 || first === 91;
  if (!nested && !(untyped && /^(?:-?\d|true$|false$|null$|")/.test(cell))) return cell;
  const read = readJson(cell);
  if (read.value === undefined || read.diagnostics.some((d) => d.severity === "error")) return cell;
  return read.value;
}

/** Strings keep their dictionary; other cells become the text that Kusto would show. */
function wordColumn(
  raw: RawColumn, type: "string" | "guid", codes: Uint32Array, rows: number,
): { column: Column; misfits: number; example?: string } {
  const words = raw.cells.map((cell) => (typeof cell === "string" ? cell : textOfCell(cell)));
  let nulls: Uint8Array | null = null;
  for (let row = 0; row < rows; row++) if (codes[row] === 0) (nulls ??= new Uint8Array(rows))[row] = 1;
  if (type === "string") return { column: { type, codes, words, length: rows, nulls }, misfits: 0 };
  const guids = words.map((word) => word.replace(/[{}()]/g, "").toLowerCase());
  const bad = guids.map((word) => !/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(word));
  let misfits = 0;
  let example: string | undefined;
  for (let row = 0; row < rows; row++) {
    const code = codes[row] ?? 0;
    if (code === 0 || bad[code] !== true) continue;
    (nulls ??= new Uint8Array(rows))[row] = 1;
    if (words[code] === "") continue;
    misfits++;
    example ??= words[code];
  }
  const column: Column = { type, codes, words: guids, length: rows, nulls };
  return { column, misfits, ...(example === undefined ? {} : { example }) };
}

/** The text of a cell: JSON for lists and bags, digits for numbers, nothing for null. */
export function textOfCell(cell: Value): string {
  if (cell === null) return "";
  if (typeof cell === "string") return cell;
  if (typeof cell === "number") return String(cell);
  // Raw cells are JSON: no other kinds of values come out of a reader.
  return writeJson(cell as Json);
}

/** The values of a column by code. */
interface Store {
  set(code: number, value: Value): void;
  /** The column in which each row has the value of its code. */
  spread(codes: Uint32Array, rows: number, nulls: Uint8Array | null): Column;
}

function storeOf(type: ScalarType, count: number): Store {
  switch (type) {
    case "bool": {
      const own = new Uint8Array(count);
      return {
        set: (code, value) => void (own[code] = value === true ? 1 : 0),
        spread: (codes, length, nulls) => ({ type, data: spread(own, codes, new Uint8Array(length)), length, nulls }),
      };
    }
    case "int": {
      const own = new Int32Array(count);
      return {
        set: (code, value) => void (own[code] = Number(value)),
        spread: (codes, length, nulls) => ({ type, data: spread(own, codes, new Int32Array(length)), length, nulls }),
      };
    }
    case "real": {
      const own = new Float64Array(count);
      return {
        set: (code, value) => void (own[code] = value as number),
        spread: (codes, length, nulls) => ({ type, data: spread(own, codes, new Float64Array(length)), length, nulls }),
      };
    }
    case "long": case "datetime": case "timespan": {
      const own = new BigInt64Array(count);
      return {
        set: (code, value) => void (own[code] = value as bigint),
        spread: (codes, length, nulls) => {
          const data = new BigInt64Array(length);
          // Moving the two words of a long is several times faster than moving a bigint.
          const from = halvesOf(own);
          const into = halvesOf(data);
          for (let row = 0; row < length; row++) {
            const code = codes[row]!;
            into[row * 2] = from[code * 2]!;
            into[row * 2 + 1] = from[code * 2 + 1]!;
          }
          return { type, data, length, nulls };
        },
      };
    }
    default: {
      const own = new Array<Value>(count).fill(null);
      return {
        set: (code, value) => void (own[code] = value),
        spread: (codes, length, nulls) => {
          if (type !== "decimal") return { type: "dynamic", data: Array.from(codes, (code) => own[code] ?? null), length, nulls };
          const all = own.map((value) => (value as { digits: bigint; scale: number } | null) ?? { digits: 0n, scale: 0 });
          const scale = all.reduce((most, d) => Math.max(most, d.scale), 0);
          const digits = all.map((d) => d.digits * 10n ** BigInt(scale - d.scale));
          return { type, data: Array.from(codes, (code) => digits[code] ?? 0n), scale, length, nulls };
        },
      };
    }
  }
}

function spread<T extends Uint8Array | Int32Array | Float64Array>(own: T, codes: Uint32Array, into: T): T {
  for (let row = 0; row < into.length; row++) into[row] = own[codes[row]!]!;
  return into;
}
