/** Logs of lines: our own example lines, and the cells that come of them. */
import { describe, expect, it } from "vitest";
import { UNIX_EPOCH } from "../../src/table";
import { read } from "./rows-of";

/** 1 July 2026, for times that have no year. */
const NOW = UNIX_EPOCH + BigInt(Date.UTC(2026, 6, 1)) * 10_000n;
const raw = { map: false, now: NOW };
type Rows = ReturnType<typeof read>;

/** Cells of a row that are not empty, by name. */
function cells(rows: Rows, row: number): Record<string, string> {
  return Object.fromEntries(rows.columns.map((name) => [name, rows.all(name)[row] ?? ""]).filter(([, cell]) => cell !== ""));
}
const messages = (rows: Rows): string[] => rows.diagnostics.map((d) => d.message);

describe("syslog", () => {
  it("reads RFC 5424 with structured data, escapes and a byte order mark", () => {
    const rows = read('<165>1 2026-05-11T10:00:00.003Z web01 app 812 ID47 [ex@32473 user="a \\"b\\" \\]" n=""][more@1] \uFEFFdone: ünï\n<14>1 - - - - - -\n', raw);
    expect(rows.format).toBe("syslog");
    expect(cells(rows, 0)).toEqual({
      timestamp: "2026-05-11T10:00:00.0030000Z", host: "web01", program: "app", pid: "812", msgid: "ID47", facility: "local4", severity: "notice",
      structured_data: '{"ex@32473":{"user":"a \\"b\\" ]","n":""},"more@1":{}}', message: "done: ünï",
    });
    expect(cells(rows, 1)).toEqual({ facility: "user", severity: "info" });
  });

  it.each<[string, Record<string, string>]>([
    ["<38>May 11 10:00:00 gw sshd[411]: Failed password for root", { timestamp: "2026-05-11T10:00:00.0000000Z", host: "gw", program: "sshd", pid: "411", facility: "auth", severity: "info", message: "Failed password for root" }],
    ["May  1 10:00:00 gw sudo:   ann : TTY=pts/0", { timestamp: "2026-05-01T10:00:00.0000000Z", host: "gw", program: "sudo", message: "ann : TTY=pts/0" }],
    ["May 11 2024 10:00:00 fw1 : %ASA-6-302013: Built inbound", { timestamp: "2024-05-11T10:00:00.0000000Z", host: "fw1", message: ": %ASA-6-302013: Built inbound" }],
    ["<189>45: May 11 2025 10:00:00.123 UTC: %SYS-5-CONFIG_I: Configured", { timestamp: "2025-05-11T10:00:00.1230000Z", program: "%SYS-5-CONFIG_I", facility: "local7", severity: "notice", message: "Configured" }],
    ["2026-05-11T10:00:00.5+02:00 db systemd[1]: Started x.", { timestamp: "2026-05-11T08:00:00.5000000Z", host: "db", program: "systemd", pid: "1", message: "Started x." }],
    ["May 11 10:00:00 gw CRON[9]: pam_unix(cron:session): opened", { timestamp: "2026-05-11T10:00:00.0000000Z", host: "gw", program: "CRON", pid: "9", message: "pam_unix(cron:session): opened" }],
    ["May 11 10:00:00 last message repeated 3 times", { timestamp: "2026-05-11T10:00:00.0000000Z", message: "last message repeated 3 times" }],
    ["May 11 10:00:00 ::1 su(pam_unix)[7]: session closed", { timestamp: "2026-05-11T10:00:00.0000000Z", host: "::1", program: "su(pam_unix)", pid: "7", message: "session closed" }],
    ["<13>no time here", { facility: "user", severity: "notice", message: "no time here" }],
    ["61 <13>May 11 10:00:00 h t: counted", { timestamp: "2026-05-11T10:00:00.0000000Z", host: "h", program: "t", facility: "user", severity: "notice", message: "counted" }],
  ])("%s", (line, expected) => {
    const rows = read(line, raw);
    expect([rows.format, cells(rows, 0)]).toEqual(["syslog", expected]);
  });

  it("decides years by the order of the lines and the clock, and tells them", () => {
    const rows = read("Dec 31 23:59:59 h a: x\nJan  1 00:00:01 h a: y\nJul 3 00:00:00 h a: z\n", raw);
    expect(rows.all("timestamp")).toEqual(["2024-12-31T23:59:59.0000000Z", "2025-01-01T00:00:01.0000000Z", "2025-07-03T00:00:00.0000000Z"]);
    expect(messages(rows)).toEqual(["The times have no year and no zone: they are read as of 2024 to 2025 (the newest is not in the future then), in UTC."]);
  });

  it("reads newest first as well, and finds a year that has the 29th of February", () => {
    expect(read("Jan  1 00:00:01 h a: y\nDec 31 23:59:59 h a: x\n", raw).all("timestamp")).toEqual(["2026-01-01T00:00:01.0000000Z", "2025-12-31T23:59:59.0000000Z"]);
    expect(read("Feb 29 01:00:00 h a: y\n", raw).all("timestamp")).toEqual(["2024-02-29T01:00:00.0000000Z"]);
  });

  it("takes the year from lines that have one", () => {
    const rows = read("<13>May 11 10:00:00 h a: x\n<13>1 2023-05-12T00:00:00Z h a - - - y\n", raw);
    expect(rows.all("timestamp")[0]).toBe("2023-05-11T10:00:00.0000000Z");
    expect(messages(rows)[0]).toContain("of 2023 (other lines of this log say one)");
  });

  it("tells wrong lines with their number, joins lines that are set in, and keeps the rest", () => {
    const rows = read("<13>May 11 10:00:00 h a: x\nFeb 30 00:00:00 h a: y\n<999>what\nMay 11 10:00:01 h a: trace\n\tat one\n\tat two\n", raw);
    expect(rows.all("message")).toEqual(["x", "trace\n\tat one\n\tat two"]);
    expect(messages(rows)).toEqual([
      "Line 2: expected a date and a time that exist, found 'Feb 30 00:00:00 h a: y'; this line was left out.",
      "Line 3: expected a priority of at most 191, found '<999>what'; this line was left out.",
      "The times have no year and no zone: they are read as of 2026 (the newest is not in the future then), in UTC.",
      "2 lines that are set in belong to the event above them.",
    ]);
  });

  it("becomes the table Syslog", () => {
    const rows = read("<38>May 11 10:00:00 gw sshd[411]: Failed password\n", { now: NOW });
    expect([rows.name, rows.mapping]).toEqual(["Syslog", "syslog"]);
    expect(cells(rows, 0)).toEqual({
      TimeGenerated: "2026-05-11T10:00:00.0000000Z", EventTime: "2026-05-11T10:00:00.0000000Z", Computer: "gw", HostName: "gw", Facility: "auth",
      SeverityLevel: "info", SyslogMessage: "Failed password", ProcessName: "sshd", ProcessID: "411", Type: "Syslog",
    });
  });
});

