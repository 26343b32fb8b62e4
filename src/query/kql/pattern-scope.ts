/**
 * What the nodes and edges of a graph pattern mean in `where` and `project`. A property of a node becomes a column of
 * the match; what is asked of a path (`all`, `any`, `map`) becomes one too, computed over the edges or the nodes
 * between.
 */
import type { Span } from "../../base";
import type { ScalarType } from "../../table";
import { GRAPH_COLUMNS, type PatternEdge, type PatternOutput } from "../graph-pattern";
import type { Expr, Named } from "../plan";
import { convert } from "../scope";
import { functions } from "../functions";
import { apply } from "./apply";
import { bindExpression, bindPredicate } from "./bind-expression";
import { nothing, type Binding } from "./binding";
import { RowScope, type BoundColumn, type Context, type Graph, type PatternNames, type Rows } from "./environment";
import type { Expression, Name } from "./syntax";
import { GRAPH_FORMS } from "./vocabulary";

type Call = Extract<Expression, { kind: "call" }>;
type Elements = "edges" | "nodes";

/** The nodes and edges of a pattern, those without a name under one that nobody can write. */
export interface Shape {
  readonly nodes: readonly { readonly name: string }[];
  readonly edges: readonly Pick<PatternEdge, "name" | "from" | "to" | "direction" | "range">[];
  /** A chain comes back to a node of its own. */
  readonly returns: boolean;
}

/** A column of a match. */
interface Output {
  readonly output: PatternOutput;
  readonly type: ScalarType;
  /** What is computed for each element of each match, where it needs more than the element. */
  readonly each?: Expr;
  /** What the value of a path's elements was before it got a column. */
  readonly of?: Expr;
}

/** The edges of a path, or the nodes between its ends. */
interface Path {
  readonly at: number;
  readonly over: "edges" | "inner";
}

export class PatternScope implements PatternNames {
  /** Whether nodes are asked for their degree. */
  degrees = false;
  private readonly outputs = new Map<string, Output>();
  /** Columns computed per node or edge, under names that no query can write. */
  private readonly derived: Readonly<Record<Elements, Map<string, Expr>>> = { edges: new Map(), nodes: new Map() };
  private readonly filters = { node: new Map<number, string>(), edge: new Map<number, string>(), inner: new Map<number,
    string>() };
  /** The path whose edges the expression at hand reads one by one (`e.prop`). */
  private each: number | undefined;
  private ofPath = false;

  constructor(private readonly b: Binding, private readonly graph: Graph, private readonly shape: Shape) {}

  has(name: string): boolean {
    return this.nodeAt(name) >= 0 || this.edgeAt(name) >= 0;
  }

  private nodeAt(name: string): number {
    return this.shape.nodes.findIndex((n) => n.name === name);
  }

  private edgeAt(name: string): number {
    return this.shape.edges.findIndex((e) => e.name === name);
  }

  private table(of: Elements): Rows {
    return of === "edges" ? this.graph.edges : this.graph.nodes;
  }

  names(): readonly string[] {
    return [...this.shape.nodes, ...this.shape.edges].map((n) => n.name).filter((n) => !n.startsWith("$"));
  }

  properties(of: string): readonly BoundColumn[] | undefined {
    return this.nodeAt(of) >= 0 ? this.graph.nodes.columns : this.edgeAt(of) >= 0 ? this.graph.edges.columns
      : undefined;
  }

  // ---- names --------------------------------------------------------------------------------------------------------

  name(name: string, span: Span): Expr | undefined {
    const node = this.nodeAt(name);
    if (node >= 0) return this.take("node", node, this.bag("nodes", span), "dynamic", span);
    const edge = this.edgeAt(name);
    if (edge < 0) return undefined;
    const bag = this.bag("edges", span);
    if (this.shape.edges[edge]?.range) this.ofPath = true;
    if (!this.shape.edges[edge]?.range) return this.take("edge", edge, bag, "dynamic", span);
    return this.fold({ at: edge, over: "edges" }, "list", { kind: "column", name: bag, type: "dynamic", span }, span);
  }

  member(of: string, property: Name, span: Span): Expr | undefined {
    const node = this.nodeAt(of);
    if (node >= 0) return this.property("node", node, property, span);
    const edge = this.edgeAt(of);
    if (edge < 0) return undefined;
    if (!this.shape.edges[edge]?.range) return this.property("edge", edge, property, span);
    this.ofPath = true;
    if (this.each !== undefined && this.each !== edge) {
      this.b.fail("kql-graph-paths",
        `The edges of two paths cannot be read side by side; write map(${of}, ${property.text}).`, span);
      return nothing(span);
    }
    const column = this.columnOf("edges", property);
    if (!column) return nothing(span);
    this.each = edge;
    return { ...column, span };
  }

