/** The names that a lenient run took for others, which differ in case alone. */
import type { FinishedRun } from "./lab-model";

/** `AwsRegion`, which stands in the query, was taken for `AWSRegion`, which the table has. */
export interface TakenName {
  readonly written: string;
  readonly taken: string;
}

/** Each name once, in the order of the text: from the warnings that a language gives with the code `…-name-case`. */
export function takenNames({ text, diagnostics }: Pick<FinishedRun, "text" | "diagnostics">): readonly TakenName[] {
  const names = new Map<string, TakenName>();
  for (const d of diagnostics) {
    const insert = d.fix?.edits[0]?.insert;
    if (d.severity !== "warning" || !d.code.endsWith("-name-case") || insert === undefined) continue;
    const written = text.slice(d.span.from, d.span.to);
    names.set(written, { written, taken: insert });
  }
  return [...names.values()];
}
