/** Dates: moments with a zone. Comparing needs only numbers; luxon is asked for calendar parts, formats and zones. */
import { DateTime, FixedOffsetZone, IANAZone, SystemZone } from "luxon";
import type { DateTimeUnit, Duration, Zone } from "luxon";

/** A zone. The local one is told apart from one that was written out, even if both are UTC: such dates are never equal. */
export interface DqlZone {
  readonly local: boolean;
  readonly zone: Zone;
}

/** A moment: milliseconds since 1970 UTC, seen in a zone. */
export interface DqlDate {
  readonly kind: "date";
  readonly ms: number;
  readonly zone: DqlZone;
}

/** What a query needs to know about time: all of it from outside. */
export interface Clock {
  /** Milliseconds since 1970 that `date(now)` means. */
  readonly now: number;
  /** The zone of dates that name none. */
  readonly zone: DqlZone;
  /** BCP 47 tag for names of months and days. */
  readonly locale: string;
}

/** The local zone by its IANA name or `UTC+2`; "" and unknown names mean the machine's own. */
export function localZone(name = ""): DqlZone {
  // A place's zone, not an offset, even for UTC: only then do long formats write it as a machine in that zone does.
  const zone = name === "" ? undefined : IANAZone.isValidZone(name) ? IANAZone.create(name) : namedZone(name);
  return { local: true, zone: zone?.isValid ? zone : SystemZone.instance };
}

function namedZone(name: string): Zone | undefined {
  if (/^utc$/i.test(name)) return FixedOffsetZone.utcInstance;
  const fixed = FixedOffsetZone.parseSpecifier(name) as Zone | null;
  if (fixed) return fixed;
  return IANAZone.isValidZone(name) ? IANAZone.create(name) : undefined;
}

/** A written-out zone (`+02:00` as `UTC+02:00`, `Europe/Oslo`), or undefined when there is none of that name. */
export function writtenZone(name: string): DqlZone | undefined {
  const zone = namedZone(name);
  return zone === undefined ? undefined : { local: false, zone };
}

/** A moment in a zone. */
export function dateOf(ms: number, zone: DqlZone): DqlDate {
  return { kind: "date", ms, zone };
}

/** Whether both are the same moment in the same zone. */
export function sameDate(a: DqlDate, b: DqlDate): boolean {
  return a.ms === b.ms && a.zone.local === b.zone.local && (a.zone.local || a.zone.zone.equals(b.zone.zone));
}

const calendar = new WeakMap<DqlDate, DateTime>();

/** The same moment as luxon's, made once per date. */
export function luxonDate(date: DqlDate, locale = "en-US"): DateTime {
  const known = calendar.get(date);
  if (known?.locale === locale) return known;
  const made = DateTime.fromMillis(date.ms, { zone: date.zone.zone, locale });
  calendar.set(date, made);
  return made;
}

/** A date of ours from luxon's, in the zone given; undefined when luxon's is not valid. */
export function fromLuxon(date: DateTime, zone: DqlZone): DqlDate | undefined {
  const ms = date.toMillis();
  return Number.isNaN(ms) ? undefined : dateOf(ms, zone);
}

/** Calendar parts as they stand in a date text, before a zone gives them a moment. */
export interface DateParts {
  /** Milliseconds of these parts if the zone were UTC; days and hours past their end have rolled over. */
  readonly wall: number;
  /** The zone that was written, if one was. */
  readonly zone?: DqlZone;
}

const DATE_TEXT =
  /(\d{4})-(\d{2})(?:-(\d{2})(?:T(\d{2})(?::(\d{2})(?::(\d{2})(\.\d{3})?(?:([+-]\d{1,2}(?::\d{2})?)|(Z)|\[([0-9A-Za-z+\-/]+)\])?)?)?)?)?/y;

/**
 * The date text that starts at `at` and where it ends: `2021-04`, `2021-04-18`, `2021-04-18T04:19`, with seconds and
 * then milliseconds, `Z`, `+02:00` or `[Europe/Oslo]` (Dataview docs, "Types of metadata": Date). A month that does
 * not exist is no date; a day, hour or minute past its end rolls over.
 */
export function datePartsAt(text: string, at: number): { readonly value: DateParts; readonly to: number } | undefined {
  DATE_TEXT.lastIndex = at;
  const m = DATE_TEXT.exec(text);
  if (m === null) return undefined;
  const number = (i: number, missing: number) => (m[i] === undefined ? missing : Number(m[i]));
  const month = number(2, 0);
  if (month < 1 || month > 12) return undefined;
  const day = new Date(0);
  day.setUTCFullYear(number(1, 0), month - 1, number(3, 1));
  const wall = day.getTime() + ((number(4, 0) * 60 + number(5, 0)) * 60 + number(6, 0)) * 1000
    + Math.round(number(7, 0) * 1000);
  const named = m[8] !== undefined ? `UTC${m[8]}` : m[9] !== undefined ? "UTC" : m[10];
  if (named === undefined) return { value: { wall }, to: DATE_TEXT.lastIndex };
  const zone = writtenZone(named);
  return zone === undefined ? undefined : { value: { wall, zone }, to: DATE_TEXT.lastIndex };
}

