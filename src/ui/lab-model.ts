/**
 * What the lab pane (query on top, samples beside it, result below) shows and asks for: plain data in, callbacks out.
 * A controller in core makes the data and answers the callbacks; nothing here runs a query or reads a file.
 */
import type { Diagnostic, Fix, Span } from "../base";
import type { Explanation } from "../hunt";
import type { LogFormat } from "../logs";
import type { Language, Outcome, Rendering, RowStep, Scope, ToldEnd } from "../query";
import type { LinkTo, Table } from "../table";
import type { Expectation } from "../vault";
import type { ChartFile } from "./chart-file";
import type { ViewState } from "./view-state";

/** Everything that the pane draws. A new object for each change; unchanged parts keep their identity. */
export interface LabModel {
  readonly query: LabQuery;
  /** Queries to choose from: of the open note, of its rules, bundled ones. Empty: no chooser is drawn. */
  readonly choices: readonly QueryChoice[];
  readonly samples: readonly LabSample[];
  /** Every table a sample could be, known to the catalog; in alphabetical order. */
  readonly tables: readonly string[];
  /** Texts and files that are being read into tables. Empty when none is. */
  readonly loading: readonly LabLoading[];
  /** What went wrong outside of query and samples (a file that could not be read), newest first. */
  readonly problems: readonly string[];
  readonly now: LabNow;
  /** Lenient: names that differ in case alone are taken for the real ones, and told. Strict: as the cloud would. */
  readonly lenient: boolean;
  readonly limits: { readonly rows: number; readonly ms: number };
  readonly run: LabRun;
  readonly tab: LabTab;
  /** Of the table of result rows. */
  readonly view: ViewState;
  /** Rows behind one step, when the user looks at a step. */
  readonly peek?: LabPeek;
  /** Rows of a sample, when the user looks at one; stands in a tab of its own. */
  readonly sampleRows?: LabSampleRows;
  /** Terms that are taken for not there: `run` is then the run without them. */
  readonly whatIf?: LabWhatIf;
  /** What the host can do; a button for what it cannot is not drawn. */
  readonly can: LabAbilities;
}

/** Logs on their way into the lab. */
export interface LabLoading {
  readonly id: string;
  readonly name: string;
  /** How many bytes were read, of how many; absent before the first are. */
  readonly read?: number;
  readonly size?: number;
  /** Cancelled, and not yet come to its end. */
  readonly cancelling: boolean;
}

export type LabTab = "rows" | "trace" | "diagnostics" | "sample";

/** The query in the editor. */
export interface LabQuery {
  /** Which query this is: the editor starts a new undo history when it changes. */
  readonly id: string;
  readonly title: string;
  /** The note it came from, to be linked; absent for a free query. */
  readonly source?: LinkTo;
  readonly language: Language;
  readonly text: string;
  /** Of `text` as it is now, compiled against the samples as they are now. */
  readonly diagnostics: readonly Diagnostic[];
  /** For completion and hover; asked at the time of use. */
  scope(): Scope;
  /** True when `text` differs from what the note holds. */
  readonly changed: boolean;
}

export interface QueryChoice {
  readonly id: string;
  readonly title: string;
  /** `This note`, `Bundled rules`, … Choices of one group stand together. */
  readonly group: string;
  readonly language: string;
}

/** A sample: pasted text, a fence of the note, or a file. */
export interface LabSample {
  readonly id: string;
  readonly name: string;
  readonly from: "pasted" | "note" | "file" | "pack";
  /** The table its rows became. */
  readonly table: string;
  /** True when the user (or the note) said the table, so that "found out by itself" can be told apart. */
  readonly tableSaid: boolean;
  /** Other tables that the rows could be, best first. */
  readonly candidates: readonly string[];
  readonly rows: number;
  readonly format: LogFormat;
  /** True when the user said the format. */
  readonly formatSaid?: boolean;
  /** `ingested`, a mapping's name (`cloudtrail`), or `none` for an unknown shape. */
  readonly mapping: string;
  /** False when the query reads no table of this name: the sample does not take part. */
  readonly used: boolean;
  /** Bad lines and the like; spans are offsets in the sample's text. `line` counts from 1. */
  readonly problems: readonly { readonly line: number; readonly diagnostic: Diagnostic }[];
  readonly expect?: Expectation;
  /** Of the last run on this sample alone. */
  readonly verdict?: LabVerdict;
}

/** What running on one sample gave against what was expected. `stale`: query or sample changed since. */
export interface LabVerdict {
  readonly pass: boolean;
  readonly rows: number;
  readonly stale: boolean;
}

/** What `now()` and `ago()` mean. */
export interface LabNow {
  readonly mode: NowMode;
  /** ISO text with zone, as shown: `2026-05-01T10:00:00Z`. */
  readonly text: string;
  /** The newest event of the samples, likewise; absent when no sample has a time. */
  readonly newest?: string;
  /** Why the text that was entered is not a time. */
  readonly problem?: string;
}
/** `newest`: just after the newest event; `set`: as entered; `clock`: wall clock at each run. */
export type NowMode = "newest" | "set" | "clock";

