/** Small worlds for tests of queries: notes as objects, links as written in them. */
import { LazyBag, fileLink, fromPlain, isBag, localZone, runDql, resultToPlain } from "../../../src/query/dql";
import type { DqlBag, DqlOutcome, DqlPage, DqlValue, DqlWorld, Plain } from "../../../src/query/dql";

/** Saturday, 15 June 2024, 10:20:30 UTC. */
export const NOW = Date.UTC(2024, 5, 15, 10, 20, 30);
export const OPTIONS = { now: NOW, zone: "UTC", locale: "en-US" };

export interface TestNote {
  readonly path: string;
  readonly tags?: readonly string[];
  readonly links?: readonly string[];
  readonly fields?: { readonly [key: string]: Plain };
  readonly tasks?: readonly { readonly [key: string]: Plain }[];
}

/** A world of these notes; a link leads to the note of that name. */
export function world(notes: readonly TestNote[], files: Readonly<Record<string, string>> = {}): DqlWorld {
  const byPath = new Map(notes.map((note) => [note.path, note]));
  const resolve = (target: string, from: string) => (target === "" ? from
    : notes.find((n) => n.path === target || n.path === `${target}.md` || n.path.endsWith(`/${target}.md`))?.path);
  const links = (note: TestNote) => (note.links ?? []).map((to) => resolve(to, note.path) ?? to);
  const paths = notes.map((n) => n.path);
  return {
    paths: () => paths,
    page: (path) => {
      const note = byPath.get(path);
      return note === undefined ? undefined : pageOf(note);
    },
    withTag: (tag) => notes.filter((n) => (n.tags ?? []).some((t) => `${t}/`.toLowerCase().startsWith(`${tag}/`.toLowerCase()))).map((n) => n.path),
    inFolder: (folder) => {
      const inside = paths.filter((p) => folder === "" || p.startsWith(`${folder}/`));
      return inside.length > 0 ? inside : undefined;
    },
    exists: (path) => byPath.has(path) || path in files,
    resolve,
    linksTo: (path) => notes.filter((n) => links(n).includes(path)).map((n) => n.path),
    linksFrom: (path) => {
      const note = byPath.get(path);
      return note === undefined ? undefined : links(note);
    },
    text: (path) => Promise.resolve(files[path]),
  };
}

function pageOf(note: TestNote): DqlPage {
  const tasks = (note.tasks ?? []).map((task, line): DqlBag => new Map<string, DqlValue>([
    ["symbol", "-"], ["lineCount", 1], ["task", true], ["children", []], ["line", line], ["path", note.path], ["text", `task ${line}`],
    ...bag(task),
  ]));
  const file = new LazyBag(new Map<string, () => DqlValue>([
    ["name", () => note.path.slice(note.path.lastIndexOf("/") + 1).replace(/\.md$/, "")], ["path", () => note.path],
    ["link", () => fileLink(note.path)], ["tags", () => note.tags ?? []], ["tasks", () => tasks],
  ]));
  return { path: note.path, fields: new Map<string, DqlValue>([["file", file], ...bag(note.fields ?? {})]) };
}

/** Fields from plain JSON. */
export function bag(plain: { readonly [key: string]: Plain }): DqlBag {
  const value = fromPlain(plain, localZone("UTC"));
  if (typeof value !== "object" || value === null || !isBag(value)) throw new RangeError("not an object");
  return value;
}

/** Runs a query over notes, from the first one. */
export async function run(query: string, notes: readonly TestNote[], files: Readonly<Record<string, string>> = {}): Promise<DqlOutcome> {
  return runDql(query, world(notes, files), { ...OPTIONS, origin: notes[0]?.path ?? "" });
}

/** The rows or items of a result as plain JSON, links by their path; throws what was told when there is none. */
export async function rows(query: string, notes: readonly TestNote[], files: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const outcome = await run(query, notes, files);
  if (outcome.kind !== "done") throw new Error(outcome.diagnostics.map((d) => d.message).join("\n"));
  const plain = JSON.parse(JSON.stringify(resultToPlain(outcome.result), short)) as { rows?: unknown; items?: unknown; groups?: unknown };
  return plain.rows ?? plain.items ?? plain.groups;
}

function short(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const { $link, $date } = value as { $link?: { path: string }; $date?: string };
  return $link?.path ?? $date ?? value;
}
