/** The demo vault is what newcomers see first: each note is understood, each link leads somewhere, each panel draws. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { isSubtechnique, knownTechniques, pageOf, parentOf, tagOf } from "../../src/attack";
import { openVault, pagesOf } from "../../src/cli/notes.mts";
import { labTime } from "../../src/cli/time.mts";
import { judgeRules } from "../../src/cli/verdicts.mts";
import { keepsFields, LocalLab, mainQuery, pinnedNow, type Pages, type Workspace } from "../../src/core";
import { coverageOfAll } from "../../src/coverage";
import { readOwnBlock } from "../../src/obsidian/own-block";
import { formatDate, runDql, toText, type DqlResult, type DqlValue } from "../../src/query/dql";
import { rowCount, valueAt, type Table } from "../../src/table";
import type { Note, RunbookFacts, TechniqueFacts } from "../../src/vault";

const root = fileURLToPath(new URL("../../", import.meta.url));
const demo = join(root, "demo");
/** Panels that speak of today see this day. */
const TODAY = Date.UTC(2026, 4, 20);

let workspace: Workspace;
let pages: Pages;
let techniques: readonly (Note & { readonly technique: TechniqueFacts })[];
let runbooks: readonly (Note & { readonly runbook: RunbookFacts })[];

beforeAll(async () => {
  workspace = await openVault(demo);
  pages = await pagesOf(workspace);
  techniques = workspace.index.ofKind("technique")
    .flatMap((n) => (n.technique ? [{ ...n, technique: n.technique }] : []));
  runbooks = workspace.index.ofKind("runbook").flatMap((n) => (n.runbook ? [{ ...n, runbook: n.runbook }] : []));
});

