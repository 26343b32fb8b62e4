/**
 * Correlations in the words of other query languages. KQL and Splunk have windows that slide, as Sigma means it; ES|QL
 * has fixed ones, which a warning tells; EQL has sequences. SQL's dialects and Lucene have none.
 */
import { hasErrors } from "../../../base";
import type { CompareOp, CorrelationRule, DetectionRule } from "../syntax";
import { Voice } from "./dialect";
import { kqlName } from "./kql";
import { queryOf } from "./query";
import type { Converted, ConvertOptions, Query } from "./query";
import { TARGETS } from "./targets";
import type { TargetId } from "./targets";

/** A rule that the correlation refers to, as a query, with the names of its group fields. */
interface Part {
  readonly name: string;
  readonly query: Query;
  readonly group: readonly string[];
  readonly value: string;
}

const OPERATORS: Readonly<Record<CompareOp, string>> = { lt: "<", lte: "<=", gt: ">", gte: ">=", eq: "==", neq: "!=" };

export function convertCorrelation(rule: CorrelationRule, target: TargetId, options: ConvertOptions): Converted {
  const voice = new Voice(TARGETS.find((each) => each.id === target)?.title ?? target);
  const text = say(rule, target, options, voice);
  return { text: hasErrors(voice.diagnostics) ? undefined : text, diagnostics: voice.diagnostics };
}

function say(rule: CorrelationRule, target: TargetId, options: ConvertOptions, voice: Voice): string | undefined {
  if (!["sentinel", "defender", "splunk", "esql", "eql"].includes(target)) return voice.cannot("a correlation", rule.span);
  if (rule.expression) return voice.cannot("a condition over the rules of a correlation", rule.expression.span);
  if (rule.rules.length === 0) return voice.cannot("a correlation without rules", rule.span);
  const parts: Part[] = [];
  for (const reference of rule.rules) {
    const found = options.rules?.find((each) => each.id?.value === reference.value || each.name?.value === reference.value);
    if (found?.kind !== "detection") {
      return voice.cannot(found ? "a correlation of correlations" : `the rule '${reference.value}', which is not among the rules given`, reference.span);
    }
    const part = partOf(rule, reference.value, found, target, options, voice);
    if (!part) return undefined;
    parts.push(part);
  }
  switch (target) {
    case "splunk": return splunk(rule, parts, voice);
    case "esql": return esql(rule, parts, voice);
    case "eql": return eql(rule, parts, voice);
    default: return kql(rule, parts, voice);
  }
}

function partOf(
  rule: CorrelationRule, name: string, found: DetectionRule, target: TargetId, options: ConvertOptions, voice: Voice,
): Part | undefined {
  const query = queryOf(found, target, options);
  voice.diagnostics.push(...query.voice.diagnostics);
  const own = (field: string) => rule.aliases.get(field)?.get(name) ?? rule.aliases.get(field)?.get(found.id?.value ?? "")
    ?? rule.aliases.get(field)?.get(found.name?.value ?? "") ?? field;
  const columns = [...rule.groupBy, ...rule.fields.slice(0, 1)].map((field) => query.name(own(field)));
  if (query.lines === undefined) return undefined;
  if (columns.includes(undefined)) {
    const at = columns.indexOf(undefined);
    return voice.cannot(`the field '${[...rule.groupBy, ...rule.fields][at] ?? ""}' of the rule '${name}'`, rule.span);
  }
  if (rule.fields.length > 1) return voice.cannot("a count of several fields together", rule.span);
  const texts = columns.map((column) => column ?? "");
  return { name, query, group: texts.slice(0, rule.groupBy.length), value: texts[rule.groupBy.length] ?? "" };
}

const isTemporal = (rule: CorrelationRule) => rule.type === "temporal" || rule.type === "temporal_ordered";

/** What must hold of the number that is counted; temporal kinds ask for all rules. */
function bounds(rule: CorrelationRule, name: string, and: string, equals = "=="): string {
  const all = isTemporal(rule) && rule.bounds.length === 0 ? [{ op: "gte", count: rule.rules.length } as const] : rule.bounds;
  return all.map(({ op, count }) => `${name} ${op === "eq" ? equals : OPERATORS[op]} ${count}`).join(` ${and} `);
}

