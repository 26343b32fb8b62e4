/** What the app knows of each note without opening it: headings, links, tags, sections, properties; and where links lead. */
import type * as Published from "obsidian";
import type { SyntaxNode } from "@lezer/common";
import { Events } from "./events.mts";
import { parseLinktext, parseNote, readTask, readWikilink, stripHeading } from "./markdown.mts";
import { normalizePath } from "./platform.mts";
import { parseFrontMatterTags, readProperties } from "./properties.mts";
import type { Public } from "./published.mts";

/** Lines and columns of offsets in a text. */
export class Places {
  private readonly starts: number[] = [0];

  constructor(text: string) {
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.starts.push(at + 1);
  }

  loc(offset: number): Published.Loc {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, col: offset - (this.starts[low] ?? 0), offset };
  }

  pos(from: number, to: number): Published.Pos {
    return { start: this.loc(from), end: this.loc(to) };
  }
}

const sectionTypes: Readonly<Record<string, string>> = {
  Paragraph: "paragraph", FencedCode: "code", CodeBlock: "code", BulletList: "list", OrderedList: "list", Table: "table",
  HorizontalRule: "thematicBreak", HTMLBlock: "html", Frontmatter: "yaml", FootnoteDefinition: "footnoteDefinition",
  CommentBlock: "comment", LinkReference: "definition",
};

function sectionType(node: SyntaxNode, text: string): string {
  if (/Heading/.test(node.name)) return "heading";
  if (node.name === "Blockquote") return /^>\s*\[!/.test(text.slice(node.from, node.to)) ? "callout" : "blockquote";
  return sectionTypes[node.name] ?? "text";
}

/** Reads everything the cache holds of one note. */
export function readMetadata(text: string): Published.CachedMetadata {
  const places = new Places(text);
  const cache: Published.CachedMetadata = {};
  const links: Published.LinkCache[] = [], embeds: Published.EmbedCache[] = [], tags: Published.TagCache[] = [];
  const headings: Published.HeadingCache[] = [], sections: Published.SectionCache[] = [];
  const listItems: Published.ListItemCache[] = [], blocks: Record<string, Published.BlockCache> = {};
  const footnotes: Published.FootnoteCache[] = [], footnoteRefs: Published.FootnoteRefCache[] = [];
  const listStack: number[] = [];

  parseNote(text).iterate({
    enter: (ref) => {
      const { name, from, to } = ref;
      const node = ref.node;
      if (node.parent?.parent === null && node.parent.name === "Document") {
        sections.push({ type: sectionType(node, text), position: places.pos(from, to) });
      }
      const heading = /^(?:ATX|Setext)Heading(\d)$/.exec(name);
      if (heading !== null) {
        const marks = node.getChildren("HeaderMark");
        const first = marks[0];
        const setext = name.startsWith("Setext");
        const start = setext ? from : first?.to ?? from;
        const last = marks[marks.length - 1];
        const end = last !== undefined && last.from > start ? last.from : to;
        headings.push({ heading: text.slice(start, end).trim(), level: Number(heading[1]), position: places.pos(from, to) });
      } else if (name === "Wikilink" || name === "Embed") {
        const original = text.slice(from, to);
        const { link, label } = readWikilink(original.slice(name === "Embed" ? 3 : 2, -2));
        const entry = { link, original, displayText: label ?? link, position: places.pos(from, to) };
        (name === "Embed" ? embeds : links).push(entry);
        return false;
      } else if (name === "Link" || name === "Image") {
        const url = node.getChild("URL");
        const target = url === null ? "" : text.slice(url.from, url.to).replace(/^<|>$/g, "");
        if (target !== "" && !/^[a-z][a-z0-9+.-]*:/i.test(target)) {
          const original = text.slice(from, to);
          const label = /^!?\[([^\]]*)\]/.exec(original)?.[1] ?? "";
          const entry = { link: decodeLink(target), original, displayText: label, position: places.pos(from, to) };
          (name === "Image" ? embeds : links).push(entry);
        }
      } else if (name === "Tag") {
        tags.push({ tag: text.slice(from, to), position: places.pos(from, to) });
      } else if (name === "ListItem") {
        const task = readTask(node, text);
        const start = places.loc(from);
        const parent = listStack[listStack.length - 1];
        const own = ownEnd(node);
        listItems.push({
          position: { start, end: places.loc(own) }, parent: parent ?? -(places.loc(node.parent?.from ?? from).line || 1),
          ...(task === undefined ? {} : { task: task.mark }),
        });
        listStack.push(start.line);
      } else if (name === "FootnoteDefinition") {
        footnotes.push({ id: /^\[\^([^\]]+)\]/.exec(text.slice(from, to))?.[1] ?? "", position: places.pos(from, to) });
      } else if (name === "FootnoteReference") {
        footnoteRefs.push({ id: text.slice(from + 2, to - 1), position: places.pos(from, to) });
      } else if (name === "BlockId") {
        const id = text.slice(from + 1, to).trim();
        const block = node.parent ?? node;
        blocks[id.toLowerCase()] = { id, position: places.pos(block.from, block.to) };
      } else if (name === "Frontmatter") {
        cache.frontmatterPosition = places.pos(from, to);
      }
      return undefined;
    },
    leave: (ref) => { if (ref.name === "ListItem") listStack.pop(); },
  });

  const frontmatter = readProperties(text);
  if (frontmatter !== undefined) {
    cache.frontmatter = frontmatter;
    const found = propertyLinks(frontmatter);
    if (found.length > 0) cache.frontmatterLinks = found;
  }
  if (links.length > 0) cache.links = links;
  if (embeds.length > 0) cache.embeds = embeds;
  if (tags.length > 0) cache.tags = tags;
  if (headings.length > 0) cache.headings = headings;
  if (sections.length > 0) cache.sections = sections;
  if (listItems.length > 0) cache.listItems = listItems;
  if (footnotes.length > 0) cache.footnotes = footnotes;
  if (footnoteRefs.length > 0) cache.footnoteRefs = footnoteRefs;
  if (Object.keys(blocks).length > 0) cache.blocks = blocks;
  return cache;
}

