import { describe, expect, test } from "vitest";
import type { Step, TermCount } from "../../src/query";
import { durationText, layoutTrace, operatorLine, stepSentence, termsToShow } from "../../src/ui/trace-layout";

const QUERY = [
  "let A = Azure",
  "| where Time > 1",
  "| where Op == 'write'",
  "    and Status == 'Succeeded'",
  "| extend X = 1;",
  "let B = Aws",
  "| where Name == 'Run';",
  "union A, B |",
  "  take 5",
].join("\n");

/** A step at a piece of the query; `nth` picks among equal pieces. */
function step(label: string, piece: string, rowsIn: number, rowsOut: number, terms?: readonly TermCount[], plan = 0): Step {
  const from = QUERY.indexOf(piece);
  if (from < 0) throw new Error(`the query has no ${piece}`);
  return { plan, label, span: { from, to: from + piece.length }, rowsIn, rowsOut, ms: 1, ...(terms === undefined ? {} : { terms }) };
}
function term(piece: string, passed: number, instead?: TermCount["instead"]): TermCount {
  const from = QUERY.indexOf(piece);
  return { span: { from, to: from + piece.length }, passed, ...(instead === undefined ? {} : { instead }) };
}

const OP = "| where Op == 'write'\n    and Status == 'Succeeded'";
const AZURE_DIES = [
  step("Azure", "Azure", 0, 43, undefined, 1),
  step("where", "| where Time > 1", 43, 43, [term("Time > 1", 43)], 2),
  step("where", OP, 43, 0, [
    term("Op == 'write'", 15),
    term("Status == 'Succeeded'", 0, { column: "Status", values: [{ text: "Success", rows: 26 }] }),
  ], 3),
  step("extend", "| extend X = 1", 0, 0, undefined, 4),
  step("Aws", "Aws", 0, 100, undefined, 5),
  step("where", "| where Name == 'Run'", 100, 7, [term("Name == 'Run'", 7)], 6),
  step("union", "union A, B", 7, 7, undefined, 7),
  step("", "union A, B", 7, 7, undefined, 8),
  step("take", "|\n  take 5", 7, 5, undefined, 9),
];

describe("which step stands on which line", () => {
  const layout = layoutTrace(QUERY, AZURE_DIES, 5);
  test("by the operator's place, a leading pipe on the line before passed over", () => {
    expect(layout.lines.map((l) => l.steps.map((s) => s.label).join(" "))).toEqual(
      ["Azure", "where", "where", "", "extend", "Aws", "where", "union", "take"]);
  });
  test("lines hold their text without the break, also with Windows' breaks", () => {
    expect(layout.lines.map((l) => QUERY.slice(l.span.from, l.span.to))).toEqual(QUERY.split("\n"));
    const windows = QUERY.replace(/\n/g, "\r\n");
    expect(layoutTrace(windows, [], 0).lines.map((l) => windows.slice(l.span.from, l.span.to))).toEqual(QUERY.split("\n"));
  });
  test("helping nodes without a label are not shown", () => {
    expect(layout.lines.flatMap((l) => l.steps).some((s) => s.plan === 8)).toBe(false);
  });
  test("terms stand on their own lines, and the dead operator goes on there", () => {
    expect(layout.lines[2]?.terms.map((t) => [t.line, t.passed, t.dead])).toEqual([[3, 15, false]]);
    expect(layout.lines[3]?.terms.map((t) => [t.line, t.passed, t.dead])).toEqual([[4, 0, true]]);
    expect(layout.lines[3]?.within?.plan).toBe(3);
    expect(layout.lines[4]?.within).toBeUndefined();
  });
  test("a single term that lets rows pass says nothing that the step does not say", () => {
    expect(layout.lines[1]?.steps.flatMap((s) => termsToShow(s))).toEqual([]);
  });
  test("several steps of one line come in the order of the text", () => {
    const one = "T | where a | take 1";
    const at = (label: string, from: number, to: number): Step => ({ plan: from, label, span: { from, to }, rowsIn: 1, rowsOut: 1, ms: 0 });
    expect(layoutTrace(one, [at("take", 12, 20), at("where", 2, 11), at("T", 0, 1)], 1).lines[0]?.steps.map((s) => s.label))
      .toEqual(["T", "where", "take"]);
  });
  test("a step from outside of the text is kept, below", () => {
    const far: Step = { plan: 1, label: "where", span: { from: 900, to: 950 }, rowsIn: 1, rowsOut: 1, ms: 0 };
    expect(layoutTrace("T", [far], 1)).toMatchObject({ elsewhere: [{ plan: 1 }] });
    expect(layoutTrace("", [], 0).lines).toHaveLength(1);
  });
  test("an operator that ran twice is numbered", () => {
    const twice = [step("where", "| where Time > 1", 9, 3, undefined, 1), step("where", "| where Time > 1", 5, 5, undefined, 2)];
    expect(layoutTrace(QUERY, twice, 8).lines[1]?.steps.map((s) => s.nth)).toEqual([{ index: 1, of: 2 }, { index: 2, of: 2 }]);
  });
});

