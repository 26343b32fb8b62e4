/** Rendering as plugins see it: post processors, the table of code-block languages, `MarkdownRenderer.render`. */
import type * as Published from "obsidian";
import { drawSections, type Section } from "./draw.mts";
import { Component, report } from "./events.mts";
import { parseLinktext } from "./markdown.mts";
import { resolveSubpath } from "./metadata.mts";
import { getFrontMatterInfo } from "./properties.mts";
import type { Public } from "./published.mts";

/** Handles one fence of its language. */
export type BlockHandler = (source: string, el: HTMLElement, ctx: Published.MarkdownPostProcessorContext) => Promise<unknown> | void;

export class MarkdownRenderChild extends Component implements Public<Published.MarkdownRenderChild> {
  containerEl: HTMLElement;

  constructor(containerEl: HTMLElement) {
    super();
    this.containerEl = containerEl;
  }
}

const processors: Published.MarkdownPostProcessor[] = [];

/** One handler per language, as in the app. */
const blockHandlers = new Map<string, BlockHandler>();

/** The handler that draws fences of the language, in live preview too. */
export function blockHandler(language: string): BlockHandler | undefined {
  return blockHandlers.get(language);
}

/** Takes a language; throws when another has it, as the app does. */
export function registerBlockHandler(language: string, handler: BlockHandler): void {
  if (blockHandlers.has(language)) throw new Error(`Code block postprocessor for language ${language} is already registered`);
  blockHandlers.set(language, handler);
}

export function unregisterBlockHandler(language: string): void {
  blockHandlers.delete(language);
}

let documents = 0;

/** Ties a rendered document to its children and to the lines its sections stand on. */
export class RenderContext implements Published.MarkdownPostProcessorContext {
  readonly docId = `doc-${++documents}`;
  /** Elements whose place in the note is known; empty in hover previews and the like. */
  readonly sections = new Map<HTMLElement, { text: string; lineStart: number; lineEnd: number }>();

  constructor(readonly app: Published.App, readonly sourcePath: string, private readonly owner: Published.Component,
    private readonly depth = 0) {}

  get frontmatter(): unknown { return this.app.metadataCache.getCache(this.sourcePath)?.frontmatter; }

  addChild(child: Published.MarkdownRenderChild): void {
    this.owner.addChild(child);
    watchChild(child, this.owner);
  }

  getSectionInfo(el: HTMLElement): Published.MarkdownSectionInformation | null {
    for (let at: HTMLElement | null = el; at !== null; at = at.parentElement) {
      const found = this.sections.get(at);
      if (found !== undefined) return { ...found };
    }
    return null;
  }

  /** Draws what an embed of `link` shows. */
  embed(el: HTMLElement, link: string): void {
    const { path, subpath } = parseLinktext(link);
    const file = this.app.metadataCache.getFirstLinkpathDest(path, this.sourcePath);
    if (file === null) {
      el.addClass("is-unresolved", "file-embed");
      el.createDiv({ cls: "file-embed-title", text: `“${link}” could not be found` });
    } else if (/^(png|jpe?g|gif|svg|webp|bmp|avif)$/.test(file.extension)) {
      el.addClass("media-embed", "image-embed", "is-loaded");
      const width = el.getAttribute("width");
      el.createEl("img", { attr: { src: this.app.vault.getResourcePath(file), alt: el.getAttribute("alt") ?? file.name, width } });
    } else if (file.extension === "md" && this.depth < 5) {
      el.addClass("markdown-embed", "inline-embed", "is-loaded");
      const content = el.createDiv({ cls: "markdown-embed-content" });
      void this.app.vault.cachedRead(file).then(async (text) => {
        const part = partOf(this.app, file, text, subpath);
        const inner = content.createDiv({ cls: "markdown-preview-view markdown-rendered" });
        await renderInto(new RenderContext(this.app, file.path, this.owner, this.depth + 1), part, inner);
      }).catch(report);
    } else {
      el.addClass("file-embed", "mod-generic", "is-loaded");
      el.createEl("a", { cls: "file-embed-title internal-link", text: file.name, href: file.path, attr: { "data-href": file.path } });
    }
  }
}

/** The part of a note that `#heading` or `#^block` names; all of it when nothing is named or found. */
export function partOf(app: Published.App, file: Published.TFile, text: string, subpath: string): string {
  const cache = app.metadataCache.getFileCache(file);
  const part = subpath === "" || cache === null ? null : resolveSubpath(cache, subpath);
  if (part === null) return text.slice(getFrontMatterInfo(text).contentStart);
  return text.slice(part.start.offset, part.end?.offset ?? text.length);
}

const watched = new Map<Published.MarkdownRenderChild, { owner: Published.Component; seen: boolean }>();
let sweeping = false;

