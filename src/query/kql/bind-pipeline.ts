/** Pipelines: rows of a source, then operator upon operator; each is bound even where the one before was wrong. */
import type { Expr, SortKey } from "../plan";
import { bindAssertSchema, bindProjectByNames, bindTopHitters } from "./bind-choose";
import { bindReduce } from "./bind-reduce";
import { bindCount, bindDistinct, bindSummarize } from "./bind-aggregate";
import { bindPredicate, conjuncts, bindExpression } from "./bind-expression";
import { bindExpand, bindPartition, count } from "./bind-expand";
import { bindExternalData } from "./bind-external";
import { bindFacet, bindFork } from "./bind-fork";
import { bindFunction } from "./bind-function";
import { bindComponents, bindGraphWhere, bindMakeGraph, bindToTable, rowsInstead } from "./bind-graph";
import { bindMatch } from "./bind-match";
import { bindJoin } from "./bind-join";
import { bindParse, bindParseKv } from "./bind-parse";
import { bindEvaluate } from "./bind-evaluate";
import { bindMakeSeries } from "./bind-plugin";
import { bindExtend, bindProject, bindProjectAway, bindProjectKeep, bindProjectRename, bindProjectReorder,
  keep } from "./bind-project";
import { bindRender } from "./bind-render";
import { RowBinder } from "./bind-row";
import { bindScan } from "./bind-scan";
import { bindFind, bindSearch } from "./bind-search";
import { bindDatatable, bindGetschema, bindPrint, bindRange } from "./bind-source";
import { bindTable } from "./bind-table";
import { bindTopNested } from "./bind-top-nested";
import { bindUnion } from "./bind-union";
import { checkAll } from "./contradiction";
import { hintLostOrder } from "./hints";
import { checkPlain } from "./plain";
import type { Binding } from "./binding";
import type { Environment, Rows } from "./environment";
import { RowScope } from "./environment";
import { entityNamed } from "./saved";
import type { Expression, Operator, OperatorOf, OrderedKey, Pipeline } from "./syntax";
import { operatorNamed } from "./vocabulary";

/** Rows of any expression that gives some. */
export function rowsOf(b: Binding, e: Expression, environment: Environment): Rows | undefined {
  const rows = tabularOf(b, e, environment);
  if (!rows?.graph) return rows;
  const fix = { title: "Take the nodes as rows", edits: [{ span: { from: e.span.to, to: e.span.to }, insert: " | graph-to-table nodes" }] };
  b.fail("kql-rows-needed", "This is a graph, and rows are needed here. Add '| graph-to-table nodes' or '| graph-to-table edges', "
    + "or match a pattern in it.", e.span, { fix });
  return rows.graph.nodes;
}

/** Rows, or a graph. */
export function tabularOf(b: Binding, e: Expression, environment: Environment): Rows | undefined {
  if (e.kind !== "pipeline") {
    return bindTable(b, e, environment);
  }
  const source = e.source ? tabularOf(b, e.source, environment) ?? unknownRows(b, e.source) : undefined;
  return runOperators(b, e, source, environment);
}

/** Operators over rows from outside. */
export function bodyOf(b: Binding, body: Pipeline, input: Rows, environment: Environment): Rows {
  const source = body.source ? tabularOf(b, body.source, environment) ?? input : input;
  return runOperators(b, body, source, environment) ?? input;
}

function unknownRows(b: Binding, e: Expression): Rows {
  return b.rows({ op: "hole" }, [], e.span, "", true);
}

function runOperators(b: Binding, pipeline: Pipeline, source: Rows | undefined,
  environment: Environment): Rows | undefined {
  let rows = source;
  for (const [i, op] of pipeline.operators.entries()) {
    if (op.kind === "render" && i < pipeline.operators.length - 1) b.warn("kql-render-last",
      "'render' draws the result, so it stands last; here it changes nothing.", op.wordSpan);
    b.watch?.(op.span, rows ? scopeOf(rows, op) : undefined, environment);
    hintLostOrder(b, op, pipeline.operators[i + 1]);
    const next: Rows | undefined = bindOperator(b, op, rows, environment);
    if (!next) continue;
    rows = KEEP_TABLES.has(op.kind) && !next.tables && rows?.tables ? { ...next, tables: rows.tables } : next;
    if (op.kind !== "broken") b.outline.push({ label: op.word, span: op.span, plan: rows.plan.id });
  }
  return rows;
}

/** Operators behind which a table still has every column that it had, but for those that the query itself drops. */
const KEEP_TABLES: ReadonlySet<Operator["kind"]> = new Set<Operator["kind"]>([
  "where", "extend", "serialize", "sort", "top", "take", "sample", "join", "lookup", "mv-expand", "mv-apply", "parse",
  "parse-where", "parse-kv", "project-away", "project-rename", "project-reorder", "as", "render", "search", "partition",
]);

