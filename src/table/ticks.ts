/**
 * Points and spans of time in ticks of 100 ns; a datetime counts from 0001-01-01T00:00:00 UTC.
 * Parsing and printing as Kusto does it. Sources: Kusto docs, "The datetime data type" (literals, formats),
 * "The timespan data type", "todatetime()", "totimespan()".
 */

export const TICKS_PER_MICROSECOND = 10n;
export const TICKS_PER_MILLISECOND = 10_000n;
export const TICKS_PER_SECOND = 10_000_000n;
export const TICKS_PER_MINUTE = 600_000_000n;
export const TICKS_PER_HOUR = 36_000_000_000n;
export const TICKS_PER_DAY = 864_000_000_000n;

/** 1970-01-01T00:00:00Z. */
export const UNIX_EPOCH = 621_355_968_000_000_000n;
/** 9999-12-31T23:59:59.9999999Z, the last datetime there is; the first is 0. */
export const MAX_DATETIME = 3_155_378_975_999_999_999n;

/** Days of 0001-01-01 to 1970-01-01. */
const EPOCH_DAYS = 719_162;

/** A datetime taken apart, in UTC. `ticks` are those of the day, from 0 to a day's less one. */
export interface DateParts {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
  readonly ticks: bigint;
}

/** Rounds down, also below zero. */
export function floorDivide(a: bigint, b: bigint): bigint {
  const q = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? q - 1n : q;
}

/** Whole days since 0001-01-01. */
export function dayNumber(ticks: bigint): number {
  return Number(floorDivide(ticks, TICKS_PER_DAY));
}

/** Days since 0001-01-01 of a date of the Gregorian calendar; month and day may lie outside and carry over. */
export function daysFromDate(year: number, month: number, day: number): number {
  const carried = month - 1;
  let y = year + Math.floor(carried / 12);
  const m = (((carried % 12) + 12) % 12) + 1;
  // Years from March on, so that the leap day is the last of its year (H. Hinnant, chrono-compatible date algorithms).
  if (m <= 2) y--;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (m + (m > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468 + EPOCH_DAYS;
}

/** The date of a day counted from 0001-01-01: year, month, day. */
export function dateFromDays(days: number): { year: number; month: number; day: number } {
  const z = days - EPOCH_DAYS + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const mp = Math.floor((5 * dayOfYear + 2) / 153);
  const month = mp < 10 ? mp + 3 : mp - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * mp + 2) / 5) + 1,
  };
}

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Takes a datetime apart. */
export function dateParts(ticks: bigint): DateParts {
  const days = floorDivide(ticks, TICKS_PER_DAY);
  return { ...dateFromDays(Number(days)), ticks: ticks - days * TICKS_PER_DAY };
}

/** 0 (Sunday) to 6 (Saturday). */
export function dayOfWeek(ticks: bigint): number {
  return (((dayNumber(ticks) + 1) % 7) + 7) % 7;
}

/** 1 to 366. */
export function dayOfYear(ticks: bigint): number {
  const days = dayNumber(ticks);
  return days - daysFromDate(dateFromDays(days).year, 1, 1) + 1;
}

/** The week of ISO 8601, 1 to 53: weeks start on Monday, the first holds the year's first Thursday. */
export function isoWeek(ticks: bigint): number {
  const days = dayNumber(ticks);
  const thursday = days - ((days % 7) + 7) % 7 + 3;
  return Math.floor((thursday - daysFromDate(dateFromDays(thursday).year, 1, 1)) / 7) + 1;
}

/** Ticks of a date and time of day; null when a part is out of its range or the year is not 1 to 9999. */
export function datetimeOf(
  year: number, month: number, day: number, hour = 0, minute = 0, second = 0, ticks = 0n,
): bigint | null {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return null;
  const days = BigInt(daysFromDate(year, month, day));
  return days * TICKS_PER_DAY + BigInt(hour * 3600 + minute * 60 + second) * TICKS_PER_SECOND + ticks;
}

