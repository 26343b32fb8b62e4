/**
 * Arithmetic, comparison and elementary functions over series, element by element. Source: Kusto docs, "Series
 * elementwise functions", one page each: an element that is no number, or that one of two series lacks, gives null.
 */
import type { Value } from "../../../table";
import { isArray } from "../../../table";
import type { ScalarFunction } from "../define";
import { define, each } from "../scalar";
import { numberOf } from "./numbers";

/** A whole number as it counts here: longs, and times by their ticks. */
function wholeOf(value: Value): bigint | null {
  if (typeof value === "bigint") return value;
  return typeof value === "object" && value !== null && "ticks" in value ? value.ticks : null;
}

type Pair = (a: Value, b: Value) => Value;

/** Longs stay longs and wrap at 64 bits as Kusto's do; all else is counted as reals. */
function computed(long: ((a: bigint, b: bigint) => bigint) | null, real: (a: number, b: number) => number | boolean): Pair {
  return (a, b) => {
    if (long !== null) {
      const [x, y] = [wholeOf(a), wholeOf(b)];
      if (x !== null && y !== null) return BigInt.asIntN(64, long(x, y));
    }
    const [x, y] = [numberOf(a), numberOf(b)];
    return x === null || y === null ? null : real(x, y);
  };
}

/** Longs are compared as longs: reals would take neighbours beyond 2^53 for one. */
function compared(holds: (order: number) => boolean): Pair {
  return (a, b) => {
    const [x, y] = [wholeOf(a), wholeOf(b)];
    if (x !== null && y !== null) return holds(x < y ? -1 : x > y ? 1 : 0);
    const [p, q] = [numberOf(a), numberOf(b)];
    return p === null || q === null ? null : holds(p < q ? -1 : p > q ? 1 : p === q ? 0 : NaN);
  };
}

/** A number beside a series stands for a series of that number. */
function zipped(a: Value, b: Value, pair: Pair): Value {
  if (!isArray(a) && !isArray(b)) return null;
  const length = Math.max(isArray(a) ? a.length : 0, isArray(b) ? b.length : 0);
  const at = (v: Value, i: number): Value => (isArray(v) ? (v[i] ?? null) : v);
  return Array.from({ length }, (_, i) => pair(at(a, i), at(b, i)));
}

function ofTwo(name: string, says: string, example: readonly [string, string], pair: Pair): ScalarFunction {
  return define(name, { says, examples: [example] },
    each(["series1: any", "series2: any"], "dynamic", (a, b) => zipped(a, b, pair)));
}

function ofOne(name: string, says: string, examples: readonly (readonly [string, string])[],
  fn: (x: number) => number, whole?: (x: bigint) => bigint): ScalarFunction {
  return define(name, { says, examples },
    each(["series: dynamic"], "dynamic", (series): Value => isArray(series) ? series.map((item): Value => {
      const long = whole === undefined ? null : wholeOf(item);
      if (long !== null && whole !== undefined) return whole(long);
      const x = numberOf(item);
      // Never -0, which would be shown.
      return x === null ? null : fn(x) + 0;
    }) : null));
}

