/**
 * The vault's notes as pages of dataview queries. What a note says is read once per note; where its links lead depends on
 * the other notes, so it is worked out once per state of the vault, and only for pages that a query looks at.
 */
import type { Link, ListItem, Note } from "../vault";
import type { Value } from "../table";
import {
  LazyBag, blockLink, dateInName, dateOf, fileLink, headerLink, inferLink, isBag, isList, localZone, nameFields, readInline,
  readText, titleOf, withoutTime,
} from "../query/dql";
import type { DqlBag, DqlDate, DqlLink, DqlPage, DqlValue, DqlWorld, DqlZone } from "../query/dql";

/** What pages need of a vault: one state of it, which does not change. */
export interface PagesSource {
  /** All notes, in the order of the index. */
  notes(): Iterable<Note>;
  note(path: string): Note | undefined;
  /** The file that a link's target (without subpath) leads to from a note; undefined when it leads nowhere. */
  resolve(target: string, from: string): string | undefined;
  /** Paths of the files that are no notes. */
  attachments(): Iterable<string>;
  /** A file's text; undefined when it cannot be read. */
  read(path: string): Promise<string | undefined>;
  /** Whether the user bookmarked a file. */
  starred?(path: string): boolean;
}

/** The notes of one state of the vault as queries see them. Make a new one when the vault changed: notes are read once all the same. */
export class Pages implements DqlWorld {
  private readonly zone: DqlZone;
  private readonly made = new Map<string, DqlPage>();
  private order: readonly string[] | undefined;
  private tags: Map<string, string[]> | undefined;
  private folders: Map<string, string[]> | undefined;
  private files: Set<string> | undefined;
  private backlinks: Map<string, Set<string>> | undefined;
  private readonly outlinks = new Map<string, readonly DqlLink[]>();

  /** `zone`: IANA name of the zone of dates without one; the machine's by default. */
  constructor(private readonly source: PagesSource, private readonly zoneName = "") {
    this.zone = localZone(zoneName);
  }

  paths(): readonly string[] {
    return this.order ??= [...this.source.notes()].map((note) => note.path);
  }

  page(path: string): DqlPage | undefined {
    const known = this.made.get(path);
    if (known !== undefined) return known;
    const note = this.source.note(path);
    if (note === undefined) return undefined;
    const page = { path, fields: this.fields(note) };
    this.made.set(path, page);
    return page;
  }

  withTag(tag: string): Iterable<string> {
    this.tags ??= this.group((note) => withAllParents(tagsOf(note)).map((t) => t.toLowerCase()));
    return this.tags.get(tag.toLowerCase()) ?? [];
  }

  inFolder(folder: string): Iterable<string> | undefined {
    this.folders ??= this.group((note) => parents(note.path));
    const known = this.folders.get(folder);
    if (known !== undefined) return known;
    if (folder === "") return [];
    for (const path of this.source.attachments()) if (path.startsWith(`${folder}/`)) return [];
    return undefined;
  }

  exists(path: string): boolean {
    if (this.source.note(path) !== undefined) return true;
    this.files ??= new Set(this.source.attachments());
    return this.files.has(path);
  }

  resolve(target: string, from: string): string | undefined {
    return target === "" ? (this.source.note(from) === undefined ? undefined : from) : this.source.resolve(target, from);
  }

  linksTo(pathOrName: string): Iterable<string> {
    if (this.backlinks === undefined) {
      this.backlinks = new Map();
      for (const note of this.source.notes()) {
        for (const link of this.linksOf(note)) {
          const known = this.backlinks.get(link.path);
          if (known === undefined) this.backlinks.set(link.path, new Set([note.path]));
          else known.add(note.path);
        }
      }
    }
    return this.backlinks.get(pathOrName) ?? [];
  }

  linksFrom(path: string): Iterable<string> | undefined {
    const note = this.source.note(path);
    if (note === undefined) return undefined;
    return new Set(this.linksOf(note).map((link) => link.path).filter((p) => this.exists(p)));
  }

  text(path: string): Promise<string | undefined> {
    return this.source.read(path);
  }

