/** The workbench's page: builds the app over the server's vault, loads the plugins, and opens a note. */
import * as autocomplete from "@codemirror/autocomplete";
import * as commands from "@codemirror/commands";
import * as language from "@codemirror/language";
import * as lint from "@codemirror/lint";
import * as search from "@codemirror/search";
import * as state from "@codemirror/state";
import * as view from "@codemirror/view";
import * as lezerCommon from "@lezer/common";
import * as lezerHighlight from "@lezer/highlight";
import * as lezerLr from "@lezer/lr";
import type * as Published from "obsidian";
import * as obsidian from "./obsidian.mts";
import { fileExplorer } from "./file-explorer.mts";
import { App } from "./obsidian/app.mts";
import { setIcon } from "./obsidian/icons.mts";
import { MarkdownView } from "./obsidian/markdown-view.mts";
import { Notice } from "./obsidian/modal.mts";
import { setMobile } from "./obsidian/platform.mts";
import type { PluginProgram } from "./obsidian/plugin.mts";
import { published } from "./obsidian/published.mts";
import { CommandPalette, QuickSwitcher } from "./prompts.mts";
import { RemoteStore, serverInfo, type ServerInfo } from "./remote.mts";
import { SettingsModal, type Looks } from "./settings-modal.mts";

/** The app's build of the language package marks nodes with the classes of their tokens; ours marks none. */
const languageOfTheApp = { ...language, tokenClassNodeProp: new lezerCommon.NodeProp<string>() };

/** What is left of the app's older editor: plugins tell it of modes for highlighting, which the page does not draw. */
const olderEditor = {
  modes: {} as Record<string, unknown>,
  defineMode(name: string, mode: unknown): void { this.modes[name] = mode; },
  defineMIME: (): void => undefined,
  getMode: (): { token(stream: { skipToEnd(): void }): null } => ({ token: (stream) => { stream.skipToEnd(); return null; } }),
};

/** What plugins get from `require`: the very modules the page itself runs on. */
const modules: Readonly<Record<string, unknown>> = {
  "obsidian": obsidian, "@codemirror/autocomplete": autocomplete, "@codemirror/commands": commands, "@codemirror/language": languageOfTheApp,
  "@codemirror/lint": lint, "@codemirror/search": search, "@codemirror/state": state, "@codemirror/view": view,
  "@lezer/common": lezerCommon, "@lezer/highlight": lezerHighlight, "@lezer/lr": lezerLr,
};

/** Looks of the page: from the address (`?theme=dark&mobile=1`), else as last time, else as the system is. */
class PageLooks implements Looks {
  constructor(private readonly app: App) {
    const asked = new URLSearchParams(location.search);
    const stored = app.loadLocalStorage("dark");
    const system = window.matchMedia("(prefers-color-scheme: dark)").matches;
    this.setDark(asked.has("theme") ? asked.get("theme") === "dark" : typeof stored === "boolean" ? stored : system);
    this.setMobile(asked.get("mobile") === "1");
  }

  get dark(): boolean { return document.body.hasClass("theme-dark"); }

  get mobile(): boolean { return document.body.hasClass("is-mobile"); }

  setDark(dark: boolean): void {
    document.body.toggleClass("theme-dark", dark);
    document.body.toggleClass("theme-light", !dark);
    this.app.saveLocalStorage("dark", dark);
    this.app.workspace.trigger("css-change");
  }

  setMobile(mobile: boolean): void {
    setMobile(mobile);
    document.body.toggleClass("is-mobile", mobile);
    document.body.toggleClass("is-phone", mobile);
    this.app.workspace.trigger("resize");
  }
}

function script(address: string): Promise<void> {
  return new Promise((done, fail) => {
    const el = document.createElement("script");
    el.src = address;
    el.onload = () => done();
    el.onerror = () => fail(new Error(`${address} could not be loaded`));
    document.head.append(el);
  });
}

