/** A small plugin for the tests of the stand-in: one of each thing that a plugin registers. */
import { EditorSuggest, ItemView, MarkdownRenderChild, Modal, Notice, Plugin, PluginSettingTab } from "obsidian";
import type { App, EditorPosition, EditorSuggestTriggerInfo, Editor, MarkdownPostProcessorContext, SettingDefinitionItem } from "obsidian";

interface FixtureSettings {
  greeting: string;
  loud: boolean;
}

class Panel extends MarkdownRenderChild {
  constructor(containerEl: HTMLElement, private readonly source: string, private readonly ctx: MarkdownPostProcessorContext,
    private readonly settings: FixtureSettings) {
    super(containerEl);
  }

  override onload(): void {
    this.containerEl.createDiv({ cls: "fixture-panel", text: `${this.settings.greeting} ${this.source}` });
    const button = this.containerEl.createEl("button", { text: "Where" });
    this.registerDomEvent(button, "click", () => {
      const info = this.ctx.getSectionInfo(this.containerEl);
      button.setText(info === null ? "nowhere" : `lines ${info.lineStart} to ${info.lineEnd}`);
    });
  }
}

class FixtureView extends ItemView {
  getViewType(): string { return "fixture-view"; }

  getDisplayText(): string { return "Fixture view"; }

  protected override async onOpen(): Promise<void> { this.contentEl.createEl("h4", { text: "In the side" }); }
}

class Suggest extends EditorSuggest<string> {
  onTrigger(cursor: EditorPosition, editor: Editor): EditorSuggestTriggerInfo | null {
    const found = /@(\w*)$/.exec(editor.getLine(cursor.line).slice(0, cursor.ch));
    if (found === null) return null;
    return { start: { line: cursor.line, ch: cursor.ch - found[0].length }, end: cursor, query: found[1] ?? "" };
  }

  getSuggestions(context: { query: string }): string[] {
    return ["alpha", "beta", "gamma"].filter((each) => each.startsWith(context.query));
  }

  renderSuggestion(value: string, el: HTMLElement): void { el.setText(value); }

  selectSuggestion(value: string): void {
    const context = this.context;
    this.close();
    context?.editor.replaceRange(value, context.start, context.end);
  }
}

class Tab extends PluginSettingTab {
  override getSettingDefinitions(): SettingDefinitionItem[] {
    return [
      { name: "Greeting", desc: "What panels say first.", control: { type: "text", key: "greeting", defaultValue: "Hi",
        validate: (value: string) => value === "" ? "A greeting is needed." : undefined } },
      { type: "group", heading: "Voice", items: [{ name: "Loud", control: { type: "toggle", key: "loud" } }] },
      { name: "Only when loud", visible: () => (this.getControlValue("loud") === true) },
    ];
  }
}

export default class FixturePlugin extends Plugin {
  override settings: FixtureSettings = { greeting: "Hi", loud: false };

  override async onload(): Promise<void> {
    this.settings = { ...this.settings, ...await this.loadData() as Partial<FixtureSettings> | null };
    this.registerMarkdownCodeBlockProcessor("fixture", (source, el, ctx) => { ctx.addChild(new Panel(el, source, ctx, this.settings)); });
    this.registerMarkdownPostProcessor((el) => { for (const code of el.findAll("code")) code.addClass("fixture-seen"); });
    this.registerView("fixture-view", (leaf) => new FixtureView(leaf));
    this.registerEditorSuggest(new Suggest(this.app));
    this.addSettingTab(new Tab(this.app, this));
    this.addRibbonIcon("flask-conical", "Fixture", () => new Notice("From the ribbon"));
    this.addStatusBarItem().setText("fixture ready");
    this.addCommand({ id: "hello", name: "Say hello", callback: () => new Notice("Hello from a command") });
    this.addCommand({ id: "modal", name: "Show a modal", callback: () => { this.show(this.app); } });
    this.addCommand({ id: "side", name: "Open the side", callback: () => { void this.side(); } });
    this.addCommand({ id: "new", name: "Make a note", callback: () => { void this.app.vault.create("Made.md", "# Made\n"); } });
  }

  private show(app: App): void {
    const modal = new Modal(app);
    modal.setTitle("A modal").setContent("With text in it.");
    modal.open();
  }

  private async side(): Promise<void> {
    await this.app.workspace.ensureSideLeaf("fixture-view", "right", { active: true });
  }
}
