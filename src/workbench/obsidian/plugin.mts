/** Plugins: what they may register, and how they are loaded and unloaded. */
import type { Extension } from "@codemirror/state";
import type * as Published from "obsidian";
import type { CommandRegistry } from "./commands.mts";
import { Component, report } from "./events.mts";
import { hoverSources } from "./hover.mts";
import { setIcon } from "./icons.mts";
import { editorExtensions } from "./markdown-view.mts";
import { Notice } from "./modal.mts";
import { published, type Public } from "./published.mts";
import { MarkdownPreviewRenderer, registerBlockHandler, unregisterBlockHandler, type BlockHandler } from "./renderer.mts";
import type { PluginSettingTab, SettingTab } from "./setting-tab.mts";
import { editorSuggests, type EditorSuggest } from "./suggest.mts";
import type { Workspace } from "./workspace.mts";

/** What the stand-in's app has beyond the published one. */
export interface Host {
  readonly commands: CommandRegistry;
  readonly workspace: Workspace;
  readonly statusBarEl: HTMLElement;
  readonly settingTabs: SettingTab[];
  readonly cliHandlers: Map<string, Published.CliHandler>;
  readonly protocolHandlers: Map<string, Published.ObsidianProtocolHandler>;
}

export abstract class Plugin extends Component implements Public<Published.Plugin> {
  app: Published.App;
  manifest: Published.PluginManifest;
  settings?: unknown;

  constructor(app: Published.App, manifest: Published.PluginManifest) {
    super();
    this.app = app;
    this.manifest = manifest;
  }

  private get host(): Host { return this.app as unknown as Host; }

  // eslint-disable-next-line @typescript-eslint/no-misused-promises -- the published plugin may load by a promise
  override onload(): Promise<void> | void { /* for heirs */ }

  onUserEnable(): void { /* for heirs */ }

  addRibbonIcon(icon: string, title: string, callback: (event: MouseEvent) => unknown): HTMLElement {
    const el = this.host.workspace.ribbonEl.createEl("button", {
      cls: "clickable-icon side-dock-ribbon-action", attr: { "aria-label": title, "data-tooltip-position": "right" },
    });
    setIcon(el, icon);
    el.addEventListener("click", callback);
    this.register(() => el.remove());
    return el;
  }

  addStatusBarItem(): HTMLElement {
    const el = this.host.statusBarEl.createDiv({ cls: `status-bar-item plugin-${this.manifest.id}` });
    this.register(() => el.remove());
    return el;
  }

  addCommand(command: Published.Command): Published.Command {
    command.id = `${this.manifest.id}:${command.id}`;
    command.name = `${this.manifest.name}: ${command.name}`;
    this.host.commands.add(command);
    this.register(() => this.host.commands.remove(command.id));
    return command;
  }

  removeCommand(commandId: string): void { this.host.commands.remove(`${this.manifest.id}:${commandId}`); }

  addSettingTab(settingTab: Published.PluginSettingTab): void {
    const tab = settingTab as unknown as PluginSettingTab;
    this.host.settingTabs.push(tab);
    // The app reads the definitions at once, for its search.
    tab.settingItems = tab.getSettingDefinitions();
    this.register(() => this.host.settingTabs.remove(tab));
  }

  registerView(type: string, viewCreator: Published.ViewCreator): void {
    this.register(this.host.workspace.registerView(type, viewCreator));
  }

  registerHoverLinkSource(id: string, info: Published.HoverLinkSource): void {
    hoverSources.set(id, info);
    this.register(() => hoverSources.delete(id));
  }

  registerExtensions(extensions: string[], viewType: string): void {
    this.register(this.host.workspace.registerExtensions(extensions, viewType));
  }

  registerMarkdownPostProcessor(postProcessor: Published.MarkdownPostProcessor, sortOrder?: number): Published.MarkdownPostProcessor {
    MarkdownPreviewRenderer.registerPostProcessor(postProcessor, sortOrder);
    this.register(() => MarkdownPreviewRenderer.unregisterPostProcessor(postProcessor));
    this.redrawSoon();
    return postProcessor;
  }

  registerMarkdownCodeBlockProcessor(language: string, handler: BlockHandler, sortOrder?: number): Published.MarkdownPostProcessor {
    registerBlockHandler(language, handler);
    const processor = MarkdownPreviewRenderer.createCodeBlockPostProcessor(language, handler);
    MarkdownPreviewRenderer.registerPostProcessor(processor, sortOrder);
    this.register(() => {
      unregisterBlockHandler(language);
      MarkdownPreviewRenderer.unregisterPostProcessor(processor);
    });
    this.redrawSoon();
    return processor;
  }

  registerBasesView(): boolean { return false; }

