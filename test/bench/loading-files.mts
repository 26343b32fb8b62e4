/** Files of logs to load, made once into the system's temporary folder: CloudTrail as lines and as a list, Security events as CSV. */
import { closeSync, existsSync, mkdirSync, openSync, renameSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface LogFile {
  readonly title: string;
  readonly path: string;
  readonly megabytes: number;
  /** What DuckDB calls the same work. */
  readonly reader: string;
}

/** Random numbers from a seed: the same file on every machine. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const EVENTS: readonly (readonly [source: string, name: string, request: (r: (n: number) => number) => unknown])[] = [
  ["ec2.amazonaws.com", "DescribeInstances", () => ({ instancesSet: {}, filterSet: { items: [{ name: "vpc-id" }] } })],
  ["s3.amazonaws.com", "GetObject", (r) => ({ bucketName: `bucket-${r(40)}`, Host: "s3.eu-west-1.amazonaws.com", key: `data/${r(1e6)}/part-${r(1e4)}.json` })],
  ["iam.amazonaws.com", "GetUser", (r) => ({ userName: `user${r(800)}` })],
  ["sts.amazonaws.com", "AssumeRole", (r) => ({ roleArn: `arn:aws:iam::123456789012:role/role-${r(50)}`, roleSessionName: `session-${r(1e6)}` })],
  ["signin.amazonaws.com", "ConsoleLogin", () => null],
];
const REGIONS = ["eu-west-1", "us-east-1", "us-west-2", "ap-southeast-2"];
const AGENTS = ["aws-cli/2.15.30 Python/3.11.8 Linux/5.10 exe/x86_64.amzn.2", "Boto3/1.34.51 md/Botocore#1.34.51 ua/2.0 os/linux", "console.amazonaws.com", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36"];

const hex = (r: (n: number) => number, digits: number) => Array.from({ length: digits / 4 }, () => r(65536).toString(16).padStart(4, "0")).join("");
const guid = (r: (n: number) => number) => `${hex(r, 8)}-${hex(r, 4)}-${hex(r, 4)}-${hex(r, 4)}-${hex(r, 12)}`;
const time = (row: number) => `${new Date(Date.UTC(2026, 2, 1) + row * 1730).toISOString().slice(0, 19)}Z`;

function cloudTrail(r: (n: number) => number, row: number): string {
  const [source, name, request] = EVENTS[r(EVENTS.length)]!;
  const user = r(800);
  const failed = r(20) === 0;
  return JSON.stringify({
    eventVersion: "1.09",
    userIdentity: {
      type: "AssumedRole", principalId: `AROAEXAMPLE${user}:user${user}`, arn: `arn:aws:sts::123456789012:assumed-role/role-${user % 50}/user${user}`,
      accountId: "123456789012", accessKeyId: `ASIA${hex(r, 16).toUpperCase()}`,
      sessionContext: {
        sessionIssuer: { type: "Role", principalId: `AROAEXAMPLE${user % 50}`, arn: `arn:aws:iam::123456789012:role/role-${user % 50}`, accountId: "123456789012", userName: `role-${user % 50}` },
        attributes: { creationDate: time(row - (row % 500)), mfaAuthenticated: user % 3 === 0 ? "true" : "false" },
      },
    },
    eventTime: time(row), eventSource: source, eventName: name, awsRegion: REGIONS[r(4)], sourceIPAddress: `10.${r(4)}.${r(256)}.${r(256)}`, userAgent: AGENTS[r(4)],
    ...(failed ? { errorCode: "AccessDenied", errorMessage: `User user${user} is not authorized to perform ${name}` } : {}),
    requestParameters: request(r), responseElements: null, requestID: guid(r), eventID: guid(r), readOnly: r(3) > 0, eventType: "AwsApiCall",
    managementEvent: true, recipientAccountId: "123456789012", eventCategory: "Management",
    tlsDetails: { tlsVersion: "TLSv1.3", cipherSuite: "TLS_AES_128_GCM_SHA256", clientProvidedHostHeader: source },
  });
}

const SECURITY = "TimeGenerated,Computer,EventID,Activity,Account,AccountType,SubjectUserName,SubjectDomainName,SubjectLogonId,TargetUserName,LogonType,IpAddress,IpPort,NewProcessName,CommandLine,ProcessId,ParentProcessName,EventRecordId\n";
const ACTIVITY: Readonly<Record<number, string>> = { 4624: "4624 - An account was successfully logged on.", 4688: "4688 - A new process has been created.", 4625: "4625 - An account failed to log on.", 4672: "4672 - Special privileges assigned to new logon." };
const PROGRAMS = ["powershell.exe", "cmd.exe", "svchost.exe", "rundll32.exe", "chrome.exe", "msbuild.exe"];

function securityEvent(r: (n: number) => number, row: number): string {
  const id = [4624, 4688, 4688, 4625, 4672][r(5)]!;
  const user = `user${r(2000)}`;
  const program = PROGRAMS[r(PROGRAMS.length)]!;
  const process = id === 4688;
  const commandLine = process ? `"""C:\\Windows\\System32\\${program}"" -arg ${r(100_000)}, -x"` : "";
  return [time(row).replace("Z", `.${String(r(1000)).padStart(3, "0")}Z`), `HOST${r(500)}.corp.example.com`, id, ACTIVITY[id], `CORP\\${user}`, r(4) === 0 ? "Machine" : "User", user, "CORP", `0x${hex(r, 8)}`,
    process ? "" : user, process ? "" : 2 + r(9), process ? "" : `10.0.${r(256)}.${r(256)}`, process ? "" : r(65536), process ? `C:\\Windows\\System32\\${program}` : "", commandLine,
    `0x${hex(r, 4)}`, process ? "C:\\Windows\\explorer.exe" : "", 1_000_000 + row].join(",");
}

/** The three files; `share` of their full size of 1 GB. */
export function logFiles(share: number): readonly LogFile[] {
  const folder = join(tmpdir(), "purplebook-bench");
  mkdirSync(folder, { recursive: true });
  const make = (title: string, name: string, full: number, reader: string, head: string, line: (r: (n: number) => number, row: number) => string, between: string, foot: string): LogFile => {
    const megabytes = Math.round(full * share);
    const path = join(folder, name.replace(".", `-${megabytes}.`));
    if (!existsSync(path) || statSync(path).size < megabytes * 1e6) {
      const file = openSync(`${path}.part`, "w");
      const r = random(42);
      let size = writeSync(file, head);
      for (let row = 0; size < megabytes * 1e6;) {
        const lines: string[] = [];
        for (let n = 0; n < 2000; n++, row++) lines.push(line(r, row));
        size += writeSync(file, (row > 2000 ? between : "") + lines.join(between));
      }
      writeSync(file, foot);
      closeSync(file);
      renameSync(`${path}.part`, path);
    }
    return { title, path, megabytes, reader: reader.replace("?", `'${path.replaceAll("'", "''")}'`) };
  };
  return [
    make("NDJSON", "trail.ndjson", 400, "read_ndjson_auto(?)", "", cloudTrail, "\n", "\n"),
    make("JSON array", "trail.json", 300, "read_json(?, format = 'array')", "[\n", cloudTrail, ",\n", "\n]\n"),
    make("CSV", "security.csv", 300, "read_csv(?)", SECURITY, securityEvent, "\n", "\n"),
  ];
}
