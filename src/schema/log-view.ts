/**
 * Which events a Sigma log source means, and what its fields are called in them: a view says both for one shape of events.
 * Source: Sigma specification, "Taxonomy" appendix and SigmaHQ's log source guides (facts in `data/sigma-windows.json`).
 */
import windows from "./data/sigma-windows.json";
import { fieldList, meets, PLAIN, readRequirements, shapes, sourceOf } from "./event-shape";
import type { EventShape, Requirement } from "./event-shape";
import type { LogSource } from "./logsources";
import { readField } from "./place";
import type { EventValue, FieldSource } from "./place";

/** One way in which a log source's events appear in a shape. A rule sees an event when all conditions of a view hold. */
export interface LogView {
  readonly shape: EventShape;
  /** In small letters: the event's channel must be one of them, or be unsaid with a provider that fits. */
  readonly channels?: readonly string[];
  readonly eventIds?: readonly string[];
  readonly when: readonly Requirement[];
  /** Whether nothing is known that ties the log source to the shape: the rule is tried on every event. */
  readonly open: boolean;
  /** What this view cannot know, for people. */
  readonly note?: string;
  /** Where a field of a rule stands. */
  field(name: string): FieldSource;
}

/** What else counts as a log source's events. */
export interface ViewOptions {
  /** Also views that mainstream engines leave out: Security 5156 as network connections, 4657 as registry events. */
  readonly wide?: boolean;
  /** Further names: from pipelines of the vault. The field as rules say it → raw names, the first that is there counts. */
  readonly rename?: (source: LogSource, field: string) => readonly string[] | undefined;
}

interface WindowsEntry {
  readonly channels?: string;
  readonly ids?: string;
  readonly when?: string;
  readonly provider?: string;
  readonly fields?: string;
  readonly optional?: boolean;
  readonly note?: string;
}

const SYSMON = "Microsoft-Windows-Sysmon/Operational";
const LINUX_SYSMON = "Linux-Sysmon/Operational";
const SYSMON_IDS = windows.windows.sysmon as Readonly<Record<string, string>>;
const OTHER = windows.windows.other as Readonly<Record<string, readonly WindowsEntry[]>>;
const CHANNELS = windows.windows.services as Readonly<Record<string, string>>;
const MAPS = windows.windows.fields as Readonly<Record<string, Readonly<Record<string, string>>>>;
const VALUES = windows.windows.values as Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * The views of a log source in a shape. None: events of this shape are never of that log source. An event of unknown
 * shape may be of any, and so may any event for a log source that nobody knows.
 */
export function viewsOf(source: LogSource, shape: EventShape, options: ViewOptions = {}): readonly LogView[] {
  const asked: LogSource = {
    product: source.product?.trim().toLowerCase(),
    category: source.category?.trim().toLowerCase(),
    service: source.service?.trim().toLowerCase(),
  };
  if (shape === PLAIN || isUnknown(asked)) return [view(shape, source, options, { when: [], open: true })];
  return shape.windows ? windowsViews(asked, shape, options) : otherViews(asked, shape, options);
}

/** Whether a rule of the log source may see an event. */
export function mayMatch(view: LogView, event: EventValue): boolean {
  return (
    (view.eventIds === undefined || view.eventIds.includes(textIn(event, view.field("EventID")))) &&
    channelFits(view, textIn(event, view.field("Channel")), () => textIn(event, view.field("Provider_Name"))) &&
    view.when.every((term) => meets(event, term))
  );
}

/** Whether a channel (small letters) is one of the view's; an unsaid one is guessed by the provider. */
export function channelFits(view: LogView, said: string, provider: () => string): boolean {
  const { channels } = view;
  if (channels === undefined) return true;
  const channel = said !== "" ? said : view.shape.channel?.toLowerCase() ?? "";
  if (channel !== "") return channels.includes(channel);
  const by = provider();
  if (by === "") return true;
  return channels.some((each) => each === by || each.startsWith(`${by}/`)
    || (each === "security" && by === "microsoft-windows-security-auditing"));
}

let spellings: ReadonlyMap<string, string> | undefined;

/** A channel of a view as Windows writes it. */
export function spellChannel(small: string): string {
  spellings ??= new Map([SYSMON, LINUX_SYSMON, ...Object.values(CHANNELS), ...Object.values(OTHER).flat().map((entry) => entry.channels ?? "")]
    .flatMap((names) => names.split("|")).map((name) => [name.toLowerCase(), name]));
  return spellings.get(small) ?? small;
}

/** The scalar in small letters; "" where there is none. */
function textIn(event: EventValue, field: FieldSource): string {
  const value = readField(event, field);
  return value === undefined || value === null || typeof value === "object" ? "" : String(value).toLowerCase();
}

/** What a mapping says for people: the rule's name and where it is looked for. */
export function printField(name: string, source: FieldSource): string {
  const places = source.places.map((place) => place.text);
  return `${name} ← ${source.join === undefined ? places.join(", else ") : places.join(` ${source.join} `)}`;
}

