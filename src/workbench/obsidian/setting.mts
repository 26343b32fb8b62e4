/** Rows of settings and the controls that stand in them. */
import type * as Published from "obsidian";
import { setIcon } from "./icons.mts";
import type { Public } from "./published.mts";

/** A hint that comes up over an element. */
export function setTooltip(el: HTMLElement, tooltip: string, options?: Published.TooltipOptions): void {
  el.setAttribute("aria-label", tooltip);
  if (options?.placement !== undefined) el.setAttribute("data-tooltip-position", options.placement);
}

export function displayTooltip(target: HTMLElement, content: string | DocumentFragment, options?: Published.TooltipOptions): void {
  setTooltip(target, typeof content === "string" ? content : content.textContent ?? "", options);
}

export abstract class BaseComponent implements Public<Published.BaseComponent> {
  disabled = false;

  then(callback: (component: this) => unknown): this { callback(this); return this; }

  setDisabled(disabled: boolean): this { this.disabled = disabled; return this; }
}

export abstract class ValueComponent<T> extends BaseComponent implements Public<Published.ValueComponent<T>> {
  abstract getValue(): T;
  abstract setValue(value: T): this;

  registerOptionListener(listeners: Record<string, (value?: T) => T>, key: string): this {
    listeners[key] = (value) => {
      if (value !== undefined) this.setValue(value);
      return this.getValue();
    };
    return this;
  }
}

export class ButtonComponent extends BaseComponent implements Public<Published.ButtonComponent> {
  buttonEl: HTMLButtonElement;
  private handler: ((event: MouseEvent) => unknown) | undefined;

  constructor(containerEl: HTMLElement) {
    super();
    this.buttonEl = containerEl.createEl("button");
    this.buttonEl.addEventListener("click", (event) => this.handler?.(event));
  }

  override setDisabled(disabled: boolean): this { this.buttonEl.disabled = disabled; return super.setDisabled(disabled); }

  setCta(): this { this.buttonEl.addClass("mod-cta"); return this; }

  removeCta(): this { this.buttonEl.removeClass("mod-cta"); return this; }

  setWarning(): this { this.buttonEl.addClass("mod-warning"); return this; }

  setDestructive(): this { this.buttonEl.addClass("mod-destructive", "mod-warning"); return this; }

  removeDestructive(): this { this.buttonEl.removeClass("mod-destructive", "mod-warning"); return this; }

  setTooltip(tooltip: string, options?: Published.TooltipOptions): this { setTooltip(this.buttonEl, tooltip, options); return this; }

  setButtonText(name: string): this { this.buttonEl.setText(name); return this; }

  setIcon(icon: string): this { setIcon(this.buttonEl, icon); return this; }

  setClass(cls: string): this { this.buttonEl.addClass(cls); return this; }

  onClick(callback: (event: MouseEvent) => unknown): this { this.handler = callback; return this; }
}

export class ExtraButtonComponent extends BaseComponent implements Public<Published.ExtraButtonComponent> {
  extraSettingsEl: HTMLElement;
  private handler: (() => unknown) | undefined;

  constructor(containerEl: HTMLElement) {
    super();
    this.extraSettingsEl = containerEl.createEl("button", { cls: "clickable-icon extra-setting-button" });
    this.setIcon("settings");
    this.extraSettingsEl.addEventListener("click", () => { if (!this.disabled) this.handler?.(); });
  }

  override setDisabled(disabled: boolean): this {
    this.extraSettingsEl.toggleClass("is-disabled", disabled);
    return super.setDisabled(disabled);
  }

  setTooltip(tooltip: string, options?: Published.TooltipOptions): this { setTooltip(this.extraSettingsEl, tooltip, options); return this; }

  setIcon(icon: string): this { setIcon(this.extraSettingsEl, icon); return this; }

  onClick(callback: () => unknown): this { this.handler = callback; return this; }
}

export class ToggleComponent extends ValueComponent<boolean> implements Public<Published.ToggleComponent> {
  toggleEl: HTMLElement;
  private readonly inputEl: HTMLInputElement;
  private changed: ((value: boolean) => unknown) | undefined;

  constructor(containerEl: HTMLElement) {
    super();
    this.toggleEl = containerEl.createEl("label", { cls: "checkbox-container" });
    this.inputEl = this.toggleEl.createEl("input", { type: "checkbox", attr: { role: "switch" } });
    this.inputEl.addEventListener("change", () => {
      this.paint();
      this.changed?.(this.getValue());
    });
  }

  override setDisabled(disabled: boolean): this {
    this.inputEl.disabled = disabled;
    this.toggleEl.toggleClass("is-disabled", disabled);
    return super.setDisabled(disabled);
  }

  getValue(): boolean { return this.inputEl.checked; }

