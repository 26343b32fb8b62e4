/**
 * Windows events as XML → rows: one event, the export of Event Viewer (`<Events>`), that of `wevtutil` (one event after the
 * other, no root), what Event Viewer copies (with its dashes). A scanner of elements, not a reader of XML: no document type,
 * no entities but the five of XML and numbers. Sources: Windows event schema; XML 1.0, 2.4, 3.1, 4.1.
 */
import type { Json } from "../base";
import { Children, isContainer } from "./event-form";
import type { Report } from "./report";
import { excerpt } from "./report";
import { RawRows } from "./rows";
import { addEvent } from "./windows-event";
import type { Steps, Window } from "./window";

/** Elements that may be open at a time, and attributes of one. */
const DEEPEST = 64, MOST_ATTRIBUTES = 256;
/** Rows between two chances to pause. */
const PAUSE = 256;
/** Characters of an attribute's value. */
const LONGEST_ATTRIBUTE = 65_536;
/** Characters that may be looked at for events that turn out broken: a text of beginnings would be read again for each. */
const MOST_WASTED = 1 << 27;

/** Where an event begins. */
const EVENT = /<(?:[\w.-]{1,40}:)?Event(?=[\s>/])/g;
const NAME = /[\p{L}_][\p{L}\p{N}_.:-]{0,400}/uy;
const ATTRIBUTE = /\s+([\p{L}_][\p{L}\p{N}_.:-]{0,400})\s*=\s*(?:"([^"]{0,65536})"|'([^']{0,65536})')/uy;
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** Numbers of the event's system part. Source: Windows event schema, SystemPropertiesType. */
const NUMBERS = new Set(["EventID", "Version", "Level", "Task", "Opcode", "EventRecordID"]);
const NUMBER_ATTRIBUTES = new Set(["Qualifiers", "ProcessID", "ThreadID", "ProcessorID", "SessionID", "KernelTime", "UserTime", "ProcessorTime"]);

/** Whether a text is XML with events in it. */
export function looksLikeEventXml(head: string): boolean {
  if (!/^[\s\uFEFF]*(?:-\s*)?</.test(head)) return false;
  EVENT.lastIndex = 0;
  const at = EVENT.exec(head)?.index;
  return at !== undefined && /<(?:[\w.-]{1,40}:)?System[\s>]/.test(head.slice(at, at + 4000));
}

/** Reads all events of a text into rows; yields now and then so that the caller can pause. */
export function* readEventXml(window: Window, from: number, report: Report, maxRows: number): Steps<RawRows> {
  const rows = new RawRows({ passing: window.passing });
  yield* eachEvent(window, from, report, (event, at) => {
    if (rows.count >= maxRows) {
      report.at("warning", "logs-row-limit", `only the first ${maxRows} events were read: that is the limit.`, at);
      return false;
    }
    if (!addEvent(rows, event)) report.at("warning", "logs-xml-event", "this event has no System part; it was left out.", at);
    return true;
  });
  return rows;
}

/** Hands out each event as JSON with its place in the window, until false comes back. */
export function* eachEvent(window: Window, from: number, report: Report, take: (event: Json, at: number) => boolean): Steps<void> {
  const repeated = new Set<string>();
  let at = from;
  let wasted = 0;
  for (let n = 1; ; n++) {
    EVENT.lastIndex = at;
    const start = EVENT.exec(window.text)?.index;
    if (start === undefined) {
      if (!window.more) break;
      // A tag may be cut at the end of the window.
      at = Math.max(at, window.text.length - 64);
      at -= yield* window.fill(at);
      continue;
    }
    const scan = new ElementScan(window.text, start, repeated);
    const event = scan.read();
    if (event === "short" && window.more && window.text.length - start <= window.longest) {
      at = start - (yield* window.fill(start));
      continue;
    }
    if (typeof event === "string") {
      const why = event === "short" ? "it does not end" : event;
      report.at("error", "logs-xml", `this event cannot be read: ${why}; it was left out.`, start, Math.max(start, scan.at));
      at = start + 6;
      wasted += (event === "short" ? window.text.length : scan.reach()) - start;
      if (wasted > MOST_WASTED) {
        report.at("error", "logs-xml-broken", "too many events are broken; the rest of the text was left out.", at);
        break;
      }
    } else {
      at = scan.at;
      if (!take(event, start)) break;
    }
    if (n % PAUSE === 0) yield;
  }
  window.stop();
  if (repeated.size > 0) {
    const names = [...repeated].slice(0, 8).map((name) => `'${excerpt(name)}'`).join(", ");
    report.whole("info", "logs-evtx-twice", `Some events hold ${names} more than once; the last of each is read.`);
  }
}

/** An element that is open. */
interface Open {
  readonly tag: string;
  readonly name: string;
  readonly attributes: Map<string, Json>;
  readonly parent: Open | undefined;
  children: Children | undefined;
  text: string;
}

/** Reads one element with all that is in it. */
class ElementScan {
  /** Where the last attribute was looked for. */
  private looked = 0;

  constructor(private readonly text: string, public at: number, private readonly repeated: Set<string>) {}

  /** Up to where the text was looked at. */
  reach(): number {
    return Math.max(this.at, Math.min(this.text.length, this.looked));
  }

