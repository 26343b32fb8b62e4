import { describe, expect, it } from "vitest";
import { Pace } from "../../../src/base";
import { printPlan } from "../../../src/query/print";
import type { Plan } from "../../../src/query/plan";
import {
  by, call, column, execute, extend, filter, group, join, limit, literal, named, node, project, result, rows, scan, sort, table, values, window,
} from "./plans";

const people = values(`name:string, age:long, seen:datetime, tags:dynamic
  ann, 30, 2021-01-01T00:00:00Z, ["a","b"]
  bob, null, 2021-01-02T00:00:00Z, []
  ann, 25, null, null
  "", 40, 2021-01-03T00:00:00Z, {"k":1}`);
const age = column(people, "age");
const name = column(people, "name");
const over = (n: bigint) => call("gt:long,long", "bool", age, literal(n, "long"));
const is = (text: string) => call("eq.kusto:string,string", "bool", name, literal(text, "string"));

describe("filter", () => {
  it("keeps rows in which every term is true; null is not", async () => {
    expect(await rows(project(filter(people, over(26n)), named("age", age)))).toEqual(["30", "40"]);
  });
  it("counts each term alone", async () => {
    const plan = filter(people, over(26n), is("ann"));
    const outcome = await execute(plan, { batchRows: 1 });
    expect(outcome.trace.at(-1)).toMatchObject({ label: "where", rowsIn: 4, rowsOut: 1, terms: [{ passed: 2 }, { passed: 2 }] });
  });
  it("counts the rows of batches of any size", async () => {
    const ids = Array.from({ length: 5003 }, (_, i) => i);
    const numbers = values(`n:long\n${ids.join("\n")}`);
    const n = column(numbers, "n");
    for (const batchRows of [1, 3, 1021, 4096, 5003]) {
      for (const [low, not, kept] of [[-1n, -1n, 5003], [2n, 3n, 4999], [4999n, 5001n, 2], [5002n, 0n, 0]] as const) {
        const terms = [call("gt:long,long", "bool", n, literal(low, "long")), call("ne.kusto:long,long", "bool", n, literal(not, "long"))];
        const step = (await execute(filter(numbers, ...terms), { batchRows })).trace.at(-1);
        expect(step?.rowsOut, `batches of ${batchRows}, ${low}`).toBe(kept);
        expect(step?.terms?.map((t) => t.passed)).toEqual([5002 - Number(low), not < 0n ? 5003 : 5002]);
      }
    }
  });
  it("tells what a column holds instead of what was asked for", async () => {
    const plan = filter(people, call("or:bool,bool", "bool", is("Ann"), is("zed")));
    const outcome = await execute(plan, { batchRows: 3 });
    expect(outcome.trace.at(-1)?.terms?.[0]?.instead).toEqual({
      column: "name", values: [{ text: "ann", rows: 2 }, { text: "", rows: 1 }, { text: "bob", rows: 1 }],
    });
  });
  it("tells it of numbers and of paths into bags", async () => {
    const path = call("path.key:dynamic,string", "dynamic", column(people, "tags"), literal("k", "string"));
    const terms = [
      call("eq.kusto:long,long", "bool", age, literal(99n, "long")),
      call("eq.kusto:string,string", "bool", call("tostring:any", "string", path), literal("9", "string")),
    ];
    const trace = (await execute(filter(people, ...terms))).trace.at(-1);
    expect(trace?.terms?.map((t) => [t.instead?.column, t.instead?.values.map((v) => v.text)])).toEqual([
      ["age", ["", "25", "30", "40"]], ["tags.k", ["", "1"]],
    ]);
  });
  it("counts the values of a long column of many, and tells the most frequent", async () => {
    const many = values("x:long\n" + Array.from({ length: 5000 }, (_, i) => (i % 3 === 0 ? 7 : i)).join("\n"));
    const plan = filter(many, call("eq.kusto:long,long", "bool", column(many, "x"), literal(-1n, "long")));
    for (const batchRows of [1, 64, 8192]) {
      const instead = (await execute(plan, { batchRows })).trace.at(-1)?.terms?.[0]?.instead;
      expect(instead?.values[0]).toEqual({ text: "7", rows: 1668 });
      expect(instead?.values).toHaveLength(10);
    }
  });
  it("tells it of ranges, whichever side the column stands on", async () => {
    const late = call("add:long,long", "long", literal(90n, "long"), literal(9n, "long"));
    const plan = filter(people, call("and:bool,bool", "bool", call("gt:long,long", "bool", age, late), call("lt:long,long", "bool", late, age)));
    expect((await execute(plan)).trace.at(-1)?.terms?.[0]?.instead?.values.map((v) => v.text)).toEqual(["", "25", "30", "40"]);
  });
  it("tells nothing when a term lets a row pass or compares no constants", async () => {
    const trace = (await execute(filter(people, is("ann"), call("eq.kusto:string,string", "bool", name, name)))).trace.at(-1);
    expect(trace?.terms?.map((t) => t.instead)).toEqual([undefined, undefined]);
  });
});

