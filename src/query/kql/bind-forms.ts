/** Forms that look at the query instead of at values: its options (`bin_auto`), the columns of a table (`column_names_of`). */
import type { Expr } from "../plan";
import { apply } from "./apply";
import { nothing, type Binding } from "./binding";
import type { Context, Environment } from "./environment";
import type { Expression } from "./syntax";

type CallExpression = Extract<Expression, { kind: "call" }>;

/** Under this name, which no query can write, stands what `set` says of an option. */
export function optionName(option: string): string {
  return `set ${option}`;
}

function option(environment: Environment, name: string): Expr | undefined {
  const entity = environment.find(optionName(name));
  return entity?.kind === "scalar" ? entity.value : undefined;
}

/** Kusto docs: bin_auto(). Size and fixed point come from `set query_bin_auto_size` and `set query_bin_auto_at`. */
export function bindBinAuto(b: Binding, e: CallExpression, context: Context, bind: (b: Binding, e: Expression, context: Context) => Expr): Expr {
  const [arg] = e.args;
  if (!arg || e.args.length !== 1) {
    b.fail("kql-argument-count", `'bin_auto' takes 1 argument, and here are ${e.args.length}.`, e.span);
    return nothing(e.span);
  }
  const value = bind(b, arg, context);
  const size = option(context.environment, "query_bin_auto_size");
  const at = option(context.environment, "query_bin_auto_at");
  if (!size) {
    b.fail("kql-option-needed", "'bin_auto' needs the size of its bins: write 'set query_bin_auto_size=1h;' before the query.", e.span,
      { fix: { title: "Set bins of an hour", edits: [{ span: { from: 0, to: 0 }, insert: "set query_bin_auto_size=1h;\n" }] } });
    return value;
  }
  return at ? apply(b, "bin_at", [value, size, at], e.span, "bin_auto") : apply(b, "bin", [value, size], e.span, "bin_auto");
}

/** Kusto docs: column_names_of(). Known while binding; nothing is run. */
export function bindColumnNames(b: Binding, e: CallExpression, context: Context): Expr {
  const [table] = e.args;
  if (!table || e.args.length !== 1) {
    b.fail("kql-argument-count", `'column_names_of' takes a table, and here are ${e.args.length} arguments.`, e.span);
    return nothing(e.span);
  }
  const rows = b.grammar.rowsOf(b, table, context.environment);
  if (!rows) return nothing(e.span);
  if (rows.open) b.warn("kql-open-columns", "Which columns this table has depends on its rows; those that are known are given.", table.span);
  return { kind: "literal", value: rows.columns.map((c) => c.name), type: "dynamic", span: e.span };
}
