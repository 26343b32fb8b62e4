/**
 * `scan`: rows run one by one through steps, each of which keeps what the sequence that has come to it has seen.
 * Kusto docs: scan operator, "Scan logic". What looks at the row alone is computed for all rows at once; what looks
 * at the state is computed when a row comes to it.
 */
import { builder, columnOf, gather, indexOfColumn, spread, valueAt, withoutNullText } from "../../table";
import type { Batch, Builder, Column, ColumnSpec, Schema, Value } from "../../table";
import type { Expr } from "../plan";
import { compile, nameOf, type Program } from "./evaluate";
import { fits, type Run } from "./source";
import type { TableFunction } from "./table-function";

/** A row that a step has matched, with the values that its assignments gave. */
interface Seen {
  readonly row: number;
  readonly set: readonly Value[];
}

/** What a step holds while a sequence is at it: of each step so far the last row, and the number of the match. */
interface State {
  readonly match: bigint;
  readonly seen: readonly (Seen | undefined)[];
}

/** A value that is the row's own, or needs the state too. */
interface Evaluator {
  at(row: number, state: State | undefined): Value;
}

interface Step {
  readonly output: string;
  /** Whether the row itself allows a match; the state may still say no. */
  readonly candidate: (row: number) => boolean;
  readonly conditions: readonly Evaluator[];
  /** By the place of the column among those that are assigned anywhere; undefined: stays as it is. */
  readonly assignments: readonly (Evaluator | undefined)[];
}

/** A row of the output: the input's row, what was assigned, the number of the match. */
interface Found {
  readonly seen: Seen;
  readonly match: bigint;
}

/** Runs `scan`; its arguments are described where the language makes them (`kql/bind-scan.ts`). */
export const scanSteps: TableFunction = (applied) => {
  const { plan, rows, schema, run } = applied;
  const columns = plan.args.filter((a) => a.name.startsWith("set:")).map((a) => a.name.slice(4));
  const machine = new Machine([...new Set(columns)], schema, rows, run);
  for (const { name, value } of plan.args) {
    if (name.startsWith("column:")) machine.defaults.set(name.slice(7), value.kind === "literal" ? value.value : null);
  }
  let at = 0;
  while (at < plan.args.length) {
    const arg = plan.args[at++]!;
    if (!arg.name.startsWith("step:")) continue;
    const sets = new Map<string, Expr>();
    for (let next = plan.args[at]; next?.name.startsWith("set:") === true; next = plan.args[++at]) {
      sets.set(next.name.slice(4), next.value);
    }
    machine.add(arg.name.split(":")[1] ?? "all", arg.value, sets);
  }
  const found = machine.run();
  fits(found.length, plan.schema.columns.length, run, plan.span);
  return machine.table(found, plan.args.find((a) => a.name.startsWith("match:"))?.name.slice(6));
};

class Machine {
  readonly defaults = new Map<string, Value>();
  private readonly steps: Step[] = [];
  private readonly place: ReadonlyMap<string, number>;
  /** Of each assigned column the values that the rows came with. */
  private readonly own: readonly (Column | undefined)[];

  constructor(
    private readonly assigned: readonly string[], private readonly schema: Schema, private readonly rows: Batch,
    private readonly context: Run,
  ) {
    this.place = new Map(assigned.map((name, i) => [name, i]));
    this.own = assigned.map((name) => rows.columns[indexOfColumn(schema, name)]);
  }

  add(output: string, condition: Expr, sets: ReadonlyMap<string, Expr>): void {
    const terms = conjuncts(condition);
    const plain = terms.filter((t) => !readsState(t)).map((t) => this.wholeColumn(t));
    this.steps.push({
      output,
      candidate: (row) => plain.every((column) => valueAt(column, row) === true),
      conditions: terms.filter(readsState).map((t) => this.evaluator(t)),
      assignments: this.assigned.map((name) => {
        const value = sets.get(name);
        return value === undefined ? undefined : this.evaluator(value);
      }),
    });
  }

  /** The rows that come out, in the order of the input; a row that several steps match comes last step first. */
  run(): Found[] {
    const found: { readonly row: Found; readonly turn: number }[] = [];
    const states: (State | undefined)[] = this.steps.map(() => undefined);
    /** Of steps with `output=last`: what comes out once their series of matches has ended. */
    const waiting: ({ readonly row: Found; readonly turn: number } | undefined)[] = this.steps.map(() => undefined);
    let matches = 0n;
    let turn = 0;
    const flush = (k: number): void => {
      const last = waiting[k];
      if (last !== undefined) found.push(last);
      waiting[k] = undefined;
    };
    for (let row = 0; row < this.rows.length; row++) {
      if (row % 1024 === 0) this.context.kernels.check?.();
      for (let k = this.steps.length - 1; k >= 0; k--) {
        const step = this.steps[k]!;
        if (!step.candidate(row)) continue;
        const before = k > 0 ? states[k - 1] : undefined;
        const own = states[k];
        let state: State;
        if (before !== undefined && holds(step, row, before)) {
          flush(k - 1);
          flush(k);
          states[k - 1] = undefined;
          state = before;
        } else if ((k === 0 || own !== undefined) && holds(step, row, own)) {
          state = own ?? { match: matches++, seen: [] };
        } else continue;
        const seen: Seen = { row, set: this.assign(step, row, state) };
        const records = state.seen.slice(0, k);
        records[k] = seen;
        states[k] = { match: state.match, seen: records };
        const next = { row: { seen, match: state.match }, turn: turn++ };
        if (step.output === "all") found.push(next);
        else if (step.output === "last") waiting[k] = next;
      }
    }
    for (let k = this.steps.length - 1; k >= 0; k--) flush(k);
    return found.sort((a, b) => a.turn - b.turn).map((f) => f.row);
  }

