/** The story of a row in words: where it went, and what dropped it, with the values that were compared. */
import { LineMap } from "../base";
import type { Span } from "../base";
import { isArray, kindOf, printTimespan, printValue } from "../table";
import type { Value } from "../table";
import type { Comparison, DropReason, Held, Operand, RowEnd, RowStory } from "./story";

/** One end of a row's way, ready to be shown. */
export interface ToldEnd {
  readonly kind: RowEnd["kind"];
  /** One sentence; names and code stand between backticks. */
  readonly says: string;
  /** Further sentences. */
  readonly more: readonly string[];
  /** What was compared, a line each. */
  readonly compared: readonly ToldComparison[];
  /** The operator's line, counted from 1, and its step; absent where no operator ended it. */
  readonly line?: number;
  readonly plan?: number;
  readonly span?: Span;
}

/** `ActivityStatusValue` holds "Succeeded" (string); wanted: "Success" (string); they differ. */
export interface ToldComparison {
  readonly span: Span;
  /** The predicate as written. */
  readonly written: string;
  readonly subject: string;
  readonly holds: string;
  readonly holdsType: string;
  /** Absent where nothing is compared with (`isempty(x)`). */
  readonly wants?: string;
  readonly wantsType?: string;
  readonly verdict: string;
}

/** Tells a story about a query of this text. */
export function tellStory(story: RowStory, text: string): readonly ToldEnd[] {
  const lines = new LineMap(text);
  return story.ends.map((end) => tellEnd(end, story, text, lines));
}

function tellEnd(end: RowEnd, story: RowStory, text: string, lines: LineMap): ToldEnd {
  const plain = (says: string, ...more: string[]): ToldEnd => ({ kind: end.kind, says, more, compared: [] });
  if (!("plan" in end)) {
    switch (end.kind) {
      case "unread": return plain(`The query does not read \`${story.table}\`, so this row has no part in it.`);
      case "result": return plain(resultSentence(end));
      case "broken": return plain(
        end.why === "failed" ? "The query could not be run to its end, so the row cannot be followed."
          : "The run was stopped before the row could be followed to its end.",
        ...end.diagnostics.map((d) => d.message),
      );
      default: return end satisfies never;
    }
  }
  const line = lines.at(operatorStart(text, end.span)).line;
  const place = { line, plan: end.plan, span: end.span };
  const at = `\`${end.label === "" ? operatorWord(text, end.span) : end.label}\`, line ${line}`;
  switch (end.kind) {
    case "merged": return { ...plain(mergedSentence(end, at)), ...place };
    case "asked": return { ...plain(askedSentence(end, at)), ...place };
    case "partner": return {
      ...plain(`It came to ${at}, where rows of this side only decide which rows of the other side stay.`), ...place,
    };
    case "dropped": return { kind: end.kind, ...place, ...tellReason(end.reason, at, text) };
    default: return end satisfies never;
  }
}

type Merged = Extract<RowEnd, { kind: "merged" }>;

/** What a table function makes of its rows, and so why the trail ends there. */
const MADE: Readonly<Record<string, string>> = {
  "make-series": "which gathers the rows of each series into arrays",
  pivot: "which makes columns of values, and one row of all rows that are alike otherwise",
  "graph-match": "which makes a row of each path that it finds: one node or edge may be in many of them, or in none",
  "graph-shortest-paths": "which makes a row of each path that it finds: one node or edge may be in many of them, or in none",
  "graph-nodes": "which makes nodes of the ends of edges",
  "graph-components": "which numbers nodes by all edges together",
  "graph-degrees": "which counts the edges of each node",
  reduce: "which finds patterns in all texts together",
  basket: "which finds what many rows share", autocluster: "which finds what many rows share",
  diffpatterns: "which compares two sets of rows as a whole",
};

function mergedSentence({ fn, into }: Merged, at: string): string {
  const made = MADE[fn] ?? "which makes new rows out of all rows together";
  if (into.length === 0) return `It went into ${at}, ${made}: which of them hold this one cannot be said.`;
  const told = into.map(({ name, own }) => `\`${name}\` is ${printHeld(own)}`).join(" and ");
  return `It went into ${at}, ${made}. It is in the one where ${told}.`;
}