/** A datetime moved by months; the day is cut to the last of the month. Null outside of the years 1 to 9999. */
export function addMonths(ticks: bigint, months: number): bigint | null {
  const at = dateParts(ticks);
  const total = at.year * 12 + at.month - 1 + months;
  const year = Math.floor(total / 12);
  const month = total - year * 12 + 1;
  if (!(year >= 1 && year <= 9999)) return null;
  const start = datetimeOf(year, month, Math.min(at.day, daysInMonth(year, month)));
  return start === null ? null : start + at.ticks;
}

/** The datetime itself, or null where it lies outside of the years 1 to 9999. */
export function inDatetimeRange(ticks: bigint): bigint | null {
  return ticks >= 0n && ticks <= MAX_DATETIME ? ticks : null;
}

/** Rounds down to a multiple of `step`, counted from 0; null when `step` is not above 0. */
export function binTicks(ticks: bigint, step: bigint): bigint | null {
  return step <= 0n ? null : floorDivide(ticks, step) * step;
}

/** Milliseconds since 1970 as a datetime; fractions of a millisecond are kept to 100 ns. */
export function ticksFromUnixMs(ms: number): bigint {
  return UNIX_EPOCH + BigInt(Math.round(ms * 10_000));
}

/** A datetime as milliseconds since 1970, rounded down. */
export function unixMsFromTicks(ticks: bigint): number {
  return Number(floorDivide(ticks - UNIX_EPOCH, TICKS_PER_MILLISECOND));
}

// ---- printing ------------------------------------------------------------------------------------------------------

const two = (n: number) => (n < 10 ? "0" + n : String(n));

/** `2021-01-01T00:00:00.0000000Z`: always seven digits behind the second. */
export function printDatetime(ticks: bigint): string {
  const p = dateParts(ticks);
  const seconds = Number(p.ticks / TICKS_PER_SECOND);
  const rest = String(p.ticks % TICKS_PER_SECOND).padStart(7, "0");
  const time = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return `${String(p.year).padStart(4, "0")}-${two(p.month)}-${two(p.day)}T${time}.${rest}Z`;
}

/** `[-][d.]hh:mm:ss[.fffffff]`: days and fraction only where they are not zero. */
export function printTimespan(ticks: bigint): string {
  const size = ticks < 0n ? -ticks : ticks;
  const days = size / TICKS_PER_DAY;
  const seconds = Number((size % TICKS_PER_DAY) / TICKS_PER_SECOND);
  const rest = size % TICKS_PER_SECOND;
  const time = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return (ticks < 0n ? "-" : "") + (days > 0n ? `${days}.` : "") + time
    + (rest > 0n ? "." + String(rest).padStart(7, "0") : "");
}

// ---- reading datetimes ---------------------------------------------------------------------------------------------

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const MONTH_NAMES = [
  "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
  "december",
];

const YEAR_FIRST = /(\d{4})(?:([-/.])(\d{1,2})(?:\2(\d{1,2}))?)?(?!\d)/y;
const COMPACT = /(\d{4})(\d{2})(\d{2})(?!\d)/y;
const MONTH_FIRST = /(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?!\d)/y;
const WEEKDAY = /(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?,?\s+/iy;
const DAY_NAME = /(\d{1,2})[-\s]+([a-z]{3,9})\.?[-\s,]+(\d{4}|\d{2})(?!\d)/iy;
const NAME_DAY = /([a-z]{3,9})\.?\s+(\d{1,2})(?:,\s*|\s+)(\d{4})(?!\d)/iy;
const NAME_DAY_TIME_YEAR = /([a-z]{3,9})\s+(\d{1,2})\s+(\d{1,2}:\d{2}:\d{2}(?:\.\d{1,9})?)\s+(\d{4})$/iy;
const TIME = /(?:T|\s*,?\s+)(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,20}))?)?(?:\s*([ap])\.?m\.?)?/iy;
const COMPACT_TIME = /T(\d{2})(\d{2})(\d{2})?(?:\.(\d{1,20}))?/iy;
const ZONE = /\s*(?:(Z|UTC|GMT)|([+-])(\d{1,2})(?::?(\d{2}))?)\s*$/iy;

