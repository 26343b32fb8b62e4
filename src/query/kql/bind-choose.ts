/** Operators that pick columns by computed names, count the most frequent values, and check the columns of rows. */
import { nearest } from "../../base";
import { functions } from "../functions";
import { aggregate } from "./bind-aggregate";
import { bindExpression } from "./bind-expression";
import { count } from "./bind-expand";
import { passOn, RowBinder } from "./bind-row";
import { declared } from "./bind-source";
import type { Binding } from "./binding";
import { schemaOf, type BoundColumn, type Environment, type Rows } from "./environment";
import { convert } from "../scope";
import { matchesPattern } from "../arrange";
import type { Expr, Named } from "../plan";
import type { Expression, OperatorOf } from "./syntax";

/** Kusto docs: project-by-names operator: columns in the order asked for; names that no column has are left out. */
export function bindProjectByNames(
  b: Binding, op: OperatorOf<"project-by-names">, input: Rows, environment: Environment,
): Rows {
  const wanted: string[] = [];
  let known = true;
  for (const item of op.items) {
    const value = item.kind === "wildcard" ? item.pattern : constantOf(b, item, environment);
    if (typeof value === "string") wanted.push(value);
    else if (Array.isArray(value)) wanted.push(...value.filter((v): v is string => typeof v === "string"));
    // A parameter of a function that is only being checked has no value yet.
    else if (value === null) known = false;
    else b.fail("kql-constant-needed",
      "A column's name as a text, an array of names, or a pattern such as \"C*\" is needed here, as a constant.", item.span);
  }
  const found = new Map<string, BoundColumn>();
  for (const name of wanted) {
    const own = name.includes("*") ? input.columns.filter((c) => matchesPattern(c.name, name))
      : input.columns.filter((c) => c.name === name);
    // Of rows with unknown columns any name may be one.
    const guess: BoundColumn[] = input.open && !name.includes("*") ? [{ name, type: "dynamic" }] : [];
    for (const c of own.length > 0 ? own : guess) if (!found.has(c.name)) found.set(c.name, c);
  }
  const columns = [...found.values()];
  const arrangement = input.open && wanted.some((w) => w.includes("*"))
    ? { how: "pick", items: wanted.map((name) => ({ name })) } as const : undefined;
  return b.rows({ op: "project", input: input.plan, outputs: passOn(columns, op.wordSpan), ...(arrangement && { arrangement }) },
    columns, op.span, op.word, !known || arrangement !== undefined);
}

function constantOf(b: Binding, e: Expression, environment: Environment): unknown {
  return b.constant(bindExpression(b, e, { environment, row: undefined }))?.value;
}

/**
 * Kusto docs: top-hitters operator. The service estimates; here the counts and sums are exact, under the names that
 * the service gives to its estimates.
 */
export function bindTopHitters(b: Binding, op: OperatorOf<"top-hitters">, input: Rows, environment: Environment): Rows {
  const row = new RowBinder(b, input, environment);
  const most = count(b, bindExpression(b, op.count, { environment, row: undefined }));
  const { span } = op;
  const [word, of] = op.by ? ["sum", op.by] as const : ["count", op.of] as const;
  const name = `approximate_${word}_${row.nameOf(of) ?? ""}`;
  const call: Expression = { kind: "call", name: { text: word, span: of.span }, args: op.by ? [op.by] : [], span: of.span };
  const item: Expression = { kind: "named", names: [{ text: name, span: of.span }], value: call, span: of.span };
  const grouped = aggregate(b, { ...op, word: "" }, [item], [op.of], input, environment);
  const score = grouped.columns[1];
  if (!score) return grouped;
  return b.rows({ op: "sort", input: grouped.plan, limit: most, keys: [{ descending: true, nullsFirst: false,
    value: { kind: "column", name: score.name, type: score.type, span } }] }, grouped.columns, span, op.word);
}

/** `assert-schema (a: long, …)`: the columns must be these, in this order; what depends on the data becomes them. */
export function bindAssertSchema(b: Binding, op: OperatorOf<"assert-schema">, input: Rows): Rows {
  const wanted = declared(b, op.columns);
  if (input.open) {
    const outputs = wanted.map((c): Named<Expr> => {
      const own = input.columns.find((x) => x.name === c.name);
      const value = { kind: "column", name: c.name, type: own?.type ?? "dynamic", span: op.wordSpan } as const;
      return { name: c.name, value: convert(value, c.type, functions) };
    });
    return b.rows({ op: "project", input: input.plan, outputs }, wanted, op.span, op.word);
  }
  const [found, expected] = [input.columns, wanted].map((columns) =>
    schemaOf(columns, false).columns.map((c) => `${c.name}: ${c.type}`));
  if (found?.join() !== expected?.join()) {
    const meant = nearest(wanted.find((w) => !input.columns.some((c) => c.name === w.name))?.name ?? "",
      input.columns.map((c) => c.name));
    b.fail("kql-assert-schema", `These rows have the columns (${found?.join(", ")}), not (${expected?.join(", ")}).${
      meant ? ` Did you mean '${meant}'?` : ""}`, op.span);
  }
  return { ...input, columns: wanted };
}