  private group(keys: (note: Note) => readonly string[]): Map<string, string[]> {
    const groups = new Map<string, string[]>();
    for (const note of this.source.notes()) {
      for (const key of new Set(keys(note))) {
        const known = groups.get(key);
        if (known === undefined) groups.set(key, [note.path]);
        else known.push(note.path);
      }
    }
    return groups;
  }

  /** A note's links, resolved. */
  private linksOf(note: Note): readonly DqlLink[] {
    let links = this.outlinks.get(note.path);
    if (links === undefined) {
      links = readPage(note, this.zoneName).links.map((link) => this.resolved(link, note.path));
      this.outlinks.set(note.path, links);
    }
    return links;
  }

  private resolved(link: DqlLink, from: string): DqlLink {
    const path = this.resolve(link.path, from);
    return path === undefined || path === link.path ? link : { ...link, path };
  }

  private fields(note: Note): DqlBag {
    const read = readPage(note, this.zoneName);
    const fields = new Map<string, DqlValue>([["file", this.file(note, read)]]);
    for (const [key, value] of read.fields) {
      // No field takes the place of the implicit ones.
      if (key !== "file") fields.set(key, mapLinks(value, (link) => this.resolved(link, note.path)));
    }
    return fields;
  }

  private file(note: Note, read: ReadPage): DqlBag {
    const { path } = note;
    const created = dateOf(note.created, this.zone);
    const modified = dateOf(note.modified, this.zone);
    let items: readonly DqlBag[] | undefined;
    const lists = () => items ??= itemBags(note, read, (link) => this.resolved(link, path));
    const makers: [string, () => DqlValue][] = [
      ["path", () => path],
      ["folder", () => note.folder],
      ["name", () => titleOf(path)],
      ["link", () => fileLink(path)],
      ["outlinks", () => this.linksOf(note)],
      ["inlinks", () => [...this.linksTo(path)].map((from) => fileLink(from))],
      ["etags", () => read.tags],
      ["tags", () => read.fullTags],
      ["aliases", () => [...new Set(note.propertiesWhole ? note.aliases : [])]],
      ["lists", lists],
      ["tasks", () => lists().filter((item) => item.get("task") === true)],
      ["ctime", () => created],
      ["cday", () => withoutTime(created, this.zone)],
      ["mtime", () => modified],
      ["mday", () => withoutTime(modified, this.zone)],
      ["size", () => note.size],
      ["starred", () => this.source.starred?.(path) ?? false],
      ["frontmatter", () => read.frontmatter],
      ["ext", () => path.slice(path.lastIndexOf(".") + 1)],
    ];
    const { day } = read;
    if (day !== undefined) makers.push(["day", () => day]);
    return new LazyBag(new Map(makers));
  }
}

/** What a note says by itself, links as written. */
interface ReadPage {
  readonly zone: string;
  readonly fields: DqlBag;
  readonly frontmatter: DqlBag;
  /** With `#`, each once: those of the text first. */
  readonly tags: readonly string[];
  /** Each tag with all tags above it. */
  readonly fullTags: readonly string[];
  readonly links: readonly DqlLink[];
  readonly day: DqlDate | undefined;
  /** Fields of each list item, in the order of the note's items. */
  readonly itemFields: readonly ReadonlyMap<string, readonly DqlValue[]>[];
}

const pages = new WeakMap<Note, ReadPage>();

function readPage(note: Note, zone: string): ReadPage {
  const known = pages.get(note);
  if (known?.zone === zone) return known;
  const read = readNoteFields(note, zone);
  pages.set(note, read);
  return read;
}

