/** A hunt's report put in order for the eye: groups by technique, level or rule, and a timeline in bars. */
import { LEVELS, type FoundEvent, type FoundRule, type HuntReport } from "../hunt";

/** By what the rules that fired are put together. */
export type HuntGrouping = "technique" | "level" | "rule";

/** Rules that belong together. A rule with several techniques stands in several groups. */
export interface HuntGroup {
  readonly key: string;
  readonly rules: readonly FoundRule[];
  /** Events of all its rules; an event that two of them found counts twice. */
  readonly count: number;
  /** The heaviest level among its rules. */
  readonly level: string;
}

/** The groups, the heaviest first. */
export function groupsOf(found: readonly FoundRule[], by: HuntGrouping): readonly HuntGroup[] {
  const groups = new Map<string, FoundRule[]>();
  for (const each of found) {
    const { rule } = each;
    const keys = by === "level" ? [rule.level] : by === "rule" ? [rule.id ?? `${rule.path} ${rule.title}`]
      : rule.techniques.length === 0 ? ["No technique"] : rule.techniques;
    for (const key of keys) groups.set(key, [...groups.get(key) ?? [], each]);
  }
  return [...groups].map(([key, rules]) => ({
    key: by === "rule" ? rules[0]?.rule.title ?? key : key, rules, count: rules.reduce((n, r) => n + r.count, 0),
    level: rules.map((r) => r.rule.level).reduce((a, b) => (weightOf(b) > weightOf(a) ? b : a)),
  })).sort((a, b) => weightOf(b.level) - weightOf(a.level) || b.count - a.count || (a.key < b.key ? -1 : 1));
}

/** How heavy a level is; words that are no level weigh least. */
export function weightOf(level: string): number {
  return LEVELS.findIndex((name) => name === level);
}

/** A bar of the timeline: ticks from (with) and to (without), and how many listed events of each level. */
export interface TimeBar {
  readonly from: bigint;
  readonly to: bigint;
  readonly count: number;
  /** Heaviest first. */
  readonly levels: readonly { readonly level: string; readonly count: number }[];
}

/** Widths of bars that people think in, in ticks: a second to thirty days. */
const WIDTHS = [1n, 5n, 15n, 30n, 60n, 300n, 900n, 1800n, 3600n, 10_800n, 21_600n, 43_200n, 86_400n, 604_800n, 2_592_000n]
  .map((seconds) => seconds * 10_000_000n);

/** Bars over the listed events that have a time, at most `most` of them; empty ones between are kept. None without times. */
export function timeBars(found: readonly FoundRule[], most = 60): readonly TimeBar[] {
  const all = found.flatMap((f) => f.events.flatMap((e) => (e.time === undefined ? [] : [{ time: e.time, level: f.rule.level }])));
  const [first] = all;
  if (!first) return [];
  let [low, high] = [first.time, first.time];
  for (const { time } of all) {
    if (time < low) low = time;
    if (time > high) high = time;
  }
  const [least = 1n] = WIDTHS;
  const span = high - low;
  let width = WIDTHS.find((w) => span / w < BigInt(most - 1)) ?? span / BigInt(most - 1) + 1n;
  if (width < least) width = least;
  const start = low - (low % width);
  const bars = Array.from({ length: Number((high - start) / width) + 1 }, () => new Map<string, number>());
  for (const { time, level } of all) {
    const bar = bars[Number((time - start) / width)];
    bar?.set(level, (bar.get(level) ?? 0) + 1);
  }
  return bars.map((levels, i) => ({
    from: start + width * BigInt(i), to: start + width * BigInt(i + 1), count: [...levels.values()].reduce((a, b) => a + b, 0),
    levels: [...levels].map(([level, count]) => ({ level, count })).sort((a, b) => weightOf(b.level) - weightOf(a.level)),
  }));
}

/** The report with the events of one bar alone; counts are then of listed events. */
export function within(report: HuntReport, bar: TimeBar | undefined): readonly FoundRule[] {
  if (!bar) return report.found;
  const inBar = (e: FoundEvent) => e.time !== undefined && e.time >= bar.from && e.time < bar.to;
  return report.found.flatMap((f) => {
    const events = f.events.filter(inBar);
    return events.length === 0 ? [] : [{ ...f, events, count: events.length }];
  });
}
