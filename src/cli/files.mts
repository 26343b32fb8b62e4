/** A vault folder on disk as the house's port for files. Never leaves the folder, never follows a link out of it. */
import { constants, promises as fs } from "node:fs";
import path from "node:path";
import type { FileEvent, FileInfo, Files } from "../vault";

/** Folders that hold no notes: hidden ones (`.obsidian`, `.git`) and packages. */
const SKIPPED = new Set(["node_modules"]);

/** Opens a folder; rejects with a plain sentence when there is none. Read-only unless `write`. */
export async function openFolder(folder: string, options: { readonly write?: boolean } = {}): Promise<Files> {
  let root: string;
  try {
    root = await fs.realpath(folder);
    if (!(await fs.stat(root)).isDirectory()) throw new Error("not a folder");
  } catch {
    throw new UsageError(`There is no folder '${folder}'.`);
  }

  const isInside = (full: string): boolean => full === root || full.startsWith(root.endsWith(path.sep) ? root : root + path.sep);
  const resolveInside = async (vaultPath: string): Promise<string> => {
    const outside = new Error(`'${vaultPath}' is outside of the vault.`);
    if (vaultPath.includes("\0")) throw new Error(`${JSON.stringify(vaultPath)} is no path of a vault.`);
    const full = path.resolve(root, vaultPath);
    if (!isInside(full)) throw outside;
    // What exists of the path, through every link in it, must be inside: the rest can only be made below it.
    let existing = full;
    while (existing !== root && (await fs.lstat(existing).catch(() => undefined)) === undefined) existing = path.dirname(existing);
    const real = await fs.realpath(existing).catch(() => undefined);
    if (real === undefined || !isInside(real)) throw outside;
    return existing === full ? real : full;
  };
  const fileInside = async (vaultPath: string): Promise<string> => {
    const full = await resolveInside(vaultPath);
    const stat = await fs.stat(full).catch(() => undefined);
    if (stat === undefined) throw new Error(`There is no file '${vaultPath}' in the vault.`);
    // A pipe would be waited for without end.
    if (!stat.isFile()) throw new Error(`'${vaultPath}' is no file.`);
    return full;
  };

  const list = async (): Promise<readonly FileInfo[]> => {
    const found: FileInfo[] = [];
    const waiting = [""];
    for (let dir = waiting.pop(); dir !== undefined; dir = waiting.pop()) {
      const entries = await fs.readdir(path.join(root, dir), { withFileTypes: true });
      for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
        const inVault = dir === "" ? entry.name : `${dir}/${entry.name}`;
        if (entry.name.startsWith(".") || SKIPPED.has(entry.name)) continue;
        if (entry.isDirectory()) waiting.push(inVault);
        else if (entry.isFile()) {
          found.push(await infoOf(inVault, path.join(root, inVault)));
        }
      }
    }
    return found.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  };

  return {
    list,
    info: async (p) => {
      const full = await resolveInside(p);
      return infoOf(p, full).catch(() => undefined);
    },
    read: async (p) => fs.readFile(await fileInside(p), "utf8"),
    readBytes: async (p) => new Uint8Array(await fs.readFile(await fileInside(p))),
    change: async (p, edit) => {
      if (!options.write) throw new Error("The vault was opened read-only.");
      const full = await fileInside(p);
      const before = await fs.readFile(full, "utf8");
      const after = edit(before);
      if (after === before) return;
      // Written beside and renamed over, so that a crash leaves the old note or the new one, never half of it.
      const beside = `${full}.purplebook-${process.pid}.tmp`;
      await fs.writeFile(beside, after, { flag: "wx" });
      if ((await fs.readFile(full, "utf8")) !== before) {
        await fs.rm(beside);
        throw new Error(`'${p}' was changed meanwhile; nothing was written.`);
      }
      await fs.rename(beside, full);
    },
    create: async (p, text) => {
      if (!options.write) throw new Error("The vault was opened read-only.");
      const full = await resolveInside(p);
      await fs.mkdir(path.dirname(full), { recursive: true });
      await fs.access(full, constants.F_OK).then(() => { throw new Error(`'${p}' exists already.`); }, () => undefined);
      await fs.writeFile(full, text, { flag: "wx" });
    },
    // The command line runs once over a vault: nothing changes under it that it would have to know.
    watch: (_on: (event: FileEvent) => void) => () => undefined,
  };
}

async function infoOf(inVault: string, full: string): Promise<FileInfo> {
  const stat = await fs.stat(full);
  return { path: inVault, created: Math.trunc(stat.birthtimeMs), modified: Math.trunc(stat.mtimeMs), size: stat.size };
}

/** What the user asked for wrongly: printed as a sentence, exit code 2, no stack. */
export class UsageError extends Error {
  constructor(message: string, readonly hint?: string) {
    super(message);
    this.name = "UsageError";
  }
}
