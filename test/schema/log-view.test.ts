/** Which events a log source means, shape by shape, and what a rule's fields are called there. */
import { describe, expect, it } from "vitest";
import { mayMatch, placeOf, printField, readField, readPlace, shapeOf, shapes, viewsOf } from "../../src/schema";
import type { EventValue, LogSource } from "../../src/schema";

const SYSMON = "Microsoft-Windows-Sysmon/Operational";
const nested = (channel: string, id: unknown, data: object) => ({
  Event: { System: { Provider: { "#attributes": { Name: channel.replace(/\/.*/, "") } }, EventID: id, Channel: channel, Computer: "pc1" }, EventData: data },
}) as EventValue;
const flat = (channel: string, id: unknown, data: object = {}) => ({ Channel: channel, EventID: id, Hostname: "pc1", ...data }) as EventValue;
const source = (text: string): LogSource => Object.fromEntries(text.split(" ").map((part) => part.split("=")));

/** Whether a rule of the log source sees the event. */
function sees(logsource: string, event: EventValue, wide = false): boolean {
  return viewsOf(source(logsource), shapeOf(event), { wide }).some((view) => mayMatch(view, event));
}

/** The value of a rule's field in the first view that admits the event. */
function value(logsource: string, event: EventValue, field: string, wide = false): EventValue {
  const view = viewsOf(source(logsource), shapeOf(event), { wide }).find((each) => mayMatch(each, event));
  return view === undefined ? "no view" : readField(event, view.field(field));
}

const PROCESS = "product=windows category=process_creation";

describe("shapes", () => {
  it.each<[string, object]>([
    ["evtx", nested(SYSMON, 1, {}) as object],
    ["evtx-inner", { System: { EventID: 1 }, EventData: {} }],
    ["winlogbeat", { winlog: { event_id: 1, channel: SYSMON } }],
    ["winlogbeat", { "winlog.event_id": 1 }],
    ["windows-flat", flat(SYSMON, 1) as object],
    ["sentinel-event", { EventLog: "System", EventID: 7045, Source: "Service Control Manager" }],
    ["sentinel-securityevent", { EventID: 4688, Activity: "4688 - A new process", Computer: "pc1" }],
    ["sentinel-windowsevent", { EventID: 4688, Provider: "x", Channel: "Security", EventData: { a: 1 } }],
    ["defender", { ActionType: "ProcessCreated", DeviceName: "pc1" }],
    ["cef", { DeviceVendor: "SonicWall", DeviceProduct: "NSA", Computer: "fw", EventID: 1 }],
    ["ecs", { "@timestamp": "", event: { category: ["process"] } }],
    ["cloudtrail", { eventSource: "s3.amazonaws.com", eventName: "GetObject", eventVersion: "1.08" }],
    ["sentinel-cloudtrail", { EventSource: "s3.amazonaws.com", EventName: "GetObject", AWSRegion: "x" }],
    ["azure-activity", { operationName: { value: "x" }, eventTimestamp: "" }],
    ["azure-signin", { AppDisplayName: "x", ResultType: "50126" }],
    ["azure-audit", { activityDisplayName: "Add user", initiatedBy: {} }],
    ["azure-monitor", { category: "SignInLogs", operationName: "x", properties: {} }],
    ["gcp-audit", { protoPayload: { methodName: "x" } }],
    ["okta", { eventType: "user.session.start", actor: { id: "1", alternateId: "a" } }],
    ["m365", { Workload: "Exchange", Operation: "New-InboxRule" }],
    ["github", { action: "repo.create", actor: "octo", org: "cat" }],
    ["zeek", { uid: "C1", "id.orig_h": "10.0.0.1" }],
    ["auditd", { type: "EXECVE", a0: "ls" }],
    ["syslog", { message: "x", hostname: "h" }],
    ["web", { "cs-method": "GET", "cs-uri-stem": "/", "sc-status": 200 }],
    ["plain", { Image: "a.exe" }],
  ])("%s", (id, event) => expect(shapeOf(event as EventValue).id).toBe(id));

  it("have names of their own", () => {
    expect(new Set(shapes().map((shape) => shape.id)).size).toBe(shapes().length);
  });
});

