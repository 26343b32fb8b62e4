/**
 * Syslog: lines of RFC 5424 and of RFC 3164 as daemons and devices really write it (with and without priority, year,
 * host, tag; ISO times of rsyslog; counters and zones of network gear). Other formats that travel inside of syslog
 * take their header from here.
 */
import type { Value } from "../table";
import type { LineContext, LineFormat, LineReader } from "./line-format";
import { isoOf, monthOf, readMoment, Years, zoneOf } from "./moments";

/** RFC 5424, 6.2.1, table 1; the names are those of syslog.conf, which tables of events use. */
const FACILITIES = [
  "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp", "audit", "alert", "clock",
  "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
];
/** RFC 5424, 6.2.1, table 2. */
const SEVERITIES = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];

/** The name of a facility's number; null when there is none. */
export function facilityName(code: number): string | null {
  return FACILITIES[code] ?? null;
}

/** The name of a severity's number; null when there is none. */
export function severityName(code: number): string | null {
  return SEVERITIES[code] ?? null;
}

/** What stands before a message. */
export interface SyslogHead {
  readonly facility?: string;
  readonly severity?: string;
  /** ISO text, or what {@link Years} gave for a time without a year. */
  readonly timestamp?: string;
  readonly host?: string;
  readonly program?: string;
  readonly pid?: string;
  readonly msgid?: string;
  readonly data?: Value;
  readonly message: string;
}

