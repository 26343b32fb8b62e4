/** Calls of meanings that the language writes as signs (`+`, `has`, `a.b`), with messages in the words of the query. */
import type { Span } from "../../base";
import { functions } from "../functions";
import type { Expr } from "../plan";
import { chooseOverload, explainMisfit, makeCall, signature } from "../scope";
import { isNothing, nothing, type Binding } from "./binding";

/** A call of a meaning that no user names; what does not fit is told with the words of `written`. */
export function apply(b: Binding, meaning: string, args: readonly Expr[], span: Span, written: string): Expr {
  const entry = functions.named(meaning);
  if (!entry) {
    b.fail("kql-no-function", `'${written}' cannot be computed here.`, span);
    return nothing(span);
  }
  const choice = chooseOverload(entry, args.map((a) => a.type));
  if (choice) return makeCall(choice, args, span, functions);
  if (args.some(isNothing)) return nothing(span);
  const types = args.map((a) => a.type).join(" and ");
  const misfit = explainMisfit(entry, args.map((a) => a.type));
  const wanted = misfit.kind === "type"
    ? ` It takes ${entry.overloads.slice(0, 6).map((o) => signature(written, o)).join("; ")}.` : "";
  b.fail("kql-type-mismatch", `'${written}' does not take ${types}.${wanted}`, span);
  return nothing(span);
}
