/**
 * Graphs: `make-graph` and what works on a graph as a whole. A graph is two plans, of nodes and of edges, so most of it
 * is lowered to operators over rows; patterns are bound by `bind-match.ts`.
 */
import { isNumeric, type ScalarType } from "../../table";
import { functions } from "../functions";
import { GRAPH_COLUMNS } from "../graph-pattern";
import type { Expr, Named } from "../plan";
import { convert } from "../scope";
import { apply } from "./apply";
import { bindPredicate, conjuncts } from "./bind-expression";
import { RowBinder, passOn } from "./bind-row";
import { word } from "./bind-union";
import { isNothing, nothing, type Binding } from "./binding";
import type { Span } from "../../base";
import { RowScope, type BoundColumn, type Environment, type Graph, type Rows } from "./environment";
import type { Name, Operator, OperatorOf } from "./syntax";

const { id: ID, source: SOURCE, target: TARGET } = GRAPH_COLUMNS;

/** The graph behind an operator; undefined where there are rows instead, which is told. */
export function graphOf(b: Binding, op: Operator, input: Rows): Graph | undefined {
  if (input.graph) return input.graph;
  // Rows of which nothing is known, as of a parameter or behind a mistake, may be a graph.
  if (input.open && input.columns.length === 0 && input.plan.op === "hole") return { nodes: input, edges: input,
    id: "string" };
  b.fail("kql-graph-needed", `'${op.word}' needs a graph: put 'make-graph Source --> Target' before it.`, op.wordSpan);
  return undefined;
}

/** The nodes as rows where rows are needed and a graph stands; told, with what to add. */
export function rowsInstead(b: Binding, input: Rows, at: Span, what: string): Rows {
  if (!input.graph) return input;
  b.fail("kql-rows-needed",
    `${what} needs rows, and here is a graph. Add '| graph-to-table nodes' or '| graph-to-table edges', `
      + "or match a pattern.", at,
    { fix: { title: "Take the nodes as rows",
      edits: [{ span: { from: at.from, to: at.from }, insert: "graph-to-table nodes | " }] } });
  return input.graph.nodes;
}

function ofGraph(graph: Graph): Rows {
  return { plan: graph.nodes.plan, columns: [], open: false, graph };
}

function column(name: string, type: ScalarType, span: Span): Expr {
  return { kind: "column", name, type, span };
}

/** Rows computed once, however often the graph is read; their own columns are `columns`, hidden ones come behind. */
function kept(b: Binding, rows: Rows, columns: readonly BoundColumn[], hidden: readonly BoundColumn[],
  span: Span): Rows {
  const cached = b.rows({ op: "cached", input: rows.plan }, [...columns, ...hidden], span, "", rows.open);
  return { ...cached, columns };
}

interface Ends {
  readonly source: Expr;
  readonly target: Expr;
}

/** Kusto docs: make-graph operator. */
export function bindMakeGraph(b: Binding, op: OperatorOf<"make-graph">, input: Rows, environment: Environment): Rows {
  const tables = op.nodes.map((n) => {
    const rows = b.grammar.rowsOf(b, n.table, environment) ?? b.rows({ op: "hole" }, [], n.table.span, "", true);
    return { rows, on: n.on };
  });
  if (tables.length > 2) b.fail("kql-graph-nodes", "A graph takes its nodes from two tables at most.",
    op.nodes[2]?.table.span ?? op.span);
  if (op.partition) return partitioned(b, op, op.partition, input, tables, environment);
  return ofGraph(build(b, op, input, tables, environment));
}

interface NodeTable {
  readonly rows: Rows;
  readonly on: Name;
}

