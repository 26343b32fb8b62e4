/**
 * Plugins that give several tables: the first goes on to the operators behind them, and where the query ends with the
 * plugin it is the query's own result, and the others come along before it. Their input is computed once.
 */
import { functions } from "../functions";
import type { Expr, Named, Plan } from "../plan";
import type { Binding } from "./binding";
import { schemaOf, type BoundColumn, type Rows } from "./environment";
import type { OperatorOf } from "./syntax";

interface Called {
  readonly fn: string;
  readonly input: Plan;
  readonly args: readonly Named<Expr>[];
  readonly columns: readonly BoundColumn[];
  readonly open: boolean;
}

/** Whether a plugin gives several tables. */
export function givesSeveral(fn: string): boolean {
  return fn === "preview" || fn === "funnel_sequence";
}

/** The node of a plugin's first table; the others are kept for the end of the query. */
export function severalTables(b: Binding, op: OperatorOf<"evaluate">, called: Called): Rows {
  const { fn, columns, args, open } = called;
  const input = b.node({ op: "cached", input: called.input }, columnsOf(called.input), op.wordSpan, "", called.input.schema.open);
  const made = b.rows({ op: "apply", input, fn, args }, columns, op.span, op.word, open);
  if (fn === "preview") {
    // Kusto docs: preview plugin: "Count" is the second table, and no operator may stand behind the plugin.
    const count = { kind: "call", fn: functions.named("count")?.overloads[0]?.id ?? "count:", args: [], type: "long",
      span: op.span } as const;
    const counted = b.node({ op: "group", input, keys: [], aggregates: [{ name: "Count", value: count }] },
      [{ name: "Count", type: "long" }], op.span, op.word);
    b.several.set(made.plan.id, { word: fn, span: op.wordSpan });
    b.further.set(made.plan.id, { first: "Rows", others: [{ name: "Count", value: counted }] });
  } else {
    // Kusto docs: funnel_sequence plugin, Returns: by both neighbours, by the state before, by the state after.
    const part = (side: "prev" | "next"): Named<Plan> => ({ name: side === "prev" ? "prev-sequence" : "sequence-next",
      value: b.node({ op: "apply", input, fn, args: [...args, { name: "side", value: { kind: "literal", value: side,
        type: "string", span: op.span } }] }, columns.filter((c) => c.name !== (side === "prev" ? "next" : "prev")),
      op.span, op.word) });
    b.further.set(made.plan.id, { first: "prev-sequence-next", others: [part("prev"), part("next")] });
  }
  return made;
}

/** Rows at the end of a query with the further results that their last operator gives. */
export function withFurther(b: Binding, rows: Rows): Rows {
  const further = b.further.get(rows.plan.id);
  return further ? { ...rows, plan: { ...rows.plan, earlier: further.others, name: further.first } } : rows;
}

function columnsOf(plan: Plan): readonly BoundColumn[] {
  return schemaOf(plan.schema.columns, false).columns;
}
