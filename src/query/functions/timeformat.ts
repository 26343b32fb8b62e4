/**
 * Times in formats of one's own. Sources: Kusto docs, "format_datetime()" and "format_timespan()", Supported
 * format elements.
 */
import { dateParts, TICKS_PER_DAY, TICKS_PER_SECOND } from "../../table";

/** Delimiters that may stand between the elements; any other character makes the format a bad one. */
const DELIMITERS = new Set(" /-:,._[]T");

/** Elements in order: runs of one letter, and `tt`. */
const ELEMENT = /([dfFHhMmsyt])\1*/y;

/** Formats a datetime; null when the format holds something unknown. */
export function formatDatetime(ticks: bigint, format: string): string | null {
  const at = dateParts(ticks);
  const seconds = Number(at.ticks / TICKS_PER_SECOND);
  const hour = Math.floor(seconds / 3600);
  return formatted(format, (letter, width) => {
    switch (letter) {
      case "y":
        return width > 2 ? padded(at.year, width) : padded(at.year % 100, width);
      case "M":
        return width > 2 ? undefined : padded(at.month, width);
      case "d":
        return width > 2 ? undefined : padded(at.day, width);
      case "H":
        return width > 2 ? undefined : padded(hour, width);
      case "h":
        return width > 2 ? undefined : padded(hour % 12 === 0 ? 12 : hour % 12, width);
      case "t":
        return width === 1 ? (hour < 12 ? "A" : "P") : width === 2 ? (hour < 12 ? "AM" : "PM") : undefined;
      default:
        return clock(letter, width, seconds, at.ticks % TICKS_PER_SECOND);
    }
  });
}

/** Formats a timespan; a negative one begins with a minus. Null when the format holds something unknown. */
export function formatTimespan(ticks: bigint, format: string): string | null {
  const size = ticks < 0n ? -ticks : ticks;
  const seconds = Number((size % TICKS_PER_DAY) / TICKS_PER_SECOND);
  const text = formatted(format, (letter, width) => {
    switch (letter) {
      case "d":
        return width > 8 ? undefined : String(size / TICKS_PER_DAY).padStart(width, "0");
      case "H":
      case "h":
        return width > 2 ? undefined : padded(Math.floor(seconds / 3600), width);
      default:
        return clock(letter, width, seconds, size % TICKS_PER_SECOND);
    }
  });
  return text !== null && ticks < 0n ? `-${text}` : text;
}

function formatted(format: string, element: (letter: string, width: number) => string | undefined): string | null {
  let out = "";
  for (let i = 0; i < format.length;) {
    ELEMENT.lastIndex = i;
    const run = ELEMENT.exec(format)?.[0];
    if (run === undefined) {
      const c = format.charAt(i++);
      if (!DELIMITERS.has(c)) return null;
      out += c;
      continue;
    }
    const text = element(run.charAt(0), run.length);
    if (text === undefined) return null;
    out += text;
    i += run.length;
  }
  return out;
}

/** The elements that both formats share: minutes, seconds, and the second's fraction with or without its zeros. */
function clock(letter: string, width: number, seconds: number, fraction: bigint): string | undefined {
  switch (letter) {
    case "m":
      return width > 2 ? undefined : padded(Math.floor(seconds / 60) % 60, width);
    case "s":
      return width > 2 ? undefined : padded(seconds % 60, width);
    case "f":
      return width > 7 ? undefined : String(fraction).padStart(7, "0").slice(0, width);
    case "F":
      return width > 7 ? undefined : String(fraction).padStart(7, "0").slice(0, width).replace(/0+$/, "");
    default:
      return undefined;
  }
}

function padded(n: number, width: number): string {
  return String(n).padStart(width, "0");
}
