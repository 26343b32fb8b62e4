/** Durations: amounts per unit, kept as they were written until arithmetic evens them out. Luxon does the arithmetic. */
import { Duration } from "luxon";
import type { DurationLikeObject, DurationUnit } from "luxon";

/** A duration. `value` holds only the units that were given; "36 hours" stays 36 hours. */
export interface DqlDuration {
  readonly kind: "duration";
  readonly value: Duration;
}

/** Unit words of duration literals (Dataview docs, "Types of metadata": Duration) and what one of each is. */
export const DURATION_WORDS: ReadonlyMap<string, DurationUnit> = new Map(([
  ["years", "year years yr yrs"], ["months", "month months mo mos"], ["weeks", "week weeks wk wks w"],
  ["days", "day days d"], ["hours", "hour hours hr hrs h"], ["minutes", "minute minutes min mins m"],
  ["seconds", "second seconds sec secs s"],
] as const).flatMap(([unit, words]) => words.split(" ").map((word) => [word, unit] as const)));

const LONGEST_FIRST = [...DURATION_WORDS.keys()].sort((a, b) => b.length - a.length).join("|");
const PIECE = new RegExp(`(-?[0-9]+(?:\\.[0-9]+)?)\\s*(${LONGEST_FIRST})`, "y");
const BETWEEN = /\s*,\s*|\s*/y;

/** A duration of luxon's units. */
export function duration(units: DurationLikeObject): DqlDuration {
  return { kind: "duration", value: Duration.fromObject(units) };
}

/** The duration that starts at `at` (`1 day, 3 hours`, `4h15m`) and where it ends, or undefined when none does. */
export function durationAt(text: string, at: number): { readonly value: DqlDuration; readonly to: number } | undefined {
  let sum: Duration | undefined;
  let to = at;
  for (let next = at; ;) {
    PIECE.lastIndex = next;
    const piece = PIECE.exec(text);
    const unit = DURATION_WORDS.get(piece?.[2] ?? "");
    if (piece === null || unit === undefined) break;
    const one = Duration.fromObject({ [unit]: Number(piece[1]) });
    sum = sum === undefined ? one : sum.plus(one);
    to = PIECE.lastIndex;
    BETWEEN.lastIndex = to;
    next = to + (BETWEEN.exec(text)?.[0].length ?? 0);
  }
  return sum === undefined ? undefined : { value: { kind: "duration", value: sum }, to };
}

/** A whole text as a duration, or undefined. */
export function parseDuration(text: string): DqlDuration | undefined {
  const found = durationAt(text, 0);
  return found?.to === text.length ? found.value : undefined;
}

/** The same length spread over all units, none above its natural size (90 minutes become 1 hour, 30 minutes). */
export function evenOut(value: Duration): DqlDuration {
  return { kind: "duration", value: value.shiftToAll().normalize() };
}

/** Milliseconds, a month taken as 30 days and a year as 365. */
export function durationMs(d: DqlDuration): number {
  return d.value.toMillis();
}

/** Whether two durations have the same amount in every unit: 60 minutes are not the same as 1 hour. */
export function sameDuration(a: DqlDuration, b: DqlDuration): boolean {
  return a.value.equals(b.value);
}

/** The units that are not zero, largest first. */
export function durationUnits(d: DqlDuration): [string, number][] {
  return Object.entries(d.value.toObject()).filter(([, amount]) => amount !== 0) as [string, number][];
}

/** As people say it, evened out and without zero units: `1 day, 12 hours`; "" for no time at all. */
export function durationText(d: DqlDuration): string {
  const units = durationUnits(evenOut(d.value));
  return Duration.fromObject(Object.fromEntries(units)).toHuman();
}

/** One property of a duration, as a whole in that unit (`dur(90 minutes).hours` is 1.5); null for other names. */
export function durationPart(d: DqlDuration, name: string): number | null {
  switch (name) {
    case "year": case "years": return d.value.shiftTo("years").years;
    case "month": case "months": return d.value.shiftTo("months").months;
    // The singular is missing in Dataview too.
    case "weeks": return d.value.shiftTo("weeks").weeks;
    case "day": case "days": return d.value.shiftTo("days").days;
    case "hour": case "hours": return d.value.shiftTo("hours").hours;
    case "minute": case "minutes": return d.value.shiftTo("minutes").minutes;
    case "second": case "seconds": return d.value.shiftTo("seconds").seconds;
    case "millisecond": case "milliseconds": return d.value.shiftTo("milliseconds").milliseconds;
    default: return null;
  }
}
