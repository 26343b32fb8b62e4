/**
 * A hunt: a rule set over a stream of events, whatever they come as. Counts per rule, the first events of each, what
 * could not be read. Works line by line, so memory does not grow with the stream.
 */
import { info, readJson, unhurried, warning } from "../base";
import type { Diagnostic, Pace, Span } from "../base";
import type { CorrelateOptions, DetectionRule } from "../query/sigma";
import { readPlace } from "../schema";
import type { EventShape, EventValue } from "../schema";
import type { Table } from "../table";
import type { EventReader } from "./column";
import { Correlated } from "./correlated";
import type { CorrelationHits } from "./correlated";
import { JsonEvents } from "./json-events";
import { Matcher } from "./matcher";
import type { RuleSet } from "./rule-set";
import { rowsAsEvents } from "./table-events";
import { timeOf } from "./time";

/** An event that a rule found. */
export interface Hit {
  /** Its number in the hunt, from 0. */
  readonly event: number;
  /** The line of its source, from 0; the row of a table, the record of a log. */
  readonly line: number;
  readonly source: string;
  /** Ticks; undefined when the event says no time. */
  readonly time: bigint | undefined;
  /** The event itself, as far as it is kept. */
  readonly found?: EventValue;
}

/** What a rule found. `hits` are the first ones; more are counted only. */
export interface RuleHits {
  readonly rule: DetectionRule;
  readonly count: number;
  readonly hits: readonly Hit[];
  readonly first: bigint | undefined;
  readonly last: bigint | undefined;
}

