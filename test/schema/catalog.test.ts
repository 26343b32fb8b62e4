import { describe, expect, it } from "vitest";
import { catalog, readColumns, tablesOf } from "../../src/schema";
import { SCALAR_TYPES } from "../../src/table";
import values from "../../src/schema/data/values.json";
import docs from "../../src/schema/data/docs.json";
import logsources from "../../src/schema/data/logsources.json";

const type = (table: string, column: string) => catalog.table(table)?.schema.columns.find((c) => c.name === column)?.type;

describe("catalog", () => {
  it("knows nearly a hundred tables, each with columns of known types and no name twice", () => {
    expect(catalog.tables().length).toBeGreaterThan(90);
    for (const name of catalog.tables()) {
      const columns = catalog.table(name)?.schema.columns ?? [];
      expect(columns.length, name).toBeGreaterThan(0);
      expect(new Set(columns.map((c) => c.name)).size, name).toBe(columns.length);
      for (const c of columns) expect(SCALAR_TYPES, `${name}.${c.name}`).toContain(c.type);
    }
  });

  it.each([
    ["AWSCloudTrail", "AWSRegion", "string"],
    ["AWSCloudTrail", "ReadOnly", "bool"],
    ["AzureActivity", "Properties_d", "dynamic"],
    ["SecurityEvent", "EventID", "int"],
    ["DeviceProcessEvents", "ProcessId", "long"],
    ["GCPAuditLogs", "Timestamp", "datetime"],
  ])("%s.%s is %s", (table, column, expected) => expect(type(table, column)).toBe(expected));

  it.each(["DeviceProcessEvents", "AlertInfo", "EmailEvents", "CloudAppEvents"])("%s has both time columns", (table) => {
    expect(type(table, "Timestamp")).toBe("datetime");
    expect(type(table, "TimeGenerated")).toBe("datetime");
  });

  it.each([
    ["awscloudtrail", "AWSCloudTrail"],
    ["SecurityEvents", "SecurityEvent"],
    ["SignInLogs", "SigninLogs"],
    ["Qqqqqqqqqq", undefined],
  ])("near %s is %s", (written, meant) => expect(catalog.near(written)).toBe(meant));

  it.each(["__proto__", "constructor", "toString", ""])("'%s' is no table and no column", (name) => {
    expect(catalog.table(name)).toBeUndefined();
    expect(catalog.doc(name)).toBeUndefined();
    expect(catalog.doc("AWSCloudTrail", name)).toBeUndefined();
    expect(catalog.knownValues(name, name)).toBeUndefined();
  });

  it("tells that Succeeded is no status of today's Azure rows", () => {
    expect(catalog.knownValues("AzureActivity", "ActivityStatusValue")).toContain("Success");
    expect(catalog.knownValues("AzureActivity", "ActivityStatusValue")).not.toContain("Succeeded");
    expect(catalog.knownValues("SigninLogs", "ResultType")).toBeUndefined();
  });

  it("states closed lists, sentences and log sources only of tables and columns that exist", () => {
    for (const list of values.lists) expect(type(list.table, list.column), `${list.table}.${list.column}`).toBeDefined();
    for (const table of Object.keys(docs.tables)) expect(catalog.table(table), table).toBeDefined();
    for (const key of Object.keys(docs.columns).filter((k) => !k.startsWith("*"))) {
      const [table = "", column = ""] = key.split(".");
      expect(type(table, column), key).toBeDefined();
    }
    for (const s of logsources.sources) for (const t of s.tables) expect(catalog.table(t), t).toBeDefined();
  });

  it("reads the compact column lines", () => {
    expect(readColumns("A B:long")).toEqual([{ name: "A", type: "string" }, { name: "B", type: "long" }]);
  });

  it("takes a table of which the reference shows too little as open", () => {
    expect(catalog.table("AADSignInEventsBeta")?.schema.open).toBe(true);
    expect(catalog.table("AWSCloudTrail")?.schema.open).toBe(false);
  });
});

describe("log sources", () => {
  it.each([
    [{ product: "aws", service: "cloudtrail" }, "AWSCloudTrail"],
    [{ product: "azure", service: "activitylogs" }, "AzureActivity"],
    [{ product: "gcp", service: "gcp.audit" }, "GCPAuditLogs"],
    [{ product: "windows", category: "process_creation" }, "SecurityEvent"],
    [{ product: "windows", category: "process_creation", service: "sysmon" }, "Event"],
    [{ product: "Windows", service: "powershell" }, "Event"],
    [{ category: "webserver" }, "W3CIISLog"],
  ])("%o needs %s", (source, table) => expect(tablesOf(source)[0]).toBe(table));

  it("knows of no table for a source nobody has", () => expect(tablesOf({ product: "toaster" })).toEqual([]));
});