function askedSentence({ as, first }: Extract<RowEnd, { kind: "asked" }>, at: string): string {
  switch (as) {
    case "list": return `It is in the query inside of ${at}: it gives one of the values that other rows are compared with there.`;
    case "cell": return first ? `It is the first row of the query inside of ${at}, whose first value is used there for every row.`
      : `It is in the query inside of ${at}, of which only the first row's first value is used there, and this row is not the first.`;
    case "other": return `It is in the further table that ${at} reads: its rows say what becomes of the others, and are no rows of the result.`;
    default: return as satisfies never;
  }
}

function resultSentence({ rows, count, group, name }: Extract<RowEnd, { kind: "result" }>): string {
  const first = rows.slice(0, 5).map((n) => String(n + 1)).join(", ");
  const where = count === 1 ? `row ${first}` : `rows ${first}${count > 5 ? `, … (${count} in all)` : ""}`;
  const result = name === undefined ? "result" : `result \`${name}\``;
  return group === undefined ? `It is in the ${result}: ${where}.`
    : `It is in the ${result}: ${where}, which ${count === 1 ? "stands" : "stand"} for ${group} ${group === 1 ? "row" : "rows"}.`;
}

function tellReason(reason: DropReason, at: string, text: string): Pick<ToldEnd, "says" | "more" | "compared"> {
  const dropped = `Dropped by ${at}`;
  switch (reason.kind) {
    case "terms": {
      const { terms } = reason;
      const compared = terms.flatMap((t) => t.tests.map((test) => tellComparison(test, text)));
      const left = terms.reduce((n, t) => n + t.more, 0);
      return {
        says: `${dropped}: ${terms.map((t) => quoted(text, t.span)).join(" and ")} ${terms.length === 1 ? "is" : "are"} not true of it.`,
        more: left === 0 ? [] : [`${left} more comparisons are not true either.`], compared,
      };
    }
    case "place": return {
      says: reason.place <= reason.skipped
        ? `${dropped}: it is row ${reason.place}, and the first ${reason.skipped} are skipped.`
        : `${dropped}: it is row ${reason.place} in line, and ${reason.taken === 1 ? "only the first is" : `only the first ${reason.taken} are`} taken.`,
      more: [],
      compared: reason.keys.map(({ span, descending, own, last }) => ({
        span, written: slice(text, span), subject: slice(text, span), holds: printHeld(own), holdsType: own.type,
        wants: printHeld(last), wantsType: last.type,
        verdict: `the last row taken has this; ${descending ? "largest" : "smallest"} first`,
      })),
    };
    case "join": return { says: `${dropped}: ${joinSentence(reason)}.`, more: [], compared: reason.keys.map(({ span, own }, i) => ({
      span, written: slice(text, span), subject: slice(text, span), holds: printHeld(own), holdsType: own.type,
      ...(reason.alike?.[i] === undefined ? {} : { wants: printHeld(reason.alike[i]), wantsType: reason.alike[i].type }),
      verdict: joinVerdict(reason, own, reason.alike?.[i]),
    })) };
    case "empty": return {
      says: `${dropped}: there is nothing in it to expand.`, more: [],
      compared: reason.columns.map(({ span, own }) => ({
        span, written: slice(text, span), subject: slice(text, span), holds: printHeld(own), holdsType: own.type,
        verdict: "it has no elements",
      })),
    };
    case "no-step": return { says: `${dropped}: when its turn came, no step took it.`, more: [], compared: [] };
    case "other": return { says: `${dropped}.`, more: [], compared: [] };
    default: return reason satisfies never;
  }
}

type JoinReason = Extract<DropReason, { kind: "join" }>;

function joinSentence({ why, side, others }: JoinReason): string {
  const other = side === "left" ? "right" : "left";
  switch (why) {
    case "none": return others === 0 ? `the ${other} side has no rows at all`
      : `none of the ${others} ${others === 1 ? "row" : "rows"} of the ${other} side has its key`;
    case "null": return "its key is null, and null matches nothing";
    case "found": return `the ${other} side has a row with its key, and this join keeps those without`;
    case "stood-for": return "an earlier row has the same key, and without `kind=` a join keeps one left row per key; `kind=inner` keeps all";
    default: return why satisfies never;
  }
}