describe("group", () => {
  it("makes a row per key in the order of first appearance", async () => {
    const plan = group(people, [named("name", name)], [named("n", call("count:", "long")), named("total", call("sum:long", "long", age))]);
    expect(await rows(plan)).toEqual(["ann, 2, 55", "bob, 1, 0", '"", 1, 40']);
  });
  it("makes one row of nothing when there are no keys, and none when there are", async () => {
    const none = filter(people, over(1000n));
    const count = named("n", call("count:", "long"));
    expect(await rows(group(none, [], [count]))).toEqual(["0"]);
    expect(await rows(group(none, [named("name", name)], [count]))).toEqual([]);
  });
  it("counts a null as a key", async () => {
    expect(await rows(group(people, [named("seen", column(people, "seen")), named("age", age)], []))).toHaveLength(4);
  });
});

describe("sort", () => {
  const reals = values("x:real, i:long\n1.0, 1\nNaN, 2\nnull, 3\n-Infinity, 4\nInfinity, 5\nnull, 6");
  const x = column(reals, "x");
  const order = async (descending: boolean, first: boolean) =>
    (await rows(project(sort(reals, [by(x, descending, first)]), named("i", column(reals, "i"))))).join("");
  it("puts nulls and NaN where the key says", async () => {
    expect(await order(false, true)).toBe("362415");
    expect(await order(false, false)).toBe("415236");
    expect(await order(true, true)).toBe("362514");
    expect(await order(true, false)).toBe("514236");
  });
  it("is stable, and the same with a limit", async () => {
    const whole = await rows(sort(people, [by(name)]));
    for (const n of [0, 1, 2, 3, 4, 9]) expect(await rows(sort(people, [by(name)], n), { batchRows: 1 })).toEqual(whole.slice(0, n));
  });
});

describe("join", () => {
  const left = values("k:string, l:long\na, 1\nb, 2\na, 3\nc, 4");
  const right = values("k:string, r:long\na, 10\nc, 20\na, 30\nd, 40");
  it.each([
    ["inner", ["a, 1, a, 10", "a, 1, a, 30", "a, 3, a, 10", "a, 3, a, 30", "c, 4, c, 20"]],
    ["innerunique", ["a, 1, a, 10", "a, 1, a, 30", "c, 4, c, 20"]],
    ["leftouter", ["a, 1, a, 10", "a, 1, a, 30", 'b, 2, "", null', "a, 3, a, 10", "a, 3, a, 30", "c, 4, c, 20"]],
    ["rightouter", ["a, 1, a, 10", "a, 1, a, 30", "a, 3, a, 10", "a, 3, a, 30", "c, 4, c, 20", '"", null, d, 40']],
    ["fullouter", ["a, 1, a, 10", "a, 1, a, 30", 'b, 2, "", null', "a, 3, a, 10", "a, 3, a, 30", "c, 4, c, 20", '"", null, d, 40']],
    ["leftsemi", ["a, 1", "a, 3", "c, 4"]],
    ["leftanti", ["b, 2"]],
    ["rightsemi", ["a, 10", "c, 20", "a, 30"]],
    ["rightanti", ["d, 40"]],
  ] as const)("%s", async (kind, expected) => {
    for (const batchRows of [1, 2, 8192]) expect(await rows(join(left, right, kind, ["k", "k"]), { batchRows })).toEqual(expected);
  });
  it("never matches null with null", async () => {
    const nulls = values("k:long\nnull\n1");
    expect(await rows(join(nulls, nulls, "inner", ["k", "k"]))).toEqual(["1, 1"]);
    expect(await rows(join(nulls, nulls, "leftanti", ["k", "k"]))).toEqual(["null"]);
  });
  it("keeps missing texts null where a table is read with its nulls", async () => {
    const t = table("k:string, l:long\nb, 2");
    const kept = join(scan("T", t.schema, "keep"), right, "leftouter", ["k", "k"]);
    expect(await rows(kept, { tables: () => t })).toEqual(["b, 2, null, null"]);
  });
});

