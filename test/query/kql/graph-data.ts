/** Runs a query that brings its own data: rows as text, and the steps of the trace. */
import { unhurried } from "../../../src/base";
import { run } from "../../../src/query/engine";
import { kql } from "../../../src/query/kql";
import type { Outcome } from "../../../src/query/plan";
import { printTableCell, rowsOf } from "../../../src/table";
import { scopeOf } from "./cases";

async function done(query: string): Promise<Extract<Outcome, { kind: "done" }>> {
  const { plan, diagnostics } = kql.compile(query, scopeOf());
  if (!plan) throw new Error(diagnostics.map((d) => d.message).join("\n"));
  const result = await run(plan, { tables: () => undefined, now: 0n, pace: unhurried() });
  if (result.kind !== "done") throw new Error(result.kind === "failed" ? result.diagnostics[0]?.message : result.why);
  return result;
}

/** Cells with a space between them. */
export async function outcome(query: string): Promise<string[]> {
  const { table } = await done(query);
  return [...rowsOf(table)].map((row) => row.map((v, i) => (v === "" ? "" : printTableCell(v, table.schema.columns[i]?.type ?? "dynamic"))).join(" "));
}

/** `label in → out`. */
outcome.trace = async (query: string): Promise<string[]> => (await done(query)).trace.map((s) => `${s.label} ${s.rowsIn} → ${s.rowsOut}`);
