/**
 * Arithmetic: longs wrap at 64 bits, division by zero is null for whole and decimal numbers and infinite for reals, the
 * remainder is never negative. Sources: Kusto docs, "Numerical operators", "Datetime / timespan arithmetic", "bin()".
 */
import type { Column, Decimal, Value } from "../../table";
import {
  addDecimals,
  asDecimal,
  coerce,
  compareDecimals,
  decimal,
  divideDecimals,
  floorDivide,
  halvesOf,
  inDatetimeRange,
  MAX_DATETIME,
  moduloDecimals,
  multiplyDecimals,
  negateDecimal,
  pow10,
  realOf,
  subtractDecimals,
  wholeOf,
} from "../../table";
import type { Kernel, ScalarFunction } from "./define";
import type { Signature } from "./scalar";
import { define, each, kernel } from "./scalar";

type Longs = Extract<Column, { type: "long" | "datetime" | "timespan" }>;
type Reals = Extract<Column, { type: "real" }>;

/** Nulls of either column, row by row; null when there are none. */
export function eitherNull(a: Column, b: Column, length: number): Uint8Array | null {
  if (a.nulls === null && b.nulls === null) return null;
  if (a.length === length && b.nulls === null) return a.nulls;
  if (b.length === length && a.nulls === null) return b.nulls;
  const out = new Uint8Array(length);
  const stepA = a.length === 1 && length !== 1 ? 0 : 1;
  const stepB = b.length === 1 && length !== 1 ? 0 : 1;
  for (let i = 0; i < length; i++) out[i] = (a.nulls?.[i * stepA] ?? 0) | (b.nulls?.[i * stepB] ?? 0);
  return out;
}

type Operation = "add" | "subtract" | "multiply";

/** Sums and differences by the two words of each integer: bigints are several times slower. They wrap at 64 bits. */
function addWords(a: BigInt64Array, b: BigInt64Array, length: number, sign: 1 | -1): BigInt64Array {
  const data = new BigInt64Array(length);
  const x = halvesOf(a);
  const y = halvesOf(b);
  const out = halvesOf(data);
  const stepA = a.length === 1 ? 0 : 2;
  const stepB = b.length === 1 ? 0 : 2;
  for (let i = 0; i < length; i++) {
    const low = (x[i * stepA] as number) + sign * (y[i * stepB] as number);
    const carry = low < 0 ? -1 : low > 0xffffffff ? 1 : 0;
    out[i * 2] = low;
    out[i * 2 + 1] = (x[i * stepA + 1] as number) + sign * (y[i * stepB + 1] as number) + carry;
  }
  return data;
}

/** The hot ones as plain loops over typed arrays. */
function longs(operation: Operation): Kernel {
  return (args, length) => {
    const [a, b] = args as readonly [Longs, Longs];
    const nulls = eitherNull(a, b, length);
    if (operation !== "multiply") {
      return { type: "long", length, nulls, data: addWords(a.data, b.data, length, operation === "add" ? 1 : -1) };
    }
    const x = a.data,
      y = b.data;
    const stepA = x.length === 1 ? 0 : 1;
    const stepB = y.length === 1 ? 0 : 1;
    const data = new BigInt64Array(length);
    for (let i = 0; i < length; i++) data[i] = (x[i * stepA] as bigint) * (y[i * stepB] as bigint);
    return { type: "long", length, nulls, data };
  };
}

/** Times and spans, added or taken away; a datetime outside of the calendar is null. */
function moved(left: "datetime" | "timespan", right: "datetime" | "timespan", result: "datetime" | "timespan", sign: 1 | -1): Signature {
  return kernel([`left: ${left}`, `right: ${right}`], result, (args, length) => {
    const [a, b] = args as readonly [Longs, Longs];
    const data = addWords(a.data, b.data, length, sign);
    const nulls = eitherNull(a, b, length);
    return { type: result, length, data, nulls: result === "datetime" ? outsideCalendar(data, nulls) : nulls };
  });
}

/** The marks with those of times outside of the calendar. */
function outsideCalendar(data: BigInt64Array, nulls: Uint8Array | null): Uint8Array | null {
  const words = halvesOf(data);
  const lastHigh = Number(MAX_DATETIME >> 32n);
  let out = nulls;
  for (let i = 0; i < data.length; i++) {
    // The high word alone says that most are inside; a negative number has a large one.
    if ((words[i * 2 + 1] as number) < lastHigh || inDatetimeRange(data[i] as bigint) !== null) continue;
    if (out === null || out === nulls) out = nulls === null ? new Uint8Array(data.length) : nulls.slice();
    out[i] = 1;
  }
  return out;
}

