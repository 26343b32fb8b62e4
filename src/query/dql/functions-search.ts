/** Functions that ask whether something is in something, and those that choose between values. */
import type { Context } from "./context";
import type { DqlFunctionSpec } from "./define";
import { define, nullFor, on } from "./define";
import { withoutMarkdown } from "./markdown";
import type { DqlLink } from "./links";
import { linkText } from "./links";
import type { DqlValue } from "./value";
import { compare, isBag, isList, isTruthy, toText } from "./value";

type Inside = (text: string, part: string) => boolean;

/** Whether something is in a value: in any element of a list, in a text, a key of an object, else whether both are equal. */
function contains(value: DqlValue, wanted: DqlValue, inside: Inside, context: Context): boolean {
  if (isList(value)) return context.deeper(() => value.some((element) => contains(element, wanted, inside, context)));
  if (typeof value === "string" && typeof wanted === "string") return inside(value, wanted);
  if (typeof value === "object" && value !== null && isBag(value) && typeof wanted === "string") return value.has(wanted);
  return compare(value, wanted, context.order) === 0;
}

const plain: Inside = (text, part) => text.includes(part);
const anyCase: Inside = (text, part) => text.toLocaleLowerCase().includes(part.toLocaleLowerCase());

/** Whether a word stands in a text with something else than letters around it; case does not matter. */
function hasWord(text: string, word: string): boolean {
  const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`\\b${escaped}\\b`, "i").test(text);
}

function shown(value: DqlValue, context: Context): string {
  if (value === null) return "";
  if (typeof value === "string") return withoutMarkdown(value);
  if (isList(value)) return context.deeper(() => value.map((v) => shown(v, context)).join(", "));
  if (typeof value === "object" && "kind" in value && value.kind === "link") return shownLink(value);
  return toText(value, context.text);
}

function shownLink(link: DqlLink): string {
  return link.display ? withoutMarkdown(link.display) : linkText(link).replace(/\[\[.*\|(.*)\]\]/, "$1");
}

const has = (says: string, examples: readonly (readonly [string, string])[], name: string, inside: Inside) =>
  define(name, { signatures: [`${name}(object|list|text, value)`], says, examples, lifts: { 2: [1] } },
    on(["*", "*"], ([value, wanted], context) => contains(value, wanted, inside, context)));

const orElse = on(["*", "*"], ([value, other]) => (value === null ? other : value));

export const SEARCH: readonly DqlFunctionSpec[] = [
  has("Whether a list has an element, a text a part, an object a key; lists are searched at every depth.",
    [['contains(["yes", "no"], "es")', "true"], ['contains({ a: 1 }, "b")', "false"]], "contains", plain),
  has("Like `contains`, without regard to case.", [['icontains("Hello", "HELL")', "true"]], "icontains", anyCase),
  define("econtains", {
    signatures: ["econtains(object|list|text, value)"], says: "Like `contains`, but an element of a list must equal the value.",
    examples: [['econtains(["yes", "no"], "es")', "false"], ['econtains("yes", "es")', "true"]], lifts: { 2: [1] },
  },
  on(["array", "*"], ([list, wanted], context) => list.some((v) => compare(wanted, v, context.order) === 0)),
  on(["*", "*"], ([value, wanted], context) => contains(value, wanted, plain, context))),
  define("containsword", {
    signatures: ["containsword(list|text, value)"], says: "Whether a text has a whole word, without regard to case.",
    examples: [['containsword("Hello there", "hello")', "true"], ['containsword("Hello there", "hell")', "false"]],
    lifts: { 2: [0, 1] },
  }, on(["string", "string"], ([text, word]) => hasWord(text, word)), nullFor(["null", "*"], ["*", "null"])),
  define("default", {
    signatures: ["default(field, value)"], says: "The value, or the second one where it is null; for each element of a list.",
    examples: [["default(null, 1)", "1"], ["default([1, null], 0)", "[1, 0]"]], lifts: { 2: [0, 1] },
  }, orElse),
  define("ldefault", {
    signatures: ["ldefault(list, value)"], says: "Like `default`, but a list is one value.",
    examples: [["ldefault(null, [1])", "[1]"], ["ldefault([null], 0)", "[null]"]],
  }, orElse),
  define("choice", {
    signatures: ["choice(bool, left, right)"], says: "The second argument when the first is true, else the third.",
    examples: [['choice(1 < 2, "yes", "no")', '"yes"']], lifts: { 3: [0] },
  }, on(["*", "*", "*"], ([condition, yes, no]) => (isTruthy(condition) ? yes : no))),
  define("display", {
    signatures: ["display(any)"], says: "The value as it reads on the page: without Markdown, links by what they show.",
    examples: [['display("**Hello** [[World|you]]")', '"Hello you"'], ["display([[Note]])", '"Note"']],
  }, on(["*"], ([value], context) => shown(value, context))),
];
