/**
 * Traits of events: what several events have in common in one field, as a line of a Sigma selection could say it. Drafts
 * of rules and of filters choose among them.
 */
import { isObject, membersOf, shapeOf, type EventShape, type EventValue } from "../schema";
import { fold } from "../query/sigma";

/** One line of a selection: the field, how it is compared, and the texts of which one is enough. */
export interface Trait {
  readonly field: string;
  readonly how: "equals" | "startswith" | "endswith" | "contains";
  readonly texts: readonly string[];
}

/** An event made flat: fields as rules name them, with their text. Values of lists stand side by side. */
export type FlatEvent = ReadonlyMap<string, readonly string[]>;

/** Fields that tell nothing of behaviour: when and in which record it was, ids that differ each time. */
const FLEETING = endingIn(
  "time timestamp date guid recordid recordnumber processid threadid logonid sequence _id correlationid activityid requestid "
  + "keywords version opcode task level hashes hash md5 sha1 sha256 imphash message hostname computer");
const LONGEST = 400;
const MOST_FIELDS = 300;
const DEEPEST = 12;
/** Words of a value that are tried one by one. */
const MOST_WORDS = 60;

/** Flattens an event. Roots of its shape (`Event.EventData`) are left out of the names. */
export function flatten(event: EventValue, shape: EventShape = shapeOf(event)): FlatEvent {
  const roots = shape.base.split(" ").filter((root) => root.endsWith(".~")).map((root) => root.slice(0, -1).split("."));
  const flat = new Map<string, string[]>();
  const add = (path: readonly string[], text: string) => {
    const name = nameOf(path, roots);
    if (name === "" || flat.size >= MOST_FIELDS) return;
    const texts = flat.get(name);
    if (texts) texts.push(text);
    else flat.set(name, [text]);
  };
  const walk = (value: EventValue, path: readonly string[]): void => {
    if (path.length > DEEPEST) return;
    if (Array.isArray(value)) for (const each of value as readonly EventValue[]) walk(each, path);
    else if (isObject(value)) for (const [key, inner] of membersOf(value)) walk(inner, key === "#text" ? path : [...path, key]);
    else if (value !== null && value !== undefined && typeof value !== "object") add(path, String(value));
  };
  walk(event, []);
  return flat;
}

function nameOf(path: readonly string[], roots: readonly (readonly string[])[]): string {
  for (const root of roots) {
    const parts = root.slice(0, -1);
    if (path.length > parts.length && parts.every((part, i) => part === "*" || part === path[i])) return path.slice(parts.length).join(".");
  }
  return path.join(".");
}

/** Whether an event has a trait. */
export function hasTrait(event: FlatEvent, { field, how, texts }: Trait): boolean {
  return event.get(field)?.some((value) => {
    const text = fold(value);
    return texts.some((wanted) => {
      const w = fold(wanted);
      switch (how) {
        case "equals": return text === w;
        case "startswith": return text.startsWith(w);
        case "endswith": return text.endsWith(w);
        case "contains": return text.includes(w);
        default: return how satisfies never;
      }
    });
  }) ?? false;
}

/** Traits that all the events have, the more telling ones first. `fields` says which fields may be used. */
export function commonTraits(events: readonly FlatEvent[], fields: (name: string) => boolean = isTelling): readonly Trait[] {
  const [first, ...others] = events;
  if (!first) return [];
  const found: Trait[] = [];
  for (const [field, texts] of first) {
    if (!fields(field) || texts.length > 1 || (texts[0] ?? "").length > LONGEST * 10) continue;
    const values = [texts[0] ?? "", ...others.flatMap((event) => event.get(field)?.slice(0, 1) ?? [])];
    if (values.length < events.length) continue;
    found.push(...traitsOf(field, values));
  }
  return found.filter((trait) => events.every((event) => hasTrait(event, trait)));
}

/** Whether a field may tell of behaviour. */
export function isTelling(name: string): boolean {
  return !/^[_@]/.test(name) && !FLEETING.test(name);
}

/** Matches names that end in one of the words. */
export function endingIn(words: string): RegExp {
  return new RegExp(`(${words.split(" ").join("|")})$`, "i");
}

