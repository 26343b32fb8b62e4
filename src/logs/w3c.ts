/**
 * W3C extended log files, as IIS, proxies, CloudFront and the Windows firewall write them: `#Fields:` names the columns, `-` is
 * nothing, date and time are two fields. Sources: W3C "Extended Log File Format" (WD-logfile-960323); Microsoft,
 * "W3C logging": blanks in a user agent are written as `+`.
 */
import type { LineContext, LineFormat, LineReader } from "./line-format";
import { addRow } from "./line-format";
import { excerpt } from "./report";

/** Fields in which IIS writes blanks as plus signs, and a plus sign hardly stands for itself. */
const PLUS = new Set(["cs(user-agent)", "cs-user-agent", "cs-username", "c-useragent"]);

class W3cReader implements LineReader {
  private fields: readonly string[] = [];
  private dateAt = -1;
  private timeAt = -1;
  private tabs = false;
  /** The day that `#Date:` says, for files whose lines have the time alone. */
  private day = "";

  constructor(private readonly context: LineContext) {}

  line(line: string, at: number): string | undefined {
    if (line.startsWith("#")) {
      this.directive(line, at);
      return undefined;
    }
    if (this.fields.length === 0) return "expected '#Fields:' above the first line";
    const cells = this.tabs || (line.includes("\t") && line.split("\t").length === this.fields.length) ? line.split("\t") : cutBlanks(line.trim());
    if (cells.length !== this.fields.length) return `expected ${this.fields.length} fields, as '#Fields:' names, not ${cells.length}`;
    const pairs: [string, string][] = [];
    const time = this.moment(cells);
    if (time !== undefined) pairs.push(["timestamp", time]);
    this.fields.forEach((name, i) => {
      const cell = cells[i] ?? "-";
      if (cell === "-" || (time !== undefined && (i === this.dateAt || i === this.timeAt))) return;
      pairs.push([name, PLUS.has(name.toLowerCase()) ? cell.split("+").join(" ") : cell]);
    });
    addRow(this.context.rows, pairs);
    return undefined;
  }

  /** Date and time as one; undefined when a line has no time. */
  private moment(cells: readonly string[]): string | undefined {
    const time = cells[this.timeAt];
    const day = this.dateAt < 0 ? this.day : (cells[this.dateAt] ?? "");
    if (time === undefined || !/^\d{4}-\d\d-\d\d$/.test(day) || !/^\d\d:\d\d:\d\d(?:\.\d{1,7})?$/.test(time)) return undefined;
    return `${day}T${time}Z`;
  }

  private directive(line: string, at: number): void {
    const [, name = "", rest = ""] = /^#\s?([A-Za-z-]{1,40}):\s?(.*)$/.exec(line) ?? [];
    if (name.toLowerCase() === "date") this.day = /\d{4}-\d\d-\d\d/.exec(rest)?.[0] ?? this.day;
    if (name.toLowerCase() !== "fields") return;
    this.tabs = rest.includes("\t");
    const fields = rest.trim().split(/\s+/).filter((field) => field !== "").slice(0, 2000);
    if (fields.length === 0) {
      this.context.report.at("warning", "w3c-no-fields", "'#Fields:' names no field.", at, at + line.length);
      return;
    }
    const again = fields.find((field, i) => fields.indexOf(field) < i);
    if (again !== undefined) this.context.report.at("warning", "w3c-repeated-field", `the field '${excerpt(again)}' is named twice; the last one holds.`, at, at + line.length);
    this.fields = fields;
    const lower = fields.map((field) => field.toLowerCase());
    this.dateAt = lower.indexOf("date");
    this.timeAt = lower.indexOf("time");
  }
}

/** Cells between blanks; quotes hold blanks together, doubled ones stand for themselves. */
function cutBlanks(line: string): string[] {
  if (!line.includes('"')) return line.split(/ +/);
  const cells: string[] = [];
  const piece = /"((?:[^"]|"")*)"(?= |$)|[^ ]+/g;
  for (let m = piece.exec(line); m !== null; m = piece.exec(line)) cells.push(m[1] === undefined ? m[0] : m[1].split('""').join('"'));
  return cells;
}

/** W3C extended log file format. */
export const W3C: LineFormat = {
  format: "w3c",
  untyped: true,
  heading: /^#(?:Software|Version|Date|Fields|Start-Date|Remark):/im,
  test: (line) => line.startsWith("#"),
  reader: (context) => new W3cReader(context),
};
