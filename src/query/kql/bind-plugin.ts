/** `make-series`, which becomes an `apply` node, and `top-nested`, which is made of groups. */
import { TICKS_PER_DAY } from "../../table";
import type { Expr, Named } from "../plan";
import { apply } from "./apply";
import { functions } from "../functions";
import { convert } from "../scope";
import { aggregate } from "./bind-aggregate";
import { RowBinder, passOn } from "./bind-row";
import { word } from "./bind-union";
import { isNothing, type Binding } from "./binding";
import type { BoundColumn, Environment, Rows } from "./environment";
import { UniqueNames } from "./names";
import type { OperatorOf } from "./syntax";

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
  for (const [name, e] of Object.entries(bounds)) if (e) args.push(
    { name, value: onAxis(row.bind(e), axis, name) });
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
  // An aggregate may give several series (`percentiles`), which share its default.
  const fallbacks = op.items.length === series.length ? op.items.map((i) => i.fallback)
    : op.items.flatMap((i) => aggregate(b, { ...op, word: "" }, [i.value], [], staged, environment).columns.map(() => i.fallback));
  series.forEach((s, i) => {
    args.push({ name: `value:${s.name}`, value: { kind: "column", name: s.name, type: s.type, span: op.wordSpan } });
    const fallback = fallbacks[i];
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

/** A dynamic bound or step as a value of the axis. */
function onAxis(value: Expr, axis: Expr, name: string): Expr {
  if (value.type !== "dynamic" || axis.type === "dynamic") return value;
  return convert(value, axis.type === "datetime" && name === "step" ? "timespan" : axis.type, functions);
}

/** A day or one, where the query says nothing. */
function defaultStep(axis: Expr): Expr {
  return axis.type === "datetime" || axis.type === "timespan"
    ? { kind: "literal", value: { kind: "timespan", ticks: TICKS_PER_DAY }, type: "timespan", span: axis.span }
    : { kind: "literal", value: 1n, type: "long", span: axis.span };
}
