/** Tree → text: one line an operator. What is printed parses to the same tree; comments are not in the tree. */
import { quoteName } from "./binding";
import { printGraphOperator } from "./print-graph";
import { operatorNamed } from "./vocabulary";
import type { Expression, FunctionBody, FunctionParameter, Operator, OrderedKey, ParsePart, Program, Statement,
  TypedName } from "./syntax";

export function printProgram(program: Program): string {
  return program.statements.map(printStatement).join(";\n");
}

function printStatement(s: Statement): string {
  switch (s.kind) {
    case "let": return `let ${quoteName(s.name.text)} = ${printExpression(s.value)}`;
    case "function": return `let ${quoteName(s.name.text)} = ${printFunction(s.body)}`;
    case "query": return printExpression(s.value);
    case "set": return `set ${s.name.text}${s.value ? ` = ${printExpression(s.value)}` : ""}`;
    case "parameters": return `declare query_parameters(${s.parameters.map(printParameter).join(", ")})`;
    case "alias": return `alias database ${quoteName(s.name.text)} = ${printExpression(s.value)}`;
    case "pattern": case "refused": return s.rest;
    default: {
      const never: never = s;
      return never;
    }
  }
}

function printFunction(f: FunctionBody): string {
  return `${f.view ? "view "
    : ""}(${f.parameters.map(printParameter).join(", ")}) {\n${f.statements.map(printStatement).join(";\n")}\n}`;
}

function printParameter(p: FunctionParameter): string {
  const type = p.tabular ? `(${p.table ? printTyped(p.table) : "*"})` : p.type ?? "dynamic";
  return `${quoteName(p.name.text)}: ${type}${p.fallback ? ` = ${printExpression(p.fallback)}` : ""}`;
}

function printTyped(names: readonly TypedName[]): string {
  return names.map((n) =>
    (n.name.text === "*" || n.name.text === "pack_all()" ? n.name.text : n.name.text === "" ? n.type ?? "" : n.type ? `${quoteName(n.name.text)}: ${n.type}`
    : quoteName(n.name.text))).join(", ");
}

/** How tightly an expression holds together; an operand that holds less tightly gets brackets. */
type Level = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

function levelOf(e: Expression): Level {
  switch (e.kind) {
    case "binary":
      if (e.op === "or") return 1;
      if (e.op === "and") return 2;
      if (e.op === "==" || e.op === "!=" || e.op === "<>") return 3;
      if (["<", "<=", ">", ">="].includes(e.op)) return 4;
      if (e.op === "+" || e.op === "-") return 5;
      return e.op === "*" || e.op === "/" || e.op === "%" ? 6 : 7;
    case "among": case "between": return 3;
    case "pipeline": case "named": return 0;
    case "unary": return 8;
    default: return 8;
  }
}

function operand(e: Expression, least: number): string {
  const text = printExpression(e);
  return levelOf(e) < least || e.kind === "pipeline" ? `(${text})` : text;
}

/** Words that end an expression where they are not quoted. */
const ENDING = new Set(["and", "or", "by", "on", "to", "asc", "desc", "nulls", "matches", "between"]);

/** Operators that a call of their name must not be read as. */
const STARTING = new Set(["print", "union", "search", "find"]);

export function printExpression(e: Expression): string {
  switch (e.kind) {
    case "literal": return e.text;
    case "name": return ENDING.has(e.name) ? `['${e.name}']` : quoteName(e.name);
    case "wildcard": return e.pattern;
    case "member": return `${base(e.of)}.${quoteName(e.name.text)}`;
    case "element": return `${base(e.of)}[${printArgument(e.index)}]`;
    case "call": return `${e.of ? `${base(e.of)}.`
      : ""}${STARTING.has(e.name.text) ? `['${e.name.text}']` : quoteName(e.name.text)}(${printArguments(e.args)})`;
    case "unary": return `${e.op}${operand(e.operand, 8)}`;
    case "binary": return printBinary(e);
    case "among": return `${operand(e.left, 4)} ${e.op} (${printArguments(e.items)})`;
    case "between": return `${operand(e.value, 4)} ${e.negated ? "!between"
      : "between"} (${operand(e.from, 5)} .. ${operand(e.to, 5)})`;
    case "named": return `${e.names.length === 1 ? quoteName(e.names[0]?.text ?? "")
      : `(${e.names.map((n) => quoteName(n.text)).join(", ")})`} = ${printArgument(e.value)}`;
    case "pipeline": return printPipeline(e);
    case "typeof": return `typeof(${printTyped(e.types)})`;
    case "missing": return "";
    default: {
      const never: never = e;
      return never;
    }
  }
}

function base(e: Expression): string {
  return e.kind === "name" || e.kind === "member" || e.kind === "element" || e.kind === "call" || e.kind === "literal"
    ? printExpression(e) : `(${printExpression(e)})`;
}

