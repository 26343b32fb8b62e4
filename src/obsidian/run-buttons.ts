/** What can be done with a fence of a rule note, in reading view: run its query, convert it, hunt in its logs. */
import { type MarkdownPostProcessorContext, type Plugin, setIcon } from "obsidian";
import { fenceWords, languageOfFence } from "../core";
import { openConvert } from "./convert";
import { openHunt } from "./hunt-pane";
import { runnableQueries } from "./lab-sources";
import { openLab } from "./lab-view";
import type { Notebook } from "./notebook";

/** Registers the buttons. */
export function registerRunButtons(plugin: Plugin, book: () => Notebook): void {
  const words = fenceWords();
  plugin.registerMarkdownPostProcessor((el, ctx) => {
    for (const code of el.findAll("pre > code[class*='language-']")) {
      const word = /(?:^|\s)language-(\S+)/.exec(code.className)?.[1]?.toLowerCase() ?? "";
      const language = words.includes(word) ? languageOfFence(word, code.textContent ?? "") : undefined;
      if (language !== undefined) addQueryButtons(book(), code, ctx, language.id);
      // What is a sample is known when the notes are read.
      else void book().whenRead().then(() => { addHuntButton(book(), code, ctx); });
    }
  }, 100);
}

function addQueryButtons(book: Notebook, code: HTMLElement, ctx: MarkdownPostProcessorContext, language: string): void {
  const buttons = buttonsBelow(code);
  if (!buttons) return;
  const text = code.textContent ?? "";
  if (language === "sigma") addButton(buttons, "refresh-cw", "Convert", () => { openConvert(book, ctx.sourcePath, text); });
  addButton(buttons, "play", "Run in lab", () => {
    const note = book.index.note(ctx.sourcePath);
    const at = note?.rule?.queries.findIndex((q) => q.text.trim() === text.trim()) ?? -1;
    const runnable = note !== undefined && at >= 0 && runnableQueries(note).length > 0;
    void openLab(book.app, { kind: "note", path: ctx.sourcePath, run: true, ...(runnable ? { query: at } : {}) });
  });
}

/** Logs of the note: those that its rule names as samples. */
function addHuntButton(book: Notebook, code: HTMLElement, ctx: MarkdownPostProcessorContext): void {
  const text = (code.textContent ?? "").trim();
  const sample = book.index.note(ctx.sourcePath)?.rule?.samples
    // A first line that says what the logs are is no part of them.
    .find(({ source }) => source.kind === "block" && source.text.trim() !== "" && text.endsWith(source.text.trim()));
  const buttons = sample && buttonsBelow(code);
  if (buttons) addButton(buttons, "crosshair", "Which rules fire?", () => { void openHunt(book, ctx.sourcePath, sample.name); });
}

/** The place for buttons below a fence; undefined when it has buttons already. */
function buttonsBelow(code: HTMLElement): HTMLElement | undefined {
  const pre = code.parentElement;
  if (!pre || pre.parentElement?.hasClass("purplebook-runnable") === true) return undefined;
  const box = createDiv({ cls: "purplebook-runnable" });
  pre.replaceWith(box);
  box.append(pre);
  return box.createDiv({ cls: "purplebook" });
}

function addButton(buttons: HTMLElement, icon: string, label: string, act: () => void): void {
  const button = buttons.createEl("button", { cls: "pb-button pb-run", attr: { type: "button" } });
  setIcon(button.createSpan({ cls: "pb-run-icon" }), icon);
  button.createSpan({ text: label });
  button.addEventListener("click", (event) => {
    event.stopPropagation();
    act();
  });
}
