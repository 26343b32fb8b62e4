/** "Which rules fire?": the Sigma rules of a vault over logs, as a report that hosts show, print and keep. */
import { warning, type Diagnostic, type Pace } from "../base";
import { readTechniqueId } from "../attack";
import {
  compileRules, Hunt, LEVELS, rowsAsEvents, type FoundEvent, type FoundRule, type Hit, type HuntReport, type HuntResult, type RuleCard, type RuleSet,
} from "../hunt";
import { eventBatches, openGzip, readLogs, type Bytes, type LogFormat } from "../logs";
import { readSigma, type SigmaFile, type SigmaRule } from "../query/sigma";
import type { EventValue } from "../schema";
import { printJson, type Table, type Value } from "../table";

/** Rules of one file or note. */
export interface HuntRule {
  /** Of the note or file. */
  readonly path: string;
  readonly text: string;
}

/** Logs to hunt in: a text, a file, or a table that is loaded already. */
export interface HuntLogs {
  readonly name: string;
  readonly from: { readonly text: string | Bytes; readonly format?: LogFormat } | { readonly table: Table };
}

export interface HuntingOptions {
  /** Events kept per rule; 200 by default. */
  readonly keep?: number;
  readonly pace?: Pace;
  /** Told now and then: events looked at. */
  readonly onProgress?: (events: number) => void;
  /** Rules of lower levels are left out: `medium`. */
  readonly level?: string;
  readonly placeholders?: ReadonlyMap<string, readonly string[]>;
}

/** Rules read and compiled, with where each is from. */
export interface ReadyRules {
  readonly set: RuleSet;
  readonly cards: ReadonlyMap<SigmaRule, RuleCard>;
  readonly files: readonly SigmaFile[];
  readonly refused: HuntReport["refused"];
}

/** Reads and compiles rules; what cannot be read is told and left out. */
export function readyRules(rules: readonly HuntRule[], options: HuntingOptions = {}): ReadyRules {
  const cards = new Map<SigmaRule, RuleCard>();
  const refused: { path: string; message: string }[] = [];
  const files: SigmaFile[] = [];
  const least = options.level === undefined ? -1 : LEVELS.findIndex((level) => level === options.level);
  const kept: SigmaRule[] = [];
  for (const { path, text } of rules) {
    const file = readSigma(text, options.placeholders === undefined ? {} : { placeholders: options.placeholders });
    files.push(file);
    const wrong = file.diagnostics.find((found) => found.severity === "error");
    if (wrong) refused.push({ path, message: wrong.message });
    for (const rule of file.rules) {
      const card = cardOf(rule, path);
      // A correlation may need rules that are lighter than itself.
      if (rule.kind === "detection" && LEVELS.findIndex((level) => level === card.level) < least) continue;
      cards.set(rule, card);
      kept.push(rule);
    }
  }
  return { set: compileRules(kept), cards, files, refused };
}

/** Runs ready rules over logs, one after the other, and reports. */
export async function huntIn(ready: ReadyRules, logs: readonly HuntLogs[], options: HuntingOptions = {}): Promise<HuntReport> {
  const { pace, onProgress } = options;
  const hunt = new Hunt(ready.set, {
    keep: options.keep ?? 200, keepEvents: true, ...(pace === undefined ? {} : { pace }), ...(onProgress === undefined ? {} : { progress: onProgress }),
  });
  const problems: Diagnostic[] = [];
  for (const { name, from } of logs) {
    if ("table" in from) await hunt.table(name, from.table);
    else problems.push(...await huntText(hunt, name, from.text, from.format, pace));
  }
  return reportOf(ready, hunt.result(), problems);
}

/** Lines of JSON and event logs are looked at as they come; every other format becomes a table first. */
async function huntText(
  hunt: Hunt, name: string, text: string | Bytes, format: LogFormat | undefined, pace: Pace | undefined,
): Promise<readonly Diagnostic[]> {
  const told: Diagnostic[] = [];
  const opened = await opening(text, format, told);
  const options = pace === undefined ? {} : { pace };
  if (opened.kind === "events") {
    let from = 0;
    for await (const batch of eventBatches(opened.file, options, (found) => told.push(...found))) {
      await hunt.given(name, batch, from);
      from += batch.length;
    }
  } else if (opened.kind === "lines") await hunt.lines(name, opened.pieces);
  else {
    const read = await readLogs(opened.text, { map: false, ...options, ...(format === undefined ? {} : { format }) });
    await hunt.table(name, read.table);
    told.push(...read.diagnostics);
  }
  return told;
}

type Opened =
  | { readonly kind: "events"; readonly file: Bytes }
  | { readonly kind: "lines"; readonly pieces: Iterable<string> | AsyncIterable<string> }
  | { readonly kind: "other"; readonly text: string | Bytes };

