/**
 * Code blocks as panels: our own language always, `dataview` as the settings say and as long as Dataview is not there.
 */
import { type App, MarkdownPreviewRenderer, type MarkdownPostProcessorContext, Notice, type Plugin } from "obsidian";
import { LivePanel, type PanelContent } from "./live-panel";
import type { Notebook } from "./notebook";
import { OwnContent, QueryContent } from "./panels-drawn";
import { redrawNotes } from "./redraw";

/** Draws a panel into an element of a note, for as long as the element is in the page. */
export function drawPanel(
  book: Notebook, el: HTMLElement, ctx: MarkdownPostProcessorContext, source: string, content: PanelContent,
): void {
  ctx.addChild(new LivePanel(el, book, ctx.sourcePath, source, content));
}

/** Registers our own language. A clash costs the language, never the plugin. */
export function registerOwnBlock(plugin: Plugin, book: () => Notebook): void {
  try {
    plugin.registerMarkdownCodeBlockProcessor("purplebook", (source, el, ctx) => {
      drawPanel(book(), el, ctx, source, new OwnContent(el, book(), source));
    });
  } catch {
    new Notice("Another plugin draws this language's blocks already; they are left to it.");
  }
}

/** As much of the app's list of plugins as we read; it is not among the published types. */
interface PluginList {
  readonly enabledPlugins?: ReadonlySet<string>;
}

/** Whether Dataview is enabled (perhaps not loaded yet). Where that cannot be told, it is taken for present. */
export function isDataviewEnabled(app: App): boolean {
  const { plugins } = app as App & { readonly plugins?: PluginList };
  return plugins?.enabledPlugins?.has("dataview") ?? true;
}

/** The `dataview` language: taken when it is free, given back when Dataview wants it. */
export class DataviewBlocks {
  private registered = false;

  constructor(private readonly plugin: Plugin, private readonly book: Notebook) {}

  /**
   * Decides anew; called when the layout is ready (all plugins had their turn then), and whenever plugins or settings
   * may be others.
   */
  decide(): void {
    const { settings, app } = this.book;
    if (isDataviewEnabled(app)) {
      if (this.registered) this.giveBack();
      return;
    }
    if (this.registered || settings.dataview === "never") return;
    try {
      this.plugin.registerMarkdownCodeBlockProcessor("dataview", (source, el, ctx) => { this.draw(source, el, ctx); });
      this.registered = true;
      // Notes that are open already were drawn without us.
      redrawNotes(app, "dataview");
    } catch {
      // Somebody else draws them: theirs is as good a choice as ours.
    }
  }

  private draw(source: string, el: HTMLElement, ctx: MarkdownPostProcessorContext): void {
    if (this.book.settings.dataview === "never") {
      el.createEl("pre").createEl("code", { cls: "language-dataview", text: source });
      return;
    }
    drawPanel(this.book, el, ctx, source, new QueryContent(el, this.book, source));
  }

  /**
   * Dataview was enabled while we draw its blocks: it could not register them. The app publishes no call to release a
   * language.
   */
  private giveBack(): void {
    const renderer = MarkdownPreviewRenderer as unknown as {
      unregisterCodeBlockPostProcessor?: (language: string) => void
    };
    try {
      renderer.unregisterCodeBlockPostProcessor?.("dataview");
    } catch {
      // Told below in any case.
    }
    this.registered = false;
    new Notice(
      "Dataview was enabled while Purplebook drew its blocks. Turn Dataview off and on once more, or restart the app, "
        + "to hand them over.",
      10_000,
    );
  }
}
