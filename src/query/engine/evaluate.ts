/** Expressions over a batch: flattened to steps on a stack, so that a deep expression cannot overflow ours. */
import { columnOf, convert, indexOfColumn, nullColumn, spread, withoutNullText } from "../../table";
import type { Batch, Column, ScalarType, Schema, WordColumn } from "../../table";
import type { Kernel } from "../functions/define";
import type { Call, Expr } from "../plan";
import { PerWord } from "./per-word";
import { shortened } from "./shortened";
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
  | { readonly do: "words"; readonly index: number; readonly type: ScalarType; readonly words: PerWord }
  | { readonly do: "call"; readonly call: Call; readonly kernel: Kernel };

/** Compiles an expression. Its scalar sub-plans must have run (`Run.prepare`). */
export function compile(given: Expr, schema: Schema, run: Run): Program {
  const expr = shortened(given);
  const code = codeOf(expr, schema, run, readersOfOneText(expr, run));
  const [only] = code;
  const constant = code.length === 1 && only?.do === "constant" ? only.column : undefined;
  return { type: expr.type, constant, run: (batch) => constant ?? execute(code, batch, run) };
}

/** The steps of an expression; a call in `perWord` is one step, computed for each word of the one column it reads. */
function codeOf(expr: Expr, schema: Schema, run: Run, perWord: ReadonlyMap<Expr, Expr>): Instruction[] {
  const code: Instruction[] = [];
  for (const e of postOrder(expr, (call) => perWord.has(call))) {
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
        const read = perWord.get(e);
        if (read?.kind === "column" && indexOfColumn(schema, read.name) >= 0) {
          const alone: Schema = { columns: [{ name: read.name, type: read.type }], open: false };
          const steps = codeOf(e, alone, run, new Map());
          const compute = (column: WordColumn) => execute(steps, { length: column.length, columns: [column] }, run);
          const words = new PerWord(e.type, compute);
          code.push({ do: "words", index: indexOfColumn(schema, read.name), type: read.type, words });
          break;
        }
        if (read !== undefined) {
          code.push(...codeOf(e, schema, run, new Map()));
          break;
        }
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
  return code;
}

/** The calls, as large as possible, that are pure and read nothing but one text column, with that column. */
function readersOfOneText(expr: Expr, run: Run): ReadonlyMap<Expr, Expr> {
  const out = new Map<Expr, Expr>();
  // Of each expression the text column it reads; null for none, absent where it reads more or another kind.
  const reads = new Map<Expr, Expr | null>();
  for (const e of postOrder(expr)) {
    switch (e.kind) {
      case "literal": case "scalar": reads.set(e, null); break;
      case "column": if (e.type === "string" || e.type === "guid") reads.set(e, e); break;
      case "call": {
        if (!isPure(e, run) || !e.args.every((arg) => reads.has(arg))) break;
        const columns = e.args.flatMap((arg) => reads.get(arg) ?? []);
        const [first] = columns;
        if (first?.kind === "column" && !columns.every((c) => c.kind === "column" && c.name === first.name)) break;
        reads.set(e, first ?? null);
        if (first !== undefined) out.set(e, first);
        break;
      }
      default: e satisfies never;
    }
  }
  return out;
}

/** Operands before their operator, without nesting calls. */
function postOrder(expr: Expr, isLeaf: (expr: Expr) => boolean = () => false): Expr[] {
  const out: Expr[] = [];
  const todo: Expr[] = [expr];
  for (let e = todo.pop(); e !== undefined; e = todo.pop()) {
    out.push(e);
    if (e.kind === "call" && !isLeaf(e)) todo.push(...e.args);
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
      case "column": stack.push(columnOfBatch(batch, step.index, step.type, run)); break;
      case "words": {
        const column = columnOfBatch(batch, step.index, step.type, run);
        stack.push(step.words.of(column as WordColumn));
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

/** A column of a batch as the type that the plan says. */
function columnOfBatch(batch: Batch, index: number, type: ScalarType, run: Run): Column {
  const found = batch.columns[index];
  if (found === undefined) throw new RangeError(`Batch without column ${index}`);
  return found.type === type ? found : textual(convert(found, type), run);
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
  return exprs.flatMap((expr) => postOrder(expr)).filter((e) => e.kind === "scalar");
}
