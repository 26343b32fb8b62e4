/** The engine: runs plans over tables. Knows functions, no language. */
import { functions } from "../functions";
import type { Outcome, Plan } from "../plan";
import { tidy } from "../tidy";
import { DEEPEST, runWith, seeded } from "./run";
import type { RunOptions } from "./run";
import { Meters } from "./watch";

export { runWith } from "./run";
export type { RunOptions } from "./run";

/** Runs a plan with all functions of the house; see {@link RunOptions} for time, limits and tables. */
export function run(plan: Plan, options: RunOptions): Promise<Outcome> {
  // What folding warns of is warned of again, with its place, when the call that it leaves alone is run.
  const context = {
    now: options.now, random: options.random ?? seeded(1), warn: () => undefined, check: () => options.pace.check(),
  };
  const runnable = new Meters(plan).depth > DEEPEST ? plan : tidy(plan, context, functions);
  return runWith(functions, runnable, options);
}
