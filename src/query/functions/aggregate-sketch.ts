/** The functions of sketches: `hll()` and `tdigest()` with all that merges, counts and reads them. */
import { Keys, builder, isArray, valueAt } from "../../table";
import type { Column, Value } from "../../table";
import { defineAggregate, over, values, withCondition } from "./aggregate-define";
import type { AggregateSignature } from "./aggregate-define";
import type { Accumulator, AggregateFunction, ScalarFunction } from "./define";
import { define, each } from "./scalar";
import { DigestBuilder, addHash, countOf, countShared, digestValue, emptySet, hashOf, mergeDigests, mergeSets,
  percentileOf, rankOf, readDigest, readSet, setValue, weightOf } from "./sketch";
import type { HashSet } from "./sketch";

/** A sketch per group; one of nothing is empty. */
class Sketches<T> implements Accumulator {
  private readonly made: T[] = [];
  private last: readonly Column[] = [];

  constructor(
    private readonly start: (args: readonly Column[]) => T,
    private readonly take: (args: readonly Column[], length: number, of: (row: number) => T) => void,
    private readonly value: (state: T) => Value,
  ) {}

  add(args: readonly Column[], length: number, groupOf: Uint32Array): void {
    this.last = args;
    this.take(args, length, (row) => (this.made[groupOf[row]!] ??= this.start(args)));
  }

  finish(groups: number): Column {
    const out = builder("dynamic");
    for (let g = 0; g < groups; g++) out.push(this.value(this.made[g] ?? this.start(this.last)));
    return out.finish();
  }
}

/** Each distinct value of a batch is hashed once. */
function takeSet(args: readonly Column[], length: number, of: (row: number) => HashSet): void {
  const column = values(args, length);
  if (length === 0) return;
  const numbers = new Keys([column.type], "match").add([column], length);
  const hashes: bigint[] = [];
  for (let row = 0; row < length; row++) {
    if (column.nulls?.[row] === 1) continue;
    addHash(of(row), (hashes[numbers[row]!] ??= hashOf(valueAt(column, row))));
  }
}

const accuracyOf = (args: readonly Column[]): Value => {
  const column = args[1];
  return column === undefined || column.length === 0 ? 1n : valueAt(column, 0);
};
const hll: AggregateSignature = over(["value: any", "const accuracy?: long"], "dynamic", () =>
  new Sketches(() => ({ set: undefined as HashSet | undefined }), (args, length, of) =>
    takeSet(args, length, (row) => (of(row).set ??= emptySet(accuracyOf(args)))), (s) => setValue(s.set ?? emptySet(1n))));

/** What is no sketch is left out of a merge, as nulls are. */
const hllMerge: AggregateSignature = over(["hll: dynamic"], "dynamic", () => new Sketches<{ set: HashSet | null }>(
  () => ({ set: null }), (args, length, of) => {
    const column = values(args, length);
    for (let row = 0; row < length; row++) {
      const next = readSet(valueAt(column, row));
      const state = of(row);
      if (next !== null) state.set = state.set === null ? next : mergeSets([state.set, next]);
    }
  }, ({ set }) => setValue(set ?? emptySet(1n))));

const digest = (texts: readonly string[]): AggregateSignature => over(texts, "dynamic", () => new Sketches(
  () => new DigestBuilder(), (args, length, of) => {
    const column = values(args, length);
    const weights = texts.length > 1 ? values(args, length, 1) : undefined;
    for (let row = 0; row < length; row++) {
      const weight = weights === undefined ? 1n : valueAt(weights, row);
      of(row).add(valueAt(column, row), typeof weight === "bigint" || typeof weight === "number" ? Number(weight) : 0);
    }
  }, (state) => digestValue(state.finish())));

const digestMerge: AggregateSignature = over(["tdigest: dynamic"], "dynamic", () => new Sketches(
  () => new DigestBuilder(), (args, length, of) => {
    const column = values(args, length);
    for (let row = 0; row < length; row++) {
      const next = readDigest(valueAt(column, row));
      next?.values.forEach((value, i) => of(row).add(value, next.weights[i]!));
    }
  }, (state) => digestValue(state.finish())));

// ---- the entries ---------------------------------------------------------------------------------------------------

const TEN = "range x from 1 to 10 step 1 | summarize";

/** Aggregates that make and merge sketches. */
export const sketchAggregates: readonly AggregateFunction[] = [
  defineAggregate("hll", {
    says: "A sketch of the distinct values, for `dcount_hll()` and `hll_merge()`.",
    examples: [[`${TEN} h = hll(x % 4) | project dcount_hll(h)`, "4"]],
  }, hll),
  defineAggregate("hll_if", {
    says: "A sketch of the distinct values of the rows in which `predicate` is true.",
    examples: [[`${TEN} h = hll_if(x, x > 7) | project dcount_hll(h)`, "3"]],
  }, ...withCondition(1, hll)),
  defineAggregate("hll_merge", {
    says: "One sketch of the distinct values of several.",
    examples: [["range x from 1 to 10 step 1 | summarize h = hll(x / 2) by x % 2 | summarize m = hll_merge(h) | project dcount_hll(m)", "6"]],
  }, hllMerge),
  defineAggregate("tdigest", {
    says: "A sketch of how the values lie, for `percentile_tdigest()` and `tdigest_merge()`.",
    examples: [[`${TEN} t = tdigest(x) | project percentile_tdigest(t, 50)`, "5"]],
  }, digest(["value: any"]), digest(["value: any", "weight: any"])),
  defineAggregate("tdigest_merge", {
    says: "One sketch of how the values of several lie.",
    examples: [["range x from 1 to 10 step 1 | summarize t = tdigest(x) by x % 2 | summarize m = tdigest_merge(t) | project rank_tdigest(m, 7)", "7.0"]],
  }, digestMerge),
];

