/**
 * Correlations over what a hunt finds. Events of a file may stand in any order: what correlations need of them waits in
 * a buffer and goes on in the order of time. Buffer and windows are bounded, and it is told when a bound was met.
 */
import { info, warning } from "../base";
import type { Diagnostic } from "../base";
import { Correlator } from "../query/sigma";
import type { CorrelateOptions, CorrelationRule, DetectionRule, EventValue as SigmaValue, Matched, SigmaRule } from "../query/sigma";
import { mayMatch, readField, viewsOf } from "../schema";
import type { EventShape, EventValue, LogView } from "../schema";
import { UNIX_EPOCH } from "../table";
import type { RuleSet } from "./rule-set";

/** A group for which a correlation holds. */
export interface GroupHits {
  readonly by: ReadonlyMap<string, SigmaValue>;
  /** How many events completed or continued a match. */
  readonly count: number;
  /** Ticks of the first and the last of them. */
  readonly first: bigint;
  readonly last: bigint;
}

/** What a correlation found. */
export interface CorrelationHits {
  readonly rule: CorrelationRule;
  readonly count: number;
  /** The first groups; more are counted only. */
  readonly groups: readonly GroupHits[];
}

interface Waiting extends Matched {
  readonly time: number;
  readonly event: number;
}

interface Group {
  readonly by: ReadonlyMap<string, SigmaValue>;
  count: number;
  first: bigint;
  last: bigint;
}

/** Events that wait for earlier ones. */
const BUFFER = 100_000;

export class Correlated {
  private readonly correlator: Correlator;
  /** What correlations want to know of the events of a rule. */
  private readonly fields = new Map<SigmaRule, ReadonlySet<string>>();
  private readonly views = new Map<EventShape, Map<DetectionRule, readonly LogView[]>>();
  private waiting: Waiting[] = [];
  private sent = -Infinity;
  private late = 0;
  private readonly found = new Map<CorrelationRule, { count: number; readonly groups: Map<string, Group> }>();

  constructor(private readonly set: RuleSet, private readonly keep: number, options: CorrelateOptions = {}) {
    this.correlator = new Correlator(set.references, options);
    for (const { rule, rules } of set.references.correlations) {
      const names = [...rule.groupBy, ...rule.fields, ...[...rule.aliases.values()].flatMap((each) => [...each.values()])];
      for (const each of rules) this.fields.set(each, new Set([...(this.fields.get(each) ?? []), ...names]));
    }
  }

  /** Takes an event that some rules found. */
  push(rules: readonly DetectionRule[], event: EventValue, shape: EventShape, time: bigint | undefined, number: number): void {
    const wanted = rules.filter((rule) => this.fields.has(rule));
    if (wanted.length === 0) return;
    const values = new Map(wanted.map((rule) => [rule as SigmaRule, this.valuesOf(rule, event, shape)]));
    const matched: Matched = { time: undefined, rules: wanted, values: (field, rule) => values.get(rule)?.get(field) };
    if (time === undefined) {
      this.correlator.push(matched);
      return;
    }
    this.waiting.push({ ...matched, time: Number(time - UNIX_EPOCH) / 10, event: number });
    if (this.waiting.length >= 2 * BUFFER) this.send(BUFFER);
  }

  /** What correlations found, once all events were pushed. */
  finish(): { readonly found: readonly CorrelationHits[]; readonly diagnostics: readonly Diagnostic[] } {
    this.send(this.waiting.length);
    const nowhere = { from: 0, to: 0 };
    const { untimed, forgotten } = this.correlator;
    const diagnostics: Diagnostic[] = [];
    if (untimed > 0) diagnostics.push(warning("hunt-untimed", `${untimed} matches say no time: no correlation could count them.`, nowhere));
    if (this.late > 0) diagnostics.push(warning("hunt-out-of-order", `${this.late} matches came too late to be put in the order of time; correlations may have missed them.`, nowhere));
    if (forgotten > 0) diagnostics.push(info("hunt-forgotten", `${forgotten} groups of correlations were forgotten early, as too many were open at once.`, nowhere));
    const { silent } = this.set.references;
    return {
      diagnostics,
      found: [...this.found].filter(([rule]) => !silent.has(rule)).map(([rule, { count, groups }]) => ({ rule, count, groups: [...groups.values()] })),
    };
  }

  private send(count: number): void {
    this.waiting.sort((a, b) => a.time - b.time || a.event - b.event);
    for (const each of this.waiting.slice(0, count)) {
      if (each.time < this.sent) this.late++;
      else this.sent = each.time;
      for (const match of this.correlator.push(each)) this.note(match.rule, match.by, match.time);
    }
    this.waiting = this.waiting.slice(count);
  }

  private note(rule: CorrelationRule, by: ReadonlyMap<string, SigmaValue>, micros: number): void {
    let found = this.found.get(rule);
    if (found === undefined) this.found.set(rule, (found = { count: 0, groups: new Map<string, Group>() }));
    found.count++;
    const key = JSON.stringify([...by.values()], (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
    const time = BigInt(Math.round(micros * 10)) + UNIX_EPOCH;
    const group = found.groups.get(key);
    if (group !== undefined) {
      group.count++;
      group.last = time;
    } else if (found.groups.size < this.keep) found.groups.set(key, { by, count: 1, first: time, last: time });
  }

  private valuesOf(rule: DetectionRule, event: EventValue, shape: EventShape): ReadonlyMap<string, readonly SigmaValue[]> {
    let byRule = this.views.get(shape);
    if (byRule === undefined) this.views.set(shape, (byRule = new Map<DetectionRule, readonly LogView[]>()));
    let views = byRule.get(rule);
    if (views === undefined) {
      const source = this.set.options.logsource === false ? { product: "\u0000" } : rule.logsource;
      byRule.set(rule, (views = viewsOf(source, shape, this.set.options)));
    }
    const view = views.find((each) => mayMatch(each, event)) ?? views[0];
    const out = new Map<string, readonly SigmaValue[]>();
    for (const name of this.fields.get(rule) ?? []) {
      const value = view === undefined ? undefined : readField(event, view.field(name));
      if (value !== undefined) out.set(name, (Array.isArray(value) ? (value as readonly EventValue[]) : [value]));
    }
    return out;
  }
}
