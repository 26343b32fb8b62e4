/** A query, its tables as typed text, and what comes out, as typed text: one line, one claim. */
import { expect, it } from "vitest";
import { unhurried } from "../../../src/base";
import { run } from "../../../src/query/engine";
import { kql } from "../../../src/query/kql";
import type { Scope } from "../../../src/query";
import { printTable, readTable, type Table } from "../../../src/table";
import { scopeOf } from "./cases";

export type Texts = Readonly<Record<string, string>>;

/** A table from lines of typed text; a mistake in it throws. */
export function table(text: string): Table {
  const read = readTable(text.trim().split("\n").map((line) => line.trim()).join("\n"));
  if (read.value === undefined || read.diagnostics.length > 0) throw new Error(read.diagnostics.map((d) => d.message).join("\n"));
  return read.value;
}

/** A scope over tables of typed text, with whatever else a test needs. */
export function scopeWith(tables: Texts, more: Partial<Scope> = {}): Scope {
  const facts = Object.entries(tables).map(([name, text]) => ({ name, loaded: true, schema: table(text).schema }));
  return { ...scopeOf(facts, false), ...more };
}

/** All result tables of a query as text; errors as `code: message`. */
export async function results(query: string, tables: Texts = {}, more: Partial<Scope> = {}): Promise<string> {
  const scope = scopeWith(tables, more);
  const { plan, diagnostics } = kql.compile(query, scope);
  if (!plan) return diagnostics.filter((d) => d.severity === "error").map((d) => `${d.code}: ${d.message}`).join("\n");
  const loaded = new Map<string, Table>(Object.entries(tables).map(([name, text]) => [name, table(text)]));
  const outcome = await run(plan, { tables: (name) => loaded.get(name), now: scope.now, pace: unhurried() });
  if (outcome.kind === "failed") return outcome.diagnostics.map((d) => `${d.code}: ${d.message}`).join("\n");
  const earlier = (outcome.earlier ?? []).map((r) => `${r.name}\n${printTable(r.table)}\n`);
  return [...earlier, ...(earlier.length > 0 ? [outcome.name ?? ""] : []), printTable(outcome.table)].join("\n");
}

/** The query gives exactly these rows (typed text). */
export function gives(query: string, wanted: string, tables: Texts = {}, more: Partial<Scope> = {}): void {
  it(query.replace(/\s+/g, " ").slice(0, 100), async () => {
    expect(await results(query, tables, more)).toBe(wanted.trim().split("\n").map((line) => line.trim()).join("\n"));
  });
}
