import { describe, expect, it } from "vitest";
import { Keys, PairSet, UNKNOWN_KEY, builder, printValue, valueAt } from "../../src/table";
import type { Column, ScalarType, Value } from "../../src/table";
import { seeded } from "../../src/query/engine/run";

function columnOfValues(type: ScalarType, values: readonly Value[]): Column {
  const out = builder(type);
  for (const value of values) out.push(value);
  return out.finish();
}

/** What `Keys` says, by texts. */
function naive(columns: readonly Column[], length: number, known: Map<string, number>, nulls: "match" | "never", grow: boolean): number[] {
  return Array.from({ length }, (_, row) => {
    const cells = columns.map((c) => valueAt(c, c.length === 1 ? 0 : row));
    const key = cells.map((c) => (c === null ? "∅" : typeof c === "number" && c === 0 ? "0" : `=${printValue(c)}`)).join("|");
    if (nulls === "never" && cells.includes(null)) return UNKNOWN_KEY;
    let n = known.get(key);
    if (n === undefined && grow) known.set(key, (n = known.size));
    return n ?? UNKNOWN_KEY;
  });
}

describe("keys", () => {
  it("law: number tuples as a map of texts does, in any batches", () => {
    const seed = Date.now() % 100_000;
    const random = seeded(seed);
    const below = (n: number) => Math.floor(random() * n);
    const draws: Partial<Record<ScalarType, (spread: number) => Value>> = {
      string: (n) => `word ${"x".repeat(below(3) * 20)}${below(n)} of many that are alike`,
      int: (n) => BigInt(below(n) - 2),
      long: (n) => BigInt(below(n)) * 0x1_0000_0001n - 5n,
      real: (n) => [0, -0, NaN, below(n) / 3][below(4)]!,
      bool: () => random() < 0.5,
      datetime: (n) => ({ kind: "datetime", ticks: 638_000_000_000_000_000n + BigInt(below(n)) * 36_000_000_000n }),
    };
    const types = Object.keys(draws) as ScalarType[];
    for (let trial = 0; trial < 60; trial++) {
      const chosen = Array.from({ length: 1 + below(3) }, () => types[below(types.length)]!);
      const nulls = "match";
      const keys = new Keys(chosen, nulls);
      const present = new Keys(chosen, nulls, "presence");
      const adding = 1 + below(3);
      const known = new Map<string, number>();
      const spread = [3, 50, 3000][below(3)]!;
      for (let batch = 0; batch < 4; batch++) {
        const length = 1 + below(700);
        const columns = chosen.map((type) =>
          columnOfValues(type, Array.from({ length }, () => (type !== "string" && random() < 0.05 ? null : draws[type]!(spread)))));
        const grow = batch < adding;
        const found = Array.from(grow ? keys.add(columns, length) : keys.find(columns, length));
        expect(found, `seed ${seed}, trial ${trial}, ${chosen.join()}`).toEqual(naive(columns, length, known, nulls, grow));
        const presence = Array.from(grow ? present.add(columns, length) : present.find(columns, length), (n) => n !== UNKNOWN_KEY);
        expect(presence, `presence, seed ${seed}, trial ${trial}, ${chosen.join()}`).toEqual(found.map((n) => n !== UNKNOWN_KEY));
        expect(keys.count).toBe(known.size);
      }
    }
  });

  it("match no null where nulls match nothing", () => {
    const keys = new Keys(["long"], "never");
    const column = columnOfValues("long", [5n, null, 5n]);
    expect(Array.from(keys.add([column], 3))).toEqual([0, UNKNOWN_KEY, 0]);
  });

  it("find words that were added after they were looked for in vain", () => {
    const keys = new Keys(["string"], "match");
    const column = columnOfValues("string", ["a", "b", "a"]);
    expect(Array.from(keys.find([column], 3))).toEqual([UNKNOWN_KEY, UNKNOWN_KEY, UNKNOWN_KEY]);
    expect(Array.from(keys.add([column], 3))).toEqual([0, 1, 0]);
    expect(Array.from(keys.find([column], 3))).toEqual([0, 1, 0]);
  });

  it("find words of another dictionary, with hashes of some characters or all", () => {
    // The first differ where few characters are looked at, the second at their ends.
    for (const spell of [(i: number) => `${"a".repeat(30)}${String(i).padStart(5, "0")}${"b".repeat(60)}`, (i: number) => `${"a".repeat(30)}${i}`]) {
      const texts = (from: number, to: number, step: number) =>
        columnOfValues("string", Array.from({ length: Math.floor((to - from) / step) }, (_, i) => spell(from + i * step)));
      const keys = new Keys(["string"], "never");
      keys.add([texts(0, 6000, 1)], 6000);
      for (const other of [texts(3000, 9000, 2), texts(0, 6000, 3)]) {
        const expected = Array.from({ length: other.length }, (_, i) => {
          const n = other.length === 3000 ? 3000 + i * 2 : i * 3;
          return n < 6000 ? n : UNKNOWN_KEY;
        });
        // A second time hashes are known.
        for (let time = 0; time < 2; time++) expect(Array.from(keys.find([other], other.length))).toEqual(expected);
      }
    }
  });

  it("tell apart many texts that differ in a few places", () => {
    const keys = new Keys(["string"], "match");
    const many = Array.from({ length: 5000 }, (_, i) => `aaaaaaaaaaaaaaaaaaaaa${String(i).padStart(5, "0")}bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb`);
    expect(keys.add([columnOfValues("string", many)], 5000).at(-1)).toBe(4999);
    expect(keys.find([columnOfValues("string", [...many].reverse())], 5000).at(-1)).toBe(0);
  });
});

describe("a set of pairs", () => {
  it("law: says of each pair once that it is new", () => {
    const seed = Date.now() % 100_000;
    const random = seeded(seed);
    for (const [as, bs] of [[3, 5], [1000, 1000], [100_000, 7], [2, 900_000], [70_000, 70_000]] as const) {
      const pairs = new PairSet();
      const known = new Set<number>();
      for (let i = 0; i < 20_000; i++) {
        const a = Math.floor(random() ** 2 * as);
        const b = Math.floor(random() ** 2 * bs);
        const key = a * 1_000_000 + b;
        expect(pairs.add(a, b), `seed ${seed}: ${a}, ${b}`).toBe(!known.has(key));
        known.add(key);
      }
    }
  });
});
