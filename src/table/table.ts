/** Tables: the common currency of the house. */
import { builder } from "./build";
import { concat, gather, slice, valueAt } from "./column";
import type { Column } from "./column";
import type { ScalarType } from "./type";
import type { Value } from "./value";

export interface ColumnSpec {
  readonly name: string;
  readonly type: ScalarType;
  readonly doc?: string;
}

/** Names and types of columns. `open`: other names are dynamic, and null where absent (DQL, Sigma). */
export interface Schema {
  readonly columns: readonly ColumnSpec[];
  readonly open: boolean;
}

/** Some rows: columns in the order of the schema, all of the same length. */
export interface Batch {
  readonly length: number;
  readonly columns: readonly Column[];
}

/** A whole table: batches of one schema, none of them empty unless the table is. */
export interface Table {
  readonly schema: Schema;
  readonly batches: readonly Batch[];
}

/** A schema of columns `name: type`. */
export function schemaOf(columns: Readonly<Record<string, ScalarType>> | readonly ColumnSpec[], open = false): Schema {
  if (Array.isArray(columns)) return { columns: columns as readonly ColumnSpec[], open };
  return { columns: Object.entries(columns).map(([name, type]) => ({ name, type: type as ScalarType })), open };
}

/** The position of a column, or -1. Names are exact. */
export function indexOfColumn(schema: Schema, name: string): number {
  return schema.columns.findIndex((c) => c.name === name);
}

/** How many rows the table has. */
export function rowCount(table: Table): number {
  return table.batches.reduce((n, batch) => n + batch.length, 0);
}

/** A table of rows given as values, each of which fits its column (see `Builder.push`); missing cells are null. */
export function tableOf(schema: Schema, rows: Iterable<readonly Value[]>): Table {
  const builders = schema.columns.map((c) => builder(c.type));
  let length = 0;
  for (const row of rows) {
    builders.forEach((b, i) => b.push(row[i] ?? null));
    length++;
  }
  return tableOfBatches(schema, [{ length, columns: builders.map((b) => b.finish()) }]);
}

/** A table of batches; empty ones are left out. */
export function tableOfBatches(schema: Schema, batches: readonly Batch[]): Table {
  return { schema, batches: batches.filter((batch) => batch.length > 0) };
}

/** The rows as arrays of values, in order. */
export function* rowsOf(table: Table): Generator<Value[]> {
  for (const batch of table.batches) {
    for (let row = 0; row < batch.length; row++) yield batch.columns.map((column) => valueAt(column, row));
  }
}

/** The cell of the whole table at a row and a column position; null outside of it. */
export function cellAt(table: Table, row: number, column: number): Value {
  let rest = row;
  for (const batch of table.batches) {
    const source = batch.columns[column];
    if (rest < batch.length) return source === undefined ? null : valueAt(source, rest);
    rest -= batch.length;
  }
  return null;
}

/** All rows in one batch, columns concatenated; of no rows a batch of empty columns. */
export function oneBatch(schema: Schema, batches: readonly Batch[]): Batch {
  const [first] = batches;
  if (first !== undefined && batches.length === 1) return first;
  const columns = schema.columns.map(({ type }, i) => concat(type, batches.map((batch) => columnAt(batch, i))));
  return { length: batches.reduce((n, batch) => n + batch.length, 0), columns };
}

/** The column at a position; throws where the batch has fewer. */
export function columnAt(batch: Batch, index: number): Column {
  const found = batch.columns[index];
  if (found === undefined) throw new RangeError(`No column ${index} in a batch of ${batch.columns.length}`);
  return found;
}

/** A whole column of the table, by position. */
export function wholeColumn(table: Table, index: number): Column {
  const spec = table.schema.columns[index];
  if (spec === undefined) throw new RangeError(`No column ${index} in a table of ${table.schema.columns.length}`);
  return concat(spec.type, table.batches.map((batch) => columnAt(batch, index)));
}

/** The rows with these numbers, in this order; `NO_ROW` gives a row of nulls. */
export function gatherRows(batch: Batch, rows: Uint32Array): Batch {
  return { length: rows.length, columns: batch.columns.map((column) => gather(column, rows)) };
}

/** Rows `from` to `to` (not included), sharing storage. */
export function sliceRows(batch: Batch, from: number, to: number): Batch {
  if (from === 0 && to === batch.length) return batch;
  return { length: to - from, columns: batch.columns.map((column) => slice(column, from, to)) };
}

/** The rows of the whole table with these numbers, in this order, perhaps of some columns alone; one batch. */
export function gatherTable(table: Table, rows: Uint32Array, columns?: readonly number[]): Table {
  const chosen = columns ?? table.schema.columns.map((_, i) => i);
  const schema = { ...table.schema, columns: chosen.flatMap((i) => table.schema.columns[i] ?? []) };
  const gathered = chosen.map((i) => gather(wholeColumn(table, i), rows));
  return tableOfBatches(schema, [{ length: rows.length, columns: gathered }]);
}
