/**
 * The logs of the lab pane: texts and files on their way into the lab, each with its progress and its end, and what became
 * of them. A file is handed to the lab as bytes that it reads piece by piece; its text is in no memory as a whole.
 */
import type { Lab, Loaded } from "../core";
import type { Bytes, LogFormat } from "../logs";
import type { LabLoading, LabSample, LabVerdict } from "../ui";
import type { Expectation } from "../vault";

/** Logs that belong to a query: text of a fence, or a file that is read when the query is opened. */
export interface SampleSource {
  readonly name: string;
  readonly from: LabSample["from"];
  readonly table?: string;
  readonly expect?: Expectation;
  /** A `Blob` (a `File`) where bytes are meant: the lab may be in a worker, and nothing else gets there unread. */
  readonly text: string | Bytes | (() => Promise<string | Bytes>);
}

/** Logs that are loaded. */
export interface Sample {
  readonly id: string;
  readonly name: string;
  readonly from: LabSample["from"];
  /** What they are read from again, as another table. */
  readonly text: string | Bytes;
  readonly said?: string;
  /** The format that the user named. */
  readonly saidFormat?: LogFormat;
  readonly expect?: Expectation;
  readonly loaded: Loaded;
  readonly verdict?: LabVerdict;
  /** Loaded with the fields it was written with. */
  readonly asWritten: boolean;
}

/** What samples need of the session around them. */
export interface SamplePorts {
  readonly lab: Lab;
  /** Samples are others. */
  changed(): void;
  /** Only how far a reading is. */
  publish(): void;
  /** Runs work whose failure is told to the user. */
  guarded(work: () => Promise<void>): Promise<void>;
  /** Whether a sample of this table, if one was said, is loaded with the fields it was written with. */
  keepsFields(table: string | undefined): boolean;
  /** Whether the query reads what was loaded. */
  isUsed(loaded: Loaded): boolean;
}

interface Reading {
  readonly model: LabLoading;
  readonly from: LabSample["from"];
  readonly cancel: AbortController;
}

/** Samples that belong to the query, and go with it. */
const ofQuery = (from: LabSample["from"]): boolean => from === "note" || from === "pack";

export class LabSamples {
  /** All that are loaded, in the order in which they came. */
  all: readonly Sample[] = [];
  private readings: readonly Reading[] = [];
  private next = 1;

  constructor(private readonly ports: SamplePorts) {}

  /** What is on its way. */
  loading(): readonly LabLoading[] {
    return this.readings.map((r) => r.model);
  }

  models(): readonly LabSample[] {
    return this.all.map((s) => ({
      id: s.id, name: s.name, from: s.from,
      table: s.loaded.table, tableSaid: s.said !== undefined, formatSaid: s.saidFormat !== undefined, candidates: s.loaded.candidates,
      rows: s.loaded.rows, format: s.loaded.format, mapping: s.loaded.mapping,
      used: this.ports.isUsed(s.loaded),
      problems: s.loaded.diagnostics.map((diagnostic) => ({ line: diagnostic.line ?? 1, diagnostic })),
      ...(s.expect === undefined ? {} : { expect: s.expect }),
      ...(s.verdict === undefined ? {} : { verdict: s.verdict }),
    }));
  }

  /** Loads logs; true when they are there in the end. */
  async add(source: SampleSource): Promise<boolean> {
    const id = `sample-${this.next++}`;
    return this.read(id, source.name, source.from, async (signal, onRead) => {
      const text = typeof source.text === "function" ? await source.text() : source.text;
      signal.throwIfAborted();
      const asWritten = this.ports.keepsFields(source.table);
      const loaded = await this.ports.lab.load(
        { id, text, ...(source.table === undefined ? {} : { table: source.table }), ...(asWritten ? { map: false } : {}) }, signal, onRead,
      );
      this.all = [...this.all, {
        id, name: source.name, from: source.from, text, loaded, asWritten,
        ...(source.table === undefined ? {} : { said: source.table }),
        ...(source.expect === undefined ? {} : { expect: source.expect }),
      }];
    });
  }

