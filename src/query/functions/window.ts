/** Window functions: a column that looks at neighbouring rows. */
import type { WindowFunction } from "./define";

/** All of them, for the registry. */
export const windows: readonly WindowFunction[] = [];