describe("CEF and LEEF", () => {
  it("reads headers with escapes, values with blanks, and labels", () => {
    const rows = read("May 11 10:00:00 fw CEF:0|Acme\\|Co|Wall\\\\X|1.0|100|Login = bad|5|src=192.0.2.1 spt=99 msg=two words \\= here\\nnext  request=http://x/?a=b&c=d cs1=val one cs1Label=Rule Name zz=1\n", raw);
    expect([rows.format, cells(rows, 0)]).toEqual(["cef", {
      timestamp: "2026-05-11T10:00:00.0000000Z", host: "fw", cefVersion: "0", deviceVendor: "Acme|Co", deviceProduct: "Wall\\X", deviceVersion: "1.0",
      deviceEventClassId: "100", name: "Login = bad", severity: "5", src: "192.0.2.1", spt: "99", msg: "two words = here\nnext",
      request: "http://x/?a=b&c=d", cs1: "val one", cs1Label: "Rule Name", zz: "1",
    }]);
  });

  it("becomes CommonSecurityLog; fields without a column are gathered", () => {
    const rows = read("CEF:0|Acme|Wall|1.0|100|Login|High|rt=1778493600123 dst=192.0.2.9 dpt=443 cs1=a cs1Label=Rule cn1=7 odd=x y other=z\nCEF:0|Acme|Wall|1.0|101|Bye|Low|rt=May 11 2026 11:00:00 act=drop\n", { now: NOW });
    expect([rows.name, rows.mapping]).toEqual(["CommonSecurityLog", "cef"]);
    expect(cells(rows, 0)).toMatchObject({
      TimeGenerated: "2026-05-11T10:00:00.1230000Z", DeviceVendor: "Acme", Activity: "Login", LogSeverity: "High", DestinationIP: "192.0.2.9", DestinationPort: "443",
      DeviceCustomString1: "a", DeviceCustomString1Label: "Rule", DeviceCustomNumber1: "7", FieldDeviceCustomNumber1: "7", AdditionalExtensions: "odd=x y;other=z",
    });
    expect(cells(rows, 1)).toMatchObject({ TimeGenerated: "2026-05-11T11:00:00.0000000Z", DeviceAction: "drop" });
  });

  it("tells a header that is cut short", () => {
    const rows = read("CEF:0|A|B|1|1|n|3|a=b\nCEF:0|A|B\n", raw);
    expect([rows.rows, messages(rows)]).toEqual([1, ["Line 2: expected seven fields between bars behind 'CEF:', found 'CEF:0|A|B'; this line was left out."]]);
  });

  it.each([
    ["LEEF:1.0|V|P|1|42|src=192.0.2.1\tusrName=a b\tx=", { src: "192.0.2.1", usrName: "a b" }],
    ["LEEF:2.0|V|P|1|42|^|src=192.0.2.1^usrName=a b^x=", { src: "192.0.2.1", usrName: "a b" }],
    ["<13>May 11 10:00:00 h LEEF:2.0|V|P|1|42|x7C|src=192.0.2.1|usrName=a=b", { host: "h", src: "192.0.2.1", usrName: "a=b" }],
    ["LEEF:2.0|V|P|1|42||src=192.0.2.1\tusrName=a b", { src: "192.0.2.1", usrName: "a b" }],
    ["LEEF:1.0|V|P|1|42|src=192.0.2.1 usrName=a b", { src: "192.0.2.1", usrName: "a b" }],
  ])("%s", (line, expected) => {
    const rows = read(line, raw);
    expect(rows.format).toBe("leef");
    expect(cells(rows, 0)).toMatchObject({ vendor: "V", product: "P", eventId: "42", ...expected });
  });
});

