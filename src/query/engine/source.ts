/** What the engine's operators are made of: sources of batches, and what a run gives them to work with. */
import type { Pace, Span } from "../../base";
import { oneBatch, sliceRows } from "../../table";
import type { Batch, Schema, Table, Value } from "../../table";
import type { KernelContext, Registry } from "../functions/define";
import type { Expr, Plan } from "../plan";

/** An opened node: rows on demand. `rows` may be asked again (a body runs once per group) and starts anew each time. */
export interface Source {
  /** What the batches hold; of a node with an open schema it names the columns that were found. */
  readonly schema: Schema;
  /** No batch is empty. */
  rows(): AsyncIterable<Batch>;
}

/** Where a body's rows come from: set before each time the body runs. */
export interface Hole {
  readonly schema: Schema;
  batch: Batch;
  /** Nodes inside of the body that are computed once for these rows, however often they are met. */
  readonly cache: Map<number, Promise<Source>>;
}

/** One run of a plan, as operators see it. */
export interface Run {
  readonly registry: Registry;
  readonly pace: Pace;
  /** Rows of a full batch. */
  readonly batchRows: number;
  /** Whether texts may be null; otherwise a missing text is empty. */
  readonly nullText: boolean;
  readonly kernels: KernelContext;
  /** What one operator may hold at a time. */
  readonly room: Room;
  table(name: string): Table | undefined;
  /** Opens a node and all below it. */
  open(plan: Plan, hole: Hole | undefined): Promise<Source>;
  /** The run as a body sees it whose sub-plans read the body's rows: what they give is computed anew for each hole. */
  inside(hole: Hole): Run;
  /** Runs the plans inside of expressions that did not run yet, so that `scalar` knows their values. */
  prepare(exprs: readonly Expr[]): Promise<void>;
  /** The value of a sub-plan that `prepare` ran. */
  scalar(expr: Extract<Expr, { kind: "scalar" }>): Value;
  /** Says where warnings of kernels come from, until it is called again. */
  at(span: Span): void;
  /** What `at` was told last. */
  place(): Span;
  /** Tells the user of something in the data, once per place and code. */
  warn(code: string, message: string, span: Span): void;
  /** Tells how many more rows were read from tables. */
  read(rows: number): void;
  /** Sees each batch that leaves a node (`RunOptions.tap`). */
  readonly tap: ((node: number, schema: Schema, batch: Batch) => void) | undefined;
}

/** How much one operator may hold: a bomb is told before it fills the machine. */
export interface Room {
  readonly rows: number;
  /** Rows times columns. */
  readonly cells: number;
  /** Edges that a walk through a graph looks at; more is a pattern that needs narrowing. */
  readonly looks: number;
}

/** Some hundreds of megabytes of the widest columns. */
export const ROOM: Room = { rows: 10_000_000, cells: 60_000_000, looks: 150_000_000 };

/** Ends the run where an operator would hold more than there is room for; `span` is the operator's. */
export function fits(rows: number, columns: number, { room }: Run, span: Span): void {
  if (rows <= room.rows && rows * Math.max(1, columns) <= room.cells) return;
  const most = rows > room.rows ? `${room.rows} rows` : `${room.cells} cells`;
  const message = `This step would hold more than ${most} at once. Filter or summarize before it.`;
  throw new Failed("query-too-large", message, span);
}

/** Ends a run because of what a query meets at run time and the binder could not see. */
export class Failed extends Error {
  constructor(readonly code: string, message: string, readonly span: Span) {
    super(message);
    this.name = "Failed";
  }
}

/** Cuts a batch into batches of at most `size` rows. */
export function* pieces(batch: Batch, size: number): Iterable<Batch> {
  for (let from = 0; from < batch.length; from += size) {
    yield sliceRows(batch, from, Math.min(from + size, batch.length));
  }
}

/** All batches of a source, for an operator at `span` that holds them. */
export async function gathered(source: Source, run: Run, span: Span): Promise<Batch[]> {
  const batches: Batch[] = [];
  let rows = 0;
  for await (const batch of source.rows()) {
    fits((rows += batch.length), source.schema.columns.length, run, span);
    batches.push(batch);
  }
  return batches;
}

/** All rows of a source in one batch. */
export async function collect(source: Source, run: Run, span: Span): Promise<Batch> {
  return oneBatch(source.schema, await gathered(source, run, span));
}
