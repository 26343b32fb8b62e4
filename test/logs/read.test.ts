import { describe, expect, it } from "vitest";
import { distinctValues, readLogs } from "../../src/logs";
import { printDatetime } from "../../src/table";
import { read } from "./rows-of";

describe("formats", () => {
  it.each<[string, string, string, number]>([
    ["one object", '{"a":1}', "json", 1],
    ["a pretty object", '{\n "a": 1,\n "b": {"c": 2}\n}', "json", 1],
    ["a list", '[{"a":1},{"a":2}]', "json", 2],
    ["an empty list", "[]", "json", 0],
    ["lines", '{"a":1}\n{"a":2}\n\n{"a":3}\n', "ndjson", 3],
    ["lines with returns", '{"a":1}\r\n{"a":2}\r\n', "ndjson", 2],
    ["objects one behind the other", '{"a":1}{"a":2} {"a":3}', "json", 3],
    ["a fragment of a list", '{"a":1},\n{"a":2},\n', "ndjson", 2],
    ["lists one behind the other", '[{"a":1}]\n[{"a":2},{"a":3}]', "json", 3],
    ["a byte order mark", '\uFEFF{"a":1}', "json", 1],
    ["Records", '{"Records":[{"a":1},{"a":2}]}', "json", 2],
    ["Records in several objects", '{"Records":[{"a":1}]}\n{"Records":[{"a":2},{"a":3}]}', "ndjson", 3],
    ["event hub messages", '{"records":[{"a":1}]}\n{"records":[{"a":2}]}', "ndjson", 2],
    ["value with a next link before it", '{"@odata.context":"x","value":[{"a":1},{"a":2}],"nextLink":"y"}', "json", 2],
    ["Events", '{"Events":[{"a":1}],"NextToken":"t"}', "json", 1],
    ["an object that happens to have a list", '{"id":{"x":1},"actor":{},"events":[{"n":1},{"n":2}]}', "json", 1],
    ["numbers in a value are no events", '{"value":[1,2,3]}', "json", 1],
    ["commas", "a,b\n1,2\n3,4\n", "csv", 2],
    ["tabs", "a\tb\n1\t2\n", "tsv", 1],
    ["semicolons", "a;b;c\n1;2,5;x\n3;4,5;y\n", "csv", 2],
    ["pipes", "a|b\n1|2\n", "csv", 1],
    ["a header alone", "a,b,c\n", "csv", 0],
    ["no line end at the end", "a,b\n1,2", "csv", 1],
    ["lines of syslog", "Mar  1 10:00:00 host sshd[1]: Accepted\nMar  1 10:00:01 host sshd[1]: Closed\n", "syslog", 2],
    ["a log line that starts with a bracket", "[2024-05-01 10:00:00] start\n[2024-05-01 10:00:01] stop", "text", 2],
    ["a heading above events", 'kubectl logs x\n{"a":1}\n{"a":2}\n', "ndjson", 2],
  ])("%s", (_, text, format, rows) => {
    const logs = read(text);
    expect([logs.format, logs.rows]).toEqual([format, rows]);
    expect(logs.diagnostics.filter((d) => d.severity === "error")).toEqual([]);
  });

  it("reads the answer of the Log Analytics API", () => {
    const logs = read('{"tables":[{"name":"PrimaryResult","columns":[{"name":"EventID","type":"int"},{"name":"Computer","type":"string"}],"rows":[[4688,"a"],[4624,"b"]]}]}');
    expect(logs.columns).toEqual(["EventID", "Computer"]);
    expect(logs.all("Computer")).toEqual(["a", "b"]);
  });

  it("takes the events out of search results and of lookup-events", () => {
    expect(read('{"_index":"x","_source":{"a":1}}\n{"_index":"x","_source":{"a":2}}').all("a")).toEqual(["1", "2"]);
    const looked = read(JSON.stringify({ Events: [{ EventId: "1", CloudTrailEvent: '{"eventName":"RunInstances","eventSource":"ec2.amazonaws.com","awsRegion":"eu-west-1"}' }] }));
    expect([looked.name, looked.cell(0, "EventName")]).toEqual(["AWSCloudTrail", "RunInstances"]);
  });

  it.each([
    ["# table=AWSCloudTrail\nEventName,AWSRegion\nRunInstances,eu-west-1\n", "AWSCloudTrail"],
    ["// table=My_CL\n{\"a\":1}", "My_CL"],
    ["# table: SigninLogs map=no\n{\"a\":1}", "SigninLogs"],
  ])("a first line says the table: %j", (text, name) => {
    const logs = read(text);
    expect([logs.name, logs.rows]).toEqual([name, 1]);
  });

  it("a heading in CSV is not a first line that says a table", () => {
    expect(read("# id,name\n1,x\n").columns).toEqual(["# id", "name"]);
  });
});

