/**
 * Aggregate functions: one row out of the rows of a group. Nulls do not count, except for `count()`. Counts and sums of
 * nothing are 0, averages of nothing NaN, anything else null (Kusto docs, "summarize operator", "Default values").
 */
import { addDecimals, builder, convert, decimalOf, divideDecimals, valueAt } from "../../table";
import type { Column, Decimal, ScalarType } from "../../table";
import { countsColumn, defineAggregate, grown, over, trueRows, values, withCondition } from "./aggregate-define";
import type { MakeState } from "./aggregate-define";
import { collectors } from "./aggregate-collect";
import { pickers } from "./aggregate-pick";
import { schemas } from "./aggregate-schema";
import { statistics } from "./aggregate-statistics";
import type { Accumulator, AggregateFunction } from "./define";

/** Rows per group. */
class Counter implements Accumulator {
  private counts = new Float64Array(16);

  add(_args: readonly Column[], length: number, groupOf: Uint32Array, groups: number): void {
    const counts = (this.counts = grown(this.counts, groups));
    for (let i = 0; i < length; i++) counts[groupOf[i]!]! += 1;
  }

  finish(groups: number): Column {
    return countsColumn(this.counts, groups);
  }
}

/** Rows per group in which a condition is true. */
class ConditionCounter extends Counter {
  override add(args: readonly Column[], length: number, groupOf: Uint32Array, groups: number): void {
    const rows = trueRows(args[0], length);
    super.add([], rows.length, rows.length === length ? groupOf : rows.map((row) => groupOf[row]!), groups);
  }
}

const LOW = 4294967296;
/** Rows after which the exact sums of words are carried over: their low words stay below 2^53. */
const CARRY = 1 << 20;

/** Exact sums of 64-bit integers: their words are added up as doubles and carried into bigints now and then. */
class LongSums {
  private totals = new BigInt64Array(16);
  private low = new Float64Array(16);
  private high = new Float64Array(16);
  private rows = 0;

  add(column: Column, groupOf: Uint32Array, groups: number): void {
    const low = (this.low = grown(this.low, groups));
    const high = (this.high = grown(this.high, groups));
    const { nulls, length } = column;
    if (column.type === "int") {
      for (let i = 0; i < length; i++) if (nulls === null || nulls[i] === 0) low[groupOf[i]!]! += column.data[i]!;
    } else if (column.type === "long" || column.type === "timespan" || column.type === "datetime") {
      const { buffer, byteOffset } = column.data;
      const unsigned = new Uint32Array(buffer, byteOffset, length * 2);
      const signed = new Int32Array(buffer, byteOffset, length * 2);
      for (let i = 0; i < length; i++) {
        if (nulls !== null && nulls[i] === 1) continue;
        const g = groupOf[i]!;
        low[g]! += unsigned[i * 2]!;
        high[g]! += signed[i * 2 + 1]!;
      }
    } else throw new TypeError(`Cannot add up ${column.type} as integers`);
    this.rows += length;
    if (this.rows >= CARRY) this.carry();
  }

  /** The sum of a group before it is cut to 64 bits is lost: sums wrap, as the engine's do. */
  finish(groups: number): BigInt64Array {
    this.low = grown(this.low, groups);
    this.high = grown(this.high, groups);
    this.carry();
    return this.totals.slice(0, groups);
  }

  private carry(): void {
    const { low, high } = this;
    this.totals = grown(this.totals, low.length);
    for (let g = 0; g < low.length; g++) {
      if (low[g] === 0 && high[g] === 0) continue;
      const sum = this.totals[g]! + BigInt(high[g]!) * BigInt(LOW) + BigInt(low[g]!);
      this.totals[g] = BigInt.asIntN(64, sum);
    }
    low.fill(0);
    high.fill(0);
    this.rows = 0;
  }
}

/** Non-null rows per group. */
class Present {
  counts = new Float64Array(16);

  add(column: Column, groupOf: Uint32Array, groups: number): void {
    const counts = (this.counts = grown(this.counts, groups));
    const { nulls, length } = column;
    for (let i = 0; i < length; i++) if (nulls === null || nulls[i] === 0) counts[groupOf[i]!]! += 1;
  }
}

