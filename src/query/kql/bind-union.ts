/** `union`: tables, patterns and queries put together, columns of one name and several types told apart. */
import { printValue, tableOf, type ScalarType } from "../../table";
import { matchesPattern } from "../arrange";
import type { Expr, Named } from "../plan";
import type { Span } from "../../base";
import { nameOnly } from "./absent";
import type { Binding } from "./binding";
import type { BoundColumn, Environment, Rows } from "./environment";
import { UniqueNames } from "./names";
import { entityNamed } from "./saved";
import { scanTable } from "./scan";
import type { Expression, Operator, OperatorOf, Parameter } from "./syntax";

type Union = OperatorOf<"union">;

export function bindUnion(b: Binding, op: Union, input: Rows | undefined, environment: Environment): Rows {
  const fuzzy = truth(op.parameters, "isfuzzy");
  const inputs: { rows: Rows; name: string | undefined }[] = input ? [{ rows: input, name: input.name }] : [];
  for (const table of op.tables) inputs.push(...bindInput(b, table, environment, fuzzy));
  const source = word(op.parameters, "withsource") ?? word(op.parameters, "with_source");
  const inner = word(op.parameters, "kind") === "inner";
  return unite(b, inputs, { op, ...(source !== undefined ? { source } : {}), inner });
}

function bindInput(b: Binding, table: Expression, environment: Environment,
  fuzzy: boolean): { rows: Rows; name: string | undefined }[] {
  if (table.kind === "wildcard") {
    const matching = b.scope.tables().filter((t) => matchesPattern(t, table.pattern));
    const views = viewsNamed(b, table.pattern, environment);
    if (matching.length + views.length === 0) {
      const message = `No table matches '${table.pattern}'.`;
      if (fuzzy) b.warn("kql-unknown-table", message, table.span);
      else b.fail("kql-unknown-table", message, table.span);
    }
    return [...views, ...matching.flatMap((name) => {
      const rows = scanTable(b, name, table.span);
      return rows ? [{ rows, name }] : [];
    })];
  }
  if (fuzzy && table.kind === "name" && !entityNamed(b, table.name, environment) && !b.scope.table(table.name)) {
    const alike = b.scope.tables().find((t) => t.toLowerCase() === table.name.toLowerCase());
    if (!alike) {
      b.warn("kql-unknown-table", `There is no table '${table.name}' here; 'isfuzzy' leaves it out.`, table.span);
      b.tables.push({ name: table.name, span: table.span, known: false });
      // Left out it has no rows, but its columns may be named all the same.
      const rows = b.rows({ op: "values", table: tableOf({ columns: [], open: false }, []) }, [], table.span, "", true);
      return [{ rows: { ...rows, tables: [nameOnly(table.name)] }, name: table.name }];
    }
  }
  const rows = b.grammar.rowsOf(b, table, environment);
  return rows ? [{ rows, name: rows.name ?? (table.kind === "name" ? table.name : undefined) }] : [];
}

/**
 * Functions of the query that are views, by a pattern of names. Kusto docs: let statement, "Views": they take part in
 * `union *` and in `search`.
 */
export function viewsNamed(b: Binding, pattern: string, environment: Environment): { rows: Rows; name: string }[] {
  return environment.names().flatMap(({ name, entity }) => {
    if (entity.kind !== "function" || !entity.body.view || !matchesPattern(name, pattern)) return [];
    const call: Expression = { kind: "call", name: { text: name, span: entity.body.span }, args: [], span: entity.body.span };
    const rows = b.grammar.rowsOf(b, call, environment);
    return rows ? [{ rows, name }] : [];
  });
}