  private property(of: "node" | "edge", at: number, property: Name, span: Span): Expr {
    const column = this.columnOf(of === "node" ? "nodes" : "edges", property);
    return column ? this.take(of, at, column.name, column.type, span) : nothing(span);
  }

  /** The column of a property; undefined when there is none, which is told. */
  private columnOf(of: Elements, property: Name): Extract<Expr, { kind: "column" }> | undefined {
    const rows = this.table(of);
    const found = rows.columns.find((c) => c.name === property.text);
    if (found) return { kind: "column", name: found.name, type: found.type, span: property.span };
    if (rows.open) return { kind: "column", name: property.text, type: "dynamic", span: property.span };
    if (rows.columns.length === 0) {
      this.b.fail("kql-unknown-property", `The nodes of this graph have no properties: add 'with Nodes on Id' or `
        + `'with_node_id=${property.text}' to 'make-graph'.`, property.span);
      return undefined;
    }
    const real = this.b.unknown("property", property.text, property.span, rows.columns.map((c) => c.name),
      of === "nodes" ? " of the graph's nodes" : " of the graph's edges");
    const alike = rows.columns.find((c) => c.name === real);
    return alike ? { kind: "column", name: alike.name, type: alike.type, span: property.span } : undefined;
  }

  private take(of: "node" | "edge", at: number, column: string, type: ScalarType, span: Span): Expr {
    const element = of === "node" ? this.shape.nodes[at] : this.shape.edges[at];
    const name = `$${element?.name ?? ""}.${column}`;
    if (!this.outputs.has(name)) this.outputs.set(name, { output: { of, name, at, column }, type });
    return { kind: "column", name, type, span };
  }

  /** All properties of an element in one bag. */
  private bag(of: Elements, span: Span): string {
    const name = "$bag";
    if (!this.derived[of].has(name)) {
      const pairs = this.table(of).columns.flatMap((c): Expr[] =>
        [{ kind: "literal", type: "string", value: c.name, span },
          { kind: "column", name: c.name, type: c.type, span }]);
      this.derived[of].set(name, pairs.length > 0 ? apply(this.b, "bag_pack", pairs, span, "bag_pack")
        : { kind: "literal", type: "dynamic", value: new Map(), span });
    }
    return name;
  }

  private derive(of: Elements, value: Expr): string {
    if (value.kind === "column" && !this.derived[of].has(value.name)) return value.name;
    for (const [name, known] of this.derived[of]) if (known === value
      || (value.kind === "column" && value.name === name)) return name;
    const name = `$v${this.derived[of].size}`;
    this.derived[of].set(name, value);
    return name;
  }

  // ---- functions ----------------------------------------------------------------------------------------------------

  call(e: Call, context: Context): Expr | undefined {
    const form = e.name.text;
    if (!GRAPH_FORMS.has(form) || e.of) return undefined;
    switch (form) {
      case "all": case "any": case "map":
        return this.over(e, form, context);
      case "inner_nodes":
        this.b.fail("kql-graph-function", "'inner_nodes' stands as the first argument of all, any or map.", e.span);
        return nothing(e.span);
      default: {
        const [given] = e.args;
        if (!given) {
          this.b.fail("kql-argument-count",
            `'${form}' needs a node of the pattern here: ${GRAPH_FORMS.get(form) ?? ""}`, e.span);
          return nothing(e.span);
        }
        const node = given.kind === "name" ? this.nodeAt(given.name) : -1;
        if (form === "labels" && given.kind === "name" && this.has(given.name)) return noLabels(e.span);
        if (node < 0) return this.expectElement(given, form === "labels" ? "a node or an edge" : "a node",
          form === "labels" ? [...this.shape.nodes, ...this.shape.edges] : this.shape.nodes);
        const asked = this.ofNode(form, e.span);
        return this.take("node", node, asked.name, asked.type, e.span);
      }
    }
  }

  /** The column of a node that answers `node_id` and its kin. */
  private ofNode(form: string, span: Span): { name: string; type: ScalarType } {
    if (form === "node_id") {
      const id: Expr = { kind: "column", name: GRAPH_COLUMNS.id, type: this.graph.id, span };
      if (!this.derived.nodes.has("$nodeId")) this.derived.nodes.set("$nodeId", convert(id, "string", functions));
      return { name: "$nodeId", type: "string" };
    }
    this.degrees = true;
    return { name: form === "node_degree_in" ? GRAPH_COLUMNS.degreeIn : GRAPH_COLUMNS.degreeOut, type: "long" };
  }

