/**
 * Figures over whole series. Source: Kusto docs, series_stats(), series_outliers(), series_dot_product(),
 * series_product(), series_magnitude(), series_cosine_similarity(), series_pearson_correlation().
 */
import type { Value } from "../../../table";
import { isArray } from "../../../table";
import type { ScalarFunction } from "../define";
import { define, each } from "../scalar";
import { arrayOf, meanOf, numberOf, quantile, seriesOf, spreadAround } from "./numbers";

/** The figures of a series. Nothing finite: null. Sample variance, as the docs' example counts it. */
function stats(series: Value, ignore: boolean): ReadonlyMap<string, Value> | null {
  const points = seriesOf(series);
  if (points === null) return null;
  const places = points.flatMap((x, i) => (x !== null && Number.isFinite(x) ? [i] : []));
  if (places.length === 0 || (!ignore && places.length < points.length)) return null;
  const numbers = places.map((i) => points[i] as number);
  const [low, high] = [numbers.reduce((a, b) => Math.min(a, b)), numbers.reduce((a, b) => Math.max(a, b))];
  const mean = meanOf(numbers);
  const variance = numbers.length > 1 ? spreadAround(numbers, mean) / (numbers.length - 1) : 0;
  return new Map<string, Value>([
    ["min", low], ["min_idx", BigInt(points.indexOf(low))], ["max", high], ["max_idx", BigInt(points.indexOf(high))],
    ["avg", mean], ["stdev", Math.sqrt(variance)], ["variance", variance],
    ["sum", numbers.reduce((a, b) => a + b, 0)], ["len", BigInt(points.length)],
  ]);
}

const STATS = ["min", "min_idx", "max", "max_idx", "avg", "stdev", "variance"];

/**
 * Tukey's score of each point: how many normal ranges it lies above or below them. The plain test takes the quartiles of
 * all points. The custom one looks at each side alone, with the quartiles of the points that are left when the far
 * ones of that side (beyond `low` and `high` per cent) are taken off, so that they do not widen the range that they
 * are measured by. Between the quartiles of all points the score is 0. This gives the numbers that the docs printed
 * for [30,28,5,27,31,38,29,80,25,37,30] (page series_outliers() of 2018).
 */
export function outlierScores(points: readonly (number | null)[], custom: boolean, low = 10, high = 90): number[] {
  const sorted = Float64Array.from(points.filter((x): x is number => x !== null && Number.isFinite(x))).sort();
  const n = sorted.length;
  if (n === 0) return points.map(() => 0);
  const inner = [quantile(sorted, 0.25), quantile(sorted, 0.75)] as const;
  const below = fence(custom ? sorted.subarray(Math.floor((low / 100) * n)) : sorted, sorted);
  const above = fence(custom ? sorted.subarray(0, Math.max(1, Math.floor((high / 100) * n))) : sorted, sorted);
  return points.map((x) => {
    if (x === null || !Number.isFinite(x)) return 0;
    if (x < inner[0]) return Math.min(0, (x - below.first) / below.range);
    if (x > inner[1]) return Math.max(0, (x - above.third) / above.range);
    return 0;
  });
}

/** The quartiles of some points; where they are one, the range is the deviation of all points (1 for a constant). */
function fence(some: Float64Array, all: Float64Array): { first: number; third: number; range: number } {
  const [first, third] = [quantile(some, 0.25), quantile(some, 0.75)];
  const range = third - first || Math.sqrt(spreadAround(all, meanOf(all)) / Math.max(1, all.length - 1)) || 1;
  return { first, third, range };
}

function outliers(series: Value, kind?: string, ignored?: Value, low?: number, high?: number): Value {
  const points = seriesOf(series);
  if (points === null) return null;
  const skipped = ignored === undefined ? null : numberOf(ignored);
  const within = (percent: number | undefined, otherwise: number): number =>
    percent === undefined ? otherwise : Math.min(98, Math.max(2, percent));
  if (kind !== undefined && kind !== "" && kind !== "tukey" && kind !== "ctukey") return null;
  return arrayOf(outlierScores(skipped === null ? points : points.map((x) => (x === skipped ? null : x)), kind !== "tukey",
    within(low, 10), within(high, 90)));
}

/** Pairs of numbers, as far as the shorter series reaches; what is no number is left out. A number is a series of it. */
function pairs(a: Value, b: Value): readonly (readonly [number, number])[] | null {
  const length = isArray(a) ? (isArray(b) ? Math.min(a.length, b.length) : a.length) : isArray(b) ? b.length : 0;
  if (length === 0) return null;
  const at = (v: Value, i: number): number | null => numberOf(isArray(v) ? v[i] : v);
  const found: [number, number][] = [];
  for (let i = 0; i < length; i++) {
    const [x, y] = [at(a, i), at(b, i)];
    if (x !== null && y !== null) found.push([x, y]);
  }
  return found;
}

function dot(a: Value, b: Value): number | null {
  return pairs(a, b)?.reduce((sum, [x, y]) => sum + x * y, 0) ?? null;
}

