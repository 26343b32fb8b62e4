/** The engine: runs plans over tables. Knows functions, no language. */
import { functions } from "../functions";
import type { Outcome, Plan } from "../plan";
import type { RowStory } from "../story";
import { tidy } from "../tidy";
import { followRow } from "./follow";
import { DEEPEST, runWith, seeded } from "./run";
import type { RunOptions } from "./run";
import { Meters } from "./watch";

export { runWith } from "./run";
export type { RunOptions } from "./run";

/** Runs a plan with all functions of the house; see {@link RunOptions} for time, limits and tables. */
export function run(plan: Plan, given: RunOptions): Promise<Outcome> {
  const options = plan.now === undefined ? given : { ...given, now: plan.now };
  // What folding warns of is warned of again, with its place, when the call that it leaves alone is run.
  const context = {
    now: options.now, random: options.random ?? seeded(1), warn: () => undefined, check: () => options.pace.check(),
  };
  const runnable = new Meters(plan).depth > DEEPEST ? plan : tidy(plan, context, functions);
  return runWith(functions, runnable, options);
}

/**
 * What became of one row of a table (`row` from 0) in a query: where it is in the result, or the step and the term that
 * dropped it. Limits of the options count for each of the few runs that it takes.
 */
export function follow(plan: Plan, table: string, row: number, options: RunOptions): Promise<RowStory> {
  return followRow(run, plan, table, row, options);
}
