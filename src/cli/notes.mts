/** A vault folder read into an index, for one run of the command line. */
import { existsSync, promises as fs } from "node:fs";
import { performance } from "node:perf_hooks";
import { Pace } from "../base";
import { Pages, Workspace } from "../core";
import { DEFAULT_NAMES, type FileInfo, type Files } from "../vault";
import { openFolder } from "./files.mts";
import { labTime } from "./time.mts";

/** Opens a folder and reads every note of it. */
export async function openVault(folder: string, options: { readonly write?: boolean } = {}): Promise<Workspace> {
  const files = await withHostFacts(await openFolder(folder, options), `${folder.replace(/[\\/]+$/, "")}.json`);
  const workspace = new Workspace(files, DEFAULT_NAMES);
  await workspace.open(new Pace({ clock: () => performance.now(), pause: labTime.pause }));
  return workspace;
}

/** The notes of a workspace as queries see them, in the order in which the host lists its files. */
export async function pagesOf(workspace: Workspace, zone = ""): Promise<Pages> {
  const { index, attachments, files } = workspace;
  const notes = (await files.list()).flatMap((file) => index.note(file.path) ?? []);
  return new Pages({
    notes: () => notes,
    note: (path) => index.note(path),
    resolve: (target, from) => index.resolve(target, from) ?? undefined,
    attachments: () => attachments.keys(),
    read: (path) => files.read(path).catch(() => undefined),
  }, zone);
}

/**
 * A file `DIR.json` beside a vault may say what the host knew of its files: `{files: [{path, stat: {ctime, mtime, size}}]}`.
 * A version control system keeps no times, and queries ask for them.
 */
async function withHostFacts(files: Files, beside: string): Promise<Files> {
  if (!existsSync(beside)) return files;
  let facts: unknown;
  try {
    facts = JSON.parse(await fs.readFile(beside, "utf8"));
  } catch {
    return files;
  }
  const known = new Map<string, FileInfo>();
  const list = typeof facts === "object" && facts !== null ? (facts as { files?: unknown }).files : undefined;
  if (!Array.isArray(list)) return files;
  for (const entry of list as { path?: unknown; stat?: { ctime?: unknown; mtime?: unknown; size?: unknown } }[]) {
    const { ctime, mtime, size } = entry.stat ?? {};
    if (typeof entry.path === "string" && typeof ctime === "number" && typeof mtime === "number" && typeof size === "number") {
      known.set(entry.path, { path: entry.path, created: ctime, modified: mtime, size });
    }
  }
  const place = new Map([...known.keys()].map((path, i) => [path, i]));
  const placeOf = (file: FileInfo) => place.get(file.path) ?? place.size;
  return {
    ...files,
    list: async () => (await files.list()).map((f) => known.get(f.path) ?? f).sort((a, b) => placeOf(a) - placeOf(b)),
    info: async (path) => known.get(path) ?? files.info(path),
  };
}