function readNoteFields(note: Note, zoneName: string): ReadPage {
  const zone = localZone(zoneName);
  const fields = new Map<string, DqlValue[]>();
  const add = (key: string, value: DqlValue, to = fields) => {
    const known = to.get(key);
    if (known === undefined) to.set(key, [value]);
    else known.push(value);
  };
  const properties = note.propertiesWhole ? note.properties : new Map<string, Value>();
  for (const [key, value] of properties) if (key !== "position") add(key, fromValue(value, (text) => readText(text, zone)));
  const itemFields = note.items.map((item) => {
    const own = new Map<string, DqlValue[]>();
    for (const field of item.fields) add(field.key, readInline(field.text, zone), own);
    return own;
  });
  // Fields of plain list items are fields of the page too, those of tasks are not.
  note.items.forEach((item, i) => {
    if (item.task !== null) return;
    for (const [key, values] of itemFields[i] ?? []) for (const value of values) add(key, value);
  });
  for (const field of note.fields) add(field.key, readInline(field.text, zone));
  const tags = tagsOf(note);
  return {
    zone: zoneName, fields: nameFields(fields), itemFields, tags,
    frontmatter: new Map([...properties].filter(([key]) => key !== "position").map(([key, value]) => [key, fromValue(value, (text) => text)])),
    fullTags: withAllParents(tags),
    links: inOrder(note.links.filter((link) => note.propertiesWhole || link.from === "body")).map(toLink),
    day: dayOf(fields) ?? dateInName(titleOf(note.path), zone),
  };
}

/** A note's tags with `#`, each once, those of the text first. Reads nothing else of the note: a query by tag asks this of all notes. */
function tagsOf(note: Note): readonly string[] {
  const known = note.tags.filter((tag) => note.propertiesWhole || tag.from === "body");
  return [...new Set([...known.filter((t) => t.from === "body"), ...known.filter((t) => t.from === "property")].map((t) => `#${t.name}`))];
}

/** Each tag with all tags above it, each once. */
function withAllParents(tags: readonly string[]): readonly string[] {
  return [...new Set(tags.flatMap(withParents))];
}

/** `#a/b/c` with `#a/b` and `#a`. */
function withParents(tag: string): string[] {
  const all = [tag];
  for (let slash = tag.lastIndexOf("/"); slash >= 0; slash = tag.lastIndexOf("/", slash - 1)) {
    all.push(tag.slice(0, slash));
    if (slash === 0) break;
  }
  return all;
}

/** The folders a path is in, "" for the vault among them. */
function parents(path: string): string[] {
  const found = [""];
  for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1)) found.push(path.slice(0, slash));
  return found;
}

/** The date of a field named date or day, in any case. */
function dayOf(fields: ReadonlyMap<string, readonly DqlValue[]>): DqlDate | undefined {
  for (const [key, [first]] of fields) {
    if (!/^(?:date|day)$/i.test(key)) continue;
    if (typeof first === "object" && first !== null && "kind" in first && first.kind === "date") return first;
  }
  return undefined;
}

/** A property's value; texts as `text` reads them. */
function fromValue(value: Value, text: (text: string) => DqlValue): DqlValue {
  if (value === null) return null;
  switch (typeof value) {
    case "boolean": case "number": return value;
    case "bigint": return Number(value);
    case "string": return text(value);
  }
  if (Array.isArray(value)) return value.map((v: Value) => fromValue(v, text));
  if (value instanceof Map) return new Map([...(value as ReadonlyMap<string, Value>)].map(([k, v]) => [k, fromValue(v, text)]));
  return null;
}

/** Links in Obsidian's order: properties, links, embeds; without those that leave the vault. */
function inOrder(links: readonly Link[]): readonly Link[] {
  const inside = links.filter((link) => !link.external);
  const body = inside.filter((link) => link.from === "body");
  return [...inside.filter((link) => link.from === "property"), ...body.filter((link) => !link.embed), ...body.filter((link) => link.embed)];
}

function toLink(link: Link): DqlLink {
  const target = link.subpath === undefined ? link.target : `${link.target}#${link.subpath}`;
  // What Obsidian shows for a link without a label.
  const shown = link.label ?? target.split("#").filter((part) => part !== "").join(" > ");
  return inferLink(target, link.from === "body" && link.embed, shown);
}

/** A value with its links replaced; the value itself when it has none. */
function mapLinks(value: DqlValue, to: (link: DqlLink) => DqlLink): DqlValue {
  if (value === null || typeof value !== "object") return value;
  if (isList(value)) return value.some(mayHoldLink) ? value.map((v) => mapLinks(v, to)) : value;
  if (isBag(value)) return new Map([...value].map(([k, v]) => [k, mapLinks(v, to)]));
  return value.kind === "link" ? to(value) : value;
}

