/** Pipelines and their operators. Each operator is read in a window that ends at the next top-level `|`, `;` or `)`. */
import { nearest, type Span } from "../../base";
import type { Cursor } from "./cursor";
import { missing, parseArgument, parseExpression, parseList, parseNamed, parsePath, parseTypedNames,
  startsWithOperator } from "./parse-expression";
import { parseMakeGraph, parseMatch, parseToTable } from "./parse-graph";
import { parseExpand, parseFacet, parseFind, parseFork, parseKeyValues, parseMakeSeries, parseParse, parsePartition, parseReduce,
  parseSearch,
  parseTopNested } from "./parse-rows";
import { parseRender } from "./parse-render";
import { parseScan } from "./parse-scan";
import { operatorNamed, OPERATOR_WORDS } from "./vocabulary";
import type { Expression, Operator, OperatorBody, OperatorHead, OrderedKey, Parameter, Pipeline } from "./syntax";

/** More operators in one pipeline than this are told. */
const LONGEST = 1000;

/**
 * `source | operator | …`. Without a source the first operator stands at the cursor: one that makes rows (`print`),
 * or the first of a body that gets its rows from outside (`mv-apply … on (…)`).
 */
export function parsePipeline(c: Cursor, source: Expression | undefined): Pipeline {
  return c.deeper(() => {
    const from = source?.span.from ?? c.token.span.from;
    const operators: Operator[] = [];
    if (!source) operators.push(parseOperator(c));
    while (c.is("|")) {
      const bar = c.next();
      if (operators.length >= LONGEST) {
        c.fail("kql-too-deep", `This query has more than ${LONGEST} operators.`, bar.span);
        break;
      }
      operators.push(parseOperator(c, bar.span));
    }
    return { kind: "pipeline", source, operators, span: c.since(from) };
  }, () => ({ kind: "pipeline", source, operators: [], span: c.token.span }));
}

function parseOperator(c: Cursor, bar?: Span): Operator {
  const end = c.cut("|;)}]");
  if (end === c.at) {
    const span = bar ?? c.token.span;
    c.tell("kql-expected-operator", "Expected an operator behind '|'.", span);
    return { kind: "broken", word: "", wordSpan: span, span, parameters: [] };
  }
  const nested = c.depth > 1;
  return c.within(end, () => {
    const operator = readOperator(c);
    // `f(T | take 5, x)`: the comma belongs to the call around.
    if (nested && c.is(",")) c.end = c.at;
    return operator;
  }, "here");
}

function readOperator(c: Cursor): Operator {
  const from = c.token.span.from;
  const word = takeWord(c);
  const wordSpan = c.since(from);
  if (word === undefined) {
    c.expected("kql-expected-operator", "an operator");
    return { kind: "broken", word: "", wordSpan, span: wordSpan, parameters: [] };
  }
  const known = operatorNamed(word);
  if (!known) {
    const meant = nearest(word, OPERATOR_WORDS);
    c.fail("kql-unknown-operator", `There is no operator '${word}'.${meant ? ` Did you mean '${meant}'?` : ""}`,
      wordSpan,
      meant ? { title: `Replace by '${meant}'`, edits: [{ span: wordSpan, insert: meant }] } : undefined);
    return { kind: "broken", word, wordSpan, span: wordSpan, parameters: [] };
  }
  const parameters = parseParameters(c, known.parameters);
  const body = readBody(c, known.kind, parameters);
  const head: OperatorHead = { word, wordSpan, span: c.since(from), parameters };
  return { ...head, ...body };
}

/** An operator's word: names joined by hyphens without space (`project-away`), as long as one knows it. */
function takeWord(c: Cursor): string | undefined {
  if (c.token.kind !== "name") return undefined;
  let word = c.next().text;
  let best = { word, at: c.at };
  while (c.is("-") && c.touches(0) && c.peek(1).kind === "name" && c.touches(1)) {
    c.next();
    word += `-${c.next().text}`;
    if (operatorNamed(word) || !operatorNamed(best.word)) best = { word, at: c.at };
  }
  c.at = best.at;
  return best.word;
}