/** The columns that an operator's expressions see. */
function scopeOf(rows: Rows, op: Operator): RowScope {
  const seen = op.kind === "graph-where-nodes" ? rows.graph?.nodes : op.kind === "graph-where-edges" ? rows.graph?.edges : undefined;
  return RowScope.of(seen ?? rows);
}

function bindOperator(b: Binding, op: Operator, input: Rows | undefined, environment: Environment): Rows | undefined {
  switch (op.kind) {
    case "print": return bindPrint(b, op, environment);
    case "range": return bindRange(b, op, environment);
    case "datatable": return bindDatatable(b, op, environment);
    case "union": return bindUnion(b, op, input, environment);
    case "search": return bindSearch(b, op, input, environment);
    case "find": return bindFind(b, op, environment);
    case "externaldata": return bindExternalData(b, op, environment);
    case "refused":
      b.fail("kql-refused", `'${op.word}' is not run here. ${operatorNamed(op.word)?.refused ?? ""}`.trim(),
        op.wordSpan);
      return { ...(input ?? unknownRows(b, { kind: "missing", span: op.span })), open: true };
    case "broken":
      return input;
    default:
      if (input) return bindRowOperator(b, op, input, environment);
      b.fail("kql-table-needed", `'${op.word}' needs rows: write a table and '|' before it.`, op.wordSpan);
      return bindRowOperator(b, op, unknownRows(b, { kind: "missing", span: op.wordSpan }), environment);
  }
}

type RowOperator = Exclude<Operator,
  { kind: "print" | "range" | "datatable" | "union" | "search" | "find" | "externaldata" | "refused" | "broken" }>;

function bindRowOperator(b: Binding, op: RowOperator, given: Rows, environment: Environment): Rows {
  const input = isOfGraphs(op) ? given : rowsInstead(b, given, op.wordSpan, `'${op.word}'`);
  switch (op.kind) {
    case "make-graph": return bindMakeGraph(b, op, input, environment);
    case "graph-mark-components": return bindComponents(b, op, input);
    case "graph-where-nodes": case "graph-where-edges": return bindGraphWhere(b, op, input, environment);
    case "graph-to-table": return bindToTable(b, op, input, environment);
    case "graph-match": case "graph-shortest-paths": return bindMatch(b, op, input, environment);
    case "where": return bindWhere(b, op, input, environment);
    case "extend": case "serialize": return bindExtend(b, op, input, environment);
    case "project": return bindProject(b, op, input, environment);
    case "project-away": return bindProjectAway(b, op, input);
    case "project-keep": return bindProjectKeep(b, op, input);
    case "project-rename": return bindProjectRename(b, op, input, environment);
    case "project-reorder": return bindProjectReorder(b, op, input);
    case "summarize": return bindSummarize(b, op, input, environment);
    case "distinct": return bindDistinct(b, op, input, environment);
    case "count": return bindCount(b, op, input);
    case "sort": return bindSort(b, op, op.keys, undefined, input, environment);
    case "top": return bindSort(b, op, op.keys, op.count, input, environment);
    case "top-nested": return bindTopNested(b, op, input, environment);
    case "take": return { ...input,
      ...b.rows({ op: "limit", input: input.plan, count: constant(b, op.count, environment), skip: 0 }, input.columns,
      op.span, op.word, input.open) };
    case "sample": return b.rows(
      { op: "apply", input: input.plan, fn: "sample",
      args: [{ name: "count", value: bindExpression(b, op.count, { environment, row: undefined }) }] }, input.columns,
      op.span, op.word, input.open);
    case "sample-distinct": {
      const row = new RowBinder(b, input, environment);
      const value = row.bind(op.of.kind === "named" ? op.of.value : op.of);
      checkPlain(b, value, row.isGuessed(value), op.of.span, "made distinct");
      const name = row.nameOf(op.of) ?? "Column1";
      return b.rows({ op: "apply", input: input.plan, fn: "sample-distinct",
        args: [{ name: "count", value: bindExpression(b, op.count, { environment, row: undefined }) },
        { name: "of", value }] },
        [{ name, type: value.type }], op.span, op.word);
    }
    case "join": case "lookup": return bindJoin(b, op, input, environment);
    case "mv-expand": case "mv-apply": return bindExpand(b, op, input, environment);
    case "partition": return bindPartition(b, op, input, environment);
    case "parse": case "parse-where": return bindParse(b, op, input, environment);
    case "parse-kv": return bindParseKv(b, op, input, environment);
    case "make-series": return bindMakeSeries(b, op, input, environment);
    case "evaluate": return bindEvaluate(b, op, input, environment);
    case "getschema": return bindGetschema(b, op, input);
    case "consume": return b.rows({ op: "limit", input: input.plan, count: 0, skip: 0 }, input.columns, op.span,
      op.word, input.open);
    case "as":
      environment.define(op.name.text, { kind: "rows", rows: { ...input, name: op.name.text } });
      b.used.add(input.plan);
      return { ...input, name: op.name.text };
    case "invoke": return bindInvoke(b, op, input, environment);
    case "project-by-names": return bindProjectByNames(b, op, input, environment);
    case "top-hitters": return bindTopHitters(b, op, input, environment);
    case "assert-schema": return bindAssertSchema(b, op, input);
    case "reduce": return bindReduce(b, op, input, environment);
    case "fork": return bindFork(b, op, input, environment);
    case "facet": return bindFacet(b, op, input, environment);
    case "scan": {
      const sorted = op.order.length === 0 ? input
        : bindSort(b, { ...op, word: "" }, op.order.map((k) => ({ ...k, order: k.order ?? "asc" as const })), undefined,
          input, environment);
      if (op.partition.length === 0) return bindScan(b, op, sorted, environment);
      const by = op.partition.map((e) => new RowBinder(b, sorted, environment).bind(e));
      const body = bindScan(b, op, b.rows({ op: "hole" }, sorted.columns, op.wordSpan, "", sorted.open), environment);
      return b.rows({ op: "partition", input: sorted.plan, by, body: body.plan }, body.columns, op.span, "", body.open);
    }
    case "render": return bindRender(b, op, input, environment);
    default: {
      const never: never = op;
      return never;
    }
  }
}

