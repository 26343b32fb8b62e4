/** Tables → text that other programs read: CSV for spreadsheets, Markdown for notes, JSON for tools. */
import { isNumeric, printCell, printJson, rowCount, valueAt } from "../table";
import type { Column, ScalarType, Table } from "../table";

export interface WriteOptions {
  /** Names of the columns to write, in this order; all when absent. Names that the table lacks are left out. */
  readonly columns?: readonly string[];
  /** Rows after which to stop; all when absent. */
  readonly maxRows?: number;
}

/** One column in the making. */
interface Chosen {
  readonly name: string;
  readonly type: ScalarType;
  readonly index: number;
}

function choose(table: Table, options: WriteOptions): Chosen[] {
  const all = table.schema.columns.map((spec, index) => ({ name: spec.name, type: spec.type, index }));
  if (options.columns === undefined) return all;
  return options.columns.flatMap((name) => all.find((column) => column.name === name) ?? []);
}

/** Calls `line` with each row's columns and the row's number in them. */
function eachRow(table: Table, options: WriteOptions, line: (columns: readonly Column[], row: number) => void): void {
  let left = options.maxRows ?? Infinity;
  for (const batch of table.batches) {
    for (let row = 0; row < batch.length; row++) {
      if (left-- <= 0) return;
      line(batch.columns, row);
    }
  }
}

const isNull = (column: Column, row: number) => column.nulls !== null && column.nulls[row] === 1;

function cellText(columns: readonly Column[], chosen: Chosen, row: number): string {
  const column = columns[chosen.index];
  return column === undefined || isNull(column, row) ? "" : printCell(column, row);
}

/**
 * CSV after RFC 4180: comma, CRLF, quotes where needed. A text that a spreadsheet would take for a formula (it begins
 * with `=`, `+`, `-`, `@`, also full width or behind blanks, or with a tab or a line break, and is no number) gets an
 * apostrophe in front. Null is an empty cell.
 */
export function writeCsv(table: Table, options: WriteOptions = {}): string {
  const chosen = choose(table, options);
  const out = [chosen.map((column) => csvCell(harmless(column.name))).join(",")];
  eachRow(table, options, (columns, row) => {
    out.push(chosen.map((c) => {
      const text = cellText(columns, c, row);
      return csvCell(isNumeric(c.type) || c.type === "timespan" ? text : harmless(text));
    }).join(","));
  });
  return `${out.join("\r\n")}\r\n`;
}

/** A text with an apostrophe in front where a spreadsheet would run it. */
function harmless(text: string): string {
  return /^(?:[\s\0]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])/.test(text) && !/^[+-]?\d+(?:\.\d+)?$/.test(text) ? `'${text}` : text;
}

function csvCell(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.split('"').join('""')}"` : text;
}

/** A Markdown table. Cells are text: what would be a link, a tag, HTML or emphasis in a note is escaped. */
export function writeMarkdown(table: Table, options: WriteOptions = {}): string {
  const chosen = choose(table, options);
  if (chosen.length === 0) return "";
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const out = [
    line(chosen.map((c) => markdownCell(c.name))),
    line(chosen.map((c) => (isNumeric(c.type) ? "---:" : "---"))),
  ];
  eachRow(table, options, (columns, row) => {
    out.push(line(chosen.map((c) => markdownCell(cellText(columns, c, row)))));
  });
  return `${out.join("\n")}\n`;
}

function markdownCell(text: string): string {
  return text
    .replace(/[\\`*[\]|~$]/g, "\\$&")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/==|%%|\^\^/g, (m) => `\\${m.charAt(0)}\\${m.charAt(0)}`)
    .replace(/(^|[^\w&])#(?=\S)/g, "$1\\#")
    .replace(/(^|\W)_+|_+(?=\W|$)/g, (m) => m.replace(/_/g, "\\_"))
    // A bare address would become a link that a click follows.
    .replace(/:(?=\/\/)|\b(?:https?|ftp|file|javascript|obsidian|mailto|xmpp):/gi, (m) => `${m.slice(0, -1)}&#58;`)
    .replace(/\bwww\./gi, (m) => `${m.slice(0, -1)}&#46;`)
    // `name:: text` would become a field of the note that the table is put into.
    .replace(/::/g, ":&#58;")
    .replace(/\r\n|\r|\n|\u2028|\u2029/g, "<br>")
    .trim();
}

/** A JSON array of objects, one a line; longs keep all digits, times are texts, nulls are null. */
export function writeJsonRows(table: Table, options: WriteOptions = {}): string {
  const chosen = choose(table, options);
  if (rowCount(table) === 0) return "[]\n";
  const out: string[] = [];
  eachRow(table, options, (columns, row) => {
    const fields = chosen.map((c) => {
      const column = columns[c.index];
      const value = column === undefined || isNull(column, row) ? "null" : printJson(valueAt(column, row));
      return `${JSON.stringify(c.name)}:${value}`;
    });
    out.push(`{${fields.join(",")}}`);
  });
  return `[\n${out.join(",\n")}\n]\n`;
}
