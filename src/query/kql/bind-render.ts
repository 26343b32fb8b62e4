/** `render`: checked against the rows, and kept as a hint to the host. The rows themselves pass unchanged. */
import { nearest, type Fix } from "../../base";
import { CHART_KINDS, CHARTS, type Chart, type Rendering } from "../rendering";
import { bindExpression } from "./bind-expression";
import type { Binding } from "./binding";
import type { Environment, Rows } from "./environment";
import type { Name, OperatorOf, RenderProperty } from "./syntax";

/** What a property takes. Kusto docs: render operator, "Supported properties". */
type Takes = "text" | "column" | "columns" | "truth" | "number" | readonly string[];

const PROPERTIES: ReadonlyMap<string, Takes> = new Map<string, Takes>([
  ["kind", CHART_KINDS], ["title", "text"], ["xtitle", "text"], ["ytitle", "text"], ["xcolumn", "column"],
  ["ycolumns", "columns"], ["series", "columns"], ["anomalycolumns", "columns"], ["accumulate", "truth"],
  ["legend", ["visible", "hidden"]], ["xaxis", ["linear", "log"]], ["yaxis", ["linear", "log"]],
  ["ysplit", ["none", "axes", "panels"]], ["ymin", "number"], ["ymax", "number"],
]);

/** Kinds that a chart knows besides `default`. Kusto docs: render operator, "`kind` property". */
const STACKED: readonly string[] = ["areachart", "barchart", "columnchart"];
const MAPPED: readonly string[] = ["scatterchart", "piechart"];

/** Tells what no host could draw, and leaves the hint on the binding. */
export function bindRender(b: Binding, op: OperatorOf<"render">, input: Rows, environment: Environment): Rows {
  if (!op.chart) return input;
  const chart = oneOf(b, "chart", op.chart, CHARTS);
  const found: Record<string, unknown> = {};
  for (const property of op.properties) {
    const value = valueOf(b, property, input, environment);
    if (value !== undefined) found[property.name.text] = value;
  }
  if (chart === undefined) return input;
  const { kind } = found;
  if (typeof kind === "string" && !takesKind(chart as Chart, kind)) {
    b.warn("kql-render-kind", `A ${chart} has no kind '${kind}'; it is drawn as by default.`, op.span);
    delete found["kind"];
  }
  // Each value was checked to be what the property of its name takes.
  b.rendering = { span: op.span, chart, ...found } as Rendering;
  return input;
}

function takesKind(chart: Chart, kind: string): boolean {
  return kind === "default" || (kind === "map" ? MAPPED : STACKED).includes(chart);
}

function valueOf(b: Binding, property: RenderProperty, input: Rows, environment: Environment): unknown {
  const { name, words } = property;
  const takes = PROPERTIES.get(name.text);
  if (takes === undefined) {
    oneOf(b, "property of 'render'", name, [...PROPERTIES.keys()]);
    return undefined;
  }
  if (takes === "column" || takes === "columns") {
    const columns = words.length > 0 ? words : written(b, property, environment);
    for (const column of columns) checkColumn(b, column, input);
    return takes === "columns" ? columns.map((c) => c.text) : columns[0]?.text;
  }
  const [word] = words;
  if (Array.isArray(takes)) {
    const one = word ?? written(b, property, environment)[0];
    return one ? oneOf(b, `'${name.text}'`, one, takes) : undefined;
  }
  const constant = property.value
    ? b.constant(bindExpression(b, property.value, { environment, row: undefined }))?.value
    : word ? scalarNamed(b, word, environment) ?? word.text : undefined;
  if (takes === "truth") {
    if (typeof constant === "boolean") return constant;
    if (constant === "true" || constant === "false") return constant === "true";
    return wrong(b, property, "true or false");
  }
  if (takes === "number") {
    if (typeof constant === "bigint" || typeof constant === "number") return Number(constant);
    // A datetime or timespan as an end of the axis is for the service's own hosts.
    return wrong(b, property, "a number");
  }
  return typeof constant === "string" ? constant : wrong(b, property, "a text");
}

/** The constant that a `let` has given this name. */
function scalarNamed(b: Binding, word: Name, environment: Environment): unknown {
  const entity = environment.find(word.text);
  return entity?.kind === "scalar" ? b.constant(entity.value)?.value : undefined;
}

function wrong(b: Binding, property: RenderProperty, wanted: string): undefined {
  b.warn("kql-render-property", `'${property.name.text}' takes ${wanted}.`, property.name.span);
  return undefined;
}

/** Names written as one text: `ycolumns = "a, b"`. */
function written(b: Binding, property: RenderProperty, environment: Environment): Name[] {
  if (!property.value) return [];
  const text = b.constant(bindExpression(b, property.value, { environment, row: undefined }))?.value;
  if (typeof text !== "string") return [];
  const { span } = property.value;
  return text.split(",").map((t) => t.trim()).filter((t) => t !== "").map((t) => ({ text: t, span }));
}

/** A hint cannot keep a query from running: a column that is not there is only told. */
function checkColumn(b: Binding, column: Name, input: Rows): void {
  if (input.open || input.columns.some((c) => c.name === column.text)) return;
  const meant = nearest(column.text, input.columns.map((c) => c.name));
  b.warn("kql-render-column", `These rows have no column '${column.text}' to draw.${meant
    ? ` Did you mean '${meant}'?` : ""}`, column.span, fixTo(column, meant));
}

function oneOf(b: Binding, what: string, name: Name, known: readonly string[]): string | undefined {
  if (known.includes(name.text)) return name.text;
  const meant = nearest(name.text, known);
  b.fail("kql-render", `'${name.text}' is no ${what}; known are ${known.join(", ")}.${meant
    ? ` Did you mean '${meant}'?` : ""}`, name.span, fixTo(name, meant));
  return undefined;
}

function fixTo(name: Name, meant: string | undefined): { fix?: Fix } {
  return meant === undefined ? {}
    : { fix: { title: `Replace by '${meant}'`, edits: [{ span: name.span, insert: meant }] } };
}
