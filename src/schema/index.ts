/** Facts about log tables. May import base and table. */
export { catalog, readColumns, TIME_COLUMNS } from "./catalog";
export type { Catalog, KnownTable, TableFamily } from "./catalog";
export { tablesOf } from "./logsources";
export type { LogSource } from "./logsources";
