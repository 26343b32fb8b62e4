import { existsSync, readFileSync, readdirSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readLogs } from "../../src/logs";
import { read } from "./rows-of";

const shared = join(__dirname, "../../../shared/samples");
const there = existsSync(shared);
const text = (name: string) => {
  const bytes = readFileSync(join(shared, name));
  return (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
};
type Rows = ReturnType<typeof read>;

/** Names of columns of which both have something. */
function bothFilled(a: Rows, b: Rows): string[] {
  const filled = (rows: Rows, name: string) => rows.all(name).some((cell) => cell !== "");
  return a.columns.filter((name) => b.columns.includes(name) && filled(b, name));
}

/** Rows by a key, so that order does not matter. */
function byKey(rows: Rows, names: readonly string[], key: readonly string[]): string[][] {
  const columns = names.map((name) => rows.all(name));
  const keys = key.map((name) => rows.all(name));
  return Array.from({ length: rows.rows }, (_, row) => [keys.map((k) => k[row]).join(" "), ...columns.map((c) => c[row] ?? "")])
    .sort((a, b) => (a[0] ?? "").localeCompare(b[0] ?? ""));
}

describe("raw and ingested events are the same rows", () => {
  it("own CloudTrail record and row", () => {
    const raw = read('{"Records":[{"eventVersion":"1.09","eventTime":"2026-03-04T08:02:00Z","eventSource":"ec2.amazonaws.com","eventName":"RunInstances","awsRegion":"eu-west-1","sourceIPAddress":"192.0.2.1","userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::1:user/a","accountId":"000000000001"},"requestParameters":{"b":1,"a":["x & <y>"]},"responseElements":null,"readOnly":false,"eventID":"e1"}]}');
    const rows = read('TimeGenerated,AwsEventId,EventVersion,EventSource,EventName,UserIdentityType,UserIdentityArn,UserIdentityAccountId,AWSRegion,SourceIpAddress,RequestParameters,ResponseElements,ReadOnly,Type\n2026-03-04T08:02:00Z,e1,1.09,ec2.amazonaws.com,RunInstances,IAMUser,arn:aws:iam::1:user/a,000000000001,eu-west-1,192.0.2.1,"{""b"":1,""a"":[""x \\u0026 \\u003cy\\u003e""]}",,false,AWSCloudTrail\n');
    expect(raw.types).toEqual(rows.types);
    for (const name of rows.columns) expect(raw.all(name), name).toEqual(rows.all(name));
  });

  it.skipIf(!there).each([
    ["t1578.002/cloudtrail.raw.json", "t1578.002/AWSCloudTrail.ingested.csv", ["AwsEventId"], 20],
    ["t1578.002/azure-activity.raw.jsonl", "t1578.002/AzureActivity.ingested.csv", ["TimeGenerated", "CorrelationId", "ActivityStatusValue"], 20],
  ])("%s", (rawName, rowsName, key, count) => {
    const raw = read(text(rawName));
    const rows = read(text(rowsName));
    expect([raw.name, raw.rows, rows.rows]).toEqual([rows.name, count, count]);
    const names = bothFilled(raw, rows);
    expect(names.length).toBeGreaterThan(12);
    expect(raw.types).toEqual(rows.types);
    expect(byKey(raw, names, key)).toEqual(byKey(rows, names, key));
  });
});

describe.skipIf(!there)("samples of others", () => {
  const index = there ? JSON.parse(text("sentinel/index.json")) as { file: string; table: string; events: number; kind: string }[] : [];
  it.each(index.filter((e) => e.kind === "ingested rows").map((e) => [e.file, e.table.split(",")[0] ?? "", e.events] as const))(
    "%s is %s, all of its rows",
    (file, table, events) => {
      const logs = read(text(`sentinel/${file}`));
      expect([logs.name, logs.rows]).toEqual([table, events]);
      expect(logs.diagnostics.filter((d) => d.severity === "error")).toEqual([]);
    },
  );

  it("real CloudTrail records become AWSCloudTrail, with times", () => {
    const logs = read(text("sentinel/AWSCloudTrail_raw_ec2_proxy_s3_exfiltration.jsonl"));
    expect([logs.name, logs.mapping, logs.rows]).toEqual(["AWSCloudTrail", "cloudtrail", 98]);
    expect(logs.all("TimeGenerated").every((t) => t.startsWith("2020-09-14"))).toBe(true);
    expect(logs.all("EventName").every((name) => name !== "")).toBe(true);
  });

  it("times of a day-first export are right", () => {
    expect(read(text("sentinel/AWSCloudTrail_ConsoleLogin.csv")).all("TimeGenerated")[0]).toBe("2025-04-21T09:45:54.0000000Z");
  });

  it.each(there ? readdirSync(join(shared, "windows")).filter((f) => f.endsWith(".gz") && !f.startsWith("lsass")) : [])(
    "%s: every event is in SecurityEvent or in Event",
    (file) => {
      // A piece of each: the whole files are for measuring.
      const lines = text(`windows/${file}`).split("\n").filter((l) => l.length > 0).slice(0, 400).join("\n");
      const security = read(lines, { table: "SecurityEvent" });
      const others = read(lines, { table: "Event" });
      const all = read(lines, { table: "WindowsEvent" });
      expect(security.rows + others.rows).toBe(all.rows);
      expect(all.all("TimeGenerated").every((t) => t !== "")).toBe(true);
      expect(all.all("EventID").every((id) => id !== "")).toBe(true);
      expect(all.diagnostics.filter((d) => d.severity === "error")).toEqual([]);
    },
  );
});

describe.skipIf(!there)("packed samples", () => {
  const folders = there ? ["linux", "aws", "azure", "windows"] : [];
  const files = folders.flatMap((folder) => readdirSync(join(shared, folder)).filter((f) => f.endsWith(".gz")).map((f) => `${folder}/${f}`))
    // The largest is a bench of its own.
    .filter((name) => !name.includes("lsass-campaigns"));
  it.each(files)("%s", async (name) => {
    const bytes = readFileSync(join(shared, name));
    const logs = await readLogs(new Blob([bytes]));
    expect(logs.rows).toBeGreaterThan(0);
    expect(logs.diagnostics.filter((d) => d.severity === "error")).toEqual([]);
  }, 60_000);

  it("audit records become events", async () => {
    const logs = await readLogs(new Blob([readFileSync(join(shared, "linux/auditd-arp.log.gz"))]));
    expect([logs.format, logs.rows]).toEqual(["auditd", 2]);
  });
});
