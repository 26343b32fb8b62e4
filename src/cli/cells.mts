/** Cells as plain JSON, for `--format json` and the batch protocol. */
import { isArray, isBag, printDatetime, printDecimal, printTimespan, valueAt, type Table, type Value } from "../table";

/** What JSON can hold. */
export type PlainJson = null | boolean | number | string | PlainJson[] | { [key: string]: PlainJson };

/**
 * A value as plain JSON: datetime as ISO 8601 with Z, timespan as `[d.]hh:mm:ss[.fffffff]`, a long that a double cannot hold
 * as a decimal string, NaN and infinities as words, decimals and guids as strings, bags as objects.
 */
export function plain(value: Value): PlainJson {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (typeof value === "number") return Number.isFinite(value) ? value : Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
  if (isArray(value)) return value.map(plain);
  if (isBag(value)) {
    const out: { [key: string]: PlainJson } = {};
    // defineProperty, as a log may well have a field of the name __proto__.
    for (const [k, v] of value) Object.defineProperty(out, k, { value: plain(v), enumerable: true, configurable: true, writable: true });
    return out;
  }
  switch (value.kind) {
    case "datetime": return printDatetime(value.ticks);
    case "timespan": return printTimespan(value.ticks);
    case "decimal": return printDecimal(value);
    case "guid": return value.text;
    case "link": return value.label === undefined ? `[[${value.path}]]` : `[[${value.path}|${value.label}]]`;
    case "duration": return `P${value.months}M${value.ticks / 10_000_000n}S`;
  }
}

/** A table as columns and rows. */
export function plainTable(table: Table): { columns: { name: string; type: string }[]; rows: PlainJson[][] } {
  const rows: PlainJson[][] = [];
  for (const batch of table.batches) {
    for (let i = 0; i < batch.length; i++) rows.push(batch.columns.map((c) => plain(valueAt(c, i))));
  }
  return { columns: table.schema.columns.map((c) => ({ name: c.name, type: c.type })), rows };
}

/** A table as one object per row. */
export function plainRows(table: Table): { [key: string]: PlainJson }[] {
  const { columns, rows } = plainTable(table);
  return rows.map((row) => {
    const out: { [key: string]: PlainJson } = {};
    columns.forEach((c, i) => Object.defineProperty(out, c.name, { value: row[i] ?? null, enumerable: true, configurable: true, writable: true }));
    return out;
  });
}
