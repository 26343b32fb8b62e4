/**
 * Tables in text → rows: comma, tab, semicolon or pipe, quotes with doubled quotes inside, line ends inside of quotes.
 * RFC 4180 as tools write it: the delimiter is found by looking, cells may be missing at a line's end, stray quotes
 * are taken literally. A line with more cells than the header has names is told and left out: it would be misaligned.
 */
import type { Report } from "./report";
import { excerpt } from "./report";
import { RawRows } from "./rows";
import type { RawColumn } from "./rows";
import { AS_TEXT, FIRST_HASH, hashStep } from "./words";
import { Window } from "./window";
import type { Place, Steps } from "./window";

const QUOTE = 34, NEWLINE = 10, RETURN = 13;

/** Delimiters that are looked for, the likeliest first. */
export const DELIMITERS = [",", "\t", ";", "|"] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** Rows between two chances to pause. */
const PAUSE = 2048;
/** Cells in one line that we are ready to read. */
const MAX_CELLS = 20_000;

/**
 * The delimiter that cuts the first lines into the most even table of at least two columns; undefined when none does.
 * Evenness counts first, then the number of columns.
 */
export function sniffDelimiter(text: string, from: number): Delimiter | undefined {
  let best: Delimiter | undefined;
  let bestScore = 0;
  for (const delimiter of DELIMITERS) {
    const scan = new Scan(new Window(text.slice(from, from + 200_000)), 0, delimiter);
    const widths: number[] = [];
    while (widths.length < 30 && scan.at < scan.text.length) {
      const cells = scan.line() ?? [];
      if (cells.length === 1 && cells[0] === "") continue;
      if (scan.at >= scan.text.length && scan.text.length === 200_000) break;
      widths.push(cells.length);
    }
    const width = widths[0] ?? 0;
    if (width < 2) continue;
    const even = widths.filter((w) => w === width).length / widths.length;
    const score = even * even * Math.log2(1 + width);
    if (score > bestScore && (even >= 0.3 || widths.length < 3)) {
      best = delimiter;
      bestScore = score;
    }
  }
  return best;
}

/** Reads a table with a header line into rows; yields now and then so that the caller can pause. */
export function* readCsvRows(
  window: Window, from: number, delimiter: Delimiter, report: Report, maxRows: number,
): Steps<RawRows> {
  const rows = new RawRows({ passing: window.passing });
  const scan = new Scan(window, from, delimiter);
  const top = window.place(from);
  let header: readonly string[] = [];
  while (yield* scan.some()) {
    const cells = scan.line();
    if (cells === undefined) {
      yield* scan.fill();
      continue;
    }
    header = cells;
    if (header.length > 1 || header[0]?.trim() !== "") break;
  }
  const columns = nameColumns(header, rows, report, top);
  let lines = 0;
  while (scan.at < window.length || (yield* scan.some())) {
    if (rows.count >= maxRows) {
      report.at("warning", "logs-row-limit", `only the first ${maxRows} rows were read: that is the limit.`, scan.at);
      window.stop();
      break;
    }
    const start = scan.at;
    if (scan.plain(columns, rows.count)) {
      rows.count++;
      if (++lines % PAUSE === 0) yield;
      continue;
    }
    const cells = scan.line();
    if (cells === undefined) {
      yield* scan.fill();
      continue;
    }
    if (++lines % PAUSE === 0) yield;
    if (scan.problem !== undefined) {
      report.at("error", "csv-open-quote", `${scan.problem}; this line was left out.`, start, scan.at);
      continue;
    }
    if (cells.length === 1 && cells[0] === "" && columns.length > 1) continue;
    let count = cells.length;
    while (count > columns.length && cells[count - 1] === "") count--;
    if (count > columns.length) {
      const found = `${count} cells where the header has ${columns.length} names`;
      report.at("error", "csv-too-many-cells", `${found}; this line was left out.`, start, scan.at);
      continue;
    }
    if (count < columns.length) {
      const found = `${count} cells where the header has ${columns.length} names`;
      report.at("warning", "csv-too-few-cells", `${found}; the missing ones are empty.`, start, scan.at);
    }
    const row = rows.count++;
    for (let i = 0; i < count; i++) columns[i]?.text(row, cells[i] ?? "");
  }
  return rows;
}

/** One column per header cell; names that are missing or repeated get one that is free. */
function nameColumns(header: readonly string[], rows: RawRows, report: Report, at: Place): (RawColumn | undefined)[] {
  return header.map((cell, i) => {
    const wanted = cell.trim();
    let name = wanted === "" ? `Column${i + 1}` : wanted;
    if (rows.find(name) !== undefined) {
      for (let n = 1; rows.find(name) !== undefined; n++) name = `${wanted}_${n}`;
      report.since("warning", "csv-repeated-name", `the name '${excerpt(wanted)}' stands twice in the header; the second is '${excerpt(name)}' here.`, at);
    }
    return rows.column(name);
  });
}

