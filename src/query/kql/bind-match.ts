/**
 * `graph-match` and `graph-shortest-paths`: the pattern, its predicate and its columns. What a term asks of one node or
 * edge alone is computed once per node or edge, beforehand, and the walk through the graph keeps to it; what is left is
 * asked of whole matches.
 */
import { nearest } from "../../base";
import { GRAPH_COLUMNS, type GraphPattern } from "../graph-pattern";
import type { Expr, Named } from "../plan";
import { apply } from "./apply";
import { bindExpression, bindPredicate, conjuncts } from "./bind-expression";
import { asDynamic, graphOf } from "./bind-graph";
import { word } from "./bind-union";
import { nothing, type Binding } from "./binding";
import type { BoundColumn, Context, Environment, Graph, Rows } from "./environment";
import { PatternScope, type Shape } from "./pattern-scope";
import { DefaultNames, resultName, UniqueNames } from "./names";
import type { Expression, Name, OperatorOf, PatternPart } from "./syntax";

const { id: ID, source: SOURCE, target: TARGET } = GRAPH_COLUMNS;

type Match = OperatorOf<"graph-match" | "graph-shortest-paths">;

/** Kusto docs: graph-match operator, graph-shortest-paths operator. */
export function bindMatch(b: Binding, op: Match, input: Rows, environment: Environment): Rows {
  const shape = shapeOf(b, op, environment);
  const graph = graphOf(b, op, input) ?? emptyGraph(input);
  const cycles = option(b, op, "cycles", ["unique_edges", "all", "none"] as const);
  const output = option(b, op, "output", ["any", "all"] as const);
  const scope = new PatternScope(b, graph, shape);
  const context: Context = { environment, row: undefined, pattern: scope };
  b.watch?.(op.span, undefined, environment, scope);
  const where = op.where ? scope.terms(conjuncts(op.where).map((t) =>
    scope.quantified(() => bindPredicate(b, t, context)))) : undefined;
  if (!op.project) {
    b.fail("kql-graph-project", `'${op.word}' needs 'project' and the columns of a match: 'project a.name, b.name'.`,
      op.wordSpan);
    return { ...graph.nodes, columns: [], open: true };
  }
  const outputs = bindColumns(b, op.project, scope, context);
  const residual = where && where.length > 0 ? all(b, where) : undefined;
  const needed = scope.needed([...outputs.map((o) => o.value), ...(residual ? [residual] : [])]);

  const edges = projected(b, op, graph.edges,
    [hidden(SOURCE, graph, op), hidden(TARGET, graph, op), ...scope.read("edges", needed)]);
  const nodes = projected(b, op, withDegrees(b, op, graph, scope),
    [hidden(ID, graph, op), ...scope.read("nodes", needed)]);
  const pattern: GraphPattern = { cycles, ...(op.kind === "graph-shortest-paths" ? { shortest: output } : {}),
    nodes: shape.nodes.map((n, at) => ({ ...n, ...scope.filtered("node", at) })),
    edges: shape.edges.map((e, at) => ({ ...e, ...scope.filtered("edge", at) })),
    outputs: needed.map((o) => o.output) };
  const columns = needed.map((o): BoundColumn => ({ name: o.output.name, type: o.type }));
  const args: Named<Expr>[] = [...(residual ? [{ name: "where", value: residual }] : []),
    ...needed.flatMap((o) => (o.each ? [{ name: o.output.name, value: o.each }] : []))];
  let found = b.rows({ op: "apply", input: nodes.plan, others: [edges.plan], fn: op.kind, args, pattern }, columns,
    op.span, op.word);
  if (cycles === "none" && shape.returns) {
    b.warn("kql-graph-cycles", "With 'cycles=none' a chain that comes back to a node of its own matches nothing.",
      op.wordSpan);
    found = b.rows({ op: "limit", input: found.plan, count: 0, skip: 0 }, columns, op.span, "");
  }
  return projected(b, op, found, outputs);
}

/** Exactly these columns, in a node that only helps. */
function projected(b: Binding, op: Match, input: Rows, outputs: readonly Named<Expr>[]): Rows {
  return b.rows({ op: "project", input: input.plan, outputs },
    outputs.map((o) => ({ name: o.name, type: o.value.type })), op.span, "");
}

function emptyGraph(input: Rows): Graph {
  return { nodes: { ...input, open: true }, edges: { ...input, open: true }, id: "string" };
}

function hidden(name: string, graph: Graph, op: Match): Named<Expr> {
  return { name, value: { kind: "column", name, type: graph.id, span: op.wordSpan } };
}

function all(b: Binding, terms: readonly Expr[]): Expr {
  const [first, ...rest] = terms;
  return rest.reduce((left, right) => apply(b, "and", [left, right], right.span, "and"), first
    ?? nothing({ from: 0, to: 0 }));
}

/** The nodes, with how many edges they have if the query asks. */
function withDegrees(b: Binding, op: Match, graph: Graph, scope: PatternScope): Rows {
  if (!scope.degrees) return graph.nodes;
  const { nodes } = graph;
  const columns: BoundColumn[] = [...nodes.plan.schema.columns, { name: GRAPH_COLUMNS.degreeIn, type: "long" },
    { name: GRAPH_COLUMNS.degreeOut, type: "long" }];
  return b.rows({ op: "apply", input: nodes.plan, others: [graph.edges.plan], fn: "graph-degrees", args: [] }, columns,
    op.span, "",
    nodes.open);
}

