/**
 * Kusto text → tree: statements between `;`, functions, declarations. Total: what could not be read is told and left
 * out.
 */
import type { Diagnostic, Span } from "../../base";
import { Cursor } from "./cursor";
import { lex } from "./lexer";
import { BINARY_WORDS, parseArgument, parseExpression, parseList, parseType,
  parseTypedNames } from "./parse-expression";
import { parsePipeline } from "./parse-operator";
import { operatorNamed } from "./vocabulary";
import type { Expression, FunctionBody, FunctionParameter, PatternEntry, Program, Statement } from "./syntax";

export interface Parsed {
  readonly program: Program;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a whole text. */
export function parse(text: string): Parsed {
  const tokens = lex(text).filter((t) => t.kind !== "comment");
  const c = new Cursor(text, tokens, parsePipeline);
  const statements = parseStatements(c);
  return { program: { statements }, diagnostics: c.diagnostics };
}

/** Reads a saved function: `(parameters) { body }`, or the statements of a body alone. */
export function parseSaved(text: string): { readonly body: FunctionBody; readonly diagnostics: readonly Diagnostic[] } {
  const tokens = lex(text).filter((t) => t.kind !== "comment");
  const c = new Cursor(text, tokens, parsePipeline);
  if (!isFunctionAhead(c)) {
    const statements = parseStatements(c);
    return { body: { parameters: [], statements, view: false, span: c.since(0) }, diagnostics: c.diagnostics };
  }
  const body = c.within(c.end, () => {
    const read = parseFunction(c);
    c.take(";");
    return read;
  }, "behind the function");
  return { body, diagnostics: c.diagnostics };
}

/** Reads one expression that stands outside of the query, such as a parameter's value; all of it is put at `span`. */
export function parseConstant(
  text: string, span: Span,
): { readonly expression: Expression; readonly diagnostics: readonly Diagnostic[] } {
  const tokens = lex(text).filter((t) => t.kind !== "comment");
  const c = new Cursor(text, tokens, parsePipeline);
  const expression = c.within(c.end, () => parseExpression(c), "in a value");
  return { expression: { ...expression, span }, diagnostics: c.diagnostics };
}

function parseStatements(c: Cursor): Statement[] {
  const statements: Statement[] = [];
  while (!c.done) {
    if (c.take(";")) continue;
    const end = c.cut(";");
    const statement = c.within(end, () => parseStatement(c), "here");
    if (statement) statements.push(statement);
    c.take(";");
  }
  return statements;
}

function parseStatement(c: Cursor): Statement | undefined {
  const from = c.token.span.from;
  if (c.is(".") || c.token.text.startsWith("#")) return refused(c, "management command");
  if (c.is("let") && !c.is("=", 1)) return parseLet(c);
  if (c.is("set") && c.peek(1).kind === "name") {
    c.next();
    const name = c.needName("the name of an option");
    const value = c.take("=") ? parseExpression(c) : undefined;
    return { kind: "set", name, value, span: c.since(from) };
  }
  if (c.is("declare") && c.is("query_parameters", 1)) {
    c.next();
    c.next();
    const parameters = parseParameters(c);
    return { kind: "parameters", parameters, span: c.since(from) };
  }
  if (c.is("declare") && c.is("pattern", 1)) return parsePattern(c);
  if (c.is("restrict") && c.is("access", 1)) return refused(c, "restrict access");
  if (c.is("alias") && c.is("database", 1)) {
    c.next();
    c.next();
    const name = c.needName("a name for the database");
    c.need("=", "behind the name");
    return { kind: "alias", name, value: parseExpression(c), span: c.since(from) };
  }
  const value = startsBare(c) ? c.pipeline(c, undefined) : parseArgument(c);
  return { kind: "query", value, span: c.since(from) };
}

/** `declare pattern p = (a: string)[path: string] { ("x").["y"] = { query }; … }`. Kusto docs: Pattern statement. */
function parsePattern(c: Cursor): Statement {
  const from = c.next().span.from;
  c.next();
  const name = c.needName("the name of the pattern");
  const entries: PatternEntry[] = [];
  if (c.take("=")) {
    parseParameters(c);
    if (c.take("[")) {
      parseParameter(c);
      c.need("]", "behind the path");
    }
    const close = c.closeOf();
    c.need("{", "before the entries of the pattern");
    if (close !== undefined) c.within(close, () => {
      while (!c.done) {
        if (c.take(";")) continue;
        const end = c.cut(";");
        entries.push(c.within(end, () => parseEntry(c), "in this entry"));
      }
    }, "in the pattern");
    c.need("}", "that closes the pattern");
  }
  const span = c.since(from);
  return { kind: "pattern", name, entries, rest: c.text.slice(span.from, span.to), span };
}

function parseEntry(c: Cursor): PatternEntry {
  c.need("(", "before the values of an entry");
  const values = parseList(c, () => needText(c), ")");
  c.need(")", "behind the values");
  c.take(".");
  let path: string | undefined;
  if (c.take("[")) {
    path = needText(c);
    c.need("]", "behind the path");
  }
  c.need("=", "before the query of an entry");
  const close = c.closeOf();
  c.need("{", "before the query of an entry");
  const body = c.within(close ?? c.end, () => parseStatements(c), "in this query");
  c.need("}", "that closes the query");
  return { values, path, body };
}

function needText(c: Cursor): string {
  if (c.token.kind === "string") return c.next().value ?? "";
  c.expected("kql-expected-value", "a constant text");
  return "";
}

/** Whether an operator stands where the table should (`where a == 1`); the binder says that rows are missing. */
function startsBare(c: Cursor): boolean {
  const operator = operatorNamed(c.token.text);
  const next = c.peek(1);
  return c.token.kind === "name" && operator !== undefined && !operator.source
    && (next.kind === "string" || next.kind === "long" || (next.kind === "name" && !BINARY_WORDS.has(next.text)));
}

function refused(c: Cursor, word: string): Statement {
  const from = c.token.span.from;
  while (!c.done) c.next();
  const span = c.since(from);
  return { kind: "refused", word, rest: c.text.slice(span.from, span.to), span };
}

function parseLet(c: Cursor): Statement {
  const from = c.next().span.from;
  const name = c.needName("a name behind 'let'");
  c.need("=", `behind 'let ${name.text}'`);
  if (isFunctionAhead(c)) return { kind: "function", name, body: parseFunction(c), span: c.since(from) };
  const value = c.deeper((): Expression => parseArgument(c),
    (): Expression => ({ kind: "missing", span: c.token.span }));
  return { kind: "let", name, value, span: c.since(from) };
}

/** `(a: long) { … }`, `view () { … }`: brackets with a brace behind them. */
function isFunctionAhead(c: Cursor): boolean {
  const view = c.is("view") && c.is("(", 1);
  const close = c.is("(", view ? 1 : 0) ? c.closeOf(c.at + (view ? 1 : 0)) : undefined;
  return close !== undefined && c.tokens[close + 1]?.text === "{" && close + 1 < c.end;
}

function parseFunction(c: Cursor): FunctionBody {
  const from = c.token.span.from;
  const view = c.take("view") !== undefined;
  const parameters = parseParameters(c);
  const open = c.at;
  c.need("{", "before the body of the function");
  const close = c.closeOf(open);
  if (close === undefined) {
    c.fail("kql-expected-symbol", "Expected '}' that closes the function, found the end.", c.token.span);
    return { parameters, statements: [], view, span: c.since(from) };
  }
  const statements = c.deeper(() => c.within(close, () => parseStatements(c), "in the body of this function"),
    () => []);
  c.need("}", "that closes the function");
  return { parameters, statements, view, span: c.since(from) };
}

/** `(T: (a: long, *), x: string = "a")`. */
function parseParameters(c: Cursor): FunctionParameter[] {
  c.need("(", "before the parameters");
  const parameters = c.is(")") ? [] : parseList(c, () => parseParameter(c), ")");
  c.need(")", "behind the parameters");
  return parameters;
}

function parseParameter(c: Cursor): FunctionParameter {
  const name = c.needName("the name of a parameter");
  c.need(":", `and a type behind '${name.text}'`);
  if (c.take("(")) {
    const columns = parseTypedNames(c, ")");
    c.need(")", "behind the columns");
    const any = columns.length === 0 || columns.some((x) => x.name.text === "*");
    return { name, type: undefined, tabular: true, ...(any ? {} : { table: columns }), fallback: undefined };
  }
  const type = parseType(c);
  const fallback = c.take("=") ? parseExpression(c) : undefined;
  return { name, type, tabular: false, fallback };
}
