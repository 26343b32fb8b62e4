/**
 * `top-nested 3 of a with others = "rest" by sum(x), top-nested 2 of b by count()`: level by level, the best values of
 * an expression within the values already chosen; with `others`, one row more for what was not chosen. Lowered to groups
 * and joins. Kusto docs: top-nested operator.
 */
import { functions } from "../functions";
import type { Expr, Named } from "../plan";
import { convert } from "../scope";
import { aggregate } from "./bind-aggregate";
import { bindExpression } from "./bind-expression";
import { count } from "./bind-expand";
import { RowBinder } from "./bind-row";
import { unite } from "./bind-union";
import type { Binding } from "./binding";
import type { BoundColumn, Environment, Rows } from "./environment";
import { DefaultNames, UniqueNames } from "./names";
import type { Expression, Operator, OperatorOf, NestedTop } from "./syntax";

type TopNested = OperatorOf<"top-nested">;

/** A level with the columns that it makes, under names that no query can write, and those that it shows. */
interface Level {
  readonly written: NestedTop;
  readonly key: BoundColumn;
  readonly score: string;
  readonly shown: { readonly key: string; readonly score: string };
  readonly others: Expr | undefined;
}

export function bindTopNested(b: Binding, op: TopNested, input: Rows, environment: Environment): Rows {
  const { levels, keyed } = prepare(b, op, input, environment);
  const scores = new Map<string, BoundColumn>();
  const fallen: { readonly at: number; readonly rows: Rows; readonly above: Rows | undefined }[] = [];
  let left = keyed;
  let chosen: Rows | undefined;
  for (const [i, level] of levels.entries()) {
    const outer = levels.slice(0, i).map((l) => l.key);
    const grouped = aggregate(b, { ...op, span: level.written.span }, [scored(level)],
      [...outer, level.key].map((k) => named(k, op)), left, environment);
    const score = grouped.columns[i + 1];
    if (!score) return { ...grouped, open: true };
    scores.set(level.score, score);
    const { written } = level;
    const best = written.count
      ? bestOf(b, grouped, outer, score, count(b, bindExpression(b, written.count, { environment, row: undefined })),
        written.by.order !== "asc", op) : grouped;
    if (written.count && levels.slice(i).some((l) => l.others)) {
      fallen.push({ at: i, rows: matched(b, left, best, [...outer, level.key], "leftanti", op), above: chosen });
    }
    chosen = chosen ? beside(b, chosen, best, outer, op) : best;
    left = matched(b, left, best, [...outer, level.key], "leftsemi", op);
  }
  if (!chosen) return { ...input, open: true };
  const all = [shown(b, op, chosen, levels, scores, levels.length),
    ...fallen.map((f) => rest(b, op, f, levels, scores, environment))];
  const [only] = all;
  if (all.length === 1 && only) return only;
  return unite(b, all.map((rows) => ({ rows, name: undefined })), { op, inner: false, label: "" });
}

/** The input with the value of each level as a column. */
function prepare(
  b: Binding, op: TopNested, input: Rows, environment: Environment,
): { readonly levels: Level[]; readonly keyed: Rows } {
  const row = new RowBinder(b, input, environment);
  const names = new UniqueNames();
  const defaults = new DefaultNames();
  const outputs: Named<Expr>[] = [];
  const levels = op.levels.map((written, i): Level => {
    const value = row.bind(written.of.kind === "named" ? written.of.value : written.of);
    const key = names.add(row.nameOf(written.of) ?? defaults.name((n) => names.has(n)));
    const by = written.by.value;
    const score = names.add(by.kind === "named" ? by.names[0]?.text ?? "" : `aggregated_${key}`);
    outputs.push({ name: `$key${i}`, value });
    const others = written.others && bindExpression(b, written.others, { environment, row: undefined });
    return { written, key: { name: `$key${i}`, type: value.type }, score: `$score${i}`, shown: { key, score }, others };
  });
  const source = row.source(op.span);
  const columns = [...source.columns, ...levels.map((l) => l.key)];
  const keyed = b.rows({ op: "extend", input: source.plan, outputs }, columns, op.span, "", input.open);
  return { levels, keyed };
}

function named(column: BoundColumn, op: Operator): Expression {
  return { kind: "name", name: column.name, span: op.wordSpan };
}

/** The aggregate of a level under the level's own name. */
function scored(level: Level): Expression {
  const by = level.written.by.value;
  const value = by.kind === "named" ? by.value : by;
  return { kind: "named", names: [{ text: level.score, span: by.span }], value, span: by.span };
}

