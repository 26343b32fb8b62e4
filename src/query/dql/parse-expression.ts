/** Expressions and sources: recursive descent that gives a tree or undefined, and leaves in the cursor what was wanted. */
import type { Span } from "../../base";
import { cover } from "../../base";
import { datePartsAt, dateWordAt } from "./dates";
import type { DateParts } from "./dates";
import { durationAt } from "./durations";
import type { Cursor } from "./lexer";
import { parseLink } from "./links";
import { identifierAt } from "./names";
import type { DqlOperator, Expr, Link, Source, SourceLink } from "./syntax";

/** How deep brackets may nest, and how high a tree may grow: far more than anyone writes, far less than the stack. */
const MAX_NESTING = 120;
const MAX_HEIGHT = 600;

/** Names that start a clause and so cannot be read as variables; `row["from"]` reads them (Dataview docs, "Metadata"). */
export const RESERVED: readonly string[] = ["FROM", "WHERE", "LIMIT", "GROUP", "FLATTEN"];

/** Operators by rank, weakest first. Words need no space around them in Dataview's grammar. */
const RANKS: readonly RegExp[] = [/and|or|&|\|/iy, />=|<=|!=|>|<|=/y, /\+|-/y, /\*|\/|%/y];

function toOperator(written: string): DqlOperator {
  const lower = written.toLowerCase();
  return lower === "and" ? "&" : lower === "or" ? "|" : lower as DqlOperator;
}

/** `Omit` that keeps the alternatives of a union apart. */
type Bare<T> = T extends unknown ? Omit<T, "height" | "span"> : never;

function node(span: Span, children: readonly Expr[], bare: Bare<Expr>): Expr {
  const height = 1 + children.reduce((most, child) => Math.max(most, child.height), 0);
  return { ...bare, span, height };
}

/** Runs `read` one bracket deeper, or tells that this is too deep. */
function nested<T>(c: Cursor, read: () => T | undefined): T | undefined {
  if (c.depth >= MAX_NESTING) return c.want("an expression that nests less deeply");
  c.depth++;
  const got = read();
  c.depth--;
  return got;
}

/** An expression, or undefined when none stands here; the cursor is then where it was. */
export function parseExpression(c: Cursor): Expr | undefined {
  return ranked(c, 0);
}

function ranked(c: Cursor, rank: number): Expr | undefined {
  const operators = RANKS[rank];
  if (operators === undefined) return postfixed(c);
  const first = ranked(c, rank + 1);
  if (first === undefined) return undefined;
  const rest: Link[] = [];
  for (;;) {
    const before = c.at;
    c.space();
    const op = c.operator(operators);
    if (op !== undefined) c.space();
    const right = op === undefined ? undefined : ranked(c, rank + 1);
    if (op === undefined || right === undefined) {
      c.back(before);
      break;
    }
    rest.push({ op: toOperator(op), right });
  }
  if (rest.length === 0) return first;
  const span = c.since(first.span.from);
  return node(span, [first, ...rest.map((link) => link.right)], { kind: "chain", first, rest });
}

function postfixed(c: Cursor): Expr | undefined {
  const from = c.at;
  let expr = atom(c);
  while (expr !== undefined) {
    const next = postfix(c, expr, from);
    if (next === undefined) break;
    if (next.height > MAX_HEIGHT) {
      c.back(from);
      return c.want("a shorter expression");
    }
    expr = next;
  }
  return expr;
}

function postfix(c: Cursor, expr: Expr, from: number): Expr | undefined {
  const before = c.at;
  if (c.hopeless.has(before)) return undefined;
  if (c.text[before] === ".") {
    c.take(before + 1, "punctuation");
    const name = c.identifier();
    if (name !== "") return getField(c, expr, name, from);
    c.want("the name of a field");
  } else if (c.text[before] === "[") {
    c.take(before + 1, "punctuation");
    c.space();
    const key = nested(c, () => parseExpression(c));
    c.space();
    if (key !== undefined && c.mark("]")) return node(c.since(from), [expr, key], { kind: "get", of: expr, key });
  } else if (c.text[before] === "(") {
    c.take(before + 1, "punctuation");
    c.space();
    const args = separated(c);
    c.space();
    if (c.mark(")")) {
      if (expr.kind === "name") c.recolour(expr.span.to, "function");
      return node(c.since(from), [expr, ...args], { kind: "call", callee: expr, args });
    }
  }
  c.hopeless.add(before);
  c.back(before);
  return undefined;
}

function getField(c: Cursor, of: Expr, name: string, from: number): Expr {
  const key = node({ from: c.at - name.length, to: c.at }, [], { kind: "literal", value: name });
  return node(c.since(from), [of, key], { kind: "get", of, key });
}

