/**
 * Puts a run's steps beside the lines of its query: which step stands on which line, how much survived it, where rows
 * died. Steps are found by the place of their operator in the text, so that several statements and unions may
 * interleave.
 */
import { LineMap } from "../base";
import type { Span } from "../base";
import type { Step, TermCount } from "../query";
import { counted, digits } from "./counting";

/** What became of the rows at a step. */
export type Fate =
  /** Rows came in, none came out: here they died. */
  | "died"
  /** A source without rows: nothing to begin with. */
  | "empty"
  /** None came in, so nothing can be said. */
  | "starved"
  /** Rows came out; or the run was stopped before it could be said that none do. */
  | "alive";

/** A step as the trace shows it. */
export interface TraceStep {
  readonly plan: number;
  readonly label: string;
  readonly span: Span;
  readonly rowsIn: number;
  readonly rowsOut: number;
  readonly ms: number;
  readonly fate: Fate;
  /** True for the one step to look at first: where the last rows of the run died. */
  readonly last: boolean;
  /** True for a step that reads rows instead of taking them (`rowsIn` is not shown). */
  readonly source: boolean;
  /**
   * Lengths of the bar, 0 to 1, on a logarithmic scale shared by all steps: the rows that came in, and those that
   * went out.
   */
  readonly barIn: number;
  readonly barOut: number;
  readonly terms: readonly TraceTerm[];
  /** What it counted besides, and dropped no row by: selections and items of a Sigma rule. */
  readonly counted: readonly TraceTerm[];
  /** Set where one operator ran several times (a function called twice): which run of how many. */
  readonly nth?: { readonly index: number; readonly of: number };
}

export interface TraceTerm {
  readonly span: Span;
  /** Line counted from 1. */
  readonly line: number;
  readonly passed: number;
  readonly rowsIn: number;
  /** The run took it for not there: it has no counts. */
  readonly off?: boolean;
  /** Lets nothing pass although rows came: the culprit. */
  readonly dead: boolean;
  readonly instead?: NonNullable<TermCount["instead"]>;
}

/** One line of the query with what happened on it. */
export interface TraceLine {
  /** Counted from 1. */
  readonly line: number;
  readonly span: Span;
  readonly steps: readonly TraceStep[];
  /** Terms that start on this line, of whichever step. */
  readonly terms: readonly TraceTerm[];
  /** What was counted besides and starts on this line, the whole before its parts; the same count once. */
  readonly counted: readonly TraceTerm[];
  /** The step that began on an earlier line and goes on here, where rows died at it. */
  readonly within?: TraceStep;
}

export interface TraceLayout {
  readonly lines: readonly TraceLine[];
  /** Steps whose place is outside of the text (a bundled function's body); drawn below. */
  readonly elsewhere: readonly TraceStep[];
  /** The step where the last rows died; undefined when rows came out at the end or none came in. */
  readonly last: TraceStep | undefined;
  /** Other steps where a branch died. */
  readonly deaths: readonly TraceStep[];
  /** Longest time of a step, for the time column. */
  readonly slowest: number;
  /** Characters that the widest count of rows needs, with the step's name where several stand on a line. */
  readonly widest: number;
}

/** Which terms get a line besides those that are worth one anyway. */
export interface TermsShown {
  /** Terms that the run took for not there. */
  readonly off: readonly Span[];
  readonly allTerms: boolean;
}

/**
 * Lays the trace out. `resultRows` is how many rows the run gave, or undefined when it did not end: then no step is
 * said to have let its rows die, as what went in may not have come out yet.
 */
