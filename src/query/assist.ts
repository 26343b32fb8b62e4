/** Turns what a language expects at a place into completions in the order in which a reader would want them. */
import type { Span } from "../base";
import type { Expected, Language, Scope, TokenKind } from "./language";

/** One line of the completion list; `insert` replaces `span`. */
export interface Completion {
  readonly label: string;
  readonly kind: TokenKind;
  readonly insert: string;
  readonly span: Span;
  readonly detail?: string;
  readonly doc?: string;
  /** Higher comes first. */
  readonly rank: number;
}

/** What is near comes first: columns and names of the query before the function library. */
const WEIGHT: Readonly<Partial<Record<TokenKind, number>>> = {
  string: 60, number: 60, column: 50, variable: 45, table: 40, aggregate: 35, keyword: 30, operator: 25, function: 20,
};

/** Completions at `at`, best first, at most `most`. */
export function complete(language: Language, text: string, at: number, scope: Scope, most = 200): Completion[] {
  const found = language.expected(text, at, scope);
  const ranked = found.flatMap((e): Completion[] => {
    const match = matchRank(e.label, text.slice(e.span.from, at));
    if (match === undefined) return [];
    return [{ label: e.label, kind: e.kind, insert: e.insert ?? e.label, span: e.span,
      rank: match * 100 + (WEIGHT[e.kind] ?? 10), ...more(e) }];
  });
  const seen = new Set<string>();
  return ranked
    .sort((a, b) => b.rank - a.rank)
    .filter((c) => !seen.has(`${c.kind} ${c.label}`) && seen.add(`${c.kind} ${c.label}`))
    .slice(0, most);
}

function more(e: Expected): Pick<Completion, "detail" | "doc"> {
  return { ...(e.detail !== undefined ? { detail: e.detail } : {}), ...(e.doc !== undefined ? { doc: e.doc } : {}) };
}

/**
 * How well a label answers what was typed: 5 the same, 4 it begins so in this case, 3 in any case, 2 one of its words
 * begins so, 1 the letters occur in order; undefined when they do not.
 */
export function matchRank(label: string, typed: string): number | undefined {
  const wanted = typed.replace(/^["']/, "");
  const name = label.replace(/^["']/, "");
  if (wanted === "") return 3;
  if (name === wanted) return 5;
  if (name.startsWith(wanted)) return 4;
  const low = name.toLowerCase();
  const seek = wanted.toLowerCase();
  if (low.startsWith(seek)) return 3;
  for (let i = low.indexOf(seek); i > 0; i = low.indexOf(seek, i + 1)) {
    const starts = /[^A-Za-z0-9]/.test(name[i - 1] ?? "")
      || (/[A-Z]/.test(name[i] ?? "") && !/[A-Z]/.test(name[i - 1] ?? ""));
    if (starts) return 2;
  }
  let from = 0;
  for (const c of seek) {
    from = low.indexOf(c, from) + 1;
    if (from === 0) return undefined;
  }
  return 1;
}
