/**
 * Looks at one event the slow and plain way: the measure of the plan and of the rule set. Fields are found where the
 * schema's places say; of an array any element counts.
 */
import { membersOf, placeOf, readField } from "../../schema";
import type { EventValue, LogView } from "../../schema";
import { fold, predicateOf, textHolds } from "./predicate";
import type { Condition, DetectionRule, FilterRule, Item, Match, Test } from "./syntax";

export type { EventValue } from "../../schema";

/** An event as a rule sees it. */
export interface Subject {
  /** Values of a field, elements of arrays each for itself; undefined when the field is not there. */
  values(field: string): readonly EventValue[] | undefined;
  /** The whole event, where keywords are looked for. */
  readonly event: EventValue;
}

/** An event whose fields have the names that rules give them. */
export function subjectOf(event: EventValue): Subject {
  return { event, values: (field) => spread(readField(event, { places: [placeOf(field)] })) };
}

/** An event whose fields have other names, as a view of its log source says. */
export function subjectIn(view: LogView, event: EventValue): Subject {
  return { event, values: (field) => spread(readField(event, view.field(field))) };
}

const DEEPEST = 64;

function spread(value: EventValue): readonly EventValue[] | undefined {
  if (value === undefined) return undefined;
  if (!isList(value)) return [value];
  const out: EventValue[] = [];
  gather(value, out, 0);
  return out;
}

function gather(list: readonly EventValue[], out: EventValue[], depth: number): void {
  for (const element of list) {
    if (isList(element) && depth < DEEPEST) gather(element, out, depth + 1);
    else out.push(element);
  }
}

function isList(value: EventValue): value is readonly EventValue[] {
  return Array.isArray(value);
}

/** The text of a plain value; undefined for null and for objects, which no text test finds. */
export function textOfValue(value: EventValue): string | undefined {
  return value === null || value === undefined || typeof value === "object" ? undefined : String(value);
}

/** All plain values of an event, however deep: where keywords are looked for. */
export function eachValue(value: EventValue, visit: (text: string) => boolean, depth = 0): boolean {
  const text = textOfValue(value);
  if (text !== undefined) return visit(text);
  if (value === null || typeof value !== "object" || depth > DEEPEST) return false;
  if (isList(value)) return value.some((inner) => eachValue(inner, visit, depth + 1));
  for (const [, inner] of membersOf(value)) if (eachValue(inner, visit, depth + 1)) return true;
  return false;
}

/** Whether a rule holds for an event whose fields have the names that rules give them, whatever its log source. */
export function holds(rule: Pick<DetectionRule | FilterRule, "selections" | "conditions">, event: EventValue): boolean {
  return holdsFor(rule, subjectOf(event));
}

/** Whether a rule's selections and conditions hold for a subject. */
export function holdsFor(rule: Pick<DetectionRule | FilterRule, "selections" | "conditions">, subject: Subject): boolean {
  return rule.conditions.some((condition) => conditionHolds(condition, (name) => {
    const selection = rule.selections.get(name);
    return selection !== undefined && matchHolds(selection.match, subject);
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
export function matchHolds(match: Match, subject: Subject): boolean {
  if (match.kind === "item") return itemHolds(match, subject);
  return match.kind === "all" ? match.parts.every((part) => matchHolds(part, subject))
    : match.parts.some((part) => matchHolds(part, subject));
}

/** Whether an event is what an item asks for. */
export function itemHolds(item: Item, subject: Subject): boolean {
  const one = (test: Test) => testHolds(item.field, test, subject);
  return (item.need === "all" ? item.tests.every(one) : item.tests.some(one)) !== item.negated;
}

/** Whether an event's field is what a test asks for. */
export function testHolds(field: string | null, test: Test, subject: Subject): boolean {
  const predicate = predicateOf(test);
  const finds = (text: string) => predicate !== undefined && predicate.holds(predicate.folded ? fold(text) : text);
  if (field === null) return eachValue(subject.event, finds);
  const values = subject.values(field);
  switch (test.kind) {
    case "null":
      return values === undefined || values.includes(null);
    case "exists":
      return (values !== undefined) === test.wanted;
    case "field": {
      const others = subject.values(test.other)?.map(textOfValue);
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
