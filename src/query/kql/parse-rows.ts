/**
 * Operators with a grammar of their own: `parse`, `mv-expand`, `mv-apply`, `make-series`, `top-nested`, `partition`,
 * `search`, `find`.
 */
import type { Cursor } from "./cursor";
import { parseArgument, parseExpression, parseList, parseNamed, parsePath, parseType, parseTypedNames } from "./parse-expression";
import type { ExpandItem, Expression, Name, NestedTop, OperatorBody, OrderedKey, Parameter, ParsePart, Pipeline, SeriesItem,
  TypedName } from "./syntax";

type ReadPipeline = (c: Cursor, source: Expression | undefined) => Pipeline;

/** `a, b = f(x) to typeof(long) limit 10`, and for `mv-apply` the body behind `on`. */
export function parseExpand(c: Cursor, kind: "mv-expand" | "mv-apply", pipeline: ReadPipeline): OperatorBody {
  const items = parseList(c, () => parseExpandItem(c));
  const limit = c.take("limit") ? parseExpression(c) : undefined;
  if (kind === "mv-expand") return { kind, items, limit };
  if (c.is("id")) {
    // `id <guid>`: an identifier that the service writes and nobody needs.
    c.next();
    parsePath(c);
  }
  c.need("on", "before the operators of 'mv-apply'");
  return { kind, items, limit, body: parseBody(c, pipeline, "mv-apply") };
}

/** Operators in brackets that get their rows from outside. */
function parseBody(c: Cursor, pipeline: ReadPipeline, of: string): Pipeline {
  const from = c.token.span.from;
  if (!c.need("(", `before the operators of '${of}'`)) return { kind: "pipeline", source: undefined, operators: [],
    span: c.since(from) };
  c.take("|");
  const body = pipeline(c, undefined);
  c.need(")", `that closes '${of}'`);
  return body;
}

/** `name=(operators) (operators) …`. */
export function parseFork(c: Cursor, pipeline: ReadPipeline): OperatorBody {
  const branches: { name: Name | undefined; body: Pipeline }[] = [];
  while (!c.done) {
    const name = c.takeName();
    if (name) c.need("=", `behind '${name.text}'`);
    branches.push({ name, body: parseBody(c, pipeline, "fork") });
    c.take(",");
  }
  if (branches.length === 0) c.expected("kql-expected-symbol", "'(' and the operators of a subquery");
  return { kind: "fork", branches };
}

/** `by a, b with (operators)`. */
export function parseFacet(c: Cursor, pipeline: ReadPipeline): OperatorBody {
  c.need("by", "behind 'facet'");
  const by = parseList(c, () => parsePath(c));
  return { kind: "facet", by, body: c.take("with") ? parseBody(c, pipeline, "facet") : undefined };
}

function parseExpandItem(c: Cursor): ExpandItem {
  const item = parseNamed(c);
  let type;
  if (c.take("to")) {
    c.need("typeof", "behind 'to'");
    c.need("(", "behind 'typeof'");
    type = parseType(c);
    c.need(")", "behind the type");
  }
  if (item.kind === "named") return { name: item.names[0], value: item.value, type };
  return { name: undefined, value: item, type };
}

/** `value with * "text" column:type …`; `with` may be left out in neither form, but is read leniently. */
export function parseParse(c: Cursor, kind: "parse" | "parse-where"): OperatorBody {
  const value = parseExpression(c);
  c.need("with", "before the pattern");
  const parts: ParsePart[] = [];
  while (!c.done) {
    const token = c.token;
    if (token.kind === "string") {
      let text = c.next().value ?? "";
      while (c.token.kind === "string") text += c.next().value ?? "";
      const span = c.since(token.span.from);
      parts.push({ kind: "text", value: text, text: c.text.slice(span.from, span.to), span });
    } else if (c.is("*")) {
      c.next();
      parts.push({ kind: "star", span: token.span });
    } else if (token.kind === "typed" || token.kind === "long") {
      c.expected("kql-expected-pattern", "a text, '*' or a column");
    } else {
      const name = c.takeName();
      if (!name) {
        if (c.take(",")) continue;
        c.expected("kql-expected-pattern", "a text, '*' or a column");
        break;
      }
      const type = c.take(":") ? parseType(c) : undefined;
      parts.push({ kind: "column", name, type, span: c.since(token.span.from) });
    }
  }
  if (parts.length === 0) c.expected("kql-expected-pattern", "a pattern of texts, '*' and columns");
  return { kind, value, parts };
}

export function parseKeyValues(c: Cursor): OperatorBody {
  const value = parseExpression(c);
  c.need("as", "before the columns");
  c.need("(", "before the columns");
  const columns = parseTypedNames(c, ")");
  c.need(")", "behind the columns");
  const options = c.take("with") ? parseOptions(c) : [];
  return { kind: "parse-kv", value, columns, options };
}

/** `by text with threshold=0.1, characters="-"`. */
export function parseReduce(c: Cursor): OperatorBody {
  c.need("by", "behind 'reduce'");
  const by = parseExpression(c);
  const options = !c.take("with") ? [] : parseList(c, (): Parameter => {
    const name = c.needName("threshold or characters");
    c.need("=", `behind '${name.text}'`);
    return { name, value: parseExpression(c) };
  });
  return { kind: "reduce", by, options };
}

