import { describe, expect, test } from "vitest";
import { countText, PLAIN_ROWS, scrollToRow, TALLEST, windowAt } from "../../src/ui/windowing";

/** A generator of numbers in [0, 1) that gives the same ones for the same seed. */
function random(seed: number): () => number {
  let s = seed >>> 0;
  return () => {
    s = (Math.imul(s, 1664525) + 1013904223) >>> 0;
    return s / 4294967296;
  };
}

describe("which rows are drawn", () => {
  test("short tables are drawn whole", () => {
    expect(windowAt(PLAIN_ROWS, 28, 900, 400)).toEqual({ first: 0, end: PLAIN_ROWS, above: 0, below: 0, height: PLAIN_ROWS * 28, seenFrom: 0, seenTo: PLAIN_ROWS });
    expect(windowAt(0, 28, 0, 400)).toMatchObject({ first: 0, end: 0, height: 0 });
  });

  test("at the top, in the middle, at the end", () => {
    expect(windowAt(1000, 20, 0, 200)).toMatchObject({ first: 0, above: 0, seenFrom: 0, seenTo: 10 });
    expect(windowAt(1000, 20, 2000, 200)).toMatchObject({ first: 92, above: 92 * 20, seenFrom: 100, seenTo: 110 });
    expect(windowAt(1000, 20, 20_000 - 200, 200)).toMatchObject({ end: 1000, below: 0, seenTo: 1000 });
  });

  test("a scroll offset past the end, or before the start, is taken to the edge", () => {
    expect(windowAt(1000, 20, 1e9, 200)).toMatchObject({ end: 1000, below: 0 });
    expect(windowAt(1000, 20, -50, 200)).toMatchObject({ first: 0, above: 0 });
  });

  test("laws on random tables: heights add up, few rows are drawn, the view is covered", () => {
    const seed = 20260501;
    const next = random(seed);
    for (let i = 0; i < 3000; i++) {
      const rows = Math.floor(next() * (next() < 0.3 ? 3_000_000 : 5000));
      const rowHeight = 16 + Math.floor(next() * 40);
      const view = 60 + Math.floor(next() * 900);
      const height = Math.min(rows * rowHeight, TALLEST);
      const top = next() * Math.max(0, height - view);
      const w = windowAt(rows, rowHeight, top, view);
      const said = `seed ${seed}, case ${i}: ${rows} rows of ${rowHeight}, ${view} at ${top}`;
      expect(w.above + (w.end - w.first) * rowHeight + w.below, said).toBeCloseTo(w.height, 4);
      if (rows <= PLAIN_ROWS) continue;
      expect(w.end - w.first, said).toBeLessThanOrEqual(Math.ceil(view / rowHeight) + 17);
      expect(w.first, said).toBeGreaterThanOrEqual(0);
      expect(w.end, said).toBeLessThanOrEqual(rows);
      // What is drawn reaches from the upper edge of the view to the lower one.
      expect(w.above, said).toBeLessThanOrEqual(top + 0.001);
      expect(w.above + (w.end - w.first) * rowHeight, said).toBeGreaterThanOrEqual(Math.min(top + view, w.height) - 0.001);
      expect(w.seenFrom, said).toBeGreaterThanOrEqual(w.first);
      expect(w.seenTo, said).toBeLessThanOrEqual(w.end);
    }
  });

  test("every row can be brought into view, also where one pixel is many rows", () => {
    const seed = 77;
    const next = random(seed);
    for (let i = 0; i < 2000; i++) {
      const rows = PLAIN_ROWS + 1 + Math.floor(next() * (next() < 0.5 ? 5_000_000 : 4000));
      const view = 100 + Math.floor(next() * 600);
      const row = Math.floor(next() * rows);
      const from = next() * Math.max(0, Math.min(rows * 28, TALLEST) - view);
      const top = scrollToRow(row, rows, 28, from, view);
      const w = windowAt(rows, 28, top, view);
      expect(row, `seed ${seed}, case ${i}: row ${row} of ${rows}, ${view} from ${from}`).toBeGreaterThanOrEqual(w.first);
      expect(row).toBeLessThan(w.end);
    }
  });

  test("a row in view does not move the view", () => {
    expect(scrollToRow(105, 1000, 20, 2000, 200)).toBe(2000);
    expect(scrollToRow(99, 1000, 20, 2000, 200)).toBe(1980);
    expect(scrollToRow(110, 1000, 20, 2000, 200)).toBe(2020);
  });
});

test("the count says what is seen, of how many, and of how many before filters", () => {
  expect(countText(0, 200, 12_345, 12_345)).toBe("1–200 of 12,345");
  expect(countText(0, 14, 14, 14)).toBe("14 rows");
  expect(countText(0, 1, 1, 1)).toBe("1 row");
  expect(countText(0, 3, 3, 40)).toBe("3 of 40 rows");
  expect(countText(40, 60, 833, 200_000)).toBe("41–60 of 833 (filtered from 200,000)");
  expect(countText(0, 0, 0, 0)).toBe("0 rows");
  expect(countText(0, 0, 0, 12)).toBe("0 of 12 rows");
});
