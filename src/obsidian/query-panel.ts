/** A dataview query's outcome as a panel: rows and tasks as they are drawn, and what an empty one offers. */
import { readTechniqueId, tagOf, type TechniqueId } from "../attack";
import { hasErrors, type Diagnostic } from "../base";
import {
  durationText, formatDate, isBag, isList, parseDql, runDql, toCell, type DqlBag, type DqlQuery, type DqlResult,
  type DqlValue, type Source, type TaskTree,
} from "../query/dql";
import type { LinkTo, Value } from "../table";
import type { PanelGroup, PanelModel, PanelTask } from "../ui";
import { coverageModel } from "./coverage-model";
import type { Notebook } from "./notebook";
import type { NewNote } from "./new-notes";
import { vaultNames, type Settings } from "./settings";
import { pace } from "./clock";

/** What a query asks the vault for, as far as its FROM says so. */
export interface Asked {
  /** The kinds of notes that would fill it. */
  readonly kind?: NewNote;
  readonly technique?: TechniqueId;
}

/** Rows that one panel holds; more are counted and told. */
const MOST_ROWS = 5_000;

/** Runs a query for the note it stands in. Never rejects for what a note or a query holds. */
export async function queryPanel(book: Notebook, source: string, path: string): Promise<PanelModel> {
  const parsed = parseDql(source);
  const base = { source, truncated: false, actions: [], headers: [], groups: [], count: 0 };
  if (parsed.value === undefined || hasErrors(parsed.diagnostics)) {
    return { ...base, kind: "table", diagnostics: errorsFirst(parsed.diagnostics) };
  }
  const query = parsed.value;
  const asked = askedFor(query, book.settings);
  const technique = asked.technique ?? book.index.note(path)?.technique?.id;
  const indexing = book.workspace.progress;
  const outcome = await runDql(query, book.pages(), { origin: path, now: Date.now(), pace: pace() });
  const around = {
    source,
    diagnostics: [...parsed.diagnostics, ...outcome.diagnostics],
    actions: [],
    ...(indexing === undefined ? {} : { indexing }),
    ...(asked.kind === "rule" && technique !== undefined && book.index.note(path)?.kind === "technique"
      ? { coverage: coverageModel(book, technique) } : {}),
    empty: emptyState(book, asked.kind, technique),
  };
  if (outcome.kind !== "done") return { ...base, ...around, kind: "table" };
  const { result } = outcome;
  if (result.type === "task") {
    const groups = taskGroups(result.tree, []);
    return { ...around, kind: "task", headers: [], groups, count: countTasks(result.tree), truncated: false };
  }
  const { headers, rows } = rowsOf(result);
  const kept = rows.slice(0, MOST_ROWS).map((row) => row.map(panelValue));
  return {
    ...around, kind: result.type === "list" ? "list" : "table", headers, groups: [{ rows: kept, tasks: [] }],
    count: rows.length, truncated: rows.length > kept.length,
  };
}

/** A result as rows under headers. */
interface Rows {
  readonly headers: readonly string[];
  readonly rows: readonly (readonly DqlValue[])[];
}

function rowsOf(result: Exclude<DqlResult, { readonly type: "task" }>): Rows {
  switch (result.type) {
    case "table": return result;
    case "list": return {
      headers: [], rows: result.items.map((item) => (isPair(item) ? [item.key, item.value] : [item])),
    };
    case "calendar": return { headers: ["Date", "Note"], rows: result.days.map((day) => [day.date, day.link]) };
  }
}

function isPair(value: DqlValue): value is { readonly kind: "pair"; readonly key: DqlValue; readonly value: DqlValue } {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "pair";
}

/**
 * A value as a panel draws it: dates and durations as people write them (and as texts they sort right), the rest as it
 * is.
 */
function panelValue(value: DqlValue): Value {
  if (typeof value !== "object" || value === null) return value;
  if (isList(value)) return value.map(panelValue);
  if (isBag(value)) return toCell(value);
  switch (value.kind) {
    case "date": {
      const text = formatDate(value, "yyyy-MM-dd HH:mm", "en-US");
      return text.endsWith(" 00:00") ? text.slice(0, 10) : text;
    }
    case "duration": return durationText(value);
    case "pair": return [panelValue(value.key), panelValue(value.value)];
    default: return toCell(value);
  }
}

// ---- tasks ----------------------------------------------------------------------------------------------------------

function taskGroups(tree: TaskTree, keys: readonly DqlValue[]): PanelGroup[] {
  if (tree.kind === "groups") return tree.groups.flatMap((group) => taskGroups(group.rows, [...keys, group.key]));
  const key = keys.length === 0 ? {} : { key: panelValue(keys.length === 1 ? keys[0] ?? null : keys) };
  return [{ ...key, rows: [], tasks: rootsOf(tree.tasks).flatMap((task) => panelTask(task, 0) ?? []) }];
}

function countTasks(tree: TaskTree): number {
  return tree.kind === "tasks" ? tree.tasks.length : tree.groups.reduce((n, group) => n + countTasks(group.rows), 0);
}