/**
 * A datetime from any of the forms that Kusto's `todatetime()` takes: ISO 8601, RFC 822, RFC 850, sortable, and
 * month-first dates with slashes or dashes (`12/31/2021 11:59:59 PM`). Without a zone it is UTC. Null when the text is
 * none.
 */
export function parseDatetime(written: string): bigint | null {
  const text = written.trim();
  if (text.length < 4 || text.length > 64) return null;
  const date = readDate(text);
  if (date === null) return null;
  let at = date.end;
  let hour = date.time?.hour ?? 0;
  let minute = date.time?.minute ?? 0;
  let second = date.time?.second ?? 0;
  let fraction = date.time?.fraction ?? 0n;
  if (at < text.length && date.time === undefined) {
    const m = match(TIME, text, at) ?? match(COMPACT_TIME, text, at);
    if (m) {
      if (!date.full) return null;
      hour = Number(m[1]);
      minute = Number(m[2]);
      second = Number(m[3] ?? 0);
      fraction = fractionTicks(m[4]);
      const half = m[5]?.toLowerCase();
      if (half !== undefined) {
        if (hour < 1 || hour > 12) return null;
        hour = (hour % 12) + (half === "p" ? 12 : 0);
      }
      at += m[0].length;
    }
  }
  let offset = 0;
  if (at < text.length) {
    const m = match(ZONE, text, at);
    if (!m) return null;
    if (m[2] !== undefined) {
      const minutes = Number(m[3]) * 60 + Number(m[4] ?? 0);
      if (minutes > 14 * 60) return null;
      offset = m[2] === "-" ? -minutes : minutes;
    }
  }
  // 24:00:00 is the end of the day in ISO 8601.
  const endOfDay = hour === 24 && minute === 0 && second === 0 && fraction === 0n;
  const ticks = datetimeOf(date.year, date.month, date.day, endOfDay ? 0 : hour, minute, second, fraction);
  if (ticks === null) return null;
  return inDatetimeRange(ticks + (endOfDay ? TICKS_PER_DAY : 0n) - BigInt(offset) * TICKS_PER_MINUTE);
}

interface ReadDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly end: number;
  /** Whether a day was written, so that a time may follow. */
  readonly full: boolean;
  readonly time?: { hour: number; minute: number; second: number; fraction: bigint };
}

