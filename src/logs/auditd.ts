/**
 * Records of the Linux audit daemon → events. A system call writes several records (SYSCALL, EXECVE, CWD, PATH …) that share
 * time and serial number: they become one row, whatever stands between them. Values that the kernel wrote as
 * hexadecimal digits are read. Sources: linux-audit "Audit event fields" and "Record types"; auditd.conf(5), log_format.
 */
import type { Value } from "../table";
import type { LineContext, LineFormat, LineReader } from "./line-format";
import { isoOfEpoch } from "./moments";

const HEAD = /(?:^|[\s:])(?:type=([\w[\]]{1,64})\s+)?(?:msg=)?audit\((\d{1,11}(?:\.\d{1,9})?|\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}[ T]\d\d:\d\d:\d\d(?:\.\d{1,9})?):(\d{1,20})\)\s?:?\s?/;
const TEST = /^(?:node=\S+ )?type=[\w[\]]{1,64} (?:msg=)?audit\([^)]{1,60}:\d+\)|^\S[^=]{0,120}audit(?:d|spd|isp-syslog)?(?:\[\d+\])?: (?:node=\S+ )?(?:type=\w+ )?(?:msg=)?audit\(/;

/** Kinds of records that the kernel's own log names by number (include/uapi/linux/audit.h). */
const NUMBERED: ReadonlyMap<string, string> = new Map([
  ["1100", "USER_AUTH"], ["1101", "USER_ACCT"], ["1103", "CRED_ACQ"], ["1104", "CRED_DISP"], ["1105", "USER_START"],
  ["1106", "USER_END"], ["1112", "USER_LOGIN"], ["1123", "USER_CMD"], ["1130", "SERVICE_START"], ["1131", "SERVICE_STOP"],
  ["1300", "SYSCALL"], ["1302", "PATH"], ["1305", "CONFIG_CHANGE"], ["1306", "SOCKADDR"], ["1307", "CWD"], ["1309", "EXECVE"],
  ["1319", "TTY"], ["1320", "EOE"], ["1325", "NETFILTER_CFG"], ["1326", "SECCOMP"], ["1327", "PROCTITLE"], ["1334", "BPF"],
  ["1400", "AVC"], ["1403", "MAC_POLICY_LOAD"], ["1700", "ANOM_PROMISCUOUS"], ["1701", "ANOM_ABEND"],
]);

/** Fields that hold text which others may choose: the kernel writes it in quotes, or as hexadecimal digits. */
const CHOSEN = new Set([
  "proctitle", "name", "cwd", "exe", "comm", "cmd", "acct", "data", "key", "path", "dir", "file", "vm", "old-disk", "new-disk",
  "device", "grp", "new_group", "old", "new", "ocomm", "watch", "root_dir", "sw", "rport", "terminal", "profile",
]);
/** Fields of numbers. */
const NUMBERS = new Set([
  "syscall", "exit", "items", "ppid", "pid", "auid", "uid", "gid", "euid", "suid", "fsuid", "egid", "sgid", "fsgid", "ses", "argc",
  "item", "inode", "ouid", "ogid", "opid", "oauid", "ouid", "oses", "sig", "code", "entries", "old-auid", "old-ses", "prog-id",
]);
/** Records of which an event may have several: their fields are lists then. */
const REPEATED = new Set(["PATH", "OBJ_PID", "AVC", "NETFILTER_CFG"]);

/** Events that a record may still belong to. */
const OPEN = 2048;
/** Arguments that one event may have. */
const MOST_ARGUMENTS = 10_000;

interface AuditEvent {
  readonly row: number;
  readonly types: string[];
  /** Records of each kind that came. */
  readonly counts: Map<string, number>;
  /** Arguments of EXECVE, by number. */
  arguments: Map<number, string> | undefined;
}

/** Text of hexadecimal digits, as UTF-8; undefined when the digits are no text. */
function readHex(text: string): string | undefined {
  if (text.length < 2 || text.length % 2 === 1 || text.length > 1 << 20 || !/^[0-9A-F]+$/.test(text)) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return new TextDecoder().decode(bytes);
}

/** Parts of a command line are cut by zero bytes. */
function joinedTitle(text: string): string {
  return text.replace(/\0+$/, "").split("\0").join(" ");
}

/** One `key=value` of a record. */
interface Field {
  readonly key: string;
  readonly value: string;
  readonly quoted: boolean;
}

/** Fields of a record; words that are none are gathered in `words`. What user space wrote in `msg='…'` is among them. */
function readFields(text: string, words: string[], depth = 0): Field[] {
  const fields: Field[] = [];
  const piece = /([A-Za-z_][\w.-]{0,63}(?:\[\d{1,6}\])?)=("[^"]*"|'[^']*'|\(null\)|\{[^{}]*\}|[^\s'"]*)|\S+/g;
  for (let m = piece.exec(text); m !== null; m = piece.exec(text)) {
    const [whole, key, raw = ""] = m;
    if (key === undefined) {
      if (words.length < 200) words.push(whole);
      continue;
    }
    const first = raw.charCodeAt(0);
    if (first === 39 && key === "msg" && depth === 0) fields.push(...readFields(raw.slice(1, -1), words, 1));
    else if (first === 34 || first === 39) fields.push({ key, value: raw.slice(1, -1), quoted: true });
    else fields.push({ key, value: raw.replace(/[,:]$/, ""), quoted: false });
  }
  return fields;
}

