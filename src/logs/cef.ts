/**
 * CEF, alone or behind a syslog header: `CEF:0|vendor|product|version|class|name|severity|key=value …`. Values may hold blanks
 * and end where the next key begins. Source: ArcSight Common Event Format Implementation Standard, version 26.
 */
import type { LineContext, LineFormat, LineReader } from "./line-format";
import { addRow } from "./line-format";
import { Years } from "./moments";
import { readSyslog } from "./syslog";

/** Fields of the header, behind the version; the names are the standard's. */
const HEADER = ["deviceVendor", "deviceProduct", "deviceVersion", "deviceEventClassId", "name", "severity"];

const START = /(?:^|[\s:"])CEF: ?(\d{1,2}(?:\.\d{1,2})?)\|/;
const KEY = /(?:^|[ \t])([A-Za-z0-9_][\w.\-[\]]{0,255})=/g;

/** Fields up to `count` unescaped bars; the rest of the text is the last. Undefined when there are fewer. */
export function cutHeader(text: string, from: number, count: number): { readonly fields: string[]; readonly end: number } | undefined {
  const fields: string[] = [];
  let start = from;
  for (let at = from; at < text.length && fields.length < count; at++) {
    const c = text.charCodeAt(at);
    if (c === 92) at++;
    else if (c === 124) {
      fields.push(text.slice(start, at).replace(/\\([|\\])/g, "$1").trim());
      start = at + 1;
    }
  }
  return fields.length < count ? undefined : { fields, end: start };
}

/** `key=value key=value`: a value goes to the blank before the next key. */
export function* extensionPairs(text: string): Generator<readonly [key: string, value: string]> {
  KEY.lastIndex = 0;
  let key: string | undefined;
  let start = 0;
  const keys = new RegExp(KEY);
  for (let m = keys.exec(text); m !== null; m = keys.exec(text)) {
    if (key !== undefined) yield [key, unescaped(text.slice(start, m.index))];
    key = m[1] ?? "";
    start = keys.lastIndex;
    // Two keys in a row share the blank between them.
    keys.lastIndex = start;
  }
  if (key !== undefined) yield [key, unescaped(text.slice(start))];
}

function unescaped(value: string): string {
  const text = value.trim();
  if (!text.includes("\\")) return text;
  return text.replace(/\\([\\=|nr])/g, (_, c: string) => (c === "n" ? "\n" : c === "r" ? "\r" : c));
}

/** The header of syslog around an event, as fields. */
export function* envelope(text: string, years: Years): Generator<readonly [name: string, value: string]> {
  if (text.trim() === "") return;
  // The event is what syslog takes for the message; without one a host would be taken for it.
  const head = readSyslog(`${text.trimEnd()} -`, years);
  if (typeof head === "string") return;
  if (head.timestamp !== undefined) yield ["timestamp", head.timestamp];
  if (head.host !== undefined) yield ["host", head.host];
  if (head.facility !== undefined) yield ["facility", head.facility];
  if (head.severity !== undefined) yield ["syslogSeverity", head.severity];
}

class CefReader implements LineReader {
  private readonly years = new Years();

  constructor(private readonly context: LineContext) {}

  line(line: string): string | undefined {
    const { rows } = this.context;
    const start = START.exec(line);
    if (start === null) return "expected 'CEF:0|'";
    const head = cutHeader(line, start.index + start[0].length, HEADER.length) ?? bare(line, start.index + start[0].length);
    if (head === undefined) return "expected seven fields between bars behind 'CEF:'";
    const fields = new Map<string, string>(envelope(line.slice(0, start.index + (start[0].startsWith("CEF") ? 0 : 1)), this.years));
    fields.set("cefVersion", start[1] ?? "");
    HEADER.forEach((name, i) => fields.set(name, head.fields[i] ?? ""));
    for (const [key, value] of extensionPairs(line.slice(head.end))) {
      fields.set(HEADER.includes(key) || key === "cefVersion" ? `${key}_1` : key, value);
    }
    addRow(rows, fields);
    return undefined;
  }

  end(): void {
    this.years.settle(this.context.rows, "timestamp", this.context.now, this.context.report);
  }
}

/** A header without the bar behind the severity: an event without extension. */
function bare(line: string, from: number): ReturnType<typeof cutHeader> {
  const cut = cutHeader(`${line}|`, from, HEADER.length);
  return cut === undefined ? undefined : { fields: cut.fields, end: line.length };
}

/** Common Event Format. */
export const CEF: LineFormat = {
  format: "cef",
  untyped: true,
  test: (line) => START.test(line),
  reader: (context) => new CefReader(context),
};
