/** What stands in blocks: the panel of a dataview query, and the house's own panels. */
import type { TechniqueId } from "../attack";
import type { Drawing } from "../core";
import { stageOf } from "../coverage";
import {
  mountBundledRules, mountCoverage, mountPanel, type BundledRulesProps, type CoverageModel, type CoveragePanelProps,
  type Mounted, type PanelActions,
  type PanelModel, type PanelProps, type RenderLink,
} from "../ui";
import { bundledModels, bundledTokens, insertBundled } from "./bundled-rules";
import { coverageModel, mainReason } from "./coverage-model";
import { openBundledInLab } from "./lab-view";
import { appLinks, noteLink } from "./links";
import type { PanelContent } from "./live-panel";
import type { Notebook } from "./notebook";
import { readOwnBlock, type OwnPanel } from "./own-block";
import { act, toggleTask } from "./panel-acts";
import type { PanelRecord } from "./panel-memory";
import { emptyState, queryPanel } from "./query-panel";

/** A text that is the same for two answers that look the same. */
export function lookOf(value: unknown): string {
  return JSON.stringify(
    value, (_, each: unknown) => (typeof each === "bigint" ? `${each}n` : each instanceof Map ? [...each] : each),
  );
}

/** A panel of rows in an element, kept while its rows come and go. */
class RowsPanel {
  private mounted: Mounted<PanelProps> | undefined;
  private path = "";
  private record: PanelRecord | undefined;
  private readonly actions: PanelActions;

  constructor(private readonly el: HTMLElement, book: Notebook, readonly links: RenderLink) {
    this.actions = {
      renderLink: links,
      onState: (state) => {
        if (this.record) this.record.state = state;
        this.mounted?.update({ state });
      },
      onAction: (id) => { void act(book, id); },
      onToggle: (task) => { void toggleTask(book, task); },
    };
  }

  draw(model: PanelModel, path: string, record: PanelRecord): void {
    this.record = record;
    const props = { model, state: record.state, actions: this.actions };
    if (this.mounted && this.path === path) this.mounted.update(props);
    else {
      this.mounted?.destroy();
      this.path = path;
      this.mounted = mountPanel(this.el, props);
    }
  }

  destroy(): void {
    this.mounted?.destroy();
    this.mounted = undefined;
  }
}

/** The panel of a `dataview` block. Below a technique's rules it tells how the technique stands, and why. */
export class QueryContent implements PanelContent {
  private readonly rows: RowsPanel;
  private readonly why: WhyBelow;
  private path = "";

  constructor(el: HTMLElement, private readonly book: Notebook, private readonly source: string) {
    const links = appLinks(book.app, () => this.path);
    this.rows = new RowsPanel(el.createDiv(), book, links);
    this.why = new WhyBelow(el, book, links);
  }

  async compute(path: string, record: PanelRecord): Promise<Drawing> {
    const model = await queryPanel(this.book, this.source, path);
    return {
      key: `${path}\u0000${lookOf(model)}`,
      draw: () => {
        this.path = path;
        this.rows.draw(model, path, record);
        this.why.draw(model.coverage);
      },
    };
  }

  destroy(): void {
    this.rows.destroy();
    this.why.destroy();
  }
}

/** A fold below a panel: coverage and its reasons. */
class WhyBelow {
  private fold: HTMLElement | undefined;
  private summary: HTMLElement | undefined;
  private mounted: Mounted<CoveragePanelProps> | undefined;

  constructor(private readonly el: HTMLElement, private readonly book: Notebook, private readonly links: RenderLink) {}

  draw(model: CoverageModel | undefined): void {
    if (!model) {
      this.destroy();
      return;
    }
    if (!this.fold) {
      this.fold = this.el.createEl("details", { cls: "purplebook pb-why" });
      this.summary = this.fold.createEl("summary");
    }
    this.summary?.setText(`Why ${model.id} is ${model.state === "none" ? "without coverage" : model.state}`);
    const props = { model, renderLink: this.links, onAction: (id: string) => { void act(this.book, id); } };
    if (this.mounted) this.mounted.update(props);
    else this.mounted = mountCoverage(this.fold.createDiv(), props);
  }

  destroy(): void {
    this.mounted?.destroy();
    this.mounted = undefined;
    this.fold?.remove();
    this.fold = undefined;
  }
}

/** The panel of a `purplebook` block. */
export class OwnContent implements PanelContent {
  private readonly rows: RowsPanel;
  private readonly rowsEl: HTMLElement;
  private readonly factsEl: HTMLElement;
  private coverage: Mounted<CoveragePanelProps> | undefined;
  private bundled: Mounted<BundledRulesProps> | undefined;
  private readonly links: RenderLink;
  private path = "";

  constructor(el: HTMLElement, private readonly book: Notebook, private readonly source: string) {
    this.links = appLinks(book.app, () => this.path);
    this.rowsEl = el.createDiv();
    this.factsEl = el.createDiv();
    this.rows = new RowsPanel(this.rowsEl, book, this.links);
  }

