/**
 * Expressions of Kusto, by precedence: or, and, equality (`==`, `in`, `between`), comparison, sum, product,
 * text operators (`has`, `=~`), sign, path. Equality, comparison and text operators do not chain.
 */
import { cover, type Span } from "../../base";
import { SCALAR_TYPES, type ScalarType } from "../../table";
import type { Cursor } from "./cursor";
import { literal } from "./literal";
import type { Expression, Name, TypedName } from "./syntax";
import { readDynamic } from "./dynamic";

const EQUALITY = new Set(["==", "!=", "<>"]);
const AMONG = new Set(["in", "in~", "!in", "!in~", "has_any", "has_all", "!has_any", "!has_all"]);
const RELATIONAL = new Set(["<", "<=", ">", ">="]);
const TEXT = new Set([
  "=~", "!~", "has", "!has", "has_cs", "!has_cs", "hasprefix", "!hasprefix", "hasprefix_cs", "!hasprefix_cs",
    "hassuffix",
  "!hassuffix", "hassuffix_cs", "!hassuffix_cs", "contains", "!contains", "contains_cs", "!contains_cs", "startswith",
  "!startswith", "startswith_cs", "!startswith_cs", "endswith", "!endswith", "endswith_cs", "!endswith_cs", ":", "like",
    "notlike", "likecs", "notlikecs",
  "containscs", "notcontains", "notcontainscs",
]);
/** Chains longer than this are told instead of taken. */
const LONGEST = 2000;

/** Every word that is an operator between two operands. */
export const BINARY_WORDS: ReadonlySet<string> =
  new Set(["and", "or", "between", "matches", ...AMONG, ...TEXT].filter((w) => /^[a-z]/.test(w)));

/** Words that end an expression, so that an operand that is missing is told at the right place. */
const STOP = new Set(["and", "or", "by", "on", "to", "asc", "desc", "nulls", "matches", "between"]);

const CONSTANT_WORDS = new Set(["true", "false", "True", "False", "TRUE", "FALSE", "null"]);

export function missing(span: Span): Expression {
  return { kind: "missing", span };
}

/**
 * Whether an operator that makes rows of its own (`print`, `range x from`, `union`) starts here, and not a column
 * or a function of that name.
 */
export function startsWithOperator(c: Cursor): boolean {
  const token = c.token;
  if (token.kind !== "name") return false;
  const next = c.peek(1);
  switch (token.text) {
    case "print":
      return next.kind !== "end" && !(next.kind === "punctuation" && /^[=!<>.,)|;:]/.test(next.text));
    case "range":
      return (next.kind === "name" && c.is("from", 2)) || (next.text === "[" && c.is("from", 4));
    case "datatable": case "externaldata": case "external_data": case "inline_external_table":
      return next.text === "(";
    case "macro":
      return next.text === "-" && c.is("expand", 2);
    case "union":
      return next.kind === "name" ? !BINARY_WORDS.has(next.text) : next.text === "(" || next.text === "["
        || next.text === "*";
    case "search":
      return next.kind === "string" || next.text === "(" || next.text === "*"
        || (next.kind === "name" && !BINARY_WORDS.has(next.text)) || (next.text === "in" && c.is("(", 2));
    case "find":
      return next.kind === "string" || next.text === "(" || (next.text === "in" && c.is("(", 2))
        || (next.kind === "name" && !BINARY_WORDS.has(next.text));
    case "evaluate":
      return next.kind === "name" && !BINARY_WORDS.has(next.text);
    default:
      return false;
  }
}

/** `name = value`, `(a, b) = value`, or a plain expression. */
export function parseNamed(c: Cursor): Expression {
  const from = c.token.span.from;
  const at = c.at;
  const name = c.takeName();
  if (name && c.is("=")) {
    c.next();
    const value = parseArgument(c);
    return { kind: "named", names: [name], value, span: c.since(from) };
  }
  c.at = at;
  const close = c.is("(") ? c.closeOf() : undefined;
  if (close !== undefined && c.tokens[close + 1]?.text === "=" && close + 1 < c.end) {
    c.next();
    const names = parseList(c, () => c.needName("a name"), ")");
    c.need(")", "behind the names");
    c.need("=", "behind the names");
    const value = parseExpression(c);
    return { kind: "named", names, value, span: c.since(from) };
  }
  return parseExpression(c);
}