/** Expressions parted by commas, perhaps none. A comma without an expression behind it is left where it stands. */
function separated(c: Cursor): Expr[] {
  const items: Expr[] = [];
  const first = nested(c, () => parseExpression(c));
  if (first === undefined) return items;
  items.push(first);
  for (;;) {
    const before = c.at;
    c.space();
    if (!c.mark(",")) {
      c.back(before);
      return items;
    }
    c.space();
    const item = nested(c, () => parseExpression(c));
    if (item === undefined) {
      c.back(before);
      return items;
    }
    items.push(item);
  }
}

function atom(c: Cursor): Expr | undefined {
  const from = c.at;
  switch (c.text[from]) {
    case "!": return embedOrNot(c);
    case "[": return linkOrList(c);
    case "{": return object(c);
    case "(": return lambda(c) ?? parenthesised(c);
    case '"': {
      const value = c.string();
      return value === undefined ? undefined : node(c.since(from), [], { kind: "literal", value });
    }
  }
  const number = c.number();
  if (number !== undefined) return node(c.since(from), [], { kind: "literal", value: number });
  return dateLiteral(c) ?? durationLiteral(c) ?? nameOrWord(c);
}

function embedOrNot(c: Cursor): Expr | undefined {
  const from = c.at;
  c.take(from + 1, "operator");
  const inner = c.link();
  if (inner !== undefined) return node(c.since(from), [], { kind: "literal", value: parseLink(inner, true) });
  const of = nested(c, () => postfixed(c));
  if (of !== undefined) return node(c.since(from), [of], { kind: "not", of });
  c.back(from);
  return undefined;
}

function linkOrList(c: Cursor): Expr | undefined {
  const from = c.at;
  const inner = c.link();
  if (inner !== undefined) return node(c.since(from), [], { kind: "literal", value: parseLink(inner) });
  c.take(from + 1, "punctuation");
  c.space();
  const items = separated(c);
  c.space();
  if (c.mark("]")) return node(c.since(from), items, { kind: "list", items });
  c.back(from);
  return undefined;
}

function object(c: Cursor): Expr | undefined {
  const from = c.at;
  const entries: [string, Expr][] = [];
  c.take(from + 1, "punctuation");
  c.space();
  for (let before = c.at; ;) {
    const entry = objectEntry(c);
    if (entry === undefined) {
      c.back(before);
      break;
    }
    entries.push(entry);
    before = c.at;
    c.space();
    if (!c.mark(",")) break;
    c.space();
  }
  c.space();
  if (c.mark("}")) return node(c.since(from), entries.map(([, e]) => e), { kind: "object", entries });
  c.back(from);
  return undefined;
}

function objectEntry(c: Cursor): [string, Expr] | undefined {
  const name = c.string() ?? c.identifier();
  if (name === "" && c.text[c.at - 1] !== '"') return c.want("the name of a field");
  c.space();
  if (!c.mark(":")) return undefined;
  c.space();
  const value = nested(c, () => parseExpression(c));
  return value === undefined ? undefined : [name, value];
}

function lambda(c: Cursor): Expr | undefined {
  const from = c.at;
  const params: string[] = [];
  c.take(from + 1, "punctuation");
  c.space();
  for (let name = c.identifier("variable"); name !== ""; name = c.identifier("variable")) {
    params.push(name);
    c.space();
    if (c.text[c.at] !== ",") break;
    c.take(c.at + 1, "punctuation");
    c.space();
  }
  if (c.text[c.at] === ")") {
    c.take(c.at + 1, "punctuation");
    c.space();
    if (c.text.startsWith("=>", c.at)) {
      c.take(c.at + 2, "operator");
      c.space();
      const body = nested(c, () => parseExpression(c));
      if (body !== undefined) return node(c.since(from), [body], { kind: "lambda", params, body });
    }
  }
  c.back(from);
  return undefined;
}

function parenthesised(c: Cursor): Expr | undefined {
  const from = c.at;
  c.take(from + 1, "punctuation");
  c.space();
  const inner = nested(c, () => parseExpression(c));
  c.space();
  if (inner !== undefined && c.mark(")")) return inner;
  c.back(from);
  return undefined;
}

