/** Expressions over a batch: flattened to steps on a stack, so that a deep expression cannot overflow ours. */
import { columnOf, convert, indexOfColumn, nullColumn, spread, withoutNullText } from "../../table";
import type { Batch, Column, ScalarType, Schema } from "../../table";
import type { Kernel } from "../functions/define";
import type { Call, Expr } from "../plan";
import type { Run } from "./source";

/** An expression made ready for the batches of one schema. */
export interface Program {
  readonly type: ScalarType;
  /** The value in every row: a column as long as the batch, or of length 1 when all rows have the same. */
  run(batch: Batch): Column;
  /** The value when it does not depend on the row. */
  readonly constant: Column | undefined;
}

type Instruction =
  | { readonly do: "column"; readonly index: number; readonly type: ScalarType }
  | { readonly do: "constant"; readonly column: Column }
  | { readonly do: "call"; readonly call: Call; readonly kernel: Kernel };

/** Compiles an expression. Its scalar sub-plans must have run (`Run.prepare`). */
export function compile(expr: Expr, schema: Schema, run: Run): Program {
  const code: Instruction[] = [];
  for (const e of postOrder(expr)) {
    switch (e.kind) {
      case "column": {
        const index = indexOfColumn(schema, e.name);
        if (index >= 0) code.push({ do: "column", index, type: e.type });
        else if (schema.open) code.push({ do: "constant", column: nullColumn(e.type, 1) });
        else throw new RangeError(`No column '${e.name}' among ${schema.columns.map((c) => c.name).join(", ")}`);
        break;
      }
      case "literal": code.push({ do: "constant", column: textual(columnOf(e.type, e.value), run) }); break;
      case "scalar": code.push({ do: "constant", column: textual(columnOf(e.type, run.scalar(e)), run) }); break;
      case "call": {
        const { kernel } = run.registry.scalar(e.fn);
        const count = e.args.length;
        const known = code.slice(code.length - count);
        // A pure call over constants is one itself.
        if (known.every((i) => i.do === "constant") && isPure(e, run)) {
          const value = called(e, kernel, known.map((i) => i.column), 1, run);
          code.length -= count;
          code.push({ do: "constant", column: value });
        } else code.push({ do: "call", call: e, kernel });
        break;
      }
      default: e satisfies never;
    }
  }
  const [only] = code;
  const constant = code.length === 1 && only?.do === "constant" ? only.column : undefined;
  return { type: expr.type, constant, run: (batch) => constant ?? execute(code, batch, run) };
}

/** Operands before their operator, without nesting calls. */
function postOrder(expr: Expr): Expr[] {
  const out: Expr[] = [];
  const todo: Expr[] = [expr];
  for (let e = todo.pop(); e !== undefined; e = todo.pop()) {
    out.push(e);
    if (e.kind === "call") todo.push(...e.args);
  }
  return out.reverse();
}

function isPure(call: Call, run: Run): boolean {
  const entry = run.registry.named(nameOf(call));
  return entry?.kind === "scalar" && entry.pure;
}

/** The meaning's name in an overload's id. */
export function nameOf(call: Call): string {
  const colon = call.fn.indexOf(":");
  return colon < 0 ? call.fn : call.fn.slice(0, colon);
}

function execute(code: readonly Instruction[], batch: Batch, run: Run): Column {
  const stack: Column[] = [];
  for (const step of code) {
    switch (step.do) {
      case "column": {
        const found = batch.columns[step.index];
        if (found === undefined) throw new RangeError(`Batch without column ${step.index}`);
        stack.push(found.type === step.type ? found : textual(convert(found, step.type), run));
        break;
      }
      case "constant": stack.push(step.column); break;
      case "call": {
        const args = stack.splice(stack.length - step.call.args.length);
        stack.push(called(step.call, step.kernel, args, batch.length, run));
        break;
      }
      default: step satisfies never;
    }
  }
  const [result] = stack;
  if (result === undefined || stack.length !== 1) throw new Error(`An expression left ${stack.length} values`);
  return result;
}

function called(call: Call, kernel: Kernel, args: readonly Column[], length: number, run: Run): Column {
  run.at(call.span);
  const result = kernel(args, length, run.kernels);
  if (result.type !== call.type) throw new TypeError(`${call.fn} gave ${result.type}, the plan says ${call.type}`);
  if (result.length !== length && result.length !== 1) {
    throw new RangeError(`${call.fn} gave ${result.length} rows for ${length}`);
  }
  return textual(result, run);
}

/** Kusto has no null texts. */
function textual(column: Column, run: Run): Column {
  return run.nullText ? column : withoutNullText(column);
}

/** Compiles several expressions of one schema, running their sub-plans first. */
export async function compileAll(exprs: readonly Expr[], schema: Schema, run: Run): Promise<readonly Program[]> {
  await run.prepare(exprs);
  return exprs.map((expr) => compile(expr, schema, run));
}

/** The program's value with one cell per row. */
export function fullColumn(program: Program, batch: Batch): Column {
  return spread(program.run(batch), batch.length);
}

/** All scalar sub-plans inside of expressions, in order. */
export function subPlans(exprs: readonly Expr[]): Extract<Expr, { kind: "scalar" }>[] {
  return exprs.flatMap(postOrder).filter((e) => e.kind === "scalar");
}
