import { Text } from "@codemirror/state";
import { describe, expect, test } from "vitest";
import { fencedRegions, leastChange, regionAt } from "../../src/ui/editor-regions";

/** The texts of the regions of a note, each with the language it was given. */
function inside(note: string): string[] {
  const doc = Text.of(note.split("\n"));
  const languages = new Map([["kql", "KQL"], ["kusto", "KQL"], ["dataview", "DQL"]]);
  return fencedRegions(doc, (name) => languages.get(name)).map((r) => `${r.language}:${doc.sliceString(r.from, r.to)}`);
}

describe("fences of a note", () => {
  const cases: readonly [string, string, readonly string[]][] = [
    ["one", "a\n```kql\nT\n| take 1\n```\nb", ["KQL:T\n| take 1"]],
    ["two languages", "```kusto\nT\n```\n~~~dataview\nLIST\n~~~", ["KQL:T", "DQL:LIST"]],
    ["other languages", "```js\nT\n```", []],
    ["case and more words", "```KQL table=X\nT\n```", ["KQL:T"]],
    ["never closed", "```kql\nT\n| take", ["KQL:T\n| take"]],
    ["open and nothing else", "```kql", []],
    ["empty", "```kql\n```", []],
    ["one empty line", "```kql\n\n```", ["KQL:"]],
    ["a longer fence holds a shorter one", "````kql\nT\n```\nU\n````", ["KQL:T\n```\nU"]],
    ["the other mark does not close", "```kql\nT\n~~~\n```", ["KQL:T\n~~~"]],
    ["a fence inside of another language is text", "```md\n```kql\nT\n```\n", []],
    ["an info string with a backtick opens nothing", "```kql `x`\nT\n```", []],
    ["four blanks are code, not a fence", "    ```kql\nT", []],
    ["properties hold no fences", "---\na: |\n  ```kql\n---\n```kql\nT\n```", ["KQL:T"]],
    ["in a quote it is left alone", "> ```kql\n> T\n> ```", []],
  ];
  for (const [name, note, expected] of cases) test(name, () => expect(inside(note)).toEqual(expected));

  test("a word that says too little asks for the text inside", () => {
    const doc = Text.of("```yaml\na: 1\n```\n```yaml\ndetection:\n  x: 1\n```\n```js\ny\n```\n```yaml\ndetection: 2".split("\n"));
    const asked: string[] = [];
    const found = fencedRegions(doc, (name, text) => {
      if (name !== "yaml") return undefined;
      asked.push(text());
      return text().startsWith("detection") ? "Sigma" : undefined;
    });
    expect(asked).toEqual(["a: 1", "detection:\n  x: 1", "detection: 2"]);
    expect(found.map((r) => doc.sliceString(r.from, r.to))).toEqual(["detection:\n  x: 1", "detection: 2"]);
  });

  test("the region under a place, its end included", () => {
    const regions = [{ from: 5, to: 9, language: "a" }, { from: 12, to: 12, language: "b" }];
    expect([4, 5, 9, 10, 12].map((at) => regionAt(regions, at)?.language)).toEqual([undefined, "a", "a", undefined, "b"]);
  });
});

describe("the least change", () => {
  test("keeps what is equal in front and behind", () => {
    expect(leastChange("where a", "where bb a")).toEqual({ from: 6, to: 6, insert: "bb " });
    expect(leastChange("aaa", "aa")).toEqual({ from: 2, to: 3, insert: "" });
    expect(leastChange("x", "x")).toBeNull();
    expect(leastChange("", "new")).toEqual({ from: 0, to: 0, insert: "new" });
  });
  test("law: applying it gives the new text", () => {
    const seed = 5;
    let s = seed;
    const next = (n: number): number => Math.floor(((s = (Math.imul(s, 1664525) + 1013904223) >>> 0) / 4294967296) * n);
    const word = (): string => Array.from({ length: next(7) }, () => "ab".charAt(next(2))).join("");
    for (let round = 0; round < 2000; round++) {
      const a = word();
      const b = word();
      const c = leastChange(a, b);
      expect(c === null ? a : a.slice(0, c.from) + c.insert + a.slice(c.to), `seed ${seed}: ${a} → ${b}`).toBe(b);
    }
  });
});
