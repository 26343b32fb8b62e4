/** What comes up beside a link under the pointer. */
import type * as Published from "obsidian";
import { Component } from "./events.mts";
import { Keymap } from "./keymap.mts";
import { parseLinktext } from "./markdown.mts";
import { published, type Public } from "./published.mts";
import { RenderContext, partOf, renderInto } from "./renderer.mts";

/** As the published enumeration's members are not told, these are ours. */
export const PopoverState = { Showing: 0, Shown: 1, Hiding: 2, Hidden: 3 } as const;

export class HoverPopover extends Component implements Public<Published.HoverPopover> {
  hoverEl: HTMLElement;
  state: Published.PopoverState;
  private timer: number;
  private readonly stopped = new AbortController();

  constructor(private readonly parent: Published.HoverParent, private readonly targetEl: HTMLElement | null, waitTime = 300,
    private readonly staticPos: Published.Point | null = null) {
    super();
    parent.hoverPopover?.unload();
    parent.hoverPopover = published<Published.HoverPopover>(this);
    this.state = published<Published.PopoverState>(PopoverState.Showing);
    this.hoverEl = createDiv({ cls: "popover hover-popover" });
    this.timer = window.setTimeout(() => this.show(), waitTime);
    const { signal } = this.stopped;
    for (const el of [targetEl, this.hoverEl]) {
      el?.addEventListener("mouseleave", () => this.wait(), { signal });
      el?.addEventListener("mouseenter", () => window.clearTimeout(this.state === published(PopoverState.Shown) ? this.timer : 0), { signal });
    }
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") this.hide(); }, { signal });
    document.addEventListener("mousedown", (event) => { if (!this.hoverEl.contains(event.target as Node)) this.hide(); }, { signal });
  }

  override onunload(): void {
    this.stopped.abort();
    window.clearTimeout(this.timer);
    this.hoverEl.remove();
    this.state = published<Published.PopoverState>(PopoverState.Hidden);
    if (this.parent.hoverPopover === published<Published.HoverPopover>(this)) this.parent.hoverPopover = null;
  }

  private show(): void {
    if (this.targetEl !== null && !this.targetEl.isConnected) return this.hide();
    this.state = published<Published.PopoverState>(PopoverState.Shown);
    document.body.append(this.hoverEl);
    this.load();
    const near = this.targetEl?.getBoundingClientRect() ?? { left: this.staticPos?.x ?? 0, top: this.staticPos?.y ?? 0, bottom: this.staticPos?.y ?? 0 };
    const box = this.hoverEl.getBoundingClientRect();
    const below = near.bottom + 8 + box.height < window.innerHeight || near.top < box.height + 8;
    this.hoverEl.setCssStyles({
      left: `${Math.max(8, Math.min(near.left, window.innerWidth - box.width - 8))}px`,
      top: `${below ? near.bottom + 6 : near.top - box.height - 6}px`,
    });
  }

  private wait(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      if (this.hoverEl.matches(":hover") || this.targetEl?.matches(":hover") === true) return;
      this.hide();
    }, 250);
  }

  private hide(): void {
    this.stopped.abort();
    window.clearTimeout(this.timer);
    this.load();
    this.unload();
  }
}

/** Sources of hover events and whether each wants the key held down. */
export const hoverSources = new Map<string, Published.HoverLinkSource>();

interface HoverLink {
  readonly event: MouseEvent;
  readonly source: string;
  readonly hoverParent: Published.HoverParent;
  readonly targetEl: HTMLElement | null;
  readonly linktext: string;
  readonly sourcePath?: string;
}

/** The page preview: draws the linked note when a `hover-link` comes. */
export function pagePreview(app: Published.App): void {
  const workspace = app.workspace as unknown as { on(name: string, callback: (link: HoverLink) => void): Published.EventRef };
  workspace.on("hover-link", (link) => {
    if (hoverSources.get(link.source)?.defaultMod === true && !Keymap.isModifier(link.event, "Mod")) return;
    const { path, subpath } = parseLinktext(link.linktext);
    const file = app.metadataCache.getFirstLinkpathDest(path, link.sourcePath ?? "");
    if (file === null || file.extension !== "md") return;
    const popover = new HoverPopover(link.hoverParent, link.targetEl);
    const box = popover.hoverEl.createDiv({ cls: "markdown-embed" }).createDiv({ cls: "markdown-preview-view markdown-rendered" });
    box.createDiv({ cls: "inline-title", text: file.basename });
    void app.vault.cachedRead(file).then((text) =>
      renderInto(new RenderContext(app, file.path, popover), partOf(app, file, text, subpath), box));
  });
}

/** Links in drawn notes: click opens, pointer previews. One listener for the whole page. */
export function followLinks(app: Published.App): void {
  const parents = new WeakMap<Element, Published.HoverParent>();
  const linkOf = (event: Event): { el: HTMLElement; link: string; path: string } | undefined => {
    const el = event.target instanceof Element ? event.target.closest<HTMLElement>("a.internal-link, a.footnote-link, a.tag") : null;
    if (el === null || el.closest(".markdown-rendered, .markdown-preview-view, .cm-embed-block") === null) return undefined;
    const path = el.closest("[data-source-path]")?.getAttribute("data-source-path") ?? app.workspace.getActiveFile()?.path ?? "";
    return { el, link: el.getAttribute("data-href") ?? el.getAttribute("href") ?? "", path };
  };
  const follow = (event: MouseEvent): void => {
    const found = linkOf(event);
    if (found === undefined || event.defaultPrevented || (event.type === "auxclick" && event.button !== 1)) return;
    event.preventDefault();
    if (found.el.hasClass("internal-link")) {
      void app.workspace.openLinkText(found.link, found.path, Keymap.isModEvent(event));
    } else if (found.el.hasClass("footnote-link")) {
      const id = (found.el.getAttribute("href") ?? "").slice(1);
      found.el.closest(".markdown-preview-view")?.querySelector(`[id="${CSS.escape(id)}"]`)?.scrollIntoView({ block: "center" });
    } else app.workspace.trigger("workbench:tag", found.el.textContent ?? "");
  };
  document.addEventListener("click", follow);
  document.addEventListener("auxclick", follow);
  document.addEventListener("mouseover", (event) => {
    const found = linkOf(event);
    if (found === undefined || !found.el.hasClass("internal-link") || found.el.contains(event.relatedTarget as Node | null)) return;
    let hoverParent = parents.get(found.el);
    if (hoverParent === undefined) parents.set(found.el, hoverParent = { hoverPopover: null });
    app.workspace.trigger("hover-link", {
      event, source: "preview", hoverParent, targetEl: found.el, linktext: found.link, sourcePath: found.path,
    });
  });
}
