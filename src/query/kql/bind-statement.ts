/** Statements: what `let` and its kin name, and which of them is the query. */
import { isNumeric, type ScalarType } from "../../table";
import type { Expr, Named, Plan } from "../plan";
import { convert } from "../scope";
import { functions } from "../functions";
import { bindExpression } from "./bind-expression";
import { checkFunction, type FunctionEntity } from "./bind-function";
import { nameInBody, severalOf } from "./bind-several";
import { withFurther } from "./bind-further";
import { bindOption, withOptions } from "./bind-option";
import { nothing, type Binding } from "./binding";
import type { Environment, Rows } from "./environment";
import { parseConstant } from "./parser";
import { entityNamed } from "./saved";
import type { FunctionParameter, Program, Statement } from "./syntax";
import { isTabular } from "./tabular";

/** Binds all statements; each that is an expression is a query, and the last of them is what the program gives. */
export function bindProgram(b: Binding, program: Program, environment: Environment): Rows | undefined {
  const results: Rows[] = [];
  for (const statement of program.statements) {
    if (statement.kind !== "query") declare(b, statement, environment);
    else {
      const rows = bindQuery(b, statement, environment);
      if (rows) results.push(rows);
    }
  }
  const last = program.statements[program.statements.length - 1];
  if (results.length === 0 && last && last.kind !== "refused" && !program.statements.some((s) => s.kind === "query")) {
    b.warn("kql-no-query", "These statements only name things; write a query behind the last ';'.", last.span);
  }
  for (const r of results) b.several.delete(r.plan.id);
  for (const { word, span } of b.several.values()) b.fail("kql-several-results",
    `'${word}' gives several results, so it stands last in a query and nowhere inside of one.`, span);
  const all = together(results.map((r) => withFurther(b, r)));
  return all && (b.now !== undefined || b.mostRows !== undefined) ? withOptions(b, all) : all;
}

/** Kusto docs: Batches: several queries give several results. */
function together(results: readonly Rows[]): Rows | undefined {
  const last = results[results.length - 1];
  if (!last || results.length === 1) return last;
  const all = results.flatMap(({ plan, name }, i): Named<Plan>[] => {
    const { earlier = [], name: own, ...bare } = plan;
    return [...earlier, { name: own ?? name ?? `Result ${i + 1}`, value: bare }];
  });
  const root = all.pop();
  return root ? { ...last, plan: { ...root.value, earlier: all, name: root.name } } : last;
}

function bindQuery(b: Binding, statement: Extract<Statement, { kind: "query" }>,
  environment: Environment): Rows | undefined {
  const { value } = statement;
  if (value.kind === "missing") return undefined;
  const scalar = value.kind !== "pipeline" && !isTabular(b, value, { environment, row: undefined })
    && (value.kind !== "name" || entityNamed(b, value.name, environment)?.kind === "scalar") && value.kind !== "call"
      && value.kind !== "member";
  if (scalar) {
    b.fail("kql-table-needed", "A query gives rows, and this is a value. Put 'print' before it.", value.span,
      { fix: { title: "Put 'print' before it",
        edits: [{ span: { from: value.span.from, to: value.span.from }, insert: "print " }] } });
    return undefined;
  }
  b.rendering = undefined;
  const rows = b.grammar.rowsOf(b, value, environment);
  // A chart is drawn of the last rows only; one asked for inside (of a function, of a `let`) is not of them.
  if (value.kind !== "pipeline" || value.operators[value.operators.length - 1]?.kind !== "render") b.rendering =
    undefined;
  if (rows && value.kind !== "pipeline") b.outline.push({ label: "query", span: statement.span, plan: rows.plan.id });
  return rows;
}