function joinVerdict({ why }: JoinReason, own: Held, alike: Held | undefined): string {
  if (own.value === null) return "null matches nothing";
  if (why === "found") return "the other side has it";
  if (why === "stood-for") return "an earlier row has it too";
  if (alike === undefined) return "the other side does not have it";
  return printHeld(own) === printHeld(alike) ? "the other side has this" : "the other side has this, in other letter case: a join tells it apart";
}

// ---- comparisons ----------------------------------------------------------------------------------------------------

function tellComparison(test: Comparison, text: string): ToldComparison {
  const { operands } = test;
  const [first, second] = operands;
  const swapped = first?.constant === true && second !== undefined && !second.constant;
  const subject = swapped ? second : first;
  const others = operands.filter((o) => o !== subject);
  const wants = others.length === 0 ? undefined : others.map((o) => printOperand(o, text)).join(", ");
  const reads = test.reads.map((r) => `\`${slice(text, r.span)}\` holds ${printHeld(r)}`).join(", ");
  const because = verdictOf(test, subject, others, swapped);
  return {
    span: test.span, written: slice(text, test.span),
    subject: subject === undefined ? slice(text, test.span) : slice(text, subject.span),
    holds: subject === undefined ? "" : printHeld(subject), holdsType: subject?.type ?? "",
    ...(wants === undefined ? {} : { wants, wantsType: others.map((o) => o.type).join(", ") }),
    verdict: reads === "" ? because : `${because} (${reads})`,
  };
}

/** A constant by its value; what hangs on the row by its text and its value. */
function printOperand(o: Operand, text: string): string {
  return o.constant ? printHeld(o) : `${slice(text, o.span)} = ${printHeld(o)}`;
}

const SAMENESS: Readonly<Record<string, string>> = { "eq.kusto": "==", in: "in", has_cs: "has_cs", contains_cs: "contains_cs" };

function verdictOf(test: Comparison, subject: Operand | undefined, others: readonly Operand[], swapped: boolean): string {
  const { fn, holds, wanted } = test;
  const own = subject?.value ?? null;
  const other = others[0]?.value ?? null;
  if (fn === "isnotempty") return wanted ? "it is empty" : "it is not empty";
  if (fn === "isempty") return wanted ? "it is not empty" : "it is empty";
  if (fn === "isnull") return wanted ? "it is not null" : "it is null";
  if (fn === "isnotnull") return wanted ? "it is null" : "it is not null";
  if (!wanted && holds === true) {
    if (fn === "eq.kusto" || fn === "eq.nocase") return "they are the same, and the query leaves these out";
    if (fn === "in" || fn === "in_nocase") return "it is one of the values that the query leaves out";
    if (TEXT_TESTS.has(fn)) return "it is found, and the query leaves these out";
    return "it is true, and the query leaves these out";
  }
  if (own === null && others.length > 0) return "it is null, and no comparison with null is true";
  switch (fn) {
    case "eq.kusto": return unequal(own, other, subject, others[0]);
    case "eq.nocase": return `they differ${blanksApart(own, other) ? " in the blanks around them" : ", upper and lower case aside"}`;
    case "ne.kusto": return "they are the same";
    case "in": case "in_nocase": return notAmong(own, other, fn === "in");
    case "lt": case "le": case "gt": case "ge": return order(swapped ? TURNED[fn] : fn, own, other);
    default: break;
  }
  if (holds === null) return "its answer is null, which a filter takes for no";
  if (TEXT_TESTS.has(fn)) return notFound(fn, own, other);
  if (fn === "matches_regex") return "the pattern does not match";
  return "it is false";
}

const TURNED = { lt: "gt", le: "ge", gt: "lt", ge: "le" } as const;
const TEXT_TESTS = new Set([
  "has", "has_cs", "has_any", "has_all", "contains", "contains_cs", "startswith", "startswith_cs", "endswith", "endswith_cs",
  "hasprefix", "hasprefix_cs", "hassuffix", "hassuffix_cs",
]);

function unequal(own: Value, other: Value, a: Held | undefined, b: Operand | undefined): string {
  if (other === null) return b?.constant === true ? `the wanted value is no ${a?.type ?? "value"}, so nothing equals it` : "the other one is null, and null equals nothing";
  if (typeof own === "string" && typeof other === "string") {
    if (own.toLowerCase() === other.toLowerCase()) return "they differ in upper and lower case, which == tells apart and =~ does not";
    if (blanksApart(own, other)) return "they differ in the blanks around them";
    return "they differ";
  }
  const kinds = [kindOf(own), kindOf(other)];
  if (kinds[0] !== kinds[1] && printValue(own) === printValue(other)) return `they read alike, but one is a ${kinds[0]} and the other a ${kinds[1]}`;
  return "they differ";
}

