/** The lab: tables from logs, queries over them. Two bodies: in this thread, or in a worker. */
import type { Diagnostic } from "../base";
import type { LogFormat } from "../logs";
import type { Compiled, Outcome, Plan, RowStory, Scope } from "../query";
import type { Schema, Table } from "../table";

/** Text of logs to be read into a table of the lab. */
export interface LoadRequest {
  /** Names the sample among the lab's; loading the same id again replaces it. */
  readonly id: string;
  readonly text: string;
  readonly format?: LogFormat;
  readonly table?: string;
  /** False: leave vendor shapes alone. */
  readonly map?: boolean;
  readonly maxRows?: number;
}

/** What became of a sample. */
export interface Loaded {
  readonly id: string;
  /** The table its rows are in; several samples of one table are one table to a query. */
  readonly table: string;
  readonly format: LogFormat;
  readonly mapping: string;
  readonly candidates: readonly string[];
  readonly schema: Schema;
  readonly rows: number;
  /** Ticks of the newest event, for pinning `now()`. */
  readonly newest?: bigint;
  /** Distinct values per string column with few of them, most frequent first (for completion and explanations). */
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly diagnostics: readonly Diagnostic[];
}

export interface RunOptions {
  /** Ticks that `now()` means. */
  readonly now: bigint;
  readonly signal?: AbortSignal;
  readonly limitMs?: number;
  /** Rows of the result after which the run stops; told in the outcome. */
  readonly maxRows?: number;
  /** Rows (of ten columns) that one step may hold before the run fails as too large; some millions by default. */
  readonly maxHeldRows?: number;
  /** Rows per batch; any number gives the same rows. */
  readonly batchRows?: number;
  /** Ids of the samples whose rows take part; all when absent. */
  readonly only?: readonly string[];
  /** Called while running, a few times a second. */
  readonly onProgress?: (rowsRead: number) => void;
}

/** One row of a sample: `row` counts from 0, in the order in which its text was read. */
export interface SampleRow {
  readonly sample: string;
  readonly row: number;
}

export interface Lab {
  load(request: LoadRequest, signal?: AbortSignal): Promise<Loaded>;
  drop(id: string): void;
  loaded(): readonly Loaded[];
  /** Names for a compile: loaded samples over the catalog of known tables. */
  scope(options: { readonly lenient: boolean; readonly now?: bigint }): Scope;
  compile(language: string, text: string, scope: Scope): Compiled;
  run(plan: Plan, options: RunOptions): Promise<Outcome>;
  /** The first rows of a sample as it was read, at most `most`; undefined when there is no such sample. */
  rows(sample: string, most: number): Promise<Table | undefined>;
  /** What a query makes of one row of a sample: where it is in the result, or the step and the term that dropped it. */
  why(plan: Plan, at: SampleRow, options: RunOptions): Promise<RowStory>;
  /** Ends the worker, if there is one. */
  close(): void;
}
