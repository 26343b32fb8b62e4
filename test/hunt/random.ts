/** Random rules and events out of few words, so that they meet often. A seed gives the same ones again. */

/** Numbers from 0 to n - 1 (mulberry32). */
export function dice(seed: number): (n: number) => number {
  let state = seed >>> 0;
  return (n) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) % n);
  };
}

type Dice = (n: number) => number;
const pick = <T>(roll: Dice, list: readonly T[]): T => list[roll(list.length)]!;

const WORDS = ["cmd.exe", "C:\\Windows\\", "System32", "powershell", "-enc", " /c ", "whoami", "WHOAMI", "a", "", "ab", "é", "ſ", "K", "10.1.2.3", "10.9.9.9", "7", "007", "true", "x y", "\"q\"", "evil", "lsass", "İ", "\u{1f600}"];
const FIELDS = ["Image", "CommandLine", "User", "TargetObject", "DestinationIp", "Count", "a.b", "EventType", "Hashes", "sha1", "ThreatName", "EventID", "toString"];
const SOURCES = [
  "product: windows\n  category: process_creation", "product: windows\n  category: registry_set", "product: windows\n  category: registry_add",
  "product: windows\n  service: security", "product: windows", "product: linux\n  category: process_creation", "category: proxy", "product: aws\n  service: cloudtrail",
  "product: okta\n  service: okta", "product: acme",
];

const quoted = (text: string) => `'${text.replace(/'/g, "''")}'`;

function text(roll: Dice): string {
  return Array.from({ length: 1 + roll(3) }, () => pick(roll, WORDS)).join(pick(roll, ["", "", " ", "\\"]));
}

function value(roll: Dice): string {
  const wild = (part: string) => (roll(6) === 0 ? `*${part}` : roll(6) === 0 ? `${part}*` : roll(8) === 0 ? `${part}?${pick(roll, WORDS)}` : part);
  return quoted(wild(text(roll)));
}

/** An item of a selection, as lines of YAML. */
function item(roll: Dice, keyword: boolean): string {
  const field = keyword ? "" : pick(roll, FIELDS);
  const list = (of: () => string) => {
    const count = 1 + roll(3);
    return count === 1 ? ` ${of()}` : `\n${Array.from({ length: count }, () => `        - ${of()}`).join("\n")}`;
  };
  switch (roll(keyword ? 3 : 13)) {
    case 0: return `${field}|re:${list(() => quoted(pick(roll, ["^C:.Win", "wh(o|a)ami", "who(?:ami)?", "[a-c]md\\.exe", "(?i)WHOAMI", "a+b?", "evil|lsass", "x\\sy", "\\d{1,3}\\.1", "ab{2}"])))}`;
    case 1: return `${field}|contains|all:${list(() => value(roll))}`;
    case 2: return `${field}|contains:${list(() => value(roll))}`;
    case 3: return `${field}|startswith:${list(() => value(roll))}`;
    case 4: return `${field}|endswith:${list(() => value(roll))}`;
    case 5: return `${field}|contains|cased:${list(() => value(roll))}`;
    case 6: return `${field}: null`;
    case 7: return `${field}|exists: ${pick(roll, ["true", "false"])}`;
    case 8: return `${field}|fieldref: ${pick(roll, FIELDS)}`;
    case 9: return `${field}|cidr:${list(() => quoted(pick(roll, ["10.0.0.0/8", "10.1.0.0/16", "10.1.2.3/32"])))}`;
    case 10: return `${field}|${pick(roll, ["lt", "lte", "gt", "gte"])}: ${roll(20)}`;
    case 11: return `${field}|neq: ${value(roll)}`;
    default: return `${field}:${list(() => (roll(4) === 0 ? String(roll(9)) : value(roll)))}`;
  }
}

/** A rule, as YAML. */
export function randomRule(roll: Dice, n: number): string {
  const names = ["sel1", "sel2", "filter1", "kw"];
  const selections = names.map((name) => (name === "kw"
    ? `  ${name}:\n${Array.from({ length: 1 + roll(2) }, () => `    - ${value(roll)}`).join("\n")}`
    : `  ${name}:\n    ${item(roll, false)}${roll(2) === 0 ? "" : `\n    ${item(roll, roll(12) === 0).replace(/^(\w)/, "$1")}`}`));
  const condition = pick(roll, [
    "sel1", "sel1 and sel2", "sel1 or sel2", "sel1 and not filter1", "not sel1", "1 of sel*", "all of sel* and not filter1", "1 of them", "kw", "kw and sel1",
    "sel1 or (sel2 and not filter1)", "not (sel1 and sel2)", "sel1 and not kw", "not filter1 and not kw",
  ]);
  return `title: r${n}\nid: 00000000-0000-4000-8000-${String(n).padStart(12, "0")}\nlogsource:\n  ${pick(roll, SOURCES)}\ndetection:\n${selections.join("\n")}\n  condition: ${condition}\n`;
}

function cell(roll: Dice): unknown {
  switch (roll(14)) {
    case 0: return null;
    case 1: return roll(10);
    case 2: return roll(2) === 0;
    case 3: return [text(roll), text(roll)];
    case 4: return [];
    case 5: return { b: text(roll) };
    case 6: return [{ b: text(roll) }, null, [text(roll)]];
    case 7: return 9007199254740993;
    default: return text(roll);
  }
}

function data(roll: Dice): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const field of FIELDS) if (roll(3) > 0 && field !== "EventID") out[field === "a.b" && roll(2) === 0 ? "a" : field === "ThreatName" && roll(2) === 0 ? "Threat Name" : field] = cell(roll);
  return out;
}

/** An event: nested, flat, of a cloud, or of no shape at all. */
export function randomEvent(roll: Dice): Record<string, unknown> {
  const [channel, id] = pick(roll, [["Microsoft-Windows-Sysmon/Operational", 1], ["Microsoft-Windows-Sysmon/Operational", 13], ["Microsoft-Windows-Sysmon/Operational", 12], ["Security", 4688], ["Security", "4624"], ["System", 7045]] as const);
  const fields = data(roll);
  switch (roll(6)) {
    case 0: return { Event: { System: { Provider: { "#attributes": { Name: "P" } }, EventID: id, Channel: channel }, EventData: fields } };
    case 1: return { Event: { System: { EventID: { "#text": id }, Channel: channel }, UserData: { Inner: fields } } };
    case 2: return { eventSource: "s", eventName: text(roll), eventVersion: "1", ...fields };
    case 3: return { ...fields, ...(roll(2) === 0 ? {} : { EventData: data(roll) }) };
    case 4: return { NewProcessName: text(roll), SubjectUserName: "ann", SubjectDomainName: "CORP", ...fields, EventID: id, SourceName: "Microsoft-Windows-Sysmon" };
    default: return { ...fields, EventID: id, Channel: channel, ...(roll(2) === 0 ? { EventType: pick(roll, ["INFO", "CreateKey"]), Message: "x\nEventType: CreateKey\n" } : {}) };
  }
}
