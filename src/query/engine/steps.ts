/** A timeline cut into steps of equal length, or into weeks, months or years: where rows lie, where steps begin. */
import { TICKS_PER_DAY, addMonths, builder, datetimeOf, dateParts, dayOfWeek, floorDivide, longOf, valueAt } from "../../table";
import type { Column, ScalarType, Value } from "../../table";

/** Months of the steps that are no equal lengths, and how long they are on average. */
const CALENDAR: ReadonlyMap<Value, { readonly months: number; readonly ticks: bigint }> = new Map([
  ["month", { months: 1, ticks: TICKS_PER_DAY * 30n }],
  ["year", { months: 12, ticks: TICKS_PER_DAY * 365n }],
]);

/**
 * Steps from a start. Places on the timeline are doubles that count from the start: exact for times within 28 years of
 * it, and to a tick beyond.
 */
export class Steps {
  /** The length of a step as a double; of months and years the usual one. */
  readonly length: number;
  private readonly start: bigint | number;
  private readonly step: bigint | number;
  private readonly months: number;

  /** `undefined` where the length is not above zero, or one of the arguments is null. */
  static of(type: ScalarType, start: Value, step: Value): Steps | undefined {
    if (start === null || step === null) return undefined;
    const made = new Steps(type, start, step);
    return made.length > 0 ? made : undefined;
  }

  private constructor(readonly type: ScalarType, start: Value, step: Value) {
    const calendar = CALENDAR.get(step);
    this.months = calendar?.months ?? 0;
    const exact = type !== "real" && type !== "int";
    const from = exact ? longOf(start) : Number(start);
    if (calendar !== undefined) {
      const { year, month } = dateParts(from as bigint);
      this.start = datetimeOf(year, calendar.months === 12 ? 1 : month, 1) ?? (from);
      this.step = calendar.ticks;
    } else if (step === "week") {
      const day = floorDivide(from as bigint, TICKS_PER_DAY);
      this.start = (day - BigInt(dayOfWeek(from as bigint))) * TICKS_PER_DAY;
      this.step = TICKS_PER_DAY * 7n;
    } else {
      this.start = from;
      this.step = exact ? longOf(step) : Number(step);
    }
    this.length = Number(this.step);
  }

  /** Where the cells of a column lie, counted from the start; NaN for null. */
  places(column: Column): Float64Array {
    const out = new Float64Array(column.length);
    const { nulls } = column;
    for (let row = 0; row < column.length; row++) {
      if (nulls !== null && nulls[row] === 1) out[row] = NaN;
      else if (column.type === "long" || column.type === "datetime" || column.type === "timespan") {
        out[row] = Number(column.data[row]! - (this.start as bigint));
      } else if (column.type === "int" || column.type === "real") out[row] = column.data[row]! - (this.start as number);
      else out[row] = this.place(valueAt(column, row));
    }
    return out;
  }

  /** Where a value lies. */
  place(value: Value): number {
    if (value === null) return NaN;
    return typeof this.start === "bigint" ? Number(longOf(value) - this.start) : Number(value) - this.start;
  }

  /** The number of the step that a place lies in; steps before the start have negative ones. */
  at(place: number): number {
    if (this.months === 0) return Math.floor(place / this.length);
    if (Number.isNaN(place)) return NaN;
    const { year, month } = dateParts((this.start as bigint) + BigInt(place));
    const first = dateParts(this.start as bigint);
    return Math.floor(((year - first.year) * 12 + month - first.month) / this.months);
  }

  /** How many whole steps a length holds, at least one. */
  within(length: Value): number {
    const own = typeof this.step === "bigint" ? Number(longOf(length)) : Number(length);
    return Math.max(1, Math.floor(own / this.length));
  }

  /** Where steps begin, as cells of the timeline. */
  starts(steps: readonly number[]): Column {
    const out = builder(this.type);
    for (const i of steps) {
      if (typeof this.start === "number") out.push(this.start + i * Number(this.step));
      else {
        const at = this.months > 0 ? addMonths(this.start, i * this.months) ?? this.start
          : this.start + BigInt(i) * (this.step as bigint);
        out.push(this.type === "datetime" || this.type === "timespan" ? { kind: this.type, ticks: at } : at);
      }
    }
    return out.finish();
  }
}

/** A length of the timeline's type as a double. */
export function lengthOf(value: Value): number {
  return typeof value === "number" ? value : value === null ? NaN : Number(longOf(value));
}
