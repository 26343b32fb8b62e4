/** Runs a plan: opens it, reads it to its end or to a limit, and tells what every operator did. */
import { Stopped, TooLarge, warning } from "../../base";
import type { Diagnostic, Pace, Span } from "../../base";
import { sliceRows, tableOfBatches, valueAt, withoutNullText } from "../../table";
import type { Batch, Schema, Table, Value } from "../../table";
import type { Registry } from "../functions/define";
import type { Expr, NamedTable, Outcome, Plan } from "../plan";
import { subPlans } from "./evaluate";
import { open } from "./open";
import type { Cache } from "./open";
import { Failed, ROOM, fits } from "./source";
import type { Hole, Room, Run, Source } from "./source";
import { Meters, inputs, readsHole } from "./watch";

export interface RunOptions {
  /** Tables by their exact names. */
  readonly tables: (name: string) => Table | undefined;
  /** Ticks that `now()` means. */
  readonly now: bigint;
  readonly pace: Pace;
  /** Uniform in [0, 1); a fixed sequence by default. */
  readonly random?: () => number;
  /** Rows per batch; any number gives the same rows. 8192 by default. */
  readonly batchRows?: number;
  /** Rows of the result after which the run stops. */
  readonly maxRows?: number;
  /** What one operator, and the result, may hold; some hundreds of megabytes by default. */
  readonly room?: Partial<Room>;
  /** Called a few times a second with the rows read from tables so far. */
  readonly onRows?: (rowsRead: number) => void;
  /** Sees each batch that leaves a node, by the node's id; for following rows. */
  readonly tap?: (node: number, schema: Schema, batch: Batch) => void;
}

/** Most operators in a row: each costs some of the call stack. */
export const DEEPEST = 1000;

/** Runs a plan with the functions of a registry. Throws only on our own mistakes. */
export async function runWith(registry: Registry, plan: Plan, options: RunOptions): Promise<Outcome> {
  const meters = new Meters(plan);
  const diagnostics: Diagnostic[] = [];
  const run = startRun(registry, plan, options, meters, diagnostics);
  const earlier: NamedTable[] = [];
  let result = new Result(plan, run);
  const found = () => ({
    table: result.table(), trace: meters.steps(),
    ...(earlier.length === 0 ? {} : { earlier, ...(plan.name === undefined ? {} : { name: plan.name }) }),
  });
  try {
    if (meters.depth > DEEPEST) {
      throw new Failed("query-too-long", `This query has more than ${DEEPEST} operators in a row.`, plan.span);
    }
    const most = options.maxRows ?? Infinity;
    let whole = true;
    for (const { name, value } of [...plan.earlier ?? [], { name: undefined, value: plan }]) {
      result = new Result(value, run);
      whole = await result.read(most) && whole;
      if (name !== undefined) earlier.push({ name, table: result.table() });
    }
    return whole ? { kind: "done", ...found(), diagnostics } : { kind: "stopped", why: "rows", ...found() };
  } catch (problem) {
    if (problem instanceof Stopped) return { kind: "stopped", why: problem.why, ...found() };
    if (problem instanceof Failed) {
      const found: Diagnostic = { code: problem.code, severity: "error", message: problem.message, span: problem.span };
      return { kind: "failed", trace: meters.steps(), diagnostics: [...diagnostics, found] };
    }
    const large = tooLarge(problem);
    if (large !== undefined) {
      const found: Diagnostic = { code: "query-too-large", severity: "error", message: large, span: run.place() };
      return { kind: "failed", trace: meters.steps(), diagnostics: [...diagnostics, found] };
    }
    throw problem;
  }
}

/** The rows of one result as they come in. */
class Result {
  private readonly batches: Batch[] = [];
  private source: Source | undefined;

  constructor(private readonly plan: Plan, private readonly run: Run) {}

  /** Reads to the end, or to `most` rows; false when there are more. */
  async read(most: number): Promise<boolean> {
    this.source = await this.run.open(this.plan, undefined);
    let rows = 0;
    for await (const batch of this.source.rows()) {
      if (rows + batch.length > most) {
        if (most > rows) this.batches.push(sliceRows(batch, 0, most - rows));
        return false;
      }
      rows += batch.length;
      // Counted by the columns that the result turned out to have, which the plan may not know.
      fits(rows, this.source.schema.columns.length, this.run, this.plan.span);
      this.batches.push(batch);
    }
    return true;
  }