/** Whether an operator takes a graph; a name may be given to one too. */
function isOfGraphs(op: RowOperator): boolean {
  return op.kind.startsWith("graph-") || op.kind === "as" || op.kind === "invoke";
}

function bindWhere(b: Binding, op: OperatorOf<"where">, input: Rows, environment: Environment): Rows {
  const row = new RowBinder(b, input, environment);
  const terms = conjuncts(op.predicate).map((t) => bindPredicate(b, t, row.context));
  checkAll(b, terms, row.scope);
  const source = row.source(op.span);
  const rows = b.rows({ op: "filter", input: source.plan, terms }, source.columns, op.span, op.word, input.open);
  return row.setsAside ? keep(b, rows, input.columns, op) : { ...rows, columns: input.columns };
}

function constant(b: Binding, e: Expression, environment: Environment): number {
  return count(b, bindExpression(b, e, { environment, row: undefined }));
}

/** Descending unless told otherwise; nulls first when ascending, last when descending. Kusto docs: sort operator. */
function bindSort(b: Binding, op: Operator, keys: readonly OrderedKey[], limit: Expression | undefined, input: Rows,
  environment: Environment): Rows {
  const row = new RowBinder(b, input, environment);
  const bound = keys.map((k): SortKey => {
    const value: Expr = row.bind(k.value.kind === "named" ? k.value.value : k.value);
    const descending = k.order !== "asc";
    if (!limit) checkPlain(b, value, row.isGuessed(value), k.value.span, "ordered by");
    return { value, descending, nullsFirst: k.nulls ? k.nulls === "first" : !descending };
  });
  const most = limit ? constant(b, limit, environment) : undefined;
  const source = row.source(op.span);
  const rows = b.rows({ op: "sort", input: source.plan, keys: bound, ...(most !== undefined ? { limit: most } : {}) },
    source.columns, op.span, op.word, input.open);
  return row.setsAside ? keep(b, rows, input.columns, op) : rows;
}

function bindInvoke(b: Binding, op: OperatorOf<"invoke">, input: Rows, environment: Environment): Rows {
  const { call } = op;
  const name = call.kind === "call" ? call.name.text : "";
  const entity = entityNamed(b, name, environment);
  if (call.kind !== "call" || entity?.kind !== "function") {
    const known = [...environment.names().filter((n) => n.entity.kind === "function").map((n) => n.name),
      ...b.scope.functions?.() ?? []];
    if (call.kind === "call") b.unknown("function", name, call.name.span, known,
      ": 'invoke' calls a function of the query");
    else b.fail("kql-expected-function", "Write 'invoke Function(arguments)'.", call.span);
    return { ...input, open: true };
  }
  const result = bindFunction(b, entity, call.args, op.span, { environment, row: undefined }, bindExpression, input);
  if (result.kind === "rows") return result.rows;
  b.fail("kql-table-needed", `'${name}' gives a value, and 'invoke' needs rows.`, call.span);
  return input;
}
