/**
 * Dynamic values: reading JSON, walking into values, bags. Sources: Kusto docs, "The dynamic data type" (Dynamic object
 * accessors), "Scalar functions" (Dynamic/array functions), one page each.
 */
import { readJson } from "../../base";
import type { Bag, Column, Value, WordColumn } from "../../table";
import { isArray, isBag, printJson, printValue, spread, valueAt } from "../../table";
import type { ScalarFunction } from "./define";
import { UNSURE, scanJson } from "./jsonscan";
import { textsAt } from "./jsontext";
import { changed, follow, parsePath, paths, step } from "./jsonpath";
import type { PathStep } from "./jsonpath";
import { define, each, kernel, seeing } from "./scalar";

/** A text read as JSON; a text that is none stays a text, an empty one is null. */
export function parseJson(text: string): Value {
  if (text.length === 0) return null;
  const c = text.charCodeAt(0);
  // Most texts that are no JSON start with a letter; `true`, `null` and numbers are seen by their first character too.
  const maybe =
    c === 123 ||
    c === 91 ||
    c === 34 ||
    c === 45 ||
    (c >= 48 && c <= 57) ||
    c <= 32 ||
    c === 116 ||
    c === 102 ||
    c === 110 ||
    c === 0xfeff;
  if (!maybe) return text;
  const read = readJson(text);
  return read.value === undefined || read.diagnostics.some((d) => d.severity === "error") ? text : read.value;
}

/** The steps of a path as a list of keys and places. */
function stepsOf(path: Value): readonly PathStep[] {
  return isArray(path) ? path.map((at) => (typeof at === "bigint" ? Number(at) : String(at as string))) : [];
}

/** What stands at a path of a JSON text. */
function atPath(text: string, steps: readonly PathStep[]): Value {
  const found = scanJson(text, steps);
  return found === UNSURE ? steps.reduce(step, parseJson(text)) : found;
}

/** Steps into a value by a key or a place, as `value[key]` does. */
function into(value: Value, key: Value): Value {
  if (typeof key === "string") return step(value, key);
  if (typeof key === "bigint") return step(value, Number(key));
  if (typeof key === "number") return Number.isInteger(key) ? step(value, key) : null;
  if (typeof key === "boolean") return step(value, key ? 1 : 0);
  return null;
}

/** A key, or the keys of a path that starts with `$`; undefined for the root and where the path counts in arrays. */
function pathOf(key: string): readonly PathStep[] | undefined {
  const path = (key.startsWith("$") ? parsePath(key) : null) ?? [key];
  return path.length > 0 && path.every((at) => typeof at === "string") ? path : undefined;
}

/** A bag of pairs key, value, key, value …; later ones win. */
function packed(pairs: readonly (Value | null)[]): Bag {
  const out = new Map<string, Value>();
  for (let i = 0; i + 1 < pairs.length; i += 2) out.set(printValue(pairs[i] ?? null), pairs[i + 1] ?? null);
  return out;
}

/** Canonical JSON: keys in order, no white space. */
function canonical(value: Value): Value {
  if (isArray(value)) return value.map(canonical);
  if (isBag(value))
    return new Map([...value].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([k, v]) => [k, canonical(v)]));
  return value;
}

/** The text of what stands at the end of a path. */
function extracted(path: string, value: Value): string | null {
  const steps = parsePath(path);
  const found = steps === null ? undefined : follow(value, steps);
  return found === undefined ? null : printValue(found);
}

