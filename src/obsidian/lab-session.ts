/**
 * The lab pane's controller: keeps query, samples, run and views, answers the pane's acts, and hands out a new model
 * for each
 * change. Knows nothing of the app: files, clipboard and notices are ports, so that it is tested without one.
 */
import { applyEdits, type Diagnostic, type Fix, type Span } from "../base";
import { correlated, isCorrelation, keepsFields, languageOf, needsHole, pinnedNow, planAt, type HuntLogs, type Lab, type Loaded, type RunOptions } from "../core";
import { meets } from "../coverage";
import type { Bytes, LogFormat } from "../logs";
import type { Compiled, Language, Plan, Rendering } from "../query";
import { parseDatetime, printDatetime, rowCount, type LinkTo, type Table } from "../table";
import {
  FRESH_VIEW, type ChartFile, type CopyFormat, type FinishedRun, type LabActions, type LabModel, type LabRun, type LabTab,
  type NowMode, type ViewState,
} from "../ui";
import type { Expectation } from "../vault";
import { LabSamples, type Sample, type SampleSource } from "./lab-samples";
import { RowQuestion, WhatIf, type QuestionPorts } from "./lab-questions";

/** A query that the pane may show, with the samples that belong to it. */
export interface LabSource {
  readonly id: string;
  readonly title: string;
  readonly group: string;
  readonly language: string;
  readonly text: string;
  readonly note?: LinkTo;
  readonly samples: readonly SampleSource[];
}

/** What running a rule's query on one of its samples gave; the host keeps it for coverage. */
export interface SampleVerdict {
  readonly source: string;
  readonly sample: string;
  readonly expect: Expectation;
  readonly rows: number;
  readonly pass: boolean;
}

export interface LabPorts {
  readonly lab: Lab;
  /** Every table of the catalog. */
  readonly tables: readonly string[];
  readonly limits: { readonly rows: number; readonly ms: number };
  readonly can: LabModel["can"];
  /** Brings what a query takes from the vault to the lab; true when names have changed. */
  prepare?(query: string): Promise<boolean>;
  clock(): number;
  wallTicks(): bigint;
  readClipboard(): Promise<string>;
  writeClipboard(text: string): Promise<void>;
  /** Lets the user choose a file of the vault; null when they chose none. */
  chooseFile(): Promise<{ readonly name: string; readonly text: string | Bytes } | null>;
  copyText(format: CopyFormat, table: Table): string;
  saveRows(title: string, table: Table): Promise<void>;
  saveQuery(source: LabSource, text: string): Promise<void>;
  takeChart(file: ChartFile, how: "copy" | "save"): Promise<void>;
  /** Shows which rules of the vault fire on logs. */
  hunt(logs: HuntLogs): Promise<void>;
  notice(text: string): void;
  verdicts(found: readonly SampleVerdict[]): void;
  onModel(model: LabModel): void;
}

/** Rows of a result that are fetched to look at one step. */
const PEEK_ROWS = 500;
/** Logs of more rows are not worth an unseen run. */
const REHEARSED_ROWS = 20_000;
const FREE: LabSource = { id: "free", title: "Query", group: "", language: "kql", text: "", samples: [] };

export class LabSession implements LabActions {
  private sources: readonly LabSource[] = [FREE];
  private source: LabSource = FREE;
  private text = "";
  private readonly samples: LabSamples;
  private problems: readonly string[] = [];
  private lenient = true;
  private nowMode: NowMode = "newest";
  private nowText = "";
  private nowSet: bigint | null = null;
  private runState: LabRun = { kind: "none" };
  private ranPlan: Plan | undefined;
  private ranNow = 0n;
  private tab: LabTab = "rows";
  private view: ViewState = FRESH_VIEW;
  private peek: LabModel["peek"];
  private compiled: Compiled | undefined;
  private cancel: AbortController | undefined;
  private rehearsed = false;
  private readonly rowQuestion: RowQuestion;
  private readonly whatIf: WhatIf;

