import { describe, expect, test } from "vitest";
import { cellAfterKey } from "../../src/ui/grid-keys";
import {
  FRESH_VIEW, isFiltered, sortAfterClick, withColumn, withFilter, withFilterRow, withSearch, withWidth,
} from "../../src/ui/view-state";

describe("sort after clicks", () => {
  const print = (clicks: readonly string[]): string => clicks
    .reduce((sort, c) => sortAfterClick(sort, c.replace("+", ""), c.startsWith("+")), FRESH_VIEW.sort)
    .map((s) => s.column + (s.descending ? "↓" : "↑")).join(" ");
  const cases: readonly [string, string][] = [
    ["a", "a↑"], ["a a", "a↓"], ["a a a", ""], ["a b", "b↑"], ["a +b", "a↑ b↑"], ["a +b +b", "a↑ b↓"], ["a +b +b +b", "a↑"],
    ["a +b +a", "a↓ b↑"], ["a +b c", "c↑"], ["a +b b", "b↓"],
  ];
  for (const [clicks, expected] of cases) test(clicks, () => expect(print(clicks.split(" "))).toBe(expected));
});

describe("filters, columns, widths", () => {
  test("an empty filter is none, and a new one scrolls to the top", () => {
    const scrolled = { ...FRESH_VIEW, scroll: { top: 900, start: 30 } };
    const filtered = withFilter(scrolled, "a", "x");
    expect(filtered.scroll).toEqual({ top: 0, start: 30 });
    expect(isFiltered(filtered)).toBe(true);
    expect(isFiltered(withFilter(filtered, "a", ""))).toBe(false);
    expect(isFiltered({ ...FRESH_VIEW, filter: "  " })).toBe(false);
  });
  test("closing the filter row leaves no filter that nobody sees; the search stays", () => {
    const filtered = withFilterRow(withSearch(withFilter(FRESH_VIEW, "a", "x"), "abc"), true);
    expect(filtered).toMatchObject({ filtering: true, filter: "abc" });
    expect([...filtered.filters]).toEqual([["a", "x"]]);
    const closed = withFilterRow(filtered, false);
    expect(closed).toMatchObject({ filtering: false, filter: "abc" });
    expect(closed.filters.size).toBe(0);
  });
  test("columns come and go", () => {
    const without = withColumn(FRESH_VIEW, "a", false);
    expect([...without.hidden]).toEqual(["a"]);
    expect([...withColumn(without, "a", true).hidden]).toEqual([]);
    expect(FRESH_VIEW.hidden.size).toBe(0);
  });
  test("widths stay usable", () => {
    expect([-5, 123.4, 9e9].map((w) => withWidth(FRESH_VIEW, "a", w).widths.get("a"))).toEqual([40, 123, 2000]);
  });
});

describe("keys in the grid of 10 rows and 3 columns, 4 rows a page", () => {
  const go = (key: string, row: number, column: number): string => {
    const [name = "", mod] = key.split("+").reverse();
    const at = cellAfterKey({ key: name, ctrlKey: mod === "Ctrl", metaKey: mod === "Meta", altKey: mod === "Alt" }, row, column, 10, 3, 4);
    return at === null ? "stays" : `${at.row},${at.column}`;
  };
  const cases: readonly [string, number, number, string][] = [
    ["ArrowDown", 2, 1, "3,1"], ["ArrowDown", 9, 1, "9,1"], ["ArrowDown", -1, -1, "0,0"], ["ArrowUp", 0, 1, "-1,1"], ["ArrowUp", -1, 1, "-1,1"],
    ["ArrowRight", 2, 2, "2,2"], ["ArrowLeft", 2, 0, "2,0"], ["Ctrl+ArrowDown", 2, 1, "9,1"], ["Ctrl+ArrowLeft", 2, 2, "2,0"],
    ["Home", 2, 2, "2,0"], ["End", 2, 0, "2,2"], ["Ctrl+Home", 5, 2, "0,0"], ["Meta+End", 5, 0, "9,2"],
    ["PageDown", 5, 1, "9,1"], ["PageDown", 1, 1, "5,1"], ["PageUp", 2, 1, "0,1"], ["a", 2, 1, "stays"], ["Alt+ArrowDown", 2, 1, "stays"],
  ];
  for (const [key, row, column, expected] of cases) test(`${key} from ${row},${column}`, () => expect(go(key, row, column)).toBe(expected));
});
