/** Tables of the host, read by their names. */
import type { Span } from "../../base";
import type { Binding } from "./binding";
import type { BoundColumn, Rows } from "./environment";

/** Reads a table of the host; undefined when there is none of exactly this name. */
export function scanTable(b: Binding, name: string, span: Span): Rows | undefined {
  const facts = b.scope.table(name);
  if (!facts) return undefined;
  b.tables.push({ name, span, known: true });
  const columns = facts.schema.columns.map(
    (c): BoundColumn => ({ name: c.name, type: c.type, origin: { table: facts, column: c.name } }));
  return { ...b.rows({ op: "scan", table: name, nullText: "empty" }, columns, span, name, facts.schema.open), name,
    tables: [facts] };
}
