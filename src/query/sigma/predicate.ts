/** One test as a predicate, for everybody who looks at events: the plan's kernels, the rule set, the explanation. */
import { textPredicate } from "../functions/sigma/test";
import type { TextPredicate } from "../functions/sigma/test";
import type { TestKind } from "./syntax";

export { fold } from "../functions/sigma/fold";
export { compares, numberOf, textHolds } from "../functions/sigma/test";
export type { TextPredicate } from "../functions/sigma/test";

/**
 * What a test asks of a value's text; undefined for those that are not about a text (`null`, `exists`, `field`).
 * Where `folded` is true the text has to be given folded (`fold`): once per value, however many tests look at it.
 */
export function predicateOf(test: TestKind): TextPredicate | undefined {
  return test.kind === "null" || test.kind === "exists" || test.kind === "field" ? undefined : textPredicate(test);
}