/** An expression, or a pipeline: what may stand as an argument, in brackets, or behind `let x =`. */
export function parseArgument(c: Cursor): Expression {
  if (startsWithOperator(c)) return c.pipeline(c, undefined);
  const from = c.token.span.from;
  if (c.is("*") && isListEnd(c, 1)) {
    c.next();
    return { kind: "wildcard", pattern: "*", span: c.since(from) };
  }
  if (c.is("typeof") && c.is("(", 1)) return parseTypeof(c);
  const expression = parseExpression(c);
  return c.is("|") ? c.pipeline(c, expression) : expression;
}

export function parseExpression(c: Cursor): Expression {
  return c.deeper(() => parseOr(c), () => missing(c.token.span));
}

function parseOr(c: Cursor): Expression {
  return chain(c, parseAnd, (word) => word === "or");
}

function parseAnd(c: Cursor): Expression {
  return chain(c, parseEquality, (word) => word === "and");
}

function parseEquality(c: Cursor): Expression {
  const left = c.is("*") ? star(c) : parseRelational(c);
  const word = c.token.text;
  if (c.token.kind !== "name" && c.token.kind !== "punctuation") return left;
  if (EQUALITY.has(word)) {
    const op = c.next();
    const right = parseRelational(c);
    return { kind: "binary", op: word, opSpan: op.span, left, right, span: cover(left.span, right.span) };
  }
  if (word === "=" && left.kind !== "wildcard" && left.kind !== "missing") {
    // Names are read before their expressions are: an equals sign here was meant to compare.
    const op = c.next();
    c.fail("kql-equals", "'=' names a column; '==' compares.", op.span,
      { title: "Compare by '=='", edits: [{ span: op.span, insert: "==" }] });
    const right = parseRelational(c);
    return { kind: "binary", op: "==", opSpan: op.span, left, right, span: cover(left.span, right.span) };
  }
  if (AMONG.has(word)) {
    const op = c.next();
    return parseAmong(c, left, word, op.span);
  }
  if (word === "between" || word === "!between") {
    c.next();
    c.need("(", `behind '${word}'`);
    const low = parseSum(c);
    c.need("..", "between the two ends");
    const high = parseSum(c);
    c.need(")", `that closes '${word}'`);
    return { kind: "between", negated: word === "!between", value: left, from: low, to: high,
      span: c.since(left.span.from) };
  }
  if (left.kind === "wildcard" && TEXT.has(word)) return textOperator(c, left);
  if (left.kind === "wildcard" && RELATIONAL.has(word)) {
    const op = c.next();
    const right = parseSum(c);
    return { kind: "binary", op: word, opSpan: op.span, left, right, span: cover(left.span, right.span) };
  }
  return left;
}

function star(c: Cursor): Expression {
  const token = c.next();
  return { kind: "wildcard", pattern: "*", span: token.span };
}

function parseAmong(c: Cursor, left: Expression, op: string, opSpan: Span): Expression {
  let items: Expression[] = [];
  if (c.is("(")) {
    c.next();
    if (!c.is(")")) items = parseList(c, () => parseArgument(c), ")");
    c.need(")", `that closes the list of '${op}'`);
  } else {
    // Microsoft's parser takes a bare name or call here too (`x in dynamic([…])`, `has_any list`).
    items = [parseUnary(c)];
  }
  return { kind: "among", op, opSpan, left, items, span: c.since(left.span.from) };
}

function parseRelational(c: Cursor): Expression {
  const left = parseSum(c);
  if (c.token.kind !== "punctuation" || !RELATIONAL.has(c.token.text)) return left;
  const op = c.next();
  const right = parseSum(c);
  return { kind: "binary", op: op.text, opSpan: op.span, left, right, span: cover(left.span, right.span) };
}

function parseSum(c: Cursor): Expression {
  return chain(c, parseProduct, (word, kind) => kind === "punctuation" && (word === "+" || word === "-"));
}

function parseProduct(c: Cursor): Expression {
  return chain(c, parseText, (word, kind) => kind === "punctuation" && (word === "*" || word === "/" || word === "%"));
}

function parseText(c: Cursor): Expression {
  return textOperator(c, parseUnary(c));
}

function textOperator(c: Cursor, left: Expression): Expression {
  const token = c.token;
  if (token.kind !== "name" && token.kind !== "punctuation") return left;
  if (token.text === "matches" && c.is("regex", 1)) {
    const op = c.next();
    const word = c.next();
    const right = parseUnary(c);
    return { kind: "binary", op: "matches regex", opSpan: cover(op.span, word.span), left, right,
      span: cover(left.span, right.span) };
  }
  if (!TEXT.has(token.text)) return left;
  c.next();
  const right = parseUnary(c);
  return { kind: "binary", op: token.text, opSpan: token.span, left, right, span: cover(left.span, right.span) };
}

