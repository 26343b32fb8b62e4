/** "Run in lab" beside the queries of rule notes, in reading view. */
import { type MarkdownPostProcessorContext, type Plugin, setIcon } from "obsidian";
import { fenceWords } from "../core";
import { runnableQueries } from "./lab-sources";
import { openLab } from "./lab-view";
import type { Notebook } from "./notebook";

/** Registers the buttons. */
export function registerRunButtons(plugin: Plugin, book: () => Notebook): void {
  const selector = fenceWords().map((word) => `pre > code.language-${word}`).join(", ");
  plugin.registerMarkdownPostProcessor((el, ctx) => {
    for (const code of el.findAll(selector)) addButton(book(), code, ctx);
  }, 100);
}

function addButton(book: Notebook, code: HTMLElement, ctx: MarkdownPostProcessorContext): void {
  const pre = code.parentElement;
  if (!pre || pre.parentElement?.hasClass("purplebook-runnable") === true) return;
  const text = code.textContent ?? "";
  const box = createDiv({ cls: "purplebook-runnable" });
  pre.replaceWith(box);
  box.append(pre);
  const button = box.createDiv({ cls: "purplebook" }).createEl(
    "button", { cls: "pb-button pb-run", attr: { type: "button" } },
  );
  setIcon(button.createSpan({ cls: "pb-run-icon" }), "play");
  button.createSpan({ text: "Run in lab" });
  button.addEventListener("click", (event) => {
    event.stopPropagation();
    const note = book.index.note(ctx.sourcePath);
    const at = note?.rule?.queries.findIndex((q) => q.text.trim() === text.trim()) ?? -1;
    const runnable = note !== undefined && at >= 0 && runnableQueries(note).length > 0;
    void openLab(book.app, { kind: "note", path: ctx.sourcePath, run: true, ...(runnable ? { query: at } : {}) });
  });
}
