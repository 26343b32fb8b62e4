/**
 * Windows events as collectors write them (flat JSON: event fields beside the system's) → SecurityEvent, Event or
 * WindowsEvent. A workspace keeps the Security channel in the first, all others in the second; the third takes any.
 */
import type { Schema, Value } from "../table";
import { isArray } from "../table";
import { textOfCell } from "./infer";
import { RawColumn, RawRows } from "./rows";
import { OF_DATA } from "./windows-event";

/** Fields that the collector or the event's system part adds, in lower case: they are no data of the event itself. */
const SYSTEM = new Set([
  "@timestamp", "@version", "timestamp", "timecreated", "eventtime", "eventreceivedtime", "systemtime", "hostname", "host",
  "computer", "computername", "channel", "eventid", "sourcename", "provider", "providername", "providerguid", "level",
  "levelname", "task", "opcode", "opcodevalue", "version", "keywords", "recordnumber", "eventrecordid", "eventrecordnumber",
  "threadid", "executionprocessid", "executionthreadid", "severity", "severityvalue", "sourcemoduletype",
  "sourcemodulename", "message", "port", "tags", "activityid", "relatedactivityid", "category", "eventtypeorignal",
  "beat_hostname", "beat_version", "type", "log_name", "source_name", "z_logstash_pipeline", "winlogbeat",
  "qualifiers", "providereventsource", "userid", "opcodename", "eventdataname", "event_original_time", "event_recorded_time", "geoip", "useraccounttype",
]);

/** Fields in the order in which the time of an event is looked for: UTC first, the collector's local time last. */
const TIMES = ["TimeCreated", "SystemTime", "@timestamp", "UtcTime", "EventTime"];

/** Logons and the like, where the account that matters is the target's. */
const TARGET_EVENTS = new Set([4624, 4625, 4634, 4647, 4768, 4769, 4771, 4776]);

const LOGON_TYPES: ReadonlyMap<string, string> = new Map([
  ["2", "2 - Interactive"], ["3", "3 - Network"], ["4", "4 - Batch"], ["5", "5 - Service"], ["7", "7 - Unlock"],
  ["8", "8 - NetworkCleartext"], ["9", "9 - NewCredentials"], ["10", "10 - RemoteInteractive"], ["11", "11 - CachedInteractive"],
]);

const LEVELS: ReadonlyMap<string, string> = new Map([
  ["0", "Information"], ["1", "Critical"], ["2", "Error"], ["3", "Warning"], ["4", "Information"], ["5", "Verbose"],
]);

/** The tables that Windows events can become. */
export const WINDOWS_TABLES: readonly string[] = ["SecurityEvent", "Event", "WindowsEvent"];

/** Whether names of fields are those of Windows events, and not of rows that a workspace made of them. */
export function isWindows(present: ReadonlySet<string>): boolean {
  const source = ["SourceName", "Provider", "ProviderName", "ProviderGuid"].some((name) => present.has(name));
  const rows = ["TimeGenerated", "EventSourceName", "Activity", "RenderedDescription"].some((name) => present.has(name));
  return present.has("EventID") && (present.has("Channel") || (source && present.has("Message"))) && !rows;
}

/** How many events are of the Security channel. */
export function securityCount(events: RawRows): number {
  let n = 0;
  for (let row = 0; row < events.count; row++) if (isSecurity(events, row)) n++;
  return n;
}

function isSecurity(events: RawRows, row: number): boolean {
  const channel = events.find("Channel")?.cell(row) ?? null;
  if (typeof channel === "string") return channel.toLowerCase() === "security";
  return events.find("SourceName")?.cell(row) === "Microsoft-Windows-Security-Auditing";
}

/** Windows events as rows of one of the tables; `left` counts events that belong to another. */
export function windowsRows(events: RawRows, table: string, schema: Schema): { rows: RawRows; left: number } {
  if (table === "WindowsEvent") return { rows: windowsEvent(events), left: 0 };
  const security = table === "SecurityEvent";
  const kept = events.filter((row) => isSecurity(events, row) === security);
  return {
    rows: security ? securityEvent(kept, schema) : event(kept),
    left: events.count - kept.count,
  };
}

/** First of several fields that an event has. */
function field(events: RawRows, row: number, ...names: readonly string[]): Value {
  for (const name of names) {
    const cell = events.find(name)?.cell(row) ?? null;
    if (cell !== null && cell !== "") return cell;
  }
  return null;
}

/** A column made row by row; undefined when no row has anything. */
function make(events: RawRows, name: string, cell: (row: number) => Value): RawColumn {
  const column = new RawColumn(name);
  for (let row = 0; row < events.count; row++) column.put(row, cell(row));
  return column;
}

function common(events: RawRows): RawColumn[] {
  return [
    make(events, "TimeGenerated", (row) => field(events, row, ...TIMES)),
    make(events, "Computer", (row) => field(events, row, "Computer", "Hostname", "ComputerName", "host")),
    make(events, "EventID", (row) => field(events, row, "EventID")),
  ];
}

const provider = (events: RawRows, row: number) => field(events, row, "SourceName", "ProviderName", "Provider");

