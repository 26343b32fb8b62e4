/** Geospatial functions: the table's entries, and what the lookup plugins need of shapes. */
import type { ScalarFunction } from "../define";
import { gridFunctions } from "./cells";
import { placeFunctions } from "./places";

export const geography: readonly ScalarFunction[] = [...placeFunctions, ...gridFunctions];