function blanksApart(own: Value, other: Value): boolean {
  return typeof own === "string" && typeof other === "string" && own !== other
    && own.trim().toLowerCase() === other.trim().toLowerCase();
}

function notAmong(own: Value, list: Value, cased: boolean): string {
  const values = isArray(list) ? list : [list];
  if (values.length === 0) return "the list is empty";
  const alike = typeof own === "string"
    ? values.find((v) => typeof v === "string" && v.toLowerCase() === own.toLowerCase()) : undefined;
  if (cased && alike !== undefined) return `the list has ${printOne(alike)}: ${SAMENESS["in"]} tells upper and lower case apart, in~ does not`;
  return values.length === 1 ? "they differ" : `it is none of the ${values.length} values`;
}

function notFound(fn: string, own: Value, other: Value): string {
  const many = fn === "has_any" || fn === "has_all";
  const [text, wanted] = [printValue(own).toLowerCase(), printValue(other).toLowerCase()];
  const inside = !many && wanted !== "" && text.includes(wanted);
  switch (fn) {
    case "has": case "hasprefix": case "hassuffix":
      return inside ? "it stands there only inside of a longer term, which contains would find" : "there is no such term in it";
    case "has_cs": case "contains_cs": case "hasprefix_cs": case "hassuffix_cs": case "startswith_cs": case "endswith_cs":
      return inside ? "it stands there in other letter case or inside of a longer term" : "it does not occur in it";
    case "has_any": return "none of these terms occurs in it";
    case "has_all": return "not all of these terms occur in it";
    case "startswith": return inside ? "it occurs, but not at the start" : "it does not occur in it";
    case "endswith": return inside ? "it occurs, but not at the end" : "it does not occur in it";
    default: return "it does not occur in it";
  }
}

function order(fn: "lt" | "le" | "gt" | "ge", own: Value, other: Value): string {
  if (other === null) return "the other one is null, and no order with null is true";
  const wanted = { lt: "below", le: "at or below", gt: "above", ge: "at or above" }[fn];
  const times = { lt: "before", le: "at or before", gt: "after", ge: "at or after" }[fn];
  if (isTicks(own, "datetime") && isTicks(other, "datetime")) {
    const gap = own.ticks > other.ticks ? own.ticks - other.ticks : other.ticks - own.ticks;
    return gap === 0n ? `it is the same time, and not ${times} it`
      : `it is ${printTimespan(gap)} ${own.ticks > other.ticks ? "later" : "earlier"}, not ${times} it`;
  }
  return `it is not ${wanted} that`;
}

function isTicks(value: Value, kind: "datetime" | "timespan"): value is Extract<Value, { readonly kind: "datetime" | "timespan" }> {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === kind;
}

// ---- printing -------------------------------------------------------------------------------------------------------

/** Characters of a value, and of a piece of the query, that are told. */
const LONGEST = 160;

function printHeld({ value, type }: Held): string {
  if (isArray(value)) {
    const shown = value.slice(0, 8).map(printOne).join(", ");
    return cut(`(${shown}${value.length > 8 ? `, … ${value.length} in all` : ""})`);
  }
  if (value === null) return type === "string" ? '""' : "null";
  return printOne(value);
}

function printOne(value: Value): string {
  return cut(typeof value === "string" ? JSON.stringify(value) : printValue(value));
}

function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

function slice(text: string, span: Span): string {
  return cut(text.slice(span.from, span.to).replace(/\s+/g, " ").trim());
}

function quoted(text: string, span: Span): string {
  return `\`${slice(text, span)}\``;
}

/** Behind the pipe and the blanks that may lead an operator's span. */
function operatorStart(text: string, span: Span): number {
  let at = span.from;
  while (at < span.to - 1 && (text[at] === "|" || /\s/.test(text[at] ?? ""))) at++;
  return at;
}

function operatorWord(text: string, span: Span): string {
  return /^[\w-]+/.exec(text.slice(operatorStart(text, span), span.to))?.[0] ?? "this step";
}
