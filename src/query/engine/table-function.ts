/** What a function over whole tables gets and gives. */
import type { Batch, Column, Schema, Value } from "../../table";
import type { Expr, Plan } from "../plan";
import type { Run } from "./source";

export type Apply = Extract<Plan, { op: "apply" }>;

/** The rows and arguments that a table function works on. */
export interface Applied {
  readonly plan: Apply;
  readonly schema: Schema;
  readonly rows: Batch;
  /** The further tables that the plan gives, in its order. */
  readonly others: readonly Result[];
  readonly run: Run;
  /** The n-th argument, or the one of a name; undefined when it was not given. */
  argument(which: number | string): Expr | undefined;
  /** An argument's value when it does not depend on rows; null when it was not given. */
  constant(which: number | string): Value;
  /** An argument's value per row. */
  column(which: number | string): Column;
}

/** Rows with the columns that they turned out to have. */
export interface Result {
  readonly schema: Schema;
  readonly rows: Batch;
}

export type TableFunction = (applied: Applied) => Result | Promise<Result>;
