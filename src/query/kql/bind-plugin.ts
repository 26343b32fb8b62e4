/** `make-series`, which becomes an `apply` node, and `top-nested`, which is made of groups. */
import { TICKS_PER_DAY } from "../../table";
import type { Expr, Named } from "../plan";
import { apply } from "./apply";
import { aggregate } from "./bind-aggregate";
import { count } from "./bind-expand";
import { RowBinder, passOn } from "./bind-row";
import { word } from "./bind-union";
import { isNothing, type Binding } from "./binding";
import type { BoundColumn, Environment, Rows } from "./environment";
import { UniqueNames } from "./names";
import type { Expression, Operator, OperatorOf } from "./syntax";

/**
 * `make-series`: grouped by the keys and the axis in steps, then an `apply` node gathers each group into arrays. Its
 * arguments: `axis`, `from`, `to` (or `until`, taken in), `step`, `by:NAME` per key, `value:NAME` and `default:NAME` per
 * series, and `nonempty`.
 */
export function bindMakeSeries(b: Binding, op: OperatorOf<"make-series">, input: Rows, environment: Environment): Rows {
  const row = new RowBinder(b, input, environment);
  const axis = row.bind(op.axis.kind === "named" ? op.axis.value : op.axis);
  const axisName = op.axis.kind === "named" ? op.axis.names[0]?.text ?? "" : row.nameOf(op.axis) ?? "Column1";
  const bounds = { from: op.from, to: op.to, step: op.step };
  const args: Named<Expr>[] = [];
  for (const [name, e] of Object.entries(bounds)) if (e) args.push({ name, value: row.bind(e) });
  if (!op.step) args.push({ name: "step", value: defaultStep(axis) });
  const step = args.find((a) => a.name === "step")?.value;
  if (op.inRange && step) inRange(b, args, step);
  const from = op.inRange ? undefined : args.find((a) => a.name === "from")?.value;
  const place = step && !isNothing(axis)
    ? (from ? apply(b, "bin_at", [axis, step, from], axis.span, "make-series")
    : apply(b, "bin", [axis, step], axis.span, "make-series")) : axis;
  const staged = b.rows({ op: "extend", input: input.plan, outputs: [{ name: "$axis", value: place }] },
    [...input.columns, { name: "$axis", type: place.type }], op.span, "", input.open);
  const grouped = aggregate(b, { ...op, word: "" }, op.items.map((i) => i.value),
    [...op.by, { kind: "name", name: "$axis", span: op.axis.span }], staged, environment);
  const keys = grouped.columns.slice(0, op.by.length);
  const series = grouped.columns.slice(op.by.length + 1);
  args.unshift({ name: "axis", value: { kind: "column", name: "$axis", type: place.type, span: op.axis.span } });
  for (const o of passOn(keys, op.wordSpan)) args.push({ name: `by:${o.name}`, value: o.value });
  series.forEach((s, i) => {
    args.push({ name: `value:${s.name}`, value: { kind: "column", name: s.name, type: s.type, span: op.wordSpan } });
    const fallback = op.items[i]?.fallback;
    if (fallback) args.push({ name: `default:${s.name}`, value: row.bind(fallback) });
  });
  const kind = word(op.parameters, "kind");
  if (kind === "nonempty") args.push({ name: "nonempty", value: { kind: "literal", value: true, type: "bool", span: op.wordSpan } });
  const names = new UniqueNames(keys.map((k) => k.name));
  const arrays = [...series.map((s) => s.name),
    axisName].map((n): BoundColumn => ({ name: names.add(n), type: "dynamic" }));
  return b.rows({ op: "apply", input: grouped.plan, fn: "make-series", args }, [...keys, ...arrays], op.span, op.word);
}

/** `in range(start, stop, step)` counts bins from zero, not from the start, and takes the stop in. */
function inRange(b: Binding, args: Named<Expr>[], step: Expr): void {
  for (const [i, { name, value }] of args.entries()) {
    if (name === "from") args[i] = { name, value: apply(b, "bin", [value, step], value.span, "make-series") };
    if (name === "to") args[i] = { name: "until", value };
  }
}

/** A day or one, where the query says nothing. */
function defaultStep(axis: Expr): Expr {
  return axis.type === "datetime" || axis.type === "timespan"
    ? { kind: "literal", value: { kind: "timespan", ticks: TICKS_PER_DAY }, type: "timespan", span: axis.span }
    : { kind: "literal", value: 1n, type: "long", span: axis.span };
}

