/** One detection as a query of a target: log source, conditions, and what had to be told. */
import type { Diagnostic, Span } from "../../../base";
import { shapes, spellChannel, viewsOf } from "../../../schema";
import type { FieldSource, LogSource, LogView } from "../../../schema";
import type { Condition, Selection, SigmaRule } from "../syntax";
import { joinSaid, laidOut, say, Voice } from "./dialect";
import type { Dialect, Said } from "./dialect";
import { eqlDialect, esqlDialect, luceneDialect } from "./elastic";
import { both, formulaOf, testsOf } from "./formula";
import type { Formula } from "./formula";
import { kqlDialect } from "./kql";
import { kqlHomes, KqlHomeQuery } from "./kql-table";
import type { KqlFlavour } from "./kql-table";
import { searchDialect, splunkString, whereDialect } from "./splunk";
import { sqlDialect, sqlName, sqlText } from "./sql";
import type { SqlKind } from "./sql";
import type { TargetId } from "./targets";
import { isNumeral } from "./wildcards";

/** What both detections and filters have. */
export interface Detection {
  readonly logsource: LogSource & { readonly span: Span };
  readonly selections: ReadonlyMap<string, Selection>;
  readonly conditions: readonly Condition[];
  readonly span: Span;
}

/** What the user may say about where the query will run. */
export interface QueryOptions {
  /** The table (KQL, SQL) or index (Splunk, ES|QL) to ask; the likeliest for the log source by default. */
  readonly table?: string;
  /** What the target calls a field; undefined leaves it to what is known of the log source. */
  readonly field?: (field: string) => string | undefined;
  /** False leaves out the conditions that stand for the log source. */
  readonly logsource?: boolean;
}

export interface ConvertOptions extends QueryOptions {
  /** Rules that a correlation may refer to; those of its own file, for example. */
  readonly rules?: readonly SigmaRule[];
}