describe("the notes of the demo vault", () => {
  it("are of the kind that their folder says", () => {
    const kinds = [
      ["Techniques/", "technique"], ["Detection Rules/", "rule"], ["Testing Runbooks/", "runbook"], ["Inbox/", "rule"],
    ] as const;
    const wrong = workspace.index.all().filter((n) => {
      const kind = kinds.find(([folder]) => n.path.startsWith(folder))?.[1] ?? "other";
      return n.kind !== kind;
    });
    expect(wrong.map((n) => `${n.path} is ${n.kind}`)).toEqual([]);
    expect(techniques.length).toBeGreaterThanOrEqual(18);
    expect(runbooks.length).toBeGreaterThanOrEqual(8);
  });

  it("have no problems", () => {
    const problems = workspace.index.problems(new Set(knownTechniques().keys()));
    expect(problems.map((p) => `${p.path}: ${p.diagnostic.message}`)).toEqual([]);
  });

  it("use example data only", () => {
    const wrong = files(demo).flatMap((path) => {
      const text = readFileSync(path, "utf8");
      const addresses = [...text.matchAll(/\b(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\b/g)].map((m) => m[0])
        .filter((ip) => !isExampleAddress(ip));
      const mails = [...text.matchAll(/[\w.+-]+@([\w-]+(?:\.[\w-]+)+)/g)].filter((m) => !isExampleHost(m[1] ?? ""))
        .map((m) => m[0]);
      return [...addresses, ...mails].map((found) => `${name(path)}: ${found}`);
    });
    expect(wrong).toEqual([]);
  });
});

describe("technique notes", () => {
  it("say the same id by tag, address and name, with everything that the strip shows", () => {
    for (const { technique: t, ...note } of techniques) {
      expect(note.name, note.path).toMatch(new RegExp(`^${t.id.replace(".", "\\.")} - `));
      expect(note.tags.map((tag) => tag.name), note.path).toContain(tagOf(t.id));
      expect(t.url, note.path).toBe(pageOf(t.id));
      expect(t.tactics.length * t.platforms.length * t.dataSources.length, note.path).toBeGreaterThan(0);
      expect(t.dataSources.every((s) => s.component !== ""), note.path).toBe(true);
      expect(t.sections.map((s) => s.heading), note.path).toEqual(
        expect.arrayContaining(["Description", "Detection", "Defenses Bypassed", "Data Sources", "Detection Rule",
          "Rule Testing"]));
      expect(t.version, note.path).toMatch(/^\d+\.\d+$/);
    }
  });

  it("point to techniques that there are, mostly in this vault, and cite", () => {
    const references = techniques.flatMap(({ technique: t }) => t.references.map((r) => r.id));
    expect(references.filter((id) => !knownTechniques().has(id as never))).toEqual([]);
    const here = references.filter((id) => workspace.index.techniqueNote(id as never));
    expect(here.length / references.length).toBeGreaterThan(0.9);
    expect(techniques.filter(({ technique: t }) => t.citations.length > 0).length).toBeGreaterThan(10);
    const orphans = techniques.map((n) => n.technique.id).filter((id) => isSubtechnique(id) && id.startsWith("T1578")
      && !workspace.index.techniqueNote(parentOf(id) ?? id));
    expect(orphans).toEqual([]);
  });

  it("draw both blocks with the very rules and runbooks that carry the tag", async () => {
    for (const note of techniques) {
      const [rules, tests, ...more] = note.blocks.filter((b) => b.language === "dataview");
      expect(more, note.path).toEqual([]);
      // The page in the inbox is a rule as well, but stands where the block does not look.
      const own = workspace.index.rulesFor(note.technique.id).own
        .filter((n) => n.path.startsWith("Detection Rules/"));
      expect(await firstCells(rules?.text, note), note.path).toEqual(own.map((n) => n.path).sort());
      const tested = workspace.index.runbooksFor(note.technique.id).own;
      expect(await firstCells(tests?.text, note), note.path).toEqual(tested.map((n) => n.path).sort());
    }
  });

  it("are covered in every way there is, before anything is run", () => {
    const states = new Map(coverageOfAll(workspace.index).map((c) => [c.technique as string, c.state]));
    expect(new Set(states.values())).toEqual(new Set(["none", "planned", "untested", "failing", "passing"]));
    expect(states.get("T1578.002")).toBe("passing");
    expect(states.get("T1110.003")).toBe("failing");
    expect(states.get("T1074.002")).toBe("planned");
    expect(states.get("T1528")).toBe("untested");
    for (const id of ["T1578.003", "T1005"]) expect(states.get(id), id).toBe("none");
  });
});

describe("runbooks", () => {
  it("have steps, commands, a clean-up, and a state that fits their tasks", () => {
    for (const { runbook: r, ...note } of runbooks) {
      expect(r.steps.filter((s) => s.done !== null).length, note.path).toBeGreaterThanOrEqual(3);
      expect(r.commands.filter((c) => !c.cleanup).length, note.path).toBeGreaterThan(0);
      expect(r.platforms.length, note.path).toBeGreaterThan(0);
      expect(note.headings.map((h) => h.text), note.path)
        .toEqual(expect.arrayContaining(["Prepare", "Run", "Clean up"]));
      expect(r.lastRun === undefined, note.path).toBe(r.result === undefined);
      if (r.lastRun !== undefined) expect(r.lastRun, note.path).toMatch(/^20\d\d-\d\d-\d\d$/);
      if (r.result === "pass") expect(r.steps.filter((s) => s.done === false), note.path).toEqual([]);
      if (r.lastRun === undefined) expect(r.steps.some((s) => s.done === false), note.path).toBe(true);
    }
    expect(runbooks.some(({ runbook: r }) => r.commands.some((c) => c.cleanup))).toBe(true);
    expect(new Set(runbooks.map(({ runbook: r }) => r.result)))
      .toEqual(new Set(["pass", "fail", "partial", undefined]));
  });

  it("fire rules of their own technique", () => {
    for (const { runbook: r, ...note } of runbooks) {
      const known = note.techniques.some((id) => workspace.index.rulesFor(id).own.length > 0);
      expect(r.fires.length > 0, note.path).toBe(known);
      for (const fired of r.fires) {
        const rule = workspace.index.note(workspace.index.resolve(fired, note.path) ?? "");
        expect(rule?.kind, `${note.path} → ${fired}`).toBe("rule");
        expect(rule?.techniques.some((id) => note.techniques.includes(id)), `${note.path} → ${fired}`).toBe(true);
      }
    }
  });
});

describe("rules", () => {
  it("find what their samples say, but for the one that is there to be mended", async () => {
    const findings = (await judgeRules(workspace)).filter((f) => f.problem === undefined);
    const failing = findings.filter((f) => !f.verdict.passed)
      .map((f) => `${f.verdict.rulePath}: ${f.verdict.sample}`);
    expect(failing).toEqual([
      "Detection Rules/Cloud/Instance created (as pasted from a web page).md: Azure, should be found",
    ]);
    expect(findings.length).toBeGreaterThan(60);
    expect(new Set(findings.map((f) => f.verdict.expected.kind))).toEqual(new Set(["match", "none", "rows"]));
    const after = new Map(coverageOfAll(workspace.index, { verdicts: findings.map((f) => f.verdict) })
      .map((c) => [c.technique as string, c.state]));
    expect(after.get("T1528")).toBe("passing");
    expect(after.get("T1110.003")).toBe("failing");
  });
});

describe("the dashboard", () => {
  it("draws every block, none of them empty", async () => {
    const note = workspace.index.note("Dashboard.md");
    const blocks = note?.blocks.filter((b) => b.language === "dataview") ?? [];
    expect(blocks.length).toBeGreaterThanOrEqual(5);
    for (const block of blocks) {
      const outcome = await runDql(block.text, pages, { origin: "Dashboard.md", now: TODAY });
      expect(outcome.diagnostics.map((d) => d.message), block.text).toEqual([]);
      if (outcome.kind !== "done") throw new Error(outcome.kind);
      expect(sizeOf(outcome.result), block.text).toBeGreaterThan(0);
    }
    const own = note?.blocks.filter((b) => b.language === "purplebook") ?? [];
    expect(own.flatMap((b) => readOwnBlock(b.text).diagnostics)).toEqual([]);
    expect(own.length).toBeGreaterThan(0);
  });

  it("finds the techniques that no rule names, and no others", async () => {
    const block = workspace.index.note("Dashboard.md")?.blocks.find((b) => b.text.includes("regexmatch"));
    const without = techniques.filter((n) => workspace.index.rulesFor(n.technique.id).own.length === 0)
      .map((n) => n.path);
    expect(await firstCells(block?.text, { path: "Dashboard.md" })).toEqual(without.sort());
  });
});

describe("the logs of one night", () => {
  it("are what the script writes", () => {
    const run = () => execFileSync(process.execPath, [join(root, "scripts", "demo-samples.mjs"), "--check"],
      { stdio: "pipe" });
    expect(run).not.toThrow();
  });

  it("are all told of in their note, which says what each rule finds there", async () => {
    const about = workspace.index.note("Samples/About these logs.md");
    const told = new Set(about?.links.map((l) => workspace.index.resolve(l.target, about.path)));
    const here = [...workspace.attachments.keys()].filter((p) => p.startsWith("Samples/"));
    expect(here.filter((p) => !told.has(p))).toEqual([]);
    const text = readFileSync(join(demo, "Samples", "About these logs.md"), "utf8");
    const rows = [...text.matchAll(/^\| \[\[([^\]]+)\]\] \| (.+) \| (\d+) \|$/gm)];
    expect(rows.length).toBeGreaterThan(10);
    for (const [line, rule = "", logs = "", count = ""] of rows) {
      const found = await find(rule, [...logs.matchAll(/\[\[([^\]]+)\]\]/g)].map((m) => m[1] ?? ""));
      expect(rowCount(found), line).toBe(Number(count));
    }
  });

  it("tell the same raw and ingested", async () => {
    const columns = ["TimeGenerated", "CloudProvider", "Actor", "SourceIP", "InstanceIdentifier", "Scope",
      "AccountScope"];
    const raw = await find("Cloud instance created", ["CloudTrail raw.json", "Azure Activity raw.jsonl"]);
    const ingested = await find("Cloud instance created",
      ["AWSCloudTrail ingested.csv", "AzureActivity ingested.csv"]);
    expect(cells(raw, columns)).toEqual(cells(ingested, columns));
    expect(new Set(cells(raw, ["SourceIP"]).flat())).toContain("203.0.113.77");
  });
});

