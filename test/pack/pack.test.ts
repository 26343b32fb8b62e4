/** The bundled rules keep what they promise: notes are whole, queries compile, samples give what they state. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readTechniqueId } from "../../src/attack";
import { LocalLab, mainQuery, packedRules, packedRulesFor, runRule } from "../../src/core";
import { bundledRules } from "../../src/pack";
import { catalog } from "../../src/schema";
import { readNote, toRuleNote } from "../../src/vault";
import { demo, fileOfDemo, notesBelow, root, still } from "./rules";

const rules = packedRules();
const never = () => Promise.reject(new Error("a bundled rule brings its samples along"));

/** The techniques that the pack answers for. */
const TECHNIQUES = [
  "T1003.001", "T1053.003", "T1053.005", "T1059.001", "T1070.001", "T1078.004", "T1098.001", "T1110.001", "T1110.003",
  "T1114.003", "T1136.003", "T1528", "T1530", "T1547.001", "T1562.008", "T1566.001", "T1578", "T1578.002",
] as const;

describe("the pack", () => {
  it("holds two dozen rules and more, and stays small", () => {
    expect(rules.length).toBeGreaterThanOrEqual(26);
    expect(new Set(rules.map((r) => r.name)).size).toBe(rules.length);
    const bytes = new TextEncoder().encode(JSON.stringify(bundledRules())).length;
    expect(bytes).toBeLessThan(130_000);
  });

  it("is what the demo vault's notes say now", () => {
    const notes = notesBelow("Detection Rules").filter((n) => n.properties.get("bundled") === true);
    const texts = new Map(notes.map((n) => [n.name, readFileSync(join(demo, n.path), "utf8").replace(/\r\n/g, "\n")]));
    expect(new Map(rules.map((r) => [r.name, r.text]))).toEqual(texts);
  });

  it.each(TECHNIQUES)("has a rule for %s", (id) => {
    const technique = readTechniqueId(id);
    const own = technique ? packedRulesFor(technique).filter((r) => r.note.techniques.includes(technique)) : [];
    expect(own.length).toBeGreaterThan(0);
  });

  it("names no machine and no real network", () => {
    for (const { name, text } of rules) {
      const hosts = [...text.matchAll(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g)].map((m) => m[0]);
      const foreign = hosts.filter((h) => !/^(192\.0\.2|198\.51\.100|203\.0\.113)\.|^127\.0\.0\.1$/.test(h));
      expect(foreign, name).toEqual([]);
      const domains = [...text.matchAll(/[\w.-]@([a-z][\w-]*(?:\.[\w-]+)+)/g)].map((m) => m[1] ?? "");
      const made = /^(contoso\.example|example\.(com|net|org)|[\w-]+\.iam\.gserviceaccount\.com)$/;
      expect(domains.filter((d) => !made.test(d)), name).toEqual([]);
    }
  });
});

