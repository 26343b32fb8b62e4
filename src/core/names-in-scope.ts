/** What names mean to a query: samples that are loaded, over the catalog of known tables. */
import type { Scope, TableFacts } from "../query";
import { catalog } from "../schema";
import type { ColumnSpec, Schema } from "../table";
import type { Defined, Loaded } from "./lab";

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

/** The table that a watchlist's rows are in: no query can write this name. */
export function watchlistTable(alias: string): string {
  return `watchlist ${alias.toLowerCase()}`;
}

/** A scope over loaded samples and the catalog, with what the vault defines. `now` in ticks. */
export function scopeOver(
  all: readonly Loaded[], options: { readonly lenient: boolean; readonly now: bigint }, defined?: Defined,
): Scope {
  const samples = all.filter((s) => s.watchlist === undefined);
  const found = new Map<string, TableFacts | undefined>();
  const lookUp = (name: string): TableFacts | undefined => {
    const schema = schemaOf(name, all) ?? (lists.has(name) ? { columns: [], open: true } : undefined);
    if (!schema) return undefined;
    const mine = all.filter((s) => s.table === name);
    const doc = catalog.table(name)?.doc;
    return {
      name,
      schema,
      ...(doc === undefined ? {} : { doc }),
      loaded: mine.length > 0,
      knownValues: (column) => catalog.knownValues(name, column),
      someValues: (column) => catalog.someValues(name, column),
      seenValues: (column) => valuesSeen(mine, column).slice(0, 100),
      loadedValues: (column) => (mine.length > 0 && mine.every((s) => s.rows === 0 || s.values.has(column)
        || !s.schema.columns.some((c) => c.name === column)) ? valuesSeen(mine, column) : undefined),
      times: (column) => timesOf(mine, column),
    };
  };
  const watchlists = new Map([...defined?.watchlists ?? [], ...all.flatMap((s) => (s.watchlist ? [[s.watchlist.alias.toLowerCase(), s.watchlist] as const] : []))]);
  const lists = new Set([...watchlists.keys()].map(watchlistTable));
  return {
    function: (name) => defined?.functions.get(name),
    functions: () => [...defined?.functions.keys() ?? []],
    watchlist: (alias) => {
      const list = watchlists.get(alias.toLowerCase());
      return list && { alias: list.alias, table: watchlistTable(alias), ...(list.key === undefined ? {} : { searchKey: list.key }) };
    },
    watchlists: () => [...watchlists.values()].map((list) => list.alias),
    lenient: options.lenient,
    now: options.now,
    table: (name) => {
      if (!found.has(name)) found.set(name, lookUp(name));
      return found.get(name);
    },
    tables: () => [...new Set([...samples.map((s) => s.table), ...catalog.tables()])],
  };
}

function valuesSeen(samples: readonly Loaded[], column: string): readonly string[] {
  return [...new Set(samples.flatMap((s) => s.values.get(column) ?? []))];
}

/** The oldest and the newest time that any of the samples has in a column. */
function timesOf(samples: readonly Loaded[], column: string): { readonly oldest: bigint; readonly newest: bigint } | undefined {
  let found: { oldest: bigint; newest: bigint } | undefined;
  for (const sample of samples) {
    const own = sample.times.get(column);
    if (own === undefined) continue;
    found = found === undefined ? own : { oldest: own.oldest < found.oldest ? own.oldest : found.oldest,
      newest: own.newest > found.newest ? own.newest : found.newest };
  }
  return found;
}

/** The scope of a lab: now as asked for, else just after the newest event, else what the clock says (in ticks). */
export function labScope(
  samples: readonly Loaded[], options: { readonly lenient: boolean; readonly now?: bigint }, wallTicks: () => bigint,
  defined?: Defined,
): Scope {
  return scopeOver(samples, { lenient: options.lenient, now: options.now ?? pinnedNow(samples) ?? wallTicks() }, defined);
}

/** Just after the newest event of the samples (the next full second), or undefined when none has a time. */
export function pinnedNow(samples: readonly Loaded[]): bigint | undefined {
  let newest: bigint | undefined;
  for (const s of samples) if (s.watchlist === undefined && s.newest !== undefined && (newest === undefined || s.newest > newest)) newest = s.newest;
  if (newest === undefined) return undefined;
  const second = 10_000_000n;
  return (newest / second + 1n) * second;
}
