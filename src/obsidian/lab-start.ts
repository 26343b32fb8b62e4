/** Starts a lab: in a worker where one can run, in this thread where none can. */
import workerText from "worker:../core/worker-start";
import {
  LocalLab, WorkerLab, type Defined, type HuntRequest, type Lab, type Loaded, type LoadRequest, type RunOptions, type SampleRow, type WorkerPort,
} from "../core";
import type { LoadProgress } from "../logs";
import type { HuntReport } from "../hunt";
import type { Compiled, Outcome, Plan, RowStory, Scope } from "../query";
import type { Table } from "../table";
import { windowTime } from "./clock";

/** A new lab; `close` ends its worker. */
export function startLab(): Lab {
  return new SturdyLab();
}

/**
 * A lab in a worker that goes over to this thread when the worker's very first answer is that it cannot run (a host
 * that
 * forbids workers): what was asked is then asked again here.
 */
class SturdyLab implements Lab {
  private inner: Lab;
  private answered = false;
  private defined: Defined | undefined;
  private url: string | undefined;

  constructor() {
    this.inner = typeof Worker === "undefined"
      ? new LocalLab(windowTime)
      : new WorkerLab(() => this.startWorker(), windowTime);
    if (typeof Worker === "undefined") this.answered = true;
  }

  load(request: LoadRequest, signal?: AbortSignal, onRead?: (progress: LoadProgress) => void): Promise<Loaded> {
    return this.first((lab) => lab.load(request, signal, onRead));
  }

  run(plan: Plan, options: RunOptions): Promise<Outcome> {
    return this.first((lab) => lab.run(plan, options));
  }

  rows(sample: string, most: number): Promise<Table | undefined> {
    return this.first((lab) => lab.rows(sample, most));
  }

  why(plan: Plan, at: SampleRow, options: RunOptions): Promise<RowStory> {
    return this.first((lab) => lab.why(plan, at, options));
  }

  hunt(request: HuntRequest, signal?: AbortSignal, onProgress?: (events: number) => void): Promise<HuntReport> {
    return this.first((lab) => lab.hunt(request, signal, onProgress));
  }

  drop(id: string): void {
    this.inner.drop(id);
  }

  loaded(): readonly Loaded[] {
    return this.inner.loaded();
  }

  scope(options: { readonly lenient: boolean; readonly now?: bigint }): Scope {
    return this.inner.scope(options);
  }

  define(defined: Defined): void {
    this.defined = defined;
    this.inner.define(defined);
  }

  compile(language: string, text: string, scope: Scope): Compiled {
    return this.inner.compile(language, text, scope);
  }

  close(): void {
    this.inner.close();
    this.release();
  }

  private async first<T>(ask: (lab: Lab) => Promise<T>): Promise<T> {
    const asked = this.inner;
    try {
      const answer = await ask(asked);
      this.answered = true;
      return answer;
    } catch (problem) {
      if (this.answered || (problem instanceof DOMException && problem.name === "AbortError")) throw problem;
      if (this.inner === asked) {
        asked.close();
        this.release();
        this.inner = new LocalLab(windowTime);
        if (this.defined !== undefined) this.inner.define(this.defined);
      }
      return ask(this.inner);
    }
  }

  private startWorker(): WorkerPort {
    this.url ??= URL.createObjectURL(new Blob([workerText], { type: "text/javascript" }));
    return new Worker(this.url, { name: "purplebook-lab" }) as unknown as WorkerPort;
  }

  private release(): void {
    if (this.url !== undefined) URL.revokeObjectURL(this.url);
    this.url = undefined;
  }
}
