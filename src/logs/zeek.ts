/**
 * Zeek's logs as text: `#separator`, `#fields` and `#types` say what the columns are; sets and vectors are lists. `#path` becomes the
 * field `_path`, as in Zeek's own JSON, so that rows say which log they are of. Source: Zeek documentation, "Log files",
 * "Zeek TSV format logs", and the ASCII writer's options.
 */
import type { Value } from "../table";
import type { LineContext, LineFormat, LineReader } from "./line-format";
import { isoOfEpoch } from "./moments";
import { TEXT } from "./words";
import type { RawColumn, RawRows } from "./rows";

/** Bytes written as `\x09`. */
function unescaped(text: string): string {
  if (!text.includes("\\x")) return text;
  const made = text.replace(/\\x([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return made;
}

class ZeekReader implements LineReader {
  private separator = "\t";
  private setSeparator = ",";
  private empty = "(empty)";
  private unset = "-";
  private path = "";
  private fields: readonly string[] = [];
  private types: readonly string[] = [];

  constructor(private readonly context: LineContext) {}

  line(line: string): string | undefined {
    if (line.startsWith("#")) return this.directive(line);
    const { rows } = this.context;
    if (this.fields.length === 0) return "expected '#fields' above the first line";
    const cells = line.split(this.separator);
    if (cells.length !== this.fields.length) return `expected ${this.fields.length} fields, as '#fields' names, not ${cells.length}`;
    const row = rows.count++;
    if (this.path !== "") rows.column("_path")?.text(row, this.path);
    cells.forEach((cell, i) => {
      if (cell === this.unset) return;
      const column = rows.column(this.fields[i] ?? "");
      if (column !== undefined) this.put(column, row, cell, this.types[i] ?? "string");
    });
    return undefined;
  }

  private directive(line: string): string | undefined {
    const m = /^#([a-z_]+)(.)/i.exec(line);
    const name = m?.[1] ?? "";
    if (name === "separator") {
      this.separator = unescaped(line.slice("#separator ".length).trim()) || "\t";
      return undefined;
    }
    const parts = line.split(this.separator);
    const value = parts[1] ?? "";
    if (name === "set_separator") this.setSeparator = unescaped(value) || ",";
    else if (name === "empty_field") this.empty = unescaped(value);
    else if (name === "unset_field") this.unset = unescaped(value);
    else if (name === "path") this.path = value;
    else if (name === "fields") this.fields = parts.slice(1, 2001).map((field) => unescaped(field));
    else if (name === "types") this.types = parts.slice(1, 2001);
    return undefined;
  }

  private put(column: RawColumn, row: number, cell: string, type: string): void {
    const inner = /^(?:set|vector|table|list)\[(\w+)/.exec(type)?.[1];
    if (inner !== undefined) {
      const items = cell === this.empty || cell === "" ? [] : cell.split(this.setSeparator).slice(0, 100_000);
      column.nested(row, items.map((item) => (item === this.unset ? null : this.value(item, inner))));
      return;
    }
    if (cell === this.empty) column.text(row, "");
    else column.put(row, this.value(cell, type));
  }

  /** One value by its type; the text where it does not fit. */
  private value(cell: string, type: string): Value {
    switch (type) {
      case "time": return isoOfEpoch(cell) ?? cell;
      case "count": case "int": case "port": return /^-?\d{1,18}$/.test(cell) ? BigInt(cell) : cell;
      case "double": case "interval": return cell !== "" && Number.isFinite(Number(cell)) ? Number(cell) : cell;
      case "bool": return cell === "T" ? true : cell === "F" ? false : cell;
      default: return unescaped(cell);
    }
  }
}

/** Zeek's text format. */
export const ZEEK: LineFormat = {
  format: "zeek",
  untyped: false,
  heading: /^#(?:separator \\x|fields[\t, ;|]|path[\t, ;|])/m,
  test: (line) => line.startsWith("#"),
  reader: (context) => new ZeekReader(context),
};

/** Zeek's JSON has its times as seconds: they become times. Undefined when rows are none of Zeek's. */
export function zeekTimes(rows: RawRows): RawRows | undefined {
  const has = (name: string): boolean => rows.find(name) !== undefined;
  const ts = rows.find("ts");
  if (ts === undefined || (ts.kinds & TEXT) !== 0 || rows.count === 0 || !((has("uid") && has("id.orig_h")) || (has("_path") && has("_write_ts")) || (has("_path") && has("uid")))) return undefined;
  for (const name of ["ts", "_write_ts"]) {
    const column = rows.find(name);
    if (column === undefined) continue;
    rows.replace(column.mapped(name, rows.count, (cell) => {
      const text = typeof cell === "number" ? cell.toFixed(6) : typeof cell === "bigint" ? String(cell) : "";
      return text === "" ? cell : (isoOfEpoch(text) ?? cell);
    }));
  }
  return rows;
}
