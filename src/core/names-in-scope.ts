/** What names mean to a query: samples that are loaded, over the catalog of known tables. */
import type { Scope, TableFacts } from "../query";
import { catalog } from "../schema";
import type { ColumnSpec, Schema } from "../table";
import type { Loaded } from "./lab";

/** Columns of a known table, completed by what the samples of it hold besides. */
export function schemaOf(table: string, samples: readonly Loaded[]): Schema | undefined {
  const known = catalog.table(table);
  const mine = samples.filter((s) => s.table === table);
  if (!known && mine.length === 0) return undefined;
  const columns = new Map<string, ColumnSpec>();
  for (const c of known?.schema.columns ?? []) columns.set(c.name, c);
  for (const sample of mine) for (const c of sample.schema.columns) if (!columns.has(c.name)) columns.set(c.name, c);
  // A table whose reference is incomplete takes any name, as long as no sample says which columns there are.
  return { columns: [...columns.values()], open: mine.length === 0 && known?.schema.open === true };
}

/** A scope over loaded samples and the catalog. `now` in ticks. */
export function scopeOver(samples: readonly Loaded[], options: { readonly lenient: boolean; readonly now: bigint }): Scope {
  const found = new Map<string, TableFacts | undefined>();
  const lookUp = (name: string): TableFacts | undefined => {
    const schema = schemaOf(name, samples);
    if (!schema) return undefined;
    const mine = samples.filter((s) => s.table === name);
    const doc = catalog.table(name)?.doc;
    return {
      name,
      schema,
      ...(doc === undefined ? {} : { doc }),
      loaded: mine.length > 0,
      knownValues: (column) => catalog.knownValues(name, column),
      seenValues: (column) => [...new Set(mine.flatMap((s) => s.values.get(column) ?? []))].slice(0, 100),
    };
  };
  return {
    lenient: options.lenient,
    now: options.now,
    table: (name) => {
      if (!found.has(name)) found.set(name, lookUp(name));
      return found.get(name);
    },
    tables: () => [...new Set([...samples.map((s) => s.table), ...catalog.tables()])],
  };
}

/** The scope of a lab: now as asked for, else just after the newest event, else what the clock says (in ticks). */
export function labScope(
  samples: readonly Loaded[], options: { readonly lenient: boolean; readonly now?: bigint }, wallTicks: () => bigint,
): Scope {
  return scopeOver(samples, { lenient: options.lenient, now: options.now ?? pinnedNow(samples) ?? wallTicks() });
}

/** Just after the newest event of the samples (the next full second), or undefined when none has a time. */
export function pinnedNow(samples: readonly Loaded[]): bigint | undefined {
  let newest: bigint | undefined;
  for (const s of samples) if (s.newest !== undefined && (newest === undefined || s.newest > newest)) newest = s.newest;
  if (newest === undefined) return undefined;
  const second = 10_000_000n;
  return (newest / second + 1n) * second;
}
