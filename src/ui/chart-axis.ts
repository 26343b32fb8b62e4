/** Axes of charts: round ticks for numbers (plain and logarithmic) and UTC times, and how a tick is written. */

/** A scale from values to 0…1, with its ticks. */
export interface Axis {
  readonly kind: "number" | "log" | "time";
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
  /** Where a value lies, 0 at the axis' start and 1 at its end. */
  place(value: number): number;
}

/** An axis of numbers over a range widened to round ticks; about `count` of them. `fixed` ends are kept as they are. */
export function numberAxis(low: number, high: number, count: number, fixed: { min?: number; max?: number } = {}): Axis {
  let [from, to] = [fixed.min ?? low, fixed.max ?? high];
  if (!(to > from)) [from, to] = [Math.min(from, to) - (from === 0 ? 0 : Math.abs(from) / 2), from === 0 ? 1 : from + Math.abs(from) / 2];
  const step = roundStep((to - from) / Math.max(1, count));
  if (fixed.min === undefined) from = Math.floor(from / step) * step;
  if (fixed.max === undefined) to = Math.ceil(to / step) * step;
  const ticks = [];
  // Multiplied, not added up: rounding errors must not collect.
  for (let n = Math.ceil(from / step - 1e-9); n * step <= to + step * 1e-9 && ticks.length < 100; n++) {
    ticks.push({ at: n * step, label: numberText(n * step, step) });
  }
  return { kind: "number", from, to, ticks, place: (v) => (v - from) / (to - from) };
}

/** A logarithmic axis: a tick per power of ten. Values that are not above zero have no place on it (NaN). */
export function logAxis(low: number, high: number): Axis {
  const from = Math.floor(Math.log10(low > 0 ? low : 1));
  const to = Math.max(from + 1, Math.ceil(Math.log10(high > 0 ? high : 10)));
  const every = Math.ceil((to - from) / 8);
  const ticks = [];
  for (let p = from; p <= to; p += every) ticks.push({ at: 10 ** p, label: numberText(10 ** p, 10 ** p) });
  return { kind: "log", from: 10 ** from, to: 10 ** to, ticks, place: (v) => (v > 0 ? (Math.log10(v) - from) / (to - from) : NaN) };
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS: readonly number[] = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 15 * SECOND, 30 * SECOND,
  MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR,
  DAY, 2 * DAY, 7 * DAY, 14 * DAY,
];
const MONTHS: readonly number[] = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000];

/** An axis of times in UTC, in milliseconds since 1970; ticks at whole seconds, hours, days, months. */
export function timeAxis(from: number, to: number, count: number): Axis {
  if (!(to > from)) [from, to] = [from - MINUTE, from + MINUTE];
  const wanted = (to - from) / Math.max(1, count);
  const step = STEPS.find((s) => s >= wanted);
  const ats: number[] = [];
  if (step !== undefined) {
    // Weeks are counted from a Monday.
    const origin = step >= 7 * DAY ? 4 * DAY : 0;
    for (let at = Math.ceil((from - origin) / step) * step + origin; at <= to; at += step) ats.push(at);
  } else {
    const months = MONTHS.find((m) => m * 30 * DAY >= wanted) ?? 12_000;
    const first = new Date(from);
    const start = Math.floor((first.getUTCFullYear() * 12 + first.getUTCMonth()) / months) * months;
    for (let m = start; ats.length < 200; m += months) {
      const date = new Date(0);
      date.setUTCFullYear(Math.floor(m / 12), m % 12, 1);
      if (date.getTime() > to) break;
      if (date.getTime() >= from) ats.push(date.getTime());
    }
  }
  const ticks = ats.map((at, i) => ({ at, label: timeLabel(at, step ?? 30 * DAY, ats[i - 1]) }));
  return { kind: "time", from, to, ticks, place: (v) => (v - from) / (to - from) };
}

/** The date stands where it is another than at the tick before. */
function timeLabel(at: number, step: number, before: number | undefined): string {
  const iso = new Date(at).toISOString().replace(/^\+?0*(?=\d{4})/, "");
  const [date = "", clock = ""] = iso.split("T");
  if (step >= 28 * DAY) return date.slice(0, 7);
  if (step >= DAY) return before === undefined || date.slice(0, 4) !== new Date(before).toISOString().slice(0, 4) ? date : date.slice(5);
  const time = step < SECOND ? clock.slice(0, 12) : step < MINUTE ? clock.slice(0, 8) : clock.slice(0, 5);
  const sameDay = before !== undefined && Math.floor(before / DAY) === Math.floor(at / DAY);
  return sameDay ? time : `${date.slice(5)} ${time}`;
}

function roundStep(wanted: number): number {
  const power = 10 ** Math.floor(Math.log10(wanted));
  const part = wanted / power;
  return power * (part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10);
}

const UNITS: readonly (readonly [number, string])[] = [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]];

/** `1.5M`, `20k`, `0.25`: with as many decimals as the step between ticks needs. */
export function numberText(value: number, step: number): string {
  if (value === 0) return "0";
  const size = Math.max(Math.abs(value), Math.abs(step));
  if (size >= 1e15 || size < 1e-4) return value.toExponential(1).replace(/\.0e/, "e").replace("e+", "e");
  const [unit, sign] = UNITS.find(([u]) => Math.abs(value) >= u && size >= 10_000) ?? [1, ""];
  const decimals = Math.max(0, Math.min(6, -Math.floor(Math.log10(step / unit) + 1e-9)));
  return (value / unit).toFixed(decimals) + sign;
}
