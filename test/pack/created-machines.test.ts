/**
 * The rule for machines made in three clouds, held to a whole story (where it is at hand) and to records of our own
 * that differ in one thing each.
 */
import { describe, expect, it } from "vitest";
import { packedRules } from "../../src/core";
import { find, story } from "./rules";

const note = packedRules().find((r) => r.name === "Cloud instance created")?.note;
if (!note) throw new Error("the pack has no rule for machines made in clouds");
const machines = (logs: Parameters<typeof find>[1]) => find(note, logs);
const COLUMNS = ["TimeGenerated", "CloudProvider", "Actor", "SourceIP", "InstanceIdentifier", "Scope", "AccountScope"];

interface Expected {
  readonly found: readonly Readonly<Record<string, unknown>>[];
}

/** Seven digits of a second, as the tables keep them. */
const toTicks = (time: string) =>
  time.replace(/(?:\.(\d+))?Z$/, (_, digits: string | undefined) => `.${(digits ?? "").padEnd(7, "0").slice(0, 7)}Z`);

describe("the shared story", () => {
  const expected = story("expected.json");
  const gcp = { text: story("gcp-audit.raw.jsonl") ?? "" };
  const forms = {
    raw: [{ text: story("cloudtrail.raw.json") ?? "" }, { text: story("azure-activity.raw.jsonl") ?? "" }, gcp],
    ingested: [
      { text: story("AWSCloudTrail.ingested.csv") ?? "" }, { text: story("AzureActivity.ingested.csv") ?? "" }, gcp,
    ],
  };
  const at = it.skipIf(expected === undefined);
  at.each(Object.entries(forms))("gives the machines that were made, from %s logs", async (_, logs) => {
    const { found } = JSON.parse(expected ?? "") as Expected;
    const line = (row: Readonly<Record<string, unknown>>) => COLUMNS.map((c) => String(row[c])).join(" ");
    const want = found.map((row) => line({ ...row, TimeGenerated: toTicks(String(row["TimeGenerated"])) })).sort();
    const got = await machines(logs);
    expect(Object.keys(got[0] ?? {})).toEqual(COLUMNS);
    expect(got.map(line).sort()).toEqual(want);
    const times = got.map((r) => r["TimeGenerated"]);
    expect(times).toEqual([...times].sort().reverse());
  });
});

const WRITE = "MICROSOFT.COMPUTE/VIRTUALMACHINES/WRITE";
const ID = "/subscriptions/0a0a0a0a-0000-4000-8000-000000000001/resourceGroups/rg-One/providers/";
const azure = (operationName: string, resultType: string, resource = "Microsoft.Compute/virtualMachines/vm-1") => ({
  time: "2026-04-01T10:00:00.1234567Z", resourceId: ID + resource, operationName, resultType, resultSignature: "x",
  callerIpAddress: "192.0.2.1", identity: { claims: { name: "ana@contoso.example" } }, level: "Information",
});

describe("Azure", () => {
  const names = async (...records: object[]) =>
    (await machines([{ table: "AzureActivity", text: JSON.stringify(records) }])).map((r) => r["InstanceIdentifier"]);

  it.each([WRITE, "Microsoft.Compute/virtualMachines/write", WRITE.toLowerCase()])("knows %s", async (operation) => {
    expect(await names(azure(operation, "Success"))).toEqual(["vm-1"]);
  });

  it.each(["Start", "Accept", "Failure"])("waits for the end: %s is none", async (status) => {
    expect(await names(azure(WRITE, status))).toEqual([]);
  });

  it.each([
    ["MICROSOFT.COMPUTE/VIRTUALMACHINES/DELETE", "Microsoft.Compute/virtualMachines/vm-1"],
    ["MICROSOFT.COMPUTE/VIRTUALMACHINES/START/ACTION", "Microsoft.Compute/virtualMachines/vm-1"],
    ["MICROSOFT.COMPUTE/VIRTUALMACHINES/EXTENSIONS/WRITE", "Microsoft.Compute/virtualMachines/vm-1/extensions/agent"],
    ["MICROSOFT.COMPUTE/VIRTUALMACHINESCALESETS/WRITE", "Microsoft.Compute/virtualMachineScaleSets/web"],
    ["MICROSOFT.COMPUTE/VIRTUALMACHINESCALESETS/VIRTUALMACHINES/WRITE",
      "Microsoft.Compute/virtualMachineScaleSets/web/virtualMachines/0"],
    ["MICROSOFT.CLASSICCOMPUTE/VIRTUALMACHINES/WRITE", "Microsoft.ClassicCompute/virtualMachines/vm-1"],
    ["MICROSOFT.COMPUTE/DISKS/WRITE", "Microsoft.Compute/disks/vm-1"],
    ["MICROSOFT.COMPUTE/SNAPSHOTS/WRITE", "Microsoft.Compute/snapshots/vm-1"],
  ])("leaves %s alone", async (operation, resource) => {
    expect(await names(azure(operation, "Success", resource))).toEqual([]);
  });

  it("writes groups large, as the table does, and finds a name that only the id tells", async () => {
    const table = "AzureActivity";
    expect(await machines([{ table, text: JSON.stringify([azure(WRITE, "Success")]) }])).toEqual([{
      TimeGenerated: "2026-04-01T10:00:00.1234567Z", CloudProvider: "Azure", Actor: "ana@contoso.example",
      SourceIP: "192.0.2.1", InstanceIdentifier: "vm-1", Scope: "RG-ONE",
      AccountScope: "0a0a0a0a-0000-4000-8000-000000000001",
    }]);
    const text = "TimeGenerated,OperationNameValue,ActivityStatusValue,ResourceGroup,_ResourceId\n"
      + `2026-04-01T10:00:00Z,${WRITE},Success,rg-one,${ID.toLowerCase()}microsoft.compute/virtualmachines/vm-9\n`;
    expect(await machines([{ table, text }])).toMatchObject([{ InstanceIdentifier: "vm-9", Scope: "RG-ONE" }]);
  });
});

