/** Coverage: the state of a technique and the reasons for it. */
import { describe, expect, it } from "vitest";
import { readTechniqueId } from "../../src/attack";
import type { TechniqueId } from "../../src/attack";
import { combined, coverageOf, coverageOfAll, coverageTable, expectationText, meets, stageOf } from "../../src/coverage";
import type { Coverage, CoverageState, RunVerdict } from "../../src/coverage";
import { rowsOf } from "../../src/table";
import { Index, readNote } from "../../src/vault";
import type { Expectation } from "../../src/vault";

const id = (text: string): TechniqueId => readTechniqueId(text) as TechniqueId;
const AT = Date.UTC(2026, 4, 1);

interface RuleShape { tag?: string; status?: string; query?: boolean; expect?: string; modified?: number }
const rule = (name: string, shape: RuleShape = {}) => readNote({ path: `Detection Rules/${name}.md`, modified: shape.modified ?? 0 },
  `---\ntags: ${shape.tag ?? "T1578_002"}\n${shape.status === undefined ? "" : `status: ${shape.status}\n`}---\n${shape.query === false ? "" : "```kql\nT\n```\n"}\n${shape.expect === undefined ? "" : `\`\`\`json expect="${shape.expect}" name=one\n[]\n\`\`\`\n`}`);
const runbook = (name: string, result?: string, lastRun?: string, tag = "T1578_002") => readNote({ path: `Testing Runbooks/${name}.md` },
  `---\ntags: ${tag}\n${result === undefined ? "" : `result: ${result}\n`}${lastRun === undefined ? "" : `last_run: ${lastRun}\n`}---\n- [x] a\n- [ ] b\n`);
const verdict = (name: string, passed: boolean, more: Partial<RunVerdict> = {}): RunVerdict => ({ rulePath: `Detection Rules/${name}.md`, sample: "one", expected: { kind: "match" }, got: passed ? 2 : 0, passed, at: AT, ...more });
const cover = (notes: Parameters<typeof Index.build>[0], verdicts: RunVerdict[] = [], technique = "T1578.002"): Coverage => coverageOf(Index.build(notes), id(technique), { verdicts });

describe("the state", () => {
  const live = { status: "test", expect: "match" };
  it.each<[string, Coverage, CoverageState, string]>([
    ["nothing", cover([]), "none", "No rule names T1578.002."],
    ["a rule of another technique", cover([rule("r", { tag: "T1005" })]), "none", "No rule names T1578.002."],
    ["a retired rule", cover([rule("r", { status: "deprecated" })]), "none", "Every rule for T1578.002 is retired."],
    ["a runbook alone", cover([runbook("b", "pass")]), "planned", "No rule names T1578.002."],
    ["a draft", cover([rule("r", { status: "draft" })]), "planned", "'r' is planned: its status is 'draft'."],
    ["a rule without a query", cover([rule("r", { query: false, status: "stable" })]), "planned", "'r' is planned: it has no query yet."],
    ["a rule never run", cover([rule("r", live)]), "untested", "'r' is in use: its status is 'test'."],
    ["a rule with a runbook never run", cover([rule("r", live), runbook("b")]), "untested", "'r' is in use: its status is 'test'."],
    ["a passing sample", cover([rule("r", live)], [verdict("r", true)]), "passing", "'r' passes on 'one': expected a match, 2 rows came."],
    ["a failing sample", cover([rule("r", live)], [verdict("r", false)]), "failing", "'r' fails on 'one': expected a match, 0 rows came."],
    ["a query that broke", cover([rule("r", live)], [verdict("r", false, { got: null })]), "failing", "'r' fails on 'one': expected a match, the query did not run to its end."],
    ["one failing beside one passing", cover([rule("a", live), rule("r", live)], [verdict("a", true), verdict("r", false)]), "failing", "'r' fails on 'one': expected a match, 0 rows came."],
    ["a passed runbook", cover([rule("r", { status: "test" }), runbook("b", "detected", "2026-04-01")]), "passing", "The runbook 'b' passed on 2026-04-01."],
    ["a failed runbook", cover([rule("r", live), runbook("b", "missed")], [verdict("r", true)]), "failing", "The runbook 'b' failed."],
    ["a runbook that passed in part", cover([rule("r", live), runbook("b", "partial")]), "failing", "The runbook 'b' passed only in part."],
    ["a verdict older than the note", cover([rule("r", { ...live, modified: AT + 60_000 })], [verdict("r", false)]), "untested", "'r' is in use: its status is 'test'."],
    ["a verdict on another expectation", cover([rule("r", { status: "test", expect: "none" })], [verdict("r", false)]), "untested", "'r' is in use: its status is 'test'."],
    ["the newest verdict", cover([rule("r", live)], [verdict("r", true, { at: AT + 5 }), verdict("r", false)]), "passing", "'r' passes on 'one': expected a match, 2 rows came."],
    ["a failing draft", cover([rule("r", { status: "draft", expect: "match" })], [verdict("r", false)]), "planned", "'r' is planned: its status is 'draft'."],
  ])("of %s", (_, coverage, state, reason) => {
    expect([coverage.state, coverage.reasons[0]?.text]).toEqual([state, reason]);
  });

  it("says why old verdicts and untried rules do not count", () => {
    const texts = (c: Coverage) => c.reasons.map((r) => r.text);
    expect(texts(cover([rule("r", { expect: "match", modified: AT + 60_000 })], [verdict("r", true)]))).toContain("The verdict on 'one' no longer counts: the note was changed after it.");
    expect(texts(cover([rule("r")]))).toContain("'r' has no sample that states what to expect.");
    expect(texts(cover([rule("r", { expect: "match" })]))).toContain("No runbook tests T1578.002.");
    expect(texts(cover([rule("r"), runbook("b", undefined, "2026-01-01")]))).toContain("The runbook 'b' was run on 2026-01-01, but states no result.");
  });
});

describe("a technique and its sub-techniques", () => {
  const notes = [rule("own", { tag: "T1578", expect: "match" }), rule("sub", { tag: "t1578.002", expect: "match" }), runbook("b", "pass", "2026-03-01", "T1578_001"), rule("s1", { tag: "T1578_001" })];
  it("are told apart and rolled up", () => {
    const coverage = cover(notes, [verdict("own", true)], "T1578");
    expect([coverage.state, coverage.subs, coverage.rolled]).toEqual(["passing", [{ technique: "T1578.001", state: "passing" }, { technique: "T1578.002", state: "untested" }], "untested"]);
    expect(coverage.rules.map((r) => [r.title, r.via])).toEqual([["own", []], ["s1", ["T1578.001"]], ["sub", ["T1578.002"]]]);
    expect(coverage.rolledReasons.map((r) => r.text)).toEqual(["The technique itself is passing.", "1 of 2 sub-techniques is passing: T1578.001.", "1 of 2 sub-techniques is untested: T1578.002."]);
    expect(coverage.newestTest).toBe("2026-05-01");
  });
  it("count those that no note names yet when they are known", () => {
    const coverage = coverageOf(Index.build([rule("sub")]), id("T1578"), { subsOf: () => ["T1578.001", "T1578.002", "T1578.003"].map(id) });
    expect([coverage.state, coverage.subs.map((s) => s.state), coverage.rolled]).toEqual(["none", ["none", "untested", "none"], "untested"]);
  });
  it.each<[CoverageState[], CoverageState]>([[[], "none"], [["none", "none"], "none"], [["passing", "passing"], "passing"], [["passing", "none"], "untested"], [["failing", "passing"], "failing"], [["planned", "none"], "planned"], [["planned", "untested"], "untested"]])("%j together are %s", (states, state) => {
    expect(combined(states)).toBe(state);
  });
});

describe("the rules of judgement", () => {
  it.each<[string | undefined, boolean, string]>([["experimental", true, "live"], ["Stable", true, "live"], [undefined, true, "live"], [undefined, false, "planned"], ["In-Progress", true, "planned"], ["Deprecated", true, "retired"], ["our own word", true, "live"], ["constructor", true, "live"]])("status %s, query %s: %s", (status, query, stage) => {
    expect(stageOf(status, query).stage).toBe(stage);
  });
  it.each<[Expectation, number, boolean, string]>([[{ kind: "match" }, 1, true, "a match"], [{ kind: "match" }, 0, false, "a match"], [{ kind: "none" }, 0, true, "no match"], [{ kind: "rows", count: 3 }, 3, true, "3 rows"], [{ kind: "rows", count: 1 }, 2, false, "1 row"]])("%j with %i rows: %s", (expected, rows, met, words) => {
    expect([meets(expected, rows), expectationText(expected)]).toEqual([met, words]);
  });
});

it("is a table", () => {
  const index = Index.build([rule("r", { expect: "match" }), rule("s", { tag: "T1005" }), runbook("b")]);
  const rows = [...rowsOf(coverageTable(coverageOfAll(index, { verdicts: [verdict("r", true)] })))];
  expect(rows.map((r) => [r[0], r[2], r[5], r[8], r[9], r[11]])).toEqual([["T1005", "untested", 1n, 0n, 0n, ""], ["T1578.002", "passing", 1n, 1n, 1n, "2026-05-01"]]);
});