  constructor(private readonly ports: LabPorts) {
    const questions: QuestionPorts = {
      lab: ports.lab, limitMs: ports.limits.ms,
      text: () => this.text, language: () => this.language(),
      compile: (text) => (text === undefined ? this.compile() : this.compileText(text)),
      now: () => this.now(), ranNow: () => this.ranNow,
      publish: () => { this.publish(); }, guarded: (work) => this.guarded(work), notice: (text) => { ports.notice(text); },
    };
    this.samples = new LabSamples({
      lab: ports.lab, changed: () => { this.changed(); }, publish: () => { this.publish(); },
      guarded: (work) => this.guarded(work), isUsed: (loaded) => this.isUsed(loaded),
      keepsFields: (table) => keepsFields(this.source.language, table),
    });
    this.rowQuestion = new RowQuestion(questions);
    this.whatIf = new WhatIf(questions);
  }

  /** Shows a query out of several to choose from; samples of the query before go, pasted ones stay. */
  async open(sources: readonly LabSource[], chosen?: string): Promise<void> {
    this.sources = sources.length > 0 ? sources : [FREE];
    const source = this.sources.find((s) => s.id === chosen) ?? this.sources[0] ?? FREE;
    await this.choose(source);
  }

  /** The model as it is now. */
  model(): LabModel {
    const base = this.runState.kind === "finished" ? this.runState : undefined;
    const [sampleRows, whatIf] = [this.rowQuestion.model(), this.whatIf.model(base)];
    return {
      query: {
        id: this.source.id,
        title: this.source.title,
        ...(this.source.note === undefined ? {} : { source: this.source.note }),
        language: this.language(),
        text: this.text,
        diagnostics: this.compile().diagnostics,
        scope: () => this.scope(),
        changed: this.text !== this.source.text,
      },
      choices: this.sources.length > 1
        ? this.sources.map(({ id, title, group, language }) => ({ id, title, group, language }))
        : [],
      samples: this.samples.models(),
      tables: this.ports.tables,
      loading: this.samples.loading(),
      problems: this.problems,
      now: this.nowModel(),
      lenient: this.lenient,
      limits: this.ports.limits,
      run: whatIf === undefined ? this.runState : this.whatIf.shown() ?? this.runState,
      tab: this.tab,
      view: this.view,
      ...(this.peek === undefined ? {} : { peek: this.peek }),
      ...(sampleRows === undefined ? {} : { sampleRows }),
      ...(whatIf === undefined ? {} : { whatIf }),
      can: this.ports.can,
    };
  }

  onQuery(text: string): void {
    if (text === this.text) return;
    this.text = text;
    this.changed();
    if (text.includes("_GetWatchlist")) void this.bring();
  }

  onChoose(id: string): void {
    const source = this.sources.find((s) => s.id === id);
    if (source) void this.choose(source);
  }

  onFix(fix: Fix): void {
    this.onQuery(applyEdits(this.text, fix.edits));
  }

  onPaste(text: string): void {
    if (text.trim() !== "") void this.add({ name: this.samples.freeName("Pasted"), from: "pasted", text });
  }

  onFiles(files: readonly File[]): void {
    for (const file of files) void this.add({ name: file.name, from: "file", text: file });
  }

  onClipboard(): void {
    void this.guarded(async () => { this.onPaste(await this.ports.readClipboard()); });
  }

  onVaultFile(): void {
    void this.guarded(async () => {
      const file = await this.ports.chooseFile();
      if (file) await this.add({ name: file.name, from: "file", text: file.text });
    });
  }

  onCancelLoading(id: string): void {
    this.samples.cancel(id);
  }

  onRemoveSample(id: string): void {
    this.samples.remove(id);
    if (this.rowQuestion.model()?.sample === id) this.onShowSample(null);
    this.changed();
  }

  onSampleTable(id: string, table: string | null): void {
    void this.samples.reread(id, { table });
  }

  onSampleFormat(id: string, format: LogFormat | null): void {
    void this.samples.reread(id, { format });
  }

  onSampleExpect(id: string, expect: Expectation | null): void {
    this.samples.expect(id, expect);
    this.changed();
  }

  onNow(mode: NowMode, text?: string): void {
    this.nowMode = mode;
    if (mode === "set" && text !== undefined) {
      this.nowText = text;
      this.nowSet = parseDatetime(text);
    }
    this.changed();
  }

  onLenient(lenient: boolean): void {
    this.lenient = lenient;
    this.changed();
  }