/** `kind=inner hint.strategy=broadcast …`: only names that the operator knows are taken. */
function parseParameters(c: Cursor, known: readonly string[]): Parameter[] {
  const parameters: Parameter[] = [];
  while (c.token.kind === "name") {
    const at = c.at;
    let name = c.next();
    let text = name.text;
    while (c.is(".") && c.peek(1).kind === "name") {
      c.next();
      const part = c.next();
      text += `.${part.text}`;
      name = { ...name, span: { from: name.span.from, to: part.span.to } };
    }
    if (!c.is("=") || !(known.includes(text) || text.startsWith("hint."))) {
      c.at = at;
      break;
    }
    c.next();
    const token = c.token;
    const plain = c.takeName();
    const value: Expression = plain ? { kind: "name", name: plain.text, span: plain.span }
      : parsePrimaryValue(c, token.span);
    parameters.push({ name: { text, span: name.span }, value });
    if (known.includes(",")) c.take(",");
  }
  return parameters;
}

function parsePrimaryValue(c: Cursor, span: Span): Expression {
  if (c.token.kind === "punctuation" && !c.is("-")) {
    c.expected("kql-expected-value", "a value");
    return missing(span);
  }
  const end = c.is("-") ? c.at + 2 : c.at + 1;
  return c.within(end, () => parseExpression(c), "in this value");
}

function readBody(c: Cursor, kind: OperatorBody["kind"], parameters: readonly Parameter[]): OperatorBody {
  switch (kind) {
    case "where":
      return { kind, predicate: parseExpression(c) };
    case "extend": case "project": case "print": case "project-rename":
      return { kind, items: c.done && kind === "project" ? [] : parseList(c, () => parseNamed(c)) };
    case "serialize":
      return { kind, items: c.done ? [] : parseList(c, () => parseNamed(c)) };
    case "project-away": case "project-keep":
      return { kind, items: parseList(c, () => parsePattern(c)) };
    case "project-reorder":
      return { kind, keys: parseList(c, () => parseOrdered(c, () => parsePattern(c))) };
    case "distinct":
      return { kind, items: c.is("*") && c.peek(1).kind === "end" ? [parsePattern(c)]
        : parseList(c, () => parseNamed(c)) };
    case "summarize": {
      const items = c.done || c.is("by") ? [] : parseList(c, () => parseNamed(c));
      const by = c.take("by") ? parseList(c, () => parseNamed(c)) : [];
      if (items.length === 0 && by.length === 0) c.expected("kql-expected-expression", "an aggregate or 'by'");
      return { kind, items, by };
    }
    case "sort":
      c.need("by", "behind 'sort'");
      return { kind, keys: parseList(c, () => parseOrdered(c, () => parseExpression(c))) };
    case "top": {
      const count = parseExpression(c);
      c.need("by", "behind the number of rows");
      return { kind, count, keys: parseList(c, () => parseOrdered(c, () => parseNamed(c))) };
    }
    case "take": case "sample":
      return { kind, count: parseExpression(c) };
    case "sample-distinct": {
      const count = parseExpression(c);
      c.need("of", "behind the number of values");
      return { kind, count, of: parseNamed(c) };
    }
    case "count":
      // `count as N` is an old form that names the column.
      return { kind, name: c.take("as") ? c.needName("a name behind 'as'") : undefined };
    case "getschema": case "consume":
      return { kind };
    case "join": case "lookup": {
      const right = parseTable(c);
      const on = c.take("on") ? parseList(c, () => parseExpression(c)) : [];
      if (on.length === 0) c.expected("kql-expected-on", "'on' and the columns to match");
      return { kind, right, on };
    }
    case "union": {
      const tables = parseList(c, () => parseTable(c));
      return { kind, tables };
    }
    case "as":
      return { kind, name: c.needName("a name") };
    case "invoke":
      return { kind, call: parsePath(c) };
    case "evaluate": {
      const call = parsePath(c);
      let schema;
      if (c.take(":")) {
        c.need("(", "behind ':'");
        schema = parseTypedNames(c, ")");
        c.need(")", "that closes the columns");
      }
      return { kind, call, schema };
    }
    case "range": {
      const name = c.needName("the name of the column");
      c.need("from", "behind the column");
      const from = parseExpression(c);
      c.need("to", "behind the first value");
      const to = parseExpression(c);
      const step = c.take("step") ? parseExpression(c)
        : { kind: "literal" as const, type: "long" as const, value: 1n, text: "1", span: c.token.span };
      return { kind, name, from, to, step };
    }
    case "datatable": {
      const columns = parseColumns(c, kind);
      c.need("[", "before the values");
      const values: Expression[] = [];
      while (!c.done && !c.is("]")) {
        values.push(parseExpression(c));
        if (!c.take(",")) break;
      }
      c.need("]", "behind the values");
      return { kind, columns, values };
    }
    case "externaldata": {
      const columns = parseColumns(c, kind);
      const from = c.token.span.from;
      c.need("[", "before the addresses of the files");
      const addresses = parseList(c, () => parseExpression(c), "]");
      c.need("]", "behind the addresses");
      // How a file is written has been found out where it was loaded.
      if (c.is("with") || c.is("(")) skip(c);
      return { kind, columns, addresses, rest: c.text.slice(from, Math.max(from, c.back)) };
    }
    case "mv-expand": case "mv-apply":
      return parseExpand(c, kind, parsePipeline);
    case "parse": case "parse-where":
      return parseParse(c, kind);
    case "parse-kv":
      return parseKeyValues(c);
    case "partition":
      return parsePartition(c, parsePipeline);
    case "make-series":
      return parseMakeSeries(c);
    case "top-nested":
      return parseTopNested(c);
    case "search":
      return parseSearch(c);
    case "find":
      return parseFind(c, parameters);
    case "project-by-names":
      return { kind, items: parseList(c, () => (hasStar(c) ? parsePattern(c) : parseExpression(c))) };
    case "top-hitters": {
      const count = parseExpression(c);
      c.need("of", "behind the number of values");
      const of = parseNamed(c);
      return { kind, count, of, by: c.take("by") ? parseExpression(c) : undefined };
    }
    case "reduce":
      return parseReduce(c);
    case "assert-schema":
      return { kind, columns: parseColumns(c, kind) };
    case "fork":
      return parseFork(c, parsePipeline);
    case "facet":
      return parseFacet(c, parsePipeline);
    case "scan":
      return parseScan(c, (inner) => parseOrdered(inner, () => parseExpression(inner)));
    case "make-graph":
      return parseMakeGraph(c, parsePipeline, parseParameters);
    case "graph-match": case "graph-shortest-paths":
      return parseMatch(c, kind);
    case "graph-mark-components":
      return { kind };
    case "graph-where-nodes": case "graph-where-edges":
      return { kind, predicate: parseExpression(c) };
    case "graph-to-table":
      return parseToTable(c, parseParameters);
    case "render":
      return parseRender(c);
    case "refused":
      return { kind, rest: skip(c) };
    case "broken":
      return { kind };
    default: {
      const never: never = kind;
      return never;
    }
  }
}

