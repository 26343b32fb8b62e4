/** The machine's clocks, for the lab. */
import { performance } from "node:perf_hooks";
import type { LabTime } from "../core";
import { ticksFromUnixMs } from "../table";

export const labTime: LabTime = {
  clock: () => performance.now(),
  // A command line has no screen to keep alive, but Ctrl+C must get its turn.
  pause: () => new Promise((resolve) => { setImmediate(resolve); }),
  wallTicks: () => ticksFromUnixMs(Date.now()),
};
