/** What lies over the page: modals, lists to choose from, notices. */
import type * as Published from "obsidian";
import { report } from "./events.mts";
import { Scope } from "./keymap.mts";
import { published, type Public } from "./published.mts";
import { prepareFuzzySearch, renderMatches, sortSearchResults } from "./search.mts";
import { setIcon } from "./icons.mts";

export class Modal implements Public<Published.Modal> {
  app: Published.App;
  scope: Published.Scope;
  containerEl: HTMLElement;
  modalEl: HTMLElement;
  titleEl: HTMLElement;
  contentEl: HTMLElement;
  shouldRestoreSelection = true;
  private closing: (() => unknown) | undefined;
  private before: Element | null = null;
  private isOpen = false;

  constructor(app: Published.App) {
    this.app = app;
    this.scope = published<Published.Scope>(new Scope());
    this.scope.register([], "Escape", () => { this.close(); return false; });
    this.containerEl = createDiv({ cls: "modal-container mod-dim" });
    const back = this.containerEl.createDiv({ cls: "modal-bg" });
    back.addEventListener("click", () => this.close());
    this.modalEl = this.containerEl.createDiv({ cls: "modal", attr: { role: "dialog", "aria-modal": "true", tabindex: -1 } });
    const closeEl = this.modalEl.createEl("button", { cls: "modal-close-button clickable-icon", attr: { "aria-label": "Close" } });
    setIcon(closeEl, "x");
    closeEl.addEventListener("click", () => this.close());
    const header = this.modalEl.createDiv({ cls: "modal-header" });
    this.titleEl = header.createDiv({ cls: "modal-title" });
    this.contentEl = this.modalEl.createDiv({ cls: "modal-content" });
    // The tab key goes round inside the modal.
    this.modalEl.addEventListener("keydown", (event) => { if (event.key === "Tab") this.keepFocus(event); });
  }

  open(): void {
    if (this.isOpen) return;
    this.isOpen = true;
    this.before = document.activeElement;
    this.app.keymap.pushScope(this.scope);
    document.body.append(this.containerEl);
    this.modalEl.focus();
    const opened = this.onOpen();
    if (opened instanceof Promise) opened.catch(report);
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.app.keymap.popScope(this.scope);
    this.containerEl.remove();
    this.onClose();
    this.closing?.();
    if (this.before instanceof HTMLElement && this.before.isConnected) this.before.focus();
  }

  onOpen(): Promise<void> | void { /* for heirs */ }

  onClose(): void { /* for heirs */ }

  setTitle(title: string): this { this.titleEl.setText(title); return this; }

  setContent(content: string | DocumentFragment): this { this.contentEl.setText(content); return this; }

  setCloseCallback(callback: () => unknown): this { this.closing = callback; return this; }

  onHistoryBack(): void { this.close(); }

  private keepFocus(event: KeyboardEvent): void {
    const stops = [...this.modalEl.querySelectorAll<HTMLElement>(
      "a[href], button:not([disabled]), input:not([disabled]), select, textarea, [tabindex]:not([tabindex='-1'])")]
      .filter((each) => each.offsetParent !== null);
    const first = stops[0];
    const last = stops[stops.length - 1];
    const from = event.shiftKey ? first : last;
    if (document.activeElement !== from && this.modalEl.contains(document.activeElement)) return;
    (event.shiftKey ? last : first)?.focus();
    event.preventDefault();
  }
}

/** A list under an input: one of its items is the chosen one, moved by arrows. */
export class Chooser<T> {
  values: readonly T[] = [];
  selected = 0;
  private rows: HTMLElement[] = [];

  constructor(private readonly owner: Published.ISuggestOwner<T>, private readonly el: HTMLElement, scope: Published.Scope) {
    el.setAttribute("role", "listbox");
    scope.register([], "ArrowDown", () => { this.move(1); return false; });
    scope.register([], "ArrowUp", () => { this.move(-1); return false; });
    scope.register(["Ctrl"], "n", () => { this.move(1); return false; });
    scope.register(["Ctrl"], "p", () => { this.move(-1); return false; });
    scope.register(null, "Enter", (event) => event.isComposing ? undefined : this.use(event));
    scope.register([], "Tab", (event) => el.hasClass("suggestion") ? this.use(event) : undefined);
  }

  set(values: readonly T[]): void {
    this.values = values;
    this.el.empty();
    this.rows = values.map((value, at) => {
      const row = this.el.createDiv({ cls: "suggestion-item", attr: { role: "option" } });
      this.owner.renderSuggestion(value, row);
      row.addEventListener("mousemove", () => this.select(at, false));
      row.addEventListener("mousedown", (event) => event.preventDefault());
      row.addEventListener("click", (event) => this.owner.selectSuggestion(value, event));
      return row;
    });
    this.select(0, true);
  }

  move(by: number): void {
    if (this.values.length > 0) this.select((this.selected + by + this.values.length) % this.values.length, true);
  }

  use(event: MouseEvent | KeyboardEvent): false | undefined {
    const value = this.values[this.selected];
    if (value === undefined) return undefined;
    this.owner.selectSuggestion(value, event);
    return false;
  }