/** A task that is drawn below another one is not drawn by itself as well. */
function rootsOf(tasks: readonly DqlBag[]): readonly DqlBag[] {
  const place = (bag: DqlBag, key: "line" | "parent"): string => JSON.stringify([bag.get("path"), bag.get(key)]);
  const drawn = new Set<string>();
  const waiting = tasks.map((bag) => ({ bag, depth: 0 }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { bag, depth } = next;
    drawn.add(place(bag, "line"));
    const children = bag.get("children") ?? null;
    if (depth >= DEEPEST || !isList(children)) continue;
    for (const child of children) {
      if (child !== null && isBag(child) && child.get("task") === true) waiting.push({ bag: child, depth: depth + 1 });
    }
  }
  return tasks.filter((bag) => !drawn.has(place(bag, "parent")));
}

/** How deep nested tasks are followed. */
const DEEPEST = 20;

function panelTask(bag: DqlBag, depth: number): PanelTask | undefined {
  const [state, text, path, line] = [bag.get("status"), bag.get("text"), bag.get("path"), bag.get("line")];
  if (typeof state !== "string" || typeof path !== "string" || typeof line !== "number") return undefined;
  const link = bag.get("link");
  const place: LinkTo = link !== undefined && typeof link === "object" && link !== null && "kind" in link
    && link.kind === "link"
    ? toCell(link) as LinkTo : { kind: "link", path, embed: false };
  const children = bag.get("children");
  const shown = plainText(typeof text === "string" ? text : "");
  return {
    id: `${path}\u0000${line}`, state, text: shown, searched: shown, place,
    children: depth < DEEPEST && isList(children ?? null)
      ? (children as readonly DqlValue[]).flatMap((child) =>
        (child !== null && isBag(child) ? panelTask(child, depth + 1) ?? [] : [])) : [],
  };
}

/** A task's text without the marks of links, emphasis and fields. */
function plainText(text: string): string {
  return text
    .replace(/\[\[([^\]|]{0,500})\|([^\]]{0,500})\]\]/g, "$2")
    .replace(/\[\[([^\]]{0,500})\]\]/g, "$1")
    .replace(/(\*\*|__|==|~~)(?=\S)([^*_=~]{1,500})\1/g, "$2")
    .replace(/`([^`]{1,500})`/g, "$1");
}

// ---- what is asked for ----------------------------------------------------------------------------------------------

/** Reads the FROM of a query: does it ask for rules, for runbooks, for techniques, and of which technique? */
export function askedFor(query: DqlQuery, settings: Settings): Asked {
  const names = vaultNames(settings);
  const lower = (list: readonly string[]) => list.map((each) => each.toLowerCase());
  const folders: readonly (readonly [NewNote, readonly string[]])[] = [
    ["rule", lower(names.ruleFolders)], ["runbook", lower(names.runbookFolders)],
    ["technique", lower(names.techniqueFolders)],
  ];
  const tags: readonly (readonly [NewNote, readonly string[]])[] = [
    ["rule", lower(names.ruleTags)], ["runbook", lower(names.runbookTags)], ["technique", lower(names.techniqueTags)],
  ];
  let kind: NewNote | undefined;
  let technique: TechniqueId | undefined;
  const waiting: Source[] = [query.source];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.kind === "chain") waiting.push(...next.rest.map((r) => r.right).reverse(), next.first);
    else if (next.kind === "tag") {
      const tag = next.tag.replace(/^#/, "").toLowerCase();
      technique ??= readTechniqueId(tag) ?? undefined;
      kind ??= tags.find(([, list]) => list.some((name) => tag === name || tag.startsWith(`${name}/`)))?.[0];
    } else if (next.kind === "folder") {
      const folder = next.folder.toLowerCase();
      kind ??= folders.find(([, list]) => list.some((name) => folder === name || folder.startsWith(`${name}/`)))?.[0];
    }
  }
  return { ...(kind === undefined ? {} : { kind }), ...(technique === undefined ? {} : { technique }) };
}

/** What would fill an empty panel, and the offer to make it so. */
export function emptyState(
  book: Notebook, kind: NewNote | undefined, technique: TechniqueId | undefined,
): NonNullable<PanelModel["empty"]> {
  if (kind === "technique" || kind === undefined) return { text: "No note matches this query." };
  const what = kind === "rule" ? "rule" : "runbook";
  if (technique === undefined) return { text: `No ${what} matches this query.` };
  const { own } = kind === "rule" ? book.index.rulesFor(technique) : book.index.runbooksFor(technique);
  const elsewhere = own[0];
  return {
    text: elsewhere === undefined
      ? `No ${what} names ${technique} yet. A ${what} note with the tag #${tagOf(technique)} would stand here.`
      : `No ${what} for ${technique} is where this query looks; '${elsewhere.path}' is one elsewhere.`,
    action: { id: `new-${kind}:${technique}`, label: `New ${what} for ${technique}` },
  };
}

function errorsFirst(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...diagnostics].sort((a, b) => Number(b.severity === "error") - Number(a.severity === "error"));
}
