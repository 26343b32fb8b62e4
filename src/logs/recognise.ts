/** Tells what rows are: rows of a known table, events of a vendor that a mapping knows, Windows events, or none of these. */
import type { Catalog } from "../schema";
import type { LogFormat } from "./format-names";
import { isWindows, WINDOWS_TABLES } from "./windows";
import { mappings } from "./mapping";
import type { Mapping } from "./mapping";
import type { RawRows } from "./rows";

/** What rows were taken for. */
export type Recognised =
  | { readonly kind: "ingested"; readonly table: string; readonly candidates: readonly string[] }
  | { readonly kind: "mapped"; readonly mapping: Mapping; readonly candidates: readonly string[] }
  | { readonly kind: "windows"; readonly candidates: readonly string[] }
  | { readonly kind: "none"; readonly candidates: readonly string[] };

/** Rows that are looked at. */
const LOOK = 500;
/** How much of a sample's names, by weight, a table must explain to be taken for its own. */
const ENOUGH = 0.5;
/** Weight of a name that no table knows. */
const FOREIGN = 3;

/** Recognises rows by the names of their columns, and by what `Type` or `$table` says. */
export function recognise(rows: RawRows, catalog: Catalog, format: LogFormat): Recognised {
  // A name says something when rows have a value under it: a union of tables carries the empty columns of all of them.
  const filled = rows.columns.filter((c) => c.words.isFilled).map((c) => c.name);
  const scored = scoreTables(new Set(filled.length >= 3 ? filled : rows.columns.map((c) => c.name)), catalog);
  const near = scored.filter((s) => s.score >= ENOUGH / 2).map((s) => s.table);

  const said = saidTable(rows);
  if (said !== undefined && (catalog.table(said) !== undefined || isCustomTable(said, rows))) {
    return { kind: "ingested", table: said, candidates: without(near, said) };
  }

  const present = presentNames(rows);
  for (const mapping of mappings()) {
    if (!fits(mapping, rows, present, format)) continue;
    return { kind: "mapped", mapping, candidates: without(near, mapping.table) };
  }
  // Before the names are weighed: a collector's flat Security events have most names of SecurityEvent too.
  if (isWindows(present)) return { kind: "windows", candidates: WINDOWS_TABLES };
  const [best] = scored;
  const taken = best !== undefined && best.score >= ENOUGH && best.hits >= 3 ? best.table : undefined;
  if (taken === undefined) return { kind: "none", candidates: near.slice(0, 5) };
  return { kind: "ingested", table: taken, candidates: without(near, taken) };
}

/** Whether a mapping knows these events. */
export function fits(mapping: Mapping, rows: RawRows, present: ReadonlySet<string>, format: LogFormat): boolean {
  if (mapping.format !== undefined && mapping.format !== format) return false;
  if (!mapping.needs.every((name) => present.has(name))) return false;
  if (mapping.not.some((name) => present.has(name))) return false;
  if (mapping.any.length > 0 && !mapping.any.some((name) => rows.find(name) !== undefined)) return false;
  for (const [name, texts] of mapping.where) {
    const column = rows.find(name);
    let hits = 0;
    const n = Math.min(rows.count, LOOK);
    for (let row = 0; row < n; row++) if (texts.some((text) => text === column?.cell(row))) hits++;
    if (hits * 2 < n) return false;
  }
  return true;
}

/** Names of columns that at least half of the rows have. */
export function presentNames(rows: RawRows): Set<string> {
  return new Set(rows.columns.map((column) => column.name).filter((name) => share(rows, name) >= 0.5));
}

function without(names: readonly string[], name: string): readonly string[] {
  return names.filter((n) => n !== name).slice(0, 5);
}

/** Share of the rows (of those looked at) that have a column. */
function share(rows: RawRows, name: string): number {
  const column = rows.find(name);
  const n = Math.min(rows.count, LOOK);
  if (column === undefined || n === 0) return 0;
  let hits = 0;
  for (let row = 0; row < n; row++) if (column.code(row) !== 0) hits++;
  return hits / n;
}

/** Custom tables of a workspace end in _CL and have its columns. */
function isCustomTable(name: string, rows: RawRows): boolean {
  return /^[A-Za-z]\w{0,100}_CL$/.test(name) && rows.find("TimeGenerated") !== undefined;
}

/** The name that most rows have in `Type` or `$table`. */
function saidTable(rows: RawRows): string | undefined {
  for (const name of ["$table", "Type"]) {
    const column = rows.find(name);
    if (column === undefined) continue;
    const counts = new Map<string, number>();
    const n = Math.min(rows.count, LOOK);
    for (let row = 0; row < n; row++) {
      const cell = column.cell(row);
      if (typeof cell === "string") counts.set(cell, (counts.get(cell) ?? 0) + 1);
    }
    const [most] = [...counts].sort((a, b) => b[1] - a[1]);
    if (most !== undefined && most[1] * 2 >= n) return most[0];
  }
  return undefined;
}

interface Scored {
  readonly table: string;
  readonly score: number;
  readonly hits: number;
}

/** In how many tables each column name occurs: a name that few have says much. Counted once. */
const frequencies = new WeakMap<Catalog, Map<string, number>>();

function frequenciesOf(catalog: Catalog): Map<string, number> {
  let counts = frequencies.get(catalog);
  if (counts === undefined) {
    counts = new Map();
    for (const table of catalog.tables()) {
      for (const column of catalog.table(table)?.schema.columns ?? []) {
        counts.set(column.name, (counts.get(column.name) ?? 0) + 1);
      }
    }
    frequencies.set(catalog, counts);
  }
  return counts;
}

/**
 * Tables by how much of the sample's names they explain, best first. Rare names weigh more; between tables that explain
 * as much, the one of which more columns are there wins.
 */
export function scoreTables(names: ReadonlySet<string>, catalog: Catalog): Scored[] {
  const counts = frequenciesOf(catalog);
  const all = catalog.tables();
  const weight = (name: string): number => {
    const n = counts.get(name);
    return n === undefined ? FOREIGN : Math.log2((all.length + 1) / n);
  };
  let total = 0;
  for (const name of names) total += weight(name);
  if (total === 0) return [];
  const scored: Scored[] = [];
  for (const table of all) {
    const columns = catalog.table(table)?.schema.columns ?? [];
    let hits = 0;
    let explained = 0;
    for (const column of columns) {
      if (!names.has(column.name)) continue;
      hits++;
      explained += weight(column.name);
    }
    if (hits >= 2) scored.push({ table, hits, score: explained / total + 0.05 * (hits / columns.length) });
  }
  return scored.sort((a, b) => b.score - a.score);
}
