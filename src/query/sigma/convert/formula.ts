/**
 * What a rule asks of an event as one formula of and, or, not over tests of fields: selections are put in where the
 * condition names them, so that a target language needs to know nothing of names, patterns and lists.
 */
import type { Span } from "../../../base";
import type { Condition, Match, Selection, Test } from "../syntax";

export type Formula =
  | { readonly kind: "always" | "never" }
  | { readonly kind: "and" | "or"; readonly parts: readonly Formula[] }
  | { readonly kind: "not"; readonly part: Formula }
  | Tests
  /** What no formula of a bearable size can say. */
  | { readonly kind: "unsaid"; readonly why: string; readonly span: Span };

/** Tests of one field (null: of the whole event), at least one. */
export interface Tests {
  readonly kind: "tests";
  readonly field: string | null;
  readonly need: "all" | "any";
  readonly tests: readonly Test[];
  readonly span: Span;
}

/** Ways to choose `n` of some selections that are written out. */
const MOST_CHOICES = 64;
/** Conditions and selections may nest as deep as this. */
const DEPTH_LIMIT = 200;

/** The formula of a rule: one of its conditions is enough. */
export function formulaOf(conditions: readonly Condition[], selections: ReadonlyMap<string, Selection>): Formula {
  return either(conditions.map((each) => ofCondition(each, selections, 0)));
}

/** All must hold; what always holds is left out. */
export function both(parts: readonly Formula[]): Formula {
  return join("and", parts);
}

/** One must hold; what never holds is left out. */
export function either(parts: readonly Formula[]): Formula {
  return join("or", parts);
}

/** The opposite; a double negation goes away. */
export function opposite(part: Formula): Formula {
  switch (part.kind) {
    case "always": return { kind: "never" };
    case "never": return { kind: "always" };
    case "not": return part.part;
    default: return { kind: "not", part };
  }
}

/** Every test of a formula, with its field and whether it stands under an odd number of `not`s. */
export function* testsOf(formula: Formula, negated = false): Generator<Tests & { readonly negated: boolean }> {
  if (formula.kind === "tests") yield { ...formula, negated };
  else if (formula.kind === "not") yield* testsOf(formula.part, !negated);
  else if (formula.kind === "and" || formula.kind === "or") {
    for (const part of formula.parts) yield* testsOf(part, negated);
  }
}

function join(kind: "and" | "or", parts: readonly Formula[]): Formula {
  const neutral = kind === "and" ? "always" : "never";
  const decisive = kind === "and" ? "never" : "always";
  const flat = parts.flatMap((part) => (part.kind === kind ? part.parts : [part]));
  if (flat.some((part) => part.kind === decisive)) return { kind: decisive };
  const kept = flat.filter((part) => part.kind !== neutral);
  return kept.length === 0 ? { kind: neutral } : kept.length === 1 && kept[0] ? kept[0] : { kind, parts: kept };
}

function ofCondition(condition: Condition, selections: ReadonlyMap<string, Selection>, depth: number): Formula {
  if (depth > DEPTH_LIMIT) return { kind: "unsaid", why: "a condition that is nested this deep", span: condition.span };
  switch (condition.kind) {
    case "selection": return ofSelection(condition.name, selections);
    case "not": return opposite(ofCondition(condition.part, selections, depth + 1));
    case "and": case "or":
      return join(condition.kind, condition.parts.map((part) => ofCondition(part, selections, depth + 1)));
    case "of": return ofSeveral(condition, selections);
  }
}

function ofSeveral(condition: Condition & { readonly kind: "of" }, selections: ReadonlyMap<string, Selection>): Formula {
  const parts = condition.names.map((name) => ofSelection(name, selections));
  if (condition.need === "all") return both(parts);
  if (condition.need <= 1) return either(parts);
  const chosen = choices(parts.length, condition.need);
  if (!chosen) {
    return { kind: "unsaid", why: `'${condition.need} of' ${parts.length} selections`, span: condition.span };
  }
  return either(chosen.map((set) => both(set.flatMap((at) => parts[at] ?? []))));
}

/** All ways to choose `n` of `size` places; undefined when they are too many. */
function choices(size: number, n: number): number[][] | undefined {
  let sets: number[][] = [[]];
  for (let k = 0; k < n; k++) {
    sets = sets.flatMap((set) => Array.from({ length: size }, (_, at) => at)
      .filter((at) => at > (set.at(-1) ?? -1)).map((at) => [...set, at]));
    if (sets.length > MOST_CHOICES) return undefined;
  }
  return sets;
}

function ofSelection(name: string, selections: ReadonlyMap<string, Selection>): Formula {
  const selection = selections.get(name);
  return selection ? ofMatch(selection.match, 0) : { kind: "never" };
}

function ofMatch(match: Match, depth: number): Formula {
  if (depth > DEPTH_LIMIT) return { kind: "unsaid", why: "a selection that is nested this deep", span: match.span };
  if (match.kind !== "item") {
    return join(match.kind === "all" ? "and" : "or", match.parts.map((part) => ofMatch(part, depth + 1)));
  }
  const { field, need, tests, span } = match;
  const said: Formula = tests.length === 0 ? { kind: need === "any" ? "never" : "always" }
    : { kind: "tests", field, need, tests, span };
  return match.negated ? opposite(said) : said;
}