  onRun(): void {
    void this.run();
  }

  onCancel(): void {
    if (this.runState.kind !== "running") return;
    this.cancel?.abort();
    this.runState = { ...this.runState, cancelling: true };
    this.publish();
  }

  onTab(tab: LabTab): void {
    this.tab = tab;
    this.publish();
  }

  onView(view: ViewState): void {
    this.view = view;
    this.publish();
  }

  onPeek(plan: number | null): void {
    this.peek = undefined;
    const node = plan === null || !this.ranPlan ? undefined : planAt(this.whatIf.plan(this.ranPlan), plan);
    if (plan === null || !node) {
      this.publish();
      return;
    }
    if (needsHole(node)) {
      this.ports.notice("This step runs once per group of rows and cannot be shown by itself.");
      this.publish();
      return;
    }
    const label = node.label;
    this.peek = { plan, label, truncated: false, view: FRESH_VIEW };
    this.publish();
    void this.guarded(async () => {
      const outcome = await this.ports.lab.run(
        node, { now: this.ranNow, maxRows: PEEK_ROWS, limitMs: this.ports.limits.ms },
      );
      if (this.peek?.plan !== plan) return;
      const table = outcome.kind === "failed" ? { schema: node.schema, batches: [] } : outcome.table;
      this.peek = { plan, label, table, truncated: outcome.kind === "stopped", view: FRESH_VIEW };
      this.publish();
    });
  }

  onPeekView(view: ViewState): void {
    if (!this.peek) return;
    this.peek = { ...this.peek, view };
    this.publish();
  }

  onShowSample(id: string | null): void {
    const sample = this.samples.find(id);
    if (sample) this.tab = "sample";
    else if (this.tab === "sample") this.tab = "rows";
    this.rowQuestion.show(sample ? { id: sample.id, name: sample.name, rows: sample.loaded.rows } : null);
  }

  onHunt(id: string): void {
    const sample = this.samples.find(id);
    if (!sample) return;
    const { name, text, saidFormat } = sample;
    void this.guarded(() => this.ports.hunt({ name, from: { text, ...(saidFormat === undefined ? {} : { format: saidFormat }) } }));
  }

  onSampleView(view: ViewState): void {
    this.rowQuestion.view(view);
  }

  onWhy(row: number): void {
    const { runState } = this;
    const current = runState.kind === "finished" && !runState.stale && this.whatIf.shown() === undefined;
    this.rowQuestion.ask(row, current ? runState.text : undefined);
  }

  onCloseWhy(): void {
    this.rowQuestion.closeStory();
  }

  onResultRow(row: number): void {
    const { runState } = this;
    if (runState.kind !== "finished" || runState.outcome.kind === "failed") return;
    const column = runState.outcome.table.schema.columns[0]?.name ?? "";
    this.view = { ...FRESH_VIEW, hidden: this.view.hidden, widths: this.view.widths, cell: { row, column } };
    this.tab = "rows";
    this.publish();
  }

  onTerm(term: Span, on: boolean): void {
    if (this.runState.kind !== "finished" || !this.ranPlan) return;
    this.peek = undefined;
    this.whatIf.toggle(term, on, this.ranPlan, this.runState);
  }

  onWhatIfEnd(): void {
    this.whatIf.end();
    this.publish();
  }

  onWhatIfApply(): void {
    const next = this.ranPlan && this.whatIf.applied(this.ranPlan);
    if (next === undefined) return;
    this.onQuery(next);
    void this.run();
  }

  /** Shows the rows of the first sample that the query reads, to ask about one of them. */
  showRowsToAsk(): void {
    const sample = this.samples.all.find((s) => this.isUsed(s.loaded)) ?? this.samples.all[0];
    if (sample) this.onShowSample(sample.id);
    else this.ports.notice("Add logs first: there is no row to ask about.");
  }

  onCopy(format: CopyFormat, table: Table): void {
    void this.guarded(async () => {
      await this.ports.writeClipboard(this.ports.copyText(format, table));
      const rows = rowCount(table);
      this.ports.notice(`Copied ${rows} ${rows === 1 ? "row" : "rows"}.`);
    });
  }

  onSaveRows(table: Table): void {
    void this.guarded(() => this.ports.saveRows(this.source.title, table));
  }

