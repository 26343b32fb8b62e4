/** What a user wrote wrong, as a value: never an exception, never silence. */
import type { Span } from "./span";

/** How bad it is: an error stops what carries it, a warning may give a wrong answer, an info is worth knowing. */
export type Severity = "error" | "warning" | "info";

/** Replaces the text of `span` by `insert`. */
export interface Edit {
  readonly span: Span;
  readonly insert: string;
}

/** A way out that a click can take: all edits are of the text that the diagnostic is about, none overlap. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly Edit[];
}

/** One finding about a text. `code` is stable (`kql-unknown-column`), `message` is for people. */
export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly span: Span;
  /** Further sentences, each perhaps with a place of its own in the same text. */
  readonly notes?: readonly { readonly message: string; readonly span?: Span }[];
  readonly fix?: Fix;
}

/** A value as far as it could be understood, with what was found on the way: not either-or. */
export interface Checked<T> {
  readonly value: T | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Makes an error. */
export function error(code: string, message: string, span: Span, more: Pick<Diagnostic, "notes" | "fix"> = {}): Diagnostic {
  return { code, severity: "error", message, span, ...more };
}

/** Makes a warning. */
export function warning(code: string, message: string, span: Span, more: Pick<Diagnostic, "notes" | "fix"> = {}): Diagnostic {
  return { code, severity: "warning", message, span, ...more };
}

/** Makes an info. */
export function info(code: string, message: string, span: Span, more: Pick<Diagnostic, "notes" | "fix"> = {}): Diagnostic {
  return { code, severity: "info", message, span, ...more };
}

/** Whether any of them is an error. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((d) => d.severity === "error");
}

/** The text after all edits of a fix; edits are applied from the end so that spans stay true. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let out = text;
  for (const e of [...edits].sort((a, b) => b.span.from - a.span.from)) {
    out = out.slice(0, e.span.from) + e.insert + out.slice(e.span.to);
  }
  return out;
}

/**
 * The known name nearest to what was written, or undefined when none is near enough to be meant:
 * a name that differs in case alone wins, then the smallest edit distance (neighbouring letters swapped count as one)
 * up to a third of the length, or below `limit`.
 */
export function nearest(written: string, known: Iterable<string>, limit?: number): string | undefined {
  const lower = written.toLowerCase();
  let best: string | undefined;
  let bestDistance = limit ?? Math.floor(Math.max(written.length, 3) / 3) + 1;
  for (const name of known) {
    const candidate = name.toLowerCase();
    if (candidate === lower) return name;
    if (Math.abs(candidate.length - lower.length) >= bestDistance) continue;
    const distance = editDistance(lower, candidate, bestDistance);
    if (distance < bestDistance) {
      bestDistance = distance;
      best = name;
    }
  }
  return best;
}

/** Optimal string alignment distance, given up (returning `limit`) as soon as it cannot be below `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let d = Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) d = Math.min(d, (before[j - 2] ?? 0) + 1);
      current.push(d);
      least = Math.min(least, d);
    }
    if (least >= limit) return limit;
    before = previous;
    previous = current;
  }
  return previous[b.length] ?? limit;
}