function build(b: Binding, op: OperatorOf<"make-graph">, input: Rows, tables: readonly NodeTable[],
  environment: Environment): Graph {
  const row = new RowBinder(b, input, environment);
  const ends: Ends = { source: idColumn(b, row, op.source), target: idColumn(b, row, op.target) };
  const ids = tables.map((t) => idColumn(b, new RowBinder(b, t.rows, environment), t.on));
  const type = idType([ends.source, ends.target, ...ids]);
  const hiddenEnds = [{ name: SOURCE, type }, { name: TARGET, type }];
  const linked = b.rows({ op: "extend", input: input.plan, outputs: [
    { name: SOURCE, value: convert(ends.source, type, functions) },
      { name: TARGET, value: convert(ends.target, type, functions) },
  ] }, [...input.columns, ...hiddenEnds], op.span, "", input.open);
  const edges = kept(b, linked, input.columns, hiddenEnds, op.span);

  const { rows, columns } = mergedNodes(b, tables, ids, type, op);
  const named = op.nodeId && tables.length === 0
    ? [{ name: op.nodeId.text, type: isNothing(ends.source) ? "dynamic" as const : ends.source.type }] : columns;
  const idNames = tables.length === 0 ? named.map((c) => c.name) : op.nodes.map((n) => n.on.text);
  const hidden = [{ name: ID, type }];
  const made = b.rows({ op: "apply", input: edges.plan, ...(rows ? { others: [rows.plan] } : {}), fn: "graph-nodes",
    args: [{ name: "ids", value: { kind: "literal", type: "dynamic", value: idNames, span: op.wordSpan } }] },
    [...named, ...hidden], op.span, op.word);
  return { edges, nodes: kept(b, made, named, hidden, op.span), id: type };
}

/** A column of ids; dynamic values are none (Microsoft's parser refuses them too). */
function idColumn(b: Binding, row: RowBinder, name: Name): Expr {
  const found = row.bind({ kind: "name", name: name.text, span: name.span });
  if (found.kind !== "column") {
    if (!isNothing(found)) b.fail("kql-expected-column", `'${name.text}' is a value, and a column is needed here.`,
      name.span);
    return nothing(name.span);
  }
  if (found.type === "dynamic" && row.scope.named(found.name)) {
    b.fail("kql-graph-id", `'${name.text}' is dynamic, and a node's id is not: put tostring() around it in an `
      + "'extend' before.", name.span);
    return nothing(name.span);
  }
  return found;
}

/** The type that all ids can be brought to, so that equal ones meet. */
function idType(ids: readonly Expr[]): ScalarType {
  const types = [...new Set(ids.filter((i) => !isNothing(i)).map((i) => i.type))];
  const [only] = types;
  if (types.length === 1 && only !== undefined && only !== "dynamic") return only;
  if (types.length === 0 || !types.every(isNumeric)) return "string";
  return types.includes("decimal") ? "decimal" : types.includes("real") ? "real" : "long";
}

/**
 * The tables of nodes as one: columns by name, those of one name and several types dynamic, as Microsoft's parser has
 * it.
 */
function mergedNodes(b: Binding, tables: readonly NodeTable[], ids: readonly Expr[], type: ScalarType,
  op: OperatorOf<"make-graph">): { rows: Rows | undefined; columns: BoundColumn[] } {
  const columns: BoundColumn[] = [];
  for (const { rows } of tables) {
    for (const c of rows.columns) {
      const at = columns.findIndex((x) => x.name === c.name);
      const known = columns[at];
      if (!known) columns.push(c);
      else columns[at] = { name: c.name, type: known.type === c.type ? c.type : "dynamic" };
    }
  }
  const open = tables.some((t) => t.rows.open);
  const aligned = tables.map(({ rows }, i) => {
    const outputs: Named<Expr>[] = rows.columns.flatMap((c): Named<Expr>[] => {
      const merged = columns.find((x) => x.name === c.name);
      return merged && merged.type !== c.type
        ? [{ name: c.name, value: asDynamic(b, column(c.name, c.type, op.wordSpan)) }] : [];
    });
    outputs.push({ name: ID, value: convert(ids[i] ?? nothing(op.wordSpan), type, functions) });
    return b.rows({ op: "extend", input: rows.plan, outputs },
      [...rows.columns.map((c) => columns.find((x) => x.name === c.name) ?? c), { name: ID, type }], op.span, "",
        rows.open);
  });
  const [first] = aligned;
  if (aligned.length < 2) return { rows: first, columns };
  return { rows: b.rows({ op: "union", inputs: aligned.map((r) => r.plan) }, [...columns, { name: ID, type }], op.span,
    "", open), columns };
}

