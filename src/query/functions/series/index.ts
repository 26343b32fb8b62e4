/** Functions over series, the arrays of numbers that `make-series` and `make_list` give. */
import type { ScalarFunction } from "../define";
import { elementwise } from "./elementwise";
import { fills } from "./fill";
import { filters } from "./filter";
import { fits } from "./fit";
import { seasons } from "./season";
import { seriesStatistics } from "./statistics";

/** All of them. */
export const seriesFunctions: readonly ScalarFunction[] = [
  ...elementwise, ...fills, ...filters, ...fits, ...seasons, ...seriesStatistics,
];
