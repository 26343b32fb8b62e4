/** The slow and plain way to ask whether a rule holds for an event: log source, fields and tests as they are written. */
import { conditionHolds, fold, predicateOf, textHolds } from "../../src/query/sigma";
import type { DetectionRule, Item, Match, Test } from "../../src/query/sigma";
import { mayMatch, readField, shapeOf, viewsOf } from "../../src/schema";
import type { EventValue, LogView } from "../../src/schema";

/** Whether a rule of the set would find the event. */
export function finds(rule: DetectionRule, event: EventValue, logsource = true): boolean {
  return viewsOf(logsource ? rule.logsource : { product: "no such product" }, shapeOf(event))
    .filter((view) => mayMatch(view, event))
    .some((view) => rule.conditions.some((condition) =>
      conditionHolds(condition, (name) => matchHolds(rule.selections.get(name)!.match, event, view))));
}

function matchHolds(match: Match, event: EventValue, view: LogView): boolean {
  if (match.kind === "item") return itemHolds(match, event, view);
  return match.kind === "all" ? match.parts.every((part) => matchHolds(part, event, view)) : match.parts.some((part) => matchHolds(part, event, view));
}

function itemHolds(item: Item, event: EventValue, view: LogView): boolean {
  const one = (test: Test) => testHolds(item.field, test, event, view);
  return (item.need === "all" ? item.tests.every(one) : item.tests.some(one)) !== item.negated;
}

function testHolds(field: string | null, test: Test, event: EventValue, view: LogView): boolean {
  const predicate = predicateOf(test);
  const holds = (text: string) => predicate !== undefined && predicate.holds(predicate.folded ? fold(text) : text);
  if (field === null) return leaves(event).some(holds);
  const value = readField(event, view.field(field));
  switch (test.kind) {
    case "null": return value === undefined || elements(value).includes(null);
    case "exists": return (value !== undefined) === test.wanted;
    case "field": {
      const folded = (text: string) => (test.cased ? text : fold(text));
      const others = words(readField(event, view.field(test.other)));
      return words(value).some((word) => others.some((other) => textHolds(test.how, folded(other))(folded(word))));
    }
    default: return words(value).some(holds);
  }
}

function elements(value: EventValue): readonly EventValue[] {
  return Array.isArray(value) ? (value as readonly EventValue[]).flatMap(elements) : [value];
}

function words(value: EventValue): string[] {
  return elements(value).filter((each) => each !== null && each !== undefined && typeof each !== "object").map(String);
}

function leaves(value: EventValue): string[] {
  if (value === null || value === undefined) return [];
  if (typeof value !== "object") return [String(value)];
  return Object.values(value as object).flatMap((each) => leaves(each as EventValue));
}