describe("pairs", () => {
  it("reads logfmt with flags and quotes", () => {
    const rows = read('level=info ts=2026-05-11T10:00:00Z msg="say \\"hi\\"" debug n=1\nlevel=warn ts=2026-05-11T10:00:01Z msg=x n=2\n', raw);
    expect([rows.format, cells(rows, 0)]).toEqual(["logfmt", { level: "info", ts: "2026-05-11T10:00:00.0000000Z", msg: 'say "hi"', debug: "true", n: "1" }]);
  });

  it.each<[string, Record<string, string>]>([
    ['<189>date=2026-05-11 time=10:00:00 tz="+0200" devname="FW 1" action=deny', { timestamp: "2026-05-11T08:00:00.0000000Z", devname: "FW 1", action: "deny", facility: "local7" }],
    ["user=ann,action=login,result=ok", { user: "ann", action: "login", result: "ok" }],
    ["user=ann; action=log in; result=ok", { user: "ann", action: "log in", result: "ok" }],
    ["2026-05-11 10:00:00 user=ann reason=bad password given", { timestamp: "2026-05-11T10:00:00.0000000Z", user: "ann", reason: "bad password given" }],
    ["a='x y' b=\"1,2\" c=1,2", { a: "x y", b: "1,2", c: "1,2" }],
    ["May 11 10:00:00 gw app[3]: user=ann action=x", { program: "app", message: "user=ann action=x" }],
  ])("%s", (line, expected) => {
    const rows = read(line, raw);
    expect(cells(rows, 0)).toMatchObject(expected);
  });
});

