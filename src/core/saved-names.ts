/** Brings what the vault defines, functions and watchlists, to where a query is compiled and run. */
import { savedNames, tableAsCsv, type Index } from "../vault";
import type { Defined, Lab } from "./lab";

/** How a file's text is read, by its vault path; rejects when there is none. */
export type ReadFile = (path: string) => Promise<string>;

const LIST_ID = "watchlist:";

/** The functions and watchlists of a vault, as a lab takes them. */
export function definedIn(index: Index): Defined {
  return savedNames(index);
}

/**
 * Tells a lab what the vault defines, and loads the watchlists that the query, or a function of the vault, asks for. Lists that
 * were loaded before are read again only when the vault has changed. Returns whether names changed, so that what was
 * compiled has to be compiled anew.
 */
export async function bringNames(lab: Lab, index: Index, query: string, read: ReadFile): Promise<boolean> {
  const saved = savedNames(index);
  const told = brought.get(lab);
  const fresh = told?.saved !== saved;
  const lists = fresh ? new Set<string>() : told.lists;
  if (fresh) {
    lab.define(saved);
    brought.set(lab, { saved, lists });
  }
  const wanted = new Set([query, ...[...saved.functions.values()].map((fn) => fn.text)].flatMap(aliasesIn));
  let changed = fresh;
  for (const alias of wanted) {
    const list = saved.watchlists.get(alias);
    if (list === undefined || lists.has(alias)) continue;
    lists.add(alias);
    const whole = list.text ?? await read(list.path);
    const text = list.text === undefined && list.path.endsWith(".md") ? tableAsCsv(whole) ?? "" : whole;
    await lab.load({
      id: LIST_ID + alias, text, format: list.format,
      watchlist: { alias: list.alias, ...(list.key === undefined ? {} : { key: list.key }) },
    });
    changed = true;
  }
  return changed;
}

const brought = new WeakMap<Lab, { readonly saved: unknown; readonly lists: Set<string> }>();

/** Aliases, in lower case, that a text asks for as constants. */
function aliasesIn(text: string): string[] {
  return [...text.matchAll(/_GetWatchlist\s{0,9}\(\s{0,9}@?(["'])([^"'\n]{1,200})\1/g)].map((m) => (m[2] ?? "").toLowerCase());
}
