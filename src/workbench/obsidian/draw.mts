/** From the tree of a note to elements, block by block, as the reading view shows them. */
import type * as Published from "obsidian";
import type { SyntaxNode } from "@lezer/common";
import { decodeEntity, isAllowedTag, sanitizeHTMLToDom, setSafeAttribute } from "./html.mts";
import { setIcon } from "./icons.mts";
import { childrenOf, childOf, parseLinktext, parseNote, readFence, readTask, readWikilink } from "./markdown.mts";
import { Places } from "./metadata.mts";

/** One block of the note's top level, drawn. Lines count from 0, the last one included. */
export interface Section {
  readonly el: HTMLElement;
  readonly source: string;
  readonly lineStart: number;
  readonly lineEnd: number;
}

/** What drawing needs to know of the surroundings. */
export interface Surroundings {
  readonly app: Published.App;
  readonly sourcePath: string;
  /** Draws what an embed shows; called once the embed's element stands. */
  readonly embed: (el: HTMLElement, link: string) => void;
}

const deepest = 60;

const calloutIcons: Readonly<Record<string, string>> = {
  abstract: "clipboard-list", summary: "clipboard-list", tldr: "clipboard-list", info: "info", todo: "check-circle", tip: "flame",
  hint: "flame", important: "flame", success: "check", check: "check", done: "check", question: "help-circle", help: "help-circle",
  faq: "help-circle", warning: "alert-triangle", caution: "alert-triangle", attention: "alert-triangle", failure: "x", fail: "x",
  missing: "x", danger: "zap", error: "zap", bug: "bug", example: "list", quote: "quote", cite: "quote",
};

const blockClasses: Readonly<Record<string, string>> = {
  Paragraph: "el-p", BulletList: "el-ul", OrderedList: "el-ol", FencedCode: "el-pre", CodeBlock: "el-pre", Table: "el-table",
  Blockquote: "el-blockquote", HorizontalRule: "el-hr", HTMLBlock: "el-html",
};

/** Draws every block of the text, in order. Properties and comments draw nothing. */
export function drawSections(text: string, around: Surroundings): Section[] {
  const tree = parseNote(text);
  const drawing = new Drawing(text, around);
  drawing.collect(tree.topNode);
  const places = new Places(text);
  const sections: Section[] = [];
  for (const node of childrenOf(tree.topNode)) {
    if (["Frontmatter", "CommentBlock", "LinkReference", "FootnoteDefinition"].includes(node.name)) continue;
    const heading = /Heading(\d)$/.exec(node.name);
    const el = createDiv({ cls: heading === null ? blockClasses[node.name] ?? "el-p" : `el-h${heading[1] ?? ""}` });
    drawing.block(node, el, 0);
    const source = text.slice(node.from, node.to);
    sections.push({ el, source, lineStart: places.loc(node.from).line, lineEnd: places.loc(node.to).line });
  }
  const notes = drawing.footnotes();
  if (notes !== undefined) {
    const last = places.loc(text.length).line;
    sections.push({ el: notes, source: notes.textContent ?? "", lineStart: last, lineEnd: last });
  }
  return sections;
}

class Drawing {
  private readonly references = new Map<string, string>();
  private readonly notes = new Map<string, SyntaxNode>();
  private readonly noteOrder: string[] = [];

  constructor(private readonly text: string, private readonly around: Surroundings) {}