describe("auditd", () => {
  const EXEC = [
    'type=SYSCALL msg=audit(1778493600.155:927): arch=c000003e syscall=59 success=yes exit=0 a0=55 a1=66 a2=77 a3=8 items=2 ppid=1 pid=2 auid=1000 comm="ls" exe="/bin/ls" key="run"\x1dARCH=x86_64 SYSCALL=execve AUID="ann"',
    'type=EXECVE msg=audit(1778493600.155:927): argc=2 a0="ls" a1=2D6C2061',
    'type=USER_AUTH msg=audit(1778493601.155:928): pid=3 uid=0 auid=4294967295 msg=\'op=PAM:authentication acct="bob" exe="/usr/sbin/sshd" hostname=? addr=192.0.2.7 res=failed\'',
    'type=CWD msg=audit(1778493600.155:927): cwd=2F746D702F6120C3A9',
    'type=PATH msg=audit(1778493600.155:927): item=0 name="/bin/ls" nametype=NORMAL',
    'type=PATH msg=audit(1778493600.155:927): item=1 name=2F6C696220 nametype=NORMAL',
    "type=PROCTITLE msg=audit(1778493600.155:927): proctitle=6C73002D6C2061",
  ].join("\n");

  it("joins the records of an event, whatever stands between them, and reads hexadecimal text", () => {
    const rows = read(EXEC);
    expect([rows.format, rows.rows, rows.diagnostics]).toEqual(["auditd", 2, []]);
    expect(cells(rows, 0)).toEqual({
      timestamp: "2026-05-11T10:00:00.1550000Z", serial: "927", type: '["SYSCALL","EXECVE","CWD","PATH","PROCTITLE"]', arch: "c000003e", syscall: "59", success: "yes",
      exit: "0", a0: "ls", a1: "-l a", items: "2", ppid: "1", pid: "2", auid: "1000", comm: "ls", exe: "/bin/ls", key: "run", ARCH: "x86_64", SYSCALL: "execve",
      AUID: "ann", argc: "2", syscall_a0: "55", syscall_a1: "66", syscall_a2: "77", syscall_a3: "8", CommandLine: "ls -l a", cwd: "/tmp/a é",
      item: "[0,1]", name: '["/bin/ls","/lib "]', nametype: '["NORMAL","NORMAL"]', proctitle: "ls -l a",
    });
    expect(cells(rows, 1)).toMatchObject({ type: "USER_AUTH", pid: "3", op: "PAM:authentication", acct: "bob", addr: "192.0.2.7", res: "failed" });
  });

  it.each<[string, Record<string, string>]>([
    ["type=SOCKADDR msg=audit(1.5:3): saddr=020001BBC0000207", { saddr_fam: "inet", laddr: "192.0.2.7", lport: "443" }],
    ["type=SOCKADDR msg=audit(1.5:3): saddr=0A0001BB0000000020010DB800000000000000000000000100000000", { saddr_fam: "inet6", laddr: "2001:db8::1", lport: "443" }],
    ["type=SOCKADDR msg=audit(1.5:3): saddr=01002F72756E2F78", { saddr_fam: "local", path: "/run/x" }],
    ["type=EXECVE msg=audit(1.5:3): argc=2 a0=\"x\" a1_len=8 a1[0]=6162 a1[1]=6364", { a0: "x", a1: "abcd", CommandLine: "x abcd" }],
    ["node=h1 type=1400 msg=audit(1.5:3): avc:  denied  { read } for  pid=9 comm=\"a b\"", { node: "h1", type: "AVC", pid: "9", comm: "a b", message: "avc: denied { read } for" }],
    ["May 11 10:00:00 h kernel: audit: type=1326 audit(1.5:3): pid=9 comm=\"x\" sig=31", { type: "SECCOMP", pid: "9", sig: "31" }],
    ["type=PROCTITLE msg=audit(05/11/2026 10:00:00.155:42) : proctitle=ls -la /tmp", { timestamp: "2026-05-11T10:00:00.1550000Z", proctitle: "ls -la /tmp" }],
    ["type=TTY msg=audit(1.5:3): pid=1 data=6C730D", { data: "ls\r" }],
    ["type=SYSCALL msg=audit(1.5:3): comm=BEEF key=(null)ARCH=x86_64", { comm: "\ufffd\ufffd", key: "(null)", ARCH: "x86_64" }],
  ])("%s", (line, expected) => {
    const rows = read(line, raw);
    expect(rows.format).toMatch(/auditd|syslog/);
    expect(cells(read(line, { ...raw, format: "auditd" }), 0)).toMatchObject(expected);
  });

  it("tells lines that are no records", () => {
    const rows = read(`${EXEC}\n----\nnonsense\n`);
    expect(messages(rows)).toEqual(["Line 9: expected 'type=… msg=audit(time:serial):', found 'nonsense'; this line was left out."]);
  });
});

