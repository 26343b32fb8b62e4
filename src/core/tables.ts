/** Tables of one meaning brought into one shape, and result tables made fit to travel between threads. */
import { nullColumn, type Batch, type Column, type Schema, type Table } from "../table";

/**
 * The rows of all parts in the columns of `schema`, matched by name: a column that a part lacks (or has in another type)
 * is null there. Columns are shared, not copied.
 */
export function alignTables(schema: Schema, parts: readonly Table[]): Table {
  const batches: Batch[] = [];
  for (const part of parts) {
    const at = schema.columns.map((c) => part.schema.columns.findIndex((p) => p.name === c.name && p.type === c.type));
    for (const batch of part.batches) {
      if (batch.length === 0) continue;
      batches.push({
        length: batch.length,
        columns: schema.columns.map((c, i) => batch.columns[at[i] ?? -1] ?? nullColumn(c.type, batch.length)),
      });
    }
  }
  return { schema, batches };
}

/**
 * The same table in buffers of its own and with no more words than it uses: a result of ten rows must not carry the
 * dictionary of a million, nor take the loaded table's buffers with it when they are transferred.
 */
export function packTable(table: Table): Table {
  return {
    schema: table.schema,
    batches: table.batches.map((b) => ({ length: b.length, columns: b.columns.map((c) => packColumn(c)) })),
  };
}

/** The buffers of a packed table, for the transfer list. */
export function buffersOf(table: Table): ArrayBuffer[] {
  const buffers: ArrayBuffer[] = [];
  const add = (view: { readonly buffer: ArrayBufferLike } | null) => {
    if (view && view.buffer instanceof ArrayBuffer) buffers.push(view.buffer);
  };
  for (const batch of table.batches) {
    for (const column of batch.columns) {
      add(column.nulls);
      if ("codes" in column) add(column.codes);
      else if (ArrayBuffer.isView(column.data)) add(column.data);
    }
  }
  return [...new Set(buffers)];
}

function packColumn(column: Column): Column {
  const nulls = column.nulls ? column.nulls.slice(0, column.length) : null;
  const length = column.length;
  switch (column.type) {
    case "string":
    case "guid": {
      const renamed = new Map<number, number>();
      const words: string[] = [];
      const codes = new Uint32Array(length);
      for (let i = 0; i < length; i++) {
        const code = column.codes[i] ?? 0;
        let mine = renamed.get(code);
        if (mine === undefined) {
          mine = words.length;
          renamed.set(code, mine);
          words.push(column.words[code] ?? "");
        }
        codes[i] = mine;
      }
      return { type: column.type, length, nulls, codes, words: words.length > 0 ? words : [""] };
    }
    case "bool": return { type: column.type, length, nulls, data: column.data.slice(0, length) };
    case "int": return { type: column.type, length, nulls, data: column.data.slice(0, length) };
    case "real": return { type: column.type, length, nulls, data: column.data.slice(0, length) };
    case "long":
    case "datetime":
    case "timespan": return { type: column.type, length, nulls, data: column.data.slice(0, length) };
    case "decimal": return { type: column.type, length, nulls, data: column.data.slice(0, length), scale: column.scale };
    case "dynamic": return { type: column.type, length, nulls, data: column.data.slice(0, length) };
  }
}