describe("csv", () => {
  it("keeps delimiters, quotes and line ends inside of quotes", () => {
    const logs = read('a,b\n"x,1","say ""hi""\nthere"\n"",y\n');
    expect(logs.all("a")).toEqual(["x,1", ""]);
    expect(logs.all("b")).toEqual(['say "hi"\nthere', "y"]);
  });

  it("tells a line with too many cells and leaves it out; a short one is filled", () => {
    const logs = read("a,b\n1,2\n1,2,3\n4\n5,6,\n");
    expect(logs.all("a")).toEqual(["1", "4", "5"]);
    expect(logs.diagnostics.map((d) => d.message)).toEqual([
      "Line 3: 3 cells where the header has 2 names; this line was left out.",
      "Line 4: 1 cells where the header has 2 names; the missing ones are empty.",
    ]);
  });

  it("loses one line to an open quote, not the rest", () => {
    const logs = read('a,b\n1,x\n"2,y\n3,"z"\n4,w\n');
    expect(logs.all("a")).toEqual(["1", "3", "4"]);
    expect(logs.diagnostics[0]?.message).toContain("Line 3: a quote is not closed");
  });

  it("takes a stray quote as it is", () => {
    expect(read('a,b\n5" disk,x\n"a"b,y\n').all("a")).toEqual(['5" disk', '"a"b']);
  });

  it("gives names to columns without one and to those of a second time", () => {
    expect(read(",a,a\n1,2,3\n").columns).toEqual(["Column1", "a", "a_1"]);
  });

  it("takes the zone off the names of times", () => {
    const logs = read("TimeGenerated [UTC],x\n2024-05-01T10:00:00.1234567Z,1\n");
    expect(logs.columns).toEqual(["TimeGenerated", "x"]);
    expect(logs.all("TimeGenerated")).toEqual(["2024-05-01T10:00:00.1234567Z"]);
  });
});

