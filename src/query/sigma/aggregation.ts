/**
 * The old aggregations (`selection | count() by x > 5`, `near`), which correlation rules have replaced: refused, with
 * the correlation that says the same. Source: Sigma specification, Correlation Rules, Introduction.
 */
import { error } from "../../base";
import type { Diagnostic, Edit, YamlNode } from "../../base";
import { writeYamlScalar } from "../../base";
import type { Reading } from "./item";
import { entryOf, nodeOf } from "./places";

type Mapping = YamlNode & { readonly kind: "map" };
type Scalar = YamlNode & { readonly kind: "scalar" };

const OPERATORS: Readonly<Record<string, string>> = { ">": "gt", ">=": "gte", "<": "lt", "<=": "lte", "=": "eq", "==": "eq" };
const TYPES: Readonly<Record<string, string>> = { sum: "value_sum", avg: "value_avg", count: "value_count" };
const AGGREGATE = /^(count|sum|avg|min|max)\s*\(\s*([^()\s]*)\s*\)(?:\s+by\s+([^\s<>=]+))?\s*([<>]=?|==?)\s*(\d+)\s*$/i;

/** The problem with an old condition; undefined when it is none. */
export function oldCondition(node: Scalar, detection: Mapping, document: Mapping, reading: Reading): Diagnostic | undefined {
  const bar = node.text.indexOf("|");
  if (bar < 0) return undefined;
  const said = node.text.slice(bar + 1).trim();
  const base = node.text.slice(0, bar).trim();
  const m = AGGREGATE.exec(said);
  const what = m?.[1]?.toLowerCase() ?? "";
  const field = m?.[2] ?? "";
  const counts = what === "count" && field === "";
  const type = counts ? "event_count" : TYPES[what];
  if (m === null || type === undefined || (!counts && field === "")) {
    const near = /^near\b/i.test(said);
    return error("sigma-aggregation", near
      ? "'near' is no longer part of Sigma: make rules of the selections and relate them by a correlation of the type 'temporal'."
      : `'${said}' is an aggregation of old Sigma, which is no longer read: a correlation rule does this now.`, node.span);
  }
  const timeframe = entryOf(detection, "timeframe");
  const timespan = timeframe?.node.kind === "scalar" ? timeframe.node.text : "15m";
  const given = nodeOf(document, "name");
  const title = nodeOf(document, "title");
  const name = given?.kind === "scalar" && given.text !== "" ? given.text : nameFrom(title?.kind === "scalar" ? title.text : "");
  const condition = `        ${counts ? "" : `field: ${writeYamlScalar(field)}\n        `}${
    OPERATORS[m[4] ?? ""] ?? "gt"}: ${m[5]}\n`;
  const group = m[3] === undefined ? "" : `    group-by:\n        - ${writeYamlScalar(m[3])}\n`;
  const text = `title: ${writeYamlScalar(`${title?.kind === "scalar" ? title.text : name} (correlation)`)}\n`
    + `correlation:\n    type: ${type}\n    rules:\n        - ${writeYamlScalar(name)}\n${group}`
    + `    timespan: ${timespan}\n    condition:\n${condition}`;
  const edits: Edit[] = [{ span: node.span, insert: writeYamlScalar(base) }];
  if (given === undefined) edits.push({ span: at(document.span.from), insert: `name: ${writeYamlScalar(name)}\n` });
  if (timeframe) edits.push({ span: lineOf(timeframe.keySpan.from, timeframe.node.span.to, reading), insert: "" });
  edits.push({ span: at(document.span.to), insert: `\n---\n${text}` });
  const message = `'| ${said}' is an aggregation of old Sigma. A correlation rule does this now:\n${text}`;
  const fixable = document.entries.every((e) => e.node.span.from >= document.span.from) && base !== "";
  return error("sigma-aggregation", message.trimEnd(), node.span,
    fixable ? { fix: { title: "Write a correlation rule", edits } } : {});
}

function nameFrom(title: string): string {
  return title.toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 60) || "counted_rule";
}

function at(offset: number): { from: number; to: number } {
  return { from: offset, to: offset };
}

/** The whole lines that a place touches. */
function lineOf(from: number, to: number, { source, base }: Reading): { from: number; to: number } {
  const start = source.lastIndexOf("\n", from - base - 1) + 1;
  const end = source.indexOf("\n", to - base);
  return { from: start + base, to: (end < 0 ? source.length : end + 1) + base };
}
