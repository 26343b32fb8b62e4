/**
 * Conversions between the scalar types, one value at a time, as Kusto's `tostring()`, `tolong()`, `todatetime()` … do
 * it: what cannot be converted is null (a string: the empty text). Source: Kusto docs, "Conversion functions".
 */
import { decimalOf, parseDecimal, realOf, wholeOf } from "./decimal";
import type { Decimal } from "./decimal";
import { parseDatetime, parseTimespan } from "./ticks";
import { printValue } from "./print";
import type { ScalarType } from "./type";
import { isArray, isBag, kindOf } from "./value";
import type { Guid, Ticks, Value } from "./value";

const LONG_MIN = -(1n << 63n);
const LONG_MAX = (1n << 63n) - 1n;

/** The value as one of another type; null where it has no meaning there. */
export function coerce(value: Value, to: ScalarType): Value {
  switch (to) {
    case "bool": return boolOf(value);
    case "int": {
      const n = wholeNumberOf(value);
      return n !== null && n >= -2147483648n && n <= 2147483647n ? n : null;
    }
    case "long": return wholeNumberOf(value);
    case "real": return realNumberOf(value);
    case "decimal": return decimalNumberOf(value);
    case "string": return printValue(value);
    case "datetime": return ticksOf(value, "datetime", parseDatetime);
    case "timespan": return ticksOf(value, "timespan", parseTimespan);
    case "guid": return guidOf(value);
    case "dynamic": return value;
    default: return to satisfies never;
  }
}

function boolOf(value: Value): boolean | null {
  if (typeof value === "boolean") return value;
  if (typeof value === "string") {
    const text = value.trim().toLowerCase();
    if (text === "true") return true;
    if (text === "false") return false;
    const n = readReal(text);
    return n === null ? null : n !== 0;
  }
  if (typeof value === "bigint") return value !== 0n;
  if (typeof value === "number") return Number.isNaN(value) ? null : value !== 0;
  return tagged(value)?.kind === "decimal" ? (value as Decimal).digits !== 0n : null;
}

function wholeNumberOf(value: Value): bigint | null {
  switch (kindOf(value)) {
    case "long": return value as bigint;
    case "bool": return value === true ? 1n : 0n;
    case "real": return wholeOfReal(value as number);
    case "decimal": return inLongRange(wholeOf(value as Decimal));
    case "datetime": case "timespan": return (value as Ticks).ticks;
    case "string": return readLong(value as string);
    default: return null;
  }
}

function wholeOfReal(n: number): bigint | null {
  return Number.isFinite(n) ? inLongRange(BigInt(Math.trunc(n))) : null;
}

function inLongRange(n: bigint): bigint | null {
  return n >= LONG_MIN && n <= LONG_MAX ? n : null;
}

/** A long from a text: digits, `0x` hexadecimal, or a real that is cut. */
export function readLong(written: string): bigint | null {
  const text = written.trim();
  if (/^[+-]?\d{1,20}$/.test(text)) return inLongRange(BigInt(text.startsWith("+") ? text.slice(1) : text));
  const hex = /^(-?)0x([0-9a-f]{1,16})$/i.exec(text);
  if (hex) {
    const n = BigInt.asIntN(64, BigInt("0x" + (hex[2] ?? "0")));
    return hex[1] === "-" ? BigInt.asIntN(64, -n) : n;
  }
  const n = readReal(text);
  return n === null ? null : wholeOfReal(n);
}

/** A real from a text: digits with point and exponent, `nan`, `inf`, `+inf`, `-inf`, `infinity`. */
export function readReal(written: string): number | null {
  const text = written.trim();
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  const hex = /^0x([0-9a-f]{1,16})$/i.exec(text);
  if (hex) return Number(BigInt.asIntN(64, BigInt(text)));
  switch (text.toLowerCase()) {
    case "nan": return NaN;
    case "inf": case "+inf": case "infinity": case "∞": return Infinity;
    case "-inf": case "-infinity": case "-∞": return -Infinity;
    default: return null;
  }
}

function realNumberOf(value: Value): number | null {
  switch (kindOf(value)) {
    case "real": return value as number;
    case "long": return Number(value);
    case "bool": return value === true ? 1 : 0;
    case "decimal": return realOf(value as Decimal);
    case "string": return readReal(value as string);
    case "datetime": case "timespan": return Number((value as Ticks).ticks);
    default: return null;
  }
}

function decimalNumberOf(value: Value): Decimal | null {
  switch (kindOf(value)) {
    case "decimal": return value as Decimal;
    case "long": case "real": return decimalOf(value as bigint | number);
    case "bool": return decimalOf(value === true ? 1n : 0n);
    case "string": return parseDecimal(value as string);
    default: return null;
  }
}

/** A long is taken as ticks. */
function ticksOf(value: Value, kind: Ticks["kind"], parse: (text: string) => bigint | null): Ticks | null {
  const ticks =
    typeof value === "string" ? parse(value)
    : typeof value === "bigint" ? value
    : tagged(value)?.kind === kind ? (value as Ticks).ticks
    : null;
  return ticks === null ? null : { kind, ticks };
}

function guidOf(value: Value): Guid | null {
  if (tagged(value)?.kind === "guid") return value as Guid;
  const text = typeof value === "string" ? readGuid(value) : null;
  return text === null ? null : { kind: "guid", text };
}

/** A guid in lower case with dashes, from a text with or without dashes and braces; null when it is none. */
export function readGuid(written: string): string | null {
  const text = written.trim();
  const m = /^[{(]?([0-9a-f]{8})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{4})-?([0-9a-f]{12})[)}]?$/i.exec(text);
  return m ? m.slice(1).join("-").toLowerCase() : null;
}

function tagged(value: Value) {
  return value === null || typeof value !== "object" || isArray(value) || isBag(value) ? undefined : value;
}
