/** Series: arrays of numbers inside dynamic values, read and written. What is no number stands as null. */
import type { Value } from "../../../table";
import { isArray, realOf } from "../../../table";

/** A value as a number: times count their ticks; null for what is no number, truth values among them. */
export function numberOf(value: Value | undefined): number | null {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object" || value === null || !("kind" in value)) return null;
  if (value.kind === "decimal") return realOf(value);
  return "ticks" in value ? Number(value.ticks) : null;
}

/** A series with a null for each element that is no number; null for what is no array. */
export function seriesOf(value: Value): readonly (number | null)[] | null {
  return isArray(value) ? value.map(numberOf) : null;
}

/**
 * A series of finite numbers, for methods that need each of its points; null when one is missing (Kusto docs,
 * series_fill_linear(): only series_outliers() takes nulls).
 */
export function finiteSeries(value: Value): Float64Array | null {
  if (!isArray(value)) return null;
  const out = new Float64Array(value.length);
  for (let i = 0; i < out.length; i++) {
    const x = numberOf(value[i]);
    if (x === null || !Number.isFinite(x)) return null;
    out[i] = x;
  }
  return out;
}

/** The way back: reals as a dynamic array. */
export function arrayOf(series: ArrayLike<number>): Value {
  return Array.from(series);
}

/** The mean; NaN of nothing. */
export function meanOf(series: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < series.length; i++) sum += series[i] as number;
  return sum / series.length;
}

/** Squared distances from a level, added up. */
export function spreadAround(series: ArrayLike<number>, level: number): number {
  let sum = 0;
  for (let i = 0; i < series.length; i++) sum += ((series[i] as number) - level) ** 2;
  return sum;
}

/** The value below which a share of sorted numbers lies, between neighbours in proportion; NaN of nothing. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const at = share * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? NaN;
  const high = sorted[Math.ceil(at)] ?? NaN;
  return low + (high - low) * (at - Math.floor(at));
}