/** Where an item's own text ends: before the lists below it. */
function ownEnd(item: SyntaxNode): number {
  for (let child = item.firstChild; child !== null; child = child.nextSibling) {
    if (child.name === "BulletList" || child.name === "OrderedList") return child.prevSibling?.to ?? child.from;
  }
  return item.to;
}

function decodeLink(link: string): string {
  try { return decodeURIComponent(link); } catch { return link; }
}

function propertyLinks(frontmatter: Published.FrontMatterCache): Published.FrontmatterLinkCache[] {
  const found: Published.FrontmatterLinkCache[] = [];
  const look = (key: string, value: unknown): void => {
    if (Array.isArray(value)) value.forEach((each, at) => look(`${key}.${at}`, each));
    if (typeof value !== "string") return;
    const inner = /^\[\[([^\]]+)\]\]$/.exec(value.trim())?.[1];
    if (inner === undefined) return;
    const { link, label } = readWikilink(inner);
    found.push({ key, link, original: value, ...(label === undefined ? {} : { displayText: label }) });
  };
  for (const [key, value] of Object.entries(frontmatter)) look(key, value);
  return found;
}

/** Tags of text and properties, each with its `#`; null when there are none. */
export function getAllTags(cache: Published.CachedMetadata): string[] | null {
  const own = cache.tags?.map((each) => each.tag) ?? [];
  return [...parseFrontMatterTags(cache.frontmatter) ?? [], ...own];
}

export function iterateRefs(refs: Published.Reference[], callback: (ref: Published.Reference) => boolean | void): boolean {
  return refs.some((ref) => callback(ref) === true);
}

export function iterateCacheRefs(cache: Published.CachedMetadata,
  callback: (ref: Published.ReferenceCache) => boolean | void): boolean {
  return [...cache.links ?? [], ...cache.embeds ?? []].some((ref) => callback(ref) === true);
}

/** The heading, block or footnote that `#part` names; null when the note has none. */
export function resolveSubpath(cache: Published.CachedMetadata, subpath: string):
  Published.HeadingSubpathResult | Published.BlockSubpathResult | Published.FootnoteSubpathResult | null {
  const parts = subpath.split("#").filter((each) => each !== "");
  const last = parts[parts.length - 1];
  if (last === undefined) return null;
  if (last.startsWith("^")) {
    const block = cache.blocks?.[last.slice(1).toLowerCase()];
    return block === undefined ? null : { type: "block", block, start: block.position.start, end: block.position.end };
  }
  const headings = cache.headings ?? [];
  const wanted = stripHeading(last).toLowerCase();
  const at = headings.findIndex((each) => stripHeading(each.heading).toLowerCase() === wanted);
  const current = headings[at];
  if (current === undefined) return null;
  const next = headings.slice(at + 1).find((each) => each.level <= current.level);
  const result = { type: "heading" as const, current, start: current.position.start, end: next?.position.start ?? null };
  return { ...result, next: next as Published.HeadingCache };
}

