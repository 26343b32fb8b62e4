/** Reads a correlation rule. Sigma specification: Correlation rules. */
import { error, info, nearest } from "../../base";
import type { YamlNode } from "../../base";
import { readCondition } from "./condition";
import type { Reading } from "./item";
import { insideOf, nodeOf, textOf, textsOf } from "./places";
import type { CompareOp, CorrelationRule, CorrelationType, RuleHead } from "./syntax";

type Mapping = YamlNode & { readonly kind: "map" };

/** The types with what each of them does. */
export const CORRELATION_TYPES: ReadonlyMap<CorrelationType, string> = new Map([
  ["event_count", "Counts the events."],
  ["value_count", "Counts the different values of a field, or of several together."],
  ["temporal", "All of the rules within the time span, in any order."],
  ["temporal_ordered", "All of the rules within the time span, in the order of the list."],
  ["value_sum", "Adds up the numbers of a field."],
  ["value_avg", "The average of the numbers of a field."],
  ["value_percentile", "A percentile of the numbers of a field."],
  ["value_median", "The median of the numbers of a field."],
]);

const OPS: readonly CompareOp[] = ["lt", "lte", "gt", "gte", "eq", "neq"];
/** Units of a time span in seconds. Those above `d` are of the reference implementation. */
const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86400, w: 604800, M: 2629746, y: 31556952 };

/** Microseconds of `15m`; undefined when it is no time span. */
export function readTimespan(text: string): number | undefined {
  const m = /^(\d{1,9})([smhdwMy])$/.exec(text.trim());
  const micros = m ? Number(m[1]) * (UNITS[m[2] ?? ""] ?? 0) * 1e6 : 0;
  return micros > 0 && Number.isSafeInteger(micros) ? micros : undefined;
}

/** Reads the section `correlation`; undefined when what is left cannot run (told). */
export function readCorrelation(map: Mapping, head: RuleHead, reading: Reading,
): CorrelationRule | undefined {
  const type = readType(map, reading);
  const rules = textsOf(map, "rules", reading);
  const condition = readBounds(map, type, reading);
  const span = textOf(map, "timespan", reading);
  const timespan = span === undefined ? undefined : readTimespan(span.value);
  if (span === undefined) tell("sigma-no-timespan", "A correlation needs a 'timespan', as in 15m.");
  else if (timespan === undefined) {
    reading.problems.push(error("sigma-timespan",
      `'${span.value}' is no time span. Expected a number and s, m, h or d, as in 15m.`, span.span));
  } else if (/[wMy]$/.test(span.value.trim())) {
    reading.problems.push(info("sigma-timespan-unit", "The specification's units are s, m, h and d.", span.span));
  }
  const expression = type === undefined ? undefined : readExpression(map, type, rules.map((r) => r.value), reading);
  if (rules.length === 0) tell("sigma-no-rules", "A correlation needs 'rules': the ids or names of rules.");
  const aliases = readAliases(map, reading);
  const generate = nodeOf(map, "generate") ?? nodeOf(head.root, "generate");
  if (generate && typeof generate.value !== "boolean") {
    reading.problems.push(error("sigma-value-type", "'generate' is true or false.", generate.span));
  }
  if (type === undefined || timespan === undefined || rules.length === 0 || condition === undefined) return undefined;
  return { ...head, kind: "correlation", type, rules, groupBy: textsOf(map, "group-by", reading).map((g) => g.value),
    timespan, ...condition, ...(expression ? { expression } : {}), aliases, generate: generate?.value === true };

  function tell(code: string, message: string): void {
    reading.problems.push(error(code, message, { from: map.span.from, to: map.span.from }));
  }
}

function readType(map: Mapping, reading: Reading): CorrelationType | undefined {
  const type = textOf(map, "type", reading);
  if (type === undefined) {
    reading.problems.push(error("sigma-correlation-type", "A correlation needs a 'type'.", map.span));
    return undefined;
  }
  for (const known of CORRELATION_TYPES.keys()) if (known === type.value) return known;
  const near = nearest(type.value, CORRELATION_TYPES.keys());
  reading.problems.push(error("sigma-correlation-type", `There is no correlation of the type '${type.value}'.${
    near === undefined ? ` There are: ${[...CORRELATION_TYPES.keys()].join(", ")}.` : ` Did you mean '${near}'?`}`,
  type.span, near === undefined ? {} : { fix: { title: `Write '${near}'`, edits: [{ span: type.span, insert: near }] } }));
  return undefined;
}

