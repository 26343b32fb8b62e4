/** What tests of logs look at: rows as plain texts by column. */
import { readLogsNow } from "../../src/logs";
import type { ReadLogs, ReadOptions } from "../../src/logs";
import { cellAt, printValue } from "../../src/table";
import type { Value } from "../../src/table";

/** Reads and keeps what a test asks about. */
export function read(text: string, options: ReadOptions = {}): ReadLogs & {
  readonly columns: string[];
  readonly types: Record<string, string>;
  readonly codes: string[];
  cell(row: number, column: string): Value | undefined;
  all(column: string): string[];
} {
  const logs = readLogsNow(text, options);
  const columns = logs.table.schema.columns.map((c) => c.name);
  const cell = (row: number, column: string): Value | undefined => {
    const index = columns.indexOf(column);
    return index < 0 ? undefined : cellAt(logs.table, row, index);
  };
  return {
    ...logs, columns, cell,
    types: Object.fromEntries(logs.table.schema.columns.map((c) => [c.name, c.type])),
    codes: logs.diagnostics.map((d) => d.code),
    all: (column) => Array.from({ length: logs.rows }, (_, row) => printValue(cell(row, column) ?? null)),
  };
}