/** Sums and averages of integers, reals and timespans. */
class NumberTotals implements Accumulator {
  private readonly longs: LongSums | undefined;
  private reals = new Float64Array(16);
  private readonly present = new Present();

  constructor(private readonly type: ScalarType, private readonly what: "sum" | "avg") {
    if (type !== "real") this.longs = new LongSums();
  }

  add(args: readonly Column[], length: number, groupOf: Uint32Array, groups: number): void {
    const column = values(args, length);
    if (this.what === "avg") this.present.add(column, groupOf, groups);
    if (this.longs !== undefined) return this.longs.add(column, groupOf, groups);
    if (column.type !== "real") throw new TypeError(`Cannot add up ${column.type} as reals`);
    const reals = (this.reals = grown(this.reals, groups));
    const { nulls, data } = column;
    for (let i = 0; i < length; i++) if (nulls === null || nulls[i] === 0) reals[groupOf[i]!]! += data[i]!;
  }

  finish(groups: number): Column {
    const longs = this.longs?.finish(groups);
    const reals = grown(this.reals, groups);
    const base = { length: groups, nulls: null };
    if (this.what === "sum") {
      if (longs === undefined) return { type: "real", data: reals.slice(0, groups), ...base };
      return { type: this.type === "timespan" ? "timespan" : "long", data: longs, ...base };
    }
    const counts = grown(this.present.counts, groups);
    if (this.type === "timespan") {
      const out = builder("timespan");
      for (let g = 0; g < groups; g++) {
        if (counts[g] === 0) out.pushNull();
        else out.pushLong(longs![g]! / BigInt(counts[g]!));
      }
      return out.finish();
    }
    const sum = (g: number) => (longs === undefined ? reals[g]! : Number(longs[g]));
    const data = Float64Array.from({ length: groups }, (_, g) => sum(g) / counts[g]!);
    return { type: "real", data, ...base };
  }
}

/** The middle of times: their distances from the first are added up, so that no sum is too large. */
class MiddleOfTimes implements Accumulator {
  private readonly first: bigint[] = [];
  private readonly total: bigint[] = [];
  private readonly counts: bigint[] = [];

  add(args: readonly Column[], length: number, groupOf: Uint32Array): void {
    const column = values(args, length);
    if (column.type !== "datetime") throw new TypeError(`Cannot find the middle of ${column.type}`);
    for (let i = 0; i < length; i++) {
      if (column.nulls?.[i] === 1) continue;
      const g = groupOf[i]!;
      const first = (this.first[g] ??= column.data[i]!);
      this.total[g] = (this.total[g] ?? 0n) + column.data[i]! - first;
      this.counts[g] = (this.counts[g] ?? 0n) + 1n;
    }
  }

  finish(groups: number): Column {
    const out = builder("datetime");
    for (let g = 0; g < groups; g++) {
      const first = this.first[g];
      if (first === undefined) out.pushNull();
      else out.pushLong(first + this.total[g]! / this.counts[g]!);
    }
    return out.finish();
  }
}

/** Sums and averages of decimals. */
class DecimalTotals implements Accumulator {
  private readonly totals: Decimal[] = [];
  private readonly present = new Present();

  constructor(private readonly what: "sum" | "avg") {}

  add(args: readonly Column[], length: number, groupOf: Uint32Array, groups: number): void {
    const column = values(args, length);
    this.present.add(column, groupOf, groups);
    for (let i = 0; i < length; i++) {
      const value = valueAt(column, i) as Decimal | null;
      if (value === null) continue;
      const g = groupOf[i]!;
      const before = this.totals[g];
      this.totals[g] = before === undefined ? value : addDecimals(before, value);
    }
  }

  finish(groups: number): Column {
    const out = builder("decimal");
    for (let g = 0; g < groups; g++) {
      const total = this.totals[g];
      if (this.what === "sum") out.push(total ?? 0n);
      else out.push(total === undefined ? null : divideDecimals(total, decimalOf(BigInt(this.present.counts[g]!))!));
    }
    return out.finish();
  }
}

/** Bits of all values of a group together. */
class Bits implements Accumulator {
  private totals = new BigInt64Array(16);
  private seen = new Uint8Array(16);

  constructor(private readonly type: "int" | "long", private readonly join: (a: bigint, b: bigint) => bigint) {}

