/** Links to notes as the app's own: click, new tab, page preview, drag, wherever they stand. */
import { type App, type HoverParent, Keymap } from "obsidian";
import type { LinkTo } from "../table";
import { linkRenderer, type RenderLink } from "../ui";

/** Under this name hovering over our links is announced, and stands in the settings of the page preview. */
export const HOVER_SOURCE = "purplebook";

/** Draws links that are resolved from the note `from()`. */
export function appLinks(app: App, from: () => string): RenderLink {
  const parent: HoverParent = { hoverPopover: null };
  return linkRenderer((el, link) => {
    if (/^https?:\/\//i.test(link.path)) {
      el.createEl("a", {
        cls: "external-link", text: link.label ?? link.path, href: link.path,
        attr: { target: "_blank", rel: "noopener nofollow" },
      });
      return undefined;
    }
    makeLink(app, el, link, from, parent);
    return undefined;
  });
}

function makeLink(app: App, home: HTMLElement, link: LinkTo, from: () => string, parent: HoverParent): void {
  const target = linkTarget(link);
  const found = app.metadataCache.getFirstLinkpathDest(link.path, from());
  const anchor = home.createEl("a", {
    cls: `internal-link${found ? "" : " is-unresolved"}`, text: labelOf(link), href: target,
    attr: { "data-href": target, draggable: "true" },
  });
  wireLink(app, anchor, target, from, parent);
}

/** Makes an anchor follow and preview a note, and keeps the app's own listeners around from doing it twice. */
export function wireLink(app: App, anchor: HTMLElement, target: string, from: () => string, parent: HoverParent): void {
  const follow = (event: MouseEvent): void => {
    if (event.type === "auxclick" && event.button !== 1) return;
    event.preventDefault();
    event.stopPropagation();
    void app.workspace.openLinkText(target, from(), Keymap.isModEvent(event));
  };
  anchor.addEventListener("click", follow);
  anchor.addEventListener("auxclick", follow);
  anchor.addEventListener("mouseover", (event) => {
    event.stopPropagation();
    if (event.relatedTarget instanceof Node && anchor.contains(event.relatedTarget)) return;
    app.workspace.trigger(
      "hover-link",
      { event, source: HOVER_SOURCE, hoverParent: parent, targetEl: anchor, linktext: target, sourcePath: from() },
    );
  });
}

/** A link's text between the brackets, without label. */
export function linkTarget(link: LinkTo): string {
  const path = link.path.replace(/\.md$/, "");
  if (link.subpath === undefined || link.subpath === "") return path;
  return `${path}#${link.part === "block" ? "^" : ""}${link.subpath}`;
}

function labelOf(link: LinkTo): string {
  if (link.label !== undefined && link.label !== "") return link.label;
  const name = link.path.slice(link.path.lastIndexOf("/") + 1).replace(/\.md$/, "");
  return link.subpath === undefined || link.subpath === "" ? name : `${name} > ${link.subpath}`;
}

/** A link to a note by its path. */
export function noteLink(path: string, label?: string): LinkTo {
  return { kind: "link", path, embed: false, ...(label === undefined ? {} : { label }) };
}
