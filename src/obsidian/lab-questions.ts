/**
 * Questions that the lab answers about a run: what became of one row of a sample, and what the query would find without
 * some of its terms. Neither edits the query.
 */
import { applyEdits, type Span } from "../base";
import { rowEvent, type Lab } from "../core";
import { explain } from "../hunt";
import { loosen, tellStory, termPlaces, type Compiled, type Language, type Outcome, type Plan } from "../query";
import { readSigma } from "../query/sigma";
import { rowCount } from "../table";
import { FRESH_VIEW, type FinishedRun, type LabSampleRows, type LabWhatIf, type LabWhy, type ViewState } from "../ui";

/** Rows of a sample that are shown to choose one from. */
const MOST_SAMPLE_ROWS = 2000;

/** What the questions ask of the session. */
export interface QuestionPorts {
  readonly lab: Lab;
  readonly limitMs: number;
  text(): string;
  language(): Language;
  compile(text?: string): Compiled;
  now(): bigint;
  /** What `now()` was in the last run. */
  ranNow(): bigint;
  publish(): void;
  guarded(work: () => Promise<void>): Promise<void>;
  notice(text: string): void;
}

/** Rows of a sample, and the story of one. */
export class RowQuestion {
  private shown: LabSampleRows | undefined;
  private asked = 0;

  constructor(private readonly ports: QuestionPorts) {}

  model(): LabSampleRows | undefined {
    return this.shown;
  }

  show(sample: { readonly id: string; readonly name: string; readonly rows: number } | null): void {
    this.asked++;
    this.shown = sample === null ? undefined
      : { sample: sample.id, name: sample.name, total: sample.rows, view: FRESH_VIEW };
    this.ports.publish();
    if (sample === null) return;
    void this.ports.guarded(async () => {
      const table = await this.ports.lab.rows(sample.id, MOST_SAMPLE_ROWS);
      if (this.shown?.sample !== sample.id || table === undefined) return;
      this.shown = { ...this.shown, table };
      this.ports.publish();
    });
  }

  view(view: ViewState): void {
    if (this.shown) this.shown = { ...this.shown, view };
    this.ports.publish();
  }

  /** Query, samples or now changed: what was told is of before. */
  changed(): void {
    if (this.shown?.why) this.shown = { ...this.shown, why: { ...this.shown.why, stale: true } };
  }

  /** Asks about a row; `resultOf` is the text of the run whose result is on the screen. */
  ask(row: number, resultOf: string | undefined): void {
    const { shown, ports } = this;
    if (!shown) return;
    const turn = ++this.asked;
    const { plan } = ports.compile();
    const text = ports.text();
    if (!plan) {
      ports.notice("The query has errors: it says nothing about a row until they are gone.");
      return;
    }
    const explained = ports.language().id === "sigma" ? this.explained(text, row) : [];
    this.shown = { ...shown, why: { row, stale: false, ...(explained.length === 0 ? {} : { explained }) } };
    ports.publish();
    void ports.guarded(async () => {
      const story = await ports.lab.why(plan, { sample: shown.sample, row }, { now: ports.now(), limitMs: ports.limitMs });
      if (turn !== this.asked || this.shown?.why?.row !== row) return;
      const found = story.ends.find((end) => end.kind === "result" && !end.earlier);
      this.shown = { ...this.shown, why: {
        ...this.shown.why,
        told: {
          ends: tellStory(story, text), steps: story.steps,
          ...(found?.kind !== "result" || found.rows[0] === undefined || resultOf !== text ? {} : { resultRow: found.rows[0] }),
        },
      } };
      ports.publish();
    });
  }

  /** The rules of a Sigma text on a row that is shown. */
  private explained(text: string, row: number): NonNullable<LabWhy["explained"]> {
    const event = this.shown?.table && rowEvent(this.shown.table, row);
    if (event === undefined) return [];
    return readSigma(text).rules.flatMap((rule) => (rule.kind === "detection"
      ? [{ title: rule.title?.value ?? rule.id?.value ?? "Rule", told: explain(rule, event) }] : []));
  }

  closeStory(): void {
    if (!this.shown) return;
    const { why: _, ...rest } = this.shown;
    this.shown = rest;
    this.ports.publish();
  }
}

/** The run without some terms. */
export class WhatIf {
  private off: readonly Span[] = [];
  private run: FinishedRun | undefined;
  private turn = 0;

  constructor(private readonly ports: QuestionPorts) {}

  model(base: FinishedRun | undefined): LabWhatIf | undefined {
    if (this.off.length === 0 || base === undefined) return undefined;
    const [before, after] = [rowsOf(base.outcome), this.run && rowsOf(this.run.outcome)];
    return {
      off: this.off, running: this.run === undefined,
      ...(before === undefined ? {} : { rowsBefore: before }), ...(after === undefined ? {} : { rows: after }),
    };
  }

  /** The run to be shown instead of the query's own; undefined while there is none. */
  shown(): FinishedRun | undefined {
    return this.off.length === 0 ? undefined : this.run;
  }

  /** The plan of the run that is shown. */
  plan(plan: Plan): Plan {
    return this.off.length === 0 ? plan : loosen(plan, this.off);
  }

  /** All terms count again. */
  end(): void {
    this.turn++;
    this.off = [];
    this.run = undefined;
  }

  /** Takes a term for not there, or there again, and runs. */
  toggle(term: Span, on: boolean, plan: Plan, base: FinishedRun): void {
    const others = this.off.filter((t) => t.from !== term.from || t.to !== term.to);
    this.off = on ? others : [...others, term].sort((a, b) => a.from - b.from);
    const turn = ++this.turn;
    if (this.off.length === 0) {
      this.run = undefined;
      this.ports.publish();
      return;
    }
    this.ports.publish();
    void this.ports.guarded(async () => {
      const outcome = await this.ports.lab.run(loosen(plan, this.off), {
        now: this.ports.ranNow(), limitMs: this.ports.limitMs, maxRows: 100_000,
      });
      if (turn !== this.turn) return;
      this.run = { ...base, outcome };
      this.ports.publish();
    });
  }

  /** The query's text with the terms that are off as comments; undefined, and told, where that would say another thing. */
  applied(plan: Plan): string | undefined {
    const text = this.ports.text();
    const edits = this.ports.language().commentOut?.(text, this.off) ?? [];
    const next = applyEdits(text, edits);
    const { plan: found } = this.ports.compile(next);
    // Both must come to the same terms: a comment must not take more, or less, with it.
    const wanted = termPlaces(loosen(plan, this.off)).map((s) => text.slice(s.from, s.to)).sort();
    const terms = found && termPlaces(found).map((s) => next.slice(s.from, s.to)).sort();
    if (edits.length > 0 && terms?.join("\n") === wanted.join("\n")) return next;
    this.ports.notice("These terms cannot be taken out of the text by themselves: change the query by hand.");
    return undefined;
  }
}

function rowsOf(outcome: Outcome): number | undefined {
  return outcome.kind === "done" ? rowCount(outcome.table) : undefined;
}
