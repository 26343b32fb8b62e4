/**
 * Typed tables as text that people can read and write: a line of `name:type`, then a line per row.
 *
 *     id:long, name:string, seen:datetime, tags:dynamic
 *     1, alice, 2021-01-01T00:00:00.0000000Z, ["a","b"]
 *     2, "", null, {}
 *
 * Cells are separated by commas; a text that could be misread (empty, `null`, with a comma, a quote, a bracket, a line
 * break or spaces at its ends) stands in JSON quotes. Used by goldens, the command line and the clipboard.
 */
import { error, nearest, readJson } from "../base";
import type { Checked, Diagnostic } from "../base";
import { builder } from "./build";
import { coerce } from "./coerce";
import { printJson, printValue } from "./print";
import { tableOfBatches, rowsOf } from "./table";
import type { ColumnSpec, Table } from "./table";
import { SCALAR_TYPES } from "./type";
import type { ScalarType } from "./type";
import type { Value } from "./value";

/** The whole table, lines joined by `\n`, without a line break at the end. */
export function printTable(table: Table): string {
  const lines = [table.schema.columns.map((c) => `${printName(c.name)}:${c.type}`).join(", ")];
  for (const row of rowsOf(table)) {
    lines.push(row.map((value, i) => printTableCell(value, table.schema.columns[i]?.type ?? "dynamic")).join(", "));
  }
  return lines.join("\n");
}

/** One cell as `printTable` writes it. */
export function printTableCell(value: Value, type: ScalarType): string {
  if (value === null) return "null";
  if (type === "dynamic") return printJson(value);
  const text = printValue(value);
  return type !== "string" || isPlain(text) ? text : JSON.stringify(text);
}

function printName(name: string): string {
  return isPlain(name) && !name.includes(":") ? name : JSON.stringify(name);
}

/** Whether a text can stand in a cell without quotes. */
function isPlain(text: string): boolean {
  // JSON.stringify escapes control characters and nothing else that could stand here: then the text needs its quotes.
  return text !== "" && text !== "null" && text.trim() === text && !/[,"[\]{}\u2028\u2029]/.test(text)
    && JSON.stringify(text).length === text.replace(/\\/g, "\\\\").length + 2;
}

/**
 * Reads what `printTable` writes; blank lines and lines of `-` are skipped. Cells that do not fit their type are null,
 * with an error.
 */
export function readTable(text: string): Checked<Table> {
  const diagnostics: Diagnostic[] = [];
  const report = (code: string, message: string, from: number, to: number) =>
    diagnostics.push(error(code, message, { from, to }));
  let columns: ColumnSpec[] | undefined;
  let builders: ReturnType<typeof builder>[] = [];
  let length = 0;
  let at = 0;
  for (const raw of text.split("\n")) {
    const start = at;
    at += raw.length + 1;
    const line = raw.replace(/\r$/, "");
    if (line.trim() === "" || /^[-\s]+$/.test(line) && /--/.test(line)) continue;
    const cells = cutCells(line);
    if (columns === undefined) {
      columns = cells.map((cell) => readSpec(cell.text, (message) =>
        report("table-text-type", message, start + cell.from, start + cell.to)));
      builders = columns.map((c) => builder(c.type));
      continue;
    }
    if (cells.length !== columns.length) {
      const message = `This row has ${cells.length} cells, the table has ${columns.length} columns.`;
      report("table-text-cells", message, start, start + line.length);
    }
    columns.forEach((spec, i) => {
      const cell = cells[i];
      const value = cell === undefined ? null : readCell(cell.text, spec.type);
      if (value === null && cell !== undefined && cell.text !== "null" && cell.text !== "") {
        report("table-text-value", `'${cell.text}' is not a ${spec.type}.`, start + cell.from, start + cell.to);
      }
      builders[i]?.push(value);
    });
    length++;
  }
  const schema = { columns: columns ?? [], open: false };
  return { value: tableOfBatches(schema, [{ length, columns: builders.map((b) => b.finish()) }]), diagnostics };
}

function readSpec(text: string, report: (message: string) => void): ColumnSpec {
  const colon = text.lastIndexOf(":");
  const written = colon < 0 ? "" : text.slice(colon + 1).trim();
  const type = SCALAR_TYPES.find((t) => t === written);
  if (type === undefined) {
    const near = nearest(written, SCALAR_TYPES);
    report(`'${written}' is not a column type.` + (near === undefined ? "" : ` Did you mean '${near}'?`));
  }
  const name = (colon < 0 ? text : text.slice(0, colon)).trim();
  return { name: name.startsWith('"') ? unquote(name) : name, type: type ?? "string" };
}

function readCell(text: string, type: ScalarType): Value {
  if (text === "null") return null;
  if (type === "dynamic") return text === "" ? null : (readJson(text).value ?? null);
  if (type === "string") return text.startsWith('"') ? unquote(text) : text;
  return text === "" ? null : coerce(text, type);
}

function unquote(text: string): string {
  const value = readJson(text).value;
  return typeof value === "string" ? value : text;
}

/** Cuts a line at its commas, outside of quotes and brackets. */
function cutCells(line: string): { text: string; from: number; to: number }[] {
  const cells: { text: string; from: number; to: number }[] = [];
  let depth = 0;
  let from = 0;
  const push = (to: number) => {
    const text = line.slice(from, to).trim();
    const start = from + (line.slice(from, to).length - line.slice(from, to).trimStart().length);
    cells.push({ text, from: start, to: start + text.length });
  };
  for (let i = 0; i < line.length; i++) {
    const c = line[i];
    if (c === '"') {
      for (i++; i < line.length && line[i] !== '"'; i++) if (line[i] === "\\") i++;
    } else if (c === "[" || c === "{") depth++;
    else if (c === "]" || c === "}") depth = Math.max(0, depth - 1);
    else if (c === "," && depth === 0) {
      push(i);
      from = i + 1;
    }
  }
  push(line.length);
  return cells;
}
