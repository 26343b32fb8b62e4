/**
 * Values of an event → JSON. Whole numbers and booleans stay what they are; everything else is the text that Windows shows,
 * with times in ISO 8601 to the 100 ns they have. Sources: [MS-EVEN6] 2.2.12 (BinXml) and libevtx, "Value types".
 */
import type { Json } from "../../base";
import { Broken } from "./broken";
import { Texts } from "./texts";

/** Types of values. */
export const TEXT_TYPE = 0x01, BINXML_TYPE = 0x21, ARRAY = 0x80;

/** Bytes of one value of a type; 0 for those of any length. */
const SIZES: readonly number[] = [
  0, 0, 0, 1, 1, 2, 2, 4, 4, 8, 8, 4, 8, 4, 0, 16, 0, 8, 16, 0, 4, 8,
];

const HEX: readonly string[] = Array.from({ length: 256 }, (_, n) => n.toString(16).toUpperCase().padStart(2, "0"));
const TWO: readonly string[] = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, "0"));
const SMALL: readonly bigint[] = Array.from({ length: 4096 }, (_, n) => BigInt(n));
/** Elements of an array that are shown: an array of 64 KB could hold more than any event needs. */
const LONGEST_ARRAY = 16_384;

/** Reads values of one file; keeps what repeats. */
export class Values {
  readonly texts = new Texts();
  private day = NaN;
  private dayText = "";
  private readonly ansi = new TextDecoder("windows-1252");

  /** `trimmed`: texts lose the blanks at their end, as in exports by the tools that most event JSON comes from. */
  constructor(private readonly trimmed: boolean) {}

  /** The value of a type at a place; null for none. Arrays come as the text of their elements, separated by commas. */
  read(view: DataView, bytes: Uint8Array, type: number, at: number, size: number): Json {
    if (size === 0) return null;
    if (type & ARRAY) {
      const items = this.items(view, bytes, type, at, size);
      return items.length === 0 ? null : items.map((item) => textOf(item)).join(",");
    }
    switch (type) {
      case 0x00: return null;
      case TEXT_TYPE: case 0x23: {
        const read = this.texts.read(bytes, at, size >> 1);
        const text = this.trimmed ? read.trimEnd() : read;
        return text === "" ? null : text;
      }
      case 0x02: {
        const text = this.ansi.decode(bytes.subarray(at, at + size)).replaceAll("\0", "");
        return text === "" ? null : text;
      }
      case 0x0d: return size >= 4 ? view.getUint32(at, true) !== 0 : bytes[at] !== 0;
      case 0x0e: return hex(bytes, at, size);
      case 0x10: case 0x20: return size === 4 ? hex32(view, at) : size === 8 ? hex64(view, at) : hex(bytes, at, size);
      case 0x13: return sid(view, bytes, at, size);
    }
    const needs = SIZES[type];
    // A type that nobody knows: its bytes say more than nothing.
    if (needs === undefined || needs === 0) return hex(bytes, at, size);
    if (size < needs) return null;
    switch (type) {
      case 0x03: return whole(view.getInt8(at));
      case 0x04: return whole(bytes[at] as number);
      case 0x05: return whole(view.getInt16(at, true));
      case 0x06: return whole(view.getUint16(at, true));
      case 0x07: return whole(view.getInt32(at, true));
      case 0x08: return whole(view.getUint32(at, true));
      case 0x09: return view.getInt32(at + 4, true) === 0 ? whole(view.getUint32(at, true)) : view.getBigInt64(at, true);
      case 0x0a: return view.getInt32(at + 4, true) === 0 ? whole(view.getUint32(at, true)) : view.getBigUint64(at, true);
      case 0x0b: return single(view.getFloat32(at, true));
      case 0x0c: return real(String(view.getFloat64(at, true)));
      case 0x0f: return guid(bytes, at);
      case 0x11: return this.fileTime(view.getUint32(at, true), view.getUint32(at + 4, true));
      case 0x12: return systemTime(view, at);
      case 0x14: return hex32(view, at);
      case 0x15: return hex64(view, at);
      default: return hex(bytes, at, size);
    }
  }

