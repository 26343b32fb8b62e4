/** Names of the formats of logs, for options and for people. */

/** `evtx`: a binary Windows event log. `xml`: Windows events as XML. `text`: lines of no format we know; each is a row with the one column RawData. */
export type LogFormat = "json" | "ndjson" | "csv" | "tsv" | "syslog" | "cef" | "leef" | "logfmt" | "keyvalue" | "auditd" | "w3c" | "access"
  | "errorlog" | "zeek" | "evtx" | "xml" | "parquet" | "text";

/** What formats are called, in the order in which they are offered. */
export const FORMAT_TITLES: Readonly<Record<LogFormat, string>> = {
  json: "JSON", ndjson: "JSON lines", csv: "CSV", tsv: "TSV",
  syslog: "Syslog", cef: "CEF", leef: "LEEF", logfmt: "logfmt", keyvalue: "key=value", auditd: "Linux audit", w3c: "W3C extended (IIS)",
  access: "Web access log", errorlog: "Web error log", zeek: "Zeek", evtx: "Windows event log (EVTX)", xml: "Windows event XML", parquet: "Parquet", text: "Plain lines",
};

/** Names of all formats. */
export const LOG_FORMATS = Object.keys(FORMAT_TITLES) as readonly LogFormat[];

/** Whether a text names a format. */
export function isLogFormat(name: unknown): name is LogFormat {
  return typeof name === "string" && LOG_FORMATS.some((format) => format === name);
}