/** How logs are best looked at. Gzip is opened; other packed files are left to the reader of logs. */
async function opening(text: string | Bytes, format: LogFormat | undefined, told: Diagnostic[]): Promise<Opened> {
  const isLines = (head: string) => format === "ndjson" || (format === undefined && isJsonLines(head));
  if (typeof text === "string") return isLines(text.slice(0, HEAD)) ? { kind: "lines", pieces: [text] } : { kind: "other", text };
  const file = await openGzip(text, (problem) => told.push(warning("hunt-packed", problem, { from: 0, to: 0 })));
  const head = await headOf(file);
  if (head.startsWith("ElfFile\u0000")) return { kind: "events", file };
  return isLines(head) ? { kind: "lines", pieces: piecesOf(file) } : { kind: "other", text };
}

/** The first events of logs, for looking at them one by one. */
export async function firstEvents({ from }: HuntLogs, most: number): Promise<readonly EventValue[]> {
  if ("table" in from) return first(rowsAsEvents(from.table), most);
  const opened = await opening(from.text, from.format, []);
  const events: EventValue[] = [];
  if (opened.kind === "events") {
    for await (const batch of eventBatches(opened.file, {}, () => undefined)) {
      events.push(...first(batch, most - events.length));
      if (events.length >= most) break;
    }
    return events;
  }
  const read = await readLogs(opened.kind === "other" ? opened.text : from.text, {
    map: false, maxRows: most, ...(from.format === undefined ? {} : { format: from.format }),
  });
  return first(rowsAsEvents(read.table), most);
}

function first<T>(all: Iterable<T>, most: number): readonly T[] {
  const taken: T[] = [];
  for (const each of all) {
    if (taken.length >= most) break;
    taken.push(each);
  }
  return taken;
}

const HEAD = 1 << 16;

async function headOf(bytes: Bytes): Promise<string> {
  for await (const piece of piecesOf(bytes)) return piece.slice(0, HEAD);
  return "";
}

async function* piecesOf(bytes: Bytes): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  // A ReadableStream is iterable in workers and Node, and not in every browser.
  const stream = bytes.stream();
  if (Symbol.asyncIterator in stream) {
    for await (const piece of stream) yield decoder.decode(piece, { stream: true });
  } else {
    const reader = (stream).getReader();
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) yield decoder.decode(piece.value, { stream: true });
  }
  yield decoder.decode();
}

/** The first line is a whole object: what pretty-printed JSON and one big list are not. */
function isJsonLines(head: string): boolean {
  const line = head.replace(/^\ufeff?\s*/, "").split("\n", 1)[0]?.trim() ?? "";
  if (!line.startsWith("{") || !line.endsWith("}")) return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

function reportOf(ready: ReadyRules, result: HuntResult, problems: readonly Diagnostic[]): HuntReport {
  const found = result.found.map(({ rule, count, hits, first, last }): FoundRule => ({
    of: "events", rule: ready.cards.get(rule) ?? cardOf(rule, ""), count, events: hits.map(eventOf),
    ...(first === undefined ? {} : { first }), ...(last === undefined ? {} : { last }),
  }));
  found.push(...result.correlated.map(groupsOf.bind(undefined, ready)));
  return {
    events: result.events, rules: ready.cards.size, refused: ready.refused,
    found: found.sort((a, b) => weight(b) - weight(a) || b.count - a.count || (a.rule.title < b.rule.title ? -1 : 1)),
    shapes: result.shapes.map(({ shape, events }) => ({ title: shape.title, events })),
    diagnostics: [...problems, ...result.diagnostics],
  };
}

const weight = ({ rule }: FoundRule) => LEVELS.findIndex((level) => level === rule.level);

function groupsOf(ready: ReadyRules, { rule, count, groups }: HuntResult["correlated"][number]): FoundRule {
  const events = groups.map((group): FoundEvent => ({
    source: [...group.by].map(([field, value]) => `${field} ${printJson(value as Value)}`).join(", ") || "everybody", line: 0,
    time: group.first, event: group.by,
  }));
  const times = groups.flatMap((group) => [group.first, group.last]);
  const [first] = times;
  return {
    of: "groups", rule: ready.cards.get(rule) ?? cardOf(rule, ""), count, events,
    ...(first === undefined ? {} : {
      first: times.reduce((a, b) => (b < a ? b : a), first), last: times.reduce((a, b) => (b > a ? b : a), first),
    }),
  };
}

function eventOf({ source, line, time, found }: Hit): FoundEvent {
  return { source, line, ...(time === undefined ? {} : { time }), ...(found === undefined ? {} : { event: found }) };
}

function cardOf(rule: SigmaRule, path: string): RuleCard {
  const [id, status] = [rule.id?.value, rule.status?.value];
  return {
    path, title: rule.title?.value ?? id ?? path, level: rule.level?.value.toLowerCase() ?? "unknown",
    techniques: [...new Set(rule.tags.map((tag) => readTechniqueId(tag.value)).filter((found) => found !== null))], fields: rule.kind === "detection" ? rule.fields : [],
    ...(id === undefined ? {} : { id }), ...(status === undefined ? {} : { status }),
  };
}
