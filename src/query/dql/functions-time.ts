/** Functions on dates and durations, and on types. */
import { dateOf, formatDate, withoutTime } from "./dates";
import type { DqlFunctionSpec } from "./define";
import { define, nullFor, on } from "./define";
import { typeOf } from "./value";

export const TIMES: readonly DqlFunctionSpec[] = [
  define("typeof", {
    signatures: ["typeof(any)"], says: "The name of a value's type.",
    examples: [["typeof([1])", '"array"'], ["typeof(dur(1 h))", '"duration"'], ["typeof(null)", '"null"']],
  }, on(["*"], ([value]) => typeOf(value))),
  define("striptime", {
    signatures: ["striptime(date)"], says: "The day of a date, without the time.",
    examples: [["striptime(date(2021-04-18T10:00))", "date(2021-04-18)"]], lifts: { 1: [0] },
  }, on(["date"], ([date], context) => withoutTime(date, context.clock.zone)), nullFor(["null"])),
  define("dateformat", {
    signatures: ["dateformat(date, format)"], says: "A date by Luxon's format letters.",
    examples: [['dateformat(date(2021-04-18), "yyyy/MM/dd")', '"2021/04/18"']], lifts: { 2: [0] },
  },
  on(["date", "string"], ([date, format], context) => formatDate(date, format, context.clock.locale)), nullFor(["null", "string"])),
  define("durationformat", {
    signatures: ["durationformat(duration, format)"], says: "A duration by Luxon's format letters.",
    examples: [['durationformat(dur(90 minutes), "h:mm")', '"1:30"']], lifts: { 2: [0] },
  }, on(["duration", "string"], ([d, format]) => d.value.toFormat(format)), nullFor(["null", "string"])),
  define("localtime", {
    signatures: ["localtime(date)"], says: "The same moment in the local time zone.",
    examples: [["localtime(date(2021-04-18T10:00:00)) = date(2021-04-18T10:00:00)", "true"]], lifts: { 1: [0] },
  }, on(["date"], ([date], context) => dateOf(date.ms, context.clock.zone)), nullFor(["null"])),
];
