/**
 * Everything of the vault that could not be fully read or does not fit together: searched by typing, opened at its
 * line.
 */
import { SuggestModal } from "obsidian";
import { LineMap, type Severity } from "../base";
import type { Problem } from "../vault";
import { openAt } from "./new-notes";
import type { Notebook } from "./notebook";

const WEIGHT: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };
const NAMES: Readonly<Record<Severity, string>> = { error: "Error", warning: "Warning", info: "Note" };

export class ProblemList extends SuggestModal<Problem> {
  private readonly problems: readonly Problem[];

  constructor(private readonly book: Notebook) {
    super(book.app);
    const weight = ({ diagnostic }: Problem) => WEIGHT[diagnostic.severity];
    this.problems = [...book.index.problems()].sort((a, b) => weight(a) - weight(b));
    const n = this.problems.length;
    this.setPlaceholder(n === 0 ? "No problem was found" : `Search in ${n} ${n === 1 ? "problem" : "problems"}`);
    this.emptyStateText = n === 0
      ? "Every note could be read, and all links and ids fit together."
      : "No problem holds this text.";
    this.limit = 200;
  }

  override getSuggestions(query: string): Problem[] {
    const words = query.toLowerCase().split(/\s+/).filter((word) => word !== "");
    return this.problems.filter(({ path, diagnostic }) => {
      const text = `${path} ${diagnostic.message}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
  }

  override renderSuggestion({ path, diagnostic }: Problem, el: HTMLElement): void {
    el.addClass("mod-complex", "purplebook-problem");
    const content = el.createDiv({ cls: "suggestion-content" });
    content.createDiv({ cls: "suggestion-title", text: diagnostic.message });
    content.createDiv({ cls: "suggestion-note", text: path });
    el.createDiv({ cls: "suggestion-aux" }).createSpan(
      { cls: `suggestion-flair purplebook-${diagnostic.severity}`, text: NAMES[diagnostic.severity] },
    );
  }

  override onChooseSuggestion({ path, diagnostic }: Problem): void {
    void this.book.workspace.files.read(path)
      // Lines of the map count from 1, those of the app from 0.
      .then((text) => openAt(this.book.app, path, new LineMap(text).at(diagnostic.span.from).line - 1))
      .catch(() => openAt(this.book.app, path));
  }
}
