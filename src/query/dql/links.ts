/** Links of notes as values: made from what stands between `[[` and `]]`, and written back. */
import { headingAnchor } from "./names";

/** A link to a note or a part of it. `path` is as written, or the vault path once it was resolved. */
export interface DqlLink {
  readonly kind: "link";
  readonly path: string;
  /** What `subpath` is: nothing, a heading, or a block id. */
  readonly type: "file" | "header" | "block";
  readonly subpath?: string;
  readonly display?: string;
  readonly embed: boolean;
}

/** A link to a whole file. */
export function fileLink(path: string, embed = false, display?: string): DqlLink {
  return { kind: "link", path, type: "file", embed, ...(display === undefined ? {} : { display }) };
}

/** A link to a heading; the heading loses what Obsidian drops from anchors. */
export function headerLink(path: string, heading: string, embed = false, display?: string): DqlLink {
  return { ...fileLink(path, embed, display), type: "header", subpath: headingAnchor(heading) };
}

/** A link to a block id. */
export function blockLink(path: string, id: string, embed = false, display?: string): DqlLink {
  return { ...fileLink(path, embed, display), type: "block", subpath: id };
}

/** A link from a target that may carry `#heading` or `#^block`. */
export function inferLink(target: string, embed = false, display?: string): DqlLink {
  const block = target.split("#^");
  if (block.length > 1) return blockLink(block[0] ?? "", block[1] ?? "", embed, display);
  const header = target.split("#");
  if (header.length > 1) return headerLink(header[0] ?? "", header[1] ?? "", embed, display);
  return fileLink(target, embed, display);
}

/** A link from what stands between the brackets: the first `|` without a backslash parts target and display. */
export function parseLink(inner: string, embed = false): DqlLink {
  for (let at = inner.indexOf("|"); at >= 0; at = inner.indexOf("|", at + 1)) {
    if (at > 0 && inner[at - 1] === "\\") continue;
    return inferLink(inner.slice(0, at).replaceAll("\\|", "|"), embed, inner.slice(at + 1));
  }
  return inferLink(inner.replaceAll("\\|", "|"), embed);
}

/** A path without folders and without `.md`. */
export function titleOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return name.endsWith(".md") ? name.slice(0, -3) : name;
}

/** A link as Markdown, always with a display text. */
export function linkText(link: DqlLink): string {
  const target = link.path.replaceAll("|", "\\|");
  const subpath = (link.subpath ?? "").replaceAll("|", "\\|");
  const part = link.type === "file" ? "" : link.type === "header" ? `#${subpath}` : `#^${subpath}`;
  const title = titleOf(link.path) + (link.type === "file" ? "" : ` > ${link.subpath ?? ""}`);
  return `${link.embed ? "!" : ""}[[${target}${part}|${link.display ? link.display : title}]]`;
}
