/** Every check speaks where it should, is silent in a good rule, and its fix makes it silent. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { applyEdits } from "../../../../src/base";
import { readSigma } from "../../../../src/query/sigma";
import { CHECKS, lintSigma } from "../../../../src/query/sigma/lint";
import type { LintOptions } from "../../../../src/query/sigma/lint";

const GOOD = `title: Whoami Run by an Office Program
id: 5a3b8f0e-3c53-4d0e-9c39-0a8d8a3f6b11
status: test
description: Detects whoami that is started by a program of Office.
references:
    - https://example.org/whoami
author: Ana
date: 2026-01-02
modified: 2026-02-03
tags:
    - attack.discovery
    - attack.t1033
logsource:
    category: process_creation
    product: windows
detection:
    selection:
        Image|endswith: '\\whoami.exe'
        ParentImage|endswith:
            - '\\winword.exe'
            - '\\excel.exe'
    filter_main_admin:
        CommandLine|contains: 'inventory'
    condition: selection and not filter_main_admin
falsepositives:
    - Unlikely
level: high
`;

const OPTIONS: LintOptions = {
  path: "rules/proc_creation_win_whoami_office.yml",
  knownTags: (name) => (name === "t1033" || name === "t1059" || name === "t1059.001" ? { kind: "known" } : name === "t1086" ? { kind: "retired", successor: "t1059.001" }
    : { kind: "unknown", ...(name === "t1059.999" ? { near: "t1059" } : {}) }),
  others: {
    byId: (id) => (id === "11111111-1111-4111-8111-111111111111" ? ["other.yml"] : []),
    byTitle: (title) => (title === "Another Rule" ? ["other.yml"] : []),
    byName: (name) => (name === "another" ? ["other.yml"] : []),
    references: ["another"],
  },
};

const lint = (text: string, options: LintOptions = OPTIONS) => lintSigma(readSigma(text), options);
const codes = (text: string, options?: LintOptions) => [...new Set(lint(text, options).map((d) => d.code.replace("sigma-", "")))];
/** The good rule with one piece replaced. */
const but = (from: string, to: string) => {
  expect(GOOD).toContain(from);
  return GOOD.replace(from, () => to);
};
const selection = (text: string, condition = "selection") => but(GOOD.slice(GOOD.indexOf("    selection:"), GOOD.indexOf("falsepositives")),
  `    selection:\n        ${text}\n    condition: ${condition}\n`);
const correlation = (text: string) => `title: Many Logons\nid: 5a3b8f0e-3c53-4d0e-9c39-0a8d8a3f6b12\ncorrelation:\n    ${text.split("\n").join("\n    ")}\n`;

