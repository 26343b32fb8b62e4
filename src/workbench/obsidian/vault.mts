/** Files and folders of the vault as the API shows them, over a `Store`. */
import type * as Published from "obsidian";
import { within, type Entry, type Store } from "../store.mts";
import { Events } from "./events.mts";
import { normalizePath } from "./platform.mts";
import { published, type Public } from "./published.mts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export abstract class TAbstractFile implements Public<Published.TAbstractFile> {
  vault: Published.Vault;
  path: string;
  name: string;
  parent: Published.TFolder | null = null;

  constructor(vault: Published.Vault, path: string) {
    this.vault = vault;
    this.path = path;
    this.name = path.slice(path.lastIndexOf("/") + 1);
  }

  /** Moves the object itself: the app keeps one object per file over renames. */
  moved(path: string): void {
    this.path = path;
    this.name = path.slice(path.lastIndexOf("/") + 1);
  }
}

export class TFile extends TAbstractFile implements Public<Published.TFile> {
  stat: Published.FileStats;
  basename = "";
  extension = "";

  constructor(vault: Published.Vault, path: string, stat: Published.FileStats) {
    super(vault, path);
    this.stat = stat;
    this.moved(path);
  }

  override moved(path: string): void {
    super.moved(path);
    const dot = this.name.lastIndexOf(".");
    this.basename = dot > 0 ? this.name.slice(0, dot) : this.name;
    this.extension = dot > 0 ? this.name.slice(dot + 1).toLowerCase() : "";
  }
}

export class TFolder extends TAbstractFile implements Public<Published.TFolder> {
  children: Published.TAbstractFile[] = [];

  isRoot(): boolean {
    return this.path === "/";
  }
}

/** The files below the vault: what the vault does not list (the settings folder) is reached here. */
export class StoreAdapter implements Published.DataAdapter {
  constructor(private readonly store: Store) {}

  getName(): string { return this.store.name; }

  async exists(path: string): Promise<boolean> { return await this.store.stat(path) !== undefined; }

  async stat(path: string): Promise<Published.Stat | null> {
    const entry = await this.store.stat(path);
    return entry === undefined ? null : { type: entry.kind, ctime: entry.ctime, mtime: entry.mtime, size: entry.size };
  }

  async list(path: string): Promise<Published.ListedFiles> {
    const folder = path === "/" ? "" : `${path}/`;
    const below = (await this.store.list()).filter((each) =>
      each.path.startsWith(folder) && !each.path.slice(folder.length).includes("/"));
    return {
      files: below.filter((each) => each.kind === "file").map((each) => each.path),
      folders: below.filter((each) => each.kind === "folder").map((each) => each.path),
    };
  }

  async read(path: string): Promise<string> { return decoder.decode(await this.store.read(path)); }

  async readBinary(path: string): Promise<ArrayBuffer> { return (await this.store.read(path)).slice().buffer; }

  async write(path: string, data: string): Promise<void> { await this.store.write(path, encoder.encode(data)); }

  async writeBinary(path: string, data: ArrayBuffer): Promise<void> { await this.store.write(path, new Uint8Array(data)); }

  async append(path: string, data: string): Promise<void> {
    await this.write(path, (await this.exists(path) ? await this.read(path) : "") + data);
  }

  async appendBinary(path: string, data: ArrayBuffer): Promise<void> {
    const before = await this.exists(path) ? await this.store.read(path) : new Uint8Array();
    const joined = new Uint8Array(before.length + data.byteLength);
    joined.set(before);
    joined.set(new Uint8Array(data), before.length);
    await this.store.write(path, joined);
  }

  async process(path: string, change: (data: string) => string): Promise<string> {
    const after = change(await this.read(path));
    await this.write(path, after);
    return after;
  }

  getResourcePath(path: string): string { return this.store.address(path); }

  async mkdir(path: string): Promise<void> { await this.store.makeFolder(path); }

  async trashSystem(path: string): Promise<boolean> { await this.store.remove(path); return true; }

  async trashLocal(path: string): Promise<void> { await this.store.remove(path); }

  async rmdir(path: string): Promise<void> { await this.store.remove(path); }

  async remove(path: string): Promise<void> { await this.store.remove(path); }

  async rename(path: string, to: string): Promise<void> { await this.store.rename(path, to); }

  async copy(path: string, to: string): Promise<void> {
    await this.store.write(to, await this.store.read(path), { fresh: true });
  }
}

