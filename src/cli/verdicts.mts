/** Runs the rules of a vault on their samples, for `check` and `index`. */
import { LineMap } from "../base";
import { bringNames, LocalLab, mainQuery, languageOf, runRule, type Workspace } from "../core";
import { expectationText, type RunVerdict } from "../coverage";
import { labTime } from "./time.mts";

/** A verdict and where it belongs; `problem` instead is something wrong in the query's text. */
export interface RuleFinding {
  readonly verdict: RunVerdict;
  readonly line: number;
  readonly expected: string;
  /** Why the run gave nothing, where it did: a file that cannot be read, a query that cannot be run. */
  readonly why?: string;
  readonly problem?: { readonly line: number; readonly column: number; readonly severity: string; readonly code: string; readonly message: string };
}

/** Checks every rule's query and, unless told not to, runs it on the rule's samples. */
export async function judgeRules(workspace: Workspace, options: { readonly run: boolean } = { run: true }): Promise<readonly RuleFinding[]> {
  const found: RuleFinding[] = [];
  const lab = new LocalLab(labTime);
  const { index, files } = workspace;
  for (const note of index.ofKind("rule")) {
    const query = mainQuery(note);
    const language = query && languageOf(query.language);
    if (!query || !language) continue;
    const lines = new LineMap(await files.read(note.path));
    const none: RunVerdict = { rulePath: note.path, sample: "", expected: { kind: "match" }, got: null, passed: true, at: 0 };
    await bringNames(lab, index, query.text, (path) => files.read(path));
    // Rules in Sigma are checked all at once, each against the others; tables are of those who run them.
    for (const d of language.id === "sigma" ? [] : lab.compile(language.id, query.text, lab.scope({ lenient: true })).diagnostics) {
      const place = lines.at(query.span.from + d.span.from);
      found.push({ verdict: none, line: place.line, expected: "", problem: { ...place, severity: d.severity, code: d.code, message: d.message } });
    }
    if (!options.run) continue;
    const runs = await runRule(note, lab, {
      at: Date.now(),
      read: async (target) => {
        const path = index.resolve(target, note.path);
        if (path === null) throw new Error(`There is no file ${JSON.stringify(target)} in the vault.`);
        return new Blob([(await files.readBytes(path)).slice()]);
      },
    });
    for (const { sample, verdict, diagnostics } of runs) {
      const why = verdict.got === null ? diagnostics.find((d) => d.severity === "error")?.message : undefined;
      found.push({
        verdict, line: lines.at(sample.source.span.from).line, expected: sample.expect ? expectationText(sample.expect) : "",
        ...(why === undefined ? {} : { why }),
      });
    }
  }
  return found;
}