type Bounds = Pick<CorrelationRule, "bounds" | "fields" | "percentile">;

function readBounds(map: Mapping, type: CorrelationType | undefined, reading: Reading): Bounds | undefined {
  const node = nodeOf(map, "condition");
  const temporal = type === "temporal" || type === "temporal_ordered";
  const fail = (message: string, at: YamlNode = node ?? map): undefined => {
    reading.problems.push(error("sigma-correlation-condition", message, at.span));
    return undefined;
  };
  if (node === undefined || node.value === null) {
    return temporal || type === undefined ? { bounds: [], fields: [] } : fail(`'${type}' needs a condition, as in gte: 10.`);
  }
  if (node.kind === "scalar" && temporal) return { bounds: [], fields: [] };
  if (node.kind !== "map") return fail(temporal ? "The condition is a map, as in gte: 2, or a text with names of rules."
    : "The condition is a map, as in gte: 10.");
  const bounds: { op: CompareOp; count: number }[] = [];
  let fields: readonly string[] = [];
  let percentile: number | undefined;
  for (const entry of node.entries) {
    const op = OPS.find((o) => o === entry.key);
    if (entry.key === "field") fields = textsOf(node, "field", reading).map((f) => f.value);
    else if (entry.key === "percentile") {
      if (typeof entry.node.value !== "number" || entry.node.value < 0 || entry.node.value > 100) {
        return fail("'percentile' is a number from 0 to 100.", entry.node);
      }
      percentile = entry.node.value;
    } else if (op === undefined) {
      const near = nearest(entry.key, OPS);
      return fail(`'${entry.key}' is no comparison. ${near ? `Did you mean '${near}'?`
        : "There are lt, lte, gt, gte, eq and neq."}`);
    } else if (typeof entry.node.value !== "number") return fail(`'${op}' takes a number.`, entry.node);
    else bounds.push({ op, count: entry.node.value });
  }
  if (bounds.length === 0 && !temporal) return fail("The condition needs a comparison, as in gte: 10.");
  if (type?.startsWith("value_") && fields.length === 0) return fail(`'${type}' needs a 'field' in its condition.`);
  if (type?.startsWith("value_") && type !== "value_count" && fields.length > 1) return fail(`'${type}' takes one field.`);
  if (type === "value_percentile" && percentile === undefined) {
    return fail("'value_percentile' needs 'percentile', a number from 0 to 100, beside the comparison.");
  }
  return { bounds, fields, ...(percentile === undefined ? {} : { percentile }) };
}

/** `rule_a and not rule_b`: of the reference implementation, for the temporal types. */
function readExpression(map: Mapping, type: CorrelationType, names: readonly string[], reading: Reading,
): CorrelationRule["expression"] {
  const node = nodeOf(map, "condition");
  if (node?.kind !== "scalar" || node.value === null || !type.startsWith("temporal")) return undefined;
  return readCondition(node.text, { names, noun: "rule", place: insideOf(node, reading), problems: reading.problems });
}

function readAliases(map: Mapping, reading: Reading): CorrelationRule["aliases"] {
  const out = new Map<string, ReadonlyMap<string, string>>();
  const node = nodeOf(map, "aliases");
  if (node === undefined || node.value === null) return out;
  if (node.kind !== "map") {
    reading.problems.push(error("sigma-aliases", "'aliases' is a map of names to rules and their fields.", node.span));
    return out;
  }
  for (const { key, node: alias } of node.entries) {
    const fields = alias.kind === "map" ? alias.entries.flatMap((e): [string, string][] =>
      (e.node.kind === "scalar" && e.node.value !== null ? [[e.key, e.node.text]] : [])) : [];
    if (alias.kind !== "map" || fields.length !== alias.entries.length) {
      reading.problems.push(error("sigma-aliases", `'${key}' is a map of rules to the field of each.`, alias.span));
    }
    out.set(key, new Map(fields));
  }
  return out;
}
