/**
 * Technique ids in notes as links to the techniques' notes: in reading view and in live preview; links to ATT&CK's
 * pages too.
 */
import { syntaxTree } from "@codemirror/language";
import { type Extension, RangeSetBuilder } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { editorInfoField, editorLivePreviewField, type HoverParent, type Plugin } from "obsidian";
import { findTechniqueIds, readTechniqueId, type TechniqueId } from "../attack";
import { hoverTechnique, openTechnique } from "./id-cards";
import type { Notebook } from "./notebook";

/** Where an id is no link: it is one already, it is code, or it is drawn by us. */
const LEFT_ALONE = "a, code, pre, button, textarea, svg, .tag, .math, .frontmatter, .metadata-container, "
  + ".purplebook, .purplebook-block, .purplebook-strip";

export function registerIdLinks(plugin: Plugin, book: () => Notebook): void {
  plugin.registerMarkdownPostProcessor((el, ctx) => {
    if (!book().settings.idLinks) return;
    linkIds(book(), el, ctx.sourcePath);
    for (const anchor of el.findAll("a.external-link, a[href^='https://attack.mitre.org/']")) {
      leadHome(book(), anchor, ctx.sourcePath);
    }
  }, 50);
  plugin.registerEditorExtension(idsInEditor(book));
}

/** Turns every id in the texts below `el` into a link. */
function linkIds(book: Notebook, el: HTMLElement, from: string): void {
  const texts: Text[] = [];
  const walk = el.doc.createTreeWalker(el, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    if (/T\d{4}/i.test(node.nodeValue ?? "") && node.parentElement?.closest(LEFT_ALONE) === null) {
      texts.push(node as Text);
    }
  }
  for (const node of texts) {
    const text = node.nodeValue ?? "";
    const found = findTechniqueIds(text);
    if (found.length === 0) continue;
    const parts = createFragment();
    let at = 0;
    for (const { id, span } of found) {
      parts.append(text.slice(at, span.from));
      parts.append(idLink(book, id, text.slice(span.from, span.to), from));
      at = span.to;
    }
    parts.append(text.slice(at));
    node.replaceWith(parts);
  }
}

function idLink(book: Notebook, id: TechniqueId, text: string, from: string): HTMLElement {
  const anchor = createEl("a", { cls: "purplebook-id", text, href: id, attr: { "data-technique": id } });
  wire(book, anchor, id, from, true);
  lookAsKnown(book, (known) => { anchor.toggleClass("is-unresolved", !known); }, anchor, id);
  return anchor;
}

/** A link to a technique's page on attack.mitre.org opens the vault's note of it, where there is one. */
function leadHome(book: Notebook, anchor: HTMLElement, from: string): void {
  const href = anchor.getAttribute("href") ?? "";
  const id = /^https?:\/\/attack\.mitre\.org\/(?:versions\/[^/]+\/)?techniques\//i.test(href)
    ? readTechniqueId(href)
    : null;
  if (id === null || anchor.hasAttribute("data-technique")) return;
  anchor.setAttribute("data-technique", id);
  wire(book, anchor, id, from, false);
  lookAsKnown(book, (known) => { anchor.toggleClass("purplebook-home", known); }, anchor, id);
}

/**
 * Looks of a link by whether its technique has a note: told once the vault is read, and again when the pointer comes.
 */
function lookAsKnown(book: Notebook, look: (known: boolean) => void, anchor: HTMLElement, id: TechniqueId): void {
  const now = (): void => { look(book.index.techniqueNote(id) !== undefined); };
  if (book.workspace.progress === undefined) now();
  else void book.whenRead().then(now);
  anchor.addEventListener("mouseenter", now);
}

/** `own`: the link has nowhere else to lead. */
function wire(book: Notebook, anchor: HTMLElement, id: TechniqueId, from: string, own: boolean): void {
  const parent: HoverParent = { hoverPopover: null };
  const follow = (event: MouseEvent): void => {
    if (event.type === "auxclick" && event.button !== 1) return;
    if (!openTechnique(book, id, from, event) && !own) return;
    event.preventDefault();
    event.stopPropagation();
  };
  anchor.addEventListener("click", follow);
  anchor.addEventListener("auxclick", follow);
  anchor.addEventListener("mouseover", (event) => {
    if (event.relatedTarget instanceof Node && anchor.contains(event.relatedTarget)) return;
    hoverTechnique(book, parent, anchor, id, event, from);
  });
}

// ---- live preview ---------------------------------------------------------------------------------------------------

/** Names of syntax nodes, the app's and plain Markdown's, in which an id stays text. */
const NO_LINK = /code|link|url|frontmatter|hashtag|^Tag$|embed|image|comment|math|html/i;

/** A node of the syntax tree, as far as it is looked at. */
interface SyntaxPlace {
  readonly name: string;
  readonly parent: SyntaxPlace | null;
}

function idsInEditor(book: () => Notebook): Extension {
  const parent: HoverParent = { hoverPopover: null };
  const marks = (view: EditorView): DecorationSet => {
    const builder = new RangeSetBuilder<Decoration>();
    if (!book().settings.idLinks || !view.state.field(editorLivePreviewField, false)) return builder.finish();
    const tree = syntaxTree(view.state);
    for (const range of view.visibleRanges) {
      for (const { id, span } of findTechniqueIds(view.state.sliceDoc(range.from, range.to))) {
        const [from, to] = [range.from + span.from, range.from + span.to];
        let plain = true;
        let node: SyntaxPlace | null = tree.resolveInner(from, 1);
        for (; node && plain; node = node.parent) plain = !NO_LINK.test(node.name);
        if (!plain || view.state.sliceDoc(Math.max(0, from - 1), from) === "#") continue;
        const known = book().index.techniqueNote(id) !== undefined;
        const cls = `purplebook-id${known ? "" : " is-unresolved"}`;
        builder.add(from, to, Decoration.mark({ class: cls, attributes: { "data-technique": id } }));
      }
    }
    return builder.finish();
  };
  const idAt = (event: MouseEvent): { readonly el: HTMLElement; readonly id: TechniqueId } | undefined => {
    const el = event.target instanceof HTMLElement
      ? event.target.closest<HTMLElement>(".cm-line .purplebook-id")
      : null;
    const id = readTechniqueId(el?.getAttribute("data-technique") ?? "");
    return el && id ? { el, id } : undefined;
  };
  const pathOf = (view: EditorView): string => view.state.field(editorInfoField, false)?.file?.path ?? "";
  return [
    ViewPlugin.fromClass(class {
      decorations: DecorationSet;

      constructor(view: EditorView) {
        this.decorations = marks(view);
      }

      update(update: ViewUpdate): void {
        if (update.view.composing) this.decorations = this.decorations.map(update.changes);
        else if (update.docChanged || update.viewportChanged || update.transactions.some((each) => each.reconfigured)
          || syntaxTree(update.startState) !== syntaxTree(update.state)) this.decorations = marks(update.view);
      }
    }, { decorations: (plugin) => plugin.decorations }),
    EditorView.domEventHandlers({
      mouseover: (event, view) => {
        const found = idAt(event);
        if (found) hoverTechnique(book(), parent, found.el, found.id, event, pathOf(view));
      },
      click: (event, view) => {
        const found = idAt(event);
        // A click beside a selection is for the selection.
        if (!found || !view.state.selection.main.empty) return false;
        return openTechnique(book(), found.id, pathOf(view), event);
      },
    }),
  ];
}
