/** The app: everything a plugin reaches through `this.app`. */
import type * as Published from "obsidian";
import type { Store } from "../store.mts";
import { CommandRegistry } from "./commands.mts";
import { Events } from "./events.mts";
import { FileManager } from "./file-manager.mts";
import { followLinks, pagePreview } from "./hover.mts";
import { Keymap, Scope } from "./keymap.mts";
import { MarkdownView } from "./markdown-view.mts";
import { setMenuKeymap } from "./menu.mts";
import { MetadataCache } from "./metadata.mts";
import { PluginRegistry, type Host } from "./plugin.mts";
import { published, type Public } from "./published.mts";
import type { SettingTab } from "./setting-tab.mts";
import { Vault } from "./vault.mts";
import { Workspace } from "./workspace.mts";

export class SecretStorage extends Events implements Public<Published.SecretStorage> {
  private readonly secrets = new Map<string, string>();

  setSecret(id: string, secret: string): void { this.secrets.set(id, secret); this.trigger("change", id); }

  getSecret(id: string): string | null { return this.secrets.get(id) ?? null; }

  listSecrets(): string[] { return [...this.secrets.keys()]; }
}

export class App implements Public<Published.App>, Omit<Host, "workspace"> {
  keymap: Published.Keymap;
  scope: Published.Scope;
  workspace: Published.Workspace;
  vault: Published.Vault;
  metadataCache: Published.MetadataCache;
  fileManager: Published.FileManager;
  lastEvent: Published.UserEvent | null = null;
  renderContext: Published.RenderContext = { hoverPopover: null };
  secretStorage: Published.SecretStorage;
  readonly plugins: PluginRegistry;
  readonly commands: CommandRegistry;
  readonly statusBarEl: HTMLElement;
  readonly settingTabs: SettingTab[] = [];
  readonly cliHandlers = new Map<string, Published.CliHandler>();
  readonly protocolHandlers = new Map<string, Published.ObsidianProtocolHandler>();
  private readonly ownVault: Vault;
  private readonly ownCache: MetadataCache;

  /** `modules` are what plugins get from `require`. Needs a page: the workspace is made of elements. */
  constructor(store: Store, modules: Readonly<Record<string, unknown>>) {
    const self = published<Published.App>(this);
    this.keymap = published<Published.Keymap>(new Keymap());
    this.scope = published<Published.Scope>(new Scope());
    this.keymap.pushScope(this.scope);
    setMenuKeymap(this.keymap);
    this.ownVault = new Vault(store);
    this.vault = published<Published.Vault>(this.ownVault);
    this.ownCache = new MetadataCache(this.vault);
    this.metadataCache = published<Published.MetadataCache>(this.ownCache);
    this.fileManager = published<Published.FileManager>(new FileManager(self));
    this.secretStorage = published<Published.SecretStorage>(new SecretStorage());
    this.commands = new CommandRegistry(self);
    this.plugins = new PluginRegistry(self, modules);
    this.statusBarEl = createDiv({ cls: "status-bar" });
    const workspace = new Workspace(self);
    this.workspace = published<Published.Workspace>(workspace);
    workspace.registerView("markdown", (leaf) => published<Published.View>(new MarkdownView(leaf)));
    workspace.registerExtensions(["md"], "markdown");
    pagePreview(self);
    followLinks(self);
    document.addEventListener("keydown", (event) => {
      this.lastEvent = event;
      (this.keymap as unknown as Keymap).handle(event);
      if (event.defaultPrevented || (this.keymap as unknown as Keymap).busy) return;
      if (!this.commands.press(event)) return;
      event.preventDefault();
      event.stopPropagation();
    }, true);
    document.addEventListener("mousedown", (event) => { this.lastEvent = event; }, true);
  }

  /** Reads the vault and its metadata. Plugins are loaded after, the layout is ready last. */
  async start(): Promise<void> {
    await this.ownVault.start();
    await this.ownCache.start();
  }

  isDarkMode(): boolean { return document.body.classList.contains("theme-dark"); }

  loadLocalStorage(key: string): unknown {
    const text = window.localStorage.getItem(`${this.vault.getName()}-${key}`);
    if (text === null) return null;
    try { return JSON.parse(text) as unknown; } catch { return null; }
  }

  saveLocalStorage(key: string, data: unknown): void {
    const name = `${this.vault.getName()}-${key}`;
    if (data === null || data === undefined) window.localStorage.removeItem(name);
    else window.localStorage.setItem(name, JSON.stringify(data));
  }
}
