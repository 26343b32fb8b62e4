/** What evaluating needs beside the row: the clock, links, globals, and limits that keep a query from running away. */
import { Stopped } from "../../base";
import type { Pace } from "../../base";
import { formatDate, isMidnight, localZone } from "./dates";
import type { Clock } from "./dates";
import { Failure } from "./failure";
import type { DqlBag, Order, TextOptions } from "./value";

/** How links find their notes. */
export interface Links {
  /** All fields of the note a link's path leads to; null when there is none. */
  fields(path: string): DqlBag | null;
  /** The vault path a link's path leads to; the path itself when there is none. */
  place(path: string): string;
}

/** Links of a world without notes. */
export const NO_LINKS: Links = { fields: () => null, place: (path) => path };

/** Dataview's settings that show in results, with its defaults. */
export interface DqlSettings {
  readonly nullText: string;
  readonly dateFormat: string;
  readonly dateTimeFormat: string;
  /** First header of a TABLE that shows ids. */
  readonly idColumn: string;
}

export const DEFAULT_SETTINGS: DqlSettings = {
  nullText: "\\-", dateFormat: "MMMM dd, yyyy", dateTimeFormat: "h:mm a - MMMM dd, yyyy", idColumn: "File",
};

/** What a host says about time and taste. */
export interface DqlOptions {
  /** Milliseconds since 1970 that `date(now)` and `date(today)` are about. */
  readonly now: number;
  /** IANA name of the local zone; the machine's by default. */
  readonly zone?: string | undefined;
  /** BCP 47 tag; `en-US` by default. */
  readonly locale?: string | undefined;
  readonly settings?: Partial<DqlSettings> | undefined;
}

/** How deep functions may call functions, and how long a text made by a query may get. */
const MAX_CALLS = 100;
const MAX_TEXT = 10_000_000;
/** Evaluations between two looks at the clock. */
const CHECK_EVERY = 20_000;

/** One run's surroundings. It has a life: it counts calls and evaluations. */
export class Context {
  readonly clock: Clock;
  readonly settings: DqlSettings;
  readonly order: Order;
  readonly text: TextOptions;
  private calls = 0;
  private work = 0;

  constructor(
    options: DqlOptions,
    readonly links: Links = NO_LINKS,
    readonly globals: DqlBag = new Map(),
    private readonly pace?: Pace,
  ) {
    const locale = options.locale ?? "en-US";
    this.clock = { now: options.now, zone: localZone(options.zone), locale };
    this.settings = { ...DEFAULT_SETTINGS, ...options.settings };
    this.order = { text: textOrder(locale), place: (path) => links.place(path) };
    const { nullText, dateFormat, dateTimeFormat } = this.settings;
    this.text = {
      nullText, dateText: (date) => formatDate(date, isMidnight(date) ? dateFormat : dateTimeFormat, locale),
    };
  }

  /** Runs `call` one call deeper; a function that calls itself without end becomes a failure of the row. */
  deeper<T>(call: () => T): T {
    if (this.calls >= MAX_CALLS) throw new Failure(`Functions call each other more than ${MAX_CALLS} deep.`);
    this.calls++;
    try {
      return call();
    } finally {
      this.calls--;
    }
  }

  /** Counts one evaluation and now and then asks whether the run shall stop. */
  tick(): void {
    if (++this.work % CHECK_EVERY === 0) this.pace?.check();
  }

  /** The length of a text about to be made; a failure of the row when it is absurd. */
  fits(length: number): number {
    if (length > MAX_TEXT) throw new Failure(`A text of ${length} characters is too long.`);
    return length;
  }
}

const collators = new Map<string, (a: string, b: string) => number>();

function textOrder(locale: string): (a: string, b: string) => number {
  const known = collators.get(locale);
  if (known !== undefined) return known;
  const { compare } = new Intl.Collator(locale);
  collators.set(locale, compare);
  return compare;
}

/** What went wrong with a row, from whatever was thrown: stops go on, failures are told, limits of the machine too. */
export function asFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  if (thrown instanceof Stopped || !(thrown instanceof RangeError)) throw thrown;
  return new Failure(thrown.message);
}
