/** `mv-expand`, `mv-apply`, `partition`: rows out of collections, and operators run on pieces of a table. */
import type { Expr } from "../plan";
import type { ScalarType } from "../../table";
import { RowBinder } from "./bind-row";
import { isNothing, type Binding } from "./binding";
import { Environment, type BoundColumn, type Rows } from "./environment";
import { DefaultNames } from "./names";
import type { ExpandItem, OperatorOf } from "./syntax";
import { word } from "./bind-union";
import { checkPlain } from "./plain";

type Expand = OperatorOf<"mv-expand" | "mv-apply">;

interface Expanded {
  readonly name: string;
  readonly value: Expr;
  readonly type: ScalarType;
}

/** Kusto docs: mv-expand operator, mv-apply operator. */
export function bindExpand(b: Binding, op: Expand, input: Rows, environment: Environment): Rows {
  const row = new RowBinder(b, input, environment);
  const defaults = new DefaultNames();
  const expanded: Expanded[] = [];
  for (const item of op.items) {
    const one = bindItem(b, item, row, defaults);
    if (one) expanded.push(one);
  }
  const index = word(op.parameters, "with_itemindex");
  const bag = word(op.parameters, "bagexpansion") ?? word(op.parameters, "kind") ?? "bag";
  if (bag !== "bag" && bag !== "array") b.fail("kql-expand-kind",
    `'${bag}' is no way to expand a bag; the ways are bag and array.`, op.wordSpan);
  const columns: BoundColumn[] = input.columns.map((c) => {
    const own = expanded.find((x) => x.name === c.name);
    return own ? { name: own.name, type: own.type } : c;
  });
  const added = expanded.filter((x) => !input.columns.some((c) => c.name === x.name)).map(
    (x): BoundColumn => ({ name: x.name, type: x.type }));
  const position: BoundColumn[] = index !== undefined && !columns.some((c) => c.name === index)
    ? [{ name: index, type: "long" }] : [];
  const all = [...columns, ...added, ...position];
  const limit = op.limit ? count(b, row.bind(op.limit)) : undefined;
  const source = row.source(op.span);
  const base = { op: "expand", input: source.plan, columns: expanded, bagAs: bag === "array" ? "array" : "bag",
    keepEmpty: op.kind === "mv-expand",
    ...(index !== undefined ? { indexColumn: index } : {}), ...(limit !== undefined ? { limit } : {}) } as const;
  if (op.kind === "mv-expand") return b.rows(base, all, op.span, op.word, input.open);

  const hole = { ...b.rows({ op: "hole" }, all, op.wordSpan, "", input.open), tables: input.tables };
  const body = b.grammar.bodyOf(b, op.body, hole, environment);
  // The row's own columns stay beside what the body gives, unless the body gives one of that name; a column that was
  // expanded under its own name is gone.
  const gone = new Set(op.items.flatMap((i, n) => (i.name ? [] : [expanded[n]?.name])));
  const outer = input.columns.flatMap((c) => body.columns.find((x) => x.name === c.name)
    ?? (gone.has(c.name) ? [] : c));
  const inner = body.columns.filter((c) => !outer.some((x) => x.name === c.name));
  const result = [...outer, ...inner];
  return b.rows({ ...base, body: body.plan }, result, op.span, op.word, input.open || body.open);
}

function bindItem(b: Binding, item: ExpandItem, row: RowBinder, defaults: DefaultNames): Expanded | undefined {
  const value = row.bind(item.value);
  if (value.type !== "dynamic") {
    b.fail("kql-expand-type",
      `Only dynamic values can be expanded, and this is a ${value.type}.${value.type === "string"
      ? " todynamic() makes one of a text." : ""}`, item.value.span,
      value.type === "string"
        ? { fix: { title: "Wrap in todynamic",
        edits: [{ span: { from: item.value.span.from, to: item.value.span.from }, insert: item.name
        || value.kind !== "column" ? "todynamic(" : `${value.name} = todynamic(` },
        { span: { from: item.value.span.to, to: item.value.span.to }, insert: ")" }] } } : {});
    return undefined;
  }
  if (isNothing(value) && !item.name) return undefined;
  const name = item.name?.text ?? (value.kind === "column" ? value.name : row.nameOf(item.value))
    ?? defaults.name((n) => row.scope.named(n) !== undefined);
  return { name, value, type: item.type ?? "dynamic" };
}

/** A constant number of rows; what is none is told. */
export function count(b: Binding, e: Expr): number {
  const value = b.constant(e)?.value;
  if (typeof value === "bigint") return Number(value < 0n ? 0n : value);
  if (typeof value === "number" && value >= 0) return Math.trunc(value);
  // A parameter of a function that is only being checked has no value yet.
  if (value !== null) b.fail("kql-constant-needed", "The number of rows must be a constant whole number.", e.span);
  return 0;
}

type Partition = OperatorOf<"partition">;

export function bindPartition(b: Binding, op: Partition, input: Rows, environment: Environment): Rows {
  const row = new RowBinder(b, input, environment);
  const by = row.bind(op.by);
  checkPlain(b, by, row.isGuessed(by), op.by.span, "partitioned by");
  const hole = { ...b.rows({ op: "hole" }, input.columns, op.wordSpan, "", input.open), tables: input.tables };
  const body = b.grammar.bodyOf(b, op.body, hole, withKey(b, op, by, hole, environment));
  return b.rows({ op: "partition", input: input.plan, by: [by], body: body.plan }, body.columns, op.span, op.word,
    body.open);
}

/**
 * In braces a query of its own stands, which knows of the rows only the key, as `toscalar(Column)`. Kusto docs:
 * partition operator, "Legacy strategy".
 */
function withKey(b: Binding, op: Partition, by: Expr, hole: Rows, environment: Environment): Environment {
  if (op.by.kind !== "name") return environment;
  const first = b.rows({ op: "limit", input: hole.plan, count: 1, skip: 0 }, hole.columns, op.wordSpan, "", hole.open);
  const key = b.rows({ op: "project", input: first.plan, outputs: [{ name: op.by.name, value: by }] },
    [{ name: op.by.name, type: by.type }], op.wordSpan, "");
  const inside = new Environment(environment);
  inside.define(op.by.name, { kind: "scalar",
    value: { kind: "scalar", plan: key.plan, take: "cell", type: by.type, span: op.by.span } });
  return inside;
}