describe("log sources", () => {
  it.each<[string, boolean, EventValue]>([
    [PROCESS, true, nested(SYSMON, 1, {})],
    [PROCESS, true, nested(SYSMON, "1", {})],
    [PROCESS, true, nested(SYSMON, { "#text": 1, "#attributes": { Qualifiers: "0" } }, {})],
    [PROCESS, false, nested(SYSMON, 3, {})],
    [PROCESS, true, nested("Security", 4688, {})],
    [PROCESS, false, nested("Security", 1, {})],
    [PROCESS, true, flat("security", "4688")],
    [PROCESS, true, { EventID: 4688, Activity: "4688 - A new process has been created.", Computer: "pc1" }],
    [PROCESS, true, { EventID: 1, SourceName: "Microsoft-Windows-Sysmon", Hostname: "pc1" }],
    [PROCESS, false, { EventID: 1, SourceName: "Microsoft-Windows-Kernel-General", Hostname: "pc1" }],
    [PROCESS, false, nested("Linux-Sysmon/Operational", 1, {})],
    ["product=linux category=process_creation", true, nested("Linux-Sysmon/Operational", 1, {})],
    ["product=linux category=process_creation", false, nested(SYSMON, 1, {})],
    ["product=macos category=process_creation", false, nested(SYSMON, 1, {})],
    ["category=webserver", false, nested(SYSMON, 1, {})],
    ["category=antivirus", true, nested("Microsoft-Windows-Windows Defender/Operational", 1116, {})],
    ["product=windows service=system", true, flat("System", 7045)],
    ["product=windows service=system", false, flat("Security", 7045)],
    ["product=windows service=sysmon category=process_creation", false, flat("Security", 4688)],
    ["product=windows", true, flat("Security", 1)],
    ["product=windows category=registry_add", true, flat(SYSMON, 12, { EventType: "CreateKey" })],
    ["product=windows category=registry_add", false, flat(SYSMON, 12, { EventType: "DeleteKey" })],
    // A collector's word hides the event's own; the rendered message still has it.
    ["product=windows category=registry_add", true, flat(SYSMON, 12, { EventType: "INFO", Message: "Registry:\r\nEventType: CreateKey\r\nImage: x" })],
    ["product=windows category=registry_add", false, flat(SYSMON, 12, { EventType: "INFO", Message: "Registry:\r\nEventType: DeleteKey" })],
    ["product=windows category=nonsense", false, flat("Security", 1)],
    ["product=acme service=foo", true, flat("Security", 1)],
    ["product=aws service=cloudtrail", true, { eventSource: "a", eventName: "b", eventVersion: "1" }],
    ["product=azure service=signinlogs", true, { category: "SignInLogs", operationName: "x", properties: {} }],
    ["product=azure service=auditlogs", false, { category: "SignInLogs", operationName: "x", properties: {} }],
    ["product=linux service=sshd", true, { message: "Failed password", program: "sshd" }],
    ["product=linux service=sudo", false, { message: "Failed password", program: "sshd" }],
    ["product=windows category=process_creation", true, { ActionType: "ProcessCreated", DeviceName: "a" }],
    ["product=windows category=file_event", false, { ActionType: "ProcessCreated", DeviceName: "a" }],
    ["product=linux category=process_creation", false, { event: { category: ["process"], type: ["start"] }, host: { os: { type: "windows" } } }],
    ["product=windows category=process_creation", true, { event: { category: ["process"], type: ["start"] }, host: { os: { type: "windows" } } }],
    ["product=aws service=cloudtrail", true, { anything: 1 }],
  ])("%s: %s", (logsource, expected, event) => expect(sees(logsource, event)).toBe(expected));

  it("takes Security 5156 for a connection only when asked", () => {
    const event = flat("Security", 5156, { Application: "a", DestAddress: "10.0.0.1" });
    expect(sees("product=windows category=network_connection", event)).toBe(false);
    expect(value("product=windows category=network_connection", event, "DestinationIp", true)).toBe("10.0.0.1");
  });
});

