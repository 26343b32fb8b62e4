import { describe, expect, it } from "vitest";
import { compare, dateOf, dqlTokens, evaluateExpression, fileLink, fromPlain, localZone, parseDql, toPlain, toText } from "../../../src/query/dql";
import type { DqlValue } from "../../../src/query/dql";
import { OPTIONS } from "./notes";

/** Numbers from a seed (mulberry32), so that a failing case can be run again. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const zone = localZone("UTC");
const ORDER = { text: new Intl.Collator("en-US").compare, place: (path: string) => path };

function anyValue(next: () => number, depth = 0): DqlValue {
  const pick = Math.floor(next() * (depth > 2 ? 6 : 8));
  const small = Math.floor(next() * 4);
  switch (pick) {
    case 0: return null;
    case 1: return small - 1;
    case 2: return ["", "a", "B", "é"][small] ?? "";
    case 3: return small > 1;
    case 4: return dateOf(small * 1000, zone);
    case 5: return fileLink(["a", "b", "c", ""][small] ?? "");
    case 6: return Array.from({ length: small }, () => anyValue(next, depth + 1));
    default: return new Map(Array.from({ length: small }, (_, i): [string, DqlValue] => [`k${i}`, anyValue(next, depth + 1)]));
  }
}

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

describe("laws", () => {
  it.each(SEEDS)("values have a total order (seed %i)", (seed) => {
    const next = random(seed);
    for (let i = 0; i < 400; i++) {
      const [a, b, c] = [anyValue(next), anyValue(next), anyValue(next)];
      const sign = (x: DqlValue, y: DqlValue) => Math.sign(compare(x, y, ORDER));
      const shown = () => JSON.stringify([a, b, c].map((v) => toPlain(v)));
      expect(sign(a, a), shown()).toBe(0);
      expect(sign(a, b) + sign(b, a), shown()).toBe(0);
      if (sign(a, b) <= 0 && sign(b, c) <= 0) expect(sign(a, c), shown()).toBeLessThanOrEqual(0);
    }
  });

  it.each(SEEDS)("typed JSON comes back as it was (seed %i)", (seed) => {
    const next = random(seed);
    for (let i = 0; i < 200; i++) {
      const value = anyValue(next);
      expect(compare(fromPlain(toPlain(value), zone), value, ORDER), JSON.stringify(toPlain(value))).toBe(0);
    }
  });

  const PIECES = ["TABLE", "LIST", "FROM", "WHERE", "SORT", "GROUP BY", "a", "b-c", "(", ")", "[[", "]]", "[", "]", '"', "#t", ",", ".", "=", "=>", "and",
    "-", "!", "1", "date(", "dur(", "{", "}", ":", "// x\n", "\n", " ", "\\", "🎉", "AS"];

  it.each(SEEDS)("any text parses to something, with tokens in order (seed %i)", (seed) => {
    const next = random(seed);
    for (let i = 0; i < 400; i++) {
      const text = `LIST ${Array.from({ length: 1 + Math.floor(next() * 25) }, () => PIECES[Math.floor(next() * PIECES.length)]).join(next() < 0.5 ? " " : "")}`;
      const { diagnostics } = parseDql(text);
      for (const d of diagnostics) expect(d.span.from >= 0 && d.span.from <= d.span.to && d.span.to <= text.length, text).toBe(true);
      let last = 0;
      for (const token of dqlTokens(text)) {
        expect(token.span.from >= last && token.span.to > token.span.from && token.span.to <= text.length, text).toBe(true);
        last = token.span.to;
      }
      expect(evaluateExpression(text.slice(5), new Map(), OPTIONS)).toBeDefined();
    }
  });

  it.each(SEEDS)("sort orders as the operators compare (seed %i)", (seed) => {
    const next = random(seed);
    const list = Array.from({ length: 30 }, () => anyValue(next));
    const { value } = evaluateExpression("sort(list)", new Map([["list", list]]), OPTIONS);
    if (!Array.isArray(value)) throw new Error("no list");
    const sorted = value as readonly DqlValue[];
    sorted.slice(1).forEach((v, i) => { expect(compare(sorted[i] ?? null, v, ORDER), `seed ${seed}`).toBeLessThanOrEqual(0); });
  });

  it("prints every value without losing itself in depth", () => {
    let deep: DqlValue = 1;
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(toText(deep, { nullText: "-", dateText: () => "" })).toContain("…");
    expect(compare(deep, [deep], ORDER)).toBe(0);
  });
});
