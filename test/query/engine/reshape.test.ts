import { describe, expect, it } from "vitest";
import { printTable } from "../../../src/table";
import type { Plan } from "../../../src/query/plan";
import type { Expr } from "../../../src/query/plan";
import { column, execute, literal, named, node, project, rows, values } from "./plans";

const input = values('id:long, d:dynamic\n1, {"a":1,"b":"x"}\n2, {"b":2,"a":1.5}\n3, null\n4, {"id":9}');

function applied(fn: string, from: Plan, args: Record<string, Expr>, open = true): Plan {
  return node(fn, { columns: [], open }, { op: "apply", input: from, fn, args: Object.entries(args).map(([name, value]) => named(name, value)) });
}
async function print(plan: Plan): Promise<string> {
  const outcome = await execute(plan, { batchRows: 2 });
  return outcome.kind === "done" ? printTable(outcome.table) : outcome.kind === "failed" ? outcome.diagnostics.map((d) => d.code).join() : outcome.why;
}
const text = (t: string) => literal(t, "string");

describe("bag_unpack", () => {
  const d = column(input, "d");
  it("gives every property the type that holds its values", async () => {
    expect(await print(applied("bag_unpack", input, { 0: d, 1: text("p_") }))).toBe(
      'id:long, p_a:real, p_b:dynamic, p_id:long\n1, 1.0, "x", null\n2, 1.5, 2, null\n3, null, null, null\n4, null, null, 9');
  });
  it("says what to do about a name that is there already", async () => {
    expect(await print(applied("bag_unpack", input, { 0: d }))).toBe("bag-unpack-conflict");
    expect(await print(applied("bag_unpack", input, { 0: d, columnsConflict: text("keep_source") }))).toContain("id:long, a:real, b:dynamic\n1,");
    expect(await print(applied("bag_unpack", input, { 0: d, columnsConflict: text("replace_source") }))).toContain("null, 1.0");
  });
  it("is seen by what stands behind it", async () => {
    const unpacked = applied("bag_unpack", input, { 0: d, ignoredProperties: literal(["id"], "dynamic") });
    const b: Expr = { kind: "column", name: "b", type: "dynamic", span: { from: 0, to: 0 } };
    const absent: Expr = { kind: "column", name: "zz", type: "dynamic", span: { from: 0, to: 0 } };
    const plan = project(unpacked, named("b", b), named("zz", absent));
    expect(await rows(plan)).toEqual(['"x", null', "2, null", "null, null", "null, null"]);
  });
});

describe("pivot", () => {
  const sales = values("who:string, what:string, n:long\nann, x, 1\nbob, y, 2\nann, x, 3\nann, z, 4");
  const what = column(sales, "what");
  it("counts, in columns in the order of their names", async () => {
    const who = column(sales, "who");
    expect(await print(applied("pivot", sales, { on: what, aggregate: text("count:"), "by:who": who }))).toBe("who:string, x:long, y:long, z:long\nann, 2, 0, 1\nbob, 0, 1, 0");
  });
  it("aggregates, with the other columns as keys", async () => {
    expect(await print(applied("pivot", sales, { on: what, aggregate: text("sum:long"), "of:n": column(sales, "n") }))).toBe("who:string, x:long, y:long, z:long\nann, 4, 0, 4\nbob, 0, 2, 0");
expect(await print(applied("pivot", sales, { on: what, aggregate: text("make_list:any,long"), "of:n": column(sales, "n"), "of:": literal(1n, "long") }))).toBe(
      "who:string, x:dynamic, y:dynamic, z:dynamic\nann, [1], [], [4]\nbob, [], [2], []");
  });
});

it("narrow makes a row per cell", async () => {
  const out = values("Row:long, Column:string, Value:string");
  const plan = node("narrow", out.schema, { op: "apply", input: values("a:long, b:string\n1, x\nnull, y"), fn: "narrow", args: [] });
  expect(await rows(plan)).toEqual(["0, a, 1", "0, b, x", '1, a, ""', "1, b, y"]);
});

describe("make-series", () => {
  const data = values("k:string, $axis:long, v:long\na, 10, 1\na, 30, 3\nb, 20, 2\nb, 90, 9");
  const schema = { columns: [{ name: "k", type: "string" }, { name: "v", type: "dynamic" }, { name: "t", type: "dynamic" }], open: false } as const;
  const series = (more: Record<string, Expr>): Plan => node("make-series", schema, {
    op: "apply", input: data, fn: "make-series", args: Object.entries({
      axis: column(data, "$axis"), step: literal(10n, "long"), "by:k": column(data, "k"), "value:v": column(data, "v"), ...more,
    }).map(([name, value]) => named(name, value)),
  });
  it("fills bins without rows, and leaves out what lies outside", async () => {
    expect(await rows(series({ from: literal(10n, "long"), to: literal(40n, "long") }))).toEqual(["a, [1,0,3], [10,20,30]", "b, [0,2,0], [10,20,30]"]);
    expect(await rows(series({ from: literal(20n, "long"), to: literal(31n, "long"), "default:v": literal(-1n, "long") }))).toEqual(["a, [-1,3], [20,30]", "b, [2,-1], [20,30]"]);
  });
  it("takes the bounds of each series from its own rows", async () => {
    expect(await rows(series({}))).toEqual(["a, [1,0,3], [10,20,30]", "b, [2,0,0,0,0,0,0,9], [20,30,40,50,60,70,80,90]"]);
    expect((await rows(series({ from: literal(10n, "long") })))[1]).toBe("b, [0,2,0,0,0,0,0,0,9], [10,20,30,40,50,60,70,80,90]");
    expect((await rows(series({ to: literal(40n, "long") })))[1]).toBe("b, [2,0], [20,30]");
  });
  it("refuses a step that leads nowhere and a series without end", async () => {
    expect(await execute(series({ step: literal(0n, "long") }))).toMatchObject({ kind: "failed", diagnostics: [{ code: "make-series-step" }] });
    expect(await execute(series({ to: literal(10n ** 12n, "long") }))).toMatchObject({ kind: "failed", diagnostics: [{ code: "make-series-points" }] });
  });
});

it("an unknown table function fails with a place", async () => {
  expect(await print(applied("nope", input, {}))).toBe("table-function-unknown");
});

it("an aggregate of an empty pivot", async () => {
  const none = values("who:string, what:string");
  expect(await print(applied("pivot", none, { on: column(none, "what"), aggregate: text("count:") }))).toBe("who:string");
});
