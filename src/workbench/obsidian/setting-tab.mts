/** Tabs of the settings: declared as data (`getSettingDefinitions`) or drawn by hand (`display`). */
import type * as Published from "obsidian";
import { report } from "./events.mts";
import { setIcon } from "./icons.mts";
import type { Public } from "./published.mts";
import { Setting, SettingGroup, type BaseComponent } from "./setting.mts";

type Definition = Published.SettingDefinition;
type Item = Published.SettingDefinitionItem;
type Group = Published.SettingDefinitionGroup | Published.SettingDefinitionList;
type Page = Published.SettingDefinitionPage;

const ask = <T,>(value: T | (() => T)): T => typeof value === "function" ? (value as () => T)() : value;

/** Something on the page whose visibility or state depends on other values. */
type Watch = () => void;

/** A page of settings that is gone into from a row. */
export abstract class SettingPage implements Public<Published.SettingPage> {
  rootEl: HTMLElement = createDiv({ cls: "setting-page" });
  titlebarEl: HTMLElement = this.rootEl.createDiv({ cls: "setting-page-titlebar" });
  containerEl: HTMLElement = this.rootEl.createDiv({ cls: "setting-page-content" });
  title = "";

  abstract display(): void;

  hide(): void { this.containerEl.empty(); }
}

export abstract class SettingTab implements Public<Published.SettingTab> {
  icon = "settings";
  app: Published.App;
  containerEl: HTMLElement = createDiv({ cls: "vertical-tab-content" });
  settingItems: Item[] = [];
  /** The tab's name and id in the list at the left; set on registration. */
  name = "";
  id = "";
  private watches: Watch[] = [];
  private endings: (() => void)[] = [];
  private readonly trail: Page[] = [];

  constructor(app: Published.App) {
    this.app = app;
  }

  getSettingDefinitions(): Item[] { return []; }

  getControlValue(_key: string): unknown { return undefined; }

  setControlValue(_key: string, _value: unknown): void | Promise<void> { /* for heirs */ }

  /** Draws the tab anew from its definitions, when it has any. */
  update(): void {
    this.settingItems = this.getSettingDefinitions();
    if (this.containerEl.isConnected && this.settingItems.length > 0) this.drawItems();
  }

  refreshDomState(): void { for (const watch of this.watches) watch(); }

  display(): void {
    this.settingItems = this.getSettingDefinitions();
    this.trail.length = 0;
    this.drawItems();
  }

  hide(): void {
    for (const end of this.endings.splice(0)) end();
    this.watches = [];
    this.containerEl.empty();
  }

  private drawItems(): void {
    for (const end of this.endings.splice(0)) end();
    this.watches = [];
    const scroll = this.containerEl.scrollTop;
    this.containerEl.empty();
    const page = this.trail[this.trail.length - 1];
    if (page !== undefined) this.drawBack(page);
    if (page?.page !== undefined) this.drawOwnPage(page.page());
    else this.drawList(page?.items ?? this.settingItems, this.containerEl);
    this.refreshDomState();
    this.containerEl.scrollTop = scroll;
  }

  private drawOwnPage(page: Published.SettingPage): void {
    this.containerEl.append(page.rootEl);
    page.display();
    this.endings.push(() => page.hide());
  }

  private drawBack(page: Page): void {
    const back = this.containerEl.createEl("button", { cls: "setting-page-back clickable-icon" });
    setIcon(back, "chevron-left");
    back.createSpan({ text: page.name });
    back.addEventListener("click", () => {
      this.trail.pop();
      this.drawItems();
    });
  }

  private drawList(items: readonly Item[], into: HTMLElement): void {
    let group: SettingGroup | undefined;
    for (const item of items) {
      if ("type" in item && (item.type === "group" || item.type === "list")) {
        group = undefined;
        this.drawGroup(item, new SettingGroup(into));
      } else {
        group ??= new SettingGroup(into);
        this.drawRow(item as Definition | Page, group, 0);
      }
    }
  }

  private drawGroup(item: Group, group: SettingGroup): void {
    if (item.heading !== undefined) group.setHeading(item.heading);
    if (item.cls !== undefined) group.addClass(item.cls);
    for (const each of item.extraButtons ?? []) group.addExtraButton((button) => each(button));
    const rows: { definition: Definition | Page; el: HTMLElement }[] = [];
    if (item.search !== undefined) {
      const { match, placeholder } = item.search;
      group.addSearch((search) => search.setPlaceholder(placeholder ?? "Filter").onChange((query) => {
        for (const row of rows) row.el.toggle(query === "" || match(row.definition, query));
      }));
    }
    const items = item.items ?? [];
    items.forEach((definition, at) => {
      const el = this.drawRow(definition, group, at, item.type === "list" ? item as Published.SettingDefinitionList : undefined);
      rows.push({ definition, el });
    });
    if (item.type === "list") {
      const list = item as Published.SettingDefinitionList;
      if (items.length === 0 && list.emptyState !== undefined) group.listEl.createDiv({ cls: "setting-empty-state", text: list.emptyState });
      const { addItem } = list;
      if (addItem !== undefined) {
        group.addSetting((setting) => {
          setting.addButton((button) => { button.setButtonText(addItem.name).onClick(() => { addItem.action(button.buttonEl); }); });
        });
      }
    }
    if (item.visible !== undefined) this.watches.push(() => group.toggle(ask(item.visible as boolean | (() => boolean))));
  }

