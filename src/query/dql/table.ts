/** Results as the house's tables, so that panels, files and the command line show them as they show any other rows. */
import type { ColumnSpec, Table, Value } from "../../table";
import { TICKS_PER_MILLISECOND, UNIX_EPOCH, schemaOf, tableOf } from "../../table";
import { durationUnits } from "./durations";
import type { DqlDuration } from "./durations";
import type { DqlLink } from "./links";
import type { DqlResult, TaskTree } from "./run";
import type { DqlBag, DqlValue } from "./value";
import { MAX_DEPTH, isBag, isList } from "./value";

/**
 * A result as a table of dynamic columns. A list has the columns Item or Id and Value; tasks have Group (when grouped,
 * keys of inner groups behind the outer ones), Status, Task, Note and Line; a calendar has Date and Link.
 */
export function toTable(result: DqlResult): Table {
  switch (result.type) {
    case "table": return table(result.headers, result.rows);
    case "list": {
      const pairs = result.items.some((item) => pairOf(item) !== undefined);
      if (!pairs) return table(["Item"], result.items.map((item) => [item]));
      return table(["Id", "Value"], result.items.map((item) => {
        const pair = pairOf(item);
        return pair === undefined ? [item, null] : [pair.key, pair.value];
      }));
    }
    case "task": {
      const grouped = result.tree.kind === "groups";
      const rows = taskRows(result.tree, []).map(({ keys, task }) => [
        ...(grouped ? [keys.length === 1 ? keys[0] ?? null : keys] : []),
        task.get("status") ?? null, task.get("text") ?? null, task.get("link") ?? null, task.get("line") ?? null,
      ]);
      return table([...(grouped ? ["Group"] : []), "Status", "Task", "Note", "Line"], rows);
    }
    case "calendar": return table(["Date", "Link"], result.days.map(({ date, link }) => [date, link]));
  }
}

/** Columns need names that differ: a second `x` becomes `x 2`. */
function table(headers: readonly string[], rows: readonly (readonly DqlValue[])[]): Table {
  const used = new Set<string>();
  const columns = headers.map((header): ColumnSpec => {
    let name = header;
    for (let n = 2; used.has(name); n++) name = `${header} ${n}`;
    used.add(name);
    return { name, type: "dynamic" };
  });
  return tableOf(schemaOf(columns), rows.map((row) => row.map((cell) => toCell(cell))));
}

function pairOf(value: DqlValue) {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "pair" ? value : undefined;
}

function taskRows(tree: TaskTree, keys: readonly DqlValue[]): { readonly keys: readonly DqlValue[]; readonly task: DqlBag }[] {
  if (tree.kind === "tasks") return tree.tasks.map((task) => ({ keys, task }));
  return tree.groups.flatMap((group) => taskRows(group.rows, [...keys, group.key]));
}

/** A value as the house's own: moments as datetimes in UTC, durations with their months apart, functions as a text. */
export function toCell(value: DqlValue, depth = 0): Value {
  if (value === null || typeof value !== "object") return value;
  if (depth > MAX_DEPTH) return null;
  if (isList(value)) return value.map((v) => toCell(v, depth + 1));
  if (isBag(value)) return new Map([...value].map(([key, v]) => [key, toCell(v, depth + 1)]));
  switch (value.kind) {
    case "date": return { kind: "datetime", ticks: BigInt(Math.round(value.ms)) * TICKS_PER_MILLISECOND + UNIX_EPOCH };
    case "duration": return months(value);
    case "link": return linkCell(value);
    case "weblink": return { kind: "link", path: value.url, label: value.display, embed: false };
    case "pair": return [toCell(value.key, depth + 1), toCell(value.value, depth + 1)];
    case "function": return "<function>";
  }
}

function linkCell(link: DqlLink): Value {
  return {
    kind: "link", path: link.path, embed: link.embed, part: link.type,
    ...(link.display === undefined ? {} : { label: link.display }), ...(link.subpath === undefined ? {} : { subpath: link.subpath }),
  };
}

const MS: Readonly<Record<string, number>> = {
  weeks: 604_800_000, days: 86_400_000, hours: 3_600_000, minutes: 60_000, seconds: 1000, milliseconds: 1,
};

function months(d: DqlDuration): Value {
  let [wholeMonths, ms] = [0, 0];
  for (const [unit, amount] of durationUnits(d)) {
    const inMonths = unit === "years" ? amount * 12 : unit === "months" ? amount : unit === "quarters" ? amount * 3 : 0;
    wholeMonths += Math.trunc(inMonths);
    ms += (inMonths - Math.trunc(inMonths)) * 30 * 86_400_000 + amount * (MS[unit] ?? 0);
  }
  return { kind: "duration", months: wholeMonths, ticks: BigInt(Math.round(ms)) * TICKS_PER_MILLISECOND };
}
