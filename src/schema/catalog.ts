/** The catalogue of known log tables: columns, sentences about them, closed lists of values. Data is parsed on first use. */
import { nearest } from "../base";
import type { ColumnSpec, ScalarType, Schema } from "../table";
import { SCALAR_TYPES } from "../table";
import cloud from "./data/tables-cloud.json";
import defenderDevice from "./data/tables-defender-device.json";
import defender from "./data/tables-defender.json";
import hosts from "./data/tables-hosts.json";
import identity from "./data/tables-identity.json";
import workspace from "./data/tables-workspace.json";
import docs from "./data/docs.json";
import values from "./data/values.json";

/** Where a table is defined: a Log Analytics workspace (two kinds), or Defender's advanced hunting. */
export type TableFamily = "sentinel" | "azure-monitor" | "defender";

/** What is known of a table. */
export interface KnownTable {
  readonly name: string;
  readonly family: TableFamily;
  /**
   * Columns in the order of the reference. `open` when the reference names too few to be the whole table.
   * A Defender table has its workspace columns too, and both `Timestamp` and `TimeGenerated`.
   */
  readonly schema: Schema;
  /** One sentence; undefined when we have none. */
  readonly doc?: string;
  /** The column that says when an event happened. */
  readonly timeColumn?: string;
}

/** Values of a column, of which there may be others. */
export interface SomeValues {
  readonly values: readonly string[];
  /** All values are whole numbers, written as texts. */
  readonly numbers?: boolean;
  /** The same value comes in upper and in mixed case. */
  readonly anyCase?: boolean;
}

/** Looks up tables. One is enough for everybody: it holds facts only. */
export interface Catalog {
  /** A table by its exact name (queries are case-sensitive). */
  table(name: string): KnownTable | undefined;
  /** All names, sorted. */
  tables(): readonly string[];
  /** The name that was probably meant: another case, or a small slip; undefined when nothing is near. */
  near(name: string): string | undefined;
  /** All values that a column can have, when the reference states them in full; undefined otherwise. */
  knownValues(table: string, column: string): readonly string[] | undefined;
  /** Some of the values that a column has, where not all are known; undefined when none are. */
  someValues(table: string, column: string): SomeValues | undefined;
  /** A sentence on a table, or on a column of it; undefined when we have none. */
  doc(table: string, column?: string): string | undefined;
}

/** A table as a data file has it; `line` is its columns in the form that {@link DataCatalog.words} reads. */
interface TableEntry {
  readonly table: string;
  readonly family: string;
  readonly line: string;
}

const FILES: readonly { readonly tables: Readonly<Record<string, Readonly<Record<string, string>>>> }[] = [
  cloud, identity, hosts, defenderDevice, defender, workspace,
];

/** A table whose reference page names fewer columns than this is taken as incomplete. */
const WHOLE = 3;

/** Names that say when, best first: workspace, Defender, then what raw events use. */
export const TIME_COLUMNS: readonly string[] = [
  "TimeGenerated", "Timestamp", "@timestamp", "eventTime", "EventTime", "timestamp", "time", "TimeCreated", "UtcTime",
  "eventTimestamp", "receiveTimestamp", "published", "CreationTime", "createdDateTime", "activityDateTime",
  "StartTime", "StartTimeUtc", "EventDateTime", "date", "Date", "datetime", "ts", "_time",
];

class DataCatalog implements Catalog {
  private entries: Map<string, TableEntry> | undefined;
  private sorted: readonly string[] | undefined;
  private readonly parsed = new Map<string, KnownTable>();
  private lists: Map<string, readonly string[]> | undefined;
  private parts: Map<string, SomeValues> | undefined;

  table(name: string): KnownTable | undefined {
    const known = this.parsed.get(name);
    if (known !== undefined) return known;
    const entry = this.index().get(name);
    if (entry === undefined) return undefined;
    const table = this.parse(entry);
    this.parsed.set(name, table);
    return table;
  }