/** A value as a dynamic one, texts not read as JSON. */
export function asDynamic(b: Binding, e: Expr): Expr {
  if (e.type === "dynamic") return e;
  const boxed = apply(b, "pack_array", [e], e.span, "pack_array");
  return apply(b, "path.index", [boxed, { kind: "literal", type: "long", value: 0n, span: e.span }], e.span, "[0]");
}

/**
 * A graph for each value of a column that edges and nodes have. All tables are put together, each row marked by where
 * it comes from, so that one `partition` gives each graph its edges and nodes.
 */
function partitioned(b: Binding, op: OperatorOf<"make-graph">,
  partition: NonNullable<OperatorOf<"make-graph">["partition"]>,
  input: Rows, tables: readonly NodeTable[], environment: Environment): Rows {
  const all = [input, ...tables.map((t) => t.rows)];
  const { by } = partition;
  const keys = all.map((rows) => new RowBinder(b, rows,
    environment).bind({ kind: "name", name: by.text, span: by.span }));
  const type = idType(keys);
  const own = (i: number, name: string): string => `$${i}.${name}`;
  const marked = all.map((rows, i) => {
    const outputs: Named<Expr>[] = [{ name: "$table",
      value: { kind: "literal", type: "long", value: BigInt(i), span: by.span } },
      { name: "$key", value: convert(keys[i] ?? nothing(by.span), type, functions) },
      ...rows.columns.map((c) => ({ name: own(i, c.name), value: column(c.name, c.type, by.span) }))];
    return b.rows({ op: "project", input: rows.plan, outputs },
      outputs.map((o) => ({ name: o.name, type: o.value.type })), op.span, "");
  });
  const columns: BoundColumn[] = [{ name: "$table", type: "long" }, { name: "$key", type },
    ...all.flatMap((rows, i) => rows.columns.map((c) => ({ name: own(i, c.name), type: c.type })))];
  const together = b.rows({ op: "union", inputs: marked.map((m) => m.plan) }, columns, op.span, "");
  const back = (rows: Rows, i: number): Rows => {
    const hole = b.rows({ op: "hole" }, columns, by.span, "");
    const mine = apply(b, "eq.kusto",
      [column("$table", "long", by.span), { kind: "literal", type: "long", value: BigInt(i), span: by.span }],
      by.span, "==");
    const filtered = b.rows({ op: "filter", input: hole.plan, terms: [mine] }, columns, op.span, "");
    const outputs = rows.columns.map((c) => ({ name: c.name, value: column(own(i, c.name), c.type, by.span) }));
    return b.rows({ op: "project", input: filtered.plan, outputs }, rows.columns, op.span, "", rows.open);
  };
  const [edges, ...nodes] = all.map(back);
  const graph = build(b, op, edges ?? input, tables.map((t, i) => ({ rows: nodes[i] ?? t.rows, on: t.on })),
    environment);
  const body = b.grammar.bodyOf(b, partition.body, ofGraph(graph), environment);
  const rows = body.graph ? rowsInstead(b, body, by.span, "'partitioned-by'") : body;
  return b.rows({ op: "partition", input: together.plan, by: [column("$key", type, by.span)], body: rows.plan },
    rows.columns,
    op.span, "", rows.open);
}

/** Kusto docs: graph-mark-components operator. */
export function bindComponents(b: Binding, op: OperatorOf<"graph-mark-components">, input: Rows): Rows {
  const graph = graphOf(b, op, input);
  if (!graph) return input;
  const kind = word(op.parameters, "kind") ?? "weak";
  if (kind !== "weak" && kind !== "strong") b.fail("kql-graph-kind",
    `'${kind}' is no kind of component; the kinds are weak and strong.`,
    op.parameters.find((p) => p.name.text === "kind")?.value.span ?? op.wordSpan);
  const name = word(op.parameters, "with_component_id") ?? "ComponentId";
  if (graph.nodes.columns.some((c) => c.name === name)) {
    b.fail("kql-duplicate-column",
      `The nodes already have a property '${name}'; give the number another with 'with_component_id='.`, op.wordSpan);
    return input;
  }
  const columns: BoundColumn[] = [...graph.nodes.columns, { name, type: "long" }];
  const hidden = [{ name: ID, type: graph.id }];
  const text = (value: string): Expr => ({ kind: "literal", type: "string", value, span: op.wordSpan });
  const marked = b.rows({ op: "apply", input: graph.nodes.plan, others: [graph.edges.plan], fn: "graph-components",
    args: [{ name: "kind", value: text(kind) }, { name: "name", value: text(name) }] }, [...columns, ...hidden],
      op.span, op.word);
  return ofGraph({ ...graph, nodes: kept(b, marked, columns, hidden, op.span) });
}

