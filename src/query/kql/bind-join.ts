/** `join` and `lookup`: both sides, what must agree, and the names of the columns that come out. */
import type { Expr, JoinKind } from "../plan";
import { conversionCost, convert } from "../scope";
import { functions } from "../functions";
import type { ScalarType } from "../../table";
import { bindExpression, conjuncts } from "./bind-expression";
import { passOn } from "./bind-row";
import { isNothing, type Binding } from "./binding";
import { Environment, RowScope, type BoundColumn, type Rows } from "./environment";
import { nearest } from "../../base";
import type { Expression, OperatorOf } from "./syntax";
import { JOIN_KINDS } from "./vocabulary";

type Join = OperatorOf<"join" | "lookup">;

export function bindJoin(b: Binding, op: Join, input: Rows, environment: Environment): Rows {
  const right = b.grammar.rowsOf(b, op.right, environment) ?? b.rows({ op: "hole" }, [], op.right.span, "", true);
  const kind = kindOf(b, op);
  const sides = { left: RowScope.of(input), right: RowScope.of(right) };
  const on: (readonly [Expr, Expr])[] = [];
  const rightKeys = new Set<string>();
  for (const item of op.on.flatMap(conjuncts)) {
    const pair = bindPair(b, item, sides, environment);
    if (!pair) continue;
    on.push(pair);
    if (pair[1].kind === "column") rightKeys.add(pair[1].name);
  }
  const joined = { op: "join", left: input.plan, right: right.plan, kind, on } as const;
  const open = input.open || right.open;
  switch (kind) {
    case "leftsemi": case "leftanti":
      return b.rows(joined, input.columns, op.span, op.word, input.open);
    case "rightsemi": case "rightanti":
      return b.rows(joined, right.columns, op.span, op.word, right.open);
    default: {
      const columns = sideBySide(input.columns, right.columns);
      const rows = b.rows(joined, columns, op.span, op.word, open);
      if (op.kind === "join") return rows;
      // A lookup does not repeat the keys of its right side.
      const kept = columns.filter((_, i) => i < input.columns.length
        || !rightKeys.has(right.columns[i - input.columns.length]?.name ?? ""));
      const names = sideBySide(input.columns, right.columns.filter((c) => !rightKeys.has(c.name)));
      const outputs = passOn(kept, op.wordSpan).map((o, i) => ({ ...o, name: names[i]?.name ?? o.name }));
      return b.rows({ op: "project", input: rows.plan, outputs }, names, op.span, "", open);
    }
  }
}

function kindOf(b: Binding, op: Join): JoinKind {
  const given = op.parameters.find((p) => p.name.text === "kind")?.value;
  if (!given && op.kind === "join") {
    const at = { from: op.wordSpan.to, to: op.wordSpan.to };
    b.note("kql-join-unique", "Without a kind, a join keeps one left row of each key (innerunique); kind=inner keeps all.",
      op.wordSpan, { fix: { title: "Write kind=inner", edits: [{ span: at, insert: " kind=inner" }] } });
  }
  if (!given) return op.kind === "join" ? "innerunique" : "leftouter";
  const word = given.kind === "name" ? given.name : "";
  const kind = JOIN_KINDS.get(word);
  const allowed = op.kind === "join" ? [...JOIN_KINDS.keys()] : ["leftouter", "inner"];
  if (kind && allowed.includes(word)) return kind;
  const meant = nearest(word, allowed);
  b.fail("kql-join-kind", `'${word}' is no kind of ${op.kind}; the kinds are ${allowed.join(", ")}.`, given.span,
    meant ? { fix: { title: `Replace by '${meant}'`, edits: [{ span: given.span, insert: meant }] } } : {});
  return op.kind === "join" ? "innerunique" : "leftouter";
}

/** `a` (both sides have it) or `$left.a == $right.b`. */
function bindPair(b: Binding, e: Expression, sides: { left: RowScope; right: RowScope },
  environment: Environment): readonly [Expr, Expr] | undefined {
  if (e.kind === "name") {
    const left = bindExpression(b, e, { environment: new Environment(), row: sides.left });
    const right = bindExpression(b, e, { environment: new Environment(), row: sides.right });
    return isMistake(b, left) || isMistake(b, right) ? undefined : agree(b, e, left, right);
  }
  if (e.kind === "binary" && (e.op === "==" || e.op === "=")) {
    const swapped = mentions(e.left, "$right");
    const [l, r] = swapped ? [e.right, e.left] : [e.left, e.right];
    if (!mentions(l, "$left") || !mentions(r, "$right")) {
      b.fail("kql-join-on",
        "Write '$left.Column == $right.Column': a join compares a column of one side with one of the other.", e.span);
      return undefined;
    }
    const row = new RowScope([], false, sides);
    const left = bindExpression(b, l, { environment, row });
    const right = bindExpression(b, r, { environment, row });
    return isMistake(b, left) || isMistake(b, right) ? undefined : agree(b, e, left, right);
  }
  if (e.kind !== "missing") b.fail("kql-join-on",
    "A join matches columns by name, or by '$left.Column == $right.Column'; nothing else.", e.span);
  return undefined;
}

function isMistake(b: Binding, e: Expr): boolean {
  return isNothing(e) && !b.isAbsent(e);
}

function mentions(e: Expression, side: string): boolean {
  switch (e.kind) {
    case "name": return e.name === side;
    case "member": return mentions(e.of, side);
    case "element": return mentions(e.of, side);
    case "call": return e.args.some((a) => mentions(a, side));
    case "unary": return mentions(e.operand, side);
    case "binary": return mentions(e.left, side) || mentions(e.right, side);
    default: return false;
  }
}

/** Brings both sides to one type. */
function agree(b: Binding, e: Expression, left: Expr, right: Expr): readonly [Expr, Expr] | undefined {
  if (left.type === right.type) return [left, right];
  const wider: ScalarType | undefined = left.type === "dynamic" ? right.type : right.type === "dynamic" ? left.type
    : conversionCost(left.type, right.type) !== undefined && conversionCost(right.type, left.type) !== 20
      && rank(right.type) > rank(left.type) ? right.type
    : conversionCost(right.type, left.type) !== undefined ? left.type
    : conversionCost(left.type, right.type) !== undefined ? right.type : undefined;
  if (wider) return [convert(left, wider, functions), convert(right, wider, functions)];
  b.fail("kql-type-mismatch", `A ${left.type} cannot be matched with a ${right.type}.`, e.span);
  return undefined;
}

function rank(type: ScalarType): number {
  return ["int", "long", "real", "decimal"].indexOf(type);
}

/**
 * Columns of both sides; one of the right side that the left has too gets a number that no other column has
 * (`a`, `b`, `a1`).
 */
export function sideBySide(left: readonly BoundColumn[], right: readonly BoundColumn[]): BoundColumn[] {
  const all = [...left, ...right];
  const reserved = new Set(all.map((c) => c.name));
  const used = new Set<string>();
  return all.map((c) => {
    if (!used.has(c.name)) {
      used.add(c.name);
      return c;
    }
    let name = c.name;
    for (let i = 1; used.has(name) || (reserved.has(name) && name !== c.name) || name === c.name; i++) name =
      `${c.name}${i}`;
    used.add(name);
    return { ...c, name };
  });
}