function option<T extends string>(b: Binding, op: Match, name: string, known: readonly [T, ...T[]]): T {
  const written = word(op.parameters, name);
  const found = known.find((k) => k === written);
  if (found !== undefined || written === undefined) return found ?? known[0];
  const meant = nearest(written, known);
  const span = op.parameters.find((p) => p.name.text === name)?.value.span ?? op.wordSpan;
  b.fail("kql-graph-option", `'${name}' is ${known.join(", ")}, and not '${written}'.${
    meant ? ` Did you mean '${meant}'?` : ""}`, span,
    meant ? { fix: { title: `Replace by '${meant}'`, edits: [{ span, insert: meant }] } } : {});
  return known[0];
}

/** The columns of `project`: what reads a path is an array, dynamic in any case (as Microsoft's parser has it). */
function bindColumns(b: Binding, items: readonly Expression[], scope: PatternScope, context: Context): Named<Expr>[] {
  const names = new UniqueNames();
  const defaults = new DefaultNames();
  return items.flatMap((item): Named<Expr>[] => {
    if (item.kind === "wildcard") {
      b.fail("kql-star-here", "'*' cannot stand here: name the properties, as in 'a.name'.", item.span);
      return [];
    }
    const { value, ofPath } = scope.listed(() => bindExpression(b, item.kind === "named" ? item.value : item, context));
    if (item.kind === "named") {
      const name = item.names[0]?.text ?? "";
      if (names.has(name)) {
        b.fail("kql-duplicate-column", `There already is a column '${name}'.`, item.span);
        return [];
      }
      return [{ name: names.add(name), value: ofPath ? asDynamic(b, value) : value }];
    }
    // A property alone is named with its node, `a_name`; inside of a function it is not.
    const whole = item.kind === "member" || item.kind === "element";
    const name = resultName(item, (of) => (of.kind === "name" && scope.has(of.name) ? whole : of.kind !== "name"));
    return [{ name: names.add(name ?? defaults.name((n) => names.has(n))), value: ofPath ? asDynamic(b, value)
      : value }];
  });
}

/** Reads the chains; what makes no pattern is told. */
function shapeOf(b: Binding, op: Match, environment: Environment): Shape {
  const nodes: { name: string }[] = [];
  const edges: Shape["edges"][number][] = [];
  const places = new Map<string, number>();
  const edgeNames = new Set<string>();
  let returns = false;
  const pieces = new Map<number, number>();
  const pieceOf = (node: number): number => {
    let at = node;
    for (let up = pieces.get(at); up !== undefined; up = pieces.get(at)) at = up;
    return at;
  };
  const place = (name: Name | undefined): number => {
    const known = name ? places.get(name.text) : undefined;
    if (known !== undefined) return known;
    nodes.push({ name: name?.text ?? `$${nodes.length}` });
    if (name) places.set(name.text, nodes.length - 1);
    return nodes.length - 1;
  };
  for (const chain of op.patterns) {
    const met = new Set<number>();
    let last: number | undefined;
    let edge: Extract<PatternPart, { kind: "edge" }> | undefined;
    for (const part of chain) {
      if (part.kind === "edge") {
        edge = part;
        if (part.name && edgeNames.has(part.name.text)) b.fail("kql-duplicate-name",
          `The pattern already has an edge '${part.name.text}'; each edge takes a name of its own.`, part.name.span);
        if (part.name) edgeNames.add(part.name.text);
        continue;
      }
      const at = place(part.name);
      if (met.has(at)) returns = true;
      met.add(at);
      if (edge && last !== undefined) {
        const range = edge.range ? rangeOf(b, edge.range, environment) : undefined;
        edges.push({ name: edge.name?.text ?? `$e${edges.length}`, from: last, to: at, direction: edge.direction,
          ...(range ? { range } : {}) });
        if (pieceOf(last) !== pieceOf(at)) pieces.set(pieceOf(last), pieceOf(at));
      }
      last = at;
    }
  }
  for (const name of edgeNames) if (places.has(name)) b.fail("kql-duplicate-name",
    `'${name}' is a node and an edge of this pattern.`, op.wordSpan);
  if (nodes.some((_, at) => pieceOf(at) !== pieceOf(0))) b.fail("kql-graph-pattern",
    "The parts of this pattern do not hang together: they must share a node of the same name.", op.wordSpan);
  if (op.kind === "graph-shortest-paths") {
    if (op.patterns.length > 1) b.fail("kql-graph-pattern",
      "Shortest paths are looked for along one chain, without commas.", op.wordSpan);
    else if (!edges.some((e) => e.range)) b.fail("kql-graph-pattern",
      "A shortest path needs an edge of variable length, like '-[path*1..5]->'.", op.wordSpan);
  }
  return { nodes, edges, returns };
}

function rangeOf(b: Binding, range: { least: Expression; most: Expression },
  environment: Environment): { least: number; most: number } {
  const [least, most] = [range.least, range.most].map((e): number => {
    const value = b.constant(bindExpression(b, e, { environment, row: undefined }))?.value;
    if (typeof value === "bigint" && value >= 0n && value < 0x7fffffffn) return Number(value);
    // A parameter of a function that is only being checked has no value yet.
    if (value !== null) b.fail("kql-constant-needed",
      "How many edges a path has is said by whole numbers, as in '*1..5'.", e.span);
    return 1;
  }) as [number, number];
  if (least <= most) return { least, most };
  if (range.least.kind === "literal" || range.most.kind === "literal") {
    b.fail("kql-graph-range", `A path of at least ${least} and at most ${most} edges cannot be.`, range.least.span);
  }
  return { least, most: least };
}

