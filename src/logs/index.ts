/** Log text → tables → text. May import base, table and schema. */
export { readLogs, readLogsNow, UNKNOWN_TABLE } from "./read";
export { eventBatches, readEventLog } from "./event-log";
export type { Bytes, LoadProgress } from "./bytes";
export { FORMAT_TITLES, isLogFormat, LOG_FORMATS } from "./format-names";
export type { LogFormat } from "./format-names";
export type { ReadLogs, ReadOptions } from "./read";
export type { LogFinding } from "./report";
export { distinctValues, newestOf, timeRanges } from "./values";
export { writeCsv, writeJsonRows, writeMarkdown } from "./write";
export type { WriteOptions } from "./write";
export { openGzip } from "./packed";
