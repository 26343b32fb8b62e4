/**
 * What the panels in notes show: results of DQL blocks, a technique's coverage and status strip, bundled rules, the
 * hover card of an id. Plain data; whoever makes it has run the query and judged the coverage already.
 */
import type { ComponentChildren } from "preact";
import type { Diagnostic } from "../base";
import type { LinkTo, Value } from "../table";

/** Draws a link to a note as the host's own internal link (page preview, click, middle click). */
export type RenderLink = (link: LinkTo) => ComponentChildren;

/** How a technique stands. `planned`: rules exist, but only as drafts. */
export type CoverageState = "none" | "planned" | "untested" | "failing" | "passing";

/** What a panel says where it has no rows. */
export interface EmptyState {
  /** What would fill it. */
  readonly text: string;
  /** Offers to make it so (`New rule for T1578.002`). `id` comes back through `onAction`. */
  readonly action?: { readonly id: string; readonly label: string };
}

/** A row's task, where the panel is one of tasks. */
export interface PanelTask {
  /** Comes back through `onToggle`. */
  readonly id: string;
  /** The character in the check box; a space is open. */
  readonly state: string;
  readonly text: ComponentChildren;
  /** The same as plain text, for the filter. */
  readonly searched: string;
  readonly place: LinkTo;
  readonly children: readonly PanelTask[];
}

/** A group of a panel's rows. A panel that does not group has one group without a key. */
export interface PanelGroup {
  readonly key?: Value;
  /** One per row: as many values as headers. Of a list: one value, or id and value. */
  readonly rows: readonly (readonly Value[])[];
  readonly tasks: readonly PanelTask[];
}

/** Where a panel stands while its notes are not all read. */
export interface Indexing {
  readonly done: number;
  readonly total: number;
}

/** A panel in place of a query block. */
export interface PanelModel {
  readonly kind: "table" | "list" | "task";
  readonly title?: string;
  readonly headers: readonly string[];
  readonly groups: readonly PanelGroup[];
  /** Rows (or tasks) in all; more than are in `groups` when `truncated`. */
  readonly count: number;
  readonly truncated: boolean;
  /** Drawn when `count` is 0. */
  readonly empty?: EmptyState;
  /** Drawn instead of rows and emptiness while notes are still being read. */
  readonly indexing?: Indexing;
  /** The query's own text, for showing where an error stands. */
  readonly source: string;
  readonly diagnostics: readonly Diagnostic[];
  /** Coverage of the technique that the panel stands in, drawn in its corner. */
  readonly coverage?: CoverageModel;
  /** More to do with this panel (`New rule`); drawn in its head. */
  readonly actions: readonly { readonly id: string; readonly label: string }[];
}

/** What a user may do to a panel; kept outside. */
export interface PanelState {
  /** Index of the column sorted by, or null: the query's own order. */
  readonly sort: { readonly column: number; readonly descending: boolean } | null;
  readonly filter: string;
  /** How many rows are drawn; grows by "show more". */
  readonly shown: number;
}
export const FRESH_PANEL: PanelState = { sort: null, filter: "", shown: 200 };

export interface PanelActions {
  readonly renderLink: RenderLink;
  onState(state: PanelState): void;
  onAction(id: string): void;
  onToggle(task: PanelTask): void;
}

/** A technique's coverage, judged. */
export interface CoverageModel {
  readonly id: string;
  readonly name: string;
  readonly state: CoverageState;
  /** Why it is so, each a sentence, most weighty first. `good`: speaks for coverage, `bad`: against. */
  readonly reasons: readonly {
    readonly text: string; readonly weight: "good" | "bad" | "note"; readonly link?: LinkTo;
  }[];
  readonly rules: readonly CoveredRule[];
  readonly runbooks: readonly CoveredRunbook[];
  /** What to do next, as buttons. */
  readonly actions: readonly { readonly id: string; readonly label: string }[];
}

export interface CoveredRule {
  readonly link: LinkTo;
  readonly status?: string;
  readonly level?: string;
  readonly verdict: "passing" | "failing" | "untested";
  /** `2 of 3 samples as expected`. */
  readonly detail?: string;
  /** Set when the rule is on a sub-technique: its id. */
  readonly through?: string;
}

export interface CoveredRunbook {
  readonly link: LinkTo;
  readonly lastRun?: string;
  readonly result: "pass" | "fail" | "partial" | "unknown" | "never";
}

/** The strip under a technique's title. */
export interface StripModel {
  readonly id: string;
  readonly tactics: readonly string[];
  readonly platforms: readonly string[];
  readonly version?: string;
  /** `last modified 2025-10-24, 13 months ago`. */
  readonly age?: string;
  readonly state: CoverageState;
  readonly rules: number;
  readonly runbooks: number;
  /** `2026-05-01, passed`. */
  readonly newestTest?: string;
  readonly parent?: NeighbourTechnique;
  readonly previous?: NeighbourTechnique;
  readonly next?: NeighbourTechnique;
  readonly subtechniques: readonly NeighbourTechnique[];
}

/** Another technique; without `link` there is no note of it yet. */
export interface NeighbourTechnique {
  readonly id: string;
  readonly name: string;
  readonly link?: LinkTo;
  readonly state: CoverageState;
}

/** A rule that ships with the plugin. */
export interface BundledRuleModel {
  readonly id: string;
  readonly title: string;
  readonly says: string;
  readonly level: string;
  readonly language: string;
  readonly query: string;
  readonly tables: readonly string[];
  readonly techniques: readonly string[];
  readonly falsePositives: readonly string[];
  readonly tuning: readonly string[];
  /** Whether the vault has a note of it already. */
  readonly inserted?: LinkTo;
}

export interface BundledRulesActions {
  readonly renderLink: RenderLink;
  /** Opens the lab with the rule's query and samples. */
  onRun(id: string): void;
  onInsert(id: string): void;
}

/** What the card over an id shows. */
export interface HoverCardModel {
  readonly id: string;
  readonly name: string;
  readonly says: string;
  readonly tactics: readonly string[];
  readonly platforms: readonly string[];
  readonly state: CoverageState;
  readonly rules: number;
  readonly runbooks: number;
  /** The note to open; absent: the card offers to make one through `onCreate`. */
  readonly link?: LinkTo;
}
