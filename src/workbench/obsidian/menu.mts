/** Menus at the pointer. */
import type * as Published from "obsidian";
import { Component } from "./events.mts";
import { setIcon } from "./icons.mts";
import { Scope } from "./keymap.mts";
import { published, type Public } from "./published.mts";

export class MenuItem implements Public<Published.MenuItem> {
  readonly el: HTMLElement;
  section = "";
  private readonly titleEl: HTMLElement;
  private readonly iconEl: HTMLElement;
  private readonly checkEl: HTMLElement;
  private action: ((event: MouseEvent | KeyboardEvent) => unknown) | undefined;
  private disabled = false;

  constructor(private readonly menu: Menu) {
    this.el = createDiv({ cls: "menu-item tappable", attr: { role: "menuitem", tabindex: -1 } });
    this.iconEl = this.el.createDiv({ cls: "menu-item-icon" });
    this.titleEl = this.el.createDiv({ cls: "menu-item-title" });
    this.checkEl = this.el.createDiv({ cls: "menu-item-icon mod-checked" });
    this.el.addEventListener("click", (event) => this.choose(event));
  }

  choose(event: MouseEvent | KeyboardEvent): void {
    if (this.disabled) return;
    this.menu.hide();
    this.action?.(event);
  }

  setTitle(title: string | DocumentFragment): this { this.titleEl.setText(title); return this; }

  setIcon(icon: string | null): this { setIcon(this.iconEl, icon ?? ""); return this; }

  setChecked(checked: boolean | null): this { setIcon(this.checkEl, checked === true ? "check" : ""); return this; }

  setDisabled(disabled: boolean): this { this.disabled = disabled; this.el.toggleClass("is-disabled", disabled); return this; }

  setWarning(isWarning: boolean): this { this.el.toggleClass("is-warning", isWarning); return this; }

  setIsLabel(isLabel: boolean): this { this.el.toggleClass("is-label", isLabel); return this.setDisabled(isLabel); }

  onClick(callback: (event: MouseEvent | KeyboardEvent) => unknown): this { this.action = callback; return this; }

  setSection(section: string): this { this.section = section; return this; }
}

/** The line between groups of items. */
export class MenuSeparator {
  readonly el = createDiv({ cls: "menu-separator", attr: { role: "separator" } });
}

/** The keymap that open menus take the keys from; the app sets it once. */
let keymap: Published.Keymap | undefined;

export function setMenuKeymap(map: Published.Keymap): void { keymap = map; }

const forEvents = new WeakMap<Event, Menu>();

export class Menu extends Component implements Public<Published.Menu> {
  private readonly entries: (MenuItem | MenuSeparator)[] = [];
  private readonly el = createDiv({ cls: "menu", attr: { role: "menu" } });
  private readonly scope = new Scope();
  private readonly hidden: (() => unknown)[] = [];
  private at = -1;
  private readonly outside = (event: Event): void => {
    if (!this.el.contains(event.target as Node)) this.hide();
  };

  constructor() {
    super();
    this.scope.register([], "Escape", () => { this.hide(); return false; });
    this.scope.register([], "ArrowDown", () => { this.move(1); return false; });
    this.scope.register([], "ArrowUp", () => { this.move(-1); return false; });
    this.scope.register([], "Enter", (event) => { this.items()[this.at]?.choose(event); return false; });
  }

  static forEvent(event: PointerEvent | MouseEvent): Published.Menu {
    let menu = forEvents.get(event);
    if (menu === undefined) {
      forEvents.set(event, menu = new Menu());
      const made = menu;
      event.preventDefault();
      window.setTimeout(() => made.showAtMouseEvent(event), 0);
    }
    return published<Published.Menu>(menu);
  }

  addItem(callback: (item: Published.MenuItem) => unknown): this {
    const item = new MenuItem(this);
    this.entries.push(item);
    callback(published<Published.MenuItem>(item));
    return this;
  }

  addSeparator(): this { this.entries.push(new MenuSeparator()); return this; }

  setNoIcon(): this { this.el.addClass("mod-no-icon"); return this; }

  setUseNativeMenu(): this { return this; }

  setParentElement(): this { return this; }

  showAtMouseEvent(event: MouseEvent): this { return this.showAtPosition({ x: event.clientX, y: event.clientY }); }

  showAtPosition(position: Published.MenuPositionDef): this {
    this.el.replaceChildren(...this.entries.map((each) => each.el));
    document.body.append(this.el);
    const box = this.el.getBoundingClientRect();
    this.el.setCssStyles({
      left: `${Math.max(4, Math.min(position.x, window.innerWidth - box.width - 4))}px`,
      top: `${Math.max(4, Math.min(position.y, window.innerHeight - box.height - 4))}px`,
    });
    keymap?.pushScope(published<Published.Scope>(this.scope));
    window.setTimeout(() => document.addEventListener("mousedown", this.outside, true), 0);
    this.load();
    return this;
  }

  hide(): this {
    if (!this.el.isConnected) return this;
    this.el.remove();
    keymap?.popScope(published<Published.Scope>(this.scope));
    document.removeEventListener("mousedown", this.outside, true);
    this.unload();
    for (const each of this.hidden) each();
    return this;
  }

  close(): void { this.hide(); }

  onHide(callback: () => unknown): void { this.hidden.push(callback); }

  onHistoryBack(): void { this.hide(); }

  private items(): MenuItem[] { return this.entries.filter((each): each is MenuItem => each instanceof MenuItem); }

  private move(by: number): void {
    const items = this.items();
    items[this.at]?.el.removeClass("selected");
    this.at = (this.at + by + items.length) % Math.max(1, items.length);
    items[this.at]?.el.addClass("selected");
    items[this.at]?.el.focus();
  }
}