async function installPlugins(app: App, info: ServerInfo): Promise<void> {
  for (const id of info.plugins) {
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = `/plugins/${id}/styles.css`;
    document.head.append(style);
    await script(`/plugins/${id}/main.js`);
    const response = await fetch(`/plugins/${id}/manifest.json`);
    const manifest = await response.json() as Published.PluginManifest;
    const program = (window as unknown as { workbenchPlugins: Record<string, PluginProgram> }).workbenchPlugins[id];
    if (program !== undefined) app.plugins.install({ ...manifest, dir: `.obsidian/plugins/${id}` }, program);
  }
}

function ribbonButton(into: HTMLElement, icon: string, title: string, act: () => void): void {
  const el = into.createEl("button", { cls: "clickable-icon side-dock-ribbon-action", attr: { "aria-label": title } });
  setIcon(el, icon);
  el.addEventListener("click", act);
}

/** The workbench's own commands, with the keys the app has for them. */
function ownCommands(app: App, looks: Looks, toggleFiles: () => void): void {
  const own = published<Published.App>(app);
  const mod: Published.Modifier[] = ["Mod"];
  const note = (): MarkdownView | undefined => {
    const shown: unknown = app.workspace.activeLeaf?.view;
    return shown instanceof MarkdownView ? shown : undefined;
  };
  const mode = (id: string, name: string, state: Record<string, unknown>): void => app.commands.add({
    id, name,
    checkCallback: (checking) => {
      const shown = note();
      if (shown === undefined) return false;
      if (!checking) void shown.setState(state, { history: false });
      return true;
    },
  });
  const add = (id: string, name: string, act: () => void, hotkey?: Published.Hotkey): void =>
    app.commands.add({ id, name, callback: act, ...(hotkey === undefined ? {} : { hotkeys: [hotkey] }) });
  add("command-palette:open", "Command palette: Open", () => new CommandPalette(app).open(), { modifiers: mod, key: "p" });
  add("switcher:open", "Quick switcher: Open", () => new QuickSwitcher(own).open(), { modifiers: mod, key: "o" });
  add("app:open-settings", "Open settings", () => new SettingsModal(app, looks).open(), { modifiers: mod, key: "," });
  add("theme:toggle-light-dark", "Toggle light and dark", () => looks.setDark(!looks.dark));
  add("workbench:toggle-mobile", "Toggle phone", () => looks.setMobile(!looks.mobile));
  add("app:toggle-left-sidebar", "Toggle file list", toggleFiles);
  add("app:toggle-right-sidebar", "Toggle right sidebar", () => (app.workspace.rightSplit).toggle());
  add("workspace:close", "Close current tab", () => app.workspace.activeLeaf?.detach());
  add("workspace:split-vertical", "Split right", () => {
    const leaf = app.workspace.activeLeaf;
    if (leaf !== null) void app.workspace.duplicateLeaf(leaf, "split");
  });
  add("app:go-back", "Navigate back", () => { void (app.workspace.activeLeaf as unknown as { travel(way: "back"): Promise<void> } | null)?.travel("back"); },
    { modifiers: [...mod, "Alt"], key: "ArrowLeft" });
  add("app:go-forward", "Navigate forward", () => { void (app.workspace.activeLeaf as unknown as { travel(way: "forward"): Promise<void> } | null)?.travel("forward"); },
    { modifiers: [...mod, "Alt"], key: "ArrowRight" });
  app.commands.add({
    id: "markdown:toggle-preview", name: "Toggle reading view", hotkeys: [{ modifiers: mod, key: "e" }],
    checkCallback: (checking) => {
      const shown = note();
      if (shown !== undefined && !checking) shown.toggleMode();
      return shown !== undefined;
    },
  });
  mode("markdown:reading", "Show reading view", { mode: "preview" });
  mode("markdown:live-preview", "Show live preview", { mode: "source", source: false });
  mode("markdown:source", "Show source mode", { mode: "source", source: true });
}