describe.each(rules.map((r) => [r.name, r] as const))("%s", (_, { note, text }) => {
  it("is a whole rule note", () => {
    expect(note.kind).toBe("rule");
    expect(note.diagnostics).toEqual([]);
    const rule = note.rule;
    expect(rule).toMatchObject({ title: note.name, author: "Purplebook", pasted: false });
    expect(["stable", "test", "experimental"]).toContain(rule?.status);
    expect(["informational", "low", "medium", "high", "critical"]).toContain(rule?.level);
    expect(["low", "medium", "high"]).toContain(rule?.confidence);
    expect(rule?.logsource.product).toBeTruthy();
    expect(rule?.created).toMatch(/^2026-\d\d-\d\d$/);
    expect(note.techniques.length).toBeGreaterThan(0);
    expect(rule?.tactics.length).toBeGreaterThan(0);
    expect(rule?.falsePositives.length).toBeGreaterThan(0);
    expect(rule?.dataSources.every((s) => /^[A-Z][\w ]+: [A-Z][\w ]+$/.test(s))).toBe(true);
    for (const heading of ["Query", "False positives", "Tuning guidance", "Response playbook", "Samples"]) {
      const body = note.headings.find((h) => h.text === heading)?.body;
      expect(body && text.slice(body.from, body.to).trim(), heading).toBeTruthy();
    }
    // A link would lead nowhere in the vault that the rule is copied to.
    expect(note.links.filter((l) => !l.external)).toEqual([]);
  });

  it("asks tables that it names, in their own spelling", () => {
    const lab = new LocalLab(still);
    const query = mainQuery(note);
    const { plan, diagnostics } = lab.compile("kql", query?.text ?? "", lab.scope({ lenient: false }));
    expect(diagnostics).toEqual([]);
    expect(plan).toBeDefined();
    const words = new Set(query?.text.match(/\w+/g));
    const asked = catalog.tables().filter((name) => words.has(name));
    expect([...(note.rule?.tables ?? [])].sort()).toEqual(asked.sort());
  });

  it("gives on each sample what the sample states", async () => {
    const samples = note.rule?.samples ?? [];
    expect(samples.every((s) => s.expect !== undefined && s.table !== undefined)).toBe(true);
    expect(new Set(samples.map((s) => s.name)).size).toBe(samples.length);
    expect(samples.some((s) => s.expect?.kind === "match" || s.expect?.kind === "rows")).toBe(true);
    expect(samples.some((s) => s.expect?.kind === "none")).toBe(true);
    const runs = await runRule(note, new LocalLab(still), { at: 0, read: never });
    expect(runs.map((r) => [r.sample.name, r.verdict.passed, r.verdict.got])).toEqual(samples.map((s) => [
      s.name, true, s.expect?.kind === "rows" ? s.expect.count : s.expect?.kind === "none" ? 0 : expect.any(Number),
    ]));
  });
});

describe("the demo vault's other rules", () => {
  const others = notesBelow("Detection Rules").filter((n) => n.properties.get("bundled") !== true);
  const runnable = others.filter((n) => mainQuery(n)?.language === "kql");

  it("are there: Sigma rules, drafts, and rules over files of the vault", () => {
    const sigma = others.filter((n) => n.rule?.queries.some((q) => q.language === "sigma"));
    expect(sigma.length).toBeGreaterThanOrEqual(5);
    expect(sigma.every((n) => n.diagnostics.length === 0 && n.techniques.length > 0)).toBe(true);
    const files = runnable.flatMap((n) => n.rule?.samples ?? []).filter((s) => s.source.kind === "file");
    expect(files.length).toBeGreaterThanOrEqual(5);
  });

  it("fail nowhere but where a newcomer is shown a mistake", async () => {
    const failed: string[] = [];
    for (const note of runnable) {
      const runs = await runRule(note, new LocalLab(still), { at: 0, read: (path) => fileOfDemo(path) });
      expect(runs.length, note.path).toBeGreaterThan(0);
      failed.push(...runs.filter((r) => !r.verdict.passed).map((r) => `${note.name}: ${r.sample.name}`));
    }
    expect(failed).toEqual(["Instance created (as pasted from a web page): Azure, should be found"]);
  });
});

it("the pasted page of the demo vault becomes a rule note that keeps every line and runs", () => {
  const [page, ...more] = notesBelow("Inbox");
  expect(more).toEqual([]);
  expect(page?.rule).toMatchObject({
    pasted: true, level: "medium", confidence: "medium", tables: ["StorageBlobLogs"],
  });
  const { text, lost } = toRuleNote(readFileSync(join(demo, page?.path ?? ""), "utf8"));
  expect(lost).toEqual([]);
  const note = readNote({ path: "Detection Rules/Cloud/converted.md" }, text);
  expect(note.rule).toMatchObject({ pasted: false, falsePositives: page?.rule?.falsePositives });
  expect(note.techniques).toEqual(page?.techniques);
  const lab = new LocalLab(still);
  const { plan, diagnostics } = lab.compile("kql", mainQuery(note)?.text ?? "", lab.scope({ lenient: true }));
  expect(plan).toBeDefined();
  expect(diagnostics.map((d) => d.code)).toEqual(["kql-name-case"]);
});

it("the pack's data lies where the script writes it", () => {
  expect(JSON.parse(readFileSync(join(root, "src/pack/data/rules.json"), "utf8"))).toHaveLength(rules.length);
});
