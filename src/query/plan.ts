/** What every query language compiles to: plain data, printable, comparable, clonable to a worker. */
import type { Diagnostic, Span } from "../base";
import type { ScalarType, Schema, Table, Value } from "../table";
import type { GraphPattern } from "./graph-pattern";

/** Names one overload of one meaning, e.g. `bin:long,long` or `eq.kusto:string,string`. Made by `functions/define.ts`. */
export type FunctionId = string;

export interface Named<T> {
  readonly name: string;
  readonly value: T;
}

export interface SortKey {
  readonly value: Expr;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** A call of a function, an aggregate or a window function; which of them is said by where it stands. */
export interface Call {
  readonly kind: "call";
  readonly fn: FunctionId;
  readonly args: readonly Expr[];
  readonly type: ScalarType;
  readonly span: Span;
}

export type Expr =
  | Call
  | { readonly kind: "column"; readonly name: string; readonly type: ScalarType; readonly span: Span }
  | { readonly kind: "literal"; readonly value: Value; readonly type: ScalarType; readonly span: Span }
  /**
   * `toscalar()`, or a tabular argument of `in`/`has_any`: the plan is run once, before the operator that holds it.
   * `take: "cell"` is the first cell (null when there is no row); `take: "column"` is the first column as a dynamic array.
   */
  | { readonly kind: "scalar"; readonly plan: Plan; readonly take: "cell" | "column"; readonly type: ScalarType; readonly span: Span };

/**
 * How columns are chosen once all of them are known, where the data bring some: `keep` and `away` leave them in their
 * order, `pick` takes them in the order asked for, `first` puts them before all others. Names may hold `*`.
 */
export type Arrangement =
  | { readonly how: "keep" | "away" | "pick" | "first"
      readonly items: readonly { readonly name: string; readonly order?: "asc" | "desc" }[] }
  | { readonly how: "rename"; readonly names: readonly (readonly [string, string])[] };

export type JoinKind =
  | "inner" | "innerunique" | "leftouter" | "rightouter" | "fullouter"
  | "leftsemi" | "rightsemi" | "leftanti" | "rightanti";

/**
 * A node. `id` is unique in the plan and names the node's step in the trace; `span` is the operator in the query text;
 * `schema` is what comes out (`open` where the columns depend on the data). `label` is the operator as the author knows it
 * (`where`, `mv-expand`); a node that only helps another (a projection behind a join) has the label "" and is not shown.
 */
export type Plan = {
  readonly id: number; readonly span: Span; readonly label: string; readonly schema: Schema
  /** Of the root of a query with several results: those before this one, run first, in their order. */
  readonly earlier?: readonly Named<Plan>[]
  /** What a root with `earlier` results is called itself. */
  readonly name?: string
  /** Of a root: the ticks that `now()` means, where the query says so itself. */
  readonly now?: bigint
} & PlanOp;

export type PlanOp =
  /** Reads a table by name. `nullText: "keep"` keeps null strings (Sigma, SPL); Kusto reads them as empty. */
  | { readonly op: "scan"; readonly table: string; readonly nullText: "empty" | "keep" }
  | { readonly op: "values"; readonly table: Table }
  /** Numbers or times from `from` to `to`, both included, by `step`; one column. */
  | { readonly op: "range"; readonly from: Expr; readonly to: Expr; readonly step: Expr }
  /** A conjunction: a row stays if every term is true (null is not). The trace counts each term alone, over all input rows. */
  | { readonly op: "filter"; readonly input: Plan; readonly terms: readonly Expr[]
      /** Truths that drop no row, counted for the trace as terms are (Sigma: each selection and item). */
      readonly counted?: readonly Expr[] }
  /** Adds or replaces columns; outputs see only the input's columns. New names are appended in order. */
  | { readonly op: "extend"; readonly input: Plan; readonly outputs: readonly Named<Expr>[] }
  /**
   * Exactly these columns; with an `arrangement` also those of the input that it lets through and the plan does not know,
   * all in its order, and the outputs that it does not name behind them.
   */
  | { readonly op: "project"; readonly input: Plan; readonly outputs: readonly Named<Expr>[]; readonly arrangement?: Arrangement }
  | { readonly op: "sort"; readonly input: Plan; readonly keys: readonly SortKey[]; readonly limit?: number }
  | { readonly op: "limit"; readonly input: Plan; readonly count: number; readonly skip: number }
  /** One row per distinct key (one row in all when there are no keys, also for no input); keys first, then aggregates. */
  | { readonly op: "group"; readonly input: Plan; readonly keys: readonly Named<Expr>[]; readonly aggregates: readonly Named<Call>[] }
  /** Adds columns that look at neighbouring rows, in input order, restarting per `by`. */
  | { readonly op: "window"; readonly input: Plan; readonly by: readonly Expr[]; readonly order: readonly SortKey[]; readonly outputs: readonly Named<Call>[] }
  /**
   * `mv-expand`: one row per element of the arrays (or property of the bags) in `columns`, which are expanded in step
   * (shorter ones padded with null); other columns repeat. `type` converts the element. `keepEmpty` keeps a row with null.
   * `body` (mv-apply) runs on each row's expanded rows: its leaf is a `hole`.
   */
  | { readonly op: "expand"; readonly input: Plan
      readonly columns: readonly { readonly name: string; readonly value: Expr; readonly type: ScalarType }[]
      readonly bagAs: "bag" | "array"; readonly indexColumn?: string; readonly limit?: number
      readonly keepEmpty: boolean; readonly body?: Plan }
  /** The rows that an enclosing `expand`/`partition` gives to its body. */
  | { readonly op: "hole" }
  /**
   * Output columns are all of the left's then all of the right's, named by `schema` (semi and anti: one side only).
   * `on` pairs an expression over the left with one over the right; nulls never match.
   */
  | { readonly op: "join"; readonly left: Plan; readonly right: Plan; readonly kind: JoinKind; readonly on: readonly (readonly [Expr, Expr])[] }
  /** Columns are matched by name against `schema` (the binder has renamed and converted what differs); absent ones are null. */
  | { readonly op: "union"; readonly inputs: readonly Plan[]; readonly sourceColumn?: { readonly name: string; readonly names: readonly string[] } }
  /** `body` once per group of equal `by`; its leaf is a `hole`; the outputs are concatenated. */
  | { readonly op: "partition"; readonly input: Plan; readonly by: readonly Expr[]; readonly body: Plan }
  /** `materialize()`: computed once per run, however often the node with this id is met. */
  | { readonly op: "cached"; readonly input: Plan }
  /**
   * A table function that needs whole rows (`evaluate` plugins, `make-series`, `sample`, …), by its registered name.
   * `others` are further tables that it reads (the table of a lookup, the edges of a graph), run before it.
   */
  | { readonly op: "apply"; readonly input: Plan; readonly others?: readonly Plan[]; readonly fn: string
      readonly args: readonly Named<Expr>[]
      /** What `graph-match` and `graph-shortest-paths` look for. */
      readonly pattern?: GraphPattern };

/** What one operator did. `rowsIn` and `rowsOut` count rows, `ms` is its own time, inputs taken off. */
export interface Step {
  readonly plan: number;
  readonly span: Span;
  readonly label: string;
  rowsIn: number;
  rowsOut: number;
  ms: number;
  /** Of a filter: each term with the rows that it alone lets pass. */
  terms?: readonly TermCount[];
  /** Of a filter: what it was asked to count besides. */
  counted?: readonly TermCount[];
}

/** A filter's term in the trace. */
export interface TermCount {
  readonly span: Span;
  readonly passed: number;
  /**
   * Where the term compares a column with constants and lets nothing pass: what the column holds instead,
   * most frequent first (at most 10 values).
   */
  readonly instead?: { readonly column: string; readonly values: readonly { readonly text: string; readonly rows: number }[] };
}

/** A result of a query that has several. */
export interface NamedTable {
  readonly name: string;
  readonly table: Table;
}

/** `earlier` are the results before `table`, which is called `name`, where a query has several. */
export type Outcome =
  | { readonly kind: "done"; readonly table: Table; readonly earlier?: readonly NamedTable[]; readonly name?: string
      readonly trace: readonly Step[]; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: "stopped"; readonly why: "cancelled" | "time" | "rows"; readonly table: Table
      readonly earlier?: readonly NamedTable[]; readonly name?: string; readonly trace: readonly Step[] }
  | { readonly kind: "failed"; readonly trace: readonly Step[]; readonly diagnostics: readonly Diagnostic[] };