describe("fields", () => {
  const created = nested("Security", 4688, {
    NewProcessName: "C:\\a.exe", ParentProcessName: "C:\\b.exe", NewProcessId: "0x10", ProcessId: "0x4",
    SubjectDomainName: "CORP", SubjectUserName: "ann", MandatoryLabel: "S-1-16-12288", CommandLine: "a /x",
  });
  it.each<[string, EventValue]>([
    ["Image", "C:\\a.exe"], ["ParentImage", "C:\\b.exe"], ["ProcessId", "0x10"], ["ParentProcessId", "0x4"],
    ["User", "CORP\\ann"], ["IntegrityLevel", ["High", "S-1-16-12288"]], ["CommandLine", "a /x"], ["OriginalFileName", undefined],
    ["EventID", 4688], ["Computer", "pc1"], ["Provider_Name", "Security"],
  ])("of Security 4688: %s", (field, expected) => expect(value(PROCESS, created, field)).toEqual(expected));

  it.each<[string, EventValue, string, EventValue]>([
    [PROCESS, nested(SYSMON, 1, { Hashes: "MD5=AB,SHA256=CD,IMPHASH=EF" }), "Imphash", "EF"],
    [PROCESS, nested(SYSMON, 1, { Hashes: "MD5=AB" }), "sha1", undefined],
    ["product=windows service=windefend", nested("Microsoft-Windows-Windows Defender/Operational", 1116, { "Threat Name": "EICAR" }), "ThreatName", "EICAR"],
    ["product=windows service=security", { Event: { System: { Channel: "Security", EventID: 1102 }, UserData: { LogFileCleared: { SubjectUserName: "ann" } } } }, "SubjectUserName", "ann"],
    [PROCESS, { winlog: { channel: SYSMON, event_id: 1, event_data: { Image: "a.exe" } } }, "Image", "a.exe"],
    [PROCESS, { ActionType: "ProcessCreated", DeviceName: "d", FolderPath: "C:\\a.exe", AccountDomain: "corp", AccountName: "ann" }, "User", "corp\\ann"],
    ["product=windows category=registry_set", { ActionType: "RegistryValueSet", DeviceName: "d", RegistryKey: "HKEY_LOCAL_MACHINE\\Software\\Run", RegistryValueName: "x" }, "TargetObject", "HKLM\\Software\\Run\\x"],
    ["product=windows service=sysmon", { EventLog: SYSMON, EventID: 1, Source: "x", EventData: "<DataItem><EventData><Data Name=\"Image\">C:\\a&amp;b.exe</Data></EventData></DataItem>" }, "Image", "C:\\a&b.exe"],
    ["product=azure service=signinlogs", { category: "SignInLogs", operationName: "x", properties: { status: { errorCode: 50126 } } }, "resultType", 50126],
    ["product=azure service=signinlogs", { category: "SignInLogs", operationName: "x", resultType: "50126", properties: {} }, "ResultType", "50126"],
    ["product=azure service=auditlogs", { ActivityDisplayName: "Add app", InitiatedBy: "{\"user\":{\"id\":\"7\"}}" }, "InitiatedBy.user.id", "7"],
    ["category=firewall", { DeviceVendor: "a", DeviceProduct: "b", DestinationPort: 22 }, "dst_port", 22],
    ["product=gcp service=gcp.audit", { protoPayload: { methodName: "v1.x" } }, "gcp.audit.method_name", "v1.x"],
    ["product=gcp service=gcp.audit", { protoPayload: { methodName: "v1.x" } }, "data.protoPayload.methodName", "v1.x"],
    ["product=okta service=okta", { eventType_s: "user.lock", actor_alternateId_s: "ann" }, "actor.alternateId", "ann"],
    ["product=aws service=cloudtrail", { EventSource: "s3", EventName: "x", AWSRegion: "r", RequestParameters: "{\"bucketName\":\"b\"}" }, "requestParameters.bucketName", "b"],
  ])("%s %j: %s", (logsource, event, field, expected) => expect(value(logsource, event, field)).toEqual(expected));

  it("tells where it looks", () => {
    const [, view] = viewsOf(source(PROCESS), shapeOf(flat("Security", 4688)));
    expect(printField("Image", view!.field("Image"))).toBe("Image ← NewProcessName, else EventData.NewProcessName, else Image");
    expect(printField("User", view!.field("User"))).toBe("User ← SubjectDomainName \\ SubjectUserName");
  });

  it("takes names from a pipeline first", () => {
    const [view] = viewsOf(source("product=windows service=security"), shapeOf(flat("Security", 1)), { rename: (_, field) => (field === "Who" ? ["SubjectUserName"] : undefined) });
    expect(readField(flat("Security", 1, { SubjectUserName: "ann" }), view!.field("Who"))).toBe("ann");
  });
});

describe("places", () => {
  it.each<[string, EventValue, EventValue]>([
    ["a.b", { a: { b: 1 } }, 1],
    ["a.b", { "a.b": 1, a: { b: 2 } }, 1],
    ["a.b.c", { "a.b": { c: 1 } }, 1],
    ["a.b", { a: [{ b: 1 }, { b: 2 }, {}] }, [1, 2]],
    ["a.b", { a: "{\"b\":3}" }, 3],
    ["a.b", { a: "{broken" }, undefined],
    ["a", { a: null }, null],
    ["a", {}, undefined],
    ["toString", {}, undefined],
    ["__proto__", {}, undefined],
    ["__proto__", JSON.parse("{\"__proto__\":1}") as EventValue, 1],
    ["a.b", new Map<string, EventValue>([["a", new Map<string, EventValue>([["b", 5n]])]]), 5n],
    ["line:m:Image", { m: "x\r\nImage: a.exe\r\nb" }, "a.exe"],
    ["hash:h:SHA1", { h: "MD5=1,SHA1=2" }, "2"],
    ["xml:x:A", { x: "<A>1&#x41;</A>" }, "1A"],
    ["xml:x:A", { x: "<Data Name='A'/>" }, ""],
  ])("%s in %j", (place, event, expected) => expect(readPlace(event, placeOf(place))).toEqual(expected));

  it("stays quick on names with many dots", () => {
    let event: EventValue = {};
    for (let i = 0; i < 40; i++) event = { a: event, "a.a": event };
    expect(readPlace(event, placeOf("a".repeat(40).split("").join(".")))).toBeDefined();
    expect(readPlace(event, placeOf(`${"a.".repeat(9)}z`))).toBeUndefined();
  });
});
