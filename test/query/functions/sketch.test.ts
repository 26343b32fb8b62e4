/** Sketches: what they count, that merging is the same as having added all at once, that they stay small. */
import { describe, expect, it } from "vitest";
import {
  DigestBuilder, addHash, countOf, countShared, digestValue, emptySet, hashOf, mergeDigests, mergeSets, percentileOf, rankOf, readDigest,
  readSet, setValue, weightOf,
} from "../../../src/query/functions/sketch";
import type { Digest, HashSet } from "../../../src/query/functions/sketch";
import { isArray } from "../../../src/table";
import { result, rows } from "../engine/query";

function setOf(from: number, to: number, accuracy = 1n): HashSet {
  const set = emptySet(accuracy);
  for (let i = from; i < to; i++) addHash(set, hashOf(BigInt(i)));
  return set;
}

function digestOf(values: Iterable<number>): Digest {
  const made = new DigestBuilder();
  for (const v of values) made.add(v, 1);
  return made.finish();
}

describe("sets", () => {
  it("are exact as long as all hashes fit", () => {
    expect(countOf(setOf(0, 16_000))).toBe(16_000);
    expect(countShared([setOf(0, 5000), setOf(3000, 9000), setOf(4000, 4500)])).toBe(500);
  });
  it("are within their error above that", () => {
    for (const [accuracy, error] of [[0n, 0.05], [1n, 0.025], [2n, 0.013]] as const) {
      expect(Math.abs(countOf(setOf(0, 150_000, accuracy)) / 150_000 - 1)).toBeLessThan(error);
    }
    expect(Math.abs(countShared([setOf(0, 60_000), setOf(30_000, 90_000)]) / 30_000 - 1)).toBeLessThan(0.05);
  });
  it("merge as if all had been added to one, in any order", () => {
    const all = setValue(setOf(0, 40_000));
    const [a, b, c] = [setOf(0, 20_000), setOf(15_000, 30_000), setOf(30_000, 40_000)];
    expect(setValue(mergeSets([a, b, c])!)).toEqual(all);
    expect(setValue(mergeSets([c, mergeSets([b, a])])!)).toEqual(all);
  });
  it("stay small, and come back from their value", () => {
    const value = setValue(setOf(0, 100_000, 0n));
    expect(isArray(value) && isArray(value[1]!) ? value[1].length : 0).toBe(4096);
    expect(setValue(readSet(value)!)).toEqual(value);
    for (const other of [null, 1n, [], [[16_384n, 64n], ["x"], []], [[7n], [], []]]) expect(readSet(other)).toBeNull();
  });
});

describe("digests", () => {
  it("are exact as long as the values are few", () => {
    const d = digestOf([5, 1, 4, 1, 3]);
    expect(digestValue(d)).toEqual([[7n], [1, 3, 4, 5], [2n, 1n, 1n, 1n]]);
    expect([0, 40, 41, 60, 100].map((p) => percentileOf(d, p))).toEqual([1, 1, 3, 3, 5]);
    expect([0, 1, 3.5, 9].map((v) => rankOf(d, v))).toEqual([0, 2, 3, 5]);
  });
  for (const seed of [1, 2, 3]) {
    it(`keep ranks within a thousandth, and both ends (seed ${seed})`, () => {
      let state = seed;
      const random = (): number => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
      const values = Array.from({ length: 60_000 }, () => Math.pow(random(), 3) * 1000);
      const d = mergeDigests([digestOf(values.slice(0, 35_000)), digestOf(values.slice(35_000))])!;
      values.sort((a, b) => a - b);
      expect(d.values.length).toBeLessThan(5000);
      expect(weightOf(d)).toBe(60_000);
      expect([percentileOf(d, 0), percentileOf(d, 100)]).toEqual([values[0], values.at(-1)]);
      for (const p of [1, 10, 50, 90, 99, 99.9]) {
        const rank = values.findIndex((v) => v >= (percentileOf(d, p) as number)) / 60_000;
        expect(Math.abs(rank - p / 100)).toBeLessThan(0.001);
      }
    });
  }
  it("come back from their value", () => {
    expect(readDigest(digestValue(digestOf([1, 2])))).toEqual({ values: [1, 2], weights: [1, 1] });
    for (const other of [null, [], [[7n], [1n], []], [[7n], [1n], [-1n]], [[7n], [1n], ["x"]]]) expect(readDigest(other)).toBeNull();
  });
});

describe("in queries", () => {
  it("count per group, and over groups", async () => {
    expect(await rows("range x from 1 to 100 step 1 | summarize h = hll(x % 7) by k = x % 2 | extend n = dcount_hll(h) | summarize sum(n), dcount_hll(hll_merge(h))")).toEqual(["14, 7"]);
    expect(await rows("datatable(x: string) [] | summarize dcount_hll(hll(x)), percentile_tdigest(tdigest(x), 50)")).toEqual(["0, null"]);
    expect(await rows("print h = dynamic([1]) | project dcount_hll(h), percentile_tdigest(h, 5), rank_tdigest(h, 5)")).toEqual(["null, null, null"]);
  });
  it("keep the type of what was digested", async () => {
    expect(await result("datatable(t: datetime, w: long) [datetime(2024-01-01), 1, datetime(2024-01-05), 2] | summarize d = tdigest(t, w) | project p = percentile_tdigest(d, 50, typeof(datetime))")).toBe("p:datetime\n2024-01-05");
  });
  it("intersect", async () => {
    expect(await result("range x from 1 to 60 step 1 | summarize a = hll(iff(x % 2 == 0, x, 0)), b = hll(iff(x % 3 == 0, x, 0)) | evaluate dcount_intersect(a, b) | project s0 - 1, s1 - 1")).toBe("Column1:long, Column2:long\n30, 10");
  });
  it("find the middle of times", async () => {
    expect(await rows("datatable(t: datetime) [datetime(2024-01-01), datetime(null), datetime(2024-01-03)] | summarize avg(t), avgif(t, t > datetime(2024-01-02))")).toEqual(["2024-01-02, 2024-01-03"]);
    expect(await result("datatable(i: int) [1, 6, int(null)] | summarize o = binary_all_or(i), a = binary_all_and(i)")).toBe("o:int, a:int\n7, 0");
  });
});
