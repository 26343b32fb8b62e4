import { describe, expect, it } from "vitest";
import { applyEdits } from "../../src/base";
import { readHuntBlock } from "../../src/obsidian/hunt-block";

describe("a hunt block", () => {
  it.each([
    ["logs: a.evtx", { logs: ["a.evtx"] }],
    ["logs: [a.jsonl, '[[b.csv]]']\nrules: Detection Rules/Windows\nlevel: High\ngroup: rule", {
      logs: ["a.jsonl", "b.csv"], folder: "Detection Rules/Windows", level: "high", group: "rule" }],
    ["logs: [[Samples/x.jsonl]]\ntechnique: t1059_001\ntag: '#lab'", { logs: ["Samples/x.jsonl"], technique: "T1059.001", tag: "#lab" }],
    ["logs:\n  - \"[[a.log|the log]]\"", { logs: ["a.log"] }],
  ])("%j is read", (source, value) => {
    expect(readHuntBlock(source)).toEqual({ value, diagnostics: [] });
  });

  it.each([
    ["", "hunt-empty"], ["just words", "hunt-empty"], ["rules: x", "hunt-logs"], ["logs: a\nlevel: hihg", "hunt-level"],
    ["logs: a\nlog: b", "hunt-key"], ["logs: a\ntechnique: T1", "hunt-technique"], ["logs: a\ngroup: folder", "hunt-group"],
  ])("%j is told", (source, code) => {
    const { value, diagnostics } = readHuntBlock(source);
    expect([value, diagnostics.map((d) => d.code)]).toEqual([undefined, expect.arrayContaining([code])]);
  });

  it("offers the nearest word", () => {
    const source = "logs: a\nlevel: hihg";
    const [told] = readHuntBlock(source).diagnostics;
    expect(applyEdits(source, told?.fix?.edits ?? [])).toBe("logs: a\nlevel: high");
  });
});