  private drawRow(item: Definition | Page, group: SettingGroup, index: number, list?: Published.SettingDefinitionList): HTMLElement {
    let el = group.listEl;
    group.addSetting((setting) => {
      el = setting.settingEl;
      setting.setName(item.name);
      if (item.desc !== undefined) setting.setDesc(typeof item.desc === "string" ? item.desc : item.desc.cloneNode(true) as DocumentFragment);
      if (item.visible !== undefined) this.watches.push(() => setting.settingEl.toggle(ask(item.visible as boolean | (() => boolean))));
      if ("type" in item) this.drawPageRow(item, setting);
      else if (item.control !== undefined) this.drawControl(item.control, setting);
      else if (item.render !== undefined) {
        const end = item.render(setting, group);
        if (typeof end === "function") this.endings.push(end);
      } else if (item.action !== undefined) {
        const { action, disabled } = item;
        setting.settingEl.addClass("mod-clickable");
        setting.addExtraButton((button) => {
          button.setIcon("chevron-right").setTooltip(item.name).onClick(() => action(setting.settingEl, index));
          if (disabled !== undefined) this.watches.push(() => { button.setDisabled(ask(disabled)); });
        });
      }
      if (list?.onReorder !== undefined) {
        const { onReorder } = list;
        setting.addExtraButton((button) => button.setIcon("arrow-up").setTooltip("Move up").onClick(() => { if (index > 0) onReorder(index, index - 1); }));
      }
      if (list?.onDelete !== undefined) {
        const { onDelete } = list;
        setting.addExtraButton((button) => button.setIcon("trash-2").setTooltip("Remove").onClick(() => onDelete(index)));
      }
    });
    return el;
  }

  private drawPageRow(page: Page, setting: Setting): void {
    setting.settingEl.addClass("mod-clickable");
    const value = page.displayValue;
    if (value !== undefined) {
      setting.addDisplayValue((component) => this.watches.push(() => {
        component.setValue(ask(value)).setStatus(page.status === undefined ? null : ask(page.status));
      }));
    }
    const enter = (): void => {
      this.trail.push(page);
      this.drawItems();
    };
    setting.addExtraButton((button) => button.setIcon("chevron-right").setTooltip(page.name).onClick(enter));
    setting.infoEl.addEventListener("click", enter);
  }

  private drawControl(control: Published.SettingControl, setting: Setting): void {
    const value = this.getControlValue(control.key) ?? control.defaultValue;
    const store = async (next: unknown): Promise<void> => {
      const validate = control.validate as ((value: unknown) => string | void | Promise<string | void>) | undefined;
      const complaint = await validate?.(next);
      setting.setErrorMessage(typeof complaint === "string" && complaint !== "" ? complaint : null);
      if (typeof complaint === "string" && complaint !== "") return;
      await this.setControlValue(control.key, next);
      this.refreshDomState();
    };
    const keep = (next: unknown): void => { store(next).catch(report); };
    const text = typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value);
    switch (control.type) {
      case "toggle": setting.addToggle((toggle) => toggle.setValue(value === true).onChange(keep)); break;
      case "dropdown": setting.addDropdown((list) => list.addOptions(control.options).setValue(text).onChange(keep)); break;
      case "text": setting.addText((input) => input.setPlaceholder(control.placeholder ?? "").setValue(text).onChange(keep)); break;
      case "textarea": setting.addTextArea((input) => {
        input.setPlaceholder(control.placeholder ?? "").setValue(text).onChange(keep);
        if (control.rows !== undefined) input.inputEl.rows = control.rows;
      }); break;
      case "number": setting.addText((input) => {
        input.setPlaceholder(control.placeholder ?? "").setValue(text).onChange((next) => { if (next !== "") keep(Number(next)); });
        input.inputEl.type = "number";
        for (const name of ["min", "max", "step"] as const) {
          const limit = control[name];
          if (limit !== undefined) input.inputEl[name] = String(limit);
        }
      }); break;
      case "slider": setting.addSlider((slider) => {
        slider.setLimits(control.min, control.max, control.step).setValue(Number(value ?? control.min)).onChange(keep);
        if (control.displayFormat !== undefined) slider.setDisplayFormat(control.displayFormat);
      }); break;
      case "color": setting.addColorPicker((picker) => picker.setValue(text).onChange(keep)); break;
      case "file": case "folder": setting.addText((input) => {
        const { vault } = this.app;
        const id = `paths-${control.key}`;
        const list = setting.controlEl.createEl("datalist", { attr: { id } });
        const paths = control.type === "file"
          ? vault.getFiles().filter((file) => control.filter?.(file) !== false).map((file) => file.path)
          : vault.getAllFolders(control.includeRoot).filter((folder) => control.filter?.(folder) !== false).map((folder) => folder.path);
        for (const path of paths.sort()) list.createEl("option", { value: path });
        input.inputEl.setAttribute("list", id);
        input.setPlaceholder(control.placeholder ?? "").setValue(text).onChange(keep);
      }); break;
    }
    const { disabled } = control;
    if (disabled !== undefined) {
      const components: readonly BaseComponent[] = setting.components;
      this.watches.push(() => { for (const each of components) each.setDisabled(ask(disabled)); });
    }
  }
}

export abstract class PluginSettingTab extends SettingTab implements Public<Published.PluginSettingTab> {
  constructor(app: Published.App, private readonly plugin: Published.Plugin) {
    super(app);
    this.name = plugin.manifest.name;
    this.id = plugin.manifest.id;
  }

  override getControlValue(key: string): unknown {
    return (this.plugin.settings as Record<string, unknown> | undefined)?.[key];
  }

  override async setControlValue(key: string, value: unknown): Promise<void> {
    const settings = (this.plugin.settings ??= {}) as Record<string, unknown>;
    settings[key] = value;
    await this.plugin.saveData(settings);
  }
}