/** Puts rows together; also what `search` and `find` are made of. */
export function unite(
  b: Binding, inputs: readonly { rows: Rows; name: string | undefined }[],
  how: { readonly op: Operator; readonly source?: string; readonly inner: boolean; readonly label?: string },
): Rows {
  const { op } = how;
  const open = !how.inner && inputs.some((i) => i.rows.open);
  const merged = how.inner ? common(inputs.map((i) => i.rows)) : unify(inputs.map((i) => i.rows));
  const guessed = new Set(inputs.flatMap((i) => i.rows.columns.filter((c) => c.guessed).map((c) => c.name)));
  const tables = [...new Set(inputs.flatMap((i) => i.rows.tables ?? []))];
  const aligned = inputs.map((i) => align(b, i.rows, merged, how.inner, op.wordSpan));
  const columns = merged.map(
    (m): BoundColumn => ({ name: m.name, type: m.type, ...(m.origin ? { origin: m.origin } : {}),
      ...(guessed.has(m.from) && m.type === "dynamic" ? { guessed: true } : {}) }));

  const withSource = how.source === undefined ? columns : [{ name: how.source, type: "string" as const }, ...columns];
  const names = inputs.map((i, n) => i.name ?? `union_arg${n}`);
  const rows = b.rows({ op: "union", inputs: aligned.map((r) => r.plan),
    ...(how.source !== undefined ? { sourceColumn: { name: how.source, names } } : {}) },
    withSource, op.span, how.label ?? op.word, open);
  return how.inner ? rows : { ...rows, tables };
}

interface Merged {
  readonly name: string;
  readonly type: ScalarType;
  /** The column of the inputs that this is: its name and type there. */
  readonly from: string;
  readonly origin?: BoundColumn["origin"];
}

/**
 * Columns by name and type, in the order of their first appearance; `x_string`, `x_long` where one name has several
 * types.
 */
function unify(inputs: readonly Rows[]): Merged[] {
  const types = new Map<string, ScalarType[]>();
  const origins = new Map<string, BoundColumn["origin"][]>();
  for (const rows of inputs) {
    for (const c of rows.columns) {
      const known = types.get(c.name) ?? [];
      if (!known.includes(c.type)) known.push(c.type);
      types.set(c.name, known);
      origins.set(c.name, [...(origins.get(c.name) ?? []), c.origin]);
    }
  }
  // A column that keeps its name has it before one that comes to it by its type (`x_long`).
  const names = new UniqueNames([...types].flatMap(([name, kinds]) => (kinds.length === 1 ? [name] : [])));
  const listed = new UniqueNames();
  const order: string[] = [];
  const merged: Merged[] = [];
  for (const [name, kinds] of types) {
    const [only] = kinds;
    const from = origins.get(name) ?? [];
    // Known values hold for the union only where all of its rows come from that one column.
    const origin = from.length === 1 ? from[0] : undefined;
    if (kinds.length === 1 && only) merged.push({ name, type: only, from: name, ...(origin ? { origin } : {}) });
    else for (const type of kinds) merged.push({ name: names.add(`${name}_${type}`), type, from: name });
    for (const type of kinds) order.push(listed.add(kinds.length === 1 ? name : `${name}_${type}`));
  }
  // Microsoft's parser lists the names as if the first to ask had got them.
  merged.sort((x, y) => order.indexOf(x.name) - order.indexOf(y.name));
  return merged;
}

/** Columns that all inputs have, name and type. */
function common(inputs: readonly Rows[]): Merged[] {
  const [first, ...rest] = inputs;
  return (first?.columns ?? [])
    .filter((c) => rest.every((r) => r.columns.some((x) => x.name === c.name && x.type === c.type)))
    .map((c) => ({ name: c.name, type: c.type, from: c.name }));
}

/** An input with its columns named as the union names them; left alone where that is so already. */
function align(b: Binding, rows: Rows, merged: readonly Merged[], inner: boolean, span: Span): Rows {
  const renamed = merged.some((m) => m.name !== m.from
    && rows.columns.some((c) => c.name === m.from && c.type === m.type));
  if (!renamed && !(inner && rows.columns.length !== merged.length)) return rows;
  const own = rows.columns.flatMap((c): { column: BoundColumn; output: Named<Expr> }[] => {
    const m = merged.find((x) => x.from === c.name && x.type === c.type);
    return m ? [{ column: { ...c, name: m.name },
      output: { name: m.name, value: { kind: "column", name: c.name, type: c.type, span } } }] : [];
  });
  return b.rows({ op: "project", input: rows.plan, outputs: own.map((o) => o.output) }, own.map((o) => o.column), span,
    "", rows.open);
}

export function word(parameters: readonly Parameter[], name: string): string | undefined {
  const value = parameters.find((p) => p.name.text === name)?.value;
  return value?.kind === "name" ? value.name : value?.kind === "literal" ? printValue(value.value) : undefined;
}

export function truth(parameters: readonly Parameter[], name: string): boolean {
  return word(parameters, name) === "true";
}
