/** A query as it stands in a rendered note: painted, and each name explained under the pointer. */
import { render } from "preact";
import type { VNode } from "preact";
import { hoverBody } from "./editor-notes";
import type { EditedLanguage } from "./editor";
import { paint } from "./query-paint";

/** Milliseconds that the pointer rests on a name before it is explained. */
const REST = 350;

/** Paints the text of an element that holds nothing but a query; its text stays the same. Returns what takes the card away. */
export function paintQuery(code: HTMLElement, edited: EditedLanguage): () => void {
  const { language } = edited;
  const text = code.textContent ?? "";
  const pieces = paint(text, { from: 0, to: text.length }, language.tokens(text), []);
  let at = 0;
  const spans = pieces.map((p): VNode | string => {
    const from = at;
    at += p.text.length;
    return p.kind === null || p.text.trim() === "" ? p.text : <span key={from} class={`pb-${p.kind}`} data-at={from}>{p.text}</span>;
  });
  code.replaceChildren();
  code.classList.add("purplebook-fences");
  render(<>{spans}</>, code);
  let card: HTMLElement | null = null;
  let timer = 0;
  const away = (): void => {
    window.clearTimeout(timer);
    card?.remove();
    card = null;
  };
  const show = (span: HTMLElement): void => {
    const hover = language.hover(text, Number(span.dataset["at"]), edited.scope());
    if (hover === undefined || !span.isConnected) return;
    card = hoverBody(hover.title, hover.doc);
    card.classList.add("pb-reading-card");
    const place = span.getBoundingClientRect();
    const { innerWidth } = span.ownerDocument.defaultView ?? window;
    card.style.setProperty("--pb-x", `${Math.max(4, Math.min(place.left, innerWidth - 430))}px`);
    card.style.setProperty("--pb-y", `${place.top}px`);
    span.ownerDocument.body.append(card);
  };
  code.addEventListener("pointerover", (event) => {
    away();
    const span = (event.target as HTMLElement).closest<HTMLElement>("[data-at]");
    if (span !== null) timer = window.setTimeout(() => show(span), REST);
  });
  code.addEventListener("pointerleave", away);
  code.ownerDocument.addEventListener("scroll", away, { capture: true, passive: true });
  return () => {
    away();
    code.ownerDocument.removeEventListener("scroll", away, { capture: true });
  };
}