describe("where rows died", () => {
  test("a branch that died is told although rows came out", () => {
    const layout = layoutTrace(QUERY, AZURE_DIES, 5);
    expect(layout.last).toBeUndefined();
    expect(layout.deaths.map((s) => s.plan)).toEqual([3]);
  });
  test("with no row at the end the latest death is the last one, the others stay deaths", () => {
    const all = AZURE_DIES.map((s) => (s.plan === 6 ? { ...s, rowsOut: 0 } : s.plan > 6 ? { ...s, rowsIn: 0, rowsOut: 0 } : s));
    const layout = layoutTrace(QUERY, all, 0);
    expect(layout.last?.plan).toBe(6);
    expect(layout.deaths.map((s) => s.plan)).toEqual([3]);
    expect(layout.lines[6]?.steps[0]).toMatchObject({ last: true, fate: "died" });
  });
  test("steps behind a death are starved, not dead", () => {
    const layout = layoutTrace(QUERY, AZURE_DIES, 5);
    expect(layout.lines[4]?.steps[0]?.fate).toBe("starved");
  });
  test("a table without rows is empty; what filters it is starved", () => {
    const layout = layoutTrace(QUERY, [step("Azure", "Azure", 0, 0), step("where", "| where Time > 1", 0, 0, [term("Time > 1", 0)])], 0);
    expect(layout.lines[0]?.steps[0]?.fate).toBe("empty");
    expect(layout.lines[1]?.steps[0]?.fate).toBe("starved");
    expect(layout.lines[1]?.terms).toEqual([]);
    expect(layout.last).toBeUndefined();
  });
  test("a count over nothing brings a row to life", () => {
    const layout = layoutTrace(QUERY, [step("Azure", "Azure", 0, 4), step("where", "| where Time > 1", 4, 0), step("count", "| extend X = 1", 0, 1)], 1);
    expect(layout.deaths).toHaveLength(1);
    expect(layout.last).toBeUndefined();
  });
  test("a run that was stopped has no deaths: what went in may not have come out yet", () => {
    const layout = layoutTrace(QUERY, AZURE_DIES, undefined);
    expect(layout.last).toBeUndefined();
    expect(layout.deaths).toEqual([]);
    expect(layout.lines.flatMap((l) => l.terms.filter((t) => t.dead))).toEqual([]);
  });
});

describe("counts", () => {
  test("are given room for the widest, with the names of steps that share a line", () => {
    const alone = [step("where", "| where Time > 1", 27_320_320, 20_000)];
    expect(layoutTrace(QUERY, alone, 1).widest).toBe("27,320,320 → 20,000".length);
    const one = "T | where x | summarize count()";
    const at = (label: string, from: number, to: number, rows: number): Step => ({ plan: from, label, span: { from, to }, rowsIn: rows, rowsOut: rows, ms: 1 });
    expect(layoutTrace(one, [at("where", 2, 11, 5), at("summarize", 12, 31, 5)], 1).widest).toBe("summarize 5 → 5".length);
  });
});

