/** Functions that make values of one type out of others. */
import { getKey } from "./access";
import type { Context } from "./context";
import { DATE_WORDS, fromLuxon, momentOf, parseDate, parseDateParts, dateOf } from "./dates";
import type { DqlDate } from "./dates";
import { define, nullFor, on, onAny } from "./define";
import { parseDuration } from "./durations";
import { Failure } from "./failure";
import type { DqlLink } from "./links";
import { fileLink } from "./links";
import type { DqlValue } from "./value";
import { isBag, isTruthy, toText } from "./value";
import { DateTime, Settings } from "luxon";

const NUMBER = /-?[0-9]+(?:\.[0-9]+)?/;

const listOf = onAny((args) => [...args]);

function makeObject(args: readonly DqlValue[]): DqlValue {
  if (args.length % 2 !== 0) throw new Failure(`object takes a value for every key, found ${args.length} arguments.`);
  const made = new Map<string, DqlValue>();
  for (let i = 0; i < args.length; i += 2) {
    const key = args[i];
    if (typeof key !== "string") throw new Failure("The keys of object(key, value, …) are texts.");
    made.set(key, args[i + 1] ?? null);
  }
  return made;
}

/** A date out of a link: its display, its path, or the day of the note it leads to. */
function linkDate(link: DqlLink, context: Context): DqlValue {
  for (const text of [link.display ?? "", link.path]) {
    const parts = parseDateParts(text);
    if (parts !== undefined) return momentOf(parts, context.clock.zone);
  }
  const file = context.links.fields(link.path)?.get("file") ?? null;
  const day = file !== null && isBag(file) ? file.get("day") ?? null : null;
  return isTruthy(day) ? day : null;
}

function formattedDate(text: string, format: string, context: Context): DqlDate {
  const { zone, locale } = context.clock;
  if (format === "x" || format === "X") {
    const number = NUMBER.exec(text);
    if (number === null) throw new Failure(`There is no number in '${text}' for the format '${format}'.`);
    return dateOf(Number.parseInt(number[0], 10) * (format === "X" ? 1000 : 1), zone);
  }
  const date = fromLuxon(atNow(context.clock.now, () => DateTime.fromFormat(text, format, { zone: zone.zone, locale })), zone);
  if (date === undefined) throw new Failure(`'${text}' is no date of the format '${format}'.`);
  return date;
}

/** Luxon takes parts that a format lacks from its own clock: it is ours for the length of one call. */
function atNow<T>(now: number, read: () => T): T {
  const before = Settings.now;
  Settings.now = () => now;
  try {
    return read();
  } finally {
    Settings.now = before;
  }
}

function numberIn(text: string): DqlValue {
  const found = NUMBER.exec(text);
  return found === null ? null : Number(found[0]);
}

function linkTo(path: string, context: Context, display?: string, embed = false): DqlLink {
  return fileLink(context.links.place(path), embed, display);
}

function withDisplay({ display: _, ...link }: DqlLink, display: string): DqlLink {
  return { ...link, display };
}

const linkOne = [on(["string"], ([path], context) => linkTo(path, context)), on(["link"], ([link]) => link), nullFor(["null"])].flat();

