/** A rule proposed from events: what the chosen ones have in common and the others have not. */
import { mayMatch, shapeOf, viewsOf, type EventValue, type LogSource } from "../schema";
import { commonTraits, endingIn, flatten, hasTrait, traitLines, type FlatEvent, type Trait } from "./traits";

/** A proposal, with what it is worth on the events that it was made of. */
export interface RuleDraft {
  readonly text: string;
  readonly traits: readonly Trait[];
  /** How many of the other events it finds as well. */
  readonly alsoFound: number;
  readonly others: number;
}

export interface DraftOptions {
  readonly title?: string;
  /** `2026-05-01`. */
  readonly today: string;
  /** A UUID for the new rule. */
  readonly id: string;
  readonly author?: string;
  /** Tags as Sigma writes them (`attack.t1059.001`). */
  readonly tags?: readonly string[];
}

/** Lines that a selection gets at most: more of them describe these events and no behaviour. */
const MOST_TRAITS = 4;
/** Other events that are looked at; more tell nothing new. */
const MOST_OTHERS = 20_000;

/**
 * Proposes a rule that finds all the `chosen` events and as few of the `others` as can be; undefined when the chosen ones
 * have nothing in common that a rule could say. It is a beginning: the author knows which of the traits is the behaviour.
 */
export function draftFrom(chosen: readonly EventValue[], others: readonly EventValue[], options: DraftOptions): RuleDraft | undefined {
  const [first] = chosen;
  if (first === undefined) return undefined;
  const source = logSourceOf(first);
  const view = viewsOf(source, shapeOf(first)).find((each) => mayMatch(each, first));
  // Events of other log sources are kept out by the log source itself.
  const rivals = others.slice(0, MOST_OTHERS).filter((event) => view === undefined || mayMatch(view, event)).map((event) => flatten(event));
  const picked = choose(commonTraits(chosen.map((event) => flatten(event)), (name) => mayDraft(name, source)), rivals);
  if (picked.traits.length === 0) return undefined;
  const { product, category, service } = source;
  const parts = Object.entries({ product, category, service }).filter(([, value]) => value !== undefined);
  const text = [
    `title: ${options.title ?? "New rule"}`, `id: ${options.id}`, "status: experimental",
    "description: Proposed from events; say here what it finds and why that matters.",
    `author: ${options.author ?? "Unknown"}`, `date: ${options.today}`,
    ...(options.tags?.length ? ["tags:", ...options.tags.map((tag) => `    - ${tag}`)] : []),
    "logsource:", ...parts.map(([key, value]) => `    ${key}: ${value}`),
    "detection:", "    selection:",
  ].join("\n");
  const body = picked.traits.map((trait) => traitLines(trait, 8)).join("");
  return {
    text: `${text}\n${body}    condition: selection\nfalsepositives:\n    - Unknown\nlevel: medium\n`,
    traits: picked.traits, alsoFound: picked.left, others: rivals.length,
  };
}

/** Takes the trait that keeps out most of the rivals, again and again, until none is left or none helps. */
function choose(traits: readonly Trait[], rivals: readonly FlatEvent[]): { readonly traits: readonly Trait[]; readonly left: number } {
  const taken: Trait[] = [];
  let left = rivals;
  while (taken.length < MOST_TRAITS) {
    let best: { readonly trait: Trait; readonly left: readonly FlatEvent[]; readonly worth: number } | undefined;
    for (const trait of traits) {
      if (taken.some((t) => t.field === trait.field && t.how === trait.how && t.texts[0] === trait.texts[0])) continue;
      const still = left.filter((event) => hasTrait(event, trait));
      const worth = (left.length - still.length) / Math.max(left.length, 1) + weightOf(trait) / 100;
      if (!best || worth > best.worth) best = { trait, left: still, worth };
    }
    if (!best || (taken.length > 0 && best.left.length === left.length)) break;
    taken.push(best.trait);
    left = best.left;
    if (left.length === 0 && taken.length >= Math.min(2, traits.length)) break;
  }
  return { traits: taken, left: left.length };
}

/** Fields that say what was done weigh more than those that say who and where. */
const BEHAVIOUR = endingIn(
  "image commandline originalfilename targetobject details targetfilename pipename scriptblocktext queryname eventname "
  + "operationname eventsource imageloaded servicename imagepath calltrace grantedaccess action cs-uri c-uri");

function weightOf(trait: Trait): number {
  return (BEHAVIOUR.test(trait.field) ? 20 : 0) + { equals: 3, endswith: 4, contains: 2, startswith: 1 }[trait.how] - trait.texts.length;
}

const ELSEWHERE = new RegExp(
  "user|account|domain|sid|ip|address|port|host|workstation|caller|principal|region|tenant|subscription|resource|session"
  + "|integritylevel|companyname|fileversion|currentdirectory", "i");
const NO_BEHAVIOUR = endingIn(
  "time guid recordid recordnumber processid threadid logonid _id hash hashes md5 sha1 sha256 imphash message computer version "
  + "keywords task opcode level rulename");

/** Who and where is no behaviour; what the log source says already need not be said again. */
function mayDraft(name: string, source: LogSource): boolean {
  if (ELSEWHERE.test(name) || NO_BEHAVIOUR.test(name) || /^(channel|provider|provider_name|sourcename|system\.)/i.test(name)) return false;
  return !(source.category !== undefined && /^eventid$/i.test(name));
}

/** Log sources that are tried, the narrowest first. */
const CATEGORIES = [
  "process_creation", "network_connection", "registry_set", "registry_add", "registry_delete", "registry_event", "file_event",
  "file_delete", "file_change", "image_load", "driver_load", "dns_query", "process_access", "create_remote_thread", "pipe_created",
  "wmi_event", "create_stream_hash", "process_tampering", "raw_access_thread", "ps_script", "ps_module", "ps_classic_start",
] as const;
const SERVICES = [
  "security", "system", "application", "powershell", "sysmon", "taskscheduler", "windefend", "wmi", "bits-client", "dns-server",
  "terminalservices-localsessionmanager", "codeintegrity-operational", "applocker", "firewall-as", "ntlm",
] as const;
const CLOUD: readonly LogSource[] = [
  { product: "aws", service: "cloudtrail" }, { product: "azure", service: "activitylogs" }, { product: "azure", service: "signinlogs" },
  { product: "azure", service: "auditlogs" }, { product: "gcp", service: "gcp.audit" }, { product: "okta", service: "okta" },
  { product: "m365", service: "audit" }, { product: "github", service: "audit" }, { product: "kubernetes", service: "audit" },
  { product: "linux", service: "auditd" }, { product: "zeek", service: "dns" }, { product: "zeek", service: "http" },
  { product: "linux", service: "syslog" }, { category: "webserver" }, { category: "proxy" },
];

/** The log source that an event is of, as far as we can tell; an empty one when it is of none that we know. */
export function logSourceOf(event: EventValue): LogSource {
  const shape = shapeOf(event);
  const fits = (source: LogSource) => viewsOf(source, shape).some((view) => !view.open && mayMatch(view, event));
  const windows = shape.windows
    ? [...CATEGORIES.map((category) => ({ product: "windows", category })), ...SERVICES.map((service) => ({ product: "windows", service }))]
    : CATEGORIES.flatMap((category) => ["windows", "linux", "macos"].map((product) => ({ product, category })));
  return [...windows, ...CLOUD].find(fits) ?? {};
}
