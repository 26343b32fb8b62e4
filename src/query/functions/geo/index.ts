/** Geospatial functions: the table's entries. */
import type { ScalarFunction } from "../define";
import { gridFunctions } from "./cells";
import { lineFunctions } from "./lines";
import { placeFunctions } from "./places";
import { polygonFunctions } from "./polygons";

export const geography: readonly ScalarFunction[] =
  [...placeFunctions, ...gridFunctions, ...lineFunctions, ...polygonFunctions];
