/** Minute, hour, day, ISO week, month and year of a time that is written as ISO 8601, in UTC. */

export type TimePart = "minute" | "hour" | "day" | "week" | "month" | "year";

const ISO = /^\s*(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*(Z|UTC|[-+]\d\d:?\d\d)?)?\s*$/i;

/** The parts of a time; undefined when the text is none. A time without a zone is UTC. */
export function timeParts(text: string): Readonly<Record<TimePart, number>> | undefined {
  if (text.length > 60) return undefined;
  const m = ISO.exec(text);
  if (m === null) return undefined;
  const [, year, month, day, hour = "0", minute = "0", second = "0"] = m;
  const zone = m[8] ?? "Z";
  const offset = /^[-+]/.test(zone) ? (zone.startsWith("-") ? -1 : 1)
    * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))) : 0;
  const ms = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute) - offset, Number(second));
  const at = new Date(ms);
  if (Number.isNaN(ms) || Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(hour) > 24) return undefined;
  return { minute: at.getUTCMinutes(), hour: at.getUTCHours(), day: at.getUTCDate(), week: isoWeek(at),
    month: at.getUTCMonth() + 1, year: at.getUTCFullYear() };
}

/** ISO 8601: the week of the year that its Thursday is in. */
function isoWeek(at: Date): number {
  const thursday = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()));
  thursday.setUTCDate(thursday.getUTCDate() + 4 - (thursday.getUTCDay() || 7));
  const first = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return Math.ceil(((thursday.getTime() - first) / 86_400_000 + 1) / 7);
}