/** What an address of the kernel says: `0200` is IPv4, `0A00` IPv6, `0100` a local socket. */
function readAddress(saddr: string): readonly (readonly [name: string, value: Value])[] {
  const hex = saddr.toUpperCase();
  if (!/^[0-9A-F]{4,512}$/.test(hex)) return [];
  const byte = (at: number): number => parseInt(hex.slice(at * 2, at * 2 + 2) || "0", 16);
  const port = BigInt(byte(2) * 256 + byte(3));
  if (hex.startsWith("0200") && hex.length >= 16) {
    return [["saddr_fam", "inet"], ["laddr", [4, 5, 6, 7].map(byte).join(".")], ["lport", port]];
  }
  if (hex.startsWith("0A00") && hex.length >= 48) {
    const groups = Array.from({ length: 8 }, (_, i) => (byte(8 + 2 * i) * 256 + byte(9 + 2 * i)).toString(16)).join(":");
    const short = groups.replace(/(?:^|:)0(?::0)+(?=:|$)/, "::").replace(/:{3,}/, "::");
    return [["saddr_fam", "inet6"], ["laddr", short], ["lport", port]];
  }
  if (!hex.startsWith("0100")) return [];
  const path = readHex(hex.slice(4))?.split("\0").find((part) => part !== "");
  return path === undefined ? [["saddr_fam", "local"]] : [["saddr_fam", "local"], ["path", path]];
}

class AuditReader implements LineReader {
  private readonly events = new Map<string, AuditEvent>();

  constructor(private readonly context: LineContext) {}

  line(line: string): string | undefined {
    // What ausearch prints between events, and its own heading.
    if (/^(?:-{2,}|time->.*)$/.test(line.trim())) return undefined;
    const head = HEAD.exec(line);
    if (head === null) return "expected 'type=… msg=audit(time:serial):'";
    const [whole, said = "", time = "", serial = ""] = head;
    const before = line.slice(0, head.index);
    const node = /(?:^|\s)node=(\S+)/.exec(before)?.[1];
    const type = typeName(said);
    const event = this.event(`${node ?? ""} ${time}:${serial}`, time, serial, node);
    if (!event.types.includes(type)) event.types.push(type);
    const nth = (event.counts.get(type) ?? 0) + 1;
    event.counts.set(type, nth);
    this.put(event.row, "type", event.types.length === 1 ? type : [...event.types]);
    // What auditd adds in words stands behind a separator of its own.
    this.record(event, type, nth, line.slice(head.index + whole.length).split("\x1d").join(" "));
    return undefined;
  }

  /** The event of a time and a serial number: the row it has, or a new one. */
  private event(key: string, time: string, serial: string, node: string | undefined): AuditEvent {
    const { rows } = this.context;
    const open = this.events.get(key);
    if (open !== undefined) return open;
    const event: AuditEvent = { row: rows.count++, types: [], counts: new Map(), arguments: undefined };
    this.put(event.row, "timestamp", isoOfEpoch(time) ?? time);
    rows.column("serial")?.put(event.row, BigInt.asIntN(64, BigInt(serial)));
    if (node !== undefined) this.put(event.row, "node", node);
    if (this.events.size >= OPEN) {
      const [oldest] = this.events.keys();
      if (oldest !== undefined) this.events.delete(oldest);
    }
    this.events.set(key, event);
    return event;
  }