describe("expand", () => {
  const expand = (more: object = {}, type: "dynamic" | "long" = "dynamic"): Plan =>
    node("mv-expand", { ...people.schema, columns: people.schema.columns.map((c) => (c.name === "tags" ? { name: "tags", type } : c)) },
      { op: "expand", input: people, columns: [{ name: "tags", value: column(people, "tags"), type }], bagAs: "bag", keepEmpty: false, ...more });
  const tags = async (plan: Plan) => (await rows(project(plan, named("name", column(plan, "name")), named("tags", column(plan, "tags")))));
  it("makes a row per element; null is one, the empty array none", async () => {
    expect(await tags(expand())).toEqual(['ann, "a"', 'ann, "b"', "ann, null", '"", {"k":1}']);
    expect(await tags(expand({ keepEmpty: true }))).toEqual(['ann, "a"', 'ann, "b"', "bob, null", "ann, null", '"", {"k":1}']);
  });
  it("makes pairs of bags, casts, and stops at its limit", async () => {
    expect((await tags(expand({ bagAs: "array" }))).at(-1)).toBe('"", ["k",1]');
    expect(await tags(expand({}, "long"))).toEqual(["ann, null", "ann, null", "ann, null", '"", null']);
    expect(await tags(expand({ limit: 1 }))).toEqual(['ann, "a"', "ann, null", '"", {"k":1}']);
  });
  it("runs a body over each row's elements", async () => {
    const input = values("id:long, list:dynamic\n1, [3,1,2]\n2, []\n3, [7]");
    const hole = node("", { columns: [...input.schema.columns, { name: "x", type: "long" }], open: false }, { op: "hole" });
    const x = column(hole, "x");
    const body = group(sort(hole, [by(x, true)], 2), [], [named("top", call("make_list:any,long", "dynamic", x))]);
    const plan = node("mv-apply", { columns: [...input.schema.columns, { name: "top", type: "dynamic" }], open: false },
      { op: "expand", input, columns: [{ name: "x", value: column(input, "list"), type: "long" }], bagAs: "bag", keepEmpty: false, body });
    expect(await rows(plan)).toEqual(["1, [3,1,2], [3,2]", "2, [], []", "3, [7], [7]"]);
  });
});