// ---- reading -------------------------------------------------------------------------------------------------------

function percents(given: readonly Value[]): readonly number[] {
  return given.flatMap((p) => (isArray(p) ? p : [p])).map((p) => (typeof p === "bigint" || typeof p === "number" ? Number(p) : NaN));
}

const percentileArray = (digestGiven: Value, ...given: readonly Value[]): Value => {
  const found = readDigest(digestGiven);
  return found === null ? null : percents(given).map((p) => percentileOf(found, p));
};

/** `hll_merge` and `tdigest_merge` of columns; the binder takes these where no aggregate may stand. */
const setsOf = (sets: readonly Value[]): Value => {
  const merged = mergeSets(sets.map(readSet));
  return merged === null ? null : setValue(merged);
};
const digestsOf = (digests: readonly Value[]): Value => {
  const merged = mergeDigests(digests.map(readDigest));
  return merged === null ? null : digestValue(merged);
};

const SET = "toscalar(range x from 1 to 10 step 1 | summarize hll(x))";
const SMALL = "toscalar(range x from 8 to 12 step 1 | summarize hll(x))";
const DIGEST = "toscalar(range x from 1 to 1000 step 1 | summarize tdigest(x))";

/** Scalar functions that read sketches. */
export const sketchFunctions: readonly ScalarFunction[] = [
  define("dcount_hll", { says: "Counts the distinct values of a sketch.", examples: [[`dcount_hll(${SET})`, "10"]] },
    each(["hll: dynamic"], "long", (value) => {
      const set = readSet(value);
      return set === null ? null : BigInt(countOf(set));
    })),
  define("hll.merge", { says: "One sketch of the distinct values of several.", examples: [[`dcount_hll(hll_merge(${SET}, ${SMALL}))`, "12"]] },
    each(["...hll: dynamic"], "dynamic", (...sets) => setsOf(sets))),
  define("hll.intersect", { says: "Counts what the sets of several sketches share.",
    examples: [[`toscalar(print a = ${SET}, b = ${SMALL} | evaluate dcount_intersect(a, b) | project s1)`, "3"]] },
    each(["...hll: dynamic"], "long", (...given) => {
      const sets = given.map(readSet);
      return sets.includes(null) ? null : BigInt(countShared(sets as HashSet[]));
    })),
  define("hll_isvalid", { says: "Whether a value is a sketch that `hll()` gave.", examples: [[`hll_isvalid(${SET})`, "true"], ["hll_isvalid(dynamic([1]))", "false"]] },
    each(["hll: dynamic", "accuracy?: long"], "bool", (value, accuracy) => {
      const set = readSet(value);
      return set !== null && (accuracy === undefined || emptySet(accuracy).most === set.most);
    })),
  define("tdigest.merge", { says: "One sketch of how the values of several lie.", examples: [[`rank_tdigest(tdigest_merge(${DIGEST}, ${DIGEST}), 5)`, "10.0"]] },
    each(["...tdigest: dynamic"], "dynamic", (...digests) => digestsOf(digests))),
  define("percentile_tdigest", { says: "A percentile of the values of a sketch.", examples: [[`percentile_tdigest(${DIGEST}, 99)`, "990"], [`percentile_tdigest(${DIGEST}, 25, typeof(long))`, "250"]] },
    each(["tdigest: dynamic", "percentile: real"], "dynamic", (value, percent) => {
      const found = readDigest(value);
      return found === null ? null : percentileOf(found, percent);
    })),
  define("percentiles_array_tdigest", { says: "Percentiles of the values of a sketch as an array.",
    examples: [[`percentiles_array_tdigest(${DIGEST}, 5, 50)`, "[50,500]"], [`percentiles_array_tdigest(${DIGEST}, dynamic([100]))`, "[1000]"]] },
    each(["tdigest: dynamic", "...percentile: real"], "dynamic", percentileArray),
    each(["tdigest: dynamic", "percentiles: dynamic"], "dynamic", percentileArray)),
  define("rank_tdigest", { says: "Counts the values of a sketch that are not above a value.", examples: [[`rank_tdigest(${DIGEST}, 685)`, "685.0"]] },
    each(["tdigest: dynamic", "value: any"], "real", (value, of) => {
      const found = readDigest(value);
      return found === null ? null : rankOf(found, of);
    })),
  define("percentrank_tdigest", { says: "The share, as a percentage, of the values of a sketch that are not above a value.", examples: [[`percentrank_tdigest(${DIGEST}, 250)`, "25.0"]] },
    each(["tdigest: dynamic", "value: any"], "real", (value, of) => {
      const found = readDigest(value);
      const rank = found === null ? null : rankOf(found, of);
      return found === null || rank === null ? null : (100 * rank) / weightOf(found);
    })),
  define("tdigest_isvalid", { says: "Whether a value is a sketch that `tdigest()` gave.", examples: [[`tdigest_isvalid(${DIGEST})`, "true"], ["tdigest_isvalid(dynamic({}))", "false"]] },
    each(["tdigest: dynamic", "kind?: long"], "bool", (value) => readDigest(value) !== null)),
];
