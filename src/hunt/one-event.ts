/** Asks a rule set about single events, one after the other: which rules find it, and what correlations read of it. */
import { holdsFor, subjectIn } from "../query/sigma";
import type { DetectionRule, Subject } from "../query/sigma";
import { mayMatch, PLAIN, viewsOf } from "../schema";
import type { EventShape, EventValue } from "../schema";
import { JsonEvents } from "./json-events";
import { Matcher } from "./matcher";
import type { RuleSet } from "./rule-set";

export class OneEvent {
  private readonly matcher: Matcher;
  private readonly reader = new JsonEvents();

  /** With `plain`, an event has no shape: every rule sees it, and fields are called what they are called. */
  constructor(private readonly set: RuleSet, private readonly plain = false) {
    this.matcher = new Matcher(set);
  }

  /** The rules that find an event, in the order of the set. */
  rules(event: EventValue): readonly DetectionRule[] {
    this.reader.begin(event);
    if (this.plain) this.reader.shape = PLAIN;
    return this.matcher.match(this.reader).map(({ rule }) => rule);
  }

  /** The shape of the event that was asked about last. */
  get shape(): EventShape {
    return this.reader.shape;
  }

  /** An event with its fields as a rule calls them that found it. */
  subject(rule: DetectionRule, event: EventValue, shape: EventShape): Subject {
    const subjects = viewsOf(rule.logsource, shape, this.set.options).filter((view) => mayMatch(view, event)).map((view) => subjectIn(view, event));
    return subjects.find((subject) => holdsFor(rule, subject)) ?? { values: () => undefined, event };
  }
}