  setValue(on: boolean): this {
    const was = this.inputEl.checked;
    this.inputEl.checked = on;
    this.paint();
    if (was !== on) this.changed?.(on);
    return this;
  }

  setTooltip(tooltip: string, options?: Published.TooltipOptions): this { setTooltip(this.inputEl, tooltip, options); return this; }

  onClick(): void { this.inputEl.click(); }

  onChange(callback: (value: boolean) => unknown): this { this.changed = callback; return this; }

  private paint(): void { this.toggleEl.toggleClass("is-enabled", this.inputEl.checked); }
}

export class AbstractTextComponent<T extends HTMLInputElement | HTMLTextAreaElement> extends ValueComponent<string>
  implements Public<Published.AbstractTextComponent<T>> {
  inputEl: T;
  private changed: ((value: string) => unknown) | undefined;

  constructor(inputEl: T) {
    super();
    this.inputEl = inputEl;
    inputEl.addEventListener("input", () => this.onChanged());
  }

  override setDisabled(disabled: boolean): this { this.inputEl.disabled = disabled; return super.setDisabled(disabled); }

  getValue(): string { return this.inputEl.value; }

  setValue(value: string): this { this.inputEl.value = value; return this; }

  setPlaceholder(placeholder: string): this { this.inputEl.placeholder = placeholder; return this; }

  onChanged(): void { this.changed?.(this.getValue()); }

  onChange(callback: (value: string) => unknown): this { this.changed = callback; return this; }
}

export class TextComponent extends AbstractTextComponent<HTMLInputElement> {
  constructor(containerEl: HTMLElement) {
    super(containerEl.createEl("input", { type: "text", attr: { spellcheck: "false" } }));
  }
}

export class MomentFormatComponent extends TextComponent implements Public<Published.MomentFormatComponent> {
  sampleEl: HTMLElement = createSpan({ cls: "u-pop" });

  setDefaultFormat(defaultFormat: string): this { return this.setPlaceholder(defaultFormat); }

  setSampleEl(sampleEl: HTMLElement): this { this.sampleEl = sampleEl; return this; }

  updateSample(): void { this.sampleEl.setText(this.getValue()); }
}

export class TextAreaComponent extends AbstractTextComponent<HTMLTextAreaElement> {
  constructor(containerEl: HTMLElement) {
    super(containerEl.createEl("textarea", { attr: { spellcheck: "false" } }));
  }
}

export class SearchComponent extends AbstractTextComponent<HTMLInputElement> implements Public<Published.SearchComponent> {
  clearButtonEl: HTMLElement;

  constructor(containerEl: HTMLElement) {
    const box = containerEl.createDiv({ cls: "search-input-container" });
    super(box.createEl("input", { type: "search", attr: { spellcheck: "false" } }));
    this.clearButtonEl = box.createEl("button", { cls: "search-input-clear-button", attr: { "aria-label": "Clear search" } });
    this.clearButtonEl.addEventListener("click", () => { this.setValue("").onChanged(); });
  }
}

export class DropdownComponent extends ValueComponent<string> implements Public<Published.DropdownComponent> {
  selectEl: HTMLSelectElement;
  private changed: ((value: string) => unknown) | undefined;

  constructor(containerEl: HTMLElement) {
    super();
    this.selectEl = containerEl.createEl("select", { cls: "dropdown" });
    this.selectEl.addEventListener("change", () => this.changed?.(this.getValue()));
  }

  override setDisabled(disabled: boolean): this { this.selectEl.disabled = disabled; return super.setDisabled(disabled); }

  addOption(value: string, display: string): this {
    this.selectEl.createEl("option", { text: display, value });
    return this;
  }

  addOptions(options: Record<string, string>): this {
    for (const [value, display] of Object.entries(options)) this.addOption(value, display);
    return this;
  }

  getValue(): string { return this.selectEl.value; }

  setValue(value: string): this { this.selectEl.value = value; return this; }

  onChange(callback: (value: string) => unknown): this { this.changed = callback; return this; }
}

export class SliderComponent extends ValueComponent<number> implements Public<Published.SliderComponent> {
  sliderEl: HTMLInputElement;
  private format: (value: number) => string = String;
  private changed: ((value: number) => unknown) | undefined;

  constructor(containerEl: HTMLElement) {
    super();
    this.sliderEl = containerEl.createEl("input", { cls: "slider", type: "range" });
    const tell = (): void => { this.sliderEl.title = this.getValuePretty(); };
    this.sliderEl.addEventListener("input", tell);
    this.sliderEl.addEventListener("change", () => { tell(); this.changed?.(this.getValue()); });
  }

  override setDisabled(disabled: boolean): this { this.sliderEl.disabled = disabled; return super.setDisabled(disabled); }

