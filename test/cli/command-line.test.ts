import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readArguments } from "../../src/cli/arguments.mts";
import { batch } from "../../src/cli/batch.mts";
import { plain } from "../../src/cli/cells.mts";
import { openFolder, UsageError } from "../../src/cli/files.mts";
import type { Output } from "../../src/cli/output.mts";
import { query, QUERY_OPTIONS } from "../../src/cli/query.mts";
import { check, index, panel } from "../../src/cli/vault.mts";

const RULE = `---
title: Instance created
status: stable
level: high
tags: [detection_rule, T1578_002]
---

## Query

\`\`\`kusto
AWSCloudTrail
| where EventName =~ "RunInstances" and isempty(ErrorCode)
\`\`\`

## Samples

\`\`\`json table=AWSCloudTrail expect=match name="started"
{"eventTime":"2026-03-01T10:00:00Z","eventSource":"ec2.amazonaws.com","eventName":"RunInstances","awsRegion":"eu-west-1","eventVersion":"1.09","eventID":"1"}
\`\`\`

\`\`\`json table=AWSCloudTrail expect=none name="refused"
{"eventTime":"2026-03-01T10:00:00Z","eventSource":"ec2.amazonaws.com","eventName":"RunInstances","errorCode":"UnauthorizedOperation","eventVersion":"1.09","eventID":"2"}
\`\`\`
`;
const TRAIL = '{"Records":[{"eventTime":"2026-03-01T10:00:00Z","eventSource":"ec2.amazonaws.com","eventName":"RunInstances","awsRegion":"eu-west-1","eventVersion":"1.09","eventID":"1"}]}';
const TECHNIQUE = `---
tags: [T1578_002, techniques]
url: https://attack.mitre.org/techniques/T1578/002
---

## Create Cloud Instance

\`\`\`dataview
table without id file.link AS "Name", level AS "Level" FROM "Detection Rules" AND #T1578_002
\`\`\`
`;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vault-"));
  for (const [path, text] of Object.entries({ "Detection Rules/rule.md": RULE, "Techniques/T1578.002 - Create Cloud Instance.md": TECHNIQUE, "logs.csv": "User,N\nana,1\nbo,2\n", "trail.json": TRAIL, "bad.md": "---\na: [1\n---\n[[nowhere]]" })) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
});
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

function captured(): Output & { lines: string[]; notes: string[] } {
  const lines: string[] = [];
  const notes: string[] = [];
  return { lines, notes, line: (t) => lines.push(t), note: (t) => notes.push(t) };
}

describe("arguments", () => {
  const options = { a: "flag", b: "one", c: "many" } as const;
  it("are words, flags, single and repeated values", () => {
    const args = readArguments(["x", "--c", "1", "2", "--a", "--b=y", "--c", "3"], options);
    expect([args.words, args.flag("a"), args.one("b"), args.many("c")]).toEqual([["x"], true, "y", ["1", "2", "3"]]);
  });
  it.each([
    [["--aa"], "There is no option '--aa' here."],
    [["--b"], "'--b' needs a value."],
    [["--a=1"], "'--a' takes no value."],
    [["--__proto__"], "There is no option '--__proto__' here."],
  ])("%j is told", (argv, message) => { expect(() => readArguments(argv, options)).toThrow(message); });
});

describe("a folder", () => {
  it("lists files, reads and changes them, and refuses what is outside", async () => {
    const files = await openFolder(folder, { write: true });
    expect((await files.list()).map((f) => f.path)).toContain("Detection Rules/rule.md");
    await files.create("new/note.md", "one");
    await files.change("new/note.md", (t) => `${t} two`);
    expect(readFileSync(join(folder, "new/note.md"), "utf8")).toBe("one two");
    await expect(files.create("new/note.md", "x")).rejects.toThrow("exists already");
    for (const path of ["../x.md", "/etc/passwd", "a/../../x.md"]) await expect(files.read(path)).rejects.toThrow("outside of the vault");
    rmSync(join(folder, "new"), { recursive: true });
  });
  it("does not follow a link that leads out of it", async () => {
    symlinkSync(tmpdir(), join(folder, "out"));
    const files = await openFolder(folder);
    await expect(files.read("out/anything")).rejects.toThrow("outside of the vault");
    expect((await files.list()).some((f) => f.path.startsWith("out"))).toBe(false);
    rmSync(join(folder, "out"));
  });
  it("is read-only unless told otherwise", async () => {
    const files = await openFolder(folder);
    await expect(files.change("logs.csv", () => "")).rejects.toThrow("read-only");
    await expect(openFolder(join(folder, "none"))).rejects.toThrow(UsageError);
  });
});