/** The cache of every note, kept up with the vault. */
export class MetadataCache extends Events implements Public<Published.MetadataCache> {
  resolvedLinks: Record<string, Record<string, number>> = {};
  unresolvedLinks: Record<string, Record<string, number>> = {};
  private readonly caches = new Map<string, Published.CachedMetadata>();
  private readonly byName = new Map<string, Published.TFile[]>();
  private resolving: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly vault: Published.Vault) {
    super();
  }

  /** Reads all notes, then follows the vault's events. */
  async start(): Promise<void> {
    for (const file of this.vault.getFiles()) this.name(file);
    for (const file of this.vault.getMarkdownFiles()) this.caches.set(file.path, readMetadata(await this.vault.cachedRead(file)));
    for (const file of this.vault.getMarkdownFiles()) this.resolve(file);
    const look = (file: Published.TAbstractFile): void => { if ("extension" in file) void this.update(file as Published.TFile); };
    this.vault.on("create", (file) => { this.names(); look(file); });
    this.vault.on("modify", look);
    this.vault.on("delete", (file) => {
      this.names();
      const before = this.caches.get(file.path) ?? null;
      if (!this.caches.delete(file.path)) return;
      delete this.resolvedLinks[file.path];
      delete this.unresolvedLinks[file.path];
      this.trigger("deleted", file, before);
      this.soon();
    });
    this.vault.on("rename", (file, old) => {
      this.names();
      const cache = this.caches.get(old);
      this.caches.delete(old);
      delete this.resolvedLinks[old];
      delete this.unresolvedLinks[old];
      if (cache !== undefined) this.caches.set(file.path, cache);
      this.soon();
    });
    this.trigger("resolved");
  }

  getCache(path: string): Published.CachedMetadata | null { return this.caches.get(path) ?? null; }

  getFileCache(file: Published.TFile): Published.CachedMetadata | null { return this.getCache(file.path); }

  getFirstLinkpathDest(linkpath: string, sourcePath: string): Published.TFile | null {
    if (linkpath === "") return this.vault.getFileByPath(sourcePath);
    const folder = sourcePath.includes("/") ? sourcePath.slice(0, sourcePath.lastIndexOf("/")) : "";
    const relative = /^\.\.?\//.test(linkpath) ? climb(folder, linkpath) : undefined;
    const wanted = (relative ?? normalizePath(linkpath)).toLowerCase();
    const name = wanted.slice(wanted.lastIndexOf("/") + 1);
    const candidates = [...this.byName.get(`${name}.md`) ?? [], ...this.byName.get(name) ?? []];
    const whole = candidates.filter((file) => {
      const path = file.path.toLowerCase();
      return [wanted, `${wanted}.md`].some((each) => path === each || (relative === undefined && path.endsWith(`/${each}`)));
    });
    const distance = (file: Published.TFile): number => {
      const path = file.path.toLowerCase();
      if (path === wanted || path === `${wanted}.md`) return -2;
      return (file.parent?.path ?? "") === (folder === "" ? "/" : folder) ? -1 : file.path.length;
    };
    return whole.sort((a, b) => distance(a) - distance(b))[0] ?? null;
  }

  fileToLinktext(file: Published.TFile, sourcePath: string, omitMdExtension = true): string {
    const strip = (path: string): string => omitMdExtension && file.extension === "md" ? path.slice(0, -3) : path;
    return this.getFirstLinkpathDest(strip(file.name), sourcePath) === file ? strip(file.name) : strip(file.path);
  }

  private async update(file: Published.TFile): Promise<void> {
    if (file.extension !== "md") return;
    const text = await this.vault.cachedRead(file);
    const cache = readMetadata(text);
    this.caches.set(file.path, cache);
    this.resolve(file);
    this.trigger("changed", file, text, cache);
    this.trigger("resolve", file);
    this.soon();
  }

  private resolve(file: Published.TFile): void {
    const found: Record<string, number> = {};
    const missing: Record<string, number> = {};
    const cache = this.caches.get(file.path);
    for (const ref of [...cache?.links ?? [], ...cache?.embeds ?? [], ...cache?.frontmatterLinks ?? []]) {
      const path = parseLinktext(ref.link).path;
      const target = this.getFirstLinkpathDest(path, file.path);
      if (target === null) missing[path] = (missing[path] ?? 0) + 1;
      else found[target.path] = (found[target.path] ?? 0) + 1;
    }
    this.resolvedLinks[file.path] = found;
    this.unresolvedLinks[file.path] = missing;
  }

  /** All links again, once the burst of changes is over: a new note can be what others linked to. */
  private soon(): void {
    clearTimeout(this.resolving);
    this.resolving = setTimeout(() => {
      for (const file of this.vault.getMarkdownFiles()) this.resolve(file);
      this.trigger("resolved");
    }, 50);
  }

  private names(): void {
    this.byName.clear();
    for (const file of this.vault.getFiles()) this.name(file);
  }

  private name(file: Published.TFile): void {
    const key = file.name.toLowerCase();
    const list = this.byName.get(key);
    if (list === undefined) this.byName.set(key, [file]);
    else list.push(file);
  }
}

function climb(folder: string, link: string): string {
  const parts = folder === "" ? [] : folder.split("/");
  for (const part of link.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}
