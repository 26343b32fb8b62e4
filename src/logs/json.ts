/**
 * JSON logs → rows: one object, arrays, objects one after the other (a line each or not), wrapped lists such as
 * CloudTrail's `{"Records": […]}`, and answers of the Log Analytics API. The text is walked once; cells go straight
 * into their columns. A broken event is told and skipped, the others load.
 */
import { readJson } from "../base";
import type { Value } from "../table";
import { isArray, isBag } from "../table";
import type { Report } from "./report";
import { excerpt } from "./report";
import { RawRows } from "./rows";
import type { RawColumn } from "./rows";

const QUOTE = 34, COMMA = 44, MINUS = 45, COLON = 58, OPEN = 123, CLOSE = 125, OPEN_LIST = 91, CLOSE_LIST = 93;

/** Keys under which services put lists of events. `always`: also in each of many objects (event hub messages, files joined). */
const WRAPPERS: ReadonlyMap<string, "always" | "alone"> = new Map([
  ["Records", "always"], ["records", "always"],
  ["value", "alone"], ["events", "alone"], ["Events", "alone"], ["logs", "alone"], ["entries", "alone"],
  ["items", "alone"], ["results", "alone"], ["data", "alone"], ["rows", "alone"], ["Findings", "alone"],
] as const);

/** Rows between two chances to pause. */
const PAUSE = 1024;

/** Reads all events of a text into rows; yields now and then so that the caller can pause. */
export function* readJsonRows(text: string, from: number, report: Report, maxRows: number): Generator<void, RawRows> {
  const reader = new JsonRows(text, from, report, maxRows);
  yield* reader.read();
  return reader.rows;
}

/** Ends the reading of one event. */
class Broken extends Error {
  constructor(message: string, readonly at: number) {
    super(message);
  }
}

class JsonRows {
  readonly rows = new RawRows();
  private at: number;
  /** Next backslash and next line end at or behind `at`: found once, not for each string. */
  private backslash = -1;
  private lineEnd = -1;
  /** Columns of the last event in its order: the next event mostly has the same. */
  private order: (RawColumn | undefined)[] = [];
  /** How many top-level values were read. */
  private values = 0;
  /** Characters that were read for nothing, in events that turned out broken. */
  private wasted = 0;

  constructor(
    private readonly text: string, from: number,
    private readonly report: Report, private readonly maxRows: number,
  ) {
    this.at = from;
  }

  *read(): Generator<void, void> {
    const { text } = this;
    for (;;) {
      const c = this.between();
      if (this.at >= text.length || this.full()) return;
      const start = this.at;
      if (c === OPEN_LIST) {
        this.at++;
        yield* this.list(start, true);
      } else {
        const wrapped = this.event(start, true);
        if (wrapped) yield* this.wrapped(start);
      }
      this.values++;
      if (this.values % PAUSE === 0) yield;
    }
  }

  /** The events of a list, up to behind its `]`. */
  private *list(start: number, top: boolean): Generator<void, void> {
    const { text } = this;
    let n = 0;
    for (;;) {
      const c = this.between();
      if (this.at >= text.length) {
        this.report.at("warning", "json-unclosed", "the list that starts here is not closed; its complete events were read.", start, start + 1);
        return;
      }
      if (c === CLOSE_LIST) {
        this.at++;
        return;
      }
      if (this.full()) return;
      // Behind a broken event inside of a list, what follows the list may come into view: a `}` or a new object is all right.
      if (c === CLOSE && !top) return;
      this.event(this.at, false);
      if (++n % PAUSE === 0) yield;
    }
  }

  /** The list inside of a wrapping object, and the rest of that object. */
  private *wrapped(start: number): Generator<void, void> {
    const { text } = this;
    yield* this.list(this.at - 1, false);
    // The rest of the wrapping object says nothing about events.
    for (;;) {
      const c = this.between();
      if (this.at >= text.length) {
        this.report.at("warning", "json-unclosed", "the object around these events is not closed.", start, start + 1);
        return;
      }
      if (c === CLOSE) {
        this.at++;
        return;
      }
      if (c !== QUOTE) return;
      try {
        const key = this.key();
        const open = this.space();
        if (WRAPPERS.get(key) !== undefined && open === OPEN_LIST) {
          this.at++;
          yield* this.list(this.at - 1, false);
        } else this.skip();
      } catch (e) {
        if (!(e instanceof Broken)) throw e;
        this.broken(e, start);
        return;
      }
    }
  }