  private select(at: number, scroll: boolean): void {
    this.rows[this.selected]?.removeClass("is-selected");
    this.rows[this.selected]?.setAttribute("aria-selected", "false");
    this.selected = at;
    this.rows[at]?.addClass("is-selected");
    this.rows[at]?.setAttribute("aria-selected", "true");
    if (scroll) this.rows[at]?.scrollIntoView({ block: "nearest" });
  }
}

export abstract class SuggestModal<T> extends Modal implements Public<Published.SuggestModal<T>> {
  limit = 100;
  emptyStateText = "No match found";
  inputEl: HTMLInputElement;
  resultContainerEl: HTMLElement;
  private readonly chooser: Chooser<T>;
  private readonly instructionsEl: HTMLElement;
  private turn = 0;

  constructor(app: Published.App) {
    super(app);
    this.modalEl.className = "prompt";
    this.modalEl.empty();
    const box = this.modalEl.createDiv({ cls: "prompt-input-container" });
    this.inputEl = box.createEl("input", {
      cls: "prompt-input", type: "text", attr: { autocomplete: "off", spellcheck: "false", role: "combobox", "aria-expanded": "true" },
    });
    this.resultContainerEl = this.modalEl.createDiv({ cls: "prompt-results" });
    this.instructionsEl = this.modalEl.createDiv({ cls: "prompt-instructions" });
    this.chooser = new Chooser<T>(this, this.resultContainerEl, this.scope);
    this.inputEl.addEventListener("input", () => { void this.refresh(); });
  }

  override open(): void {
    super.open();
    this.inputEl.focus();
    void this.refresh();
  }

  setPlaceholder(placeholder: string): void { this.inputEl.placeholder = placeholder; }

  setInstructions(instructions: Published.Instruction[]): void {
    this.instructionsEl.empty();
    for (const each of instructions) {
      const row = this.instructionsEl.createDiv({ cls: "prompt-instruction" });
      row.createSpan({ cls: "prompt-instruction-command", text: each.command });
      row.createSpan({ text: each.purpose });
    }
  }

  onNoSuggestion(): void {
    this.chooser.set([]);
    this.resultContainerEl.createDiv({ cls: "suggestion-empty", text: this.emptyStateText });
  }

  selectSuggestion(value: T, event: MouseEvent | KeyboardEvent): void {
    this.close();
    this.onChooseSuggestion(value, event);
  }

  selectActiveSuggestion(event: MouseEvent | KeyboardEvent): void { this.chooser.use(event); }

  abstract getSuggestions(query: string): T[] | Promise<T[]>;
  abstract renderSuggestion(value: T, el: HTMLElement): void;
  abstract onChooseSuggestion(item: T, event: MouseEvent | KeyboardEvent): void;

  private async refresh(): Promise<void> {
    const turn = ++this.turn;
    const found = await this.getSuggestions(this.inputEl.value);
    if (turn !== this.turn) return;
    if (found.length === 0) this.onNoSuggestion();
    else this.chooser.set(this.limit > 0 ? found.slice(0, this.limit) : found);
  }
}

export abstract class FuzzySuggestModal<T> extends SuggestModal<Published.FuzzyMatch<T>>
  implements Public<Published.FuzzySuggestModal<T>> {
  getSuggestions(query: string): Published.FuzzyMatch<T>[] {
    const search = prepareFuzzySearch(query.trim());
    const found: Published.FuzzyMatch<T>[] = [];
    for (const item of this.getItems()) {
      const match = search(this.getItemText(item));
      if (match !== null) found.push({ item, match });
    }
    if (query.trim() !== "") sortSearchResults(found);
    return found;
  }

  renderSuggestion(item: Published.FuzzyMatch<T>, el: HTMLElement): void {
    renderMatches(el, this.getItemText(item.item), item.match.matches);
  }

  onChooseSuggestion(item: Published.FuzzyMatch<T>, event: MouseEvent | KeyboardEvent): void {
    this.onChooseItem(item.item, event);
  }

  abstract getItems(): T[];
  abstract getItemText(item: T): string;
  abstract onChooseItem(item: T, event: MouseEvent | KeyboardEvent): void;
}

let noticesEl: HTMLElement | undefined;

/** A message in the corner; gone after `duration` ms (0: stays), or on a click. */
export class Notice implements Public<Published.Notice> {
  noticeEl: HTMLElement;
  containerEl: HTMLElement;
  messageEl: HTMLElement;

  constructor(message: string | DocumentFragment, duration = 5000) {
    if (noticesEl === undefined || !noticesEl.isConnected) {
      noticesEl = document.body.createDiv({ cls: "notice-container", attr: { role: "status", "aria-live": "polite" } });
    }
    this.containerEl = this.noticeEl = noticesEl.createDiv({ cls: "notice" });
    this.messageEl = this.noticeEl.createDiv({ cls: "notice-message" });
    this.setMessage(message);
    this.noticeEl.addEventListener("click", () => this.hide());
    if (duration > 0) window.setTimeout(() => this.hide(), duration);
  }

  setMessage(message: string | DocumentFragment): this { this.messageEl.setText(message); return this; }

  hide(): void { this.noticeEl.remove(); }
}
