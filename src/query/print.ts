/** A plan as text that people can read: a line per operator from its source on, side inputs in parentheses. */
import { printTable, printTableCell } from "../table";
import type { Schema, Value } from "../table";
import type { GraphPattern } from "./graph-pattern";
import type { Arrangement, Expr, Named, Plan, SortKey } from "./plan";

/** The plan's operators, then `=>` and what comes out. Lines are joined by `\n`. */
export function printPlan(plan: Plan): string {
  const earlier = (plan.earlier ?? []).flatMap(({ name, value }) => [...linesOf(value),
    `=> ${printName(name)}: ${printSchema(value.schema)}`]);
  return [...earlier, ...linesOf(plan), `=> ${printSchema(plan.schema)}`].join("\n");
}

/** `a:long, b:string`, and `…` where other columns are possible. */
export function printSchema(schema: Schema): string {
  return [...schema.columns.map((c) => `${printName(c.name)}:${c.type}`), ...(schema.open ? ["…"] : [])].join(", ");
}

/** Follows the inputs to the source, so that the depth of calls is that of nested queries alone. */
function linesOf(plan: Plan): string[] {
  const chain: Plan[] = [plan];
  for (let node = plan; ; ) {
    const next = "input" in node ? node.input : node.op === "join" ? node.left : undefined;
    if (next === undefined) break;
    chain.push((node = next));
  }
  return chain.reverse().flatMap(ownLines);
}

function ownLines(plan: Plan): string[] {
  switch (plan.op) {
    case "scan": return [`scan ${printName(plan.table)}${plan.nullText === "keep" ? " keep nulls" : ""}`];
    case "values": return ["values", ...indented(printTable(plan.table).split("\n"))];
    case "range": return [`range from ${printExpr(plan.from)} to ${printExpr(plan.to)} step ${printExpr(plan.step)}`];
    case "filter": return plan.terms.map((term, i) => `${i === 0 ? "filter" : "   and"} ${printExpr(term)}`);
    case "extend": return [`extend ${printOutputs(plan.outputs)}`];
    case "project": return [`project ${printOutputs(plan.outputs)}${printArrangement(plan.arrangement)}`];
    case "sort": {
      const limit = plan.limit === undefined ? "" : ` limit ${plan.limit}`;
      return [`sort ${plan.keys.map(printKey).join(", ")}${limit}`];
    }
    case "limit": return [`limit ${plan.count}${plan.skip > 0 ? ` skip ${plan.skip}` : ""}`];
    case "group": {
      const by = plan.keys.length > 0 ? ` by ${printOutputs(plan.keys)}` : "";
      return [`group${plan.aggregates.length > 0 ? " " : ""}${printOutputs(plan.aggregates)}${by}`];
    }
    case "window": {
      const by = plan.by.length > 0 ? ` by ${plan.by.map(printExpr).join(", ")}` : "";
      const order = plan.order.length > 0 ? ` order ${plan.order.map(printKey).join(", ")}` : "";
      return [`window ${printOutputs(plan.outputs)}${by}${order}`];
    }
    case "expand": {
      const columns = plan.columns.map((c) => `${printName(c.name)}:${c.type} = ${printExpr(c.value)}`).join(", ");
      const more = [
        ...(plan.bagAs === "array" ? ["bags as pairs"] : []),
        ...(plan.indexColumn === undefined ? [] : [`index ${printName(plan.indexColumn)}`]),
        ...(plan.limit === undefined ? [] : [`limit ${plan.limit}`]),
        ...(plan.keepEmpty ? ["keep empty"] : []),
      ];
      return nested(["expand " + [columns, ...more].join(", ")], plan.body);
    }
    case "hole": return ["hole"];
    case "join": {
      const on = plan.on.map(([l, r]) => `${printExpr(l)} == ${printExpr(r)}`).join(" and ");
      return nested([`join ${plan.kind}${on === "" ? "" : ` on ${on}`}`], plan.right);
    }
    case "union": {
      const source = plan.sourceColumn === undefined ? "" : ` source ${printName(plan.sourceColumn.name)}`;
      return plan.inputs.flatMap((input, i) => {
        const name = plan.sourceColumn?.names[i];
        const head = i === 0 ? `union${source}` : "with";
        return nested(name === undefined ? [head] : [head, `as ${JSON.stringify(name)}`], input);
      });
    }
    case "partition": return nested([`partition by ${plan.by.map(printExpr).join(", ")}`], plan.body);
    case "cached": return [`cached #${plan.id}`];
    case "apply": return [
      `apply ${plan.fn} ${printOutputs(plan.args)}`.trimEnd(), ...(plan.pattern === undefined ? [] : indented(patternLines(plan.pattern))),
      ...(plan.others ?? []).flatMap((other) => nested(["with"], other)),
    ];
    default: return plan satisfies never;
  }
}

