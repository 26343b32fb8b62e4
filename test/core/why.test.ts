/** Why a row is not in a result: the step and the term that dropped it, or where it went. */
import { describe, expect, it } from "vitest";
import { LocalLab, WorkerLab, type Lab } from "../../src/core";
import { tellStory, type RowStory } from "../../src/query";
import { seeded } from "../../src/query/engine/run";
import { rowsOf } from "../../src/table";
import { still, threadWorker } from "./worlds";

const SIGNINS = [
  { TimeGenerated: "2026-03-01T10:00:00Z", User: "ana", Result: "Success", Tries: 1, Ports: [22, 80], Detail: { app: "Portal", os: null } },
  { TimeGenerated: "2026-03-01T10:05:00Z", User: "Bo", Result: "success", Tries: 5, Ports: [], Detail: { app: "CLI" } },
  { TimeGenerated: "2026-03-01T11:00:00Z", User: "ana", Result: "Failure", Tries: 3, Ports: [443], Detail: { app: "Portal" } },
  { TimeGenerated: "2026-03-01T12:00:00Z", User: "cy", Result: "Failure", Tries: null, Ports: [443, 3389], Detail: {} },
];
const PEOPLE = [{ User: "ana", Team: "red" }, { User: "bo", Team: "blue" }, { User: "ana", Team: "green" }];
const ndjson = (rows: readonly object[]): string => rows.map((r) => JSON.stringify(r)).join("\n");

async function filled(lab: Lab): Promise<Lab> {
  await lab.load({ id: "s", text: ndjson(SIGNINS), table: "Signins" });
  await lab.load({ id: "p", text: ndjson(PEOPLE), table: "People" });
  return lab;
}

async function storyOf(query: string, row: number, sample = "s", lab?: Lab): Promise<RowStory> {
  const ready = await filled(lab ?? new LocalLab(still));
  const scope = ready.scope({ lenient: false });
  const { plan, diagnostics } = ready.compile("kql", query, scope);
  if (!plan) throw new Error(diagnostics.map((d) => d.message).join("; "));
  return ready.why(plan, { sample, row: row - 1 }, { now: scope.now });
}

/** The ends of a row's way, a line each, comparisons indented below. Rows count from 1. */
async function why(query: string, row: number, sample = "s"): Promise<string> {
  const told = tellStory(await storyOf(query, row, sample), query);
  return told.map((end) => [
    end.says, ...end.more,
    ...end.compared.map((c) => `  ${c.subject}: ${c.holds} (${c.holdsType})${c.wants === undefined ? "" : `; wanted ${c.wants} (${c.wantsType})`}; ${c.verdict}`),
  ].join("\n")).join("\n");
}

/** The row's way as `label rows`. */
async function way(query: string, row: number): Promise<string> {
  const { steps } = await storyOf(query, row);
  return steps.map((s) => `${s.label} ${s.rows}${s.group === undefined ? "" : ` of ${s.group}`}`).join(", ");
}

