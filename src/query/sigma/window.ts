/**
 * What a correlation keeps of one group's events: the least that tells its measure over the time span that ends now.
 * Events exactly a time span apart are together.
 */
import { conditionHolds } from "./event";
import type { CorrelationRule } from "./syntax";

/** An event for a group: its time, which of the correlation's rules it matches, the value that is looked at. */
export interface Occurrence {
  readonly time: number;
  /** Positions in `rules`, ascending. */
  readonly rules: readonly number[];
  /** The counted value's text; undefined when the field is not there. */
  readonly text?: string | undefined;
  readonly number?: number | undefined;
}

/** One group's memory. */
export interface Window {
  /** Takes an event; says whether the correlation holds now. */
  push(occurrence: Occurrence): boolean;
  /** How many things are kept. */
  readonly size: number;
}

/** An empty window for a correlation. */
export function windowFor(rule: CorrelationRule): Window {
  const names = rule.rules.map((r) => r.value);
  switch (rule.type) {
    case "event_count":
      return new Counted(rule);
    case "value_count":
      return new Distinct(rule);
    case "temporal":
      return new Seen(rule, names);
    case "temporal_ordered":
      return rule.expression ? new Seen(rule, names) : new Chain(rule);
    default:
      return new Numbers(rule);
  }
}

/** Whether a measure is within the correlation's bounds. */
export function bounded(rule: CorrelationRule, measure: number): boolean {
  return rule.bounds.every(({ op, count }) => {
    switch (op) {
      case "lt":
        return measure < count;
      case "lte":
        return measure <= count;
      case "gt":
        return measure > count;
      case "gte":
        return measure >= count;
      case "eq":
        return measure === count;
      case "neq":
        return measure !== count;
    }
  });
}

/** Times in order with what belongs to each; old ones fall out at the front. */
class Queue<T> {
  private items: { time: number; value: T }[] = [];
  private head = 0;

  get size(): number {
    return this.items.length - this.head;
  }

  /** Puts an event at its place: late ones go in front of those that are newer. */
  add(time: number, value: T): void {
    let at = this.items.length;
    while (at > this.head && (this.items[at - 1] as { time: number }).time > time) at--;
    if (at === this.items.length) this.items.push({ time, value });
    else this.items.splice(at, 0, { time, value });
  }

  get newest(): number {
    return this.items[this.items.length - 1]?.time ?? -Infinity;
  }

  /** Lets go of what is older than `since`, and of the oldest beyond `most`. */
  drop(since: number, most: number, dropped: (value: T) => void): void {
    while (this.size > 0 && ((this.items[this.head] as { time: number }).time < since || this.size > most)) {
      dropped((this.items[this.head] as { value: T }).value);
      this.head++;
    }
    if (this.head > 64 && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
  }
}

class Counted implements Window {
  private readonly times = new Queue<null>();
  /** Where only "at least" is asked, no more than that many events are needed to know. */
  private readonly most: number;

  constructor(private readonly rule: CorrelationRule) {
    const { bounds } = rule;
    this.most = bounds.every((b) => b.op === "gte" || b.op === "gt")
      ? Math.max(1, ...bounds.map((b) => Math.floor(b.count) + 1)) : Infinity;
  }

  get size(): number {
    return this.times.size;
  }

  push({ time }: Occurrence): boolean {
    this.times.add(time, null);
    this.times.drop(this.times.newest - this.rule.timespan, this.most, () => undefined);
    return bounded(this.rule, this.times.size);
  }
}

class Distinct implements Window {
  private readonly texts = new Queue<string>();
  private readonly counts = new Map<string, number>();

  constructor(private readonly rule: CorrelationRule) {}

  get size(): number {
    return this.texts.size + this.counts.size;
  }

  push({ time, text }: Occurrence): boolean {
    if (text === undefined) return false;
    this.texts.add(time, text);
    this.counts.set(text, (this.counts.get(text) ?? 0) + 1);
    this.texts.drop(this.texts.newest - this.rule.timespan, Infinity, (old) => {
      const left = (this.counts.get(old) ?? 1) - 1;
      if (left === 0) this.counts.delete(old);
      else this.counts.set(old, left);
    });
    return bounded(this.rule, this.counts.size);
  }
}

/** Sum, average, median and percentile of numbers. */
class Numbers implements Window {
  private readonly numbers = new Queue<number>();
  private readonly sorted: number[] = [];
  private sum = 0;
  /** What rounding has cost the sum (Neumaier). */
  private lost = 0;

