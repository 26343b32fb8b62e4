/**
 * Points and spans of time: now, the calendar's parts and edges, moving and measuring by periods, epochs, time zones.
 * Source: Kusto docs, "Scalar functions" (Datetime/timespan functions), one page each.
 */
import {
  addMonths,
  dateParts,
  datetimeOf,
  dayOfWeek,
  dayOfYear,
  daysFromDate,
  floorDivide,
  isoWeek,
  ticksFromUnixMs,
  TICKS_PER_DAY,
  TICKS_PER_HOUR,
  TICKS_PER_MICROSECOND,
  TICKS_PER_MILLISECOND,
  TICKS_PER_MINUTE,
  TICKS_PER_SECOND,
  UNIX_EPOCH,
} from "../../table";
import type { ScalarFunction } from "./define";
import type { Signature } from "./scalar";
import { define, each, eachIn } from "./scalar";
import { formatDatetime, formatTimespan } from "./timeformat";
import { localToUtc, utcToLocal } from "./zone";

const TICKS_PER_WEEK = 7n * TICKS_PER_DAY;

/** Lengths of the periods that have one. */
const LENGTHS: ReadonlyMap<string, bigint> = new Map([
  ["week", TICKS_PER_WEEK],
  ["day", TICKS_PER_DAY],
  ["hour", TICKS_PER_HOUR],
  ["minute", TICKS_PER_MINUTE],
  ["second", TICKS_PER_SECOND],
  ["millisecond", TICKS_PER_MILLISECOND],
  ["microsecond", TICKS_PER_MICROSECOND],
]);

/** Months of the periods that are counted in them. */
const MONTHS: ReadonlyMap<string, number> = new Map([
  ["year", 12],
  ["quarter", 3],
  ["month", 1],
]);

function startOfDay(t: bigint): bigint {
  return floorDivide(t, TICKS_PER_DAY) * TICKS_PER_DAY;
}

/** Midnight of the Sunday that a week starts with. */
function startOfWeek(t: bigint): bigint {
  return startOfDay(t) - BigInt(dayOfWeek(t)) * TICKS_PER_DAY;
}

/** The first of a month so many months on. */
function startOfMonth(t: bigint, offset: number): bigint {
  const at = dateParts(t);
  return BigInt(daysFromDate(at.year, at.month + offset, 1)) * TICKS_PER_DAY;
}

function startOfYear(t: bigint, offset: number): bigint {
  return BigInt(daysFromDate(dateParts(t).year + offset, 1, 1)) * TICKS_PER_DAY;
}

/** An offset in periods, kept within what the calendar can hold anyway. */
function offsetOf(offset: bigint | undefined): number {
  return offset === undefined ? 0 : Math.max(-4_000_000, Math.min(4_000_000, Number(offset)));
}

/** The start of a period and the next one's, `offset` periods on. */
const EDGES: Readonly<Record<string, (t: bigint, offset: number) => bigint>> = {
  day: (t, n) => startOfDay(t) + BigInt(n) * TICKS_PER_DAY,
  week: (t, n) => startOfWeek(t) + BigInt(n) * TICKS_PER_WEEK,
  month: startOfMonth,
  year: startOfYear,
};

function edges(): readonly ScalarFunction[] {
  const example: Readonly<Record<string, readonly [string, string]>> = {
    day: ["2017-01-02T00:00:00.0000000Z", "2017-01-02T23:59:59.9999999Z"],
    week: ["2017-01-01T00:00:00.0000000Z", "2017-01-07T23:59:59.9999999Z"],
    month: ["2017-01-01T00:00:00.0000000Z", "2017-01-31T23:59:59.9999999Z"],
    year: ["2017-01-01T00:00:00.0000000Z", "2017-12-31T23:59:59.9999999Z"],
  };
  return Object.entries(EDGES).flatMap(([period, edge]) => [
    define(
      `startof${period}`,
      {
        says: `The first moment of the ${period} that holds a point in time, or of one some ${period}s on.`,
        examples: [[`startof${period}(datetime(2017-01-02 10:10:17))`, example[period]?.[0] ?? ""]],
      },
      each(["date: datetime", "offset?: long"], "datetime", (t, offset) => edge(t, offsetOf(offset))),
    ),
    define(
      `endof${period}`,
      {
        says: `The last moment of the ${period} that holds a point in time, or of one some ${period}s on.`,
        examples: [[`endof${period}(datetime(2017-01-02 10:10:17))`, example[period]?.[1] ?? ""]],
      },
      each(["date: datetime", "offset?: long"], "datetime", (t, offset) => edge(t, offsetOf(offset) + 1) - 1n),
    ),
  ]);
}

