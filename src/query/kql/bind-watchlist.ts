/** Sentinel's watchlists: a table of the workspace by its alias, with the column that rules look up. */
import { nearest } from "../../base";
import { tableOf } from "../../table";
import { functions } from "../functions";
import { convert } from "../scope";
import { apply } from "./apply";
import { bindExpression } from "./bind-expression";
import { passOn } from "./bind-row";
import type { Binding } from "./binding";
import type { BoundColumn, Environment, Rows } from "./environment";
import { schemaOf } from "./environment";
import { scanTable } from "./scan";
import type { Expression } from "./syntax";

type Call = Extract<Expression, { kind: "call" }>;

/** Functions of the service that read watchlists. Microsoft Sentinel docs: "Build queries with watchlists". */
export const WATCHLIST_FORMS: ReadonlySet<string> = new Set(["_GetWatchlist", "_GetWatchlistAlias"]);

/** `_GetWatchlist("alias" [, keys])`: `SearchKey` and the columns of the list; `_GetWatchlistAlias()`: all aliases. */
export function bindWatchlist(b: Binding, e: Call, environment: Environment): Rows {
  const aliases = b.scope.watchlists?.() ?? [];
  if (e.name.text === "_GetWatchlistAlias") {
    const columns: BoundColumn[] = [{ name: "WatchlistAlias", type: "string" }];
    const table = tableOf(schemaOf(columns, false), aliases.map((a) => [a]));
    return b.rows({ op: "values", table }, columns, e.span, e.name.text);
  }
  const args = e.args.map((a) => (a.kind === "named" ? a.value : a));
  const [first, keys] = args;
  const alias = first ? b.constant(bindExpression(b, first, { environment, row: undefined }))?.value : undefined;
  if (!first || typeof alias !== "string") {
    // A parameter of a function that is only being checked has no value yet.
    if (alias !== null) b.fail("kql-constant-needed", `'${e.name.text}' takes the alias of a watchlist as a constant.`,
      (first ?? e).span);
    return unknown(b, e);
  }
  const list = b.scope.watchlist?.(alias);
  const read = list && scanTable(b, list.table, e.span);
  if (!list || !read) {
    const meant = nearest(alias, aliases);
    b.fail("kql-unknown-watchlist", `There is no watchlist '${alias}' here.${meant ? ` Did you mean '${meant}'?`
      : " Put its rows into a CSV file or a note of the vault to have one."}`, first.span,
      meant ? { fix: { title: `Replace by '${meant}'`, edits: [{ span: first.span, insert: JSON.stringify(meant) }] } }
        : {});
    return unknown(b, e);
  }
  const rows = withSearchKey(b, e, { ...read, plan: { ...read.plan, label: e.name.text } }, list.searchKey);
  if (!keys) return rows;
  const wanted = bindExpression(b, keys, { environment, row: undefined });
  const key = { kind: "column", name: "SearchKey", type: "string", span: e.span } as const;
  const term = apply(b, "in", [key, convert(wanted, "dynamic", functions)], e.span, e.name.text);
  return b.rows({ op: "filter", input: rows.plan, terms: [term] }, rows.columns, e.span, "", rows.open);
}

function withSearchKey(b: Binding, e: Call, rows: Rows, searchKey: string | undefined): Rows {
  if (rows.columns.some((c) => c.name === "SearchKey")) return rows;
  const key = rows.columns.find((c) => c.name === searchKey) ?? rows.columns[0];
  const value = key
    ? convert({ kind: "column", name: key.name, type: key.type, span: e.span }, "string", functions)
    : { kind: "literal", value: "", type: "string", span: e.span } as const;
  const columns = [{ name: "SearchKey", type: "string" } as const, ...rows.columns];
  const outputs = [{ name: "SearchKey", value }, ...passOn(rows.columns, e.span)];
  return b.rows({ op: "project", input: rows.plan, outputs }, columns, e.span, "", rows.open);
}

function unknown(b: Binding, e: Call): Rows {
  return b.rows({ op: "hole" }, [{ name: "SearchKey", type: "string" }], e.span, "", true);
}
