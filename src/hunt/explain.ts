/**
 * Why a rule sees an event or does not: the tree of its condition with the value that each item met, what would have to
 * be different, and which rules missed an event by one item alone.
 */
import type { Span } from "../base";
import {
  mayMatch, membersOf, readField, shapeOf, viewsOf, type EventShape, type EventValue, type LogView, type ViewOptions,
} from "../schema";
import { fold, predicateOf, textHolds, type Condition, type DetectionRule, type Item, type Match, type Test } from "../query/sigma";

/** One part of a rule and whether it holds. Leaves are items; their tests stand below them. */
export interface Finding {
  readonly kind: "and" | "or" | "not" | "of" | "selection" | "item" | "test";
  /** As the rule says it: `1 of selection_*`, `CommandLine|contains`. */
  readonly label: string;
  readonly span: Span;
  readonly holds: boolean;
  /** Of an item: the value that the event has there. Absent: the event has no such field, or it is a keyword. */
  readonly seen?: string;
  readonly parts: readonly Finding[];
  /** Of an item: what it asks for, as a sentence without its subject ("contain ' cl '"). */
  readonly asks?: string;
}

/** An item that would have to turn out otherwise. */
export interface Change {
  readonly span: Span;
  /** `CommandLine` of the rule; "any value" for a keyword. */
  readonly field: string;
  readonly seen?: string;
  /** "would have to contain ' cl '". */
  readonly wanted: string;
}

/** What a rule makes of an event. */
export interface Explanation {
  readonly matches: boolean;
  /** Whether the event is of the rule's log source, and why not. */
  readonly source: { readonly fits: boolean; readonly shape: string; readonly why?: string };
  /** One tree per condition; a rule matches when one of them holds. */
  readonly conditions: readonly Finding[];
  /** The fewest items that must turn for the condition to hold; none when it does. The log source is not among them. */
  readonly changes: readonly Change[];
}

/** A rule that would have seen the event, had one item been otherwise. */
export interface NearMiss {
  readonly rule: DetectionRule;
  readonly change: Change;
}

/** How much of a value is shown. */
const SHOWN = 300;
/** Values of an event that keywords look at. */
const MOST_VALUES = 100_000;

/** Explains a rule on an event. Filters are to be applied to the rule before. */
export function explain(rule: DetectionRule, event: EventValue, options: ViewOptions = {}): Explanation {
  const shape = shapeOf(event);
  const views = viewsOf(rule.logsource, shape, options);
  const view = views.find((each) => mayMatch(each, event));
  const reading = new Reading(rule, event, view ?? views[0]);
  const conditions = rule.conditions.map((condition) => reading.condition(condition));
  const holds = conditions.some((found) => found.holds);
  const best = conditions.map((found) => turn(found, true)).reduce(cheaper, undefined) ?? [];
  return {
    matches: holds && view !== undefined,
    source: { fits: view !== undefined, shape: shape.title, ...(view === undefined ? { why: whyNot(rule, shape, views) } : {}) },
    conditions,
    changes: holds ? [] : distinct(best).map(changeOf),
  };
}

/** Rules of the event's log source that fail by one item, those first whose item has a value there. */
export function nearMisses(rules: readonly DetectionRule[], event: EventValue, options: ViewOptions = {}): readonly NearMiss[] {
  const found = rules.flatMap((rule) => {
    const told = explain(rule, event, options);
    const [change, second] = told.changes;
    return told.source.fits && !told.matches && change !== undefined && second === undefined ? [{ rule, change }] : [];
  });
  return found.sort((a, b) => Number(a.change.seen === undefined) - Number(b.change.seen === undefined));
}

function whyNot(rule: DetectionRule, shape: EventShape, views: readonly LogView[]): string {
  const { product, category, service } = rule.logsource;
  const asked = [product, category, service].filter((part) => part !== undefined).join(" / ");
  if (views.length === 0) return `Events of this shape (${shape.title}) are never of ${asked}.`;
  const ids = [...new Set(views.flatMap((view) => view.eventIds ?? []))];
  const channels = [...new Set(views.flatMap((view) => view.channels ?? []))];
  const terms = [
    ...(ids.length === 0 ? [] : [`event id ${ids.join(" or ")}`]),
    ...(channels.length === 0 ? [] : [`channel ${channels.join(" or ")}`]),
  ];
  return `Events of ${asked} have ${terms.length === 0 ? "other properties" : terms.join(" and ")}; this one has not.`;
}

