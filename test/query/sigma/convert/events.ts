/** Recorded Windows events as rows of the tables that keep them, for converted queries to run over. */
import fs from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";

const root = path.resolve(import.meta.dirname, "../../../../../shared");

interface Case {
  readonly id: string;
  readonly rule: string;
  readonly event: WindowsRecord;
  readonly events?: readonly WindowsRecord[];
}

interface WindowsRecord {
  readonly Event: { readonly System: Record<string, unknown>; readonly EventData?: unknown; readonly UserData?: unknown };
}

function lines<T>(file: string): readonly T[] {
  const whole = path.join(root, file);
  if (!fs.existsSync(whole)) return [];
  const bytes = fs.readFileSync(whole);
  const text = file.endsWith(".gz") ? gunzipSync(bytes).toString() : bytes.toString();
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as T);
}

/** Rules with a recorded event each; none where they are not at hand. */
export const cases = lines<Case>("conformance/sigma/regression.jsonl");

/** All rules that lie beside the project. */
export const corpus = lines<{ readonly path: string; readonly yaml: string }>("corpus/sigma-rules.jsonl.gz");

/** rule id → the events that it matches, named `case#place`. */
export function expectations(): ReadonlyMap<string, ReadonlySet<string>> {
  const expected = new Map<string, Set<string>>();
  for (const { eventOf, n, matches } of lines<{ eventOf: string; n: number; matches: string[] }>("conformance/sigma/matrix.jsonl")) {
    for (const id of matches) expected.set(id, (expected.get(id) ?? new Set()).add(`${eventOf}#${n}`));
  }
  return expected;
}

