/** `scan`: sequences through steps, as the documentation walks through them and beyond. */
import { describe, expect, it } from "vitest";
import { columns, diagnosticsOf, fails, fixed } from "./cases";
import { gives, results } from "./rows";

const EVENTS = { E: "n:long, e:string\n1, start\n2, b\n3, start\n4, stop\n5, c\n6, stop\n7, start\n8, stop" };

describe("state", () => {
  gives("range x from 1 to 4 step 1 | scan declare (sum: long = 0) with (step s: true => sum = x + s.sum;)",
    "x:long, sum:long\n1, 1\n2, 3\n3, 6\n4, 10");
  // Before the first match a declared column has its default, and any other column is null.
  gives("range x from 1 to 3 step 1 | scan declare (first: bool, was: long, d: string = 'none') with (step s: true => first = isnull(s.x), was = s.x, d = strcat(s.d, '.');)",
    "x:long, first:bool, was:long, d:string\n1, true, null, none.\n2, false, 1, none..\n3, false, 2, none...");
  // A column of the rows may be assigned too, and the state holds what was assigned.
  gives("print x = dynamic([1, null, null, 4]) | mv-expand x to typeof(long) | scan with (step s: true => x = iff(isnull(x), s.x, x);)",
    "x:long\n1\n1\n1\n4");
  // A declared column that a step leaves alone has its default.
  gives("E | take 2 | scan declare (m: string = '-') with (step s: true; step t: n == 2 => m = 'second';)",
    "n:long, e:string, m:string\n1, start, -\n2, b, second\n2, b, -", EVENTS);
  gives("E | scan with (step s: e == 'start' and row_number() > 1;) | project n", "n:long\n3\n7", EVENTS);
});

describe("sequences", () => {
  const walk = "step s1: e == 'start'; step s2: e != 'start' and e != 'stop' and n - s1.n <= 5; step s3: e == 'stop' and n - s1.n <= 5;";
  gives(`E | scan with_match_id=m with (${walk}) | project n, m`, "n:long, m:long\n1, 0\n2, 0\n3, 1\n4, 0\n5, 1\n6, 1\n7, 2\n8, 1", EVENTS);
  // The step before hands its sequence on, so that the next row of the first step starts a new match.
  gives("E | scan with_match_id=m with (step a: e == 'start'; step b: e == 'stop';) | project n, m",
    "n:long, m:long\n1, 0\n3, 0\n4, 0\n6, 0\n7, 1\n8, 1", EVENTS);
  gives("E | scan with_match_id=m with (step a output=last: e == 'start'; step b output=last: e == 'stop';) | project n, m",
    "n:long, m:long\n3, 0\n6, 0\n7, 1\n8, 1", EVENTS);
  gives("E | scan declare (since: long) with (step a output=none: e == 'start'; step b: e == 'stop' => since = a.n;) | project n, since",
    "n:long, since:long\n4, 3\n6, 3\n8, 7", EVENTS);
  // A series that is still going when the rows end comes out.
  gives("E | scan with (step a output=last: true;) | project n", "n:long\n8", EVENTS);
  // What is null is no match.
  gives("E | scan with (step a: iff(n == 2, bool(null), n < 4);) | project n", "n:long\n1\n3", EVENTS);
  gives("E | partition hint.strategy=native by e (scan with_match_id=m with (step s: true;) | take 1) | sort by e asc | project e, m",
    "e:string, m:long\nb, 0\nc, 0\nstart, 0\nstop, 0", EVENTS);
  gives("E | scan order by n desc with (step s output=last: true;) | project n", "n:long\n1", EVENTS);
  gives("E | scan partition by e with (step s output=last: true;) | project n | sort by n asc", "n:long\n2\n5\n7\n8", EVENTS);
  gives("E | where n > 99 | scan with (step s: s.n > 1;) | count", "Count:long\n0", EVENTS);
});

describe("what is told", () => {
  columns("V | scan with_match_id=m declare (c: long = 0, z: string) with (step s: true;)", "a:long, q:string, c:long, z:string, m:long");
  fails("V | scan with (step s: true; step s: true;)", "kql-scan-step", 34);
  fails("V | scan with (step s: t.a > 1; step t: true;)", "kql-unknown-column", 23);
  fails("V | scan with (step s: s.nope > 1;)", "kql-unknown-column", 25);
  fails("V | scan with (step s: a;)", "kql-type-mismatch", 23);
  fails("V | scan with (step s: true => nope = 1;)", "kql-unknown-column", 31);
  fails("V | scan declare (a: long) with (step s: true;)", "kql-duplicate-column", 18);
  fails("V | scan declare (c: long = 'x') with (step s: true;)", "kql-type-mismatch", 28);
  fails("V | scan with (step s output=some: true;)", "kql-scan-output", 29);
  it("a step without its ';' is told, with the fix", () => {
    expect(fixed("V | scan with (step s: a == 1)", "kql-expected-symbol")).toBe("V | scan with (step s: a == 1;)");
  });
  fails("V | scan with ()", "kql-expected-step");
  fails("V | scan with (step s optional: true;)", "kql-refused");
  it("one broken step leaves the others checked", () => {
    const told = diagnosticsOf("V | scan with (step s: a >; step t: nope == 1;)").map((d) => d.code);
    expect(told).toEqual(["kql-expected-expression", "kql-unknown-column"]);
  });
  it("a hundred thousand rows are no matter", async () => {
    const text = await results("range x from 1 to 100000 step 1 | scan declare (sum: long = 0) with (step s: x % 2 == 0 => sum = s.sum + x;) | summarize max(sum)");
    expect(text).toBe("max_sum:long\n2500050000");
  });
});
