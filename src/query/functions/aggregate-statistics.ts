/** Statistics of a group: percentiles (exact, by nearest rank), variance, deviation, covariance. */
import { coerce, builder, cellOrder, concat, convert, gather, isArray, valueAt } from "../../table";
import type { Column, ScalarType, Value } from "../../table";
import { defineAggregate, grown, over, values, withCondition } from "./aggregate-define";
import type { AggregateSignature } from "./aggregate-define";
import type { Accumulator, AggregateFunction } from "./define";

// ---- percentiles ---------------------------------------------------------------------------------------------------

/** What a call asks for: percentages in [0, 100], as constants behind the value and weight. */
function percentagesOf(args: readonly Column[], from: number): number[] {
  return args.slice(from).flatMap((column) => {
    const value = column.length === 0 ? null : valueAt(column, 0);
    return (isArray(value) ? value : [value]).map((p) => (typeof p === "object" ? NaN : Number(p)));
  });
}

/**
 * Keeps all values and sorts them at the end. Nearest rank: the smallest value such that at least `p` percent of the
 * weight is at or below it (Kusto docs, "percentile()", "Nearest-rank percentile").
 */
class Percentiles implements Accumulator {
  private readonly columns: Column[] = [];
  private readonly groups: Uint32Array[] = [];
  private readonly weights: Float64Array[] = [];
  private wanted: number[] = [];

  constructor(
    private readonly type: ScalarType, private readonly weighted: boolean,
    private readonly result: ScalarType, private readonly asArray: boolean,
  ) {}

  add(args: readonly Column[], length: number, groupOf: Uint32Array): void {
    const column = values(args, length);
    this.wanted = percentagesOf(args, this.weighted ? 2 : 1);
    const weight = this.weighted ? convert(values(args, length, 1), "real") : undefined;
    const rows = new Uint32Array(length);
    const weights = new Float64Array(length);
    let n = 0;
    for (let i = 0; i < length; i++) {
      if (column.nulls !== null && column.nulls[i] === 1) continue;
      const w = weight === undefined ? 1 : weight.type === "real" && weight.nulls?.[i] !== 1 ? weight.data[i]! : 0;
      if (!(w > 0)) continue;
      weights[n] = w;
      rows[n++] = i;
    }
    const kept = rows.subarray(0, n);
    this.columns.push(n === length ? column : gather(column, kept));
    this.groups.push(n === length ? groupOf.slice(0, length) : kept.map((row) => groupOf[row]!));
    this.weights.push(weights.subarray(0, n));
  }

  finish(groups: number): Column {
    const column = concat(this.type, this.columns.length > 0 ? this.columns : [builder(this.type).finish()]);
    const groupOf = join(this.groups, new Uint32Array(column.length));
    const weights = join(this.weights, new Float64Array(column.length));
    const order = cellOrder(column, false, true);
    const rows = Uint32Array.from({ length: column.length }, (_, i) => i);
    rows.sort((a, b) => groupOf[a]! - groupOf[b]! || order(a, b));
    const out = builder(this.asArray ? "dynamic" : this.result);
    let from = 0;
    for (let g = 0; g < groups; g++) {
      let to = from;
      let total = 0;
      while (to < rows.length && groupOf[rows[to]!] === g) total += weights[rows[to++]!]!;
      const found = this.wanted.map((p) => this.nearest(column, weights, rows.subarray(from, to), (p / 100) * total));
      if (this.asArray) out.push(to === from ? null : found);
      else out.push(this.result === "real" ? coerce(found[0] ?? null, "real") : (found[0] ?? null));
      from = to;
    }
    return out.finish();
  }

  /** The value at which the weights of the sorted rows reach `rank`. */
  private nearest(column: Column, weights: Float64Array, rows: Uint32Array, rank: number): Value {
    if (rows.length === 0 || Number.isNaN(rank)) return null;
    const last = rows.length - 1;
    if (!this.weighted) return valueAt(column, rows[Math.min(last, Math.max(0, Math.ceil(rank - 1e-9) - 1))]!);
    let reached = 0;
    for (const row of rows) {
      reached += weights[row]!;
      if (reached >= rank - 1e-9) return valueAt(column, row);
    }
    return valueAt(column, rows[last]!);
  }
}

function join<T extends Uint32Array | Float64Array>(parts: readonly T[], into: T): T {
  let at = 0;
  for (const part of parts) {
    into.set(part, at);
    at += part.length;
  }
  return into;
}

const RANKED: readonly ScalarType[] = ["int", "long", "real", "decimal", "datetime", "timespan"];
/** An int's percentiles are longs, a decimal's reals. */
const ranked = (type: ScalarType): ScalarType => (type === "int" ? "long" : type === "decimal" ? "real" : type);

function percentiles(weighted: boolean, asArray: boolean, ...rest: string[]): AggregateSignature[] {
  return RANKED.map((type) =>
    over([`value: ${type}`, ...(weighted ? ["weight: number"] : []), ...rest], asArray ? "dynamic" : ranked(type),
      () => new Percentiles(type, weighted, ranked(type), asArray)));
}

// ---- moments -------------------------------------------------------------------------------------------------------

