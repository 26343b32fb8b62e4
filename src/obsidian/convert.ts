/** "Convert" in the app: a Sigma rule in the words of other query languages, to copy or to run. */
import { MarkdownView, Modal, Notice, type Plugin } from "obsidian";
import { convertText, languageOf } from "../core";
import { TARGETS, type TargetId } from "../query/sigma";
import { mountConvert, type ConvertViewProps, type Mounted } from "../ui";
import type { RuleQuery } from "../vault";
import { openLab } from "./lab-view";
import type { Notebook } from "./notebook";

/** Registers the command. */
export function registerConvert(plugin: Plugin, book: () => Notebook): void {
  plugin.addCommand({
    id: "convert-rule", name: "Convert this note's Sigma rule to another query language",
    checkCallback: (checking) => {
      const file = plugin.app.workspace.getActiveViewOfType(MarkdownView)?.file;
      const rule = file && sigmaOf(book(), file.path)[0];
      if (!file || !rule) return false;
      if (!checking) openConvert(book(), file.path, rule.text);
      return true;
    },
  });
}

function sigmaOf(book: Notebook, path: string): readonly RuleQuery[] {
  return (book.index.note(path)?.rule?.queries ?? []).filter((query) => query.language === "sigma");
}

/** Shows a rule of a note in another language. */
export function openConvert(book: Notebook, path: string, rule: string): void {
  new ConvertModal(book, path, rule).open();
}

/** What was chosen last, as whoever converts a second rule has the same product. */
let chosen: TargetId = "sentinel";

class ConvertModal extends Modal {
  private mounted: Mounted<ConvertViewProps> | undefined;

  constructor(private readonly book: Notebook, private readonly path: string, private readonly rule: string) {
    super(book.app);
  }

  override onOpen(): void {
    const title = sigmaOf(this.book, this.path).find(({ text }) => text.trim() === this.rule.trim())?.title;
    this.setTitle(title === undefined ? "Convert the rule" : `Convert: ${title}`);
    this.modalEl.addClass("purplebook-convert");
    this.mounted = mountConvert(this.contentEl, {
      rule: this.rule, targets: TARGETS, target: chosen,
      convert: (id) => {
        const target = TARGETS.find((each) => each.id === id) ?? TARGETS[0];
        if (!target) return { text: undefined, tokens: [], diagnostics: [], runs: false };
        const { text, diagnostics } = convertText(this.rule, target.id);
        const language = languageOf(target.fence);
        return { text, diagnostics, tokens: text === undefined ? [] : language?.tokens(text) ?? [], runs: language !== undefined };
      },
      onTarget: (id) => { chosen = TARGETS.find((each) => each.id === id)?.id ?? chosen; },
      onCopy: (text) => {
        navigator.clipboard.writeText(text).then(() => new Notice("The query was copied."))
          .catch(() => new Notice("The clipboard cannot be written here: select the query and copy it."));
      },
      onRun: (text) => {
        this.close();
        void openLab(this.app, { kind: "note", path: this.path, kql: text, run: true });
      },
    });
  }

  override onClose(): void {
    this.mounted?.destroy();
    this.mounted = undefined;
  }
}
