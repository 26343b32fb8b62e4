/** What a text of Sigma that ends in a correlation finds: its groups of events, and not the events of the rules below it. */
import type { Diagnostic } from "../base";
import { readSigma } from "../query/sigma";
import type { HuntLogs } from "./hunting";
import type { Lab } from "./lab";

/** How often the correlation holds; null where it could not be asked. */
export interface Correlated {
  readonly count: number | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Whether the last rule of a text is a correlation: then it is what the text is about. */
export function isCorrelation(language: string, text: string): boolean {
  return language === "sigma" && /^correlation:/m.test(text) && readSigma(text).rules.at(-1)?.kind === "correlation";
}

/** Runs the last correlation of a text over logs, with the rules that stand in the text. */
export async function correlated(lab: Lab, text: string, logs: HuntLogs, signal?: AbortSignal): Promise<Correlated> {
  const rule = readSigma(text).rules.at(-1);
  const report = await lab.hunt({ rules: [{ path: "", text }], logs: [logs] }, signal);
  const wrong = report.refused.map(({ message }): Diagnostic => ({ code: "sigma-correlation-refused", severity: "error", message, span: { from: 0, to: 0 } }));
  const whole = wrong.length === 0 && !report.diagnostics.some((d) => d.severity === "error");
  const found = report.found.filter((each) => each.of === "groups"
    && (rule?.id === undefined ? each.rule.title === rule?.title?.value : each.rule.id === rule.id.value));
  return { count: whole ? found.reduce((sum, each) => sum + each.count, 0) : null, diagnostics: [...wrong, ...report.diagnostics] };
}
