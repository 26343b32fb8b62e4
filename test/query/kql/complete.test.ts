/** What is offered at a caret (▮), what a pointer is told, and how words are coloured. */
import { describe, expect, it } from "vitest";
import { complete, matchRank } from "../../../src/query/assist";
import { kql } from "../../../src/query/kql";
import { scopeOf } from "./cases";
import { corpusQueries } from "./shared";

/** Labels offered at the caret, best first. */
function offered(text: string): string[] {
  const at = text.indexOf("▮");
  return complete(kql, text.replace("▮", ""), at, scopeOf()).map((c) => c.label);
}

function offers(text: string, ...wanted: string[]): void {
  it(`${text} offers ${wanted.join(", ")}`, () => {
    const found = offered(text);
    for (const w of wanted) expect(found).toContain(w);
  });
}

function withholds(text: string, ...unwanted: string[]): void {
  it(`${text} does not offer ${unwanted.join(", ")}`, () => {
    const found = offered(text);
    for (const w of unwanted) expect(found).not.toContain(w);
  });
}

describe("completion", () => {
  offers("▮", "T", "Activity", "let", "print", "union");
  offers("Act▮", "Activity");
  offers("T | ▮", "where", "project-away", "summarize", "join");
  offers("T | proj▮", "project", "project-away");
  offers("T | project-a▮", "project-away");
  offers("Activity | where ▮", "Caller", "Status", "strlen", "now");
  withholds("Activity | where ▮", "count", "T", "eq.kusto", "path.key", "lt", "add", "negate", "and");
  offers("T | evaluate ▮", "bag_unpack", "pivot", "funnel_sequence");
  offers("T | evaluate ip▮", "ipv4_lookup");
  withholds("T | evaluate ▮", "python", "strlen");
  offers("Activity | where Cal▮", "Caller");
  offers("Activity | extend Who = Caller | where W▮", "Who");
  offers("Activity | project Status | where ▮", "Status");
  withholds("Activity | project Status | where ▮", "Caller");
  offers("Activity | where Caller ▮", "==", "has", "in~", "!contains");
  offers("Activity | where Caller == ▮", '"ann@example.com"', '"bob@example.com"');
  offers('Activity | where Status =~ "S▮', '"Success"', '"Start"');
  offers('Activity | where Status in ("Start", ▮', '"Success"');
  offers("Activity | summarize ▮", "count", "arg_max", "Caller");
  offers("Activity | summarize count() by ▮", "Caller", "bin");
  offers("T | join (▮", "Activity", "U");
  offers("union ▮", "T", "V");
  offers("let mine = T; ▮", "mine");
  offers("let limit_ = 5; T | where b > ▮", "limit_");
  offers("let f = (x: long) { x }; T | extend y = ▮", "f");
  offers("T | where f | extend z = 1 | sort by ▮", "z", "a");
  withholds("T // where ▮", "where", "a");

  it("replaces the word that is being written", () => {
    const text = "T | project-aw";
    const found = complete(kql, text, text.length, scopeOf()).find((c) => c.label === "project-away");
    expect(found && text.slice(0, found.span.from) + found.insert).toBe("T | project-away ");
  });
  it("ranks the same beginning before letters in order", () => {
    expect(matchRank("strcat", "strcat")).toBe(5);
    expect(matchRank("strcat_delim", "str")).toBe(4);
    expect(matchRank("SourceIpAddress", "ip")).toBe(2);
    expect(matchRank("SourceIpAddress", "sia")).toBe(1);
    expect(matchRank("strcat", "zz")).toBeUndefined();
  });
});

describe("hover", () => {
  const hover = (text: string): string => {
    const at = text.indexOf("▮");
    const found = kql.hover(text.replace("▮", ""), at, scopeOf());
    return found ? `${found.title} — ${found.doc}` : "nothing";
  };
  it("tells operators, columns, tables and functions", () => {
    expect(hover("T | ▮where f")).toContain("where Predicate");
    expect(hover("T | project-▮away a")).toContain("project-away");
    expect(hover("Activity | where ▮Status == 'x'")).toBe('Status: string · Activity — Holds "Start", "Accept", "Success", "Failure".');
    expect(hover("▮Activity | take 1")).toContain("Activity — 4 columns");
    expect(hover("T | extend n = ▮strlen(a)")).toContain("strlen(");
    expect(hover("let n▮ame = 5; T | where b > n▮ame".replace("n▮ame = 5", "name = 5"))).toContain("let name — a long");
    expect(hover("T | where a ▮== 'x'")).toContain("==");
  });
});

describe("colours", () => {
  const kinds = (text: string): string => kql.tokens(text).map((t) => `${text.slice(t.span.from, t.span.to)}/${t.kind}`).join(" ");
  it("tells words by where they stand", () => {
    expect(kinds("T | where a == 'x'")).toBe("T/table |/punctuation where/keyword a/name ==/operator 'x'/string");
    expect(kinds("let n = 1d;")).toBe("let/keyword n/variable =/operator 1d/time ;/punctuation");
    expect(kinds("T | project-away a")).toContain("project-away/keyword");
    expect(kinds("T | summarize count() by a")).toContain("count/aggregate");
    expect(kinds("T | extend b = strlen(a), c = true")).toContain("strlen/function");
    expect(kinds("T | where a has 'x' // why")).toContain("has/operator 'x'/string // why/comment");
  });
  it.skipIf(corpusQueries.length === 0)("tokens come in order and do not overlap, over the corpus", () => {
    for (const { query, id } of corpusQueries) {
      let at = 0;
      for (const t of kql.tokens(query)) {
        expect(t.span.from, id).toBeGreaterThanOrEqual(at);
        expect(t.span.to, id).toBeGreaterThan(t.span.from);
        at = t.span.to;
      }
    }
  }, 60_000);
});

describe("every prefix of a query is answered without a throw", () => {
  const text = "let x = 5;\nActivity | where Status == \"Start\" and TimeGenerated > ago(1d)\n| summarize n = count() by Caller, bin(TimeGenerated, 1h)\n| join kind=inner (U | where a has 'x') on $left.Caller == $right.a\n| mv-expand k to typeof(string)";
  it("compile, expected, hover, tokens", () => {
    for (let at = 0; at <= text.length; at++) {
      const prefix = text.slice(0, at);
      kql.compile(prefix, scopeOf());
      kql.expected(text, at, scopeOf());
      kql.expected(prefix, at, scopeOf());
      kql.hover(text, at, scopeOf());
      kql.tokens(prefix);
    }
  });
});
