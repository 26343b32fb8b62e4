/**
 * JSON logs → rows: one object, arrays, objects one after the other (a line each or not), wrapped lists such as
 * CloudTrail's `{"Records": […]}`, and answers of the Log Analytics API. The text is walked once; cells go straight
 * into their columns. A broken event is told and skipped, the others load.
 */
import { readJson } from "../base";
import type { Value } from "../table";
import { isArray, isBag } from "../table";
import { Nested } from "./nested";
import type { Report } from "./report";
import { excerpt, SPAN } from "./report";
import { RawRows } from "./rows";
import type { RawColumn } from "./rows";
import type { Place, Steps, Window } from "./window";
import { AS_JSON, AS_NUMBER, AS_TEXT, FIRST_HASH, hashStep } from "./words";

const QUOTE = 34, COMMA = 44, MINUS = 45, COLON = 58, BACKSLASH = 92, OPEN = 123, CLOSE = 125, OPEN_LIST = 91, CLOSE_LIST = 93;

/** Keys under which services put lists of events. `always`: also in each of many objects (event hub messages, files joined). */
const WRAPPERS: ReadonlyMap<string, "always" | "alone"> = new Map([
  ["Records", "always"], ["records", "always"],
  ["value", "alone"], ["events", "alone"], ["Events", "alone"], ["logs", "alone"], ["entries", "alone"],
  ["items", "alone"], ["results", "alone"], ["data", "alone"], ["rows", "alone"], ["Findings", "alone"],
] as const);

/** Rows between two chances to pause. */
const PAUSE = 1024;

/** Characters behind a mistake that its message may show or be decided by. */
const NEAR = 64;
/** How many times longer than other events the answer of a query service may be: all of its rows are one value. */
const ANSWER_TIMES = 16;

/** Reads all events of a text into rows; yields now and then so that the caller can pause. */
export function* readJsonRows(window: Window, from: number, report: Report, maxRows: number): Steps<RawRows> {
  const reader = new JsonRows(window, from, report, maxRows);
  yield* reader.read();
  return reader.rows;
}

/** Ends the reading of one event. `reach`: up to where the text was looked at to say so. */
class Broken extends Error {
  constructor(message: string, readonly at: number, readonly reach = at) {
    super(message);
  }
}

/**
 * What became of an event. `list`: it wraps a list, and reading stands behind the bracket. `short`: it runs off the end of
 * the window, and nothing was read. `lost`: it was broken, and the next one was not found in this window.
 */
type Read = "row" | "list" | "short" | "lost";

/** An object that wraps a list: where it starts, and what stands before it on its line. */
interface Around {
  readonly start: Place;
  readonly indent: string | undefined;
}

class JsonRows {
  readonly rows: RawRows;
  /** The characters of the text, a 0 behind them. */
  private units: Uint16Array;
  private at: number;
  private readonly inside = new Nested();
  /** The string that was written without its escapes. */
  private plain: Uint16Array = new Uint16Array(256);
  /** Next backslash and next line end at or behind `at`: found once, not for each string. */
  private backslash = -1;
  private lineEnd = -1;
  /** Columns of the last event in its order: the next event mostly has the same. */
  private order: (RawColumn | undefined)[] = [];
  /** What this event changed in `order`, to be taken back when it is read again. */
  private readonly changed: { readonly position: number; readonly from: RawColumn | undefined }[] = [];
  /** How many top-level values were read. */
  private values = 0;
  /** Characters that were read for nothing, in events that turned out broken. */
  private wasted = 0;
  /** Where to look for the next event behind a broken one, once there is more text. */
  private resume = 0;
  /** What the line of the broken event began with; undefined when it did not begin a line. */
  private indent: string | undefined;
  /** Whether the event may be the answer of a query service. */
  private answering = false;

  constructor(
    private readonly window: Window, from: number,
    private readonly report: Report, private readonly maxRows: number,
  ) {
    this.rows = new RawRows({ passing: window.passing });
    this.units = window.units();
    this.at = from;
  }

  /** What is before us, as a text: asked for only where something is unusual. */
  private get text(): string {
    return this.window.text;
  }