describe("a filter", () => {
  const cases: readonly (readonly [string, string, number, string])[] = [
    ["texts that differ", 'Signins | where Result == "Success"', 3,
      'Dropped by `where`, line 1: `Result == "Success"` is not true of it.\n  Result: "Failure" (string); wanted "Success" (string); they differ'],
    ["texts that differ in case", 'Signins | where Result == "Success"', 2,
      'Dropped by `where`, line 1: `Result == "Success"` is not true of it.\n  Result: "success" (string); wanted "Success" (string); they differ in upper and lower case, which == tells apart and =~ does not'],
    ["the one term of several", 'Signins\n| where Tries > 0\n| where Tries >= 3 and User == "ana" and Result has "Succ"', 3,
      'Dropped by `where`, line 3: `Result has "Succ"` is not true of it.\n  Result: "Failure" (string); wanted "Succ" (string); there is no such term in it'],
    ["two terms of several", 'Signins | where Tries >= 4 and User == "ana" and Result == "Success"', 3,
      'Dropped by `where`, line 1: `Tries >= 4` and `Result == "Success"` are not true of it.\n  Tries: 3 (long); wanted 4 (long); it is not at or above that\n  Result: "Failure" (string); wanted "Success" (string); they differ'],
    ["a term inside of a word", 'Signins | where Result has "Succ"', 1,
      'Dropped by `where`, line 1: `Result has "Succ"` is not true of it.\n  Result: "Success" (string); wanted "Succ" (string); it stands there only inside of a longer term, which contains would find'],
    ["a null", "Signins | where Tries < 100", 4,
      "Dropped by `where`, line 1: `Tries < 100` is not true of it.\n  Tries: null (long); wanted 100 (long); it is null, and no comparison with null is true"],
    ["a list", 'Signins | where User in ("bo", "dee")', 2,
      'Dropped by `where`, line 1: `User in ("bo", "dee")` is not true of it.\n  User: "Bo" (string); wanted ("bo", "dee") (dynamic); the list has "bo": in tells upper and lower case apart, in~ does not'],
    ["what a not leaves out", 'Signins | where User !in ("ana", "cy")', 1,
      'Dropped by `where`, line 1: `User !in ("ana", "cy")` is not true of it.\n  User: "ana" (string); wanted ("ana", "cy") (dynamic); it is one of the values that the query leaves out'],
    ["alternatives, all of them", 'Signins | where User == "dee" or Tries between (7 .. 9)', 3,
      'Dropped by `where`, line 1: `User == "dee" or Tries between (7 .. 9)` is not true of it.\n  User: "ana" (string); wanted "dee" (string); they differ\n  Tries: 3 (long); wanted 7 (long); it is not at or above that'],
    ["a time", "Signins | where TimeGenerated > datetime(2026-03-01 11:30)", 3,
      "Dropped by `where`, line 1: `TimeGenerated > datetime(2026-03-01 11:30)` is not true of it.\n  TimeGenerated: 2026-03-01T11:00:00.0000000Z (datetime); wanted 2026-03-01T11:30:00.0000000Z (datetime); it is 00:30:00 earlier, not after it"],
    ["a computed value and what it reads", 'Signins | where strlen(User) > 2', 4,
      'Dropped by `where`, line 1: `strlen(User) > 2` is not true of it.\n  strlen(User): 2 (long); wanted 2 (long); it is not above that (`User` holds "cy")'],
    ["a path that is not there", 'Signins | where Detail.app == "Portal"', 4,
      'Dropped by `where`, line 1: `Detail.app == "Portal"` is not true of it.\n  Detail.app: null (dynamic); wanted "Portal" (string); it is null, and no comparison with null is true'],
    ["a test of one value", "Signins | where isnull(Tries)", 1,
      "Dropped by `where`, line 1: `isnull(Tries)` is not true of it.\n  Tries: 1 (long); it is not null"],
    ["two columns of the row", "Signins | extend Least = 2 | where Tries > Least", 1,
      "Dropped by `where`, line 1: `Tries > Least` is not true of it.\n  Tries: 1 (long); wanted Least = 2 (long); it is not above that"],
    ["a subquery", "Signins | where User in ((People | where Team == 'red' | project User))", 4,
      "Dropped by `where`, line 1: `User in ((People | where Team == 'red' | project User))` is not true of it.\n  User: \"cy\" (string); wanted (\"ana\") (dynamic); they differ"],
  ];
  it.each(cases)("tells %s", async (_, query, row, told) => {
    expect(await why(query, row)).toBe(told);
  });
});