describe("the others", () => {
  it("limit stops what is above it", async () => {
    const endless = node("range", { columns: [{ name: "x", type: "long" }], open: false },
      { op: "range", from: literal(0n, "long"), to: literal(10n ** 15n, "long"), step: literal(1n, "long") });
    expect(await rows(limit(endless, 2, 3))).toEqual(["3", "4"]);
  });
  it("range counts in both directions, in times and reals", async () => {
    const range = (type: "long" | "real" | "datetime", from: bigint | number, to: bigint | number, step: bigint | number) =>
      rows(node("range", { columns: [{ name: "x", type }], open: false }, {
        op: "range", from: literal(type === "datetime" ? { kind: "datetime", ticks: from as bigint } : from, type),
        to: literal(type === "datetime" ? { kind: "datetime", ticks: to as bigint } : to, type),
        step: type === "datetime" ? literal({ kind: "timespan", ticks: step as bigint }, "timespan") : literal(step, type),
      }), { batchRows: 2 });
    expect(await range("long", 5n, 1n, -2n)).toEqual(["5", "3", "1"]);
    expect(await range("real", 0, 0.3, 0.1)).toEqual(["0.0", "0.1", "0.2"]);
    expect(await range("datetime", 0n, 864_000_000_000n, 864_000_000_000n)).toEqual(["0001-01-01T00:00:00.0000000Z", "0001-01-02T00:00:00.0000000Z"]);
    expect(await range("long", 1n, 0n, 1n)).toEqual([]);
  });
  it("window functions restart per partition and keep the order of rows", async () => {
    const plan = window(people, [named("n", call("row_number:long,bool", "long"))], [name], [by(age, true)]);
    expect(await rows(project(plan, named("name", name), named("n", column(plan, "n"))))).toEqual(["ann, 1", "bob, 1", "ann, 2", '"", 1']);
  });
  it("union matches columns by name", async () => {
    const a = values("x:long, y:string\n1, a");
    const b = values("z:real, x:long\n0.5, 2");
    const schema = { columns: [{ name: "src", type: "string" as const }, ...a.schema.columns, { name: "z", type: "real" as const }], open: false };
    const plan = node("union", schema, { op: "union", inputs: [a, b], sourceColumn: { name: "src", names: ["A", "B"] } });
    expect(await result(plan)).toBe('src:string, x:long, y:string, z:real\nA, 1, a, null\nB, 2, "", 0.5');
  });
  it("partition runs its body per key", async () => {
    const hole = node("", people.schema, { op: "hole" });
    const body = limit(hole, 1);
    const plan = node("partition", people.schema, { op: "partition", input: people, by: [name], body });
    expect(await rows(project(plan, named("age", age)))).toEqual(["30", "null", "40"]);
  });
  it("computes a cached node once", async () => {
    let reads = 0;
    const t = table("x:long\n1\n2");
    const shared = node("materialize", t.schema, { op: "cached", input: scan("T", t.schema) });
    const plan = join(shared, shared, "inner", ["x", "x"]);
    const outcome = await execute(plan, { tables: () => t, onRows: () => reads++ });
    expect(outcome.trace.find((s) => s.label === "scan")?.rowsOut).toBe(2);
    expect(outcome.trace.map((s) => s.label)).toEqual(["scan", "materialize", "join"]);
  });
  it("runs a scalar sub-plan before its holder", async () => {
    const most = { kind: "scalar", plan: group(people, [], [named("m", call("max:any", "long", age))]), take: "cell", type: "long", span: { from: 0, to: 0 } } as const;
    const all = { ...most, plan: people, take: "column", type: "dynamic" } as const;
    expect(await rows(project(filter(people, call("eq.kusto:long,long", "bool", age, most)), named("age", age)))).toEqual(["40"]);
    expect(await rows(project(filter(people, call("in:any,dynamic", "bool", literal("bob", "string"), all)), named("age", age)))).toHaveLength(4);
  });
  it("sample takes rows in their order, sample-distinct the first values", async () => {
    const sample = (fn: string, ...args: ReturnType<typeof literal>[]) =>
      rows(node(fn, people.schema, { op: "apply", input: people, fn, args: args.map((a, i) => named(String(i), a)) }));
    expect(await sample("sample", literal(2n, "long"))).toHaveLength(2);
    expect(await sample("sample", literal(9n, "long"))).toEqual(await rows(people));
    expect(await sample("sample-distinct", literal(2n, "long"), name)).toEqual(["ann", "bob"]);
  });
  it("an extension sees the input's columns, not its neighbours", async () => {
    const plan = extend(people, named("age", literal(1n, "long")), named("copy", age));
    expect(await rows(project(plan, named("age", age), named("copy", column(plan, "copy"))))).toEqual(["1, 30", "1, null", "1, 25", "1, 40"]);
  });
});