export const dynamics: readonly ScalarFunction[] = [
  define(
    "path.key",
    {
      says: "The property of a bag, null when it has none of that name.",
      examples: [
        ['dynamic({"a": 1}).a', "1"],
        ['dynamic({"a": {"b": "x"}}).a.b', '"x"'],
        ['dynamic({"a": 1})["b"]', ""],
      ],
    },
    each(["value: dynamic", "key: string"], "dynamic", step),
  ),
  define(
    "path.index",
    {
      says: "The item of an array, from 0 or back from the end; null when there is none.",
      examples: [
        ["dynamic([1, 2, 3])[0]", "1"],
        ["dynamic([1, 2, 3])[-1]", "3"],
        ["dynamic([1])[5]", ""],
      ],
    },
    each(["value: dynamic", "index: long"], "dynamic", (value, index) => step(value, Number(index))),
  ),
  define(
    "path.any",
    {
      says: "The property or item that another value names.",
      examples: [['dynamic({"a": 1})[tostring(dynamic("a"))]', "1"]],
    },
    each(["value: dynamic", "key: any"], "dynamic", into),
  ),
  define(
    "parse_json",
    {
      says: "A text read as JSON; a text that is no JSON stays what it is.",
      examples: [
        ["parse_json('{\"a\": [1, 2.5]}')", '{"a":[1,2.5]}'],
        ["parse_json('{\"a\": [1, 2.5]}').a[1]", "2.5"],
        ["parse_json('no json')", '"no json"'],
      ],
    },
    each(["json: string"], "dynamic", parseJson),
    each(["json: dynamic"], "dynamic", (value) => value),
    each(["json: any"], "dynamic", (value) => value),
  ),
  define(
    "json.path",
    {
      says: "The value at a path of keys and places of a JSON text: `parse_json()` and the steps behind it in one.",
      examples: [["parse_json('{\"a\": [1, {\"b\": 2.5}]}').a[1].b", "2.5"]],
    },
    each(["json: string", "path: dynamic"], "dynamic", (text, path) => atPath(text, stepsOf(path))),
  ),
  define(
    "json.text",
    {
      says: "The text of the value at a path of keys and places of a JSON text: `tostring()` around `json.path`.",
      examples: [["tostring(parse_json('{\"a\": [1, \"b\"]}').a[1])", "b"]],
    },
    kernel(["json: string", "const path: dynamic"], "string", (args, length, context) => {
      const [json, path] = args as readonly [WordColumn, Column];
      const steps = stepsOf(valueAt(path, 0));
      return textsAt(spread(json, length) as WordColumn, steps, (text) => atPath(text, steps), context.check);
    }),
  ),
  define(
    "extract_json",
    {
      says: "The value at a path of a JSON text.",
      examples: [['extract_json("$.hosts[1].name", \'{"hosts": [{"name": "a"}, {"name": "b"}]}\')', "b"]],
    },
    each(["path: string", "json: string"], "string", (path, text) => extracted(path, parseJson(text))),
    each(["path: string", "json: dynamic"], "string", extracted),
  ),
  define(
    "dynamic_to_json",
    {
      says: "A dynamic value as JSON, with the keys of bags in order; the text of any other value.",
      examples: [
        ['dynamic_to_json(dynamic({"b": 1, "a": [2, 3]}))', '{"a":[2,3],"b":1}'],
        ['dynamic_to_json("abc")', "abc"],
        ["dynamic_to_json(1h)", "01:00:00"],
      ],
    },
    each(["value: dynamic"], "string", (value) => printJson(canonical(value))),
    each(["value: any"], "string", printValue),
  ),
  define(
    "bag_pack",
    {
      says: "A bag of names and values given in turn.",
      examples: [['bag_pack("Level", "High", "Count", 5)', '{"Level":"High","Count":5}']],
    },
    seeing(["...pairs: any"], "dynamic", (...pairs) => packed(pairs)),
  ),
  define(
    "bag_keys",
    {
      says: "The names of a bag's properties.",
      examples: [
        ['bag_keys(dynamic({"a": 1, "b": {"c": 2}}))', '["a","b"]'],
        ["bag_keys(dynamic([1]))", ""],
      ],
    },
    each(["bag: dynamic"], "dynamic", (bag) => (isBag(bag) ? [...bag.keys()] : null)),
  ),
  define(
    "bag_has_key",
    {
      says: "Whether a bag has a property, by name or by a path that starts with $.",
      examples: [
        ['bag_has_key(dynamic({"a": {"b": 1}}), "a")', "true"],
        ['bag_has_key(dynamic({"a": {"b": 1}}), "$.a.b")', "true"],
        ['bag_has_key(dynamic({"a": 1}), "b")', "false"],
        ['bag_has_key(dynamic({"a": [1]}), "$.a[0]")', "false"],
      ],
    },
    each(["bag: dynamic", "key: string"], "bool", (bag, key) => {
      const path = pathOf(key);
      return isBag(bag) ? path !== undefined && follow(bag, path) !== undefined : null;
    }),
  ),
  define(
    "bag_merge",
    {
      says: "One bag with the properties of several; the first that has a name gives its value.",
      examples: [['bag_merge(dynamic({"a": 1, "b": 2}), dynamic({"b": 3, "c": 4}))', '{"a":1,"b":2,"c":4}']],
    },
    seeing(["bag: dynamic", "...others: dynamic"], "dynamic", (...bags) => {
      const out = new Map<string, Value>();
      for (const bag of bags) {
        if (bag === null || !isBag(bag)) continue;
        for (const [key, value] of bag) if (!out.has(key)) out.set(key, value);
      }
      return bags.some((bag) => bag !== null && isBag(bag)) ? out : null;
    }),
  ),
  define(
    "bag_remove_keys",
    {
      says: "A bag without some properties, named or given by paths that start with $.",
      examples: [
        ['bag_remove_keys(dynamic({"a": 1, "b": 2}), dynamic(["b", "z"]))', '{"a":1}'],
        ['bag_remove_keys(dynamic({"a": {"b": 1, "c": 2}}), dynamic(["$.a.b"]))', '{"a":{"c":2}}'],
        ['bag_remove_keys(dynamic({"a": [1, 2]}), dynamic(["$.a[0]", "$"]))', '{"a":[1,2]}'],
      ],
    },
    each(["bag: dynamic", "keys: dynamic"], "dynamic", (bag, keys) => {
      if (!isBag(bag) || !isArray(keys)) return null;
      return keys.reduce<Value>((b, key) => {
        const path = typeof key === "string" ? pathOf(key) : undefined;
        return path === undefined ? b : (changed(b, path, undefined) ?? null);
      }, bag);
    }),
  ),
  define(
    "bag_set_key",
    {
      says: "A bag with a property set, named or given by a path that starts with $.",
      examples: [
        ['bag_set_key(dynamic({"a": 1}), "b", 2)', '{"a":1,"b":2}'],
        ['bag_set_key(dynamic({"a": {"b": 1}}), "$.a.b", 2)', '{"a":{"b":2}}'],
        ['bag_set_key(dynamic({"a": [1]}), "$.a[0]", 2)', ""],
        ['bag_set_key(dynamic([1]), "a", 2)', ""],
      ],
    },
    seeing(["bag: dynamic", "key: string", "value: any"], "dynamic", (bag, key, value) => {
      const path = key === null ? undefined : pathOf(key);
      return bag !== null && isBag(bag) && path !== undefined ? (changed(bag, path, value) ?? null) : null;
    }),
  ),
  define(
    "bag_zip",
    {
      says: "A bag of a list of names and a list of values.",
      examples: [['bag_zip(dynamic(["a", "b"]), dynamic([1, 2]))', '{"a":1,"b":2}']],
    },
    each(["keys: dynamic", "values: dynamic"], "dynamic", (keys, values) => {
      if (!isArray(keys)) return null;
      const items = isArray(values) ? values : [];
      return new Map(
        keys.flatMap((key, i): [string, Value][] => (typeof key === "string" ? [[key, items[i] ?? null]] : [])),
      );
    }),
  ),
  define(
    "bag_without_empty",
    {
      says: "A bag without the properties that are null or an empty text; what pack_all(true) is made of.",
      examples: [['bag_without_empty(dynamic({"a": 1, "b": "", "c": null}))', '{"a":1}']],
    },
    each(["bag: dynamic"], "dynamic", (bag) =>
      isBag(bag) ? new Map([...bag].filter(([, v]) => v !== null && v !== "")) : null,
    ),
  ),
  define(
    "treepath",
    {
      says: "The paths to all that a bag holds.",
      examples: [['treepath(dynamic({"a": "b", "c": 123}))', "[\"['a']\",\"['c']\"]"]],
    },
    each(["object: dynamic"], "dynamic", paths),
  ),
];

/** Columns never hold more than this many cells of one array that a function makes. */
export const LONGEST_ARRAY = 1 << 20;