/** Whole periods that lie between two points in time, by the calendar: each is first cut to its period. */
function difference(period: string, a: bigint, b: bigint): bigint | null {
  const name = period.toLowerCase();
  const months = MONTHS.get(name);
  if (months !== undefined) {
    const count = (t: bigint): number => {
      const at = dateParts(t);
      return Math.floor((at.year * 12 + at.month - 1) / months);
    };
    return BigInt(count(a) - count(b));
  }
  if (name === "week") return (startOfWeek(a) - startOfWeek(b)) / TICKS_PER_WEEK;
  if (name === "nanosecond") return (a - b) * 100n;
  const length = LENGTHS.get(name);
  return length === undefined ? null : floorDivide(a, length) - floorDivide(b, length);
}

function added(period: string, amount: bigint, t: bigint): bigint | null {
  const name = period.toLowerCase();
  const months = MONTHS.get(name);
  if (months !== undefined) return addMonths(t, months * Number(amount));
  if (name === "nanosecond") return t + amount / 100n;
  const length = LENGTHS.get(name);
  return length === undefined ? null : t + amount * length;
}

function part(name: string, t: bigint): number | null {
  const at = dateParts(t);
  const within = (unit: bigint, of: bigint): number => Number((at.ticks / unit) % of);
  switch (name.toLowerCase()) {
    case "year":
      return at.year;
    case "quarter":
      return Math.floor((at.month - 1) / 3) + 1;
    case "month":
      return at.month;
    case "week_of_year":
      return isoWeek(t);
    case "weekofyear":
      return wednesdayWeek(t);
    case "day":
      return at.day;
    case "dayofyear":
      return dayOfYear(t);
    case "hour":
      return within(TICKS_PER_HOUR, 24n);
    case "minute":
      return within(TICKS_PER_MINUTE, 60n);
    case "second":
      return within(TICKS_PER_SECOND, 60n);
    case "millisecond":
      return within(TICKS_PER_MILLISECOND, 1000n);
    case "microsecond":
      return within(TICKS_PER_MICROSECOND, 1_000_000n);
    case "nanosecond":
      return Number(at.ticks % TICKS_PER_SECOND) * 100;
    default:
      return null;
  }
}

/** Seconds with a fraction as ticks, rounded to the tick. */
function secondTicks(seconds: number): bigint {
  return BigInt(Math.round(seconds * 1e7));
}

function moment(year: bigint, month: bigint, day: bigint, hour = 0n, minute = 0n, second = 0): bigint | null {
  if (!(second >= 0 && second < 60)) return null;
  const start = datetimeOf(Number(year), Number(month), Number(day), Number(hour), Number(minute));
  return start === null ? null : start + secondTicks(second);
}

/** Parts of a timespan outside of their usual range are refused, days may be any. */
function span(days: bigint, hours: bigint, minutes: bigint, seconds: number): bigint | null {
  if (hours < 0n || hours > 23n || minutes < 0n || minutes > 59n || !(seconds >= 0 && seconds < 60)) return null;
  const ticks = days * TICKS_PER_DAY + hours * TICKS_PER_HOUR + minutes * TICKS_PER_MINUTE + secondTicks(seconds);
  return BigInt.asIntN(64, ticks) === ticks ? ticks : null;
}

/** Weeks of the obsolete weekofyear(). Kusto docs: week_of_year(), the note under "Examples". */
function wednesdayWeek(ticks: bigint): number {
  const wednesday = ticks + BigInt(3 - dayOfWeek(ticks)) * TICKS_PER_DAY;
  return Math.floor((dayOfYear(wednesday) - 1) / 7) + 1;
}

/** A number of units since 1970. */
function epoch(unit: bigint): readonly Signature[] {
  return [
    each(["value: long"], "datetime", (n) => UNIX_EPOCH + n * unit),
    each(["value: real"], "datetime", (n) => {
      const ticks = n * Number(unit);
      return Number.isFinite(ticks) ? UNIX_EPOCH + BigInt(Math.trunc(ticks)) : null;
    }),
  ];
}

/** A part of the calendar as an int. */
function calendar(
  name: string,
  says: string,
  example: readonly [string, string],
  read: (t: bigint) => number,
): ScalarFunction {
  return define(name, { says, examples: [example] }, each(["date: datetime"], "int", read));
}

const SAMPLE = "datetime(2017-10-30 01:02:03.7654321)";

