/** Lists that come up while one types: under inputs and at the editor's cursor. */
import { Prec, type Extension } from "@codemirror/state";
import { EditorView, ViewPlugin } from "@codemirror/view";
import type * as Published from "obsidian";
import { Scope } from "./keymap.mts";
import { Chooser } from "./modal.mts";
import { published, type Public } from "./published.mts";

export abstract class PopoverSuggest<T> implements Public<Published.PopoverSuggest<T>> {
  app: Published.App;
  scope: Published.Scope;
  readonly suggestEl: HTMLElement;
  protected readonly chooser: Chooser<T>;
  protected isOpen = false;

  constructor(app: Published.App, scope?: Published.Scope) {
    this.app = app;
    this.scope = published<Published.Scope>(new Scope(scope));
    this.suggestEl = createDiv({ cls: "suggestion-container" });
    this.chooser = new Chooser<T>(this, this.suggestEl.createDiv({ cls: "suggestion" }), this.scope);
    this.scope.register([], "Escape", () => { this.close(); return false; });
  }

  open(): void {
    if (this.isOpen) return;
    this.isOpen = true;
    document.body.append(this.suggestEl);
    this.app.keymap.pushScope(this.scope);
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.suggestEl.remove();
    this.app.keymap.popScope(this.scope);
  }

  onHistoryBack(): void { this.close(); }

  abstract renderSuggestion(value: T, el: HTMLElement): void;
  abstract selectSuggestion(value: T, event: MouseEvent | KeyboardEvent): void;

  /** Shows the values below (or, without room, above) the rectangle. */
  protected place(values: readonly T[], near: { left: number; top: number; bottom: number }): void {
    if (values.length === 0) return this.close();
    this.chooser.set(values);
    this.open();
    const box = this.suggestEl.getBoundingClientRect();
    const below = near.bottom + 4 + box.height < window.innerHeight;
    this.suggestEl.setCssStyles({
      left: `${Math.max(4, Math.min(near.left, window.innerWidth - box.width - 4))}px`,
      top: `${below ? near.bottom + 4 : Math.max(4, near.top - box.height - 4)}px`,
    });
  }
}

export abstract class AbstractInputSuggest<T> extends PopoverSuggest<T> implements Omit<Public<Published.AbstractInputSuggest<T>>, "onSelect"> {
  limit = 100;
  private selected: ((value: T, event: MouseEvent | KeyboardEvent) => void) | undefined;
  private turn = 0;

  constructor(app: Published.App, private readonly textInputEl: HTMLInputElement | HTMLDivElement) {
    super(app);
    const refresh = (): void => { void this.refresh(); };
    textInputEl.addEventListener("input", refresh);
    textInputEl.addEventListener("focus", refresh);
    textInputEl.addEventListener("blur", () => this.close());
  }

  setValue(value: string): void {
    if (this.textInputEl instanceof HTMLInputElement) this.textInputEl.value = value;
    else this.textInputEl.textContent = value;
  }

  getValue(): string {
    return this.textInputEl instanceof HTMLInputElement ? this.textInputEl.value : this.textInputEl.textContent ?? "";
  }

  selectSuggestion(value: T, event: MouseEvent | KeyboardEvent): void {
    this.selected?.(value, event);
    this.close();
  }

  onSelect(callback: (value: T, event: MouseEvent | KeyboardEvent) => void): this { this.selected = callback; return this; }

  protected abstract getSuggestions(query: string): T[] | Promise<T[]>;

  private async refresh(): Promise<void> {
    const turn = ++this.turn;
    const found = await this.getSuggestions(this.getValue());
    if (turn !== this.turn || !this.textInputEl.isConnected) return;
    this.place(this.limit > 0 ? found.slice(0, this.limit) : found, this.textInputEl.getBoundingClientRect());
  }
}

export abstract class EditorSuggest<T> extends PopoverSuggest<T> implements Public<Published.EditorSuggest<T>> {
  context: Published.EditorSuggestContext | null = null;
  limit = 100;
  private readonly instructionsEl: HTMLElement;

  constructor(app: Published.App) {
    super(app);
    this.instructionsEl = this.suggestEl.createDiv({ cls: "prompt-instructions" });
  }

  setInstructions(instructions: Published.Instruction[]): void {
    this.instructionsEl.empty();
    for (const each of instructions) {
      const row = this.instructionsEl.createDiv({ cls: "prompt-instruction" });
      row.createSpan({ cls: "prompt-instruction-command", text: each.command });
      row.createSpan({ text: each.purpose });
    }
  }

  override close(): void {
    super.close();
    this.context = null;
  }

  abstract onTrigger(cursor: Published.EditorPosition, editor: Published.Editor, file: Published.TFile | null): Published.EditorSuggestTriggerInfo | null;
  abstract getSuggestions(context: Published.EditorSuggestContext): T[] | Promise<T[]>;

  /** Called after each change of the text: true when this one has something to say at the cursor. */
  async trigger(editor: Published.Editor, file: Published.TFile, view: EditorView): Promise<boolean> {
    const info = this.onTrigger(editor.getCursor(), editor, file);
    if (info === null) {
      this.close();
      return false;
    }
    this.context = { ...info, editor, file };
    const context = this.context;
    const found = await this.getSuggestions(context);
    if (this.context !== context) return true;
    const near = view.coordsAtPos(editor.posToOffset(info.start));
    if (near === null || found.length === 0) this.close();
    else {
      this.place(this.limit > 0 ? found.slice(0, this.limit) : found, near);
      this.context = context;
    }
    return found.length > 0;
  }
}

/** All suggestions that plugins registered. */
export const editorSuggests: EditorSuggest<unknown>[] = [];

/** Asks the suggestions in their order after the user typed; the first with an answer is shown. */
export function suggesting(editorOf: () => Published.Editor, fileOf: () => Published.TFile | null): Extension {
  const close = (): void => { for (const each of editorSuggests) each.close(); };
  return [
    EditorView.updateListener.of((update) => {
      if (update.transactions.some((each) => each.isUserEvent("input") || each.isUserEvent("delete"))) {
        const file = fileOf();
        if (file === null) return;
        void (async () => {
          for (const [at, each] of editorSuggests.entries()) {
            if (!await each.trigger(editorOf(), file, update.view)) continue;
            for (const other of editorSuggests.slice(at + 1)) other.close();
            return;
          }
        })();
      } else if (update.selectionSet && !update.docChanged) close();
    }),
    Prec.highest(EditorView.domEventHandlers({ blur: () => { close(); return false; } })),
    ViewPlugin.define(() => ({ destroy: close })),
  ];
}
