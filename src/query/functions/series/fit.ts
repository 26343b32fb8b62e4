/**
 * Lines and polynomials of least squares through series. Source: Kusto docs, series_fit_line(), series_fit_2lines(),
 * series_fit_poly(). The points stand at x = 1, 2, …: the docs' example of series_fit_line() starts its line at
 * intercept + slope, and series_fit_poly() says so.
 */
import type { ScalarType, Value } from "../../../table";
import { isArray } from "../../../table";
import type { ScalarFunction } from "../define";
import { define, each } from "../scalar";
import { arrayOf, finiteSeries, meanOf, numberOf, spreadAround } from "./numbers";

interface Line {
  readonly slope: number;
  readonly intercept: number;
  /** Squares about the mean, and about the line. */
  readonly spread: number;
  readonly left: number;
  readonly count: number;
}

/** The line through the points from `from` up to `to`, which is left out. */
export function lineThrough(y: Float64Array, from = 0, to = y.length): Line {
  const count = to - from;
  const middle = (from + 1 + to) / 2;
  const mean = meanOf(y.subarray(from, to));
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = from; i < to; i++) {
    const [dx, dy] = [i + 1 - middle, (y[i] as number) - mean];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return lineOf(count, middle, mean, xy, xx, yy);
}

function lineOf(count: number, middle: number, mean: number, xy: number, xx: number, yy: number): Line {
  const slope = xx > 0 ? xy / xx : 0;
  return { slope, intercept: mean - slope * middle, spread: yy, left: Math.max(0, yy - slope * xy), count };
}

/** A line as points, at x from `from` + 1. */
function drawn(line: Line, from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => line.intercept + line.slope * (from + i + 1));
}

/** The share of the squares that a fit explains; a fit that leaves nothing is perfect. */
function rsquare(spread: number, left: number): number {
  return left <= 0 || spread <= 0 ? 1 : Math.max(0, 1 - left / spread);
}

/** Variance of a sample. */
function variance(spread: number, count: number): number {
  return count > 1 ? spread / (count - 1) : 0;
}

type Column = readonly [name: string, type: ScalarType, value: Value];

function fitLine(series: Value): readonly Column[] | null {
  const y = finiteSeries(series);
  if (y === null || y.length === 0) return null;
  const line = lineThrough(y);
  return [
    ["rsquare", "real", rsquare(line.spread, line.left)], ["slope", "real", line.slope],
    ["variance", "real", variance(line.spread, line.count)], ["rvariance", "real", variance(line.left, line.count)],
    ["interception", "real", line.intercept], ["line_fit", "dynamic", drawn(line, 0, y.length)],
  ];
}

/** Sums from the start, so that each split is judged in one step. */
function bestSplit(y: Float64Array): { at: number; left: Line; right: Line } | null {
  const n = y.length;
  if (n < 4) return null;
  const mean = meanOf(y);
  const centre = (n + 1) / 2;
  // About the middle of the series, for sums that do not cancel.
  const sums = [new Float64Array(n + 1), new Float64Array(n + 1), new Float64Array(n + 1), new Float64Array(n + 1), new Float64Array(n + 1)];
  for (let i = 0; i < n; i++) {
    const [dx, dy] = [i + 1 - centre, (y[i] as number) - mean];
    [dx, dy, dx * dy, dx * dx, dy * dy].forEach((v, k) => {
      const sum = sums[k] as Float64Array;
      sum[i + 1] = (sum[i] as number) + v;
    });
  }
  const squares = (from: number, to: number): number => {
    const [sx, sy, sxy, sxx, syy] = sums.map((s) => (s[to] as number) - (s[from] as number)) as [number, number, number, number, number];
    const count = to - from;
    return lineOf(count, 0, 0, sxy - (sx * sy) / count, sxx - (sx * sx) / count, syy - (sy * sy) / count).left;
  };
  let at = 2;
  let least = Infinity;
  for (let split = 2; split <= n - 2; split++) {
    const left = squares(0, split) + squares(split, n);
    if (left < least) [at, least] = [split, left];
  }
  return { at, left: lineThrough(y, 0, at), right: lineThrough(y, at, n) };
}