export const times: readonly ScalarFunction[] = [
  define(
    "now",
    {
      says: "The time that the run takes for now, moved by a span if one is given.",
      examples: [
        ["now() - now()", "00:00:00"],
        ["now(1h) - now()", "01:00:00"],
      ],
      pure: false,
    },
    eachIn([], "datetime", (context) => () => context.now),
    eachIn(["offset: timespan"], "datetime", (context) => (offset) => context.now + offset),
  ),
  define(
    "ago",
    {
      says: "The time so long before now.",
      examples: [["now() - ago(2d)", "2.00:00:00"]],
      pure: false,
    },
    eachIn(["span: timespan"], "datetime", (context) => (back) => context.now - back),
  ),
  ...edges(),
  define(
    "dayofweek",
    {
      says: "The span from the last Sunday to a day.",
      examples: [
        ["dayofweek(datetime(1970-05-11))", "1.00:00:00"],
        ["dayofweek(datetime(1947-11-30 10:00:05))", "00:00:00"],
      ],
    },
    each(["date: datetime"], "timespan", (t) => BigInt(dayOfWeek(t)) * TICKS_PER_DAY),
  ),
  calendar(
    "dayofmonth",
    "The day of the month, from 1.",
    ["dayofmonth(datetime(2015-12-14))", "14"],
    (t) => dateParts(t).day,
  ),
  calendar("dayofyear", "The day of the year, from 1.", ["dayofyear(datetime(2015-12-14))", "348"], dayOfYear),
  calendar(
    "monthofyear",
    "The month of the year, from 1.",
    ["monthofyear(datetime(2015-12-14))", "12"],
    (t) => dateParts(t).month,
  ),
  calendar(
    "getmonth",
    "The month of the year, from 1.",
    ["getmonth(datetime(2015-10-12))", "10"],
    (t) => dateParts(t).month,
  ),
  calendar("getyear", "The year.", ["getyear(datetime(2015-10-12))", "2015"], (t) => dateParts(t).year),
  calendar(
    "hourofday",
    "The hour of the day, from 0.",
    ["hourofday(datetime(2015-12-14 18:54))", "18"],
    (t) => part("hour", t) ?? 0,
  ),
  calendar(
    "week_of_year",
    "The week of the year after ISO 8601: the first one holds the year's first Thursday.",
    ["week_of_year(datetime(2020-12-31))", "53"],
    isoWeek,
  ),
  calendar(
    "weekofyear",
    "The week of the year, from Sunday: the first one holds the year's first Wednesday. See week_of_year.",
    ["weekofyear(datetime(2020-12-27))", "53"],
    wednesdayWeek,
  ),
  define(
    "datetime_part",
    {
      says: "A named part of a point in time: year, quarter, month, week_of_year, day, dayOfYear, … nanosecond.",
      examples: [
        [`datetime_part("quarter", ${SAMPLE})`, "4"],
        [`datetime_part("millisecond", ${SAMPLE})`, "765"],
        [`datetime_part("dayOfYear", ${SAMPLE})`, "303"],
        ['datetime_part("weekofyear", datetime(2020-01-01))', "1"],
        ['datetime_part("weekofyear", datetime(2021-01-01))', "53"],
        ['datetime_part("weekofyear", datetime(2018-12-30))', "1"],
      ],
    },
    each(["part: string", "date: datetime"], "int", part),
  ),
  define(
    "datetime_diff",
    {
      says: "How many edges of a period (year, quarter, month, … nanosecond) lie between two points in time.",
      examples: [
        ['datetime_diff("year", datetime(2017-01-01), datetime(2000-12-31))', "17"],
        ['datetime_diff("week", datetime(2017-10-29), datetime(2017-09-30 23:59))', "5"],
        ['datetime_diff("second", datetime(2017-10-30 23:00:10.1), datetime(2017-10-30 23:00:00.9))', "10"],
      ],
    },
    each(["period: string", "later: datetime", "earlier: datetime"], "long", difference),
  ),
  define(
    "datetime_add",
    {
      says: "A point in time moved by some periods; a month's end stays within its month.",
      examples: [
        ['datetime_add("month", 1, datetime(2024-01-31))', "2024-02-29T00:00:00.0000000Z"],
        ['datetime_add("year", -1, datetime(2024-02-29))', "2023-02-28T00:00:00.0000000Z"],
      ],
    },
    each(["period: string", "amount: long", "date: datetime"], "datetime", added),
  ),
  define(
    "make_datetime",
    {
      says: "A point in time from year, month, day, and perhaps hour, minute and second.",
      examples: [
        ["make_datetime(2017, 10, 1)", "2017-10-01T00:00:00.0000000Z"],
        ["make_datetime(2017, 10, 1, 7)", "2017-10-01T07:00:00.0000000Z"],
        ["make_datetime(2017, 10, 1, 12, 11, 0.1234567)", "2017-10-01T12:11:00.1234567Z"],
        ["make_datetime(2017, 13, 1)", ""],
      ],
    },
    each(["year: long", "month: long", "day: long"], "datetime", (y, m, d) => moment(y, m, d)),
    each(["year: long", "month: long", "day: long", "hour: long"], "datetime", (y, m, d, h) => moment(y, m, d, h)),
    each(["year: long", "month: long", "day: long", "hour: long", "minute: long"], "datetime", (y, m, d, h, min) =>
      moment(y, m, d, h, min),
    ),
    each(
      ["year: long", "month: long", "day: long", "hour: long", "minute: long", "second: real"],
      "datetime",
      moment,
    ),
  ),
  define(
    "make_timespan",
    {
      says: "A span of time from hours and minutes, hours, minutes and seconds, or days in front of these.",
      examples: [
        ["make_timespan(1, 12)", "01:12:00"],
        ["make_timespan(1, 12, 30, 55.123)", "1.12:30:55.1230000"],
        ["make_timespan(10675200, 0, 0, 0)", ""],
      ],
    },
    each(["hours: long", "minutes: long"], "timespan", (h, m) => span(0n, h, m, 0)),
    each(["hours: long", "minutes: long", "seconds: real"], "timespan", (h, m, s) => span(0n, h, m, s)),
    each(["days: long", "hours: long", "minutes: long", "seconds: real"], "timespan", span),
  ),
  define(
    "format_datetime",
    {
      says: "A point in time in a format of one's own: y, M, d, H, h, m, s, f, F, tt, with delimiters between.",
      examples: [
        ['format_datetime(datetime(2015-12-14 02:03:04.12345), "y-M-d h:m:s.fffffff")', "15-12-14 2:3:4.1234500"],
        ['format_datetime(datetime(2017-01-29 21:00:05), "yyyy-MM-dd [HH:mm:ss]")', "2017-01-29 [21:00:05]"],
        ['format_datetime(datetime(2017-01-29 21:00:05), "yy/MM/dd hh:mm tt")', "17/01/29 09:00 PM"],
      ],
    },
    each(["date: datetime", "format: string"], "string", formatDatetime),
  ),
  define(
    "format_timespan",
    {
      says: "A span of time in a format of one's own: d, H, h, m, s, f, F, with delimiters between.",
      examples: [
        ['format_timespan(time(29.09:00:05.12345), "dd.hh:mm:ss [FF]")', "29.09:00:05 [12]"],
        ['format_timespan(time(14.02:03:04.12345), "h:m:s.fffffff")', "2:3:4.1234500"],
      ],
    },
    each(["timespan: timespan", "format: string"], "string", formatTimespan),
  ),
  define(
    "unixtime_seconds_todatetime",
    {
      says: "The point in time so many seconds after 1970.",
      examples: [["unixtime_seconds_todatetime(1546300800)", "2019-01-01T00:00:00.0000000Z"]],
    },
    ...epoch(TICKS_PER_SECOND),
  ),
  define(
    "unixtime_milliseconds_todatetime",
    {
      says: "The point in time so many milliseconds after 1970.",
      examples: [["unixtime_milliseconds_todatetime(1546300800000)", "2019-01-01T00:00:00.0000000Z"]],
    },
    ...epoch(TICKS_PER_MILLISECOND),
  ),
  define(
    "unixtime_microseconds_todatetime",
    {
      says: "The point in time so many microseconds after 1970.",
      examples: [["unixtime_microseconds_todatetime(1546300800000000)", "2019-01-01T00:00:00.0000000Z"]],
    },
    ...epoch(TICKS_PER_MICROSECOND),
  ),
  define(
    "unixtime_nanoseconds_todatetime",
    {
      says: "The point in time so many nanoseconds after 1970.",
      examples: [["unixtime_nanoseconds_todatetime(1546300800000000000)", "2019-01-01T00:00:00.0000000Z"]],
    },
    each(["value: long"], "datetime", (n) => UNIX_EPOCH + n / 100n),
    each(["value: real"], "datetime", (n) => (Number.isFinite(n) ? ticksFromUnixMs(n / 1e6) : null)),
  ),
  define(
    "datetime_utc_to_local",
    {
      says: "A point in time as the clocks of a time zone show it.",
      examples: [
        ['datetime_utc_to_local(datetime(2024-07-01 12:00), "Europe/Berlin")', "2024-07-01T14:00:00.0000000Z"],
      ],
    },
    each(["date: datetime", "timezone: string"], "datetime", utcToLocal),
  ),
  define(
    "datetime_local_to_utc",
    {
      says: "The point in time at which the clocks of a time zone show this.",
      examples: [
        ['datetime_local_to_utc(datetime(2024-07-01 14:00), "Europe/Berlin")', "2024-07-01T12:00:00.0000000Z"],
      ],
    },
    each(["date: datetime", "timezone: string"], "datetime", localToUtc),
  ),
];