describe("web servers", () => {
  const IIS = "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: 2026-05-11 10:00:00\n#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status time-taken\n";

  it("reads W3C fields; date and time are one, a plus in a user agent is a blank, a hyphen is nothing", () => {
    const rows = read(`${IIS}2026-05-11 10:00:00 192.0.2.1 GET /a.aspx q=1+2 443 - 192.0.2.9 Mozilla/5.0+(X;+Y) 200 12\n`, raw);
    expect([rows.format, cells(rows, 0)]).toEqual(["w3c", {
      timestamp: "2026-05-11T10:00:00.0000000Z", "s-ip": "192.0.2.1", "cs-method": "GET", "cs-uri-stem": "/a.aspx", "cs-uri-query": "q=1+2", "s-port": "443",
      "c-ip": "192.0.2.9", "cs(User-Agent)": "Mozilla/5.0 (X; Y)", "sc-status": "200", "time-taken": "12",
    }]);
  });

  it("becomes W3CIISLog; fields may change on the way; wrong lines are told", () => {
    const rows = read(`${IIS}bad line\n2026-05-11 10:00:00 192.0.2.1 GET /a - 443 - 192.0.2.9 X 200 1\n#Fields: time cs-uri-stem s-ip\n10:00:05 /b 192.0.2.1\n`);
    expect([rows.name, rows.mapping, rows.all("csUriStem"), rows.all("TimeGenerated")]).toEqual([
      "W3CIISLog", "iis", ["/a", "/b"], ["2026-05-11T10:00:00.0000000Z", "2026-05-11T10:00:05.0000000Z"],
    ]);
    expect(messages(rows)).toEqual(["Line 5: expected 12 fields, as '#Fields:' names, not 2, found 'bad line'; this line was left out."]);
  });

  it("reads quotes and tabs of other W3C logs", () => {
    expect(cells(read('#Fields: time c-ip cs(User-Agent)\n10:00:00 192.0.2.1 "A ""b"" c"\n', raw), 0)).toMatchObject({ "cs(User-Agent)": 'A "b" c' });
    expect(cells(read("#Version: 1.0\n#Fields: date time x-edge-location cs-uri-stem\n2026-05-11\t10:00:00\tFRA6\t/a b\n", raw), 0)).toMatchObject({ timestamp: "2026-05-11T10:00:00.0000000Z", "cs-uri-stem": "/a b" });
  });

  it("reads common and combined access logs under the names of W3C", () => {
    const rows = read('192.0.2.1 - bob [11/May/2026:10:00:00 +0200] "GET /a?b=c%20d HTTP/1.1" 200 12 "http://r/" "UA \\"x\\""\n::1 - - [11/May/2026:10:00:00 +0000] "\\x16\\x03" 400 -\nsite.example:443 192.0.2.2 - - [11/May/2026:10:00:01 +0000] "POST /x HTTP/2.0" 204 0 "-" "-" 0.003\noops\n', raw);
    expect(rows.format).toBe("access");
    expect(cells(rows, 0)).toEqual({
      timestamp: "2026-05-11T08:00:00.0000000Z", "c-ip": "192.0.2.1", "cs-username": "bob", "cs-method": "GET", "cs-uri-stem": "/a", "cs-uri-query": "b=c%20d",
      "cs-version": "HTTP/1.1", "sc-status": "200", "sc-bytes": "12", "cs-referer": "http://r/", "cs-user-agent": 'UA "x"',
    });
    expect(cells(rows, 1)).toMatchObject({ "c-ip": "::1", request: "\u0016\u0003", "sc-status": "400" });
    expect(cells(rows, 2)).toMatchObject({ "cs-host": "site.example:443", "cs-method": "POST", extra1: "0.003" });
    expect(messages(rows)).toEqual(["Line 4: expected an address, two names and a time in brackets, found 'oops'; this line was left out."]);
  });

  it("reads error logs of Apache and nginx", () => {
    const rows = read('[Mon May 11 10:00:00.123456 2026] [core:error] [pid 12:tid 34] [client 192.0.2.1:5] AH00126: Invalid URI, referer: http://r/\n2026/05/11 10:00:00 [error] 12#34: *5 open() "/x" failed (2: No such file), client: 192.0.2.1, server: s, request: "GET /x, y HTTP/1.1", host: "h"\n', raw);
    expect(rows.format).toBe("errorlog");
    expect(cells(rows, 0)).toEqual({
      timestamp: "2026-05-11T10:00:00.1234560Z", level: "error", module: "core", pid: "12", tid: "34", client: "192.0.2.1", client_port: "5", code: "AH00126",
      referer: "http://r/", message: "Invalid URI",
    });
    expect(cells(rows, 1)).toEqual({
      timestamp: "2026-05-11T10:00:00.0000000Z", level: "error", pid: "12", tid: "34", connection: "5", message: 'open() "/x" failed (2: No such file)',
      client: "192.0.2.1", server: "s", request: "GET /x, y HTTP/1.1", host: "h",
    });
    expect(messages(rows)).toEqual(["The times have no zone; they are read as UTC."]);
  });
});