const ARN = "arn:aws:iam::000011112222:user/ana";
const call = (more: object = {}) => ({
  eventTime: "2026-04-01T10:00:00Z", eventSource: "ec2.amazonaws.com", eventName: "RunInstances",
  awsRegion: "eu-west-3",
  sourceIPAddress: "198.51.100.1", userIdentity: { type: "IAMUser", arn: ARN }, recipientAccountId: "000011112222",
  responseElements: { instancesSet: { items: [{ instanceId: "i-1" }, { instanceId: "i-2" }] } }, ...more,
});

describe("AWS", () => {
  const found = (...records: object[]) => machines([{ text: JSON.stringify({ Records: records }) }]);

  it("names the first machine of a call", async () => {
    expect(await found(call())).toEqual([{
      TimeGenerated: "2026-04-01T10:00:00.0000000Z", CloudProvider: "AWS", Actor: ARN, SourceIP: "198.51.100.1",
      InstanceIdentifier: "i-1", Scope: "eu-west-3", AccountScope: "000011112222",
    }]);
  });

  it.each([
    ["refused", { errorCode: "Client.UnauthorizedOperation", responseElements: null }],
    ["out of room", { errorCode: "Server.InsufficientInstanceCapacity", responseElements: null }],
    ["tried only", { errorCode: "Client.DryRunOperation", responseElements: null }],
    ["stopped", { eventName: "StopInstances" }],
    ["looked at", { eventName: "DescribeInstances" }],
    ["copied", { eventName: "CreateSnapshot" }],
    ["of another service", { eventSource: "gamelift.amazonaws.com" }],
  ])("leaves alone what was %s", async (_, more) => { expect(await found(call(more))).toEqual([]); });
});

const entry = (methodName: string, more: object = {}) => ({
  protoPayload: {
    serviceName: "compute.googleapis.com", methodName, status: {}, requestMetadata: { callerIp: "203.0.113.1" },
    authenticationInfo: { principalEmail: "ana@example.com" },
    authorizationInfo: [{ permission: "compute.instances.create", granted: true }],
    resourceName: "projects/lab-1/zones/europe-west1-b/instances/vm-1", ...more,
  },
  insertId: "1", resource: { type: "gce_instance", labels: { project_id: "lab-1" } }, timestamp: "2026-04-01T10:00:00Z",
  logName: "projects/lab-1/logs/cloudaudit.googleapis.com%2Factivity", receiveTimestamp: "2026-04-01T10:00:01Z",
});

describe("Google Cloud", () => {
  const found = (...records: object[]) => machines([{ text: records.map((r) => JSON.stringify(r)).join("\n") }]);

  it.each(["v1.compute.instances", "beta.compute.instances", "alpha.compute.instances", "compute.instances"]
    .flatMap((of) => [`${of}.insert`, `${of}.bulkInsert`]))("knows %s", async (method) => {
    expect(await found(entry(method))).toEqual([{
      TimeGenerated: "2026-04-01T10:00:01.0000000Z", CloudProvider: "GCP", Actor: "ana@example.com",
      SourceIP: "203.0.113.1", InstanceIdentifier: "vm-1", Scope: "europe-west1-b", AccountScope: "lab-1",
    }]);
  });

  it.each(["instances.list", "instances.delete", "instances.start", "instances.insertion", "snapshots.insert",
    "disks.insert", "instanceTemplates.insert", "instanceGroupManagers.insert"])("leaves %s alone", async (method) => {
    expect(await found(entry(`v1.compute.${method}`))).toEqual([]);
  });

  it("counts no call that was refused, and one whose status says 0", async () => {
    const withStatus = (status: object | undefined) => found(entry("v1.compute.instances.insert", { status }));
    expect(await withStatus({ code: 7, message: "PERMISSION_DENIED" })).toEqual([]);
    expect(await withStatus({ code: 0 })).toHaveLength(1);
    expect(await withStatus(undefined)).toHaveLength(1);
  });

  it("counts a long call once", async () => {
    const request = { "@type": "type.googleapis.com/compute.instances.insert" };
    const asked = entry("v1.compute.instances.insert", { request: { ...request, name: "vm-1" } });
    const done = entry("v1.compute.instances.insert", { request, authorizationInfo: undefined });
    expect(await found(asked, done)).toHaveLength(1);
  });
});