  private full(): boolean {
    if (this.rows.count < this.maxRows) return false;
    const rest = `only the first ${this.maxRows} events were read: that is the limit.`;
    this.report.at("warning", "logs-row-limit", rest, this.at);
    this.at = this.text.length;
    return true;
  }

  /**
   * One event at `start`. True when it turned out to wrap a list: then `at` is just behind the list's bracket.
   * What is broken is told and jumped over.
   */
  private event(start: number, top: boolean): boolean {
    try {
      const c = this.text.charCodeAt(start);
      if (c === OPEN) {
        if (this.object(top)) return true;
      } else this.scalar(c);
      this.rows.count++;
    } catch (e) {
      if (!(e instanceof Broken)) throw e;
      this.rows.undo();
      this.broken(e, start);
    }
    return false;
  }

  /** Something in a list that is no object: a row with one column. */
  private scalar(c: number): void {
    if (c === QUOTE || c === OPEN_LIST || c === MINUS || (c >= 48 && c <= 57) || c === 116 || c === 102 || c === 110) {
      const value = this.nested();
      this.rows.column("value")?.put(this.rows.count, value);
    } else throw new Broken(`expected an event, found '${excerpt(this.text.slice(this.at, this.at + 20))}'`, this.at);
  }

  private object(top: boolean): boolean {
    const { text, rows, order } = this;
    const row = rows.count;
    const firstColumn = rows.columns.length;
    let position = 0;
    let plain = true;
    this.at++;
    let c = this.space();
    if (c === CLOSE) {
      this.at++;
      return false;
    }
    for (;;) {
      if (c !== QUOTE) {
        if (this.at >= text.length) throw new Broken("the object that starts here is not closed", this.at);
        throw new Broken(`expected a quoted key, found '${excerpt(text.slice(this.at, this.at + 20))}'`, this.at);
      }
      const expected = order[position];
      let column: RawColumn | undefined;
      if (expected !== undefined && text.startsWith(expected.quoted, this.at)) {
        this.at += expected.quoted.length;
        column = expected;
        if (this.space() !== COLON) throw new Broken(`expected ':' behind the key ${excerpt(expected.quoted)}`, this.at);
        this.at++;
        c = this.space();
      } else {
        const key = this.key();
        c = this.space();
        const wrapper = top && c === OPEN_LIST ? WRAPPERS.get(key) : undefined;
        if (wrapper === "always" || (wrapper === "alone" && this.values === 0 && plain && position <= 4)) {
          let inner = this.at + 1;
          while (isSpace(text.charCodeAt(inner))) inner++;
          if (text.charCodeAt(inner) === OPEN || text.charCodeAt(inner) === CLOSE_LIST) {
            rows.undo();
            if (row === 0) rows.forgetFrom(firstColumn);
            this.order = [];
            this.at++;
            return true;
          }
        }
        if (top && c === OPEN_LIST && row === 0 && (key === "tables" || key === "Tables") && this.answer()) return false;
        column = rows.column(key);
        order[position] = column;
      }
      position++;

      if (c === QUOTE) {
        const value = this.string();
        column?.text(row, value);
      } else if (c === MINUS || (c >= 48 && c <= 57)) {
        const literal = this.number();
        column?.number(row, literal, decodeNumber);
      } else if (c === OPEN || c === OPEN_LIST) {
        plain = false;
        const value = this.nested();
        column?.nested(row, value);
      } else if (c === 110 && text.startsWith("null", this.at)) {
        this.at += 4;
        column?.set(row, 0);
      } else if (c === 116 && text.startsWith("true", this.at)) {
        this.at += 4;
        column?.bool(row, true);
      } else if (c === 102 && text.startsWith("false", this.at)) {
        this.at += 5;
        column?.bool(row, false);
      } else if (this.at >= text.length) throw new Broken("the text ends inside of this event", this.at);
      else throw new Broken(`expected a value, found '${excerpt(text.slice(this.at, this.at + 20))}'`, this.at);

      c = this.space();
      if (c === COMMA) {
        this.at++;
        c = this.space();
        // A comma before the brace is not JSON, but nothing is lost by taking it.
        if (c !== CLOSE) continue;
      }
      if (c === CLOSE) {
        this.at++;
        return false;
      }
      if (this.at >= text.length) throw new Broken("the object that starts here is not closed", this.at);
      throw new Broken(`expected ',' or '}', found '${excerpt(text.slice(this.at, this.at + 20))}'`, this.at);
    }
  }

