/** Functions on lists. */
import type { DqlFunctionSpec } from "./define";
import { define, nullFor, on, onAny } from "./define";
import { reduceBy } from "./functions-number";
import type { DqlFunction, DqlValue } from "./value";
import { MAX_DEPTH, compare, isList, isTruthy, toText } from "./value";
import type { Context } from "./context";

const holds = (f: DqlFunction) => (value: DqlValue) => isTruthy(f.call([value]));

function sorted(list: readonly DqlValue[], key: (value: DqlValue) => DqlValue, context: Context): DqlValue[] {
  return list.map((value) => ({ value, key: key(value) }))
    .sort((a, b) => compare(a.key, b.key, context.order)).map(({ value }) => value);
}

/** Each value once: sorted, since equal ones are found side by side. */
function distinct(list: readonly DqlValue[], context: Context): DqlValue[] {
  const order = { text: context.order.text, place: (path: string) => path };
  return [...list].sort((a, b) => compare(a, b, order))
    .filter((value, i, all) => i === 0 || compare(all[i - 1] ?? null, value, order) !== 0);
}

/** Opens lists inside of the list, `depth` levels of them. */
function flattened(list: readonly DqlValue[], depth: number): DqlValue[] {
  const levels = Math.min(depth, MAX_DEPTH);
  return list.flatMap((value) => (levels >= 1 && isList(value) ? flattened(value, levels - 1) : [value]));
}

const nonNull = (list: readonly DqlValue[]) => list.filter((value) => value !== null);

function joined(list: readonly DqlValue[], separator: string, context: Context): string {
  const texts = list.map((value) => toText(value, context.text));
  context.fits(texts.reduce((sum, text) => sum + text.length + separator.length, 0));
  return texts.join(separator);
}