  constructor(private readonly rule: CorrelationRule) {}

  get size(): number {
    return this.numbers.size + this.sorted.length;
  }

  push({ time, number }: Occurrence): boolean {
    if (number === undefined) return false;
    const ranked = this.rule.type === "value_median" || this.rule.type === "value_percentile";
    this.numbers.add(time, number);
    if (ranked) this.sorted.splice(placeOf(this.sorted, number), 0, number);
    else this.plus(number);
    this.numbers.drop(this.numbers.newest - this.rule.timespan, Infinity, (old) => {
      if (ranked) this.sorted.splice(placeOf(this.sorted, old), 1);
      else this.plus(-old);
    });
    const count = this.numbers.size;
    if (count === 0) return false;
    const total = this.sum + this.lost;
    return bounded(this.rule, this.rule.type === "value_sum" ? total : this.rule.type === "value_avg" ? total / count
      : percentile(this.sorted, this.rule.type === "value_median" ? 50 : this.rule.percentile ?? 50));
  }

  private plus(number: number): void {
    const sum = this.sum + number;
    this.lost += Math.abs(this.sum) >= Math.abs(number) ? this.sum - sum + number : number - sum + this.sum;
    this.sum = sum;
  }
}

/** The first place where a number may stand. */
function placeOf(sorted: readonly number[], number: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < number) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A percentile of sorted numbers, linear between neighbours. */
export function percentile(sorted: readonly number[], percent: number): number {
  const at = (percent / 100) * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? NaN;
  const above = sorted[Math.ceil(at)] ?? below;
  return below + (above - below) * (at - Math.floor(at));
}

/** When each of the rules was last seen. */
class Seen implements Window {
  private readonly last: number[];
  private newest = -Infinity;

  constructor(private readonly rule: CorrelationRule, private readonly names: readonly string[]) {
    this.last = names.map(() => -Infinity);
  }

  get size(): number {
    return this.last.length;
  }

  push({ time, rules }: Occurrence): boolean {
    this.newest = Math.max(this.newest, time);
    for (const i of rules) this.last[i] = Math.max(this.last[i] ?? -Infinity, time);
    const since = this.newest - this.rule.timespan;
    const { expression } = this.rule;
    if (expression) return conditionHolds(expression, (name) => this.isSeen(name, since));
    const count = this.last.filter((t) => t >= since).length;
    return this.rule.bounds.length > 0 ? bounded(this.rule, count) : count === this.last.length;
  }

  /** Of an ordered correlation, a rule counts while none before it in the list has come later. */
  private isSeen(name: string, since: number): boolean {
    const at = this.names.indexOf(name);
    const time = this.last[at] ?? -Infinity;
    if (time < since) return false;
    return this.rule.type !== "temporal_ordered" || this.last.slice(0, at).every((before) => before <= time);
  }
}

/** Rules one after another: for each length and last rule the latest time at which such a chain began. */
class Chain implements Window {
  private readonly began: number[][];

  constructor(private readonly rule: CorrelationRule) {
    const empty = rule.rules.map(() => -Infinity);
    this.began = rule.rules.map(() => [...empty]);
  }

  get size(): number {
    return this.began.length ** 2;
  }

  push({ time, rules }: Occurrence): boolean {
    const { began } = this;
    const since = time - this.rule.timespan;
    // From the last rule on, so that one event does not stand for two of the chain.
    for (const i of [...rules].reverse()) {
      for (let length = i; length >= 0; length--) {
        let start = length === 0 ? time : -Infinity;
        for (let before = 0; length > 0 && before < i; before++) {
          start = Math.max(start, began[length - 1]?.[before] ?? -Infinity);
        }
        const row = began[length] as number[];
        if (start >= since) row[i] = Math.max(row[i] ?? -Infinity, start);
      }
    }
    let count = began.length;
    while (count > 0 && !(began[count - 1] as number[]).some((t) => t >= since)) count--;
    return this.rule.bounds.length > 0 ? bounded(this.rule, count) : count === began.length;
  }
}