  tables(): readonly string[] {
    return (this.sorted ??= [...this.index().keys()].sort());
  }

  near(name: string): string | undefined {
    return nearest(name, this.tables());
  }

  knownValues(table: string, column: string): readonly string[] | undefined {
    this.lists ??= new Map(values.lists.map((list) => [`${list.table}.${list.column}`, list.values]));
    return this.lists.get(`${table}.${column}`);
  }

  someValues(table: string, column: string): SomeValues | undefined {
    this.parts ??= new Map(values.some.flatMap((part) => part.tables.map((name) => [`${name}.${part.column}`, part] as const)));
    return this.parts.get(`${table}.${column}`);
  }

  doc(table: string, column?: string): string | undefined {
    if (column === undefined) return own(docs.tables, table);
    return own(docs.columns, `${table}.${column}`) ?? own(docs.columns, `*.${column}`);
  }

  private index(): Map<string, TableEntry> {
    return (this.entries ??= new Map(FILES.flatMap(({ tables }) => Object.entries(tables).flatMap(([family, lines]) =>
      Object.entries(lines).map(([table, line]) => [table, { table, family, line }] as const)))));
  }

  /** The columns of a line, `@Table(First..Last)` replaced by those columns of the other table. */
  private words(line: string): readonly string[] {
    return line.split(" ").flatMap((word) => {
      const [, table = "", first = "", last = ""] = /^@(\w+)\((\S+?)\.\.(\S+)\)$/.exec(word) ?? [];
      if (table === "") return word;
      const theirs = this.words(this.index().get(table)?.line ?? "");
      const place = (name: string) => theirs.findIndex((each) => each === name || each.startsWith(`${name}:`));
      return theirs.slice(place(first), place(last) + 1);
    });
  }

  private parse(entry: TableEntry): KnownTable {
    const specs = new Map<string, ColumnSpec>();
    const add = (spec: ColumnSpec) => {
      if (specs.has(spec.name)) return;
      const doc = this.doc(entry.table, spec.name);
      specs.set(spec.name, doc === undefined ? spec : { ...spec, doc });
    };
    const [columns = "", inWorkspace = ""] = this.words(entry.line).join(" ").split(" + ");
    for (const spec of readColumns(columns)) add(spec);
    const whole = specs.size >= WHOLE;
    for (const spec of readColumns(inWorkspace)) add(spec);
    if (entry.family === "defender") {
      // Real queries say Timestamp in advanced hunting and TimeGenerated in a workspace: both work here.
      if (specs.has("Timestamp")) add({ name: "TimeGenerated", type: "datetime" });
      else if (specs.has("TimeGenerated")) add({ name: "Timestamp", type: "datetime" });
    }
    const doc = this.doc(entry.table);
    const timeColumn = TIME_COLUMNS.find((name) => specs.get(name)?.type === "datetime");
    return {
      name: entry.table,
      family: entry.family === "defender" || entry.family === "azure-monitor" ? entry.family : "sentinel",
      schema: { columns: [...specs.values()], open: !whole },
      ...(doc === undefined ? {} : { doc }),
      ...(timeColumn === undefined ? {} : { timeColumn }),
    };
  }
}

/** The facts that ship with the plugin. */
export const catalog: Catalog = new DataCatalog();

/** Reads `Name Name:type …`, the form of the data files. */
export function readColumns(line: string): ColumnSpec[] {
  const specs: ColumnSpec[] = [];
  for (const word of line.split(" ")) {
    if (word === "") continue;
    const colon = word.lastIndexOf(":");
    const type = colon < 0 ? "string" : SCALAR_TYPES.find((t) => t === word.slice(colon + 1));
    specs.push({ name: colon < 0 ? word : word.slice(0, colon), type: type ?? "string" satisfies ScalarType });
  }
  return specs;
}

/** A field of a data object by a name that comes from a user: never one that objects inherit. */
function own(from: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.prototype.hasOwnProperty.call(from, key) ? from[key] : undefined;
}
