/** The engine: runs plans over tables. Knows functions, no language. */
import { functions } from "../functions";
import type { Outcome, Plan } from "../plan";
import { runWith } from "./run";
import type { RunOptions } from "./run";

export { runWith } from "./run";
export type { RunOptions } from "./run";

/** Runs a plan with all functions of the house; see {@link RunOptions} for time, limits and tables. */
export function run(plan: Plan, options: RunOptions): Promise<Outcome> {
  return runWith(functions, plan, options);
}
