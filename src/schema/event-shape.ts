/**
 * Shapes of raw events: nested Windows JSON, Winlogbeat, flat NXLog, ECS, tables of Sentinel and Defender, records of clouds.
 * The shape says what Sigma's field names are called in an event; `log-view.ts` says which log sources it can be of.
 */
import data from "./data/event-shapes.json";
import { placeOf, readPlace } from "./place";
import type { EventValue, FieldSource, Place } from "./place";

/** What an event must be like: one of the places holds one of the values (any case), or anything without values. */
export interface Requirement {
  readonly places: readonly Place[];
  /** In small letters. */
  readonly values?: readonly string[];
  /** The values as the events write them. */
  readonly spelled?: readonly string[];
  /** Whether an event that has none of the places passes. */
  readonly orAbsent: boolean;
  /** Values that count as none. */
  readonly unless?: readonly string[];
}

/** One entry of a shape's log sources; parts are lists, `*` is any. */
export interface ShapeSource {
  readonly product?: readonly string[];
  readonly category?: readonly string[];
  readonly service?: readonly string[];
  readonly when: readonly Requirement[];
  /** Name of a list of fields in the data. */
  readonly fields?: string;
}

/** How events of one kind are built. */
export interface EventShape {
  readonly id: string;
  /** For people: "Windows event, flat (NXLog, OTRF)". */
  readonly title: string;
  readonly windows: boolean;
  /** The channel of all its events, where they do not say it. */
  readonly channel?: string;
  readonly has: readonly Requirement[];
  readonly sources: readonly ShapeSource[];
  /** Places that say when the event happened, best first. */
  readonly time: readonly Place[];
  /** Places of the operating system's name, where the product hangs on it. */
  readonly os?: readonly Place[];
  readonly system: ReadonlyMap<string, string>;
  readonly unless: ReadonlyMap<string, readonly string[]>;
  readonly base: string;
  readonly strip?: string;
  readonly custom: boolean;
  readonly anyCase: boolean;
}

interface ShapeData {
  readonly id: string;
  readonly title: string;
  readonly has: string;
  readonly base: string;
  readonly late?: string;
  readonly windows?: boolean;
  readonly channel?: string;
  readonly system?: Readonly<Record<string, string>>;
  readonly unless?: Readonly<Record<string, string>>;
  readonly sources?: readonly { readonly product?: string; readonly category?: string; readonly service?: string; readonly when?: string; readonly fields?: string }[];
  readonly time?: string;
  readonly os?: string;
  readonly strip?: string;
  readonly custom?: boolean;
  readonly anyCase?: boolean;
}

/** Events that fit no known shape: names as they are, any log source may be theirs. */
export const PLAIN: EventShape = shape({
  id: "plain", title: "Unknown shape: field names as they are", has: "", base: "~",
  time: "@timestamp timestamp TimeGenerated Timestamp time Time eventTime EventTime TimeCreated UtcTime _time ts date",
});

let known: readonly EventShape[] | undefined;

/** All shapes that we know, in the order in which they are tried. */
export function shapes(): readonly EventShape[] {
  return (known ??= (data.shapes as readonly ShapeData[]).map(shape));
}

/** The shape of an event, or of a table's columns (as an object with anything but undefined under their names). */
export function shapeOf(event: EventValue): EventShape {
  return shapes().find((each) => each.has.every((term) => meets(event, term))) ?? PLAIN;
}

/** Whether an event is as required. */
export function meets(event: EventValue, { places, values, orAbsent, unless }: Requirement): boolean {
  let present = false;
  for (const place of places) {
    const value = readPlace(event, place);
    if (value === undefined || value === null) continue;
    if (value === "") continue;
    if (values === undefined) return true;
    if (typeof value === "string" && unless?.includes(value.toLowerCase()) === true) continue;
    present = true;
    const all = Array.isArray(value) ? (value as readonly EventValue[]) : [value];
    if (all.some((each) => typeof each !== "object" && values.includes(String(each).toLowerCase()))) return true;
  }
  return orAbsent && !present;
}

/** Reads `a|b=x,y c?=z d`: terms that must all hold. Blanks inside a value are written `+`. */
export function readRequirements(text: string): Requirement[] {
  return text.split(" ").filter((term) => term !== "").map((term) => {
    const [, names = "", sign, values = ""] = /^(.*?)(?:(\??=)(.*))?$/.exec(term) ?? [];
    const places = names.split("|").map(placeOf);
    return sign === undefined
      ? { places, orAbsent: false }
      : { places, orAbsent: sign === "?=", values: values.toLowerCase().split(","), spelled: values.split(",") };
  });
}