/** Walks a rule with one event in hand. */
class Reading {
  private readonly values = new Map<string, EventValue>();
  private all: readonly string[] | undefined;

  constructor(private readonly rule: DetectionRule, private readonly event: EventValue, private readonly view: LogView | undefined) {}

  condition(condition: Condition): Finding {
    const { span } = condition;
    switch (condition.kind) {
      case "selection": return this.selection(condition.name, span);
      case "not": {
        const part = this.condition(condition.part);
        return { kind: "not", label: "not", span, holds: !part.holds, parts: [part] };
      }
      case "and": case "or": {
        const parts = condition.parts.map((part) => this.condition(part));
        const holds = condition.kind === "and" ? parts.every((p) => p.holds) : parts.some((p) => p.holds);
        return { kind: condition.kind, label: condition.kind, span, holds, parts };
      }
      case "of": {
        const parts = condition.names.map((name) => this.selection(name, span));
        const need = condition.need === "all" ? parts.length : condition.need;
        return {
          kind: "of", label: `${condition.need} of ${condition.pattern}`, span, parts,
          holds: parts.filter((p) => p.holds).length >= need,
        };
      }
      default: return condition satisfies never;
    }
  }

  private selection(name: string, span: Span): Finding {
    const selection = this.rule.selections.get(name);
    if (selection === undefined) return { kind: "selection", label: name, span, holds: false, parts: [] };
    const match = this.match(selection.match);
    return { kind: "selection", label: name, span: selection.span, holds: match.holds, parts: [match] };
  }

  private match(match: Match): Finding {
    if (match.kind === "item") return this.item(match);
    const parts = match.parts.map((part) => this.match(part));
    const all = match.kind === "all";
    const holds = all ? parts.every((p) => p.holds) : parts.some((p) => p.holds);
    return { kind: all ? "and" : "or", label: all ? "all of" : "one of", span: match.span, holds, parts };
  }

  private item(item: Item): Finding {
    const value = item.field === null ? undefined : this.value(item.field);
    const parts = item.tests.map((test): Finding => ({
      kind: "test", label: said(test), span: test.span, holds: this.test(item.field, value, test), parts: [],
    }));
    const holds = (item.need === "all" ? parts.every((p) => p.holds) : parts.some((p) => p.holds)) !== item.negated;
    return {
      kind: "item", label: [item.field ?? "keywords", ...item.modifiers].join("|"), span: item.span, holds, parts,
      ...(value === undefined ? {} : { seen: shown(value) }), asks: asks(item),
    };
  }

  private test(field: string | null, value: EventValue, test: Test): boolean {
    if (test.kind === "null") return value === undefined || scalars(value).includes(null);
    if (test.kind === "exists") return (value !== undefined) === test.wanted;
    if (test.kind === "field") {
      const caseOf = test.cased ? (text: string) => text : fold;
      const others = texts(this.value(test.other));
      return texts(value).some((text) => others.some((other) => textHolds(test.how, caseOf(other))(caseOf(text))));
    }
    const predicate = predicateOf(test);
    if (predicate === undefined) return false;
    const candidates = field === null ? this.everything() : texts(value);
    return candidates.some((text) => predicate.holds(predicate.folded ? fold(text) : text));
  }

  private value(field: string): EventValue {
    if (!this.values.has(field)) {
      this.values.set(field, this.view === undefined ? undefined : readField(this.event, this.view.field(field)));
    }
    return this.values.get(field);
  }

  private everything(): readonly string[] {
    if (this.all) return this.all;
    const found: string[] = [];
    const open: EventValue[] = [this.event];
    while (open.length > 0 && found.length < MOST_VALUES) {
      const value = open.pop();
      if (Array.isArray(value)) open.push(...(value as readonly EventValue[]));
      else if (value !== null && typeof value === "object") for (const [, inner] of membersOf(value)) open.push(inner);
      else if (value !== null && value !== undefined) found.push(String(value));
    }
    this.all = found;
    return found;
  }
}

function scalars(value: EventValue): readonly EventValue[] {
  return Array.isArray(value) ? (value as readonly EventValue[]).flatMap(scalars) : [value];
}