/** The least number of events, when that is all that is asked for. */
function atLeast(rule: CorrelationRule): number | undefined {
  const [only, ...more] = rule.bounds;
  if (rule.type !== "event_count" || !only || more.length > 0 || !Number.isInteger(only.count)) return undefined;
  return only.op === "gte" ? only.count : only.op === "gt" ? only.count + 1 : undefined;
}

function seconds(rule: CorrelationRule): number {
  return rule.timespan / 1_000_000;
}

/** Names for the groups' columns that every target takes. */
function groupNames(rule: CorrelationRule): readonly string[] {
  return rule.groupBy.map((field, at) => `${field.replace(/\W+/g, "_")}${/^(?:Time|Rule|Value)$/.test(field) ? at : ""}`);
}

function kql(rule: CorrelationRule, parts: readonly Part[], voice: Voice): string | undefined {
  const groups = groupNames(rule);
  const columns = (part: Part) => ["Time = " + kqlName(part.query.time), `Rule = "${String(parts.indexOf(part) + 1)}"`,
    ...(part.value === "" ? [] : [`Value = tostring(${kqlName(part.value)})`]),
    ...part.group.map((column, at) => `${kqlName(groups[at] ?? "")} = tostring(${kqlName(column)})`),
    ...(groups.length === 0 ? ['Group = ""'] : [])].join(", ");
  const keys = groups.length === 0 ? ["Group"] : groups.map(kqlName);
  const lets = parts.map((part, at) => `let Rule${at + 1} = ${(part.query.lines ?? []).join("\n")}\n| project ${columns(part)};`);
  const events = parts.length === 1 ? "Rule1" : `union ${parts.map((_, at) => `Rule${at + 1}`).join(", ")}`;
  const span = `${seconds(rule)}s`;
  const least = atLeast(rule);
  if (least !== undefined && least >= 1) {
    return [...lets, events, `| sort by ${keys.map((key) => `${key} asc`).join(", ")}, Time asc`,
      `| extend Earlier = prev(Time, ${least - 1}), ${keys.map((key, at) => `Same${at} = prev(${key}, ${least - 1})`).join(", ")}`,
      `| where ${keys.map((key, at) => `${key} == Same${at}`).join(" and ")} and Time - Earlier <= ${span}`].join("\n");
  }
  const value = VALUES[rule.type];
  if (value === undefined) return voice.cannot(`'${rule.type}'`, rule.span);
  if (rule.type === "value_percentile" || rule.type === "value_median") voice.roughly("KQL's percentile is not interpolated.", rule.span);
  const ordered = rule.type === "temporal_ordered";
  const order = ordered ? [`| sort by ${keys.join(", ")}, Time asc, Later asc`] : [];
  const counted = value.replace("$P", String(rule.percentile ?? 50));
  const wanted = ordered ? `Order matches regex @"^${parts.map((_, at) => String(at + 1)).join(",(?:\\d+,)*")}(?:,|$)"` : bounds(rule, "Number", "and");
  return [...lets, `let Events = materialize(${events});`, "Events",
    `| join kind=inner (Events | project ${keys.join(", ")}, Later = Time, Rule1 = Rule${rule.fields.length > 0 ? ", Value1 = Value" : ""}) on ${keys.join(", ")}`,
    `| where Later between (Time .. Time + ${span})`, ...order,
    `| summarize ${ordered ? 'Order = strcat_array(make_list(Rule1), ",")' : `Number = ${counted}`}, Last = max(Later) by Time, Rule, ${keys.join(", ")}`,
    `| where ${wanted}`].join("\n");
}

const VALUES: Readonly<Partial<Record<CorrelationRule["type"], string>>> = {
  event_count: "count()", value_count: "count_distinct(Value1)", temporal: "count_distinct(Rule1)", temporal_ordered: "",
  value_sum: "sum(todouble(Value1))", value_avg: "avg(todouble(Value1))", value_percentile: "percentile(todouble(Value1), $P)",
  value_median: "percentile(todouble(Value1), 50)",
};