/** A query, or the reasons why there is none. */
export interface Converted {
  /** Undefined when a diagnostic is an error. */
  readonly text: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** A query in pieces, so that correlations can build on it. Undefined text where something cannot be said. */
export interface Query {
  readonly voice: Voice;
  /** From the source to the last condition; one operator or clause a line. */
  readonly lines?: readonly string[];
  /** The condition alone, for targets whose conditions can be joined. */
  readonly condition?: Said;
  /** What the target calls a field, behind the lines; undefined when it has none. */
  name(field: string): string | undefined;
  /** The column that says when. */
  readonly time: string;
}

/** The query of a detection in a target's words. */
export function queryOf(detection: Detection, target: TargetId, options: QueryOptions): Query {
  switch (target) {
    case "sentinel": case "defender": return kqlQuery(detection, target, options);
    case "splunk": return splunkQuery(detection, options);
    case "esql": case "eql": case "lucene": return elasticQuery(detection, target, options);
    case "duckdb": case "clickhouse": case "spark": return sqlQuery(detection, target, options);
  }
}

const NOWHERE: Said = { text: "", bond: "atom" };

/** KQL over the first table in which every field of the rule can be found. */
export function kqlQuery(detection: Detection, flavour: KqlFlavour, options: QueryOptions): Query {
  const formula = formulaOf(detection.conditions, detection.selections);
  const homes = kqlHomes(detection.logsource, flavour, options.table);
  let first: Query | undefined;
  for (const home of homes) {
    const query = new KqlHomeQuery(home, formula);
    const voice = new Voice("KQL");
    const dialect = kqlDialect((field, test, told) => query.place(options.field?.(field) ?? field, test, told));
    const parts = topParts(formula).map((part) => say(part, dialect, voice));
    const lines = query.lines(voice, detection.logsource.span);
    const name = (field: string) => {
      const at = query.place(field, { kind: "null", span: detection.span, said: field }, new Voice("KQL"));
      return at?.column;
    };
    const shared = { voice, name, time: home.table.timeColumn ?? "TimeGenerated" };
    if (parts.every((part) => part !== undefined)) {
      return { ...shared, condition: NOWHERE,
        // Fields that a correlation groups by may still be added: the lines are made when they are asked for.
        get lines() {
          return [home.table.name, ...(options.logsource === false ? lines.filter((line) => !line.startsWith("| where")) : query.lines(new Voice("KQL"),
            detection.logsource.span)), ...parts.map((part) => `| where ${part ? laidOut(part, dialect, "    ") : ""}`)];
        } };
    }
    first ??= shared;
  }
  if (first) return first;
  const voice = new Voice("KQL");
  const asked = Object.entries({ product: detection.logsource.product, category: detection.logsource.category,
    service: detection.logsource.service }).filter(([, word]) => word !== undefined).map(([part, word]) => `${part} ${word ?? ""}`).join(", ");
  voice.cannot(options.table === undefined
    ? `the log source (${asked}): no table of ${flavour === "defender" ? "Defender" : "Sentinel"} is known to hold it`
    : `the log source (${asked}) in the table '${options.table}'`, detection.logsource.span);
  return { voice, name: () => undefined, time: "TimeGenerated" };
}

/** The parts that must all hold, so that each can have a line of its own. */
function topParts(formula: Formula): readonly Formula[] {
  return formula.kind === "and" ? formula.parts : [formula];
}

/** Splunk: `search` for what it can say, `where` for the rest. */
export function splunkQuery(detection: Detection, options: QueryOptions): Query {
  const formula = formulaOf(detection.conditions, detection.selections);
  const name = (field: string) => options.field?.(field) ?? (field === "EventID" ? "EventCode" : field);
  const search = searchDialect(name);
  const where = whereDialect(name);
  const voice = new Voice("Splunk");
  const searched: Said[] = [];
  const asked: Said[] = [];
  let whole = true;
  for (const part of topParts(formula)) {
    const said = say(part, search, new Voice("Splunk"));
    if (said) searched.push(said);
    else {
      const other = say(part, where, voice);
      if (other) asked.push(other);
      else whole = false;
    }
  }
  const source = options.logsource === false ? [] : splunkSource(detection, voice);
  const index = options.table === undefined ? [] : [`index=${options.table}`];
  const shared = { voice, name, time: "_time" };
  if (!whole) return shared;
  const terms = joinSaid("and", searched, search);
  const first = [...index, ...source, ...(terms ? [terms.bond === "or" && (index.length > 0 || source.length > 0) ? `(${terms.text})` : terms.text] : [])]
    .join(" ") || "*";
  const rest = joinSaid("and", asked, where);
  return { ...shared, condition: NOWHERE, lines: [first, ...(rest ? [`| where ${laidOut(rest, where, "    ")}`] : [])] };
}

/** Sourcetypes of Splunk's own add-ons (Splunkbase: Add-ons for AWS, Microsoft 365, Okta Identity Cloud). */
const SOURCETYPES: ReadonlyMap<string, string> = new Map([
  ["aws/cloudtrail", "aws:cloudtrail"], ["m365/audit", "o365:management:activity"], ["m365/exchange", "o365:management:activity"],
  ["okta/okta", "OktaIM2:log"],
]);

function splunkSource(detection: Detection, voice: Voice): string[] {
  const { product, service } = detection.logsource;
  const sourcetype = SOURCETYPES.get(`${product?.toLowerCase() ?? ""}/${service?.toLowerCase() ?? ""}`);
  if (sourcetype !== undefined) return [`sourcetype=${splunkString(sourcetype)}`];
  const view = flatView(detection.logsource);
  if (!view) {
    voice.roughly("No condition stands for the log source: search where its events are kept.", detection.logsource.span);
    return [];
  }
  const channels = (view.channels ?? []).map(spellChannel).flatMap((channel) => [`WinEventLog:${channel}`, `XmlWinEventLog:${channel}`]);
  return [
    ...(channels.length === 0 ? [] : [`source IN (${channels.map((each) => `"${each}"`).join(", ")})`]),
    ...(view.eventIds === undefined ? [] : [view.eventIds.length === 1 ? `EventCode=${view.eventIds[0] ?? ""}`
      : `EventCode IN (${view.eventIds.join(", ")})`]),
    ...view.when.flatMap((term) => (term.values === undefined ? [] : [`${term.places[0]?.text ?? ""} IN (${(term.spelled ?? term.values).map((each) => `"${each}"`).join(", ")})`])),
  ];
}

/** The likeliest view of Windows events whose fields keep Sigma's names; undefined for other log sources. */
function flatView(source: LogSource): LogView | undefined {
  if (source.product?.toLowerCase() !== "windows") return undefined;
  const shape = shapes().find((each) => each.id === "windows-flat");
  return shape && viewsOf(source, shape).find((view) => !view.open);
}

/** SQL over one table of flat events. */
export function sqlQuery(detection: Detection, kind: SqlKind, options: QueryOptions): Query {
  const formula = formulaOf(detection.conditions, detection.selections);
  const path = (field: string) => options.field?.(field)?.split(".") ?? field.split(".");
  const numbers = new Set([...testsOf(formula)].flatMap((tests) => (tests.field !== null
    && tests.tests.some((test) => test.kind === "text" && isNumeral(test.text)) ? [tests.field] : [])));
  const dialect = sqlDialect(kind, { path, mayBeNumber: (field) => numbers.has(field) });
  const voice = new Voice(dialect.title);
  const name = (field: string) => sqlName(kind, path(field));
  const shared = { voice, name, time: name("@timestamp") };
  const parts = topParts(formula).map((part) => say(part, dialect, voice));
  const whole = joinSaid("and", parts, dialect);
  if (!whole) return shared;
  const source = options.logsource === false ? [] : sqlSource(detection, kind, name, voice);
  const conditions = [...source, ...parts.map((part) => (part?.bond === "or" && parts.length + source.length > 1 ? `(${laidOut(part, dialect, "    ")})` : part?.text ?? ""))];
  return { ...shared, condition: whole,
    lines: ["SELECT *", `FROM ${sqlName(kind, (options.table ?? "events").split("."))}`, `WHERE ${conditions.join("\n  AND ")}`] };
}

function sqlSource(detection: Detection, kind: SqlKind, name: (field: string) => string, voice: Voice): string[] {
  const view = flatView(detection.logsource);
  if (!view) {
    voice.roughly("No condition stands for the log source: ask the table that holds its events.", detection.logsource.span);
    return [];
  }
  const lower = kind === "clickhouse" ? "lowerUTF8" : "lower";
  const text = (expression: string) => (kind === "clickhouse" ? `toString(${expression})` : `CAST(${expression} AS ${kind === "duckdb" ? "VARCHAR" : "STRING"})`);
  const list = (values: readonly string[]) => values.map((value) => sqlText(kind, value)).join(", ");
  const among = (expression: string, values: readonly string[]) => (values.length === 1 ? `${expression} = ${list(values)}` : `${expression} IN (${list(values)})`);
  return [
    ...(view.channels ? [among(`${lower}(${name("Channel")})`, view.channels)] : []),
    ...(view.eventIds ? [among(text(name("EventID")), view.eventIds)] : []),
    ...view.when.flatMap((term) => (term.values ? [among(`${lower}(${name(term.places[0]?.text ?? "")})`, term.values)] : [])),
  ];
}

export type ElasticKind = "esql" | "eql" | "lucene";

const NUMERIC = /(?:^|\.)(?:pid|ppid|port|status_code|size|bytes|packets|entity_id_number)$/;

/** Elasticsearch, over fields of the Elastic Common Schema and Winlogbeat. */
export function elasticQuery(detection: Detection, kind: ElasticKind, options: QueryOptions): Query {
  const formula = formulaOf(detection.conditions, detection.selections);
  const views = elasticViews(detection.logsource);
  const name = (field: string) => options.field?.(field) ?? elasticName(field, views);
  const fields = { name, isNumber: (field: string) => NUMERIC.test(name(field)) };
  const dialect: Dialect = kind === "esql" ? esqlDialect(fields) : kind === "eql" ? eqlDialect(fields) : luceneDialect(fields);
  const voice = new Voice(dialect.title);
  const shared = { voice, name, time: "@timestamp" };
  const parts = topParts(formula).map((part) => say(part, dialect, voice));
  if (kind === "lucene" && [...testsOf(formula)].some((tests) => tests.field !== null && tests.tests.some((test) => test.kind === "text"
    && test.text.toLowerCase() !== test.text.toUpperCase()))) {
    voice.roughly("Lucene minds the case of values as the field's mapping does: use fields whose normalizer makes them small.", detection.span);
  }
  if (parts.some((part) => part === undefined)) return shared;
  const source = options.logsource === false ? undefined : say(sourceFormula(views.winlog, detection), dialectOver(kind), voice);
  const open = source === undefined || source.text === dialect.words.always;
  if (open && options.logsource !== false) {
    voice.roughly("No condition stands for the log source: ask the index that holds its events.", detection.logsource.span);
  }
  const all = joinSaid("and", [...(open ? [] : [source]), ...parts], dialect);
  if (!all) return shared;
  const lines = kind === "lucene" ? [all.text]
    : kind === "eql" ? [`any where ${laidOut(all, dialect, "  ")}`]
    : [`FROM ${options.table ?? "logs-*"}`, ...[...(open ? [] : [source]), ...parts].map((part) => `| WHERE ${part ? laidOut(part, dialect, "    ") : ""}`)];
  return { ...shared, condition: all, lines };
}

function dialectOver(kind: ElasticKind): Dialect {
  const fields = { name: (field: string) => field, isNumber: () => false };
  return kind === "esql" ? esqlDialect(fields) : kind === "eql" ? eqlDialect(fields) : luceneDialect(fields);
}

interface ElasticViews {
  readonly ecs?: LogView;
  readonly winlog?: LogView;
}

function elasticViews(source: LogSource): ElasticViews {
  const of = (id: string) => {
    const shape = shapes().find((each) => each.id === id);
    return shape && viewsOf(source, shape).find((view) => !view.open);
  };
  const ecs = of("ecs");
  const winlog = source.product === undefined || source.product.toLowerCase() === "windows" ? of("winlogbeat") : undefined;
  return { ...(ecs ? { ecs } : {}), ...(winlog ? { winlog } : {}) };
}

/** The name in ECS where there is one, else Winlogbeat's, else as it is. */
function elasticName(field: string, views: ElasticViews): string {
  const plain = (source: FieldSource | undefined) => {
    const place = source?.places[0];
    return place && !place.take && source.join === undefined && place.text !== field ? place.text : undefined;
  };
  return plain(views.ecs?.field(field)) ?? plain(views.winlog?.field(field)) ?? field;
}

/** Channel and event id as tests, so that each dialect says them in its words. */
function sourceFormula(view: LogView | undefined, detection: Detection): Formula {
  if (!view) return { kind: "always" };
  const { span } = detection.logsource;
  const among = (field: string, values: readonly string[]): Formula => ({ kind: "tests", field, need: "any", span,
    tests: values.map((text) => ({ kind: "text", how: "equals", text, cased: false, span, said: text })) });
  return both([
    ...(view.channels ? [among("winlog.channel", view.channels.map(spellChannel))] : []),
    ...(view.eventIds ? [among("event.code", view.eventIds)] : []),
    ...view.when.flatMap((term) => (term.values ? [among(term.places[0]?.text ?? "", term.spelled ?? term.values)] : [])),
  ]);
}