/** Cuts a text into lines of cells. */
class Scan {
  at: number;
  /** Why the last line is none, or undefined. */
  problem: string | undefined;
  /** Next quote at or behind `at`. */
  private quote = -1;
  /** Quotes that ran to the end of the text: after a few, quotes are taken as plain characters. */
  private runaways = 0;
  /** Whether the line at `at` was told to be too long, and the rest of it is to be jumped over. */
  private skipping = false;
  private units: Uint16Array = new Uint16Array(0);
  private readonly cut: number;
  /** Where the cells of a line are, and their hashes; `tos` is negative for cells with doubled quotes. */
  private readonly froms = new Int32Array(512);
  private readonly tos = new Int32Array(512);
  private readonly hashes = new Int32Array(512);
  private freed: Uint16Array = new Uint16Array(64);
  private unquotedSize = 0;

  constructor(private readonly window: Window, from: number, private readonly delimiter: Delimiter) {
    this.cut = delimiter.charCodeAt(0);
    this.at = from;
  }

  get text(): string {
    return this.window.text;
  }

  /** Whether there is text to read, more of it asked for when there is none here. */
  *some(): Steps<boolean> {
    while (this.at >= this.window.length && this.window.more) yield* this.fill();
    return this.at < this.window.length;
  }

  /** Puts more text behind the window, for the line at `at`. */
  *fill(): Steps<void> {
    this.at -= yield* this.window.fill(this.at);
    this.quote = -1;
    while (this.skipping) {
      const end = this.text.indexOf("\n", this.at);
      this.skipping = end < 0 && this.window.more;
      this.at = end < 0 ? this.text.length : end + 1;
      if (this.skipping) this.at -= yield* this.window.fill(this.at);
      }
  }

  /** Whether there is more text than this, for a line that may be so long. */
  private short(): boolean {
    return this.window.more && this.window.length - this.at <= this.window.longest;
  }

  /**
   * Reads the line at `at` into a row, when it has as many cells as there are columns and all is regular. Cells are taken
   * where they stand. False when it has not, and nothing was read.
   */
  plain(columns: readonly (RawColumn | undefined)[], row: number): boolean {
    const units = (this.units = this.window.units());
    const { window: { length }, froms, tos, hashes, cut } = this;
    const width = columns.length;
    if (this.runaways > 3 || width > froms.length) return false;
    let at = this.at;
    let n = 0;
    for (;;) {
      let hash = FIRST_HASH;
      let c = units[at]!;
      if (c === QUOTE) {
        froms[n] = ++at;
        let doubled = false;
        for (;;) {
          if (at >= length) return false;
          c = units[at]!;
          if (c === QUOTE) {
            if (units[at + 1] !== QUOTE) break;
            doubled = true;
            at++;
          }
          hash = hashStep(hash, c);
          at++;
        }
        tos[n] = doubled ? -at : at;
        at++;
        c = units[at]!;
      } else {
        froms[n] = at;
        if (c === 32) {
          // A quote behind blanks is a matter for the careful way.
          let next = at + 1;
          while (units[next] === 32 && next < length) next++;
          if (units[next] === QUOTE) return false;
        }
        while (c !== cut && c !== NEWLINE && c !== RETURN && at < length) {
          hash = hashStep(hash, c);
          c = units[++at]!;
        }
        tos[n] = at;
      }
      if (at + 1 >= length) return false;
      hashes[n++] = hash;
      if (c === cut) {
        if (n === width) return false;
        at++;
        continue;
      }
      if (c === RETURN) c = units[++at]!;
      if (c !== NEWLINE || n !== width) return false;
      break;
    }
    if (width === 1 && froms[0] === tos[0]) return false;
    for (let i = 0; i < width; i++) {
      const from = froms[i]!;
      let to = tos[i]!;
      let source: Uint16Array = units;
      let start = from;
      if (to < 0) {
        // Doubled quotes are one.
        start = 0;
        source = this.unquoted(from, -to);
        to = this.unquotedSize;
      }
      columns[i]?.units(row, source, start, to, AS_TEXT, hashes[i]!);
    }
    this.at = at + 1;
    return true;
  }

