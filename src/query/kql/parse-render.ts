/** `render chart [with (property = value, …)]`, and the old form without brackets. */
import type { Cursor } from "./cursor";
import { parseExpression } from "./parse-expression";
import type { Name, OperatorBody, RenderProperty } from "./syntax";

/** Kusto docs: render operator, "Syntax". */
export function parseRender(c: Cursor): OperatorBody {
  const from = c.token.span.from;
  const chart = c.token.kind === "name" ? c.takeName() : undefined;
  if (!chart) c.expected("kql-expected-chart", "the kind of a chart, such as timechart");
  const properties: RenderProperty[] = [];
  const bracketed = c.take("with") !== undefined;
  if (bracketed) c.need("(", "behind 'with'");
  while (!c.done && !c.is(")")) {
    const property = parseProperty(c);
    if (!property) break;
    properties.push(property);
    c.take(",");
  }
  if (bracketed) c.need(")", "behind the properties");
  return { kind: "render", chart, properties, rest: c.text.slice(from, Math.max(from, c.back)) };
}

/** `title = "x"`, `legend = hidden`, `ycolumns = a, b`: a list ends before the next `name =`. */
function parseProperty(c: Cursor): RenderProperty | undefined {
  const name = c.takeName();
  if (!name || !c.is("=")) {
    c.expected("kql-expected-symbol", name ? `'=' behind '${name.text}'` : "a property such as title = \"…\"");
    return undefined;
  }
  c.next();
  const first = c.takeName();
  if (!first) return { name, words: [], value: parseExpression(c) };
  const words: Name[] = [first];
  while (c.is(",") && isListed(c)) {
    c.next();
    const word = c.takeName();
    if (word) words.push(word);
  }
  return { name, words, value: undefined };
}

function isListed(c: Cursor): boolean {
  if (c.peek(1).kind === "name") return !c.is("=", 2);
  return c.is("[", 1) && c.peek(2).kind === "string" && c.is("]", 3) && !c.is("=", 4);
}
