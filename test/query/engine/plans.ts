/** Hand-built plans in a line each, and rows in and out as typed text tables. */
import { unhurried } from "../../../src/base";
import { run } from "../../../src/query/engine";
import type { RunOptions } from "../../../src/query/engine";
import type { Call, Expr, JoinKind, Named, Outcome, Plan, PlanOp, SortKey } from "../../../src/query/plan";
import { printTable, readTable } from "../../../src/table";
import type { ScalarType, Schema, Table, Value } from "../../../src/table";

let ids = 0;
const nowhere = { from: 0, to: 0 };

export function node(label: string, schema: Schema, op: PlanOp): Plan {
  return { id: ++ids, span: nowhere, label, schema, ...op };
}

/** A table from text; a mistake in it throws. */
export function table(text: string): Table {
  const read = readTable(text.split("\n").map((line) => line.trim()).join("\n"));
  if (read.value === undefined || read.diagnostics.length > 0) throw new Error(read.diagnostics.map((d) => d.message).join("\n"));
  return read.value;
}

export const values = (from: Table | string): Plan => {
  const t = typeof from === "string" ? table(from) : from;
  return node("values", t.schema, { op: "values", table: t });
};
export const scan = (name: string, schema: Schema, nullText: "empty" | "keep" = "empty"): Plan =>
  node("scan", schema, { op: "scan", table: name, nullText });

export function column(input: Plan, name: string): Expr {
  const spec = input.schema.columns.find((c) => c.name === name);
  if (spec === undefined) throw new Error(`no column ${name}`);
  return { kind: "column", name, type: spec.type, span: nowhere };
}
export const literal = (value: Value, type: ScalarType): Expr => ({ kind: "literal", value, type, span: nowhere });
export const call = (fn: string, type: ScalarType, ...args: Expr[]): Call => ({ kind: "call", fn, args, type, span: nowhere });
export const named = <T>(name: string, value: T): Named<T> => ({ name, value });
export const by = (value: Expr, descending = false, nullsFirst = !descending): SortKey => ({ value, descending, nullsFirst });

export const filter = (input: Plan, ...terms: Expr[]): Plan => node("where", input.schema, { op: "filter", input, terms });
export function extend(input: Plan, ...outputs: Named<Expr>[]): Plan {
  const columns = [...input.schema.columns];
  for (const o of outputs) {
    const at = columns.findIndex((c) => c.name === o.name);
    columns[at < 0 ? columns.length : at] = { name: o.name, type: o.value.type };
  }
  return node("extend", { ...input.schema, columns }, { op: "extend", input, outputs });
}
const schemaOfOutputs = (outputs: readonly Named<Expr>[]): Schema =>
  ({ columns: outputs.map((o) => ({ name: o.name, type: o.value.type })), open: false });
export const project = (input: Plan, ...outputs: Named<Expr>[]): Plan =>
  node("project", schemaOfOutputs(outputs), { op: "project", input, outputs });
export const sort = (input: Plan, keys: SortKey[], limit?: number): Plan =>
  node("sort", input.schema, { op: "sort", input, keys, ...(limit === undefined ? {} : { limit }) });
export const limit = (input: Plan, count: number, skip = 0): Plan => node("take", input.schema, { op: "limit", input, count, skip });
export const group = (input: Plan, keys: Named<Expr>[], aggregates: Named<Call>[]): Plan =>
  node("summarize", schemaOfOutputs([...keys, ...aggregates]), { op: "group", input, keys, aggregates });
export function join(left: Plan, right: Plan, kind: JoinKind, ...on: (readonly [string, string])[]): Plan {
  const renamed = right.schema.columns.map((c) => ({ ...c, name: left.schema.columns.some((l) => l.name === c.name) ? c.name + "1" : c.name }));
  const schema = kind.startsWith("left") && kind !== "leftouter" ? left.schema
    : kind.startsWith("right") && kind !== "rightouter" ? right.schema : { columns: [...left.schema.columns, ...renamed], open: false };
  return node("join", schema, { op: "join", left, right, kind, on: on.map(([l, r]) => [column(left, l), column(right, r)] as const) });
}
export const window = (input: Plan, outputs: Named<Call>[], partition: Expr[] = [], order: SortKey[] = []): Plan =>
  node("window", { ...input.schema, columns: [...input.schema.columns, ...schemaOfOutputs(outputs).columns] },
    { op: "window", input, by: partition, order, outputs });

export function execute(plan: Plan, options: Partial<RunOptions> = {}): Promise<Outcome> {
  return run(plan, { tables: () => undefined, now: 0n, pace: unhurried(), ...options });
}

/** The result as text; anything but a finished run throws. */
export async function result(plan: Plan, options: Partial<RunOptions> = {}): Promise<string> {
  const outcome = await execute(plan, options);
  if (outcome.kind !== "done") throw new Error(JSON.stringify(outcome, (_, v: unknown) => (typeof v === "bigint" ? String(v) : v)));
  return printTable(outcome.table);
}

/** The result's lines without the header. */
export async function rows(plan: Plan, options: Partial<RunOptions> = {}): Promise<string[]> {
  return (await result(plan, options)).split("\n").slice(1);
}
