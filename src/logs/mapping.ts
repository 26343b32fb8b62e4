/** Events of a vendor → rows of the table that rules ask for. The mappings themselves are data. */
import type { Schema, Value } from "../table";
import { isBag } from "../table";
import data from "./mappings.json";
import { textOfCell } from "./infer";
import { follow, readRecipe } from "./recipe";
import type { Part, Recipe } from "./recipe";
import { RawColumn, RawRows } from "./rows";

/** A mapping, read. */
export interface Mapping {
  /** Told to the user as what was done: `cloudtrail`. */
  readonly id: string;
  readonly title: string;
  readonly table: string;
  readonly needs: readonly string[];
  readonly any: readonly string[];
  readonly not: readonly string[];
  /** Fields that must hold one of these texts in most events. */
  readonly where: ReadonlyMap<string, readonly string[]>;
  readonly rest: "drop" | "keep";
  /** The format of the text, where names alone do not tell the events. */
  readonly format?: string;
  /** A column that takes the fields without one, as `name=value;name=value`. */
  readonly gather?: string;
  /** A bag whose fields become columns where the names agree but for case. */
  readonly spread?: string;
  readonly columns: ReadonlyMap<string, Recipe>;
}

interface MappingEntry {
  readonly id: string;
  readonly title: string;
  readonly table: string;
  readonly needs: readonly string[];
  readonly any: readonly string[];
  readonly not: readonly string[];
  readonly where?: Readonly<Record<string, readonly string[]>>;
  readonly rest: string;
  readonly format?: string;
  readonly gather?: string;
  readonly spread?: string;
  readonly columns: Readonly<Record<string, string>>;
}

let read: readonly Mapping[] | undefined;

/** All mappings of the data file; those that ask for certain values come first, for they ask for more. */
export function mappings(): readonly Mapping[] {
  return (read ??= (data.mappings as readonly MappingEntry[]).map((entry) => ({
    id: entry.id, title: entry.title, table: entry.table,
    needs: entry.needs, any: entry.any, not: entry.not,
    where: new Map(Object.entries(entry.where ?? {})),
    rest: entry.rest === "keep" ? "keep" : "drop",
    ...(entry.spread === undefined ? {} : { spread: entry.spread }),
    ...(entry.format === undefined ? {} : { format: entry.format }),
    ...(entry.gather === undefined ? {} : { gather: entry.gather }),
    columns: new Map(Object.entries(entry.columns).map(([name, recipe]) => [name, readRecipe(recipe)])),
  } satisfies Mapping)).sort((a, b) => b.where.size - a.where.size));
}

/** The rows that a mapping makes of events, and the fields that have no column in them. */
export function applyMapping(events: RawRows, mapping: Mapping, schema: Schema | undefined): { rows: RawRows; unused: string[] } {
  const used = new Set<string>(mapping.gather === undefined ? [] : mapping.needs);
  const made = new Map<string, RawColumn>();
  // Columns that come of one field: read once for all of them.
  const together = new Map<RawColumn, Change[]>();
  for (const [name, recipe] of mapping.columns) {
    for (const from of recipe.from) if ("column" in from) used.add(from.column);
    const sources = sourcesOf(events, recipe);
    const finish = (value: Value): Value => recipe.steps.reduce((at, step) => step(at), value);
    const field = sources[0]?.column;
    if (field === undefined || sources.some((s) => s.column !== undefined && s.column !== field)) {
      const column = cook(events, name, sources, finish);
      if (column !== undefined) made.set(name, column);
      continue;
    }
    const changes = together.get(field) ?? [];
    together.set(field, changes);
    changes.push({ name, change: (cell) => {
      for (const s of sources) {
        const value = s.column === undefined ? s.fixed : follow(cell, s.path);
        if (value !== null && value !== "") return finish(value);
      }
      return null;
    } });
  }
  for (const [field, changes] of together) for (const column of field.mappedAll(events.count, changes)) made.set(column.name, column);
  const columns = [...mapping.columns.keys()].flatMap((name) => made.get(name) ?? []);
  const named = new Set(columns.map((column) => column.name));
  const bag = mapping.spread === undefined ? undefined : events.find(mapping.spread);
  if (bag !== undefined && schema !== undefined) {
    used.add(bag.name);
    for (const column of spreadBag(events, bag, schema, named)) columns.push(column);
  }
  const unused: string[] = [];
  const gathered: RawColumn[] = [];
  for (const column of events.columns) {
    if (used.has(column.name)) continue;
    if (mapping.gather !== undefined) {
      gathered.push(column);
      continue;
    }
    if (mapping.rest === "keep" && !named.has(column.name)) columns.push(column);
    else if (column.kinds !== 0) unused.push(column.name);
  }
  if (mapping.gather !== undefined && gathered.length > 0) columns.push(gather(events, mapping.gather, gathered));
  return { rows: events.withColumns(columns), unused };
}

/** Fields without a column of their own, as one text. */
function gather(events: RawRows, name: string, from: readonly RawColumn[]): RawColumn {
  const column = new RawColumn(name);
  for (let row = 0; row < events.count; row++) {
    const parts: string[] = [];
    for (const each of from) {
      const cell = each.cell(row);
      if (cell !== null) parts.push(`${each.name}=${textOfCell(cell)}`);
    }
    if (parts.length > 0) column.text(row, parts.join(";"));
  }
  return column;
}

/** A place that a column may come from: a field of the events, or a fixed text. */
interface Source {
  readonly column: RawColumn | undefined;
  readonly fixed: string;
  readonly path: readonly Part[];
}

/** What a column of another is to be, and how its cells come of those. */
interface Change {
  readonly name: string;
  readonly change: (cell: Value) => Value;
}

/** The places of a recipe that events have. */
function sourcesOf(events: RawRows, recipe: Recipe): Source[] {
  return recipe.from.flatMap((from): Source[] => {
    if ("fixed" in from) return [{ column: undefined, fixed: from.fixed, path: [] }];
    const column = events.find(from.column);
    return column === undefined ? [] : [{ column, fixed: "", path: from.path }];
  });
}

/** A column that comes of several fields, row by row; undefined when no event has any of them. */
function cook(events: RawRows, name: string, sources: readonly Source[], finish: (value: Value) => Value): RawColumn | undefined {
  const [first, ...others] = sources;
  if (first === undefined) return undefined;
  if (first.column === undefined && others.length === 0) {
    const column = new RawColumn(name);
    for (let row = 0; row < events.count; row++) column.text(row, first.fixed);
    return column;
  }
  const column = new RawColumn(name);
  for (let row = 0; row < events.count; row++) {
    for (const s of sources) {
      const value = s.column === undefined ? s.fixed : follow(s.column.cell(row), s.path);
      if (value === null || value === "") continue;
      column.put(row, finish(value));
      break;
    }
  }
  return column;
}

/** Fields of a bag as columns of the table: `userPrincipalName` is UserPrincipalName there. */
function spreadBag(events: RawRows, bag: RawColumn, schema: Schema, taken: Set<string>): RawColumn[] {
  const names = new Map(schema.columns.map((column) => [column.name.toLowerCase(), column.name]));
  const columns = new Map<string, RawColumn>();
  for (let row = 0; row < events.count; row++) {
    const value = bag.cell(row);
    if (!isBag(value)) continue;
    for (const [key, field] of value) {
      const name = names.get(key.toLowerCase());
      if (name === undefined || taken.has(name)) continue;
      let column = columns.get(name);
      if (column === undefined) columns.set(name, column = new RawColumn(name));
      column.put(row, field);
    }
  }
  return [...columns.values()];
}