  table(): Table {
    return tableOfBatches(this.source?.schema ?? this.plan.schema, this.batches);
  }
}

/** What to tell where a value or a step grew beyond the machine, by our limits or by its own; undefined for all else. */
function tooLarge(problem: unknown): string | undefined {
  if (problem instanceof TooLarge) return problem.message;
  const beyond = problem instanceof RangeError
    && /invalid (string|array|typed array|array buffer) length|allocation|maximum size|invalid count/i.test(problem.message);
  return beyond ? "A value of this query would be larger than the machine can hold." : undefined;
}

function startRun(registry: Registry, root: Plan, options: RunOptions, meters: Meters, diagnostics: Diagnostic[]): Run {
  const cache: Cache = new Map();
  const scalars = new Map<string, Value>();
  const told = new Set<string>();
  let place: Span = root.span;
  let rowsRead = 0;
  let toldAt = options.pace.now();

  const warn = (code: string, message: string, span: Span) => {
    const key = `${code} ${span.from} ${span.to}`;
    if (told.has(key)) return;
    told.add(key);
    diagnostics.push(warning(code, message, span));
  };
  const run: Run = {
    registry,
    pace: options.pace,
    batchRows: Math.max(1, options.batchRows ?? 8192),
    nullText: keepsNullText(root),
    kernels: {
      now: options.now,
      random: options.random ?? seeded(1),
      warn: (code, message) => warn(code, message, place),
      check: () => options.pace.check(),
    },
    room: { ...ROOM, ...options.room },
    table: options.tables,
    open: (plan: Plan, hole: Hole | undefined) => open(plan, hole, run, meters, cache),
    inside: (hole: Hole) => {
      const own = new Map<string, Value>();
      const inner: Run = {
        ...run,
        open: (plan, given) => open(plan, given, inner, meters, cache),
        prepare: async (exprs) => {
          const subs = subPlans(exprs);
          await run.prepare(subs.filter((sub) => !readsHole(sub.plan)));
          for (const sub of subs.filter(({ plan }) => readsHole(plan))) {
            own.set(`${sub.plan.id} ${sub.take}`, await scalarOf(await inner.open(sub.plan, hole), sub.take, run));
          }
        },
        scalar: (expr) => own.get(`${expr.plan.id} ${expr.take}`) ?? run.scalar(expr),
      };
      return inner;
    },
    prepare: async (exprs: readonly Expr[]) => {
      for (const sub of subPlans(exprs)) {
        const key = `${sub.plan.id} ${sub.take}`;
        if (!scalars.has(key)) scalars.set(key, await scalarOf(await run.open(sub.plan, undefined), sub.take, run));
      }
    },
    scalar: (expr) => scalars.get(`${expr.plan.id} ${expr.take}`) ?? null,
    at: (span) => {
      place = span;
    },
    place: () => place,
    warn,
    read: (rows) => {
      rowsRead += rows;
      if (options.onRows === undefined || options.pace.now() - toldAt < 100) return;
      toldAt = options.pace.now();
      options.onRows(rowsRead);
    },
    tap: options.tap,
  };
  return run;
}

/** The first cell of a source, or its whole first column. Reads no further than it must. */
async function scalarOf(source: Source, take: "cell" | "column", run: Run): Promise<Value> {
  const values: Value[] = [];
  for await (const batch of source.rows()) {
    const [first] = batch.columns;
    if (first === undefined) break;
    const column = run.nullText ? first : withoutNullText(first);
    if (take === "cell") return valueAt(column, 0);
    for (let row = 0; row < batch.length; row++) values.push(valueAt(column, row));
  }
  return take === "cell" ? null : values;
}

/** Whether some table of the plan is read with its null texts (Sigma, SPL); Kusto has none. */
function keepsNullText(root: Plan): boolean {
  const todo = [root];
  const seen = new Set<number>();
  for (let plan = todo.pop(); plan !== undefined; plan = todo.pop()) {
    if (seen.has(plan.id)) continue;
    seen.add(plan.id);
    if (plan.op === "scan" && plan.nullText === "keep") return true;
    todo.push(...inputs(plan));
  }
  return false;
}

/** A small fixed sequence of random numbers (mulberry32), for hosts that pass none. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
