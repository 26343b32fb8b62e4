/** Verdicts that are remembered, and when they no longer count. */
import { describe, expect, it } from "vitest";
import { Verdicts } from "../../src/core";
import { Index, readNote, type Note } from "../../src/vault";

const TEXT = `---
status: stable
tags: [detection_rule, T1578_002]
---

\`\`\`kusto
T | take 1
\`\`\`

\`\`\`json table=T expect=match name="Good"
[{"a": 1}]
\`\`\`
`;
const note = (
  text = TEXT, path = "Detection Rules/r.md", modified = 1000,
): Note => readNote({ path, created: 0, modified, size: text.length }, text);
const run = { sample: "Good", expected: { kind: "match" }, got: 1, passed: true, at: 5000 } as const;
const indexOf = (...notes: Note[]) => Index.build(notes);

describe("verdicts", () => {
  it("are kept over stored data and back", () => {
    const verdicts = new Verdicts();
    expect(verdicts.record(note(), run)).toBe(true);
    const again = Verdicts.read(JSON.parse(JSON.stringify(verdicts.toData())));
    expect(again.current(indexOf(note()))).toEqual([{ rulePath: "Detection Rules/r.md", ...run }]);
  });

  it("do not count for another query, another sample text or another table", () => {
    for (const [from, to] of [["take 1", "take 2"], ['"a": 1', '"a": 2'], ["table=T", "table=U"]] as const) {
      const verdicts = new Verdicts();
      verdicts.record(note(), run);
      expect(verdicts.current(indexOf(note(TEXT.replace(from, to)))), to).toEqual([]);
    }
  });

  it("count although the prose around has changed, and are then as new as the note", () => {
    const verdicts = new Verdicts();
    verdicts.record(note(), run);
    const [kept] = verdicts.current(indexOf(note(`${TEXT}\nMore words.\n`, "Detection Rules/r.md", 9000)));
    expect(kept).toMatchObject({ passed: true, at: 9000 });
  });

  it("go with a note that moves and go away with it", () => {
    const verdicts = new Verdicts();
    verdicts.record(note(), run);
    expect(verdicts.moved("Detection Rules/r.md", "Detection Rules/s.md")).toBe(true);
    expect(verdicts.current(indexOf(note(TEXT, "Detection Rules/s.md"))).map((v) => v.rulePath)).toEqual([
      "Detection Rules/s.md",
    ]);
    expect(verdicts.removed("Detection Rules/s.md")).toBe(true);
    expect(verdicts.toData()).toEqual([]);
  });

  it("are not made for a sample that the note does not have", () => {
    expect(new Verdicts().record(note(), { ...run, sample: "Nobody" })).toBe(false);
  });

  it.each([
    ["nothing", undefined], ["a text", "x"], ["a number in a list", [3]],
    ["half a verdict", [{ fingerprint: "x", verdict: { sample: "s" } }]],
    ["a wrong expectation", [{
      fingerprint: "x",
      verdict: { rulePath: "r", sample: "s", expected: { kind: "rows" }, got: 1, passed: true, at: 1 },
    }]],
    ["a prototype", [JSON.parse('{"__proto__": {"verdict": {}}}')]],
  ])("pass over %s in stored data", (_, stored) => {
    expect(Verdicts.read(stored).toData()).toEqual([]);
  });
});