/** `graph-where-nodes`, `graph-where-edges`: an edge goes with the nodes at its ends. */
export function bindGraphWhere(b: Binding, op: OperatorOf<"graph-where-nodes" | "graph-where-edges">, input: Rows,
  environment: Environment): Rows {
  const graph = graphOf(b, op, input);
  if (!graph) return input;
  const ends = [{ name: SOURCE, type: graph.id }, { name: TARGET, type: graph.id }];
  const ids = [{ name: ID, type: graph.id }];
  const [own, hidden] = op.kind === "graph-where-nodes" ? [graph.nodes, ids] : [graph.edges, ends];
  const row = new RowScope(own.columns, own.open);
  const terms = conjuncts(op.predicate).map((t) => bindPredicate(b, t, { environment, row }));
  const filtered = kept(b, b.rows({ op: "filter", input: own.plan, terms }, [...own.columns, ...hidden], op.span,
    op.word, own.open),
    own.columns, hidden, op.span);
  if (op.kind === "graph-where-edges") return ofGraph({ ...graph, edges: filtered });
  const all = [...graph.edges.columns, ...ends];
  const id = column(ID, graph.id, op.wordSpan);
  const left = [SOURCE, TARGET].reduce((edges: Rows, end) =>
    b.rows({ op: "join", left: edges.plan, right: filtered.plan, kind: "leftsemi",
    on: [[column(end, graph.id, op.wordSpan), id]] }, all, op.span, "", edges.open), graph.edges);
  return ofGraph({ ...graph, nodes: filtered, edges: kept(b, left, graph.edges.columns, ends, op.span) });
}

/** Kusto docs: graph-to-table operator. A node's number there is the hash of its id. */
export function bindToTable(b: Binding, op: OperatorOf<"graph-to-table">, input: Rows, environment: Environment): Rows {
  const graph = graphOf(b, op, input);
  if (!graph) return { ...input, open: true };
  if (op.outputs.length > 1 && op.outputs.some((o) => !o.name)) b.fail("kql-graph-outputs",
    "Nodes and edges together need a name each: 'nodes as N, edges as E'.", op.outputs.find((o) => !o.name)?.span
      ?? op.span);
  if (op.outputs.length > 2 || (op.outputs.length === 2
    && op.outputs[0]?.of === op.outputs[1]?.of)) b.fail("kql-graph-outputs",
    "Nodes and edges can be given once each.", op.outputs[op.outputs.length - 1]?.span ?? op.span);
  const tables = op.outputs.map((output): Rows => {
    const rows = output.of === "nodes" ? graph.nodes : graph.edges;
    const hashed = [["with_node_id", ID], ["with_source_id", SOURCE],
      ["with_target_id", TARGET]].flatMap(([option = "", from = ""]) => {
      const name = word(output.parameters, option);
      return name === undefined ? [] : [{ name,
        value: apply(b, "hash", [column(from, graph.id, output.span)], output.span, "hash") }];
    });
    for (const { name } of hashed) if (rows.columns.some((c) => c.name === name)) {
      b.fail("kql-duplicate-column", `There already is a column '${name}'.`, output.span);
    }
    const columns: BoundColumn[] = [...hashed.map((h) => ({ name: h.name, type: h.value.type })), ...rows.columns];
    const table = b.rows({ op: "project", input: rows.plan,
      outputs: [...hashed, ...passOn(rows.columns, op.wordSpan)] }, columns,
      op.span, op.word, rows.open);
    if (!output.name) return table;
    environment.define(output.name.text, { kind: "rows", rows: { ...table, name: output.name.text } });
    b.used.add(table.plan);
    return { ...table, name: output.name.text };
  });
  return tables[0] ?? graph.nodes;
}