/** What came out. */
export interface HuntResult {
  readonly events: number;
  /** Rules that found something, in the order of the set. */
  readonly found: readonly RuleHits[];
  /** Correlations that hold for some group. */
  readonly correlated: readonly CorrelationHits[];
  /** Shapes of the events with their numbers: "how were these logs read?" */
  readonly shapes: readonly { readonly shape: EventShape; readonly events: number }[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Settings; the defaults are for a person who reads the result. */
export interface HuntOptions {
  /** Events kept per rule: 1000. */
  readonly keep?: number;
  /** Whether events are kept themselves, or only their places. */
  readonly keepEvents?: boolean;
  readonly correlate?: CorrelateOptions;
  readonly pace?: Pace;
  /** Told now and then: events so far. */
  readonly progress?: (events: number) => void;
}

interface Count {
  count: number;
  readonly hits: Hit[];
  first: bigint | undefined;
  last: bigint | undefined;
}

const KEEP = 1000;
/** Lines between two looks at the clock. */
const BREATH = 512;
/** Characters of the longest line that is read: a whole export on one line is far below. */
const LONGEST_LINE = 1 << 27;
/** Bad lines that are told one by one. */
const TOLD = 20;

export class Hunt {
  private readonly matcher: Matcher;
  private readonly json = new JsonEvents();
  private readonly counts: (Count | undefined)[] = [];
  private readonly shapes = new Map<EventShape, number>();
  private readonly problems: Diagnostic[] = [];
  private bad = 0;
  private events = 0;
  private readonly pace: Pace;
  private readonly correlated: Correlated | undefined;

  constructor(private readonly set: RuleSet, private readonly options: HuntOptions = {}) {
    if (set.references.correlations.length > 0) this.correlated = new Correlated(set, options.keep ?? KEEP, options.correlate);
    this.matcher = new Matcher(set);
    this.pace = options.pace ?? unhurried();
  }

  /** Hunts in lines of JSON that come in pieces of text, cut anywhere. */
  async lines(source: string, pieces: AsyncIterable<string> | Iterable<string>): Promise<void> {
    // Pieces of a line that is not at its end yet: joined once, so that a file without line breaks takes no square of time.
    let open: string[] = [];
    let length = 0;
    let line = 0;
    const close = (last: string) => {
      const text = open.length === 0 ? last : open.join("") + last;
      if (length + last.length > LONGEST_LINE) this.refuse(`Line ${line + 1} of ${source} is left out: it is longer than ${LONGEST_LINE} characters.`);
      else this.line(source, line, text);
      line++;
      open = [];
      length = 0;
    };
    for await (const piece of pieces) {
      let at = 0;
      for (let end = piece.indexOf("\n"); end >= 0; end = piece.indexOf("\n", at)) {
        close(piece.slice(at, end));
        at = end + 1;
        if (line % BREATH === 0) await this.breathe();
      }
      if (at < piece.length) {
        length += piece.length - at;
        // What is too long is counted, but not kept.
        if (length <= LONGEST_LINE) open.push(at === 0 ? piece : piece.slice(at));
        else open = [];
      }
      await this.breathe();
    }
    if (length > 0) close("");
  }

  /** Hunts in events that were read already; `from` is the number of the first of them in its source. */
  async given(source: string, events: Iterable<EventValue>, from = 0): Promise<void> {
    let line = from;
    for (const event of events) {
      this.json.begin(event);
      this.look(this.json, source, line++);
      if (line % BREATH === 0) await this.breathe();
    }
  }

  /** Hunts in the rows of a table. Texts that are empty count as values that are not there. */
  async table(source: string, table: Table): Promise<void> {
    const reader = new JsonEvents();
    reader.emptyIsNull = true;
    let line = 0;
    for (const event of rowsAsEvents(table)) {
      reader.begin(event);
      this.look(reader, source, line++);
      if (line % BREATH === 0) await this.breathe();
    }
  }

  /** What was found; call it once, when all events were given. Rules that only feed a correlation are left out. */
  result(): HuntResult {
    const { silent } = this.set.references;
    const correlated = this.correlated?.finish();
    const found = this.set.rules.flatMap(({ rule, index }) => {
      const count = this.counts[index];
      return count === undefined || silent.has(rule) ? [] : [{ rule, count: count.count, hits: count.hits, first: count.first, last: count.last }];
    });
    const keep = this.options.keep ?? KEEP;
    const capped = found.filter((each) => each.count > each.hits.length).length;
    const diagnostics = [...this.set.diagnostics, ...this.problems, ...(correlated?.diagnostics ?? [])];
    const nowhere = { from: 0, to: 0 };
    if (this.bad > TOLD) diagnostics.push(warning("hunt-bad-lines", `${this.bad} lines could not be read and were left out; the first ${TOLD} are named.`, nowhere));
    if (capped > 0) diagnostics.push(info("hunt-capped", `${capped} ${capped === 1 ? "rule has" : "rules have"} more hits than are listed; ${keep} are kept of each, all are counted.`, nowhere));
    return { events: this.events, found, correlated: correlated?.found ?? [], shapes: [...this.shapes].map(([shape, events]) => ({ shape, events })), diagnostics };
  }

  private async breathe(): Promise<void> {
    this.options.progress?.(this.events);
    await this.pace.breathe();
  }

  private line(source: string, line: number, written: string): void {
    const text = written.charCodeAt(0) === 0xfeff ? written.slice(1) : written;
    if (text === "" || text.trim() === "") return;
    const event = this.read(source, line, text);
    if (event === undefined) return;
    const inside = recordsIn(event);
    if (inside === undefined) {
      this.json.begin(event, text);
      this.look(this.json, source, line);
      return;
    }
    for (const each of inside) {
      this.json.begin(each, text);
      this.look(this.json, source, line);
    }
  }

  /** `JSON.parse` where it can, our own reader where logs are not quite JSON. */
  private read(source: string, line: number, text: string): EventValue {
    try {
      return JSON.parse(text) as EventValue;
    } catch {
      const read = readJson(text);
      if (read.value !== undefined) return read.value;
      const [first] = read.diagnostics;
      this.refuse(`Line ${line + 1} of ${source} is left out: ${first?.message ?? "not JSON."}`, first?.span);
      return undefined;
    }
  }

  private refuse(message: string, span: Span = { from: 0, to: 0 }): void {
    if (this.bad++ < TOLD) this.problems.push(warning("hunt-bad-line", message, span));
  }

  private look(reader: EventReader, source: string, line: number): void {
    const event = this.events++;
    this.shapes.set(reader.shape, (this.shapes.get(reader.shape) ?? 0) + 1);
    const rules = this.matcher.match(reader);
    if (rules.length === 0) return;
    const time = timeIn(reader);
    const hit: Hit = { event, line, source, time, ...(this.options.keepEvents === true ? { found: reader.event } : {}) };
    this.correlated?.push(rules.map((each) => each.rule), reader.event, reader.shape, time, event);
    for (const { index } of rules) {
      const count = (this.counts[index] ??= { count: 0, hits: [], first: undefined, last: undefined });
      count.count++;
      if (count.hits.length < (this.options.keep ?? KEEP)) count.hits.push(hit);
      if (time === undefined) continue;
      if (count.first === undefined || time < count.first) count.first = time;
      if (count.last === undefined || time > count.last) count.last = time;
    }
  }
}

/** When an event happened, in ticks. */
export function timeIn(reader: Pick<EventReader, "event" | "shape">): bigint | undefined {
  for (const place of reader.shape.time) {
    const value = readPlace(reader.event, place);
    if (value === undefined || value === null || typeof value === "object") continue;
    const time = timeOf(String(value));
    if (time !== null) return time;
  }
  return undefined;
}

/** The events of a line that holds several: a list, or what services wrap theirs in. */
function recordsIn(event: EventValue): readonly EventValue[] | undefined {
  if (Array.isArray(event)) return event as readonly EventValue[];
  if (event === null || typeof event !== "object") return [];
  const plain = event as { readonly Records?: EventValue; readonly records?: EventValue; readonly value?: EventValue };
  for (const list of [plain.Records, plain.records, plain.value]) {
    if (!Array.isArray(list) || Object.keys(plain).length > 4) continue;
    const records = list as readonly EventValue[];
    if (records.every((each) => each !== null && typeof each === "object")) return records;
  }
  return undefined;
}
