/** Series: numbers worked out by hand or printed by the docs, and laws on random data. */
import { describe, expect, it } from "vitest";
import type { Value } from "../../../src/table";
import { functions, type KernelContext } from "../../../src/query/functions";
import { columnOf, valueAt } from "../../../src/table";
import { transform } from "../../../src/query/functions/series/fourier";

const context: KernelContext = { now: 0n, random: () => 0.5, warn: () => undefined };

/** Calls the overload of an entry that takes so many arguments. */
function call(name: string, ...args: readonly Value[]): Value {
  const entry = functions.named(name);
  if (entry?.kind !== "scalar") throw new Error(`There is no ${name}.`);
  const overload = entry.overloads.find((o) => args.length <= o.params.length || o.variadic !== undefined);
  if (overload === undefined) throw new Error(`No overload of ${name} takes ${args.length} arguments.`);
  const columns = args.map((arg, i) => {
    const type = overload.params[Math.min(i, overload.params.length - 1)]?.type ?? "any";
    return columnOf(type === "any" || type === "number" ? "dynamic" : type, arg, 1);
  });
  return valueAt(overload.kernel(columns, 1, context), 0);
}

/** mulberry32 */
function randoms(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function numbers(value: Value | undefined): number[] {
  return (value as readonly Value[]).map(Number);
}

function part(value: Value, place: number): Value {
  return (value as readonly Value[])[place] ?? null;
}

function near(actual: readonly number[], expected: readonly number[], digits = 6): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((x, i) => expect(x, `place ${i} of [${actual.join(",")}]`).toBeCloseTo(expected[i] ?? NaN, digits));
}

describe("numbers that the docs print", () => {
  it("series_fit_line", () => {
    const fit = call("series_fit_line", [2, 5, 6, 8, 11, 15, 17, 18, 25, 26, 30, 30]) as readonly Value[];
    near(fit.slice(0, 5).map(Number), [0.9829, 2.7308, 98.6288, 1.6865, -1.6667], 3);
    near(numbers(fit[5]).slice(0, 2), [1.064, 3.7949], 3);
  });

  it("series_outliers", () => {
    near(numbers(call("series_outliers", [30, 28, 5, 27, 31, 38, 29, 80, 25, 37, 30])),
      [0, 0, -3.206896551724138, -0.1724137931034483, 0, 2.6666666666666665, 0, 16.666666666666668, -0.4482758620689655, 2.3333333333333335, 0]);
  });

  it("series_seasonal finds six bins and five, and none in a series that is too short", () => {
    const six = [2, 5, 3, 4, 3, 2, 1, 2, 3, 4, 3, 2, 1, 2, 3, 4, 3, 2, 1, 2, 3, 4, 3, 2, 1];
    near(numbers(call("series_seasonal", six)).slice(0, 7), [1, 2, 3, 4, 3, 2, 1]);
    const five = [8, 12, 14, 12, 10, 10, 12, 14, 12, 10, 10, 12, 14, 12, 10, 10, 12, 14, 12, 10];
    near(numbers(call("series_seasonal", five)).slice(0, 6), [10, 12, 14, 12, 10, 10]);
    near(numbers(call("series_seasonal", [1, 3, 5, 2, 4, 6, 1, 3, 5, 2, 4, 6])), new Array<number>(12).fill(0));
  });
});

describe("what is missing", () => {
  it("an element that is no number gives null, a shorter series too", () => {
    expect(call("series_add", [1n, "x", 3n], [1n, 2n])).toEqual([2n, null, null]);
    expect(call("series_less", [1n, null], [2n, 2n])).toEqual([true, null]);
  });
  it("methods that need each point give null for a series with a hole", () => {
    for (const name of ["series_fit_line", "series_fit_2lines", "series_fit_poly", "series_fft", "series_seasonal", "series_decompose", "series_stats"]) {
      expect(call(name, [1, null, 3, 4, 5]), name).toBeNull();
    }
  });
  it("an empty series breaks nothing", () => {
    for (const entry of functions.all()) {
      if (entry.kind !== "scalar" || !entry.name.startsWith("series_")) continue;
      for (const overload of entry.overloads) {
        const columns = overload.params.map((p) => columnOf(p.type === "any" || p.type === "number" ? "dynamic" : p.type,
          p.type === "dynamic" || p.type === "any" ? [] : p.type === "long" ? 3n : p.type === "bool" ? true : p.type === "string" ? "tukey" : 4, 1));
        expect(() => overload.kernel(columns, 1, context), entry.name).not.toThrow();
      }
    }
  });
  it("longs stay exact beyond 2^53 and wrap at 64 bits", () => {
    expect(call("series_add", [9007199254740993n], [1n])).toEqual([9007199254740994n]);
    expect(call("series_add", [9223372036854775807n], [1n])).toEqual([-9223372036854775808n]);
    expect(call("series_equals", [9007199254740993n], [9007199254740992n])).toEqual([false]);
  });
});

