/** Tables: the common currency of the house. */
import type { Column } from "./column";
import type { ScalarType } from "./type";

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
