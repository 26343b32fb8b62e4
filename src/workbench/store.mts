/** Where the vault's files lie: the port under the stand-in's vault, and the one kept in memory for tests. */

/** A file or folder of the vault; paths have forward slashes and no leading one. Times are ms since 1970. */
export interface Entry {
  readonly path: string;
  readonly kind: "file" | "folder";
  readonly ctime: number;
  readonly mtime: number;
  readonly size: number;
}

/** Something that changed in the store, from whatever hand. */
export type StoreEvent =
  | { readonly kind: "changed"; readonly entry: Entry }
  | { readonly kind: "removed"; readonly path: string };

/** Files of one vault. Every call rejects with an `Error` that names the path. */
export interface Store {
  readonly name: string;
  /** Everything but what lies in folders whose names start with a dot. */
  list(): Promise<readonly Entry[]>;
  /** Texts of many files at once; a file that is not there is left out. */
  readMany(paths: readonly string[]): Promise<ReadonlyMap<string, string>>;
  read(path: string): Promise<Uint8Array>;
  /** Undefined when there is nothing of that path. */
  stat(path: string): Promise<Entry | undefined>;
  /** Makes or replaces a file, and its folders. */
  write(path: string, data: Uint8Array, options?: { readonly fresh?: boolean }): Promise<Entry>;
  makeFolder(path: string): Promise<Entry>;
  remove(path: string): Promise<void>;
  rename(path: string, to: string): Promise<void>;
  watch(on: (event: StoreEvent) => void): () => void;
  /** An address the page can load the file from. */
  address(path: string): string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A vault in memory, from paths and texts. `clock` gives the times of files (ms since 1970). */
export class MemoryStore implements Store {
  private readonly files = new Map<string, { data: Uint8Array; ctime: number; mtime: number }>();
  private readonly folders = new Set<string>();
  private readonly watchers = new Set<(event: StoreEvent) => void>();

  constructor(files: Readonly<Record<string, string>>, readonly name = "memory",
    private readonly clock: () => number = () => Date.now()) {
    for (const [path, text] of Object.entries(files)) this.put(path, encoder.encode(text));
  }

  async list(): Promise<readonly Entry[]> {
    const folders = [...this.folders].map((path): Entry => ({ path, kind: "folder", ctime: 0, mtime: 0, size: 0 }));
    const all = [...folders, ...[...this.files.keys()].map((path) => this.entry(path))];
    return all.filter((each) => !each.path.split("/").some((part) => part.startsWith(".")));
  }

  async readMany(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const texts = new Map<string, string>();
    for (const path of paths) {
      const file = this.files.get(path);
      if (file !== undefined) texts.set(path, decoder.decode(file.data));
    }
    return texts;
  }

  async read(path: string): Promise<Uint8Array> {
    const file = this.files.get(path);
    if (file === undefined) throw new Error(`No file ${path}`);
    return file.data;
  }

  async stat(path: string): Promise<Entry | undefined> {
    if (this.files.has(path)) return this.entry(path);
    return this.folders.has(path) ? { path, kind: "folder", ctime: 0, mtime: 0, size: 0 } : undefined;
  }

  async write(path: string, data: Uint8Array, options?: { readonly fresh?: boolean }): Promise<Entry> {
    if (options?.fresh === true && this.files.has(path)) throw new Error(`There is a file ${path} already`);
    this.put(path, data);
    const entry = this.entry(path);
    this.tell({ kind: "changed", entry });
    return entry;
  }

  async makeFolder(path: string): Promise<Entry> {
    this.addFolder(path);
    const entry: Entry = { path, kind: "folder", ctime: 0, mtime: 0, size: 0 };
    this.tell({ kind: "changed", entry });
    return entry;
  }

  async remove(path: string): Promise<void> {
    for (const each of [...this.files.keys()]) if (within(each, path)) this.files.delete(each);
    for (const each of [...this.folders]) if (within(each, path)) this.folders.delete(each);
    this.tell({ kind: "removed", path });
  }

  async rename(path: string, to: string): Promise<void> {
    for (const [each, file] of [...this.files]) {
      if (!within(each, path)) continue;
      this.files.delete(each);
      this.put(to + each.slice(path.length), file.data);
    }
    for (const each of [...this.folders]) {
      if (!within(each, path)) continue;
      this.folders.delete(each);
      this.addFolder(to + each.slice(path.length));
    }
  }

  watch(on: (event: StoreEvent) => void): () => void {
    this.watchers.add(on);
    return () => this.watchers.delete(on);
  }

  address(path: string): string {
    return `memory:${path}`;
  }

  private put(path: string, data: Uint8Array): void {
    const slash = path.lastIndexOf("/");
    if (slash > 0) this.addFolder(path.slice(0, slash));
    const now = this.clock();
    this.files.set(path, { data, ctime: this.files.get(path)?.ctime ?? now, mtime: now });
  }

  private addFolder(path: string): void {
    for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) this.folders.add(path.slice(0, end));
  }

  private entry(path: string): Entry {
    const file = this.files.get(path);
    return { path, kind: "file", ctime: file?.ctime ?? 0, mtime: file?.mtime ?? 0, size: file?.data.length ?? 0 };
  }

  private tell(event: StoreEvent): void {
    for (const watcher of [...this.watchers]) watcher(event);
  }
}

/** True when `path` is `folder` or lies in it. */
export function within(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
