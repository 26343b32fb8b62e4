/** Terms of a filter made into comments: the query must stand, and mean itself without them. */
import { describe, expect, it } from "vitest";
import { applyEdits } from "../../../src/base";
import { kql } from "../../../src/query/kql";

/** Terms to be commented out stand between « and ». */
function without(marked: string): string {
  const spans: { from: number; to: number }[] = [];
  let text = "";
  for (const c of marked) {
    if (c === "«") spans.push({ from: text.length, to: -1 });
    else if (c === "»") spans[spans.length - 1] = { from: spans.at(-1)?.from ?? 0, to: text.length };
    else text += c;
  }
  return applyEdits(text, kql.commentOut?.(text, spans) ?? []);
}

describe("terms as comments", () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ["the only one, with its operator", "T\n| where «a == 1»\n| take 5", "T\n// | where a == 1\n| take 5"],
    ["the only one, on a line with others", "T | where «a == 1» | take 5", "T\n// | where a == 1\n| take 5"],
    ["the only one, at the end", "T | where «a == 1»", "T\n// | where a == 1"],
    ["the last of two", "T\n| where a == 1 and «b == 2»\n| count", "T\n| where a == 1\n// and b == 2\n| count"],
    ["the first of two", "T | where «a == 1» and b == 2", "T | where\n// a == 1 and\nb == 2"],
    ["one in the middle", "T\n  | where a == 1 and «b == 2» and c == 3", "T\n  | where a == 1\n  // and b == 2\n  and c == 3"],
    ["all of them", "T\n| where «a == 1» and «b == 2»\n| count", "T\n// | where a == 1 and b == 2\n| count"],
    ["lines of their own", "T\n| where a == 1\n    and «b == 2»\n    and c == 3", "T\n| where a == 1\n    // and b == 2\n    and c == 3"],
    ["several lines", "T\n| where «a in (\n    1,\n    2)»\n| count", "T\n// | where a in (\n// 1,\n// 2)\n| count"],
    ["in brackets", "T | where (a == 1 and «b == 2») and c", "T | where (a == 1\n// and b == 2\n) and c"],
    ["in brackets of their own", "T | where («a == 1») and c", "T | where\n// (a == 1) and\nc"],
    ["before a comment", "T\n| where a and «b» // why\n| count", "T\n| where a\n// and b // why\n| count"],
    ["in a let", "let X = T | where «a»; X", "let X = T\n// | where a\n; X"],
    ["with Windows' line ends", "T\r\n| where «a»\r\n| count", "T\r\n// | where a\r\n| count"],
  ];
  it.each(cases)("%s", (_, marked, wanted) => {
    expect(without(marked)).toBe(wanted);
  });
});
