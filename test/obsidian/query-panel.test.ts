/** Outcomes of dataview queries as panels: cells, tasks, what an empty panel offers, how a technique stands. */
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { App } from "obsidian";
import { MemoryStore } from "../../src/workbench/store.mts";
import * as standIn from "../../src/workbench/obsidian.mts";
import { Notebook } from "../../src/obsidian/notebook";
import { ageText, coverageModel, mainReason, stripModel } from "../../src/obsidian/coverage-model";
import { askedFor, queryPanel } from "../../src/obsidian/query-panel";
import { DEFAULT_SETTINGS } from "../../src/obsidian/settings";
import { parseDql } from "../../src/query/dql";
import type { TechniqueId } from "../../src/attack";

const NOTES = {
  "Techniques/T1578.md": "---\ntags: [T1578, techniques]\n---\n# Modify Cloud Compute Infrastructure\n",
  "Techniques/T1578.002.md": "---\nlast_modified: 2025-10-24\ntactics: Defense Evasion\ntags: [T1578_002, techniques]\n---\n# Create Cloud Instance\n",
  "Techniques/T1005.md": "---\ntags: [T1005, techniques]\n---\n# Data from Local System\n",
  "Detection Rules/Launch.md": "---\nstatus: stable\nlevel: high\nseen: 2026-05-01\ntags: [detection_rule, T1578_002]\n---\n```kusto\nT\n```\n",
  "Testing Runbooks/Launch it.md": "---\nlast_run: 2026-05-01\nresult: fail\ntags: [testing_runbook, T1578_002]\n---\n- [ ] Ask [[Ana|for leave]]\n  - [x] in **writing**\n- [/] Launch\n",
};
const id = (text: string) => text as TechniqueId;

async function bookOf(notes: Readonly<Record<string, string>>): Promise<Notebook> {
  const vault = new standIn.Vault(new MemoryStore({ ...notes }, "test", () => 1000));
  await vault.start();
  const metadataCache = new standIn.MetadataCache(vault as never);
  const app = { vault, metadataCache, workspace: { getActiveFile: () => null } } as unknown as App;
  const book = new Notebook(app, DEFAULT_SETTINGS, () => undefined);
  await book.open();
  return book;
}

let book: Notebook;
beforeAll(async () => {
  vi.stubGlobal("window", globalThis);
  book = await bookOf(NOTES);
});

const panel = (query: string, path = "Techniques/T1578.002.md") => queryPanel(book, query, path);

describe("a query's panel", () => {
  it("has the authored columns, links as links, dates as days, missing values as null", async () => {
    const model = await panel(
      'TABLE without id file.link AS "Name", level AS "Level", seen, nothing FROM "Detection Rules" AND #T1578_002',
    );
    expect(model.headers).toEqual(["Name", "Level", "seen", "nothing"]);
    expect(model.groups[0]?.rows).toEqual([
      [expect.objectContaining({ kind: "link", path: "Detection Rules/Launch.md" }), "high", "2026-05-01", null],
    ]);
    expect(model.coverage).toMatchObject({ id: "T1578.002", state: "failing" });
  });

  it("has items of a list with their values", async () => {
    const model = await panel('LIST level FROM "Detection Rules"');
    expect(model).toMatchObject({ kind: "list", count: 1 });
    expect(model.groups[0]?.rows[0]?.[1]).toBe("high");
  });

  it("has tasks with their place and state, nested as in the note, and their text without marks", async () => {
    const model = await panel('TASK FROM "Testing Runbooks"');
    const [first, second] = model.groups[0]?.tasks ?? [];
    expect(first).toMatchObject({ state: " ", searched: "Ask for leave", id: "Testing Runbooks/Launch it.md\u00005" });
    expect(first?.children).toMatchObject([{ state: "x", searched: "in writing" }]);
    expect(second).toMatchObject({ state: "/", searched: "Launch" });
    expect(model.groups[0]?.tasks).toHaveLength(2);
    expect(model.count).toBe(3);
  });

  it("groups tasks", async () => {
    const model = await panel('TASK FROM "Testing Runbooks" GROUP BY completed');
    expect(model.groups.map((g) => g.key)).toContain(false);
  });

  it("offers the rule or runbook that would fill it", async () => {
    const rules = await panel('TABLE level FROM "Detection Rules" AND #T1005', "Techniques/T1005.md");
    expect(rules.empty).toMatchObject({ action: { id: "new-rule:T1005", label: "New rule for T1005" } });
    expect(rules.empty?.text).toContain("#T1005 would stand here");
    expect((await panel("TABLE level FROM #testing_runbook AND #T1005")).empty?.action?.id).toBe("new-runbook:T1005");
    expect((await panel('TABLE level FROM "Elsewhere"')).empty).toEqual({ text: "No note matches this query." });
  });

  it("names a rule that stands where the query does not look", async () => {
    expect((await panel('TABLE level FROM "Detection Rules/Windows" AND #T1578_002')).empty?.text).toContain(
      "'Detection Rules/Launch.md' is one elsewhere",
    );
  });

  it("says that notes are still being read, instead of that there are none", async () => {
    const unread = new Notebook({} as App, DEFAULT_SETTINGS, () => undefined);
    const model = await queryPanel(unread, 'LIST FROM "Detection Rules"', "Techniques/T1005.md");
    expect(model).toMatchObject({ count: 0, indexing: { done: 0, total: 0 } });
  });

  it("shows errors instead of rows", async () => {
    const model = await panel("TABLE level FROM AND");
    expect(model.diagnostics[0]).toMatchObject({ severity: "error" });
    expect(model.count).toBe(0);
  });
});