/** `date(…)` when a date or one of its words stands in the brackets; else it is a call. */
function dateLiteral(c: Cursor): Expr | undefined {
  const from = c.at;
  if (!c.text.startsWith("date(", from)) return undefined;
  c.take(from + 4, "function");
  c.take(from + 5, "punctuation");
  c.space();
  const word = dateWordAt(c.text, c.at);
  const parts = word === undefined ? datePartsAt(c.text, c.at) : undefined;
  const to = word === undefined ? parts?.to : c.at + word.length;
  if (to !== undefined) {
    const date: { word: string } | DateParts = word === undefined ? (parts?.value ?? { wall: 0 }) : { word };
    c.take(to, "time");
    c.space();
    if (c.text[c.at] === ")") {
      c.take(c.at + 1, "punctuation");
      return node(c.since(from), [], { kind: "date", date });
    }
  }
  c.back(from);
  return undefined;
}

function durationLiteral(c: Cursor): Expr | undefined {
  const from = c.at;
  if (!c.text.startsWith("dur(", from)) return undefined;
  c.take(from + 3, "function");
  c.take(from + 4, "punctuation");
  c.space();
  const found = durationAt(c.text, c.at);
  if (found !== undefined) {
    c.take(found.to, "time");
    c.space();
    if (c.text[c.at] === ")") {
      c.take(c.at + 1, "punctuation");
      return node(c.since(from), [], { kind: "literal", value: found.value });
    }
  }
  c.back(from);
  return undefined;
}

const WORDS: ReadonlyMap<string, null | boolean> = new Map(
  [["true", true], ["True", true], ["false", false], ["False", false], ["null", null]]);

/**
 * A literal word or a variable. Dataview reads `falsepositives` as `false` and then fails; a longer name that only
 * starts like a literal is a variable here.
 */
function nameOrWord(c: Cursor): Expr | undefined {
  const from = c.at;
  const name = identifierAt(c.text, from);
  if (name === "" || RESERVED.includes(name.toUpperCase())) return c.want("an expression");
  const word = WORDS.get(name);
  if (word !== undefined) {
    c.take(from + name.length, "bool");
    return node(c.since(from), [], { kind: "literal", value: word });
  }
  c.identifier();
  return node(c.since(from), [], { kind: "name", name });
}

/** A source behind FROM, or undefined. `and` and `or` have the same rank. */
export function parseSource(c: Cursor): Source | undefined {
  const first = sourceAtom(c);
  if (first === undefined) return undefined;
  const rest: SourceLink[] = [];
  for (;;) {
    const before = c.at;
    c.space();
    const op = c.operator(/and|or|&|\|/iy);
    if (op !== undefined) c.space();
    const right = op === undefined ? undefined : sourceAtom(c);
    if (op === undefined || right === undefined) {
      c.back(before);
      break;
    }
    rest.push({ op: toOperator(op) as "&" | "|", right });
  }
  const last = rest.at(-1)?.right;
  return last === undefined ? first : { kind: "chain", first, rest, span: cover(first.span, last.span) };
}

function sourceAtom(c: Cursor): Source | undefined {
  const from = c.at;
  const found = nested(c, () => sourceAt(c, from));
  if (found === undefined) c.back(from);
  return found;
}

function sourceAt(c: Cursor, from: number): Source | undefined {
  const here = c.text[from];
  if (here === "(") {
    c.take(from + 1, "punctuation");
    c.space();
    const inner = parseSource(c);
    c.space();
    return inner !== undefined && c.mark(")") ? { ...inner, span: c.since(from) } : undefined;
  }
  if (here === "-" || here === "!") {
    c.take(from + 1, "operator");
    const of = sourceAtom(c);
    return of === undefined ? undefined : { kind: "not", of, span: c.since(from) };
  }
  if (c.text.startsWith("outgoing(", from)) {
    const inner = bracketed(c, "outgoing", () => c.link() ?? c.want("a [[link]]"));
    return inner === undefined ? undefined
      : { kind: "link", path: parseLink(inner).path, direction: "out", span: c.since(from) };
  }
  if (c.text.startsWith("csv(", from)) {
    const path = bracketed(c, "csv", () => c.string() ?? c.want("a \"path\""));
    return path === undefined ? undefined : { kind: "csv", path, span: c.since(from) };
  }
  const link = c.link();
  if (link !== undefined) return { kind: "link", path: parseLink(link).path, direction: "in", span: c.since(from) };
  const folder = c.string();
  if (folder !== undefined) return { kind: "folder", folder, span: c.since(from) };
  const tag = c.tag();
  if (tag !== undefined) return { kind: "tag", tag, span: c.since(from) };
  return c.want('a "folder", #tag, [[link]], outgoing([[link]]) or csv("file")');
}

/** `name(` white space, something, `)`: with no space before the closing bracket, as in Dataview. */
function bracketed(c: Cursor, name: string, read: () => string | undefined): string | undefined {
  c.take(c.at + name.length, "function");
  c.take(c.at + 1, "punctuation");
  c.space();
  const got = read();
  return got !== undefined && c.mark(")") ? got : undefined;
}
