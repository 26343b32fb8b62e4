/** Small worlds for the tests of core: a vault in memory, a clock that stands still, a worker in this thread. */
import type { FromWorker, LabTime, ToWorker, WorkerPort } from "../../src/core";
import { serve } from "../../src/core/worker-entry";
import type { FileEvent, FileInfo, Files } from "../../src/vault";

/** Time that only moves by pauses. */
export const still: LabTime = {
  clock: () => 0,
  pause: () => Promise.resolve(),
  wallTicks: () => 639_000_000_000_000_000n,
};

/** A vault in memory; `put`, `move` and `drop` tell the watchers as a host would. */
export class MemoryFiles implements Files {
  private readonly texts = new Map<string, { text: string; modified: number }>();
  private readonly watchers = new Set<(event: FileEvent) => void>();
  private now = 1_700_000_000_000;

  constructor(texts: Readonly<Record<string, string>> = {}) {
    for (const [path, text] of Object.entries(texts)) this.texts.set(path, { text, modified: this.now });
  }

  list = (): Promise<readonly FileInfo[]> => Promise.resolve([...this.texts.keys()].map((p) => this.facts(p)));
  info = (path: string): Promise<FileInfo | undefined> => Promise.resolve(this.texts.has(path) ? this.facts(path) : undefined);
  read = (path: string): Promise<string> => {
    const found = this.texts.get(path);
    return found ? Promise.resolve(found.text) : Promise.reject(new Error(`no file ${path}`));
  };
  readBytes = async (path: string): Promise<Uint8Array> => new TextEncoder().encode(await this.read(path));
  change = async (path: string, edit: (text: string) => string): Promise<void> => { this.put(path, edit(await this.read(path))); };
  create = (path: string, text: string): Promise<void> => {
    if (this.texts.has(path)) return Promise.reject(new Error(`${path} exists`));
    this.put(path, text);
    return Promise.resolve();
  };
  watch = (on: (event: FileEvent) => void): (() => void) => {
    this.watchers.add(on);
    return () => { this.watchers.delete(on); };
  };

  put(path: string, text: string): void {
    this.texts.set(path, { text, modified: ++this.now });
    this.tell({ kind: "changed", path });
  }

  move(from: string, path: string): void {
    const file = this.texts.get(from);
    if (!file) throw new Error(`no file ${from}`);
    this.texts.delete(from);
    this.texts.set(path, file);
    this.tell({ kind: "renamed", path, from });
  }

  drop(path: string): void {
    this.texts.delete(path);
    this.tell({ kind: "removed", path });
  }

  private tell(event: FileEvent): void {
    for (const on of this.watchers) on(event);
  }

  private facts(path: string): FileInfo {
    const file = this.texts.get(path);
    return { path, created: 1_700_000_000_000, modified: file?.modified ?? 0, size: file?.text.length ?? 0 };
  }
}

/** A worker that runs in this thread, every message through the structured clone that a real one would make. */
export function threadWorker(): WorkerPort & { readonly terminated: () => boolean } {
  let ended = false;
  const inside: { onmessage: ((event: { readonly data: ToWorker }) => void) | null } = { onmessage: null };
  const port: WorkerPort = {
    onmessage: null,
    onerror: null,
    postMessage: (message) => {
      const data = structuredClone(message);
      queueMicrotask(() => { if (!ended) inside.onmessage?.({ data }); });
    },
    terminate: () => { ended = true; },
  };
  serve(Object.assign(inside, {
    postMessage: (message: FromWorker, transfer?: Transferable[]) => {
      const data = structuredClone(message, transfer ? { transfer: transfer as never } : undefined);
      queueMicrotask(() => { if (!ended) port.onmessage?.({ data }); });
    },
    setTimeout: (call: () => void) => setTimeout(call, 0),
    performance: { now: () => 0 },
  }));
  return Object.assign(port, { terminated: () => ended });
}
