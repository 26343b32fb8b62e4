/** The vault as the house sees it: its index, kept true to the files, with everyone told what changed. */
import type { Pace } from "../base";
import { Index, readNote, type Change, type FileEvent, type FileInfo, type Files, type Note, type VaultNames } from "../vault";

/** How far reading the vault has come. */
export interface Progress {
  readonly done: number;
  readonly total: number;
}

/** What listeners are told: the change of the index, or that all of it is new (after opening, or other settings). */
export type WorkspaceEvent =
  | { readonly kind: "change"; readonly change: Change }
  | { readonly kind: "rebuilt" }
  | { readonly kind: "progress"; readonly progress: Progress };

/** Notes that are read between two looks at the clock. */
const READ_AHEAD = 16;

/** One index over one vault, with a life: opened, kept true, closed. */
export class Workspace {
  private current = Index.build([]);
  private listeners = new Set<(event: WorkspaceEvent) => void>();
  private unwatch: (() => void) | undefined;
  private reading: Progress | undefined = { done: 0, total: 0 };
  private others: ReadonlyMap<string, FileInfo> = new Map();
  /** Changes are applied one after the other, in the order they were told. */
  private queue: Promise<void> = Promise.resolve();
  private generation = 0;

  constructor(readonly files: Files, private names: VaultNames) {}

  get index(): Index {
    return this.current;
  }

  /** Undefined once every note was read. */
  get progress(): Progress | undefined {
    return this.reading;
  }

  /** Files of the vault that are no notes (attachments, samples), by path. */
  get attachments(): ReadonlyMap<string, FileInfo> {
    return this.others;
  }

  /** Reads the whole vault and keeps watching it. Notes in `first` are read before all others. */
  async open(pace: Pace, first: readonly string[] = []): Promise<void> {
    this.unwatch ??= this.files.watch((event) => { this.tell(event); });
    await this.rebuild(pace, first);
  }

  /** Other folders or tags tell the kinds of notes apart now: everything is read again. */
  async rename(names: VaultNames, pace: Pace): Promise<void> {
    this.names = names;
    await this.rebuild(pace, []);
  }

  /** Reads everything anew. */
  async rebuild(pace: Pace, first: readonly string[]): Promise<void> {
    const mine = ++this.generation;
    const all = await this.files.list();
    const notes = all.filter((f) => f.path.endsWith(".md"));
    const wanted = new Set(first);
    const ordered = [...notes.filter((f) => wanted.has(f.path)), ...notes.filter((f) => !wanted.has(f.path))];
    const read: Note[] = [];
    this.report({ done: 0, total: ordered.length });
    for (let i = 0; i < ordered.length; i += READ_AHEAD) {
      const slice = ordered.slice(i, i + READ_AHEAD);
      const texts = await Promise.all(slice.map((f) => this.files.read(f.path).catch(() => undefined)));
      slice.forEach((file, j) => {
        const text = texts[j];
        // A file that went away while we were reading is no note any more; its removal is told by an event.
        if (text !== undefined) read.push(this.parse(file, text));
      });
      if (mine !== this.generation) return;
      this.report({ done: Math.min(i + READ_AHEAD, ordered.length), total: ordered.length });
      await pace.breathe();
    }
    this.others = new Map(all.filter((f) => !f.path.endsWith(".md")).map((f) => [f.path, f]));
    this.current = Index.build(read, this.others.keys());
    this.reading = undefined;
    this.emit({ kind: "rebuilt" });
  }

  /** Takes a file's event; resolves when the index is true to it. */
  tell(event: FileEvent): void {
    this.queue = this.queue.then(() => this.apply(event)).catch(() => undefined);
  }

  /** Resolves when all events told so far are in the index. */
  settled(): Promise<void> {
    return this.queue;
  }

  on(listener: (event: WorkspaceEvent) => void): () => void {
    this.listeners.add(listener);
    return () => { this.listeners.delete(listener); };
  }

  close(): void {
    this.generation++;
    this.unwatch?.();
    this.unwatch = undefined;
    this.listeners.clear();
  }

  private async apply(event: FileEvent): Promise<void> {
    if (this.reading) return;
    if (event.kind === "removed") {
      if (event.path.endsWith(".md")) this.changed(this.current.remove(event.path));
      else this.forget(event.path);
      return;
    }
    const info = await this.files.info(event.path);
    if (!info) return;
    if (!event.path.endsWith(".md")) {
      if (event.kind === "renamed") this.forget(event.from);
      this.others = new Map(this.others).set(info.path, info);
      this.current.touchFile(info.path);
      return;
    }
    const note = this.parse(info, await this.files.read(event.path));
    this.changed(event.kind === "renamed" ? this.current.rename(event.from, note) : this.current.replace(note));
  }

  /** A file that is no note went away. */
  private forget(path: string): void {
    this.others = new Map([...this.others].filter(([other]) => other !== path));
    this.current.removeFile(path);
  }

  private parse(file: FileInfo, text: string): Note {
    return readNote(file, text, this.names);
  }

  private changed(change: Change): void {
    this.emit({ kind: "change", change });
  }

  private report(progress: Progress): void {
    this.reading = progress;
    this.emit({ kind: "progress", progress });
  }

  private emit(event: WorkspaceEvent): void {
    for (const listener of [...this.listeners]) listener(event);
  }
}
