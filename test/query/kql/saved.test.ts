/** What a workspace adds to the language: saved functions, watchlists, values of query parameters. */
import { describe, expect, it } from "vitest";
import { kql } from "../../../src/query/kql";
import type { Scope } from "../../../src/query";
import { gives, results, scopeWith } from "./rows";

const TABLES = {
  Dns: `Query:string, Client:string, Bytes:long
        a.example, 10.0.0.1, 5
        b.example, 10.0.0.2, 7`,
  "watchlists/vip": `User:string, Level:long
        ann, 1
        bob, 2`,
};

function saved(functions: Readonly<Record<string, string>>): Partial<Scope> {
  return {
    function: (name) => (functions[name] === undefined ? undefined : { name, text: functions[name] }),
    functions: () => Object.keys(functions),
    watchlists: () => ["VIP"],
    watchlist: (alias) => (alias === "VIP" ? { alias, table: "watchlists/vip", searchKey: "User" } : undefined),
  };
}

describe("saved functions", () => {
  const more = saved({
    imDns: "(least: long = 0) { Dns | where Bytes > least | project Client, Bytes }",
    Plain: "Dns | project Query",
    Twice: "(x: long) { x * 2 }",
    Outer: "let inner = (q: string) { imDns(6) | extend q };\n inner('x')",
    Spread: "(a: dynamic) { let more = array_concat(a, dynamic([9])); series_stats(more) }",
    Sorted: "(a: dynamic) { array_sort_desc(a, a) }",
    Ring: "(n: long) { Gnir(n) }",
    Gnir: "(n: long) { Ring(n) | take 1 }",
    Broken: "(x: long) { Dns | where }",
    Wrong: "Dns | where Byts > 1",
    Takes: "(T: (Bytes: long)) { T | summarize Total = sum(Bytes) }",
  });
  gives("imDns", "Client:string, Bytes:long\n10.0.0.1, 5\n10.0.0.2, 7", TABLES, more);
  gives("imDns(5) | project Bytes", "Bytes:long\n7", TABLES, more);
  gives("imDns(least = 6)", "Client:string, Bytes:long\n10.0.0.2, 7", TABLES, more);
  gives("Plain | count", "Count:long\n2", TABLES, more);
  gives("print n = Twice(21)", "n:long\n42", TABLES, more);
  gives("print Spread(dynamic([1, 2])) | project series_stats_more_max, series_stats_more_avg", "series_stats_more_max:real, series_stats_more_avg:real\n9.0, 4.0", TABLES, more);
  gives("print (least, at) = Spread(dynamic([3, 2])) | project least, at", "least:real, at:long\n2.0, 1", TABLES, more);
  gives("Dns | summarize (up) = Sorted(make_list(Bytes)), n = count()", "up:dynamic, a_sorted:dynamic, n:long\n[7,5], [7,5], 2", TABLES, more);
  gives("print x = Sorted(dynamic([1, 2]))[1]", "x:dynamic\n[2,1]", TABLES, more);
  gives("Outer", "Client:string, Bytes:long, q:string\n10.0.0.2, 7, x", TABLES, more);
  gives("union (imDns(6)), (imDns(6)) | count", "Count:long\n2", TABLES, more);
  gives("let n = toscalar(imDns | count); print n", "print_0:long\n2", TABLES, more);
  gives("Dns | invoke Takes()", "Total:long\n12", TABLES, more);
  gives("workspace('w').imDns(6) | count", "Count:long\n1", TABLES, more);
  gives("let imDns = print mine = 1; imDns", "mine:long\n1", TABLES, more);

  it("a ring of functions is told, and ends", async () => {
    expect(await results("Ring(1)", TABLES, more)).toContain("kql-recursive-function: In 'Ring', 'Gnir': 'Ring' calls itself");
  });
  it("what is wrong inside is told at the call, with the function's name", () => {
    const { diagnostics } = kql.compile("print 1;\nWrong | take 1", scopeWith(TABLES, more));
    const found = diagnostics.find((d) => d.severity === "error");
    expect(found?.message).toContain("In 'Wrong': Column 'Byts' is not known in Dns. Did you mean 'Bytes'?");
    expect(found?.span).toEqual({ from: 9, to: 14 });
    expect(found?.fix).toBeUndefined();
  });
  it("one that cannot be read is told", async () => {
    expect(await results("Broken(1)", TABLES, more)).toContain("kql-saved-function: The function 'Broken' cannot be read: Expected an expression");
  });
  it("the trace shows a function as one step", () => {
    const { plan, outline } = kql.compile("imDns(5)", scopeWith(TABLES, more));
    const labels: string[] = [];
    for (let p = plan; p; p = "input" in p ? p.input : undefined) labels.push(p.label);
    expect(labels).toEqual(["imDns", "", "Dns"]);
    expect(outline.map((o) => o.label)).toEqual(["query"]);
  });
  it("an ASIM parser that nobody has defined is told plainly", async () => {
    for (const call of ["_Im_Authentication", "imFileEvent()", "_ASim_Dns(starttime=ago(1d))", "vimProcessCreate | count"]) {
      const told = await results(call, TABLES, more);
      expect(told).toContain("kql-unknown-function");
      expect(told).toContain("define it in a note");
    }
  });
  it("a misspelt one is offered the real one", async () => {
    expect(await results("ImDns()", TABLES, more)).toContain("'imDns'");
  });
});

describe("watchlists", () => {
  const more = saved({});
  gives("_GetWatchlist('VIP')", "SearchKey:string, User:string, Level:long\nann, ann, 1\nbob, bob, 2", TABLES, more);
  gives("_GetWatchlist('VIP') | where SearchKey == 'bob' | project Level", "Level:long\n2", TABLES, more);
  gives("let vip = _GetWatchlist('VIP') | project User; print x = 'ann' in (vip)", "x:bool\ntrue", TABLES, more);
  gives("_GetWatchlist('VIP', dynamic(['ann'])) | project Level", "Level:long\n1", TABLES, more);
  gives("_GetWatchlistAlias", "WatchlistAlias:string\nVIP", TABLES, more);
  it("an unknown one is told with the nearest", async () => {
    expect(await results("_GetWatchlist('VIPs')", TABLES, more))
      .toBe("kql-unknown-watchlist: There is no watchlist 'VIPs' here. Did you mean 'VIP'?");
  });
});

describe("query parameters", () => {
  const values: Readonly<Record<string, string>> = { n: "7", who: "ann", quoted: "'x'", when: "datetime(2026-01-01)", bad: "many" };
  const more: Partial<Scope> = { parameter: (name) => values[name] };
  gives("declare query_parameters(n: long = 1); print n", "print_0:long\n7", {}, more);
  gives("declare query_parameters(who: string, quoted: string); print who, quoted", "print_0:string, print_1:string\nann, x", {}, more);
  gives("declare query_parameters(other: long = 3); print other", "print_0:long\n3", {}, more);
  gives("declare query_parameters(when: datetime); print getyear(when)", "print_0:int\n2026", {}, more);
  it("a value of another type is told", async () => {
    expect(await results("declare query_parameters(bad: long = 1); print bad", {}, more))
      .toBe("kql-parameter-value: The query parameter 'bad' takes a long, and was given 'many'.");
  });
});

describe("completion", () => {
  it("offers saved functions and watchlists where a table may stand", () => {
    const scope = scopeWith(TABLES, saved({ imDns: "Dns" }));
    const labels = kql.expected("", 0, scope).map((e) => e.label);
    expect(labels).toContain("imDns");
    expect(labels).toContain('_GetWatchlist("VIP")');
  });
});