function printBinary(e: Extract<Expression, { kind: "binary" }>): string {
  // The left spine in a loop: a sum of a thousand terms leans to the left.
  const parts: string[] = [];
  let left: Expression = e;
  while (left.kind === "binary" && levelOf(left) === levelOf(e)) {
    const level = levelOf(left);
    const chains = level === 1 || level === 2 || level === 5 || level === 6;
    parts.push(`${left.op} ${rightOf(left)}`);
    left = left.left;
    if (!chains) return [operand(left, level + 1), ...parts.reverse()].join(" ");
  }
  return [operand(left, levelOf(e)), ...parts.reverse()].join(" ");
}

/** An expression where a pipeline stands in brackets, lest what follows be read as part of it. */
function printArgument(e: Expression): string {
  return e.kind === "pipeline" ? `(${printPipeline(e)})` : printExpression(e);
}

/** Arguments in brackets of their own: a pipeline that is alone there needs no others. */
function printArguments(args: readonly Expression[]): string {
  const [only] = args;
  return only && args.length === 1 ? printExpression(only) : args.map(printArgument).join(", ");
}

/** The right side of an operator. Behind a colon a type's word opens no literal, so that gets brackets. */
function rightOf(e: Extract<Expression, { kind: "binary" }>): string {
  const text = operand(e.right, levelOf(e) + 1);
  // Without brackets a star would be a product with what follows.
  return e.right.kind === "wildcard" || (e.op === ":" && e.right.kind === "literal" && e.right.type !== "string")
    ? `(${text})` : text;
}

function printPipeline(e: Extract<Expression, { kind: "pipeline" }>): string {
  const operators = e.operators.map(printOperator);
  if (!e.source) return operators.join("\n| ");
  const source = e.source.kind === "pipeline" ? `(${printExpression(e.source)})` : operand(e.source, 0);
  return [source, ...operators].join("\n| ");
}

function list(items: readonly Expression[]): string {
  return items.map(printArgument).join(", ");
}

function key(k: OrderedKey): string {
  return `${printArgument(k.value)}${k.order ? ` ${k.order}` : ""}${k.nulls ? ` nulls ${k.nulls}` : ""}`;
}

export function printOperator(op: Operator): string {
  const head = [op.word, ...op.parameters.map((p) => `${p.name.text}=${printArgument(p.value)}`)].join(" ");
  const rest = printBody(op);
  return rest === "" ? head : `${head} ${rest}`;
}

function table(e: Expression): string {
  return e.kind === "wildcard" ? e.pattern : base(e);
}

