/** Correlations as queries: KQL's are run and must find the groups, with windows that slide; the others' text is held. */
import { describe, expect, it } from "vitest";
import { LocalLab } from "../../../../src/core";
import { convert, readSigma } from "../../../../src/query/sigma";
import type { TargetId } from "../../../../src/query/sigma";
import { valueAt } from "../../../../src/table";
import { still } from "../../../core/worlds";

const base = (name: string, kind: string) => `title: ${name}\nname: ${name}\nlogsource:\n    category: test\ndetection:\n    selection:\n        Kind: ${kind}\n    condition: selection\n---\n`;
const correlation = (text: string) => `${base("one", "a")}${base("two", "b")}title: Many\ncorrelation:\n    ${text.split("\n").join("\n    ")}\n`;
const counted = (bound: string, type = "event_count", field = "") => correlation(`type: ${type}\nrules:\n    - one\ngroup-by:\n    - User\ntimespan: 5m\ncondition:\n    ${bound}${field === "" ? "" : `\n    field: ${field}`}`);
const temporal = (type: string) => correlation(`type: ${type}\nrules:\n    - one\n    - two\ngroup-by:\n    - User\ntimespan: 5m`);

function say(text: string, target: TargetId) {
  const { rules } = readSigma(text);
  const many = rules.find((rule) => rule.kind === "correlation");
  if (!many) throw new Error("no correlation");
  return convert(many, target, { rules, table: "Logs", logsource: false, field: (name) => name });
}

/** Users for whom the KQL of a correlation gives rows; events are `user kind minute value`. */
async function users(text: string, events: readonly string[]): Promise<string[]> {
  const lab = new LocalLab(still);
  const rows = events.map((line) => {
    const [user, kind, minute, value] = line.split(" ");
    return { TimeGenerated: `2026-03-01T10:${(minute ?? "").padStart(2, "0")}:00Z`, User: user, Kind: kind, Value: value ?? "0", Pad: "x" };
  });
  await lab.load({ id: "rows", text: rows.map((row) => JSON.stringify(row)).join("\n"), table: "Logs" });
  const { text: query, diagnostics } = say(text, "sentinel");
  if (query === undefined) throw new Error(diagnostics.map((d) => d.message).join(" "));
  const scope = lab.scope({ lenient: false });
  const compiled = lab.compile("kql", query, scope);
  if (!compiled.plan) throw new Error(compiled.diagnostics.map((d) => d.message).join(" "));
  const outcome = await lab.run(compiled.plan, { now: scope.now });
  if (outcome.kind !== "done") throw new Error(outcome.kind);
  const at = outcome.table.schema.columns.findIndex((column) => column.name === "User");
  return [...new Set(outcome.table.batches.flatMap((b) => Array.from({ length: b.length }, (_, i) => String(b.columns[at] && valueAt(b.columns[at], i)))))].sort();
}

describe("correlations in KQL", () => {
  it("count events in windows that slide over any border", async () => {
    const events = ["ana a 3", "ana a 4", "ana a 6", "bo a 0", "bo a 6", "bo a 12", "cy a 1", "cy a 2", "cy b 3"];
    expect(await users(counted("gte: 3"), events)).toEqual(["ana"]);
    expect(await users(counted("gt: 1"), events)).toEqual(["ana", "cy"]);
  });

  it("count values, and events up to a number", async () => {
    const events = ["ana a 1 x", "ana a 2 y", "ana a 3 x", "bo a 1 x", "bo a 2 x", "bo a 9 y"];
    expect(await users(counted("gte: 2", "value_count", "Value"), events)).toEqual(["ana"]);
    expect(await users(counted("gte: 2\n    lte: 2"), events)).toEqual(["ana", "bo"]);
  });

  it("want all rules in one window, in their order where it is asked for", async () => {
    const events = ["ana a 1", "ana b 5", "bo b 1", "bo a 2", "cy a 1", "cy b 9", "di a 1"];
    expect(await users(temporal("temporal"), events)).toEqual(["ana", "bo"]);
    expect(await users(temporal("temporal_ordered"), events)).toEqual(["ana"]);
  });

  it("sum numbers", async () => {
    expect(await users(counted("gt: 10", "value_sum", "Value"), ["ana a 1 6", "ana a 2 5", "bo a 1 6", "bo a 9 6"])).toEqual(["ana"]);
  });
});

describe("correlations elsewhere", () => {
  it("slide in Splunk, are fixed in ES|QL and told so, are sequences in EQL", () => {
    expect(say(counted("gte: 10"), "splunk").text).toBe('index=Logs Kind="a"\n| eval Rule="one", User=User\n| sort 0 _time\n'
      + "| streamstats time_window=300s count as Number by User\n| where Number >= 10");
    const esql = say(counted("gte: 10"), "esql");
    expect(esql.text).toBe('FROM Logs\n| WHERE TO_LOWER(Kind) == "a"\n| STATS Number = COUNT(*) BY Window = DATE_TRUNC(300 seconds, @timestamp), User\n| WHERE Number >= 10');
    expect(esql.diagnostics.map((d) => d.severity)).toEqual(["warning"]);
    expect(say(counted("gte: 10"), "eql").text).toBe('sequence with maxspan=300s\n  [any where Kind : "a"] by User with runs=10');
    expect(say(temporal("temporal_ordered"), "eql").text).toBe('sequence with maxspan=300s\n  [any where Kind : "a"] by User\n  [any where Kind : "b"] by User');
    expect(say(temporal("temporal"), "splunk").text).toContain('| multisearch\n    [ search index=Logs Kind="a" | eval Rule="one", User=User ]');
  });

  it("are refused where there are no words for them", () => {
    for (const [text, target] of [[temporal("temporal_ordered"), "splunk"], [counted("lt: 3"), "eql"], [counted("gte: 3"), "duckdb"], [counted("gte: 3"), "lucene"]] as const) {
      const { text: query, diagnostics } = say(text, target);
      expect(query).toBeUndefined();
      expect(diagnostics.map((d) => d.code)).toEqual(["sigma-convert-cannot"]);
    }
  });
});