  onChart(file: ChartFile, how: "copy" | "save"): void {
    void this.guarded(() => this.ports.takeChart(file, how));
  }

  onSaveQuery(): void {
    void this.guarded(async () => {
      await this.ports.saveQuery(this.source, this.text);
      this.source = { ...this.source, text: this.text };
      this.sources = this.sources.map((s) => (s.id === this.source.id ? this.source : s));
      this.publish();
    });
  }

  /** Functions and watchlists of the vault that the query asks for. */
  private async bring(): Promise<void> {
    if (this.ports.prepare === undefined) return;
    await this.guarded(async () => {
      if (!await this.ports.prepare?.(this.text)) return;
      this.compiled = undefined;
      this.publish();
    });
  }

  /** Runs the query over all samples, then over each sample that has an expectation, alone. */
  async run(): Promise<void> {
    await this.bring();
    if (this.runState.kind === "running") return;
    const compiled = this.compile();
    const text = this.text;
    const now = this.now();
    const started = this.ports.clock();
    this.peek = undefined;
    this.whatIf.end();
    if (!compiled.plan) {
      this.finish({ kind: "failed", trace: [], diagnostics: [] }, text, compiled.diagnostics, started, now);
      this.tab = "diagnostics";
      this.publish();
      return;
    }
    const plan = compiled.plan;
    const cancel = new AbortController();
    this.cancel = cancel;
    const last = this.runState.kind === "finished" ? this.runState : undefined;
    const rowsTotal = this.samples.all.filter((s) => this.isUsed(s.loaded)).reduce((n, s) => n + s.loaded.rows, 0);
    this.runState = {
      kind: "running", rowsRead: 0, rowsTotal, cancelling: false, ...(last === undefined ? {} : { last }),
    };
    this.publish();
    await this.guarded(async () => {
      const outcome = await this.ports.lab.run(plan, {
        now, signal: cancel.signal, limitMs: this.ports.limits.ms, maxRows: this.ports.limits.rows,
        onProgress: (rowsRead) => {
          if (this.runState.kind !== "running") return;
          this.runState = { ...this.runState, rowsRead };
          this.publish();
        },
      });
      this.ranPlan = plan;
      this.ranNow = now;
      this.view = { ...FRESH_VIEW, sort: this.view.sort, hidden: this.view.hidden, widths: this.view.widths };
      this.finish(outcome, text, compiled.diagnostics, started, now, compiled.rendering);
      // No row came out: why not is the answer that is looked for.
      this.tab = outcome.kind === "failed"
        ? "diagnostics"
        : rowCount(outcome.table) === 0 ? "trace" : this.tab === "trace" ? "trace" : "rows";
      if (this.rowQuestion.model()?.why?.stale === true) this.onWhy(this.rowQuestion.model()?.why?.row ?? 0);
      this.publish();
      if (outcome.kind === "done") await this.judge(plan, cancel.signal);
    });
    if (this.runState.kind === "running") {
      this.runState = last ?? { kind: "none" };
      this.publish();
    }
  }

  private async judge(plan: Plan, signal: AbortSignal): Promise<void> {
    const found: SampleVerdict[] = [];
    for (const sample of this.samples.all) {
      if (!sample.expect || !this.isUsed(sample.loaded)) continue;
      const now = this.nowMode === "newest" ? pinnedNow([sample.loaded]) ?? this.now() : this.now();
      const rows = isCorrelation(this.language().id, this.text) ? await this.correlatedIn(sample, signal)
        : await this.rowsOf(plan, { now, signal, only: [sample.id], limitMs: this.ports.limits.ms });
      if (rows === null) return;
      const pass = meets(sample.expect, rows);
      this.samples.replace({ ...sample, verdict: { pass, rows, stale: false } });
      found.push({ source: this.source.id, sample: sample.name, expect: sample.expect, rows, pass });
    }
    if (found.length === 0) return;
    if (this.text === this.source.text) this.ports.verdicts(found);
    this.publish();
  }

  private async rowsOf(plan: Plan, options: RunOptions): Promise<number | null> {
    const outcome = await this.ports.lab.run(plan, options);
    return outcome.kind === "done" ? rowCount(outcome.table) : null;
  }