function magnitude(series: Value): number | null {
  const points = seriesOf(series);
  return points === null ? null : Math.sqrt(points.reduce<number>((sum, x) => sum + (x ?? 0) ** 2, 0));
}

function cosine(a: Value, b: Value, sizeA?: number, sizeB?: number): number | null {
  const product = isArray(a) && isArray(b) ? dot(a, b) : null;
  const sizes = [sizeA ?? magnitude(a), sizeB ?? magnitude(b)] as const;
  return product === null || sizes[0] === null || sizes[1] === null ? null : product / (sizes[0] * sizes[1]);
}

/** Null when an element is no number or one of the series is longer. */
function pearson(a: Value, b: Value): number | null {
  const [x, y] = [seriesOf(a), seriesOf(b)];
  if (x === null || y === null || x.length !== y.length || x.length === 0) return null;
  if (![...x, ...y].every((v): v is number => v !== null)) return null;
  const [p, q] = [x as readonly number[], y as readonly number[]];
  const [mp, mq] = [meanOf(p), meanOf(q)];
  const shared = p.reduce((sum, v, i) => sum + (v - mp) * ((q[i] as number) - mq), 0);
  return shared / Math.sqrt(spreadAround(p, mp) * spreadAround(q, mq));
}

/** Figures. */
export const seriesStatistics: readonly ScalarFunction[] = [
  define("series_stats", {
    says: "Least, greatest and mean value of a series, their places, its deviation and variance.",
    examples: [["series_stats(dynamic([3, 1, 2]))[0]", "1.0"], ["series_stats(dynamic([3, 1, 2]))[3]", "0"],
      ["series_stats(dynamic([3, 1, null]))[0]", ""], ["series_stats(dynamic([3, 1, null]), true)[0]", "1.0"]],
    columns: STATS.map((name) => ({ name, type: name.endsWith("idx") ? "long" : "real" })),
  }, each(["series: dynamic", "ignore_nonfinite?: bool"], "dynamic", (series, ignore) => {
    const found = stats(series, ignore ?? false);
    return found === null ? null : STATS.map((name) => found.get(name) ?? null);
  })),
  define("series_stats_dynamic", {
    says: "Least, greatest and mean value of a series, their places, deviation, variance, sum and length, as a bag.",
    examples: [["series_stats_dynamic(dynamic([3, 1, 2])).avg", "2.0"], ["series_stats_dynamic(dynamic([3, 1, 2])).len", "3"]],
  }, each(["series: dynamic", "ignore_nonfinite?: bool"], "dynamic", (series, ignore): Value => {
    const found = stats(series, ignore ?? false);
    return found === null ? null : new Map(found);
  })),
  define("series_outliers", {
    says: "How far each point of a series lies beyond its normal range: above 1.5 or below -1.5 it is an outlier.",
    examples: [["series_outliers(dynamic([1, 2, 3, 4, 50]), \"tukey\")", "[-0.5,0.0,0.0,0.0,23.0]"]],
  }, each(["series: dynamic", "kind?: string"], "dynamic", (series, kind) => outliers(series, kind)),
  each(["series: dynamic", "kind: string", "ignore_val: number", "min_percentile?: real", "max_percentile?: real"], "dynamic",
    outliers)),
  define("series_dot_product", {
    says: "The sum of the products of two series' elements; a number stands for a series of it.",
    examples: [["series_dot_product(dynamic([1, 2, 4]), dynamic([4, 2, 1]))", "12.0"], ["series_dot_product(dynamic([1, 2, 4]), 2)", "14.0"],
      ["series_dot_product(dynamic([]), 2)", ""]],
  }, each(["series1: any", "series2: any"], "real", dot)),
  define("series_product", {
    says: "The product of a series' elements.",
    examples: [["series_product(dynamic([1, 2, 3, 4]))", "24.0"]],
  }, each(["series: dynamic"], "real", (series) => {
    const points = seriesOf(series);
    return points === null || points.includes(null) ? null : (points as readonly number[]).reduce((a, b) => a * b, 1);
  })),
  define("series_magnitude", {
    says: "The length of a series as a vector.",
    examples: [["series_magnitude(dynamic([3, 4]))", "5.0"]],
  }, each(["series: dynamic"], "real", magnitude)),
  define("series_cosine_similarity", {
    says: "The cosine of the angle between two series as vectors; their magnitudes may be given.",
    examples: [["series_cosine_similarity(dynamic([1, 0]), dynamic([0, 2]))", "0.0"],
      ["series_cosine_similarity(dynamic([3, 4]), dynamic([3, 4]), 5.0, 5.0)", "1.0"]],
  }, each(["series1: dynamic", "series2: dynamic", "magnitude1?: real", "magnitude2?: real"], "real", cosine)),
  define("series_pearson_correlation", {
    says: "How nearly two series lie on a line together: from -1 to 1.",
    examples: [["series_pearson_correlation(dynamic([1, 2, 3]), dynamic([2, 4, 6]))", "1.0"]],
  }, each(["series1: dynamic", "series2: dynamic"], "real", pearson)),
];
