import { describe, expect, it } from "vitest";
import { kql } from "../../../src/query/kql";
import type { Scope } from "../../../src/query";

const scope: Scope = { lenient: false, now: 0n, table: () => undefined, tables: () => [] };

describe("what a constant has wrong", () => {
  it("is told at its place, though it is computed before the run", () => {
    const text = "print 'a' matches regex '(a+)+$('";
    expect(kql.compile(text, scope).diagnostics).toMatchObject([{ code: "bad-pattern", severity: "warning" }]);
    expect(kql.compile("print 'a' matches regex 'a+'", scope).diagnostics).toEqual([]);
  });
});