describe("a run", () => {
  it("stops at its number of rows", async () => {
    const outcome = await execute(people, { maxRows: 3 });
    expect(outcome).toMatchObject({ kind: "stopped", why: "rows" });
    expect(outcome.kind === "stopped" && outcome.table.batches[0]?.length).toBe(3);
    expect((await execute(people, { maxRows: 4 })).kind).toBe("done");
  });
  it("stops when its time is over or it is cancelled, with what it has", async () => {
    let now = 0;
    const late = new Pace({ clock: () => (now += 5), pause: () => Promise.resolve(), limitMs: 200 });
    expect(await execute(people, { pace: late, batchRows: 1 })).toMatchObject({ kind: "done" });
    now = 0;
    const endless = node("range", { columns: [{ name: "x", type: "long" }], open: false },
      { op: "range", from: literal(0n, "long"), to: literal(10n ** 15n, "long"), step: literal(1n, "long") });
    const short = new Pace({ clock: () => (now += 5), pause: () => Promise.resolve(), limitMs: 200 });
    expect(await execute(endless, { pace: short })).toMatchObject({ kind: "stopped", why: "time" });
    const signal = AbortSignal.abort();
    expect(await execute(people, { pace: new Pace({ clock: () => 0, pause: () => Promise.resolve(), signal }) }))
      .toMatchObject({ kind: "stopped", why: "cancelled" });
  });
  it("fails with a place when a table is not loaded", async () => {
    expect(await execute(scan("Nope", people.schema))).toMatchObject({ kind: "failed", diagnostics: [{ code: "table-not-loaded" }] });
  });
  it("survives an expression of ten thousand calls", async () => {
    let sum = age;
    for (let i = 0; i < 10_000; i++) sum = call("add:long,long", "long", sum, literal(1n, "long"));
    expect(await rows(project(limit(people, 1), named("x", sum)))).toEqual(["10030"]);
  });
  it("runs a thousand operators in a row and refuses a hundred thousand", async () => {
    let plan = people;
    for (let i = 0; i < 900; i++) plan = filter(plan, over(1n));
    expect(await rows(plan)).toHaveLength(3);
    for (let i = 0; i < 100_000; i++) plan = limit(plan, 5);
    expect(await execute(plan)).toMatchObject({ kind: "failed", diagnostics: [{ code: "query-too-long" }] });
  });
  it("reads a table as the plan expects it", async () => {
    const loaded = table("b:string, a:string\nx, 12\ny, q");
    const plan = scan("T", { columns: [{ name: "a", type: "long" }, { name: "c", type: "string" }], open: false });
    expect(await result(plan, { tables: () => loaded })).toBe('a:long, c:string\n12, ""\nnull, ""');
  });
});

it("prints a plan", () => {
  const right = project(values("k:string\nann"), named("k", literal("x", "string")));
  const plan = sort(group(join(filter(people, over(1n), is("a b")), right, "leftouter", ["name", "k"]),
    [named("d", call("bin:datetime,timespan", "datetime", column(people, "seen"), literal({ kind: "timespan", ticks: 36_000_000_000n }, "timespan")))],
    [named("n", call("count:", "long"))]), [by(column(group(people, [], [named("n", call("count:", "long"))]), "n"), true)], 5);
  expect(printPlan(plan)).toBe(`values
  name:string, age:long, seen:datetime, tags:dynamic
  ann, 30, 2021-01-01T00:00:00.0000000Z, ["a","b"]
  bob, null, 2021-01-02T00:00:00.0000000Z, []
  ann, 25, null, null
  "", 40, 2021-01-03T00:00:00.0000000Z, {"k":1}
filter gt(age, 1)
   and eq.kusto(name, "a b")
join leftouter on name == k (
  values
    k:string
    ann
  project k = "x"
)
group n = count() by d = bin(seen, timespan(01:00:00))
sort n desc nulls last limit 5
=> d:datetime, n:long`);
});
