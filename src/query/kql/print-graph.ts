/** Operators of graphs as text. */
import { quoteName } from "./binding";
import type { Expression, OperatorOf, PatternPart } from "./syntax";

/** Prints expressions and pipelines; passed in, since operators stand in pipelines and pipelines in operators. */
export interface Printer {
  expression(e: Expression): string;
  /** What stands in brackets of its own. */
  body(e: Expression): string;
  /** With brackets around a pipeline. */
  table(e: Expression): string;
}

type GraphOperator = OperatorOf<"make-graph" | "graph-match" | "graph-shortest-paths" | "graph-to-table">;

export function printGraphOperator(op: GraphOperator, p: Printer): string {
  switch (op.kind) {
    case "make-graph": {
      const nodes = op.nodes.map((n) => `${p.table(n.table)} on ${quoteName(n.on.text)}`).join(", ");
      return [`${quoteName(op.source.text)} --> ${quoteName(op.target.text)}`,
        ...(nodes === "" ? [] : [`with ${nodes}`]),
        ...(op.nodeId ? [`with_node_id=${quoteName(op.nodeId.text)}`] : []),
        ...(op.partition ? [`partitioned-by ${quoteName(op.partition.by.text)} (\n${p.body(op.partition.body)}\n)`]
          : [])].join(" ");
    }
    case "graph-match": case "graph-shortest-paths":
      return [op.patterns.map((parts) => parts.map((part) => printPart(part, p)).join("")).join(", "),
        ...(op.where ? [`where ${p.expression(op.where)}`] : []),
        ...(op.project && op.project.length > 0 ? [`project ${op.project.map((e) => p.expression(e)).join(", ")}`]
          : [])].join(" ");
    case "graph-to-table":
      return op.outputs.map((o) => [o.of, ...(o.name ? [`as ${quoteName(o.name.text)}`] : []),
        ...o.parameters.map((x) => `${x.name.text}=${p.expression(x.value)}`)].join(" ")).join(", ");
    default: {
      const never: never = op;
      return never;
    }
  }
}

function printPart(part: PatternPart, p: Printer): string {
  const name = part.name ? quoteName(part.name.text) : "";
  if (part.kind === "node") return `(${name})`;
  const range = part.range ? `*${p.expression(part.range.least)}..${p.expression(part.range.most)}` : "";
  const inside = name === "" && range === "" ? "" : `[${name}${range}]`;
  const [before, after] = part.direction === "in" ? ["<-", "-"] : part.direction === "out" ? ["-", "->"] : ["-", "-"];
  return `${before}${inside}${after}`;
}
