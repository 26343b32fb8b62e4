/** The lab in a worker: log text is read there and tables stay there; compiling stays here, instant at each keystroke. */
import type { LoadProgress } from "../logs";
import type { Compiled, Outcome, Plan, RowStory, Scope } from "../query";
import type { Table } from "../table";
import type { HuntReport } from "../hunt";
import type { Defined, HuntRequest, Lab, Loaded, LoadRequest, RunOptions, SampleRow } from "./lab";
import { compileWith } from "./languages";
import type { LabTime } from "./local-lab";
import { labScope } from "./names-in-scope";

/** What the page tells the worker. `job` names an answer that is waited for. */
export type ToWorker =
  | { readonly kind: "load"; readonly job: number; readonly request: LoadRequest }
  | { readonly kind: "run"; readonly job: number; readonly plan: Plan
      readonly options: Omit<RunOptions, "signal" | "onProgress"> }
  | { readonly kind: "rows"; readonly job: number; readonly sample: string; readonly most: number }
  | { readonly kind: "why"; readonly job: number; readonly plan: Plan; readonly at: SampleRow
      readonly options: Omit<RunOptions, "signal" | "onProgress"> }
  | { readonly kind: "hunt"; readonly job: number; readonly request: HuntRequest }
  | { readonly kind: "drop"; readonly id: string }
  | { readonly kind: "cancel"; readonly job: number };

/** What the worker answers. */
export type FromWorker =
  | { readonly kind: "loaded"; readonly job: number; readonly loaded: Loaded }
  | { readonly kind: "ran"; readonly job: number; readonly outcome: Outcome }
  | { readonly kind: "rows"; readonly job: number; readonly table: Table | undefined }
  | { readonly kind: "why"; readonly job: number; readonly story: RowStory }
  | { readonly kind: "hunted"; readonly job: number; readonly report: HuntReport }
  | { readonly kind: "progress"; readonly job: number; readonly rows: number }
  | { readonly kind: "reading"; readonly job: number; readonly progress: LoadProgress }
  | { readonly kind: "stopped"; readonly job: number }
  | { readonly kind: "broken"; readonly job: number; readonly message: string };

/** As much of a worker as we use, so that tests can stand one in. */
export interface WorkerPort {
  postMessage(message: ToWorker): void;
  terminate(): void;
  onmessage: ((event: { readonly data: FromWorker }) => void) | null;
  onerror: ((event: { readonly message?: string }) => void) | null;
}

interface Job {
  readonly resolve: (answer: FromWorker) => void;
  readonly reject: (why: Error) => void;
  readonly onProgress?: ((rows: number) => void) | undefined;
  readonly onRead?: ((progress: LoadProgress) => void) | undefined;
}

/** Milliseconds that a cancelled job has to come to its next breath before the worker is replaced. */
const PATIENCE_MS = 2_000;

export class WorkerLab implements Lab {
  private worker: WorkerPort | undefined;
  private readonly jobs = new Map<number, Job>();
  /** What was loaded, with its text: a worker that had to be replaced is filled again from it. */
  private defined: Defined | undefined;
  private readonly samples = new Map<string, { readonly request: LoadRequest; readonly loaded: Loaded }>();
  private nextJob = 1;

  /** `start` makes a worker that runs `worker-entry`; `later` calls back once after some milliseconds, and returns a cancel. */
  constructor(
    private readonly start: () => WorkerPort,
    private readonly time: LabTime & { readonly later: (ms: number, call: () => void) => () => void },
  ) {}

  async load(request: LoadRequest, signal?: AbortSignal, onRead?: (progress: LoadProgress) => void): Promise<Loaded> {
    const answer = await this.ask((job) => ({ kind: "load", job, request }), signal, undefined, undefined, onRead);
    if (answer.kind !== "loaded") throw new DOMException("Reading was cancelled.", "AbortError");
    this.samples.set(request.id, { request, loaded: answer.loaded });
    return answer.loaded;
  }

