/** Constants that a column never holds, or hardly means: by lists of all of its values, of some, and by loaded rows. */
import { describe, expect, it } from "vitest";
import { applyEdits } from "../../../src/base";
import { catalog } from "../../../src/schema";
import { kql } from "../../../src/query/kql";
import type { Scope, TableFacts } from "../../../src/query/language";
import { facts, scopeOf } from "./cases";
import { corpusQueries } from "./shared";

const known = (name: string): TableFacts | undefined => {
  const table = catalog.table(name);
  return table && { name, schema: table.schema, loaded: false, knownValues: (c) => catalog.knownValues(name, c), someValues: (c) => catalog.someValues(name, c) };
};
const world: Scope = { ...scopeOf([]), table: known, tables: () => catalog.tables() };

/** The hint's code and what its fix makes of the query; nothing where the query is right. */
function hint(query: string, wanted: string, scope: Scope = world): void {
  it(query.slice(0, 110), () => {
    const found = kql.compile(query, scope).diagnostics.filter((d) => d.code.startsWith("kql-value-"));
    expect(found.map((d) => `${d.code}${d.fix ? ` → ${applyEdits(query, d.fix.edits)}` : ""}`).join("\n")).toBe(wanted);
  });
}

describe("of a column of which all values are known", () => {
  hint("AzureActivity | where ActivityStatusValue == 'Succeeded'", 'kql-value-never → AzureActivity | where ActivityStatusValue == "Success"');
  hint("AzureActivity | where ActivityStatusValue =~ 'success'", "");
  hint("EmailEvents | where DeliveryAction in ('Junked', 'Inbox')", "kql-value-never");
});

describe("of a column of which some values are known", () => {
  hint("DeviceLogonEvents | where ActionType == 'LogonFaild'", 'kql-value-near → DeviceLogonEvents | where ActionType == "LogonFailed"');
  hint("DeviceLogonEvents | where ActionType == 'logonsuccess'", 'kql-value-near → DeviceLogonEvents | where ActionType == "LogonSuccess"');
  hint("DeviceLogonEvents | where ActionType =~ 'logonsuccess'", "");
  hint("DeviceLogonEvents | where ActionType == 'SomethingNew'", "");
  hint("DeviceLogonEvents | where ActionType != 'LogonFaild'", "");
  hint("DeviceNetworkEvents | where ActionType in ('ConnectionSuccess', 'InboundConectionAccepted')",
    "kql-value-near → DeviceNetworkEvents | where ActionType in ('ConnectionSuccess', \"InboundConnectionAccepted\")");
  hint("DeviceLogonEvents | extend ActionType = 'x' | where ActionType == 'LogonFaild'", "");
  hint("Syslog | where Facility == 'local8'", "");
  hint("SigninLogs | where ResultType == 'Failure'", "kql-value-never");
  hint("SigninLogs | where ResultType in ('0', '50126', '-1', '7000218')", "");
  hint("AzureActivity | where OperationNameValue == 'Microsoft.Compute/virtualMachines/delete'",
    "kql-value-case → AzureActivity | where OperationNameValue =~ 'Microsoft.Compute/virtualMachines/delete'");
  hint("AzureActivity | where OperationNameValue in ('Microsoft.Compute/disks/delete')",
    "kql-value-case → AzureActivity | where OperationNameValue in~ ('Microsoft.Compute/disks/delete')");
  hint("AzureActivity | where OperationNameValue in~ ('Microsoft.Compute/disks/delete') or OperationNameValue == 'MICROSOFT.COMPUTE/DISKS/DELETE'", "");
});

describe("of a column whose loaded values are few", () => {
  const rows: TableFacts = { ...facts("Rows", "what: string, who: string"), loadedValues: (c) => (c === "what" ? ["login", "logout"] : undefined) };
  const scope = scopeOf([rows]);
  hint("Rows | where what == 'Login'", 'kql-value-unseen → Rows | where what == "login"', scope);
  hint("Rows | where what == 'scan'", "kql-value-unseen", scope);
  hint("Rows | where what in ('scan', 'login') and who == 'ann'", "", scope);
  hint("Rows | where what in ('scan', 'dump')", "kql-value-unseen", scope);
  hint("let w = dynamic(['scan']); Rows | where what in (w)", "kql-value-unseen", scope);
  hint("Rows | where what in ('scan', who)", "", scope);
  hint("Rows | where what !in ('scan') and what != 'dump'", "", scope);
});

it.skipIf(corpusQueries.length === 0)("real rules are told of a value in less than one of a hundred", () => {
  const told = corpusQueries.filter(({ query }) => kql.compile(query, world).diagnostics.some((d) => d.code.startsWith("kql-value-")));
  expect(told.length).toBeGreaterThan(4);
  expect(told.length, told.map(({ id }) => id).join()).toBeLessThan(corpusQueries.length / 100);
}, 120_000);