/**
 * `top-nested 3 of a by sum(x), top-nested 2 of b by count()`: level by level, the best values of a column within the
 * values already chosen. Each level groups by the columns so far, keeps the best per outer group, and is joined back.
 */
export function bindTopNested(b: Binding, op: OperatorOf<"top-nested">, input: Rows, environment: Environment): Rows {
  const levels: { column: BoundColumn; score: BoundColumn }[] = [];
  let left = input;
  let result = input;
  for (const level of op.levels) {
    if (level.others) b.fail("kql-refused", "'with others' of 'top-nested' is not run here.", level.span);
    const outer = levels.map((l) => l.column);
    const by: Expression[] =
      [...outer.map((c): Expression => ({ kind: "name", name: c.name, span: level.span })), level.of];
    const grouped = aggregate(b, { ...op, word: op.word, span: level.span }, [level.by.value], by, left, environment);
    const column = grouped.columns[outer.length];
    const given = grouped.columns[outer.length + 1];
    if (!column || !given) return { ...grouped, open: true };
    const score: BoundColumn = level.by.value.kind === "named" ? given
      : { name: `aggregated_${column.name}`, type: given.type };
    const renamed = b.rows(
      { op: "project", input: grouped.plan,
      outputs: grouped.columns.map((c): Named<Expr> => ({ name: c === given ? score.name : c.name,
      value: { kind: "column", name: c.name, type: c.type, span: level.span } })) },
        grouped.columns.map((c) => (c === given ? score : c)), level.span, "");
    const best = level.count
      ? bestOf(b, renamed, outer, score, count(b, new RowBinder(b, input, environment).bind(level.count)),
      level.by.order !== "asc", op) : renamed;
    if (outer.length === 0) result = best;
    else result = joinBack(b, result, best, outer, op);
    levels.push({ column, score });
    left = semiJoin(b, left, best, [...outer, column], op);
  }
  const columns = levels.flatMap((l) => [l.column, l.score]);
  return b.rows({ op: "project", input: result.plan, outputs: passOn(columns, op.wordSpan) }, columns, op.span, "");
}

function bestOf(b: Binding, rows: Rows, outer: readonly BoundColumn[], score: BoundColumn, most: number,
  descending: boolean, op: Operator): Rows {
  const top = (input: Rows): Rows => b.rows({ op: "sort", input: input.plan, limit: most,
    keys: [{ value: { kind: "column", name: score.name, type: score.type, span: op.wordSpan }, descending,
      nullsFirst: !descending }] }, input.columns, op.span, "");
  if (outer.length === 0) return top(rows);
  const hole = b.rows({ op: "hole" }, rows.columns, op.wordSpan, "");
  return b.rows({ op: "partition", input: rows.plan, by: passOn(outer, op.wordSpan).map((o) => o.value),
    body: top(hole).plan }, rows.columns, op.span, "");
}

/** Beside the levels so far, those of one more; a value that the outer level does not have is left out. */
function joinBack(b: Binding, left: Rows, right: Rows, on: readonly BoundColumn[], op: Operator): Rows {
  const keys = passOn(on, op.wordSpan).map((o) => [o.value, o.value] as const);
  const added = right.columns.filter((c) => !on.some((k) => k.name === c.name));
  const columns = [...left.columns,
    ...right.columns.map((c) => (added.includes(c) ? c : { ...c, name: `$r_${c.name}` }))];
  const joined = b.rows({ op: "join", left: left.plan, right: right.plan, kind: "inner", on: keys }, columns, op.span,
    "");
  const kept = [...left.columns, ...added];
  return b.rows({ op: "project", input: joined.plan, outputs: passOn(kept, op.wordSpan) }, kept, op.span, "");
}

/** The rows of the values chosen; a level of an expression needs no such cut, its group is found by the join alone. */
function semiJoin(b: Binding, left: Rows, right: Rows, on: readonly BoundColumn[], op: Operator): Rows {
  if (!on.every((k) => left.columns.some((c) => c.name === k.name))) return left;
  const keys = passOn(on, op.wordSpan).map((o) => [o.value, o.value] as const);
  return b.rows({ op: "join", left: left.plan, right: right.plan, kind: "leftsemi", on: keys }, left.columns, op.span,
    "", left.open);
}