  setInstant(instant: boolean): this {
    if (instant) this.sliderEl.addEventListener("input", () => this.changed?.(this.getValue()));
    return this;
  }

  setLimits(min: number | null, max: number | null, step: number | "any"): this {
    this.sliderEl.min = min === null ? "" : String(min);
    this.sliderEl.max = max === null ? "" : String(max);
    this.sliderEl.step = String(step);
    return this;
  }

  getValue(): number { return Number(this.sliderEl.value); }

  setValue(value: number): this { this.sliderEl.value = String(value); this.sliderEl.title = this.getValuePretty(); return this; }

  getValuePretty(): string { return this.format(this.getValue()); }

  setDisplayFormat(format: (value: number) => string): this { this.format = format; return this; }

  setDynamicTooltip(): this { return this; }

  onChange(callback: (value: number) => unknown): this { this.changed = callback; return this; }
}

export class ColorComponent extends ValueComponent<string> implements Public<Published.ColorComponent> {
  private readonly inputEl: HTMLInputElement;
  private changed: ((value: string) => unknown) | undefined;

  constructor(containerEl: HTMLElement) {
    super();
    this.inputEl = containerEl.createEl("input", { type: "color" });
    this.inputEl.addEventListener("change", () => this.changed?.(this.getValue()));
  }

  override setDisabled(disabled: boolean): this { this.inputEl.disabled = disabled; return super.setDisabled(disabled); }

  getValue(): string { return this.inputEl.value; }

  getValueRgb(): Published.RGB {
    const value = parseInt(this.getValue().slice(1), 16);
    return { r: value >> 16, g: (value >> 8) & 255, b: value & 255 };
  }

  getValueHsl(): Published.HSL {
    const { r, g, b } = this.getValueRgb();
    const max = Math.max(r, g, b) / 255;
    const min = Math.min(r, g, b) / 255;
    const l = (max + min) / 2;
    const span = max - min;
    if (span === 0) return { h: 0, s: 0, l: l * 100 };
    const s = span / (1 - Math.abs(2 * l - 1));
    const sixth = max === r / 255 ? ((g - b) / 255 / span + 6) % 6 : max === g / 255 ? (b - r) / 255 / span + 2 : (r - g) / 255 / span + 4;
    return { h: sixth * 60, s: s * 100, l: l * 100 };
  }

  setValue(value: string): this { this.inputEl.value = value; return this; }

  setValueRgb({ r, g, b }: Published.RGB): this {
    return this.setValue(`#${[r, g, b].map((each) => Math.round(each).toString(16).padStart(2, "0")).join("")}`);
  }

  setValueHsl({ h, s, l }: Published.HSL): this {
    const light = l / 100;
    const reach = (s / 100) * Math.min(light, 1 - light);
    const part = (n: number): number => {
      const k = (n + h / 30) % 12;
      return 255 * (light - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1)));
    };
    return this.setValueRgb({ r: part(0), g: part(8), b: part(4) });
  }

  onChange(callback: (value: string) => unknown): this { this.changed = callback; return this; }
}

export class ProgressBarComponent extends ValueComponent<number> implements Public<Published.ProgressBarComponent> {
  private readonly bar: HTMLProgressElement;

  constructor(containerEl: HTMLElement) {
    super();
    this.bar = containerEl.createEl("progress", { attr: { max: 100 } });
  }

  getValue(): number { return this.bar.value; }

  setValue(value: number): this { this.bar.value = value; return this; }
}

export class DisplayValueComponent implements Public<Published.DisplayValueComponent> {
  valueEl: HTMLElement;

  constructor(containerEl: HTMLElement) { this.valueEl = containerEl.createSpan({ cls: "setting-display-value" }); }

  setValue(value: string | null): this { this.valueEl.setText(value ?? ""); return this; }

  setStatus(status: "warning" | null): this { this.valueEl.toggleClass("mod-warning", status === "warning"); return this; }
}

let settingCount = 0;

export class Setting implements Omit<Public<Published.Setting>, `add${string}`> {
  settingEl: HTMLElement;
  infoEl: HTMLElement;
  nameEl: HTMLElement;
  descEl: HTMLElement;
  controlEl: HTMLElement;
  components: BaseComponent[] = [];
  errorEl: HTMLElement | null = null;

  constructor(containerEl: HTMLElement) {
    this.settingEl = containerEl.createDiv({ cls: "setting-item" });
    this.infoEl = this.settingEl.createDiv({ cls: "setting-item-info" });
    this.nameEl = this.infoEl.createDiv({ cls: "setting-item-name", attr: { id: `setting-${++settingCount}` } });
    this.descEl = this.infoEl.createDiv({ cls: "setting-item-description" });
    this.controlEl = this.settingEl.createDiv({ cls: "setting-item-control" });
  }