describe("types", () => {
  it.each<[string, string[], string]>([
    ["longs", ["1", "-5", "9223372036854775807"], "long"],
    ["a long too big is text", ["1", "9223372036854775808"], "string"],
    ["leading zeros are text", ["007", "123"], "string"],
    ["reals", ["1.5", "2"], "real"],
    ["truth", ["true", "FALSE", ""], "bool"],
    ["times", ["2024-05-01T10:00:00Z", "2024-05-01 10:00:00.5"], "datetime"],
    ["days", ["2024-05-01"], "datetime"],
    ["timespans", ["1.02:03:04", "00:00:00.5000000"], "timespan"],
    ["a time of day is text", ["08:00:00"], "string"],
    ["guids stay text", ["2c1f1dfc-3c2d-4d0e-8f2a-111111111111"], "string"],
    ["addresses are text", ["10.0.0.1"], "string"],
    ["json", ['{"a":1}', "[1]"], "dynamic"],
    ["broken json is text", ['{"a":1', "[1]"], "string"],
    ["mixed", ["1", "x"], "string"],
    ["nothing", ["", ""], "string"],
  ])("%s", (_, cells, type) => {
    const quoted = cells.map((c) => `"${c.split('"').join('""')}",x`).join("\n");
    expect(read(`v,other\n${quoted}\n`).types["v"]).toBe(type);
  });

  it("JSON says its own types; a time is a time all the same", () => {
    const logs = read('{"a":1,"b":"1","c":1.0,"d":true,"e":{"x":1},"f":"2024-05-01T00:00:00Z","g":null}\n{"a":2.5,"e":"s"}');
    expect(logs.types).toEqual({ a: "real", b: "string", c: "real", d: "bool", e: "dynamic", f: "datetime", g: "string" });
  });

  it("numbers that are text in other rows are kept as text", () => {
    expect(read('{"EventNo":1}\n{"EventNo":"1"}').all("EventNo")).toEqual(["1", "1"]);
  });

  it("keeps 64-bit integers and 100-ns times exactly", () => {
    const logs = read('{"id":9223372036854775807,"n":-9223372036854775808,"in":{"id":9007199254740993},"t":"2024-05-01T00:00:00.1234567Z"}');
    expect(logs.cell(0, "id")).toBe(9223372036854775807n);
    expect(logs.cell(0, "n")).toBe(-9223372036854775808n);
    expect(logs.all("in")).toEqual(['{"id":9007199254740993}']);
    expect(logs.all("t")).toEqual(["2024-05-01T00:00:00.1234567Z"]);
  });

  it("cells that do not fit the table's type are null and told", () => {
    const logs = read("TimeGenerated,EventID,Computer,Account\nyesterday,4688,a,b\n2024-05-01T00:00:00Z,many,a,b\n", { table: "SecurityEvent" });
    expect(logs.all("TimeGenerated")).toEqual(["", "2024-05-01T00:00:00.0000000Z"]);
    expect(logs.diagnostics.map((d) => d.message)).toEqual([
      "1 cell of TimeGenerated cannot be read as datetime (first: 'yesterday'); they are null.",
      "1 cell of EventID cannot be read as int (first: 'many'); they are null.",
    ]);
  });
});

describe("dates", () => {
  const times = (cells: string[]) => read(`TimeGenerated,x\n${cells.map((c) => `"${c}",1`).join("\n")}\n`);
  it("one cell decides for the column", () => {
    const logs = times(["3/4/2025, 09:00:00", "21/04/2025, 09:45:54.000"]);
    expect(logs.all("TimeGenerated")).toEqual(["2025-04-03T09:00:00.0000000Z", "2025-04-21T09:45:54.0000000Z"]);
    expect(logs.diagnostics[0]?.message).toContain("day first");
  });
  it("month first where a cell proves it", () => {
    const logs = times(["3/4/2025, 1:00:00.072 PM", "4/28/2025, 2:32:14.029 AM"]);
    expect(logs.all("TimeGenerated")[0]).toBe("2025-03-04T13:00:00.0720000Z");
    expect(logs.codes).toEqual([]);
  });
  it("says so when both would do", () => {
    const logs = times(["3/4/2025, 1:00:00 PM"]);
    expect(logs.all("TimeGenerated")[0]).toBe("2025-03-04T13:00:00.0000000Z");
    expect(logs.diagnostics[0]?.message).toContain("may be day or month first");
  });
  it("a column that has both is no time column, or warned of in a known table", () => {
    expect(times(["21/04/2025, 1:00", "4/28/2025, 2:00"]).types["TimeGenerated"]).toBe("string");
  });
  it("newest is of the time column", async () => {
    const logs = await readLogs('{"eventTime":"2024-05-01T00:00:00Z","until":"2030-01-01T00:00:00Z"}\n{"eventTime":"2024-06-01T00:00:00Z"}');
    expect(printDatetime(logs.newest ?? 0n)).toBe("2024-06-01T00:00:00.0000000Z");
  });
});

