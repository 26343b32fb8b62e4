/**
 * Tables of Sentinel and Defender as homes of a log source: which rows are its events, and what its fields are called,
 * by the same facts that run rules over such rows (`schema`).
 */
import { catalog, PLAIN, shapes, spellChannel, tablesOf, viewsOf } from "../../../schema";
import type { FieldSource, KnownTable, LogSource, LogView, Place } from "../../../schema";
import type { ScalarType } from "../../../table";
import type { Voice } from "./dialect";
import { testsOf } from "./formula";
import type { Formula } from "./formula";
import { kqlKey, kqlName, kqlString } from "./kql";
import type { KqlPlace } from "./kql";
import type { Test } from "../syntax";

/** Where the rows come from. */
export type KqlFlavour = "sentinel" | "defender";

/** A log source in a table. */
export interface KqlHome {
  readonly table: KnownTable;
  readonly view: LogView;
}

/** Shapes of events by the table that holds them. */
const SHAPES: ReadonlyMap<string, string> = new Map([
  ["SecurityEvent", "sentinel-securityevent"], ["WindowsEvent", "sentinel-windowsevent"], ["Event", "sentinel-event"],
  ["AWSCloudTrail", "sentinel-cloudtrail"], ["AzureActivity", "azure-activity"], ["SigninLogs", "azure-signin"],
  ["AADNonInteractiveUserSignInLogs", "azure-signin"], ["AuditLogs", "azure-audit"], ["AADUserRiskEvents", "azure-risk"],
  ["GCPAuditLogs", "sentinel-gcp"], ["Okta_CL", "sentinel-okta"], ["OfficeActivity", "sentinel-office"],
  ["W3CIISLog", "web"], ["Syslog", "syslog"], ["CloudAppEvents", "defender"],
]);

function shapeFor(table: string): string | undefined {
  return SHAPES.get(table) ?? (table.startsWith("Device") ? "defender" : undefined);
}

/**
 * Homes of a log source, the likeliest first; `table` asks for one by name. A workspace may have Defender's tables as
 * well: they come last there.
 */
export function kqlHomes(source: LogSource, flavour: KqlFlavour, table?: string): KqlHome[] {
  if (table !== undefined) return homesIn(table, source, true);
  const windows = source.product === undefined || source.product.toLowerCase() === "windows";
  const names = [...tablesOf(source), ...(windows && flavour === "sentinel" ? ["WindowsEvent", "Event"] : [])];
  const homes = [...new Set(names)].flatMap((name) => homesIn(name, source, false));
  const own = homes.filter((home) => (home.table.family === "defender") === (flavour === "defender"));
  return flavour === "defender" ? own : [...own, ...homes.filter((home) => home.table.family === "defender")];
}

/** A table's views of a log source. A table that was asked for by name may be any: its columns are called as in the rule. */
function homesIn(name: string, source: LogSource, asked: boolean): KqlHome[] {
  const shape = shapes().find((each) => each.id === shapeFor(name));
  const table = catalog.table(name) ?? (asked ? { name, family: "sentinel", schema: { columns: [], open: true } } as const : undefined);
  if (!table) return [];
  const views = shape ? viewsOf(source, shape).filter((view) => !view.open
    && (view.channels === undefined || shape.channel === undefined || view.channels.includes(shape.channel.toLowerCase()))) : [];
  if (views.length > 0 || !asked) return views.map((view) => ({ table, view }));
  return viewsOf(source, PLAIN).map((view) => ({ table, view }));
}

/** What a query over a home needs before its conditions. */
export class KqlHomeQuery {
  private readonly extended = new Map<string, string>();
  private unpacks = false;
  private readonly places = new Map<string, KqlPlace | null>();
  private readonly columns: ReadonlyMap<string, ScalarType>;
  private readonly small: ReadonlyMap<string, string>;
  /** Fields whose tests look at where a registry path begins. */
  private readonly heads: ReadonlySet<string>;

  constructor(readonly home: KqlHome, formula: Formula) {
    this.columns = new Map(home.table.schema.columns.map((column) => [column.name, column.type]));
    this.small = new Map(home.table.schema.columns.map((column) => [column.name.toLowerCase(), column.name]));
    this.heads = new Set([...testsOf(formula)].flatMap((tests) => (tests.field !== null && tests.tests.some(looksAtHead)
      ? [tests.field] : [])));
  }

  /** Where a field stands; told when it stands nowhere. */
  place(field: string, test: Test, voice: Voice): KqlPlace | undefined {
    let found = this.places.get(field);
    if (found === undefined) this.places.set(field, found = this.find(field) ?? null);
    if (found !== null) return this.fit(field, found, test, voice);
    return voice.cannot(`the field '${field}' in the table ${this.home.table.name}`, test.span, this.home.view.note);
  }

