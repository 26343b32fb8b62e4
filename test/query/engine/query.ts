/** A query in, its rows out as text: for tests of what a whole query gives. */
import { unhurried } from "../../../src/base";
import { run } from "../../../src/query/engine";
import { kql } from "../../../src/query/kql";
import type { Scope } from "../../../src/query/language";
import { printTable, UNIX_EPOCH } from "../../../src/table";

const NOW = UNIX_EPOCH + 17_145_216_000_000_000n;
const scope: Scope = { table: () => undefined, tables: () => [], lenient: false, now: NOW };

/** The typed table that a query gives, or the codes of what went wrong; a datetime at midnight is written as a date. */
export async function result(query: string): Promise<string> {
  const compiled = kql.compile(query, scope);
  if (compiled.plan === undefined) return compiled.diagnostics.filter((d) => d.severity === "error").map((d) => d.code).join();
  const outcome = await run(compiled.plan, { tables: () => undefined, now: NOW, pace: unhurried() });
  if (outcome.kind !== "done") return outcome.kind === "failed" ? outcome.diagnostics.map((d) => d.code).join() : outcome.kind;
  return printTable(outcome.table).replace(/\.0{7}Z/g, "Z").replace(/T00:00:00Z/g, "");
}

/** The rows alone. */
export async function rows(query: string): Promise<string[]> {
  return (await result(query)).split("\n").slice(1);
}