describe("Zeek", () => {
  const HEAD = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tdns\n#open\t2026-05-11-10-00-00\n";

  it("reads types, sets, unset and empty fields, and escapes", () => {
    const rows = read(`${HEAD}#fields\tts\tuid\tid.orig_h\tqtype\tquery\tanswers\tTTLs\tAA\trtt\n#types\ttime\tstring\taddr\tcount\tstring\tvector[string]\tvector[interval]\tbool\tinterval\n1778493600.123456\tC1\t192.0.2.1\t1\ta\\x09b\tx,-\t1.5,2\tT\t0.25\n1778493601.0\tC2\t::1\t-\t(empty)\t(empty)\t-\tF\t-\n#close\t2026-05-11-11-00-00\nshort\t1\n`);
    expect(rows.format).toBe("zeek");
    expect(cells(rows, 0)).toEqual({
      _path: "dns", ts: "2026-05-11T10:00:00.1234560Z", uid: "C1", "id.orig_h": "192.0.2.1", qtype: "1", query: "a\tb", answers: '["x",null]', TTLs: "[1.5,2.0]", AA: "true", rtt: "0.25",
    });
    expect(cells(rows, 1)).toEqual({ _path: "dns", ts: "2026-05-11T10:00:01.0000000Z", uid: "C2", "id.orig_h": "::1", answers: "[]", AA: "false" });
    expect(rows.types).toMatchObject({ qtype: "long", rtt: "real", AA: "bool", answers: "dynamic", ts: "datetime" });
    expect(messages(rows)).toEqual(["Line 12: expected 9 fields, as '#fields' names, not 2, found 'short 1'; this line was left out."]);
  });

  it("reads the times of Zeek's JSON", () => {
    const rows = read('{"_path":"conn","ts":1778493600.123456,"uid":"C1","id.orig_h":"192.0.2.1","duration":0.5}\n');
    expect(cells(rows, 0)).toMatchObject({ ts: "2026-05-11T10:00:00.1234560Z", duration: "0.5" });
  });
});

