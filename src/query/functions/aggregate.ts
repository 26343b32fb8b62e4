/** Aggregate functions: one row out of the rows of a group. */
import type { AggregateFunction } from "./define";

/** All of them, for the registry. */
export const aggregates: readonly AggregateFunction[] = [];