function traitsOf(field: string, values: readonly string[]): readonly Trait[] {
  const distinct = [...new Map(values.map((value) => [fold(value), value])).values()].filter((value) => value !== "" && value !== "-");
  const [one] = distinct;
  if (one === undefined || distinct.length < new Set(values.map(fold)).size) return [];
  const found: Trait[] = [];
  const isPath = distinct.every((value) => /^([a-z]:|\\|\/|%)/i.test(value) && /[\\/][^\\/]+$/.test(value)
    && !/\s[-/]/.test(value));
  // A list with an entry for nearly each event says nothing of the next one.
  const few = (texts: readonly string[]) => texts.length === 1 || (texts.length <= 5 && texts.length * 2 <= values.length);
  if (isPath) {
    const ends = [...new Set(distinct.map((value) => value.slice(Math.max(value.lastIndexOf("\\"), value.lastIndexOf("/")))))];
    if (few(ends)) found.push({ field, how: "endswith", texts: ends });
    const folder = commonStart(distinct);
    const cut = Math.max(folder.lastIndexOf("\\"), folder.lastIndexOf("/"));
    if (cut > 2) found.push({ field, how: "startswith", texts: [folder.slice(0, cut + 1)] });
  } else if (distinct.length === 1 && one.length <= LONGEST && !isOnceOnly(one)) found.push({ field, how: "equals", texts: [one] });
  else if (few(distinct) && distinct.every((value) => value.length <= 60 && !isOnceOnly(value))) {
    found.push({ field, how: "equals", texts: distinct });
  }
  if (/\s/.test(one)) {
    const words = [...new Set(one.split(/[\s"'=,;()]+/))].filter((word) => word.length >= 3 && !isOnceOnly(word)).slice(0, MOST_WORDS);
    for (const word of words) found.push({ field, how: "contains", texts: [word] });
  }
  return found;
}

/** Ids, times and addresses of memory: true of one event, of no behaviour. */
function isOnceOnly(text: string): boolean {
  return /^\{?[0-9a-f]{8}-[0-9a-f-]{27}\}?$/i.test(text) || /^\d{4}-\d\d-\d\d[T ]/.test(text) || /^0x[0-9a-f]{5,}$/i.test(text)
    || /^\d{6,}$/.test(text);
}

function commonStart(values: readonly string[]): string {
  let start = values[0] ?? "";
  for (const value of values) {
    let n = 0;
    while (n < start.length && n < value.length && fold(start.charAt(n)) === fold(value.charAt(n))) n++;
    start = start.slice(0, n);
  }
  return start;
}

/** The trait as a line of a Sigma selection, `indent` blanks in. */
export function traitLines({ field, how, texts }: Trait, indent: number): string {
  const key = how === "equals" ? field : `${field}|${how}`;
  const pad = " ".repeat(indent);
  const [only] = texts;
  if (texts.length === 1 && only !== undefined) return `${pad}${plainKey(key)}: ${quoted(only)}\n`;
  return `${pad}${plainKey(key)}:\n${texts.map((text) => `${pad}    - ${quoted(text)}\n`).join("")}`;
}

/** A key needs quotes where YAML would read it otherwise. */
function plainKey(key: string): string {
  return /^[A-Za-z_][\w.|@-]*$/.test(key) ? key : `'${key.replace(/'/g, "''")}'`;
}

/** A text for the text itself: wildcards and the backslashes before them are escaped (Sigma specification, Escaping). */
function quoted(text: string): string {
  const escaped = text.replace(/\\*[*?]|\\{2,}|\\+$/g, (run) => {
    const slashes = run.replace(/[*?]$/, "").length;
    const end = run.slice(slashes);
    return end === "" ? "\\".repeat(slashes > 1 ? slashes * 2 : slashes) : `${"\\".repeat(slashes * 2)}\\${end}`;
  });
  return /[\p{Cc}\u2028\u2029]/u.test(escaped) ? JSON.stringify(escaped) : `'${escaped.replace(/'/g, "''")}'`;
}
