/** Tables by name: of the host, of `let`, behind `database(…)`, and what calls give as rows. */
import type { Span } from "../../base";
import type { Plan } from "../plan";
import { absentFunction, absentTable, unknownTable } from "./absent";
import { bindExpression } from "./bind-expression";
import { bindFunction } from "./bind-function";
import { bindPattern, patternCall } from "./bind-pattern";
import { bindWatchlist, WATCHLIST_FORMS } from "./bind-watchlist";
import type { Binding } from "./binding";
import type { Environment, Rows } from "./environment";
import { entityNamed, tellWorkspaceFunction } from "./saved";
import { scanTable } from "./scan";
import type { Expression } from "./syntax";
import { PLACES } from "./vocabulary";

/** Rows of an expression that is no pipeline; undefined when it gives none, which is told. */
export function bindTable(b: Binding, e: Expression, environment: Environment): Rows | undefined {
  const pattern = patternCall(e, environment);
  if (pattern) return bindPattern(b, pattern, e, environment);
  switch (e.kind) {
    case "name":
      return bindNamed(b, e.name, e.span, environment);
    case "member": {
      // database("x").T, cluster("c").database("x").T, workspace("w").T: where it would live does not matter here.
      checkPlace(b, e.of, environment);
      return bindLocal(b, e.name.text, e.name.span);
    }
    case "call":
      return bindCallRows(b, e, environment);
    case "missing":
      return undefined;
    default:
      b.fail("kql-table-needed", "A table is needed here, and this gives a value.", e.span);
      return undefined;
  }
}

function bindNamed(b: Binding, name: string, span: Span, environment: Environment): Rows | undefined {
  const entity = entityNamed(b, name, environment);
  if (entity?.kind === "rows") return fresh(b, { ...entity.rows, name: entity.rows.name ?? name });
  if (entity?.kind === "function") {
    if (entity.body.parameters.every((p) => p.fallback !== undefined)) {
      const result = bindFunction(b, entity, [], span, { environment, row: undefined }, bindExpression, undefined);
      if (result.kind === "rows") return { ...result.rows, name };
    }
    b.fail("kql-table-needed", `'${name}' is a function: call it with '${name}(…)'.`, span);
    return undefined;
  }
  if (entity) {
    b.fail("kql-table-needed", `'${name}' is a value, and a table is needed here.`, span);
    return undefined;
  }
  // Called by its bare name, as functions that need nothing may be.
  if (name === "_GetWatchlistAlias") return bindWatchlist(b, { kind: "call", name: { text: name, span }, args: [],
    span }, environment);
  return bindLocal(b, name, span, environment.names().filter((n) => n.entity.kind === "rows").map((n) => n.name),
    environment);
}

/** A table of the host by its name. */
function bindLocal(b: Binding, name: string, span: Span, also: readonly string[] = [],
  environment?: Environment): Rows | undefined {
  const exact = scanTable(b, name, span);
  if (exact) return exact;
  b.tables.push({ name, span, known: false });
  if (tellWorkspaceFunction(b, name, span)) return b.rows({ op: "hole" }, [], span, name, true);
  const known = [...also, ...b.scope.tables()];
  const absent = absentTable(b, name, span, known);
  if (absent) return absent;
  const real = b.unknown("table", name, span, known, "");
  if (real === undefined) return unknownTable(b, name, span);
  const entity = environment?.find(real);
  return entity?.kind === "rows" ? fresh(b, { ...entity.rows, name: real }) : scanTable(b, real, span);
}

function bindCallRows(b: Binding, e: Extract<Expression, { kind: "call" }>,
  environment: Environment): Rows | undefined {
  if (e.of) {
    checkPlace(b, e.of, environment);
    if (e.name.text === "table") return tableByName(b, e, environment);
    const entity = entityNamed(b, e.name.text, environment);
    if (entity?.kind === "function") return rowsOfFunction(b, e, environment);
    if (WATCHLIST_FORMS.has(e.name.text)) return bindWatchlist(b, e, environment);
    b.fail("kql-no-function", `'${e.name.text}' would run in another database, and there is none here.`, e.span);
    return undefined;
  }
  const context = { environment, row: undefined };
  const entity = entityNamed(b, e.name.text, environment);
  if (entity?.kind === "function") return rowsOfFunction(b, e, environment);
  switch (e.name.text) {
    case "materialize": {
      const [query] = e.args;
      const rows = query ? b.grammar.tabularOf(b, query, environment) : undefined;
      if (!query) b.fail("kql-argument-count", "'materialize' takes a query.", e.span);
      // A graph is computed once in any case.
      if (rows?.graph) return rows;
      return rows ? { ...b.rows({ op: "cached", input: rows.plan }, rows.columns, e.span, "materialize", rows.open),
        tables: rows.tables } : undefined;
    }
    case "table": case "view":
      return tableByName(b, e, environment);
    case "graph":
      return storedGraph(b, e, environment);
    case "external_table": case "materialized_view": case "stored_query_result":
      b.fail("kql-refused", `'${e.name.text}' reads from the service, and there is none here.`, e.span);
      return undefined;
    case "_GetWatchlist": case "_GetWatchlistAlias":
      return bindWatchlist(b, e, environment);
    default: {
      if (b.scope.table(e.name.text) && e.args.length === 0) return bindLocal(b, e.name.text, e.name.span);
      const known = [...b.scope.tables(), ...b.scope.functions?.() ?? [],
        ...environment.names().filter((n) => n.entity.kind !== "scalar").map((n) => n.name)];
      if (entity?.kind === "rows") {
        b.fail("kql-not-function", `'${e.name.text}' is a table and no function.`, e.span, { fix: {
          title: "Leave the brackets out", edits: [{ span: { from: e.name.span.to, to: e.span.to }, insert: "" }] } });
        return fresh(b, { ...entity.rows, name: e.name.text });
      }
      if (b.scope.table(e.name.text)) {
        b.fail("kql-not-function", `'${e.name.text}' is a table and takes no arguments.`, e.span);
        return bindLocal(b, e.name.text, e.name.span);
      }
      for (const a of e.args) if (a.kind !== "pipeline" && a.kind !== "named") bindExpression(b, a, context);
      if (!tellWorkspaceFunction(b, e.name.text, e.name.span)) {
        const absent = absentFunction(b, e.name.text, e.name.span, known);
        if (absent) return absent;
        b.unknown("function", e.name.text, e.name.span, known, "");
      }
      return unknownTable(b, e.name.text, e.name.span);
    }
  }
}

