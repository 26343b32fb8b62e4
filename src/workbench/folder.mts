/** A folder on disk as a vault. Without leave to write, changes stay in memory and the folder stays as it is. */
import { watch, type FSWatcher } from "node:fs";
import { lstat, mkdir, readFile, readdir, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { within, type Entry, type StoreEvent } from "./store.mts";

/** Somebody asked for what is not there or may not be had; the message is for them. */
export class Refusal extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

/** The path if it is one of a vault: relative, forward slashes, no climbing, no odd characters. */
export function checkPath(path: string): string {
  const parts = path.split("/");
  const odd = path === "" || path.length > 4096 || [...path].some((each) => each < " " || each === "\\") || /^[a-z]:/i.test(path)
    || parts.some((part) => part === "" || part === "." || part === "..");
  if (odd) throw new Refusal(400, `Not a path of the vault: ${JSON.stringify(path.slice(0, 200))}`);
  return path;
}

/** Names of folders and files that are none of the vault: hidden ones, packages, and names that no path of a vault can hold. */
const ignored = {
  test: (name: string): boolean => /^(\.|node_modules$)/.test(name) || [...name].some((each) => each < " " || each === "\\"),
};

export class Folder {
  readonly name: string;
  /** What was changed in memory; null: removed. */
  private readonly overlay = new Map<string, { data: Uint8Array; ctime: number; mtime: number } | null>();
  private readonly addedFolders = new Set<string>();
  private readonly listeners = new Set<(event: StoreEvent) => void>();
  private readonly pending = new Set<string>();
  private watcher: FSWatcher | undefined;

  private constructor(private readonly root: string, readonly writable: boolean) {
    this.name = basename(root);
  }

  /** Opens an existing folder. */
  static async open(path: string, writable: boolean): Promise<Folder> {
    const root = await realpath(resolve(path)).catch(() => undefined);
    if (root === undefined || !(await stat(root)).isDirectory()) throw new Error(`There is no folder ${path}`);
    return new Folder(root, writable);
  }

  async list(): Promise<Entry[]> {
    const found = new Map<string, Entry>();
    const waiting = [""];
    for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
      for (const item of await readdir(join(this.root, folder), { withFileTypes: true })) {
        if (ignored.test(item.name)) continue;
        const path = folder === "" ? item.name : `${folder}/${item.name}`;
        // Links could lead out of the vault; they are not followed.
        if (item.isDirectory()) {
          waiting.push(path);
          found.set(path, { path, kind: "folder", ctime: 0, mtime: 0, size: 0 });
        } else if (item.isFile()) {
          const facts = await stat(join(this.root, path)).catch(() => undefined);
          if (facts !== undefined) found.set(path, entryOf(path, facts));
        }
      }
    }
    for (const path of this.addedFolders) found.set(path, { path, kind: "folder", ctime: 0, mtime: 0, size: 0 });
    for (const [path, change] of this.overlay) {
      if (path.split("/").some((part) => ignored.test(part))) continue;
      if (change === null) for (const each of [...found.keys()]) { if (within(each, path)) found.delete(each); }
    }
    for (const [path, change] of this.overlay) {
      if (change !== null && !path.split("/").some((part) => ignored.test(part))) found.set(path, inMemory(path, change));
    }
    return [...found.values()].sort((a, b) => a.path < b.path ? -1 : 1);
  }

  async read(path: string): Promise<Uint8Array> {
    const changed = this.changed(path);
    if (changed === null) throw new Refusal(404, `No file ${path}`);
    if (changed !== undefined) return changed.data;
    return await readFile(await this.inside(path)).catch(() => { throw new Refusal(404, `No file ${path}`); });
  }

  async stat(path: string): Promise<Entry | undefined> {
    const changed = this.changed(path);
    if (changed === null) return undefined;
    if (changed !== undefined) return inMemory(path, changed);
    if (this.addedFolders.has(path)) return { path, kind: "folder", ctime: 0, mtime: 0, size: 0 };
    const facts = await stat(await this.inside(path)).catch(() => undefined);
    return facts === undefined ? undefined : entryOf(path, facts);
  }

  async write(path: string, data: Uint8Array, fresh: boolean): Promise<Entry> {
    const before = await this.stat(path);
    if (fresh && before !== undefined) throw new Refusal(409, `There is a file ${path} already`);
    if (before?.kind === "folder") throw new Refusal(409, `${path} is a folder`);
    if (this.writable) {
      const full = await this.inside(path);
      await mkdir(dirname(full), { recursive: true });
      await writeFile(full, data);
    } else {
      const now = Date.now();
      this.overlay.set(path, { data, ctime: before?.ctime ?? now, mtime: Math.max(now, (before?.mtime ?? 0) + 1) });
      for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) this.addedFolders.add(path.slice(0, at));
    }
    const entry = await this.stat(path);
    if (entry === undefined) throw new Refusal(500, `${path} could not be written`);
    this.tell({ kind: "changed", entry });
    return entry;
  }

  async makeFolder(path: string): Promise<Entry> {
    if (this.writable) await mkdir(await this.inside(path), { recursive: true });
    else this.addedFolders.add(path);
    const entry: Entry = { path, kind: "folder", ctime: 0, mtime: 0, size: 0 };
    this.tell({ kind: "changed", entry });
    return entry;
  }

  async remove(path: string): Promise<void> {
    if (this.writable) await rm(await this.inside(path), { recursive: true, force: true });
    else {
      for (const each of [...this.overlay.keys()]) if (within(each, path)) this.overlay.delete(each);
      for (const each of [...this.addedFolders]) if (within(each, path)) this.addedFolders.delete(each);
      this.overlay.set(path, null);
    }
    this.tell({ kind: "removed", path });
  }

  async rename(path: string, to: string): Promise<void> {
    if (await this.stat(to) !== undefined) throw new Refusal(409, `There is a file ${to} already`);
    if (this.writable) {
      const target = await this.inside(to);
      await mkdir(dirname(target), { recursive: true });
      await rename(await this.inside(path), target);
      return;
    }
    const moved = (await this.list()).filter((each) => each.kind === "file" && within(each.path, path));
    for (const each of moved) {
      const data = await this.read(each.path);
      await this.write(to + each.path.slice(path.length), data, true);
    }
    await this.remove(path);
  }

  /** Tells of changes by us and, after a short while, by other programs. */
  watch(on: (event: StoreEvent) => void): () => void {
    this.listeners.add(on);
    if (this.watcher === undefined) this.startWatching();
    return () => {
      this.listeners.delete(on);
      if (this.listeners.size > 0) return;
      this.watcher?.close();
      this.watcher = undefined;
    };
  }

  private startWatching(): void {
    try {
      this.watcher = watch(this.root, { recursive: true }, (_, name) => {
        if (name === null) return;
        const path = name.split(sep).join("/");
        if (path.split("/").some((part) => ignored.test(part))) return;
        if (this.pending.size === 0) setTimeout(() => { void this.settle(); }, 100);
        this.pending.add(path);
      });
      this.watcher.on("error", () => undefined);
    } catch {
      // Some file systems cannot be watched; changes from outside then show after a reload of the page.
    }
  }

  private async settle(): Promise<void> {
    const paths = [...this.pending];
    this.pending.clear();
    for (const path of paths) {
      if (this.changed(path) !== undefined) continue;
      const entry = await this.stat(path).catch(() => undefined);
      this.tell(entry === undefined ? { kind: "removed", path } : { kind: "changed", entry });
    }
  }

  /** The change in memory that rules this path: its own, or the removal of a folder above. */
  private changed(path: string): { data: Uint8Array; ctime: number; mtime: number } | null | undefined {
    const own = this.overlay.get(path);
    if (own !== undefined) return own;
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
      if (this.overlay.get(path.slice(0, at)) === null) return null;
    }
    return undefined;
  }

  /** The path on disk; refuses one that a link leads out of the vault. */
  private async inside(path: string): Promise<string> {
    const full = join(this.root, checkPath(path));
    let existing = full;
    while (await lstat(existing).catch(() => undefined) === undefined && existing !== this.root) existing = dirname(existing);
    const real = await realpath(existing).catch(() => undefined);
    if (real === undefined || relative(this.root, real).startsWith("..")) throw new Refusal(403, `${path} leads out of the vault`);
    return full;
  }

  private tell(event: StoreEvent): void {
    for (const listener of [...this.listeners]) listener(event);
  }
}

function entryOf(path: string, facts: { isDirectory(): boolean; ctimeMs: number; birthtimeMs: number; mtimeMs: number; size: number }): Entry {
  const born = facts.birthtimeMs > 0 ? facts.birthtimeMs : facts.ctimeMs;
  return { path, kind: facts.isDirectory() ? "folder" : "file", ctime: Math.floor(born), mtime: Math.floor(facts.mtimeMs), size: facts.size };
}

function inMemory(path: string, file: { data: Uint8Array; ctime: number; mtime: number }): Entry {
  return { path, kind: "file", ctime: file.ctime, mtime: file.mtime, size: file.data.length };
}