describe("where a row ends up", () => {
  it("gives the result's row", async () => {
    const story = await storyOf("Signins | where Tries > 2 | sort by Tries asc | project User, Tries", 2);
    expect(story.ends).toMatchObject([{ kind: "result", rows: [1], count: 1 }]);
    const end = story.ends[0];
    expect(end?.kind === "result" && end.table.schema.columns.map((c) => c.name)).toEqual(["User", "Tries"]);
    expect(await way("Signins | where Tries > 2 | sort by Tries asc | project User, Tries", 2)).toBe("Signins 1, where 1, sort 1, project 1");
  });

  it("gives the group, and how many are in it", async () => {
    expect(await why("Signins | summarize n = count() by User", 3)).toBe("It is in the result: row 1, which stands for 2 rows.");
    expect(await way("Signins | summarize n = count() by User", 3)).toBe("Signins 1, summarize 1 of 2");
    expect(await why("Signins | distinct Result", 4)).toBe("It is in the result: row 3, which stands for 2 rows.");
  });

  it("follows the group to the step that drops it", async () => {
    expect(await why("Signins | summarize n = count() by User\n| where n > 2", 1)).toBe(
      "Dropped by `where`, line 2: `n > 2` is not true of it.\n  n: 2 (long); wanted 2 (long); it is not above that",
    );
  });

  it("follows what mv-expand makes of it", async () => {
    expect(await why("Signins | mv-expand Ports to typeof(long) | where Ports in (80, 22)", 1)).toBe("It is in the result: rows 1, 2.");
    expect(await why("Signins | mv-expand Ports to typeof(long) | where Ports == 3389", 1)).toContain("  Ports: 22 (long); wanted 3389 (long); they differ");
    expect(await way("Signins | mv-expand Ports | project User, Ports", 1)).toBe("Signins 1, mv-expand 2, project 2");
  });

  it("follows rows into the operators of mv-apply", async () => {
    const query = "Signins\n| mv-apply P = Ports to typeof(long) on (\n  where P > 1000)";
    expect(await why(query, 1)).toBe("Dropped by `where`, line 3: `P > 1000` is not true of it.\n  P: 22 (long); wanted 1000 (long); it is not above that");
    expect(await why(query, 4)).toBe("It is in the result: row 1.");
    expect(await why("Signins | mv-apply P = Ports on (summarize most = max(tolong(P)))", 1)).toBe("It is in the result: row 1.");
  });

  it("follows rows into the queries of partition", async () => {
    const query = "Signins\n| partition by User (\n  top 1 by Tries)";
    expect(await why(query, 3)).toBe("It is in the result: row 1.");
    expect(await why(query, 1)).toContain("Dropped by `top`, line 3: it is row 2 in line, and only the first is taken.");
  });

  it("tells every branch of a union", async () => {
    expect(await why('union (Signins | where Result == "Success"), (Signins | where Tries == 3)', 3)).toBe([
      "It is in the result: row 2.",
      'Dropped by `where`, line 1: `Result == "Success"` is not true of it.',
      '  Result: "Failure" (string); wanted "Success" (string); they differ',
    ].join("\n"));
  });

  it("follows both sides of a join of a table with itself", async () => {
    const query = 'Signins | where Result == "Success" | join kind=inner (Signins | where Result == "Failure") on User';
    expect(await why(query, 1)).toContain("It is in the result: row 1.");
    expect(await why(query, 3)).toContain("It is in the result: row 1.");
  });

  it("says when the query does not read it, and when it goes into rows of another kind", async () => {
    expect(await why("People | take 1", 1)).toBe("The query does not read `Signins`, so this row has no part in it.");
    expect(await why("Signins | project User, Result, Tries | evaluate pivot(Result, sum(Tries), User)", 1)).toBe(
      'It went into `evaluate`, line 1, which makes columns of values, and one row of all rows that are alike otherwise. It is in the one where `Result` is "Success" and `User` is "ana".');
  });

  it("follows rows into the queries of expressions", async () => {
    const list = "People | where User in ((Signins | where Tries > 2 | project User))";
    expect(await why(list, 3)).toBe("It is in the query inside of `where`, line 1: it gives one of the values that other rows are compared with there.");
    expect(await why(list, 1)).toBe("Dropped by `where`, line 1: `Tries > 2` is not true of it.\n  Tries: 1 (long); wanted 2 (long); it is not above that");
    const cell = "People | extend n = toscalar(Signins | top 2 by Tries | project Tries)";
    expect(await why(cell, 2)).toBe("It is the first row of the query inside of `extend`, line 1, whose first value is used there for every row.");
    expect(await why(cell, 3)).toContain("of which only the first row's first value is used there, and this row is not the first.");
    expect(await why(cell, 4)).toContain("Dropped by `top`, line 1: it is row");
    expect(await why("let most = toscalar(Signins | summarize max(Tries)); Signins | where Tries == most", 2)).toBe(
      "It is in the result: row 1.\nIt is the first row of the query inside of `where`, line 1, whose first value is used there for every row.");
  });

  it("follows rows through scan, and to where series and graphs are made", async () => {
    const scan = "Signins | sort by TimeGenerated asc\n| scan with (step a: Tries > 2; step b: Result == 'Failure';)";
    expect(await why(scan, 2)).toBe("It is in the result: row 1.");
    expect(await why(scan, 1)).toBe("Dropped by `scan`, line 2: when its turn came, no step took it.");
    expect(await why("Signins | make-series n = count() on TimeGenerated from datetime(2026-03-01) to datetime(2026-03-02) step 1h by User", 3)).toBe(
      'It went into `make-series`, line 1, which gathers the rows of each series into arrays. It is in the one where `User` is "ana".');
    const graph = "Signins | make-graph User --> Result with People on User | graph-match (a)-[e]->(b) project a.Team, e.Tries";
    expect(await why(graph, 1)).toContain("which makes a row of each path that it finds");
    expect(await why("print ip = '10.0.0.1' | evaluate ipv4_lookup(Signins, ip, User)", 1)).toBe(
      "It is in the further table that `evaluate`, line 1 reads: its rows say what becomes of the others, and are no rows of the result.");
  });

  it("tells which of several results it is in", async () => {
    const query = "Signins | where Tries > 2 | fork many = (where Tries > 4) few = (where Tries <= 4 | project User)";
    expect(await why(query, 2)).toContain("It is in the result `many`: row 1.");
    expect(await why(query, 3)).toContain("It is in the result `few`: row 1.");
    expect(await why(query, 3)).toContain("Dropped by `where`, line 1: `Tries > 4` is not true of it.");
    expect(await why("Signins | where Tries == 1; Signins | where Tries == 3", 1)).toMatch(/^It is in the result `[^`]+`: row 1\.\nDropped/);
  });

  it("follows rows through parse-kv", async () => {
    expect(await why("Signins | extend T = 'a=1,b=x' | parse-kv T as (a: long, b: string) with (pair_delimiter=',', kv_delimiter='=') | where a == 1", 1)).toBe("It is in the result: row 1.");
  });

  it("counts samples of one table apart", async () => {
    const lab = await filled(new LocalLab(still));
    await lab.load({ id: "t", text: ndjson([{ User: "eve", Result: "Odd" }]), table: "Signins" });
    const scope = lab.scope({ lenient: false });
    const query = 'Signins | where Result == "Odd"';
    const { plan } = lab.compile("kql", query, scope);
    if (!plan) throw new Error("no plan");
    expect((await lab.why(plan, { sample: "t", row: 0 }, { now: scope.now })).ends).toMatchObject([{ kind: "result", rows: [0] }]);
    expect((await lab.why(plan, { sample: "s", row: 0 }, { now: scope.now })).ends).toMatchObject([{ kind: "dropped" }]);
  });
});

describe("limits", () => {
  it("tell the place in line", async () => {
    expect(await why("Signins | take 2", 3)).toBe("Dropped by `take`, line 1: it is row 3 in line, and only the first 2 are taken.");
    expect(await why("Signins | take 2", 2)).toBe("It is in the result: row 2.");
  });

  it("tell what a top wanted", async () => {
    expect(await why("Signins | top 2 by TimeGenerated", 1)).toBe([
      "Dropped by `top`, line 1: it is row 4 in line, and only the first 2 are taken.",
      "  TimeGenerated: 2026-03-01T10:00:00.0000000Z (datetime); wanted 2026-03-01T11:00:00.0000000Z (datetime); the last row taken has this; largest first",
    ].join("\n"));
    expect(await why("Signins | sort by User asc | take 1", 4)).toContain('  User: "cy" (string); wanted "Bo" (string); the last row taken has this; smallest first');
  });
});

describe("joins", () => {
  const none = "none of the 3 rows of the right side has its key";
  it("tell that there is no partner, and one in other letter case", async () => {
    expect(await why("Signins | join kind=inner People on User", 4)).toBe(`Dropped by \`join\`, line 1: ${none}.\n  User: "cy" (string); the other side does not have it`);
    expect(await why("Signins | join kind=inner People on User", 2)).toBe(
      `Dropped by \`join\`, line 1: ${none}.\n  User: "Bo" (string); wanted "bo" (string); the other side has this, in other letter case: a join tells it apart`,
    );
  });

  it("tell what anti joins, and joins of one row per key, leave out", async () => {
    expect(await why("Signins | join kind=leftanti People on User", 1)).toContain("the right side has a row with its key, and this join keeps those without");
    expect(await why("Signins | join People on User", 3)).toContain("an earlier row has the same key");
    expect(await why("Signins | join People on User", 1)).toBe("It is in the result: rows 1, 2.");
  });

  it("follow rows of the right side, as rows and as partners", async () => {
    expect(await why("Signins | join kind=inner People on User", 2, "p")).toContain("Dropped by `join`, line 1: none of the 4 rows of the left side has its key.");
    expect(await why("Signins | join kind=leftsemi People on User", 1, "p")).toBe("It came to `join`, line 1, where rows of this side only decide which rows of the other side stay.");
    expect(await why("Signins | lookup People on User", 4)).toBe("It is in the result: row 6.");
  });
});

