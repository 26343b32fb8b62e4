/** What runs inside of the lab's worker: a local lab behind messages. Nothing of the page is reachable from here. */
import { Stopped } from "../base";
import type { RowStory } from "../query";
import { LocalLab } from "./local-lab";
import { buffersOf, packTable } from "./tables";
import type { FromWorker, ToWorker } from "./worker-lab";

/** As much of the worker's global as we use. */
interface WorkerScope {
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
  onmessage: ((event: { readonly data: ToWorker }) => void) | null;
  setTimeout(call: () => void, ms: number): unknown;
  readonly performance: { now(): number };
}

/** Milliseconds between two progress messages. */
const PROGRESS_MS = 150;
const TICKS_AT_1970 = 621_355_968_000_000_000n;

/** A story's few rows must not take the dictionaries of the whole table along. */
function packStory(story: RowStory): RowStory {
  return { ...story, ends: story.ends.map((end) => (end.kind === "result" ? { ...end, table: packTable(end.table) } : end)) };
}

/** Answers messages of one page with one lab. Exported so that a test can run it against a channel of its own. */
export function serve(scope: WorkerScope): void {
  const clock = () => scope.performance.now();
  const lab = new LocalLab({
    clock,
    pause: () => new Promise((resolve) => { scope.setTimeout(resolve, 0); }),
    wallTicks: () => BigInt(Date.now()) * 10_000n + TICKS_AT_1970,
  });
  const cancels = new Map<number, AbortController>();

  const answer = async (message: Exclude<ToWorker, { readonly kind: "cancel" }>): Promise<void> => {
    if (message.kind === "drop") { lab.drop(message.id); return; }
    const { job } = message;
    const cancel = cancels.get(job) ?? new AbortController();
    try {
      if (message.kind === "load") {
        let told = clock();
        const loaded = await lab.load(message.request, cancel.signal, (progress) => {
          if (clock() - told < PROGRESS_MS) return;
          told = clock();
          scope.postMessage({ kind: "reading", job, progress });
        });
        scope.postMessage({ kind: "loaded", job, loaded });
        return;
      }
      if (message.kind === "rows") {
        const rows = await lab.rows(message.sample, message.most);
        const table = rows && packTable(rows);
        scope.postMessage({ kind: "rows", job, table }, table === undefined ? [] : buffersOf(table));
        return;
      }
      if (message.kind === "why") {
        const options = { ...message.options, signal: cancel.signal };
        scope.postMessage({ kind: "why", job, story: packStory(await lab.why(message.plan, message.at, options)) });
        return;
      }
      if (message.kind === "hunt") {
        let last = clock();
        const report = await lab.hunt(message.request, cancel.signal, (rows) => {
          if (clock() - last < PROGRESS_MS) return;
          last = clock();
          scope.postMessage({ kind: "progress", job, rows });
        });
        scope.postMessage({ kind: "hunted", job, report });
        return;
      }
      let told = clock();
      const outcome = await lab.run(message.plan, {
        ...message.options,
        signal: cancel.signal,
        onProgress: (rows) => {
          if (clock() - told < PROGRESS_MS) return;
          told = clock();
          scope.postMessage({ kind: "progress", job, rows });
        },
      });
      if (outcome.kind === "failed") scope.postMessage({ kind: "ran", job, outcome });
      else {
        const table = packTable(outcome.table);
        scope.postMessage({ kind: "ran", job, outcome: { ...outcome, table } }, buffersOf(table));
      }
    } catch (problem) {
      if (problem instanceof Stopped) scope.postMessage({ kind: "stopped", job });
      else scope.postMessage({ kind: "broken", job, message: problem instanceof Error ? problem.message : String(problem) });
    } finally {
      cancels.delete(job);
    }
  };
  // One after the other, as they came: a run must see the samples that were loaded before it, and those alone.
  let queue = Promise.resolve();
  scope.onmessage = ({ data }) => {
    if (data.kind === "cancel") {
      cancels.get(data.job)?.abort();
      return;
    }
    if (data.kind !== "drop") cancels.set(data.job, new AbortController());
    queue = queue.then(() => answer(data));
  };
}