  /** The elements of an array; texts end with NUL each. */
  items(view: DataView, bytes: Uint8Array, type: number, at: number, size: number): Json[] {
    const one = type & ~ARRAY;
    const end = at + size;
    const items: Json[] = [];
    if (one === TEXT_TYPE || one === 0x02) {
      const step = one === TEXT_TYPE ? 2 : 1;
      let from = at;
      for (let p = at; p + step <= end; p += step) {
        if (bytes[p] !== 0 || (step === 2 && bytes[p + 1] !== 0)) continue;
        items.push(this.read(view, bytes, one, from, p - from));
        from = p + step;
        if (items.length === LONGEST_ARRAY) return items;
      }
      if (from < end) items.push(this.read(view, bytes, one, from, end - from));
      return items;
    }
    if (one === 0x13) {
      for (let p = at; p + 8 <= end && items.length < LONGEST_ARRAY;) {
        const length = 8 + 4 * (bytes[p + 1] as number);
        items.push(sid(view, bytes, p, Math.min(length, end - p)));
        p += length;
      }
      return items;
    }
    const width = one === 0x10 ? (size % 8 === 0 ? 8 : 4) : (SIZES[one] ?? 0);
    if (width === 0) return [hex(bytes, at, size)];
    for (let p = at; p + width <= end && items.length < LONGEST_ARRAY; p += width) items.push(this.read(view, bytes, one, p, width));
    return items;
  }

  /** 100-ns ticks since 1601, as two halves. */
  fileTime(low: number, high: number): string {
    // 2^32 ticks are 429 s and 4967296 ticks: so no step leaves the numbers that are exact. Beyond, years have five digits.
    if (high >= 0x2463_0000) return String((BigInt(high) << 32n) + BigInt(low));
    const rest = high * 4_967_296 + low;
    const seconds = high * 429 + Math.floor(rest / 10_000_000);
    const ticks = rest % 10_000_000;
    const day = Math.floor(seconds / 86_400);
    if (day !== this.day) {
      this.day = day;
      this.dayText = new Date((day - 134_774) * 86_400_000).toISOString().slice(0, 11);
    }
    const second = seconds - day * 86_400;
    const minute = Math.floor(second / 60);
    return `${this.dayText}${TWO[Math.floor(minute / 60)]}:${TWO[minute % 60]}:${TWO[second % 60]}.${String(ticks).padStart(7, "0")}Z`;
  }
}

/** A cell as part of a longer text. */
export function textOf(cell: Json): string {
  if (typeof cell === "string") return cell;
  return cell === null || typeof cell === "object" ? "" : String(cell);
}

function whole(n: number): bigint {
  return SMALL[n] ?? BigInt(n);
}

function hex(bytes: Uint8Array, at: number, size: number): string {
  if (at + size > bytes.length) throw new Broken("a value runs off the end");
  let text = "";
  for (let i = at; i < at + size; i++) text += HEX[bytes[i] as number];
  return text;
}

const hex32 = (view: DataView, at: number) => `0x${view.getUint32(at, true).toString(16)}`;

function hex64(view: DataView, at: number): string {
  const low = view.getUint32(at, true);
  const high = view.getUint32(at + 4, true);
  return high === 0 ? `0x${low.toString(16)}` : `0x${high.toString(16)}${low.toString(16).padStart(8, "0")}`;
}

/** `S-1-5-21-…`: revision, authority (48 bits, big-endian), and as many parts as there are. */
function sid(view: DataView, bytes: Uint8Array, at: number, size: number): string | null {
  if (size < 8) return null;
  const parts = Math.min(bytes[at + 1] as number, (size - 8) >> 2);
  let text = `S-${bytes[at]}-${view.getUint16(at + 2) * 0x1_0000_0000 + view.getUint32(at + 4)}`;
  for (let i = 0; i < parts; i++) text += `-${view.getUint32(at + 8 + 4 * i, true)}`;
  return text;
}

function guid(bytes: Uint8Array, at: number): string {
  const h = (i: number) => HEX[bytes[at + i] as number] as string;
  return `${h(3)}${h(2)}${h(1)}${h(0)}-${h(5)}${h(4)}-${h(7)}${h(6)}-${h(8)}${h(9)}-${h(10)}${h(11)}${h(12)}${h(13)}${h(14)}${h(15)}`;
}

/** The shortest text that reads as the same number of 32 bits. */
function single(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return real(String(Number(text)));
  }
  return real(String(Number(value.toPrecision(9))));
}

/** A real number shows that it is one. */
function real(text: string): string {
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

function systemTime(view: DataView, at: number): string | null {
  const part = (i: number) => view.getUint16(at + 2 * i, true);
  const [year, month, day, hour, minute, second, milli] = [part(0), part(1), part(3), part(4), part(5), part(6), part(7)];
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59 || milli > 999 || year > 9999) return null;
  const date = `${String(year).padStart(4, "0")}-${TWO[month]}-${TWO[day]}`;
  return `${date}T${TWO[hour]}:${TWO[minute]}:${TWO[second]}.${String(milli).padStart(3, "0")}0000Z`;
}