function securityEvent(events: RawRows, schema: Schema): RawRows {
  const text = (row: number, name: string) => textOfCell(field(events, row, name));
  const account = (row: number, side: "Subject" | "Target"): Value => {
    const name = text(row, `${side}UserName`);
    const domain = text(row, `${side}DomainName`);
    return name === "" || name === "-" ? null : domain === "" || domain === "-" ? name : `${domain}\\${name}`;
  };
  const main = (row: number): Value => {
    const target = TARGET_EVENTS.has(Number(text(row, "EventID")));
    return target ? (account(row, "Target") ?? account(row, "Subject")) : (account(row, "Subject") ?? account(row, "Target"));
  };
  const fileName = (path: string): Value => (path === "" ? null : path.slice(path.lastIndexOf("\\") + 1));
  const made = [
    ...common(events),
    make(events, "EventSourceName", (row) => provider(events, row)),
    make(events, "Channel", () => "Security"),
    make(events, "Level", (row) => field(events, row, "Level")),
    make(events, "Activity", (row) => activity(text(row, "EventID"), text(row, "Message"))),
    make(events, "Account", main),
    make(events, "AccountType", (row) => {
      const name = main(row);
      return typeof name === "string" ? (name.endsWith("$") ? "Machine" : "User") : null;
    }),
    make(events, "SubjectAccount", (row) => account(row, "Subject")),
    make(events, "TargetAccount", (row) => account(row, "Target")),
    make(events, "Process", (row) => fileName(text(row, "NewProcessName") || text(row, "ProcessName"))),
    make(events, "LogonTypeName", (row) => LOGON_TYPES.get(text(row, "LogonType")) ?? null),
    make(events, "EventRecordId", (row) => field(events, row, "EventRecordId", "RecordNumber", "EventRecordID")),
  ];
  // The table names its columns after the fields of the events; what it has no column for is not in it.
  const taken = new Set(made.map((column) => column.name));
  const own = schema.columns.flatMap((spec) => {
    const column = taken.has(spec.name) || SYSTEM.has(spec.name.toLowerCase()) ? undefined : events.find(spec.name);
    return column === undefined ? [] : [column];
  });
  const task = events.find("Task");
  return events.withColumns([...made, ...own, ...(task === undefined ? [] : [task])]);
}

/** `4688 - A new process has been created.`: the id and the first line of the message. */
function activity(id: string, message: string): Value {
  const end = message.search(/[\r\n]/);
  const first = (end < 0 ? message : message.slice(0, end)).trim();
  return first === "" ? id : `${id} - ${first}`;
}

/** The event's own fields, by name in the order of the text. */
function ownFields(events: RawRows): (row: number) => [string, Value][] {
  const columns = events.columns.filter((column) => !SYSTEM.has(column.name.toLowerCase()) && column.name !== "ProcessID");
  return (row) => {
    const fields: [string, Value][] = [];
    for (const column of columns) {
      const cell = column.cell(row);
      if (cell !== null) fields.push([column.name.startsWith(OF_DATA) ? column.name.slice(OF_DATA.length) : column.name, cell]);
    }
    return fields;
  };
}

const EVENT_XML = "http://schemas.microsoft.com/win/2004/08/events/event";

function event(events: RawRows): RawRows {
  const own = ownFields(events);
  return events.withColumns([
    ...common(events),
    make(events, "Source", (row) => provider(events, row)),
    make(events, "EventLog", (row) => field(events, row, "Channel")),
    make(events, "EventLevel", (row) => field(events, row, "Level")),
    make(events, "EventLevelName", (row) => LEVELS.get(textOfCell(field(events, row, "Level"))) ?? null),
    make(events, "UserName", (row) => accountOf(events, row)),
    make(events, "RenderedDescription", (row) => field(events, row, "Message")),
    make(events, "EventData", (row) => {
      const data = own(row).map(([name, value]) => dataXml(name, value));
      return `<DataItem type="System.XmlData"><EventData xmlns="${EVENT_XML}">${data.join("")}</EventData></DataItem>`;
    }),
    make(events, "ParameterXml", (row) => own(row).flatMap(([, value]) => (isArray(value) ? value : [value]))
      .map((value) => `<Param>${escapeXml(textOfCell(value))}</Param>`).join("")),
  ]);
}

/** A field of an event; what has no name of its own shows so. */
function dataXml(name: string, value: Value): string {
  if (name === "Data") return (isArray(value) ? value : [value]).map((v) => `<Data>${escapeXml(textOfCell(v))}</Data>`).join("");
  if (name === "Binary") return `<Binary>${escapeXml(textOfCell(value))}</Binary>`;
  return `<Data Name="${escapeXml(name)}">${escapeXml(textOfCell(value))}</Data>`;
}

function accountOf(events: RawRows, row: number): Value {
  const user = field(events, row, "User");
  if (user !== null) return user;
  const name = textOfCell(field(events, row, "AccountName"));
  const domain = textOfCell(field(events, row, "Domain"));
  return name === "" ? null : domain === "" ? name : `${domain}\\${name}`;
}

function windowsEvent(events: RawRows): RawRows {
  const own = ownFields(events);
  const copy = (name: string, ...from: string[]) => make(events, name, (row) => field(events, row, ...from));
  return events.withColumns([
    ...common(events),
    make(events, "Provider", (row) => provider(events, row)),
    copy("Channel", "Channel"),
    copy("EventLevel", "Level"),
    make(events, "EventLevelName", (row) => LEVELS.get(textOfCell(field(events, row, "Level"))) ?? null),
    copy("Task", "Task"),
    copy("Version", "Version"),
    copy("Opcode", "OpcodeValue", "Opcode"),
    copy("Keywords", "Keywords"),
    copy("EventRecordId", "EventRecordId", "EventRecordID", "RecordNumber"),
    copy("SystemProcessId", "ExecutionProcessID", "ProcessID"),
    copy("SystemThreadId", "ThreadID"),
    copy("SystemUserId", "UserID"),
    make(events, "EventData", (row) => new Map(own(row))),
  ]);
}

function escapeXml(text: string): string {
  if (!/[&<>"]/.test(text)) return text;
  return text.replace(/[&<>"]/g, (c) => (c === "&" ? "&amp;" : c === "<" ? "&lt;" : c === ">" ? "&gt;" : "&quot;"));
}