/** Never made: plugins ask `adapter instanceof FileSystemAdapter` before they use paths of the machine, and here get no. */
export class FileSystemAdapter {}

/** Never made: the adapter of phones. */
export class CapacitorAdapter {}

export class Vault extends Events implements Public<Published.Vault> {
  adapter: Published.DataAdapter;
  configDir = ".obsidian";
  private readonly root: TFolder;
  private readonly byPath = new Map<string, TAbstractFile>();
  private readonly texts = new Map<string, string>();
  private queue: Promise<unknown> = Promise.resolve();

  constructor(private readonly store: Store) {
    super();
    this.adapter = new StoreAdapter(store);
    this.root = new TFolder(this.self, "/");
    this.root.name = "";
    this.byPath.set("/", this.root);
  }

  private get self(): Published.Vault { return published<Published.Vault>(this); }

  /** Reads the list of files, tells each as created (as the app does at start), and listens to the store from then on. */
  async start(): Promise<() => void> {
    for (const entry of await this.store.list()) this.apply(entry);
    const markdown = this.getMarkdownFiles();
    const texts = await this.store.readMany(markdown.map((file) => file.path));
    for (const [path, text] of texts) this.texts.set(path, text);
    return this.store.watch((event) => {
      if (event.kind === "removed") this.forget(event.path);
      else void this.take(event.entry);
    });
  }

  getName(): string { return this.store.name; }

  getAbstractFileByPath(path: string): Published.TAbstractFile | null {
    return this.byPath.get(path === "" ? "/" : path) ?? null;
  }

  getFileByPath(path: string): Published.TFile | null {
    const found = this.byPath.get(path);
    return found instanceof TFile ? found : null;
  }

  getFolderByPath(path: string): Published.TFolder | null {
    const found = this.byPath.get(path === "" ? "/" : path);
    return found instanceof TFolder ? found : null;
  }

  getRoot(): Published.TFolder { return this.root; }

  getAllLoadedFiles(): Published.TAbstractFile[] { return [...this.byPath.values()]; }

  getAllFolders(includeRoot = false): Published.TFolder[] {
    return [...this.byPath.values()].filter((each): each is TFolder => each instanceof TFolder && (includeRoot || !each.isRoot()));
  }

  getFiles(): Published.TFile[] {
    return [...this.byPath.values()].filter((each): each is TFile => each instanceof TFile);
  }

  getMarkdownFiles(): Published.TFile[] { return this.getFiles().filter((file) => file.extension === "md"); }

