/** Reads a Sigma file: rules, filters and correlations, each with what is wrong in it. */
import { error, hasErrors } from "../../base";
import type { Diagnostic, YamlNode } from "../../base";
import type { LogSource } from "../../schema";
import { readCorrelation } from "./correlation";
import { readDetection } from "./detection";
import { readDocuments } from "./documents";
import type { Document } from "./documents";
import type { Reading } from "./item";
import type { SigmaOptions } from "./options";
import { nodeOf, textOf, textsOf } from "./places";
import type { DetectionRule, FilterRule, RuleHead, SigmaFile, SigmaRule } from "./syntax";

type Mapping = YamlNode & { readonly kind: "map" };

/** Reads every document of a text; never throws. A rule with an error is not among `rules` but among `refused`. */
export function readSigma(text: string, options: SigmaOptions = {}): SigmaFile {
  const base = options.offset ?? 0;
  const loose: Reading = { options, source: text, base, problems: [] };
  const rules: SigmaRule[] = [];
  const refused: RuleHead[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const document of readDocuments(text, base, loose.problems)) {
    const reading: Reading = { ...loose, problems: document.problems };
    const head = readHead(document, reading);
    const rule = readRule(head, reading);
    if (rule === undefined || hasErrors(document.problems)) refused.push(rule ?? head);
    else rules.push(rule);
    diagnostics.push(...document.problems);
  }
  return { rules, refused, diagnostics: [...loose.problems, ...diagnostics] };
}

function readHead({ root }: Document, reading: Reading): RuleHead {
  const optional = (key: "title" | "id" | "name" | "status" | "level") => {
    const found = textOf(root, key, reading);
    return found ? { [key]: found } : {};
  };
  const head = { span: root.span, root, ...optional("title"), ...optional("id"), ...optional("name"),
    ...optional("status"), ...optional("level"), tags: textsOf(root, "tags", reading),
    // Problems of the rest are still to come.
    diagnostics: reading.problems } as RuleHead;
  if (head.title === undefined) {
    const at = { from: root.span.from, to: root.span.from };
    reading.problems.push(error("sigma-no-title", "A rule needs a title.", at,
      root.flow ? {} : { fix: { title: "Add a title", edits: [{ span: at, insert: "title: Untitled\n" }] } }));
  }
  return head;
}

function readRule(head: RuleHead, reading: Reading): SigmaRule | undefined {
  const section = (key: string): Mapping | undefined => {
    const node = nodeOf(head.root, key);
    if (node === undefined) return undefined;
    if (node.kind === "map") return node;
    reading.problems.push(error("sigma-section", `'${key}' has to hold keys and values.`, node.span));
    return undefined;
  };
  const start = { from: head.span.from, to: head.span.from };
  if (nodeOf(head.root, "correlation")) {
    const correlation = section("correlation");
    return correlation && readCorrelation(correlation, head, reading);
  }
  if (nodeOf(head.root, "filter")) {
    const filter = section("filter");
    return filter && readFilter(filter, head, readSource(head, reading), reading);
  }
  const logsource = readSource(head, reading);
  if (nodeOf(head.root, "detection") === undefined) {
    reading.problems.push(error("sigma-no-detection",
      "There is neither 'detection' nor 'correlation' nor 'filter': this is no rule.", start));
    return undefined;
  }
  const detection = section("detection");
  if (detection === undefined || logsource === undefined) {
    if (detection) readDetection(detection, [], head.root, reading);
    return undefined;
  }
  const rule: DetectionRule = { ...head, kind: "detection", logsource,
    ...readDetection(detection, [], head.root, reading), fields: textsOf(head.root, "fields", reading).map((f) => f.value) };
  return rule;
}

function readFilter(filter: Mapping, head: RuleHead, logsource: DetectionRule["logsource"] | undefined,
  reading: Reading): FilterRule | undefined {
  const named = textsOf(filter, "rules", reading);
  if (named.length === 0) {
    reading.problems.push(error("sigma-no-rules", "A filter needs 'rules': ids or names of rules, or 'any'.",
      { from: filter.span.from, to: filter.span.from }));
  }
  const detection = readDetection(filter, ["rules"], head.root, reading);
  if (logsource === undefined) return undefined;
  const rules = named.length === 1 && named[0]?.value.toLowerCase() === "any" ? "any" : named;
  return { ...head, kind: "filter", logsource, rules, ...detection };
}

function readSource(head: RuleHead, reading: Reading): (DetectionRule["logsource"]) | undefined {
  const node = nodeOf(head.root, "logsource");
  if (node?.kind !== "map") {
    reading.problems.push(error("sigma-no-logsource", node === undefined ? "A rule needs a 'logsource'."
      : "'logsource' holds category, product and service.", node?.span ?? { from: head.span.from, to: head.span.from }));
    return undefined;
  }
  const source: { -readonly [K in keyof LogSource]: string } = {};
  for (const part of ["product", "service", "category"] as const) {
    const found = textOf(node, part, reading);
    if (found) source[part] = found.value;
  }
  if (Object.keys(source).length === 0) {
    reading.problems.push(error("sigma-no-logsource", "'logsource' names no category, product or service.", node.span));
    return undefined;
  }
  return { ...source, span: node.span };
}
