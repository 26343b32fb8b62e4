/** The face that every query language shows to the house. */
import type { Diagnostic, Edit, Span } from "../base";
import type { Schema } from "../table";
import type { Plan } from "./plan";
import type { Rendering } from "./rendering";

/** A piece of text for highlighting; tokens do not overlap and come in order. */
export interface Token {
  readonly span: Span;
  readonly kind: TokenKind;
}
export type TokenKind =
  | "keyword" | "operator" | "function" | "aggregate" | "table" | "column" | "variable" | "type"
  | "string" | "number" | "time" | "bool" | "comment" | "punctuation" | "name" | "error";

/** What a name in a query may mean: handed in by the host, so that languages know neither samples nor schemas. */
export interface Scope {
  /** A table by its exact name. */
  table(name: string): TableFacts | undefined;
  /** All table names, for suggestions and wildcards. */
  tables(): readonly string[];
  /**
   * True: a name that differs from a real one in case alone is taken for it, with a warning and a fix.
   * False: it is an error, as the cloud would have it.
   */
  readonly lenient: boolean;
  /** A function that the workspace has saved (in a note), by its exact name. */
  function?(name: string): SavedFunction | undefined;
  /** Names of all saved functions, for suggestions. */
  functions?(): readonly string[];
  /** A watchlist by its alias, as `_GetWatchlist("alias")` asks for it. */
  watchlist?(alias: string): Watchlist | undefined;
  /** Aliases of all watchlists, for suggestions. */
  watchlists?(): readonly string[];
  /** The value of a query parameter, written as the language writes a constant (`"x"`, `5`, `datetime(2026-01-01)`). */
  parameter?(name: string): string | undefined;
  /** Ticks (100 ns since year 1) that `now()` means; shown to the user. */
  readonly now: bigint;
}

/**
 * A function saved outside of the query. `text` is `(parameters) { body }`, or a body alone where there are no
 * parameters; it is bound anew wherever it is called, and what is wrong in it is told there.
 */
export interface SavedFunction {
  readonly name: string;
  readonly text: string;
  readonly doc?: string;
}

/** Rows that are looked up by a key: the table of the scope that holds them, and which of its columns is the key. */
export interface Watchlist {
  readonly alias: string;
  /** A name that `Scope.table` knows (and `tables` of a run). */
  readonly table: string;
  /** The column that `SearchKey` repeats; the first one when absent. */
  readonly searchKey?: string;
}

export interface TableFacts {
  readonly name: string;
  readonly schema: Schema;
  readonly doc?: string;
  /** Whether rows of it are loaded (a sample), or only its columns are known. */
  readonly loaded: boolean;
  /** Values that a column is known to hold, all of them (a closed list), lower-cased nothing; undefined when not known. */
  knownValues?(column: string): readonly string[] | undefined;
  /**
   * Some of the values that a column holds, where not all are known: `numbers` if all are whole numbers in texts, `anyCase`
   * if the same value comes in upper and in mixed case.
   */
  someValues?(column: string): { readonly values: readonly string[]; readonly numbers?: boolean; readonly anyCase?: boolean } | undefined;
  /** All values of a column of the loaded rows; undefined where they are too many, or not known. */
  loadedValues?(column: string): readonly string[] | undefined;
  /** The oldest and the newest time in a column of the loaded rows, in ticks; undefined when not known. */
  times?(column: string): { readonly oldest: bigint; readonly newest: bigint } | undefined;
  /** Values seen in the loaded rows, most frequent first, at most a hundred. */
  seenValues?(column: string): readonly string[];
}

/** What may stand at a place: turned into completions by `assist.ts`. */
export interface Expected {
  readonly label: string;
  readonly kind: TokenKind;
  /** What replaces `span`; the label when absent. */
  readonly insert?: string;
  readonly span: Span;
  readonly detail?: string;
  readonly doc?: string;
}

/** What stands under the pointer. */
export interface Hover {
  readonly span: Span;
  readonly title: string;
  readonly doc: string;
}

/** What the call around the cursor takes. */
export interface SignatureHelp {
  /** From the call's name to the cursor. */
  readonly span: Span;
  /** A line per way of calling it; `active` is the first that takes as many arguments as are written. */
  readonly lines: readonly SignatureLine[];
  readonly active: number;
  /** The argument that the cursor is in, from 0. */
  readonly argument: number;
  /** One sentence. */
  readonly doc: string;
}
export interface SignatureLine {
  readonly label: string;
  /** Places of the parameters in the label. */
  readonly parameters: readonly Span[];
  /** The last parameter may be given again and again. */
  readonly repeats?: boolean;
}

export interface Compiled {
  /** Absent when an error keeps the query from running. */
  readonly plan?: Plan;
  /** How the rows are asked to be drawn. */
  readonly rendering?: Rendering;
  readonly diagnostics: readonly Diagnostic[];
  /** Statements and operators in text order; `plan` is the id of the node that came of it. */
  readonly outline: readonly { readonly label: string; readonly span: Span; readonly plan?: number }[];
  /** Tables that the query reads by name, known or not. */
  readonly tables: readonly { readonly name: string; readonly span: Span; readonly known: boolean }[];
}

export interface Language {
  readonly id: string;
  readonly title: string;
  /** For highlighting: total, never throws. */
  tokens(text: string): readonly Token[];
  /** Diagnostics, maybe a plan: total, never throws. */
  compile(text: string, scope: Scope): Compiled;
  /** What may stand at offset `at`. */
  expected(text: string, at: number, scope: Scope): readonly Expected[];
  hover(text: string, at: number, scope: Scope): Hover | undefined;
  /** The text laid out as the language's readers expect it; the text itself when it cannot be parsed. */
  format(text: string): string;
  /** What the call around offset `at` takes; undefined outside of calls. */
  signature?(text: string, at: number, scope: Scope): SignatureHelp | undefined;
  /** Pieces that may be folded away: named statements of several lines, from behind their first line. */
  folds?(text: string): readonly Span[];
  /** Edits that make comments of a filter's terms, so that the query stands without them; absent where that cannot be. */
  commentOut?(text: string, terms: readonly Span[]): readonly Edit[];
}