/** A pattern's edges with their conditions, and what a match gives. */
function patternLines({ cycles, shortest, nodes, edges, outputs }: GraphPattern): string[] {
  const node = (at: number) => `(${nodes[at]?.name ?? ""}${nodes[at]?.filter === undefined ? "" : ` where ${nodes[at].filter}`})`;
  const lines = edges.map((e) => {
    const range = e.range === undefined ? "" : `*${e.range.least}..${e.range.most}`;
    const where = (e.filter === undefined ? "" : ` where ${e.filter}`) + (e.inner === undefined ? "" : ` through ${e.inner}`);
    return `${node(e.from)}${e.direction === "in" ? "<" : ""}-[${e.name}${range}${where}]-${e.direction === "out" ? ">" : ""}${node(e.to)}`;
  });
  const found = outputs.map((o) => ("column" in o ? o.name
    : `${o.name} = ${o.fold} ${o.value} of ${o.of === "inner" ? "nodes inside " : ""}${edges[o.at]?.name ?? ""}`));
  const head = `cycles ${cycles}${shortest === undefined ? "" : `, shortest ${shortest}`}`;
  return [head, ...(lines.length > 0 ? lines : nodes.map((_, at) => node(at))), ...found];
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => "  " + line);
}

/** A head with a whole plan in parentheses behind it. */
function nested(head: readonly string[], body: Plan | undefined): string[] {
  return body === undefined ? [head.join(" ")] : [`${head.join(" ")} (`, ...indented(linesOf(body)), ")"];
}

function printOutputs(outputs: readonly Named<Expr>[]): string {
  return outputs.map(({ name, value }) => {
    if (value.kind === "column" && value.name === name) return printName(name);
    return `${printName(name)} = ${printExpr(value)}`;
  }).join(", ");
}

/** What becomes of columns that only the run knows. */
function printArrangement(arrangement: Arrangement | undefined): string {
  if (arrangement === undefined) return "";
  const words = arrangement.how === "rename" ? arrangement.names.map(([from, to]) => `${printName(to)} = ${printName(from)}`)
    : arrangement.items.map(({ name, order }) => (order === undefined ? name : `${name} ${order}`));
  return ` … ${arrangement.how} ${words.join(", ")}`.trimEnd();
}

function printKey(key: SortKey): string {
  return `${printExpr(key.value)} ${key.descending ? "desc" : "asc"} nulls ${key.nullsFirst ? "first" : "last"}`;
}

function printName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : `[${JSON.stringify(name)}]`;
}

/** `add(a, 1)`: calls by the names of their functions, without the types that chose the overload. */
export function printExpr(expr: Expr): string {
  const out: string[] = [];
  const todo: (Expr | string)[] = [expr];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if (typeof next === "string") {
      out.push(next);
      continue;
    }
    switch (next.kind) {
      case "column": out.push(printName(next.name)); break;
      case "literal": out.push(printLiteral(next.value, next.type)); break;
      case "scalar": {
        const lines = linesOf(next.plan).map((line) => line.trim());
        out.push(`${next.take === "cell" ? "scalar" : "column"}(${lines.join(" | ")})`);
        break;
      }
      case "call": {
        out.push(next.fn.split(":")[0] ?? next.fn, "(");
        todo.push(")");
        for (let i = next.args.length - 1; i >= 0; i--) {
          todo.push(next.args[i]!);
          if (i > 0) todo.push(", ");
        }
        break;
      }
      default: next satisfies never;
    }
  }
  return out.join("");
}

/** A literal by which its type can be told: `1`, `1.0`, `"x"`, `datetime(…)`, `long(null)`. */
function printLiteral(value: Value, type: Expr["type"]): string {
  if (value === null) return `${type}(null)`;
  switch (type) {
    case "string": return JSON.stringify(value);
    case "long": case "real": case "bool": return printTableCell(value, type);
    default: return `${type}(${printTableCell(value, type)})`;
  }
}