function reals(operation: Operation | "divide"): Kernel {
  return (args, length) => {
    const [a, b] = args as readonly [Reals, Reals];
    const x = a.data,
      y = b.data;
    const stepA = x.length === 1 ? 0 : 1;
    const stepB = y.length === 1 ? 0 : 1;
    const data = new Float64Array(length);
    if (operation === "add")
      for (let i = 0; i < length; i++) data[i] = (x[i * stepA] as number) + (y[i * stepB] as number);
    else if (operation === "subtract")
      for (let i = 0; i < length; i++) data[i] = (x[i * stepA] as number) - (y[i * stepB] as number);
    else if (operation === "multiply")
      for (let i = 0; i < length; i++) data[i] = (x[i * stepA] as number) * (y[i * stepB] as number);
    else for (let i = 0; i < length; i++) data[i] = (x[i * stepA] as number) / (y[i * stepB] as number);
    return { type: "real", length, nulls: eitherNull(a, b, length), data };
  };
}

const LONG_LIMIT = 2 ** 63;
const LONG_MAX = (1n << 63n) - 1n;

/** A real number of ticks as a timespan; null when it is none or too large. */
function ticksOfReal(ticks: number): bigint | null {
  return Math.abs(ticks) < LONG_LIMIT ? BigInt(Math.round(ticks)) : null;
}

/** As {@link ticksOfReal}, of a decimal number. */
function ticksOfDecimal(ticks: Decimal | null): bigint | null {
  const whole = ticks === null ? null : wholeOf(ticks);
  return whole === null || BigInt.asIntN(64, whole) !== whole ? null : whole;
}

/** `n - floor(n / d) * |d|`: from 0 up to the size of the divisor. */
function remainder(n: bigint, d: bigint): bigint | null {
  if (d === 0n) return null;
  const size = d < 0n ? -d : d;
  const r = n % size;
  return r < 0n ? r + size : r;
}

function remainderReal(n: number, d: number): number {
  const size = Math.abs(d);
  const r = n % size;
  return r < 0 ? r + size : r;
}

function remainderDecimal(n: Decimal, d: Decimal): Decimal | null {
  const r = moduloDecimals(n, d);
  return r === null || r.digits >= 0n ? r : addDecimals(r, d.digits < 0n ? negateDecimal(d) : d);
}

/** Two dynamic numbers: longs stay longs, any other pair is real; what is no number gives null. */
function dynamics(whole: (a: bigint, b: bigint) => bigint | null, real: (a: number, b: number) => number): Signature {
  return each(["left: dynamic", "right: dynamic"], "dynamic", (a, b): Value => {
    if (typeof a === "bigint" && typeof b === "bigint") {
      const n = whole(a, b);
      return n === null ? null : BigInt.asIntN(64, n);
    }
    const x = coerce(a, "real");
    const y = coerce(b, "real");
    return typeof x === "number" && typeof y === "number" ? real(x, y) : null;
  });
}

/** Rounds down to a multiple of `step`; a step that is not above zero gives null. */
function binLong(value: bigint, step: bigint): bigint | null {
  return step <= 0n ? null : floorDivide(value, step) * step;
}

/** Rounds integers and times down; neighbours often fall into one bin, which is then compared and not divided. */
function bins(type: "long" | "datetime" | "timespan", step: "long" | "datetime" | "timespan"): Signature {
  return kernel([`value: ${type}`, `roundTo: ${step}`], type, (args, length) => {
    const [value, roundTo] = args as readonly [Longs, Longs];
    const data = new BigInt64Array(length);
    let nulls = eitherNull(value, roundTo, length);
    const constant = roundTo.length === 1 ? (roundTo.data[0] as bigint) : undefined;
    const words = halvesOf(value.data);
    const out = halvesOf(data);
    const stepV = value.length === 1 ? 0 : 1;
    // The bin of the last row: its start, and what comes behind it.
    let [low, high, endLow, endHigh] = [0, 0, 0, 0];
    let known = false;
    for (let i = 0; i < length; i++) {
      if (nulls !== null && nulls[i] === 1) continue;
      const l = words[i * stepV * 2] as number;
      const h = (words[i * stepV * 2 + 1] as number) | 0;
      const inside = known && (h > high || (h === high && l >= low)) && (h < endHigh || (h === endHigh && l < endLow));
      if (!inside) {
        const by = constant ?? roundTo.data[i]!;
        const start = binLong(value.data[i * stepV] as bigint, by);
        if (start === null) {
          if (nulls === null || nulls === value.nulls || nulls === roundTo.nulls) nulls = nulls?.slice() ?? new Uint8Array(length);
          nulls[i] = 1;
          continue;
        }
        const end = start + by;
        low = Number(start & 0xffffffffn);
        high = Number(start >> 32n) | 0;
        endLow = Number(end & 0xffffffffn);
        endHigh = Number(end >> 32n) | 0;
        // Beyond the largest number there is no end to compare with.
        known = constant !== undefined && end <= LONG_MAX && start >= -LONG_MAX;
      }
      out[i * 2] = low;
      out[i * 2 + 1] = high;
    }
    return { type, length, nulls, data };
  });
}