/** The note to start with: the address's (`?note=…`), else a welcome note, else the first. */
function firstNote(app: Published.App): Published.TFile | null {
  const asked = new URLSearchParams(location.search).get("note");
  if (asked !== null) {
    const found = app.metadataCache.getFirstLinkpathDest(asked, "");
    if (found === null) new Notice(`There is no note ${asked}.`);
    else return found;
  }
  const notes = app.vault.getMarkdownFiles();
  const greetings = ["start here", "welcome", "readme", "home", "index", "dashboard"];
  const rank = (file: Published.TFile) => {
    const at = greetings.findIndex((word) => file.basename.toLowerCase().startsWith(word));
    return at < 0 ? Infinity : file.path.split("/").length * greetings.length + at;
  };
  return [...notes].sort((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)))[0] ?? null;
}

async function main(): Promise<void> {
  const info = await serverInfo();
  const app = new App(new RemoteStore(info.name), modules);
  const own = published<Published.App>(app);
  Object.assign(window, { app, CodeMirror: olderEditor });
  const looks = new PageLooks(app);
  const workspace = app.workspace as unknown as { ribbonEl: HTMLElement; defaultMode: string; ready(): void; leftSplit: { containerEl: HTMLElement } };

  const { containerEl } = workspace.leftSplit;
  const side = containerEl.createDiv({ cls: "workbench-files" });
  const toggleFiles = (): void => {
    document.body.toggleClass("is-files-open", !document.body.hasClass("is-files-open"));
    (app.workspace.leftSplit).toggle();
  };
  ribbonButton(workspace.ribbonEl, "panel-left", "Files", toggleFiles);
  ribbonButton(workspace.ribbonEl, "search", "Quick switcher (Ctrl+O)", () => new QuickSwitcher(own).open());
  ribbonButton(workspace.ribbonEl, "terminal", "Command palette (Ctrl+P)", () => new CommandPalette(app).open());
  const foot = createDiv({ cls: "side-dock-settings" });
  ribbonButton(foot, "sun", "Light and dark", () => looks.setDark(!looks.dark));
  ribbonButton(foot, "smartphone", "Phone", () => looks.setMobile(!looks.mobile));
  ribbonButton(foot, "settings", "Settings", () => new SettingsModal(app, looks).open());
  ownCommands(app, looks, toggleFiles);

  await app.start();
  await installPlugins(app, info);
  for (const id of info.plugins) await app.plugins.enablePlugin(id);
  workspace.ribbonEl.append(foot);

  const head = side.createDiv({ cls: "workspace-sidedock-vault-profile" });
  head.createDiv({ cls: "workspace-drawer-vault-name", text: info.name });
  if (!info.writable) head.createDiv({ cls: "workbench-memory", text: "changes stay in memory" });
  fileExplorer(own, side, () => { if (document.body.hasClass("is-files-open")) toggleFiles(); });

  const frame = createDiv({ cls: "app-container" });
  frame.createDiv({ cls: "horizontal-main-container" }).append(app.workspace.containerEl);
  frame.append(app.statusBarEl);
  document.querySelector(".workbench-loading")?.remove();
  document.body.append(frame);

  const mode = new URLSearchParams(location.search).get("mode");
  if (mode === "live" || mode === "source") workspace.defaultMode = "source";
  const note = firstNote(own);
  if (note !== null) {
    const state = mode === "source" ? { mode: "source", source: true } : {};
    await app.workspace.getLeaf().openFile(note, { active: true, state });
  }
  workspace.ready();
  document.body.setAttribute("data-ready", "");
}

main().catch((error: unknown) => {
  const el = document.querySelector(".workbench-loading") ?? document.body.appendChild(document.createElement("div"));
  el.textContent = `The workbench could not start: ${error instanceof Error ? error.message : String(error)}`;
  throw error;
});
