/** Time as the rooms below want it handed in. */
import { Pace } from "../base";
import { ticksFromUnixMs } from "../table";

/** Clock, pause and timers of the window. */
export const windowTime = {
  clock: () => performance.now(),
  pause: () => new Promise<void>((resolve) => { window.setTimeout(resolve, 0); }),
  wallTicks: () => ticksFromUnixMs(Date.now()),
  later: (ms: number, call: () => void) => {
    const timer = window.setTimeout(call, ms);
    return () => { window.clearTimeout(timer); };
  },
};

/** A pace that leaves room for the screen; without a limit. */
export function pace(signal?: AbortSignal): Pace {
  return new Pace({ clock: windowTime.clock, pause: windowTime.pause, signal });
}

/** Today in the local zone, `2026-05-01`. */
export function today(): string {
  const now = new Date();
  const two = (n: number) => String(n).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
