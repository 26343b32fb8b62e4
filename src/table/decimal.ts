/**
 * Exact decimal numbers with 34 significant digits, as Kusto's `decimal` has them (IEEE 754 decimal128).
 * Source: Kusto docs, "The decimal data type".
 */

/** An exact decimal: `digits / 10^scale`. */
export interface Decimal {
  readonly kind: "decimal";
  readonly digits: bigint;
  readonly scale: number;
}

/** Significant digits that a result keeps. */
const PRECISION = 34;
/** Most digits behind the point; smaller parts are rounded away, so that a column's common scale stays small. */
const MAX_SCALE = 64;
/** Largest power of ten that is read; a larger number is not a decimal. */
const MAX_EXPONENT = 6144;

const powers: bigint[] = [1n];

/** 10^n, remembered. */
export function pow10(n: number): bigint {
  const limit = Math.min(n, MAX_EXPONENT);
  for (let i = powers.length; i <= limit; i++) powers.push((powers[i - 1] ?? 1n) * 10n);
  return powers[n] ?? 10n ** BigInt(n);
}

/** Makes a decimal of `digits / 10^scale`, rounded to what a decimal can hold, without zeros at its end. */
export function decimal(digits: bigint, scale = 0): Decimal {
  let d = digits;
  let s = scale;
  if (s < 0) {
    d *= pow10(-s);
    s = 0;
  }
  const length = (d < 0n ? -d : d).toString().length;
  const drop = Math.min(s, Math.max(length - PRECISION, s - MAX_SCALE));
  if (drop > 0) {
    d = divideRounded(d, pow10(drop));
    s -= drop;
  }
  while (s > 0 && d % 10n === 0n) {
    d /= 10n;
    s--;
  }
  return { kind: "decimal", digits: d, scale: s };
}

/** Quotient rounded half away from zero; the divisor is positive. */
function divideRounded(a: bigint, b: bigint): bigint {
  const half = b / 2n;
  return a < 0n ? -((-a + half) / b) : (a + half) / b;
}

/** Reads `-12.5`, `.5`, `1e-3`; null when the text is no decimal number. */
export function parseDecimal(text: string): Decimal | null {
  const m = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,5}))?\s*$/.exec(text);
  if (!m) return null;
  const whole = m[2] ?? "";
  const fraction = m[3] ?? "";
  const exponent = Number(m[4] ?? 0);
  if (whole.length + fraction.length === 0) return null;
  if (whole.length > MAX_EXPONENT || whole.length + exponent > MAX_EXPONENT) return null;
  // Digits far behind the last one that is kept can only matter for rounding; cutting them keeps hostile texts cheap.
  const kept = fraction.slice(0, MAX_SCALE + PRECISION + Math.max(0, exponent));
  const digits = BigInt(whole + kept);
  const scale = kept.length - exponent;
  if (scale > MAX_SCALE + PRECISION + whole.length) return decimal(0n);
  return decimal(m[1] === "-" ? -digits : digits, scale);
}

/** `-12.5`, without exponent and without zeros at the end. */
export function printDecimal(d: Decimal): string {
  const { digits, scale } = decimal(d.digits, d.scale);
  const negative = digits < 0n;
  const text = (negative ? -digits : digits).toString().padStart(scale + 1, "0");
  const point = text.length - scale;
  return (negative ? "-" : "") + text.slice(0, point) + (scale > 0 ? "." + text.slice(point) : "");
}

/** The nearest decimal with the shortest text of a real; null for NaN and the infinities. */
export function decimalOf(value: bigint | number): Decimal | null {
  if (typeof value === "bigint") return decimal(value);
  return Number.isFinite(value) ? parseDecimal(String(value)) : null;
}

/** The nearest real. */
export function realOf(d: Decimal): number {
  return Number(printDecimal(d));
}

/** The whole part. */
export function wholeOf(d: Decimal): bigint {
  return d.scale === 0 ? d.digits : d.digits / pow10(d.scale);
}

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return decimal(at(a, scale) + at(b, scale), scale);
}

export function subtractDecimals(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return decimal(at(a, scale) - at(b, scale), scale);
}

export function multiplyDecimals(a: Decimal, b: Decimal): Decimal {
  return decimal(a.digits * b.digits, a.scale + b.scale);
}

/** Null when the divisor is zero. */
export function divideDecimals(a: Decimal, b: Decimal): Decimal | null {
  if (b.digits === 0n) return null;
  // Enough digits in front that the quotient has at least the precision we keep, and one for the rounding.
  const lengths = b.digits.toString().length - a.digits.toString().length;
  const shift = Math.max(0, PRECISION + 2 + lengths, b.scale - a.scale);
  const negative = a.digits < 0n !== b.digits < 0n;
  const n = (a.digits < 0n ? -a.digits : a.digits) * pow10(shift);
  const q = divideRounded(n, b.digits < 0n ? -b.digits : b.digits);
  return decimal(negative ? -q : q, a.scale + shift - b.scale);
}

/** What is left of `a` after whole multiples of `b`, with the sign of `a`; null when `b` is zero. */
export function moduloDecimals(a: Decimal, b: Decimal): Decimal | null {
  if (b.digits === 0n) return null;
  const scale = Math.max(a.scale, b.scale);
  return decimal(at(a, scale) % at(b, scale), scale);
}

export function negateDecimal(a: Decimal): Decimal {
  return { kind: "decimal", digits: -a.digits, scale: a.scale };
}

/** Negative, zero or positive as `a` is below, equal to or above `b`; `1.5` and `1.50` are equal. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const scale = Math.max(a.scale, b.scale);
  const x = at(a, scale);
  const y = at(b, scale);
  return x < y ? -1 : x > y ? 1 : 0;
}

/** The digits at another, not smaller, scale. */
function at(d: Decimal, scale: number): bigint {
  return d.scale === scale ? d.digits : d.digits * pow10(scale - d.scale);
}

/** The digits of a decimal at any scale, rounded where the scale is smaller: what a column of that scale holds. */
export function digitsAt(d: Decimal, scale: number): bigint {
  return scale >= d.scale ? at(d, scale) : divideRounded(d.digits, pow10(d.scale - scale));
}