  private async correlatedIn({ name, text }: Sample, signal: AbortSignal): Promise<number | null> {
    return (await correlated(this.ports.lab, this.text, { name, from: { text } }, signal)).count;
  }

  private finish(
    outcome: FinishedRun["outcome"], text: string, diagnostics: readonly Diagnostic[], started: number, now: bigint,
    rendering?: Rendering,
  ): void {
    this.cancel = undefined;
    this.runState = {
      kind: "finished", outcome, text, diagnostics, ms: this.ports.clock() - started, now: printDatetime(now),
      stale: false, ...(rendering === undefined ? {} : { rendering }),
    };
  }

  private async choose(source: LabSource): Promise<void> {
    this.cancel?.abort();
    this.samples.dropOfQuery();
    this.source = source;
    this.text = source.text;
    this.runState = { kind: "none" };
    this.ranPlan = undefined;
    this.peek = undefined;
    this.view = FRESH_VIEW;
    this.problems = [];
    this.tab = "rows";
    this.rowQuestion.show(null);
    this.changed();
    await this.bring();
    await this.samples.suit();
    for (const sample of source.samples) {
      // The user went on to another query while a file of this one was read.
      if (this.source !== source) return;
      await this.add(sample);
    }
  }

  private async add(sample: SampleSource): Promise<void> {
    if (await this.samples.add(sample) && (sample.from === "pasted" || sample.from === "file")) this.rehearse();
  }

  /**
   * Runs the query once unseen when the first logs are there: the worker's code is compiled by then, and the first click
   * on Run is answered as fast as any. What comes of it is told by the run that the user asks for.
   */
  private rehearse(): void {
    const { plan } = this.compile();
    const rows = this.samples.all.reduce((n, s) => n + s.loaded.rows, 0);
    if (this.rehearsed || !plan || rows > REHEARSED_ROWS || this.runState.kind === "running") return;
    this.rehearsed = true;
    this.ports.lab.run(plan, { now: this.now(), maxRows: 1, limitMs: 500 }).catch(() => { this.rehearsed = false; });
  }

  private isUsed(loaded: Loaded): boolean {
    const { tables } = this.compile();
    return tables.some((t) => t.name === loaded.table
      || (t.name.endsWith("*") && loaded.table.startsWith(t.name.slice(0, -1))));
  }

  private language(): Language {
    const found = languageOf(this.source.language);
    if (!found) throw new Error(`the lab cannot run '${this.source.language}'`);
    return found;
  }

  private now(): bigint {
    if (this.nowMode === "set" && this.nowSet !== null) return this.nowSet;
    if (this.nowMode === "clock") return this.ports.wallTicks();
    return pinnedNow(this.samples.all.map((s) => s.loaded)) ?? this.ports.wallTicks();
  }

  private nowModel(): LabModel["now"] {
    const newest = pinnedNow(this.samples.all.map((s) => s.loaded));
    const bad = this.nowMode === "set" && this.nowSet === null;
    return {
      mode: this.nowMode,
      text: this.nowMode === "set" ? this.nowText : printDatetime(this.now()),
      ...(newest === undefined ? {} : { newest: printDatetime(newest) }),
      ...(bad ? { problem: `'${this.nowText}' is not a time; write it like 2026-05-01T10:00:00Z.` } : {}),
    };
  }

  private scope() {
    return this.ports.lab.scope({ lenient: this.lenient, now: this.now() });
  }

  private compile(): Compiled {
    this.compiled ??= this.compileText(this.text);
    return this.compiled;
  }

  private compileText(text: string): Compiled {
    return this.ports.lab.compile(this.language().id, text, this.scope());
  }

  /** Query, samples, or now are others: compile anew, and what ran before is stale. */
  private changed(): void {
    this.compiled = undefined;
    this.whatIf.end();
    this.rowQuestion.changed();
    if (this.runState.kind === "finished") this.runState = { ...this.runState, stale: true };
    this.samples.makeStale();
    this.publish();
  }

  private async guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (problem) {
      this.problems = [problem instanceof Error ? problem.message : String(problem), ...this.problems].slice(0, 5);
      this.publish();
    }
  }

  private publish(): void {
    this.ports.onModel(this.model());
  }
}
