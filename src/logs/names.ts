/** Names of columns as exports write them → as the table has them; and events that stand inside of a field of a row. */
import { readJson } from "../base";
import type { Schema, Value } from "../table";
import { isBag } from "../table";
import type { Report } from "./report";
import { excerpt } from "./report";
import { RawColumn, RawRows } from "./rows";

/** `TimeGenerated [UTC]`: the portal's export says the zone in the header. */
const ZONE = /^(.+?) \[([^\][]{1,60})\]$/;

/** Takes the zone off the names of time columns. Zones other than UTC are told: their times are read as UTC. */
export function plainNames(rows: RawRows, report: Report): RawRows {
  if (!rows.columns.some((column) => ZONE.test(column.name))) return rows;
  const taken = new Set(rows.columns.map((column) => column.name));
  return rows.withColumns(rows.columns.map((column) => {
    const [, name = "", zone = ""] = ZONE.exec(column.name) ?? [];
    if (name === "" || taken.has(name)) return column;
    if (zone.toUpperCase() !== "UTC") {
      report.whole("warning", "logs-zone", `The times of '${excerpt(name)}' are in the zone '${excerpt(zone)}'; they are read as UTC.`);
    }
    taken.add(name);
    return column.named(name);
  }));
}

/** Where collectors and services put the event itself: the field, and a field that must stand beside it. */
const ENVELOPES: readonly (readonly [field: string, beside: string])[] = [
  ["_source", "_index"], ["CloudTrailEvent", "EventId"], ["result", "preview"], ["event", "sourcetype"], ["_raw", "_time"],
];

/** Rows that only wrap an event (search results, `lookup-events`) → the events; told. All other rows stay. */
export function unwrap(rows: RawRows, report: Report): RawRows {
  const found = ENVELOPES.find(([field, beside]) => rows.find(field) !== undefined && rows.find(beside) !== undefined);
  const column = found === undefined ? undefined : rows.find(found[0]);
  if (column === undefined || rows.count === 0) return rows;
  const inner = new RawRows();
  const read = new Map<number, Value>();
  for (let row = 0; row < rows.count; row++) {
    const code = column.code(row);
    let event = read.get(code);
    if (event === undefined) read.set(code, event = eventOf(column.cell(row)));
    if (!isBag(event)) return rows;
    for (const [name, value] of event) inner.column(name)?.put(inner.count, value);
    inner.count++;
  }
  report.whole("info", "logs-unwrapped", `The events are those in the field '${column.name}' of the rows.`);
  return inner;
}

function eventOf(cell: Value): Value {
  if (typeof cell !== "string") return cell;
  if (!cell.startsWith("{")) return null;
  const read = readJson(cell);
  return read.diagnostics.some((d) => d.severity === "error") ? null : (read.value ?? null);
}

/** A union of tables that disagree on a column's type names it once per type. */
const VARIANT = /^(.+)_(?:string|dynamic|int|long|real|bool|datetime|guid)$/;

/**
 * `UserAgent_string` and `UserAgent_dynamic` → `UserAgent`, where the table has that column and the sample does not:
 * the first of them that is not empty.
 */
export function joinVariants(rows: RawRows, schema: Schema): RawRows {
  const wanted = new Set(schema.columns.map((column) => column.name));
  const groups = new Map<string, RawColumn[]>();
  for (const column of rows.columns) {
    const base = VARIANT.exec(column.name)?.[1];
    if (base === undefined || !wanted.has(base) || wanted.has(column.name) || rows.find(base) !== undefined) continue;
    groups.set(base, [...(groups.get(base) ?? []), column]);
  }
  if (groups.size === 0) return rows;
  const gone = new Set([...groups.values()].flat());
  const columns = rows.columns.filter((column) => !gone.has(column));
  for (const [name, variants] of groups) {
    const [first] = variants;
    if (variants.length === 1 && first !== undefined) columns.push(first.named(name));
    else {
      const joined = new RawColumn(name);
      for (let row = 0; row < rows.count; row++) {
        const cell = variants.map((v) => v.cell(row)).find((value) => value !== null && value !== "");
        if (cell !== undefined) joined.put(row, cell);
      }
      columns.push(joined);
    }
  }
  return rows.withColumns(columns);
}
