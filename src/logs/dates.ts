/**
 * Dates as logs write them → ticks. Day and month of `3/4/2025` are decided over the whole column, not cell by cell:
 * one cell with a first number above 12 settles it for all.
 */
import { parseDatetime, datetimeOf, TICKS_PER_SECOND, UNIX_EPOCH } from "../table";

/** How dates with slashes are written. `unclear`: every cell would do either way, and month-first was taken. */
export type DateOrder = "month-first" | "day-first" | "unclear" | "mixed" | "none";

/** `3/4/2025`, `03-04-2025`, `3.4.2025`, at the start of a text, perhaps with a time behind. */
const SLASHED = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?=$|[T,\s])/;

/** Decides how a column's slashed dates are written; `each` goes through its texts. */
export function dateOrder(each: (see: (text: string) => void) => void): DateOrder {
  let dayFirst = false;
  let monthFirst = false;
  let any = false;
  each((text) => {
    // Most times begin with the four digits of a year.
    const third = text.charCodeAt(2);
    if (third >= 48 && third <= 57 && text.charCodeAt(0) >= 48 && text.charCodeAt(1) >= 48 && text.charCodeAt(1) <= 57) return;
    const m = text.length <= 64 ? SLASHED.exec(text.trim()) : null;
    if (m === null) return;
    any = true;
    if (Number(m[1]) > 12) dayFirst = true;
    if (Number(m[3]) > 12) monthFirst = true;
    // German and like notations with dots are day-first everywhere.
    if (m[2] === ".") dayFirst = true;
  });
  if (!any) return "none";
  if (dayFirst && monthFirst) return "mixed";
  return dayFirst ? "day-first" : monthFirst ? "month-first" : "unclear";
}

/** Ticks of one text under an order; null when it is no datetime. */
export function readDate(text: string, order: DateOrder): bigint | null {
  const fast = readIso(text);
  if (fast !== null) return fast;
  const trimmed = text.trim();
  if (trimmed.length > 64) return null;
  const m = SLASHED.exec(trimmed);
  if (m !== null) {
    const [whole, first = "", , second = "", year = ""] = m;
    const swap = order === "day-first" || (order === "mixed" && Number(first) > 12);
    const [month, day] = swap ? [second, first] : [first, second];
    return parseDatetime(`${month}/${day}/${year}${trimmed.slice(whole.length)}`);
  }
  return parseDatetime(trimmed);
}

/** Seconds, milli-, micro- or nanoseconds since 1970, told apart by their size (years 2001 to 2286); null for others. */
export function readEpoch(value: bigint | number): bigint | null {
  const size = Number(value);
  if (!(size >= 1e9)) return null;
  if (size < 1e10) return UNIX_EPOCH + BigInt(Math.round(size * 1e7));
  if (typeof value === "number") value = BigInt(Math.trunc(value));
  if (size >= 1e12 && size < 1e13) return UNIX_EPOCH + value * 10_000n;
  if (size >= 1e15 && size < 1e16) return UNIX_EPOCH + value * 10n;
  if (size >= 1e18 && size < 1e19) return UNIX_EPOCH + value / 100n;
  return null;
}

/** The last day that was read: events of one log are mostly of few days. */
let lastDay = "";
let lastDayTicks: bigint | null = null;

/**
 * `YYYY-MM-DD[T ]HH:MM:SS[.fffffff][Z]` by character codes: what nearly all log times look like, and ten times faster
 * than the general reader. Null for everything else, valid or not.
 */
function readIso(text: string): bigint | null {
  const n = text.length;
  if (n < 19 || n > 30) return null;
  const separator = text.charCodeAt(10);
  if ((separator !== 84 && separator !== 32) || text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return null;
  if (text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return null;
  const hour = two(text, 11);
  const minute = two(text, 14);
  const second = two(text, 17);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return null;
  let fraction = 0;
  let i = 19;
  if (i < n && text.charCodeAt(i) === 46) {
    let scale = 1_000_000;
    const first = ++i;
    for (; i < n; i++) {
      const c = text.charCodeAt(i);
      if (c < 48 || c > 57) break;
      fraction += (c - 48) * scale;
      scale = Math.floor(scale / 10);
    }
    if (i === first) return null;
  }
  if (i < n && !(i === n - 1 && text.charCodeAt(i) === 90)) return null;
  const day = text.slice(0, 10);
  if (day !== lastDay) {
    const year = two(text, 0) * 100 + two(text, 2);
    lastDayTicks = two(text, 0) < 0 || two(text, 2) < 0 ? null : datetimeOf(year, two(text, 5), two(text, 8));
    lastDay = day;
  }
  if (lastDayTicks === null) return null;
  return lastDayTicks + BigInt(hour * 3600 + minute * 60 + second) * TICKS_PER_SECOND + BigInt(fraction);
}

/** Two digits as a number, -1 when they are none. */
function two(text: string, at: number): number {
  const a = text.charCodeAt(at) - 48;
  const b = text.charCodeAt(at + 1) - 48;
  return a >= 0 && a <= 9 && b >= 0 && b <= 9 ? a * 10 + b : -1;
}
