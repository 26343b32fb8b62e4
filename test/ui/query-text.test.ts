import { describe, expect, test } from "vitest";
import { applyEdits } from "../../src/base";
import type { Token } from "../../src/query";
import { caretLine } from "../../src/ui/caret";
import { literalFix } from "../../src/ui/literal-fix";
import { firstTokenAt, paint, widen } from "../../src/ui/query-paint";

/** Words as keywords, quoted texts as strings. */
function tokens(text: string): Token[] {
  return [...text.matchAll(/[@h]?("[^"]*"|'[^']*')|[A-Za-z]+/g)].map((m) => ({
    span: { from: m.index, to: m.index + m[0].length }, kind: /["']/.test(m[0]) ? "string" : "keyword",
  }));
}
const all = (text: string) => ({ from: 0, to: text.length });

describe("painted pieces", () => {
  test("cut at tokens and at marks, nothing lost", () => {
    const text = "where a == b";
    expect(paint(text, all(text), tokens(text), [{ from: 6, to: 10 }]).map((p) => [p.text, p.kind, p.marks.join()])).toEqual([
      ["where", "keyword", ""], [" ", null, ""], ["a", "keyword", "0"], [" ==", null, "0"], [" ", null, ""], ["b", "keyword", ""],
    ]);
  });
  test("marks may overlap, reach over lines, and be empty", () => {
    const text = "ab\ncd";
    const marks = [{ from: 1, to: 4 }, { from: 4, to: 4 }, { from: 99, to: 120 }];
    expect(paint(text, { from: 3, to: 5 }, [], marks).map((p) => [p.text, p.marks.join(), p.ends.join()])).toEqual([["c", "0", "0"], ["d", "1,2", "1,2"]]);
  });
  test("law: the pieces of all lines are the lines", () => {
    const seed = 99;
    let s = seed;
    const next = (n: number): number => Math.floor(((s = (Math.imul(s, 1664525) + 1013904223) >>> 0) / 4294967296) * n);
    for (let round = 0; round < 500; round++) {
      const text = Array.from({ length: next(40) }, () => "ab |='\"\n".charAt(next(8))).join("");
      const marks = Array.from({ length: next(4) }, () => ({ from: next(50) - 5, to: next(50) - 5 }));
      const from = next(text.length + 1);
      const range = { from, to: from + next(text.length - from + 1) };
      const pieces = paint(text, range, tokens(text), marks);
      expect(pieces.map((p) => p.text).join(""), `seed ${seed}, round ${round}`).toBe(text.slice(range.from, range.to));
      expect(pieces.every((p) => p.text !== ""), `seed ${seed}, round ${round}`).toBe(true);
    }
  });
  test("the first token at a place", () => {
    const t = tokens("aa bb cc");
    expect([0, 1, 2, 3, 7, 8, 99].map((at) => firstTokenAt(t, at))).toEqual([0, 0, 1, 1, 2, 3, 3]);
    expect(firstTokenAt([], 4)).toBe(0);
  });
  test("what is underlined is inside of the text and not nothing", () => {
    expect(widen({ from: 2, to: 2 }, 5)).toEqual({ from: 2, to: 3 });
    expect(widen({ from: 5, to: 5 }, 5)).toEqual({ from: 4, to: 5 });
    expect(widen({ from: -4, to: 99 }, 5)).toEqual({ from: 0, to: 5 });
    expect(widen({ from: 3, to: 1 }, 5)).toEqual({ from: 3, to: 4 });
    expect(widen({ from: 0, to: 0 }, 0)).toEqual({ from: 0, to: 0 });
  });
});

describe("the line with its caret", () => {
  const draw = (text: string, from: number, to: number): string => {
    const c = caretLine(text, { from, to });
    return c === undefined ? "nothing" : `${c.text}\n${c.caret}`;
  };
  test("below the place", () => expect(draw("a\nSORT levl DSC\nb", 12, 15)).toBe("SORT levl DSC\n          ^^^"));
  test("at the end of the text", () => expect(draw("ab", 2, 2)).toBe("ab\n ^"));
  test("only the first line of a long span", () => expect(draw("ab\ncd", 1, 5)).toBe("ab\n ^"));
  test("tabs keep their width", () => expect(draw("\tx y", 3, 4)).toBe("\tx y\n\t  ^"));
  test("Windows' breaks are no part of the line", () => expect(draw("ab\r\ncd", 0, 1)).toBe("ab\n^"));
  test("a line of a million characters is cut around the place", () => {
    const c = caretLine("x".repeat(1_000_000), { from: 500_000, to: 500_003 });
    expect(c?.text.length).toBeLessThan(300);
    expect(c?.caret).toMatch(/^ +\^\^\^$/);
    expect(c?.text.charAt(0)).toBe("…");
  });
  test("an empty text has none", () => expect(draw("", 0, 0)).toBe("nothing"));
});

describe("a value that the column holds instead of the constant", () => {
  const fixed = (text: string, value: string): string | undefined => {
    const fix = literalFix(text, tokens(text), all(text), value);
    return fix === undefined ? undefined : applyEdits(text, fix.edits);
  };
  test("stands between the same quotes", () => {
    expect(fixed('Status =~ "Succeeded"', "Success")).toBe('Status =~ "Success"');
    expect(fixed("Status == 'Succeeded'", "Success")).toBe("Status == 'Success'");
    expect(fixed('Path == @"C:"', "D:")).toBe('Path == @"D:"');
  });
  test("is not offered where it would need escapes, changes nothing, or has no one place", () => {
    expect(fixed('Path == "a"', "C:\\temp")).toBeUndefined();
    expect(fixed('Path == "a"', 'say "x"')).toBeUndefined();
    expect(fixed('Path == "a"', "a")).toBeUndefined();
    expect(fixed('Path in ("a", "b")', "c")).toBeUndefined();
    expect(fixed("N == 5", "6")).toBeUndefined();
  });
  test("only constants of this term count", () => {
    const text = 'A == "x" and B == "y"';
    const fix = literalFix(text, tokens(text), { from: 13, to: text.length }, "z");
    expect(applyEdits(text, fix?.edits ?? [])).toBe('A == "x" and B == "z"');
    expect(fix?.title).toBe('Use "z"');
  });
});