function texts(value: EventValue): readonly string[] {
  return scalars(value).flatMap((one) => (one === null || one === undefined || typeof one === "object" ? [] : [String(one)]));
}

function shown(value: EventValue): string {
  if (value === null) return "null";
  const text = scalars(value).map((one) => (one !== null && typeof one === "object" ? "{…}" : String(one))).join(", ");
  return text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text;
}

/** The cheapest items that make a part come out as wanted; undefined when nothing can. */
function turn(found: Finding, want: boolean): readonly Turned[] | undefined {
  if (found.holds === want) return [];
  switch (found.kind) {
    case "item": return [{ item: found, want }];
    case "not": return found.parts[0] && turn(found.parts[0], !want);
    case "selection": return found.parts[0] && turn(found.parts[0], want);
    case "and": return every(found.parts, want, want ? found.parts.length : 1);
    case "or": return every(found.parts, want, want ? 1 : found.parts.length);
    case "of": {
      const all = found.parts.length;
      const need = found.label.startsWith("all ") ? all : Math.min(Number.parseInt(found.label, 10), all);
      return every(found.parts, want, want ? need : all - need + 1);
    }
    case "test": return undefined;
    default: return found.kind satisfies never;
  }
}

interface Turned { readonly item: Finding; readonly want: boolean }

/** At least `need` of the parts as wanted, the cheapest of them. */
function every(parts: readonly Finding[], want: boolean, need: number): readonly Turned[] | undefined {
  const turned = parts.map((part) => turn(part, want)).filter((t) => t !== undefined).sort((a, b) => a.length - b.length);
  return turned.length < need || parts.length === 0 ? undefined : turned.slice(0, need).flat();
}

function cheaper(a: readonly Turned[] | undefined, b: readonly Turned[] | undefined): readonly Turned[] | undefined {
  return a === undefined ? b : b === undefined || a.length <= b.length ? a : b;
}

function distinct(turned: readonly Turned[]): readonly Turned[] {
  return turned.filter((t, i) => turned.findIndex((other) => other.item.span.from === t.item.span.from) === i);
}

function changeOf({ item, want }: Turned): Change {
  const field = item.label.split("|")[0] ?? "";
  return {
    span: item.span, field: field === "keywords" ? "any value" : field,
    ...(item.seen === undefined ? {} : { seen: item.seen }),
    wanted: `would have ${want ? "" : "not "}to ${item.asks ?? ""}`,
  };
}

/** What an item asks for: "contain 'a' or 'b'". */
function asks(item: Item): string {
  const link = item.need === "all" ? " and " : " or ";
  const groups = new Map<string, string[]>();
  for (const test of item.tests) {
    const [verb, value] = verbOf(test);
    groups.set(verb, [...groups.get(verb) ?? [], value]);
  }
  const all = [...groups].map(([verb, values]) => {
    const few = values.slice(0, 5).filter((value) => value !== "");
    const more = values.length > 5 ? ` (and ${values.length - 5} more)` : "";
    return `${verb}${few.length === 0 ? "" : ` ${few.join(link)}`}${more}`;
  }).join(link);
  return `${item.negated ? "not " : ""}${all === "" ? "hold" : all}`;
}

const VERBS = { equals: "be", contains: "contain", startswith: "start with", endswith: "end with" } as const;
const COMPARES = { lt: "be below", lte: "be at most", gt: "be above", gte: "be at least", eq: "be", neq: "not be" } as const;

function verbOf(test: Test): readonly [verb: string, value: string] {
  switch (test.kind) {
    case "text": return [VERBS[test.how], `'${test.text}'`];
    case "pattern": return ["be like", `'${test.said}'`];
    case "regex": return ["match", `/${test.source}/${test.flags}`];
    case "cidr": return ["be in", test.said];
    case "compare": return [COMPARES[test.op], String(test.than)];
    case "time": return [`have a ${test.part} that would`, `${COMPARES[test.op]} ${test.than}`];
    case "null": return ["be null or absent", ""];
    case "exists": return [test.wanted ? "be there" : "be absent", ""];
    case "field": return [`${VERBS[test.how]} the value of`, test.other];
    default: return test satisfies never;
  }
}

function said(test: Test): string {
  return test.kind === "null" ? "null" : test.said;
}