  /** `{"tables": [{"columns": […], "rows": [[…]]}]}`, the answer of a query service. False when it is not that. */
  private answer(): boolean {
    const read = readJson(this.text, this.at, { more: true });
    if (read.value === undefined || !isArray(read.value)) return false;
    const tables: { names: string[]; rows: readonly Value[] }[] = [];
    for (const table of read.value) {
      if (!isBag(table)) return false;
      const columns = table.get("columns") ?? table.get("Columns") ?? null;
      const rows = table.get("rows") ?? table.get("Rows") ?? null;
      if (!isArray(columns) || !isArray(rows)) return false;
      const names = columns.map((column, i) => {
        const name = isBag(column) ? (column.get("name") ?? column.get("ColumnName")) : undefined;
        return typeof name === "string" && name !== "" ? name : `Column${i + 1}`;
      });
      tables.push({ names, rows });
    }
    // A service may send tables about the query behind the result; the first is the result.
    const [first] = tables;
    if (first === undefined) return false;
    this.rows.undo();
    this.rows.forgetFrom(0);
    for (const name of first.names) this.rows.column(name);
    for (const cells of first.rows) {
      if (this.rows.count >= this.maxRows) break;
      if (!isArray(cells)) continue;
      first.names.forEach((name, i) => this.rows.column(name)?.put(this.rows.count, cells[i] ?? null));
      this.rows.count++;
    }
    // The caller counts one row for the object that it thinks it read.
    this.rows.count--;
    this.at = read.end;
    this.order = [];
    const close = this.between();
    if (close === CLOSE) this.at++;
    return true;
  }

  private broken(error: Broken, start: number): void {
    const stop = Math.max(error.at, start + 1);
    this.wasted += stop - start;
    const end = this.recover(start, stop);
    this.report.at("error", "json-broken-event", `${error.message}; this event was left out.`, start, end);
    this.at = end;
    this.order = [];
  }

  /** Where the next event may start: the next line that begins with a brace as this one did, or behind `},`. */
  private recover(start: number, from: number): number {
    const { text } = this;
    let lineStart = start;
    while (lineStart > 0 && isBlank(text.charCodeAt(lineStart - 1)) && start - lineStart < 200) lineStart--;
    const ownLine = lineStart === 0 || text.charCodeAt(lineStart - 1) === 10 || text.charCodeAt(lineStart - 1) === 0xfeff;
    if (ownLine) {
      // An error may be noticed lines behind its cause: search from the event's own line, unless a text made for it
      // would have us read the same lines over and over.
      const indent = text.slice(lineStart, start);
      let at = text.indexOf("\n", this.wasted > 4 * text.length + 1e6 ? from : start);
      for (; at >= 0; at = text.indexOf("\n", at + 1)) {
        let next = at + 1;
        if (!text.startsWith(indent, next)) continue;
        next += indent.length;
        const c = text.charCodeAt(next);
        if (c === OPEN || (c === OPEN_LIST && indent === "")) return next;
      }
      return text.length;
    }
    for (let at = text.indexOf("}", from); at >= 0; at = text.indexOf("}", at + 1)) {
      let next = at + 1;
      while (isSpace(text.charCodeAt(next))) next++;
      if (text.charCodeAt(next) !== COMMA) continue;
      next++;
      while (isSpace(text.charCodeAt(next))) next++;
      if (text.charCodeAt(next) === OPEN) return next;
    }
    return text.length;
  }

