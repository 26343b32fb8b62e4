/** Pasted or stored text → a table: detects the format, dispatches, reports what it did. */
import type { Diagnostic, Pace } from "../base";
import type { Table } from "../table";

export type LogFormat = "json" | "ndjson" | "csv" | "tsv";

export interface ReadOptions {
  /** The format, when the user said it. */
  readonly format?: LogFormat;
  /** The table these rows are (`AWSCloudTrail`), when the user or the note said it. Otherwise it is guessed. */
  readonly table?: string;
  /** False: rows stay as they are (no vendor mapping, no schema types). */
  readonly map?: boolean;
  readonly pace?: Pace;
  /** Rows after which reading stops, told by a diagnostic. */
  readonly maxRows?: number;
}

export interface ReadLogs {
  readonly table: Table;
  /** The name under which a query finds the rows: a known table, or "Sample". */
  readonly name: string;
  readonly format: LogFormat;
  /** How rows became the table: `ingested` as they were, `cloudtrail` etc. by a mapping, `none` for an unknown shape. */
  readonly mapping: string;
  /** Other tables that the rows could be, best first. */
  readonly candidates: readonly string[];
  readonly rows: number;
  /** Newest time in the rows' time column, in ticks; undefined when there is none. */
  readonly newest?: bigint;
  readonly diagnostics: readonly Diagnostic[];
}
