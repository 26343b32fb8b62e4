/** Expressions over the rows at hand, with what must be computed beforehand: window functions, and calls of several columns. */
import type { Span } from "../../base";
import type { Call, Expr, Named } from "../plan";
import { bindExpression } from "./bind-expression";
import { severalOf } from "./bind-several";
import { isNothing, type Binding } from "./binding";
import { Hoisted, RowScope, type BoundColumn, type Context, type Environment, type Rows } from "./environment";
import { originOf } from "./known-values";
import { resultName } from "./names";
import type { Expression } from "./syntax";

/** Binds the expressions of one operator: collects window functions and knows how columns are named. */
export class RowBinder {
  readonly scope: RowScope;
  readonly context: Context;
  private readonly windows = new Hoisted("$w");
  private readonly shared = new Hoisted("$s");

  constructor(readonly b: Binding, readonly input: Rows, readonly environment: Environment) {
    this.scope = RowScope.of(input);
    this.context = { environment, row: this.scope, window: (call) => this.windows.take(call) };
  }

  bind(e: Expression): Expr {
    return bindExpression(this.b, e, this.context);
  }

  /** The columns of a call that gives several, computed once; undefined for what gives one value. */
  several(e: Expression): readonly Named<Expr>[] | undefined {
    return severalOf(this.b, e, this.context, bindExpression, (x) => this.nameOf(x), (call) => this.shared.take(call));
  }

  /** Whether something has been set aside, so that the source has columns of its own. */
  get setsAside(): boolean {
    return this.windows.calls.length + this.shared.calls.length > 0;
  }

  /** The input, behind the nodes that compute what has been set aside. */
  source(span: Span): Rows {
    if (!this.setsAside) return this.input;
    let rows = this.input;
    let stage: Named<Call>[] = [];
    const flush = (): void => {
      if (stage.length === 0) return;
      const columns = [...rows.columns, ...stage.map((w): BoundColumn => ({ name: w.name, type: w.value.type }))];
      rows = this.b.rows({ op: "window", input: rows.plan, by: [], order: [], outputs: stage }, columns, span, "",
        rows.open);
      stage = [];
    };
    for (const call of this.windows.calls) {
      // A window function over another's result (`row_window_session(…, prev(a) != a)`) needs that computed before it.
      if (call.value.args.some((a) => reads(a, stage))) flush();
      stage.push(call);
    }
    flush();
    if (this.shared.calls.length === 0) return rows;
    const columns = [...rows.columns, ...this.shared.calls.map((s): BoundColumn => ({ name: s.name, type: s.value.type }))];
    return this.b.rows({ op: "extend", input: rows.plan, outputs: this.shared.calls }, columns, span, "", rows.open);
  }

  /** The name that an expression gives to its column. */
  nameOf(e: Expression): string | undefined {
    return resultName(e, (of) => this.typeOf(of) === "dynamic", (name) => this.scope.named(name) !== undefined);
  }

  /** A column that plainly is a scanned one keeps that knowledge. */
  column(name: string, value: Expr): BoundColumn {
    const origin = originOf(value, (n) => this.scope.named(n));
    return { name, type: value.type, ...(origin ? { origin } : {}), ...(this.isGuessed(value) ? { guessed: true } : {}) };
  }

  /** Whether the value's type is a guess, since its column is not known. */
  isGuessed(value: Expr): boolean {
    let root = value;
    while (root.kind === "call" && root.fn.startsWith("path.") && root.args[0]) [root] = root.args as [Expr];
    if (root.kind !== "column") return isNothing(root) || this.b.isAbsent(root);
    const column = this.scope.named(root.name);
    return column ? column.guessed === true : !root.name.startsWith("$");
  }

  /** The type of what stands before a dot; only names and paths are asked for. */
  private typeOf(e: Expression): Expr["type"] {
    if (e.kind === "name") {
      const column = this.scope.named(e.name) ?? this.scope.namedAlike(e.name);
      if (column) return column.type;
      const entity = this.environment.find(e.name);
      return entity?.kind === "scalar" ? entity.value.type : this.input.open ? "dynamic" : "string";
    }
    if (e.kind === "member" || e.kind === "element") return "dynamic";
    if (e.kind === "call" || e.kind === "literal") return "dynamic";
    return "string";
  }
}

function reads(e: Expr, calls: readonly Named<Call>[]): boolean {
  const todo = [e];
  for (let next = todo.pop(); next; next = todo.pop()) {
    const { kind } = next;
    if (kind === "column") {
      const { name } = next;
      if (calls.some((c) => c.name === name)) return true;
    } else if (kind === "call") todo.push(...next.args);
  }
  return false;
}

/** Columns as expressions that pass them on. */
export function passOn(columns: readonly BoundColumn[], span: Span): { name: string; value: Expr }[] {
  return columns.map((c) => ({ name: c.name, value: { kind: "column", name: c.name, type: c.type, span } }));
}