/** Mean and squared deviations per group, updated row by row (Welford), of one or two values. */
class Moments implements Accumulator {
  private count = new Float64Array(16);
  private meanX = new Float64Array(16);
  private meanY = new Float64Array(16);
  private product = new Float64Array(16);

  constructor(private readonly pair: boolean, private readonly population: boolean, private readonly root: boolean) {}

  add(args: readonly Column[], length: number, groupOf: Uint32Array, groups: number): void {
    const x = reals(args, length, 0);
    const y = this.pair ? reals(args, length, 1) : x;
    const count = (this.count = grown(this.count, groups));
    const meanX = (this.meanX = grown(this.meanX, groups));
    const meanY = (this.meanY = grown(this.meanY, groups));
    const product = (this.product = grown(this.product, groups));
    for (let i = 0; i < length; i++) {
      if (x.nulls?.[i] === 1 || y.nulls?.[i] === 1) continue;
      const g = groupOf[i]!;
      const n = (count[g]! += 1);
      const dx = x.data[i]! - meanX[g]!;
      meanX[g]! += dx / n;
      meanY[g]! += (y.data[i]! - meanY[g]!) / n;
      product[g]! += dx * (y.data[i]! - meanY[g]!);
    }
  }

  finish(groups: number): Column {
    const count = grown(this.count, groups);
    const product = grown(this.product, groups);
    const data = Float64Array.from({ length: groups }, (_, g) => {
      const n = count[g]!;
      const value = n === 0 || (n === 1 && !this.population) ? 0 : product[g]! / (this.population ? n : n - 1);
      return this.root ? Math.sqrt(value) : value;
    });
    return { type: "real", data, length: groups, nulls: null };
  }
}

function reals(args: readonly Column[], length: number, at: number): Extract<Column, { type: "real" }> {
  const column = convert(values(args, length, at), "real");
  if (column.type !== "real") throw new TypeError("Not a number");
  return column;
}

const NUMBERS: readonly ScalarType[] = ["int", "long", "real", "decimal"];
const moments = (population: boolean, root: boolean): AggregateSignature[] =>
  NUMBERS.map((type) => over([`value: ${type}`], "real", () => new Moments(false, population, root)));
const joint = (population: boolean): AggregateSignature[] =>
  [over(["x: number", "y: number"], "real", () => new Moments(true, population, false))];

const FIVE = "range x from 1 to 5 step 1 | summarize";

/** A plain and a conditional form. */
function both(
  name: string, says: string, of: string, plain: string, some: string, at: number, overloads: AggregateSignature[],
): AggregateFunction[] {
  return [
    defineAggregate(name, { says: `${says}.`, examples: [[`${FIVE} ${name}(${of})`, plain]] }, ...overloads),
    defineAggregate(`${name}if`, {
      says: `${says}, of the rows in which \`predicate\` is true.`,
      examples: [[`${FIVE} ${name}if(${of}, x > 2)`, some]],
    }, ...withCondition(at, ...overloads)),
  ];
}

export const statistics: readonly AggregateFunction[] = [
  defineAggregate("percentile", {
    says: "The smallest value that at least `percentage` percent of the values do not exceed.",
    examples: [["range x from 1 to 10 step 1 | summarize percentile(x, 90)", "9"]],
  }, ...percentiles(false, false, "const percentage: real")),
  defineAggregate("percentilew", {
    says: "The percentile of values that count as often as their weight says.",
    examples: [["datatable(v: long, w: long) [10, 8, 20, 6, 30, 3] | summarize percentilew(v, w, 75)", "20"]],
  }, ...percentiles(true, false, "const percentage: real")),
  defineAggregate("percentiles_array", {
    says: "An array of the percentiles for several percentages.",
    examples: [["range x from 1 to 10 step 1 | summarize percentiles_array(x, 50, 90)", "[5,9]"]],
  }, ...percentiles(false, true, "const percentages: dynamic"), ...percentiles(false, true, "...percentages: real")),
  defineAggregate("percentilesw_array", {
    says: "An array of the percentiles of weighted values for several percentages.",
    examples: [
      ["datatable(v: long, w: long) [10, 8, 20, 6, 30, 3] | summarize percentilesw_array(v, w, 50, 90)", "[20,30]"],
    ],
  }, ...percentiles(true, true, "const percentages: dynamic"), ...percentiles(true, true, "...percentages: real")),
  ...both("stdev", "The standard deviation of a sample", "x", "1.5811388300841898", "1.0", 1, moments(false, true)),
  ...both("stdevp", "The standard deviation of a whole population", "x", "1.4142135623730951", "0.816496580927726", 1,
    moments(true, true)),
  ...both("variance", "The variance of a sample", "x", "2.5", "1.0", 1, moments(false, false)),
  ...both("variancep", "The variance of a whole population", "x", "2.0", "0.6666666666666666", 1, moments(true, false)),
  ...both("covariance", "The covariance of two values in a sample", "x, x * 2", "5.0", "2.0", 2, joint(false)),
  ...both("covariancep", "The covariance of two values in a whole population", "x, x * 2", "4.0", "1.3333333333333333",
    2, joint(true)),
];
