/** One cell's value, outside of its column. */

/** A point in time or a span of time in 100-ns ticks; a datetime counts from 0001-01-01T00:00:00Z. */
export interface Ticks {
  readonly kind: "datetime" | "timespan";
  readonly ticks: bigint;
}

/** A duration as DQL has it: months do not have a length in ticks, so both are kept. */
export interface Months {
  readonly kind: "duration";
  readonly months: number;
  readonly ticks: bigint;
}

/** A link to a note or a part of it. `path` is as written, or the vault path where it was resolved. */
export interface LinkTo {
  readonly kind: "link";
  readonly path: string;
  readonly label?: string;
  readonly embed: boolean;
  /** Heading (`header`) or block id (`block`) behind the `#`, without it. */
  readonly subpath?: string;
  readonly part?: "file" | "header" | "block";
}

/** An exact decimal: `digits / 10^scale`. */
export interface Decimal {
  readonly kind: "decimal";
  readonly digits: bigint;
  readonly scale: number;
}

/** A guid, in lower case with dashes. Only inside dynamic values and literals; a guid column holds texts. */
export interface Guid {
  readonly kind: "guid";
  readonly text: string;
}

/** A bag of a dynamic value: keys in order. */
export type Bag = ReadonlyMap<string, Value>;

/**
 * A value. A `bigint` is always a long, a `number` always a real, a bag always a `Map`.
 * `undefined` never occurs; missing is `null`.
 */
export type Value =
  | null | boolean | bigint | number | string | Ticks | Months | LinkTo | Decimal | Guid | readonly Value[] | Bag;
