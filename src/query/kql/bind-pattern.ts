/** `declare pattern`: names that stand for rows, one query per tuple of texts. Kusto docs: Pattern statement. */
import { bindExpression } from "./bind-expression";
import type { Binding } from "./binding";
import { Environment, type Entity, type Rows } from "./environment";
import type { Expression, PatternEntry } from "./syntax";

type Pattern = Extract<Entity, { kind: "pattern" }>;

/** A pattern with the texts it is asked for. */
interface Asked {
  readonly pattern: Pattern;
  readonly name: string;
  readonly args: readonly Expression[];
  readonly path: Expression | undefined;
}

/** `p("a")`, `p("a").path`, `p("a").["path"]`: undefined when no pattern of the query is called. */
export function patternCall(e: Expression, environment: Environment): Asked | undefined {
  const call = e.kind === "member" || e.kind === "element" ? e.of : e;
  if (call.kind !== "call" || call.of) return undefined;
  const pattern = environment.find(call.name.text);
  if (pattern?.kind !== "pattern") return undefined;
  const path = e.kind === "element" ? e.index
    : e.kind === "member" ? { kind: "literal", type: "string", value: e.name.text, text: JSON.stringify(e.name.text),
      span: e.name.span } as const : undefined;
  return { pattern, name: call.name.text, args: call.args, path };
}

export function bindPattern(b: Binding, asked: Asked, e: Expression, environment: Environment): Rows | undefined {
  const { pattern, name } = asked;
  const texts = asked.args.map((a) => textOf(b, a, environment));
  const path = asked.path && textOf(b, asked.path, environment);
  if ([...texts, ...(asked.path ? [path] : [])].some((t) => t === undefined)) {
    b.fail("kql-constant-needed", `A pattern such as '${name}' takes constant texts.`, e.span);
    return undefined;
  }
  const same = (entry: PatternEntry): boolean => entry.values.length === texts.length
    && entry.values.every((v, i) => v === texts[i]) && entry.path === path;
  const entry = pattern.entries.find(same);
  const body = entry?.body[entry.body.length - 1];
  if (entry && body?.kind === "query") {
    const inside = new Environment(pattern.environment);
    for (const statement of entry.body) if (statement.kind !== "query") b.grammar.declare(b, statement, inside);
    return b.grammar.rowsOf(b, body.value, inside);
  }
  const written = `${name}(${texts.map((t) => `"${t}"`).join(", ")})${path === undefined ? "" : `.["${path}"]`}`;
  b.fail("kql-pattern", entry ? `'${written}' has no expression to give back.`
    : `The pattern '${name}' says nothing of ${written}.${pattern.entries.length === 0
      ? " It is declared without entries, which a service would add." : ""}`, e.span);
  return undefined;
}

function textOf(b: Binding, e: Expression, environment: Environment): string | undefined {
  const value = b.constant(bindExpression(b, e, { environment, row: undefined }))?.value;
  return typeof value === "string" ? value : undefined;
}
