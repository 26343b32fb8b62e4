/** What kind of note a note is, and the facts of each kind. */
import { describe, expect, it } from "vitest";
import { readExpectation, readNote, readResult } from "../../src/vault";
import type { Note } from "../../src/vault";

const read = (path: string, text: string): Note => readNote({ path }, text);
const kind = (path: string, text: string): string => read(path, text).kind;

describe("the kind", () => {
  it.each<[string, string, string]>([
    ["Techniques/Create Cloud Instance.md", "---\ntags: [T1578_002]\n---\n", "technique"], ["x.md", "---\ntags: [techniques, t1578.002]\n---\n", "technique"],
    ["x.md", "---\nurl: https://attack.mitre.org/techniques/T1578/002\n---\n", "technique"], ["x.md", "---\nmitre_id: T1578\n---\n", "technique"], ["x.md", "---\ntype: technique\nid: T1578\n---\n", "technique"],
    ["Detection Rules/x.md", "", "rule"], ["Sec/Detection Rules/AWS/x.md", "", "rule"], ["detection rules/x.md", "", "rule"], ["x.md", "---\ntags: detection_rule\n---\n", "rule"], ["x.md", "---\nlogsrc_product: aws\n---\n", "rule"],
    ["x.md", "---\nlevel: high\nstatus: test\n---\n", "rule"], ["x.md", "```kusto\nT\n```\n", "rule"], ["x.md", "```yaml\ntitle: a\ndetection:\n  x: y\n```\n", "rule"], ["x.md", "```yaml\na: b\n```\n", "other"],
    ["Testing Runbooks/x.md", "", "runbook"], ["x.md", "---\ntags: [runbook]\n---\n", "runbook"], ["x.md", "---\nlast_run: 2026-01-01\n---\n", "runbook"], ["x.md", "", "other"], ["My Detection Rules old/x.md", "", "other"],
    ["Techniques/Index.md", "# All techniques\n", "other"], ["Detection Rules/x.md", "See #techniques here", "rule"], ["Detection Rules/x.md", "---\ntags: [techniques, T1578]\n---\n", "technique"],
    ["x.md", "---\ntags: [detection_rule/aws]\n---\n", "rule"], ["x.md", "---\nstatus: done\n---\n", "other"],
  ])("%s %j is %s", (path, text, expected) => {
    expect(kind(path, text)).toBe(expected);
  });
  it("follows the settings", () => {
    const names = { techniqueFolders: ["TTP"], ruleFolders: ["Rules/Live"], runbookFolders: ["Tests"], techniqueTags: [], ruleTags: ["det"], runbookTags: [] };
    expect(readNote({ path: "TTP/T1005.md" }, "", names).kind).toBe("technique");
    expect(readNote({ path: "Rules/Live/x.md" }, "", names).kind).toBe("rule");
    expect(readNote({ path: "Detection Rules/x.md" }, "", names).kind).toBe("other");
  });
});

const TECHNIQUE = `---
created: 2021-03-01
last_modified: 2022-04-05
version: 2.10
tactics: Persistence, Privilege Escalation
url: https://attack.mitre.org/techniques/T1098/001
platforms: [IaaS, SaaS]
tags: [T1098_001, techniques, Persistence]
---

## Account Manipulation- Additional Cloud Credentials

### Description

They may add keys, see [Valid Accounts](https://attack.mitre.org/techniques/T1078/004) and [a group](https://attack.mitre.org/groups/G0016/).(Citation: A Blog (2020))(Citation: B)

### Data Sources

  - User Account: User Account Modification
  - Logon Session

### House notes

Ours.
`;