function parseColumns(c: Cursor, kind: string): ReturnType<typeof parseTypedNames> {
  c.need("(", `behind '${kind}'`);
  const columns = parseTypedNames(c, ")");
  c.need(")", "that closes the columns");
  return columns;
}

/** The rest of the window, unread, as text. */
function skip(c: Cursor): string {
  const from = c.token.span.from;
  if (c.done) return "";
  while (!c.done) c.next();
  return c.text.slice(from, c.back);
}

/** A table where a join or union takes one: a name, a pattern, a call, a path, or a query in brackets. */
function parseTable(c: Cursor): Expression {
  if (hasStar(c)) return parsePattern(c);
  if (startsWithOperator(c) && (c.is("datatable") || c.is("externaldata") || c.is("external_data"))) return parseArgument(c);
  return parsePath(c);
}

function hasStar(c: Cursor): boolean {
  return c.is("*") || (c.token.kind === "name" && c.is("*", 1) && c.touches(1));
}

/** A name, or one with stars in it (`Device*`, `*`): pieces that touch belong together. */
export function parsePattern(c: Cursor): Expression {
  const from = c.token.span.from;
  const first = c.token;
  if (first.text === "[") {
    const name = c.takeName();
    if (name) return { kind: "name", name: name.text, span: name.span };
  }
  let text = "";
  while (!c.done && (text === "" || c.touches(0))) {
    const token = c.token;
    if (token.kind === "name" || token.kind === "long" || token.text === "*") text += c.next().text;
    else break;
  }
  if (text === "") {
    c.expected("kql-expected-name", "a column, or a pattern like 'Device*'");
    return missing(first.span);
  }
  const span = c.since(from);
  return text.includes("*") ? { kind: "wildcard", pattern: text, span } : { kind: "name", name: text, span };
}

/** `value [asc|desc] [nulls first|last]`. */
export function parseOrdered(c: Cursor, value: () => Expression): OrderedKey {
  const from = c.token.span.from;
  const key = value();
  const order = c.take("asc") ? "asc" as const : c.take("desc") ? "desc" as const : undefined;
  let nulls: "first" | "last" | undefined;
  if (c.take("nulls")) {
    nulls = c.take("first") ? "first" : c.take("last") ? "last" : undefined;
    if (!nulls) c.expected("kql-expected-symbol", "'first' or 'last'");
  }
  return { value: key, order, nulls, span: c.since(from) };
}
