/** Names that our facts about tables lack: what a lenient scope takes with a warning, what stays a mistake. */
import { describe, expect, it } from "vitest";
import { kql } from "../../../src/query/kql";
import type { TableFacts } from "../../../src/query/language";
import { columnsOf, diagnosticsOf, facts, scopeOf } from "./cases";

const known = (name: string, columns: string): TableFacts => ({ ...facts(name, columns), loaded: false });
const TABLES = [
  known("SigninLogs", "TimeGenerated: datetime, UserPrincipalName: string, ResultType: string, Status: dynamic, Type: string"),
  known("Syslog", "TimeGenerated: datetime, Computer: string, SyslogMessage: string"),
  known("AzureDiagnostics", "TimeGenerated: datetime, Category: string, Resource: string"),
  known("DeviceEvents", "Timestamp: datetime, ActionType: string, AdditionalFields: string"),
  facts("Mine", "TimeGenerated: datetime, who: string"),
];
const lenient = scopeOf(TABLES);
const strict = scopeOf(TABLES, false);

/** The query's findings as `severity code`, in a lenient and a strict scope. */
function told(query: string, wanted: readonly string[], wantedStrict: readonly string[] = wanted): void {
  it(query, () => {
    const found = (scope: typeof lenient) => diagnosticsOf(query, scope).map((d) => `${d.severity} ${d.code.replace("kql-", "")}`);
    expect(found(lenient)).toEqual(wanted);
    expect(found(strict)).toEqual(wantedStrict);
    expect(kql.compile(query, lenient).plan === undefined).toBe(wanted.some((w) => w.startsWith("error")));
  });
}

describe("tables", () => {
  told("WizIssues_CL | where severity_s == 'high' | sort by updatedAt_t", ["warning unknown-table"], ["error unknown-table"]);
  told("Syslog_CL | take 5", ["warning unknown-table"], ["error unknown-table"]);
  told("ZoomLogs() | where Event =~ 'x'", ["warning unknown-function"], ["error unknown-function"]);
  told("SigninLog | take 5", ["error unknown-table"]);
  told("SecurityEvnt | take 5", ["warning unknown-table"], ["error unknown-table"]);
  told("signinlogs | take 5", ["warning name-case"], ["error name-case"]);
  told("union isfuzzy=true Nowhere, Syslog | where Computer has 'a' or Other == 'b'",
    ["warning unknown-table"]);
  told("let T = WizIssues_CL | where a == 1; T | summarize arg_max(TimeGenerated, *) by b | sort by c",
    ["warning unknown-table"], ["error unknown-table"]);
  it("gives the columns of a table named by type their types", () => {
    expect(columnsOf("Wiz_CL | project a_s, b_d, c_b, d_t, e_g, f, TimeGenerated", lenient))
      .toBe("a_s:string, b_d:real, c_b:bool, d_t:datetime, e_g:guid, f:dynamic, TimeGenerated:datetime");
    expect(columnsOf("Parser | project a_s, TimeGenerated", lenient)).toBe("a_s:dynamic, TimeGenerated:datetime");
  });
});

describe("columns", () => {
  told("Syslog | project TenantId, _ItemId, _ResourceId, _TimeReceived", []);
  told("AzureDiagnostics | where ruleId_s == 'x' and bytes_d > 5", []);
  told("Syslog | where ruleId_s == 'x'", ["warning unknown-column"], ["error unknown-column"]);
  told("SigninLogs | where Nothing_Like_This == 'x' | project Nothing_Like_This", ["warning unknown-column"],
    ["error unknown-column", "error unknown-column"]);
  told("SigninLogs | where UserPrincipalNme == 'x'", ["error unknown-column"]);
  told("SigninLogs | where userprincipalname == 'x'", ["warning name-case"], ["error name-case"]);
  told("SigninLogs | where NewOne.x == 'y' | mv-expand NewOne | summarize max(NewOne.z) by tostring(NewOne)",
    ["warning unknown-column"], Array.from({ length: 4 }, () => "error unknown-column"));
  told("SigninLogs | project-rename a = NewOne | where a == 'x' | project-away OldOne",
    ["warning unknown-column", "warning unknown-column"], ["error unknown-column", "error unknown-column", "error unknown-column"]);
  told("SigninLogs | join kind=inner (Syslog | project NewOne, Computer) on NewOne", ["warning unknown-column"],
    ["error unknown-column", "error unknown-column"]);
  // What the query itself has made has no columns but those.
  told("SigninLogs | summarize count() by ResultType | where NewOne == 'x'", ["error unknown-column"]);
  told("SigninLogs | project ResultType | where NewOne == 'x'", ["error unknown-column"]);
  // Loaded rows say which columns there are.
  told("Mine | where NewOne == 'x'", ["error unknown-column"]);
  told("DeviceEvents | where AdditionalFields.Command has 'x'", [], ["error not-dynamic"]);
  it("an absent column has the type that is known, and Type is the table's name", () => {
    expect(columnsOf("Syslog | project TenantId, _TimeReceived, _BilledSize", strict)).toBe("TenantId:string, _TimeReceived:datetime, _BilledSize:real");
    expect(JSON.stringify(kql.compile("Syslog | project Type", strict).plan, (_, v: unknown) => (typeof v === "bigint" ? 0 : v))).toContain('"value":"Syslog"');
  });
  it("a mistake is told once, not again where its value is used", () => {
    expect(diagnosticsOf("SigninLogs | summarize n = countif() by UserPrincipalName | sort by n | where n > 5", lenient).map((d) => d.code)).toEqual(["kql-argument-count"]);
  });
});
