/**
 * The fix behind "holds instead: Success": puts a value that the column really holds in place of the term's constant.
 */
import type { Fix, Span } from "../base";
import type { Token } from "../query";

/**
 * Replaces the only text constant of a term by `value`, keeping its quotes. Undefined when the term has none or
 * several, or when the value cannot stand between such quotes without escapes, whose rules differ between languages.
 */
export function literalFix(text: string, tokens: readonly Token[], term: Span, value: string): Fix | undefined {
  const strings = tokens.filter((t) => t.kind === "string" && t.span.from >= term.from && t.span.to <= term.to);
  const only = strings[0];
  if (only === undefined || strings.length !== 1) return undefined;
  const written = text.slice(only.span.from, only.span.to);
  const quoted = /^([@hH]{0,2})(["'])([^"'\\\n]*)\2$/.exec(written);
  if (quoted === null || /["'\\\n\r]/.test(value)) return undefined;
  const quote = quoted[2] ?? '"';
  const insert = `${quoted[1] ?? ""}${quote}${value}${quote}`;
  return insert === written
    ? undefined : { title: `Use ${quote}${value}${quote}`, edits: [{ span: only.span, insert }] };
}