/** Unloads a child once its element has been in the page and has left it. */
function watchChild(child: Published.MarkdownRenderChild, owner: Published.Component): void {
  watched.set(child, { owner, seen: child.containerEl.isConnected });
  if (sweeping) return;
  sweeping = true;
  new MutationObserver(() => requestAnimationFrame(sweep)).observe(document.body, { childList: true, subtree: true });
}

function sweep(): void {
  for (const [child, state] of watched) {
    if (child.containerEl.isConnected) state.seen = true;
    // The reading view keeps sections it has taken out of sight; those are marked as kept.
    else if (state.seen && child.containerEl.closest("[data-kept]") === null) {
      watched.delete(child);
      state.owner.removeChild(child);
    }
  }
}

/** Runs every post processor on one section, lowest `sortOrder` first. */
export async function postProcess(el: HTMLElement, ctx: Published.MarkdownPostProcessorContext): Promise<void> {
  const waits: Promise<unknown>[] = [];
  for (const processor of [...processors].sort((a, b) => (a.sortOrder ?? 0) - (b.sortOrder ?? 0))) {
    try {
      const result = processor(el, ctx);
      if (result instanceof Promise) waits.push(result.catch(report));
    } catch (error) {
      report(error);
    }
  }
  await Promise.all(waits);
}

/** Draws the sections of a text. The caller attaches them and then has them processed. */
export function drawFor(ctx: RenderContext, text: string): Section[] {
  return drawSections(text, { app: ctx.app, sourcePath: ctx.sourcePath, embed: (el, link) => ctx.embed(el, link) });
}

/** Draws a text into an element and runs the post processors; places are unknown, as in hover previews. */
export async function renderInto(ctx: RenderContext, text: string, el: HTMLElement): Promise<void> {
  const sections = drawFor(ctx, text);
  el.setAttribute("data-source-path", ctx.sourcePath);
  el.append(...sections.map((section) => section.el));
  await Promise.all(sections.map((section) => postProcess(section.el, ctx)));
}

export abstract class MarkdownRenderer extends MarkdownRenderChild implements Public<Published.MarkdownRenderer> {
  app: Published.App;
  hoverPopover: Published.HoverPopover | null = null;

  constructor(app: Published.App, containerEl: HTMLElement) {
    super(containerEl);
    this.app = app;
  }

  abstract get file(): Published.TFile;

  static async render(app: Published.App, markdown: string, el: HTMLElement, sourcePath: string, component: Published.Component): Promise<void> {
    const ctx = new RenderContext(app, sourcePath, component);
    const holder = createDiv();
    await renderInto(ctx, markdown, holder);
    // A lone paragraph or list comes without the section's wrapper, so that plugins can put it in a cell.
    el.append(...[...holder.children].flatMap((each) => each.tagName === "DIV" && /^el-/.test(each.className) ? [...each.childNodes] : [each]));
  }

  static async renderMarkdown(markdown: string, el: HTMLElement, sourcePath: string, component: Published.Component): Promise<void> {
    const { app } = window as unknown as { app: Published.App };
    await MarkdownRenderer.render(app, markdown, el, sourcePath, component);
  }
}

/** Where post processors are kept. */
export const MarkdownPreviewRenderer = {
  registerPostProcessor(processor: Published.MarkdownPostProcessor, sortOrder?: number): void {
    if (sortOrder !== undefined) processor.sortOrder = sortOrder;
    processors.push(processor);
  },

  unregisterPostProcessor(processor: Published.MarkdownPostProcessor): void {
    const at = processors.indexOf(processor);
    if (at >= 0) processors.splice(at, 1);
  },

  /** A post processor that replaces fences of the language by `div.block-language-…` and calls the handler. */
  createCodeBlockPostProcessor(language: string, handler: BlockHandler): Published.MarkdownPostProcessor {
    return (el, ctx) => {
      const waits: Promise<unknown>[] = [];
      for (const code of [...el.querySelectorAll("pre > code")]) {
        const pre = code.parentElement;
        if (pre === null || !code.classList.contains(`language-${language}`)) continue;
        const source = (code.textContent ?? "").replace(/\n$/, "");
        const target = createDiv({ cls: `block-language-${language}` });
        pre.replaceWith(target);
        const result = callHandler(handler, source, target, ctx);
        if (result !== undefined) waits.push(result);
      }
      return Promise.all(waits).then(() => undefined);
    };
  },

  registerCodeBlockPostProcessor: registerBlockHandler,
  unregisterCodeBlockPostProcessor: unregisterBlockHandler,
  codeBlockPostProcessors: blockHandlers,
};

/** Calls a handler; what it throws or rejects is reported and the block shows it. */
export function callHandler(handler: BlockHandler, source: string, el: HTMLElement,
  ctx: Published.MarkdownPostProcessorContext): Promise<unknown> | undefined {
  try {
    const result = handler(source, el, ctx);
    return result instanceof Promise ? result.catch(report) : undefined;
  } catch (error) {
    report(error);
    return undefined;
  }
}