  compute(path: string, record: PanelRecord): Promise<Drawing> {
    const { value, diagnostics } = readOwnBlock(this.source);
    const technique = value?.technique ?? this.book.techniqueOf(path);
    const indexing = this.book.workspace.progress;
    if (value && technique !== undefined && indexing === undefined && value.panel === "coverage") {
      const model = coverageModel(this.book, technique);
      return this.drawing(path, model, () => { this.drawCoverage(model); });
    }
    if (value && technique !== undefined && value.panel === "bundled") {
      const rules = bundledModels(this.book, technique);
      return this.drawing(path, rules, () => { this.drawBundled(technique, rules); });
    }
    const model: PanelModel = {
      source: this.source, kind: "table", headers: [], groups: [], count: 0, truncated: false, diagnostics, actions: [],
      ...(indexing === undefined ? {} : { indexing }),
      ...(value === undefined ? {} : indexing === undefined ? ownRows(this.book, value.panel, technique) : {}),
    };
    return this.drawing(path, model, () => {
      this.clearFacts();
      this.rows.draw(model, path, record);
    });
  }

  destroy(): void {
    this.rows.destroy();
    this.clearFacts();
  }

  private drawing(path: string, look: unknown, draw: () => void): Promise<Drawing> {
    return Promise.resolve({
      key: `${path}\u0000${lookOf(look)}`,
      draw: () => {
        this.path = path;
        draw();
      },
    });
  }

  private drawCoverage(model: CoverageModel): void {
    this.rows.destroy();
    this.bundled?.destroy();
    this.bundled = undefined;
    const props = { model, renderLink: this.links, onAction: (id: string) => { void act(this.book, id); } };
    if (this.coverage) this.coverage.update(props);
    else this.coverage = mountCoverage(this.factsEl, props);
  }

  private drawBundled(technique: TechniqueId, rules: BundledRulesProps["rules"]): void {
    this.rows.destroy();
    this.coverage?.destroy();
    this.coverage = undefined;
    const props: BundledRulesProps = {
      technique, rules, tokens: bundledTokens,
      actions: {
        renderLink: this.links,
        onRun: (id) => { void openBundledInLab(this.book, id, technique); },
        onInsert: (id) => { void insertBundled(this.book, id); },
      },
    };
    if (this.bundled) this.bundled.update(props);
    else this.bundled = mountBundledRules(this.factsEl, props);
  }

  private clearFacts(): void {
    this.coverage?.destroy();
    this.bundled?.destroy();
    this.coverage = undefined;
    this.bundled = undefined;
  }
}

type OwnRows = Pick<PanelModel, "headers" | "groups" | "count" | "title" | "empty" | "actions">;

function ownRows(book: Notebook, panel: OwnPanel, technique: TechniqueId | undefined): OwnRows {
  if (technique === undefined) return panel === "coverage" ? everyTechnique(book) : nothingMeant(panel);
  switch (panel) {
    case "rules": return rulesOf(book, technique);
    case "runbooks": return runbooksOf(book, technique);
    case "coverage": case "bundled": return nothingMeant(panel);
  }
}

function nothingMeant(panel: OwnPanel): OwnRows {
  return {
    headers: [], groups: [], count: 0, actions: [],
    empty: { text: `This note is about no technique. Name one in the block, such as '${panel} T1578.002'.` },
  };
}

function rulesOf(book: Notebook, technique: TechniqueId): OwnRows {
  const { rules } = book.coverage(technique);
  const through = rules.some((r) => r.via.length > 0);
  const rows = rules.map((r) => {
    const source = book.index.note(r.path)?.rule?.logsource;
    const tested = r.samples.filter((s) => s.verdict !== undefined);
    const passed = tested.filter((s) => s.verdict?.passed === true).length;
    return [
      noteLink(r.path, r.title), r.status ?? null, r.level ?? null,
      [source?.product, source?.service].filter((s) => s !== undefined).join(" ") || null,
      tested.length === 0
        ? (r.samples.length === 0 ? "no samples" : "not run")
        : `${passed} of ${r.samples.length} pass`, ...(through ? [r.via.join(", ") || null] : []),
    ];
  });
  return {
    title: `Rules for ${technique}`,
    headers: ["Rule", "Status", "Level", "Log source", "Samples", ...(through ? ["Through"] : [])],
    groups: [{ rows, tasks: [] }], count: rows.length, empty: emptyState(book, "rule", technique),
    actions: rows.length === 0 ? [] : [{ id: `new-rule:${technique}`, label: "New rule" }],
  };
}

function runbooksOf(book: Notebook, technique: TechniqueId): OwnRows {
  const { runbooks } = book.coverage(technique);
  const rows = runbooks.map((r) => [
    noteLink(r.path, r.title), r.lastRun ?? "never", r.result ?? null,
    r.steps === 0 ? null : `${r.done} of ${r.steps} done`,
  ]);
  return {
    title: `Runbooks for ${technique}`, headers: ["Runbook", "Last run", "Result", "Steps"],
    groups: [{ rows, tasks: [] }], count: rows.length, empty: emptyState(book, "runbook", technique),
    actions: rows.length === 0 ? [] : [{ id: `new-runbook:${technique}`, label: "New runbook" }],
  };
}

function everyTechnique(book: Notebook): OwnRows {
  const rows = book.allCoverage().map((c) => {
    const note = book.index.techniqueNote(c.technique);
    const live = c.rules.filter((r) => stageOf(r.status, true).stage === "live").length;
    return [
      note ? noteLink(note.path, `${c.technique} ${c.name ?? ""}`.trim()) : c.technique, c.rolled, BigInt(live),
      BigInt(c.runbooks.length), c.newestTest ?? null,
      mainReason(c),
    ];
  });
  return {
    title: "Coverage", headers: ["Technique", "State", "Rules", "Runbooks", "Newest test", "Why"],
    groups: [{ rows, tasks: [] }], count: rows.length, empty: { text: "No note names a technique yet." }, actions: [],
  };
}
