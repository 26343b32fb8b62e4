/** What is wrong, risky or unusual in the rules of a file, beyond what keeps them from being read. */
import { nearest } from "../../../base";
import type { Diagnostic } from "../../../base";
import { lintConditions } from "./conditions";
import { Linting, removeEntry } from "./context";
import type { LintOptions, MapNode } from "./context";
import { lintFile } from "./files";
import { lintHead } from "./head";
import { lintLine, linesOf } from "./items";
import { lintSource } from "./sources";
import { lintTags } from "./tags";
import type { CorrelationRule, RuleHead, SigmaFile, SigmaRule } from "../syntax";

/** The findings of all documents of a file, in text order. What reading told already is not told again. */
export function lintSigma(file: SigmaFile, options: LintOptions = {}): readonly Diagnostic[] {
  const own = new Set<string>();
  for (const { id, name } of [...file.rules, ...file.refused]) {
    if (id) own.add(id.value);
    if (name) own.add(name.value);
  }
  const found = [...file.rules, ...file.refused].flatMap((rule) => lintRule(rule, options, own));
  const all = [...file.rules, ...file.refused];
  const first = all[0];
  if (first && options.path !== undefined) {
    const lint = new Linting(first, options);
    lintFile(lint, all, options.path);
    found.push(...lint.found);
  }
  return found.sort((a, b) => a.span.from - b.span.from || a.span.to - b.span.to);
}

function lintRule(rule: SigmaRule | RuleHead, options: LintOptions, own: ReadonlySet<string>): readonly Diagnostic[] {
  const lint = new Linting(rule, options);
  lintHead(lint);
  lintTags(lint);
  const section = (key: string): MapNode | undefined => {
    const node = lint.entry(key)?.node;
    return node?.kind === "map" ? node : undefined;
  };
  const detection = section("detection") ?? section("filter");
  if (detection) {
    const lines = linesOf(detection);
    for (const line of lines) lintLine(lint, line);
    lintSource(lint, lines);
    if ("kind" in rule && rule.kind !== "correlation") lintConditions(lint, rule, detection);
  }
  if (section("filter")) filterHead(lint);
  if ("kind" in rule && rule.kind === "correlation") lintCorrelation(lint, rule);
  if ("kind" in rule && rule.kind !== "detection" && rule.rules !== "any") references(lint, rule.rules, own);
  return lint.found;
}

function filterHead(lint: Linting): void {
  for (const key of ["level", "status"]) {
    const entry = lint.entry(key);
    if (entry) lint.tell("filter-head", `A filter has no ${key} of its own.`, entry.keySpan, removeEntry(lint.head.root.entries, key));
  }
}

function references(lint: Linting, rules: readonly { readonly value: string; readonly span: Diagnostic["span"] }[], own: ReadonlySet<string>): void {
  const { others } = lint.options;
  if (!others) return;
  for (const { value, span } of rules) {
    if (own.has(value) || others.byId(value).length > 0 || others.byName(value).length > 0) continue;
    const near = nearest(value, [...own, ...others.references]);
    lint.tell("rule-unknown", `There is no rule '${value}'.${near === undefined ? "" : ` Did you mean '${near}'?`}`, span,
      near === undefined ? undefined : { title: `Write '${near}'`, edits: [{ span, insert: near }] });
  }
}

function lintCorrelation(lint: Linting, rule: CorrelationRule): void {
  const entry = lint.entry("correlation");
  const at = entry?.keySpan ?? rule.span;
  const temporal = rule.type === "temporal" || rule.type === "temporal_ordered";
  if (temporal && rule.rules.length < 2) lint.tell("correlation-alone", "A temporal correlation is about two rules or more.", at);
  if (rule.groupBy.length === 0) lint.tell("correlation-group", "Without 'group-by' all events are counted together.", at);
  if (rule.fields.length > 0 && (temporal || rule.type === "event_count")) {
    lint.tell("correlation-field", `'${rule.type}' counts events, not values: the field does nothing.`, at);
  }
  for (const { op, count } of rule.bounds) {
    if (temporal && (op === "gte" || op === "gt" || op === "eq") && count + (op === "gt" ? 1 : 0) > rule.rules.length) {
      lint.tell("correlation-bound", `There are ${rule.rules.length} rules: ${op} ${count} cannot be reached.`, at);
    } else if (["event_count", "value_count"].includes(rule.type) && ((op === "lt" && count <= 1) || (op === "lte" && count < 1) || (op === "eq" && count === 0))) {
      lint.tell("correlation-bound", `A window without events is never looked at: ${op} ${count} cannot be met.`, at);
    } else if (rule.type === "event_count" && ((op === "gte" && count <= 1) || (op === "gt" && count < 1))) {
      lint.tell("correlation-bound", `Every single event meets ${op} ${count}.`, at);
    }
  }
  const { bounds } = rule;
  const low = Math.max(-Infinity, ...bounds.map(({ op, count }) => (op === "gt" ? count + 1 : op === "gte" || op === "eq" ? count : -Infinity)));
  const high = Math.min(Infinity, ...bounds.map(({ op, count }) => (op === "lt" ? count - 1 : op === "lte" || op === "eq" ? count : Infinity)));
  if (low > high && (rule.type === "event_count" || rule.type === "value_count")) {
    lint.tell("correlation-bound", "No count meets all of these bounds.", at);
  }
}