/** `(name = value, …)`. */
function parseOptions(c: Cursor): Parameter[] {
  c.need("(", "before the options");
  const options = c.is(")") ? [] : parseList(c, () => {
    const name = c.needName("the name of an option");
    c.need("=", "behind the option");
    return { name, value: parseExpression(c) };
  }, ")");
  c.need(")", "behind the options");
  return options;
}

/** `by column (operators)` or `by column { query }`. */
export function parsePartition(c: Cursor, pipeline: ReadPipeline): OperatorBody {
  c.need("by", "behind 'partition'");
  const by = parseByColumn(c);
  if (c.take("in")) parsePath(c);
  if (c.is("{")) {
    const from = c.next().span.from;
    const query = parseArgument(c);
    const body: Pipeline = query.kind === "pipeline" ? query
      : { kind: "pipeline", source: query, operators: [], span: c.since(from) };
    c.need("}", "that closes the query");
    return { kind: "partition", by, body };
  }
  return { kind: "partition", by, body: parseBody(c, pipeline, "partition") };
}

/** A column and no call, so that the bracket behind it opens the body. */
function parseByColumn(c: Cursor): Expression {
  const name = c.takeName();
  if (name) return { kind: "name", name: name.text, span: name.span };
  return parsePath(c);
}

export function parseMakeSeries(c: Cursor): OperatorBody {
  const items = parseList(c, (): SeriesItem => {
    const value = parseNamed(c);
    const fallback = c.take("default") && c.need("=", "behind 'default'") ? parseExpression(c) : undefined;
    return { value, fallback };
  });
  c.need("on", "before the axis");
  // The old form `on T in range(…)` must not be read as "T is one of range(…)".
  const old = c.is("in", 1) && c.is("range", 2) ? c.takeName() : undefined;
  const axis: Expression = old ? { kind: "name", name: old.text, span: old.span } : parseNamed(c);
  let from: Expression | undefined;
  let to: Expression | undefined;
  let step: Expression | undefined;
  const inRange = c.is("in") && c.is("range", 1);
  if (inRange) {
    // The old form `on T in range(from, to, step)`.
    c.next();
    c.next();
    c.need("(", "behind 'range'");
    [from, to, step] = parseList(c, () => parseExpression(c), ")");
    c.need(")", "behind the range");
  } else {
    if (c.take("from")) from = parseExpression(c);
    if (c.take("to")) to = parseExpression(c);
    if (c.take("step")) step = parseExpression(c);
  }
  const by = c.take("by") ? parseList(c, () => parseNamed(c)) : [];
  return { kind: "make-series", items, axis, from, to, step, by, inRange };
}

export function parseTopNested(c: Cursor): OperatorBody {
  const levels: NestedTop[] = [parseLevel(c)];
  while (c.take(",")) {
    if (c.is("top") && c.is("-", 1) && c.is("nested", 2)) {
      c.next();
      c.next();
      c.next();
    }
    levels.push(parseLevel(c));
  }
  return { kind: "top-nested", levels };
}

function parseLevel(c: Cursor): NestedTop {
  const from = c.token.span.from;
  const count = c.is("of") ? undefined : parseExpression(c);
  c.need("of", "before the column of a level");
  const of = parseNamed(c);
  let others: Expression | undefined;
  if (c.take("with")) {
    c.need("others", "behind 'with'");
    c.need("=", "behind 'others'");
    others = parseExpression(c);
  }
  c.need("by", "before the aggregate of a level");
  const keyFrom = c.token.span.from;
  const value = parseNamed(c);
  const order = c.take("asc") ? "asc" as const : c.take("desc") ? "desc" as const : undefined;
  const by: OrderedKey = { value, order, nulls: undefined, span: c.since(keyFrom) };
  return { count, of, others, by, span: c.since(from) };
}

export function parseSearch(c: Cursor): OperatorBody {
  const tables = c.is("in") && c.is("(", 1) ? parseTables(c) : [];
  return { kind: "search", tables, predicate: parseExpression(c) };
}

export function parseFind(c: Cursor, _parameters: readonly Parameter[]): OperatorBody {
  const tables = c.is("in") && c.is("(", 1) ? parseTables(c) : [];
  c.take("where");
  const predicate = parseExpression(c);
  let columns;
  if (c.take("project")) {
    columns = parseList(c, (): TypedName => {
      if (c.is("pack_all") && c.is("(", 1)) {
        const from = c.next().span.from;
        c.next();
        c.need(")", "behind 'pack_all('");
        return { name: { text: "pack_all()", span: c.since(from) }, type: undefined };
      }
      const name = c.needName("a column");
      return { name, type: c.take(":") ? parseType(c) : undefined };
    });
  }
  else if (c.is("project") || c.is("-", 1)) while (!c.done) c.next();
  return { kind: "find", tables, predicate, columns };
}

function parseTables(c: Cursor): Expression[] {
  c.next();
  c.next();
  const tables = parseList(c, () => parseTablePattern(c), ")");
  c.need(")", "behind the tables");
  return tables;
}

function parseTablePattern(c: Cursor): Expression {
  if (c.is("*") || (c.token.kind === "name" && c.is("*", 1) && c.touches(1))) {
    const from = c.token.span.from;
    let pattern = c.next().text;
    while (!c.done && c.touches(0) && (c.token.kind === "name" || c.is("*"))) pattern += c.next().text;
    return { kind: "wildcard", pattern, span: c.since(from) };
  }
  return parsePath(c);
}