function sideOf(name: string, line: Line): readonly Column[] {
  return [
    [`${name}_rsquare`, "real", rsquare(line.spread, line.left)], [`${name}_slope`, "real", line.slope],
    [`${name}_interception`, "real", line.intercept], [`${name}_variance`, "real", variance(line.spread, line.count)],
    [`${name}_rvariance`, "real", variance(line.left, line.count)],
  ];
}

/** The split is the place of the right line's first point. */
function fit2Lines(series: Value): readonly Column[] | null {
  const y = finiteSeries(series);
  const split = y === null ? null : bestSplit(y);
  if (y === null || split === null) return null;
  const { at, left, right } = split;
  const spread = spreadAround(y, meanOf(y));
  return [
    ["rsquare", "real", rsquare(spread, left.left + right.left)], ["split_idx", "long", BigInt(at)],
    ["variance", "real", variance(spread, y.length)], ["rvariance", "real", variance(left.left + right.left, y.length)],
    ["line_fit", "dynamic", [...drawn(left, 0, at), ...drawn(right, at, y.length)]],
    ...sideOf("right", right), ...sideOf("left", left),
  ];
}

/** Powers beyond this say nothing in reals. */
const HIGHEST_DEGREE = 20;

/** The polynomial of least squares, lowest power first, by Householder's reflections on x brought to -1 … 1. */
function polynomial(x: Float64Array, y: Float64Array, degree: number): Float64Array | null {
  const n = x.length;
  const width = degree + 1;
  if (n < width) return null;
  const [low, high] = [x.reduce((a, b) => Math.min(a, b), Infinity), x.reduce((a, b) => Math.max(a, b), -Infinity)];
  const [middle, half] = [(low + high) / 2, (high - low) / 2 || 1];
  const columns = Array.from({ length: width }, (_, k) => x.map((v) => ((v - middle) / half) ** k));
  const target = y.slice();
  for (let k = 0; k < width; k++) {
    const pivot = columns[k] as Float64Array;
    let norm = 0;
    for (let i = k; i < n; i++) norm += (pivot[i] as number) ** 2;
    norm = Math.sqrt(norm);
    if (norm < 1e-12) return null;
    const alpha = (pivot[k] as number) > 0 ? -norm : norm;
    const v = pivot.slice(k);
    v[0] = (v[0] as number) - alpha;
    const length = v.reduce((a, b) => a + b * b, 0);
    for (const column of [...columns.slice(k), target]) {
      let dot = 0;
      for (let i = k; i < n; i++) dot += (v[i - k] as number) * (column[i] as number);
      for (let i = k; i < n; i++) column[i] = (column[i] as number) - (2 * dot * (v[i - k] as number)) / length;
    }
  }
  const scaled = new Float64Array(width);
  for (let k = width - 1; k >= 0; k--) {
    let sum = target[k] as number;
    for (let m = k + 1; m < width; m++) sum -= (columns[m]?.[k] as number) * (scaled[m] as number);
    scaled[k] = sum / (columns[k]?.[k] as number);
  }
  return unscaled(scaled, middle, half);
}

/** A polynomial in (x - middle) / half as one in x. */
function unscaled(scaled: Float64Array, middle: number, half: number): Float64Array {
  const out = new Float64Array(scaled.length);
  // Horner: p = p · (x - middle) / half + next.
  for (let k = scaled.length - 1; k >= 0; k--) {
    for (let i = out.length - 1; i >= 0; i--) {
      out[i] = (((i > 0 ? (out[i - 1] as number) : 0) - middle * (out[i] as number)) / half);
    }
    out[0] = (out[0] as number) + (scaled[k] as number);
  }
  return out;
}

