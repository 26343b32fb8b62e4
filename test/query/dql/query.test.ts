import { describe, expect, it } from "vitest";
import { Pace, applyEdits } from "../../../src/base";
import { dqlTokens, evaluateInline, parseDql, runDql, toPlain, toTable, whyNot } from "../../../src/query/dql";
import { printTable } from "../../../src/table";
import { NOW, OPTIONS, rows, run, world } from "./notes";
import type { TestNote } from "./notes";

const NOTES: readonly TestNote[] = [
  { path: "Rules/A.md", tags: ["#rule", "#T1578_002"], links: ["T"], fields: { level: "high", score: 3, data: ["x", "y"] } },
  { path: "Rules/Cloud/B.md", tags: ["#rule/cloud"], links: ["A"], fields: { level: "low", score: 1, data: [] } },
  { path: "T.md", tags: ["#t"], links: ["A", "nowhere"], fields: { level: "high", rule: { $link: { path: "A", type: "file" } } } },
  { path: "Books/R.md", tasks: [{ status: "x", completed: true }, { status: " ", completed: false, due: { $date: "2024-06-01" } }], fields: { level: "mid", due: 9 } },
];
const names = async (query: string) => rows(`LIST WITHOUT ID file.name ${query}`, NOTES);

describe("FROM", () => {
  it.each([
    ["", ["A", "B", "T", "R"]], ['FROM ""', ["A", "B", "T", "R"]], ['FROM "Rules"', ["A", "B"]], ['FROM "Rules/A"', ["A"]], ['FROM "rules"', []],
    ["FROM #RULE", ["A", "B"]], ["FROM #rule/cloud", ["B"]], ['FROM #rule and -"Rules/Cloud"', ["A"]], ["FROM !#rule", ["T", "R"]],
    ['FROM #t or "Books" and #rule', []], ['FROM #t or ("Books" | #rule)', ["T", "R", "A", "B"]], ["FROM [[A]]", ["B", "T"]], ["FROM [[]]", ["B", "T"]],
    ["FROM outgoing([[T]])", ["A"]], ["FROM [[nowhere]]", ["T"]],
  ])("%s", async (from, expected) => { expect(await names(from)).toEqual(expected); });

  it("reads csv files", async () => {
    const files = { "data/p.csv": 'name,Home Town,age\n# note\n"Ann, ""A""",Oslo,31\nBen,,\n\n' };
    expect(await rows('TABLE WITHOUT ID name, home-town, age FROM csv("data/p.csv")', NOTES, files))
      .toEqual([['Ann, "A"', "Oslo", 31], ["Ben", null, null]]);
    expect((await run('LIST FROM csv("none.csv")', NOTES)).kind).toBe("failed");
  });
});

describe("steps", () => {
  it.each<[string, unknown]>([
    ['TABLE level AS "L", score WHERE score SORT score', [["Rules/Cloud/B.md", "low", 1], ["Rules/A.md", "high", 3]]],
    ["TABLE WITHOUT ID level, rule.score FROM #t", [["high", 3]]],
    ["LIST level FROM #t", [{ $pair: ["T.md", "high"] }]],
    ["LIST LIMIT 1 SORT file.name DESC", ["Rules/A.md"]],
    ["TABLE rows.file.name GROUP BY level", [["high", ["A", "T"]], ["low", ["B"]], ["mid", ["R"]]]],
    ["TABLE WITHOUT ID d FROM #rule FLATTEN data AS d", [["x"], ["y"]]],
    ["LIST WITHOUT ID length(rows) FLATTEN default(data, \"-\") AS d WHERE d GROUP BY d", [2, 1, 1]],
    ["TABLE a AS x, level AS x FROM #t", [["T.md", "high", "high"]]],
    ["TASK WHERE !completed", [{ line: 1, path: "Books/R.md", due: "2024-06-01T00:00:00.000" }]],
    ["CALENDAR due WHERE due", [{ date: 9, link: "Books/R.md" }]],
  ])("%s", async (query, expected) => {
    const got = await rows(query, NOTES);
    if (query.startsWith("TASK")) expect(got).toMatchObject(expected as object);
    else expect(got).toEqual(expected);
  });

  it("groups tasks, and merges the fields of their page behind their own", async () => {
    expect(await rows("TASK GROUP BY due", NOTES)).toMatchObject([
      { key: "2024-06-01T00:00:00.000", rows: [{ line: 1 }] }, { key: 9, rows: [{ line: 0, due: 9 }] },
    ]);
  });

  it("counts rows in, out and failed for each step, and tells the failed with file and place", async () => {
    const query = "TABLE score WHERE score + 1 > 2";
    const outcome = await run(query, NOTES);
    expect(outcome.steps.map((s) => [s.label, s.rowsIn, s.rowsOut, s.failed])).toEqual([["FROM", 4, 4, 0], ["WHERE", 4, 1, 2], ["TABLE", 1, 1, 0]]);
    expect(outcome.diagnostics[0]?.message).toBe("2 of 4 rows were left out by WHERE: There is no '+' for null and number. (T.md)");
    expect(query.slice(outcome.diagnostics[0]?.span.from, outcome.diagnostics[0]?.span.to)).toBe("score + 1");
  });

  it("fails when every row fails", async () => {
    const outcome = await run("LIST WHERE nothing(1)", NOTES);
    expect(outcome.kind).toBe("failed");
    expect(outcome.diagnostics[0]?.message).toMatch(/^Every row failed in WHERE: There is no function 'nothing'/);
  });

  it.each([['LIST LIMIT "three"', /LIMIT takes a number, found string/], ["LIST LIMIT 1 FROM #rule", /FROM stands once/]])("%s", async (query, message) => {
    expect((await run(query, NOTES)).diagnostics[0]?.message).toMatch(message);
  });

  it("stops when told to", async () => {
    const signal = AbortSignal.abort();
    const pace = new Pace({ signal, clock: () => 0, pause: () => Promise.resolve() });
    const many = Array.from({ length: 1200 }, (_, i) => ({ path: `${i}.md` }));
    expect(await runDql("LIST", world(many), { ...OPTIONS, origin: "", pace })).toMatchObject({ kind: "stopped", why: "cancelled" });
  });
});

