/**
 * `scan`: becomes an `apply` node whose arguments are, in order: `match:NAME` where matches are numbered, `column:NAME`
 * per declared column with its default, then per step `step:OUTPUT:NAME` with its condition and `set:COLUMN` per
 * assignment. A value of a step's state is a column of the name that `stateColumn` gives.
 */
import { nearest } from "../../base";
import { functions } from "../functions";
import type { Expr, Named } from "../plan";
import { convert } from "../scope";
import { bindAs, bindExpression } from "./bind-expression";
import { RowBinder } from "./bind-row";
import { word } from "./bind-union";
import { isNothing, type Binding } from "./binding";
import { RowScope, type BoundColumn, type Context, type Environment, type Rows } from "./environment";
import type { Expression, OperatorOf, ScanStep } from "./syntax";

type Scan = OperatorOf<"scan">;

const OUTPUTS = ["all", "last", "none"];

/** How the value that a column has in a step's state is named in a plan. */
function stateColumn(step: number, column: string): string {
  return `$state:${step}:${column}`;
}

/** Kusto docs: scan operator. `input` is in the order that `order by` asks for, where it does. */
export function bindScan(b: Binding, op: Scan, input: Rows, environment: Environment): Rows {
  const args: Named<Expr>[] = [];
  const match = word(op.parameters, "with_match_id");
  if (match !== undefined) args.push({ name: `match:${match}`, value: truth(op) });

  const defaults = declare(b, op, input, environment);
  for (const d of defaults) args.push({ name: `column:${d.name}`, value: d.value });
  const declared = defaults.map((d): BoundColumn => ({ name: d.name, type: d.value.type }));
  const all = [...input.columns, ...declared];
  const extended = defaults.length === 0 ? input : b.rows({ op: "extend", input: input.plan, outputs: defaults }, all,
    op.wordSpan, "", input.open);

  const row = new RowBinder(b, extended, environment);
  const states = new Map<string, RowScope>();
  const steps: { readonly step: ScanStep; readonly context: Context }[] = [];
  for (const [i, step] of op.steps.entries()) {
    if (states.has(step.name.text)) b.fail("kql-scan-step", `There already is a step '${step.name.text}'.`,
      step.name.span);
    if (step.optional) b.fail("kql-refused", "'optional' steps are not documented, so what they would do is not known.",
      step.span);
    // A step knows its own state and that of the steps before it.
    states.set(step.name.text, new RowScope(all.map((c) => ({ name: c.name, type: c.type })), extended.open, undefined,
      (name) => stateColumn(i, name)));
    steps.push({ step, context: { ...row.context, states: new Map(states) } });
  }
  for (const { step, context } of steps) args.push(...bindStep(b, step, context, all));

  const source = row.source(op.span);
  const number: BoundColumn[] = match === undefined ? [] : [{ name: match, type: "long" }];
  if (match !== undefined && all.some((c) => c.name === match)) b.fail("kql-duplicate-column",
    `There already is a column '${match}'.`, op.wordSpan);
  const windowed = source.columns.slice(all.length);
  const made = b.rows({ op: "apply", input: source.plan, fn: "scan-steps", args }, [...all, ...windowed, ...number],
    op.span, op.word, input.open);
  if (windowed.length === 0) return made;
  const kept = [...all, ...number];
  return b.rows({ op: "project", input: made.plan, outputs: kept.map((c) => ({ name: c.name,
    value: { kind: "column", name: c.name, type: c.type, span: op.wordSpan } })) }, kept, op.span, "", input.open);
}

function truth(op: Scan): Expr {
  return { kind: "literal", value: true, type: "bool", span: op.wordSpan };
}

/** Declared columns with their defaults; null where none is given. */
function declare(b: Binding, op: Scan, input: Rows, environment: Environment): Named<Expr>[] {
  const found: Named<Expr>[] = [];
  for (const column of op.columns) {
    const name = column.name.text;
    if ([...input.columns, ...found].some((c) => c.name === name)) {
      b.fail("kql-duplicate-column", `There already is a column '${name}'.`, column.name.span);
      continue;
    }
    const type = column.type ?? "dynamic";
    const given = column.fallback && bindAs(b, column.fallback, type, { environment, row: undefined });
    const constant = given && b.constant(given);
    if (given && !constant && !isNothing(given)) b.fail("kql-constant-needed",
      `The default of '${name}' must be a constant.`, given.span);
    found.push({ name, value: { kind: "literal", type, span: column.name.span,
      value: constant?.value ?? (type === "string" ? "" : null) } });
  }
  return found;
}

function bindStep(b: Binding, step: ScanStep, context: Context,
  columns: readonly BoundColumn[]): Named<Expr>[] {
  const output = step.output?.text ?? "all";
  if (step.output && !OUTPUTS.includes(output)) {
    const meant = nearest(output, OUTPUTS);
    b.fail("kql-scan-output", `'${output}' is no output of a step; known are ${OUTPUTS.join(", ")}.`, step.output.span,
      meant ? { fix: { title: `Replace by '${meant}'`, edits: [{ span: step.output.span, insert: meant }] } } : {});
  }
  const found: Named<Expr>[] = [{ name: `step:${output}:${step.name.text}`,
    value: bindAs(b, step.condition, "bool", context) }];
  const assigned = new Set<string>();
  for (const item of step.assignments) {
    const name = item.kind === "named" ? item.names[0]?.text : undefined;
    if (item.kind !== "named" || name === undefined) {
      b.fail("kql-expected-name", "Write 'Column = value' behind '=>'.", item.span);
      continue;
    }
    const column = columns.find((c) => c.name === name);
    if (!column) {
      b.unknown("column", name, item.names[0]?.span ?? item.span, columns.map((c) => c.name),
        ", and a step assigns only to columns of the rows or of 'declare'");
      continue;
    }
    if (assigned.has(name)) b.fail("kql-duplicate-column", `'${name}' has a value in this step already.`, item.span);
    assigned.add(name);
    found.push({ name: `set:${name}`, value: fitted(b, item.value, column, context) });
  }
  return found;
}

function fitted(b: Binding, e: Expression, column: BoundColumn, context: Context): Expr {
  const value = bindExpression(b, e, context);
  if (value.type === column.type || column.type === "dynamic") return convert(value, column.type, functions);
  return bindAs(b, e, column.type, context);
}
