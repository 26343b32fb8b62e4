/** Whether an expression gives rows or a value: the same place in a query may hold either. */
import { nothing, type Binding } from "./binding";
import { Environment, type Context, type Entity } from "./environment";
import { entityNamed } from "./saved";
import type { Expression, FunctionBody } from "./syntax";
import { PLACES } from "./vocabulary";

/** Whether an expression gives rows: a pipeline, a table's name, a call that gives a table. */
export function isTabular(b: Binding, e: Expression, context: Context): boolean {
  if (isPatternCall(e, context)) return true;
  switch (e.kind) {
    case "pipeline":
      return true;
    case "name": {
      if (context.row?.named(e.name)) return false;
      const entity = entityNamed(b, e.name, context.environment);
      if (entity?.kind === "function" && entity.saved) return isTabularSaved(b, entity);
      if (entity) return entity.kind === "rows";
      return b.scope.table(e.name) !== undefined || e.name === "_GetWatchlistAlias";
    }
    case "call": {
      if (e.of) return e.name.text === "table" || e.name.text === "database" || e.name.text.startsWith("_Get")
        || (isPlace(e.of) && entityNamed(b, e.name.text, context.environment)?.kind === "function");
      const entity = entityNamed(b, e.name.text, context.environment);
      if (entity?.kind === "function" && entity.saved) return isTabularSaved(b, entity);
      if (entity?.kind === "function") return isTabularBody(b, entity.body, entity.environment);
      return ["materialize", "table", "union", "externaldata", "datatable", "view", "graph", "_GetWatchlist",
        "_GetWatchlistAlias"].includes(e.name.text);
    }
    case "member": {
      let root: Expression = e;
      while (root.kind === "member" || (root.kind === "call" && root.of)) root = root.kind === "member" ? root.of
        : root.of ?? root;
      if (root.kind === "call") return PLACES.has(root.name.text);
      return root.kind === "name" && context.environment.find(root.name)?.kind === "database";
    }
    default:
      return false;
  }
}

function isPatternCall(e: Expression, context: Context): boolean {
  const call = e.kind === "member" || e.kind === "element" ? e.of : e;
  return call.kind === "call" && !call.of && context.environment.find(call.name.text)?.kind === "pattern";
}

function isPlace(e: Expression): boolean {
  return e.kind === "call" && PLACES.has(e.name.text);
}

/** Saved functions may name one another, in a ring too: one that is being asked about gives nothing new. */
function isTabularSaved(b: Binding, f: Extract<Entity, { kind: "function" }>): boolean {
  if (b.asking.has(f.name)) return false;
  b.asking.add(f.name);
  const found = isTabularBody(b, f.body, f.environment);
  b.asking.delete(f.name);
  return found;
}

/** Whether the last expression of a function's body gives rows; names of its own count before those outside. */
function isTabularBody(b: Binding, body: FunctionBody, outside: Environment): boolean {
  const last = body.statements[body.statements.length - 1];
  if (last?.kind !== "query") return false;
  const inside = new Environment(outside);
  const { value } = last;
  if (value.kind === "name") {
    const parameter = body.parameters.find((p) => p.name.text === value.name);
    if (parameter) return parameter.tabular;
    const local = body.statements.find((s) => s.kind === "let" && s.name.text === value.name);
    if (local?.kind === "let") return isTabular(b, local.value, { environment: inside, row: undefined });
  }
  for (const p of body.parameters) if (!p.tabular) inside.define(p.name.text,
    { kind: "scalar", value: nothing(p.name.span) });
  for (const s of body.statements) if (s.kind === "function") inside.define(s.name.text,
    { kind: "function", name: s.name.text, body: s.body, environment: inside.sofar() });
  return isTabular(b, value, { environment: inside, row: undefined });
}