  private expectElement(e: Expression, what: string, known: readonly { name: string }[]): Expr {
    const names = this.names().filter((n) => known.some((k) => k.name === n));
    if (e.kind === "name" && !this.has(e.name)) this.b.unknown("element", e.name, e.span, names, " in this pattern");
    else this.b.fail("kql-graph-element",
      `Expected ${what} of the pattern${names.length > 0 ? `: ${names.join(", ")}` : ""}.`, e.span);
    return nothing(e.span);
  }

  /** `all(e, condition)`, `map(inner_nodes(e), expression)`. */
  private over(e: Call, form: "all" | "any" | "map", context: Context): Expr {
    const [path, asked] = e.args;
    this.ofPath = true;
    if (!path || !asked || e.args.length !== 2) {
      this.b.fail("kql-argument-count", `'${form}' takes 2 arguments: ${GRAPH_FORMS.get(form) ?? ""}`, e.span);
      return nothing(e.span);
    }
    const along = this.path(path);
    if (!along) return nothing(e.span);
    const rows = this.table(along.over === "edges" ? "edges" : "nodes");
    const inside: Context = { environment: context.environment, row: new RowScope(rows.columns, rows.open),
      pattern: this.inside(along) };
    const outer = this.each;
    this.each = undefined;
    const value = form === "map" ? bindExpression(this.b, asked, inside) : bindPredicate(this.b, asked, inside);
    if (this.each !== undefined) this.b.fail("kql-graph-paths",
      `'${form}' reads one path; read the other with a map() of its own.`, asked.span);
    this.each = outer;
    return this.fold(along, form === "map" ? "list" : form, value, e.span);
  }

  private path(e: Expression): Path | undefined {
    const inner = e.kind === "call" && e.name.text === "inner_nodes";
    const of = inner ? e.args[0] : e;
    const at = of?.kind === "name" ? this.edgeAt(of.name) : -1;
    if (at >= 0) return { at, over: inner ? "inner" : "edges" };
    this.expectElement(of ?? e, "an edge, or inner_nodes() of one,", this.shape.edges);
    return undefined;
  }

  /** What names and functions mean for one element of a path: its own columns come first, as those of a row. */
  private inside(along: Path): PatternNames {
    const path = this.shape.edges[along.at]?.name;
    return {
      names: () => this.names(),
      properties: (of) => this.properties(of),
      name: (name, span) => (name === path ? undefined : this.name(name, span)),
      member: (of, property, span) =>
        (of === path && along.over === "edges" ? this.columnOf("edges", property) ?? nothing(span)
        : this.member(of, property, span)),
      call: (e, context) => {
        const form = e.name.text;
        if (e.args.length > 0 || !GRAPH_FORMS.has(form) || e.of) return this.call(e, context);
        if (form === "labels") return noLabels(e.span);
        if (along.over !== "inner" || !form.startsWith("node_")) return this.call(e, context);
        const asked = this.ofNode(form, e.span);
        const known = this.derived.nodes.get(asked.name);
        return known ? { ...known, span: e.span }
          : { kind: "column", name: asked.name, type: asked.type, span: e.span };
      },
    };
  }

  /** A column of the match made of a value of each element of a path. */
  private fold(path: Path, fold: "list" | "any" | "all", value: Expr, span: Span): Expr {
    const name = `$p${this.outputs.size}`;
    const each = readColumns(value).some((c) => this.outputs.has(c));
    const { at, over: of } = path;
    const column = each ? name : this.derive(of === "edges" ? "edges" : "nodes", value);
    const type = fold === "list" ? "dynamic" : "bool";
    this.outputs.set(name, { output: { of, name, at, fold, value: column, each }, type, of: value,
      ...(each ? { each: value } : {}) });
    return { kind: "column", name, type, span };
  }

  // ---- what the operator needs --------------------------------------------------------------------------------------

  /** Binds a term of `where`: one that reads the edges of a path must hold for each of them. */
  quantified(bind: () => Expr): Expr {
    this.each = undefined;
    const value = bind();
    return this.each === undefined ? value : this.fold({ at: this.each, over: "edges" }, "all", value, value.span);
  }

  /** Binds a column of `project`: one that reads the edges of a path is an array of the value for each of them. */
  listed(bind: () => Expr): { value: Expr; ofPath: boolean } {
    this.each = undefined;
    this.ofPath = false;
    const value = bind();
    const listed = this.each === undefined ? value
      : this.fold({ at: this.each, over: "edges" }, "list", value, value.span);
    return { value: listed, ofPath: this.ofPath };
  }

