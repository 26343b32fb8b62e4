/** The languages that rules can be converted to. */

/** A target, by the word that the command line and the copy button use. */
export type TargetId = "sentinel" | "defender" | "splunk" | "esql" | "eql" | "lucene" | "duckdb" | "clickhouse" | "spark";

/** What people see of a target. */
export interface Target {
  readonly id: TargetId;
  readonly title: string;
  /** What its queries run over, in one sentence. */
  readonly over: string;
  /** The word of a fence for its language. */
  readonly fence: string;
}

/** All targets, in the order in which they are offered. */
export const TARGETS: readonly Target[] = [
  { id: "sentinel", title: "KQL for Microsoft Sentinel", fence: "kql",
    over: "Tables of a Log Analytics workspace: the likeliest one in which every field of the rule can be found." },
  { id: "defender", title: "KQL for Microsoft Defender", fence: "kql", over: "Tables of advanced hunting (DeviceProcessEvents and its like)." },
  { id: "splunk", title: "SPL for Splunk", fence: "spl", over: "Events as Splunk's own add-ons extract them (source, EventCode, Sigma's names)." },
  { id: "esql", title: "ES|QL for Elasticsearch", fence: "esql", over: "Fields of the Elastic Common Schema, Winlogbeat's where it has none." },
  { id: "eql", title: "EQL for Elasticsearch", fence: "eql", over: "Fields of the Elastic Common Schema, Winlogbeat's where it has none." },
  { id: "lucene", title: "Lucene query string", fence: "lucene", over: "Fields of the Elastic Common Schema, Winlogbeat's where it has none." },
  { id: "duckdb", title: "SQL for DuckDB", fence: "sql", over: "One table of flat events (`events`), its columns called as in the rule." },
  { id: "clickhouse", title: "SQL for ClickHouse", fence: "sql", over: "One table of flat events (`events`), its columns called as in the rule." },
  { id: "spark", title: "SQL for Spark", fence: "sql", over: "One table of flat events (`events`), its columns called as in the rule." },
];