  *read(): Steps<void> {
    for (;;) {
      const c = this.between();
      if (this.at >= this.window.length) {
        if (!this.window.more) return;
        yield* this.fill(this.at);
        continue;
      }
      if (this.full()) return;
      const start = this.at;
      if (c === OPEN_LIST) {
        const place = this.window.place(start);
        this.at++;
        yield* this.list(place, true);
      } else {
        const read = this.event(start, true);
        if (read === "short") {
          yield* this.fill(start);
          continue;
        }
        if (read === "lost") yield* this.find();
        else if (read === "list") yield* this.wrapped(start);
      }
      this.values++;
      if (this.values % PAUSE === 0) yield;
    }
  }

  /** Puts more text behind the window; `from` is the first character that is needed still. */
  private *fill(from: number): Steps<void> {
    const moved = yield* this.window.fill(from);
    this.units = this.window.units();
    this.at = from - moved;
    this.resume -= moved;
    this.backslash = -1;
    this.lineEnd = -1;
  }

  /** The events of a list, up to behind its `]`. */
  private *list(start: Place, top: boolean): Steps<void> {
    let n = 0;
    for (;;) {
      const c = this.between();
      if (this.at >= this.window.length) {
        if (this.window.more) {
          yield* this.fill(this.at);
          continue;
        }
        this.report.since("warning", "json-unclosed", "the list that starts here is not closed; its complete events were read.", start, 1);
        return;
      }
      if (c === CLOSE_LIST) {
        this.at++;
        return;
      }
      if (this.full()) return;
      // Behind a broken event inside of a list, what follows the list may come into view: a `}` or a new object is all right.
      if (c === CLOSE && !top) return;
      const read = this.event(this.at, false);
      if (read === "short") yield* this.fill(this.at);
      else if (read === "lost") yield* this.find();
      if (++n % PAUSE === 0) yield;
    }
  }

  /** The list inside of a wrapping object, and the rest of that object. */
  private *wrapped(at: number): Steps<void> {
    const start = this.window.place(at);
    const indent = this.indentOf(at);
    yield* this.list(this.window.place(this.at - 1), false);
    // The rest of the wrapping object says nothing about events.
    for (;;) {
      const c = this.between();
      if (this.at >= this.window.length) {
        if (this.window.more) {
          yield* this.fill(this.at);
          continue;
        }
        this.report.since("warning", "json-unclosed", "the object around these events is not closed.", start, 1);
        return;
      }
      if (c === CLOSE) {
        this.at++;
        return;
      }
      if (c !== QUOTE) return;
      const field = this.at;
      let inner = -1;
      try {
        const key = this.key();
        const open = this.space();
        if (WRAPPERS.get(key) !== undefined && open === OPEN_LIST) inner = this.at++;
        else this.skip();
      } catch (e) {
        if (!(e instanceof Broken)) throw e;
        if (this.isShort(e, field)) {
          yield* this.fill(field);
          continue;
        }
        if (this.broken(e, field, { start, indent }) === "lost") yield* this.find();
        return;
      }
      if (inner >= 0) yield* this.list(this.window.place(inner), false);
    }
  }

  private full(): boolean {
    if (this.rows.count < this.maxRows) return false;
    const rest = `only the first ${this.maxRows} events were read: that is the limit.`;
    this.report.at("warning", "logs-row-limit", rest, this.at);
    this.window.stop();
    this.at = this.window.length;
    return true;
  }

  /** One event at `start`. What is broken is told and jumped over. */
  private event(start: number, top: boolean): Read {
    const { rows, changed } = this;
    const firstColumn = rows.columns.length;
    if (changed.length > 0) changed.length = 0;
    try {
      const c = this.units[start]!;
      if (c === OPEN) {
        if (this.object(top)) return "list";
      } else this.scalar(c);
      rows.count++;
    } catch (e) {
      if (!(e instanceof Broken)) throw e;
      rows.undo();
      if (!this.isShort(e, start)) return this.broken(e, start);
      // All is as if the event had not been looked at.
      rows.forgetFrom(firstColumn);
      for (const { position, from } of changed.reverse()) this.order[position] = from;
      this.at = start;
      return "short";
    }
    return "row";
  }

  /** Whether a mistake may be none when there is more text. */
  private isShort(error: Broken, start: number): boolean {
    const { window } = this;
    const { length } = window;
    if (!window.more || length - start > window.longest * (this.answering ? ANSWER_TIMES : 1)) return false;
    return error.reach + NEAR > length || start + SPAN + NEAR > length;
  }

