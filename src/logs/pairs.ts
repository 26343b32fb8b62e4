/**
 * Lines of pairs: logfmt (`level=info msg="a b" debug`), and `key=value` as firewalls and other devices write it, cut by
 * blanks, commas, semicolons, bars or tabs, with quotes or without. A syslog header before the pairs is read too.
 */
import { envelope } from "./cef";
import type { LineContext, LineFormat, LineReader } from "./line-format";
import { addRow } from "./line-format";
import { isoOf, readMoment, Years, zoneOf } from "./moments";

/** How pairs of a line are cut: at blanks alone, or at commas and the like too. */
type Cut = "blanks" | "marks";

const PAIR = /(?:^(?:\d{1,5} )?<\d{1,3}>|^|[\s,;|])([A-Za-z_@$][\w.@\-/[\]:]{0,127})=/;
const SPACED = /(?:^<\d{1,3}>|^|\s)[A-Za-z_@$][\w.@\-/[\]:]{0,127}=/g;

/** What a line of pairs says. */
export interface Pairs {
  readonly fields: ReadonlyMap<string, string>;
  /** Words that are of no pair. */
  readonly rest: string;
}

/**
 * Reads pairs. A word without `=`: in logfmt a flag that is true; else it goes on with the value before it, or, before
 * the first pair, is kept as `rest`.
 */
export function readPairs(text: string, options: { readonly cut: Cut; readonly flags: boolean }): Pairs {
  const fields = new Map<string, string>();
  const rest: string[] = [];
  let last: string | undefined;
  let quoted = false;
  const isCut = (c: string): boolean => c === " " || c === "\t" || (options.cut === "marks" && (c === "," || c === ";" || c === "|"));
  for (let at = 0; at < text.length;) {
    if (isCut(text.charAt(at)) || text.charAt(at) === "," || text.charAt(at) === ";") {
      at++;
      continue;
    }
    let end = at;
    while (end < text.length && text.charAt(end) !== "=" && text.charAt(end) !== '"' && !isCut(text.charAt(end))) end++;
    const word = text.slice(at, end);
    if (text.charAt(end) === "=" && word !== "") {
      const value = readValue(text, end + 1, isCut);
      fields.set(word, value.text);
      last = word;
      ({ quoted } = value);
      at = value.end;
      continue;
    }
    if (end === at) {
      // A quote or an equals sign where a key should stand.
      const value = readValue(text, at, isCut);
      rest.push(value.text);
      at = Math.max(value.end, at + 1);
      continue;
    }
    at = end;
    if (options.flags && /^[A-Za-z_][\w.-]*$/.test(word)) fields.set(word, "true");
    else if (last !== undefined && !quoted && !options.flags) fields.set(last, `${fields.get(last) ?? ""} ${word}`.trim().replace(/[,;]$/, ""));
    else rest.push(word);
  }
  return { fields, rest: rest.join(" ") };
}

/** A value: in double or single quotes, with backslashes before quotes, or up to the next cut. */
function readValue(text: string, from: number, isCut: (c: string) => boolean): { readonly text: string; readonly end: number; readonly quoted: boolean } {
  const quote = text.charAt(from);
  if (quote === '"' || quote === "'") {
    for (let at = from + 1; at < text.length; at++) {
      const c = text.charAt(at);
      if (c === "\\") at++;
      else if (c === quote) return { text: unescaped(text.slice(from + 1, at)), end: at + 1, quoted: true };
    }
  }
  let end = from;
  while (end < text.length && !isCut(text.charAt(end))) end++;
  const value = text.slice(from, end);
  return { text: /[,;]$/.test(value) ? value.slice(0, -1) : value, end, quoted: false };
}

function unescaped(value: string): string {
  if (!value.includes("\\")) return value;
  return value.replace(/\\(["'\\nrt])/g, (_, c: string) => (c === "n" ? "\n" : c === "r" ? "\r" : c === "t" ? "\t" : c));
}

class PairReader implements LineReader {
  private readonly years = new Years();
  private cut: Cut | undefined;

  constructor(private readonly context: LineContext, private readonly flags: boolean) {}

  line(line: string): string | undefined {
    const first = PAIR.exec(line);
    if (first === null) return "expected pairs such as key=value";
    // One decision for the file: where blanks cut, a comma is part of a value.
    this.cut ??= (line.match(SPACED)?.length ?? 0) >= 2 || !/[,;|]/.test(line) ? "blanks" : "marks";
    const head = line.slice(0, first.index + first[0].length - (first[1] ?? "").length - 1);
    const fields = new Map<string, string>();
    let before = head.trim();
    if (before !== "") {
      for (const [name, value] of envelope(head, this.years)) fields.set(name, value);
      if (fields.size > 0) before = "";
      else {
        const moment = /^\[?(\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d\S*|\d{10,19})\]?\s*/.exec(before);
        const time = moment === null ? null : readMoment((moment[1] ?? "").replace(/\]$/, ""));
        if (moment !== null && time !== null) {
          fields.set("timestamp", time);
          before = before.slice(moment[0].length);
        }
      }
    }
    const read = readPairs(line.slice(head.length), { cut: this.cut, flags: this.flags });
    if (read.fields.size === 0) return "expected pairs such as key=value";
    for (const [name, value] of read.fields) fields.set(name, value);
    // Firewalls write day and time apart.
    const [day, clock] = [read.fields.get("date"), read.fields.get("time")];
    if (!fields.has("timestamp") && day !== undefined && clock !== undefined && /^\d{4}-\d\d-\d\d$/.test(day)) {
      const [year = 0, month = 0, date = 0] = day.split("-").map(Number);
      const time = isoOf(year, month, date, clock, zoneOf((fields.get("tz") ?? "").replace(/^(?:UTC|GMT)(?=[+-])/, "")) ?? 0);
      if (time !== null) fields.set("timestamp", time);
    }
    const rest = `${before} ${read.rest}`.trim();
    if (rest !== "") fields.set(fields.has("message") ? "message_1" : "message", rest);
    addRow(this.context.rows, fields);
    return undefined;
  }

  end(): void {
    this.years.settle(this.context.rows, "timestamp", this.context.now, this.context.report);
  }
}

/** Whether most of a line is pairs. */
function mostlyPairs(line: string): boolean {
  const text = line.replace(/^<\d{1,3}>/, "");
  if (text.length > 65_536) return false;
  const read = readPairs(text, { cut: (text.match(SPACED)?.length ?? 0) >= 2 ? "blanks" : "marks", flags: false });
  let pairs = 0;
  for (const key of read.fields.keys()) if (/^[A-Za-z_@$][\w.@\-/[\]:]{0,127}$/.test(key)) pairs++;
  return pairs >= 2 && pairs === read.fields.size && read.rest.length <= 60;
}

/** Keys that programs writing logfmt begin with. */
const LOGFMT_KEYS = /(?:^|\s)(?:level|lvl|msg|ts|at|caller|logger|severity)=/g;

/** logfmt: blanks cut, a word alone is a flag. */
export const LOGFMT: LineFormat = {
  format: "logfmt",
  untyped: true,
  test: (line) => (line.match(LOGFMT_KEYS)?.length ?? 0) >= 2 && /^[A-Za-z_]/.test(line) && mostlyPairs(line),
  reader: (context) => new PairReader(context, true),
};

/** Lines of `key=value`. */
export const KEY_VALUE: LineFormat = {
  format: "keyvalue",
  untyped: true,
  test: mostlyPairs,
  reader: (context) => new PairReader(context, false),
};