/** Element by element. */
export const elementwise: readonly ScalarFunction[] = [
  ofTwo("series_add", "The sums of two series, element by element.",
    ["series_add(dynamic([1, 2, 4]), dynamic([4, 2.5]))", "[5,4.5,null]"], computed((a, b) => a + b, (a, b) => a + b)),
  ofTwo("series_subtract", "The differences of two series, element by element.",
    ["series_subtract(dynamic([1, 2, 4]), dynamic([4, 2, 1]))", "[-3,0,3]"], computed((a, b) => a - b, (a, b) => a - b)),
  ofTwo("series_multiply", "The products of two series, element by element.",
    ["series_multiply(10, dynamic([1, 0, -1]))", "[10,0,-10]"], computed((a, b) => a * b, (a, b) => a * b)),
  ofTwo("series_divide", "The quotients of two series as reals, element by element.",
    ["series_divide(dynamic([1, 2, 4]), dynamic([4, 2, 1]))", "[0.25,1.0,4.0]"], computed(null, (a, b) => a / b)),
  ofTwo("series_pow", "The powers of one series by another as reals, element by element.",
    ["series_pow(dynamic([1, 2, 3, 4]), dynamic([1, 2, 3, 0.5]))", "[1.0,4.0,27.0,2.0]"], computed(null, (a, b) => a ** b)),
  ofTwo("series_equals", "Whether the elements of two series are equal.",
    ["series_equals(dynamic([1, 2, 4]), dynamic([4, 2, 1]))", "[false,true,false]"], compared((o) => o === 0)),
  ofTwo("series_not_equals", "Whether the elements of two series differ.",
    ["series_not_equals(dynamic([1, 2, 4]), dynamic([4, 2, 1]))", "[true,false,true]"], compared((o) => o !== 0)),
  ofTwo("series_less", "Whether the elements of one series are less than another's.",
    ["series_less(dynamic([1, 2, 4]), dynamic([4, 2, 1]))", "[true,false,false]"], compared((o) => o < 0)),
  ofTwo("series_less_equals", "Whether the elements of one series are at most another's.",
    ["series_less_equals(dynamic([1, 2, 4]), dynamic([4, 2, 1]))", "[true,true,false]"], compared((o) => o <= 0)),
  ofTwo("series_greater", "Whether the elements of one series are greater than another's.",
    ["series_greater(dynamic([1, 2, 4]), 2)", "[false,false,true]"], compared((o) => o > 0)),
  ofTwo("series_greater_equals", "Whether the elements of one series are at least another's.",
    ["series_greater_equals(dynamic([1, 2, 4]), 2)", "[false,true,true]"], compared((o) => o >= 0)),
  ofOne("series_abs", "The elements without their sign.", [["series_abs(dynamic([-6.5, 0, -2, \"x\"]))", "[6.5,0,2,null]"]],
    Math.abs, (x) => (x < 0n ? -x : x)),
  ofOne("series_sign", "The signs of the elements: -1, 0 or 1.", [["series_sign(dynamic([-6, 0, 8]))", "[-1,0,1]"]],
    Math.sign, (x) => (x < 0n ? -1n : x > 0n ? 1n : 0n)),
  ofOne("series_ceiling", "The elements rounded up, as reals.", [["series_ceiling(dynamic([-1.5, 1, 2.5]))", "[-1.0,1.0,3.0]"]],
    Math.ceil),
  ofOne("series_floor", "The elements rounded down, as reals.", [["series_floor(dynamic([-1.5, 1, 2.5]))", "[-2.0,1.0,2.0]"]],
    Math.floor),
  ofOne("series_exp", "Euler's number to the power of each element.", [["series_exp(dynamic([0, 1]))", "[1.0,2.718281828459045]"]], Math.exp),
  ofOne("series_log", "The natural logarithm of each element.", [["series_log(dynamic([1, 2]))", "[0.0,0.6931471805599453]"]],
    Math.log),
  ofOne("series_sin", "The sine of each element.", [["series_sin(dynamic([0, 1]))", "[0.0,0.8414709848078965]"]], Math.sin),
  ofOne("series_cos", "The cosine of each element.", [["series_cos(dynamic([0, 1]))", "[1.0,0.5403023058681398]"]], Math.cos),
  ofOne("series_tan", "The tangent of each element.", [["series_tan(dynamic([0, 1]))", "[0.0,1.5574077246549023]"]], Math.tan),
  ofOne("series_asin", "The angle that has each element as its sine.", [["series_asin(dynamic([0, 1]))", "[0.0,1.5707963267948966]"]],
    Math.asin),
  ofOne("series_acos", "The angle that has each element as its cosine.", [["series_acos(dynamic([1, 0]))", "[0.0,1.5707963267948966]"]],
    Math.acos),
  ofOne("series_atan", "The angle that has each element as its tangent.", [["series_atan(dynamic([0, 1]))", "[0.0,0.7853981633974483]"]],
    Math.atan),
];
