/**
 * Runs correlations over a stream of events that comes in the order of time: each event with the rules that it
 * matches. Windows slide; what is kept is bounded, and told when the bound was met.
 */
import { textOfValue } from "./event";
import type { EventValue } from "./event";
import { isCalled } from "./filter";
import { numberOf } from "./predicate";
import type { References } from "./references";
import type { CorrelationRule, SigmaRule } from "./syntax";
import { windowFor } from "./window";
import type { Window } from "./window";

/** An event as correlations see it. */
export interface Matched {
  /** Microseconds; undefined when the event says no time: then no correlation sees it. */
  readonly time: number | undefined;
  /** The detection rules that the event matches. */
  readonly rules: readonly SigmaRule[];
  /** The values of a field, as this rule calls it; several for an array. */
  values(field: string, rule: SigmaRule): readonly EventValue[] | undefined;
}

/** A correlation that holds at an event. */
export interface CorrelationMatch {
  readonly rule: CorrelationRule;
  /** The group: a value per `group-by`; null where the event has none. */
  readonly by: ReadonlyMap<string, EventValue>;
  readonly time: number;
}

export interface CorrelateOptions {
  /** An event without one of the `group-by` fields: a group with null (default), or not seen. */
  readonly withoutGroup?: "null" | "ignore";
  /** Things that may be kept in all: 1,000,000 by default. Beyond it, groups not met for longest are forgotten. */
  readonly mostKept?: number;
}

interface Group {
  readonly by: ReadonlyMap<string, EventValue>;
  readonly window: Window;
  touched: number;
}

interface Running {
  readonly rule: CorrelationRule;
  readonly rules: readonly SigmaRule[];
  /** Those met last are at the end. */
  readonly groups: Map<string, Group>;
  kept: number;
}

/** A rule that has fired, with a way to its fields. */
interface Fired {
  readonly rule: SigmaRule;
  values(field: string): readonly EventValue[] | undefined;
}

/** How often what is out of date is cleared away. */
const SWEEP = 4096;

/** The state of all correlations. */
export class Correlator {
  /** Groups that were forgotten early, as too much was to be kept. */
  forgotten = 0;
  /** Events that no correlation could see, as they say no time. */
  untimed = 0;
  private readonly running: readonly Running[];
  private kept = 0;
  private pushed = 0;
  private now = -Infinity;

  constructor(references: References, private readonly options: CorrelateOptions = {}) {
    this.running = references.correlations.map(({ rule, rules }) => ({ rule, rules, groups: new Map(), kept: 0 }));
  }

  /** Takes the next event; gives the correlations that hold now, those that others build on first. */
  push(event: Matched): readonly CorrelationMatch[] {
    if (event.rules.length === 0) return [];
    if (event.time === undefined) {
      this.untimed++;
      return [];
    }
    const { time } = event;
    this.now = Math.max(this.now, time);
    const fired: Fired[] = event.rules.map((rule) => ({ rule, values: (field) => event.values(field, rule) }));
    const out: CorrelationMatch[] = [];
    for (const one of this.running) {
      for (const by of this.feed(one, fired, time)) {
        out.push({ rule: one.rule, by, time });
        fired.push({ rule: one.rule, values: (field) => {
          const value = by.get(field);
          return value === undefined ? undefined : [value];
        } });
      }
    }
    if (++this.pushed % SWEEP === 0) this.sweep();
    return out;
  }

  /** Gives an event to a correlation: once per group that it belongs to, with all of the rules it matches there. */
  private feed(one: Running, fired: readonly Fired[], time: number): readonly ReadonlyMap<string, EventValue>[] {
    const met = new Map<string, { by: ReadonlyMap<string, EventValue>; rules: number[]; first: Fired }>();
    for (const [i, rule] of one.rules.entries()) {
      for (const each of fired) {
        if (each.rule !== rule) continue;
        const by = this.groupOf(one.rule, each);
        if (by === undefined) continue;
        const key = JSON.stringify([...by.values()].map((v) => (v === null ? null : textIn(v))));
        const known = met.get(key);
        if (known) known.rules.push(i);
        else met.set(key, { by, rules: [i], first: each });
      }
    }
    const out: ReadonlyMap<string, EventValue>[] = [];
    for (const [key, { by, rules, first }] of met) {
      const group = one.groups.get(key) ?? { by, window: windowFor(one.rule), touched: time };
      const before = one.groups.delete(key) ? group.window.size + 1 : 0;
      const held = group.window.push({ time, rules, ...measured(one.rule, first) });
      group.touched = Math.max(group.touched, time);
      one.groups.set(key, group);
      this.count(one, group.window.size + 1 - before);
      if (held) out.push(group.by);
    }
    this.forget();
    return out;
  }

  private groupOf(rule: CorrelationRule, fired: Fired): ReadonlyMap<string, EventValue> | undefined {
    const by = new Map<string, EventValue>();
    for (const name of rule.groupBy) {
      const value = single(fired.values(fieldOf(rule, name, fired.rule)));
      if (value === undefined && this.options.withoutGroup === "ignore") return undefined;
      by.set(name, value ?? null);
    }
    return by;
  }

  private count(one: Running, more: number): void {
    one.kept += more;
    this.kept += more;
  }

  /** Lets go of groups until what is kept is within bounds: of the correlation that keeps most. */
  private forget(): void {
    const most = this.options.mostKept ?? 1_000_000;
    while (this.kept > most) {
      let largest: Running | undefined;
      for (const one of this.running) if (one.groups.size > 0 && (!largest || one.kept > largest.kept)) largest = one;
      const oldest = largest?.groups.entries().next().value;
      if (!largest || !oldest) return;
      this.drop(largest, oldest[0], oldest[1]);
      this.forgotten++;
    }
  }

  private sweep(): void {
    for (const one of this.running) {
      for (const [key, group] of one.groups) {
        if (group.touched >= this.now - one.rule.timespan) break;
        this.drop(one, key, group);
      }
    }
  }

  private drop(one: Running, key: string, group: Group): void {
    one.groups.delete(key);
    this.count(one, -group.window.size - 1);
  }
}

/** What a field of `group-by` is called in the events of a rule: aliases count. */
function fieldOf(rule: CorrelationRule, name: string, fired: SigmaRule): string {
  for (const [called, field] of rule.aliases.get(name) ?? []) if (isCalled(fired, called)) return field;
  return name;
}

/** The value that a correlation counts or adds up. */
function measured(rule: CorrelationRule, fired: Fired): { text?: string; number?: number } {
  if (rule.fields.length === 0) return {};
  const values = rule.fields.map((name) => single(fired.values(fieldOf(rule, name, fired.rule))));
  if (values.some((v) => v === undefined || v === null)) return {};
  const texts = values.map((v) => textIn(v));
  if (rule.type === "value_count") return { text: texts.length === 1 ? texts[0] as string : JSON.stringify(texts) };
  const number = numberOf(texts[0] as string);
  return number === undefined || Number.isNaN(Number(number)) ? {} : { number: Number(number) };
}

/** The one value; several are a list. */
function single(values: readonly EventValue[] | undefined): EventValue | undefined {
  return values === undefined || values.length === 0 ? undefined : values.length === 1 ? values[0] : values;
}

function textIn(value: EventValue): string {
  return textOfValue(value) ?? JSON.stringify(value, (_, v: unknown) => (typeof v === "bigint" ? String(v) : v));
}
