/** Long work that stays polite: it pauses for the screen, stops when told to, and knows its limits. */

/** Why work ended before its end. */
export type StopReason = "cancelled" | "time" | "rows";

/** Thrown by {@link Pace.breathe} and caught where the work was started: never by an operator on the way. */
export class Stopped extends Error {
  constructor(readonly why: StopReason) {
    super(`stopped: ${why}`);
    this.name = "Stopped";
  }
}

/** Characters of the longest text that a query may make; Kusto's own limit is a sixteenth of it. */
export const LONGEST_TEXT = 1 << 24;

/**
 * Thrown where a value would grow beyond what a machine holds: told as the user's mistake by whoever runs the query.
 * `message` is a sentence for the user.
 */
export class TooLarge extends RangeError {
  constructor(message: string) {
    super(message);
    this.name = "TooLarge";
  }
}

/** The length of a text about to be made; throws {@link TooLarge} when no text may be so long. */
export function fitting(length: number): number {
  if (length <= LONGEST_TEXT) return length;
  throw new TooLarge(`A text of ${Math.round(length)} characters is too long; ${LONGEST_TEXT} is the most.`);
}

/** What a {@link Pace} is made of: everything from outside, so that tests turn the clock. */
export interface PaceOptions {
  /** Told to stop by the user. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds of wall time after which the work is stopped; none by default. */
  readonly limitMs?: number | undefined;
  /** Milliseconds to work before the next pause; 12 by default. */
  readonly sliceMs?: number | undefined;
  /** Monotonic milliseconds. */
  readonly clock: () => number;
  /** Gives the thread away once; resolves when it is our turn again. */
  readonly pause: () => Promise<void>;
}

/** Abort signal, time budget and clock in one: pass it down, call {@link breathe} between pieces of work. */
export class Pace {
  private readonly started: number;
  private turn: number;

  constructor(private readonly options: PaceOptions) {
    this.started = options.clock();
    this.turn = this.started;
  }

  /** Milliseconds of the clock that was passed in. */
  now(): number {
    return this.options.clock();
  }

  /** Throws {@link Stopped} if the work was cancelled or its time is over; does not pause. */
  check(): void {
    if (this.options.signal?.aborted) throw new Stopped("cancelled");
    const limit = this.options.limitMs;
    if (limit !== undefined && this.options.clock() - this.started > limit) throw new Stopped("time");
  }

  /** Checks, and when the slice is used up gives the thread away once. Call it between batches, not between rows. */
  async breathe(): Promise<void> {
    this.check();
    if (this.options.clock() - this.turn < (this.options.sliceMs ?? 12)) return;
    await this.options.pause();
    this.turn = this.options.clock();
    this.check();
  }
}

/** A pace without pauses and limits, for short work and tests. */
export function unhurried(): Pace {
  return new Pace({ clock: () => 0, pause: () => Promise.resolve() });
}
