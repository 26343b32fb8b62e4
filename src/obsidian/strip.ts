/**
 * The strip below the title of a technique's note, in reading view and in live preview, and the bundled rules of the
 * technique.
 */
import { type EditorState, type Extension, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, WidgetType } from "@codemirror/view";
import {
  editorInfoField, editorLivePreviewField, getFrontMatterInfo, type MarkdownPostProcessorContext, type Plugin,
} from "obsidian";
import type { TechniqueId } from "../attack";
import { packedRulesFor, type Drawing } from "../core";
import {
  mountBundledRules, mountStrip, type BundledRulesProps, type Mounted, type RenderLink, type StripModel,
} from "../ui";
import { bundledModels, bundledTokens, insertBundled } from "./bundled-rules";
import { stripModel } from "./coverage-model";
import { openBundledInLab } from "./lab-view";
import { appLinks } from "./links";
import { LivePanel, type PanelContent } from "./live-panel";
import type { Notebook } from "./notebook";
import { lookOf } from "./panels-drawn";

/** By this the memory of panels knows the strip of a note. */
const SOURCE = "strip";

export function registerStrip(plugin: Plugin, book: () => Notebook): void {
  plugin.registerMarkdownPostProcessor((el, ctx) => {
    if (isFirstSection(el, ctx)) placeStrip(book(), el, ctx);
  }, 200);
  plugin.registerEditorExtension(stripInEditor(book));
}

/** Whether a section is the first below the properties. */
function isFirstSection(el: HTMLElement, ctx: MarkdownPostProcessorContext): boolean {
  const info = ctx.getSectionInfo(el);
  if (!info) return false;
  const start = getFrontMatterInfo(info.text).contentStart;
  let at = 0;
  for (let line = 0; line < info.lineStart; line++) {
    const end = info.text.indexOf("\n", at);
    if (end < 0) return false;
    if (at >= start && info.text.slice(at, end).trim() !== "") return false;
    at = end + 1;
  }
  return at >= start;
}

function placeStrip(book: Notebook, el: HTMLElement, ctx: MarkdownPostProcessorContext): void {
  const home = createDiv({ cls: "purplebook-strip" });
  el.prepend(home);
  ctx.addChild(new LivePanel(home, book, ctx.sourcePath, SOURCE, new StripContent(home, book)));
}

/** Nothing for a note that is about no technique. */
class StripContent implements PanelContent {
  private strip: Mounted<{ model: StripModel; renderLink: RenderLink }> | undefined;
  private readonly bundled: BundledFold;
  private readonly links: RenderLink;
  private readonly stripEl: HTMLElement;
  private path = "";

  constructor(el: HTMLElement, private readonly book: Notebook) {
    this.links = appLinks(book.app, () => this.path);
    this.stripEl = el.createDiv();
    this.bundled = new BundledFold(el, book, this.links);
  }

  compute(path: string): Promise<Drawing> {
    const note = this.book.settings.strip && this.book.workspace.progress === undefined
      ? this.book.index.note(path)
      : undefined;
    const model = note?.kind === "technique" ? stripModel(this.book, note, new Date()) : undefined;
    const bundled = note?.technique ? packedRulesFor(note.technique.id).length : 0;
    return Promise.resolve({
      key: `${path}\u0000${bundled}${lookOf(model)}`,
      draw: () => {
        this.path = path;
        if (!model) {
          this.destroy();
          return;
        }
        if (this.strip) this.strip.update({ model });
        else this.strip = mountStrip(this.stripEl, { model, renderLink: this.links });
        this.bundled.draw(note?.technique?.id, bundled);
      },
    });
  }

  destroy(): void {
    this.strip?.destroy();
    this.strip = undefined;
    this.bundled.draw(undefined, 0);
  }
}

/** "Bundled rules for this technique", folded until somebody asks for them. */
class BundledFold {
  private fold: HTMLDetailsElement | undefined;
  private mounted: Mounted<BundledRulesProps> | undefined;
  private technique: TechniqueId | undefined;

  constructor(private readonly el: HTMLElement, private readonly book: Notebook, private readonly links: RenderLink) {}

  draw(technique: TechniqueId | undefined, count: number): void {
    const wasOpen = this.fold?.open === true && this.technique === technique;
    if (technique === undefined || count === 0) {
      this.clear();
      return;
    }
    if (this.technique !== technique || !this.fold) {
      this.clear();
      this.technique = technique;
      const fold = this.el.createEl("details", { cls: "purplebook pb-why" });
      fold.createEl("summary", { text: `${count} bundled ${count === 1 ? "rule" : "rules"} for this technique` });
      fold.addEventListener("toggle", () => { if (fold.open) this.fill(); });
      this.fold = fold;
    } else if (wasOpen) this.fill();
  }

  private fill(): void {
    const { technique, fold } = this;
    if (technique === undefined || !fold) return;
    const props: BundledRulesProps = {
      technique, rules: bundledModels(this.book, technique), tokens: bundledTokens,
      actions: {
        renderLink: this.links,
        onRun: (id) => { void openBundledInLab(this.book, id, technique); },
        onInsert: (id) => { void insertBundled(this.book, id); },
      },
    };
    if (this.mounted) this.mounted.update(props);
    else this.mounted = mountBundledRules(fold.createDiv(), props);
  }

  private clear(): void {
    this.mounted?.destroy();
    this.mounted = undefined;
    this.fold?.remove();
    this.fold = undefined;
    this.technique = undefined;
  }
}

// ---- live preview ---------------------------------------------------------------------------------------------------

class StripWidget extends WidgetType {
  private panel: LivePanel | undefined;

  constructor(private readonly book: Notebook, private readonly path: string) {
    super();
  }

  override eq(other: StripWidget): boolean {
    return other.path === this.path && other.book === this.book;
  }

  override get estimatedHeight(): number {
    return this.book.memory.of(this.path, SOURCE).height;
  }

  override toDOM(): HTMLElement {
    const home = createDiv({ cls: "purplebook-strip", attr: { contenteditable: "false" } });
    this.panel = new LivePanel(home, this.book, this.path, SOURCE, new StripContent(home, this.book));
    this.panel.load();
    return home;
  }

  override destroy(): void {
    this.panel?.unload();
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

/** A block widget behind the properties; only a state field may bring one. */
function stripInEditor(book: () => Notebook): Extension {
  const build = (state: EditorState): DecorationSet => {
    const path = state.field(editorInfoField, false)?.file?.path;
    if (path === undefined || !state.field(editorLivePreviewField, false)) return Decoration.none;
    const at = Math.min(getFrontMatterInfo(state.sliceDoc(0, 50_000)).contentStart, state.doc.length);
    return Decoration.set([Decoration.widget({ widget: new StripWidget(book(), path), block: true, side: -1 }).range(
      state.doc.lineAt(at).from,
    )]);
  };
  return StateField.define<DecorationSet>({
    create: build,
    // Edits within the note's text move nothing in front of it: the decoration is only mapped.
    update: (value, change) => {
      if (change.startState.field(
        editorLivePreviewField, false,
      ) !== change.state.field(editorLivePreviewField, false)) return build(change.state);
      if (change.startState.field(
        editorInfoField, false,
      )?.file?.path !== change.state.field(editorInfoField, false)?.file?.path) return build(change.state);
      return change.docChanged ? build(change.state) : value;
    },
    provide: (field) => EditorView.decorations.from(field),
  });
}
