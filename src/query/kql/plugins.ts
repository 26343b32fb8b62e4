/**
 * The plugins of `evaluate`: what each takes, which columns come out, and why some are not run here. The work is done by
 * the engine's table function of the same name. Kusto docs: one page per plugin, "Syntax", "Parameters", "Returns".
 */
import type { ScalarType, Value } from "../../table";
import type { BoundColumn } from "./environment";
import { UniqueNames } from "./names";

/**
 * What a parameter takes: `column` of the rows, `axis` (a column of numbers or times), `moment` on that axis, `length`
 * along it, `period` (a length, or week, month, year), `const` (any constant), `expr` over the rows, `bool` over the
 * rows, `table` (rows of their own), `key` (a column of that table), `both` (a column of both),
 * `weight` (a column of numbers), `aggregate`.
 */
export type ParameterKind = "column" | "axis" | "moment" | "length" | "period" | "const" | "expr" | "bool" | "table"
  | "key" | "both" | "weight" | "aggregate";

export interface PluginParameter {
  readonly name: string;
  readonly kind: ParameterKind;
  readonly least: 0 | 1;
  readonly repeated: boolean;
}

/** What a call has given, as far as its columns follow from it. */
export interface Given {
  readonly input: readonly BoundColumn[];
  readonly inputOpen: boolean;
  /** The columns of the second table. */
  readonly other: readonly BoundColumn[];
  /** The columns that a parameter was given, in order, under their names. */
  columns(parameter: string): readonly BoundColumn[];
  /** Labels of a parameter's arguments (`e1 = …`), "" where there is none. */
  labels(parameter: string): readonly string[];
  constant(parameter: string): Value;
  /** A constant as the query writes it. */
  text(parameter: string): string;
}

export interface Plugin {
  readonly name: string;
  readonly says: string;
  /** Lists of parameters; the first one that the arguments fit is meant. */
  readonly forms: readonly (readonly PluginParameter[])[];
  /** What comes out; "open" after columns where more follow from the data. */
  readonly columns: (given: Given) => { readonly columns: readonly BoundColumn[]; readonly open?: boolean };
  /** Why it is not run here. */
  readonly refused?: string;
}

const col = (name: string, type: ScalarType): BoundColumn => ({ name, type });
const longs = (...names: string[]): BoundColumn[] => names.map((n) => col(n, "long"));
const reals = (...names: string[]): BoundColumn[] => names.map((n) => col(n, "real"));

/** Columns under names that differ, as the service makes them. */
function distinct(columns: readonly BoundColumn[]): BoundColumn[] {
  const names = new UniqueNames();
  return columns.map((c) => ({ ...c, name: names.add(c.name) }));
}

/** The timeline and the dimensions, then what was counted. */
const counted = (...made: BoundColumn[]) => (g: Given) =>
  ({ columns: distinct([...g.columns("timeline"), ...g.columns("dim"), ...made]) });

/** The columns of the rows, then those of the table that are no keys of both. */
const beside = (g: Given) => {
  const keys = new Set(g.columns("key").map((c) => c.name));
  return { columns: distinct([...g.input, ...g.other.filter((c) => !keys.has(c.name))]), open: g.inputOpen };
};

/** The same for a lookup that says whether the table's key comes along. */
const besideShape = (g: Given) => {
  const keys = new Set(g.constant("return_lookup_key") === true ? [] : g.columns("shape").map((c) => c.name));
  return { columns: distinct([...g.input, ...g.other.filter((c) => !keys.has(c.name))]), open: g.inputOpen };
};

const pattern = (...made: BoundColumn[]) => (g: Given) =>
  ({ columns: [...made, ...g.input.filter((c) => !g.columns("split").some((s) => s.name === c.name))] });

/** `id: column, dim*: column`; `?` may be left out, `*` any number, `+` at least one. */
function parameters(signature: string): readonly PluginParameter[] {
  return signature === "" ? [] : signature.split(", ").map((part) => {
    const [written = "", kind] = part.split(": ");
    const mark = written.at(-1) ?? "";
    return { name: written.replace(/[?*+]$/, ""), kind: kind as ParameterKind,
      least: mark === "?" || mark === "*" ? 0 : 1, repeated: mark === "*" || mark === "+" };
  });
}

function plugin(name: string, says: string, forms: string | readonly string[], columns: Plugin["columns"]): Plugin {
  return { name, says, columns, forms: (typeof forms === "string" ? [forms] : forms).map(parameters) };
}

function refused(name: string, why: string): Plugin {
  return { name, says: why, forms: [], columns: () => ({ columns: [], open: true }), refused: why };
}