function binReal(value: number, step: number): number | null {
  return step > 0 ? Math.floor(value / step) * step : null;
}

function binDecimal(value: Decimal, step: Decimal): Decimal | null {
  if (step.digits <= 0n) return null;
  const rest = remainderDecimal(value, step);
  return rest === null ? null : subtractDecimals(value, rest);
}

/** Half away from zero, on the number as it is written: `round(2.15, 1)` is 2.2. */
export function roundReal(value: number, digits: number): number {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e21) return value;
  const shifted = shift(Math.abs(value), digits);
  const rounded = shift(Math.floor(shifted + 0.5), -digits);
  return value < 0 ? -rounded : rounded;
}

/** Moves the decimal point of a number's shortest text, which does not add an error as multiplying would. */
function shift(value: number, digits: number): number {
  const [mantissa = "0", exponent = "0"] = String(value).split("e");
  return Number(`${mantissa}e${Number(exponent) + digits}`);
}

function roundLong(value: bigint, digits: number): bigint {
  if (digits >= 0) return value;
  if (digits < -18) return 0n;
  const unit = 10n ** BigInt(-digits);
  const size = value < 0n ? -value : value;
  const rounded = ((size + unit / 2n) / unit) * unit;
  return value < 0n ? -rounded : rounded;
}

function roundDecimal(value: Decimal, digits: number): Decimal {
  if (digits >= value.scale) return value;
  const size = value.digits < 0n ? -value.digits : value.digits;
  const unit = pow10(Math.min(value.scale - digits, 400));
  const whole = (size + unit / 2n) / unit;
  return decimal(value.digits < 0n ? -whole : whole, digits);
}

function ceilingDecimal(value: Decimal): Decimal {
  const whole = wholeOf(value);
  return decimal(compareDecimals(decimal(whole), value) < 0 ? whole + 1n : whole);
}

/** A digit count as given, kept to what a number can have. */
function places(digits: bigint | undefined): number {
  return digits === undefined ? 0 : Math.max(-400, Math.min(400, Number(digits)));
}

