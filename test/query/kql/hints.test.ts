/** What parses and binds, but is hardly what its author means: told, at its place, with the fix that is meant. */
import { describe, expect, it } from "vitest";
import { catalog } from "../../../src/schema";
import { kql } from "../../../src/query/kql";
import { diagnosticsOf, facts, fixed, scopeOf } from "./cases";
import { corpusQueries, corpusTables } from "./shared";

/** The query gets exactly these hints, as `severity code at`; the fix of the first makes `repaired` of it. */
function hints(query: string, wanted: readonly string[], repaired?: string): void {
  it(query, () => {
    expect(diagnosticsOf(query).map((d) => `${d.severity} ${d.code.replace("kql-", "")} ${d.span.from}`)).toEqual(wanted);
    if (repaired !== undefined) expect(fixed(query, `kql-${(wanted[0] ?? "").split(" ")[1] ?? ""}`)).toBe(repaired);
  });
}

describe("never and always", () => {
  hints("T | where b == 1 and b == 2", ["warning never-true 21"]);
  hints("T | where b == 1 and a == 'x' and (b == 1 or b == 2)", []);
  hints("T | where a =~ 'x' and a == 'X'", []);
  hints("T | where a =~ 'x' and a == 'y'", ["warning never-true 23"]);
  hints("T | where b > 5 and b < 3", ["warning never-true 20"]);
  hints("T | where b >= 5 and b <= 5", []);
  hints("T | where b > 5 and 5 >= b", ["warning never-true 20"]);
  hints("T | where t > ago(1d) and t < ago(2d)", ["warning never-true 26"]);
  hints("T | where t between (ago(1d) .. ago(2d))", ["warning never-true 10"]);
  hints("T | where t between (ago(2d) .. ago(1d)) and b in (1, 2)", []);
  hints("T | where false", ["warning never-true 10"]);
  hints("T | where b != 1 or b != 2", ["warning always-true 20"]);
  hints("T | where b != 1 and b != 2", []);
  hints("T | where a !~ 'x' or a !~ 'X'", []);
  hints("T | where a !~ 'x' or a !~ 'y'", ["warning always-true 22"]);
  hints("T | where a == a", ["warning always-true 10"]);
  hints("let f = (a: string) { T | where a == a }; f('x')", ["warning always-true 32"]);
  hints("let f = (p: long, q: long) { T | where b == p and b == q }; f(1, 1)", []);
  hints("T | where a contains ''", ["warning always-true 10"]);
  hints("T | where a !has ''", ["warning never-true 10"]);
  hints("T | where isnull(a)", ["warning never-true 10"], "T | where isempty(a)");
  hints("T | where isnotnull(a)", ["warning always-true 10"], "T | where isnotempty(a)");
  hints("T | where isnotnull(b) and isnull(d.x)", []);
  hints("T | where t > ago(-1d)", ["warning future 14"]);
  hints("T | where b == 'abc'", ["warning never-true 15"]);
});

describe("texts that are not found", () => {
  hints("T | where tolower(a) == 'Abc'", ["warning case-never 24"], 'T | where tolower(a) == "abc"');
  hints("T | where toupper(a) in ('ABC', 'x')", ["warning case-never 32"], "T | where toupper(a) in ('ABC', \"X\")");
  hints("T | where tolower(a) contains 'Abc' or tolower(a) =~ 'X'", []);
  hints("T | where a == '*.exe'", ["info no-wildcard 15"]);
  hints("T | where a endswith '*' or a == '*' or a == 'a*b' or a has '*.exe'", []);
  hints("T | where a has '..'", ["info no-term 16"], "T | where a contains '..'");
  hints("T | where a matches regex '(?=x)'", ["warning bad-pattern 26"]);
  hints("T | where a matches regex '('", ["warning bad-pattern 26"]);
  hints("T | where a matches regex '(?i)^x{2,3}$'", []);
});

describe("what could be said better", () => {
  hints("T | where a == 4688", ["info text-number 15"], 'T | where a == "4688"');
  hints("T | where i == '4688'", ["info text-number 15"], "T | where i == 4688");
  hints("T | where a has_any ('x')", ["info one-value 12"], "T | where a has 'x'");
  hints("T | where a !has_any ('x')", ["info one-value 12"], "T | where a !has 'x'");
  hints("let l = dynamic(['x']); T | where a has_any (l)", []);
  hints("T | where a in ('x', 'y', 'x')", ["info duplicate 26"]);
  hints("T | where a in~ ('x', 'X')", ["info duplicate 22"]);
  hints("T | join U on a", ["info join-unique 4"], "T | join kind=inner U on a");
  hints("T | lookup U on a", []);
  hints("T | summarize makeset(a)", ["info old-word 14"], "T | summarize make_set(a)");
  hints("T | summarize any(a)", ["info old-word 14"]);
  hints("T | sort by t | summarize count() by a", ["info order-lost 4"], "T | summarize count() by a");
  hints("T | sort by t | summarize make_list(a)", []);
  hints("T | sort by t | take 5 | count", []);
});

describe("a time filter that leaves out every loaded row", () => {
  const day = 864_000_000_000n;
  const now = scopeOf().now;
  const loaded = { ...facts("Loaded", "TimeGenerated: datetime, x: long"), times: () => ({ oldest: now - 10n * day, newest: now - 5n * day }) };
  const codes = (query: string) => diagnosticsOf(query, scopeOf([loaded])).map((d) => d.code);
  it("is told", () => {
    expect(codes("Loaded | where TimeGenerated > ago(1d)")).toEqual(["kql-time-excludes"]);
    expect(codes("Loaded | where TimeGenerated between (ago(30d) .. ago(20d))")).toEqual(["kql-time-excludes"]);
    expect(codes("Loaded | where TimeGenerated > ago(7d)")).toEqual([]);
    expect(codes("Loaded | extend TimeGenerated = now() | where TimeGenerated > ago(1d)")).toEqual([]);
  });
});

it.skipIf(corpusQueries.length === 0)("no hint is given to a tenth of real rules", () => {
  const tables = new Map(corpusTables().map((t) => [t.name, { ...t, knownValues: (c: string) => catalog.knownValues(t.name, c) }]));
  const scope = { ...scopeOf([...tables.values()]), table: (n: string) => tables.get(n) };
  const counts = new Map<string, number>();
  for (const { query } of corpusQueries) {
    for (const code of new Set(kql.compile(query, scope).diagnostics.filter((d) => d.severity !== "error").map((d) => d.code))) {
      counts.set(code, (counts.get(code) ?? 0) + 1);
    }
  }
  for (const [code, count] of counts) expect(count, code).toBeLessThan(corpusQueries.length / 10);
  expect(counts.get("kql-old-word")).toBeGreaterThan(20);
}, 120_000);
