/** `scan … with (step name: condition => column = value; …)`. */
import type { Cursor } from "./cursor";
import { parseExpression, parseList, parseNamed, parseType } from "./parse-expression";
import type { Expression, Name, OperatorBody, OrderedKey, ScanColumn, ScanStep } from "./syntax";

/** Kusto docs: scan operator, "Syntax"; `order by` and `partition by` are in the official grammar besides. */
export function parseScan(c: Cursor, ordered: (c: Cursor) => OrderedKey): OperatorBody {
  let order: OrderedKey[] = [];
  let partition: Expression[] = [];
  if (c.is("order") || c.is("sort")) {
    c.next();
    c.need("by", "behind 'order'");
    order = parseList(c, () => ordered(c));
  }
  if (c.take("partition")) {
    c.need("by", "behind 'partition'");
    partition = parseList(c, () => parseExpression(c));
  }
  const columns: ScanColumn[] = [];
  if (c.take("declare")) {
    c.need("(", "behind 'declare'");
    columns.push(...parseList(c, () => parseColumn(c), ")"));
    c.need(")", "behind the columns");
  }
  c.need("with", "before the steps of 'scan'");
  const open = c.at;
  c.need("(", "before the steps of 'scan'");
  const close = c.closeOf(open);
  const steps: ScanStep[] = [];
  while (!c.done && c.is("step")) {
    const end = Math.min(c.cut(";"), close ?? c.end);
    steps.push(c.within(end, () => parseStep(c), "in this step"));
    if (c.take(";")) continue;
    const at = c.back;
    c.tell("kql-expected-symbol", "Each step ends with ';'.", { from: at - 1, to: at },
      { title: "Add ';'", edits: [{ span: { from: at, to: at }, insert: ";" }] });
    break;
  }
  if (steps.length === 0) c.expected("kql-expected-step", "a step, such as 'step s1: true;'");
  c.need(")", "that closes the steps");
  return { kind: "scan", order, partition, columns, steps };
}

function parseColumn(c: Cursor): ScanColumn {
  const name = c.needName("a column");
  c.need(":", `and a type behind '${name.text}'`);
  const type = parseType(c);
  return { name, type, fallback: c.take("=") ? parseExpression(c) : undefined };
}

function parseStep(c: Cursor): ScanStep {
  const from = c.next().span.from;
  const name = c.needName("the name of the step");
  const optional = c.is("optional") ? c.takeName() : undefined;
  let output: Name | undefined;
  if (c.take("output")) {
    c.need("=", "behind 'output'");
    output = c.needName("all, last or none");
  }
  c.need(":", "before the condition of the step");
  const condition = parseExpression(c);
  const assignments = c.take("=>") ? parseList(c, () => parseNamed(c)) : [];
  return { name, output, optional: optional !== undefined, condition, assignments, span: c.since(from) };
}