/** Left-associative chains are read in a loop, so that a thousand `or`s do not stand on the stack. */
function chain(c: Cursor, operand: (c: Cursor) => Expression,
  isOp: (word: string, kind: string) => boolean): Expression {
  let left = operand(c);
  let links = 0;
  while (!c.done && isOp(c.token.text, c.token.kind) && (c.token.kind === "name" || c.token.kind === "punctuation")) {
    if (++links > LONGEST && c.token.kind === "punctuation") {
      c.fail("kql-too-deep", `This chain has more than ${LONGEST} links.`, c.token.span);
      break;
    }
    const op = c.next();
    const right = operand(c);
    left = { kind: "binary", op: op.text, opSpan: op.span, left, right, span: cover(left.span, right.span) };
  }
  return left;
}

function parseUnary(c: Cursor): Expression {
  const signs: { op: "-" | "+"; from: number }[] = [];
  while (c.is("-") || c.is("+")) {
    const token = c.next();
    signs.push({ op: token.text === "-" ? "-" : "+", from: token.span.from });
    if (signs.length > 100) c.fail("kql-too-deep", "More than 100 signs in a row.", token.span);
  }
  let value = parsePath(c);
  for (const sign of signs.reverse()) value = { kind: "unary", op: sign.op, operand: value, span: c.since(sign.from) };
  return value;
}

/**
 * An operand with what hangs on it: `.name`, `[index]`, `.name(arguments)`. Also what `join` takes as its right side.
 */
export function parsePath(c: Cursor): Expression {
  let left = parsePrimary(c);
  let links = 0;
  while (!c.done && left.kind !== "missing") {
    if (++links > DEEP_PATH) {
      c.fail("kql-too-deep", `This path has more than ${DEEP_PATH} parts.`, c.token.span);
      break;
    }
    if (c.is(".")) {
      c.next();
      // `a.[0]` is an old way to write `a[0]`.
      if (c.is("[") && !c.is("]", 2)) continue;
      if (c.is("[") && c.peek(1).kind !== "string") continue;
      const name = c.takeName();
      if (!name) {
        c.expected("kql-expected-name", "the name of a property behind '.'");
        break;
      }
      if (c.is("(")) left = parseCall(c, name, left);
      else left = { kind: "member", of: left, name, span: cover(left.span, name.span) };
    } else if (c.is("[")) {
      c.next();
      const index = parseArgument(c);
      c.need("]", "behind the index");
      left = { kind: "element", of: left, index, span: c.since(left.span.from) };
    } else break;
  }
  return left;
}
const DEEP_PATH = 400;

function parsePrimary(c: Cursor): Expression {
  const token = c.token;
  switch (token.kind) {
    case "string": {
      c.next();
      let value = token.value ?? "";
      // Texts side by side are one text.
      while (c.token.kind === "string") value += c.next().value ?? "";
      const span = c.since(token.span.from);
      return { kind: "literal", type: "string", value, text: c.text.slice(span.from, span.to), span };
    }
    case "long": case "real": case "timespan": case "typed":
      c.next();
      // Kusto docs: The datetime data type, "datetime literals": nothing in the brackets is the time of the run.
      if (/^date(?:time)?\s*\(\s*\)$/.test(token.text))
        return { kind: "call", name: { text: "now", span: token.span }, args: [], span: token.span };
      return literal(c, token);
    case "name":
      if (token.text === "dynamic" && c.is("(", 1)) return readDynamic(c);
      if (CONSTANT_WORDS.has(token.text) && !c.is("(", 1)) {
        c.next();
        if (token.text === "null") return { kind: "literal", type: "dynamic", value: null, text: token.text,
          span: token.span };
        return { kind: "literal", type: "bool", value: token.text.toLowerCase() === "true", text: token.text,
          span: token.span };
      }
      if (STOP.has(token.text) && !c.is("(", 1) && !c.is(".", 1) && !c.is("[", 1) && !isListEnd(c, 1)
        && !isOperatorAhead(c, 1)) break;
      c.next();
      if (c.is("(")) return parseCall(c, { text: token.text, span: token.span });
      return { kind: "name", name: token.text, span: token.span };
    case "punctuation":
      if (token.text === "(") return parseGroup(c);
      if (token.text === "[") {
        const name = c.takeName();
        if (name) return c.is("(") ? parseCall(c, name) : { kind: "name", name: name.text, span: name.span };
      }
      if (token.text === "*" && isListEnd(c, 1)) return star(c);
      break;
    default:
      break;
  }
  c.expected("kql-expected-expression", "an expression");
  return missing(token.span);
}