export const CONSTRUCTORS = [
  define("object", {
    signatures: ["object(key1, value1, ...)"], says: "Makes an object of keys and values.",
    examples: [['object("a", 1)', "{ a: 1 }"], ["object()", "{}"]],
  }, onAny(makeObject)),
  define("list", {
    signatures: ["list(value1, value2, ...)"], says: "Makes a list of its arguments.",
    examples: [["list(1, \"a\")", '[1, "a"]'], ["list()", "[]"]],
  }, listOf),
  define("array", {
    signatures: ["array(value1, value2, ...)"], says: "Another name of `list`.", examples: [["array(1, 2)", "[1, 2]"]],
  }, listOf),
  define("date", {
    signatures: ["date(any)", "date(text, format)"],
    says: `Reads a date out of a text, a link or a word (${DATE_WORDS.slice(6, 10).join(", ")}, …); null when there is none.`,
    examples: [['date("2021-04-18")', "date(2021-04-18)"], ['date("18/04/2021", "dd/MM/yyyy")', "date(2021-04-18)"],
      ['date("not a date")', "null"]],
    lifts: { 1: [0] },
  },
  on(["string"], ([text], context) => parseDate(text, context.clock)),
  on(["date"], ([date]) => date),
  on(["link"], ([link], context) => linkDate(link, context)),
  on(["string", "string"], ([text, format], context) => formattedDate(text, format, context)),
  nullFor(["null", "string"], ["null"])),
  define("dur", {
    signatures: ["dur(any)"], says: "Reads a duration out of a text; null when there is none.",
    examples: [['dur("1 day, 2 hours")', "dur(1 day 2h)"], ['dur("soon")', "null"]],
    lifts: { 1: [0] },
  }, on(["string"], ([text]) => parseDuration(text.trim()) ?? null), on(["duration"], ([d]) => d), nullFor(["null"])),
  define("number", {
    signatures: ["number(text)"], says: "The first number in a text; null when there is none.",
    examples: [['number("18 years")', "18"], ['number("hello")', "null"]],
    lifts: { 1: [0] },
  }, on(["number"], ([n]) => n), on(["string"], ([text]) => numberIn(text)), nullFor(["null"])),
  define("string", {
    signatures: ["string(any)"], says: "The value as text.",
    examples: [["string(18)", '"18"'], ["string(dur(8 hours))", '"8 hours"'], ["string([1, 2])", '"1, 2"']],
  }, on(["*"], ([value], context) => toText(value, context.text))),
  define("link", {
    signatures: ["link(path, [display], [embed])"], says: "A link to a note, perhaps with another text shown.",
    examples: [['link("Hello")', "[[Hello]]"], ['link("Hello", "Bye")', "[[Hello|Bye]]"]],
    lifts: { 1: [0], 2: [0, 1] },
  },
  linkOne,
  on(["string", "string"], ([path, display], context) => linkTo(path, context, display)),
  on(["string", "string", "boolean"], ([path, display, embed], context) => linkTo(path, context, display, embed)),
  on(["link", "string"], ([link, display]) => withDisplay(link, display)),
  nullFor(["null", "*"]),
  on(["*", "null"], ([target], context) => {
    if (target === null || typeof target === "string") return target === null ? null : linkTo(target, context);
    if (typeof target === "object" && "kind" in target && target.kind === "link") return target;
    if (Array.isArray(target)) return target.map((t: DqlValue) => (typeof t === "string" ? linkTo(t, context) : t));
    throw new Failure("link takes link(path, [display], [embed]).");
  })),
  define("embed", {
    signatures: ["embed(link, [embed?])"], says: "The link as an embedded one, or as a plain one when the second argument is false.",
    examples: [["embed([[Hello]])", "![[Hello]]"], ["embed(![[Hello]], false)", "[[Hello]]"]],
    lifts: { 1: [0], 2: [0, 1] },
  },
  on(["link"], ([link]) => ({ ...link, embed: true })),
  on(["link", "boolean"], ([link, embed]) => ({ ...link, embed })),
  nullFor(["null"], ["null", "*"], ["*", "null"])),
  define("elink", {
    signatures: ["elink(url, [display])"], says: "A link to the web, perhaps with another text shown.",
    examples: [['string(elink("https://x.y", "X"))', '"[X](https://x.y)"']],
    lifts: { 1: [0], 2: [0] },
  },
  on(["string", "string"], ([url, display]) => ({ kind: "weblink", url, display })),
  on(["string", "null"], ([url]) => ({ kind: "weblink", url, display: url })),
  nullFor(["null", "*"]),
  on(["string"], ([url]) => ({ kind: "weblink", url, display: url })),
  nullFor(["null"])),
  define("meta", {
    signatures: ["meta(link)"], says: "What a link itself says: its display, embed, path, subpath and type.",
    examples: [["meta([[Hello|Bye]]).display", '"Bye"'], ["meta([[Hello#Top]]).subpath", '"Top"']],
  }, on(["link"], ([link]) => new Map<string, DqlValue>([
    ["display", link.display ?? null], ["embed", link.embed], ["path", link.path], ["subpath", link.subpath ?? null], ["type", link.type],
  ]))),
  define("extract", {
    signatures: ["extract(object, key1, key2, ...)"], says: "An object of only these keys; of each element, when given a list.",
    examples: [['extract({ a: 1, b: 2 }, "a")', "{ a: 1 }"]],
  }, onAny(extract)),
];

function extract(args: readonly DqlValue[], context: Context): DqlValue {
  const [from = null, ...keys] = args;
  if (args.length === 0) throw new Failure("extract takes extract(object, key1, key2, ...), found no arguments.");
  if (Array.isArray(from)) return context.deeper(() => from.map((v: DqlValue) => extract([v, ...keys], context)));
  return new Map(keys.map((key) => {
    if (typeof key !== "string") throw new Failure("The keys of extract(object, key, …) are texts.");
    return [key, getKey(from, key, context)];
  }));
}
