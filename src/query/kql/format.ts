/**
 * Lays a text out: each operator on a line of its own, bodies in brackets indented. Comments and words stay as
 * written.
 */
import { lex, type Lexeme } from "./lexer";
import { parse } from "./parser";

const INDENT = "    ";

/** The text laid out; as it is where it cannot be parsed. */
export function format(text: string): string {
  if (parse(text).diagnostics.some((d) => d.severity === "error")) return text;
  const lexemes = lex(text).filter((l) => l.kind !== "end");
  if (lexemes.some((l) => l.kind === "error")) return text;
  const blocks = bracketsWithPipes(lexemes);
  let out = "";
  let depth = 0;
  let before: Lexeme | undefined;
  const line = (): void => {
    out = `${out.replace(/[ \t]+$/, "")}\n${INDENT.repeat(depth)}`;
  };
  lexemes.forEach((l, i) => {
    const gap = before ? text.slice(before.span.to, l.span.from) : "";
    const broken = gap.includes("\n");
    if (l.kind === "comment") {
      if (before && broken) line();
      else if (before) out += " ";
      out += l.text.trimEnd();
    } else if (before?.kind === "comment") {
      if (blocks.close.has(i)) depth--;
      line();
      out += l.text;
    } else if (blocks.close.has(i)) {
      depth--;
      line();
      out += l.text;
    } else if (l.text === "|" && l.kind === "punctuation") {
      line();
      out += l.text;
    } else if (before && blocks.open.has(i - 1)) {
      line();
      out += l.text;
    } else if (before?.text === ";" && before.kind === "punctuation") {
      line();
      out += l.text;
    } else {
      out += (needsSpace(before, l, gap) ? " " : "") + l.text;
    }
    if (blocks.open.has(i)) depth++;
    before = l;
  });
  return out.trim() + (text.endsWith("\n") ? "\n" : "");
}

/** Brackets that hold a pipeline, and braces: what is in them gets lines of its own. */
function bracketsWithPipes(lexemes: readonly Lexeme[]): { open: ReadonlySet<number>; close: ReadonlySet<number> } {
  const open = new Set<number>();
  const close = new Set<number>();
  const stack: { at: number; pipes: boolean }[] = [];
  lexemes.forEach((l, i) => {
    if (l.kind !== "punctuation") return;
    if (l.text === "(" || l.text === "{") stack.push({ at: i, pipes: l.text === "{" });
    else if (l.text === "|") {
      const top = stack[stack.length - 1];
      if (top) top.pipes = true;
    } else if (l.text === ")" || l.text === "}") {
      const top = stack.pop();
      if (top?.pipes && i > top.at + 1) {
        open.add(top.at);
        close.add(i);
      }
    }
  });
  return { open, close };
}

/** Spaces stay where they were, one of each; after a comma and around a bar there is one. */
function needsSpace(before: Lexeme | undefined, l: Lexeme, gap: string): boolean {
  if (!before) return false;
  if (before.text === "|" && before.kind === "punctuation") return true;
  if (l.text === "," && l.kind === "punctuation") return false;
  if (before.text === "," && before.kind === "punctuation") return true;
  return gap !== "" && !((l.text === ")" || l.text === "]" || l.text === ";") && l.kind === "punctuation")
    && !((before.text === "(" || before.text === "[") && before.kind === "punctuation");
}
