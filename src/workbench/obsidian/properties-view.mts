/** Properties at the head of a note, drawn as rows of name and value. */
import { internalLink } from "./draw.mts";
import { setIcon } from "./icons.mts";
import { readWikilink } from "./markdown.mts";
import { readProperties } from "./properties.mts";
import type { RenderContext } from "./renderer.mts";

function iconOf(key: string, value: unknown): string {
  if (/^tags?$/i.test(key)) return "tag";
  if (Array.isArray(value)) return "list";
  if (typeof value === "number") return "hash";
  if (typeof value === "boolean") return "check-square";
  return typeof value === "string" && /^\d{4}-\d\d-\d\d/.test(value) ? "clock" : "file-text";
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function drawValue(ctx: RenderContext, key: string, value: unknown, into: HTMLElement): void {
  if (Array.isArray(value) || /^tags?$/i.test(key)) {
    const list = Array.isArray(value) ? value as unknown[] : textOf(value).split(/[,\s]+/);
    const box = into.createDiv({ cls: "multi-select-container" });
    for (const each of list) {
      const pill = box.createDiv({ cls: "multi-select-pill" });
      if (/^tags?$/i.test(key)) pill.createEl("a", { cls: "tag", text: `#${String(each).replace(/^#/, "")}`, href: `#${String(each).replace(/^#/, "")}` });
      else drawValue(ctx, "", each, pill);
    }
    return;
  }
  if (typeof value === "boolean") {
    into.createEl("input", { type: "checkbox", attr: { disabled: true, "aria-label": key } }).checked = value;
    return;
  }
  const text = textOf(value);
  const inner = /^\[\[([^\]]+)\]\]$/.exec(text.trim())?.[1];
  if (inner !== undefined) {
    const { link, label } = readWikilink(inner);
    internalLink(ctx, into, link).setText(label ?? link);
  } else if (/^https?:\/\/\S+$/.test(text)) {
    into.createEl("a", { cls: "external-link", text, href: text, attr: { target: "_blank", rel: "noopener nofollow" } });
  } else into.createSpan({ text });
}

/** Draws the properties of `text` into `into`; nothing when there are none. Unreadable ones are shown as written. */
export function drawProperties(ctx: RenderContext, text: string, into: HTMLElement): void {
  const properties = readProperties(text);
  const box = into.createDiv({ cls: "metadata-container" });
  box.createDiv({ cls: "metadata-properties-heading", text: "Properties" });
  if (properties === undefined) {
    box.createEl("pre", { cls: "metadata-error", text });
    return;
  }
  const rows = box.createDiv({ cls: "metadata-properties" });
  for (const [key, value] of Object.entries(properties)) {
    const row = rows.createDiv({ cls: "metadata-property", attr: { "data-property-key": key } });
    const name = row.createDiv({ cls: "metadata-property-key" });
    setIcon(name.createSpan({ cls: "metadata-property-icon" }), iconOf(key, value));
    name.createSpan({ text: key });
    drawValue(ctx, key, value, row.createDiv({ cls: "metadata-property-value" }));
  }
}