  static recurseChildren(root: Published.TFolder, callback: (file: Published.TAbstractFile) => unknown): void {
    const waiting: Published.TAbstractFile[] = [root];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      callback(next);
      if (next instanceof TFolder) waiting.push(...next.children);
    }
  }

  async create(path: string, data: string): Promise<Published.TFile> {
    return await this.createBinary(path, encoder.encode(data).buffer);
  }

  async createBinary(path: string, data: ArrayBuffer): Promise<Published.TFile> {
    const clean = normalizePath(path);
    if (this.byPath.has(clean)) throw new Error("File already exists.");
    const folder = clean.includes("/") ? clean.slice(0, clean.lastIndexOf("/")) : "/";
    if (!this.byPath.has(folder)) throw new Error(`Folder ${folder} does not exist.`);
    return await this.put(clean, new Uint8Array(data), true);
  }

  async createFolder(path: string): Promise<Published.TFolder> {
    const clean = normalizePath(path);
    if (this.byPath.has(clean)) throw new Error("Folder already exists.");
    this.apply(await this.store.makeFolder(clean));
    const folder = this.getFolderByPath(clean);
    if (folder === null) throw new Error(`Folder ${clean} could not be made.`);
    return folder;
  }

  async read(file: Published.TFile): Promise<string> {
    const text = decoder.decode(await this.store.read(file.path));
    this.texts.set(file.path, text);
    return text;
  }

  async cachedRead(file: Published.TFile): Promise<string> {
    return this.texts.get(file.path) ?? await this.read(file);
  }

  async readBinary(file: Published.TFile): Promise<ArrayBuffer> {
    return (await this.store.read(file.path)).slice().buffer;
  }

  getResourcePath(file: Published.TFile): string { return this.store.address(file.path); }

  async modify(file: Published.TFile, data: string): Promise<void> { await this.put(file.path, encoder.encode(data), false); }

  async modifyBinary(file: Published.TFile, data: ArrayBuffer): Promise<void> {
    await this.put(file.path, new Uint8Array(data), false);
  }

  async append(file: Published.TFile, data: string): Promise<void> { await this.process(file, (text) => text + data); }

  async appendBinary(file: Published.TFile, data: ArrayBuffer): Promise<void> {
    await this.adapter.appendBinary(file.path, data);
  }

  /** One after another, so that no change is lost between the reading and the writing of another. */
  process(file: Published.TFile, change: (data: string) => string): Promise<string> {
    const turn = this.queue.then(async () => {
      const before = await this.read(file);
      const after = change(before);
      if (after !== before) await this.modify(file, after);
      return after;
    });
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  async delete(file: Published.TAbstractFile): Promise<void> {
    await this.store.remove(file.path);
    this.forget(file.path);
  }

  async trash(file: Published.TAbstractFile): Promise<void> { await this.delete(file); }

  async rename(file: Published.TAbstractFile, newPath: string): Promise<void> {
    const to = normalizePath(newPath);
    if (this.byPath.has(to)) throw new Error("Destination file already exists!");
    const from = file.path;
    await this.store.rename(from, to);
    const inside = [...this.byPath.values()].filter((each) => within(each.path, from));
    for (const each of inside) {
      const old = each.path;
      const target = to + old.slice(from.length);
      this.byPath.delete(old);
      const text = this.texts.get(old);
      this.texts.delete(old);
      if (text !== undefined) this.texts.set(target, text);
      if (old === from) this.unlink(each);
      each.moved(target);
      this.byPath.set(target, each);
      if (old === from) this.link(each);
      this.trigger("rename", each, old);
    }
  }

  async copy<T extends Published.TAbstractFile>(file: T, newPath: string): Promise<T> {
    const made = await this.put(normalizePath(newPath), await this.store.read(file.path), true);
    return published<T>(made);
  }

  private async put(path: string, data: Uint8Array, fresh: boolean): Promise<Published.TFile> {
    const entry = await this.store.write(path, data, { fresh });
    this.texts.set(path, decoder.decode(data));
    this.apply(entry);
    const file = this.getFileByPath(path);
    if (file === null) throw new Error(`File ${path} could not be made.`);
    return file;
  }

  /** A change from outside: another program wrote the file. */
  private async take(entry: Entry): Promise<void> {
    const known = this.byPath.get(entry.path);
    if (known instanceof TFile && known.stat.mtime === entry.mtime && known.stat.size === entry.size) return;
    if (entry.kind === "file" && entry.path.endsWith(".md")) {
      this.texts.set(entry.path, decoder.decode(await this.store.read(entry.path)));
    } else this.texts.delete(entry.path);
    this.apply(entry);
  }

  private apply(entry: Entry): void {
    // As in the app: what starts with a dot (settings, version control) is no file of the vault.
    if (entry.path.split("/").some((part) => part.startsWith("."))) return;
    const known = this.byPath.get(entry.path);
    if (entry.kind === "folder") {
      if (known === undefined) this.add(new TFolder(this.self, entry.path));
      return;
    }
    const stat = { ctime: entry.ctime, mtime: entry.mtime, size: entry.size };
    if (known instanceof TFile) {
      const same = known.stat.mtime === stat.mtime && known.stat.size === stat.size;
      known.stat = stat;
      if (!same) this.trigger("modify", known);
    } else this.add(new TFile(this.self, entry.path, stat));
  }

  private add(file: TAbstractFile): void {
    this.byPath.set(file.path, file);
    this.link(file);
    this.trigger("create", file);
  }

  private link(file: TAbstractFile): void {
    const slash = file.path.lastIndexOf("/");
    const folderPath = slash < 0 ? "/" : file.path.slice(0, slash);
    let folder = this.byPath.get(folderPath);
    if (folder === undefined) {
      folder = new TFolder(this.self, folderPath);
      this.add(folder);
    }
    if (!(folder instanceof TFolder)) return;
    folder.children.push(file);
    file.parent = folder;
  }

  private unlink(file: TAbstractFile): void {
    const siblings = file.parent?.children;
    if (siblings !== undefined) siblings.splice(siblings.indexOf(file), 1);
    file.parent = null;
  }

  private forget(path: string): void {
    const top = this.byPath.get(path);
    if (top === undefined) return;
    const inside = [...this.byPath.values()].filter((each) => within(each.path, path));
    this.unlink(top);
    for (const each of inside) {
      this.byPath.delete(each.path);
      this.texts.delete(each.path);
    }
    for (const each of inside) this.trigger("delete", each);
  }
}