export function layoutTrace(
  text: string, trace: readonly Step[], resultRows: number | undefined, shows: TermsShown = { off: [], allTerms: false },
): TraceLayout {
  const map = new LineMap(text);
  const shown = trace.filter((s) => s.label !== "");
  let most = 0;
  let slowest = 0;
  const runs = new Map<string, number>();
  for (const s of shown) {
    most = Math.max(most, s.rowsIn, s.rowsOut);
    slowest = Math.max(slowest, s.ms);
    runs.set(placeKey(s), (runs.get(placeKey(s)) ?? 0) + 1);
  }
  const ended = resultRows !== undefined;
  const lastDeath = resultRows === 0 ? deepestDeath(shown) : undefined;
  const seen = new Map<string, number>();
  const steps = shown.map((s): TraceStep => {
    const key = placeKey(s);
    const of = runs.get(key) ?? 1;
    const index = (seen.get(key) ?? 0) + 1;
    seen.set(key, index);
    const source = isSource(s);
    return {
      plan: s.plan, label: s.label, span: s.span, rowsIn: s.rowsIn, rowsOut: s.rowsOut, ms: s.ms,
      fate: fateOf(s, ended), last: s === lastDeath, source,
      barIn: share(source ? s.rowsOut : s.rowsIn, most), barOut: share(s.rowsOut, most),
      terms: (s.terms ?? []).map((t) => layoutTerm(t, s, map, ended)),
      counted: (s.counted ?? []).map((t) => layoutTerm(t, s, map, ended)),
      ...(of > 1 ? { nth: { index, of } } : {}),
    };
  });
  const byLine = new Map<number, TraceStep[]>();
  const elsewhere: TraceStep[] = [];
  for (const s of steps) {
    if (s.span.from < 0 || s.span.from >= Math.max(1, text.length) || s.span.to > text.length) elsewhere.push(s);
    else {
      const line = map.at(operatorStart(text, s.span)).line;
      const there = byLine.get(line);
      if (there === undefined) byLine.set(line, [s]);
      else there.push(s);
    }
  }
  for (const there of byLine.values()) there.sort((a, b) => a.span.from - b.span.from);
  const placed = [...byLine.values()].flat();
  const off = shows.off.map((span): TraceTerm =>
    ({ span, line: map.at(span.from).line, passed: 0, rowsIn: 0, dead: false, off: true }));
  const terms = [...placed.flatMap((s) => (shows.allTerms && s.rowsIn > 0 ? s.terms : termsToShow(s))), ...off]
    .sort((a, b) => a.span.from - b.span.from);
  const counted = placed.flatMap((s) => (s.rowsIn > 0 ? s.counted : []))
    .sort((a, b) => a.span.from - b.span.from || b.span.to - a.span.to);
  const dying = placed.filter((s) => s.fate === "died")
    .map((s) => ({
      step: s, first: map.at(operatorStart(text, s.span)).line,
      end: map.at(Math.max(s.span.from, s.span.to - 1)).line,
    }));
  const lines: TraceLine[] = [];
  for (let line = 1; line <= map.lines; line++) {
    const from = map.startOf(line);
    const end = line === map.lines ? text.length : map.startOf(line + 1);
    const within = dying.find((d) => d.first < line && line <= d.end)?.step;
    lines.push({
      line, span: { from, to: withoutBreak(text, from, end) },
      steps: byLine.get(line) ?? [], terms: terms.filter((t) => t.line === line),
      counted: counted.filter((t) => t.line === line).filter((t, i, all) => t.passed !== all[i - 1]?.passed || t.rowsIn !== all[i - 1]?.rowsIn),
      ...(within === undefined ? {} : { within }),
    });
  }
  const widths = [...byLine.values()].flatMap((there) => there.map((s) => countWidth(s, there.length > 1)));
  return {
    lines, elsewhere, slowest, widest: Math.max(0, ...widths, ...elsewhere.map((s) => countWidth(s, true))),
    last: steps.find((s) => s.last),
    deaths: steps.filter((s) => s.fate === "died" && !s.last),
  };
}

/** The rows of a step as a sentence, for screen readers and tooltips. */
export function stepSentence(step: TraceStep): string {
  const rows = (x: number): string => `${counted(x, "row", "rows")}`;
  const what = step.nth === undefined ? step.label : `${step.label} (run ${step.nth.index} of ${step.nth.of})`;
  if (step.fate === "empty") return `${what}: no rows to read`;
  if (step.source) return `${what}: ${rows(step.rowsOut)} read`;
  if (step.fate === "starved") {
    return step.rowsOut === 0 ? `${what}: no rows came in` : `${what}: no rows came in, ${rows(step.rowsOut)} out`;
  }
  if (step.fate === "died") {
    return `${what}: ${rows(step.rowsIn)} in, none out${step.last ? ". The last rows died here" : ""}`;
  }
  return `${what}: ${rows(step.rowsIn)} in, ${rows(step.rowsOut)} out`;
}