/** What is written, the check that must speak (and no other but those behind it), and what its fix writes. */
const CASES: readonly (readonly [code: string, text: string, fixed?: string | undefined, also?: readonly string[]])[] = [
  ["title-long", but("Whoami Run by", `Whoami ${"A".repeat(120)} Run by`)],
  ["title-empty", but("Whoami Run by an Office Program", "''")],
  ["title-start", but("Whoami Run", "Detects Whoami Run"), "title: Whoami Run by"],
  ["title-end", but("Office Program", "Office Program."), "Office Program\n"],
  ["title-case", but("Office Program", "office Program"), "Office Program\n"],
  ["title-duplicate", but("Whoami Run by an Office Program", "Another Rule")],
  ["id-missing", but("id: 5a3b8f0e-3c53-4d0e-9c39-0a8d8a3f6b11\n", "")],
  ["id-format", but("5a3b8f0e-3c53", "5a3b8f0e3c53")],
  ["id-version", but("3c53-4d0e", "3c53-1d0e")],
  ["id-duplicate", but("5a3b8f0e-3c53-4d0e-9c39-0a8d8a3f6b11", "11111111-1111-4111-8111-111111111111")],
  ["name-duplicate", but("status: test", "name: another\nstatus: test")],
  ["text-long", but("status: test", `name: ${"a".repeat(300)}\nstatus: test`)],
  ["status", but("status: test", "status: tset"), "status: test\n"],
  ["level", but("level: high", "level: hihg"), "level: high\n"],
  ["missing", but("author: Ana\n", "")],
  ["date-format", but("date: 2026-01-02", "date: 2026/1/2"), "date: 2026-01-02"],
  ["date-format", but("date: 2026-01-02", "date: 2026-02-30")],
  ["date-order", but("modified: 2026-02-03", "modified: 2025-12-31")],
  ["date-same", but("modified: 2026-02-03", "modified: 2026-01-02"), "date: 2026-01-02\ntags"],
  ["date-missing", but("date: 2026-01-02\n", ""), undefined, ["missing"]],
  ["description-short", but("Detects whoami that is started by a program of Office.", "whoami")],
  ["description-link", but("of Office.", "of Office, see https://example.org.")],
  ["reference-duplicate", but("whoami\nauthor", "whoami\n    - https://example.org/whoami\nauthor"), "references:\n    - https://example.org/whoami\nauthor"],
  ["reference-attack", but("https://example.org/whoami", "https://attack.mitre.org/techniques/T1033/")],
  ["reference-branch", but("https://example.org/whoami", "https://github.com/a/b/blob/main/c.md")],
  ["falsepositive-short", but("- Unlikely", "- X")],
  ["falsepositive-case", but("- Unlikely", "- rarely an administrator"), "- Rarely an administrator"],
  ["falsepositive-word", but("- Unlikely", "- Pentest"), "- Unlikely"],
  ["falsepositive-word", but("- Unlikely", "- Unkown"), "- Unknown"],
  ["related-entry", but("status: test", "related:\n    - id: 5a3b8f0e-3c53-4d0e-9c39-0a8d8a3f6b13\nstatus: test")],
  ["related-id", but("status: test", "related:\n    - id: 5a3b8f0e-3c53-4d0e-9c39-0a8d8a3f6b11\n      type: similar\nstatus: test")],
  ["related-type", but("status: test", "related:\n    - id: 5a3b8f0e-3c53-4d0e-9c39-0a8d8a3f6b13\n      type: obsoletes\nstatus: test"), "type: obsolete\n"],
  ["deprecated-alone", but("status: test", "status: deprecated")],
  ["duplicate-entry", but("- Unlikely", "- Unlikely\n    - Unlikely"), "falsepositives:\n    - Unlikely\nlevel"],
  ["key-case", but("author: Ana", "Author: Ana"), "\nauthor: Ana", ["missing"]],
  ["key-near", but("author: Ana", "autor: Ana"), "\nauthor: Ana", ["missing"]],
  ["key-unknown", but("author: Ana", "author: Ana\nx_ticket: 7")],
  ["tag-format", but("attack.t1033", "attack.T1033"), "- attack.t1033"],
  ["tag-format", but("attack.t1033", "t1033"), "- attack.t1033"],
  ["tag-namespace", but("attack.t1033", "atack.t1033"), "- attack.t1033"],
  ["tag-duplicate", but("attack.t1033", "attack.t1033\n    - attack.t1033"), "attack.t1033\nlogsource"],
  ["tag-attack", but("attack.t1033", "attack.t1059.999"), "- attack.t1059\n"],
  ["tag-attack", but("attack.discovery", "attack.dicovery"), "- attack.discovery"],
  ["tag-retired", but("attack.t1033", "attack.t1086"), "- attack.t1059.001"],
  ["tag-form", but("attack.t1033", "cve.2021.44228"), "- cve.2021-44228"],
  ["tag-form", but("attack.t1033", "tlp.ambre"), "- tlp.amber\n"],
  ["tag-several", but("attack.t1033", "tlp.red\n    - tlp.amber")],
  ["logsource-case", but("product: windows", "product: Windows"), "product: windows"],
  ["logsource-key", but("product: windows", "product: windows\n    servcie: security"), "\n    service: security"],
  ["logsource-unknown", but("category: process_creation", "category: proces_creation"), "category: process_creation"],
  ["logsource-unknown", but("category: process_creation\n    product: windows", "product: coffee_machine")],
  ["sysmon-eventid", but("category: process_creation", "service: sysmon"), undefined, ["file-prefix"]],
  ["eventid-category", selection("EventID: 11")],
  ["eventid-redundant", selection("EventID:\n            - 1\n            - 4688")],
  ["field-case", selection("image|endswith: '\\whoami.exe'"), "        Image|endswith"],
  ["field-unknown", selection("Imag|endswith: '\\whoami.exe'"), "        Image|endswith"],
  ["field-blank", selection("Threat Name|contains: 'x'"), "ThreatName|contains", ["field-unknown"]],
  ["user-localized", selection("User: 'NT AUTHORITY\\SYSTEM'")],
  ["hash-form", selection("Hashes|contains: 'MD5=12AB'")],
  ["hash-form", selection("Hashes|contains: 'd41d8cd98f00b204e9800998ecf8427e'")],
  ["modifier-repeated", selection("Image|endswith|endswith: '\\whoami.exe'"), "Image|endswith: "],
  ["modifier-conflict", selection("Image|endswith|startswith: 'x'")],
  ["modifier-redundant", selection("CommandLine|contains|windash: 'abc'"), "CommandLine|contains: "],
  ["all-equals", selection("Image|all:\n            - a.exe\n            - b.exe"), undefined, ["condition-never"]],
  ["base64offset-alone", selection("CommandLine|base64offset: 'whoami'"), "base64offset|contains: "],
  ["windash-chance", selection("CommandLine|contains: ' -enc '"), "contains|windash: ' -enc '"],
  ["wildcard-modifier", selection("Image: '*\\whoami.exe'"), "Image|endswith: '\\whoami.exe'"],
  ["wildcard-modifier", selection("CommandLine: '*whoami*'"), "CommandLine|contains: 'whoami'"],
  ["wildcard-double", selection("CommandLine: 'a**b'"), "'a*b'"],
  ["wildcard-only", selection("CommandLine: '*'"), "CommandLine|exists: true"],
  ["wildcard-edge", selection("CommandLine|contains: '*whoami*'"), "contains: 'whoami'"],
  ["wildcard-path", selection("Image: 'C:\\Users\\Public\\*'"), "'C:\\Users\\Public\\\\*'"],
  ["wildcard-escaped", selection("CommandLine|contains: 'a\\*b'")],
  ["empty-part", selection("CommandLine|contains: ''")],
  ["number-text", but("category: process_creation", "service: security").replace("Image|endswith: '\\whoami.exe'", "EventID: '4688'"), "EventID: 4688\n", ["file-prefix"]],
  ["control-character", selection("Image: \"C:\\temp.exe\"")],
  ["regex-plain", selection("CommandLine|re: 'whoami'"), "CommandLine|contains|cased: 'whoami'"],
  ["regex-edge", selection("CommandLine|re: '.*who[a-z]mi.*'"), "'who[a-z]mi'"],
  ["value-duplicate", selection("CommandLine|contains:\n            - abc\n            - xyz\n            - ABC"), "- xyz\n    condition"],
  ["value-covered", selection("CommandLine|contains:\n            - abc\n            - xabcx"), "- abc\n    condition"],
  ["list-single", selection("CommandLine|contains:\n            - abc"), "CommandLine|contains: abc\n"],
  ["selection-unused", but("selection and not filter_main_admin", "selection")],
  ["selection-duplicate", but("CommandLine|contains: 'inventory'", "CommandLine|contains: 'inventory'\n    filter_main_other:\n        CommandLine|contains: 'inventory'")
    .replace("not filter_main_admin", "not 1 of filter_main_*")],
  ["condition-never", but("selection and not filter_main_admin", "selection and not selection and not filter_main_admin")],
  ["condition-never", selection("EventID: 1\n    selection2:\n        EventID: 4688", "selection and selection2")],
  ["condition-always", but("selection and not filter_main_admin", "selection or not selection or filter_main_admin"), undefined, ["filter-positive"]],
  ["of-single", but("not filter_main_admin", "not 1 of filter_main_*"), "and not filter_main_admin\n"],
  ["of-plain", but("not filter_main_admin", "not 1 of filter_main_admin"), "and not filter_main_admin\n"],
  ["of-them", selection("Image: a.exe\n    other:\n        CommandLine: b", "all of them")],
  ["of-filter", but("selection and not filter_main_admin", "all of them")],
  ["filter-positive", but("and not filter", "and filter")],
  ["correlation-alone", correlation("type: temporal\nrules:\n    - another\ngroup-by:\n    - User\ntimespan: 5m")],
  ["correlation-group", correlation("type: event_count\nrules:\n    - another\ntimespan: 5m\ncondition:\n    gte: 10")],
  ["correlation-bound", correlation("type: event_count\nrules:\n    - another\ngroup-by:\n    - User\ntimespan: 5m\ncondition:\n    lt: 1")],
  ["correlation-bound", correlation("type: event_count\nrules:\n    - another\ngroup-by:\n    - User\ntimespan: 5m\ncondition:\n    gt: 5\n    lt: 3")],
  ["correlation-field", correlation("type: event_count\nrules:\n    - another\ngroup-by:\n    - User\ntimespan: 5m\ncondition:\n    gte: 10\n    field: Image")],
  ["rule-unknown", correlation("type: event_count\nrules:\n    - anothr\ngroup-by:\n    - User\ntimespan: 5m\ncondition:\n    gte: 10"), "- another\n"],
  ["filter-head", "title: No Admins\nid: 5a3b8f0e-3c53-4d0e-9c39-0a8d8a3f6b12\nlevel: high\nlogsource:\n    category: process_creation\n    product: windows\n"
    + "filter:\n    rules: any\n    selection:\n        User: adm\n    condition: not selection\n", "b12\nlogsource"],
];

