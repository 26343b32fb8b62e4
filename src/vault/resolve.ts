/**
 * Which note or file a link means, as Obsidian finds it: a full path, else the nearest one of that name, else the
 * shortest.
 */

/** Paths by name, for resolving links. Kept by the index; other files of the vault may be added to it. */
export class Paths {
  /** Lower-case name (of notes without `.md`) → paths that end in it, shortest first. */
  private readonly byName = new Map<string, string[]>();
  private readonly byPath = new Map<string, string>();

  add(path: string): void {
    // Paths that differ in case alone: one of them is meant, whichever was read first.
    const twin = this.byPath.get(key(path));
    if (twin === undefined || shortestFirst(path, twin) < 0) this.byPath.set(key(path), path);
    const name = key(path.slice(path.lastIndexOf("/") + 1));
    const paths = this.byName.get(name) ?? [];
    if (paths.includes(path)) return;
    paths.push(path);
    paths.sort(shortestFirst);
    this.byName.set(name, paths);
  }

  remove(path: string): void {
    if (this.byPath.get(key(path)) === path) this.byPath.delete(key(path));
    const name = key(path.slice(path.lastIndexOf("/") + 1));
    const rest = (this.byName.get(name) ?? []).filter((p) => p !== path);
    if (rest.length > 0) this.byName.set(name, rest);
    else this.byName.delete(name);
    const twin = rest.find((p) => key(p) === key(path));
    if (twin !== undefined) this.byPath.set(key(path), twin);
  }

  /**
   * The path that a link's target means when it stands in the note `from`, or null. An empty target means the note
   * itself.
   * Upper and lower case are one. `./` and `../` go from the note's folder and never out of the vault.
   */
  resolve(target: string, from: string): string | null {
    const written = target.trim().replace(/\\/g, "/").normalize("NFC");
    if (written === "") return from;
    if (written.length > 4096) return null;
    const folder = from.includes("/") ? from.slice(0, from.lastIndexOf("/")) : "";
    if (/^\.{1,2}(\/|$)/.test(written)) {
      const path = walk(folder, written);
      return path === null ? null : this.exact(path);
    }
    const path = written.replace(/^\/+/, "");
    if (written.startsWith("/")) return this.exact(path);
    const whole = this.exact(path);
    if (whole !== null) return whole;
    return this.endingIn(path, folder);
  }

  private exact(path: string): string | null {
    return this.byPath.get(key(path)) ?? null;
  }

  /** Paths with this ending: those below the note's own folder first, then the shortest. */
  private endingIn(path: string, folder: string): string | null {
    const wanted = key(path);
    const found = (this.byName.get(key(path.slice(path.lastIndexOf("/") + 1))) ?? []).filter((p) => {
      const k = key(p);
      return k === wanted || k.endsWith(`/${wanted}`);
    });
    return (folder === "" ? undefined : found.find((p) => p.startsWith(`${folder}/`))) ?? found[0] ?? null;
  }
}

/** How paths are compared: lower case, one Unicode form, notes without their ending. */
function key(path: string): string {
  return path.normalize("NFC").toLowerCase().replace(/\.md$/, "");
}

/** The shortest first, then by the alphabet, so that the answer does not depend on the order of reading. */
function shortestFirst(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

/** `folder` and a relative path; null when it leads out of the vault. */
function walk(folder: string, relative: string): string | null {
  const parts = folder === "" ? [] : folder.split("/");
  for (const part of relative.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join("/");
}
