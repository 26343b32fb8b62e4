/** Times as device and server logs write them → ISO text that every reader of times takes; years where logs leave them out. */
import { datetimeOf, parseDatetime, printDatetime, TICKS_PER_SECOND, UNIX_EPOCH } from "../table";
import type { Report } from "./report";
import type { RawRows } from "./rows";

const MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";

/** The number of a month by the first three letters of its name; 0 for other words. */
export function monthOf(name: string): number {
  const at = name.length < 3 ? -1 : MONTHS.indexOf(name.slice(0, 3).toLowerCase());
  return at >= 0 && at % 3 === 0 ? at / 3 + 1 : 0;
}

const TIME = /^(\d{1,2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?$/;
const two = (n: number | string): string => String(n).padStart(2, "0");

/** ISO text of a date, a time `10:00:00.5` and a zone in minutes east of UTC; null when there is no such moment. */
export function isoOf(year: number, month: number, day: number, time: string, zone = 0): string | null {
  const m = TIME.exec(time);
  if (m === null) return null;
  const [, hour = "", minute = "", second = "", fraction = ""] = m;
  const digits = fraction.slice(0, 7);
  const ticks = datetimeOf(year, month, day, Number(hour), Number(minute), Number(second), BigInt(digits.padEnd(7, "0")));
  if (ticks === null) return null;
  if (zone !== 0) return printDatetime(ticks - BigInt(zone * 60) * TICKS_PER_SECOND);
  const rest = digits === "" ? "" : `.${digits}`;
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}T${two(hour)}:${minute}:${second}${rest}Z`;
}

/** Minutes east of UTC of `+0200`, `-05:30`, `Z`; undefined when it is no zone. */
export function zoneOf(text: string): number | undefined {
  if (text === "" || /^(?:Z|UTC|GMT)$/i.test(text)) return 0;
  const m = /^([+-])(\d{2}):?(\d{2})$/.exec(text);
  if (m === null) return undefined;
  const minutes = Number(m[2]) * 60 + Number(m[3]);
  return minutes > 14 * 60 ? undefined : m[1] === "-" ? -minutes : minutes;
}

/** ISO text of seconds since 1970 with a fraction, as digits: `1604994496.155`. Null for other texts. */
export function isoOfEpoch(text: string): string | null {
  const m = /^(\d{1,11})(?:\.(\d{1,9}))?$/.exec(text);
  if (m === null) return null;
  const ticks = UNIX_EPOCH + BigInt(m[1] ?? "") * TICKS_PER_SECOND + BigInt((m[2] ?? "").slice(0, 7).padEnd(7, "0"));
  return ticks > LAST ? null : printDatetime(ticks);
}

/** The last moment of the year 9999. */
const LAST = 3_155_378_975_999_999_999n;

const NAMED = /^(?:[A-Z][a-z]{2},? )?([A-Z][a-z]{2,8}) {1,2}(\d{1,2}),? (?:(\d{4}) )?(\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?)(?: (\d{4}))?(?: (\S{1,6}))?$/;
const DAY_FIRST = /^(\d{1,2})[/ -]([A-Z][a-z]{2,8})[/ -](\d{4})[: ](\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?)(?: ?(\S{1,6}))?$/;

/**
 * ISO text of a time in any of the forms that logs use: `May 11 2026 10:00:00.5 UTC`, `11/May/2026:10:00:00 +0200`,
 * `Mon May 11 10:00:00 2026`, seconds, milli- or microseconds since 1970, and what `todatetime()` takes. Null for others.
 */
export function readMoment(text: string): string | null {
  const written = text.trim();
  if (written.length < 8 || written.length > 64) return null;
  if (/^\d{10}(?:\.\d+)?$/.test(written)) return isoOfEpoch(written);
  if (/^(?:\d{13}|\d{16}|\d{19})$/.test(written)) return isoOfEpoch(`${written.slice(0, 10)}.${written.slice(10)}`);
  const named = NAMED.exec(written);
  if (named !== null) {
    const [, name = "", day = "", first, time = "", last, zone = ""] = named;
    const minutes = zoneOf(zone);
    const year = first ?? last;
    if (year === undefined || minutes === undefined) return null;
    return isoOf(Number(year), monthOf(name), Number(day), time, minutes);
  }
  const dayFirst = DAY_FIRST.exec(written);
  if (dayFirst !== null) {
    const [, day = "", name = "", year = "", time = "", zone = ""] = dayFirst;
    const minutes = zoneOf(zone);
    return minutes === undefined ? null : isoOf(Number(year), monthOf(name), Number(day), time, minutes);
  }
  if (!/^\d/.test(written)) return null;
  const ticks = parseDatetime(written.replace(",", "."));
  return ticks === null ? null : printDatetime(ticks);
}

/** One day, in ticks. */
const DAY = 86_400n * TICKS_PER_SECOND;

/**
 * Years of times that have none (RFC 3164). They follow from the order of the lines, where December meets January, and
 * from the newest of them, which is taken as the latest one that is not in the future.
 */
export class Years {
  /** Years since the first line's. */
  private turn = 0;
  private month = 0;
  /** The newest time, as {@link take} writes it. */
  private newest: { readonly turn: number; readonly text: string } | undefined;
  private oldest = 0;
  /** Turns in which there was a 29th of February. */
  private readonly leap = new Set<number>();
  /** The newest time of the log that has a year. */
  private sure = 0n;

  /** A time without its year, to be settled once all lines are read; null when there is no such time. */
  take(month: number, day: number, time: string): string | null {
    const text = isoOf(2000, month, day, time);
    if (text === null) return null;
    if (this.month > 0) {
      if (month - this.month <= -6) this.turn++;
      else if (month - this.month >= 10) this.turn--;
    }
    this.month = month;
    const { turn, newest } = this;
    if (newest === undefined || turn > newest.turn || (turn === newest.turn && text > newest.text)) this.newest = { turn, text };
    this.oldest = Math.min(this.oldest, turn);
    if (month === 2 && day === 29) this.leap.add(turn);
    return `${turn}~${text.slice(5)}`;
  }

  /** A time of the same log that has its year: tells how new the log is. */
  know(iso: string): void {
    const ticks = parseDatetime(iso);
    if (ticks !== null && ticks > this.sure) this.sure = ticks;
  }

  /** Gives the times of a column their years, and tells them. `now`: ticks. */
  settle(rows: RawRows, name: string, now: bigint, report: Report): void {
    const { newest } = this;
    const column = rows.find(name);
    if (newest === undefined || column === undefined) return;
    const latest = (this.sure > 0n ? this.sure : now) + DAY;
    const yearNow = Number(printDatetime(latest).slice(0, 4));
    const fits = (year: number): boolean => {
      const ticks = parseDatetime(`${String(year).padStart(4, "0")}${newest.text.slice(4)}`);
      return ticks !== null && ticks <= latest && [...this.leap].every((turn) => isLeap(year - newest.turn + turn));
    };
    let year = yearNow;
    while (year > yearNow - 9 && !fits(year)) year--;
    // Impossible dates together (29th of February in neighbouring years): some of them stay without a moment.
    if (!fits(year)) year = yearNow;
    const first = year - newest.turn;
    rows.replace(column.mapped(name, rows.count, (cell) => {
      if (typeof cell !== "string") return cell;
      const cut = cell.indexOf("~");
      return cut < 0 ? cell : `${String(first + Number(cell.slice(0, cut))).padStart(4, "0")}-${cell.slice(cut + 1)}`;
    }));
    const from = first + this.oldest;
    const span = from === year ? String(year) : `${from} to ${year}`;
    const why = this.sure > 0n ? "other lines of this log say one" : "the newest is not in the future then";
    report.whole("info", "logs-year", `The times have no year and no zone: they are read as of ${span} (${why}), in UTC.`);
  }
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}
