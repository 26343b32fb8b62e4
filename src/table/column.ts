/** Columns: seven kinds of storage for the ten types. */
import type { Value } from "./value";

/**
 * A column of one type. `nulls` has a 1 for every row that is null, and is null itself when no row is.
 * What `data` holds at a null row is unspecified but valid (0, code 0 with words[0] present, null).
 * A string is never null in Kusto's languages: their readers leave `nulls` null for strings.
 */
export type Column = { readonly length: number; readonly nulls: Uint8Array | null } & ColumnData;

export type ColumnData =
  | { readonly type: "bool"; readonly data: Uint8Array }
  | { readonly type: "int"; readonly data: Int32Array }
  | { readonly type: "real"; readonly data: Float64Array }
  /** Longs, and ticks of 100 ns: a datetime since year 1, a timespan as it is. */
  | { readonly type: "long" | "datetime" | "timespan"; readonly data: BigInt64Array }
  /** Dictionary-encoded: row i is `words[codes[i]]`. Words may repeat and may be unused; the dictionary is shared by reference. */
  | { readonly type: "string" | "guid"; readonly codes: Uint32Array; readonly words: readonly string[] }
  /** Row i is `data[i] / 10^scale`. */
  | { readonly type: "decimal"; readonly data: readonly bigint[]; readonly scale: number }
  | { readonly type: "dynamic"; readonly data: readonly Value[] };
