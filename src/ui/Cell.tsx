/**
 * Draws one value: each kind with looks of its own, links as the host draws them, null never to be taken for a text.
 */
import type { VNode } from "preact";
import type { LinkTo, Value } from "../table";
import type { RenderLink } from "./panel-model";
import { lookOf, valueText } from "./value-text";

/** Characters of a value that a cell holds; the rest is in the detail pane. */
const IN_A_CELL = 400;
/** Items of a list of links that a cell draws. */
const LINKS_IN_A_CELL = 40;

export function Cell({ value, renderLink }: { value: Value; renderLink?: RenderLink }): VNode {
  const look = lookOf(value);
  if (look === "null") return <span class="pb-value pb-value-null">null</span>;
  if (value === "") return <span class="pb-value pb-value-empty" aria-label="empty text">""</span>;
  if (isLink(value)) {
    return <span class="pb-value pb-value-link"><LinkCell link={value} renderLink={renderLink} /></span>;
  }
  if (Array.isArray(value) && value.length > 0 && value.every(isLink)) {
    return (
      <span class="pb-value pb-value-links">
        {value.slice(0, LINKS_IN_A_CELL).map((link, i) => (
          <span class="pb-value-linked" key={i}><LinkCell link={link} renderLink={renderLink} /></span>
        ))}
        {value.length > LINKS_IN_A_CELL ? (
          <span class="pb-quiet"> and {value.length - LINKS_IN_A_CELL} more</span>
        ) : null}
      </span>
    );
  }
  const { text, cut } = valueText(value, IN_A_CELL);
  return <span class={`pb-value pb-value-${look}`}>{look === "text" ? oneLine(text) : text}{cut ? "…" : ""}</span>;
}

function LinkCell({ link, renderLink }: { link: LinkTo; renderLink: RenderLink | undefined }): VNode {
  return <>{renderLink === undefined ? valueText(link, IN_A_CELL).text : renderLink(link)}</>;
}

function isLink(value: Value): value is LinkTo {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "link";
}

/** Line breaks and tabs as signs, so that a row keeps its height and nothing is hidden. */
function oneLine(text: string): string {
  return text.replace(/\r\n|\n|\r/g, "⏎").replace(/\t/g, "⇥");
}
