import { describe, expect, it } from "vitest";
import { PairNumbers, PairSet, UNKNOWN_KEY } from "../../src/table";
import { seeded } from "../../src/query/engine/run";

describe("numbers of pairs", () => {
  it("law: are those of a map, however large the words come to be", () => {
    const seed = Date.now() % 100_000;
    const random = seeded(seed);
    for (let round = 0; round < 30; round++) {
      const numbers = new PairNumbers();
      const known = new Map<string, number>();
      let sizeA = 2 ** Math.floor(random() * 12);
      let sizeB = 2 ** Math.floor(random() * 12);
      for (let batch = 0; batch < 12; batch++) {
        const length = 1 + Math.floor(random() * 3000);
        const word = (size: number) => (random() < 0.01 ? UNKNOWN_KEY : Math.floor(random() * size));
        const low = Uint32Array.from({ length }, () => word(sizeA));
        const high = Uint32Array.from({ length }, () => word(sizeB));
        const grow = random() < 0.7;
        const expected = Uint32Array.from({ length }, (_, i) => {
          if (low[i] === UNKNOWN_KEY || high[i] === UNKNOWN_KEY) return UNKNOWN_KEY;
          const pair = `${low[i]} ${high[i]}`;
          if (grow && !known.has(pair)) known.set(pair, known.size);
          return known.get(pair) ?? UNKNOWN_KEY;
        });
        // Into an input of its own at times.
        const out = random() < 0.5 ? low : new Uint32Array(length);
        if (random() < 0.8) numbers.number(low, high, grow, out);
        else for (let i = 0; i < length; i++) out[i] = low[i] === UNKNOWN_KEY || high[i] === UNKNOWN_KEY ? UNKNOWN_KEY : numbers.one(low[i]!, high[i]!, grow);
        expect(out, `seed ${seed}, round ${round}, batch ${batch}`).toEqual(expected);
        expect(numbers.count).toBe(known.size);
        if (random() < 0.5) sizeA = Math.min(2 ** 32 - 2, sizeA * 2 ** Math.floor(random() * 10));
        if (random() < 0.5) sizeB = Math.min(2 ** 32 - 2, sizeB * 2 ** Math.floor(random() * 10));
      }
    }
  });

  it("know the largest words", () => {
    const numbers = new PairNumbers();
    const most = UNKNOWN_KEY - 1;
    const pairs: readonly (readonly [number, number])[] = [[0, 0], [most, 0], [0, most], [most, most], [1, most], [1 << 21, 3], [0, 1]];
    pairs.forEach(([a, b], i) => expect(numbers.one(a, b, true)).toBe(i));
    pairs.forEach(([a, b], i) => expect(numbers.one(a, b, false)).toBe(i));
    expect(numbers.one(2, most, false)).toBe(UNKNOWN_KEY);
  });

  it("law: sets of them tell what is new", () => {
    const random = seeded(7);
    const set = new PairSet();
    const known = new Set<string>();
    for (let i = 0; i < 40_000; i++) {
      const size = i < 20_000 ? 100 : 100_000;
      const [a, b] = [Math.floor(random() * size), Math.floor(random() * size)];
      expect(set.add(a, b)).toBe(!known.has(`${a} ${b}`));
      known.add(`${a} ${b}`);
    }
  });
});
