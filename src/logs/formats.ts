/** The formats of logs of which each line is an event, and how a text is told to be one of them. */
import { ACCESS } from "./access";
import { AUDITD } from "./auditd";
import { CEF } from "./cef";
import { ERROR_LOG } from "./error-log";
import type { LogFormat } from "./format-names";
import { LEEF } from "./leef";
import type { LineFormat } from "./line-format";
import { PLAIN_LINES } from "./lines";
import { KEY_VALUE, LOGFMT } from "./pairs";
import { SYSLOG } from "./syslog";
import { W3C } from "./w3c";
import { ZEEK } from "./zeek";

/** Formats of lines, those that ask for more first: CEF travels inside of syslog. */
const LINE_FORMATS: readonly LineFormat[] = [ZEEK, W3C, AUDITD, LEEF, CEF, ACCESS, ERROR_LOG, SYSLOG, LOGFMT, KEY_VALUE];

/** Characters and lines from which a format is told. */
const HEAD = 1 << 16;
const LINES = 40;

/** The format of lines that a user named; undefined when that is none of lines. */
export function lineFormat(format: LogFormat): LineFormat | undefined {
  return format === "text" ? PLAIN_LINES : LINE_FORMATS.find((each) => each.format === format);
}

/** The format that most of the first lines have; undefined when they agree on none. */
export function sniffLines(text: string, from: number): LineFormat | undefined {
  const head = text.slice(from, from + HEAD);
  const lines = head.split("\n");
  if (lines.length > 1 && head.length === HEAD) lines.pop();
  const looked = lines.map((line) => line.replace(/\r$/, "")).filter((line) => line.trim() !== "").slice(0, LINES);
  if (looked[0]?.startsWith("#") === true) {
    const end = looked.findIndex((line) => !line.startsWith("#"));
    const top = looked.slice(0, end < 0 ? looked.length : end).join("\n");
    return LINE_FORMATS.find((format) => format.heading?.test(top) === true);
  }
  // Lines that are set in belong to the event above them.
  const events = looked.filter((line, i) => i === 0 || !/^[ \t]/.test(line));
  return LINE_FORMATS.find((format) => format.heading === undefined && events.length > 0
    && events.filter((line) => format.test(line)).length * 5 >= events.length * 3);
}