describe("checks of Sigma rules", () => {
  it("has nothing to say about a good rule", () => {
    expect(lint(GOOD)).toEqual([]);
  });

  it.each(CASES.map(([code, text, fixed, also]) => ({ code, text, fixed, also: also ?? [] })))("$code", ({ code, text, fixed, also }) => {
    const found = lint(text);
    expect([...new Set(found.map((d) => d.code))].sort()).toEqual([code, ...also].map((each) => `sigma-${each}`).sort());
    const mine = found.filter((d) => d.code === `sigma-${code}`);
    for (const { span } of found) expect(span.from >= 0 && span.to <= text.length && span.from <= span.to).toBe(true);
    const check = CHECKS.find((each) => each.code === `sigma-${code}`);
    expect(mine[0]?.severity).toBe(check?.severity);
    if (fixed === undefined) return;
    const after = applyEdits(text, mine[0]?.fix?.edits ?? []);
    expect(after).toContain(fixed);
    expect(codes(after)).not.toContain(code);
  });

  it("holds names of files to their convention", () => {
    const named = (path: string) => codes(GOOD, { ...OPTIONS, path });
    expect(named("x/Whoami.yml")).toEqual(["file-name", "file-prefix"]);
    expect(named("x/win_whoami_by_office.yml")).toEqual(["file-prefix"]);
    expect(named("Rules/Whoami by Office.md")).toEqual([]);
  });

  it("has a case for every check, and offers fixes where its table says so", () => {
    const tested = new Set([...CASES.map(([code]) => `sigma-${code}`), "sigma-file-name", "sigma-file-prefix"]);
    expect(CHECKS.map((each) => each.code).filter((code) => !tested.has(code))).toEqual([]);
    const fixing = new Set(CASES.flatMap(([code, , fixed]) => (fixed === undefined ? [] : [`sigma-${code}`])));
    expect(CHECKS.filter((each) => (each.fix === true) !== fixing.has(each.code)).map((each) => each.code)).toEqual([]);
  });

  it("is told in docs/sigma-lint.md, which UPDATE=1 writes anew", () => {
    const path = fileURLToPath(new URL("../../../../docs/sigma-lint.md", import.meta.url));
    if (process.env["UPDATE"] === "1") writeFileSync(path, page());
    expect(readFileSync(path, "utf8")).toBe(page());
  });
});

function page(): string {
  const rows = CHECKS.map((each) => `| \`${each.code}\` | ${each.severity} | ${each.from} | ${each.says.replace(/\|/g, "\\|")} | ${each.fix === true ? "yes" : ""} |`);
  const count = (severity: string) => CHECKS.filter((each) => each.severity === severity).length;
  return `# Checks of Sigma rules

Purplebook checks Sigma rules while you type, in \`purplebook check\` over a vault, and in \`purplebook sigma lint\` over files and folders. What
keeps a rule from being read at all (an unknown modifier, a condition that names nothing) is told by the reader itself and is not in this
table. An error is against the specification, a warning probably makes the rule find something else than was meant, an info is a
convention. Many findings come with a fix.

${CHECKS.length} checks: ${count("error")} errors, ${count("warning")} warnings, ${count("info")} infos.

| code | | asked for by | what must be so | fix |
| --- | --- | --- | --- | --- |
${rows.join("\n")}
`;
}