describe("what rows are", () => {
  const trail = { eventVersion: "1.09", eventTime: "2024-05-01T10:00:00Z", eventSource: "ec2.amazonaws.com", eventName: "RunInstances", awsRegion: "eu-west-1", userIdentity: { type: "IAMUser", arn: "arn:x", sessionContext: { attributes: { mfaAuthenticated: "true" } } }, requestParameters: { instancesSet: { items: [{ minCount: 1 }] } }, readOnly: false };
  it("CloudTrail records become AWSCloudTrail", () => {
    const logs = read(JSON.stringify({ Records: [trail] }));
    expect([logs.name, logs.mapping]).toEqual(["AWSCloudTrail", "cloudtrail"]);
    expect(logs.cell(0, "RequestParameters")).toBe('{"instancesSet":{"items":[{"minCount":1}]}}');
    expect([logs.cell(0, "SessionMfaAuthenticated"), logs.cell(0, "ReadOnly"), logs.cell(0, "AWSRegion")]).toEqual([true, false, "eu-west-1"]);
    expect(logs.cell(0, "Type")).toBe("AWSCloudTrail");
    expect(logs.columns).toContain("VpcEndpointId");
  });
  it("map: false leaves them raw", () => {
    const logs = read(JSON.stringify(trail), { map: false });
    expect([logs.name, logs.mapping, logs.cell(0, "awsRegion")]).toEqual(["Sample", "none", "eu-west-1"]);
  });
  it("an activity log record becomes AzureActivity", () => {
    const id = "/subscriptions/S1/resourceGroups/rg-a/providers/Microsoft.Compute/virtualMachines/vm1";
    const logs = read(JSON.stringify({ time: "2024-05-01T10:00:00.1234567Z", resourceId: id, operationName: "Microsoft.Compute/virtualMachines/write", category: "Write", resultType: "Success", resultSignature: "Succeeded.Created", callerIpAddress: "192.0.2.1", identity: { claims: { name: "ana", appid: "app" } }, level: "Informational", properties: { eventCategory: "Administrative" } }));
    expect(logs.name).toBe("AzureActivity");
    const cells = ["OperationNameValue", "ActivityStatusValue", "ActivitySubstatusValue", "ResourceGroup", "SubscriptionId", "Caller", "Resource", "_ResourceId", "HTTPRequest"].map((c) => logs.cell(0, c));
    expect(cells).toEqual(["MICROSOFT.COMPUTE/VIRTUALMACHINES/WRITE", "Success", "Created", "RG-A", "S1", "ana", "vm1", id.toLowerCase(), '{"clientIpAddress":"192.0.2.1"}']);
  });
  it("an event of the activity log's API says Success for Succeeded", () => {
    const logs = read(JSON.stringify({ value: [{ eventTimestamp: "2024-05-01T10:00:00Z", eventDataId: "e", operationName: { value: "Microsoft.Compute/virtualMachines/write", localizedValue: "Create VM" }, status: { value: "Succeeded", localizedValue: "Succeeded" }, caller: "ana", resourceGroupName: "rg" }] }));
    expect([logs.name, logs.cell(0, "ActivityStatusValue"), logs.cell(0, "ActivityStatus"), logs.cell(0, "OperationName")]).toEqual(["AzureActivity", "Success", "Succeeded", "Create VM"]);
  });
  it("a Cloud Logging entry becomes GCPAuditLogs, ids exact", () => {
    const logs = read('{"protoPayload":{"serviceName":"compute.googleapis.com","methodName":"v1.compute.instances.insert","authenticationInfo":{"principalEmail":"a@b"},"response":{"id":9007199254740993}},"insertId":"i","logName":"l","timestamp":"2024-05-01T10:00:00.123456789Z","receiveTimestamp":"2024-05-01T10:00:01Z"}');
    expect([logs.name, logs.cell(0, "MethodName"), logs.cell(0, "PrincipalEmail")]).toEqual(["GCPAuditLogs", "v1.compute.instances.insert", "a@b"]);
    expect(logs.all("Response")).toEqual(['{"id":9007199254740993}']);
    expect(logs.all("Timestamp")).toEqual(["2024-05-01T10:00:00.1234567Z"]);
  });
  it("sign-ins of a diagnostic setting become SigninLogs", () => {
    const logs = read(JSON.stringify({ time: "2024-05-01T10:00:00Z", resourceId: "/tenants/t/providers/Microsoft.aadiam", operationName: "Sign-in activity", category: "SignInLogs", tenantId: "t", resultType: "50126", callerIpAddress: "192.0.2.1", identity: "Ana", properties: { userPrincipalName: "ana@x", appDisplayName: "Portal", riskState: "none" } }));
    expect([logs.name, logs.cell(0, "UserPrincipalName"), logs.cell(0, "ResultType"), logs.cell(0, "RiskState")]).toEqual(["SigninLogs", "ana@x", "50126", "none"]);
  });
  it("audit records of Microsoft 365 become OfficeActivity", () => {
    const logs = read(JSON.stringify({ CreationTime: "2024-05-01T10:00:00", Id: "1", Operation: "New-InboxRule", OrganizationId: "o", RecordType: 1, UserId: "ana@x", Workload: "Exchange", ClientIP: "192.0.2.1" }));
    expect([logs.name, logs.cell(0, "OfficeWorkload"), logs.cell(0, "Operation"), logs.cell(0, "ClientIP")]).toEqual(["OfficeActivity", "Exchange", "New-InboxRule", "192.0.2.1"]);
  });
  const windows = [
    { EventID: 4688, Channel: "Security", SourceName: "Microsoft-Windows-Security-Auditing", Hostname: "h", "@timestamp": "2024-05-01T10:00:00Z", NewProcessName: "C:\\Windows\\System32\\cmd.exe", SubjectUserName: "ana", SubjectDomainName: "D", Message: "A new process has been created.\r\n\r\nSubject:" },
    { EventID: 1, Channel: "Microsoft-Windows-Sysmon/Operational", SourceName: "Microsoft-Windows-Sysmon", Hostname: "h", "@timestamp": "2024-05-01T10:00:01Z", Image: "C:\\a&b.exe", CommandLine: 'x "<y>"', Message: "Process Create:" },
  ].map((e) => JSON.stringify(e)).join("\n");
  it("Windows events become SecurityEvent or Event or WindowsEvent", () => {
    const security = read(windows);
    expect([security.name, security.rows, security.cell(0, "Process"), security.cell(0, "Account"), security.cell(0, "Activity")])
      .toEqual(["SecurityEvent", 1, "cmd.exe", "D\\ana", "4688 - A new process has been created."]);
    expect(security.codes).toContain("logs-other-channels");
    const event = read(windows, { table: "Event" });
    expect([event.name, event.rows, event.cell(0, "Source")]).toEqual(["Event", 1, "Microsoft-Windows-Sysmon"]);
    expect(event.cell(0, "EventData")).toContain('<Data Name="CommandLine">x &quot;&lt;y&gt;&quot;</Data>');
    const all = read(windows, { table: "WindowsEvent" });
    expect(all.rows).toBe(2);
    expect(all.all("EventData")[1]).toBe('{"Image":"C:\\\\a&b.exe","CommandLine":"x \\"<y>\\""}');
    expect(all.candidates).toEqual(["SecurityEvent", "Event"]);
  });
  it("rows of a table are known by their names, and by Type", () => {
    expect(read("TimeGenerated,OperationNameValue,ActivityStatusValue,CallerIpAddress\n2024-05-01T00:00:00Z,X,Success,192.0.2.1\n").name).toBe("AzureActivity");
    expect(read('{"TimeGenerated":"2024-05-01T00:00:00Z","Type":"NGINX_CL","RawData":"x"}').name).toBe("NGINX_CL");
    expect(read('{"Timestamp":"2024-05-01T00:00:00Z","DeviceName":"d","ActionType":"ProcessCreated","ProcessCommandLine":"x","ProcessIntegrityLevel":"High","InitiatingProcessFileName":"y"}').all("TimeGenerated")).toEqual(["2024-05-01T00:00:00.0000000Z"]);
  });
  it("a table that is not what the rows are is told", () => {
    expect(read('{"colour":"red"}', { table: "AWSCloudTrail" }).codes).toContain("logs-other-shape");
    expect(read('{"a":1}', { table: "AwsCloudTrail" }).diagnostics[0]?.message).toContain("Did you mean AWSCloudTrail?");
  });
  it("a union's columns of two types become the table's one", () => {
    expect(read('{"TimeGenerated":"2024-05-01T00:00:00Z","Status_dynamic":{"errorCode":0},"Status_string":"","UserPrincipalName":"a","AppDisplayName":"b","ResultType":"0"}').all("Status")).toEqual(['{"errorCode":0}']);
  });
  it("a dynamic column takes the JSON that an export wrote as text", () => {
    const logs = read('{"TimeGenerated":"2024-05-01T00:00:00Z","OperationName":"x","InitiatedBy":"{\\"user\\":{\\"id\\":1}}","LoggedByService":"Core","TargetResources":"[]"}', { table: "AuditLogs" });
    expect(logs.all("InitiatedBy")).toEqual(['{"user":{"id":1}}']);
  });
});

