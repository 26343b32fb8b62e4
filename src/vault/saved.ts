/**
 * What notes define for all queries of the vault: functions in fences (` ```kusto function=Name `), and watchlists in fences
 * (` ```csv watchlist=Alias key=Column `), in notes with a property `watchlist` and a table, and in CSV files of a folder
 * named `Watchlists`.
 */
import { warning } from "../base";
import type { Diagnostic, Span } from "../base";
import type { Index } from "./notes-index";
import type { Note } from "./model";
import { functionName, watchlistOf } from "./saved-fence";

/** A function that a note defines; `text` is `(parameters) { body }` or a body alone. */
export interface NotedFunction {
  readonly name: string;
  readonly text: string;
  readonly path: string;
  readonly span: Span;
}

/** A watchlist and where its rows are: a text of the note, or a file of the vault. */
export interface NotedWatchlist {
  readonly alias: string;
  /** The column that rules look up; the first one when absent. */
  readonly key?: string;
  readonly path: string;
  /** Absent: the file at `path` is the list. */
  readonly text?: string;
  readonly format: "csv" | "tsv" | "json";
}

/** All that the notes of a vault define; the first in the order of paths counts where two have one name. */
export interface SavedNames {
  readonly functions: ReadonlyMap<string, NotedFunction>;
  /** By alias in lower case: the service does not tell cases apart. */
  readonly watchlists: ReadonlyMap<string, NotedWatchlist>;
  /** A name that is defined twice, by the path of the note that does not count. */
  readonly twice: ReadonlyMap<string, readonly Diagnostic[]>;
}

/** Finds what a note defines. */
function definedBy(note: Note): { functions: NotedFunction[]; watchlists: NotedWatchlist[] } {
  const functions: NotedFunction[] = [];
  const watchlists: NotedWatchlist[] = [];
  for (const block of note.blocks) {
    const name = functionName(block);
    if (name !== undefined) functions.push({ name, text: block.text, path: note.path, span: block.span });
    const list = watchlistOf(block);
    if (list !== undefined) watchlists.push({ ...list, text: block.text, path: note.path });
  }
  const alias = note.properties.get("watchlist");
  if (typeof alias === "string" && alias.trim() !== "") {
    const key = note.properties.get("watchlist_key");
    watchlists.push({ alias: alias.trim(), path: note.path, format: "csv", ...(typeof key === "string" ? { key } : {}) });
  }
  return { functions, watchlists };
}

const kept = new WeakMap<Index, { readonly revision: number; readonly saved: SavedNames }>();

/** What the vault's notes and files define; made anew only after a change. */
export function savedNames(index: Index): SavedNames {
  const known = kept.get(index);
  if (known?.revision === index.revision) return known.saved;
  const functions = new Map<string, NotedFunction>();
  const watchlists = new Map<string, NotedWatchlist>();
  const twice = new Map<string, Diagnostic[]>();
  const again = (path: string, what: string, name: string, first: string, span: Span) => {
    const message = `The ${what} '${name}' is defined in ${first} already: that one counts.`;
    twice.set(path, [...twice.get(path) ?? [], warning("name-defined-twice", message, span)]);
  };
  const takeList = (list: NotedWatchlist) => {
    const known = watchlists.get(list.alias.toLowerCase());
    if (known) again(list.path, "watchlist", list.alias, known.path, { from: 0, to: 0 });
    else watchlists.set(list.alias.toLowerCase(), list);
  };
  for (const note of index.all()) {
    if (note.blocks.length === 0 && !note.properties.has("watchlist")) continue;
    const found = definedBy(note);
    for (const fn of found.functions) {
      const known = functions.get(fn.name);
      if (known) again(note.path, "function", fn.name, known.path, fn.span);
      else functions.set(fn.name, fn);
    }
    found.watchlists.forEach(takeList);
  }
  for (const path of index.otherFiles()) {
    const found = /(?:^|\/)watchlists\/(?:.*\/)?([^/]+)\.(csv|tsv|json)$/i.exec(path);
    if (found) takeList({ alias: found[1]!, path, format: found[2]!.toLowerCase() as NotedWatchlist["format"] });
  }
  const saved: SavedNames = { functions, watchlists, twice };
  kept.set(index, { revision: index.revision, saved });
  return saved;
}

/** The first table of a note's text as comma-separated values; undefined when there is none. */
export function tableAsCsv(text: string): string | undefined {
  const lines = text.split(/\r?\n/);
  const rule = lines.findIndex((line, i) => i > 0 && /^\s{0,3}\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/.test(line) && line.includes("-")
    && (lines[i - 1] ?? "").includes("|"));
  if (rule < 0) return undefined;
  const rows = [lines[rule - 1]!];
  for (let i = rule + 1; i < lines.length && lines[i]!.includes("|"); i++) rows.push(lines[i]!);
  return rows.map((row) => cells(row).map((cell) => `"${cell.replace(/"/g, '""')}"`).join(",")).join("\n");
}

/** A row's cells: `\|` is a bar of the text. */
function cells(row: string): string[] {
  const found: string[] = [];
  let cell = "";
  const inner = row.trim().replace(/^\|/, "");
  for (let i = 0; i < inner.length; i++) {
    if (inner[i] === "\\" && inner[i + 1] === "|") cell += inner[++i]!;
    else if (inner[i] === "|") {
      found.push(cell.trim());
      cell = "";
    } else cell += inner[i]!;
  }
  if (cell.trim() !== "" || !inner.endsWith("|")) found.push(cell.trim());
  return found;
}