describe("a technique note", () => {
  it("gives its facts", () => {
    const note = read("Techniques/Additional Cloud Credentials.md", TECHNIQUE);
    expect(note.diagnostics).toEqual([]);
    expect(note.technique).toMatchObject({
      id: "T1098.001", name: "Additional Cloud Credentials", tactics: ["Persistence", "Privilege Escalation"], platforms: ["IaaS", "SaaS"], version: "2.10", created: "2021-03-01", lastModified: "2022-04-05",
      url: "https://attack.mitre.org/techniques/T1098/001",
    });
    expect(note.technique?.dataSources.map((d) => [d.source, d.component])).toEqual([["User Account", "User Account Modification"], ["Logon Session", ""]]);
    expect(note.technique?.citations.map((c) => c.name)).toEqual(["A Blog (2020)", "B"]);
    expect(note.technique?.references.map((r) => [r.id, r.label])).toEqual([["T1078.004", "Valid Accounts"], ["G0016", "a group"]]);
    expect(note.technique?.sections.map((s) => s.heading)).toContain("House notes");
  });

  it.each<[string, string, string, string]>([
    ["tag", "x.md", "---\ntags: [techniques, T1578_002]\n---\n", "T1578.002"], ["nested tag", "x.md", "---\ntags: [techniques, attack/t1578_002]\n---\n", "T1578.002"], ["id", "x.md", "---\ntags: techniques\nid: t1578.002\n---\n", "T1578.002"],
    ["attack_id", "x.md", "---\nattack_id: T1578_002\n---\n", "T1578.002"], ["alias", "x.md", "---\ntags: techniques\naliases: [Create, T1578.002]\n---\n", "T1578.002"], ["file name", "Techniques/T1578.002 - Create.md", "", "T1578.002"],
    ["heading", "Techniques/Create.md", "# T1578.002 Create\n", "T1578.002"], ["the sub-technique of two tags", "x.md", "---\ntags: [techniques, T1578, T1578_002]\n---\n", "T1578.002"],
    ["the file's name among tags", "Techniques/T1578 Modify.md", "---\ntags: [T1005, T1578]\n---\n", "T1578"],
  ])("finds its id by %s", (_, path, text, id) => {
    expect(read(path, text).technique?.id).toBe(id);
  });

  it.each<[string, string, string]>([
    ["T1578.002 - Create Cloud Instance.md", "", "Create Cloud Instance"], ["T1578.md", "# Modify Cloud Compute Infrastructure\n", "Modify Cloud Compute Infrastructure"], ["Drive-by Compromise.md", "---\nid: T1189\ntags: techniques\n---\n", "Drive-by Compromise"],
    ["x.md", "---\nid: T1003.001\ntags: techniques\nname: \"OS Credential Dumping: LSASS Memory\"\n---\n", "LSASS Memory"], ["T1578.002.md", "## Description\n", "T1578.002"],
  ])("is called by %s %j", (path, text, name) => {
    expect(read(`Techniques/${path}`, text).technique?.name).toBe(name);
  });

  it("tells when its sources contradict each other, and when it has no id", () => {
    const conflict = read("x.md", "---\ntags: [techniques, T1005]\nurl: https://attack.mitre.org/techniques/T1578/002\n---\n");
    expect([conflict.technique?.id, conflict.diagnostics.map((d) => d.code)]).toEqual(["T1578.002", ["technique-id-conflict"]]);
    const none = read("x.md", "---\ntags: [techniques]\n---\n");
    expect([none.kind, none.diagnostics.map((d) => d.code)]).toEqual(["other", ["technique-without-id"]]);
  });
});

const RULE = `---
title: Keys for a cloud account
status: Test
level: High
confidence: low
logsrc_product: aws
logsrc_service: cloudtrail
author: Ana
date: 2026-01-02
tags: [detection_rule, t1098.001, Persistence]
required_tables: [AWSCloudTrail]
falsepositives:
  - Rotation, by the platform team
---

# Keys

## Query

\`\`\`kql
AWSCloudTrail | where EventName == "CreateAccessKey"
\`\`\`

## Hunting queries

\`\`\`kusto
AWSCloudTrail | take 5
\`\`\`

## Samples

expect: match

\`\`\`json table=AWSCloudTrail name="new key"
[{"EventName":"CreateAccessKey"}]
\`\`\`

\`\`\`csv
# table=AWSCloudTrail expect="2 rows"
EventName
CreateAccessKey
\`\`\`

\`\`\`logs
{"EventName":"ListUsers"}
\`\`\`
expect: none

- ![[samples/more.ndjson]] table=AWSCloudTrail expect: 3 rows
- [[notes]]

## False positives

- Another one

## Response playbook

\`\`\`bash
aws iam delete-access-key
\`\`\`
`;