  private record(event: AuditEvent, type: string, nth: number, text: string): void {
    const words: string[] = [];
    const { row } = event;
    // What ausearch interprets has no quotes: the title is the rest of the line.
    const title = type === "PROCTITLE" ? /^\s*proctitle=([^"].*)$/.exec(text) : null;
    const fields: readonly Field[] = title === null ? readFields(text, words) : [{ key: "proctitle", value: title[1] ?? "", quoted: false }];
    for (const { key, value, quoted } of fields) {
      if (type === "EXECVE" && this.argument(event, key, value, quoted)) continue;
      if (key === "saddr" && type === "SOCKADDR") for (const [name, part] of readAddress(value)) this.put(row, name, part);
      // A system call's numbers stand under the names of a command's words: the words matter more.
      const name = type === "SYSCALL" && event.counts.has("EXECVE") && /^a[0-3]$/.test(key) ? `syscall_${key}` : key;
      const read = fieldValue(key, value, quoted);
      if (REPEATED.has(type) && nth > 1) this.more(row, name, read, nth);
      else this.put(row, name, read);
    }
    if (event.arguments !== undefined && type === "EXECVE") this.command(event);
    const rest = words.filter((word) => word !== ":").join(" ");
    if (rest !== "") this.put(row, "message", rest);
  }

  /** Notes an argument of EXECVE (`a1`, or a piece `a1[0]` of a long one); false when the field is none. */
  private argument(event: AuditEvent, key: string, value: string, quoted: boolean): boolean {
    const m = /^a(\d{1,6})(\[\d{1,6}\]|_len)?$/.exec(key);
    if (m === null) return false;
    const number = Number(m[1]);
    if (m[2] === "_len" || number >= MOST_ARGUMENTS) return true;
    const text = quoted ? value : (readHex(value) ?? value);
    const known = (event.arguments ??= new Map());
    known.set(number, m[2] === undefined ? text : `${known.get(number) ?? ""}${text}`.slice(0, 1 << 20));
    return true;
  }

  /** Arguments as fields, those beyond the first as many columns as people look at, and all of them as one text. */
  private command(event: AuditEvent): void {
    const { rows } = this.context;
    const { row } = event;
    const known = [...(event.arguments ?? [])].sort((a, b) => a[0] - b[0]);
    for (const [number, text] of known) {
      if (number >= 64) break;
      const name = `a${number}`;
      const taken = rows.find(name)?.cell(row) ?? null;
      if (taken !== null && event.types.includes("SYSCALL") && event.counts.get("EXECVE") === 1) this.put(row, `syscall_${name}`, taken);
      this.put(row, name, text);
    }
    // A call of fewer words leaves numbers of the system call behind.
    if (event.types.includes("SYSCALL") && event.counts.get("EXECVE") === 1) {
      for (const name of ["a0", "a1", "a2", "a3"]) {
        const taken = known.some(([number]) => `a${number}` === name) ? null : (rows.find(name)?.cell(row) ?? null);
        if (taken === null) continue;
        this.put(row, `syscall_${name}`, taken);
        rows.find(name)?.set(row, 0);
      }
    }
    this.put(row, "CommandLine", known.map(([, text]) => text).join(" "));
  }

  /** A field of the second and later records of a kind: a list with a place for each record. */
  private more(row: number, name: string, value: Value, nth: number): void {
    const taken = this.context.rows.find(name)?.cell(row) ?? null;
    const list: Value[] = Array.isArray(taken) ? [...(taken as readonly Value[])] : nth === 1 ? [] : [taken];
    // An event of very many paths: those that are looked at suffice.
    if (list.length >= 200) return;
    while (list.length < nth - 1) list.push(null);
    list.push(value);
    this.put(row, name, list);
  }

  private put(row: number, name: string, value: Value): void {
    this.context.rows.column(name)?.put(row, value);
  }
}

function typeName(said: string): string {
  const number = /^(?:UNKNOWN\[)?(\d{4})\]?$/.exec(said)?.[1];
  return said === "" ? "KERNEL" : number === undefined ? said : (NUMBERED.get(number) ?? said);
}

function fieldValue(key: string, value: string, quoted: boolean): Value {
  if (quoted) return value;
  if (NUMBERS.has(key) && /^-?\d{1,18}$/.test(value)) return BigInt(value);
  const text = CHOSEN.has(key) ? readHex(value) : undefined;
  if (text === undefined) return value;
  return key === "proctitle" || key === "cmd" || key === "data" ? joinedTitle(text) : text.replace(/\0+$/, "");
}

/** Records of auditd, ausearch and the kernel's audit messages in syslog. */
export const AUDITD: LineFormat = {
  format: "auditd",
  untyped: false,
  test: (line) => TEST.test(line),
  reader: (context) => new AuditReader(context),
};
