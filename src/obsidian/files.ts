/** The app's vault as the house's port for files. */
import { type App, type EventRef, normalizePath, TFile } from "obsidian";
import type { FileEvent, FileInfo, Files } from "../vault";

/** Reads and changes files through the vault's own API, so that open editors, sync and undo see every change. */
export function vaultFiles(app: App): Files {
  const file = (path: string): TFile => {
    const found = app.vault.getFileByPath(normalizePath(path));
    if (!found) throw new Error(`There is no file '${path}' in the vault.`);
    return found;
  };
  return {
    list: () => Promise.resolve(app.vault.getFiles().map(infoOf)),
    info: (path) => {
      const found = app.vault.getFileByPath(normalizePath(path));
      return Promise.resolve(found ? infoOf(found) : undefined);
    },
    read: (path) => app.vault.cachedRead(file(path)),
    readBytes: async (path) => new Uint8Array(await app.vault.readBinary(file(path))),
    change: async (path, edit) => { await app.vault.process(file(path), edit); },
    create: async (path, text) => {
      const clean = normalizePath(path);
      const slash = clean.lastIndexOf("/");
      const folder = slash < 0 ? "" : clean.slice(0, slash);
      if (folder !== "" && !app.vault.getFolderByPath(folder)) await app.vault.createFolder(folder);
      await app.vault.create(clean, text);
    },
    watch: (on: (event: FileEvent) => void) => {
      const { vault, metadataCache } = app;
      const refs: EventRef[] = [
        // `changed` comes when the app has read the note; a rename does not bring one.
        metadataCache.on("changed", (changed) => { on({ kind: "changed", path: changed.path }); }),
        vault.on("rename", (moved, from) => {
          if (moved instanceof TFile) on({ kind: "renamed", path: moved.path, from });
        }),
        vault.on("delete", (gone) => { if (gone instanceof TFile) on({ kind: "removed", path: gone.path }); }),
      ];
      return () => { for (const ref of refs) { vault.offref(ref); metadataCache.offref(ref); } };
    },
  };
}

/**
 * A file's bytes for a reader that takes them piece by piece, in a worker too. The app reads a file as a whole, so its
 * bytes are in memory once, until the host of blobs has them; it is never one text.
 */
export async function openFile(files: Files, path: string): Promise<Blob> {
  return new Blob([await files.readBytes(path) as Uint8Array<ArrayBuffer>]);
}

/** A file as the house's rooms know it. */
export function infoOf(file: TFile): FileInfo {
  return { path: file.path, created: file.stat.ctime, modified: file.stat.mtime, size: file.stat.size };
}
