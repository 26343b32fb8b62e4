/**
 * Seasons: their periods, and series taken apart into season, trend and rest. Source: Kusto docs,
 * series_periods_detect(), series_periods_validate(), series_seasonal(), series_decompose(), _anomalies(), _forecast().
 */
import type { Value } from "../../../table";
import type { KernelContext, ScalarFunction } from "../define";
import { define, eachIn } from "../scalar";
import { lineThrough } from "./fit";
import { autocorrelation, transform } from "./fourier";
import { arrayOf, finiteSeries, meanOf, numberOf } from "./numbers";
import { outlierScores } from "./statistics";

/** Kusto docs, series_periods_detect(), Important: at least 4 points, at most half of the series. */
const SHORTEST = 4;
/** Kusto docs, series_periods_validate(): up to 16 periods. */
const MOST_PERIODS = 16;
/** Frequencies weaker than so many times the mean power are noise. */
const STRONG = 2;
/** Default of series_seasonal() and of series_decompose(): the score from which on a season counts. */
const SEASONAL_SCORE = 0.7;
const DECOMPOSE_SCORE = 0.6;

interface Found {
  readonly period: number;
  readonly score: number;
}

/** A series as its frequencies and as its likeness to itself. */
class Rhythm {
  private readonly centred: Float64Array;
  private readonly likeness: Float64Array;
  readonly length: number;

  constructor(series: Float64Array) {
    const mean = meanOf(series);
    this.length = series.length;
    this.centred = series.map((x) => x - mean);
    this.likeness = autocorrelation(this.centred);
  }

  private at(lag: number): number {
    return this.likeness[lag] ?? 0;
  }

  /**
   * How much of the series comes again after a period, from 0 to 1: the root of its autocorrelation there, where that is a
   * peak and more than chance would give (1.96 / √n). Kusto's own formula is not told; this one keeps to the scores
   * that its docs print.
   */
  score(period: number): number {
    const lag = Math.round(period);
    if (!(lag >= SHORTEST && lag <= this.length / 2)) return 0;
    const value = this.at(lag);
    const isPeak = value >= this.at(lag - 1) && value >= this.at(lag + 1);
    return isPeak && value > 1.96 / Math.sqrt(this.length) ? Math.min(1, Math.sqrt(value)) : 0;
  }

  /**
   * Periods by their scores. A strong frequency gives a range of periods, the peak of the autocorrelation in it the
   * period itself (Vlachos, Yu, Castelli: On periodicity detection and structural periodic similarity, 2005).
   */
  periods(shortest: number, longest: number): Found[] {
    const n = this.length;
    const { real, imag } = transform(this.centred, new Float64Array(n), -1);
    const power = Array.from({ length: Math.floor(n / 2) + 1 }, (_, k) => (real[k] as number) ** 2 + (imag[k] as number) ** 2);
    const mean = meanOf(power.slice(1));
    const found = new Map<number, number>();
    for (let k = 2; k < power.length; k++) {
      const [here, before, after] = [power[k] as number, power[k - 1] as number, power[k + 1] ?? 0];
      if (here <= STRONG * mean || here < before || here < after) continue;
      let best = 0;
      const [from, to] = [Math.max(SHORTEST, Math.floor(n / (k + 1))), Math.min(Math.floor(n / 2), Math.ceil(n / (k - 1)))];
      for (let lag = from; lag <= to; lag++) if (this.at(lag) > this.at(best) || best === 0) best = lag;
      const score = this.score(best);
      if (score > 0 && best >= shortest && best <= longest) found.set(best, score);
    }
    return [...found].map(([period, score]) => ({ period, score })).sort((a, b) => b.score - a.score);
  }
}

/** The median of each phase of a period, over the first `learned` points; as long as the series. */
function seasonOf(series: Float64Array, period: number, learned: number): Float64Array {
  const medians = Float64Array.from({ length: Math.min(period, learned) }, (_, phase) => {
    const own: number[] = [];
    for (let i = phase; i < learned; i += period) own.push(series[i] as number);
    own.sort((a, b) => a - b);
    const half = own.length >> 1;
    return own.length % 2 === 1 ? (own[half] as number) : ((own[half - 1] as number) + (own[half] as number)) / 2;
  });
  return series.map((_, i) => medians[i % period] ?? 0);
}

interface Options {
  /** -1 finds the period, 0 is none. */
  readonly season: number;
  readonly trend: string;
  /** Points at the end that are not learned from. */
  readonly untouched: number;
  readonly threshold: number;
}

interface Parts {
  readonly baseline: Float64Array;
  readonly seasonal: Float64Array;
  readonly trend: Float64Array;
  readonly residual: Float64Array;
}