function fitPolynomial(series: Value, second: Value | undefined, third: Value | undefined): readonly Column[] | null {
  const y = finiteSeries(series);
  if (y === null || y.length === 0) return null;
  // A number in the second place is the degree: series_fit_poly(y, 2).
  const given = second !== undefined && isArray(second) ? finiteSeries(second) : undefined;
  const degree = numberOf(given === undefined && third === undefined ? second : third) ?? 1;
  if (given === null || !(degree >= 1 && degree <= HIGHEST_DEGREE)) return null;
  const x = given ?? Float64Array.from(y, (_, i) => i + 1);
  if (x.length !== y.length) return null;
  const weights = polynomial(x, y, Math.trunc(degree));
  if (weights === null) return null;
  const fitted = x.map((v) => weights.reduceRight((sum, w) => sum * v + w, 0));
  const spread = spreadAround(y, meanOf(y));
  const left = y.reduce((sum, v, i) => sum + (v - (fitted[i] as number)) ** 2, 0);
  return [
    ["rsquare", "real", rsquare(spread, left)], ["coefficients", "dynamic", arrayOf(weights.slice().reverse())],
    ["variance", "real", variance(spread, y.length)], ["rvariance", "real", variance(left, y.length)],
    ["poly_fit", "dynamic", arrayOf(fitted)],
  ];
}

/** What a fit of a few points gives: its columns do not depend on the points. */
function columnsOf(columns: readonly Column[] | null): { name: string; type: ScalarType }[] {
  return (columns ?? []).map(([name, type]) => ({ name, type }));
}

function packed(columns: readonly Column[] | null): Value {
  return columns === null ? null : columns.map(([, , value]) => value);
}

/** As a bag; `right_slope` is the slope in the bag `right`. */
function bagged(columns: readonly Column[] | null): Value {
  if (columns === null) return null;
  const bag = new Map<string, Value>();
  for (const [name, , value] of columns) {
    const side = /^(left|right)_(.+)$/.exec(name);
    if (side === null) bag.set(name, value);
    else {
      const inner = bag.get(side[1] as string);
      if (inner instanceof Map) inner.set(side[2], value);
      else bag.set(side[1] as string, new Map([[side[2] as string, value]]));
    }
  }
  return bag;
}

const SOME_POINTS: Value = [1, 2, 3, 5];

/** Fits. */
export const fits: readonly ScalarFunction[] = [
  define("series_fit_line", {
    says: "The straight line that lies closest to a series, and how close it lies.",
    examples: [["series_fit_line(dynamic([1, 3, 5]))[1]", "2.0"], ["series_fit_line(dynamic([1, 3, 5]))[5]", "[1.0,3.0,5.0]"]],
    columns: columnsOf(fitLine(SOME_POINTS)),
  }, each(["series: dynamic"], "dynamic", (series) => packed(fitLine(series)))),
  define("series_fit_line_dynamic", {
    says: "The straight line that lies closest to a series, as a bag.",
    examples: [["series_fit_line_dynamic(dynamic([1, 3, 5])).slope", "2.0"],
      ["series_fit_line_dynamic(dynamic([1, 3, 5])).interception", "-1.0"]],
  }, each(["series: dynamic"], "dynamic", (series) => bagged(fitLine(series)))),
  define("series_fit_2lines", {
    says: "The two straight lines, one behind the other, that lie closest to a series, and where it bends.",
    examples: [["series_fit_2lines(dynamic([1, 2, 3, 10, 8, 6]))[1]", "3"]],
    columns: columnsOf(fit2Lines(SOME_POINTS)),
  }, each(["series: dynamic"], "dynamic", (series) => packed(fit2Lines(series)))),
  define("series_fit_2lines_dynamic", {
    says: "The two straight lines that lie closest to a series, as a bag.",
    examples: [["series_fit_2lines_dynamic(dynamic([1, 2, 3, 10, 8, 6])).split_idx", "3"],
      ["tostring(round(todouble(series_fit_2lines_dynamic(dynamic([1, 2, 3, 10, 8, 6])).right.slope), 6))", "-2.0"]],
  }, each(["series: dynamic"], "dynamic", (series) => bagged(fit2Lines(series)))),
  define("series_fit_poly", {
    says: "The polynomial of a degree that lies closest to a series, its highest power first.",
    examples: [["toint(round(todouble(series_fit_poly(dynamic([1, 4, 9, 16]), 2)[1][0]), 6))", "1"]],
    columns: columnsOf(fitPolynomial(SOME_POINTS, undefined, undefined)),
  }, each(["series: dynamic", "x?: any", "degree?: long"], "dynamic", (series, x, degree) =>
    packed(fitPolynomial(series, x, degree)))),
];
