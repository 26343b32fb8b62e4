/**
 * Windows events with their parts (`System`, `EventData`, …), as event logs, their XML and JSON exports have them → flat rows,
 * under the names that collectors give the fields. What `windows.ts` then makes tables of.
 */
import type { Value } from "../table";
import { isArray, isBag } from "../table";
import { RawRows } from "./rows";

type Bag = ReadonlyMap<string, Value>;

/** System fields that stand in attributes: element, attribute, name of the column. Source: Windows event schema, SystemPropertiesType. */
const ATTRIBUTES: readonly (readonly [element: string, attribute: string, column: string])[] = [
  ["Provider", "Name", "ProviderName"], ["Provider", "Guid", "ProviderGuid"], ["Provider", "EventSourceName", "ProviderEventSource"],
  ["EventID", "Qualifiers", "Qualifiers"], ["TimeCreated", "SystemTime", "TimeCreated"],
  ["Correlation", "ActivityID", "ActivityID"], ["Correlation", "RelatedActivityID", "RelatedActivityID"],
  ["Execution", "ProcessID", "ExecutionProcessID"], ["Execution", "ThreadID", "ThreadID"], ["Security", "UserID", "UserID"],
];
/** Those that are the text of an element. */
const ELEMENTS = ["EventID", "Version", "Level", "Task", "Opcode", "Keywords", "EventRecordID", "Channel", "Computer"] as const;
/** What Windows wrote out for readers, under the names of collectors. */
const RENDERED: readonly (readonly [element: string, column: string])[] = [
  ["Message", "Message"], ["Level", "LevelName"], ["Task", "Category"], ["Opcode", "OpcodeName"],
];

/** Columns of the event's system part, as {@link addEvent} names them. */
const SYSTEM_COLUMNS: ReadonlySet<string> = new Set(
  [...ATTRIBUTES.map(([, , column]) => column), ...ELEMENTS, ...RENDERED.map(([, column]) => column), "EventDataName"],
);
/** Stands before a field of the event's data that is named like one of the system part. */
export const OF_DATA = "EventData.";

/** Writes an event as the next row; false when it is none. */
export function addEvent(rows: RawRows, wrapped: Value): boolean {
  const event = bagOf(isBag(wrapped) ? (wrapped.get("Event") ?? wrapped) : null);
  const system = bagOf(event?.get("System"));
  if (event === undefined || system === undefined) return false;
  const row = rows.count;
  const put = (column: string, value: Value | undefined): void => {
    if (value !== undefined && value !== null) rows.column(column)?.put(row, value);
  };
  for (const [element, attribute, column] of ATTRIBUTES) put(column, attributeOf(system.get(element), attribute));
  for (const element of ELEMENTS) put(element, textOf(system.get(element)));
  for (const [part, value] of event) {
    if (part === "System" || isAttribute(part)) continue;
    if (part === "EventData") addData(rows, value);
    else if (part === "RenderingInfo") for (const [element, column] of RENDERED) put(column, textOf(bagOf(value)?.get(element)));
    else if (part === "UserData") addUserData(rows, value);
    else putField(rows, part, value);
  }
  rows.count++;
  return true;
}

/** Rows whose one field that matters is a whole event (`{"Event": {"System": …}}`) → flat rows; all others stay as they are. */
export function flatEvents(rows: RawRows): RawRows {
  const column = rows.find("Event");
  const bare = rows.find("System") !== undefined && (rows.find("EventData") ?? rows.find("UserData")) !== undefined;
  if ((column === undefined && !bare) || rows.count === 0) return rows;
  const flat = new RawRows();
  const parts = rows.columns.filter((c) => ["System", "EventData", "UserData", "RenderingInfo"].includes(c.name));
  for (let row = 0; row < rows.count; row++) {
    const event = column?.cell(row) ?? new Map(parts.map((part) => [part.name, part.cell(row)]));
    if (!addEvent(flat, event)) return rows;
    // What the exporter wrote beside the event.
    for (const other of rows.columns) {
      const cell = other === column || (column === undefined && parts.includes(other)) ? null : other.cell(row);
      if (cell !== null && flat.find(other.name)?.code(row) !== 0) flat.column(other.name)?.put(row, cell);
    }
  }
  return flat;
}

/** Fields of EventData: named ones, and `Data` for those without a name. */
function addData(rows: RawRows, value: Value): void {
  const data = bagOf(value);
  if (data === undefined) return putField(rows, "EventData", value);
  for (const [name, field] of data) {
    if (isAttribute(name)) {
      const said = attributeOf(value, "Name");
      if (said !== undefined && said !== null) rows.column("EventDataName")?.put(rows.count, said);
    } else if (name === "Data") addNamed(rows, field);
    else putField(rows, name, field);
  }
}

/** `Data` as a list of elements (converters that know nothing of events leave it so), or as texts without names. */
function addNamed(rows: RawRows, value: Value): void {
  const items = isArray(value) ? value : [value];
  const nameless: Value[] = [];
  for (const item of items) {
    const name = attributeOf(item, "Name");
    if (typeof name === "string" && name !== "") putField(rows, name, textOf(item) ?? "");
    else nameless.push(isBag(item) ? (textOf(item) ?? null) : item);
  }
  const [first = null] = nameless;
  if (nameless.length > 0) putField(rows, "Data", nameless.length === 1 ? first : nameless);
}

/** UserData holds one element of the provider's own, and that the fields. */
function addUserData(rows: RawRows, value: Value): void {
  const data = bagOf(value);
  if (data === undefined) return putField(rows, "UserData", value);
  for (const [name, inner] of data) {
    if (isAttribute(name)) continue;
    const fields = bagOf(inner);
    if (fields === undefined) putField(rows, name, inner);
    else for (const [field, cell] of fields) if (!isAttribute(field)) putField(rows, field, cell);
  }
}

function putField(rows: RawRows, name: string, value: Value): void {
  const cell = isBag(value) && value.size === 1 && value.has("#text") ? (value.get("#text") ?? null) : value;
  if (cell === null) return;
  rows.column(SYSTEM_COLUMNS.has(name) ? `${OF_DATA}${name}` : name)?.put(rows.count, cell);
}

function bagOf(value: Value | undefined): Bag | undefined {
  return value !== undefined && isBag(value) ? value : undefined;
}

const isAttribute = (name: string) => name.startsWith("#") || name.startsWith("@") || name === "xmlns";

/** An attribute of an element, in the spellings of converters: under `#attributes`, with an `@`, or as a field. */
function attributeOf(element: Value | undefined, name: string): Value | undefined {
  const bag = bagOf(element);
  return bagOf(bag?.get("#attributes"))?.get(name) ?? bag?.get(`@${name}`) ?? bag?.get(name);
}

/** The text of an element that may have attributes. */
function textOf(element: Value | undefined): Value | undefined {
  return element !== undefined && isBag(element) ? (element.get("#text") ?? undefined) : element;
}
