/** Turns terms of a `where` into comments, with the `and` that joins them, so that the query stands without them. */
import type { Edit, Span } from "../../base";
import { lex, type Lexeme } from "./lexer";

const FILTERS = new Set(["where", "filter"]);
/** What follows an operator; "" is the end of the text. */
const ENDS = new Set(["", "|", ";", ")", "}"]);

/**
 * Edits that make comments of the terms at these places: of one among several with its `and`, of all terms of an
 * operator with the operator and its bar. Comments go to the end of a line, so lines are broken around them.
 */
export function commentOut(text: string, terms: readonly Span[]): Edit[] {
  const lexemes = lex(text).filter((l) => l.kind !== "comment" && l.kind !== "end");
  const gone = lexemes.map((l) => terms.some((t) => t.from <= l.span.from && l.span.to <= t.to));
  while (widen(lexemes, gone)) { /* Until nothing is left hanging. */ }
  return runs(gone).map(([first, last]) => {
    const from = lexemes[first]?.span.from ?? 0;
    const to = lexemes[last]?.span.to ?? from;
    return commented(text, from, to);
  });
}

/** Takes along what cannot stand without its terms: an `and`, brackets around nothing, an operator. True: something was. */
function widen(lexemes: readonly Lexeme[], gone: boolean[]): boolean {
  const at = (i: number): string => (gone[i] === false ? lexemes[i]?.text ?? "" : "");
  for (const [first, last] of runs(gone)) {
    const [before, after] = [at(first - 1), at(last + 1)];
    const take = (...places: number[]): true => {
      for (const i of places) gone[i] = true;
      return true;
    };
    if (before === "and") return take(first - 1);
    if (after === "and" && (FILTERS.has(before) || before === "(")) return take(last + 1);
    if (before === "(" && after === ")" && (FILTERS.has(at(first - 2)) || ["and", "or", "("].includes(at(first - 2)) || gone[first - 2] === true)) {
      return take(first - 1, last + 1);
    }
    if (FILTERS.has(before) && at(first - 2) === "|" && ENDS.has(after)) return take(first - 1, first - 2);
  }
  return false;
}

function runs(gone: readonly boolean[]): [number, number][] {
  const found: [number, number][] = [];
  gone.forEach((is, i) => {
    if (!is) return;
    const last = found.at(-1);
    if (last?.[1] === i - 1) last[1] = i;
    else found.push([i, i]);
  });
  return found;
}

function commented(text: string, from: number, to: number): Edit {
  const lineStart = text.lastIndexOf("\n", from - 1) + 1;
  const indent = /^[ \t]*/.exec(text.slice(lineStart, from))?.[0] ?? "";
  const ownLine = text.slice(lineStart, from).trim() === "";
  const rest = /^[ \t]*/.exec(text.slice(to))?.[0].length ?? 0;
  const ends = /^(\r?\n|$|\/\/)/.test(text.slice(to + rest));
  const lines = text.slice(from, to).split(/\r?\n/).map((line) => `// ${line.trimStart()}`);
  const start = ownLine ? from : text.slice(0, from).trimEnd().length;
  return {
    span: { from: start, to: ends ? to : to + rest },
    insert: `${ownLine ? "" : `\n${indent}`}${lines.join(`\n${indent}`)}${ends ? "" : `\n${indent}`}`,
  };
}