  /** Lines before the conditions: unpacking, the log source's own conditions, columns made of others. */
  lines(voice: Voice, span: Test["span"]): string[] {
    const { early, late } = this.conditions(voice, span);
    const unpack = this.unpacks ? [
      "| extend EventItems = parse_xml(EventData).DataItem.EventData.Data",
      "| mv-apply Item = iff(gettype(EventItems) == \"array\", EventItems, pack_array(EventItems)) on (",
      "    summarize EventFields = make_bag(bag_pack(tostring(Item[\"@Name\"]), Item[\"#text\"])))",
    ] : [];
    const lines = (conditions: readonly string[]) => conditions.map((condition) => `| where ${condition}`);
    // A bag made of a text comes before what is taken out of it.
    const [bags, columns] = [true, false].map((bag) => [...this.extended].filter(([, text]) => text.startsWith("parse_json(") === bag)
      .map(([name, text]) => `${kqlName(name)} = ${text}`));
    const extend = (made: readonly string[] = []) => (made.length === 0 ? [] : [`| extend ${made.join(",\n    ")}`]);
    return [...lines(early), ...unpack, ...extend(bags), ...extend(columns), ...lines(late)];
  }

  /** Which rows are the log source's. */
  private conditions(voice: Voice, span: Test["span"]): { readonly early: readonly string[]; readonly late: readonly string[] } {
    const { view } = this.home;
    const said: string[] = [];
    const late: string[] = [];
    const list = (column: string, values: readonly string[], number: boolean) => {
      const texts = values.map((value) => (number ? value : kqlString(value)));
      const name = kqlName(column);
      return texts.length === 1 ? `${name} ${number ? "==" : "=~"} ${texts[0] ?? ""}` : `${name} ${number ? "in" : "in~"} (${texts.join(", ")})`;
    };
    if (view.channels && view.shape.channel === undefined) {
      const channel = this.columnOf(view.field("Channel"));
      if (channel !== undefined) said.push(list(channel, view.channels.map(spellChannel), false));
      else voice.roughly(`${this.home.table.name} does not say the channel: events of others may match.`, span);
    }
    if (view.eventIds) {
      const id = this.columnOf(view.field("EventID"));
      if (id !== undefined) said.push(list(id, view.eventIds, this.columns.get(id) !== "string"));
    }
    for (const term of view.when) {
      const { values } = term;
      if (values === undefined) continue;
      const at = this.ofPlaces({ places: term.places }, term.places[0]?.text.split(/[.:]/).at(-1) ?? "");
      if (!at) {
        if (!term.orAbsent) voice.roughly(`${this.home.table.name} does not say '${term.places[0]?.text ?? ""}', which the log source asks for.`, span);
        continue;
      }
      const text = kqlName(at.column);
      const words = (term.spelled ?? values).map(kqlString);
      (at.bag ? late : said).push(`${text} ${words.length === 1 ? `=~ ${words[0] ?? ""}` : `in~ (${words.join(", ")})`}${term.orAbsent ? ` or isempty(${text})` : ""}`);
    }
    return { early: said, late };
  }

  /** The plain column that a field stands in. */
  private columnOf(source: FieldSource): string | undefined {
    for (const place of source.places) {
      const [first = ""] = place.keys;
      if (place.keys.length === 1 && !place.take && this.columns.has(first)) return first;
    }
    return undefined;
  }

  private find(field: string): KqlPlace | undefined {
    if (field === "Hashes" && this.home.view.shape.id === "defender" && ["MD5", "SHA1", "SHA256"].every((name) => this.columns.has(name))) {
      return this.make(field, 'strcat("MD5=", MD5, ",SHA1=", SHA1, ",SHA256=", SHA256)');
    }
    const source = this.home.view.field(field);
    if (source.join !== undefined) {
      const parts = source.places.map((place) => this.columnOf({ places: [place] }));
      if (parts.some((part) => part === undefined)) return undefined;
      const text = `strcat(${parts.map((part) => kqlName(part ?? "")).join(`, ${kqlString(source.join)}, `)})`;
      return this.make(field, this.headed(field, source, text));
    }
    // What a table keeps in columns of its own for every event is not looked for in the bag.
    const own = ["EventID", "Channel", "Computer"].includes(field) ? this.columnOf(source) : undefined;
    const at = own !== undefined ? { column: own, type: this.columns.get(own) ?? "string" } as const : this.ofPlaces(source, field);
    if (!at) return undefined;
    if (source.values && source.values.size > 0) {
      const name = kqlName(at.column);
      const cases = [...source.values].map(([from, to]) => `${name} =~ ${kqlString(from)}, ${kqlString(to)}`).join(", ");
      return this.make(field === at.column ? `${field}_` : field, `case(${cases}, ${name})`);
    }
    if (source.heads && this.home.view.shape.id === "defender" && this.heads.has(field)) {
      return this.make(field, this.headed(field, source, kqlName(at.column)));
    }
    return at;
  }

  /** The registry's hives in the words of rules, where a test asks for them. */
  private headed(field: string, source: FieldSource, text: string): string {
    if (!source.heads || !this.heads.has(field)) return text;
    return source.heads.filter(([head]) => head.startsWith("hkey"))
      .reduce((whole, [head, instead]) => `replace_regex(${whole}, @"(?i)^${head}", "${instead}")`, text);
  }

