/** The one table of functions: what they are called, what they take, what they say of themselves, how they compute. */
import { aggregates } from "./aggregate";
import { arithmetic } from "./arithmetic";
import { comparisons } from "./compare";
import { registry } from "./registry";
import { windows } from "./window";

export * from "./define";

/** Every function, aggregate and window function of the house. */
export const functions = registry([...comparisons, ...arithmetic, ...aggregates, ...windows]);
