/** The lab in this thread: for the command line, for tests, and inside of the worker. */
import { Pace } from "../base";
import { distinctValues, readLogs, timeRanges } from "../logs";
import type { LoadProgress } from "../logs";
import type { Compiled, Outcome, Plan, RowStory, Scope } from "../query";
import { follow, run } from "../query/engine";
import { rowCount, sliceRows, tableOfBatches, type Batch, type Table } from "../table";
import type { HuntReport } from "../hunt";
import { huntIn, readyRules } from "./hunting";
import type { Defined, HuntRequest, Lab, Loaded, LoadRequest, RunOptions, SampleRow } from "./lab";
import { compileWith } from "./languages";
import { labScope, schemaOf, watchlistTable } from "./names-in-scope";
import { alignTables } from "./tables";

/** Time from outside, so that tests turn the clock. */
export interface LabTime {
  /** Monotonic milliseconds. */
  readonly clock: () => number;
  /** Gives the thread away once. */
  readonly pause: () => Promise<void>;
  /** Ticks of the wall clock (100 ns since year 1): what `now()` means when no sample has a time. */
  readonly wallTicks: () => bigint;
}

export class LocalLab implements Lab {
  private readonly samples = new Map<string, { readonly loaded: Loaded; readonly table: Table }>();
  /** Samples of one table joined to one, until a sample comes or goes. */
  private readonly joined = new Map<string, Table>();

  private defined: Defined | undefined;

  constructor(private readonly time: LabTime) {}

  async load(request: LoadRequest, signal?: AbortSignal, onProgress?: (progress: LoadProgress) => void): Promise<Loaded> {
    const pace = new Pace({ clock: this.time.clock, pause: this.time.pause, signal });
    const read = await readLogs(request.text, {
      ...(request.format === undefined ? {} : { format: request.format }),
      ...(request.watchlist ? { table: watchlistTable(request.watchlist.alias), map: false }
        : request.table === undefined ? {} : { table: request.table }),
      ...(request.map === undefined ? {} : { map: request.map }),
      ...(request.maxRows === undefined ? {} : { maxRows: request.maxRows }),
      ...(onProgress === undefined ? {} : { onProgress }),
      pace,
    });
    const loaded: Loaded = {
      id: request.id,
      table: read.name,
      format: read.format,
      mapping: read.mapping,
      candidates: read.candidates,
      schema: read.table.schema,
      rows: read.rows,
      ...(read.newest === undefined ? {} : { newest: read.newest }),
      values: distinctValues(read.table),
      times: timeRanges(read.table),
      diagnostics: read.diagnostics,
      ...(request.watchlist === undefined ? {} : { watchlist: request.watchlist }),
    };
    this.samples.set(request.id, { loaded, table: read.table });
    this.joined.clear();
    return loaded;
  }

  drop(id: string): void {
    this.samples.delete(id);
    this.joined.clear();
  }

  loaded(): readonly Loaded[] {
    return [...this.samples.values()].map((s) => s.loaded);
  }

  scope(options: { readonly lenient: boolean; readonly now?: bigint }): Scope {
    return labScope(this.loaded(), options, this.time.wallTicks, this.defined);
  }

  define(defined: Defined): void {
    this.defined = defined;
  }

  compile(language: string, text: string, scope: Scope): Compiled {
    return compileWith(language, text, scope);
  }

  async run(plan: Plan, options: RunOptions): Promise<Outcome> {
    return run(plan, this.engineOptions(options));
  }

  rows(sample: string, most: number): Promise<Table | undefined> {
    const found = this.samples.get(sample)?.table;
    if (found === undefined) return Promise.resolve(undefined);
    const batches: Batch[] = [];
    let left = most;
    for (const batch of found.batches) {
      if (left <= 0) break;
      batches.push(sliceRows(batch, 0, Math.min(left, batch.length)));
      left -= batch.length;
    }
    return Promise.resolve(tableOfBatches(found.schema, batches));
  }

  async why(plan: Plan, at: SampleRow, options: RunOptions): Promise<RowStory> {
    const sample = this.samples.get(at.sample);
    if (sample === undefined) throw new RangeError(`There is no sample '${at.sample}'.`);
    // Samples of one table follow each other in it.
    let before = 0;
    for (const [id, { loaded, table }] of this.samples) {
      if (id === at.sample) break;
      if (loaded.table === sample.loaded.table && takesPart(loaded, options.only)) before += rowCount(table);
    }
    const story = await follow(plan, sample.loaded.table, before + at.row, this.engineOptions(options));
    return { ...story, row: at.row };
  }

  async hunt(request: HuntRequest, signal?: AbortSignal, onProgress?: (events: number) => void): Promise<HuntReport> {
    const pace = new Pace({ clock: this.time.clock, pause: this.time.pause, signal });
    const { rules, logs, level, keep } = request;
    return huntIn(readyRules(rules, level === undefined ? {} : { level }), logs, {
      pace, ...(keep === undefined ? {} : { keep }), ...(onProgress === undefined ? {} : { onProgress }),
    });
  }

  private engineOptions(options: RunOptions): Parameters<typeof run>[1] {
    const pace = new Pace({ clock: this.time.clock, pause: this.time.pause, signal: options.signal, limitMs: options.limitMs });
    return {
      tables: (name) => this.table(name, options.only),
      now: options.now,
      pace,
      ...(options.batchRows === undefined ? {} : { batchRows: options.batchRows }),
      ...(options.maxHeldRows === undefined ? {} : { room: { rows: options.maxHeldRows, cells: options.maxHeldRows * 10 } }),
      ...(options.maxRows === undefined ? {} : { maxRows: options.maxRows }),
      ...(options.onProgress === undefined ? {} : { onRows: options.onProgress }),
    };
  }

  close(): void {
    this.samples.clear();
    this.joined.clear();
  }

  /** All rows of a table: its samples one after the other, in the columns that the scope promised. */
  private table(name: string, only?: readonly string[]): Table | undefined {
    const ready = only === undefined ? this.joined.get(name) : undefined;
    if (ready) return ready;
    const schema = schemaOf(name, this.loaded());
    if (!schema) return undefined;
    const parts = [...this.samples.values()]
      .filter((s) => s.loaded.table === name && takesPart(s.loaded, only))
      .map((s) => s.table);
    const table = alignTables(schema, parts);
    if (only === undefined) this.joined.set(name, table);
    return table;
  }
}

function takesPart(sample: Loaded, only: readonly string[] | undefined): boolean {
  return only === undefined || sample.watchlist !== undefined || only.includes(sample.id);
}
