/**
 * Looks at one event, a plain object as it comes of JSON, the slow and plain way: the measure of the plan and of the
 * rule set. Fields are found by a key that holds the dots or by a path; of an array any element counts.
 */
import { fold, predicateOf, textHolds } from "./predicate";
import type { Condition, DetectionRule, FilterRule, Item, Match, Test } from "./syntax";

/** An event's value. */
export type EventValue = null | boolean | number | bigint | string | readonly EventValue[]
  | { readonly [key: string]: EventValue };
export type SigmaEvent = { readonly [key: string]: EventValue };

/** Values of a field, elements of arrays each for itself; undefined when the field is not there. */
export function fieldValues(event: SigmaEvent, field: string): readonly EventValue[] | undefined {
  const out: EventValue[] = [];
  return gather(event, field, out, 0) ? out : undefined;
}

const DEEPEST = 64;

function gather(value: EventValue, path: string, out: EventValue[], depth: number): boolean {
  if (value === null || typeof value !== "object" || depth > DEEPEST) return false;
  if (isList(value)) {
    let found = false;
    for (const element of value) found = gather(element, path, out, depth + 1) || found;
    return found;
  }
  if (Object.hasOwn(value, path)) {
    spread(value[path] as EventValue, out, depth);
    return true;
  }
  for (let dot = path.lastIndexOf("."); dot > 0; dot = path.lastIndexOf(".", dot - 1)) {
    const key = path.slice(0, dot);
    if (Object.hasOwn(value, key) && gather(value[key] as EventValue, path.slice(dot + 1), out, depth + 1)) return true;
  }
  return false;
}

function spread(value: EventValue, out: EventValue[], depth: number): void {
  if (!isList(value) || depth > DEEPEST) out.push(value);
  else for (const element of value) spread(element, out, depth + 1);
}

function isList(value: EventValue): value is readonly EventValue[] {
  return Array.isArray(value);
}

/** The text of a plain value; undefined for null and for objects, which no text test finds. */
export function textOfValue(value: EventValue): string | undefined {
  return value === null || typeof value === "object" ? undefined : String(value);
}

/** All plain values of an event, however deep: where keywords are looked for. */
export function eachValue(value: EventValue, visit: (text: string) => boolean, depth = 0): boolean {
  const text = textOfValue(value);
  if (text !== undefined) return visit(text);
  if (value === null || typeof value !== "object" || depth > DEEPEST) return false;
  for (const inner of isList(value) ? value : Object.values(value)) if (eachValue(inner, visit, depth + 1)) return true;
  return false;
}

/** Whether a rule's selections and conditions hold for an event, whatever its log source. */
export function holds(rule: Pick<DetectionRule | FilterRule, "selections" | "conditions">, event: SigmaEvent): boolean {
  return rule.conditions.some((condition) => conditionHolds(condition, (name) => {
    const selection = rule.selections.get(name);
    return selection !== undefined && matchHolds(selection.match, event);
  }));
}

/** Whether a condition holds, given which names do. */
export function conditionHolds(condition: Condition, holds: (name: string) => boolean): boolean {
  switch (condition.kind) {
    case "selection":
      return holds(condition.name);
    case "not":
      return !conditionHolds(condition.part, holds);
    case "and":
      return condition.parts.every((part) => conditionHolds(part, holds));
    case "or":
      return condition.parts.some((part) => conditionHolds(part, holds));
    case "of":
      return condition.need === "all" ? condition.names.every(holds)
        : condition.names.filter(holds).length >= condition.need;
  }
}

/** Whether an event is what a selection asks for. */
export function matchHolds(match: Match, event: SigmaEvent): boolean {
  if (match.kind === "item") return itemHolds(match, event);
  return match.kind === "all" ? match.parts.every((part) => matchHolds(part, event))
    : match.parts.some((part) => matchHolds(part, event));
}

/** Whether an event is what an item asks for. */
export function itemHolds(item: Item, event: SigmaEvent): boolean {
  const one = (test: Test) => testHolds(item.field, test, event);
  return (item.need === "all" ? item.tests.every(one) : item.tests.some(one)) !== item.negated;
}

/** Whether an event's field is what a test asks for. */
export function testHolds(field: string | null, test: Test, event: SigmaEvent): boolean {
  const predicate = predicateOf(test);
  const finds = (text: string) => predicate !== undefined && predicate.holds(predicate.folded ? fold(text) : text);
  if (field === null) return eachValue(event, finds);
  const values = fieldValues(event, field);
  switch (test.kind) {
    case "null":
      return values === undefined || values.includes(null);
    case "exists":
      return (values !== undefined) === test.wanted;
    case "field": {
      const others = fieldValues(event, test.other)?.map(textOfValue);
      const caseOf = test.cased ? (text: string) => text : fold;
      return values?.some((value) => {
        const text = textOfValue(value);
        return text !== undefined
          && others?.some((other) => other !== undefined && textHolds(test.how, caseOf(other))(caseOf(text))) === true;
      }) === true;
    }
    default:
      return values?.some((value) => {
        const text = textOfValue(value);
        return text !== undefined && finds(text);
      }) === true;
  }
}