/** Season first, then the trend of what is left, then the rest: the order of the docs' note. */
function decompose(series: Float64Array, { season, trend, untouched, threshold }: Options): Parts {
  const learned = Math.max(0, series.length - Math.max(0, untouched));
  let period = season > 0 ? season : 0;
  if (season < 0 && learned >= 2 * SHORTEST) {
    const [best] = new Rhythm(series.subarray(0, learned)).periods(SHORTEST, learned / 2);
    period = best !== undefined && best.score >= threshold ? best.period : 0;
  }
  const seasonal = period > 0 ? seasonOf(series, period, learned) : new Float64Array(series.length);
  const rest = series.map((x, i) => x - (seasonal[i] as number));
  const level = trendOf(rest, trend, learned);
  const baseline = seasonal.map((x, i) => x + (level[i] as number));
  return { baseline, seasonal, trend: level, residual: series.map((x, i) => x - (baseline[i] as number)) };
}

function trendOf(series: Float64Array, trend: string, learned: number): Float64Array {
  if (trend === "none" || learned === 0) return new Float64Array(series.length);
  if (trend === "linefit") {
    const line = lineThrough(series, 0, learned);
    return series.map((_, i) => line.intercept + line.slope * (i + 1));
  }
  return new Float64Array(series.length).fill(meanOf(series.subarray(0, learned)));
}

/** The options of the docs; what they do not name is refused with null, and the host told. */
function optionsOf(context: KernelContext, season?: Value, trend?: Value, untouched?: Value, threshold?: Value): Options | null {
  const name = trend === undefined || trend === null || trend === "" ? "avg" : trend;
  if (name !== "avg" && name !== "linefit" && name !== "none") {
    context.warn("series-trend", "A trend is 'avg', 'linefit' or 'none', and here is another.");
    return null;
  }
  return {
    season: Math.trunc(numberOf(season) ?? -1), trend: name, untouched: Math.trunc(numberOf(untouched) ?? 0),
    threshold: numberOf(threshold) ?? DECOMPOSE_SCORE,
  };
}

function detected(context: KernelContext) {
  return (series: Value, shortest: number, longest: number, count: bigint): Value => {
    context.check?.();
    const points = finiteSeries(series);
    if (points === null) return null;
    const wanted = Number(count < 0n ? 0n : count > 1000n ? 1000n : count);
    const found = new Rhythm(points).periods(shortest, longest).slice(0, wanted);
    const padded = Array.from({ length: wanted }, (_, i) => found[i] ?? { period: 0, score: 0 });
    return [padded.map((f) => f.period), padded.map((f) => f.score)];
  };
}

function validated(context: KernelContext) {
  return (series: Value, ...periods: readonly number[]): Value => {
    context.check?.();
    const points = finiteSeries(series);
    if (points === null) return null;
    const asked = periods.slice(0, MOST_PERIODS);
    const rhythm = new Rhythm(points);
    return [arrayOf(asked), asked.map((p) => rhythm.score(p))];
  };
}

function seasonal(context: KernelContext) {
  return (series: Value, period?: bigint): Value => {
    context.check?.();
    const points = finiteSeries(series);
    if (points === null) return null;
    let length = period === undefined || period === -1n ? -1 : Number(period);
    if (length === -1) {
      const [best] = new Rhythm(points).periods(SHORTEST, points.length / 2);
      length = best !== undefined && best.score > SEASONAL_SCORE ? best.period : 0;
    }
    return arrayOf(length > 0 ? seasonOf(points, length, points.length) : new Float64Array(points.length));
  };
}

/** A series, and how it is taken apart. */
function taken(context: KernelContext) {
  return (series: Value, season?: Value, trend?: Value, untouched?: Value, threshold?: Value): Parts | null => {
    context.check?.();
    const points = finiteSeries(series);
    const options = optionsOf(context, season, trend, untouched, threshold);
    return points === null || options === null ? null : decompose(points, options);
  };
}

function packed(parts: Parts | null): Value {
  return parts === null ? null : [parts.baseline, parts.seasonal, parts.trend, parts.residual].map(arrayOf);
}

const decomposed = (context: KernelContext) => {
  const take = taken(context);
  return (series: Value, season?: bigint, trend?: string, untouched?: bigint, threshold?: number): Value =>
    packed(take(series, season, trend, untouched, threshold));
};

const forecast = (context: KernelContext) => {
  const take = taken(context);
  return (series: Value, points: bigint, season?: bigint, trend?: string, threshold?: number): Value =>
    packed(take(series, season, trend, points, threshold));
};