describe("a rule note", () => {
  const note = read("Detection Rules/Keys.md", RULE);
  it("gives its facts", () => {
    expect(note.diagnostics).toEqual([]);
    expect(note.rule).toMatchObject({
      title: "Keys for a cloud account", status: "test", level: "high", confidence: "low", logsource: { product: "aws", service: "cloudtrail" }, techniques: ["T1098.001"], tactics: ["Persistence"],
      tables: ["AWSCloudTrail"], falsePositives: ["Rotation, by the platform team", "Another one"], author: "Ana", created: "2026-01-02", pasted: false,
    });
    expect(note.rule?.queries.map((q) => [q.language, q.hunting ?? false, RULE.slice(q.span.from, q.span.to) === q.text, q.title])).toEqual([["kql", false, true, "Query"], ["kql", true, true, "Hunting queries"]]);
    expect(note.rule?.sections.map((s) => s.heading)).toContain("Response playbook");
  });
  it("gives its samples with what they should give", () => {
    expect(note.rule?.samples.map((s) => [s.name, s.format, s.table, s.expect, s.source.kind === "file" ? s.source.path : s.source.text.split("\n")[0]])).toEqual([
      ["new key", "json", "AWSCloudTrail", { kind: "match" }, "[{\"EventName\":\"CreateAccessKey\"}]"],
      ["Sample 2", "csv", "AWSCloudTrail", { kind: "rows", count: 2 }, "EventName"],
      ["Sample 3", "logs", undefined, { kind: "none" }, "{\"EventName\":\"ListUsers\"}"],
      ["more.ndjson", "ndjson", "AWSCloudTrail", { kind: "rows", count: 3 }, "samples/more.ndjson"],
    ]);
    for (const s of note.rule?.samples ?? []) if (s.source.kind === "block") expect(RULE.slice(s.source.span.from, s.source.span.to)).toBe(s.source.text);
  });
  it("reads Sigma rules in fences, and their place in mistakes", () => {
    const sigma = read("Detection Rules/s.md", "Text\n\n```yaml\ntitle: LSASS\nstatus: experimental\nlevel: critical\nlogsource:\n  product: windows\n  category: process_access\ntags:\n  - attack.credential-access\n  - attack.t1003.001\nfalsepositives:\n  - Backup\ndetection:\n  selection:\n    a: b\n  condition: selection\n```\n");
    expect(sigma.title).toBe("LSASS");
    expect(sigma.rule).toMatchObject({ status: "experimental", level: "critical", logsource: { product: "windows", category: "process_access" }, techniques: ["T1003.001"], tactics: ["Credential Access"], falsePositives: ["Backup"] });
    const text = "- x\n  ```sigma\n  title: a: b\n  detection: c\n  ```\n";
    const broken = read("Detection Rules/b.md", text);
    expect(broken.diagnostics.map((d) => d.code)).toEqual(["yaml-unreadable"]);
    expect(text.slice(0, broken.diagnostics[0]?.span.from)).toContain("title: a");
  });
  it("tells expectations that are none", () => {
    const bad = read("Detection Rules/x.md", "## Samples\n```json expect=maybe\n[]\n```\n");
    expect([bad.rule?.samples[0]?.expect, bad.diagnostics.map((d) => d.code)]).toEqual([undefined, ["sample-expectation"]]);
  });
  it.each<[string, (string | undefined)[]]>([
    ["expect: match\n```csv\na\n```\nexpect: none\n```csv\nb\n```\n", ["match", "none"]], ["```csv\na\n```\nexpect: match\n\n```csv\nb\n```\nexpect: none\n", ["match", "none"]],
    ["```csv\na\n```\n\nexpect: match\n\n```csv\nb\n```\n\nexpect: none\n", ["match", "none"]], ["expect: match\n\n```csv\na\n```\n\nexpect: none\n\n```csv\nb\n```\n", ["match", "none"]],
    ["```csv\na\n```\n\ntext\n\nexpect: none\n```csv\nb\n```\n", [undefined, "none"]], ["**expect**: match\n```csv\na\n```\n", ["match"]], ["- expect:: none\n```csv\na\n```\n", ["none"]], ["```csv\na\n```", [undefined]],
  ])("%j expects %j", (text, expected) => {
    expect(read("Detection Rules/x.md", `## Samples\n\n${text}`).rule?.samples.map((s) => s.expect?.kind)).toEqual(expected);
  });
  it.each<[string, unknown]>([["match", { kind: "match" }], ["None", { kind: "none" }], ["no match", { kind: "none" }], ["3 rows", { kind: "rows", count: 3 }], ["1 row", { kind: "rows", count: 1 }], ["0 rows", { kind: "none" }], ["\"7\"", { kind: "rows", count: 7 }], ["many", undefined], ["-1", undefined]])("expectation %s", (text, expected) => {
    expect(readExpectation(text)).toEqual(expected);
  });
});

