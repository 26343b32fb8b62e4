/**
 * Where a value stands in a raw event: in nested JSON, under a flat key that holds dots, inside a text column that holds
 * JSON or XML. Reads what `JSON.parse` gives and what our own exact reader gives alike.
 */

/** A raw value: `JSON.parse`'s objects or `readJson`'s maps. Absent is `undefined`, which `null` is not. */
export type EventValue =
  | undefined | null | boolean | number | bigint | string | readonly EventValue[]
  | { readonly [key: string]: EventValue } | ReadonlyMap<string, EventValue>;

/** One place. `keys` lead to a value; `*` is each child; `take` cuts a named part out of the text found there. */
export interface Place {
  readonly text: string;
  readonly keys: readonly string[];
  readonly take?: { readonly kind: "xml" | "line" | "hash"; readonly name: string };
}

/** Where a field of Sigma comes from. */
export interface FieldSource {
  /** The first that holds a value counts; with `join` all of them, put together. */
  readonly places: readonly Place[];
  readonly join?: string;
  /** Texts that mean "nothing here" in this place, as when a collector overwrites the event's own field. */
  readonly unless?: readonly string[];
  /** What the event says → what rules say too, keys in small letters. */
  readonly values?: ReadonlyMap<string, string>;
  /** Beginnings of a text → what rules say instead, any case (registry hives). */
  readonly heads?: readonly (readonly [string, string])[];
  /** Whether a name in another case counts too, where the exact one is absent. */
  readonly anyCase?: boolean;
}

/** Beyond this many parts a name is read as one flat key or as plain nesting, nothing between. */
const MOST_PARTS = 10;
/** Texts longer than this are not looked into for JSON. */
const LONGEST_JSON = 1 << 20;
/** Values that one field may gather from arrays. */
const MOST_GATHERED = 10_000;

const TAKES = ["xml", "line", "hash"] as const;

/** Reads `a.b.c`, `xml:Column:Name`, `line:Message:Label` or `hash:Hashes:MD5`. */
export function placeOf(text: string): Place {
  const [head = "", column = "", name = ""] = text.split(":", 3);
  const kind = TAKES.find((each) => each === head);
  if (kind === undefined || column === "" || name === "") return { text, keys: text.split(".") };
  return { text, keys: column.split("."), take: { kind, name } };
}

/** The value of a field in an event; undefined where it is absent. An array stands for several values. */
export function readField(event: EventValue, source: FieldSource): EventValue {
  if (source.join !== undefined) return joined(event, source);
  let found: EventValue;
  for (const place of source.places) {
    const value = readPlace(event, place, source.anyCase ?? false);
    if (value === undefined) continue;
    if (value !== null && !(typeof value === "string" && source.unless?.includes(value.toLowerCase()) === true)) {
      return said(value, source);
    }
    found ??= null;
  }
  return found;
}

/** The value at a place. */
export function readPlace(event: EventValue, place: Place, anyCase = false): EventValue {
  const found = descend(event, place.keys, 0, anyCase);
  const { take } = place;
  if (take === undefined || found === undefined) return found;
  if (Array.isArray(found)) return (found as readonly EventValue[]).map((each) => taken(each, take)).find((v) => v !== undefined);
  return taken(found, take);
}

function joined(event: EventValue, source: FieldSource): EventValue {
  const parts: string[] = [];
  for (const place of source.places) {
    const value = readPlace(event, place);
    if (value === undefined || value === null || typeof value === "object") continue;
    const text = String(value);
    if (text !== "" && text !== "-") parts.push(text);
  }
  return parts.length === 0 ? undefined : said(parts.join(source.join), source);
}

/** The value in the words of rules. */
function said(value: EventValue, source: FieldSource): EventValue {
  if (source.values === undefined && source.heads === undefined) return value;
  if (Array.isArray(value)) return (value as readonly EventValue[]).map((each) => said(each, source));
  if (value === null || typeof value === "object" || value === undefined) return value;
  const text = String(value);
  const lower = text.toLowerCase();
  const known = source.values?.get(lower);
  // Rules ask for either.
  if (known !== undefined) return [known, text];
  for (const [head, instead] of source.heads ?? []) {
    if (lower.startsWith(head)) return instead + text.slice(head.length);
  }
  return value;
}

/** Whether a value is an object, of either kind. */
export function isObject(value: EventValue): value is { readonly [key: string]: EventValue } | ReadonlyMap<string, EventValue> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** What an object holds under a key, never what objects inherit. */
export function memberOf(object: EventValue, key: string, anyCase = false): EventValue {
  if (object instanceof Map) {
    const value = (object as ReadonlyMap<string, EventValue>).get(key);
    if (value !== undefined || !anyCase) return value;
  } else {
    const plain = object as { readonly [key: string]: EventValue };
    const value = plain[key];
    if (value !== undefined && Object.prototype.hasOwnProperty.call(plain, key)) return value;
    if (!anyCase) return undefined;
  }
  const lower = key.toLowerCase();
  for (const [name, value] of membersOf(object)) if (name.toLowerCase() === lower) return value;
  return undefined;
}

/** All keys and values of an object; of an array or a scalar there are none. */
export function membersOf(object: EventValue): Iterable<readonly [string, EventValue]> {
  if (object instanceof Map) return object as ReadonlyMap<string, EventValue>;
  return isObject(object) ? Object.entries(object) : [];
}