describe("cells as JSON", () => {
  it("keeps what a double cannot hold, and odd keys", () => {
    expect(plain(9007199254740993n)).toBe("9007199254740993");
    expect(plain(NaN)).toBe("NaN");
    const bag = plain(new Map([["__proto__", 1n]]));
    expect(Object.keys(bag as object)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(bag)).toBe(Object.prototype);
  });
});

describe("query", () => {
  const run = async (argv: string[]) => {
    const out = captured();
    return { code: await query(readArguments(argv, QUERY_OPTIONS), out), out };
  };
  it("prints rows in every format", async () => {
    const args = ["--query", "Logs | where N > 1", "--table", `Logs=${join(folder, "logs.csv")}`];
    expect((await run([...args, "--format", "json"])).out.lines.join("")).toBe('[\n  {\n    "User": "bo",\n    "N": 2\n  }\n]');
    expect((await run([...args, "--format", "csv"])).out.lines.join("").split(/\r?\n/)).toEqual(["User,N", "bo,2"]);
    expect((await run([...args, "--format", "markdown"])).out.lines.join("")).toContain("| bo | 2 |");
    expect((await run(args)).out.lines[0]).toBe("User  N");
    await expect(run([...args, "--format", "xml"])).rejects.toThrow("There is no format 'xml'.");
  });
  it("tells what became of a row, of one file or of several", async () => {
    const logs = join(folder, "logs.csv");
    const { code, out } = await run(["--query", "Logs\n| where N > 1\n| project User", "--table", `Logs=${logs}`, "--why", "1", "2"]);
    expect(code).toBe(0);
    expect(out.lines).toEqual([
      `Row 1 of ${logs} (Logs)`, "  line 1   Logs           goes on", "  line 2   where          dropped",
      "Dropped by 'where', line 2: 'N > 1' is not true of it.", "  N holds 1 (long)", "    the query wants 1 (long)", "    it is not above that",
      `Row 2 of ${logs} (Logs)`, "  line 1   Logs           goes on", "  line 2   where          goes on", "  line 3   project        goes on",
      "It is in the result: row 1.",
    ]);
    const two = ["--query", "Logs | take 1", "--table", `Logs=${logs}`, `Others=${logs}`, "--why"];
    expect((await run([...two, "Others:2"])).out.lines.at(-1)).toContain("does not read 'Others'");
    await expect(run([...two, "1"])).rejects.toThrow("say of which one the row is");
    await expect(run([...two, "Logs:3"])).rejects.toThrow("has 2 rows, so there is no row 3");
    await expect(run([...two, "Nothing:1"])).rejects.toThrow("No file or table is named 'Nothing'");
    await expect(run([...two, "0"])).rejects.toThrow("--why takes the number of a row");
  });
  it("shows the place of a mistake with the nearest name, and exits with 1", async () => {
    const { code, out } = await run(["--query", "Logs\n| where Usr == 'bo'", "--table", `Logs=${join(folder, "logs.csv")}`]);
    expect(code).toBe(1);
    expect(out.notes.join("\n")).toMatch(/2:9 error: .*'Usr'.*'User'[\s\S]*\^\^\^/);
  });
  it("traces rows per step and says what a column holds instead", async () => {
    const { out } = await run(["--trace", "--query", "Logs | where User == 'zed'", "--table", `Logs=${join(folder, "logs.csv")}`]);
    expect(out.notes.join("\n")).toMatch(/2 → 0 .*where User == 'zed' {2}← the last rows died here[\s\S]*User holds instead: ana ×1, bo ×1/);
  });
  it("tells a branch that died from the end of all rows", async () => {
    const both = "union (Logs | where User == 'zed'), (Logs | where N > 1)";
    const { out } = await run(["--trace", "--query", both, "--table", `Logs=${join(folder, "logs.csv")}`]);
    expect(out.notes.join("\n")).toMatch(/2 → 0 .*where User == 'zed' {2}← the rows of this branch died here/);
    expect(out.notes.join("\n")).not.toContain("the last rows died here");
  });
  it("says what is wrong with its own arguments", async () => {
    await expect(run(["--lang", "spl", "--query", "x"])).rejects.toThrow("There is no language 'spl'.");
    await expect(run([])).rejects.toThrow("Say the query");
    await expect(run(["--query", "x", "--now", "tomorrow"])).rejects.toThrow("is not a time");
    await expect(run(["--query", "x", "--table", "A=none.json"])).rejects.toThrow("Cannot read 'none.json'.");
    await expect(run(["--query", "print 1", "--limit", "0"])).rejects.toThrow("whole number");
  });

  it("maps raw logs with --raw and without it, leaves them alone with --as-is", async () => {
    const table = ["--table", `AWSCloudTrail=${join(folder, "trail.json")}`];
    const mapped = ["--query", "AWSCloudTrail | project EventName, AWSRegion", "--format", "csv", ...table];
    for (const how of [[], ["--raw"]]) expect((await run([...mapped, ...how])).out.lines.join("\n")).toContain("RunInstances,eu-west-1");
    const { out } = await run(["--query", "AWSCloudTrail | project eventName", "--format", "csv", "--as-is", ...table]);
    expect(out.lines.join("\n")).toContain("RunInstances");
    const rows = await run(["--query", "Logs", "--raw", "--table", `Logs=${join(folder, "logs.csv")}`]);
    expect(rows.out.notes.join("\n")).toContain("not raw logs that become Logs");
    await expect(run(["--query", "x", "--raw", "--as-is"])).rejects.toThrow("opposites");
  });
});

