/** Table functions that need all rows at once, by their registered names: `sample`, and the plugins of `evaluate`. */
import { columnOf, gatherRows, Keys, spread, valueAt } from "../../table";
import type { Batch, Column, Schema, Value } from "../../table";
import type { Expr, Named } from "../plan";
import { activeUsersCount, activityCountsMetrics, activityEngagement, activityMetrics, newActivityMetrics,
  rollingPercentile, sessionCount, slidingWindowCounts } from "./activity";
import { addressLookup } from "./address-lookup";
import { compile } from "./evaluate";
import { graphComponents, graphDegrees, graphNodes } from "./graph";
import { graphMatch, graphShortestPaths } from "./graph-match";
import { firstOfKeys } from "./key-values";
import { makeSeries } from "./make-series";
import { preview, schemaMerge } from "./merge-schemas";
import { autocluster, basket, diffPatterns } from "./patterns";
import { reduce } from "./reduce";
import { bagUnpack, getSchema, narrow, pivot } from "./reshape";
import { funnelSequence, funnelSequenceCompletion, rowsNear, sequenceDetect } from "./sequence";
import { shapeLookup } from "./shape-lookup";
import { Failed } from "./source";
import type { Run } from "./source";
import { scanSteps } from "./state-machine";
import { diffPatternsText } from "./text-patterns";
import type { Applied, Apply, Result, TableFunction } from "./table-function";

/** Runs the table function of a node over the rows of its input. */
export async function apply(
  plan: Apply, schema: Schema, rows: Batch, others: readonly Result[], run: Run,
): Promise<Result> {
  const fn = TABLE_FUNCTIONS.get(plan.fn);
  if (fn === undefined) throw new Failed("table-function-unknown", `'${plan.fn}' cannot be run here.`, plan.span);
  await run.prepare(plan.args.map((a) => a.value));
  return fn(new Arguments(plan, schema, rows, others, run));
}

class Arguments implements Applied {
  constructor(
    readonly plan: Apply, readonly schema: Schema, readonly rows: Batch, readonly others: readonly Result[], readonly run: Run,
  ) {}

  argument(which: number | string): Expr | undefined {
    const { args } = this.plan;
    return typeof which === "number" ? args[which]?.value : args.find((a: Named<Expr>) => a.name === which)?.value;
  }

  constant(which: number | string): Value {
    const expr = this.argument(which);
    if (expr === undefined) return null;
    const { constant } = compile(expr, this.schema, this.run);
    if (constant === undefined) {
      throw new Failed("table-function-constant", `This argument of '${this.plan.fn}' must be a constant.`, expr.span);
    }
    return valueAt(constant, 0);
  }

  column(which: number | string): Column {
    const expr = this.argument(which);
    if (expr === undefined) return columnOf("dynamic", null, this.rows.length);
    return this.rows.length === 0 ? columnOf(expr.type, null, 0)
      : spread(compile(expr, this.schema, this.run).run(this.rows), this.rows.length);
  }
}

/** A count as a row number; what is no count is 0. */
function countOf(value: Value): number {
  return typeof value === "bigint" ? Number(value) : typeof value === "number" ? Math.trunc(value) : 0;
}

/** `sample n`: n rows picked at random, in their own order. */
const sample: TableFunction = (applied) => {
  const { rows, schema, run } = applied;
  const wanted = Math.max(0, Math.min(countOf(applied.constant(0)), rows.length));
  const picked = new Uint32Array(wanted);
  // Selection sampling (Knuth 3.4.2, algorithm S): each row with the chance that the rest leaves it.
  let taken = 0;
  for (let row = 0; taken < wanted; row++) {
    if ((rows.length - row) * run.kernels.random() < wanted - taken) picked[taken++] = row;
  }
  return { schema, rows: gatherRows(rows, picked) };
};

/** `sample-distinct n of x`: up to n distinct values, those that come first. */
const sampleDistinct: TableFunction = (applied) => {
  const { plan, rows } = applied;
  const values = applied.column(1);
  const wanted = Math.max(0, countOf(applied.constant(0)));
  const keys = new Keys([values.type], "match").add([values], rows.length);
  const first: number[] = [];
  keys.forEach((key, row) => {
    if (key === first.length && first.length < wanted) first.push(row);
  });
  const columns = [{ name: plan.schema.columns[0]?.name ?? "value", type: values.type }];
  const found = gatherRows({ length: rows.length, columns: [values] }, Uint32Array.from(first));
  return { schema: { columns, open: false }, rows: found };
};

const TABLE_FUNCTIONS: ReadonlyMap<string, TableFunction> = new Map([
  ["sample", sample],
  ["sample-distinct", sampleDistinct],
  ["bag_unpack", bagUnpack],
  ["pivot", pivot],
  ["narrow", narrow],
  ["getschema", getSchema],
  ["make-series", makeSeries],
  ["scan-steps", scanSteps],
  ["sliding_window_counts", slidingWindowCounts],
  ["active_users_count", activeUsersCount],
  ["activity_counts_metrics", activityCountsMetrics],
  ["activity_engagement", activityEngagement],
  ["activity_metrics", activityMetrics],
  ["new_activity_metrics", newActivityMetrics],
  ["session_count", sessionCount],
  ["rolling_percentile", rollingPercentile],
  ["ipv4_lookup", addressLookup],
  ["ipv6_lookup", addressLookup],
  ["geo_polygon_lookup", shapeLookup],
  ["geo_line_lookup", shapeLookup],
  ["funnel_sequence", funnelSequence],
  ["funnel_sequence_completion", funnelSequenceCompletion],
  ["sequence_detect", sequenceDetect],
  ["rows_near", rowsNear],
  ["basket", basket],
  ["autocluster", autocluster],
  ["diffpatterns", diffPatterns],
  ["diffpatterns_text", diffPatternsText],
  ["schema_merge", schemaMerge],
  ["preview", preview],
  ["reduce", reduce],
  ["parse-kv", firstOfKeys],
  ["graph-nodes", graphNodes],
  ["graph-degrees", graphDegrees],
  ["graph-components", graphComponents],
  ["graph-match", graphMatch],
  ["graph-shortest-paths", graphShortestPaths],
]);
