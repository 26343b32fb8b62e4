/** Loosens a rule: an item becomes a comment, a conjunct of the condition goes. */
import type { Edit, Span } from "../../base";
import { itemsOf } from "./compile";
import { readSigma } from "./read";
import type { Condition, DetectionRule } from "./syntax";

/** Edits for terms of the plan, known by their places; none where the rule would not stand without them. */
export function commentOut(text: string, terms: readonly Span[]): readonly Edit[] {
  const gone = new Set(terms.map((t) => `${t.from}:${t.to}`));
  const isGone = (span: Span) => gone.has(`${span.from}:${span.to}`);
  const out: Edit[] = [];
  for (const rule of readSigma(text).rules) {
    if (rule.kind !== "detection") continue;
    const whole = new Set<string>();
    for (const selection of rule.selections.values()) {
      const items = itemsOf({ selections: new Map([[selection.name, selection]]) });
      const off = items.filter((item) => isGone(item.span));
      if (off.length === 0) continue;
      // A selection without an item is no selection: it stays, and the condition does without it.
      if (off.length === items.length) {
        whole.add(selection.name);
        continue;
      }
      for (const item of off) out.push(...commented(text, item.span));
    }
    out.push(...withoutConjuncts(text, rule, (part) => isGone(part.span) || (part.kind === "selection" && whole.has(part.name))));
  }
  return out;
}

/** Makes comments of the lines of an item that has them for itself. */
function commented(text: string, span: Span): readonly Edit[] {
  const start = text.lastIndexOf("\n", span.from - 1) + 1;
  const end = text.indexOf("\n", span.to);
  if (text.slice(start, span.from).trim() !== "" || text.slice(span.to, end < 0 ? text.length : end).trim() !== "") return [];
  const out: Edit[] = [];
  for (let at = start; at < span.to;) {
    const next = text.indexOf("\n", at);
    const line = text.slice(at, next < 0 ? text.length : next);
    const inset = line.length - line.trimStart().length;
    if (line.trim() !== "") out.push({ span: { from: at + inset, to: at + inset }, insert: "# " });
    if (next < 0) break;
    at = next + 1;
  }
  return out;
}

function withoutConjuncts(text: string, rule: DetectionRule, isGone: (part: Condition) => boolean): readonly Edit[] {
  return rule.conditions.flatMap((condition) => {
    if (condition.kind !== "and") return [];
    const stay = condition.parts.filter((part) => !isGone(part));
    if (stay.length === 0 || stay.length === condition.parts.length) return [];
    return [{ span: condition.span, insert: stay.map((part: Condition) => text.slice(...bracketed(text, part.span, condition.span)))
      .join(" and ") }];
  });
}

/** A part with the brackets that stand around it. */
function bracketed(text: string, span: Span, within: Span): [number, number] {
  let { from, to } = span;
  for (;;) {
    let left = from - 1;
    let right = to;
    while (text[left] === " ") left--;
    while (text[right] === " ") right++;
    if (left < within.from || right >= within.to || text[left] !== "(" || text[right] !== ")") return [from, to];
    from = left;
    to = right + 1;
  }
}
