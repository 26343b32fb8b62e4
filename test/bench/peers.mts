/**
 * The engines that ours is measured against, as one face: DuckDB on one thread and SQLite, both in memory with tables of
 * their own. They live in `test/bench/peers`, a package apart; `scripts/bench.mjs` installs it when it is missing.
 */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { valueAt } from "../../src/table";
import type { Column, ScalarType, Table } from "../../src/table";
import { EPOCH } from "./kql-tables.mts";

export interface Peer {
  readonly name: string;
  load(name: string, table: Table): Promise<void>;
  /** Runs a query to its end and keeps the result. */
  run(sql: string): Promise<unknown>;
  /** The cells of what `run` gave. */
  cells(result: unknown): unknown[][];
  version(): Promise<string>;
}

// From build/bench, where the bench runs.
const required = createRequire(join(dirname(fileURLToPath(import.meta.url)), "..", "..", "test", "bench", "peers", "package.json"));

/** A cell as the peers keep it: times as microseconds since 1970. */
function plain(column: Column, row: number): string | number | bigint | boolean | null {
  const value = valueAt(column, row);
  if (value !== null && typeof value === "object" && "ticks" in value) return (value.ticks - EPOCH) / 10n;
  return value as string | number | bigint | boolean | null;
}

// ---- DuckDB --------------------------------------------------------------------------------------------------------

interface Appender {
  appendNull(): void;
  appendVarchar(v: string): void;
  appendInteger(v: number): void;
  appendBigInt(v: bigint): void;
  appendDouble(v: number): void;
  appendBoolean(v: boolean): void;
  appendTimestamp(v: unknown): void;
  endRow(): void;
  closeSync(): void;
}
interface DuckResult {
  readonly columnCount: number;
  getRows(): Promise<unknown[][]>;
}
interface DuckConnection {
  run(sql: string): Promise<DuckResult>;
  runAndReadAll(sql: string): Promise<{ getRows(): unknown[][] }>;
  createAppender(table: string): Promise<Appender>;
}
interface DuckModule {
  readonly DuckDBInstance: { create(path: string): Promise<{ connect(): Promise<DuckConnection> }> };
  readonly DuckDBTimestampValue: new (micros: bigint) => unknown;
}

const DUCK_TYPES: Partial<Record<ScalarType, string>> = {
  string: "VARCHAR", int: "INTEGER", long: "BIGINT", real: "DOUBLE", bool: "BOOLEAN", datetime: "TIMESTAMP",
};

export async function duckdb(): Promise<Peer> {
  const duck = required("@duckdb/node-api") as DuckModule;
  const connection = await (await duck.DuckDBInstance.create(":memory:")).connect();
  await connection.run("SET threads=1");
  await connection.run("SET preserve_insertion_order=false");
  return {
    name: "DuckDB",
    async load(name, table) {
      await connection.run(`CREATE TABLE ${name} (${table.schema.columns.map((c) => `${c.name} ${DUCK_TYPES[c.type]!}`).join(", ")})`);
      const out = await connection.createAppender(name);
      for (const batch of table.batches) {
        for (let row = 0; row < batch.length; row++) {
          for (const column of batch.columns) {
            const value = plain(column, row);
            if (value === null) out.appendNull();
            else if (column.type === "datetime") out.appendTimestamp(new duck.DuckDBTimestampValue(value as bigint));
            else if (column.type === "int") out.appendInteger(Number(value));
            else if (typeof value === "bigint") out.appendBigInt(value);
            else if (typeof value === "number") out.appendDouble(value);
            else if (typeof value === "boolean") out.appendBoolean(value);
            else out.appendVarchar(value);
          }
          out.endRow();
        }
      }
      out.closeSync();
    },
    run: async (sql) => {
      const result = await connection.runAndReadAll(sql);
      return result;
    },
    cells: (result) => (result as { getRows(): unknown[][] }).getRows(),
    version: async () => String((await connection.runAndReadAll("SELECT version()")).getRows()[0]?.[0]),
  };
}

// ---- SQLite --------------------------------------------------------------------------------------------------------

interface Statement {
  raw(): Statement;
  safeIntegers(): Statement;
  all(): unknown[][];
  run(...values: unknown[]): void;
  pluck(): { get(): unknown };
}
interface SqliteDatabase {
  prepare(sql: string): Statement;
  exec(sql: string): void;
  function(name: string, options: { deterministic: boolean }, fn: (...args: unknown[]) => unknown): void;
}

const SQLITE_TYPES: Partial<Record<ScalarType, string>> = { string: "TEXT", real: "REAL" };

export function sqlite(): Peer {
  const Database = required("better-sqlite3") as new (path: string) => SqliteDatabase;
  const db = new Database(":memory:");
  // It has no regular expressions of its own.
  const known = new Map<unknown, RegExp>();
  const expression = (pattern: unknown): RegExp => {
    let found = known.get(pattern);
    if (found === undefined) known.set(pattern, (found = new RegExp(String(pattern), "i")));
    return found;
  };
  db.function("regexp", { deterministic: true }, (pattern, text) => (expression(pattern).test(String(text)) ? 1 : 0));
  db.function("regexp_group", { deterministic: true }, (pattern, text) => expression(pattern).exec(String(text))?.[1] ?? "");
  return {
    name: "SQLite",
    load(name, table) {
      db.exec(`CREATE TABLE ${name} (${table.schema.columns.map((c) => `${c.name} ${SQLITE_TYPES[c.type] ?? "INTEGER"}`).join(", ")})`);
      const insert = db.prepare(`INSERT INTO ${name} VALUES (${table.schema.columns.map(() => "?").join(", ")})`);
      db.exec("BEGIN");
      for (const batch of table.batches) {
        for (let row = 0; row < batch.length; row++) {
          insert.run(...batch.columns.map((column) => {
            const value = plain(column, row);
            return typeof value === "boolean" ? Number(value) : value;
          }));
        }
      }
      db.exec("COMMIT");
      return Promise.resolve();
    },
    run: (sql) => Promise.resolve(db.prepare(sql).raw().all()),
    cells: (result) => result as unknown[][],
    version: () => Promise.resolve(String(db.prepare("SELECT sqlite_version()").pluck().get())),
  };
}