  /** White space and commas between events. */
  private between(): number {
    const { text } = this;
    let c = text.charCodeAt(this.at);
    while (isSpace(c) || c === COMMA || c === 0xfeff || c === 30) c = text.charCodeAt(++this.at);
    return c;
  }

  private space(): number {
    const { text } = this;
    let c = text.charCodeAt(this.at);
    while (c === 32 || c === 10 || c === 13 || c === 9) c = text.charCodeAt(++this.at);
    return c;
  }

  private key(): string {
    const key = this.string();
    if (this.space() !== COLON) throw new Broken(`expected ':' behind the key '${excerpt(key)}'`, this.at);
    this.at++;
    return key;
  }

  /** The string at `at`. Strings do not go over line ends: that is how an open one shows. */
  private string(): string {
    const { text } = this;
    const start = this.at + 1;
    let end = text.indexOf('"', start);
    if (this.backslash < start && this.backslash !== Infinity) {
      const next = text.indexOf("\\", start);
      this.backslash = next < 0 ? Infinity : next;
    }
    if (this.lineEnd < start && this.lineEnd !== Infinity) {
      const next = text.indexOf("\n", start);
      this.lineEnd = next < 0 ? Infinity : next;
    }
    const escaped = end > this.backslash;
    if (escaped) {
      while (end >= 0 && isEscaped(text, end, start)) end = text.indexOf('"', end + 1);
    }
    if (end < 0 || end > this.lineEnd) throw new Broken("a string is not closed on its line", start - 1);
    this.at = end + 1;
    if (!escaped) return text.slice(start, end);
    try {
      return JSON.parse(text.slice(start - 1, end + 1)) as string;
    } catch {
      return this.lax(start - 1);
    }
  }

  /** A string that the standard reader refuses: control characters are taken, wrong escapes are not. */
  private lax(start: number): string {
    const read = readJson(this.text, start, { more: true });
    if (typeof read.value === "string") return read.value;
    throw new Broken(read.diagnostics[0]?.message ?? "a string is not well-formed", start);
  }

  /** The text of the number at `at`. */
  private number(): string {
    const { text } = this;
    const start = this.at;
    let i = start + 1;
    for (;;) {
      const c = text.charCodeAt(i);
      if ((c >= 48 && c <= 57) || c === 46 || c === 101 || c === 69 || c === 43 || c === MINUS) i++;
      else break;
    }
    const literal = text.slice(start, i);
    if (literal.length > 400 || !NUMBER.test(literal)) throw new Broken(`'${excerpt(literal)}' is not a JSON number`, start);
    this.at = i;
    return literal;
  }

  private nested(): Value {
    const read = readJson(this.text, this.at, { more: true });
    const problem = read.diagnostics.find((d) => d.severity === "error" || this.text.charCodeAt(d.span.from) === 10);
    if (problem !== undefined || read.value === undefined) {
      throw new Broken(problem?.message ?? "the value is not well-formed", problem?.span.from ?? this.at);
    }
    this.at = read.end;
    return read.value;
  }

  /** Goes over the value at `at`. */
  private skip(): void {
    this.nested();
  }
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** As base/json reads numbers: integers of 64 bits exactly, all others as reals. */
function decodeNumber(literal: string): bigint | number {
  const value = readJson(literal).value;
  return typeof value === "bigint" || typeof value === "number" ? value : Number(literal);
}

/** Whether the quote at `end` has an odd number of backslashes before it. */
function isEscaped(text: string, end: number, start: number): boolean {
  let n = 0;
  while (end - 1 - n >= start && text.charCodeAt(end - 1 - n) === 92) n++;
  return n % 2 === 1;
}

function isSpace(c: number): boolean {
  return c === 32 || c === 10 || c === 13 || c === 9;
}

function isBlank(c: number): boolean {
  return c === 32 || c === 9;
}