function descend(from: EventValue, keys: readonly string[], at: number, anyCase: boolean): EventValue {
  if (at === keys.length) return textOf(from);
  let value = from;
  if (typeof value === "string") value = parsed(value);
  if (value === null || typeof value !== "object") return undefined;
  if (Array.isArray(value)) return gather(value as readonly EventValue[], keys, at, anyCase);
  const key = keys[at]!;
  if (key === "*") {
    for (const [, child] of membersOf(value)) {
      const found = descend(child, keys, at + 1, anyCase);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (at + 1 === keys.length) {
    const member = memberOf(value, key, anyCase);
    return textOf(member === undefined ? spaced(value, key) : member);
  }
  // A flat key that holds the dots goes before nesting.
  const longest = keys.length - at <= MOST_PARTS ? keys.length : at + 2;
  const whole = memberOf(value, keys.slice(at).join("."), anyCase);
  if (whole !== undefined) return textOf(whole);
  for (let to = longest - 1; to > at; to--) {
    const child = memberOf(value, to === at + 1 ? key : keys.slice(at, to).join("."), anyCase);
    if (child === undefined) continue;
    const found = descend(child, keys, to, anyCase);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Arrays stand for any of their elements: all values that are found in them. */
function gather(list: readonly EventValue[], keys: readonly string[], at: number, anyCase: boolean): EventValue {
  const all: EventValue[] = [];
  for (const each of list) {
    const found = named(each, keys, at) ?? descend(each, keys, at, anyCase);
    if (found === undefined) continue;
    if (Array.isArray(found)) all.push(...(found as readonly EventValue[]).slice(0, MOST_GATHERED));
    else all.push(found);
    if (all.length >= MOST_GATHERED) break;
  }
  return all.length === 0 ? undefined : all.length === 1 ? all[0] : all;
}

/** `{"#attributes": {"Name": "Image"}, "#text": "…"}`, as converters write `<Data Name="Image">`. */
function named(element: EventValue, keys: readonly string[], at: number): EventValue {
  if (at + 1 !== keys.length || !isObject(element)) return undefined;
  const attributes = memberOf(element, "#attributes");
  const name = isObject(attributes) ? memberOf(attributes, "Name") : memberOf(element, "@Name") ?? memberOf(element, "Name");
  if (typeof name !== "string" || name.replace(/ /g, "") !== keys[at]) return undefined;
  return memberOf(element, "#text") ?? memberOf(element, "Value") ?? null;
}

/** `Threat Name` under `ThreatName`: rules leave the blanks out. */
function spaced(object: EventValue, key: string): EventValue {
  if (object instanceof Map) {
    for (const [name, value] of object as ReadonlyMap<string, EventValue>) {
      if (name.length > key.length && name.includes(" ") && name.replace(/ /g, "") === key) return value;
    }
    return undefined;
  }
  for (const name in object as object) {
    if (name.length > key.length && name.includes(" ") && name.replace(/ /g, "") === key) return memberOf(object, name);
  }
  return undefined;
}

/** The text of `{"#text": …, "#attributes": …}`; every other value is itself. */
function textOf(value: EventValue): EventValue {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return memberOf(value, "#text") ?? value;
}

/** A text column that holds JSON, read; undefined for any other text. */
function parsed(text: string): EventValue {
  const first = text.charCodeAt(0);
  if ((first !== 123 && first !== 91) || text.length > LONGEST_JSON) return undefined;
  try {
    return JSON.parse(text) as EventValue;
  } catch {
    return undefined;
  }
}

function taken(value: EventValue, take: NonNullable<Place["take"]>): EventValue {
  if (typeof value !== "string") return undefined;
  switch (take.kind) {
    case "hash": return hashIn(value, take.name);
    case "line": return lineIn(value, take.name);
    case "xml": return elementIn(value, take.name);
    default: return take.kind satisfies never;
  }
}

/** `MD5=…,SHA256=…,IMPHASH=…`, as Sysmon writes hashes. */
function hashIn(text: string, name: string): EventValue {
  for (const part of text.split(/[,;|]/)) {
    const at = part.indexOf("=");
    if (at > 0 && part.slice(0, at).trim().toLowerCase() === name.toLowerCase()) return part.slice(at + 1).trim();
  }
  return undefined;
}

/** `Label: value` on a line of a rendered message. */
function lineIn(text: string, label: string): EventValue {
  const at = text.startsWith(`${label}:`) ? 0 : text.indexOf(`\n${label}:`) + 1;
  if (at === 0 && !text.startsWith(`${label}:`)) return undefined;
  const end = text.indexOf("\n", at);
  return text.slice(at + label.length + 1, end < 0 ? text.length : end).trim();
}

/** `<Data Name="Image">…</Data>` or `<Image>…</Image>`. */
function elementIn(text: string, name: string): EventValue {
  for (const open of [`Name="${name}"`, `Name='${name}'`, `<${name}`]) {
    const at = text.indexOf(open);
    if (at < 0) continue;
    const start = text.indexOf(">", at + open.length - 1);
    if (start < 0) return undefined;
    if (text.charCodeAt(start - 1) === 47) return "";
    const end = text.indexOf("</", start);
    return unescaped(text.slice(start + 1, end < 0 ? text.length : end));
  }
  return undefined;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.includes("&")
    ? text.replace(/&(?:(lt|gt|amp|quot|apos)|#(x[0-9a-f]{1,6}|\d{1,7}));/gi, (all, word: string | undefined, code: string | undefined) => {
      if (word !== undefined) return ENTITIES[word.toLowerCase()] ?? all;
      const n = code!.toLowerCase().startsWith("x") ? parseInt(code!.slice(1), 16) : Number(code);
      return n <= 0x10ffff ? String.fromCodePoint(n) : all;
    })
    : text;
}