describe("a vault", () => {
  it("is checked, its rules run on their samples", async () => {
    const out = captured();
    expect(await check(readArguments([folder, "--run"], { run: "flag", format: "one" }), out)).toBe(1);
    expect(out.lines.some((l) => /^bad\.md:\d+:\d+: (error|warning): /.test(l))).toBe(true);
    expect(out.lines.filter((l) => l.startsWith("Detection Rules"))).toEqual([]);
    expect(out.notes.at(-1)).toContain("2 of 2 samples as expected");
  });
  it("tells the coverage of its techniques", async () => {
    const out = captured();
    await index(readArguments([folder, "--run", "--format", "json"], { run: "flag", format: "one" }), out);
    expect(JSON.parse(out.lines.join(""))).toMatchObject([{ technique: "T1578.002", state: "passing", rules: 1 }]);
  });
  it("draws the blocks of a note", async () => {
    const out = captured();
    expect(await panel(readArguments([folder, "T1578.002 - Create Cloud Instance", "--format", "csv"], { format: "one" }), out)).toBe(0);
    expect(out.lines.join("\n")).toContain("high");
  });
  it("finds the note by its technique's id, and names the nearest when there is none", async () => {
    const out = captured();
    expect(await panel(readArguments([folder, "t1578_002", "--format", "csv"], { format: "one" }), out)).toBe(0);
    expect(out.lines.join("\n")).toContain("high");
    const missing = panel(readArguments([folder, "Detection Rules/rul.md"], { format: "one" }), captured());
    await expect(missing).rejects.toMatchObject({ hint: "Did you mean 'Detection Rules/rule.md'?" });
  });
});

describe("the batch protocol", () => {
  const ask = async (...requests: unknown[]) => {
    const input = new PassThrough();
    const output = new PassThrough();
    let text = "";
    output.on("data", (d: Buffer) => { text += d.toString(); });
    input.end(`${requests.map((r) => (typeof r === "string" ? r : JSON.stringify(r))).join("\n")}\n`);
    expect(await batch(input, output)).toBe(0);
    return text.trim().split("\n").map((l) => JSON.parse(l) as Record<string, unknown>);
  };
  it("answers each request by its id", async () => {
    const answers = await ask(
      { id: 1, op: "kql", query: "T | summarize n = count() by u", tables: { T: { rows: [{ u: "a" }, { u: "a" }] } } },
      { id: 2, op: "kql", query: "T | where x >" },
      { id: 3, op: "dql-expr", expr: "1 + 2", context: {} },
      { id: 4, op: "dql-parse", query: "LIST" },
      { id: 5, op: "dql", vault: folder, origin: "Techniques/T1578.002 - Create Cloud Instance.md", query: 'LIST FROM "Detection Rules"' },
    );
    expect(answers).toMatchObject([
      { id: 1, columns: [{ name: "u", type: "string" }, { name: "n", type: "long" }], rows: [["a", 2]] },
      { id: 2, error: expect.any(String) as string },
      { id: 3, result: 3 },
      { id: 4, ast: { type: "list" } },
      { id: 5, type: "list", items: [{ $link: { path: "Detection Rules/rule.md" } }] },
    ]);
  });
  it("answers an unknown operation, a bad line and a wrong field with an error", async () => {
    const answers = await ask({ id: 1, op: "constructor" }, "{", "[]", { id: 4, op: "kql" });
    expect(answers.map((a) => typeof a["error"])).toEqual(["string", "string", "string", "string"]);
  });
});
