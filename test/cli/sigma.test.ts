/** The commands over Sigma rules, from files to printed lines. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readArguments } from "../../src/cli/arguments.mts";
import { sigma, SIGMA_OPTIONS } from "../../src/cli/sigma.mts";
import { check } from "../../src/cli/vault.mts";

const rule = (title: string, id: string, tag = "attack.t1033") => `title: ${title}
id: ${id}
status: test
description: Detects whoami by its file's name.
references:
    - https://example.org
author: Ana
date: 2026-01-02
tags:
    - attack.discovery
    - ${tag}
logsource:
    category: process_creation
    product: windows
detection:
    selection:
        Image|endswith: '\\whoami.exe'
    condition: selection
falsepositives:
    - Unknown
level: low
`;
const ONE = "5a3b8f0e-3c53-4d0e-9c39-0a8d8a3f6b11";
const TWO = "5a3b8f0e-3c53-4d0e-9c39-0a8d8a3f6b12";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sigma-"));
  mkdirSync(join(folder, "rules"));
  writeFileSync(join(folder, "rules/proc_creation_win_whoami.yml"), rule("Whoami Execution", ONE));
  writeFileSync(join(folder, "rules/proc_creation_win_second.yml"), rule("Second Rule", TWO));
  writeFileSync(join(folder, "rules/settings.yml"), "a: 1\n");
  mkdirSync(join(folder, "vault"));
  writeFileSync(join(folder, "vault/Whoami.md"), `---\ntags: [detection_rule, T1033]\n---\n\n## Query\n\n\`\`\`sigma\n${rule("Whoami Execution", ONE, "attack.t9999")}\`\`\`\n`);
});
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

async function run(...argv: string[]) {
  const lines: string[] = [];
  const notes: string[] = [];
  const code = await sigma(readArguments(argv, SIGMA_OPTIONS), { line: (text) => lines.push(text), note: (text) => notes.push(text) });
  return { code, text: lines.join("\n"), notes: notes.join("\n") };
}

describe("purplebook sigma", () => {
  it("finds nothing in good rules, and passes over YAML that is no rule", async () => {
    expect(await run("lint", join(folder, "rules"))).toEqual({ code: 0, text: "", notes: "2 files, 0 errors, 0 warnings, 0 infos" });
  });

  it("tells rules of several files apart, by line, for people, programs and GitHub", async () => {
    const path = join(folder, "rules/proc_creation_win_third.yml");
    writeFileSync(path, rule("Third, Rule", ONE));
    const text = await run("lint", join(folder, "rules"));
    expect(text.code).toBe(1);
    expect(text.text).toContain(`${path}:2:5: error: The same id is in '${join(folder, "rules/proc_creation_win_whoami.yml")}'. [sigma-id-duplicate]`);
    expect((await run("lint", folder, "--format", "github")).text).toContain(`::error file=${path},line=2,col=5,title=sigma-id-duplicate::The same id`);
    const json = JSON.parse((await run("lint", path, "--format", "json")).text) as unknown[];
    expect(json).toEqual([]);
    rmSync(path);
  });

  it("exits by the severity that is asked for", async () => {
    const note = join(folder, "vault/Whoami.md");
    const found = await run("lint", note);
    expect(found.text).toBe(`${note}:18:7: warning: ATT&CK has no T9999. [sigma-tag-attack]`);
    expect(found.code).toBe(0);
    expect((await run("lint", note, "--fail", "warning")).code).toBe(1);
  });

  it("is part of checking a vault", async () => {
    const lines: string[] = [];
    await check(readArguments([join(folder, "vault")], { format: "one", run: "flag" }), { line: (text) => lines.push(text), note: () => undefined });
    expect(lines.filter((line) => line.includes("sigma-"))).toEqual(["Whoami.md:18:7: warning: ATT&CK has no T9999. [sigma-tag-attack]"]);
  });

  it("converts files, and says what it cannot", async () => {
    const path = join(folder, "rules/proc_creation_win_whoami.yml");
    const query = 'DeviceProcessEvents\n| where ActionType in~ ("ProcessCreated", "ProcessCreatedUsingWmiQuery")\n| where FolderPath endswith @"\\whoami.exe"';
    expect(await run("convert", path, "--to", "defender")).toEqual({ code: 0, text: query, notes: "1 of 1 rules converted" });
    expect((await run("convert", join(folder, "rules"), "--to", "duckdb")).text).toContain("-- Second Rule\nSELECT *\nFROM events\nWHERE");
    const odd = join(folder, "odd.yml");
    writeFileSync(odd, rule("Odd", ONE).replace("Image|endswith", "CurrentDirectory"));
    const refused = await run("convert", odd, "--to", "defender");
    expect([refused.code, refused.text]).toEqual([1, ""]);
    expect(refused.notes).toContain("17:27 error: KQL cannot say the field 'CurrentDirectory' in the table DeviceProcessEvents.");
    const [first] = JSON.parse((await run("convert", path, "--to", "splunk", "--format", "json")).text) as { query: string }[];
    expect(first?.query).toContain('EventCode=1 Image="*\\\\whoami.exe"');
  });

  it("says what was probably meant", async () => {
    await expect(run("lnt")).rejects.toThrow("There is no command 'sigma lnt'.");
    await expect(run("convert", folder, "--to", "sentinl")).rejects.toThrow("There is no target 'sentinl'.");
    await expect(run("lint", join(folder, "none"))).rejects.toThrow("There is no file or folder");
    await expect(run("lint", folder, "--to", "splunk")).rejects.toThrow("'sigma lint' has no option '--to'.");
  });
});
