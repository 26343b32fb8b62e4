/** Correlations in the words of other query languages, where these have windows of time. */
import type { CorrelationRule } from "../syntax";
import type { Converted, ConvertOptions } from "./query";
import { Voice } from "./dialect";
import type { TargetId } from "./targets";

export function convertCorrelation(rule: CorrelationRule, target: TargetId, options: ConvertOptions): Converted {
  const voice = new Voice(target);
  voice.cannot(`correlations ${options.rules?.length ?? 0}`, rule.span);
  return { text: undefined, diagnostics: voice.diagnostics };
}
