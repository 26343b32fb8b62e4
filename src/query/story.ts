/** What became of one row of a table in a query: where it went, and at which step, by which term, it was dropped. */
import type { Diagnostic, Span } from "../base";
import type { ScalarType, Table, Value } from "../table";

/** The way of one row through a query. */
export interface RowStory {
  /** The table that the row is of, and its number there, from 0. */
  readonly table: string;
  readonly row: number;
  /** Steps that the row came to, in the order of its way; one that dropped it is the last of its branch. */
  readonly steps: readonly RowStep[];
  /** How each branch ended; several where the query reads the table more than once. Never empty. */
  readonly ends: readonly RowEnd[];
}

/** One operator on the way. */
export interface RowStep {
  readonly plan: number;
  readonly label: string;
  readonly span: Span;
  /** Rows that came out of the one: several behind `mv-expand` or a join, 0 where it was dropped. */
  readonly rows: number;
  /** Of `summarize` and `distinct`: how many rows are in the row's group. */
  readonly group?: number;
}

/** Where a branch ended. `plan`, `label` and `span` are the operator's. */
export type RowEnd =
  /** The query does not read the row's table. */
  | { readonly kind: "unread" }
  /** It is in the result: `rows` are numbers of result rows from 0 (at most 20 of `count`), `table` those rows. */
  | { readonly kind: "result"; readonly rows: readonly number[]; readonly count: number; readonly table: Table
      /** Of a query with several results: which one; `earlier` ones come before the query's own. */
      readonly name?: string; readonly earlier: boolean
      /** It is there as one of this many that were counted into one row. */
      readonly group?: number }
  | Dropped
  /**
   * The operator makes new rows out of all that came in: which ones hold this row is said by `into` at most, what it is
   * told apart by. `fn` is the table function.
   */
  | { readonly kind: "merged"; readonly plan: number; readonly label: string; readonly span: Span; readonly fn: string
      readonly into: readonly { readonly name: string; readonly own: Held }[] }
  /**
   * It is in what a query inside of the operator gives: `list` are the values that rows are compared with, `cell` is one
   * value, that of the first row, which is this one or not; `other` is a further table that the operator reads.
   */
  | { readonly kind: "asked"; readonly plan: number; readonly label: string; readonly span: Span
      readonly as: "cell" | "list" | "other"; readonly first: boolean }
  /** Rows of this side of a semi or anti join only decide which rows of the other side stay. */
  | { readonly kind: "partner"; readonly plan: number; readonly label: string; readonly span: Span }
  /** The query did not come to its end. */
  | { readonly kind: "broken"; readonly why: "cancelled" | "time" | "rows" | "failed"; readonly diagnostics: readonly Diagnostic[] };

export interface Dropped {
  readonly kind: "dropped";
  readonly plan: number;
  readonly label: string;
  readonly span: Span;
  readonly reason: DropReason;
}

export type DropReason =
  /** A filter: its terms that are not true of the row. */
  | { readonly kind: "terms"; readonly terms: readonly TermStory[] }
  /** A limit: the row's place in line, from 1, and what else is known of the line. */
  | { readonly kind: "place"; readonly place: number; readonly skipped: number; readonly taken: number
      /** Where the line is sorted: what it is sorted by, of this row and of the last one that was taken. */
      readonly keys: readonly { readonly span: Span; readonly descending: boolean; readonly own: Held; readonly last: Held }[] }
  /** A join. */
  | { readonly kind: "join"; readonly side: "left" | "right"
      /**
       * `none`: no row of the other side has its keys. `null`: one of them is null, which matches nothing. `found`: there
       * is one, and the join keeps those without. `stood-for`: a row with the same keys came before, and the join keeps
       * one row per key.
       */
      readonly why: "none" | "null" | "found" | "stood-for"
      readonly keys: readonly { readonly span: Span; readonly own: Held }[]
      /** Rows of the other side. */
      readonly others: number
      /** Keys of the other side that differ from the row's in upper and lower case alone. */
      readonly alike?: readonly Held[] }
  /** `mv-expand` of collections that are empty. */
  | { readonly kind: "empty"; readonly columns: readonly { readonly span: Span; readonly own: Held }[] }
  /** No step of `scan` took it. */
  | { readonly kind: "no-step" }
  | { readonly kind: "other" };

/** A value with its type. */
export interface Held {
  readonly type: ScalarType;
  readonly value: Value;
}

/** A term of a filter that is false, or null, of the row. */
export interface TermStory {
  readonly span: Span;
  /** Null: it cannot be said, since a value is missing; a filter takes that for no. */
  readonly holds: boolean | null;
  /** The comparisons in it that decide, at most 12. */
  readonly tests: readonly Comparison[];
  /** Further comparisons that are not told. */
  readonly more: number;
}

/** One comparison, or any other predicate. */
export interface Comparison {
  readonly span: Span;
  /** The meaning's name: `eq.kusto`, `has`, `isnotempty`. */
  readonly fn: string;
  readonly holds: boolean | null;
  /** What the term needs it to be: false below a `not`. */
  readonly wanted: boolean;
  readonly operands: readonly Operand[];
  /** Columns that are read inside of operands that are no plain columns. */
  readonly reads: readonly Operand[];
}

export interface Operand extends Held {
  readonly span: Span;
  /** The column, or path into one, that it is; absent for anything else. */
  readonly column?: string;
  /** The same for every row. */
  readonly constant: boolean;
}