/** Where the run stands. */
export type LabRun =
  | { readonly kind: "none" }
  | { readonly kind: "running"; readonly rowsRead: number; readonly rowsTotal: number; readonly cancelling: boolean
      /** Of the run before, drawn dimmed until this one ends: nothing flickers. */
      readonly last?: FinishedRun }
  | FinishedRun;

/** A run's end, with the text it ran on: the editor's text may be another by now. */
export interface FinishedRun {
  readonly kind: "finished";
  readonly outcome: Outcome;
  readonly text: string;
  /** Diagnostics of the compile that was run (the outcome's own are in `outcome`). */
  readonly diagnostics: readonly Diagnostic[];
  /** Milliseconds in all. */
  readonly ms: number;
  /** What `now()` was, as ISO text. */
  readonly now: string;
  /** How the query asks for its rows to be drawn. */
  readonly rendering?: Rendering;
  /** Query, samples, or now changed since. */
  readonly stale: boolean;
}

/** A look at the rows behind one step. */
export interface LabPeek {
  /** The plan node's id. */
  readonly plan: number;
  readonly label: string;
  /** Absent while it is computed. */
  readonly table?: Table;
  /** True when `table` holds only the first rows. */
  readonly truncated: boolean;
  readonly view: ViewState;
}

/** A sample's own rows, and what became of one of them. */
export interface LabSampleRows {
  readonly sample: string;
  readonly name: string;
  /** Absent while they are fetched. */
  readonly table?: Table;
  /** Rows that the sample has; `table` may hold only the first. */
  readonly total: number;
  readonly view: ViewState;
  readonly why?: LabWhy;
}

/** "Why not this row?" */
export interface LabWhy {
  /** The row's number in the sample, from 0. */
  readonly row: number;
  /** Absent while it is looked for. */
  readonly told?: {
    readonly ends: readonly ToldEnd[];
    readonly steps: readonly RowStep[];
    /** Its row in the result that is shown, from 0. */
    readonly resultRow?: number;
  };
  /** What a Sigma rule makes of the row, item by item: one for each rule of the text. */
  readonly explained?: readonly { readonly title: string; readonly told: Explanation }[];
  /** The query or the samples changed since it was asked. */
  readonly stale: boolean;
}

/** A run of the query as if some of its terms were not there. */
export interface LabWhatIf {
  /** Places of the terms in the text of the run. */
  readonly off: readonly Span[];
  /** Rows with all terms, and without these; absent while it runs or where a run did not end. */
  readonly rowsBefore?: number;
  readonly rows?: number;
  readonly running: boolean;
}

export interface LabAbilities {
  readonly clipboard: boolean;
  readonly vaultFile: boolean;
  /** Result rows can be saved as a note. */
  readonly saveRows: boolean;
  /** The query can be written back to its note, or saved as a new rule note. */
  readonly saveQuery: boolean;
  /** There are rules of a vault to ask which of them fire on a sample. */
  readonly hunt: boolean;
}

export type CopyFormat = "markdown" | "csv" | "json";

/** What the pane asks for. Each returns at once; the answer is the next model. */
export interface LabActions {
  onQuery(text: string): void;
  onChoose(id: string): void;
  /** Applies a fix to the query text. */
  onFix(fix: Fix): void;

  onPaste(text: string): void;
  onFiles(files: readonly File[]): void;
  onClipboard(): void;
  onVaultFile(): void;
  /** Ends the reading of logs that are on their way. */
  onCancelLoading(id: string): void;
  onRemoveSample(id: string): void;
  /** `null`: find out by itself. */
  onSampleTable(id: string, table: string | null): void;
  /** `null`: find out by itself. */
  onSampleFormat(id: string, format: LogFormat | null): void;
  onSampleExpect(id: string, expect: Expectation | null): void;

  onNow(mode: NowMode, text?: string): void;
  onLenient(lenient: boolean): void;
  onRun(): void;
  onCancel(): void;

  onTab(tab: LabTab): void;
  onView(view: ViewState): void;
  /** `null` closes the look at a step. */
  onPeek(plan: number | null): void;
  onPeekView(view: ViewState): void;
  /** Shows a sample's rows; `null` closes them. */
  onShowSample(id: string | null): void;
  /** Asks which rules fire on a sample. */
  onHunt(id: string): void;
  onSampleView(view: ViewState): void;
  /** Asks what became of a row of the sample that is shown. */
  onWhy(row: number): void;
  onCloseWhy(): void;
  /** Goes to a row of the result (from 0, before sort and filter). */
  onResultRow(row: number): void;
  /** Takes a term for not there, or for there again. */
  onTerm(term: Span, on: boolean): void;
  /** All terms count again. */
  onWhatIfEnd(): void;
  /** Makes comments of the terms that are off: one change of the query. */
  onWhatIfApply(): void;
  /** `table` holds what is shown: sorted, filtered, without hidden columns. */
  onCopy(format: CopyFormat, table: Table): void;
  onSaveRows(table: Table): void;
  /** Takes a drawn chart away: to the clipboard, or as a file. */
  onChart(file: ChartFile, how: "copy" | "save"): void;
  onSaveQuery(): void;
}