describe("broken events", () => {
  it.each<[string, string, string[], number]>([
    ["a line cut off", '{"a":1}\n{"a":2,"b":\n{"a":3}', ["1", "3"], 2],
    ["an open string", '{"a":1}\n{"a":"x}\n{"a":3}', ["1", "3"], 2],
    ["an open string deep inside", '{"a":1}\n{"b":{"c":"x}\n{"a":3}\n', ["1", "3"], 2],
    ["no quotes", '{"a":1}\n{a:2}\n{"a":3}', ["1", "3"], 2],
    ["words between", '{"a":1}\nhello there\n{"a":3}', ["1", "3"], 2],
    ["the end is missing", '{"a":1}\n{"a":2}\n{"a":', ["1", "2"], 3],
    ["a list in one line", '[{"a":1},{"a":},{"a":3}]', ["1", "3"], 1],
    ["a pretty list", '[\n  {\n    "a": 1\n  },\n  {\n    "a": oops\n  },\n  {\n    "a": 3\n  }\n]', ["1", "3"], 5],
    ["a list that does not end", '[{"a":1},{"a":3}', ["1", "3"], 1],
  ])("%s: the others load, the line is told", (_, text, left, line) => {
    const logs = read(text);
    expect(logs.all("a")).toEqual(left);
    expect(logs.diagnostics[0]?.message).toContain(`Line ${line}:`);
  });
  it("tells twenty and counts the rest", () => {
    const logs = read(`{"a":1}\n${'{"a":\n'.repeat(50)}`);
    expect(logs.codes.filter((c) => c === "json-broken-event").length).toBe(20);
    expect(logs.diagnostics.find((d) => d.code === "logs-more")?.message).toContain("30 more");
  });
  it("stops at the limit of rows and says so", () => {
    expect(read('{"a":1}\n{"a":2}\n{"a":3}', { maxRows: 2 }).codes).toEqual(["logs-row-limit"]);
    expect(read("a,b\n1,2\n3,4\n5,6\n", { maxRows: 2 }).rows).toBe(2);
  });
});

describe("values", () => {
  it("are given for columns that have few, most frequent first", () => {
    const rows = Array.from({ length: 300 }, (_, i) => `{"few":"${i % 3 === 0 ? "a" : "b"}","many":"v${i}","n":${i}}`).join("\n");
    const values = distinctValues(read(rows).table);
    expect(values.get("few")).toEqual(["b", "a"]);
    expect([...values.keys()]).toEqual(["few"]);
  });
});