describe("bars", () => {
  const layout = layoutTrace(QUERY, AZURE_DIES, 5);
  const steps = layout.lines.flatMap((l) => l.steps);
  test("the most rows fill the bar, none leave it empty, one row can be seen", () => {
    expect(steps.find((s) => s.plan === 5)).toMatchObject({ barIn: 1, barOut: 1 });
    expect(steps.find((s) => s.plan === 3)?.barOut).toBe(0);
    expect(layoutTrace(QUERY, [step("where", "| where Time > 1", 1e9, 1)], 1).lines[1]?.steps[0]?.barOut).toBeGreaterThanOrEqual(0.03);
  });
  test("more rows never have a shorter bar", () => {
    const out = [0, 1, 2, 10, 500, 1e6].map((n) => layoutTrace(QUERY, [step("where", "| where Time > 1", 1e6, n)], n).lines[1]?.steps[0]?.barOut ?? -1);
    expect([...out].sort((a, b) => a - b)).toEqual(out);
  });
});

test("a step in words", () => {
  const layout = layoutTrace(QUERY, AZURE_DIES, 5);
  const words = layout.lines.flatMap((l) => l.steps).map(stepSentence);
  expect(words).toEqual([
    "Azure: 43 rows read", "where: 43 rows in, 43 rows out", "where: 43 rows in, none out", "extend: no rows came in",
    "Aws: 100 rows read", "where: 100 rows in, 7 rows out", "union: 7 rows in, 7 rows out", "take: 7 rows in, 5 rows out",
  ]);
});

test("the line of an operator, past its pipe and breaks", () => {
  const at = (piece: string): number => operatorLine(QUERY, { from: QUERY.indexOf(piece), to: QUERY.indexOf(piece) + piece.length });
  expect([at("let A"), at("| where Time > 1"), at("|\n  take 5"), at("take 5")]).toEqual([1, 2, 9, 9]);
});

test("times in words", () => {
  expect([0, 0.04, 0.4, 9.96, 34.4, 1234, 61_000, 1_234_567].map(durationText))
    .toEqual(["< 0.1 ms", "< 0.1 ms", "0.4 ms", "10.0 ms", "34 ms", "1.2 s", "61 s", "1,235 s"]);
});

describe("what a filter counts besides", () => {
  const text = "selection:\n  Image: a\n  Line: b\nfilter: {User: c}\ncondition: selection and not filter";
  const at = (piece: string): { from: number; to: number } => ({ from: text.indexOf(piece), to: text.indexOf(piece) + piece.length });
  const trace: Step[] = [{
    plan: 1, label: "condition", span: at("selection and not filter"), rowsIn: 9, rowsOut: 2, ms: 1,
    terms: [{ span: at("Image: a"), passed: 5 }, { span: at("Line: b"), passed: 0, instead: { column: "Line", values: [{ text: "x", rows: 9 }] } },
      { span: at("not filter"), passed: 8 }],
    counted: [{ span: at("selection:\n  Image: a\n  Line: b"), passed: 0 }, { span: at("filter: {User: c}"), passed: 1 }, { span: at("User: c"), passed: 1 },
      { span: at("Image: a"), passed: 5 }, { span: at("Line: b"), passed: 0 }],
  }];

  test("stands on the line where it begins, the same count once; terms of the same place are not told again", () => {
    const lines = layoutTrace(text, trace, 2).lines;
    expect(lines.map((line) => line.counted.map((c) => c.passed))).toEqual([[0], [5], [0], [1], []]);
    expect(lines.map((line) => line.terms.map((t) => text.slice(t.span.from, t.span.to)))).toEqual([[], [], ["Line: b"], [], ["not filter"]]);
    const all = layoutTrace(text, trace, 2, { off: [], allTerms: true }).lines;
    expect(all.map((line) => line.terms.length)).toEqual([0, 1, 1, 0, 1]);
  });

  test("is not told where no row came in", () => {
    expect(layoutTrace(text, trace.map((s) => ({ ...s, rowsIn: 0, rowsOut: 0 })), 0).lines.flatMap((line) => line.counted)).toEqual([]);
  });
});