/** A rule's query over files of `Samples`, each read as the lab would find out by itself. */
async function find(rule: string, logs: readonly string[]): Promise<Table> {
  const note = workspace.index.note(workspace.index.resolve(rule, "Samples/About these logs.md") ?? "");
  const query = note && mainQuery(note);
  if (!query) throw new Error(`'${rule}' is no rule with a query`);
  const lab = new LocalLab(labTime);
  for (const file of logs) await lab.load({
    id: file, text: readFileSync(join(demo, "Samples", file), "utf8"), ...(keepsFields(query.language, undefined) ? { map: false } : {}),
  });
  const now = pinnedNow(lab.loaded());
  const scope = lab.scope({ lenient: false, ...(now === undefined ? {} : { now }) });
  const compiled = lab.compile(query.language, query.text, scope);
  if (!compiled.plan) throw new Error(compiled.diagnostics.map((d) => d.message).join("; "));
  const outcome = await lab.run(compiled.plan, { now: scope.now });
  if (outcome.kind !== "done") throw new Error(`'${rule}' did not run to its end`);
  return outcome.table;
}

function cells(table: Table, columns: readonly string[]): unknown[][] {
  return table.batches.flatMap((batch) => Array.from({ length: batch.length }, (_, row) => columns.map((c) => {
    const at = table.schema.columns.findIndex((column) => column.name === c);
    const column = batch.columns[at];
    if (!column) throw new Error(`no column '${c}'`);
    return valueAt(column, row);
  })));
}