  /** Something in a list that is no object: a row with one column. */
  private scalar(c: number): void {
    if (c === QUOTE || c === OPEN_LIST || c === MINUS || (c >= 48 && c <= 57) || c === 116 || c === 102 || c === 110) {
      const value = this.whole();
      this.rows.column("value")?.put(this.rows.count, value);
    } else throw new Broken(`expected an event, found '${excerpt(this.text.slice(this.at, this.at + 20))}'`, this.at);
  }

  private object(top: boolean): boolean {
    const { units, rows, order } = this;
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
        if (this.at >= this.window.length) throw new Broken("the object that starts here is not closed", this.at);
        throw new Broken(`expected a quoted key, found '${excerpt(this.text.slice(this.at, this.at + 20))}'`, this.at);
      }
      const expected = order[position];
      let column: RawColumn | undefined;
      if (expected !== undefined && this.stands(expected.quoted)) {
        this.at += expected.quoted.length;
        column = expected;
        if (this.space() !== COLON) throw new Broken(`expected ':' behind the key ${excerpt(JSON.stringify(expected.name))}`, this.at);
        this.at++;
        c = this.space();
      } else {
        const key = this.key();
        c = this.space();
        const wrapper = top && c === OPEN_LIST ? WRAPPERS.get(key) : undefined;
        if (wrapper === "always" || (wrapper === "alone" && this.values === 0 && plain && position <= 4)) {
          let inner = this.at + 1;
          while (isSpace(units[inner]!)) inner++;
          if (units[inner]! === OPEN || units[inner]! === CLOSE_LIST) {
            rows.undo();
            if (row === 0) rows.forgetFrom(firstColumn);
            this.order = [];
            this.at++;
            return true;
          }
        }
        if (top && c === OPEN_LIST && row === 0 && (key === "tables" || key === "Tables") && this.answer()) return false;
        column = rows.column(key);
        this.changed.push({ position, from: expected });
        order[position] = column;
      }
      position++;

