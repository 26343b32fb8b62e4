/** What a rule note names as its sample: nothing outside of the vault is ever read, and it is told. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readArguments } from "../../src/cli/arguments.mts";
import { openFolder } from "../../src/cli/files.mts";
import { openVault } from "../../src/cli/notes.mts";
import { check } from "../../src/cli/vault.mts";
import { judgeRules } from "../../src/cli/verdicts.mts";
import { LocalLab, runRule, type SampleRun } from "../../src/core";
import { still } from "../core/worlds";

const SECRET = '{"Word":"secret"}\n';

const rule = (samples: string): string => `---
title: Climber
status: stable
tags: [detection_rule, T1578_002]
---

## Query

\`\`\`kusto
Words | where Word == "secret"
\`\`\`

## Samples

${samples}
`;
const link = (target: string): string => `[sample](<${target}>) table=Words expect=none`;

let base = "";
let vault = "";
beforeAll(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "paths-")));
  vault = join(base, "vault");
  mkdirSync(join(vault, "Detection Rules"), { recursive: true });
  mkdirSync(join(vault, "logs"));
  writeFileSync(join(base, "secret.json"), SECRET);
  // A folder whose name begins as the vault's does is another folder.
  mkdirSync(join(base, "vault-two"));
  writeFileSync(join(base, "vault-two", "secret.json"), SECRET);
  writeFileSync(join(vault, "logs", "inside.json"), SECRET);
  symlinkSync(join(base, "secret.json"), join(vault, "link.json"));
  symlinkSync(base, join(vault, "way"));
  symlinkSync("/dev/zero", join(vault, "endless.json"));
  symlinkSync(join(base, "not-there"), join(vault, "dangling.json"));
  mkdirSync(join(vault, "folder.json"));
});
afterAll(() => { rmSync(base, { recursive: true, force: true }); });

/** Ways out of the vault; `BASE` stands for the folder above it. */
const WAYS_OUT = [
  "../secret.json", "../../secret.json", "logs/../../secret.json", "./../secret.json", "%2e%2e/secret.json", "%2e%2e%2fsecret.json",
  "..%2fsecret.json", "..%5csecret.json", "%252e%252e/secret.json", "..\\secret.json", "logs\\..\\..\\secret.json",
  "BASE/secret.json", "//BASE/secret.json", "C:\\secret.json", "C:/secret.json", "c:secret.json", "\\\\host\\share\\secret.json",
  "//host/share/secret.json", "~/secret.json", "....//secret.json", "../vault-two/secret.json", "logs/\0/../../../secret.json",
  "../secret.json\0.json", "secret.json\0", "%00../secret.json", "link.json", "way/secret.json", "way/vault-two/secret.json",
  "endless.json", "dangling.json", "folder.json", "/etc/passwd", "/etc/passwd#.json", "．．/secret.json", "..／secret.json",
] as const;
const ADDRESSES = [
  "file:///etc/passwd", "file://BASE/secret.json", "FILE:BASE/secret.json", "obsidian://open?vault=x&file=secret.json",
  "https://example.com/secret.json", "data:application/json,{}x.json", "javascript:secret.json",
] as const;
const placed = (target: string): string => target.replace("BASE", base);

const told = (run: SampleRun): boolean => run.verdict.got === null && !run.verdict.passed
  && run.diagnostics.some((d) => d.code === "sample-unread" && d.severity === "error" && d.message.length > 20);

describe("a rule's sample", () => {
  it("inside of the vault is read, by every way of writing it", async () => {
    for (const target of ["logs/inside.json", "inside.json", "../logs/inside.json", "/logs/inside.json", "%69nside.json", "..\\logs\\inside.json"]) {
      writeFileSync(join(vault, "Detection Rules", "rule.md"), rule(link(target)));
      const found = (await judgeRules(await openVault(vault))).find((f) => f.problem === undefined);
      expect([target, found?.verdict.got]).toEqual([target, 1]);
    }
  });

  it.each([...WAYS_OUT, ...ADDRESSES])("named %j is never read from outside, and told", async (way) => {
    const target = placed(way);
    writeFileSync(join(vault, "Detection Rules", "rule.md"), rule(link(target)));
    const workspace = await openVault(vault);
    const read: string[] = [];
    const files = { ...workspace.files, read: async (p: string) => { read.push(await workspace.files.read(p)); return read.at(-1) ?? ""; } };
    const note = workspace.index.note("Detection Rules/rule.md");
    if (!note) throw new Error("no note");
    const lab = new LocalLab(still);
    // By the note's links, as the command line and the plugin do; and as if the index did not stand between.
    const throughIndex = await runRule(note, lab, {
      at: 0,
      read: async (path) => {
        const found = workspace.index.resolve(path, note.path);
        if (found === null) throw new Error(`There is no file '${path}' in the vault.`);
        return files.read(found);
      },
    });
    const straight = await runRule(note, lab, { at: 0, read: files.read });
    expect(read).toEqual([]);
    const samples = note.rule?.samples ?? [];
    expect([throughIndex.length, straight.length]).toEqual([samples.length, samples.length]);
    for (const run of [...throughIndex, ...straight]) expect(told(run), JSON.stringify(run)).toBe(true);
    // What is no sample at all is said of the note; an address of another ending is a link like any other.
    if (samples.length === 0 && (/\.json$/.test(target) || !target.includes(":"))) {
      const codes = workspace.index.problems(new Set(note.techniques)).map((p) => p.diagnostic.code);
      expect(codes).toContain(target.includes(":") || target.startsWith("//") ? "sample-outside" : "link-to-nothing");
    }
    expect(lab.loaded()).toEqual([]);
  });

  it("that cannot be had is told by `check --run`, with the reason", async () => {
    writeFileSync(join(vault, "Detection Rules", "rule.md"), rule(link("../../secret.json")));
    const out: string[] = [];
    const code = await check(readArguments([vault, "--run"], { run: "flag", format: "one" }), {
      line: (text) => { out.push(text); }, note: () => undefined,
    });
    expect(code).toBe(1);
    expect(out.join("\n")).toMatch(/sample-fails/);
    expect(out.join("\n")).toMatch(/got no result\. .*There is no file "\.\.\/\.\.\/secret\.json" in the vault/);
  });
});

describe("a folder opened by the command line", () => {
  it.each([...WAYS_OUT])("reads, makes and changes nothing by %j", async (way) => {
    const files = await openFolder(vault, { write: true });
    const target = placed(way);
    const before = await files.list();
    await expect(files.read(target)).rejects.toThrow(/vault|no file/);
    await expect(files.readBytes(target)).rejects.toThrow(/vault|no file/);
    await expect(files.change(target, () => "overwritten")).rejects.toThrow(/vault|no file/);
    expect(await files.list()).toEqual(before);
  });

  it("makes no file behind a link that leads out, however deep", async () => {
    const files = await openFolder(vault, { write: true });
    for (const path of ["way/new.md", "way/a/b/new.md", "../new.md", "a/../../new.md", "dangling.json"]) {
      await expect(files.create(path, "x")).rejects.toThrow(/outside/);
    }
    await expect(files.read("way/new.md")).rejects.toThrow();
  });

  it("lists no link that leads out", async () => {
    const paths = (await (await openFolder(vault)).list()).map((f) => f.path);
    expect(paths.filter((p) => /link|way|endless|dangling|secret/.test(p))).toEqual([]);
  });
});