/** A statement that names something. */
export function declare(b: Binding, statement: Statement, environment: Environment): void {
  if ((statement.kind === "let" || statement.kind === "function") && environment.declares(statement.name.text)) {
    b.fail("kql-duplicate-name", `'${statement.name.text}' is declared already.`, statement.name.span);
  }
  switch (statement.kind) {
    case "let": {
      const name = statement.name.text;
      const context = { environment, row: undefined };
      if (isTabular(b, statement.value, context)) {
        const rows = b.grammar.tabularOf(b, statement.value, environment);
        environment.define(name,
          { kind: "rows", rows: { ...(rows ?? b.rows({ op: "hole" }, [], statement.span, "", true)), name } });
        b.outline.push({ label: `let ${name}`, span: statement.span, ...(rows ? { plan: rows.plan.id } : {}) });
        return;
      }
      // A name that is neither a column nor a value may be meant as a table; the message says so then.
      if (statement.value.kind === "name" && !environment.find(statement.value.name)) {
        const rows = b.grammar.tabularOf(b, statement.value, environment);
        environment.define(name, { kind: "rows", rows: rows ?? b.rows({ op: "hole" }, [], statement.span, "", true) });
        return;
      }
      if (isUnknownCall(b, statement, environment)) {
        const rows = b.grammar.tabularOf(b, statement.value, environment);
        environment.define(name, { kind: "rows", rows: rows ?? b.rows({ op: "hole" }, [], statement.span, "", true) });
        return;
      }
      environment.define(name, { kind: "scalar", value: bindExpression(b, statement.value, context) });
      b.outline.push({ label: `let ${name}`, span: statement.span });
      return;
    }
    case "function": {
      const entity: FunctionEntity = {
        kind: "function", name: statement.name.text, body: statement.body, environment: environment.sofar(),
      };
      const before = b.outline.length;
      checkFunction(b, entity, bindExpression, (e, context) =>
        severalOf(b, e, context, bindExpression, nameInBody, (call) => call));
      b.outline.length = before;
      environment.define(statement.name.text, entity);
      b.outline.push({ label: `let ${statement.name.text}`, span: statement.span });
      return;
    }
    case "parameters":
      for (const p of statement.parameters) environment.define(p.name.text,
        { kind: "scalar", value: parameterValue(b, p, environment) });
      return;
    case "pattern":
      environment.define(statement.name.text, { kind: "pattern", name: statement.name.text, entries: statement.entries,
        environment: environment.sofar() });
      return;
    case "alias":
      environment.define(statement.name.text, { kind: "database" });
      return;
    case "set":
      bindOption(b, statement, environment);
      return;
    case "refused":
      b.fail("kql-refused", refusal(statement.word), statement.span);
      return;
    case "query":
      return;
    default: {
      const never: never = statement;
      return never;
    }
  }
}

/** A call of something that neither the query nor the registry knows: a saved function, which mostly gives rows. */
function isUnknownCall(b: Binding, statement: Extract<Statement, { kind: "let" }>, environment: Environment): boolean {
  const { value } = statement;
  return value.kind === "call" && !value.of && value.name.text.startsWith("_Get")
    && !entityNamed(b, value.name.text, environment)
    && !b.scope.table(value.name.text);
}

function parameterValue(b: Binding, p: FunctionParameter, environment: Environment): Expr {
  const type: ScalarType = p.type ?? "dynamic";
  const given = b.scope.parameter?.(p.name.text);
  if (given !== undefined) {
    const { expression, diagnostics } = parseConstant(given, p.name.span);
    const written = expression.kind === "literal" || expression.kind === "unary" || expression.kind === "call";
    const value = diagnostics.length === 0 && written ? b.constant(bindExpression(b, expression, { environment, row: undefined }))
      : undefined;
    const fits = value && (value.type === type || value.value === null || (isNumeric(value.type) && isNumeric(type)));
    if (fits) return convert({ kind: "literal", value: value.value, type: value.type, span: p.name.span }, type,
      functions);
    // A host that hands a text over as it was typed means that text.
    if (type === "string") return { kind: "literal", value: given, type, span: p.name.span };
    b.fail("kql-parameter-value", `The query parameter '${p.name.text}' takes a ${type}, and was given '${given}'.`,
      p.name.span);
  }
  if (p.fallback) return convert(bindExpression(b, p.fallback, { environment, row: undefined }), type, functions);
  b.warn("kql-parameter-unset",
    `The query parameter '${p.name.text}' has no value here and counts as null; give it a default.`, p.name.span);
  return convert(nothing(p.name.span), type, functions);
}

function refusal(word: string): string {
  switch (word) {
    case "management command":
      return "Management commands change or describe a service, and there is none here; only queries are run.";
    case "restrict access":
      return "'restrict access' narrows what a service shows to its users; here every table is your own.";
    default:
      return `'${word}' is not run here.`;
  }
}
