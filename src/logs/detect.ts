/** Tells the format of a text from its beginning, and reads the line that may say which table it is. */
import { sniffDelimiter } from "./csv";
import type { Delimiter } from "./csv";
import { looksLikeEventXml } from "./event-xml";
import type { LogFormat } from "./format-names";
import { lineFormat, sniffLines } from "./formats";
import type { LineFormat } from "./line-format";
import { PLAIN_LINES } from "./lines";


/** What a text is. `from` is where its rows start. */
export type Detected =
  | { readonly kind: "json"; readonly format: "json" | "ndjson"; readonly from: number }
  | { readonly kind: "csv"; readonly format: "csv" | "tsv"; readonly from: number; readonly delimiter: Delimiter }
  | { readonly kind: "xml"; readonly from: number }
  | { readonly kind: "lines"; readonly from: number; readonly lines: LineFormat }
  | { readonly kind: "binary"; readonly what: string }
  | { readonly kind: "empty" };

/** What the first line says: `# table=AWSCloudTrail map=no`, or with `//`. */
export interface Directive {
  readonly table?: string;
  readonly map?: boolean;
  /** Offset behind the line. */
  readonly end: number;
}

const DIRECTIVE = /^\uFEFF?[ \t\r\n]{0,200}(?:#|\/\/)[ \t]*((?:[A-Za-z]+[ \t]*[=:][ \t]*[\w.-]+[ \t,;]*)+)(?:\r?\n|$)/;

/** Reads the first-line comment; undefined when there is none that speaks of a table. */
export function readDirective(text: string): Directive | undefined {
  const m = DIRECTIVE.exec(text.slice(0, 2000));
  if (m === null) return undefined;
  const words = new Map<string, string>();
  for (const [, key = "", value = ""] of (m[1] ?? "").matchAll(/([A-Za-z]+)[ \t]*[=:][ \t]*([\w.-]+)/g)) {
    words.set(key.toLowerCase(), value);
  }
  const table = words.get("table");
  const map = words.get("map")?.toLowerCase();
  if (table === undefined && map === undefined) return undefined;
  return {
    end: m[0].length,
    ...(table === undefined ? {} : { table }),
    ...(map === undefined ? {} : { map: !["no", "false", "0", "off"].includes(map) }),
  };
}

/** Beginnings of files that people mean to paste and cannot. */
const MAGIC: readonly (readonly [string, string])[] = [
  ["ElfFile\u0000", "a binary Windows event log (.evtx): load it as a file, its text is of no use"],
  ["\u001f\u008b", "gzip-compressed: choose the file instead of pasting it"], ["\u001f\ufffd", "gzip-compressed: choose the file instead of pasting it"],
  ["PK\u0003\u0004", "a zip archive (or a spreadsheet): unpack it, or save the sheet as CSV"],
  ["%PDF-", "a PDF document"], ["SQLite format 3\u0000", "an SQLite database"], ["PAR1", "a Parquet file: choose the file instead of pasting it"],
  ["\u007fELF", "a program"], ["MZ\u0090\u0000", "a program"], ["\u00d4\u00c3\u00b2\u00a1", "a packet capture"],
];

/** Detects the format; `said` overrules what it looks like, but for texts that are no text. */
export function detect(text: string, from: number, said: LogFormat | undefined): Detected {
  const magic = MAGIC.find(([start]) => text.startsWith(start, from));
  if (magic !== undefined) return { kind: "binary", what: magic[1] };
  const head = text.slice(from, from + 8192);
  if (looksBinary(head)) return { kind: "binary", what: "no text: it holds control characters or broken letters throughout" };
  let start = from;
  while (start < text.length && /[\s\uFEFF]/.test(text.charAt(start))) start++;
  if (start >= text.length) return { kind: "empty" };
  switch (said) {
    case "json": case "ndjson": return { kind: "json", format: said, from: start };
    case "csv": return { kind: "csv", format: "csv", from: start, delimiter: sniffDelimiter(text, start) ?? "," };
    case "tsv": return { kind: "csv", format: "tsv", from: start, delimiter: "\t" };
    case "xml": return { kind: "xml", from: start };
    case "evtx": case "parquet": case undefined: break;
    default: return { kind: "lines", from: start, lines: lineFormat(said) ?? PLAIN_LINES };
  }
  if (looksLikeEventXml(text.slice(start, start + 20_000))) return { kind: "xml", from: start };
  const c = text.charAt(start);
  if (c === "{" || (c === "[" && startsList(text, start))) return { kind: "json", format: c === "{" ? objectFormat(text, start) : "json", from: start };
  const lines = sniffLines(text, start);
  if (lines !== undefined) return { kind: "lines", from: start, lines };
  const delimiter = sniffDelimiter(text, start);
  if (delimiter !== undefined && looksLikeHeader(text, start, delimiter)) {
    return { kind: "csv", format: delimiter === "\t" ? "tsv" : "csv", from: start, delimiter };
  }
  // A line or two of something else above the events: a shell prompt, a heading, half an event.
  const json = firstEvent(text, start);
  if (json !== undefined) return { kind: "json", format: "ndjson", from: json };
  if (delimiter !== undefined) return { kind: "csv", format: delimiter === "\t" ? "tsv" : "csv", from: start, delimiter };
  return { kind: "lines", from: start, lines: PLAIN_LINES };
}

function looksBinary(head: string): boolean {
  let odd = 0;
  for (let i = 0; i < head.length; i++) {
    const c = head.charCodeAt(i);
    if (c === 0 || c === 0xfffd || (c < 32 && c !== 9 && c !== 10 && c !== 13 && c !== 27 && c !== 30)) odd++;
  }
  return odd > 0 && odd * 10 > head.length;
}

/** A bracket starts a JSON list, or a log line such as `[2024-05-01 10:00] …`. */
function startsList(text: string, start: number): boolean {
  return /^\[\s*(?:[{["\]]|-?\d+(?:\.\d+)?\s*[,\]]|true|false|null)/.test(text.slice(start, start + 400));
}

/** One object, or one a line? */
function objectFormat(text: string, start: number): "json" | "ndjson" {
  const end = text.indexOf("\n", start);
  if (end < 0) return "json";
  let next = end + 1;
  while (next < text.length && /\s/.test(text.charAt(next))) next++;
  const closed = text.slice(Math.max(start, end - 4), end).trimEnd();
  return text.charAt(next) === "{" && /[},]$/.test(closed) ? "ndjson" : "json";
}

/** A header holds names: no cell is empty of letters, none is long. */
function looksLikeHeader(text: string, start: number, delimiter: Delimiter): boolean {
  const end = text.indexOf("\n", start);
  const line = text.slice(start, Math.min(end < 0 ? text.length : end, start + 100_000));
  const cells = line.split(delimiter).map((cell) => cell.trim().replace(/^"|"$/g, ""));
  const names = cells.filter((cell) => /^[\w$@ .\-[\]()/:#%]{1,120}$/.test(cell) && /[A-Za-z]/.test(cell) && !cell.includes("="));
  return names.length >= 2 && names.length * 3 >= cells.length * 2;
}

/** Where the first event starts when JSON lines follow lines of something else; undefined when they do not. */
function firstEvent(text: string, start: number): number | undefined {
  const head = text.slice(start, start + 20_000);
  const m = /\n[ \t]*(\{[ \t\r\n]*"|\[[ \t\r\n]*\{)/.exec(head);
  return m === null ? undefined : start + m.index + m[0].length - (m[1] ?? "").length;
}
