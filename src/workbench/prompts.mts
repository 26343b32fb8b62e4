/** The command palette and the quick switcher. */
import type * as Published from "obsidian";
import type { App } from "./obsidian/app.mts";
import { Keymap, printHotkey } from "./obsidian/keymap.mts";
import { FuzzySuggestModal } from "./obsidian/modal.mts";
import { published } from "./obsidian/published.mts";

export class CommandPalette extends FuzzySuggestModal<Published.Command> {
  constructor(private readonly own: App) {
    super(published<Published.App>(own));
    this.modalEl.setAttribute("aria-label", "Command palette");
    this.setPlaceholder("Select a command…");
    this.setInstructions([{ command: "↑↓", purpose: "to go" }, { command: "↵", purpose: "to run" }, { command: "esc", purpose: "to leave" }]);
  }

  getItems(): Published.Command[] {
    const { commands } = this.own;
    const rank = (id: string): number => { const at = commands.recent.indexOf(id); return at < 0 ? Infinity : at; };
    return commands.list().sort((a, b) => {
      const [first, second] = [rank(a.id), rank(b.id)];
      return first === second ? a.name.localeCompare(b.name) : first - second;
    });
  }

  getItemText(command: Published.Command): string { return command.name; }

  override renderSuggestion(item: Published.FuzzyMatch<Published.Command>, el: HTMLElement): void {
    el.addClass("mod-complex");
    super.renderSuggestion(item, el.createDiv({ cls: "suggestion-content" }));
    const keys = el.createDiv({ cls: "suggestion-aux" });
    for (const hotkey of item.item.hotkeys ?? []) keys.createEl("kbd", { cls: "suggestion-hotkey", text: printHotkey(hotkey) });
  }

  onChooseItem(command: Published.Command): void { this.own.commands.executeCommandById(command.id); }
}

export class QuickSwitcher extends FuzzySuggestModal<Published.TFile> {
  constructor(app: Published.App) {
    super(app);
    this.modalEl.setAttribute("aria-label", "Quick switcher");
    this.setPlaceholder("Find a note…");
    this.setInstructions([{ command: "↵", purpose: "to open" }, { command: "ctrl ↵", purpose: "to open in a new tab" }]);
  }

  getItems(): Published.TFile[] {
    const recent = this.app.workspace.getLastOpenFiles();
    const rank = (path: string): number => { const at = recent.indexOf(path); return at < 0 ? Infinity : at; };
    return this.app.vault.getMarkdownFiles().sort((a, b) => {
      const [first, second] = [rank(a.path), rank(b.path)];
      return first === second ? a.path.localeCompare(b.path) : first - second;
    });
  }

  getItemText(file: Published.TFile): string { return file.path.replace(/\.md$/, ""); }

  onChooseItem(file: Published.TFile, event: MouseEvent | KeyboardEvent): void {
    void this.app.workspace.getLeaf(Keymap.isModEvent(event)).openFile(file, { active: true });
  }
}
