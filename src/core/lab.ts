/** The lab: tables from logs, queries over them. Two bodies: in this thread, or in a worker. */
import type { Bytes, LoadProgress, LogFinding, LogFormat } from "../logs";
import type { HuntReport } from "../hunt";
import type { HuntLogs, HuntRule } from "./hunting";
import type { Compiled, Outcome, Plan, RowStory, SavedFunction, Scope } from "../query";
import type { Schema, Table } from "../table";

/** Logs to be read into a table of the lab. */
export interface LoadRequest {
  /** Names the sample among the lab's; loading the same id again replaces it. */
  readonly id: string;
  /** A text, or a file (a `Blob`, say) that is read as it comes and never stands in memory as one text. */
  readonly text: string | Bytes;
  readonly format?: LogFormat;
  readonly table?: string;
  /** False: leave vendor shapes alone. */
  readonly map?: boolean;
  readonly maxRows?: number;
  /** The text is a watchlist of this alias, and no sample of events: queries reach it by `_GetWatchlist()` alone. */
  readonly watchlist?: WatchlistName;
}

/** A watchlist's alias, and the column that is its key (the first one when absent). */
export interface WatchlistName {
  readonly alias: string;
  readonly key?: string;
}

/** What the vault defines for all queries. */
export interface Defined {
  readonly functions: ReadonlyMap<string, SavedFunction>;
  /** By alias in lower case, also those that are not loaded. */
  readonly watchlists: ReadonlyMap<string, WatchlistName>;
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
  /** The oldest and the newest time of each column of times that has one, in ticks. */
  readonly times: ReadonlyMap<string, { readonly oldest: bigint; readonly newest: bigint }>;
  readonly diagnostics: readonly LogFinding[];
  readonly watchlist?: WatchlistName;
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
  /** Ids of the samples whose rows take part; all when absent. Watchlists always do. */
  readonly only?: readonly string[];
  /** Called while running, a few times a second. */
  readonly onProgress?: (rowsRead: number) => void;
}

/** Rules and logs of a hunt. */
export interface HuntRequest {
  readonly rules: readonly HuntRule[];
  readonly logs: readonly HuntLogs[];
  /** Rules of lower levels are left out. */
  readonly level?: string;
  /** Events kept per rule. */
  readonly keep?: number;
}

/** One row of a sample: `row` counts from 0, in the order in which its text was read. */
export interface SampleRow {
  readonly sample: string;
  readonly row: number;
}

export interface Lab {
  /** `onProgress` is told of bytes now and then; a text is read too soon for that. */
  load(request: LoadRequest, signal?: AbortSignal, onProgress?: (progress: LoadProgress) => void): Promise<Loaded>;
  drop(id: string): void;
  /** Samples and watchlists. */
  loaded(): readonly Loaded[];
  /** What the vault defines, for all scopes from now on. */
  define(defined: Defined): void;
  /** Names for a compile: loaded samples over the catalog of known tables. */
  scope(options: { readonly lenient: boolean; readonly now?: bigint }): Scope;
  compile(language: string, text: string, scope: Scope): Compiled;
  run(plan: Plan, options: RunOptions): Promise<Outcome>;
  /** The first rows of a sample as it was read, at most `most`; undefined when there is no such sample. */
  rows(sample: string, most: number): Promise<Table | undefined>;
  /** What a query makes of one row of a sample: where it is in the result, or the step and the term that dropped it. */
  why(plan: Plan, at: SampleRow, options: RunOptions): Promise<RowStory>;
  /** Runs Sigma rules over logs: which fire, on which events. Throws an AbortError when it was cancelled. */
  hunt(request: HuntRequest, signal?: AbortSignal, onProgress?: (events: number) => void): Promise<HuntReport>;
  /** Ends the worker, if there is one. */
  close(): void;
}
