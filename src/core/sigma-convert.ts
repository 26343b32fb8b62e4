/** A text of Sigma rules in the words of another query language. */
import type { Diagnostic } from "../base";
import { convert, readSigma, type TargetId } from "../query/sigma";

/** The query, and what could not be said in it; no text when not every rule of the text could be converted. */
export interface ConvertedText {
  readonly text: string | undefined;
  /** With spans in the rules' text. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Converts every rule of a text; several come one after the other, with an empty line between. */
export function convertText(text: string, target: TargetId): ConvertedText {
  const file = readSigma(text);
  const diagnostics: Diagnostic[] = [...file.diagnostics];
  const queries: (string | undefined)[] = [];
  // Rules that a correlation stands on are part of its query, and nothing by themselves.
  const correlated = file.rules.some((rule) => rule.kind === "correlation");
  for (const rule of file.rules) {
    if (rule.kind === "filter" || (correlated && rule.kind === "detection")) continue;
    const converted = convert(rule, target, { rules: file.rules });
    diagnostics.push(...converted.diagnostics);
    queries.push(converted.text);
  }
  const whole = queries.length > 0 && file.refused.length === 0 && queries.every((query) => query !== undefined);
  return { text: whole ? queries.join("\n\n") : undefined, diagnostics };
}