function isOperatorAhead(c: Cursor, by: number): boolean {
  const token = c.peek(by);
  return token.kind === "punctuation" && /^[=!<>]/.test(token.text);
}

function isListEnd(c: Cursor, by: number): boolean {
  const token = c.peek(by);
  return token.kind === "end" || token.text === ")" || token.text === "," || token.text === "|" || token.text === ";";
}

function parseGroup(c: Cursor): Expression {
  const open = c.next();
  const inner = c.deeper(() => parseArgument(c), () => missing(open.span));
  c.need(")", "that closes the bracket");
  return inner;
}

function parseCall(c: Cursor, name: Name, of?: Expression): Expression {
  c.next();
  const args = c.is(")") ? []
    : parseList(c, () => c.deeper(() => parseCallArgument(c), () => missing(c.token.span)), ")");
  c.need(")", `that closes the arguments of '${name.text}'`);
  const from = of ? of.span.from : name.span.from;
  return { kind: "call", ...(of ? { of } : {}), name, args, span: c.since(from) };
}

function parseCallArgument(c: Cursor): Expression {
  if (startsWithOperator(c)) return c.pipeline(c, undefined);
  if (c.is("typeof") || c.is("*")) return parseArgument(c);
  const argument = parseNamed(c);
  return c.is("|") && argument.kind !== "named" ? c.pipeline(c, argument) : argument;
}

/** Items with commas between them; a comma before `close` is told. */
export function parseList<T>(c: Cursor, item: () => T, close = ""): T[] {
  const items = [item()];
  while (c.is(",")) {
    const comma = c.next();
    if (c.done || (close !== "" && c.is(close))) {
      c.fail("kql-expected-expression", "Nothing follows this comma.", comma.span,
        { title: "Remove the comma", edits: [{ span: comma.span, insert: "" }] });
      break;
    }
    items.push(item());
  }
  return items;
}

function parseTypeof(c: Cursor): Expression {
  const from = c.next().span.from;
  c.next();
  const types = parseTypedNames(c, ")", true);
  c.need(")", "that closes 'typeof'");
  return { kind: "typeof", types, span: c.since(from) };
}

/** `a: string, b: long`, or `*`; a `bare` type alone where one may stand. */
export function parseTypedNames(c: Cursor, close: string, bare = false): TypedName[] {
  const names: TypedName[] = [];
  while (!c.done && !c.is(close)) {
    names.push(parseTypedName(c, bare));
    if (!c.take(",")) break;
  }
  return names;
}

function parseTypedName(c: Cursor, bare: boolean): TypedName {
  const token = c.token;
  if (c.is("*")) {
    c.next();
    return { name: { text: "*", span: token.span }, type: undefined };
  }
  const name = token.kind === "string" ? { text: c.next().value ?? "", span: token.span }
    : c.needName("a name and a type");
  if (c.take(":")) return { name, type: parseType(c) };
  const type = typeNamed(name.text);
  if (!bare) c.expected("kql-expected-symbol", `':' and a type behind '${name.text}'`);
  else if (!type) c.fail("kql-expected-type", `'${name.text}' is no type. The types are ${SCALAR_TYPES.join(", ")}.`,
    name.span);
  return bare ? { name: { text: "", span: name.span }, type } : { name, type: undefined };
}

/** A type's word. */
export function parseType(c: Cursor): ScalarType | undefined {
  const token = c.token;
  if (token.kind === "name") {
    const type = typeNamed(token.text);
    if (type) {
      c.next();
      return type;
    }
    c.fail("kql-expected-type", `'${token.text}' is no type. The types are ${SCALAR_TYPES.join(", ")}.`, token.span);
    return undefined;
  }
  c.expected("kql-expected-type", "a type");
  return undefined;
}

const TYPE_ALIASES: ReadonlyMap<string, ScalarType> = new Map([
  ["boolean", "bool"], ["int32", "int"], ["int64", "long"], ["double", "real"], ["date", "datetime"],
    ["time", "timespan"],
  ["uniqueid", "guid"], ["float", "real"], ["uuid", "guid"], ["object", "dynamic"],
]);

export function typeNamed(word: string): ScalarType | undefined {
  return SCALAR_TYPES.find((t) => t === word) ?? TYPE_ALIASES.get(word);
}