  registerEditorExtension(extension: Extension): void {
    editorExtensions.push(extension);
    this.host.workspace.updateOptions();
    this.register(() => {
      editorExtensions.remove(extension);
      this.host.workspace.updateOptions();
    });
  }

  registerObsidianProtocolHandler(action: string, handler: Published.ObsidianProtocolHandler): void {
    this.host.protocolHandlers.set(action, handler);
    this.register(() => this.host.protocolHandlers.delete(action));
  }

  registerEditorSuggest(editorSuggest: Published.EditorSuggest<unknown>): void {
    const own = editorSuggest as unknown as EditorSuggest<unknown>;
    editorSuggests.push(own);
    this.register(() => editorSuggests.remove(own));
  }

  registerCliHandler(command: string, _description: string, _flags: Published.CliFlags | null, handler: Published.CliHandler): void {
    this.host.cliHandlers.set(command, handler);
    this.register(() => this.host.cliHandlers.delete(command));
  }

  async loadData(): Promise<unknown> {
    const { adapter } = this.app.vault;
    return await adapter.exists(this.dataPath) ? JSON.parse(await adapter.read(this.dataPath)) as unknown : null;
  }

  async saveData(data: unknown): Promise<void> {
    await this.app.vault.adapter.write(this.dataPath, JSON.stringify(data, null, 2));
  }

  private get dataPath(): string { return `${this.app.vault.configDir}/plugins/${this.manifest.id}/data.json`; }

  /** Notes that are open already get what was registered now. */
  private redrawSoon(): void {
    if (!this.app.workspace.layoutReady) return;
    this.host.workspace.updateOptions();
  }
}

/** A plugin's program: the module that `main.js` fills. */
export type PluginProgram = (require: (name: string) => unknown, module: { exports: unknown }, exports: unknown) => void;

/** `app.plugins`: not in the published types, but there, and read by plugins to see each other. */
export class PluginRegistry {
  readonly manifests: Record<string, Published.PluginManifest> = {};
  readonly plugins: Record<string, Published.Plugin> = {};
  readonly enabledPlugins = new Set<string>();
  /** Milliseconds that each plugin's `onload` took. */
  readonly loadTimes: Record<string, number> = {};
  /** Milliseconds that running a plugin's script took, before its `onload`. */
  readonly scriptTimes: Record<string, number> = {};
  private readonly programs = new Map<string, PluginProgram>();

  constructor(private readonly app: Published.App, private readonly modules: Readonly<Record<string, unknown>>) {}

  /** Makes a plugin known, as if it were in the plugins folder. */
  install(manifest: Published.PluginManifest, program: PluginProgram): void {
    this.manifests[manifest.id] = manifest;
    this.programs.set(manifest.id, program);
  }

  getPlugin(id: string): Published.Plugin | null { return this.plugins[id] ?? null; }

  /** Loads an installed plugin; a failure is told and nothing of the plugin stays. */
  async enablePlugin(id: string): Promise<boolean> {
    const manifest = this.manifests[id];
    const program = this.programs.get(id);
    if (manifest === undefined || program === undefined) return false;
    this.enabledPlugins.add(id);
    let plugin: Plugin | undefined;
    try {
      const exports: { default?: unknown } = {};
      const module: { exports: unknown } = { exports };
      const before = performance.now();
      program((name) => this.require(name), module, exports);
      this.scriptTimes[id] = performance.now() - before;
      const result = module.exports as { default?: unknown };
      const Made = (result.default ?? result) as new (app: Published.App, manifest: Published.PluginManifest) => Plugin;
      plugin = new Made(this.app, manifest);
      this.plugins[id] = published<Published.Plugin>(plugin);
      const started = performance.now();
      // `load` swallows what an async `onload` rejects with; the registry wants to know.
      const onload = plugin.onload.bind(plugin);
      const loading: Promise<void>[] = [];
      plugin.onload = () => { loading.push(Promise.resolve(onload())); };
      plugin.load();
      this.loadTimes[id] = performance.now() - started;
      await Promise.all(loading);
      return true;
    } catch (error) {
      report(error);
      new Notice(`Failed to load plugin ${id}`, 0);
      plugin?.unload();
      delete this.plugins[id];
      this.enabledPlugins.delete(id);
      return false;
    }
  }

  async disablePlugin(id: string): Promise<void> {
    this.plugins[id]?.unload();
    delete this.plugins[id];
    this.enabledPlugins.delete(id);
    (this.app as unknown as Host).workspace.updateOptions();
  }

  private require(name: string): unknown {
    const found = this.modules[name];
    if (found === undefined) throw new Error(`Cannot find module '${name}'`);
    return found;
  }
}

