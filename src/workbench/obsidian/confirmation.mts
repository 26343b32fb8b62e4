/** Asking before something that cannot be undone. */
import type * as Published from "obsidian";
import { Modal } from "./modal.mts";
import type { Public } from "./published.mts";
import { ButtonComponent } from "./setting.mts";

export class ConfirmationButton extends ButtonComponent {
  setInitialFocus(): this { window.setTimeout(() => this.buttonEl.focus(), 0); return this; }

  setSecondary(): this { this.buttonEl.addClass("mod-secondary"); return this; }

  setCancel(): this { this.buttonEl.addClass("mod-cancel"); return this; }
}

export class ConfirmationModal extends Modal implements Omit<Public<Published.ConfirmationModal>, "addButton"> {
  buttonContainerEl: HTMLElement;

  constructor(app: Published.App) {
    super(app);
    this.modalEl.addClass("mod-confirmation");
    this.buttonContainerEl = this.modalEl.createDiv({ cls: "modal-button-container" });
  }

  addClass(cls: string): this { this.modalEl.addClass(cls); return this; }

  addCheckbox(label: string, callback: (value: boolean) => unknown): this {
    const el = this.buttonContainerEl.createEl("label", { cls: "mod-checkbox" });
    const box = el.createEl("input", { type: "checkbox" });
    el.append(label);
    box.addEventListener("change", () => callback(box.checked));
    return this;
  }

  /** A press runs the button's handler and closes. */
  addButton(callback: (button: ConfirmationButton) => unknown): this {
    const button = new ConfirmationButton(this.buttonContainerEl);
    callback(button);
    button.buttonEl.addEventListener("click", () => this.close());
    return this;
  }

  addCancelButton(text = "Cancel"): this {
    return this.addButton((button) => button.setButtonText(text).setCancel());
  }
}
