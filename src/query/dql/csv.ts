/** Csv files as rows: the first line names the fields, numbers and booleans are told from texts. */
import { readText } from "./fields";
import type { DqlZone } from "./dates";
import { canonicalName } from "./names";
import type { DqlBag, DqlValue } from "./value";

const NUMBER = /^\s*-?(?:\d+\.?|\.\d+|\d+\.\d+)(?:[eE][-+]?\d+)?\s*$/;
const SAFE = 2 ** 53;

/** The rows of a csv text. Empty lines and lines that start with `#` are skipped; each name can be read canonically too. */
export function readCsv(text: string, local: DqlZone): readonly DqlBag[] {
  const [header = [], ...lines] = records(text.replace(/^\uFEFF/, ""), delimiter(text));
  return lines.map((cells) => {
    const row = new Map<string, DqlValue>();
    header.forEach((name, i) => {
      const cell = cells[i];
      if (cell === undefined) return;
      const value = cellValue(cell, local);
      row.set(name, value);
      row.set(canonicalName(name), value);
    });
    // Cells without a name, as Dataview's reader calls them.
    if (cells.length > header.length) row.set("__parsed_extra", cells.slice(header.length).map((cell) => cellValue(cell, local)));
    return row;
  });
}

function cellValue(text: string, local: DqlZone): DqlValue {
  if (text === "true" || text === "TRUE") return true;
  if (text === "false" || text === "FALSE") return false;
  if (text === "") return null;
  if (NUMBER.test(text) && Math.abs(Number(text)) < SAFE) return Number(text);
  return readText(text, local);
}

/** The delimiter that parts the first line into most cells. */
function delimiter(text: string): string {
  const line = text.split(/\r?\n/).find((l) => l !== "" && !l.startsWith("#")) ?? "";
  return [",", "\t", "|", ";"].reduce((best, d) => (line.split(d).length > line.split(best).length ? d : best), ",");
}

function records(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let at = 0;
  while (at < text.length) {
    if (text[at] === "#") {
      at = lineEnd(text, at);
      continue;
    }
    const row: string[] = [];
    for (;;) {
      const cell = cellAt(text, at, delimiter);
      row.push(cell.text);
      at = cell.to;
      if (text[at] !== delimiter) break;
      at++;
    }
    at = lineEnd(text, at);
    if (row.length > 1 || row[0] !== "") rows.push(row);
  }
  return rows;
}

/** The start of the next line. */
function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end + 1;
}

function cellAt(text: string, at: number, delimiter: string): { readonly text: string; readonly to: number } {
  if (text[at] !== '"') {
    let to = at;
    while (to < text.length && text[to] !== delimiter && text[to] !== "\n" && text[to] !== "\r") to++;
    return { text: text.slice(at, to), to };
  }
  const pieces: string[] = [];
  for (let from = at + 1; ;) {
    const quote = text.indexOf('"', from);
    const end = quote < 0 ? text.length : quote;
    pieces.push(text.slice(from, end));
    if (text[end + 1] !== '"') return { text: pieces.join('"'), to: Math.min(end + 1, text.length) };
    from = end + 2;
  }
}
