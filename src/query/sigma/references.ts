/** Which rules a correlation refers to, over all files at once: unknown names and circles are told. */
import { error, nearest } from "../../base";
import type { Diagnostic } from "../../base";
import { isCalled } from "./filter";
import type { CorrelationRule, SigmaRule } from "./syntax";

/** Correlations with what they refer to. */
export interface References {
  /** Those that can run, each behind the correlations that it needs; their rules in the order of the file. */
  readonly correlations: readonly { readonly rule: CorrelationRule; readonly rules: readonly SigmaRule[] }[];
  /** Rules that do not report by themselves, as a correlation without `generate` stands on them. */
  readonly silent: ReadonlySet<SigmaRule>;
  /** By correlation, as spans are of its file. */
  readonly diagnostics: ReadonlyMap<CorrelationRule, readonly Diagnostic[]>;
}

/** Resolves references by id, name or title (in this order of preference) among all rules. */
export function referencesOf(rules: readonly SigmaRule[]): References {
  const byName = new Map<string, SigmaRule>();
  for (const key of ["title", "name", "id"] as const) {
    for (const rule of rules) {
      const said = rule[key]?.value;
      if (said !== undefined && rule.kind !== "filter") byName.set(key === "id" ? said.toLowerCase() : said, rule);
    }
  }
  const found = new Map<CorrelationRule, readonly SigmaRule[]>();
  const diagnostics = new Map<CorrelationRule, Diagnostic[]>();
  for (const rule of rules) {
    if (rule.kind !== "correlation") continue;
    const problems: Diagnostic[] = [];
    const meant = rule.rules.flatMap((reference) => {
      const other = byName.get(reference.value) ?? byName.get(reference.value.toLowerCase());
      if (other) return [other];
      const near = nearest(reference.value, rules.flatMap((r) => (r.name ? [r.name.value] : [])));
      problems.push(error("sigma-unknown-rule", `There is no rule with the name or id '${reference.value}'.${
        near === undefined ? "" : ` Did you mean '${near}'?`}`, reference.span,
      near === undefined ? {} : { fix: { title: `Write '${near}'`, edits: [{ span: reference.span, insert: near }] } }));
      return [];
    });
    for (const alias of rule.aliases.values()) {
      for (const name of alias.keys()) {
        if (!meant.some((r) => isCalled(r, name))) problems.push(error("sigma-aliases",
          `The alias is for '${name}', which is none of the correlation's rules.`, rule.span));
      }
    }
    diagnostics.set(rule, problems);
    if (problems.length === 0) found.set(rule, meant);
  }
  const correlations = inOrder(found, diagnostics);
  const silent = new Set(correlations.flatMap(({ rule, rules: meant }) => (rule.generate ? [] : meant)));
  return { correlations, silent, diagnostics };
}

/** Those first that others need; circles, and what needs a broken one, are told and left out. */
function inOrder(found: ReadonlyMap<CorrelationRule, readonly SigmaRule[]>, diagnostics: Map<CorrelationRule, Diagnostic[]>,
): References["correlations"] {
  const out: { rule: CorrelationRule; rules: readonly SigmaRule[] }[] = [];
  const done = new Set<SigmaRule>();
  let waiting = [...found];
  for (;;) {
    const ready = waiting.filter(([, rules]) => rules.every((r) => r.kind !== "correlation" || done.has(r)));
    if (ready.length === 0) break;
    for (const [rule, rules] of ready) {
      out.push({ rule, rules });
      done.add(rule);
    }
    waiting = waiting.filter(([rule]) => !done.has(rule));
  }
  for (const [rule, rules] of waiting) {
    const broken = rules.findIndex((r) => r.kind === "correlation" && !found.has(r));
    const circle = rules.findIndex((r) => r.kind === "correlation" && !done.has(r));
    const at = rule.rules[broken >= 0 ? broken : circle];
    diagnostics.get(rule)?.push(error("sigma-circle", broken >= 0
      ? `'${at?.value ?? ""}' cannot run, so this correlation cannot either.`
      : `'${at?.value ?? ""}' leads back to this correlation, or to one that cannot run.`, at?.span ?? rule.span));
  }
  return out;
}