  private ofPlaces(source: FieldSource, field: string): KqlPlace | undefined {
    for (const place of source.places) {
      const at = this.ofPlace(place, field, source.anyCase === true);
      if (at) return at;
    }
    return undefined;
  }

  private ofPlace(place: Place, field: string, anyCase: boolean): KqlPlace | undefined {
    const [first = "", ...rest] = place.keys;
    const column = this.columns.has(first) ? first : anyCase ? this.small.get(first.toLowerCase()) : undefined;
    if (column === undefined && this.home.table.schema.columns.length === 0) return { column: place.text, type: "string" };
    if (column === undefined || rest.includes("*")) return undefined;
    const type = this.columns.get(column) ?? "string";
    if (place.take?.kind === "xml") {
      if (column !== "EventData" || this.home.table.name !== "Event") return undefined;
      // Data elements without names are only in the text.
      if (place.take.name === "Data") return { column, type };
      this.unpacks = true;
      return this.ofBag("EventFields", place.take.name, field);
    }
    if (place.take?.kind === "hash") {
      return this.make(field, `extract(@"(?i)(?:^|[,;|])\\s*${place.take.name}=([^,;|]*)", 1, ${kqlName(column)})`);
    }
    if (place.take) return undefined;
    if (rest.length === 0) return { column, type };
    if (type === "dynamic") return this.ofBag(column, rest.join("."), field);
    if (type !== "string") return undefined;
    const bag = `${column}Bag`;
    this.extended.set(bag, `parse_json(${kqlName(column)})`);
    return this.ofBag(bag, rest.join("."), field);
  }

  private ofBag(bag: string, key: string, field: string): KqlPlace {
    return { ...this.make(field, `tostring(${kqlKey(bag, key)})`), bag: { column: bag, key } };
  }

  /** A column that the query makes; under the field's name where that is free and plain. */
  private make(field: string, text: string): KqlPlace {
    const plain = field.replace(/\W+/g, "_");
    const taken = this.columns.has(plain) || (this.extended.get(plain) ?? text) !== text;
    const free = taken ? `${plain}_` : plain;
    this.extended.set(free, text);
    return { column: free, type: "string" };
  }

  /** What Defender says in other words than Sysmon, which rules are written for. */
  private fit(field: string, at: KqlPlace, test: Test, voice: Voice): KqlPlace | undefined {
    if (this.home.view.shape.id !== "defender") return at;
    if (field === "Hashes" && [...textsIn(test)].some((text) => /imphash/i.test(text))) {
      return voice.cannot("an import hash (IMPHASH) in a table of Defender", test.span);
    }
    const words = at.column === "ActionType" ? ACTIONS.get(field) : undefined;
    if (words) {
      const cases = Object.entries(words).map(([from, to]) => `ActionType == ${kqlString(from)}, ${kqlString(to)}`).join(", ");
      const made = this.make(field, `case(${cases}, ActionType)`);
      this.places.set(field, made);
      return made;
    }
    if (at.column === "RegistryValueData" && [...textsIn(test)].some((text) => /[dq]word \(0x/i.test(text))) {
      if (!this.columns.has("RegistryValueType")) return voice.cannot("the type of a registry value", test.span);
      const made = this.make(field, "case(RegistryValueType =~ \"Dword\", strcat(\"DWORD (0x\", tohex(tolong(RegistryValueData), 8), \")\"), "
        + "RegistryValueType =~ \"Qword\", strcat(\"QWORD (0x\", tohex(tolong(RegistryValueData), 16), \")\"), RegistryValueData)");
      this.places.set(field, made);
      return made;
    }
    return at;
  }
}

/** Defender's words for what Sysmon says in a field of its own. */
const ACTIONS: ReadonlyMap<string, Readonly<Record<string, string>>> = new Map([
  ["EventType", { RegistryValueSet: "SetValue", RegistryKeyCreated: "CreateKey", RegistryKeyDeleted: "DeleteKey",
    RegistryValueDeleted: "DeleteValue", RegistryKeyRenamed: "RenameKey" }],
  ["Initiated", { InboundConnectionAccepted: "false", InboundConnectionAttempt: "false", ListeningConnectionCreated: "false",
    ConnectionSuccess: "true", ConnectionFailed: "true", ConnectionAttempt: "true", ConnectionRequest: "true", ConnectionFound: "true" }],
]);

function* textsIn(test: Test): Generator<string> {
  if (test.kind === "text") yield test.text;
  else if (test.kind === "regex") yield test.source;
  else if (test.kind === "pattern") for (const part of test.parts) if (typeof part === "object") yield part.text;
}

/** Whether a test depends on how a registry path begins. */
function looksAtHead(test: Test): boolean {
  if (test.kind === "text" && (test.how === "equals" || test.how === "startswith")) return true;
  return [...textsIn(test)].some((text) => /hk|registry/i.test(text));
}
