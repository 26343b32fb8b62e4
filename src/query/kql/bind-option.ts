/**
 * `set`: options of the service. Those that say what a query means take effect; those that steer the service's work
 * are taken without a word; a name that is neither is told. Kusto docs: Set statement; Request properties.
 */
import { nearest } from "../../base";
import type { Plan } from "../plan";
import { bindExpression } from "./bind-expression";
import { optionName } from "./bind-forms";
import type { Binding } from "./binding";
import type { Environment, Rows } from "./environment";
import type { Statement } from "./syntax";
import { isTabular } from "./tabular";

type Option = Extract<Statement, { kind: "set" }>;

/** What the option must be, where it means something here. */
const MEANT: ReadonlyMap<string, "datetime" | "number" | "any"> = new Map([
  ["query_now", "datetime"], ["query_take_max_records", "number"], ["query_bin_auto_size", "any"],
  ["query_bin_auto_at", "any"],
] as const);

/** Options of the service's own work: time, memory, caches, spreading over machines, how results are sent. */
const IDLE: ReadonlySet<string> = new Set((
  "notruncation truncationmaxrecords truncationmaxsize norequesttimeout servertimeout best_effort query_language "
  + "maxmemoryconsumptionperiterator max_memory_consumption_per_iterator max_memory_consumption_per_query_per_node "
  + "maxoutputcolumns query_results_cache_max_age query_results_cache_per_shard query_results_cache_force_refresh "
  + "query_results_progressive_row_count query_results_progressive_update_period results_progressive_enabled "
  + "query_results_apply_getschema results_v2_newlines_between_frames results_error_reporting_placement "
  + "query_fanout_nodes_percent query_fanout_threads_percent query_distribution_nodes_span query_force_row_level_security "
  + "query_datetimescope_column query_datetimescope_from query_datetimescope_to query_weakconsistency_session_id "
  + "queryconsistency query_shuffle_broadcast_join query_optimize_fts_at_relop query_materialize_dynamic_reconstruct "
  + "materialized_view_shuffle request_app_name request_block_row_level_security request_callout_disabled "
  + "request_description request_external_data_disabled request_external_table_disabled "
  + "request_impersonation_disabled request_readonly request_readonly_hardline request_remote_entities_disabled "
  + "request_sandboxed_execution_disabled request_user deferpartialqueryfailures debug_query_externaldata_projection_fusion_disabled "
  + "push_selection_through_aggregation query_admin_super_slacker_mode query_cursor_after_default "
  + "query_cursor_before_or_at_default query_cursor_current query_cursor_disabled query_cursor_scoped_tables "
  + "query_python_debug ad_hoc_query_timeout validate_permissions validatepermissions").split(" "));

export function bindOption(b: Binding, option: Option, environment: Environment): void {
  const { text: name, span } = option.name;
  const wanted = MEANT.get(name);
  if (wanted === undefined) {
    if (IDLE.has(name)) return;
    const meant = nearest(name, [...MEANT.keys(), ...IDLE]);
    b.warn("kql-unknown-option", `There is no option '${name}', and it changes nothing here.${meant
      ? ` Did you mean '${meant}'?` : ""}`, span,
      meant ? { fix: { title: `Replace by '${meant}'`, edits: [{ span, insert: meant }] } } : {});
    return;
  }
  const { value } = option;
  // A bare word names nothing.
  if (!value || value.kind === "name" || isTabular(b, value, { environment, row: undefined })) {
    b.warn("kql-option-value", `'${name}' needs a value that is a constant.`, span);
    return;
  }
  const bound = bindExpression(b, value, { environment, row: undefined });
  const constant = b.constant(bound)?.value;
  if (name === "query_now") {
    if (typeof constant === "object" && constant !== null && "kind" in constant && constant.kind === "datetime") {
      b.now = constant.ticks;
    } else b.warn("kql-option-value", "'query_now' takes a datetime.", value.span);
  } else if (name === "query_take_max_records") {
    if (typeof constant === "bigint" && constant >= 0n) b.mostRows = Number(constant);
    else b.warn("kql-option-value", "'query_take_max_records' takes a whole number.", value.span);
  } else environment.define(optionName(name), { kind: "scalar", value: bound });
}

/** The root of the program's results with what `set` says of them. */
export function withOptions(b: Binding, rows: Rows): Rows {
  const { earlier, name, ...bare } = rows.plan;
  const capped = (plan: Plan): Plan => (b.mostRows === undefined ? plan
    : { ...b.node({ op: "limit", input: plan, count: b.mostRows, skip: 0 }, [], plan.span, ""), schema: plan.schema });
  const root = capped(bare);
  return { ...rows, plan: { ...root, ...(name === undefined ? {} : { name }), ...(b.now === undefined ? {} : { now: b.now }),
    ...(earlier ? { earlier: earlier.map((e) => ({ name: e.name, value: capped(e.value) })) } : {}) } };
}
