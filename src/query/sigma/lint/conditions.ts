/** Checks of conditions: what is not used, what can never or must always be true, what is written in a roundabout way. */
import type { Condition, DetectionRule, FilterRule, Match, Selection, Test } from "../syntax";
import { nodesText } from "./node-text";
import type { Linting, MapNode } from "./context";

/** Selections of which a truth table is made at most. */
const MOST_NAMES = 12;

export function lintConditions(lint: Linting, rule: DetectionRule | FilterRule, detection: MapNode): void {
  unused(lint, rule);
  for (const condition of rule.conditions) {
    quantifiers(lint, condition, rule.selections, true);
    truth(lint, condition, rule.selections);
  }
  duplicates(lint, detection);
}

function namesIn(condition: Condition, into = new Set<string>()): Set<string> {
  switch (condition.kind) {
    case "selection": into.add(condition.name); break;
    case "not": namesIn(condition.part, into); break;
    case "and": case "or": for (const part of condition.parts) namesIn(part, into); break;
    case "of": for (const name of condition.names) into.add(name); break;
  }
  return into;
}

function unused(lint: Linting, rule: DetectionRule | FilterRule): void {
  if (rule.conditions.length === 0) return;
  const used = new Set<string>();
  for (const condition of rule.conditions) namesIn(condition, used);
  for (const selection of rule.selections.values()) {
    if (!used.has(selection.name)) {
      lint.tell("selection-unused", `No condition names '${selection.name}'.`, { from: selection.span.from, to: selection.span.from + selection.name.length });
    }
  }
}

function quantifiers(lint: Linting, condition: Condition, selections: ReadonlyMap<string, Selection>, positive: boolean): void {
  switch (condition.kind) {
    case "not": return quantifiers(lint, condition.part, selections, !positive);
    case "and": case "or":
      for (const part of condition.parts) quantifiers(lint, part, selections, positive);
      return;
    case "selection":
      if (positive && /^filter/i.test(condition.name) && !everythingIsFilter(selections)) {
        lint.tell("filter-positive", `'${condition.name}' is called a filter and is asked for.`, condition.span);
      }
      return;
    case "of": break;
  }
  const { names, pattern, span } = condition;
  const word = condition.need === "all" ? "all" : String(condition.need);
  const plain = pattern !== "them" && !pattern.includes("*");
  if (plain) lint.tell("of-plain", `'${word} of' names a pattern; '${pattern}' has no star.`, span, names.length === 1 ? only(span, names[0]) : undefined);
  else if (names.length === 1) lint.tell("of-single", `'${word} of ${pattern}' stands for '${names[0] ?? ""}' alone.`, span, only(span, names[0]));
  const filters = pattern === "them" ? names.filter((name) => /^filter/i.test(name)) : [];
  if (filters.length > 0 && filters.length < names.length && positive) {
    lint.tell("of-filter", `'${word} of them' asks for '${filters[0] ?? ""}' as well.`, span);
  } else if (pattern === "them" && condition.need === "all" && names.length > 1) {
    lint.tell("of-them", "'all of them' takes every selection along, also those to come: write 'all of selection_*'.", span);
  }
}

function only(span: Condition["span"], name: string | undefined) {
  return name === undefined ? undefined : { title: `Write '${name}'`, edits: [{ span, insert: name }] };
}

function everythingIsFilter(selections: ReadonlyMap<string, Selection>): boolean {
  return [...selections.keys()].every((name) => /^filter/i.test(name));
}

/** Looks for a condition that is the same whatever its selections are, as far as these do not exclude each other. */
function truth(lint: Linting, condition: Condition, selections: ReadonlyMap<string, Selection>): void {
  const names = [...namesIn(condition)];
  if (names.length === 0 || names.length > MOST_NAMES) return;
  const needs = names.map((name) => {
    const selection = selections.get(name);
    return selection ? needed(selection.match) : undefined;
  });
  const impossible = needs.map((need) => need === "never");
  let ever = false;
  let always = true;
  for (let bits = 0; bits < 2 ** names.length; bits++) {
    const holds = new Set(names.filter((_, at) => (bits >> at) % 2 === 1));
    if (names.some((name, at) => holds.has(name) && impossible[at] === true)) continue;
    if (contradict(names, needs, holds)) continue;
    if (evaluate(condition, holds)) ever = true;
    else always = false;
    if (ever && !always) return;
  }
  if (!ever) lint.tell("condition-never", "This condition can never be true: its selections exclude each other.", condition.span);
  else lint.tell("condition-always", "This condition is true for every event.", condition.span);
}

function evaluate(condition: Condition, holds: ReadonlySet<string>): boolean {
  switch (condition.kind) {
    case "selection": return holds.has(condition.name);
    case "not": return !evaluate(condition.part, holds);
    case "and": return condition.parts.every((part) => evaluate(part, holds));
    case "or": return condition.parts.some((part) => evaluate(part, holds));
    case "of": {
      const count = condition.names.filter((name) => holds.has(name)).length;
      return condition.names.length > 0 && (condition.need === "all" ? count === condition.names.length : count >= condition.need);
    }
  }
}

/** The values of which a field must have one for a match to hold; "never" when it cannot hold. */
type Needed = ReadonlyMap<string, ReadonlySet<string>> | "never";

function needed(match: Match): Needed {
  if (match.kind === "item") {
    if (match.field === null || match.negated || match.tests.length === 0) return new Map();
    const texts = match.tests.map(equalText);
    if (texts.some((text) => text === undefined)) return new Map();
    const set = new Set(texts.flatMap((text) => text ?? []));
    return match.need === "all" && set.size > 1 ? "never" : new Map([[match.field, set]]);
  }
  if (match.kind === "any") return new Map();
  const all = new Map<string, ReadonlySet<string>>();
  for (const part of match.parts) {
    const need = needed(part);
    if (need === "never") return "never";
    for (const [field, values] of need) {
      const before = all.get(field);
      const left = before ? new Set([...values].filter((value) => before.has(value))) : values;
      if (left.size === 0) return "never";
      all.set(field, left);
    }
  }
  return all;
}

function equalText(test: Test): string | undefined {
  return test.kind === "text" && test.how === "equals" ? test.text.toLowerCase() : undefined;
}

/** Fields that may hold several values at once: two selections on them do not exclude each other. */
const SEVERAL = /\.|^(?:type|name|a\d|record_type|answers?|Data)$/;

function contradict(names: readonly string[], needs: readonly (Needed | undefined)[], holds: ReadonlySet<string>): boolean {
  const all = new Map<string, ReadonlySet<string>>();
  for (const [at, name] of names.entries()) {
    const need = needs[at];
    if (!holds.has(name) || need === undefined || need === "never") continue;
    for (const [field, values] of need) {
      if (SEVERAL.test(field)) continue;
      const before = all.get(field);
      const left = before ? new Set([...values].filter((value) => before.has(value))) : values;
      if (left.size === 0) return true;
      all.set(field, left);
    }
  }
  return false;
}

function duplicates(lint: Linting, detection: MapNode): void {
  const seen = new Map<string, string>();
  for (const { key, keySpan, node } of detection.entries) {
    if (key === "condition" || key === "timeframe" || key === "rules") continue;
    const text = nodesText(node);
    const first = seen.get(text);
    if (first === undefined) seen.set(text, key);
    else lint.tell("selection-duplicate", `'${key}' says the same as '${first}'.`, keySpan);
  }
}