  add(args: readonly Column[], length: number, groupOf: Uint32Array, groups: number): void {
    const column = convert(values(args, length), "long");
    this.totals = grown(this.totals, groups);
    this.seen = grown(this.seen, groups);
    for (let i = 0; i < length; i++) {
      const value = valueAt(column, i);
      if (typeof value !== "bigint") continue;
      const g = groupOf[i]!;
      this.totals[g] = this.seen[g] === 1 ? this.join(this.totals[g]!, value) : value;
      this.seen[g] = 1;
    }
  }

  finish(groups: number): Column {
    const data = grown(this.totals, groups).slice(0, groups);
    const nulls = grown(this.seen, groups).slice(0, groups).map((seen) => 1 - seen);
    return convert({ type: "long", data, length: groups, nulls: nulls.includes(1) ? nulls : null }, this.type);
  }
}

const total = (what: "sum" | "avg"): MakeState => ([type = "long"]) =>
  type === "decimal" ? new DecimalTotals(what) : new NumberTotals(type, what);

const sums = [
  over(["value: int"], "long", total("sum")), over(["value: long"], "long", total("sum")),
  over(["value: real"], "real", total("sum")), over(["value: decimal"], "decimal", total("sum")),
  over(["value: timespan"], "timespan", total("sum")),
];
const averages = [
  over(["value: int"], "real", total("avg")), over(["value: long"], "real", total("avg")),
  over(["value: real"], "real", total("avg")), over(["value: decimal"], "decimal", total("avg")),
  over(["value: timespan"], "timespan", total("avg")), over(["value: datetime"], "datetime", () => new MiddleOfTimes()),
];
const bits = (join: (a: bigint, b: bigint) => bigint) =>
  (["int", "long"] as const).map((type) => over([`value: ${type}`], type, () => new Bits(type, join)));

const arithmetic: readonly AggregateFunction[] = [
  defineAggregate("count", {
    says: "Counts the rows, those with nulls too, whatever stands between the brackets.",
    examples: [["range x from 1 to 5 step 1 | summarize count()", "5"]],
  }, over([], "long", () => new Counter()), over(["ignored: any"], "long", () => new Counter())),
  defineAggregate("countif", {
    says: "Counts the rows in which `predicate` is true.",
    examples: [["range x from 1 to 5 step 1 | summarize countif(x > 3)", "2"]],
  }, over(["predicate: bool"], "long", () => new ConditionCounter())),
  defineAggregate("sum", {
    says: "Adds up the values.",
    examples: [["range x from 1 to 5 step 1 | summarize sum(x)", "15"]],
  }, ...sums),
  defineAggregate("sumif", {
    says: "Adds up the values of the rows in which `predicate` is true.",
    examples: [["range x from 1 to 5 step 1 | summarize sumif(x, x > 3)", "9"]],
  }, ...withCondition(1, ...sums)),
  defineAggregate("avg", {
    says: "The mean of the values; NaN when there are none.",
    examples: [["range x from 1 to 4 step 1 | summarize avg(x)", "2.5"]],
  }, ...averages),
  defineAggregate("avgif", {
    says: "The mean of the values of the rows in which `predicate` is true.",
    examples: [["range x from 1 to 4 step 1 | summarize avgif(x, x > 2)", "3.5"]],
  }, ...withCondition(1, ...averages)),
  defineAggregate("binary_all_and", {
    says: "The bits that all values have.",
    examples: [["range x from 6 to 7 step 1 | summarize binary_all_and(x)", "6"]],
  }, ...bits((a, b) => a & b)),
  defineAggregate("binary_all_or", {
    says: "The bits that some value has.",
    examples: [["range x from 1 to 2 step 1 | summarize binary_all_or(x)", "3"]],
  }, ...bits((a, b) => a | b)),
  defineAggregate("binary_all_xor", {
    says: "The bits that an odd number of values have.",
    examples: [["range x from 1 to 3 step 1 | summarize binary_all_xor(x)", "0"]],
  }, ...bits((a, b) => a ^ b)),
];

/** All of them, for the registry. */
export const aggregates: readonly AggregateFunction[] = [...arithmetic, ...pickers, ...collectors, ...schemas, ...statistics];
