import { expect, it } from "vitest";
import { readOwnBlock } from "../../src/obsidian/own-block";

it.each([
  ["coverage", { panel: "coverage" }],
  ["  Rules  t1059_001 ", { panel: "rules", technique: "T1059.001" }],
  ["// a remark\n\nrunbooks T1578.002\n", { panel: "runbooks", technique: "T1578.002" }],
  ["bundled", { panel: "bundled" }],
])("reads %j", (source, value) => {
  expect(readOwnBlock(source)).toEqual({ value, diagnostics: [] });
});

it.each([
  ["", "block-empty", 0, 0],
  ["covrage", "block-panel", 0, 7],
  ["rules x", "block-technique", 6, 7],
  ["// no\nrules T1578 more", "block-more", 18, 22],
])("tells what is wrong with %j, at its place", (source, code, from, to) => {
  const { value, diagnostics } = readOwnBlock(source);
  expect(value).toBeUndefined();
  expect(diagnostics).toMatchObject([{ code, severity: "error", span: { from, to } }]);
});

it("offers the name that was meant", () => {
  expect(readOwnBlock("covrage").diagnostics[0]?.fix?.edits).toEqual([
    { span: { from: 0, to: 7 }, insert: "coverage" },
  ]);
});