  drop(id: string): void {
    this.samples.delete(id);
    this.worker?.postMessage({ kind: "drop", id });
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
    const { signal, onProgress, ...rest } = options;
    const answer = await this.ask((job) => ({ kind: "run", job, plan, options: rest }), signal, onProgress, rest.limitMs);
    if (answer.kind === "ran") return answer.outcome;
    return { kind: "stopped", why: signal?.aborted === true ? "cancelled" : "time", table: { schema: plan.schema, batches: [] }, trace: [] };
  }

  async rows(sample: string, most: number): Promise<Table | undefined> {
    const answer = await this.ask((job) => ({ kind: "rows", job, sample, most }));
    return answer.kind === "rows" ? answer.table : undefined;
  }

  async why(plan: Plan, at: SampleRow, options: RunOptions): Promise<RowStory> {
    const { signal, onProgress: _, ...rest } = options;
    const answer = await this.ask((job) => ({ kind: "why", job, plan, at, options: rest }), signal, undefined, rest.limitMs);
    if (answer.kind === "why") return answer.story;
    const why = signal?.aborted === true ? "cancelled" : "time";
    const table = this.samples.get(at.sample)?.loaded.table ?? "";
    return { table, row: at.row, steps: [], ends: [{ kind: "broken", why, diagnostics: [] }] };
  }

  async hunt(request: HuntRequest, signal?: AbortSignal, onProgress?: (events: number) => void): Promise<HuntReport> {
    const answer = await this.ask((job) => ({ kind: "hunt", job, request }), signal, onProgress);
    if (answer.kind !== "hunted") throw new DOMException("The hunt was cancelled.", "AbortError");
    return answer.report;
  }

  close(): void {
    this.worker?.terminate();
    this.worker = undefined;
    for (const job of this.jobs.values()) job.reject(new Error("the lab was closed"));
    this.jobs.clear();
    this.samples.clear();
  }

  private ask(
    message: (job: number) => ToWorker, signal?: AbortSignal, onProgress?: (rows: number) => void, limitMs?: number,
    onRead?: (progress: LoadProgress) => void,
  ): Promise<FromWorker> {
    const job = this.nextJob++;
    return new Promise<FromWorker>((resolve, reject) => {
      if (signal?.aborted) {
        resolve({ kind: "stopped", job });
        return;
      }
      const timers: (() => void)[] = [];
      const replaceIn = (ms: number) => timers.push(this.time.later(ms, () => { if (this.jobs.has(job)) this.replace(); }));
      const onAbort = () => {
        this.worker?.postMessage({ kind: "cancel", job });
        replaceIn(PATIENCE_MS);
      };
      const settle = <T>(then: (value: T) => void) => (value: T) => {
        for (const forget of timers) forget();
        signal?.removeEventListener("abort", onAbort);
        this.jobs.delete(job);
        then(value);
      };
      this.jobs.set(job, { resolve: settle(resolve), reject: settle(reject), onProgress, onRead });
      signal?.addEventListener("abort", onAbort, { once: true });
      this.running().postMessage(message(job));
      // The worker keeps to the limit itself; this is for the call that never looks at the clock.
      if (limitMs !== undefined) replaceIn(limitMs + PATIENCE_MS);
    });
  }

  private running(): WorkerPort {
    if (this.worker) return this.worker;
    const worker = this.start();
    worker.onmessage = ({ data }) => {
      const job = this.jobs.get(data.job);
      if (!job) return;
      if (data.kind === "progress") job.onProgress?.(data.rows);
      else if (data.kind === "reading") job.onRead?.(data.progress);
      else if (data.kind === "broken") job.reject(new Error(data.message));
      else job.resolve(data);
    };
    worker.onerror = (event) => {
      const why = new Error(event.message ?? "the lab's worker could not run");
      for (const job of [...this.jobs.values()]) job.reject(why);
    };
    this.worker = worker;
    return worker;
  }

  /** The worker did not come to a breath (a runaway regular expression): a new one, filled with the same samples. */
  private replace(): void {
    this.worker?.terminate();
    this.worker = undefined;
    for (const [job, waiting] of [...this.jobs]) waiting.resolve({ kind: "stopped", job });
    const worker = this.running();
    // Answers to these loads find no job and are dropped: what was loaded is known already.
    for (const { request } of this.samples.values()) worker.postMessage({ kind: "load", job: 0, request });
  }
}