  /** Reads a sample again, as the table or the format that the user named (`null`: as what it looks like). */
  async reread(id: string, as: { readonly table?: string | null; readonly format?: LogFormat | null }): Promise<void> {
    const sample = this.find(id);
    if (!sample) return;
    const table = as.table === undefined ? sample.said : (as.table ?? undefined);
    const format = as.format === undefined ? sample.saidFormat : (as.format ?? undefined);
    await this.read(id, sample.name, sample.from, async (signal, onRead) => {
      const asWritten = this.ports.keepsFields(table);
      const loaded = await this.ports.lab.load({
        id, text: sample.text, ...(table === undefined ? {} : { table }), ...(format === undefined ? {} : { format }),
        ...(asWritten ? { map: false } : {}),
      }, signal, onRead);
      const { said: _, saidFormat: __, verdict: ___, ...rest } = this.find(id) ?? sample;
      this.replace({ ...rest, ...(table === undefined ? {} : { said: table }), ...(format === undefined ? {} : { saidFormat: format }), asWritten, loaded });
    });
  }

  /** Reads those again that the query wants otherwise: with the fields they were written with, or in a table's columns. */
  async suit(): Promise<void> {
    for (const { id, said, asWritten } of this.all) if (asWritten !== this.ports.keepsFields(said)) await this.reread(id, {});
  }

  /** Ends a reading; what was loaded before stays. */
  cancel(id: string): void {
    const reading = this.readings.find((r) => r.model.id === id);
    if (!reading) return;
    reading.cancel.abort();
    this.told(id, { ...reading.model, cancelling: true });
  }

  remove(id: string): void {
    this.ports.lab.drop(id);
    this.all = this.all.filter((s) => s.id !== id);
  }

  expect(id: string, expect: Expectation | null): void {
    const sample = this.find(id);
    if (!sample) return;
    const { expect: _, verdict: __, ...rest } = sample;
    this.replace({ ...rest, ...(expect === null ? {} : { expect }) });
  }

  replace(sample: Sample): void {
    this.all = this.all.map((s) => (s.id === sample.id ? sample : s));
  }

  /** Drops what belongs to the query before; what is still being read of it is not read on. */
  dropOfQuery(): void {
    for (const reading of this.readings) if (ofQuery(reading.from)) reading.cancel.abort();
    for (const s of this.all) if (ofQuery(s.from)) this.ports.lab.drop(s.id);
    this.all = this.all.filter((s) => !ofQuery(s.from));
  }

  /** What runs found is of an earlier state. */
  makeStale(): void {
    this.all = this.all.map((s) => (s.verdict ? { ...s, verdict: { ...s.verdict, stale: true } } : s));
  }

  /** A name that no sample has. */
  freeName(base: string): string {
    const taken = new Set([...this.all.map((s) => s.name), ...this.readings.map((r) => r.model.name)]);
    if (!taken.has(base)) return base;
    let n = 2;
    while (taken.has(`${base} ${n}`)) n++;
    return `${base} ${n}`;
  }

  find(id: string | null): Sample | undefined {
    return this.all.find((s) => s.id === id);
  }

  /** Work that reads, told while it lasts. True when it came to its end. */
  private async read(
    id: string, name: string, from: LabSample["from"],
    work: (signal: AbortSignal, onRead: (progress: { readonly read: number; readonly size: number }) => void) => Promise<void>,
  ): Promise<boolean> {
    const cancel = new AbortController();
    const model: LabLoading = { id, name, cancelling: false };
    this.readings = [...this.readings, { model, from, cancel }];
    this.ports.publish();
    let done = false;
    await this.ports.guarded(async () => {
      try {
        await work(cancel.signal, ({ read, size }) => {
          if (!cancel.signal.aborted) this.told(id, { ...model, read, size });
        });
        done = true;
      } catch (problem) {
        // Who cancels wants no message that it was cancelled.
        if (!cancel.signal.aborted) throw problem;
      }
    });
    this.readings = this.readings.filter((r) => r.cancel !== cancel);
    this.ports.changed();
    return done;
  }

  private told(id: string, model: LabLoading): void {
    this.readings = this.readings.map((r) => (r.model.id === id ? { ...r, model } : r));
    this.ports.publish();
  }
}
