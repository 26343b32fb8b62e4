/** Queries with several results: `fork`, `facet`, and several queries in one text. */
import { describe, expect, it } from "vitest";
import { kql } from "../../../src/query/kql";
import { columns, fails, scopeOf } from "./cases";
import { gives } from "./rows";

const PETS = { P: "name:string, kind:string, age:long\nrex, dog, 3\ntom, cat, 5\nace, dog, 7" };

describe("fork", () => {
  gives("P | fork (where kind == 'dog' | project name) (summarize n = count() by kind | sort by n)",
    "Result 1\nname:string\nrex\nace\n\nResult 2\nkind:string, n:long\ndog, 2\ncat, 1", PETS);
  gives("P | fork Dogs=(where kind == 'dog' | count) (take 1 | project age | as First)",
    "Dogs\nCount:long\n2\n\nFirst\nage:long\n3", PETS);
  gives("P | fork (count)", "Count:long\n3", PETS);
  it("computes its input once", () => {
    const { plan } = kql.compile("U | where b > 1 | fork (count) (take 1) (distinct a)", scopeOf());
    const shared = [...(plan?.earlier ?? []).map((e) => e.value), plan!].map((p) => {
      let at = p;
      while (at.op !== "cached" && "input" in at) at = at.input;
      return at.id;
    });
    expect(new Set(shared).size).toBe(1);
  });
  fails("U | fork (count) (take 1) | count", "kql-several-results", 4);
  fails("let x = U | fork (count) (take 1); x | count", "kql-several-results", 12);
  fails("V | union (U | fork (count) (take 1))", "kql-several-results", 15);
  fails("U | fork", "kql-expected-symbol");
  fails("U | fork (where nope == 1) (count)", "kql-unknown-column", 16);
});

describe("facet", () => {
  gives("P | facet by kind, age with (where age > 3 | project name)",
    "Rows\nname:string\ntom\nace\n\nkind\nkind:string, count_kind:long\ndog, 2\ncat, 1\n\nage\nage:long, count_age:long\n3, 1\n5, 1\n7, 1", PETS);
  gives("P | facet by kind", "kind:string, count_kind:long\ndog, 2\ncat, 1", PETS);
  fails("U | facet by nope", "kql-unknown-column", 13);
  fails("U | facet by a, e | count", "kql-several-results", 4);
});

describe("plugins of several tables", () => {
  gives("P | evaluate preview(2)", "Count\nCount:long\n3\n\nRows\nname:string, kind:string, age:long\nrex, dog, 3\ntom, cat, 5", PETS);
  gives("let n = 1; P | where kind == 'dog' | evaluate preview(n); P | count | as All",
    "Count\nCount:long\n2\n\nRows\nname:string, kind:string, age:long\nrex, dog, 3\n\nAll\nCount:long\n3", PETS);
  fails("U | evaluate preview(2) | count", "kql-several-results", 4);
  fails("let x = U | evaluate preview(2); x | count", "kql-several-results", 12);
  const steps = { L: `id:string, at:long, what:string
    a, 1, in
    a, 2, go
    a, 3, out
    b, 1, up
    b, 2, go
    b, 3, out
    c, 7, go` };
  const funnel = "L | evaluate funnel_sequence(id, at, 0, 10, 5, 20, what, dynamic(['go']))";
  gives(funnel, `prev-sequence
    at:long, prev:string, dcount:long, samples:dynamic
    0, in, 1, ["a"]
    0, up, 1, ["b"]
    0, "", 1, ["c"]

    sequence-next
    at:long, next:string, dcount:long, samples:dynamic
    0, out, 2, ["a","b"]
    0, "", 1, ["c"]

    prev-sequence-next
    at:long, prev:string, next:string, dcount:long, samples:dynamic
    0, in, out, 1, ["a"]
    0, up, out, 1, ["b"]
    0, "", "", 1, ["c"]`, steps);
  gives(`${funnel} | where dcount > 0 | project prev, next | take 1`, "prev:string, next:string\nin, out", steps);
});

describe("several queries", () => {
  gives("P | count; let n = 2; P | take 1 | project age | as First; print x = n",
    "Result 1\nCount:long\n3\n\nFirst\nage:long\n3\n\nResult 3\nx:long\n2", PETS);
  gives("P | fork A=(count) B=(take 1 | project age); print x = 1",
    "A\nCount:long\n3\n\nB\nage:long\n3\n\nResult 2\nx:long\n1", PETS);
  columns("U | count; V | take 1", "a:long, q:string");
  fails("print nope; print 1", "kql-unknown-column", 6);
});
