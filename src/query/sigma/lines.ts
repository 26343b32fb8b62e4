/**
 * A Sigma text line by line, without a YAML parser: what highlighting and completion need while a rule is half written.
 * Total; knows keys, list items, comments and block texts by their indentation.
 */
import type { Span } from "../../base";

/** One line of the text. */
export interface Line {
  readonly from: number;
  readonly to: number;
  /** Where its content starts, behind blanks and dashes of a list. */
  readonly start: number;
  /** Column of the content. */
  readonly indent: number;
  /** Whether a dash stands before the content. */
  readonly item: boolean;
  readonly key?: { readonly text: string; readonly span: Span };
  /** What stands behind the colon or the dash, without the comment. */
  readonly value?: Span;
  readonly comment?: Span;
  /** Inside of a block text (`|`, `>`). */
  readonly block: boolean;
  /** Keys above, outermost first. */
  readonly path: readonly string[];
}

/** Reads all lines. */
export function linesOf(text: string): readonly Line[] {
  const out: Line[] = [];
  let above: { key: string; indent: number }[] = [];
  let blockBelow = -1;
  for (let from = 0; from <= text.length;) {
    const end = text.indexOf("\n", from);
    const next = end < 0 ? text.length + 1 : end + 1;
    const raw = text.slice(from, end < 0 ? text.length : end).replace(/\r$/, "");
    const to = from + raw.length;
    const m = /^(\s*)((?:-\s+|-$)*)/.exec(raw);
    const indent = (m?.[1] ?? "").length;
    const start = from + (m?.[0].length ?? 0);
    const blank = raw.trim() === "";
    if (blockBelow >= 0 && (blank || indent > blockBelow)) {
      out.push({ from, to, start: from + indent, indent, item: false, block: true, path: above.map((a) => a.key),
        value: { from: from + Math.min(indent, raw.length), to } });
    } else {
      blockBelow = -1;
      if (raw.startsWith("---")) above = [];
      const content = start - from;
      if (!blank) while ((above[above.length - 1]?.indent ?? -1) >= content) above.pop();
      const line = contentOf(raw, from, content, above.map((a) => a.key), (m?.[2] ?? "") !== "");
      out.push({ ...line, from, to, start, indent: content, block: false });
      if (line.key) above.push({ key: line.key.text, indent: content });
      const said = line.value ? text.slice(line.value.from, line.value.to) : "";
      if (/^[|>][-+\d]*$/.test(said)) blockBelow = indent;
    }
    from = next;
  }
  return out;
}

function contentOf(raw: string, from: number, at: number, path: readonly string[], item: boolean,
): Pick<Line, "key" | "value" | "comment" | "path" | "item"> {
  const rest = raw.slice(at);
  const comment = commentIn(raw);
  const stop = comment < 0 ? raw.trimEnd().length : raw.slice(0, comment).trimEnd().length;
  const shared = { path, item, ...(comment < 0 ? {} : { comment: { from: from + comment, to: from + raw.length } }) };
  const m = comment === at ? null : /^("[^"]*"|'[^']*'|[^\s#'"[\]{},][^#]*?)\s*:(?=\s|$)/.exec(rest);
  if (!m) return stop > at ? { ...shared, value: { from: from + at, to: from + stop } } : shared;
  const said = m[1] ?? "";
  const quoted = /^["']/.test(said) ? 1 : 0;
  const key = { text: said.slice(quoted, said.length - quoted), span: { from: from + at + quoted, to: from + at + said.length - quoted } };
  let value = at + m[0].length;
  while (value < stop && (raw[value] === " " || raw[value] === "\t")) value++;
  return value < stop ? { ...shared, key, value: { from: from + value, to: from + stop } } : { ...shared, key };
}

/** Where a comment starts: a # behind a blank or at the start, outside of quotes; -1 when there is none. */
function commentIn(raw: string): number {
  let quote = "";
  for (let i = 0; i < raw.length; i++) {
    const c = raw[i] as string;
    if (quote !== "") {
      if (c === quote) quote = "";
      else if (c === "\\" && quote === '"') i++;
    } else if ((c === '"' || c === "'") && /[\s:[,{-]/.test(raw[i - 1] ?? " ")) quote = c;
    else if (c === "#" && /^\s?$/.test(raw[i - 1] ?? "")) return i;
  }
  return -1;
}

/** The line that an offset stands in. */
export function lineAt(lines: readonly Line[], at: number): Line | undefined {
  return lines.find((line) => at >= line.from && at <= line.to);
}

/** What a line is about: the parts of a rule that have words of their own. */
export type Part = "top" | "logsource" | "selections" | "fields" | "correlation" | "condition" | "aliases" | "other";

/** The part that a key of this line belongs to, by the keys above it. */
export function partOf(path: readonly string[]): Part {
  const [first, ...rest] = path;
  if (first === undefined) return "top";
  if (first === "logsource") return "logsource";
  if (first === "correlation") return rest[0] === "condition" ? "condition" : rest[0] === "aliases" ? "aliases" : "correlation";
  if (first !== "detection" && first !== "filter") return "other";
  return rest.length === 0 ? "selections" : rest[0] === "condition" || rest[0] === "rules" ? "other" : "fields";
}
