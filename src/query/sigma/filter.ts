/** Lays filters over the rules that they name. Sigma specification: Filters; docs/sigma.md says in which sense. */
import { nearest, warning } from "../../base";
import type { Diagnostic } from "../../base";
import type { LogSource } from "../../schema";
import type { Condition, DetectionRule, FilterRule, Selection, SigmaRule } from "./syntax";

/** Rules with their filters in them: the filter's condition AND-linked, its selections under names of their own. */
export interface Filtered {
  readonly rules: readonly SigmaRule[];
  /** By filter, as spans are of its file. */
  readonly diagnostics: ReadonlyMap<FilterRule, readonly Diagnostic[]>;
}

/** Applies every filter among the rules to the others; filters themselves are left out of the result. */
export function applyFilters(rules: readonly SigmaRule[]): Filtered {
  const filters = rules.filter((rule): rule is FilterRule => rule.kind === "filter");
  const rest = rules.filter((rule) => rule.kind !== "filter");
  if (filters.length === 0) return { rules: rest, diagnostics: new Map() };
  const diagnostics = new Map(filters.map((filter) => [filter, problemsOf(filter, rest)]));
  return { diagnostics, rules: rest.map((rule) => (rule.kind !== "detection" ? rule
    : filters.filter((filter) => isFor(filter, rule)).reduce((out, filter, i) => within(out, filter, i), rule))) };
}

/** Whether a reference (id, name or title) means this rule. */
export function isCalled(rule: SigmaRule, reference: string): boolean {
  return rule.id?.value.toLowerCase() === reference.toLowerCase() || rule.name?.value === reference
    || rule.title?.value === reference;
}

function isFor(filter: FilterRule, rule: DetectionRule): boolean {
  return fits(filter.logsource, rule.logsource)
    && (filter.rules === "any" || filter.rules.some((reference) => isCalled(rule, reference.value)));
}

/** Each part that the filter names is the rule's. */
function fits(filter: LogSource, rule: LogSource): boolean {
  return (["product", "service", "category"] as const).every((part) => filter[part] === undefined
    || filter[part].toLowerCase() === rule[part]?.toLowerCase());
}

function problemsOf(filter: FilterRule, rules: readonly SigmaRule[]): readonly Diagnostic[] {
  if (filter.rules === "any") return [];
  return filter.rules.flatMap((reference) => {
    const meant = rules.find((rule) => isCalled(rule, reference.value));
    if (meant === undefined) {
      const near = nearest(reference.value, rules.flatMap((r) => [r.name?.value, r.id?.value].filter((n) => n !== undefined)));
      return [warning("sigma-unknown-rule", `There is no rule '${reference.value}' for this filter.${
        near === undefined ? "" : ` Did you mean '${near}'?`}`, reference.span)];
    }
    if (meant.kind !== "detection") return [warning("sigma-filter-correlation",
      `'${reference.value}' is a correlation; filters are for the rules that look at events.`, reference.span)];
    return fits(filter.logsource, meant.logsource) ? [] : [warning("sigma-filter-logsource",
      `'${reference.value}' has another log source, so the filter leaves it alone.`, reference.span)];
  });
}

function within(rule: DetectionRule, filter: FilterRule, index: number): DetectionRule {
  const called = (name: string) => `_filter_${index}_${name}`;
  const selections = new Map<string, Selection>(rule.selections);
  for (const [name, selection] of filter.selections) selections.set(called(name), { ...selection, name: called(name) });
  const filtering = either(filter.conditions.map((condition) => renamed(condition, called)));
  return { ...rule, selections, conditions: rule.conditions.map((condition): Condition => ({
    kind: "and", parts: [condition, filtering], span: condition.span })) };
}

function either(conditions: readonly Condition[]): Condition {
  const first = conditions[0] as Condition;
  return conditions.length === 1 ? first : { kind: "or", parts: conditions, span: first.span };
}

function renamed(condition: Condition, called: (name: string) => string): Condition {
  switch (condition.kind) {
    case "selection":
      return { ...condition, name: called(condition.name) };
    case "not":
      return { ...condition, part: renamed(condition.part, called) };
    case "and":
    case "or":
      return { ...condition, parts: condition.parts.map((part) => renamed(part, called)) };
    case "of":
      return { ...condition, names: condition.names.map(called) };
  }
}
