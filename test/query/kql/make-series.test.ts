/** `make-series` from text to rows: bounds, defaults, empty inputs, and what is refused. */
import { describe, expect, it } from "vitest";
import { unhurried } from "../../../src/base";
import { run } from "../../../src/query/engine";
import { kql } from "../../../src/query/kql";
import { printCell } from "../../../src/table";
import { fails, scopeOf } from "./cases";

const DATA = "datatable(k: string, x: long, v: real) ['a', 0, 1, 'a', 2, 3, 'a', 2, 5, 'b', 3, 7]";

/** The rows of a query, cells joined by " | ". */
async function rows(query: string): Promise<string[]> {
  const compiled = kql.compile(query, scopeOf());
  if (!compiled.plan) return compiled.diagnostics.map((d) => d.message);
  const outcome = await run(compiled.plan, { tables: () => undefined, now: 0n, pace: unhurried() });
  if (outcome.kind !== "done") return [outcome.kind];
  return outcome.table.batches.flatMap((b) => Array.from({ length: b.length }, (_, i) => b.columns.map((c) => printCell(c, i)).join(" | ")));
}

function gives(query: string, ...wanted: string[]): void {
  it(query.replace(DATA, "DATA"), async () => expect(await rows(query)).toEqual(wanted));
}

describe("bounds", () => {
  gives(`${DATA} | make-series avg(v) on x from 0 to 4 step 1 by k`, "a | [1.0,0.0,4.0,0.0] | [0,1,2,3]", "b | [0.0,0.0,0.0,7.0] | [0,1,2,3]");
  gives(`${DATA} | make-series n = count() on x step 1 by k`, "a | [1,0,2] | [0,1,2]", "b | [1] | [3]");
  gives(`${DATA} | make-series n = count() on x from 1 to 4 step 2`, "[2,1] | [1,3]");
  gives(`${DATA} | make-series n = count() on x in range(1, 4, 2)`, "[1,3,0] | [0,2,4]");
  gives(`${DATA} | make-series n = count() on x in range(0, 2, 1)`, "[1,0,2] | [0,1,2]");
  gives(`${DATA} | make-series n = count() on real(1.0) * x from 0.5 to 2.5 step 0.5`, "[0,0,0,2] | [0.5,1.0,1.5,2.0]");
});

describe("defaults", () => {
  gives(`${DATA} | make-series v = sum(v) default = real(null) on x from 0 to 3 step 1`, "[1.0,null,8.0] | [0,1,2]");
  gives(`${DATA} | make-series v = sum(v) default = -1, n = count() on x from 0 to 3 step 1`, "[1.0,-1,8.0] | [1,0,2] | [0,1,2]");
  gives(`${DATA} | take 0 | make-series n = count() on x from 0 to 3 step 1`);
  gives(`${DATA} | take 0 | make-series kind=nonempty n = count() default = 5, m = max(v) on x from 0 to 3 step 1`, "[5,5,5] | [0.0,0.0,0.0] | [0,1,2]");
  gives(`${DATA} | take 0 | make-series kind=nonempty n = count() on x from 0 to 3 step 1 by k`);
});

describe("an aggregate of several series", () => {
  gives(`${DATA} | make-series percentiles(v, 0, 100) default = -1, n = count() default = 9 on x from 0 to 3 step 1`, "[1.0,-1,3.0] | [1.0,-1,5.0] | [1,9,2] | [0,1,2]");
});

describe("series go on into functions", () => {
  gives(`${DATA} | make-series n = count() on x from 0 to 4 step 1 | extend (r, s) = series_fit_line(n) | project round(s, 3), series_sum(n)`, "0.2 | 4.0");
  gives(`${DATA} | make-series n = count() on x from 0 to 4 step 1 | project series_stats(n) | project series_stats_n_max, series_stats_n_max_idx`, "2.0 | 2");
  gives("print array_sort_asc(dynamic([3,1,2]), dynamic(['c','a','b'])) | project array1_sorted, array0_sorted", '["a","b","c"] | [1,2,3]');
});

fails("T | make-series count() on t step 5", "kql-type-mismatch");
fails("T | make-series count() on a step 1h", "kql-type-mismatch");
fails("T | make-series count() on t from 5 to 6 step 1h", "kql-type-mismatch");
fails("T | where series_stats(d) > 1", "kql-several-columns", 10);
fails("T | extend (a, b, c) = array_sort_asc(d, d)", "kql-no-tuple", 18);
fails("T | extend x = series_fit_line(d)[9]", "kql-several-place");
fails("T | summarize count() by bin_auto(t)", "kql-option-needed");