function splunk(rule: CorrelationRule, parts: readonly Part[], voice: Voice): string | undefined {
  if (rule.type === "temporal_ordered") return voice.cannot("the order of events in a window", rule.span);
  const groups = groupNames(rule);
  const quote = (name: string) => (/^[A-Za-z_]\w*$/.test(name) ? name : `'${name}'`);
  const evals = (part: Part) => [`Rule="${part.name.replace(/["\\]/g, "\\$&")}"`, ...part.group.map((column, at) => `${groups[at] ?? ""}=${quote(column)}`)];
  const [only] = parts;
  const start = parts.length === 1 && only ? [...(only.query.lines ?? []), `| eval ${evals(only).join(", ")}`]
    : ["| multisearch", ...parts.map((part) => `    [ search ${(part.query.lines ?? []).join(" ")} | eval ${evals(part).join(", ")} ]`)];
  const field = quote(only?.value ?? "");
  const counted: Readonly<Partial<Record<CorrelationRule["type"], string>>> = {
    event_count: "count", value_count: `dc(${field})`, temporal: "dc(Rule)", value_sum: `sum(${field})`, value_avg: `avg(${field})`,
    value_median: `median(${field})`, value_percentile: `perc${rule.percentile ?? 50}(${field})`,
  };
  if (rule.type.startsWith("value_") && new Set(parts.map((part) => part.value)).size > 1) return voice.cannot("one value under several names", rule.span);
  return [...start, "| sort 0 _time",
    `| streamstats time_window=${seconds(rule)}s ${counted[rule.type] ?? "count"} as Number${groups.length === 0 ? "" : ` by ${groups.join(" ")}`}`,
    `| where ${bounds(rule, "Number", "AND", "=")}`].join("\n");
}

function esql(rule: CorrelationRule, parts: readonly Part[], voice: Voice): string | undefined {
  if (rule.type === "temporal_ordered") return voice.cannot("the order of events in a window", rule.span);
  if (parts.some((part) => part.group.join() !== parts[0]?.group.join() || part.value !== parts[0].value)) {
    return voice.cannot("groups by fields of different names", rule.span);
  }
  voice.roughly(`ES|QL counts in fixed windows of ${seconds(rule)} seconds: what lies on both sides of a border is not counted together.`, rule.span);
  const conditions = parts.map((part) => part.query.condition?.text ?? "");
  const from = parts[0]?.query.lines?.[0] ?? "FROM logs-*";
  const by = ["Window = DATE_TRUNC(" + `${seconds(rule)} seconds, @timestamp)`, ...(parts[0]?.group ?? [])].join(", ");
  const field = parts[0]?.value ?? "";
  const counted: Readonly<Partial<Record<CorrelationRule["type"], string>>> = {
    event_count: "COUNT(*)", value_count: `COUNT_DISTINCT(${field})`, value_sum: `SUM(${field})`, value_avg: `AVG(${field})`, value_median: `MEDIAN(${field})`,
    value_percentile: `PERCENTILE(${field}, ${rule.percentile ?? 50})`,
  };
  const where = `| WHERE ${conditions.map((condition) => (conditions.length > 1 ? `(${condition})` : condition)).join(" OR ")}`;
  if (rule.type === "temporal") {
    const counts = conditions.map((condition, at) => `Rule${at + 1} = COUNT(*) WHERE ${condition}`).join(",\n    ");
    const number = conditions.map((_, at) => `CASE(Rule${at + 1} > 0, 1, 0)`).join(" + ");
    return [from, where, `| STATS ${counts} BY ${by}`, `| EVAL Number = ${number}`, `| WHERE ${bounds(rule, "Number", "AND")}`].join("\n");
  }
  return [from, where, `| STATS Number = ${counted[rule.type] ?? "COUNT(*)"} BY ${by}`, `| WHERE ${bounds(rule, "Number", "AND")}`].join("\n");
}

function eql(rule: CorrelationRule, parts: readonly Part[], voice: Voice): string | undefined {
  const least = atLeast(rule);
  const events = parts.map((part) => `  [${(part.query.lines ?? []).join(" ")}]${part.group.length === 0 ? "" : ` by ${part.group.join(", ")}`}`);
  const head = `sequence with maxspan=${seconds(rule)}s`;
  if (rule.type === "temporal_ordered" && parts.length > 1 && rule.bounds.length === 0) return [head, ...events].join("\n");
  if (least !== undefined && least >= 2 && parts.length === 1) return [head, `${events[0] ?? ""} with runs=${least}`].join("\n");
  return voice.cannot(`'${rule.type}' with these bounds: it knows sequences of events only`, rule.span);
}
