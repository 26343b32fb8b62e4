/** Rules in the words of another query language. What the language cannot say is told, and then there is no text. */
import { hasErrors } from "../../../base";
import type { SigmaRule } from "../syntax";
import { convertCorrelation } from "./correlation";
import { Voice } from "./dialect";
import { queryOf } from "./query";
import type { Converted, ConvertOptions } from "./query";
import type { TargetId } from "./targets";

/** Converts a rule; never throws. */
export function convert(rule: SigmaRule, target: TargetId, options: ConvertOptions = {}): Converted {
  if (rule.kind === "correlation") return convertCorrelation(rule, target, options);
  if (rule.kind === "filter") {
    const voice = new Voice("A filter");
    voice.cannot("anything by itself", rule.span, "Convert the rules that it belongs to.");
    return { text: undefined, diagnostics: voice.diagnostics };
  }
  const query = queryOf(rule, target, options);
  const { diagnostics } = query.voice;
  return { text: hasErrors(diagnostics) ? undefined : query.lines?.join("\n"), diagnostics };
}