function column(c: BoundColumn, op: Operator): Expr {
  return { kind: "column", name: c.name, type: c.type, span: op.wordSpan };
}

function bestOf(b: Binding, rows: Rows, outer: readonly BoundColumn[], score: BoundColumn, most: number,
  descending: boolean, op: Operator): Rows {
  const top = (input: Rows): Rows => b.rows({ op: "sort", input: input.plan, limit: most,
    keys: [{ value: column(score, op), descending, nullsFirst: !descending }] }, input.columns, op.span, "");
  if (outer.length === 0) return top(rows);
  const hole = b.rows({ op: "hole" }, rows.columns, op.wordSpan, "");
  return b.rows({ op: "partition", input: rows.plan, by: outer.map((c) => column(c, op)), body: top(hole).plan },
    rows.columns, op.span, "");
}

/** As texts, since nulls are no match, and a null is a value of its own here. */
function pairs(on: readonly BoundColumn[], op: Operator): [Expr, Expr][] {
  return on.map((c) => {
    const key = convert(column(c, op), "string", functions);
    return [key, key];
  });
}

function matched(b: Binding, left: Rows, right: Rows, on: readonly BoundColumn[], kind: "leftsemi" | "leftanti",
  op: Operator): Rows {
  return b.rows({ op: "join", left: left.plan, right: right.plan, kind, on: pairs(on, op) }, left.columns, op.span, "",
    left.open);
}

/** Beside the rows of the levels so far, the columns of one level more. */
function beside(b: Binding, left: Rows, right: Rows, on: readonly BoundColumn[], op: Operator): Rows {
  const added = right.columns.filter((c) => !left.columns.some((l) => l.name === c.name));
  const columns = [...left.columns, ...right.columns.map((c) => (added.includes(c) ? c : { ...c, name: `$r${c.name}` }))];
  const joined = b.rows({ op: "join", left: left.plan, right: right.plan, kind: "inner", on: pairs(on, op) }, columns,
    op.span, "");
  const kept = [...left.columns, ...added];
  return b.rows({ op: "project", input: joined.plan, outputs: kept.map((c) => ({ name: c.name, value: column(c, op) })) },
    kept, op.span, "");
}

/**
 * The rows of a level's `others`: what was not chosen at level `at`, together per chosen value above. Deeper levels have
 * nothing chosen there: their `others` is over the same rows, and without one they are null.
 */
function rest(
  b: Binding, op: TopNested, fallen: { readonly at: number; readonly rows: Rows; readonly above: Rows | undefined },
  levels: readonly Level[], scores: ReadonlyMap<string, BoundColumn>, environment: Environment,
): Rows {
  const { at, above } = fallen;
  const outer = levels.slice(0, at).map((l) => l.key);
  const { span } = op;
  const size: Expression = { kind: "named", names: [{ text: "$size", span }], span,
    value: { kind: "call", name: { text: "count", span }, args: [], span } };
  const items = levels.slice(at).filter((l) => l.others).map(scored);
  const grouped = aggregate(b, { ...op, word: "" }, [...items, size], outer.map((k) => named(k, op)), fallen.rows,
    environment);
  // Without keys there is one group even of no rows.
  const one: Expr = { kind: "literal", value: 0n, type: "long", span };
  const some = b.rows({ op: "filter", input: grouped.plan, terms: [{ kind: "call", fn: "gt:long,long", type: "bool", span,
    args: [{ kind: "column", name: "$size", type: "long", span }, one] }] }, grouped.columns, span, "");
  const rows = above ? beside(b, above, some, outer, op) : some;
  return shown(b, op, rows, levels, scores, at);
}

/** The columns under the names that the query gave; from level `from` on those of `others`. */
function shown(
  b: Binding, op: TopNested, rows: Rows, levels: readonly Level[], scores: ReadonlyMap<string, BoundColumn>, from: number,
): Rows {
  const outputs = levels.flatMap((level, i): Named<Expr>[] => {
    const score = { name: level.score, type: scores.get(level.score)?.type ?? "dynamic" } as const;
    const none = (type: Expr["type"]): Expr => ({ kind: "literal", type, value: type === "string" ? "" : null,
      span: op.wordSpan });
    const key = i < from ? column(level.key, op) : level.others ? convert(level.others, level.key.type, functions)
      : none(level.key.type);
    return [{ name: level.shown.key, value: key },
      { name: level.shown.score, value: i < from || level.others ? column(score, op) : none(score.type) }];
  });
  const columns = outputs.map((o): BoundColumn => ({ name: o.name, type: o.value.type }));
  return b.rows({ op: "project", input: rows.plan, outputs }, columns, op.span, "");
}