describe("what a query asks for", () => {
  it.each([
    ['LIST FROM "Detection Rules/Windows" AND #T1578_002', { kind: "rule", technique: "T1578.002" }],
    ["LIST FROM #detection_rule AND (#attack/T1005 OR #x)", { kind: "rule", technique: "T1005" }],
    ['LIST FROM "Testing Runbooks"', { kind: "runbook" }],
    ["LIST FROM #t1059_001", { technique: "T1059.001" }],
    ['LIST FROM "People" AND #friend', {}],
    ['LIST FROM "Detection Rules Old"', {}],
  ])("%s", (text, asked) => {
    const { value } = parseDql(text);
    if (!value) throw new Error("not parsed");
    expect(askedFor(value, DEFAULT_SETTINGS)).toEqual(asked);
  });
});

describe("how a technique stands", () => {
  it("is told with its reasons, against first", () => {
    const model = coverageModel(book, id("T1578.002"));
    expect(model.state).toBe("failing");
    expect(model.reasons[0]).toEqual({ text: "The runbook 'Launch it' failed on 2026-05-01.", weight: "bad" });
    expect(model.runbooks).toEqual([expect.objectContaining({ lastRun: "2026-05-01", result: "fail" })]);
  });

  it("of a parent is that of its parts, for a reason that says so", () => {
    expect(mainReason(book.coverage(id("T1578")))).toBe("1 of 1 sub-techniques is failing: T1578.002.");
    expect(mainReason(book.coverage(id("T1005")))).toBe("No rule names T1005.");
  });

  it("stands in the strip with age, newest test and neighbours", () => {
    const note = book.index.note("Techniques/T1578.002.md");
    const model = note && stripModel(book, note, new Date(2026, 10, 22));
    expect(model).toMatchObject({
      id: "T1578.002", tactics: ["Defense Evasion"], rules: 1, runbooks: 1,
      age: "last modified 2025-10-24, 13 months ago", newestTest: "2026-05-01, failed",
      parent: { id: "T1578" }, previous: { id: "T1578" },
    });
    expect(model?.next).toBeUndefined();
  });

  it.each([
    ["2026-11-22", "today"], ["2026-11-21", "1 day ago"], ["2026-10-01", "52 days ago"], ["2026-08-22", "3 months ago"],
    ["2020-01-01", "6 years ago"],
    ["2026-11-23", "in the future"],
  ])("%s is %s", (
    day, said,
  ) => { expect(ageText(day, new Date(2026, 10, 22))).toBe(`last modified ${day}, ${said}`); });

  it("has no age without a day", () => {
    expect(ageText(undefined, new Date())).toBeUndefined();
    expect(ageText("last week", new Date())).toBe("last modified last week");
  });

  it("follows the notes, for the technique and for the one it belongs to", async () => {
    const own = await bookOf(NOTES);
    const states = () => [
      own.coverage(id("T1578.002")).state, own.coverage(id("T1578")).rolled,
      own.allCoverage().map((c) => c.technique).join(" "),
    ];
    expect(states()).toEqual(["failing", "failing", "T1005 T1578 T1578.002"]);
    const change = async (path: string, edit: (text: string) => string): Promise<void> => {
      await own.workspace.files.change(path, edit);
      own.workspace.tell({ kind: "changed", path });
      await own.workspace.settled();
    };
    await change("Testing Runbooks/Launch it.md", (text) => text.replace("result: fail", "result: pass"));
    expect(states()).toEqual(["passing", "passing", "T1005 T1578 T1578.002"]);
    await change("Detection Rules/Launch.md", (text) => text.replace("T1578_002", "T1005"));
    expect(states()).toEqual(["planned", "planned", "T1005 T1578 T1578.002"]);
    expect(own.coverage(id("T1005")).state).toBe("untested");
  });

  it("counts a verdict until the sample changes", async () => {
    const text = "---\nstatus: stable\ntags: [detection_rule, T1005]\n---\n```kusto\nT | take 1\n```\n\n```json table=T expect=match name=\"Good\"\n[{\"a\": 1}]\n```\n";
    const own = await bookOf({ "Detection Rules/r.md": text });
    own.recordVerdicts(
      "Detection Rules/r.md", [{ sample: "Good", expected: { kind: "match" }, got: 1, passed: true, at: Date.now() }],
    );
    expect(own.coverage(id("T1005")).state).toBe("passing");
    const restored = await bookOf({ "Detection Rules/r.md": text });
    restored.loadVerdicts(own.storedVerdicts());
    expect(restored.coverage(id("T1005")).state).toBe("passing");
    const changed = await bookOf({ "Detection Rules/r.md": text.replace("take 1", "take 2") });
    changed.loadVerdicts(own.storedVerdicts());
    expect(changed.coverage(id("T1005")).state).toBe("untested");
  });
});