  setErrorMessage(message: string | null): this {
    this.errorEl?.remove();
    this.errorEl = message === null ? null : this.infoEl.createDiv({ cls: "setting-item-error", text: message, attr: { role: "alert" } });
    return this;
  }

  setName(name: string | DocumentFragment): this { this.nameEl.setText(name); return this; }

  setDesc(desc: string | DocumentFragment): this { this.descEl.setText(desc); return this; }

  setClass(cls: string): this { this.settingEl.addClass(cls); return this; }

  setTooltip(tooltip: string, options?: Published.TooltipOptions): this { setTooltip(this.nameEl, tooltip, options); return this; }

  setHeading(): this {
    this.settingEl.addClass("setting-item-heading");
    this.nameEl.setAttrs({ role: "heading", "aria-level": 3 });
    return this;
  }

  setDisabled(disabled: boolean): this {
    this.settingEl.toggleClass("is-disabled", disabled);
    for (const each of this.components) each.setDisabled(disabled);
    return this;
  }

  addButton(callback: (component: ButtonComponent) => unknown): this { return this.take(new ButtonComponent(this.controlEl), callback); }

  addExtraButton(callback: (component: ExtraButtonComponent) => unknown): this { return this.take(new ExtraButtonComponent(this.controlEl), callback); }

  addToggle(callback: (component: ToggleComponent) => unknown): this { return this.take(new ToggleComponent(this.controlEl), callback); }

  addText(callback: (component: TextComponent) => unknown): this { return this.take(new TextComponent(this.controlEl), callback); }

  addSearch(callback: (component: SearchComponent) => unknown): this { return this.take(new SearchComponent(this.controlEl), callback); }

  addTextArea(callback: (component: TextAreaComponent) => unknown): this { return this.take(new TextAreaComponent(this.controlEl), callback); }

  addMomentFormat(callback: (component: MomentFormatComponent) => unknown): this { return this.take(new MomentFormatComponent(this.controlEl), callback); }

  addDropdown(callback: (component: DropdownComponent) => unknown): this { return this.take(new DropdownComponent(this.controlEl), callback); }

  addColorPicker(callback: (component: ColorComponent) => unknown): this { return this.take(new ColorComponent(this.controlEl), callback); }

  addProgressBar(callback: (component: ProgressBarComponent) => unknown): this { return this.take(new ProgressBarComponent(this.controlEl), callback); }

  addSlider(callback: (component: SliderComponent) => unknown): this { return this.take(new SliderComponent(this.controlEl), callback); }

  addComponent<T extends BaseComponent>(make: (el: HTMLElement) => T): this { return this.take(make(this.controlEl), () => undefined); }

  addDisplayValue(callback: (component: DisplayValueComponent) => unknown): this {
    callback(new DisplayValueComponent(this.controlEl));
    return this;
  }

  then(callback: (setting: this) => unknown): this { callback(this); return this; }

  clear(): this {
    this.controlEl.empty();
    this.components = [];
    return this;
  }

  private take<T extends BaseComponent>(component: T, callback: (component: T) => unknown): this {
    this.components.push(component);
    const control = this.controlEl.lastElementChild?.matches("input, select, textarea")
      ? this.controlEl.lastElementChild : this.controlEl.lastElementChild?.querySelector("input, select, textarea");
    control?.setAttribute("aria-labelledby", this.nameEl.id);
    callback(component);
    return this;
  }
}

export class SettingGroup implements Omit<Public<Published.SettingGroup>, `add${string}`> {
  listEl: HTMLElement;
  private readonly el: HTMLElement;
  private heading: Setting | undefined;

  constructor(containerEl: HTMLElement) {
    this.el = containerEl.createDiv({ cls: "setting-group" });
    this.listEl = this.el.createDiv({ cls: "setting-items" });
  }

  setHeading(text: string | DocumentFragment): this { this.head.setName(text); return this; }

  addClass(...classes: string[]): this { this.el.addClass(...classes); return this; }

  addSetting(callback: (setting: Setting) => void): this { callback(new Setting(this.listEl)); return this; }

  addSearch(callback: (component: SearchComponent) => unknown): this { this.head.addSearch(callback); return this; }

  addExtraButton(callback: (component: ExtraButtonComponent) => unknown): this { this.head.addExtraButton(callback); return this; }

  /** Shows or hides the group as a whole. */
  toggle(shown: boolean): void { this.el.toggle(shown); }

  private get head(): Setting {
    if (this.heading === undefined) {
      this.heading = new Setting(this.el).setHeading();
      this.el.prepend(this.heading.settingEl);
    }
    return this.heading;
  }
}
