/** The settings: the workbench's own page, then one per plugin that has a tab. */
import type * as Published from "obsidian";
import type { App } from "./obsidian/app.mts";
import { Modal } from "./obsidian/modal.mts";
import { published } from "./obsidian/published.mts";
import { SettingTab } from "./obsidian/setting-tab.mts";
import { Setting } from "./obsidian/setting.mts";

/** How the page looks; kept by the page. */
export interface Looks {
  readonly dark: boolean;
  readonly mobile: boolean;
  setDark(dark: boolean): void;
  setMobile(mobile: boolean): void;
}

class AppearanceTab extends SettingTab {
  constructor(private readonly own: App, private readonly looks: Looks) {
    super(published<Published.App>(own));
    this.name = "Workbench";
    this.id = "workbench";
  }

  override display(): void {
    this.containerEl.empty();
    new Setting(this.containerEl).setName("Dark").setDesc("Light letters on a dark page.")
      .addToggle((toggle) => toggle.setValue(this.looks.dark).onChange((value) => this.looks.setDark(value)));
    new Setting(this.containerEl).setName("Phone").setDesc("Narrow page, and what plugins read of the platform says phone.")
      .addToggle((toggle) => toggle.setValue(this.looks.mobile).onChange((value) => this.looks.setMobile(value)));
    new Setting(this.containerEl).setName("Plugins").setHeading();
    const { plugins } = this.own;
    for (const manifest of Object.values(plugins.manifests)) {
      const time = plugins.loadTimes[manifest.id];
      new Setting(this.containerEl).setName(`${manifest.name} ${manifest.version}`)
        .setDesc(`${manifest.description}${time === undefined ? "" : ` Loaded in ${time.toFixed(1)} ms.`}`)
        .addToggle((toggle) => toggle.setValue(plugins.enabledPlugins.has(manifest.id)).onChange((value) => {
          void (value ? plugins.enablePlugin(manifest.id) : plugins.disablePlugin(manifest.id)).then(() => this.reopen?.());
        }));
    }
  }

  /** Called when plugins came or went, so that the list at the left follows. */
  reopen: (() => void) | undefined;
}

export class SettingsModal extends Modal {
  private readonly listEl: HTMLElement;
  private readonly paneEl: HTMLElement;
  private readonly appearance: AppearanceTab;
  private shown: SettingTab | undefined;

  constructor(private readonly own: App, looks: Looks) {
    super(published<Published.App>(own));
    this.modalEl.addClass("mod-settings");
    this.setTitle("Settings");
    this.listEl = this.contentEl.createDiv({ cls: "vertical-tab-header", attr: { role: "tablist", "aria-orientation": "vertical" } });
    this.paneEl = this.contentEl.createDiv({ cls: "vertical-tab-content-container" });
    this.appearance = new AppearanceTab(own, looks);
    this.appearance.reopen = () => this.drawList();
  }

  override onOpen(): void {
    this.drawList();
    this.openTab(this.appearance.id);
  }

  override onClose(): void { this.shown?.hide(); }

  /** Shows the tab of that id: `workbench` or a plugin's. */
  openTab(id: string): void {
    const tab = this.tabs().find((each) => each.id === id);
    if (tab === undefined) return;
    this.shown?.hide();
    this.shown = tab;
    this.paneEl.replaceChildren(tab.containerEl);
    tab.display();
    for (const row of this.listEl.querySelectorAll("[role=tab]")) {
      row.classList.toggle("is-active", row.getAttribute("data-id") === id);
      row.setAttribute("aria-selected", String(row.getAttribute("data-id") === id));
    }
  }

  private tabs(): SettingTab[] { return [this.appearance, ...this.own.settingTabs]; }

  private drawList(): void {
    this.listEl.empty();
    for (const [at, tab] of this.tabs().entries()) {
      if (at < 2) this.listEl.createDiv({ cls: "vertical-tab-header-group-title", text: at === 0 ? "Options" : "Plugins" });
      const row = this.listEl.createEl("button", { cls: "vertical-tab-nav-item", text: tab.name, attr: { role: "tab", "data-id": tab.id } });
      row.toggleClass("is-active", tab === this.shown);
      row.addEventListener("click", () => this.openTab(tab.id));
    }
  }
}
