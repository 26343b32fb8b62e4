/** The card over a technique's id, and where a click on the id leads. */
import { type HoverParent, HoverPopover, Keymap } from "obsidian";
import type { TechniqueId } from "../attack";
import { mountHoverCard } from "../ui";
import { cardModel } from "./coverage-model";
import { appLinks, HOVER_SOURCE } from "./links";
import { createNote } from "./new-notes";
import type { Notebook } from "./notebook";

/** Shows the card; with the key for previews held down, the note itself. */
export function hoverTechnique(
  book: Notebook, parent: HoverParent, target: HTMLElement, id: TechniqueId, event: MouseEvent, from: string,
): void {
  const note = book.index.techniqueNote(id);
  if (note && Keymap.isModifier(event, "Mod")) {
    book.app.workspace.trigger(
      "hover-link",
      { event, source: HOVER_SOURCE, hoverParent: parent, targetEl: target, linktext: note.path, sourcePath: from },
    );
    return;
  }
  const popover = new HoverPopover(parent, target, 300);
  popover.hoverEl.addClass("purplebook-card");
  const mounted = mountHoverCard(popover.hoverEl.createDiv(), {
    model: cardModel(book, id), renderLink: appLinks(book.app, () => from),
    onCreate: (made) => { if (made === id) void createNote(book, "technique", id); },
  });
  popover.register(() => { mounted.destroy(); });
}

/** Opens the note of a technique. False when there is none. */
export function openTechnique(
  book: Notebook, id: TechniqueId, from: string, event?: MouseEvent | KeyboardEvent,
): boolean {
  const note = book.index.techniqueNote(id);
  if (!note) return false;
  void book.app.workspace.openLinkText(note.path, from, event === undefined ? false : Keymap.isModEvent(event));
  return true;
}
