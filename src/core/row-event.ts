/** A row of a table as the event that it came of, for those who look at events: Sigma's explanations. */
import type { EventValue } from "../schema";
import { isArray, isBag, printDatetime, printDecimal, printTimespan, valueAt, type Table, type Value } from "../table";

/** The row's columns by name; a null cell is a field that the event does not have. Undefined when there is no such row. */
export function rowEvent(table: Table, row: number): ReadonlyMap<string, EventValue> | undefined {
  let left = row;
  for (const batch of table.batches) {
    if (left >= batch.length) {
      left -= batch.length;
      continue;
    }
    const event = new Map<string, EventValue>();
    for (const [i, { name }] of table.schema.columns.entries()) {
      const column = batch.columns[i];
      const value = column && eventValue(valueAt(column, left));
      if (value !== undefined && value !== null) event.set(name, value);
    }
    return event;
  }
  return undefined;
}

function eventValue(value: Value): EventValue {
  if (value === null || typeof value !== "object") return value;
  if (isArray(value)) return value.map(eventValue);
  if (isBag(value)) return new Map([...value].map(([key, inner]) => [key, eventValue(inner)]));
  switch (value.kind) {
    case "datetime": return printDatetime(value.ticks);
    case "timespan": return printTimespan(value.ticks);
    case "guid": return value.text;
    case "decimal": return printDecimal(value);
    case "link": return value.path;
    case "duration": return printTimespan(value.ticks);
    default: return value satisfies never;
  }
}
