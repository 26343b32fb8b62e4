/** A rule's own query run on the rule's own samples: the tests that a vault carries. */
import type { Diagnostic } from "../base";
import { meets, type RunVerdict } from "../coverage";
import type { Bytes } from "../logs";
import { rowCount } from "../table";
import type { Note, RuleQuery, SampleRef } from "../vault";
import { correlated, isCorrelation } from "./correlated";
import type { Lab } from "./lab";
import { languageOf } from "./languages";
import { pinnedNow } from "./names-in-scope";

/** What running a rule on one of its samples gave. */
export interface SampleRun {
  readonly sample: SampleRef;
  readonly verdict: RunVerdict;
  /** What the query's text has wrong, with spans in that text; also when it ran all the same. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface RuleRunOptions {
  /** Reads a file that a sample names, by the name as written; rejects when there is none. */
  readonly read: (path: string) => Promise<string | Bytes>;
  /** Brings what the query takes from the vault: its functions and watchlists (`bringNames`). */
  readonly prepare?: (lab: Lab, query: string) => Promise<unknown>;
  /** Milliseconds since 1970, stamped on the verdicts. */
  readonly at: number;
  readonly signal?: AbortSignal;
  readonly limitMs?: number;
}

/** The query that a rule note is about: its first one in a language we run that is not a hunting query. */
export function mainQuery(note: Note): RuleQuery | undefined {
  return note.rule?.queries.find((q) => q.hunting !== true && languageOf(q.language) !== undefined);
}

/**
 * Whether a sample is loaded with the fields that it was written with. Sigma speaks of those, and knows where each log
 * source keeps them; a sample that names its table is brought into that table's columns all the same.
 */
export function keepsFields(language: string, table: string | undefined): boolean {
  return language === "sigma" && table === undefined;
}

/** Runs the rule's query on each sample that states an expectation. Samples are loaded, run alone and dropped again. */
export async function runRule(note: Note, lab: Lab, options: RuleRunOptions): Promise<readonly SampleRun[]> {
  const query = mainQuery(note);
  const language = query && languageOf(query.language);
  if (!query || !language) return [];
  const runs: SampleRun[] = [];
  await options.prepare?.(lab, query.text);
  for (const sample of note.rule?.samples ?? []) {
    const { expect } = sample;
    if (expect === undefined) continue;
    const id = `rule:${note.path}#${sample.name}`;
    const verdict = (got: number | null): RunVerdict => ({
      rulePath: note.path, sample: sample.name, expected: expect, got, passed: got !== null && meets(expect, got), at: options.at,
    });
    try {
      const text = sample.source.kind === "block" ? sample.source.text : await options.read(sample.source.path);
      if (isCorrelation(language.id, query.text)) {
        const { count, diagnostics } = await correlated(lab, query.text, { name: sample.name, from: { text } }, options.signal);
        runs.push({ sample, verdict: verdict(count), diagnostics });
        continue;
      }
      const loaded = await lab.load({ id, text, ...(sample.table === undefined ? {} : { table: sample.table }),
        ...(keepsFields(language.id, sample.table) ? { map: false } : {}) }, options.signal);
      const now = pinnedNow([loaded]);
      const scope = lab.scope({ lenient: true, ...(now === undefined ? {} : { now }) });
      const compiled = lab.compile(language.id, query.text, scope);
      if (!compiled.plan) {
        runs.push({ sample, verdict: verdict(null), diagnostics: compiled.diagnostics });
        continue;
      }
      const outcome = await lab.run(compiled.plan, {
        now: scope.now, only: [id], limitMs: options.limitMs ?? 30_000, ...(options.signal === undefined ? {} : { signal: options.signal }),
      });
      const ran = outcome.kind === "stopped" ? [] : outcome.diagnostics;
      runs.push({ sample, verdict: verdict(outcome.kind === "done" ? rowCount(outcome.table) : null), diagnostics: [...compiled.diagnostics, ...ran] });
    } catch (problem) {
      const message = problem instanceof Error ? problem.message : String(problem);
      runs.push({
        sample, verdict: verdict(null),
        diagnostics: [{ code: "sample-unread", severity: "error", message: `Sample '${sample.name}' could not be read: ${message}`, span: { from: 0, to: 0 } }],
      });
    } finally {
      lab.drop(id);
    }
  }
  return runs;
}