function printBody(op: Operator): string {
  switch (op.kind) {
    case "where": case "graph-where-nodes": case "graph-where-edges": return printArgument(op.predicate);
    case "make-graph": case "graph-match": case "graph-shortest-paths": case "graph-to-table":
      return printGraphOperator(op, { expression: printArgument, body: printExpression,
        table: (e) => (e.kind === "pipeline" ? `(${printPipeline(e)})` : table(e)) });
    case "extend": case "project": case "print": case "serialize": case "project-rename": case "project-away":
      case "project-keep":
      case "distinct":
      return list(op.items);
    case "project-reorder": return op.keys.map(key).join(", ");
    case "summarize": return [list(op.items), op.by.length > 0 ? `by ${list(op.by)}`
      : ""].filter((x) => x !== "").join(" ");
    case "sort": return `by ${op.keys.map(key).join(", ")}`;
    case "top": return `${printArgument(op.count)} by ${op.keys.map(key).join(", ")}`;
    case "top-nested":
      return op.levels.map((l) => `${l.count ? `${printArgument(l.count)} `
        : ""}of ${printArgument(l.of)}${l.others ? ` with others = ${printArgument(l.others)}`
        : ""} by ${key(l.by)}`)
        .join(", top-nested ");
    case "take": case "sample": return printArgument(op.count);
    case "sample-distinct": return `${printArgument(op.count)} of ${printArgument(op.of)}`;
    case "count": return op.name ? `as ${quoteName(op.name.text)}` : "";
    case "getschema": case "consume": case "broken": case "graph-mark-components": return "";
    case "join": case "lookup": return `${table(op.right)} on ${list(op.on)}`;
    case "union": return op.tables.map(table).join(", ");
    case "mv-expand": case "mv-apply": {
      const items = op.items.map((i) => `${i.name ? `${quoteName(i.name.text)} = `
        : ""}${printArgument(i.value)}${i.type ? ` to typeof(${i.type})` : ""}`).join(", ");
      const limit = op.limit ? ` limit ${printArgument(op.limit)}` : "";
      return `${items}${limit}${op.kind === "mv-apply" ? ` on (\n${printPipeline(op.body)}\n)` : ""}`;
    }
    case "parse": case "parse-where": return `${printArgument(op.value)} with ${printPattern(op.parts)}`;
    case "parse-kv":
      return `${printArgument(op.value)} as (${printTyped(op.columns)})${op.options.length > 0
        ? ` with (${op.options.map((o) => `${o.name.text}=${printArgument(o.value)}`).join(", ")})` : ""}`;
    case "as": return quoteName(op.name.text);
    case "invoke": return printArgument(op.call);
    case "evaluate": return `${printArgument(op.call)}${op.schema ? ` : (${printTyped(op.schema)})` : ""}`;
    case "search": return `${op.tables.length > 0 ? `in (${op.tables.map(table).join(", ")}) ` : ""}${printArgument(op.predicate)}`;
    case "find":
      return `${op.tables.length > 0 ? `in (${op.tables.map(table).join(", ")}) `
        : ""}where ${printArgument(op.predicate)}${op.columns ? ` project ${printTyped(op.columns)}` : ""}`;
    case "partition": return op.body.source || operatorNamed(op.body.operators[0]?.word ?? "")?.source ? `by ${printArgument(op.by)} {\n${printPipeline(op.body)}\n}`
      : `by ${printArgument(op.by)} (\n${printPipeline(op.body)}\n)`;
    case "make-series": {
      const items = op.items.map((i) => `${printArgument(i.value)}${i.fallback
        ? ` default = ${printArgument(i.fallback)}` : ""}`).join(", ");
      const bound = (word: string, e: Expression | undefined): string => (e ? ` ${word} ${printArgument(e)}` : "");
      const by = op.by.length > 0 ? ` by ${list(op.by)}` : "";
      if (op.inRange) return `${items} on ${printArgument(op.axis)} in range(${list([op.from, op.to, op.step]
        .flatMap((e) => (e ? [e] : [])))})${by}`;
      return `${items} on ${printArgument(op.axis)}${bound("from", op.from)}${bound("to", op.to)}${bound("step",
        op.step)}${by}`;
    }
    case "project-by-names": return list(op.items);
    case "top-hitters": return `${printArgument(op.count)} of ${printArgument(op.of)}${op.by
      ? ` by ${printArgument(op.by)}` : ""}`;
    case "reduce": return `by ${printArgument(op.by)}${op.options.length === 0 ? ""
      : ` with ${op.options.map((o) => `${o.name.text}=${printArgument(o.value)}`).join(", ")}`}`;
    case "assert-schema": return `(${printTyped(op.columns)})`;
    case "fork": return op.branches.map((x) => `${x.name ? `${quoteName(x.name.text)}=` : ""}(\n${printPipeline(
      x.body)}\n)`).join(" ");
    case "facet": return `by ${list(op.by)}${op.body ? ` with (\n${printPipeline(op.body)}\n)` : ""}`;
    case "scan": return printScan(op);
    case "range": return `${quoteName(op.name.text)} from ${printArgument(op.from)} to ${printArgument(
      op.to)} step ${printArgument(op.step)}`;
    case "datatable": return `(${printTyped(op.columns)}) [${list(op.values)}]`;
    case "externaldata": return `(${printTyped(op.columns)}) ${op.rest}`.trim();
    case "render": case "refused": return op.rest;
    default: {
      const never: never = op;
      return never;
    }
  }
}

function printScan(op: Extract<Operator, { kind: "scan" }>): string {
  const columns = op.columns.map((c) => `${quoteName(c.name.text)}: ${c.type ?? "dynamic"}${c.fallback
    ? ` = ${printArgument(c.fallback)}` : ""}`);
  const steps = op.steps.map((s) => `step ${quoteName(s.name.text)}${s.optional ? " optional" : ""}${s.output
    ? ` output=${s.output.text}` : ""}: ${printArgument(s.condition)}${s.assignments.length > 0
    ? ` => ${list(s.assignments)}` : ""};`);
  return [
    op.order.length > 0 ? `order by ${op.order.map(key).join(", ")}` : "",
    op.partition.length > 0 ? `partition by ${list(op.partition)}` : "",
    columns.length > 0 ? `declare (${columns.join(", ")})` : "",
    `with (\n${steps.join("\n")}\n)`,
  ].filter((x) => x !== "").join(" ");
}

/** Two texts one behind the other would be read as one; a comma keeps them apart. */
function printPattern(parts: readonly ParsePart[]): string {
  return parts.map((p, i) => `${i === 0 ? "" : p.kind === "text" && parts[i - 1]?.kind === "text" ? ", " : " "}${part(p)}`).join("");
}

function part(p: ParsePart): string {
  switch (p.kind) {
    case "text": return p.text;
    case "star": return "*";
    case "column": return `${quoteName(p.name.text)}${p.type ? `:${p.type}` : ""}`;
    default: {
      const never: never = p;
      return never;
    }
  }
}
