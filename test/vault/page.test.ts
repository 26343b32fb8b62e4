/** Rule pages pasted without Markdown. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { isPageText, readNote, toRuleNote } from "../../src/vault";

/** The project's own page of that shape. */
const PAGE = `T1098.001

Additional Cloud Credentials

An intruder may add a key of his own to an account, to come back later.

Microsoft Sentinel / Defender
kusto
let window = 1d;
AWSCloudTrail
| where TimeGenerated > ago(window)

| where EventName == "CreateAccessKey"
critical severity low confidence

Data Sources

User Account: User Account Modification

Required Tables

AWSCloudTrail AuditLogs

False Positives

  • Rotation of keys by a pipeline
  • A new colleague — on the first day

Splunk
spl
index=aws CreateAccessKey
| stats count

Response PlaybookInvestigation Guide

Related Detections`;

/** Every line's content, without bullets and the blanks around it, is somewhere in the note. */
function lostLines(page: string, note: string): string[] {
  return page.split(/\r?\n/).map((l) => l.replace(/^\s*[•*-]\s+/, "").trim()).filter((l) => l !== "" && !note.includes(l));
}

describe("a pasted page", () => {
  it("is understood as it is", () => {
    const note = readNote({ path: "Inbox/Untitled.md" }, PAGE);
    expect(note).toMatchObject({ kind: "rule", title: "Additional Cloud Credentials", techniques: ["T1098.001"] });
    expect(note.rule).toMatchObject({ pasted: true, level: "critical", confidence: "low", tables: ["AWSCloudTrail", "AuditLogs"], dataSources: ["User Account: User Account Modification"],
      falsePositives: ["Rotation of keys by a pipeline", "A new colleague — on the first day"] });
    expect(note.rule?.queries.map((q) => [q.language, q.title, q.text.split("\n").length, PAGE.slice(q.span.from, q.span.to) === q.text])).toEqual([["kql", "Microsoft Sentinel / Defender", 5, true], ["spl", "Splunk", 2, true]]);
    expect(note.rule?.sections.map((s) => s.heading)).toEqual(["Data Sources", "Required Tables", "False Positives", "Related Detections"]);
  });

  it("becomes a clean rule note that says the same and loses nothing", () => {
    const { text, lost } = toRuleNote(PAGE);
    expect(lost).toEqual([]);
    expect(lostLines(PAGE, text)).toEqual([]);
    const note = readNote({ path: "Detection Rules/x.md" }, text);
    const page = readNote({ path: "x.md" }, PAGE);
    expect(note.diagnostics).toEqual([]);
    expect(note.rule).toMatchObject({ pasted: false, level: "critical", confidence: "low", tables: page.rule?.tables, falsePositives: page.rule?.falsePositives, dataSources: page.rule?.dataSources, techniques: ["T1098.001"] });
    expect(note.rule?.queries.map((q) => [q.language, q.text])).toEqual(page.rule?.queries.map((q) => [q.language, q.text]));
    expect(isPageText(text)).toBe(false);
  });

  it("works with CRLF and a BOM", () => {
    const page = `\ufeff${PAGE.replace(/\n/g, "\r\n")}`;
    expect(readNote({ path: "x.md" }, page).rule?.tables).toEqual(["AWSCloudTrail", "AuditLogs"]);
    expect(lostLines(page.slice(1), toRuleNote(page).text)).toEqual([]);
  });

  it.each(["", "T1578", "T1578\n\nTitle\n\nSome prose.", "# T1578\n\nkusto\nT", "---\na: b\n---\nT1578\n\nx\n\nkusto\nT", "Notes\n\nkusto\nT\nhigh severity low confidence", "T1578\n\nTitle\n\n```kusto\nT\n```"])("%j is none", (text) => {
    expect(readNote({ path: "x.md" }, text).rule?.pasted ?? false).toBe(false);
  });

  it("loses no line of any page (law)", () => {
    const random = seeded(99);
    const lines = ["", "", "T1005", "Title Here", "kusto", "spl", "sigma", "| where a == 1", "let x = 1;", "```", "````kusto", "high severity medium confidence", "Data Sources", "False Positives", "  • one", "- two", "* three", "---", "# head",
      "Response PlaybookHunting Queries", "Microsoft Sentinel / Defender", "Some prose, long enough.", "    indented", "a: b", "#tag", "[[link]]", "tab\there", "é 🎉"];
    for (let run = 0; run < 2000; run++) {
      const page = ["T1578.002", "", "A title", "", ...Array.from({ length: random(30) }, () => lines[random(lines.length)] ?? "")].join("\n");
      const { text, lost } = toRuleNote(page);
      expect([lost, lostLines(page, text)], JSON.stringify({ seed: 99, run, page, text })).toEqual([[], []]);
    }
  });

  const seed = resolve(__dirname, "../../../shared/seeds/detection-page.txt");
  it.skipIf(!existsSync(seed))("the seed's own page works as it is", () => {
    const page = readFileSync(seed, "utf8");
    const note = readNote({ path: "Inbox/page.md" }, page);
    expect(note).toMatchObject({ kind: "rule", title: "Create Cloud Instance", techniques: ["T1578.002"] });
    expect(note.rule).toMatchObject({ pasted: true, level: "high", confidence: "medium", tables: ["AzureActivity", "AWSCloudTrail"] });
    expect(note.rule?.falsePositives).toHaveLength(5);
    expect(note.rule?.queries.map((q) => [q.language, q.text.slice(0, 23), q.text.slice(-28)])).toEqual([["kql", "let AzureInstanceCreate", "| sort by TimeGenerated desc"]]);
    const { text, lost } = toRuleNote(page);
    expect([lost, lostLines(page, text)]).toEqual([[], []]);
    expect(readNote({ path: "x.md" }, text).rule).toMatchObject({ pasted: false, level: "high", tables: ["AzureActivity", "AWSCloudTrail"], queries: [{ text: note.rule?.queries[0]?.text }] });
  });

  const technique = resolve(__dirname, "../../../shared/seeds/technique-note.md");
  it.skipIf(!existsSync(technique))("the seed's technique note works as it is", () => {
    const note = readNote({ path: "Techniques/Create Cloud Instance.md" }, readFileSync(technique, "utf8"));
    expect(note.diagnostics).toEqual([]);
    expect(note.technique).toMatchObject({ id: "T1578.002", name: "Create Cloud Instance", tactics: ["Defense Evasion"], platforms: ["IaaS"], version: "1.1" });
    expect(note.blocks.map((b) => [b.language, b.section])).toEqual([["dataview", "Detection Rule"], ["dataview", "Rule Testing"]]);
    expect(note.technique?.sections.map((s) => s.heading).slice(1)).toEqual(["Description", "Detection", "Defenses Bypassed", "Data Sources", "Detection Rule", "Rule Testing"]);
    expect(note.technique?.dataSources.map((d) => d.component)).toEqual(["Instance Creation", "Instance Metadata"]);
    expect(note.technique?.references.map((r) => r.id)).toEqual(["T1578.001", "T1005", "T1074.002"]);
    expect(note.technique?.citations).toHaveLength(4);
  });
});

function seeded(seed: number): (n: number) => number {
  let state = seed >>> 0;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}
