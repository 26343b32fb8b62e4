/** Every example of every aggregate and window function is run as the query that it is. */
import { describe, expect, it } from "vitest";
import { aggregates } from "../../../src/query/functions/aggregate";
import { windows } from "../../../src/query/functions/window";
import { kql } from "../../../src/query/kql";
import { printCell, wholeColumn, rowCount } from "../../../src/table";
import { execute, call, column, group, named, literal, rows, values } from "./plans";

const scope = { table: () => undefined, tables: () => [], lenient: false, now: 0n };

/** The cells of the last column, joined by `, `. */
async function lastColumn(query: string): Promise<string> {
  const { plan, diagnostics } = kql.compile(query, scope);
  if (plan === undefined) throw new Error(diagnostics.map((d) => d.message).join("\n"));
  const outcome = await execute(plan, { batchRows: 2 });
  if (outcome.kind !== "done") throw new Error(outcome.kind);
  const last = wholeColumn(outcome.table, outcome.table.schema.columns.length - 1);
  return Array.from({ length: rowCount(outcome.table) }, (_, row) => printCell(last, row)).join(", ");
}

describe.each([...aggregates, ...windows].map((f) => [f.name, f] as const))("%s", (_, { says, examples }) => {
  it("says what it does and shows it", () => {
    expect(says).toMatch(/\.$/);
    expect(examples.length).toBeGreaterThan(0);
  });
  it.each(examples)("%s", async (query, expected) => expect(await lastColumn(query)).toBe(expected));
});

describe("of nothing", () => {
  it.each([
    ["count()", "0"], ["sum(x)", "0"], ["sumif(x, x > 0)", "0"], ["dcount(x)", "0"], ["countif(x > 0)", "0"], ["stdev(x)", "0.0"],
    ["variance(x)", "0.0"], ["avg(x)", "NaN"], ["max(x)", ""], ["min(x)", ""], ["take_any(x)", ""], ["arg_max(x, x)", ""],
    ["percentile(x, 50)", ""], ["make_list(x)", "[]"], ["make_set(x)", "[]"], ["make_bag(bag_pack('a', x))", "{}"], ["binary_all_and(x)", ""],
  ])("%s is %j", async (call, expected) => expect(await lastColumn(`datatable(x: long) [] | summarize ${call}`)).toBe(expected));
});

describe("nulls do not count", () => {
  const data = "datatable(k: string, x: long, y: real) ['a', long(null), 1.5, 'a', 3, real(null), 'b', long(null), real(nan)] | summarize";
  it.each([
    ["count() by k", "2, 1"], ["sum(x) by k", "3, 0"], ["avg(x) by k", "3.0, NaN"], ["max(x) by k", "3, "], ["min(x) by k", "3, "],
    ["dcount(x) by k", "1, 0"], ["make_list(x) by k", "[3], []"], ["make_set(x) by k", "[3], []"], ["arg_max(x, y) by k", ", NaN"],
    ["arg_min(y, x) by k", ", "], ["percentile(x, 50) by k", "3, "], ["max(y) by k", "1.5, NaN"], ["countif(x > 1) by k", "1, 0"],
  ])("%s", async (call, expected) => expect(await lastColumn(`${data} ${call}`)).toBe(expected));
});

it("sums exactly and wraps at 64 bits", async () => {
  const big = values("x:long\n9223372036854775807\n1\n9007199254740993");
  const sum = group(big, [], [named("s", call("sum:long", "long", column(big, "x")))]);
  expect(await rows(sum)).toEqual([String(BigInt.asIntN(64, 9223372036854775807n + 1n + 9007199254740993n))]);
});

it("keeps the first row of an extreme", async () => {
  const data = values("k:long, v:string\n2, a\n5, b\n5, c\n2, d");
  for (const batchRows of [1, 3, 8192]) {
    const pick = (fn: string) => rows(group(data, [], [named("v", call(`${fn}:any,any`, "string", column(data, "k"), column(data, "v")))]), { batchRows });
    expect(await pick("arg_max.value")).toEqual(["b"]);
    expect(await pick("arg_min.value")).toEqual(["a"]);
  }
});

it("compares extremes of every type", async () => {
  const data = values('s:string, d:datetime, b:bool, e:decimal, t:timespan\nb, 2021-01-01T00:00:00Z, false, 1.5, 01:00:00\n"", null, true, 1.25, null\na, 2020-01-01T00:00:00Z, null, null, -01:00:00');
  const all = (fn: string) => rows(group(data, [], data.schema.columns.map((c) => named(c.name, call(`${fn}:any`, c.type, column(data, c.name))))), { batchRows: 1 });
  expect(await all("max")).toEqual(["b, 2021-01-01T00:00:00.0000000Z, true, 1.5, 01:00:00"]);
  expect(await all("min")).toEqual(['"", 2020-01-01T00:00:00.0000000Z, false, 1.25, -01:00:00']);
});

it("counts constants per row", async () => {
  const data = values("x:long\n1\n2\n3");
  expect(await rows(group(data, [], [named("s", call("sum:long", "long", literal(2n, "long")))]))).toEqual(["6"]);
});
