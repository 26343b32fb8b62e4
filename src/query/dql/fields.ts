/** Values of fields as they stand in notes: the text behind `key::`, and what YAML gave for properties. */
import { datePartsAt, momentOf, parseDateParts } from "./dates";
import type { DqlZone } from "./dates";
import { durationAt, evenOut, parseDuration } from "./durations";
import { Cursor } from "./lexer";
import { parseLink } from "./links";
import { canonicalName } from "./names";
import type { DqlBag, DqlValue } from "./value";

const WORD = /true|false|True|False|null/y;
const LINK = /^!?\[\[[^[\]]*\]\]$/;

/**
 * The value of an inline field (Dataview docs, "Adding metadata to your pages"): a date, duration, number, text in
 * quotes, tag, link or boolean, or some of them parted by commas; any other text is just that text. "" is null.
 */
export function readInline(text: string, local: DqlZone): DqlValue {
  if (text.trim() === "") return null;
  const c = new Cursor(text);
  const first = literal(c, local);
  if (first === undefined) return text;
  if (c.done) return first;
  if (!comma(c)) return text;
  const list = [first];
  for (let item = literal(c, local); item !== undefined; item = literal(c, local)) {
    list.push(item);
    const before = c.at;
    if (!comma(c) || literal(new CursorAt(text, c.at), local) === undefined) {
      c.back(before);
      break;
    }
  }
  return c.done ? list : text;
}

/** A cursor that starts somewhere else than at the start: to look ahead. */
class CursorAt extends Cursor {
  constructor(text: string, at: number) {
    super(text);
    this.at = at;
  }
}

function comma(c: Cursor): boolean {
  const before = c.at;
  c.space();
  if (c.text[c.at] !== ",") {
    c.back(before);
    return false;
  }
  c.at++;
  c.space();
  return true;
}

function literal(c: Cursor, local: DqlZone): DqlValue | undefined {
  const date = datePartsAt(c.text, c.at);
  if (date !== undefined) {
    c.at = date.to;
    return momentOf(date.value, local);
  }
  const duration = durationAt(c.text, c.at);
  if (duration !== undefined) {
    c.at = duration.to;
    return evenOut(duration.value.value);
  }
  const text = c.string() ?? c.tag();
  if (text !== undefined) return text;
  const embed = c.text[c.at] === "!" && c.text[c.at + 1] === "[";
  if (embed) c.at++;
  const link = c.link();
  if (link !== undefined) return parseLink(link, embed);
  WORD.lastIndex = c.at;
  const word = WORD.exec(c.text)?.[0];
  if (word === undefined) return c.number();
  c.at = WORD.lastIndex;
  // The word stays a text here: an inline field is null only when nothing stands behind its `::`.
  return word === "null" ? word : word.toLowerCase() === "true";
}

/** A text property: a date, duration or link when the whole text is one. */
export function readText(text: string, local: DqlZone): DqlValue {
  const date = parseDateParts(text);
  if (date !== undefined) return momentOf(date, local);
  const duration = parseDuration(text);
  if (duration !== undefined) return duration;
  if (!LINK.test(text)) return text;
  const embed = text.startsWith("!");
  return parseLink(text.slice(embed ? 3 : 2, -2), embed);
}

/**
 * Fields under every name they can be read by: as written, and in the canonical spelling unless a field is written
 * just so. Values of one name come together: one is itself, more are a list.
 */
export function nameFields(fields: ReadonlyMap<string, readonly DqlValue[]>): DqlBag {
  const canonical = new Map<string, readonly DqlValue[]>();
  for (const [key, values] of fields) {
    const name = canonicalName(key);
    if (name === "" || fields.has(name)) continue;
    canonical.set(name, [...(canonical.get(name) ?? []), ...values]);
  }
  const single = (values: readonly DqlValue[]): DqlValue => (values.length === 1 ? values[0] ?? null : values);
  return new Map([...fields, ...canonical].map(([key, values]) => [key, single(values)]));
}