/** The line, counted from 1, that an operator's word stands on. */
export function operatorLine(text: string, span: Span): number {
  return new LineMap(text).at(operatorStart(text, span)).line;
}

/**
 * Terms worth a line of their own: all of several where rows came in, and a single one that lets nothing pass. A term whose
 * count stands beside its line already is worth one only where there is more to say.
 */
export function termsToShow(step: TraceStep): readonly TraceTerm[] {
  if (step.rowsIn === 0) return [];
  if (step.counted.length > 0) {
    return step.terms.filter((t) => t.instead !== undefined || !step.counted.some((c) => c.span.from === t.span.from && c.span.to === t.span.to));
  }
  return step.terms.length > 1 ? step.terms : step.terms.filter((t) => t.dead);
}

/** "1.2 s", "34 ms", "0.4 ms". */
export function durationText(ms: number): string {
  if (ms >= 10_000) return `${digits(Math.round(ms / 1000))} s`;
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms >= 10) return `${Math.round(ms)} ms`;
  if (ms >= 0.05) return `${ms.toFixed(1)} ms`;
  return "< 0.1 ms";
}

const placeKey = (s: Step): string => `${s.span.from}:${s.span.to}:${s.label}`;

/** A step with rows out but none in and nothing to filter reads them itself: a table, `datatable`, `print`, `range`. */
function isSource(s: Step): boolean {
  if (s.rowsIn > 0 || s.terms !== undefined) return false;
  return s.rowsOut > 0 || SOURCES.has(s.label) || !OPERATOR.test(s.label);
}
const SOURCES: ReadonlySet<string> =
  new Set(["scan", "table", "datatable", "print", "range", "values", "externaldata", "from"]);
/** Operators are written in lower case with dashes; a source's label may also be the table's own name. */
const OPERATOR = /^[a-z][a-z0-9-]*$/;

function fateOf(s: Step, ended: boolean): Fate {
  if (s.rowsOut > 0) return s.rowsIn > 0 || isSource(s) ? "alive" : "starved";
  if (s.rowsIn > 0) return ended ? "died" : "alive";
  return isSource(s) ? "empty" : "starved";
}

/**
 * Of the steps that let nothing out, the one that ended last: the trace comes in the order of the plan, leaves first.
 */
function deepestDeath(trace: readonly Step[]): Step | undefined {
  let last: Step | undefined;
  for (const s of trace) if (s.rowsIn > 0 && s.rowsOut === 0) last = s;
  return last;
}

/** A table's name may be long: it is cut before the numbers are. */
const LONGEST_LABEL = 14;

function countWidth(s: TraceStep, named: boolean): number {
  const label = named ? Math.min(LONGEST_LABEL, s.label.length + (s.nth === undefined ? 0 : 4)) + 1 : 0;
  return label + digits(s.rowsOut).length + (s.source ? 0 : digits(s.rowsIn).length + 3);
}

function layoutTerm(t: TermCount, s: Step, map: LineMap, ended: boolean): TraceTerm {
  return {
    span: t.span, line: map.at(t.span.from).line, passed: t.passed, rowsIn: s.rowsIn,
    dead: ended && t.passed === 0 && s.rowsIn > 0, ...(t.instead === undefined ? {} : { instead: t.instead }),
  };
}

/** Position on the shared logarithmic scale; any row at all is at least a sliver. */
function share(rows: number, most: number): number {
  if (rows <= 0 || most <= 0) return 0;
  return Math.max(0.04, Math.log1p(rows) / Math.log1p(most));
}

/** Behind the pipe and the blanks that may lead an operator's span: a pipe may stand at the end of the line before. */
function operatorStart(text: string, s: Span): number {
  let at = s.from;
  while (at < s.to - 1 && (text[at] === "|" || /\s/.test(text[at] ?? ""))) at++;
  return at;
}

function withoutBreak(text: string, from: number, to: number): number {
  let end = to;
  if (end > from && text[end - 1] === "\n") end--;
  if (end > from && text[end - 1] === "\r") end--;
  return end;
}
