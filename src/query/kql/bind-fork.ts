/**
 * `fork` and `facet`: several results of one input. The last is the query's result as always; those before it go along
 * as `earlier` of the plan's root, so that whoever runs one plan gets all of them. The input is computed once.
 */
import { bindExpression } from "./bind-expression";
import { RowBinder } from "./bind-row";
import type { Binding } from "./binding";
import type { Environment, Rows } from "./environment";
import { functions } from "../functions";
import type { Named, Plan } from "../plan";
import type { OperatorOf } from "./syntax";

type Fork = OperatorOf<"fork">;
type Facet = OperatorOf<"facet">;

/** Kusto docs: fork operator: one table per subquery, called by its name, or by `as` in it. */
export function bindFork(b: Binding, op: Fork, input: Rows, environment: Environment): Rows {
  const shared = once(b, op, input);
  const results = op.branches.map((branch, i): Named<Rows> => {
    const rows = b.grammar.bodyOf(b, branch.body, shared, environment);
    return { name: branch.name?.text ?? rows.name ?? `Result ${i + 1}`, value: rows };
  });
  if (results.length === 1) b.warn("kql-fork-single", "A 'fork' with one subquery only is that subquery.", op.wordSpan);
  return together(b, op, results, input);
}

/** Kusto docs: facet operator: the rows of `with`, then how often each value of each column occurs. */
export function bindFacet(b: Binding, op: Facet, input: Rows, environment: Environment): Rows {
  const shared = once(b, op, input);
  const results: Named<Rows>[] = [];
  if (op.body) results.push({ name: "Rows", value: b.grammar.bodyOf(b, op.body, shared, environment) });
  const row = new RowBinder(b, shared, environment);
  const count = { kind: "call", fn: functions.named("count")?.overloads[0]?.id ?? "count:", args: [], type: "long",
    span: op.span } as const;
  for (const by of op.by) {
    const value = bindExpression(b, by, row.context);
    if (value.kind !== "column") {
      if (value.kind !== "literal") b.fail("kql-expected-name", "'facet' takes columns.", by.span);
      continue;
    }
    const { name } = value;
    results.push({ name, value: b.rows(
      { op: "group", input: shared.plan, keys: [{ name, value }],
        aggregates: [{ name: `count_${name}`, value: count }] },
      [row.column(name, value), { name: `count_${name}`, type: "long" }], op.span, op.word) });
  }
  return together(b, op, results, input);
}

function once(b: Binding, op: Fork | Facet, input: Rows): Rows {
  return b.rows({ op: "cached", input: input.plan }, input.columns, op.wordSpan, "", input.open);
}

function together(b: Binding, op: Fork | Facet, results: readonly Named<Rows>[], input: Rows): Rows {
  const last = results[results.length - 1];
  if (!last) return input;
  const earlier = results.slice(0, -1).map((r): Named<Plan> => ({ name: r.name, value: r.value.plan }));
  const { plan } = last.value;
  // The same rows may be a result twice; each root is a node of its own.
  const root = b.node({ op: "limit", input: plan, count: Number.MAX_SAFE_INTEGER, skip: 0 }, last.value.columns,
    op.span, "", last.value.open);
  const rows: Rows = { ...last.value, plan: { ...root, earlier, name: last.name } };
  if (earlier.length > 0) b.several.set(rows.plan.id, { word: op.word, span: op.wordSpan });
  return rows;
}
