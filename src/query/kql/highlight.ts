/** Tokens for highlighting: from the words and what stands around them, without knowing any table. */
import { functions } from "../functions";
import type { Token, TokenKind } from "../language";
import { lex, type Lexeme } from "./lexer";
import { BINARY_WORDS, typeNamed } from "./parse-expression";
import { ALIASES, operatorNamed, SPECIAL_FORMS } from "./vocabulary";

/** Words that structure operators and statements. */
const KEYWORDS = new Set(
  ["let", "set", "declare", "query_parameters", "alias", "database", "restrict", "access", "view", "by", "on", "asc",
  "desc",
  "nulls", "first", "last", "with", "of", "to", "from", "step", "typeof", "kind", "isfuzzy", "withsource", "default",
    "others", "regex", "hint"]);

/** Every piece of the text that has a colour; total. */
export function highlight(text: string): Token[] {
  const lexemes = lex(text);
  const tokens: Token[] = [];
  for (let i = 0; i < lexemes.length; i++) {
    const lexeme = lexemes[i];
    if (!lexeme || lexeme.kind === "end") continue;
    const hyphened = operatorAt(lexemes, i);
    if (hyphened > 1) {
      const last = lexemes[i + hyphened - 1];
      tokens.push({ span: { from: lexeme.span.from, to: last?.span.to ?? lexeme.span.to }, kind: "keyword" });
      i += hyphened - 1;
      continue;
    }
    tokens.push({ span: lexeme.span, kind: kindOf(lexeme, lexemes, i) });
  }
  return tokens;
}

/** How many lexemes from here are one operator's word (`project`, `-`, `away`); 0 when none starts here. */
function operatorAt(lexemes: readonly Lexeme[], at: number): number {
  if (lexemes[at]?.kind !== "name" || !startsOperator(lexemes, at)) return 0;
  let word = "";
  let best = 0;
  for (let i = at; i < lexemes.length; i++) {
    const lexeme = lexemes[i];
    if (!lexeme || (i > at && lexemes[i - 1]?.span.to !== lexeme.span.from)) break;
    if (lexeme.kind !== "name" && lexeme.text !== "-") break;
    word += lexeme.text;
    if (operatorNamed(word)) best = i - at + 1;
  }
  return best;
}

/** An operator's word stands behind a bar, at the start of a statement (also a `let`'s), or behind an opening bracket. */
function startsOperator(lexemes: readonly Lexeme[], at: number): boolean {
  let before = at - 1;
  while (lexemes[before]?.kind === "comment") before--;
  const text = lexemes[before]?.text;
  return text === undefined || text === "|" || text === ";" || text === "(" || text === "{" || text === "on"
    || (text === "=" && lexemes[before - 2]?.text === "let");
}

function kindOf(lexeme: Lexeme, lexemes: readonly Lexeme[], at: number): TokenKind {
  switch (lexeme.kind) {
    case "comment": return "comment";
    case "string": return "string";
    case "long": case "real": return "number";
    case "timespan": return "time";
    case "typed": return lexeme.word === "datetime" || lexeme.word === "timespan" || lexeme.word === "date"
      || lexeme.word === "time" ? "time" : "number";
    case "error": return lexeme.value === undefined ? "error" : "string";
    case "punctuation": return "|;,()[]{}.:".includes(lexeme.text) && lexeme.text.length === 1 ? "punctuation"
      : "operator";
    case "name": return nameKind(lexeme.text, lexemes, at);
    case "end": return "name";
    default: {
      const never: never = lexeme.kind;
      return never;
    }
  }
}

/** Words inside of graph operators, which elsewhere are names as good as any. */
function isOfGraph(name: string, before: string | undefined, after: Lexeme | undefined): boolean {
  switch (name) {
    case "nodes": case "edges": return before === "table" || (before === "," && after?.text === "as");
    case "partitioned": return after?.text === "-";
    case "where": case "project": return (after?.kind === "name" || after?.text === "(") && before !== "." && before !== ",";
    case "cycles": case "output": case "with_node_id": case "with_source_id": case "with_target_id": case "with_component_id":
      return after?.text === "=" && before !== ",";
    default: return false;
  }
}

function nameKind(name: string, lexemes: readonly Lexeme[], at: number): TokenKind {
  const before = lexemes[at - 1]?.text;
  const after = lexemes[at + 1]?.text;
  if (before === ".") return after === "(" ? "function" : "column";
  if (after === "(") {
    if (operatorNamed(name)?.source && startsOperator(lexemes, at)) return "keyword";
    if (BINARY_WORDS.has(name)) return "operator";
    if (name === "dynamic" || typeNamed(name)) return "type";
    const entry = functions.named(ALIASES.get(name) ?? name);
    return entry?.kind === "aggregate" ? "aggregate" : entry || SPECIAL_FORMS.has(name) ? "function"
      : KEYWORDS.has(name) ? "keyword" : "function";
  }
  if (name === "true" || name === "false" || name === "null") return "bool";
  if (operatorNamed(name) && startsOperator(lexemes, at)) return "keyword";
  if (BINARY_WORDS.has(name) || name === "in~") return "operator";
  if (isOfGraph(name, before, lexemes[at + 1])) return "keyword";
  if (before === ":" && typeNamed(name)) return "type";
  if (KEYWORDS.has(name) && after !== "=" ) return "keyword";
  if (KEYWORDS.has(name) && ["kind", "isfuzzy", "withsource", "default"].includes(name)) return "keyword";
  if (startsOperator(lexemes, at) && after !== "=" && before !== "(") return "table";
  if (before === "let") return "variable";
  return "name";
}