function windowsViews(asked: LogSource, shape: EventShape, options: ViewOptions): LogView[] {
  const { product, category, service } = asked;
  const linux = product === "linux";
  if (product !== undefined && product !== "windows" && product !== "rpc_firewall" && !linux) return [];
  const channels = product === "rpc_firewall" ? CHANNELS.rpc_firewall : service === undefined ? undefined : own(CHANNELS, service);
  if (service !== undefined && channels === undefined) return [];
  const served = channels?.toLowerCase().split("|");
  if (category === undefined || product === "rpc_firewall") {
    if (linux) return service === undefined ? [view(shape, asked, options, { channels: [LINUX_SYSMON.toLowerCase()], when: [] })] : [];
    if (served === undefined && product === undefined) return [];
    const map = product === "rpc_firewall" ? { EventLog: "Channel" } : {};
    return [view(shape, asked, options, { ...(served === undefined ? {} : { channels: served }), when: [], map })];
  }
  const entries: WindowsEntry[] = [];
  const sysmon = own(SYSMON_IDS, category);
  if (sysmon !== undefined) {
    const [, ids = "", when = ""] = /^([\d ]*\d) ?(.*)$/.exec(sysmon) ?? [];
    entries.push({ channels: linux ? LINUX_SYSMON : product === undefined ? `${SYSMON}|${LINUX_SYSMON}` : SYSMON, ids, when });
  }
  if (!linux) {
    for (const entry of own(OTHER, category) ?? []) if (entry.optional !== true || options.wide === true) entries.push(entry);
  }
  return entries.flatMap((entry) => {
    const mine = entry.channels?.toLowerCase().split("|");
    const both = served === undefined ? mine : mine === undefined ? served : mine.filter((channel) => served.includes(channel));
    if (both?.length === 0) return [];
    return [view(shape, asked, options, {
      ...(both === undefined ? {} : { channels: both }),
      ...(entry.ids === undefined ? {} : { eventIds: entry.ids.split(" ") }),
      when: [
        ...(entry.provider === undefined ? [] : [{ places: sourceOf(shape, "Provider_Name").places, values: [entry.provider.toLowerCase()], orAbsent: false }]),
        ...readRequirements(entry.when ?? "").map((term) => ({ ...term, places: term.places.flatMap((place) => sourceOf(shape, place.text).places), ...unlessOf(shape, term) })),
      ],
      ...(entry.fields === undefined ? {} : { map: own(MAPS, entry.fields) ?? {} }),
      ...(entry.note === undefined ? {} : { note: entry.note }),
    })];
  });
}

/** A collector's own word in a field of the event (EventType "INFO") counts as none. */
function unlessOf(shape: EventShape, term: Requirement): { readonly unless?: readonly string[] } {
  const unless = term.places.map((place) => shape.unless.get(place.text)).find((each) => each !== undefined);
  return unless === undefined ? {} : { unless };
}

function otherViews(asked: LogSource, shape: EventShape, options: ViewOptions): LogView[] {
  return shape.sources
    .filter((entry) => fits(entry.product, asked.product) && fits(entry.category, asked.category) && fits(entry.service, asked.service))
    .map((entry) => view(shape, asked, options, {
      when: [...entry.when, ...(shape.os === undefined || asked.product === undefined
        ? [] : [{ places: shape.os, values: [asked.product], orAbsent: true }])],
      map: { ...fieldList("ecs" === shape.id ? "ecs" : undefined), ...fieldList(entry.fields) },
    }));
}

/** Whether an entry's part allows what is asked: both may leave it open, but an entry without a part has no such part. */
function fits(has: readonly string[] | undefined, asked: string | undefined): boolean {
  return asked === undefined || (has !== undefined && (has.includes(asked) || has.includes("*")));
}

interface ViewParts {
  readonly channels?: readonly string[];
  readonly eventIds?: readonly string[];
  readonly when: readonly Requirement[];
  readonly map?: Readonly<Record<string, string>>;
  readonly note?: string;
  readonly open?: boolean;
}

function view(shape: EventShape, source: LogSource, options: ViewOptions, parts: ViewParts): LogView {
  const { map, open, ...rest } = parts;
  const known = new Map<string, FieldSource>();
  return {
    shape,
    open: open ?? false,
    ...rest,
    field(name) {
      let found = known.get(name);
      if (found !== undefined) return found;
      const renamed = options.rename?.(source, name);
      found = renamed === undefined
        ? sourceOf(shape, name, map, VALUES)
        : { places: [...renamed, name].flatMap((each) => sourceOf(shape, each, map, VALUES).places) };
      known.set(name, found);
      return found;
    },
  };
}

let parts: { readonly product: ReadonlySet<string>; readonly category: ReadonlySet<string>; readonly service: ReadonlySet<string> } | undefined;

/** Products and generic categories of the taxonomy whose events have no shape of their own here. */
const ALSO = {
  product: "windows linux macos cisco huawei juniper paloalto qualys django python ruby_on_rails jvm nodejs spring sql velocity modsecurity rpc_firewall",
  category: "webserver proxy dns firewall database antivirus application appliance",
  service: "apache nginx netflow",
};

/** Whether no part of a log source is in any taxonomy that we know. */
function isUnknown(asked: LogSource): boolean {
  if (parts === undefined) {
    const all = { product: new Set(ALSO.product.split(" ")), category: new Set(ALSO.category.split(" ")), service: new Set(ALSO.service.split(" ")) };
    for (const name of [...Object.keys(SYSMON_IDS), ...Object.keys(OTHER)]) all.category.add(name);
    for (const name of Object.keys(CHANNELS)) all.service.add(name);
    for (const shape of shapes()) {
      for (const source of shape.sources) {
        for (const part of ["product", "category", "service"] as const) for (const word of source[part] ?? []) all[part].add(word);
      }
    }
    parts = all;
  }
  return (["product", "category", "service"] as const).every((part) => asked[part] === undefined || !parts![part].has(asked[part]));
}

function own<T>(from: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.prototype.hasOwnProperty.call(from, key) ? from[key] : undefined;
}