describe("parsing", () => {
  it("tells each clause's mistake at its place, and goes on", () => {
    const text = "TABLE a FROM not #x WHERE b == 1 SORT c LIMIT";
    const { value, diagnostics } = parseDql(text);
    expect(diagnostics.map((d) => text.slice(d.span.from, d.span.to))).toEqual(["not ", "==", ""]);
    expect(diagnostics.map((d) => d.fix?.title)).toEqual(["Write -", "Write =", undefined]);
    expect(value?.steps.map((s) => s.kind)).toEqual(["where", "sort"]);
  });
  it("knows comments, any case and any order", () => {
    const { value, diagnostics } = parseDql("// one\ntable without id a as \"B c\", d // two\nfrom #x\nLimit 3 where a\nSORT a desc, b\ngroup by a flatten b");
    expect(diagnostics).toEqual([]);
    expect(value?.fields.map((f) => f.name)).toEqual(["B c", "d"]);
    expect(value?.steps.map((s) => s.kind)).toEqual(["limit", "where", "sort", "group", "flatten"]);
  });
  it("colours what it read", () => {
    const text = 'TABLE length(a) FROM #x WHERE b = date(today) // c';
    expect(dqlTokens(text).map((t) => `${text.slice(t.span.from, t.span.to)}:${t.kind}`).filter((t) => !/^[()]:/.test(t))).toEqual([
      "TABLE:keyword", "length:function", "a:column", "FROM:keyword", "#x:table", "WHERE:keyword", "b:column", "=:operator",
      "date:function", "today:time", "// c:comment",
    ]);
  });
  it("says that SORT directly behind LIST is its expression", () => {
    const { diagnostics } = parseDql("LIST SORT a");
    expect(diagnostics[0]?.message).toMatch(/^'SORT' directly behind LIST/);
    expect(parseDql(applyEdits("LIST SORT a", diagnostics[0]?.fix?.edits ?? [])).diagnostics).toEqual([]);
  });
  it("suggests the query type that was meant", () => { expect(parseDql("TABEL a").diagnostics[0]?.fix?.title).toBe("Write TABLE"); });
  it.each(["", "LIST FROM " + "(".repeat(50_000), "LIST " + "WHERE ".repeat(5000), "TABLE " + "a, ".repeat(20_000) + "a", "\u{1F600}".repeat(9999)])(
    "ends on anything", (text) => { expect(parseDql(text)).toBeDefined(); });
});

describe("beside results", () => {
  it("makes tables", async () => {
    const outcome = await run("TABLE level, level FROM #t", NOTES);
    if (outcome.kind !== "done") throw new Error("failed");
    const table = toTable(outcome.result);
    expect(table.schema.columns.map((c) => c.name)).toEqual(["File", "level", "level 2"]);
    expect(printTable(table)).toContain("high");
  });
  it("evaluates inline queries of a note", () => {
    const { value } = evaluateInline("this.level + [[T]].rule.level", world(NOTES), { ...OPTIONS, origin: "Rules/Cloud/B.md" });
    expect(value === undefined ? undefined : toPlain(value)).toBe("lowhigh");
  });
  it.each([
    ['LIST FROM #rule and "Rules/Cloud"', "dropped FROM \"Rules/Cloud\" The note is not in this source: it is not in the folder \"Rules/Cloud\"."],
    ["LIST WHERE level AND score > 5", "dropped WHERE score > 5 This is not true for the note: '3' was found."],
    ["LIST FLATTEN data WHERE data = \"x\" LIMIT 1", "kept"], ["LIST WHERE score + level.x", "dropped WHERE level.x Characters of a text are got by number, found a text key."],
  ])("says why a note is not in %s", async (text, expected) => {
    const { value } = parseDql(text);
    if (value === undefined) throw new Error("no query");
    const fate = await whyNot(value, "Rules/A.md", world(NOTES), { now: NOW, zone: "UTC", origin: "T.md" });
    expect(fate.kind === "dropped" ? `dropped ${fate.by} ${text.slice(fate.span.from, fate.span.to)} ${fate.why}` : fate.kind).toBe(expected);
  });
});