describe("laws on random data", () => {
  for (const length of [1, 2, 3, 5, 8, 17, 31, 64, 100]) {
    it(`the transform of ${length} points is the sum that defines it, and comes back`, () => {
      const random = randoms(length);
      const points = Float64Array.from({ length }, () => random() * 10 - 5);
      const { real, imag } = transform(points, new Float64Array(length), -1);
      for (let k = 0; k < length; k++) {
        let [re, im] = [0, 0];
        points.forEach((x, i) => {
          re += x * Math.cos((2 * Math.PI * k * i) / length);
          im -= x * Math.sin((2 * Math.PI * k * i) / length);
        });
        near([real[k] ?? NaN, imag[k] ?? NaN], [re, im], 8);
      }
      near(Array.from(transform(real, imag, 1).real, (x) => x / length), Array.from(points), 8);
    });
  }

  for (let seed = 1; seed <= 8; seed++) {
    it(`seed ${seed}: a series is its season, its trend and its rest`, () => {
      const random = randoms(seed);
      const points = Array.from({ length: 60 + seed }, (_, i) => 10 * Math.sin((2 * Math.PI * i) / 12) + i * 0.1 + random());
      for (const trend of ["avg", "linefit", "none"]) {
        const [baseline, seasonal, level, rest] = (call("series_decompose", points, -1n, trend) as readonly Value[]).map((v) => numbers(v));
        near((baseline ?? []).map((b, i) => b + (rest?.[i] ?? NaN)), points, 8);
        near((seasonal ?? []).map((s, i) => s + (level?.[i] ?? NaN)), baseline ?? [], 8);
      }
    });

    it(`seed ${seed}: a period is found through noise, and none in noise alone`, () => {
      const random = randoms(seed * 77);
      const period = 5 + seed * 3;
      const wave = Array.from({ length: period * 8 }, (_, i) => Math.sin((2 * Math.PI * i) / period) * 10 + random() * 6 - 3);
      const found = call("series_periods_detect", wave, 4, period * 2, 1n);
      expect(Math.abs(Number(part(part(found, 0), 0)) - period)).toBeLessThanOrEqual(1);
      expect(Number(part(part(found, 1), 0))).toBeGreaterThan(0.6);
      const noise = Array.from({ length: 200 }, () => random());
      expect(Number(part(part(call("series_periods_detect", noise, 4, 100, 1n), 1), 0))).toBeLessThan(0.6);
    });

    it(`seed ${seed}: a polynomial is found again from its points`, () => {
      const random = randoms(seed + 1000);
      const weights = Array.from({ length: 2 + (seed % 4) }, () => Math.round(random() * 20 - 10));
      const y = Array.from({ length: 40 }, (_, i) => weights.reduce((sum, w) => sum * (i + 1) + w, 0));
      const fit = call("series_fit_poly", y, BigInt(weights.length - 1)) as readonly Value[];
      near(numbers(fit[1]), weights, 4);
    });

    it(`seed ${seed}: two lines bend where they were bent`, () => {
      const random = randoms(seed + 2000);
      const at = 5 + Math.floor(random() * 20);
      const y = Array.from({ length: 32 }, (_, i) => (i < at ? 3 * i : 200 - 2 * i) + random() * 0.1);
      expect(part(call("series_fit_2lines", y), 1)).toBe(BigInt(at));
    });

    it(`seed ${seed}: a spike is an anomaly, and the rest is not`, () => {
      const random = randoms(seed + 3000);
      const y = Array.from({ length: 120 }, (_, i) => 50 + 20 * Math.sin((2 * Math.PI * i) / 24) + random() * 4);
      y[70] = 500;
      const flags = numbers(part(call("series_decompose_anomalies", y, 3, -1n, "linefit"), 0));
      expect(flags[70]).toBe(1);
      expect(flags.filter((f) => f !== 0).length).toBeLessThanOrEqual(3);
    });
  }
});

it("a spike in a series that is constant else is an anomaly", () => {
  const y = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 100];
  const flags = numbers(part(call("series_decompose_anomalies", y, 1.5), 0));
  expect(flags).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
});

it("a forecast goes on with the season and the line", () => {
  const y = Array.from({ length: 48 }, (_, i) => (i < 36 ? i + (i % 6) * 10 : 0));
  const told = numbers(part(call("series_decompose_forecast", y, 12n, 6n, "linefit"), 0));
  expect(told[41]).toBeGreaterThan(told[36] ?? NaN);
  expect(Math.abs((told[47] ?? NaN) - (47 + 50))).toBeLessThan(8);
});