describe("what services export", () => {
  it.each<[string, string, string[]]>([
    ["the answer of Elasticsearch", '{"took":1,"timed_out":false,"hits":{"total":{"value":2},"hits":[{"_index":"x","_source":{"a":"1"}},{"_index":"x","_source":{"a":"2"}}]}}', ["1", "2"]],
    ["Splunk's lines", '{"preview":false,"result":{"a":"1"}}\n{"preview":false,"result":{"a":"2"}}', ["1", "2"]],
    ["Splunk's results", '{"preview":false,"init_offset":0,"results":[{"a":"1"},{"a":"2"}]}', ["1", "2"]],
    ["Splunk's rows", '{"preview":false,"fields":["b","a"],"rows":[["x","1"],["y","2"]]}', ["1", "2"]],
    ["ES|QL", '{"columns":[{"name":"a","type":"keyword"}],"values":[["1"],["2"]]}', ["1", "2"]],
    ["Defender's hunting", '{"Stats":{"t":1},"Schema":[{"Name":"a"}],"Results":[{"a":"1"},{"a":"2"}]}', ["1", "2"]],
    ["the hunting of Graph", '{"@odata.context":"x","schema":[{"name":"a"}],"results":[{"a":"1"},{"a":"2"}]}', ["1", "2"]],
  ])("%s", (_, text, expected) => {
    expect(read(text, raw).all("a")).toEqual(expected);
  });

  it("tells that a digest of CloudTrail holds no events", () => {
    const rows = read('{"awsAccountId":"1","digestStartTime":"2026-05-11T10:00:00Z","digestEndTime":"2026-05-11T11:00:00Z","logFiles":[{"s3Object":"a.json.gz","hashValue":"x"},{"s3Object":"b.json.gz"}]}', raw);
    expect([rows.all("s3Object"), rows.codes]).toEqual([["a.json.gz", "b.json.gz"], ["logs-digest"]]);
  });

  it("reads journald's JSON as Syslog", () => {
    const rows = read('{"__CURSOR":"c","__REALTIME_TIMESTAMP":"1778493600123456","MESSAGE":[195,188,33],"PRIORITY":"6","SYSLOG_FACILITY":"10","_HOSTNAME":"h","SYSLOG_IDENTIFIER":"sshd","_PID":"12"}\n{"__CURSOR":"d","__REALTIME_TIMESTAMP":"1778493601000000","MESSAGE":"two","PRIORITY":"3","_HOSTNAME":"h"}\n');
    expect([rows.name, rows.mapping]).toEqual(["Syslog", "journald"]);
    expect(cells(rows, 0)).toMatchObject({ TimeGenerated: "2026-05-11T10:00:00.1234560Z", Computer: "h", Facility: "authpriv", SeverityLevel: "info", SyslogMessage: "ü!", ProcessName: "sshd", ProcessID: "12" });
  });

  it("reads the unified log of macOS, lines and list", () => {
    const event = '{"timestamp":"2026-05-11 10:00:00.123456+0200","eventMessage":"m","subsystem":"com.x","processID":1}';
    const rows = read(`${event}\n{"count":1,"finished":1}\n`);
    expect([rows.rows, rows.all("timestamp"), rows.codes]).toEqual([1, ["2026-05-11T08:00:00.1234560Z"], ["logs-trailer"]]);
    expect(read(`[${event}]`).all("timestamp")).toEqual(["2026-05-11T08:00:00.1234560Z"]);
  });
});