function readDate(text: string): ReadDate | null {
  let m = match(COMPACT, text, 0);
  if (m) return { year: Number(m[1]), month: Number(m[2]), day: Number(m[3]), end: m[0].length, full: true };
  m = match(YEAR_FIRST, text, 0);
  if (m) {
    const full = m[4] !== undefined;
    return { year: Number(m[1]), month: Number(m[3] ?? 1), day: Number(m[4] ?? 1), end: m[0].length, full };
  }
  m = match(MONTH_FIRST, text, 0);
  if (m) return { month: Number(m[1]), day: Number(m[3]), year: fullYear(m[4]), end: m[0].length, full: true };
  const from = match(WEEKDAY, text, 0)?.[0].length ?? 0;
  m = match(DAY_NAME, text, from);
  if (m) {
    const month = monthOf(m[2]);
    return month === 0 ? null
      : { day: Number(m[1]), month, year: fullYear(m[3]), end: from + m[0].length, full: true };
  }
  m = match(NAME_DAY, text, from);
  if (m) {
    const month = monthOf(m[1]);
    return month === 0 ? null : { month, day: Number(m[2]), year: Number(m[3]), end: from + m[0].length, full: true };
  }
  m = match(NAME_DAY_TIME_YEAR, text, from);
  if (m) {
    const month = monthOf(m[1]);
    const [hour = "0", minute = "0", second = "0"] = (m[3] ?? "").split(":");
    const [whole = "0", fraction] = second.split(".");
    return month === 0 ? null : {
      month, day: Number(m[2]), year: Number(m[4]), end: text.length, full: true,
      time: { hour: Number(hour), minute: Number(minute), second: Number(whole), fraction: fractionTicks(fraction) },
    };
  }
  return null;
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** 1 to 12, or 0 when the word is no month. */
function monthOf(word: string | undefined): number {
  const name = (word ?? "").toLowerCase();
  return (name.length === 3 ? MONTHS.indexOf(name) : name === "sept" ? 8 : MONTH_NAMES.indexOf(name)) + 1;
}

/** Two digits mean 1950 to 2049. */
function fullYear(digits: string | undefined): number {
  const n = Number(digits);
  return (digits ?? "").length > 2 ? n : n < 50 ? 2000 + n : 1900 + n;
}

/** Ticks of the digits behind a second's point; what is below 100 ns is cut. */
function fractionTicks(digits: string | undefined): bigint {
  return digits === undefined ? 0n : BigInt(digits.slice(0, 7).padEnd(7, "0"));
}

// ---- reading timespans ---------------------------------------------------------------------------------------------

/** Units of a timespan by every spelling, in ticks. */
const UNITS: ReadonlyMap<string, bigint> = new Map(([
  [["d", "day", "days"], TICKS_PER_DAY],
  [["h", "hr", "hrs", "hour", "hours"], TICKS_PER_HOUR],
  [["m", "min", "mins", "minute", "minutes"], TICKS_PER_MINUTE],
  [["s", "sec", "secs", "second", "seconds"], TICKS_PER_SECOND],
  [["ms", "milli", "millis", "millisec", "millisecond", "milliseconds"], TICKS_PER_MILLISECOND],
  [["us", "micro", "micros", "microsec", "microsecond", "microseconds"], TICKS_PER_MICROSECOND],
  [["tick", "ticks"], 1n],
] as const).flatMap(([names, ticks]) => names.map((name): [string, bigint] => [name, ticks])));

/** Ticks of a unit as timespans spell it (`d`, `hours`, `ms`, `tick`), or undefined. */
export function timeUnit(name: string): bigint | undefined {
  return UNITS.get(name.toLowerCase());
}

const CLOCK = /^([+-]?)(?:(\d{1,8})[.:])??(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,20}))?)?$/;
const AMOUNT = /^([+-]?)(\d{1,20})(?:\.(\d{1,20}))?\s*([a-z]*)$/i;
const INT64 = 1n << 63n;

/**
 * A timespan from `[-][d.]hh:mm[:ss[.fffffff]]`, a number with a unit (`1.5h`, `10 minutes`) or a bare number of days;
 * null when the text is none.
 */
export function parseTimespan(written: string): bigint | null {
  const text = written.trim();
  if (text.length > 64) return null;
  let m = CLOCK.exec(text);
  if (m) {
    const hours = Number(m[3]);
    const minutes = Number(m[4]);
    const seconds = Number(m[5] ?? 0);
    if (hours > 23 || minutes > 59 || seconds > 59) return null;
    const ticks = BigInt(m[2] ?? 0) * TICKS_PER_DAY
      + BigInt(hours * 3600 + minutes * 60 + seconds) * TICKS_PER_SECOND + fractionTicks(m[6]);
    return m[1] === "-" ? -ticks : ticks;
  }
  m = AMOUNT.exec(text);
  if (!m) return null;
  const nanos = /^nano(s|seconds?)?$/i.test(m[4] ?? "");
  const unit = nanos ? 1n : m[4] === "" ? TICKS_PER_DAY : timeUnit(m[4] ?? "");
  if (unit === undefined) return null;
  const fraction = m[3] ?? "";
  const size = (BigInt((m[2] ?? "") + fraction) * unit) / 10n ** BigInt(fraction.length) / (nanos ? 100n : 1n);
  if (size >= INT64) return null;
  return m[1] === "-" ? -size : size;
}