export const arithmetic: readonly ScalarFunction[] = [
  define(
    "add",
    {
      says: "The sum of two numbers, a time moved by a span, or two spans together.",
      examples: [
        ["1 + 2", "3"],
        ["1.5 + 1", "2.5"],
        ["datetime(2024-01-31) + 1d", "2024-02-01T00:00:00.0000000Z"],
        ["9223372036854775807 + 1", "-9223372036854775808"],
      ],
    },
    kernel(["left: long", "right: long"], "long", longs("add")),
    kernel(["left: real", "right: real"], "real", reals("add")),
    each(["left: decimal", "right: decimal"], "decimal", addDecimals),
    moved("datetime", "timespan", "datetime", 1),
    moved("timespan", "datetime", "datetime", 1),
    moved("timespan", "timespan", "timespan", 1),
    dynamics(
      (a, b) => a + b,
      (a, b) => a + b,
    ),
  ),
  define(
    "subtract",
    {
      says: "The difference of two numbers, of two times, or a time moved back by a span.",
      examples: [
        ["5 - 7", "-2"],
        ["datetime(2024-03-01) - datetime(2024-02-01)", "29.00:00:00"],
        ["datetime(2024-03-01) - 1d", "2024-02-29T00:00:00.0000000Z"],
      ],
    },
    kernel(["left: long", "right: long"], "long", longs("subtract")),
    kernel(["left: real", "right: real"], "real", reals("subtract")),
    each(["left: decimal", "right: decimal"], "decimal", subtractDecimals),
    moved("datetime", "datetime", "timespan", -1),
    moved("datetime", "timespan", "datetime", -1),
    moved("timespan", "timespan", "timespan", -1),
    dynamics(
      (a, b) => a - b,
      (a, b) => a - b,
    ),
  ),
  define(
    "multiply",
    {
      says: "The product of two numbers, or a span made longer.",
      examples: [
        ["6 * 7", "42"],
        ["1.5 * 2", "3.0"],
        ["90 * 1s", "00:01:30"],
        ["decimal(1.5) * 1h", "01:30:00"],
      ],
    },
    kernel(["left: long", "right: long"], "long", longs("multiply")),
    kernel(["left: real", "right: real"], "real", reals("multiply")),
    each(["left: decimal", "right: decimal"], "decimal", multiplyDecimals),
    each(["left: timespan", "right: long"], "timespan", (a, b) => a * b),
    each(["left: long", "right: timespan"], "timespan", (a, b) => a * b),
    each(["left: timespan", "right: real"], "timespan", (a, b) => ticksOfReal(Number(a) * b)),
    each(["left: real", "right: timespan"], "timespan", (a, b) => ticksOfReal(a * Number(b))),
    each(["left: timespan", "right: decimal"], "timespan", (a, b) => ticksOfDecimal(multiplyDecimals(decimal(a), b))),
    each(["left: decimal", "right: timespan"], "timespan", (a, b) => ticksOfDecimal(multiplyDecimals(a, decimal(b)))),
    dynamics(
      (a, b) => a * b,
      (a, b) => a * b,
    ),
  ),
  define(
    "divide",
    {
      says: "The quotient: whole numbers give a whole one, two spans how often one fits into the other.",
      examples: [
        ["7 / 2", "3"],
        ["7.0 / 2", "3.5"],
        ["1d / 1h", "24.0"],
        ["1 / 0", ""],
        ["1h / 4", "00:15:00"],
        ["1h / decimal(0)", ""],
      ],
    },
    each(["left: long", "right: long"], "long", (a, b) => (b === 0n ? null : a / b)),
    kernel(["left: real", "right: real"], "real", reals("divide")),
    each(["left: decimal", "right: decimal"], "decimal", divideDecimals),
    each(["left: timespan", "right: timespan"], "real", (a, b) => (b === 0n ? null : Number(a) / Number(b))),
    each(["left: datetime", "right: timespan"], "real", (a, b) => (b === 0n ? null : Number(a) / Number(b))),
    each(["left: timespan", "right: long"], "timespan", (a, b) => (b === 0n ? null : a / b)),
    each(["left: timespan", "right: real"], "timespan", (a, b) => ticksOfReal(Number(a) / b)),
    each(["left: timespan", "right: decimal"], "timespan", (a, b) => ticksOfDecimal(divideDecimals(decimal(a), b))),
    dynamics(
      (a, b) => (b === 0n ? null : a / b),
      (a, b) => a / b,
    ),
  ),
  define(
    "modulo",
    {
      says: "What is left after dividing, from zero up to the size of the divisor.",
      examples: [
        ["14 % 12", "2"],
        ["-14 % 12", "10"],
        ["14 % -12", "2"],
        ["5 % 0", ""],
        ["25h % 1d", "01:00:00"],
      ],
    },
    each(["left: long", "right: long"], "long", remainder),
    each(["left: real", "right: real"], "real", remainderReal),
    each(["left: decimal", "right: decimal"], "decimal", remainderDecimal),
    each(["left: timespan", "right: timespan"], "timespan", remainder),
    each(["left: datetime", "right: timespan"], "timespan", remainder),
    dynamics(remainder, remainderReal),
  ),
  define(
    "negate",
    {
      says: "The number or span with the other sign.",
      examples: [
        ["-(3)", "-3"],
        ["-(1h)", "-01:00:00"],
      ],
    },
    each(["value: int"], "int", (x) => -x | 0),
    each(["value: long"], "long", (x) => -x),
    each(["value: real"], "real", (x) => -x),
    each(["value: decimal"], "decimal", negateDecimal),
    each(["value: timespan"], "timespan", (x) => -x),
    each(["value: dynamic"], "dynamic", (x) => {
      if (typeof x === "bigint") return BigInt.asIntN(64, -x);
      const real = coerce(x, "real");
      return typeof real === "number" ? -real : null;
    }),
  ),
  define(
    "bin",
    {
      says: "Rounds down to a multiple of a step; times count from the start of the calendar.",
      examples: [
        ["bin(7, 4)", "4"],
        ["bin(-1, 4)", "-4"],
        ["bin(4.5, 1)", "4.0"],
        ["bin(16d, 7d)", "14.00:00:00"],
        ["bin(datetime(2024-05-11 13:45:07), 1h)", "2024-05-11T13:00:00.0000000Z"],
        ["bin(7, 0)", ""],
      ],
    },
    bins("long", "long"),
    each(["value: real", "roundTo: real"], "real", binReal),
    each(["value: decimal", "roundTo: decimal"], "decimal", binDecimal),
    bins("datetime", "timespan"),
    bins("timespan", "timespan"),
    bins("datetime", "datetime"),
  ),
  define(
    "bin_at",
    {
      says: "Rounds down to a bin whose edges are counted from a fixed point.",
      examples: [
        ["bin_at(6.5, 2.5, 7)", "4.5"],
        ["bin_at(time(1h), 1d, 12h)", "-12:00:00"],
        [
          "bin_at(datetime(2017-05-15 10:20:00.0), 1d, datetime(1970-01-01 12:00:00.0))",
          "2017-05-14T12:00:00.0000000Z",
        ],
      ],
    },
    each(["value: long", "size: long", "fixed: long"], "long", (v, size, at) => {
      const moved = binLong(v - at, size);
      return moved === null ? null : moved + at;
    }),
    each(["value: real", "size: real", "fixed: real"], "real", (v, size, at) => {
      const moved = binReal(v - at, size);
      return moved === null ? null : moved + at;
    }),
    each(["value: decimal", "size: decimal", "fixed: decimal"], "decimal", (v, size, at) => {
      const moved = binDecimal(subtractDecimals(v, at), size);
      return moved === null ? null : addDecimals(moved, at);
    }),
    each(["value: timespan", "size: timespan", "fixed: timespan"], "timespan", (v, size, at) => {
      const moved = binLong(v - at, size);
      return moved === null ? null : moved + at;
    }),
    each(["value: datetime", "size: timespan", "fixed: datetime"], "datetime", (v, size, at) => {
      const moved = binLong(v - at, size);
      return moved === null ? null : moved + at;
    }),
  ),
  define(
    "round",
    {
      says: "Rounds half away from zero, to so many decimal places; negative ones round tens, hundreds.",
      examples: [
        ["round(2.98765, 3)", "2.988"],
        ["round(2.15, 1)", "2.2"],
        ["round(-50.55, -2)", "-100.0"],
        ["round(21.5, -1)", "20.0"],
      ],
    },
    each(["number: int", "precision?: long"], "int", (x, digits) => Number(roundLong(BigInt(x), places(digits)))),
    each(["number: long", "precision?: long"], "long", (x, digits) => roundLong(x, places(digits))),
    each(["number: real", "precision?: long"], "real", (x, digits) => roundReal(x, places(digits))),
    each(["number: decimal", "precision?: long"], "decimal", (x, digits) => roundDecimal(x, places(digits))),
  ),
  define(
    "ceiling",
    {
      says: "The smallest whole number that is not below the value.",
      examples: [
        ["ceiling(0.9)", "1.0"],
        ["ceiling(-1.1)", "-1.0"],
        ["ceiling(0)", "0"],
      ],
    },
    each(["number: int"], "int", (x) => x),
    each(["number: long"], "long", (x) => x),
    each(["number: real"], "real", Math.ceil),
    each(["number: decimal"], "decimal", ceilingDecimal),
  ),
  define(
    "abs",
    {
      says: "The size of a number or span without its sign.",
      examples: [
        ["abs(-5)", "5"],
        ["abs(-1h)", "01:00:00"],
        ["abs(-2.5)", "2.5"],
      ],
    },
    each(["number: long"], "long", (x) => (x < 0n ? -x : x)),
    each(["number: real"], "real", Math.abs),
    each(["number: decimal"], "decimal", (x) => (x.digits < 0n ? negateDecimal(x) : x)),
    each(["number: timespan"], "timespan", (x) => (x < 0n ? -x : x)),
  ),
  define(
    "sign",
    {
      says: "1 for a number above zero, -1 for one below, 0 for zero.",
      examples: [
        ["sign(-42.1)", "-1.0"],
        ["sign(0)", "0.0"],
      ],
    },
    each(["number: real"], "real", Math.sign),
    each(["number: decimal"], "real", (x) => Math.sign(realOf(asDecimal(x)))),
  ),
];