const anomalies = (context: KernelContext) => {
  const take = taken(context);
  return (series: Value, threshold?: number, season?: bigint, trend?: string, untouched?: bigint, method?: string, score?: number): Value => {
    const parts = take(series, season, trend, untouched, score);
    if (method !== undefined && method !== "" && method !== "ctukey" && method !== "tukey") {
      context.warn("series-method", `Anomalies are found by 'ctukey' or 'tukey', and here is '${method}'.`);
      return null;
    }
    if (parts === null) return null;
    context.check?.();
    const scores = outlierScores(Array.from(parts.residual), method !== "tukey");
    const limit = threshold ?? 1.5;
    return [scores.map((s) => (s > limit ? 1n : s < -limit ? -1n : 0n)), scores, arrayOf(parts.baseline)];
  };
};

const dynamicColumns = (names: string) => names.split(" ").map((name) => ({ name, type: "dynamic" as const }));
const PARTS = dynamicColumns("baseline seasonal trend residual");
const PERIODS = dynamicColumns("periods scores");
const SAW = "dynamic([1,2,3,4,5,1,2,3,4,5,1,2,3,4,5,1,2,3,4,5,1,2,3,4,5])";
const SPIKED = "dynamic([1,2,3,4,5,1,2,3,4,5,1,2,3,4,99,1,2,3,4,5,1,2,3,4,5])";

/** Seasons. */
export const seasons: readonly ScalarFunction[] = [
  define("series_periods_detect", {
    says: "The periods after which a series comes again, and their scores from 0 to 1; zeros where there are fewer.",
    examples: [[`series_periods_detect(${SAW}, 4.0, 10.0, 2)[0]`, "[5.0,0.0]"]],
    columns: PERIODS,
  }, eachIn(["series: dynamic", "min_period: real", "max_period: real", "num_periods: long"], "dynamic", detected)),
  define("series_periods_validate", {
    says: "How surely a series comes again after each of some periods, from 0 to 1.",
    examples: [[`series_periods_validate(${SAW}, 7.0)[1]`, "[0.0]"]],
    columns: PERIODS,
  }, eachIn(["series: dynamic", "...periods: real"], "dynamic", validated)),
  define("series_seasonal", {
    says: "The seasonal part of a series: at each place the median of the same place in all periods.",
    examples: [["series_seasonal(dynamic([1,3,5,2,4,6,1,3,5,2,4,6]), 3)", "[1.5,3.5,5.5,1.5,3.5,5.5,1.5,3.5,5.5,1.5,3.5,5.5]"],
      ["series_seasonal(dynamic([1,3,5,2,4,6,1,3,5,2,4,6]))", "[0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,0.0]"]],
  }, eachIn(["series: dynamic", "period?: long"], "dynamic", seasonal)),
  define("series_decompose", {
    says: "A series as a baseline (season and trend), its season, its trend, and the rest.",
    examples: [["series_decompose(dynamic([1,3,1,3,1,3,1,3]), 2)[1]", "[1.0,3.0,1.0,3.0,1.0,3.0,1.0,3.0]"],
      ["series_decompose(dynamic([1,2,3,4]), 0, 'linefit')[0]", "[1.0,2.0,3.0,4.0]"]],
    columns: PARTS,
  }, eachIn(["series: dynamic", "seasonality?: long", "trend?: string", "test_points?: long", "seasonality_threshold?: real"],
    "dynamic", decomposed)),
  define("series_decompose_anomalies", {
    says: "The points of a series that neither its season nor its trend explains: 1 above, -1 below; their scores, and the baseline.",
    examples: [[`series_decompose_anomalies(${SPIKED}, 1.5, 5)[0]`, "[0,0,0,0,0,0,0,0,0,0,0,0,0,0,1,0,0,0,0,0,0,0,0,0,0]"]],
    columns: dynamicColumns("ad_flag ad_score baseline"),
  }, eachIn(["series: dynamic", "threshold?: real", "seasonality?: long", "trend?: string", "test_points?: long",
    "ad_method?: string", "seasonality_threshold?: real"], "dynamic", anomalies)),
  define("series_decompose_forecast", {
    says: "A series with its last points foretold by the season and the trend of those before them.",
    examples: [["series_decompose_forecast(dynamic([1,2,3,4,0,0]), 2, 0, 'linefit')[0]", "[1.0,2.0,3.0,4.0,5.0,6.0]"]],
    columns: PARTS,
  }, eachIn(["series: dynamic", "points: long", "seasonality?: long", "trend?: string", "seasonality_threshold?: real"],
    "dynamic", forecast)),
];