      if (c === QUOTE) {
        if (!this.plainString(column, row)) {
          const value = this.string();
          column?.text(row, value);
        }
      } else if (c === MINUS || (c >= 48 && c <= 57)) {
        if (!this.plainNumber(column, row)) {
          const literal = this.number();
          column?.number(row, literal);
        }
      } else if (c === OPEN || c === OPEN_LIST) {
        plain = false;
        if (this.inside.over(units, this.at, this.window.length)) {
          column?.units(row, units, this.at, this.inside.end, AS_JSON, this.inside.hash);
          this.at = this.inside.end;
        } else if (this.inside.isCut && this.window.more) {
          throw new Broken("the value is not closed", this.at, this.window.length);
        } else {
          const value = this.nested();
          column?.nested(row, value);
        }
      } else if (c === 110 && this.stands(NULL)) {
        this.at += 4;
        column?.set(row, 0);
      } else if (c === 116 && this.stands(TRUE)) {
        this.at += 4;
        column?.bool(row, true);
      } else if (c === 102 && this.stands(FALSE)) {
        this.at += 5;
        column?.bool(row, false);
      } else if (this.at >= this.window.length) throw new Broken("the text ends inside of this event", this.at);
      else throw new Broken(`expected a value, found '${excerpt(this.text.slice(this.at, this.at + 20))}'`, this.at);

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
      if (this.at >= this.window.length) throw new Broken("the object that starts here is not closed", this.at);
      throw new Broken(`expected ',' or '}', found '${excerpt(this.text.slice(this.at, this.at + 20))}'`, this.at);
    }
  }

  /** `{"tables": [{"columns": […], "rows": [[…]]}]}`, the answer of a query service. False when it is not that. */
  private answer(): boolean {
    this.answering = true;
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
    this.answering = false;
    this.at = read.end;
    this.between();
    if (this.at >= this.window.length && this.window.more) throw new Broken("the object that starts here is not closed", this.at);
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

  /** Tells what is broken, and goes to where the next event may start. */
  private broken(error: Broken, start: number, around?: Around): Read {
    const { text, window } = this;
    const stop = Math.max(error.at, start + 1);
    this.wasted += stop - start;
    this.indent = around === undefined ? this.indentOf(start) : around.indent;
    // An error may be noticed lines behind its cause: search from the event's own line, unless a text made for it
    // would have us read the same lines over and over.
    const from = this.indent === undefined || this.wasted > 4 * window.size + 1e6 ? stop : start;
    const found = this.seek(from);
    const end = found < 0 ? text.length : found;
    const long = window.more && text.length - start > window.longest * (this.answering ? ANSWER_TIMES : 1) && error.reach + NEAR > text.length;
    const why = long ? `an event longer than ${window.longest >> 20} MB is not read` : error.message;
    const message = `${why}; this event was left out.`;
    if (around === undefined) this.report.at("error", "json-broken-event", message, start, end);
    else this.report.since("error", "json-broken-event", message, around.start, Math.min(window.base + end - around.start.offset, SPAN));
    this.at = end;
    this.order = [];
    this.answering = false;
    return found < 0 && window.more ? "lost" : "row";
  }

  /** What stands before an event on its line; undefined when that is more than blanks. */
  private indentOf(start: number): string | undefined {
    const { text } = this;
    let lineStart = start;
    while (lineStart > 0 && isBlank(text.charCodeAt(lineStart - 1)) && start - lineStart < 200) lineStart--;
    const before = text.charCodeAt(lineStart - 1);
    const ownLine = lineStart === 0 || before === 10 || before === 0xfeff;
    return ownLine ? text.slice(lineStart, start) : undefined;
  }

  /**
   * Where the next event may start: the next line that begins with a brace as the broken one did, or behind `},`.
   * -1 when there is none; `resume` is then where to go on once there is more text.
   */
  private seek(from: number): number {
    const { text, indent } = this;
    if (indent !== undefined) {
      for (let at = text.indexOf("\n", from); at >= 0; at = text.indexOf("\n", at + 1)) {
        let next = at + 1;
        if (!text.startsWith(indent, next)) continue;
        next += indent.length;
        const c = text.charCodeAt(next);
        if (c === OPEN || (c === OPEN_LIST && indent === "")) return next;
      }
      this.resume = Math.max(from, text.length - indent.length - 1);
      return -1;
    }
    this.resume = text.length;
    for (let at = text.indexOf("}", from); at >= 0; at = text.indexOf("}", at + 1)) {
      let next = at + 1;
      while (isSpace(text.charCodeAt(next))) next++;
      if (next >= text.length) this.resume = Math.min(this.resume, at);
      if (text.charCodeAt(next) !== COMMA) continue;
      next++;
      while (isSpace(text.charCodeAt(next))) next++;
      if (next >= text.length) this.resume = Math.min(this.resume, at);
      if (text.charCodeAt(next) === OPEN) return next;
    }
    if (text.length - this.resume > this.window.longest) this.resume = text.length;
    return -1;
  }

  /** Looks on for the next event, in the text that follows. */
  private *find(): Steps<void> {
    let found = -1;
    while (found < 0 && this.window.more) {
      yield* this.fill(this.resume);
      found = this.seek(this.at);
    }
    this.at = found < 0 ? this.text.length : found;
  }

  /** White space and commas between events. */
  private between(): number {
    const { units } = this;
    let c = units[this.at]!;
    while (isSpace(c) || c === COMMA || c === 0xfeff || c === 30) c = units[++this.at]!;
    return c;
  }

  private space(): number {
    const { units } = this;
    let c = units[this.at]!;
    while (c === 32 || c === 10 || c === 13 || c === 9) c = units[++this.at]!;
    return c;
  }

  /** Whether characters stand at `at`. */
  private stands(characters: Uint16Array): boolean {
    const { units, at } = this;
    if (at + characters.length > this.window.length) return false;
    for (let i = 0; i < characters.length; i++) if (units[at + i] !== characters[i]) return false;
    return true;
  }

  /** Takes the string at `at` where it stands, or without its escapes. False when nothing was read. */
  private plainString(column: RawColumn | undefined, row: number): boolean {
    const { units } = this;
    const { length } = this.window;
    const from = this.at + 1;
    let hash = FIRST_HASH;
    for (let at = from; at < length; at++) {
      const c = units[at]!;
      if (c === QUOTE) {
        column?.units(row, units, from, at, AS_TEXT, hash);
        this.at = at + 1;
        return true;
      }
      if (c === BACKSLASH) return this.escapedString(column, row, from);
      if (c === 10) return false;
      hash = hashStep(hash, c);
    }
    throw new Broken("a string is not closed on its line", from - 1, length);
  }

  /** The same for one that has escapes: written out beside. */
  private escapedString(column: RawColumn | undefined, row: number, from: number): boolean {
    const { units } = this;
    const { length } = this.window;
    let hash = FIRST_HASH;
    let n = 0;
    for (let at = from; at < length; at++) {
      let c = units[at]!;
      if (c === QUOTE) {
        column?.units(row, this.plain, 0, n, AS_TEXT, hash);
        this.at = at + 1;
        return true;
      }
      if (c === 10) return false;
      if (c === BACKSLASH) {
        c = units[++at]!;
        if (c === 117) {
          c = at + 4 < length ? hexOf(units, at + 1) : -1;
          at += 4;
        } else c = ESCAPES.get(c) ?? -1;
        if (c < 0) return false;
      }
      if (n === this.plain.length) {
        const more = new Uint16Array(n * 2);
        more.set(this.plain);
        this.plain = more;
      }
      this.plain[n++] = c;
      hash = hashStep(hash, c);
    }
    return false;
  }

  /** Takes the number at `at` where it stands, when it is a plain integer. False when nothing was read. */
  private plainNumber(column: RawColumn | undefined, row: number): boolean {
    const { units } = this;
    const { length } = this.window;
    const from = this.at;
    let hash = FIRST_HASH;
    let at = from;
    let c = units[at]!;
    if (c === MINUS) {
      hash = hashStep(hash, c);
      c = units[++at]!;
    }
    if (c === 48 && units[at + 1]! >= 48 && units[at + 1]! <= 57) return false;
    while (c >= 48 && c <= 57 && at < length) {
      hash = hashStep(hash, c);
      c = units[++at]!;
    }
    if (at >= length || at - from > 18 || units[at - 1] === MINUS || c === 46 || c === 101 || c === 69 || c === 43 || c === MINUS) return false;
    column?.units(row, units, from, at, AS_NUMBER, hash);
    this.at = at;
    return true;
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
    if (end < 0 || end > this.lineEnd) {
      throw new Broken("a string is not closed on its line", start - 1, end < 0 && this.lineEnd === Infinity ? text.length : start);
    }
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
    if (i >= text.length && this.window.more) throw new Broken("the text ends inside of this event", start, i);
    const literal = text.slice(start, i);
    if (literal.length > 400 || !NUMBER.test(literal)) throw new Broken(`'${excerpt(literal)}' is not a JSON number`, start);
    this.at = i;
    return literal;
  }

  private nested(): Value {
    const read = readJson(this.text, this.at, { more: true });
    const problem = read.diagnostics.find((d) => d.severity === "error" || this.text.charCodeAt(d.span.from) === 10);
    if (problem !== undefined || read.value === undefined) {
      throw new Broken(problem?.message ?? "the value is not well-formed", problem?.span.from ?? this.at, problem?.span.to);
    }
    this.at = read.end;
    return read.value;
  }

  /** The value at `at`, where a number may be cut by the window's end. */
  private whole(): Value {
    const value = this.nested();
    if (this.at >= this.window.length && this.window.more) throw new Broken("the text ends inside of this event", this.at);
    return value;
  }

  /** Goes over the value at `at`. */
  private skip(): void {
    this.whole();
  }
}

const codesOf = (text: string): Uint16Array => Uint16Array.from(text, (c) => c.charCodeAt(0));
const NULL = codesOf("null"), TRUE = codesOf("true"), FALSE = codesOf("false");

/** What a letter behind a backslash stands for. */
const ESCAPES: ReadonlyMap<number, number> = new Map([[QUOTE, QUOTE], [BACKSLASH, BACKSLASH], [47, 47], [98, 8], [102, 12], [110, 10], [114, 13], [116, 9]]);

/** Four hexadecimal digits as a number; -1 when they are none. */
function hexOf(units: Uint16Array, at: number): number {
  let value = 0;
  for (let i = at; i < at + 4; i++) {
    const c = units[i]!;
    const digit = c >= 48 && c <= 57 ? c - 48 : c >= 97 && c <= 102 ? c - 87 : c >= 65 && c <= 70 ? c - 55 : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

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
