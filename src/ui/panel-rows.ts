/** Which rows of a panel are on the screen: its filter and its sort over groups of values. No DOM. */
import { compare } from "../table";
import type { Value } from "../table";
import type { PanelGroup, PanelState, PanelTask } from "./panel-model";
import { valueText } from "./value-text";

/** A group as shown, and how much of it is left after the filter. */
export interface ShownGroup {
  readonly key?: Value;
  readonly rows: readonly (readonly Value[])[];
  readonly tasks: readonly PanelTask[];
}

export interface ShownPanel {
  readonly groups: readonly ShownGroup[];
  /** Rows or tasks that pass the filter, drawn or not. */
  readonly passing: number;
  /** Rows or tasks in `groups`. */
  readonly drawn: number;
}

/** Filters, sorts within each group (stably, nulls last), and cuts after `state.shown` rows. */
export function panelShown(groups: readonly PanelGroup[], state: PanelState): ShownPanel {
  const needle = state.filter.trim().toLowerCase();
  const out: ShownGroup[] = [];
  let passing = 0;
  let left = state.shown;
  for (const group of groups) {
    const keyHits = needle !== "" && group.key !== undefined && holds(group.key, needle);
    let rows = needle === "" || keyHits ? group.rows : group.rows.filter((row) => row.some((v) => holds(v, needle)));
    const tasks = needle === "" || keyHits ? group.tasks : group.tasks.filter((t) => taskHolds(t, needle));
    passing += rows.length + tasks.length;
    const sort = state.sort;
    if (sort !== null) {
      rows = [...rows].sort((a, b) => ordered(a[sort.column] ?? null, b[sort.column] ?? null, sort.descending));
    }
    const shown = { rows: rows.slice(0, left), tasks: tasks.slice(0, Math.max(0, left - rows.length)) };
    left = Math.max(0, left - rows.length - tasks.length);
    if (shown.rows.length + shown.tasks.length > 0) {
      out.push(group.key === undefined ? shown : { key: group.key, ...shown });
    }
  }
  return { groups: out, passing, drawn: out.reduce((sum, g) => sum + g.rows.length + g.tasks.length, 0) };
}

function ordered(a: Value, b: Value, descending: boolean): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  // Links sort by what is read, not by where the note lies.
  const x = sortedAs(a);
  const y = sortedAs(b);
  return descending ? compare(y, x) : compare(x, y);
}

function sortedAs(value: Value): Value {
  return typeof value === "string" || isLink(value) ? valueText(value, 1000).text.toLowerCase() : value;
}

function isLink(value: Value): boolean {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "link";
}

function holds(value: Value, needle: string): boolean {
  return value !== null && valueText(value, 20_000).text.toLowerCase().includes(needle);
}

/** A task stays when it or one below it holds the text. */
function taskHolds(task: PanelTask, needle: string): boolean {
  const todo: PanelTask[] = [task];
  for (let t = todo.pop(); t !== undefined; t = todo.pop()) {
    if (t.searched.toLowerCase().includes(needle)) return true;
    todo.push(...t.children);
  }
  return false;
}

/** Names each row by its values, so that a refresh moves rows instead of drawing them anew; equal rows are numbered. */
export function rowKeys(rows: readonly (readonly Value[])[]): readonly string[] {
  const seen = new Map<string, number>();
  return rows.map((row) => {
    const key = row.length === 0 ? "" : valueText(firstTelling(row), 300).text;
    const nth = seen.get(key) ?? 0;
    seen.set(key, nth + 1);
    return nth === 0 ? key : `${key}\u0000${nth}`;
  });
}

/** The row's link where it has one (a row is mostly a note), else its first value. */
function firstTelling(row: readonly Value[]): Value {
  const link = row.find(isLink) as { path: string; subpath?: string } | undefined;
  return link === undefined ? (row[0] ?? null) : `${link.path}#${link.subpath ?? ""}`;
}
