/** What of a query may be folded away: each `let` that goes over several lines. */
import type { Span } from "../../base";
import { lex } from "./lexer";

/** From the end of the statement's first line to before its semicolon. */
export function folds(text: string): readonly Span[] {
  const found: Span[] = [];
  let start: number | undefined;
  let fresh = true;
  let depth = 0;
  for (const l of lex(text)) {
    if (l.kind === "comment") continue;
    if (fresh) start = l.text === "let" ? l.span.from : undefined;
    fresh = false;
    if (l.kind === "punctuation" && "([{".includes(l.text)) depth++;
    else if (l.kind === "punctuation" && ")]}".includes(l.text)) depth = Math.max(0, depth - 1);
    const ends = (l.text === ";" && depth === 0) || l.kind === "end";
    if (!ends) continue;
    if (start !== undefined) {
      const to = l.kind === "end" ? text.trimEnd().length : l.span.from;
      const line = text.indexOf("\n", start);
      if (line >= 0 && line < to) found.push({ from: text[line - 1] === "\r" ? line - 1 : line, to });
    }
    fresh = true;
    start = undefined;
  }
  return found;
}
