import { describe, expect, test } from "vitest";
import { compare, parseDatetime, rowsOf, schemaOf, tableOf, tableOfBatches } from "../../src/table";
import type { Table, Value } from "../../src/table";
import { columnTest, emptyColumns, firstWidth, rowsShown, shownTable, TableRows } from "../../src/ui/rows-shown";
import { FRESH_VIEW } from "../../src/ui/view-state";
import type { ViewState } from "../../src/ui/view-state";

const time = (text: string): Value => ({ kind: "datetime", ticks: parseDatetime(text) ?? 0n });
const SCHEMA = schemaOf({ At: "datetime", Who: "string", N: "long", Data: "dynamic", Nothing: "string" });
const ROWS: Value[][] = [
  [time("2026-05-01T10:00:00Z"), "alice", 5n, new Map<string, Value>([["ip", "203.0.113.7"]]), ""],
  [time("2026-05-01T11:00:00Z"), "Bob", 12n, null, ""],
  [null, "carol", null, ["x", "y"], ""],
  [time("2026-04-30T09:00:00Z"), "alice", 100n, "plain", ""],
];
const table = tableOf(SCHEMA, ROWS);

/** The numbers of the rows that a view shows. */
function shown(of: Table, view: Partial<ViewState>): number[] {
  return [...rowsShown(new TableRows(of), { ...FRESH_VIEW, ...view })];
}
const filter = (column: string, text: string): Partial<ViewState> => ({ filters: new Map([[column, text]]) });

describe("filters", () => {
  const cases: readonly [string, string, readonly number[]][] = [
    ["Who", "ALI", [0, 3]], ["Who", "!ali", [1, 2]], ["Who", "=bob", [1]], ["Who", "!=bob", [0, 2, 3]],
    ["N", ">5", [1, 3]], ["N", ">= 5", [0, 1, 3]], ["N", "<12", [0]], ["N", "=", [2]], ["N", "!=", [0, 1, 3]], ["N", "> x", []],
    ["At", "> 2026-05-01", [0, 1]], ["At", "<=2026-05-01T10:00:00Z", [0, 3]], ["At", "2026-04", [3]],
    ["Data", "203.0", [0]], ["Data", "\"y\"", [2]], ["Nothing", "=", [0, 1, 2, 3]], ["Who", " ", [0, 1, 2, 3]],
    ["Who", "!", []], ["gone", "x", [0, 1, 2, 3]],
  ];
  for (const [column, text, rows] of cases) test(`${column} ${text}`, () => expect(shown(table, filter(column, text))).toEqual(rows));

  test("the box over all columns looks at what is shown, not at hidden columns", () => {
    expect(shown(table, { filter: "113.7" })).toEqual([0]);
    expect(shown(table, { filter: "113.7", hidden: new Set(["Data"]) })).toEqual([]);
  });
  test("boxes add up", () => {
    expect(shown(table, { filter: "plain", filters: new Map([["Who", "alice"]]) })).toEqual([3]);
  });
  test("a filter is text, never a pattern", () => {
    expect(columnTest("(a+)+$", "string")("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!")).toBe(false);
    expect(columnTest(".*", "string")("abc")).toBe(false);
  });
});

describe("sort", () => {
  test("by type, nulls last both ways, stable", () => {
    expect(shown(table, { sort: [{ column: "N", descending: false }] })).toEqual([0, 1, 3, 2]);
    expect(shown(table, { sort: [{ column: "N", descending: true }] })).toEqual([3, 1, 0, 2]);
    expect(shown(table, { sort: [{ column: "At", descending: false }] })).toEqual([3, 0, 1, 2]);
    expect(shown(table, { sort: [{ column: "Who", descending: true }] })).toEqual([2, 1, 0, 3]);
  });
  test("a second key decides between equals; a column that went away is passed over", () => {
    expect(shown(table, { sort: [{ column: "gone", descending: false }, { column: "Who", descending: false }, { column: "N", descending: true }] }))
      .toEqual([3, 0, 1, 2]);
  });
  test("batches with dictionaries of their own sort as one table", () => {
    const one = tableOf(schemaOf({ S: "string" }), [["m"], ["c"]]);
    const two = tableOf(schemaOf({ S: "string" }), [["a"], ["c"], ["z"]]);
    const both = tableOfBatches(one.schema, [...one.batches, ...two.batches]);
    expect(shown(both, { sort: [{ column: "S", descending: false }] })).toEqual([2, 1, 3, 0, 4]);
  });
  test("law: agrees with comparing values one by one", () => {
    const seed = 4711;
    let s = seed;
    const next = (): number => (s = (Math.imul(s, 1664525) + 1013904223) >>> 0) / 4294967296;
    for (let round = 0; round < 60; round++) {
      const values = Array.from({ length: 40 }, (): Value => (next() < 0.2 ? null : BigInt(Math.floor(next() * 9) - 4)));
      const t = tableOf(schemaOf({ V: "long" }), values.map((v) => [v]));
      const descending = next() < 0.5;
      const expected = values.map((_, i) => i).sort((a, b) => {
        const x = values[a] ?? null;
        const y = values[b] ?? null;
        if (x === null || y === null) return x === y ? a - b : x === null ? 1 : -1;
        return (descending ? compare(y, x) : compare(x, y)) || a - b;
      });
      expect(shown(t, { sort: [{ column: "V", descending }] }), `seed ${seed}, round ${round}`).toEqual(expected);
    }
  });
});

test("the table to be copied is the one on the screen", () => {
  const rows = new TableRows(table);
  const view = { ...FRESH_VIEW, sort: [{ column: "N", descending: true }], filters: new Map([["Who", "alice"]]), hidden: new Set(["At", "Data", "Nothing"]) };
  const copy = shownTable(rows, rowsShown(rows, view), view.hidden);
  expect(copy.schema.columns.map((c) => `${c.name}:${c.type}`)).toEqual(["Who:string", "N:long"]);
  expect([...rowsOf(copy)]).toEqual([["alice", 100n], ["alice", 5n]]);
  expect([...rowsOf(shownTable(rows, new Uint32Array(0), new Set()))]).toEqual([]);
});

test("columns named like parts of objects are columns like any other", () => {
  const t = tableOf(schemaOf([{ name: "__proto__", type: "string" }, { name: "constructor", type: "long" }]), [["x", 2n], ["y", 1n]]);
  expect(shown(t, { sort: [{ column: "constructor", descending: false }] })).toEqual([1, 0]);
  expect(shown(t, filter("__proto__", "x"))).toEqual([0]);
});

test("columns that say nothing, and widths that fit", () => {
  const rows = new TableRows(table);
  expect([...emptyColumns(rows)]).toEqual(["Nothing"]);
  expect(firstWidth(rows, 2)).toBeGreaterThanOrEqual(56);
  expect(firstWidth(new TableRows(tableOf(schemaOf({ L: "string" }), [["x".repeat(5000)]])), 0)).toBe(320);
});
