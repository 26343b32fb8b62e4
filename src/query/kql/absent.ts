/**
 * Names that our facts about tables lack. Every table of a workspace has the standard columns, whether its page lists
 * them or not; logs gain columns and workspaces have tables that no shipped list knows. A lenient scope takes such
 * names with a warning where nothing tells that they are slips; a strict one refuses them, as the cloud would.
 */
import { nearest, type Span } from "../../base";
import { SCALAR_TYPES, type ScalarType } from "../../table";
import type { TableFacts } from "../language";
import type { Expr } from "../plan";
import type { Binding } from "./binding";
import type { Rows, RowScope } from "./environment";

/** Azure Monitor docs, "Standard columns in Azure Monitor Logs". */
const STANDARD: ReadonlyMap<string, ScalarType> = new Map([
  ["TenantId", "string"], ["SourceSystem", "string"], ["Type", "string"], ["MG", "string"], ["_ItemId", "string"],
  ["_ResourceId", "string"], ["_SubscriptionId", "string"], ["_TimeReceived", "datetime"], ["_BilledSize", "real"],
  ["_IsBillable", "string"],
] as const);

/** The two names of the time of an event, which have that type in every table that has them. */
const TIMES = new Set(["TimeGenerated", "Timestamp"]);

/**
 * Types by ending. Azure Monitor docs, "AzureDiagnostics", and "Data Collector API", "Record type and properties".
 */
const ENDINGS: Readonly<Record<string, ScalarType>> = { s: "string", d: "real", b: "bool", t: "datetime", g: "guid" };

/** The table into which any resource may write columns of its own. */
const ANYTHING = "AzureDiagnostics";

/** Facts of a table that is only a name. */
export function nameOnly(name: string): TableFacts {
  return { name, loaded: false, schema: { columns: [], open: true } };
}

/** What a column that we do not know has for a type: by its name, and where columns are named by type, by their ending. */
export function guessedType(column: string, tables: readonly TableFacts[] | undefined): ScalarType {
  if (!tables || tables.length === 0) return "dynamic";
  if (TIMES.has(column)) return "datetime";
  return STANDARD.get(column) ?? (tables.some(namesByType) ? typeOfEnding(column) : undefined) ?? "dynamic";
}

function namesByType(table: TableFacts): boolean {
  return table.name === ANYTHING || table.name.endsWith("_CL");
}

function typeOfEnding(column: string): ScalarType | undefined {
  const ending = /_([sdbtg])$/.exec(column)?.[1];
  const type = ending === undefined ? undefined : ENDINGS[ending];
  return SCALAR_TYPES.find((t) => t === type);
}

/**
 * A column that the rows do not have although they are whole tables, as a value that is missing in every row; undefined
 * where the name is a mistake.
 */
export function absentColumn(b: Binding, name: string, span: Span, row: RowScope): Expr | undefined {
  const tables = row.tables ?? [];
  if (tables.length === 0 || row.namedAlike(name)) return undefined;
  const standard = STANDARD.get(name);
  const inWorkspace = tables.some((t) => t.schema.columns.some((c) => c.name === "TimeGenerated"));
  if (standard && inWorkspace) {
    const [only] = tables;
    // In every row of a table this column holds the table's name.
    if (name === "Type" && only && tables.length === 1) return { kind: "literal", value: only.name, type: standard, span };
    return b.absent(standard, span);
  }
  const byEnding = tables.some((t) => t.name === ANYTHING) ? typeOfEnding(name) : undefined;
  if (byEnding) return b.absent(byEnding, span);
  if (!b.scope.lenient || tables.every((t) => t.loaded)) return undefined;
  if (nearest(name, row.columns.map((c) => c.name)) !== undefined) return undefined;
  const where = tables.length === 1 ? ` of ${tables[0]?.name ?? ""}` : "";
  b.warnOnce(`column ${name}`, "kql-unknown-column",
    `Column '${name}' is not among the columns${where} that are known here, so it counts as empty. `
    + "Where the table has none, the cloud refuses the query.", span);
  return b.absent(guessedType(name, tables), span);
}

/** Rows of a table that is not known; undefined where its name is a slip of a known one, or the scope is strict. */
export function absentTable(b: Binding, name: string, span: Span, known: readonly string[]): Rows | undefined {
  if (!b.scope.lenient || !/^[A-Za-z_]/.test(name)) return undefined;
  const meant = nearest(name, known);
  if (meant !== undefined && isSlip(name, meant)) return undefined;
  b.warn("kql-unknown-table", `Table '${name}' is not one of the known tables, so its columns are not checked.${
    meant === undefined ? "" : ` Did you mean '${meant}'?`}`, span);
  return unknownTable(b, name, span);
}

/** Rows of which only the table's name is known. */
export function unknownTable(b: Binding, name: string, span: Span): Rows {
  return { ...b.rows({ op: "scan", table: name, nullText: "empty" }, [], span, name, true), name,
    tables: [nameOnly(name)] };
}

/**
 * Rows of a saved function that is not known; undefined as for a table. A run then says that there are no rows of it.
 */
export function absentFunction(b: Binding, name: string, span: Span, known: readonly string[]): Rows | undefined {
  if (!b.scope.lenient || !/^[A-Za-z_]/.test(name)) return undefined;
  const meant = nearest(name, known);
  if (meant !== undefined && isSlip(name, meant)) return undefined;
  b.tables.push({ name, span, known: false });
  b.warn("kql-unknown-function", `Function '${name}' is not known here, so the columns that it gives are not checked.${
    meant === undefined ? "" : ` Did you mean '${meant}'?`}`, span);
  return unknownTable(b, name, span);
}

/**
 * Whether one name is so near to another that it must be meant: one letter of a short name, two of a long one.
 * `SigninLog` is a slip of `SigninLogs`; `Syslog_CL` and `StorageQueueLogs` are tables of their own.
 */
function isSlip(written: string, meant: string): boolean {
  return nearest(written, [meant], written.length < 8 ? 2 : 3) !== undefined;
}