function shape(from: ShapeData): EventShape {
  const list = (text: string | undefined) => text?.split(" ");
  return {
    id: from.id,
    title: from.title,
    windows: from.windows ?? false,
    has: readRequirements(from.has),
    base: from.late === undefined ? from.base : `${from.base} ${from.late}`,
    system: new Map(Object.entries(from.system ?? {})),
    unless: new Map(Object.entries(from.unless ?? {}).map(([name, words]) => [name, words.split(" ")])),
    time: (from.time ?? "").split(" ").flatMap((name) => (from.system?.[name] ?? name).split(" ")).map(placeOf),
    sources: (from.sources ?? []).map((source) => ({
      ...part("product", list(source.product)),
      ...part("category", list(source.category)),
      ...part("service", list(source.service)),
      when: readRequirements(source.when ?? ""),
      ...part("fields", source.fields),
    })),
    custom: from.custom ?? false,
    anyCase: from.anyCase ?? false,
    ...part("channel", from.channel),
    ...part("os", list(from.os)?.map(placeOf)),
    ...part("strip", from.strip),
  };
}

/** A property that is left out where there is nothing to say. */
function part<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: V });
}

const FIELDS = data.fields as Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The fields of a list in the data, by name. */
export function fieldList(name: string | undefined): Readonly<Record<string, string>> {
  return name !== undefined && Object.prototype.hasOwnProperty.call(FIELDS, name) ? FIELDS[name]! : {};
}

const HASHES = new Map([["md5", "MD5"], ["sha1", "SHA1"], ["sha256", "SHA256"], ["imphash", "IMPHASH"]]);

/** Registry hives as the kernel and Defender write them, and as Sysmon and rules do. */
const HIVES: readonly (readonly [string, string])[] = [
  ["hkey_local_machine", "HKLM"], ["hkey_current_user", "HKCU"], ["hkey_users", "HKU"], ["hkey_classes_root", "HKCR"],
  ["\\registry\\machine", "HKLM"], ["\\registry\\user", "HKU"],
];

/**
 * Where a field of a rule stands in events of a shape. `map` is the log source's own list of names; `values` gives words
 * of rules for words of events, by the raw name.
 */
export function sourceOf(
  shape: EventShape,
  field: string,
  map: Readonly<Record<string, string>> = {},
  values: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
): FieldSource {
  const name = shape.strip !== undefined && field.startsWith(shape.strip) ? field.slice(shape.strip.length) : field;
  const listed = inList(map, shape.anyCase ? (caseIn(map, name) ?? name) : name);
  const own = listed ?? shape.system.get(name);
  const unless = shape.unless.get(name);
  const extra = {
    ...(shape.anyCase ? { anyCase: true } : {}),
    ...(unless === undefined ? {} : { unless }),
    ...(name === "TargetObject" && shape.id !== "windows-flat" ? { heads: HIVES } : {}),
  };
  if (own?.includes("+") === true) {
    const hives = name === "TargetObject" ? { heads: HIVES } : {};
    return { places: basePlaces(shape, own.split("+"), 1), join: "\\", ...extra, ...hives };
  }
  const hash = HASHES.get(name.toLowerCase());
  const texts = own !== undefined ? own.split(" ") : [name];
  const places = own !== undefined && !(shape.windows && listed !== undefined)
    ? texts.map(placeOf)
    : basePlaces(shape, texts);
  if (hash !== undefined && own === undefined) {
    for (const column of ["Hashes", "Hash"]) {
      for (const place of basePlaces(shape, [column], 1)) places.push({ ...place, text: `hash:${place.text}:${hash}`, take: { kind: "hash", name: hash } });
    }
  }
  if (own !== undefined && places.every((place) => place.text !== name)) places.push(placeOf(name));
  const raw = own !== undefined && Object.prototype.hasOwnProperty.call(values, own) ? values[own] : undefined;
  return {
    places,
    ...extra,
    ...(raw === undefined ? {} : { values: new Map(Object.entries(raw).map(([from, to]) => [from.toLowerCase(), to])) }),
  };
}

/** The entry of a list for a name: its own, that of its beginning (`requestParameters.*`), or the list's `*`. */
function inList(map: Readonly<Record<string, string>>, name: string): string | undefined {
  if (name !== "*" && Object.prototype.hasOwnProperty.call(map, name)) return map[name];
  for (let dot = name.lastIndexOf("."); dot > 0; dot = name.lastIndexOf(".", dot - 1)) {
    const head = `${name.slice(0, dot)}.*`;
    if (Object.prototype.hasOwnProperty.call(map, head)) return map[head]!.replace("*", name.slice(dot + 1));
  }
  return Object.prototype.hasOwnProperty.call(map, "*") ? map["*"]!.split("~").join(name) : undefined;
}

/** The name as a list spells it, any case. */
function caseIn(map: Readonly<Record<string, string>>, name: string): string | undefined {
  const lower = name.toLowerCase();
  return Object.keys(map).find((each) => each.toLowerCase() === lower);
}

/** Places of raw names below the shape's roots; `most` roots per name. */
function basePlaces(shape: EventShape, names: readonly string[], most = Infinity): Place[] {
  return names.flatMap((name) => {
    if (shape.custom) {
      const flat = name.replace(/\./g, "_");
      return [...["_s", "_d", "_b", "_t", "_g"].map((end) => placeOf(flat + end)), placeOf(name)];
    }
    return shape.base.split(" ").slice(0, most).map((root) => placeOf(root.split("~").join(name)));
  });
}