/** Paths that the links in a table's first column lead to, sorted. */
async function firstCells(query: string | undefined, from: { readonly path: string }): Promise<string[]> {
  const outcome = await runDql(query ?? "", pages, { origin: from.path, now: TODAY });
  expect(outcome.diagnostics.map((d) => d.message), from.path).toEqual([]);
  if (outcome.kind !== "done" || outcome.result.type !== "table") throw new Error(`${from.path}: no table came`);
  return outcome.result.rows.map(([cell]) => pathOf(cell ?? null, from.path)).sort();
}

function pathOf(cell: DqlValue, from: string): string {
  const target = /^\[\[([^\]|#]+)/.exec(plain(cell))?.[1] ?? "";
  return workspace.index.resolve(target, from) ?? `'${plain(cell)}' leads nowhere`;
}

const plain = (value: DqlValue) =>
  toText(value, { nullText: "", dateText: (date) => formatDate(date, "yyyy-MM-dd", "en-US") });

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((each) => {
    const path = join(folder, each);
    if (each.startsWith(".")) return [];
    return statSync(path).isDirectory() ? files(path) : [path];
  });
}

const name = (path: string) => relative(demo, path).split(sep).join("/");

/** Rows, items or groups of a result. */
function sizeOf(result: DqlResult): number {
  switch (result.type) {
    case "table": return result.rows.length;
    case "list": return result.items.length;
    case "calendar": return result.days.length;
    case "task": return result.tree.kind === "tasks" ? result.tree.tasks.length : result.tree.groups.length;
    default: return result satisfies never;
  }
}

/** Addresses set aside for documentation (RFC 5737), private ones, and the machine itself. */
function isExampleAddress(ip: string): boolean {
  const [a = 0, b = 0, c = 0] = ip.split(".").map(Number);
  const documented = ["192.0.2", "198.51.100", "203.0.113"].includes(`${a}.${b}.${c}`);
  const inside = a === 10 || a === 127 || (a === 192 && b === 168) || (a === 172 && b >= 16 && b < 32);
  return documented || inside || ip === "0.0.0.0";
}

/** Hosts set aside for examples, and the service accounts of made-up projects. */
function isExampleHost(host: string): boolean {
  return /(^|\.)(example(\.(com|net|org))?|invalid|test|localhost)$|\.iam\.gserviceaccount\.com$/i.test(host);
}