/** `graph("name")`: a graph that the query has named so; models and snapshots live in a service. */
function storedGraph(b: Binding, e: Extract<Expression, { kind: "call" }>, environment: Environment): Rows | undefined {
  const [name] = e.args;
  const value = name ? b.constant(bindExpression(b, name, { environment, row: undefined }))?.value : undefined;
  const entity = typeof value === "string" ? environment.find(value) : undefined;
  if (entity?.kind === "rows" && entity.rows.graph) return entity.rows;
  b.fail("kql-refused", `'graph' reads a stored graph of the service, and there is none here. Build it: `
    + "'Edges | make-graph Source --> Target with Nodes on Id'.", e.span);
  return undefined;
}

function rowsOfFunction(b: Binding, e: Extract<Expression, { kind: "call" }>,
  environment: Environment): Rows | undefined {
  const entity = entityNamed(b, e.name.text, environment);
  if (entity?.kind !== "function") return undefined;
  const result = bindFunction(b, entity, e.args, e.span, { environment, row: undefined }, bindExpression, undefined);
  if (result.kind === "rows") return { ...result.rows, name: e.name.text };
  b.fail("kql-table-needed", `'${e.name.text}' gives a value, and a table is needed here.`, e.span);
  return undefined;
}

function tableByName(b: Binding, e: Extract<Expression, { kind: "call" }>, environment: Environment): Rows | undefined {
  const [name] = e.args;
  const value = name ? b.constant(bindExpression(b, name, { environment, row: undefined }))?.value : undefined;
  if (name && typeof value === "string") {
    const entity = environment.find(value);
    if (entity?.kind === "rows") return fresh(b, { ...entity.rows, name: value });
    return bindLocal(b, value, name.span);
  }
  b.fail("kql-constant-needed", "'table' takes the name of a table as a constant.", e.span);
  return undefined;
}

/** What stands before the dot must be a place; which one is not looked at. */
function checkPlace(b: Binding, e: Expression, environment: Environment): void {
  for (let place: Expression | undefined = e; place;) {
    if (place.kind === "name" && environment.find(place.name)?.kind === "database") return;
    if (place.kind !== "call"
      || !PLACES.has(place.name.text)) {
      if (place.kind !== "member") {
        b.fail("kql-table-needed", "Expected database(…), cluster(…) or workspace(…) before the dot.", place.span);
        return;
      }
      place = place.of;
      continue;
    }
    place = place.of;
  }
}

/** The rows again: nodes keep their places but get ids of their own, so that each use is a step of its own. */
export function fresh(b: Binding, rows: Rows): Rows {
  if (!b.used.has(rows.plan)) {
    b.used.add(rows.plan);
    return rows;
  }
  return { ...rows, plan: renumber(b, rows.plan) };
}

function renumber(b: Binding, plan: Plan): Plan {
  // What is computed once stays one node, and so stays everything below it.
  if (plan.op === "cached" || !b.spend(plan.span)) return plan;
  const id = b.id();
  switch (plan.op) {
    case "scan": case "values": case "range": case "hole":
      return { ...plan, id };
    case "join":
      return { ...plan, id, left: renumber(b, plan.left), right: renumber(b, plan.right) };
    case "union":
      return { ...plan, id, inputs: plan.inputs.map((i) => renumber(b, i)) };
    case "expand":
      return { ...plan, id, input: renumber(b, plan.input), ...(plan.body ? { body: renumber(b, plan.body) } : {}) };
    case "partition":
      return { ...plan, id, input: renumber(b, plan.input), body: renumber(b, plan.body) };
    default:
      return { ...plan, id, input: renumber(b, plan.input) };
  }
}