/** One event: its name, what Windows says of it, and its own fields. */
export interface Recorded {
  readonly key: string;
  readonly time: string;
  readonly computer: string;
  readonly id: number;
  readonly provider: string;
  readonly channel: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const inside = (value: unknown, key: string): unknown => (typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined);
const text = (value: unknown): string => (value === null || value === undefined ? "" : typeof value === "object" ? text(inside(value, "#text")) : String(value));

/** All recorded events. */
export function recorded(): readonly Recorded[] {
  return cases.flatMap((each) => (each.events ?? [each.event]).map(({ Event }, n): Recorded => {
    const { System: system } = Event;
    const own = Event.EventData ?? Object.values((Event.UserData ?? {}) as object).find((value) => typeof value === "object");
    const data = Object.entries((own ?? {}) as object).filter(([name]) => name !== "#attributes").map(([name, value]) => [name.replace(/ /g, ""), value] as const);
    return {
      key: `${each.id}#${n}`, time: text(inside(inside(system["TimeCreated"], "#attributes"), "SystemTime")), computer: text(system["Computer"]),
      id: Number(text(system["EventID"])), provider: text(inside(inside(system["Provider"], "#attributes"), "Name")), channel: text(system["Channel"]),
      data: Object.fromEntries(data),
    };
  }));
}

const escaped = (value: string) => value.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");

/** Rows of a table, each with its event's name in the column `TenantId`. */
export const ROWS: Readonly<Record<string, (event: Recorded) => object | undefined>> = {
  WindowsEvent: (e) => ({ TenantId: e.key, TimeGenerated: e.time, Computer: e.computer, EventID: e.id, Provider: e.provider, Channel: e.channel, EventData: e.data }),
  Event: (e) => (e.channel === "Security" ? undefined : {
    // This table has no tenant: another column that no rule asks for keeps the name.
    SourceSystem: e.key, TimeGenerated: e.time, Computer: e.computer, EventID: e.id, Source: e.provider, EventLog: e.channel,
    EventData: `<DataItem type="System.XmlData" time="x" sourceHealthServiceId="y"><EventData xmlns="http://schemas.microsoft.com/win/2004/08/events/event">${
      Object.entries(e.data).map(([name, value]) => `<Data Name="${name}">${escaped(text(value))}</Data>`).join("")}</EventData></DataItem>`,
  }),
  SecurityEvent: (e) => (e.channel !== "Security" ? undefined : {
    TenantId: e.key, TimeGenerated: e.time, Computer: e.computer, EventID: e.id, EventSourceName: e.provider, Channel: e.channel, ...e.data,
  }),
  ...Object.fromEntries(["DeviceProcessEvents", "DeviceFileEvents", "DeviceRegistryEvents", "DeviceImageLoadEvents", "DeviceNetworkEvents"]
    .map((table) => [table, (e: Recorded) => defenderRow(table, e)])),
};

/** What Defender would write for a Sysmon event: the same facts in its columns. */
function defenderRow(table: string, e: Recorded): object | undefined {
  if (e.channel !== "Microsoft-Windows-Sysmon/Operational") return undefined;
  const d = (name: string) => text(e.data[name]);
  const [domain = "", account = ""] = d("User").split("\\");
  const common = { TenantId: e.key, Timestamp: e.time, TimeGenerated: e.time, DeviceName: e.computer };
  const by = { InitiatingProcessFolderPath: d("Image"), InitiatingProcessCommandLine: d("CommandLine"),
    InitiatingProcessAccountDomain: domain, InitiatingProcessAccountName: account };
  switch (`${table} ${e.id}`) {
    case "DeviceProcessEvents 1": {
      const [parentDomain = "", parent = ""] = d("ParentUser").split("\\");
      return { ...common, ActionType: "ProcessCreated", FolderPath: d("Image"), ProcessCommandLine: d("CommandLine"), AccountDomain: domain, AccountName: account,
        ProcessVersionInfoOriginalFileName: d("OriginalFileName"), ProcessVersionInfoFileDescription: d("Description"), ProcessVersionInfoProductName: d("Product"),
        ProcessVersionInfoCompanyName: d("Company"), ProcessVersionInfoProductVersion: d("FileVersion"), ProcessIntegrityLevel: d("IntegrityLevel"),
        InitiatingProcessFolderPath: d("ParentImage"), InitiatingProcessCommandLine: d("ParentCommandLine"), InitiatingProcessAccountDomain: parentDomain,
        InitiatingProcessAccountName: parent };
    }
    case "DeviceFileEvents 11": return { ...common, ...by, ActionType: "FileCreated", FolderPath: d("TargetFilename") };
    case "DeviceFileEvents 23": return { ...common, ...by, ActionType: "FileDeleted", FolderPath: d("TargetFilename") };
    case "DeviceImageLoadEvents 7": return { ...common, ...by, ActionType: "ImageLoaded", FolderPath: d("ImageLoaded") };
    case "DeviceNetworkEvents 3":
      return { ...common, ...by, ActionType: d("Initiated") === "true" ? "ConnectionSuccess" : "InboundConnectionAccepted", RemoteIP: d("DestinationIp"),
        RemotePort: Number(d("DestinationPort")), RemoteUrl: d("DestinationHostname"), LocalIP: d("SourceIp"), LocalPort: Number(d("SourcePort")), Protocol: d("Protocol") };
    case "DeviceRegistryEvents 13": case "DeviceRegistryEvents 12": {
      const target = d("TargetObject").replace(/^HKLM/, "HKEY_LOCAL_MACHINE").replace(/^HKCU/, "HKEY_CURRENT_USER").replace(/^HKU/, "HKEY_USERS").replace(/^HKCR/, "HKEY_CLASSES_ROOT");
      const cut = target.lastIndexOf("\\");
      const word = /^([DQ])WORD \((0x[0-9a-f]+)\)$/.exec(d("Details"));
      const actions: Readonly<Record<string, string>> = { SetValue: "RegistryValueSet", CreateKey: "RegistryKeyCreated", DeleteKey: "RegistryKeyDeleted", DeleteValue: "RegistryValueDeleted" };
      return { ...common, ...by, ActionType: actions[d("EventType")] ?? "", RegistryKey: target.slice(0, cut), RegistryValueName: target.slice(cut + 1),
        RegistryValueType: word ? `${word[1] ?? ""}word` : "String", RegistryValueData: word ? String(BigInt(word[2] ?? "0")) : d("Details") };
    }
    default: return undefined;
  }
}
