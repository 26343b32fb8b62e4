/** Colours of a Sigma text: keys, fields with their modifiers, words of the condition, values. */
import type { Token, TokenKind } from "../language";
import { conditionTokens } from "./condition";
import { linesOf, partOf } from "./lines";
import type { Line } from "./lines";
import { MODIFIERS } from "./modifiers";

/** Tokens in order; total, never throws. */
export function highlight(text: string): readonly Token[] {
  const out: Token[] = [];
  const put = (kind: TokenKind, from: number, to: number): void => {
    if (to > from) out.push({ kind, span: { from, to } });
  };
  for (const line of linesOf(text)) {
    if (line.key) putKey(line, put);
    if (line.value) putValue(text, line, put);
    if (line.comment) put("comment", line.comment.from, line.comment.to);
  }
  return out;
}

type Put = (kind: TokenKind, from: number, to: number) => void;

function putKey(line: Line, put: Put): void {
  const key = line.key as NonNullable<Line["key"]>;
  const part = partOf(line.path);
  const plain = part === "other" || part === "top" || part === "logsource" || part === "correlation" || part === "condition";
  if (plain || key.text === "condition") {
    put("keyword", key.span.from, key.span.to);
    return;
  }
  if (part !== "fields") {
    put("variable", key.span.from, key.span.to);
    return;
  }
  let at = key.span.from;
  for (const [i, piece] of key.text.split("|").entries()) {
    if (i > 0) put("punctuation", at - 1, at);
    put(i === 0 ? "column" : MODIFIERS.has(piece) ? "function" : "error", at, at + piece.length);
    at += piece.length + 1;
  }
}

function putValue(text: string, line: Line, put: Put): void {
  const { from, to } = line.value as NonNullable<Line["value"]>;
  const said = text.slice(from, to);
  const owner = line.key?.text ?? line.path[line.path.length - 1];
  if (owner === "condition" && line.path[0] !== "correlation") {
    for (const token of conditionTokens(said.replace(/^['"]|['"]$/g, " "))) {
      const kind: TokenKind = token.kind !== "word" ? "punctuation"
        : /^(and|or|not|of|them|all|1)$/i.test(token.text) ? "keyword" : "variable";
      put(kind, from + token.from, from + token.to);
    }
    return;
  }
  put(/^[-+]?\d+(\.\d+)?$/.test(said) ? "number" : /^(true|false|null|~)$/i.test(said) ? "bool"
    : /^[|>][-+\d]*$/.test(said) ? "punctuation" : "string", from, to);
}
