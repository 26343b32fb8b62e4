/** Clocks of time zones, from the platform's own tables. A zone that it does not know gives null. */
import { datetimeOf, TICKS_PER_SECOND, unixMsFromTicks } from "../../table";

const formats = new Map<string, Intl.DateTimeFormat | null>();

function formatOf(zone: string): Intl.DateTimeFormat | null {
  let format = formats.get(zone);
  if (format === undefined) {
    try {
      format = new Intl.DateTimeFormat("en-US", {
        timeZone: zone, hourCycle: "h23", era: "short",
        year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric",
      });
    } catch {
      format = null;
    }
    formats.set(zone, format);
  }
  return format;
}

/** What the zone's clocks are ahead of UTC at a moment, in ticks; null for an unknown zone. */
function offsetAt(ticks: bigint, zone: string): bigint | null {
  const format = formatOf(zone);
  if (format === null) return null;
  const whole = ticks - (((ticks % TICKS_PER_SECOND) + TICKS_PER_SECOND) % TICKS_PER_SECOND);
  const parts = new Map(format.formatToParts(unixMsFromTicks(whole)).map((p) => [p.type, p.value]));
  const n = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
  if (parts.get("era") === "BC") return 0n;
  const local = datetimeOf(n("year"), n("month"), n("day"), n("hour"), n("minute"), n("second"));
  return local === null ? null : local - whole;
}

/** What the clocks show. */
export function utcToLocal(ticks: bigint, zone: string): bigint | null {
  const offset = offsetAt(ticks, zone);
  return offset === null ? null : ticks + offset;
}

/** When the clocks show this. In the hour that is skipped in spring the offset behind it counts. */
export function localToUtc(ticks: bigint, zone: string): bigint | null {
  const first = offsetAt(ticks, zone);
  if (first === null) return null;
  const second = offsetAt(ticks - first, zone);
  if (second === null) return null;
  return ticks - (offsetAt(ticks - second, zone) === second ? second : first);
}

/** Zones that the platform knows. */
export function zones(): readonly string[] {
  return Intl.supportedValuesOf("timeZone");
}