  /** The characters of a cell with doubled quotes in it. */
  private unquoted(from: number, to: number): Uint16Array {
    if (this.freed.length < to - from) this.freed = new Uint16Array(2 * (to - from));
    const { units, freed } = this;
    let n = 0;
    for (let i = from; i < to; i++) {
      const c = units[i]!;
      if (c === QUOTE) i++;
      freed[n++] = c;
    }
    this.unquotedSize = n;
    return freed;
  }

  /** The cells of the line at `at`; `at` is then behind its line end. Undefined when the line runs off the window. */
  line(): readonly string[] | undefined {
    const { text, delimiter } = this;
    this.problem = undefined;
    let end = text.indexOf("\n", this.at);
    if (end < 0) {
      if (this.short()) return undefined;
      if (this.window.more) {
        this.problem = `a line longer than ${this.window.longest >> 20} MB is not read`;
        this.skipping = true;
        this.at = text.length;
        return [];
      }
      end = text.length;
    }
    if (this.quote < this.at) {
      const next = text.indexOf('"', this.at);
      this.quote = next < 0 ? Infinity : next;
    }
    const cells: string[] = [];
    if (this.quote >= end || this.runaways > 3) {
      // No quotes: the hot path.
      const last = text.charCodeAt(end - 1) === RETURN && end > this.at ? end - 1 : end;
      let start = this.at;
      for (;;) {
        const next = text.indexOf(delimiter, start);
        if (next < 0 || next >= last || cells.length >= MAX_CELLS) break;
        cells.push(text.slice(start, next));
        start = next + 1;
      }
      cells.push(text.slice(start, last));
      this.at = end + 1;
      return cells;
    }
    return this.quoted(cells, end);
  }

  /** A line with quotes in it, cell by cell. */
  private quoted(cells: string[], firstEnd: number): readonly string[] | undefined {
    const { text, delimiter } = this;
    const short = this.short();
    const cut = delimiter.charCodeAt(0);
    let at = this.at;
    for (;;) {
      let start = at;
      // Blanks before a quote are written by hand: `a, "b"`.
      while (text.charCodeAt(start) === 32) start++;
      let cell: string;
      if (text.charCodeAt(start) === QUOTE) {
        const close = this.close(start, short);
        if (short && (close < 0 || close + 1 >= text.length)) return undefined;
        if (close < 0) return this.refuse(cells, firstEnd, "a quote is not closed");
        at = close + 1;
        while (text.charCodeAt(at) === 32) at++;
        const c = text.charCodeAt(at);
        if (short && (at >= text.length || (c === RETURN && at + 1 >= text.length))) return undefined;
        if (at < text.length && c !== cut && c !== NEWLINE && !(c === RETURN && text.charCodeAt(at + 1) === NEWLINE)) {
          // Text behind the closing quote. On the same line it was no quoted cell; lines later a quote was left open.
          if (close > firstEnd) return this.refuse(cells, firstEnd, "a quote is not closed");
          const end = this.cellEnd(start, firstEnd);
          cell = text.slice(start, end);
          at = end;
        } else {
          cell = text.slice(start + 1, close);
          if (cell.includes('"')) cell = cell.split('""').join('"');
        }
      } else {
        let lineEnd = text.indexOf("\n", at);
        if (lineEnd < 0) {
          if (short) return undefined;
          lineEnd = text.length;
        }
        const end = this.cellEnd(at, lineEnd);
        cell = text.slice(at, end);
        at = end;
      }
      cells.push(cell);
      if (text.charCodeAt(at) === cut && cells.length < MAX_CELLS) {
        at++;
        continue;
      }
      if (text.charCodeAt(at) === RETURN) at++;
      const end = text.charCodeAt(at) === NEWLINE || at >= text.length ? at : text.indexOf("\n", at);
      if (short && (end < 0 || end >= text.length)) return undefined;
      this.at = end < 0 ? text.length : end + 1;
      return cells;
    }
  }

  /** End of an unquoted cell: the delimiter or the line's end, without the return before it. */
  private cellEnd(from: number, lineEnd: number): number {
    const next = this.text.indexOf(this.delimiter, from);
    if (next >= 0 && next < lineEnd) return next;
    return lineEnd > from && this.text.charCodeAt(lineEnd - 1) === RETURN ? lineEnd - 1 : lineEnd;
  }

  /** The quote that closes the one at `start`; -1 when there is none. */
  private close(start: number, short: boolean): number {
    const { text } = this;
    let at = text.indexOf('"', start + 1);
    while (at >= 0 && text.charCodeAt(at + 1) === QUOTE) at = text.indexOf('"', at + 2);
    if (at < 0 && !short) this.runaways++;
    return at;
  }

  private refuse(cells: string[], lineEnd: number, problem: string): readonly string[] {
    this.problem = problem;
    this.at = lineEnd + 1;
    return cells;
  }
}
