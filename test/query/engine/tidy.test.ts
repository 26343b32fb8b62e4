import { expect, it } from "vitest";
import { functions } from "../../../src/query/functions";
import { printPlan } from "../../../src/query/print";
import { tidy } from "../../../src/query/tidy";
import type { Plan } from "../../../src/query/plan";
import { by, call, column, extend, filter, group, join, limit, literal, named, project, scan, sort } from "./plans";

const table = scan("T", { columns: [{ name: "a", type: "long" }, { name: "b", type: "string" }, { name: "c", type: "real" }, { name: "d", type: "long" }], open: false });
const context = { now: 0n, random: () => 0.5, warn: () => undefined };
const tidied = (plan: Plan) => printPlan(tidy(plan, context, functions));
const a = column(table, "a");
const more = (x: bigint) => call("add:long,long", "long", literal(x, "long"), literal(1n, "long"));

it("folds constants", () => {
  expect(tidied(filter(table, call("gt:long,long", "bool", a, more(1n))))).toBe("scan T\nfilter gt(a, 2)\n=> a:long, b:string, c:real, d:long");
});

it("lets a sort know how many rows are taken, keeping both operators", () => {
  expect(tidied(limit(sort(table, [by(a)]), 3, 2))).toContain("sort a asc nulls first limit 5\nlimit 3 skip 2");
  expect(tidied(limit(sort(table, [by(a)], 2), 3))).toContain("limit 2\nlimit 3");
});

it("leaves out what nothing reads, down to the scan", () => {
  const wide = extend(filter(table, call("gt:long,long", "bool", column(table, "d"), literal(0n, "long"))),
    named("e", more(5n)), named("f", call("add:long,long", "long", a, literal(1n, "long"))));
  const plan = project(wide, named("f", column(wide, "f")));
  const out = tidy(plan, context, functions);
  expect(printPlan(out)).toBe("scan T\nfilter gt(d, 0)\nextend f = add(a, 1)\nproject f\n=> f:long");
  expect(source(out).schema.columns.map((c) => c.name)).toEqual(["a", "d"]);
});

it("needs no column at all to count", () => {
  const out = tidy(group(table, [], [named("n", call("count:", "long"))]), context, functions);
  expect(source(out).schema.columns).toEqual([]);
});

it("narrows both sides of a join and keeps the names of its columns", () => {
  const other = scan("U", table.schema);
  const joined = join(table, other, "leftouter", ["a", "a"]);
  const plan = project(joined, named("c1", column(joined, "c1")));
  const out = tidy(plan, context, functions);
  expect(printPlan(out)).toBe("scan T\njoin leftouter on a == a (\n  scan U\n)\nproject c1\n=> c1:real");
  expect("input" in out && out.input.schema.columns.map((c) => c.name)).toEqual(["a", "a1", "c1"]);
});

it("changes no result's columns", () => {
  expect(tidy(table, context, functions).schema).toEqual(table.schema);
});

function source(plan: Plan): Plan {
  let node = plan;
  while ("input" in node) node = node.input;
  return node;
}