const WINDOW = "id: column, timeline: axis, start: moment, end: moment";
const NETWORK = "It asks an address outside, and nothing here leaves this machine.";
const DATABASE = "It asks another database, and nothing here leaves this machine.";
const CODE = "It runs a program in the service's sandbox, and a query here runs no programs.";
const MODEL = "It sends rows to a model outside, and nothing here leaves this machine.";
const STORAGE = "It reads files of a cloud storage; load the file as a sample instead.";

const ALL: readonly Plugin[] = [
  plugin("bag_unpack", "Makes a column of each property of a bag.",
    "0: column, OutputColumnPrefix?: const, columnsConflict?: const, ignoredProperties?: const",
    (g) => ({ columns: g.input.filter((c) => !g.columns("0").some((d) => d.name === c.name)), open: true })),
  plugin("pivot", "Makes a column of each value of a column.", "on: column, aggregate?: aggregate, by*: column",
    (g) => {
      const by = g.columns("by");
      const used = new Set([...g.columns("on"), ...g.columns("of")].map((c) => c.name));
      return { columns: by.length > 0 ? by : g.input.filter((c) => !used.has(c.name)), open: true };
    }),
  plugin("narrow", "Makes a row of each cell.", "",
    () => ({ columns: [col("Row", "long"), col("Column", "string"), col("Value", "string")] })),
  plugin("ipv4_lookup", "Finds the networks of a table that IPv4 addresses lie in.",
    "table: table, source: column, network: key, key*: both, return_unmatched?: const", beside),
  plugin("ipv6_lookup", "Finds the networks of a table that IPv6 or IPv4 addresses lie in.",
    "table: table, source: column, network: key, return_unmatched?: const", beside),
  plugin("geo_polygon_lookup", "Finds the polygons of a table that places lie in, or within a radius of.",
    "table: table, shape: key, longitude: column, latitude: column, radius?: const, return_unmatched?: const, "
    + "lookup_area_radius?: const, return_lookup_key?: const", besideShape),
  plugin("geo_line_lookup", "Finds the lines of a table that places lie within a radius of.",
    "table: table, shape: key, longitude: column, latitude: column, radius: const, return_unmatched?: const, "
    + "lookup_area_radius?: const, return_lookup_key?: const", besideShape),
  plugin("sliding_window_counts", "Counts rows and distinct ids of the time before each step.",
    `${WINDOW}, lookback: length, bin: period, dim*: column`, counted(...longs("Count", "Dcount"))),
  plugin("active_users_count", "Counts the ids of each step that were there in enough periods before it.",
    `${WINDOW}, lookback: length, period: length, periods: const, bin: period, dim*: column`, counted(...longs("dcount"))),
  plugin("activity_counts_metrics", "Counts rows, ids, and ids that no step before had.",
    `${WINDOW}, bin: period, dim*: column`, counted(...longs("count", "dcount", "new_dcount", "aggregated_dcount"))),
  plugin("activity_engagement", "Compares the ids of a step with those of a longer time that ends with it.",
    [`${WINDOW}, bin: length, outer: length, dim*: column`, "id: column, timeline: axis, bin: length, outer: length, dim*: column"],
    counted(...longs("dcount_activities_inner", "dcount_activities_outer"), col("activity_ratio", "real"))),
  plugin("activity_metrics", "Counts the ids of each step, and how many stayed since the step before.",
    [`${WINDOW}, bin: period, dim*: column`, "id: column, timeline: axis, bin: period, dim*: column"],
    counted(...longs("dcount_values", "dcount_newvalues"), ...reals("retention_rate", "churn_rate"))),
  plugin("new_activity_metrics", "Follows the ids that were new in a step through the steps after it.",
    `${WINDOW}, bin: period, cohort?: moment, dim*: column, lookback?: table`, (g) => {
      const timeline = g.columns("timeline");
      const ends = ["from", "to"].flatMap((end) => timeline.map((c) => col(`${end}_${c.name}`, c.type)));
      return { columns: distinct([...ends, ...g.columns("dim"),
        ...longs("dcount_new_values", "dcount_retained_values", "dcount_churn_values"),
        ...reals("retention_rate", "churn_rate")]) };
    }),
  plugin("session_count", "Counts the sessions of each step; one ends when its id is away for too long.",
    `${WINDOW}, bin: period, lookback: length, dim*: column`, counted(...longs("count_sessions"))),
  plugin("rolling_percentile", "Gives the percentile of the values of the last bins.",
    "value: column, percentile: const, timeline: axis, bin: length, bins: const, dim*: column", (g) => {
      const [value] = g.columns("value");
      const made = `rolling_${g.text("bins")}_percentile_${value?.name ?? ""}_${g.text("percentile")}`;
      return counted(col(made, value?.type ?? "real"))(g);
    }),
  plugin("funnel_sequence", "Counts the ids that went through a sequence of states, by the states before and after it, and by each.",
    `${WINDOW}, window: length, bin: period, state: column, sequence: const`, (g) => {
      const state = g.columns("state")[0]?.type ?? "string";
      return { columns: distinct([...g.columns("timeline"), col("prev", state), col("next", state), ...longs("dcount"),
        col("samples", "dynamic")]) };
    }),
  plugin("funnel_sequence_completion", "Counts the ids that came to each state of a sequence within a time.",
    `${WINDOW}, bin: period, state: column, sequence: const, periods: const`,
    (g) => ({ columns: distinct([...g.columns("timeline"), ...g.columns("state").map((c) => col(c.name, "string")),
      col("Period", lengthType(g.columns("timeline")[0]?.type)), ...longs("dcount")]) })),
  plugin("sequence_detect", "Finds where one condition comes true after another, for equal dimensions.",
    "timeline: axis, window: length, span: length, step+: bool, dim*: column", (g) => {
      const [timeline] = g.columns("timeline");
      const steps = g.labels("step").map((label) => col(`${label}_${timeline?.name ?? ""}`, timeline?.type ?? "datetime"));
      return { columns: distinct([...g.columns("dim"), ...steps, col("Duration", lengthType(timeline?.type))]) };
    }),
  plugin("rows_near", "Keeps the rows near those in which a condition is true.",
    "condition: bool, before: const, after?: const", (g) => ({ columns: g.input, open: g.inputOpen })),
  plugin("preview", "Gives the first rows, and how many there are.", "rows: const", (g) => ({ columns: g.input, open: g.inputOpen })),
  plugin("schema_merge", "Brings schemas together that `getschema` gave.", "PreserveOrder?: const",
    () => ({ columns: [col("ColumnName", "string"), col("ColumnOrdinal", "long"), col("DataType", "string"),
      col("ColumnType", "string")] })),
  plugin("dcount_intersect", "Counts what the first set has, the first two share, the first three share, …", "hll+: expr",
    (g) => ({ columns: distinct([...g.input, ...longs(...g.labels("hll").map((_, i) => `s${i}`))]), open: g.inputOpen })),
  plugin("basket", "Finds the combinations of values that many rows share.",
    "threshold?: const, weight?: weight, dimensions?: const, wildcard*: const",
    pattern(...longs("SegmentId", "Count"), ...reals("Percent"))),
  plugin("autocluster", "Finds a few combinations of values that tell most about the rows.",
    "size?: const, weight?: weight, seeds?: const, wildcard*: const",
    pattern(...longs("SegmentId", "Count"), ...reals("Percent"))),
  plugin("diffpatterns", "Finds the combinations of values that set two sets of rows apart.",
    "split: column, a: const, b: const, weight?: weight, threshold?: const, dimensions?: const, wildcard*: const",
    pattern(...longs("SegmentId", "CountA", "CountB"), ...reals("PercentA", "PercentB", "PercentDiffAB"))),
  plugin("diffpatterns_text", "Finds the words that set the texts of two sets of rows apart.",
    "text: expr, condition: bool, tokens?: const, threshold?: const, most?: const",
    () => ({ columns: [...longs("Count_of_True", "Count_of_False"), ...reals("Percent_of_True", "Percent_of_False"),
      col("Pattern", "string")] })),
  refused("http_request", NETWORK),
  refused("http_request_post", NETWORK),
  refused("sql_request", DATABASE),
  refused("mysql_request", DATABASE),
  refused("postgresql_request", DATABASE),
  refused("cosmosdb_sql_request", DATABASE),
  refused("dax_request", DATABASE),
  refused("azure_digital_twins_query_request", "It asks a service of twins, and nothing here leaves this machine."),
  refused("python", CODE),
  refused("r", CODE),
  refused("csharp", CODE),
  refused("ai_chat_completion", MODEL),
  refused("ai_chat_completion_prompt", MODEL),
  refused("ai_embeddings", MODEL),
  refused("ai_embed_text", MODEL),
  refused("infer_storage_schema", STORAGE),
  refused("infer_storage_schema_with_suggestions", STORAGE),
];

/** How long something takes along an axis of a type. */
export function lengthType(axis: ScalarType | undefined): ScalarType {
  return axis === "datetime" || axis === undefined ? "timespan" : axis;
}

/** Every plugin by its name, those that are refused too. */
export const PLUGINS: ReadonlyMap<string, Plugin> = new Map(ALL.map((p) => [p.name, p]));

/** `name(IdColumn, [Start], Dim…)`, as messages and completion show it. */
export function pluginSignature(plugin: Plugin): string {
  return plugin.forms.map((form) => `${plugin.name}(${form.map((p) => {
    const name = p.name === "0" ? "column" : p.name;
    return p.least === 0 ? `[${name}${p.repeated ? ", …" : ""}]` : `${name}${p.repeated ? ", …" : ""}`;
  }).join(", ")})`).join(" or ");
}
