/**
 * Questions of the shapes that detection rules ask, each in KQL, in DuckDB's SQL and in SQLite's. The SQL asks for the same
 * answer in the way that was quickest for that engine; `dcount` is `COUNT(DISTINCT)`, as ours is exact.
 */

export interface Question {
  readonly name: string;
  readonly kql: string;
  readonly duckdb: string;
  /** DuckDB's where absent. */
  readonly sqlite?: string;
  /** Places of columns that are sets, told as texts with commas where an engine has no lists. */
  readonly sets?: readonly number[];
}

const HOUR = 3_600_000_000;
const hourSql = (t: string) => `${t} - ${t} % ${HOUR}`;
const WANTED = ["mimikatz", "sekurlsa", "logonpasswords", "procdump64", "lsass", "certutil", "urlcache", "bitsadmin", "psexec", "vssadmin"];
const dynamic = WANTED.map((w) => `"${w}"`).join(", ");
const anyTerm = `(^|[^a-zA-Z0-9])(${WANTED.join("|")})([^a-zA-Z0-9]|$)`;

export const QUESTIONS: readonly Question[] = [
  {
    name: "filter, few values (`==`, `in`)",
    kql: `AWSCloudTrail | where EventName == "ConsoleLogin" and ErrorCode == "" and AWSRegion in ("us-east-1", "eu-west-1")
      | project TimeGenerated, UserIdentityArn, SourceIpAddress, AWSRegion`,
    duckdb: `SELECT TimeGenerated, UserIdentityArn, SourceIpAddress, AWSRegion FROM AWSCloudTrail
      WHERE EventName = 'ConsoleLogin' AND ErrorCode = '' AND AWSRegion IN ('us-east-1', 'eu-west-1')`,
  },
  {
    name: "filter, unique ids (`in`)",
    kql: `AWSCloudTrail | where EventId in ("$ID1", "$ID2", "$ID3", "00000000-0000-4000-a000-000000000000") | project TimeGenerated, EventId, EventName`,
    duckdb: `SELECT TimeGenerated, EventId, EventName FROM AWSCloudTrail WHERE EventId IN ('$ID1', '$ID2', '$ID3', '00000000-0000-4000-a000-000000000000')`,
  },
  {
    name: "time range, longs and ints",
    kql: `DeviceNetworkEvents | where TimeGenerated between (datetime(2026-01-07) .. datetime(2026-01-09)) and BytesOut > 1000000 and RemotePort != 443
      | summarize n = count(), bytes = sum(BytesOut)`,
    duckdb: `SELECT count(*), sum(BytesOut)::BIGINT FROM DeviceNetworkEvents WHERE TimeGenerated BETWEEN TIMESTAMP '2026-01-07' AND TIMESTAMP '2026-01-09'
      AND BytesOut > 1000000 AND RemotePort <> 443`,
    sqlite: `SELECT count(*), sum(BytesOut) FROM DeviceNetworkEvents WHERE TimeGenerated BETWEEN ${Date.UTC(2026, 0, 7) * 1000} AND ${Date.UTC(2026, 0, 9) * 1000}
      AND BytesOut > 1000000 AND RemotePort <> 443`,
  },
  {
    name: "`has_any`, ten terms",
    kql: `SecurityEvent | where EventID == 4688 | where CommandLine has_any (${dynamic}) | project TimeGenerated, Computer, Account, CommandLine`,
    duckdb: `SELECT TimeGenerated, Computer, Account, CommandLine FROM SecurityEvent WHERE EventID = 4688 AND regexp_matches(CommandLine, '${anyTerm}', 'i')`,
    sqlite: `SELECT TimeGenerated, Computer, Account, CommandLine FROM SecurityEvent WHERE EventID = 4688 AND CommandLine REGEXP '${anyTerm}'`,
  },
  {
    name: "`contains`, any case",
    kql: `SecurityEvent | where CommandLine contains "-encodedcommand" or CommandLine contains "downloadstring" | summarize n = count() by Computer`,
    duckdb: `SELECT Computer, count(*) FROM SecurityEvent WHERE CommandLine ILIKE '%-encodedcommand%' OR CommandLine ILIKE '%downloadstring%' GROUP BY Computer`,
    sqlite: `SELECT Computer, count(*) FROM SecurityEvent WHERE CommandLine LIKE '%-encodedcommand%' OR CommandLine LIKE '%downloadstring%' GROUP BY Computer`,
  },
  {
    name: "`matches regex`",
    kql: `SecurityEvent | where CommandLine matches regex @"(?i)users\\\\[^\\\\]+\\\\appdata\\\\(local|locallow)\\\\temp\\\\[a-z0-9]+\\.exe"
      | project TimeGenerated, Computer, CommandLine`,
    duckdb: `SELECT TimeGenerated, Computer, CommandLine FROM SecurityEvent
      WHERE regexp_matches(CommandLine, 'users\\\\[^\\\\]+\\\\appdata\\\\(local|locallow)\\\\temp\\\\[a-z0-9]+\\.exe', 'i')`,
    sqlite: `SELECT TimeGenerated, Computer, CommandLine FROM SecurityEvent
      WHERE CommandLine REGEXP 'users\\\\[^\\\\]+\\\\appdata\\\\(local|locallow)\\\\temp\\\\[a-z0-9]+\\.exe'`,
  },
  {
    name: "`extract` and count",
    kql: `SecurityEvent | extend Host = extract(@"https?://([a-zA-Z0-9.-]+)", 1, CommandLine) | where isnotempty(Host) | summarize n = count() by Host`,
    duckdb: `SELECT Host, count(*) FROM (SELECT regexp_extract(CommandLine, 'https?://([a-zA-Z0-9.-]+)', 1) AS Host FROM SecurityEvent) WHERE Host <> '' GROUP BY Host`,
    sqlite: `SELECT Host, count(*) FROM (SELECT regexp_group('https?://([a-zA-Z0-9.-]+)', CommandLine) AS Host FROM SecurityEvent) WHERE Host <> '' GROUP BY Host`,
  },
  {
    name: "program of a path (`split`, `tolower`, `in`)",
    kql: `SecurityEvent | extend Image = tolower(tostring(split(NewProcessName, "\\\\")[-1])) | where Image in ("powershell.exe", "cmd.exe", "rundll32.exe", "regsvr32.exe")
      | summarize n = count() by Image, Computer`,
    duckdb: `SELECT Image, Computer, count(*) FROM (SELECT lower(split_part(NewProcessName, '\\', -1)) AS Image, Computer FROM SecurityEvent)
      WHERE Image IN ('powershell.exe', 'cmd.exe', 'rundll32.exe', 'regsvr32.exe') GROUP BY Image, Computer`,
    sqlite: `SELECT Image, Computer, count(*) FROM (SELECT lower(replace(NewProcessName, rtrim(NewProcessName, replace(NewProcessName, '\\', '')), '')) AS Image, Computer FROM SecurityEvent)
      WHERE Image IN ('powershell.exe', 'cmd.exe', 'rundll32.exe', 'regsvr32.exe') GROUP BY Image, Computer`,
  },
  {
    name: "`parse_json` path behind a filter",
    kql: `AWSCloudTrail | where EventName == "PutBucketPolicy" | extend p = parse_json(RequestParameters)
      | where tostring(p.bucketPolicy.Statement[0].Principal) == "*" | summarize n = count() by Bucket = tostring(p.bucketName)`,
    duckdb: `SELECT json_extract_string(nullif(RequestParameters, ''), '$.bucketName') AS Bucket, count(*) FROM AWSCloudTrail
      WHERE EventName = 'PutBucketPolicy' AND json_extract_string(nullif(RequestParameters, ''), '$.bucketPolicy.Statement[0].Principal') = '*' GROUP BY Bucket`,
    sqlite: `SELECT json_extract(nullif(RequestParameters, ''), '$.bucketName') AS Bucket, count(*) FROM AWSCloudTrail
      WHERE EventName = 'PutBucketPolicy' AND json_extract(nullif(RequestParameters, ''), '$.bucketPolicy.Statement[0].Principal') = '*' GROUP BY Bucket`,
  },
  {
    name: "`parse_json` path of every row",
    kql: `AWSCloudTrail | extend Bucket = tostring(parse_json(RequestParameters).bucketName) | where Bucket startswith "prod-" | summarize n = count(), users = dcount(UserIdentityArn) by Bucket`,
    duckdb: `SELECT Bucket, count(*), count(DISTINCT UserIdentityArn) FROM (SELECT json_extract_string(nullif(RequestParameters, ''), '$.bucketName') AS Bucket, UserIdentityArn FROM AWSCloudTrail)
      WHERE Bucket ILIKE 'prod-%' GROUP BY Bucket`,
    sqlite: `SELECT Bucket, count(*), count(DISTINCT UserIdentityArn) FROM (SELECT json_extract(nullif(RequestParameters, ''), '$.bucketName') AS Bucket, UserIdentityArn FROM AWSCloudTrail)
      WHERE Bucket LIKE 'prod-%' GROUP BY Bucket`,
  },
  {
    name: "summarize by 1 key: count, dcount",
    kql: `SecurityEvent | summarize n = count(), hosts = dcount(Computer), ids = dcount(EventID) by Account`,
    duckdb: `SELECT Account, count(*), count(DISTINCT Computer), count(DISTINCT EventID) FROM SecurityEvent GROUP BY Account`,
  },
  {
    name: "summarize by 2 keys: make_set, dcount by hour",
    kql: `SecurityEvent | where EventID == 4625 | summarize n = count(), names = make_set(TargetUserName), k = dcount(TargetUserName) by IpAddress, Hour = bin(TimeGenerated, 1h)
      | where k >= 2`,
    duckdb: `SELECT IpAddress, time_bucket(INTERVAL 1 hour, TimeGenerated) AS Hour, count(*), list(DISTINCT TargetUserName), count(DISTINCT TargetUserName) AS k FROM SecurityEvent
      WHERE EventID = 4625 GROUP BY IpAddress, Hour HAVING k >= 2`,
    sqlite: `SELECT IpAddress, ${hourSql("TimeGenerated")} AS Hour, count(*), group_concat(DISTINCT TargetUserName), count(DISTINCT TargetUserName) AS k FROM SecurityEvent
      WHERE EventID = 4625 GROUP BY IpAddress, Hour HAVING k >= 2`,
    sets: [3],
  },
  {
    name: "summarize by 3 keys: count, min, max",
    kql: `AWSCloudTrail | summarize n = count(), first = min(TimeGenerated), last = max(TimeGenerated) by UserIdentityArn, EventName, AWSRegion | where n > 20`,
    duckdb: `SELECT UserIdentityArn, EventName, AWSRegion, count(*) AS n, min(TimeGenerated), max(TimeGenerated) FROM AWSCloudTrail
      GROUP BY UserIdentityArn, EventName, AWSRegion HAVING n > 20`,
  },
  {
    name: "`arg_max` by key",
    kql: `AWSCloudTrail | summarize arg_max(TimeGenerated, EventName, SourceIpAddress) by UserIdentityArn`,
    duckdb: `SELECT UserIdentityArn, max(TimeGenerated), arg_max(EventName, TimeGenerated), arg_max(SourceIpAddress, TimeGenerated) FROM AWSCloudTrail GROUP BY UserIdentityArn`,
    sqlite: `SELECT UserIdentityArn, max(TimeGenerated), EventName, SourceIpAddress FROM AWSCloudTrail GROUP BY UserIdentityArn`,
  },
  {
    name: "count by hour and id (`bin`)",
    kql: `SecurityEvent | summarize n = count() by bin(TimeGenerated, 1h), EventID`,
    duckdb: `SELECT time_bucket(INTERVAL 1 hour, TimeGenerated) AS t, EventID, count(*) FROM SecurityEvent GROUP BY t, EventID`,
    sqlite: `SELECT ${hourSql("TimeGenerated")} AS t, EventID, count(*) FROM SecurityEvent GROUP BY t, EventID`,
  },
  {
    name: "sum, avg, max, countif by host",
    kql: `DeviceNetworkEvents | summarize bytes = sum(BytesOut), mean = avg(BytesOut), most = max(BytesOut), web = countif(RemotePort in (80, 443)) by Computer`,
    duckdb: `SELECT Computer, sum(BytesOut)::BIGINT, avg(BytesOut), max(BytesOut), count(*) FILTER (RemotePort IN (80, 443)) FROM DeviceNetworkEvents GROUP BY Computer`,
    sqlite: `SELECT Computer, sum(BytesOut), avg(BytesOut), max(BytesOut), sum(RemotePort IN (80, 443)) FROM DeviceNetworkEvents GROUP BY Computer`,
  },
  {
    name: "join 1M × 10k by text",
    kql: `SecurityEvent | where EventID != 4634 | join kind=inner (IdentityInfo | where IsEnabled | project Account, Department, RiskScore) on Account
      | where RiskScore > 50.0 | summarize n = count(), hosts = dcount(Computer) by Department`,
    duckdb: `SELECT Department, count(*), count(DISTINCT Computer) FROM SecurityEvent JOIN (SELECT Account, Department, RiskScore FROM IdentityInfo WHERE IsEnabled) i USING (Account)
      WHERE EventID <> 4634 AND RiskScore > 50.0 GROUP BY Department`,
  },
  {
    name: "join 1M × 1M by unique text",
    kql: `SecurityEvent | join kind=inner DeviceNetworkEvents on ProcessKey | summarize n = count(), bytes = sum(BytesOut) by RemotePort`,
    duckdb: `SELECT RemotePort, count(*), sum(BytesOut)::BIGINT FROM SecurityEvent JOIN DeviceNetworkEvents USING (ProcessKey) GROUP BY RemotePort`,
    sqlite: `SELECT RemotePort, count(*), sum(BytesOut) FROM SecurityEvent JOIN DeviceNetworkEvents USING (ProcessKey) GROUP BY RemotePort`,
  },
  {
    name: "semi join 1M × 1M by long and text",
    kql: `SecurityEvent | join kind=leftsemi DeviceNetworkEvents on LogonId, Computer | summarize n = count() by EventID`,
    duckdb: `SELECT EventID, count(*) FROM SecurityEvent s SEMI JOIN DeviceNetworkEvents n ON s.LogonId = n.LogonId AND s.Computer = n.Computer GROUP BY EventID`,
    sqlite: `SELECT EventID, count(*) FROM SecurityEvent s WHERE (LogonId, Computer) IN (SELECT LogonId, Computer FROM DeviceNetworkEvents) GROUP BY EventID`,
  },
  {
    name: "join within a time window",
    kql: `let failed = SecurityEvent | where EventID == 4625 | project FailedAt = TimeGenerated, TargetUserName, IpAddress;
      SecurityEvent | where EventID == 4624 | project At = TimeGenerated, TargetUserName, IpAddress
      | join kind=inner failed on TargetUserName, IpAddress | where At between (FailedAt .. (FailedAt + 10m)) | summarize n = count() by TargetUserName`,
    duckdb: `SELECT s.TargetUserName, count(*) FROM SecurityEvent s JOIN SecurityEvent f ON s.TargetUserName = f.TargetUserName AND s.IpAddress = f.IpAddress
      AND s.TimeGenerated BETWEEN f.TimeGenerated AND f.TimeGenerated + INTERVAL 10 minute WHERE s.EventID = 4624 AND f.EventID = 4625 GROUP BY 1`,
    sqlite: `SELECT s.TargetUserName, count(*) FROM (SELECT * FROM SecurityEvent WHERE EventID = 4624) s JOIN (SELECT * FROM SecurityEvent WHERE EventID = 4625) f
      ON s.TargetUserName = f.TargetUserName AND s.IpAddress = f.IpAddress
      AND s.TimeGenerated BETWEEN f.TimeGenerated AND f.TimeGenerated + ${HOUR / 6} GROUP BY 1`,
  },
  {
    name: "`mv-expand` of a JSON array",
    kql: `AWSCloudTrail | mv-expand r = parse_json(Resources) | where isnotnull(r) | summarize n = count() by Type = tostring(r.type), AWSRegion`,
    duckdb: `SELECT json_extract_string(r, '$.type') AS Type, AWSRegion, count(*) FROM (SELECT AWSRegion, unnest(json_extract(nullif(Resources, ''), '$[*]')) AS r FROM AWSCloudTrail)
      GROUP BY Type, AWSRegion`,
    sqlite: `SELECT json_extract(r.value, '$.type') AS kind, AWSRegion, count(*) FROM AWSCloudTrail, json_each(nullif(Resources, '')) r GROUP BY kind, AWSRegion`,
  },
  {
    name: "top 100 by long",
    kql: `DeviceNetworkEvents | top 100 by BytesOut desc, TimeGenerated asc | project TimeGenerated, Computer, RemoteIP, RemotePort, BytesOut`,
    duckdb: `SELECT TimeGenerated, Computer, RemoteIP, RemotePort, BytesOut FROM DeviceNetworkEvents ORDER BY BytesOut DESC, TimeGenerated ASC LIMIT 100`,
  },
  {
    name: "distinct, 3 columns",
    kql: `SecurityEvent | where EventID == 4688 | distinct Computer, Account, ParentProcessName`,
    duckdb: `SELECT DISTINCT Computer, Account, ParentProcessName FROM SecurityEvent WHERE EventID = 4688`,
  },
  {
    name: "sort and `prev`: beacons",
    kql: `DeviceNetworkEvents | project TimeGenerated, Computer, RemoteIP | sort by Computer asc, TimeGenerated asc
      | extend Gap = iff(prev(Computer) == Computer, TimeGenerated - prev(TimeGenerated), time(null)) | where Gap < 1s | summarize n = count() by Computer`,
    duckdb: `SELECT Computer, count(*) FROM (SELECT Computer, TimeGenerated - lag(TimeGenerated) OVER (PARTITION BY Computer ORDER BY TimeGenerated) AS Gap FROM DeviceNetworkEvents)
      WHERE Gap < INTERVAL 1 second GROUP BY Computer`,
    sqlite: `SELECT Computer, count(*) FROM (SELECT Computer, TimeGenerated - lag(TimeGenerated) OVER (PARTITION BY Computer ORDER BY TimeGenerated) AS Gap FROM DeviceNetworkEvents)
      WHERE Gap < 1000000 GROUP BY Computer`,
  },
  {
    name: "`make-series` by host and hour",
    kql: `SecurityEvent | where EventID == 4625 | make-series n = count() default = 0 on TimeGenerated from datetime(2026-01-05) to datetime(2026-01-12) step 1h by Computer
      | project Computer, n`,
    duckdb: `SELECT Computer, list(coalesce(n, 0) ORDER BY t) FROM (SELECT DISTINCT Computer FROM SecurityEvent WHERE EventID = 4625)
      CROSS JOIN (SELECT unnest(generate_series(TIMESTAMP '2026-01-05', TIMESTAMP '2026-01-11 23:00:00', INTERVAL 1 hour)) AS t)
      LEFT JOIN (SELECT Computer, time_bucket(INTERVAL 1 hour, TimeGenerated) AS t, count(*) AS n FROM SecurityEvent WHERE EventID = 4625 GROUP BY Computer, t) USING (Computer, t)
      GROUP BY Computer`,
    sqlite: `WITH RECURSIVE hours(t) AS (SELECT ${Date.UTC(2026, 0, 5) * 1000} UNION ALL SELECT t + ${HOUR} FROM hours WHERE t < ${Date.UTC(2026, 0, 11, 23) * 1000}),
      counted AS MATERIALIZED (SELECT Computer, ${hourSql("TimeGenerated")} AS t, count(*) AS n FROM SecurityEvent WHERE EventID = 4625 GROUP BY Computer, t)
      SELECT Computer, group_concat(n) FROM (SELECT c.Computer, coalesce(n, 0) AS n FROM (SELECT DISTINCT Computer FROM counted) c CROSS JOIN hours h
      LEFT JOIN counted k ON k.Computer = c.Computer AND k.t = h.t ORDER BY c.Computer, h.t) GROUP BY Computer`,
  },
];
