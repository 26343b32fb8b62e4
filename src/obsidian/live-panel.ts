/**
 * A panel's life in a note: drawn when it comes into view, worked out again when the vault changed, gone with its
 * element.
 */
import { MarkdownRenderChild, MarkdownView } from "obsidian";
import type { Drawing, PanelPlace } from "../core";
import type { Notebook } from "./notebook";
import type { PanelRecord } from "./panel-memory";

/** What stands in a panel. */
export interface PanelContent {
  /** Works the panel out for the note it stands in; draws nothing. */
  compute(path: string, record: PanelRecord): Promise<Drawing>;
  /** Takes out what was drawn. */
  destroy(): void;
}

/**
 * Parts of a panel that take clicks themselves: the editor around must not see them, or it would show the block's text.
 */
const INTERACTIVE = "a, button, input, select, textarea, summary, label, th, [role='button'], [tabindex]";

export class LivePanel extends MarkdownRenderChild {
  private place: PanelPlace | undefined;
  private path: string;
  private record: PanelRecord;

  constructor(
    containerEl: HTMLElement, private readonly book: Notebook, private readonly sourcePath: string,
    private readonly source: string,
    private readonly content: PanelContent,
  ) {
    super(containerEl);
    this.path = sourcePath;
    this.record = book.memory.of(sourcePath, source);
  }

  override onload(): void {
    const el = this.containerEl;
    el.addClass("purplebook-block");
    // As high as it was when it was last seen, so that the page does not jump while it is worked out.
    if (this.record.height > 0) el.setCssProps({ "--pb-held": `${this.record.height}px` });
    const place = this.book.panels.enter({
      compute: () => this.compute(),
      busy: () => this.isSelecting(),
      failed: (problem) => { this.showFailure(problem); },
    });
    this.place = place;
    const seen = new IntersectionObserver((entries) => {
      const visible = entries[entries.length - 1]?.isIntersecting === true;
      if (visible) this.follow();
      place.shown(visible);
    }, { rootMargin: "200px" });
    seen.observe(el);
    this.register(() => { seen.disconnect(); });
    // On paper everything is drawn, and nothing is ever scrolled to.
    if (el.closest(".print") !== null) place.shown(true);
    const sized = new ResizeObserver(() => {
      if (el.isConnected && el.childElementCount > 0 && el.offsetHeight > 0) this.record.height = el.offsetHeight;
    });
    sized.observe(el);
    this.register(() => { sized.disconnect(); });
    this.registerDomEvent(el, "mousedown", keepFromEditor);
    this.registerDomEvent(el, "click", keepFromEditor);
    this.registerDomEvent(el, "scroll", (event) => {
      const box = event.target;
      if (box !== el && box instanceof Node && box.instanceOf(HTMLElement)) {
        this.record.scroll = { top: box.scrollTop, left: box.scrollLeft };
      }
    }, { capture: true });
    // In live preview two notes that hold the very same block may share one widget: look whose it is now.
    this.registerEvent(this.book.app.workspace.on("file-open", () => { this.follow(); }));
    this.registerEvent(this.book.app.workspace.on("layout-change", () => { this.follow(); }));
  }

  override onunload(): void {
    this.place?.leave();
    this.content.destroy();
  }

  private async compute(): Promise<Drawing> {
    const { record } = this;
    const drawing = await this.content.compute(this.path, record);
    return {
      key: drawing.key,
      draw: () => {
        drawing.draw();
        this.containerEl.setCssProps({ "--pb-held": "0px" });
        const box = this.containerEl.querySelector(".pb-scroll");
        if (box) box.scrollTo({ top: record.scroll.top, left: record.scroll.left });
      },
    };
  }

  /** Takes the note of the leaf that the block stands in, when it is another than the one it was made for. */
  private follow(): void {
    const path = this.currentPath();
    if (path === this.path) return;
    this.path = path;
    this.record = this.book.memory.of(path, this.source);
    this.place?.again();
  }

  private currentPath(): string {
    const el = this.containerEl;
    // Only widgets of the editor are shared; what is embedded or previewed belongs to the note it was made for.
    if (!el.isConnected || el.closest(".cm-content") === null
      || el.closest(".markdown-embed, .internal-embed") !== null) return this.path;
    let path: string | undefined;
    this.book.app.workspace.iterateAllLeaves((leaf) => {
      const { view } = leaf;
      if (view instanceof MarkdownView && view.contentEl.contains(el)) path = view.file?.path;
    });
    return path ?? this.sourcePath;
  }

  private isSelecting(): boolean {
    const selection = this.containerEl.doc.getSelection();
    return selection !== null && !selection.isCollapsed && this.containerEl.contains(selection.anchorNode);
  }

  private showFailure(problem: unknown): void {
    this.content.destroy();
    this.containerEl.empty();
    const box = this.containerEl.createDiv({ cls: "purplebook pb-panel" }).createDiv(
      { cls: "pb-empty", attr: { role: "alert" } },
    );
    box.createEl(
      "p", { text: `This panel could not be drawn: ${problem instanceof Error ? problem.message : String(problem)}` },
    );
  }
}

function keepFromEditor(event: Event): void {
  if (event.target instanceof Element && event.target.closest(INTERACTIVE) !== null) event.stopPropagation();
}