/** A whole text as date parts, or undefined. */
export function parseDateParts(text: string): DateParts | undefined {
  const found = datePartsAt(text, 0);
  return found?.to === text.length ? found.value : undefined;
}

/** The moment of calendar parts in the zone written with them, else in the local one. */
export function momentOf(parts: DateParts, local: DqlZone): DqlDate {
  return wallDate(parts.wall, parts.zone ?? local);
}

function wallDate(wall: number, zone: DqlZone): DqlDate {
  if (zone.zone.isUniversal || zone.zone.name === "UTC") return dateOf(wall - zone.zone.offset(wall) * 60_000, zone);
  const asUtc = DateTime.fromMillis(wall, { zone: FixedOffsetZone.utcInstance });
  return dateOf(asUtc.setZone(zone.zone, { keepLocalTime: true }).toMillis(), zone);
}

/** Words that `date()` knows; the long names mean the same as the short ones. */
export const DATE_WORDS: readonly string[] = [
  "start-of-month", "start-of-week", "start-of-year", "end-of-month", "end-of-week", "end-of-year",
  "yesterday", "tomorrow", "today", "now", "sow", "eow", "som", "eom", "soy", "eoy",
];

/** The date a word of {@link DATE_WORDS} means at the clock's now. */
export function wordDate(word: string, clock: Clock): DqlDate {
  const now = luxonDate(dateOf(clock.now, clock.zone), clock.locale);
  const local = (date: DateTime) => dateOf(date.toMillis(), clock.zone);
  const edge = /^(?:start-of-|end-of-|[se]o)(w|m|y)/.exec(word);
  const unit: DateTimeUnit = edge?.[1] === "w" ? "week" : edge?.[1] === "m" ? "month" : "year";
  if (edge !== null) return local(word.startsWith("s") ? now.startOf(unit) : now.endOf(unit));
  const today = now.startOf("day");
  switch (word) {
    case "today": return local(today);
    case "yesterday": return local(today.minus({ days: 1 }));
    case "tomorrow": return local(today.plus({ days: 1 }));
    default: return local(now);
  }
}

/** The word of {@link DATE_WORDS} that starts at `at`, longest first. */
export function dateWordAt(text: string, at: number): string | undefined {
  return DATE_WORDS.find((word) => text.startsWith(word, at));
}

/** A whole text as a date, words included; null when it is none. */
export function parseDate(text: string, clock: Clock): DqlDate | null {
  const parts = parseDateParts(text);
  if (parts !== undefined) return momentOf(parts, clock.zone);
  return DATE_WORDS.includes(text) ? wordDate(text, clock) : null;
}

/** The first `YYYY-MM-DD`, else the first eight digits as `YYYYMMDD`, in a name; undefined when there is no such date. */
export function dateInName(name: string, local: DqlZone): DqlDate | undefined {
  const m = /(\d{4})-(\d{2})-(\d{2})/.exec(name) ?? /(\d{4})(\d{2})(\d{2})/.exec(name);
  if (m === null) return undefined;
  return calendarDay(Number(m[1]), Number(m[2]), Number(m[3]), local);
}

function calendarDay(year: number, month: number, day: number, local: DqlZone): DqlDate | undefined {
  const date = DateTime.fromObject({ year, month, day }, { zone: local.zone });
  return date.isValid ? dateOf(date.toMillis(), local) : undefined;
}

/** The midnight that begins the date's own calendar day, in the local zone. */
export function withoutTime(date: DqlDate, local: DqlZone): DqlDate {
  const { year, month, day } = luxonDate(date);
  return calendarDay(year, month, day, local) ?? date;
}

/** One property of a date; null for other names. */
export function datePart(date: DqlDate, name: string): number | null {
  const d = luxonDate(date);
  switch (name) {
    case "year": case "month": case "day": case "weekday":
    case "hour": case "minute": case "second": case "millisecond": return d[name];
    // Dataview's `weekyear` is the week's number in the year, its `week` counts weeks of the month.
    case "weekyear": return d.weekNumber;
    case "week": return Math.floor(d.day / 7) + 1;
    default: return null;
  }
}

/** Whether a date has no time of day, so that only its day is shown. */
export function isMidnight(date: DqlDate): boolean {
  const d = luxonDate(date);
  return d.hour === 0 && d.minute === 0 && d.second === 0;
}

/** A date by luxon's format letters. */
export function formatDate(date: DqlDate, format: string, locale: string): string {
  return luxonDate(date, locale).toFormat(format);
}

/** A date moved by a duration, `sign` -1 for back. Months and days move the calendar, hours the clock. */
export function moveDate(date: DqlDate, by: Duration, sign: 1 | -1): DqlDate {
  const d = luxonDate(date);
  return dateOf((sign === 1 ? d.plus(by) : d.minus(by)).toMillis(), date.zone);
}

/** From `from` to `to` in calendar units. */
export function dateDifference(to: DqlDate, from: DqlDate): Duration {
  return luxonDate(to).diff(luxonDate(from), ["years", "months", "days", "hours", "minutes", "seconds", "milliseconds"]);
}
