/** When an event happened, from whatever it is written as. */
import { parseDatetime, ticksFromUnixMs } from "../table";

/** Ticks of a date, or of seconds, milli-, micro- or nanoseconds since 1970; null for anything else. */
export function timeOf(text: string): bigint | null {
  if (/^\d{9,19}(\.\d{1,9})?$/.test(text)) {
    const whole = text.split(".")[0]!.length;
    const n = Number(text);
    const ms = whole <= 11 ? n * 1000 : whole <= 14 ? n : whole <= 17 ? n / 1000 : n / 1e6;
    return ticksFromUnixMs(ms);
  }
  return text.length > 64 || !/\d/.test(text) ? null : parseDatetime(text);
}