const RUNBOOK = `---
tags: [T1098_001, testing_runbook]
platforms: [iaas:aws]
fires: "[[Keys for a cloud account|Keys]]"
result: passed
---
# Make a key

last_run:: 2026-05-01

## Run

- [x] Ask
- [ ] Make it
  1. Log in

\`\`\`bash
aws iam create-access-key
\`\`\`

## Clean-up

\`\`\`bash
aws iam delete-access-key
\`\`\`

## Windows

\`\`\`powershell
New-Key
\`\`\`
`;

describe("a runbook note", () => {
  it("gives its facts", () => {
    const note = read("Testing Runbooks/Key.md", RUNBOOK);
    expect(note.runbook).toMatchObject({ title: "Make a key", techniques: ["T1098.001"], lastRun: "2026-05-01", result: "pass", platforms: ["iaas:aws"], fires: ["Keys for a cloud account"] });
    expect(note.runbook?.steps).toEqual([{ text: "Ask", done: true, line: 12 }, { text: "Make it", done: false, line: 13 }, { text: "Log in", done: null, line: 14 }]);
    expect(note.runbook?.commands.map((c) => [c.executor, c.platform, c.cleanup, c.text])).toEqual([
      ["bash", "iaas:aws", false, "aws iam create-access-key"], ["bash", "iaas:aws", true, "aws iam delete-access-key"], ["powershell", "windows", false, "New-Key"]]);
  });
  it("takes headings for steps where there are no tasks, and its id from its name", () => {
    const note = read("Testing Runbooks/T1005 Collect.md", "# Collect\n## Prepare\n## Run\nlast run: no field\n");
    expect([note.runbook?.steps.map((s) => s.text), note.techniques, note.runbook?.lastRun]).toEqual([["Prepare", "Run"], ["T1005"], undefined]);
  });
  it("leaves fields in code alone", () => {
    expect(read("Testing Runbooks/x.md", "```\nlast_run:: 2020-01-01\n```\n").runbook?.lastRun).toBeUndefined();
  });
  it.each<[string, string | undefined]>([["pass", "pass"], ["Detected ✅", "pass"], ["not detected", "fail"], ["failed", "fail"], ["partial", "partial"], ["hm", "unknown"], ["", undefined], ["no alert", "fail"], ["Rule fired", "pass"]])("result %s", (text, expected) => {
    expect(readResult(text)).toBe(expected);
  });
});