  table(found: readonly Found[], match: string | undefined): { schema: Schema; rows: Batch } {
    const rows = Uint32Array.from(found, (f) => f.seen.row);
    const columns = this.schema.columns.map(({ name, type }, i): Column => {
      const place = this.place.get(name);
      if (place === undefined) return gather(this.rows.columns[i]!, rows);
      const out: Builder = builder(type);
      for (const f of found) out.push(f.seen.set[place] ?? null);
      return this.textual(out.finish());
    });
    const specs: ColumnSpec[] = [...this.schema.columns];
    if (match !== undefined) {
      const numbers = builder("long");
      for (const f of found) numbers.push(f.match);
      columns.push(numbers.finish());
      specs.push({ name: match, type: "long" });
    }
    return { schema: { ...this.schema, columns: specs }, rows: { length: rows.length, columns } };
  }

  private assign(step: Step, row: number, state: State): Value[] {
    return step.assignments.map((value, i) => {
      if (value !== undefined) return value.at(row, state);
      const column = this.own[i];
      return column === undefined ? null : valueAt(column, row);
    });
  }

  private wholeColumn(expr: Expr): Column {
    if (this.rows.length === 0) return columnOf(expr.type, null, 0);
    return spread(compile(expr, this.schema, this.context).run(this.rows), this.rows.length);
  }

  private evaluator(expr: Expr): Evaluator {
    if (readsState(expr)) return this.stateEvaluator(expr);
    let column: Column | undefined;
    return { at: (row) => valueAt((column ??= this.wholeColumn(expr)), row) };
  }

  /** Runs over a batch of one row, which holds only what the expression reads. */
  private stateEvaluator(expr: Expr): Evaluator {
    const specs = reads(expr);
    const cells = specs.map(({ name }) => this.cell(name));
    let program: Program | undefined;
    const prepared = (): Program => (program ??= compile(expr, { columns: specs, open: false }, this.context));
    return {
      at: (row, state) => {
        const columns = specs.map(({ type }, i) => this.textual(columnOf(type, cells[i]!(row, state))));
        return valueAt(prepared().run({ length: 1, columns }), 0);
      },
    };
  }

  /** How a column that an expression reads is found, of the row or of a step's state. */
  private cell(name: string): (row: number, state: State | undefined) => Value {
    const read = STATE.exec(name);
    if (read === null) {
      const column = this.rows.columns[indexOfColumn(this.schema, name)];
      return (row) => (column === undefined ? null : valueAt(column, row));
    }
    const step = Number(read[1]);
    const of = read[2] ?? "";
    const place = this.place.get(of);
    const column = this.rows.columns[indexOfColumn(this.schema, of)];
    // A step that no row of the sequence has matched has nothing but the defaults.
    const otherwise = this.defaults.get(of) ?? null;
    return (_, state) => {
      const seen = state?.seen[step];
      if (seen === undefined) return otherwise;
      if (place !== undefined) return seen.set[place] ?? null;
      return column === undefined ? null : valueAt(column, seen.row);
    };
  }

  private textual(column: Column): Column {
    return this.context.nullText ? column : withoutNullText(column);
  }
}

const STATE = /^\$state:(\d+):([\s\S]*)$/;

function holds(step: Step, row: number, state: State | undefined): boolean {
  return step.conditions.every((c) => c.at(row, state) === true);
}

function readsState(expr: Expr): boolean {
  return reads(expr).some((c) => c.name.startsWith("$state:"));
}

/** The columns that an expression names, each once. */
function reads(expr: Expr): ColumnSpec[] {
  const found = new Map<string, ColumnSpec>();
  const todo: Expr[] = [expr];
  for (let e = todo.pop(); e !== undefined; e = todo.pop()) {
    if (e.kind === "column") found.set(e.name, { name: e.name, type: e.type });
    else if (e.kind === "call") todo.push(...e.args);
  }
  return [...found.values()];
}

/** The terms that must all be true. */
function conjuncts(expr: Expr): Expr[] {
  const terms: Expr[] = [];
  const todo: Expr[] = [expr];
  for (let e = todo.pop(); e !== undefined; e = todo.pop()) {
    if (e.kind === "call" && nameOf(e) === "and") todo.push(...[...e.args].reverse());
    else terms.push(e);
  }
  return terms;
}