  /** The event, what is wrong with it, or `short` where the text ends before it. */
  read(): Map<string, Json> | string {
    const { text } = this;
    let open: Open | undefined;
    let depth = 0;
    for (;;) {
      const next = text.indexOf("<", this.at);
      if (next < 0) return "short";
      if (open !== undefined && next > this.at) open.text += unescaped(text.slice(this.at, next));
      this.at = next;
      const skipped = this.skip(open);
      if (skipped === "short") return skipped;
      if (skipped) continue;
      if (text.charCodeAt(next + 1) === 47) {
        const end = text.indexOf(">", next);
        if (end < 0) return "short";
        const tag = text.slice(next + 2, end).trimEnd();
        if (open === undefined || tag !== open.tag) return `'</${excerpt(tag)}>' closes what is not open`;
        this.at = end + 1;
        const done = this.close(open);
        if (done !== undefined) return done;
        open = open.parent;
        depth--;
        continue;
      }
      const opened = this.open(open);
      if (typeof opened === "string") return opened;
      const empty = text.charCodeAt(this.at) === 47;
      this.at += empty ? 2 : 1;
      if (!empty) {
        open = opened;
        if (++depth > DEEPEST) return `its elements are nested more than ${DEEPEST} deep`;
        continue;
      }
      const done = this.close(opened);
      if (done !== undefined) return done;
    }
  }

  /** Steps over comments, instructions, declarations and marked text; the last becomes text. */
  private skip(open: Open | undefined): boolean | "short" {
    const { text, at } = this;
    const sign = text.charCodeAt(at + 1);
    if (sign !== 33 && sign !== 63) return Number.isNaN(sign) ? "short" : false;
    const marked = text.startsWith("<![CDATA[", at);
    const ends = sign === 63 ? "?>" : marked ? "]]>" : text.startsWith("<!--", at) ? "-->" : ">";
    const end = text.indexOf(ends, at + 2);
    if (end < 0) return "short";
    if (marked && open !== undefined) open.text += text.slice(at + 9, end);
    this.at = end + ends.length;
    return true;
  }

  /** A start tag, up to its end. */
  private open(parent: Open | undefined): Open | string {
    const { text } = this;
    NAME.lastIndex = this.at + 1;
    const tag = NAME.exec(text)?.[0];
    if (tag === undefined) return this.at + 1 >= text.length ? "short" : `'<' at '${excerpt(text.slice(this.at, this.at + 20))}' begins no element`;
    this.at += 1 + tag.length;
    const attributes = new Map<string, Json>();
    for (;;) {
      ATTRIBUTE.lastIndex = this.at;
      const found = ATTRIBUTE.exec(text);
      if (found === null) {
        this.looked = this.at + LONGEST_ATTRIBUTE;
        break;
      }
      const [whole, name = "", double, single] = found;
      this.at += whole.length;
      if (attributes.size >= MOST_ATTRIBUTES) return `'${excerpt(tag)}' has more than ${MOST_ATTRIBUTES} attributes`;
      // Prefixes of names say nothing here; the namespace itself does.
      if (!name.startsWith("xmlns:")) attributes.set(plain(name), attributeValue(plain(name), unescaped(double ?? single ?? "")));
    }
    while (/\s/.test(text.charAt(this.at))) this.at++;
    if (text.charAt(this.at) !== ">" && !text.startsWith("/>", this.at)) {
      return text.length - this.at <= LONGEST_ATTRIBUTE && !text.includes(">", this.at) ? "short" : `the tag of '${excerpt(tag)}' goes on with '${excerpt(text.slice(this.at, this.at + 20))}'`;
    }
    return { tag, name: plain(tag), attributes, parent, children: undefined, text: "" };
  }

  /** An element is at its end: into its parent, or it is the event. */
  private close(element: Open): Map<string, Json> | undefined {
    const { parent, name } = element;
    if (parent === undefined) return new Map([[name, valueOf(element, false)]]);
    parent.children ??= new Children(isContainer(parent.name), (twice) => { if (this.repeated.size < 20) this.repeated.add(twice); });
    const said = element.attributes.get("Name");
    if (!parent.children.container || name !== "Data") parent.children.add(name, valueOf(element, false));
    else parent.children.data(typeof said === "string" && said !== "" ? said : undefined, valueOf(element, true) ?? "");
    return undefined;
  }
}

/** `asData`: attributes were used elsewhere. */
function valueOf(element: Open, asData: boolean): Json {
  const { attributes, children, name } = element;
  // Between elements there are line ends, blanks, and where it was copied from Event Viewer the marks of its tree.
  const text = children === undefined && !/^\s*$/.test(element.text) ? element.text : element.text.replace(/^[\s-]*$/, "");
  const value: Json = text === "" ? null : NUMBERS.has(name) ? numberOf(text) : text;
  if (children === undefined && (asData || attributes.size === 0)) return value;
  const bag = new Map<string, Json>();
  if (attributes.size > 0 && !asData) bag.set("#attributes", attributes);
  if (value !== null) bag.set("#text", value);
  children?.into(bag);
  return bag;
}

const attributeValue = (name: string, text: string): Json => (NUMBER_ATTRIBUTES.has(name) ? numberOf(text) : text);

function numberOf(text: string): Json {
  return /^\s*\d{1,18}\s*$/.test(text) ? BigInt(text.trim()) : text;
}

/** A name without its prefix. */
function plain(name: string): string {
  const colon = name.indexOf(":");
  return colon < 0 ? name : name.slice(colon + 1);
}

function unescaped(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w{2,4}));/g, (whole, hex?: string, digits?: string, name?: string) => {
    const code = hex !== undefined ? parseInt(hex, 16) : digits !== undefined ? Number(digits) : -1;
    return code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : (ENTITIES[name ?? ""] ?? whole);
  });
}