function mayHoldLink(value: DqlValue): boolean {
  return typeof value === "object" && value !== null;
}

/** The list items of a note, children within their parents' bags. */
function itemBags(note: Note, read: ReadPage, resolve: (link: DqlLink) => DqlLink): readonly DqlBag[] {
  const children = note.items.map((): DqlBag[] => []);
  const done = completion(note.items);
  const bags = note.items.map((item, i) => itemBag(note, item, i, children[i] ?? [], done[i] ?? false, read, resolve));
  note.items.forEach((item, i) => {
    const bag = bags[i];
    if (item.parent !== null && bag !== undefined) children[item.parent]?.push(bag);
  });
  return bags;
}

/** For each item, whether it and all tasks below it are done. */
function completion(items: readonly ListItem[]): boolean[] {
  const done = items.map((item) => item.task === null || /^x$/i.test(item.task));
  for (let i = items.length - 1; i >= 0; i--) {
    const parent = items[i]?.parent ?? null;
    if (parent !== null && done[i] === false) done[parent] = false;
  }
  return done;
}

/** Names that hold the date a task was made, is due, … in Dataview's order of trust. */
const TASK_DATES: readonly (readonly [string, readonly string[]])[] = [
  ["created", ["created", "ctime", "cday"]], ["due", ["due", "duetime", "dueday"]],
  ["completion", ["completed", "completion", "comptime", "compday"]], ["start", ["start"]], ["scheduled", ["scheduled"]],
];

function itemBag(
  note: Note, item: ListItem, index: number, children: readonly DqlBag[], allDone: boolean, read: ReadPage, resolve: (link: DqlLink) => DqlLink,
): DqlBag {
  const { path } = note;
  const section = item.section === undefined ? fileLink(path) : headerLink(path, item.section);
  const own = read.itemFields[index] ?? new Map<string, readonly DqlValue[]>();
  const bag = new Map<string, DqlValue>([
    ["symbol", item.symbol],
    ["link", item.blockId === undefined ? section : blockLink(path, item.blockId)],
    ["section", section],
    ["text", item.text],
    ["tags", item.tags],
    ["line", item.line],
    ["lineCount", item.lineCount],
    // A list in a quote is part of the quote to Obsidian, and belongs to no list: -1, as in Dataview.
    ["list", item.quoted ? -1 : item.list],
    ["outlinks", inOrder(item.links).map(toLink)],
    ["path", path],
    ["children", children],
    ["task", item.task !== null],
    ["annotated", own.size > 0],
    ["position", position(item)],
    ["subtasks", children],
    ["real", item.task !== null],
    ["header", section],
  ]);
  const parent = item.parent === null ? undefined : note.items[item.parent];
  if (parent !== undefined) bag.set("parent", parent.line);
  if (item.blockId !== undefined) bag.set("blockId", item.blockId);
  for (const [key, values] of own) {
    if (!bag.has(key)) bag.set(key, mapLinks(values.length === 1 ? values[0] ?? null : values, resolve));
  }
  if (item.task === null) return bag;
  const completed = /^x$/i.test(item.task);
  bag.set("status", item.task);
  bag.set("checked", item.task !== "" && item.task !== " ");
  bag.set("completed", completed);
  bag.set("fullyCompleted", completed && allDone);
  for (const [name, keys] of TASK_DATES) {
    const value = keys.map((key) => own.get(key)).find((values) => values !== undefined)?.[0] ?? null;
    if (value !== null && value !== false && value !== 0 && value !== "") bag.set(name, mapLinks(value, resolve));
  }
  return bag;
}

function position(item: ListItem): DqlBag {
  const place = (line: number, offset: number): DqlBag => new Map([["line", line], ["offset", offset]]);
  return new Map([
    ["start", place(item.line, item.span.from)], ["end", place(item.line + item.lineCount - 1, item.span.to)],
  ]);
}