  /** Gives each term that asks something of one node or edge to that one; what is left is asked of whole matches. */
  terms(bound: readonly Expr[]): Expr[] {
    return bound.filter((term) => !this.push(term));
  }

  private push(term: Expr): boolean {
    const reads = [...new Set(readColumns(term))].map((name) => this.outputs.get(name));
    const [first] = reads;
    if (first === undefined) return false;
    const { output } = first;
    if (output.of === "edges" || output.of === "inner") {
      if (term.kind !== "column" || output.fold !== "all" || output.each || !first.of) return false;
      this.restrict(output.of === "inner" ? "inner" : "edge", output.at, first.of);
      return true;
    }
    const { of, at } = output;
    if (!reads.every((r) => r?.output.of === of && r.output.at === at)) return false;
    this.restrict(of, at, renamed(term, (name) => {
      const own = this.outputs.get(name)?.output;
      const column = own && "column" in own ? own.column : name;
      return this.derived[of === "node" ? "nodes" : "edges"].get(column) ?? column;
    }));
    return true;
  }

  private restrict(of: "node" | "edge" | "inner", at: number, term: Expr): void {
    const table = this.derived[of === "edge" ? "edges" : "nodes"];
    const before = this.filters[of].get(at);
    const known = before === undefined ? undefined : table.get(before);
    const name = `$${of}${at}`;
    table.set(name, known ? apply(this.b, "and", [known, term], term.span, "and") : term);
    this.filters[of].set(at, name);
  }

  /** Which columns decide whether an element may stand at a place of the pattern. */
  filtered(of: "node" | "edge", at: number): { filter?: string; inner?: string } {
    const filter = this.filters[of].get(at);
    const inner = of === "edge" ? this.filters.inner.get(at) : undefined;
    return { ...(filter === undefined ? {} : { filter }), ...(inner === undefined ? {} : { inner }) };
  }

  /** The outputs that expressions read, and those that these read, in the order in which they are computed. */
  needed(exprs: readonly Expr[]): Output[] {
    const wanted = new Set<string>();
    const todo = exprs.flatMap(readColumns);
    for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
      const output = this.outputs.get(name);
      if (!output || wanted.has(name)) continue;
      wanted.add(name);
      if (output.each) todo.push(...readColumns(output.each));
    }
    return [...this.outputs].flatMap(([name, output]) => (wanted.has(name) ? [output] : []));
  }

  /** The columns of nodes or edges that outputs and filters read. */
  read(of: Elements, needed: readonly Output[]): Named<Expr>[] {
    const names = new Map<string, ScalarType | undefined>();
    for (const { output, type, each, of: value } of needed) {
      const own = output.of === "node" || output.of === "inner" ? "nodes" : "edges";
      if (own !== of) continue;
      if ("column" in output) names.set(output.column, type);
      else if (!output.each) names.set(output.value, value?.type);
      for (const e of each ? columnsIn(each) : []) if (!this.outputs.has(e.name)) names.set(e.name, e.type);
    }
    for (const kind of of === "edges" ? ["edge"] as const : ["node", "inner"] as const) {
      for (const name of this.filters[kind].values()) names.set(name, "bool");
    }
    // Ids are there in any case.
    for (const name of [GRAPH_COLUMNS.id, GRAPH_COLUMNS.source, GRAPH_COLUMNS.target]) names.delete(name);
    return [...names].map(([name, type]): Named<Expr> => ({ name, value: this.derived[of].get(name)
      ?? { kind: "column", name, type: type ?? "dynamic", span: { from: 0, to: 0 } } }));
  }
}

/** A graph that `make-graph` makes has no labels. Kusto docs: labels(), "Important". */
function noLabels(span: Span): Expr {
  return { kind: "literal", type: "dynamic", value: [], span };
}

function columnsIn(e: Expr): Extract<Expr, { kind: "column" }>[] {
  const found: Extract<Expr, { kind: "column" }>[] = [];
  const todo = [e];
  for (let next = todo.pop(); next; next = todo.pop()) {
    if (next.kind === "column") found.push(next);
    else if (next.kind === "call") todo.push(...next.args);
  }
  return found;
}

function readColumns(e: Expr): string[] {
  return columnsIn(e).map((c) => c.name);
}

/** The expression with its columns exchanged: by name, or by what they are computed from. */
function renamed(e: Expr, to: (name: string) => string | Expr): Expr {
  if (e.kind === "column") {
    const found = to(e.name);
    return typeof found === "string" ? { ...e, name: found } : found;
  }
  return e.kind === "call" ? { ...e, args: e.args.map((a) => renamed(a, to)) } : e;
}