  collect(top: SyntaxNode): void {
    for (const node of childrenOf(top)) {
      if (node.name === "LinkReference") {
        const label = childOf(node, "LinkLabel");
        const url = childOf(node, "URL");
        if (label !== null && url !== null) this.references.set(this.slice(label).toLowerCase(), this.slice(url));
      } else if (node.name === "FootnoteDefinition") {
        const id = /^\[\^([^\]]+)\]/.exec(this.slice(node))?.[1];
        if (id !== undefined) this.notes.set(id, node);
      }
    }
  }

  footnotes(): HTMLElement | undefined {
    if (this.noteOrder.length === 0) return undefined;
    const el = createEl("section", { cls: "footnotes" });
    el.createEl("hr");
    const list = el.createEl("ol");
    for (const id of this.noteOrder) {
      const node = this.notes.get(id);
      const item = list.createEl("li", { attr: { id: `fn-${id}`, "data-footnote-id": `fn-${id}` } });
      if (node !== undefined) this.inline(node, item, childOf(node, "FootnoteLabel")?.to ?? node.from, node.to);
      item.createEl("a", { cls: "footnote-backref footnote-link", text: "↩", attr: { href: `#fnref-${id}` } });
    }
    return el;
  }

  block(node: SyntaxNode, into: HTMLElement, depth: number): void {
    if (depth > deepest) {
      into.createEl("p", { text: this.slice(node) });
      return;
    }
    const heading = /^(ATX|Setext)Heading(\d)$/.exec(node.name);
    if (heading !== null) return this.heading(node, into, Number(heading[2]));
    switch (node.name) {
      case "Paragraph": case "Task": this.inline(node, into.createEl("p", { attr: { dir: "auto" } })); return;
      case "BulletList": case "OrderedList": this.list(node, into, depth); return;
      case "Blockquote": this.quote(node, into, depth); return;
      case "FencedCode": case "CodeBlock": this.code(node, into); return;
      case "HorizontalRule": into.createEl("hr"); return;
      case "Table": this.table(node, into); return;
      case "HTMLBlock": into.append(sanitizeHTMLToDom(this.slice(node))); return;
      case "CommentBlock": case "ProcessingInstructionBlock": case "LinkReference": case "QuoteMark": case "ListMark": return;
      default:
        if (node.firstChild === null) into.append(this.slice(node));
        else for (const child of childrenOf(node)) this.block(child, into, depth + 1);
    }
  }

  private slice(node: { readonly from: number; readonly to: number }): string {
    return this.text.slice(node.from, node.to);
  }

  private heading(node: SyntaxNode, into: HTMLElement, level: number): void {
    const el = into.createEl(`h${level}` as "h1", { attr: { dir: "auto" } });
    this.inline(node, el);
    const text = (el.textContent ?? "").trim();
    el.setAttribute("data-heading", text);
    el.setAttribute("id", text);
  }

  private list(node: SyntaxNode, into: HTMLElement, depth: number): void {
    const ordered = node.name === "OrderedList";
    const list = into.createEl(ordered ? "ol" : "ul");
    const items = node.getChildren("ListItem");
    const first = items[0];
    if (ordered && first !== undefined) {
      const start = parseInt(this.slice(childOf(first, "ListMark") ?? first), 10);
      if (start !== 1 && !Number.isNaN(start)) list.setAttribute("start", String(start));
    }
    const loose = items.some((item) => item.nextSibling !== null && /\n[ \t>]*\n/.test(this.text.slice(item.to, item.nextSibling.from))
      || item.getChildren("Paragraph").length > 1);
    for (const item of items) this.item(item, list, loose, depth);
  }

  private item(item: SyntaxNode, list: HTMLElement, loose: boolean, depth: number): void {
    const el = list.createEl("li", { attr: { dir: "auto" } });
    const task = readTask(item, this.text);
    if (task !== undefined) {
      list.addClass("contains-task-list");
      el.addClass("task-list-item");
      el.toggleClass("is-checked", task.mark !== " ");
      el.setAttribute("data-task", task.mark === " " ? "" : task.mark);
      const box = el.createEl("input", { cls: "task-list-item-checkbox", type: "checkbox", attr: { "data-offset": task.at } });
      box.checked = task.mark !== " ";
    }
    let first = true;
    for (const child of childrenOf(item)) {
      if (child.name === "ListMark" || child.name === "QuoteMark") continue;
      if (child.name === "Paragraph" || child.name === "Task") {
        const target = loose && task === undefined ? el.createEl("p") : el;
        this.inline(child, target, first && task !== undefined ? task.end + 1 : child.from, child.to);
      } else this.block(child, el, depth + 1);
      first = false;
    }
  }

  private quote(node: SyntaxNode, into: HTMLElement, depth: number): void {
    const head = /^>[ \t]*\[!([^\]|]+)(?:\|[^\]]*)?\]([+-]?)[ \t]*/.exec(this.slice(node));
    const paragraph = childOf(node, "Paragraph");
    if (head?.[1] === undefined || paragraph === null) {
      const el = into.createEl("blockquote", { attr: { dir: "auto" } });
      for (const child of childrenOf(node)) this.block(child, el, depth + 1);
      return;
    }
    const type = head[1].trim().toLowerCase();
    const fold = head[2] ?? "";
    const el = into.createDiv({ cls: "callout", attr: { "data-callout": type, "data-callout-fold": fold } });
    const titleEl = el.createDiv({ cls: "callout-title", attr: { dir: "auto" } });
    setIcon(titleEl.createDiv({ cls: "callout-icon" }), calloutIcons[type] ?? "pencil");
    const title = titleEl.createDiv({ cls: "callout-title-inner" });
    const lineEnd = this.text.indexOf("\n", node.from);
    const titleTo = lineEnd < 0 || lineEnd > node.to ? node.to : lineEnd;
    const titleFrom = node.from + head[0].length;
    if (this.text.slice(titleFrom, titleTo).trim() === "") title.setText(type.charAt(0).toUpperCase() + type.slice(1));
    else this.inline(paragraph, title, titleFrom, Math.min(titleTo, paragraph.to));
    if (titleTo >= node.to) return;
    const content = el.createDiv({ cls: "callout-content" });
    if (fold !== "") {
      const arrow = titleEl.createDiv({ cls: "callout-fold" });
      setIcon(arrow, "chevron-down");
      const set = (folded: boolean): void => {
        el.toggleClass("is-collapsed", folded);
        content.toggle(!folded);
      };
      el.addClass("is-collapsible");
      set(fold === "-");
      titleEl.addEventListener("click", () => set(!el.hasClass("is-collapsed")));
    }
    for (const child of childrenOf(node)) {
      if (child.to <= titleTo) continue;
      if (child.from <= titleTo) this.inline(child, content.createEl("p"), titleTo + 1, child.to);
      else this.block(child, content, depth + 1);
    }
  }

  private code(node: SyntaxNode, into: HTMLElement): void {
    const { language, body } = readFence(node, this.text);
    const pre = into.createEl("pre", language === "" ? {} : { cls: `language-${language}` });
    pre.createEl("code", { text: body === "" ? "" : `${body}\n`, ...(language === "" ? {} : { cls: `language-${language}` }) });
    const copy = pre.createEl("button", { cls: "copy-code-button", attr: { "aria-label": "Copy" } });
    setIcon(copy, "copy");
    copy.addEventListener("click", () => { void navigator.clipboard.writeText(body); });
  }

  private table(node: SyntaxNode, into: HTMLElement): void {
    const delimiter = childOf(node, "TableDelimiter");
    const aligns = delimiter === null ? [] : this.slice(delimiter).replace(/^\s*\||\|\s*$/g, "").split("|").map((each) => {
      const cell = each.trim();
      if (cell.endsWith(":")) return cell.startsWith(":") ? "center" : "right";
      return cell.startsWith(":") ? "left" : "";
    });
    const table = into.createEl("table");
    const row = (source: SyntaxNode, section: HTMLElement, tag: "th" | "td"): void => {
      const tr = section.createEl("tr");
      const cells = cellsOf(source);
      for (let at = 0; at < Math.max(cells.length, aligns.length); at++) {
        const align = aligns[at] ?? "";
        const td = tr.createEl(tag, align === "" ? {} : { attr: { align } });
        const cell = cells[at];
        if (cell !== null && cell !== undefined) this.inline(cell, td);
      }
    };
    const header = childOf(node, "TableHeader");
    if (header !== null) row(header, table.createEl("thead"), "th");
    const body = table.createEl("tbody");
    for (const each of node.getChildren("TableRow")) row(each, body, "td");
  }

  /** Draws the inside of a leaf block or of an inline node, within `from`…`to`. */
  private inline(node: SyntaxNode, into: HTMLElement, from = node.from, to = node.to, depth = 0): void {
    const open: { tag: string; el: HTMLElement }[] = [];
    const here = (): HTMLElement => open[open.length - 1]?.el ?? into;
    let at = from;
    let fresh = true;
    const plain = (end: number): void => {
      if (end <= at) return;
      let text = this.text.slice(at, end);
      if (fresh) text = text.replace(/^[ \t]+/, "");
      this.words(text, here());
      fresh = false;
      at = end;
    };
    for (const child of childrenOf(node)) {
      if (child.to <= from && child.to !== child.from) continue;
      if (child.from >= to) break;
      if (child.from < at) { at = Math.max(at, child.to); continue; }
      plain(child.from);
      at = child.to;
      if (child.name === "QuoteMark" || child.name === "HeaderMark" || child.name === "TaskMarker") {
        while (this.text[at] === " ") at++;
        fresh = child.name !== "QuoteMark" || fresh;
        continue;
      }
      fresh = false;
      if (child.name === "HTMLTag") this.htmlTag(this.slice(child), open, here());
      else if (depth > deepest) here().append(this.slice(child));
      else this.span(child, here(), depth + 1);
    }
    if (at < to) {
      let text = this.text.slice(at, to);
      if (fresh) text = text.replace(/^[ \t]+/, "");
      this.words(text.replace(/[ \t]+$/, ""), here());
    }
  }

  /** Plain text; the app shows a line's end as one. */
  private words(text: string, into: HTMLElement): void {
    text.split("\n").forEach((line, at) => {
      if (at > 0) {
        into.createEl("br");
        into.append("\n");
      }
      const clean = at > 0 ? line.replace(/^[ \t]+/, "") : line;
      if (clean !== "") into.append(clean);
    });
  }

  private htmlTag(source: string, open: { tag: string; el: HTMLElement }[], into: HTMLElement): void {
    const found = /^<(\/?)([A-Za-z][A-Za-z0-9-]*)/.exec(source);
    const tag = found?.[2]?.toLowerCase();
    if (tag === undefined || !isAllowedTag(tag)) return;
    if (found?.[1] === "/") {
      for (let at = open.length - 1; at >= 0; at--) {
        if (open[at]?.tag !== tag) continue;
        open.length = at;
        return;
      }
      return;
    }
    const el = into.createEl(tag as "span");
    const attribute = /([A-Za-z_:][\w:.-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g;
    attribute.lastIndex = found?.[0].length ?? 0;
    for (let each = attribute.exec(source); each !== null; each = attribute.exec(source)) {
      setSafeAttribute(el, each[1] ?? "", each[2] ?? each[3] ?? each[4] ?? "");
    }
    if (!/^(br|hr|img|wbr|col)$/.test(tag) && !source.endsWith("/>")) open.push({ tag, el });
  }

  private span(node: SyntaxNode, into: HTMLElement, depth: number): void {
    switch (node.name) {
      case "Emphasis": this.inline(node, into.createEl("em"), node.from, node.to, depth); return;
      case "StrongEmphasis": this.inline(node, into.createEl("strong"), node.from, node.to, depth); return;
      case "Strikethrough": this.inline(node, into.createEl("del"), node.from, node.to, depth); return;
      case "Highlight": this.inline(node, into.createEl("mark"), node.from, node.to, depth); return;
      case "InlineCode": {
        const marks = node.getChildren("CodeMark");
        const inner = this.text.slice(marks[0]?.to ?? node.from, marks[marks.length - 1]?.from ?? node.to).replace(/\n/g, " ");
        into.createEl("code", { text: /^ .* $/.test(inner) && inner.trim() !== "" ? inner.slice(1, -1) : inner });
        return;
      }
      case "Escape": into.append(this.text.slice(node.from + 1, node.to)); return;
      case "Entity": into.append(decodeEntity(this.slice(node))); return;
      case "HardBreak": into.createEl("br"); return;
      case "Wikilink": this.wikilink(node, into); return;
      case "Embed": this.embed(node, into); return;
      case "Tag": into.createEl("a", { cls: "tag", text: this.slice(node), href: this.slice(node), attr: { target: "_blank", rel: "noopener" } }); return;
      case "Link": case "Image": this.link(node, into, depth); return;
      case "URL": case "Autolink": {
        const address = this.slice(node).replace(/^<|>$/g, "");
        externalLink(into, /^[\w.+-]+@/.test(address) ? `mailto:${address}` : /^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `https://${address}`)
          .setText(address);
        return;
      }
      case "FootnoteReference": this.footnote(this.slice(node).slice(2, -1), into); return;
      case "NoteComment": case "Comment": case "ProcessingInstruction": case "BlockId": case "EmphasisMark": case "HighlightMark":
      case "StrikethroughMark": case "LinkMark": case "CodeMark": case "FootnoteLabel": return;
      default:
        if (node.firstChild === null) into.append(this.slice(node));
        else this.inline(node, into, node.from, node.to, depth);
    }
  }

  private footnote(id: string, into: HTMLElement): void {
    if (!this.noteOrder.includes(id)) this.noteOrder.push(id);
    const sup = into.createEl("sup", { cls: "footnote-ref", attr: { id: `fnref-${id}`, "data-footnote-id": `fnref-${id}` } });
    sup.createEl("a", { cls: "footnote-link", text: `[${this.noteOrder.indexOf(id) + 1}]`, href: `#fn-${id}` });
  }

  private wikilink(node: SyntaxNode, into: HTMLElement): void {
    const { link, label } = readWikilink(this.text.slice(node.from + 2, node.to - 2));
    const text = label ?? link.replace(/^#/, "").split("#").join(" > ");
    internalLink(this.around, into, link).setText(text);
  }

  private embed(node: SyntaxNode, into: HTMLElement): void {
    const { link, label } = readWikilink(this.text.slice(node.from + 3, node.to - 2));
    const el = into.createSpan({ cls: "internal-embed", attr: { src: link, alt: label ?? link } });
    if (label !== undefined && /^\d+(x\d+)?$/.test(label)) el.setAttribute("width", label.split("x")[0] ?? "");
    this.around.embed(el, link);
  }

  private link(node: SyntaxNode, into: HTMLElement, depth: number): void {
    const marks = node.getChildren("LinkMark");
    const url = childOf(node, "URL");
    const label = childOf(node, "LinkLabel");
    const from = marks[0]?.to ?? node.from;
    const to = marks[1]?.from ?? node.to;
    const key = label === null || this.slice(label) === "[]" ? `[${this.text.slice(from, to)}]` : this.slice(label);
    const address = url === null ? this.references.get(key.toLowerCase()) : this.slice(url).replace(/^<|>$/g, "");
    if (address === undefined) {
      into.append(this.text.slice(node.from, from));
      this.inline(node, into, from, to, depth);
      into.append(this.text.slice(to, node.to));
      return;
    }
    const outside = /^[a-z][a-z0-9+.-]*:/i.test(address);
    if (node.name === "Image") {
      const el = into.createSpan({ cls: "internal-embed", attr: { src: address, alt: this.text.slice(from, to) } });
      if (!outside) this.around.embed(el, safelyDecoded(address));
      else if (/^data:image\//i.test(address)) el.createEl("img", { attr: { src: address, alt: this.text.slice(from, to) } });
      // The workbench loads nothing from elsewhere: a far picture is shown as the link it is.
      else externalLink(el, address).setText(this.text.slice(from, to) || address);
      return;
    }
    const title = childOf(node, "LinkTitle");
    const el = outside ? externalLink(into, address) : internalLink(this.around, into, safelyDecoded(address));
    if (title !== null) el.setAttribute("title", this.slice(title).slice(1, -1));
    this.inline(node, el, from, to, depth);
  }
}

function safelyDecoded(address: string): string {
  try { return decodeURIComponent(address); } catch { return address; }
}

/** Cells of a table's row; null where there is nothing between two bars. */
function cellsOf(row: SyntaxNode): (SyntaxNode | null)[] {
  const cells: (SyntaxNode | null)[] = [];
  let current: SyntaxNode | null | undefined;
  for (const child of childrenOf(row)) {
    if (child.name === "TableCell") current = child;
    else if (child.name === "TableDelimiter") {
      if (current !== undefined || child.from > row.from) cells.push(current ?? null);
      current = null;
    }
  }
  if (current !== null && current !== undefined) cells.push(current);
  return cells;
}

const harmless = /^(https?|mailto|obsidian|tel):/i;

/** A link out of the vault; an address that could run code leads nowhere. */
export function externalLink(into: HTMLElement, address: string): HTMLAnchorElement {
  return into.createEl("a", {
    cls: "external-link", href: harmless.test(address) ? address : "#", attr: { rel: "noopener nofollow", target: "_blank" },
  });
}

/** A link to a note of the vault. */
export function internalLink(around: Pick<Surroundings, "app" | "sourcePath">, into: HTMLElement, link: string): HTMLAnchorElement {
  const el = into.createEl("a", { cls: "internal-link", href: link, attr: { "data-href": link, target: "_blank", rel: "noopener" } });
  if (around.app.metadataCache.getFirstLinkpathDest(parseLinktext(link).path, around.sourcePath) === null) el.addClass("is-unresolved");
  return el;
}
