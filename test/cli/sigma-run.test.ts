/** `purplebook sigma run`, `explain`, `draft` and `tune`, from files to printed lines. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readArguments } from "../../src/cli/arguments.mts";
import { sigma, SIGMA_OPTIONS } from "../../src/cli/sigma.mts";

const rule = (title: string, level: string, image: string) => `title: ${title}
level: ${level}
tags: [attack.t1059.001]
logsource: {category: process_creation, product: windows}
detection:
    selection:
        Image|endswith: '\\${image}'
        CommandLine|contains: bad
    condition: selection
`;
const event = (image: string, line: string, time: string, parent = "C:\\a\\cmd.exe") => JSON.stringify({
  Channel: "Microsoft-Windows-Sysmon/Operational", EventID: 1, "@timestamp": time, SourceName: "Microsoft-Windows-Sysmon",
  Image: `C:\\w\\${image}`, CommandLine: line, ParentImage: parent,
});
const LOG = [
  event("a.exe", "a bad", "2026-01-01T10:00:00Z"), event("b.exe", "b bad", "2026-01-01T09:00:00Z"), event("a.exe", "a fine", "2026-01-01T11:00:00Z"),
  event("a.exe", "a bad again", "2026-01-01T12:00:00Z"),
].join("\n");

let folder = "";
const at = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sigma-run-"));
  writeFileSync(at("a.yml"), rule("Rule A", "high", "a.exe"));
  writeFileSync(at("b.yml"), rule("Rule B", "low", "b.exe"));
  writeFileSync(at("log.jsonl"), LOG);
  writeFileSync(at("log.jsonl.gz"), gzipSync(LOG));
  writeFileSync(at("list.json"), `[${LOG.split("\n").join(",")}]`);
  writeFileSync(at("noise.jsonl"), [1, 2].map((n) => event("a.exe", `a bad ${n}`, `2026-01-02T10:00:0${n}Z`, "C:\\agent\\agent.exe")).join("\n"));
});
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

async function run(...argv: string[]) {
  const lines: string[] = [];
  const notes: string[] = [];
  const code = await sigma(readArguments(argv, SIGMA_OPTIONS), { line: (text) => lines.push(text), note: (text) => notes.push(text) });
  return { code, lines, notes };
}

describe("sigma run", () => {
  it.each(["log.jsonl", "log.jsonl.gz", "list.json"])("finds the same in %s", async (file) => {
    const { code, lines, notes } = await run("run", "--rules", at("a.yml"), at("b.yml"), "--logs", at(file), "--format", "csv");
    expect(lines).toEqual([
      "level,count,title,id,techniques,first,last,path",
      `high,2,Rule A,,T1059.001,2026-01-01T10:00:00.0000000Z,2026-01-01T12:00:00.0000000Z,${at("a.yml")}`,
      `low,1,Rule B,,T1059.001,2026-01-01T09:00:00.0000000Z,2026-01-01T09:00:00.0000000Z,${at("b.yml")}`,
    ]);
    expect(code).toBe(1);
    expect(notes.at(-1)).toContain("4 events, 2 rules (0 refused), 2 fired.");
  });

  it.each([false, true])("looks at all of a file that comes in several pieces (packed: %s)", async (packed) => {
    const many = Array.from({ length: 12_000 }, (_, i) => event("a.exe", i % 100 === 0 ? "bad" : `fine ${i} ${"x".repeat(i % 200)}`, "2026-01-01T10:00:00Z")).join("\n");
    expect(many.length).toBeGreaterThan(3_000_000);
    writeFileSync(at("many.jsonl"), packed ? gzipSync(many) : many);
    const { lines, notes } = await run("run", "--rules", at("a.yml"), "--logs", at("many.jsonl"));
    expect(lines[0]).toContain(" 120 ");
    expect(notes.at(-1)).toContain("12000 events");
    rmSync(at("many.jsonl"));
  });

  it("puts events in the order of time", async () => {
    const { lines } = await run("run", "--rules", folder, "--logs", at("log.jsonl"), "--format", "timeline");
    expect(lines.map((line) => line.replace(/\s+/g, " ").replace(folder, ""))).toEqual([
      "2026-01-01T09:00:00.0000000Z low /log.jsonl:2 Rule B", "2026-01-01T10:00:00.0000000Z high /log.jsonl:1 Rule A",
      "2026-01-01T12:00:00.0000000Z high /log.jsonl:4 Rule A",
    ]);
  });

  it("keeps to the level asked for, and says by its exit code what fired", async () => {
    expect((await run("run", "--rules", folder, "--logs", at("log.jsonl"), "--level", "medium")).lines).toHaveLength(1);
    expect((await run("run", "--rules", at("b.yml"), "--logs", at("log.jsonl"), "--fail-on", "high")).code).toBe(0);
    expect((await run("run", "--rules", at("b.yml"), "--logs", at("log.jsonl"), "--fail-on", "low")).code).toBe(1);
  });

  it.each([
    [["run", "--logs", "x"], /Say files or folders/], [["run", "--rules", "."], /Say the files of logs/], [["run", "--rules", ".", "--logs", "nowhere"], /Cannot read/],
    [["rnu"], /no command 'sigma rnu'/], [["run", "--level", "hihg"], /no level 'hihg'/],
  ])("refuses %j plainly", async (argv, message) => {
    await expect(run(...argv)).rejects.toThrow(message);
  });
});

describe("sigma explain", () => {
  it("names the rules that match, and those that nearly do", async () => {
    expect((await run("explain", "--rules", folder, "--logs", at("log.jsonl"), "--event", "1")).lines).toEqual([
      "matches  Rule A", "nearly   Rule B: Image would have to end with '\\b.exe' (is 'C:\\w\\a.exe')",
    ]);
  });
  it("draws the tree of one rule", async () => {
    const { code, lines } = await run("explain", "--rules", folder, "--logs", at("log.jsonl"), "--event", "3", "--rule", "rule a");
    expect(code).toBe(1);
    expect(lines.join("\n")).toBe(`Rule A: does not match
  log source: fits (Windows event, flat (NXLog, OTRF))
  CommandLine would have to contain 'bad' (is 'a fine')
  - selection
    - all of
      + Image|endswith = C:\\w\\a.exe
        + \\a.exe
      - CommandLine|contains = a fine
        - bad`);
  });
  it("says when there is no such event", async () => {
    await expect(run("explain", "--rules", folder, "--logs", at("log.jsonl"), "--event", "9")).rejects.toThrow("The logs have no event 9.");
  });
});

describe("sigma draft and tune", () => {
  it("propose a rule that finds the chosen events", async () => {
    const { lines, notes } = await run("draft", "--logs", at("log.jsonl"), "--events", "1,4", "--title", "Drafted");
    expect(notes).toEqual(["Finds all 2 chosen events, and 0 of 2 others of its log source."]);
    writeFileSync(at("drafted.yml.txt"), lines.join("\n"));
    const { lines: found } = await run("run", "--rules", at("drafted.yml.txt"), "--logs", at("log.jsonl"), "--format", "timeline");
    expect(found.map((line) => /jsonl:(\d)/.exec(line)?.[1])).toEqual(["1", "4"]);
  });
  it("propose a filter that keeps every hit", async () => {
    const { lines, notes } = await run("tune", "--rule", at("a.yml"), "--false-positives", at("noise.jsonl"), "--hits", at("log.jsonl"));
    expect(notes).toEqual(["Leaves out 2 of 2 false positives, and none of the hits."]);
    writeFileSync(at("tuned.txt"), lines.join("\n"));
    expect((await run("run", "--rules", at("tuned.txt"), "--logs", at("noise.jsonl"))).lines).toEqual([]);
    expect((await run("run", "--rules", at("tuned.txt"), "--logs", at("log.jsonl"))).lines[0]).toContain(" 2 ");
  });
});