export const LISTS: readonly DqlFunctionSpec[] = [
  define("sort", {
    signatures: ["sort(list)", "sort(list, key)"], says: "The list from small to large, by a key if a function gives one.",
    examples: [["sort([3, 1, 2])", "[1, 2, 3]"], ["sort([3, 1, 2], (x) => -1 * x)", "[3, 2, 1]"]],
  },
  on(["array"], ([list], context) => sorted(list, (value) => value, context)),
  on(["array", "function"], ([list, key], context) => sorted(list, (value) => key.call([value]), context)),
  on(["*"], ([value]) => value)),
  define("reverse", {
    signatures: ["reverse(list)"], says: "The list, or the text, from its end to its start.",
    examples: [["reverse([1, 2])", "[2, 1]"], ['reverse("ab")', '"ba"']],
  },
  on(["array"], ([list]) => [...list].reverse()),
  // By UTF-16 unit, not by character: as in Dataview.
  on(["string"], ([text]) => text.split("").reverse().join("")),
  on(["*"], ([value]) => value)),
  define("length", {
    signatures: ["length(object|array|text)"], says: "The number of elements, fields or characters; 0 for null.",
    examples: [["length([1, 2])", "2"], ['length("abc")', "3"], ["length(null)", "0"]],
  },
  on(["array"], ([list]) => list.length), on(["object"], ([bag]) => bag.size),
  on(["string"], ([text]) => text.length), on(["null"], () => 0)),
  define("nonnull", {
    signatures: ["nonnull(array)"], says: "The list, or the arguments, without nulls.",
    examples: [["nonnull([1, null, 2])", "[1, 2]"], ["nonnull(null, 3)", "[3]"]],
  }, on(["array"], ([list]) => nonNull(list)), onAny((args) => nonNull(args))),
  define("firstvalue", {
    signatures: ["firstvalue(array)"], says: "The first element that is not null.", examples: [["firstvalue([null, 1, 2])", "1"]],
  }, on(["array"], ([list]) => nonNull(list)[0] ?? null), nullFor(["null"])),
  define("all", {
    signatures: ["all(array)", "all(array, predicate)"], says: "Whether all elements are true, or true for the function.",
    examples: [["all([1, 2])", "true"], ["all([1, 2], (x) => x > 1)", "false"]],
  },
  on(["array"], ([list]) => list.every(isTruthy)),
  on(["array", "function"], ([list, f]) => list.every(holds(f))), onAny((args) => args.every(isTruthy))),
  define("any", {
    signatures: ["any(array)", "any(array, predicate)"], says: "Whether some element is true, or true for the function.",
    examples: [["any([0, 2])", "true"], ["any([1, 2], (x) => x > 2)", "false"]],
  },
  on(["array"], ([list]) => list.some(isTruthy)),
  on(["array", "function"], ([list, f]) => list.some(holds(f))), onAny((args) => args.some(isTruthy))),
  define("none", {
    signatures: ["none(array)", "none(array, predicate)"], says: "Whether no element is true, or true for the function.",
    examples: [["none([0, null])", "true"], ["none([1, 2], (x) => x > 1)", "false"]],
  },
  on(["array"], ([list]) => !list.some(isTruthy)),
  on(["array", "function"], ([list, f]) => !list.some(holds(f))), onAny((args) => !args.some(isTruthy))),
  define("join", {
    signatures: ["join(array, [delimiter])"], says: "The elements as one text, parted by `, ` or the delimiter.",
    examples: [["join([1, 2])", '"1, 2"'], ['join([1, 2], "-")', '"1-2"']], lifts: { 2: [1] },
  },
  on(["array", "string"], ([list, separator], context) => joined(list, separator, context)),
  on(["array", "null"], ([list], context) => joined(list, ", ", context)),
  on(["*", "string"], ([value], context) => toText(value, context.text)),
  on(["array"], ([list], context) => joined(list, ", ", context)),
  on(["*"], ([value], context) => toText(value, context.text))),
  define("filter", {
    signatures: ["filter(array, predicate)"], says: "The elements for which the function is true.",
    examples: [["filter([1, 2, 3], (x) => x > 1)", "[2, 3]"]],
  }, on(["array", "function"], ([list, f]) => list.filter(holds(f))), nullFor(["null", "*"])),
  define("map", {
    signatures: ["map(array, func)"], says: "What the function gives for each element.",
    examples: [["map([1, 2], (x) => x * 2)", "[2, 4]"]],
  }, on(["array", "function"], ([list, f]) => list.map((value) => f.call([value]))), nullFor(["null", "*"])),
  define("flat", {
    signatures: ["flat(array, [depth])"], says: "Lists inside of the list become part of it, one depth or more.",
    examples: [["flat([1, [2, [3]]])", "[1, 2, [3]]"], ["flat([1, [2, [3]]], 2)", "[1, 2, 3]"]],
  },
  on(["array"], ([list]) => flattened(list, 1)), on(["array", "number"], ([list, depth]) => flattened(list, depth)),
  nullFor(["null"])),
  define("slice", {
    signatures: ["slice(array, [start, [end]])"], says: "A part of the list; numbers below zero count from its end.",
    examples: [["slice([1, 2, 3], 1)", "[2, 3]"], ["slice([1, 2, 3], 0, -1)", "[1, 2]"]],
  },
  on(["array"], ([list]) => list), on(["array", "number"], ([list, start]) => list.slice(start)),
  on(["array", "number", "number"], ([list, start, end]) => list.slice(start, end)), nullFor(["null"])),
  define("unique", {
    signatures: ["unique(array)"], says: "Each element once, from small to large.", examples: [["unique([2, 1, 2])", "[1, 2]"]],
  }, on(["array"], ([list], context) => distinct(list, context)), nullFor(["null"])),
  define("reduce", {
    signatures: ["reduce(array, operand)"], says: "One value out of a list, by an operator or a function of two elements.",
    examples: [['reduce([1, 2, 3], "+")', "6"], ["reduce([3, 1, 2], (a, b) => max(a, b))", "3"]], lifts: { 2: [1] },
  },
  on(["array", "string"], ([list, op], context) => reduceBy(list, op, context)),
  on(["array", "function"], ([list, f]) =>
    list.slice(1).reduce<DqlValue>((sum, next) => (next === null ? sum : f.call([sum, next])), list[0] ?? null)),
  nullFor(["null", "*"], ["*", "null"])),
];

