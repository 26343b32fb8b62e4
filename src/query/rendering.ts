/** How a query asks for its rows to be drawn: a hint to the host, which may draw something else or nothing. */
import type { Span } from "../base";

/** Kusto docs: render operator, "Visualization"; the last four are known to some hosts of the service only. */
export const CHARTS = [
  "anomalychart", "areachart", "barchart", "card", "columnchart", "linechart", "piechart", "scatterchart",
  "stackedareachart", "table", "timechart", "ladderchart", "pivotchart", "timepivot", "treemap", "plotly", "graph",
] as const;
export type Chart = (typeof CHARTS)[number];

/** Kusto docs: render operator, "`kind` property". */
export const CHART_KINDS = ["default", "unstacked", "stacked", "stacked100", "map"] as const;
export type ChartKind = (typeof CHART_KINDS)[number];

/** What was written, checked; what is absent the host chooses. Kusto docs: render operator, "Supported properties". */
export interface Rendering {
  /** The operator in the query's text. */
  readonly span: Span;
  readonly chart: Chart;
  readonly kind?: ChartKind;
  readonly title?: string;
  readonly xtitle?: string;
  readonly ytitle?: string;
  /** Column of the x axis (of a pie: of its colours). */
  readonly xcolumn?: string;
  /** Columns that are measured, in this order. */
  readonly ycolumns?: readonly string[];
  /** Columns whose values, taken together, tell one line or colour from another. */
  readonly series?: readonly string[];
  /** Of an `anomalychart`: columns that mark the points to stand out. */
  readonly anomalycolumns?: readonly string[];
  /** Each value has those before it added. */
  readonly accumulate?: boolean;
  readonly legend?: "visible" | "hidden";
  readonly xaxis?: "linear" | "log";
  readonly yaxis?: "linear" | "log";
  /** One axis for all, one per measure, or one chart per measure. */
  readonly ysplit?: "none" | "axes" | "panels";
  readonly ymin?: number;
  readonly ymax?: number;
}
