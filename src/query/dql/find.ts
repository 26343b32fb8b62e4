/** FROM: which rows a source gives, in the order of the index. */
import { Failure } from "./failure";
import { fileLink } from "./links";
import { readCsv } from "./csv";
import type { DqlZone } from "./dates";
import type { DqlWorld } from "./page";
import type { Source } from "./syntax";
import type { DqlBag, DqlValue } from "./value";

/** One row on its way through the query. */
export interface Row {
  /** What the row is about: a link to its page, the place in a csv file, or the key of its group. */
  readonly id: DqlValue;
  readonly data: DqlBag;
}

/** Paths of the notes and csv files of a source. */
export function findPaths(source: Source, world: DqlWorld, origin: string): ReadonlySet<string> {
  switch (source.kind) {
    case "tag": return new Set(world.withTag(source.tag));
    case "csv": return new Set([csvPath(source.path, world, origin)]);
    case "folder": return folder(source.folder, world);
    case "link": return linked(source, world, origin);
    case "not": {
      const without = findPaths(source.of, world, origin);
      return new Set(world.paths().filter((path) => !without.has(path)));
    }
    case "chain": return source.rest.reduce<ReadonlySet<string>>((left, { op, right }) => {
      const found = findPaths(right, world, origin);
      return new Set(op === "&" ? [...found].filter((path) => left.has(path)) : [...left, ...found]);
    }, findPaths(source.first, world, origin));
  }
}

/** A folder's notes; where no folder has that path, the one file of it, with or without its ending. */
function folder(path: string, world: DqlWorld): ReadonlySet<string> {
  const notes = world.inFolder(path === "/" ? "" : path);
  if (notes !== undefined) return new Set(notes);
  return new Set([path, `${path}.md`].filter((p) => world.exists(p)).slice(0, 1));
}

function linked(source: Source & { readonly kind: "link" }, world: DqlWorld, origin: string): ReadonlySet<string> {
  const path = world.resolve(source.path, origin);
  if (path === undefined) return new Set(world.linksTo(source.path));
  if (source.direction === "in") return new Set(world.linksTo(path));
  const links = world.linksFrom(path);
  if (links === undefined) throw new Failure(`'${source.path}' is not a note, so it has no links.`, source.span);
  return new Set(links);
}

/** A csv path as written from the note's folder, else from the vault. */
function csvPath(path: string, world: DqlWorld, origin: string): string {
  if (path.startsWith("/")) return path.slice(1);
  const beside = `${origin.slice(0, Math.max(origin.lastIndexOf("/"), 0))}/${path}`;
  return world.exists(beside) ? beside : path;
}

/** The rows of a path: one for a note, one for each line of a csv file. */
export async function rowsOf(path: string, world: DqlWorld, zone: DqlZone, source: Source): Promise<readonly Row[]> {
  if (path.toLowerCase().endsWith(".csv")) {
    const text = await world.text(path);
    if (text === undefined) throw new Failure(`The file '${path}' cannot be read.`, source.span);
    return readCsv(text, zone).map((data, i) => ({ id: `${path}#${i}`, data }));
  }
  const page = world.page(path);
  return page === undefined ? [] : [{ id: fileLink(path), data: page.fields }];
}
