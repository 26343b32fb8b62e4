import { describe, expect, it } from "vitest";
import { kql } from "../../../src/query/kql";

/** Words of a query by their kind, as `word:kind`, punctuation and operators left out. */
const painted = (text: string) => kql.tokens(text)
  .filter((t) => t.kind !== "punctuation" && t.kind !== "operator")
  .map((t) => `${text.slice(t.span.from, t.span.to)}:${t.kind}`).join(" ");

describe("highlighting", () => {
  it.each([
    ["let x = AWSCloudTrail | where a == 1", "let:keyword x:variable AWSCloudTrail:table where:keyword a:name 1:number"],
    ["T | project Who = Caller, b", "T:table project:keyword Who:name Caller:name b:name"],
    ["T | extend a = tostring(b.c)", "T:table extend:keyword a:name tostring:function b:name c:column"],
    ["T | summarize count() by bin(t, 1h)", "T:table summarize:keyword count:aggregate by:keyword bin:function t:name 1h:time"],
    ["T | project-away a // why", "T:table project-away:keyword a:name // why:comment"],
  ])("%s", (text, expected) => { expect(painted(text)).toBe(expected); });

  it("covers any text, in order, without overlaps", () => {
    for (const text of ["", "|", "let", "T | where x == \"", "'''", "@'a", "\u0000", "T|where a==1|", "}{)("]) {
      let end = 0;
      for (const { span } of kql.tokens(text)) {
        expect(span.from).toBeGreaterThanOrEqual(end);
        expect(span.to).toBeGreaterThan(span.from);
        end = span.to;
      }
      expect(end).toBeLessThanOrEqual(text.length);
    }
  });
});