/** Whether a row is in a result can be seen from its number, where the query keeps it: the story must agree. */
it("agrees with the result on random queries", async () => {
  const seed = Number(process.env["SEED"] ?? 20260301);
  const random = seeded(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const rows = Array.from({ length: 24 }, (_, i) => ({
    Id: i, User: pick(["ana", "Bo", "bo", "cy"]), Tries: pick([null, 1, 2, 3, 9]), Result: pick(["Success", "Failure", ""]),
    Ports: Array.from({ length: Math.floor(random() * 3) }, () => pick([22, 80, 443])),
  }));
  const number = () => String(Math.floor(random() * 9));
  const operators: readonly (() => string)[] = [
    () => `where Tries > ${number()} or User == "${pick(["ana", "bo"])}"`, () => `where Result has "${pick(["Success", "Fail"])}"`,
    () => `where not(Tries == ${number()}) and Id != ${number()}`, () => "sort by Tries asc, Id desc", () => `top ${10 + Math.floor(random() * 9)} by Id`,
    () => `take ${8 + Math.floor(random() * 12)}`, () => "extend Tries = Tries + 1", () => "mv-expand Ports to typeof(long)",
    () => "mv-apply Port = Ports to typeof(long) on (where Port != 80)", () => "mv-apply Port = Ports on (top 1 by tolong(Port))",
    () => "join kind=inner (People) on User", () => "join kind=leftanti (People | where Team == 'blue') on User", () => "lookup People on User",
    () => "join People on User", () => "project Id, User, Tries, Result, Ports", () => "partition by User (top 3 by Id)", () => "union (Signins | where Id < 3)",
    () => "summarize take_any(User), Tries = max(Tries), Result = min(Result), Ports = make_list(1) by Id | project-rename User = any_User",
    () => `where Id in ((Signins | where Tries > ${number()} | project Id))`, () => "serialize | where row_number() > 2",
    () => "sort by Id asc | scan declare (seen: long = 0) with (step up: Tries > up.seen => seen = up.seen + 1;)",
    () => "extend T = strcat('k=', Tries) | parse-kv T as (k: long) with (pair_delimiter=',', kv_delimiter='=') | where k > 1 | project-away T, k",
  ];
  const lab = new LocalLab(still);
  await lab.load({ id: "s", text: ndjson(rows), table: "Signins" });
  await lab.load({ id: "p", text: ndjson(PEOPLE), table: "People" });
  const scope = lab.scope({ lenient: false });
  let told = 0;
  for (let i = 0; i < 150; i++) {
    const query = ["Signins", ...Array.from({ length: 1 + Math.floor(random() * 4) }, () => pick(operators)())].join("\n| ");
    const { plan } = lab.compile("kql", query, scope);
    // Some sequences make no sense (a column that is gone): those are for the binder to tell.
    if (!plan || !plan.schema.columns.some((c) => c.name === "Id")) continue;
    const outcome = await lab.run(plan, { now: scope.now });
    if (outcome.kind !== "done") throw new Error(`${query}\n${outcome.kind}`);
    const at = outcome.table.schema.columns.findIndex((c) => c.name === "Id");
    const ids = [...rowsOf(outcome.table)].map((row) => Number(row[at]));
    for (let row = 0; row < rows.length; row += 5) {
      const { ends } = await lab.why(plan, { sample: "s", row }, { now: scope.now });
      const found = ends.flatMap((end) => (end.kind === "result" ? end.rows : []));
      const wanted = ids.flatMap((id, n) => (id === row ? [n] : [])).slice(0, 20);
      expect({ query, row, seed, found }).toEqual({ query, row, seed, found: wanted });
      const own = ends.filter((end) => end.kind !== "asked");
      if (wanted.length === 0) expect(own.length > 0 && own.every((end) => end.kind === "dropped" && end.reason.kind !== "other"), `${query}\nrow ${row}: ${JSON.stringify(ends, (_, v: unknown) => (typeof v === "bigint" ? String(v) : v))}`).toBe(true);
      told++;
    }
  }
  expect(told).toBeGreaterThan(300);
});

it("tells the same from a worker", async () => {
  const query = 'Signins | where Result == "Success" | project User';
  for (const row of [1, 2, 3, 4]) {
    const worker = new WorkerLab(threadWorker, { ...still, later: () => () => undefined });
    const [there, here] = [await storyOf(query, row, "s", worker), await storyOf(query, row)];
    expect(tellStory(there, query)).toEqual(tellStory(here, query));
    expect(there.steps).toEqual(here.steps);
  }
});