/** RFC 6587, 3.4.1: on a stream the length of a message may stand before it. */
const COUNTED = /^\d{1,5} (?=<\d{1,3}>)/;
const PRI = /^<(\d{1,3})>/;
const V5424 = /^1 (-|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) (\S{1,255}) (\S{1,255}) (\S{1,128}) (\S{1,64})(?: |$)/;
/** A counter and a host before the time, an asterisk or a dot for a clock that is not set: Cisco's ways. */
const BSD = /^(?:\d{1,10}: )?(?:([\w.-]{1,255}): )?[*.]?(?:(\d{4}) )?([A-Z][a-z]{2}) {1,2}(\d{1,2})(?: (\d{4}))? (\d\d:\d\d:\d\d(?:[.,]\d{1,9})?)(?: (\d{4})(?=[ :]))?(?: ([A-Z]{3,5})(?=:))?:? ?/;
const ISO = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)) (?=\S)/;
const TAG = /^([^\s:[\]<>={}"]{1,128}(?:\([^\s)]{1,64}\))?)(?:\[([^\]\s]{1,64})\])?:(?: |$)/;
/** A tag without a colon: `su[123] …`, which some daemons write. */
const OPEN_TAG = /^([\w./-]{1,64})\[(\d{1,10})\] /;
const HOST = /^([^\s:[\]<>={}"]{1,255}|[\da-fA-F:.]{2,45}) (?=\S|$)/;

/** Reads what stands before a message; a text where the line is no syslog. `years` settles times without a year. */
export function readSyslog(line: string, years: Years): SyslogHead | string {
  let rest = line.charCodeAt(0) === 0xfeff ? line.slice(1) : line;
  const counted = COUNTED.exec(rest);
  if (counted !== null) rest = rest.slice(counted[0].length);
  const head: { -readonly [K in keyof SyslogHead]: SyslogHead[K] } = { message: "" };
  const pri = PRI.exec(rest);
  if (pri !== null) {
    const code = Number(pri[1]);
    if (code > 191) return "expected a priority of at most 191";
    head.facility = FACILITIES[code >> 3] ?? "";
    head.severity = SEVERITIES[code & 7] ?? "";
    rest = rest.slice(pri[0].length);
  }
  const new5424 = V5424.exec(rest);
  if (new5424 !== null) {
    const [whole, time = "", host = "", program = "", pid = "", msgid = ""] = new5424;
    const data = readData(rest, whole.length);
    if (typeof data === "string") return data;
    if (time !== "-") {
      head.timestamp = time;
      years.know(time);
    }
    if (host !== "-") head.host = host;
    if (program !== "-") head.program = program;
    if (pid !== "-") head.pid = pid;
    if (msgid !== "-") head.msgid = msgid;
    if (data.value !== null) head.data = data.value;
    head.message = rest.slice(data.end).replace(/^ /, "").replace(/^\uFEFF/, "");
    return head;
  }
  const bsd = BSD.exec(rest);
  if (bsd !== null) {
    const [whole, host, before, month = "", day = "", middle, time = "", behind, zone = ""] = bsd;
    const year = before ?? middle ?? behind;
    const number = monthOf(month);
    const stamp = number === 0 ? null
      : year === undefined ? years.take(number, Number(day), time) : isoOf(Number(year), number, Number(day), time, zoneOf(zone) ?? 0);
    if (stamp === null) return "expected a date and a time that exist";
    if (year !== undefined) years.know(stamp);
    head.timestamp = stamp;
    if (host !== undefined) head.host = host;
    rest = rest.slice(whole.length);
    // A host's name behind the date, unless that is the tag already.
    return tagged(head, rest, host === undefined && zone === "");
  }
  const iso = ISO.exec(rest);
  if (iso !== null) {
    const stamp = readMoment(iso[1] ?? "");
    if (stamp === null) return "expected a date and a time that exist";
    years.know(stamp);
    head.timestamp = stamp;
    return tagged(head, rest.slice(iso[0].length), true);
  }
  if (pri === null) return "expected a priority such as <34> or a time such as 'May 11 10:00:00'";
  // RFC 3164, 4.3.3: all behind a priority that is followed by no time is the message.
  return tagged(head, rest, false);
}

function tagged(head: { -readonly [K in keyof SyslogHead]: SyslogHead[K] }, text: string, named: boolean): SyslogHead {
  let rest = text;
  // What a daemon that speaks for others says has neither host nor tag.
  if (/^(?:last message repeated |-- MARK --)/.test(rest)) return { ...head, message: rest };
  if (named && !TAG.test(rest)) {
    const host = HOST.exec(rest);
    if (host !== null) {
      head.host = host[1] ?? "";
      rest = rest.slice(host[0].length);
    }
  }
  const tag = TAG.exec(rest) ?? OPEN_TAG.exec(rest);
  if (tag !== null) {
    head.program = tag[1] ?? "";
    if (tag[2] !== undefined) head.pid = tag[2];
    rest = rest.slice(tag[0].length);
  }
  head.message = rest.trimStart();
  return head;
}

/** Structured data of RFC 5424, 6.3: `-` or elements in brackets with parameters in quotes. */
function readData(text: string, from: number): { readonly value: Value; readonly end: number } | string {
  if (text.charAt(from) !== "[") {
    return text.charAt(from) === "-" || from >= text.length ? { value: null, end: Math.min(from + 1, text.length) } : "expected structured data or '-'";
  }
  const elements = new Map<string, Value>();
  let at = from;
  while (text.charAt(at) === "[") {
    const id = /^\[([^\s=\]"]{1,128})/.exec(text.slice(at, at + 140));
    if (id === null) return "expected the name of structured data";
    at += id[0].length;
    const fields = new Map<string, Value>();
    while (text.charAt(at) === " ") {
      while (text.charAt(at) === " ") at++;
      const equals = text.indexOf('="', at);
      if (equals < 0 || equals - at > 128 || /[\s\]"]/.test(text.slice(at, equals))) break;
      const name = text.slice(at, equals);
      const close = closing(text, equals + 2);
      if (close < 0) return "expected a quote that closes a parameter of structured data";
      fields.set(name, text.slice(equals + 2, close).replace(/\\(["\\\]])/g, "$1"));
      at = close + 1;
    }
    if (text.charAt(at) !== "]") return "expected ']' behind structured data";
    elements.set(id[1] ?? "", fields);
    at++;
  }
  return { value: elements, end: at };
}

/** The quote that ends a parameter; a backslash keeps the next character from ending it. */
function closing(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c === 92) at++;
    else if (c === 34) return at;
  }
  return -1;
}

/** Characters up to which lines that go on below their first one are gathered. */
const LONGEST_MESSAGE = 1 << 14;

class SyslogReader implements LineReader {
  private readonly years = new Years();
  private joined = 0;

  constructor(private readonly context: LineContext) {}

  line(line: string): string | undefined {
    const { rows } = this.context;
    // A trace of an error goes on in lines that are set in.
    if (/^[ \t]/.test(line) && rows.count > 0) {
      const row = rows.count - 1;
      const message = rows.find("message")?.cell(row);
      if (typeof message === "string" && message.length + line.length < LONGEST_MESSAGE) {
        rows.column("message")?.text(row, `${message}\n${line}`);
        this.joined++;
        return undefined;
      }
    }
    const head = readSyslog(line, this.years);
    if (typeof head === "string") return head;
    const row = rows.count++;
    const put = (name: string, value: string | undefined): void => {
      if (value !== undefined) rows.column(name)?.text(row, value);
    };
    put("timestamp", head.timestamp);
    put("host", head.host);
    put("program", head.program);
    put("pid", head.pid);
    put("msgid", head.msgid);
    put("facility", head.facility);
    put("severity", head.severity);
    if (head.data !== undefined) rows.column("structured_data")?.nested(row, head.data);
    put("message", head.message);
    return undefined;
  }

  end(): void {
    const { rows, report, now } = this.context;
    this.years.settle(rows, "timestamp", now, report);
    if (this.joined > 0) {
      report.whole("info", "syslog-joined", `${this.joined} lines that are set in belong to the event above them.`);
    }
  }
}

/** Syslog of RFC 3164 and RFC 5424. */
export const SYSLOG: LineFormat = {
  format: "syslog",
  untyped: false,
  test: (line) => {
    const pri = /^(?:\d{1,5} )?<\d{1,3}>/.exec(line);
    if (pri !== null) return !/^\s*[\w-]{1,40}=/.test(line.slice(pri[0].length));
    if (/^[ \t]/.test(line)) return false;
    if (V5424.test(line)) return true;
    const iso = ISO.exec(line);
    if (iso !== null) return /^[^\s:[\]=,]{1,255} [^\s:[\]=,]{1,128}(?:\([^\s)]*\))?(?:\[[^\]\s]{1,64}\])?:(?: |$)/.test(line.slice(iso[0].length));
    return BSD.test(line);
  },
  reader: (context) => new SyslogReader(context),
};
