/** Rows of a table as events: a plain object per row, nulls left out. */
import type { EventValue } from "../schema";
import { printTableCell, valueAt } from "../table";
import type { Column, Table, Value } from "../table";

/** The rows, one after the other. */
export function* rowsAsEvents(table: Table): Generator<EventValue> {
  const names = table.schema.columns.map((column) => column.name);
  for (const batch of table.batches) {
    for (let row = 0; row < batch.length; row++) yield rowAsEvent(names, batch.columns, row);
  }
}

function rowAsEvent(names: readonly string[], columns: readonly Column[], row: number): EventValue {
  const event: Record<string, EventValue> = {};
  columns.forEach((column, i) => {
    const value = valueAt(column, row);
    if (value === null) return;
    const name = names[i]!;
    if (name === "__proto__") Object.defineProperty(event, name, { value: plain(value, column), enumerable: true });
    else event[name] = plain(value, column);
  });
  return event;
}

/** A cell as JSON would have it. */
function plain(value: Value, column: Column): EventValue {
  switch (typeof value) {
    case "string": case "boolean": case "number": return value;
    case "bigint": return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
    default: return column.type === "dynamic" ? (value as EventValue) : printTableCell(value, column.type);
  }
}
