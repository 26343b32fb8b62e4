/** Functions on numbers, and those that pick or add up values of any type. */
import type { Context } from "./context";
import type { DqlFunctionSpec } from "./define";
import { define, nullFor, on, onAny } from "./define";
import { Failure } from "./failure";
import { operate } from "./operators";
import type { DqlOperator } from "./syntax";
import type { DqlFunction, DqlValue } from "./value";
import { compare } from "./value";

function onNumber(name: string, says: string, examples: readonly (readonly [string, string])[], apply: (n: number) => number): DqlFunctionSpec {
  return define(name, { signatures: [`${name}(number)`], says, examples, lifts: { 1: [0] } },
    on(["number"], ([n]) => apply(n)), nullFor(["null"]));
}

function rounded(n: number, digits: number): number {
  if (digits <= 0) return Math.round(n);
  if (digits > 100) throw new Failure(`round takes up to 100 digits, found ${digits}.`);
  return Number.parseFloat(n.toFixed(digits));
}

/** The smaller (`sign` 1) or larger (-1) of two; null loses against anything. */
function better(a: DqlValue, b: DqlValue, sign: 1 | -1, context: Context): DqlValue {
  if (b === null) return a;
  if (a === null) return b;
  const c = compare(a, b, context.order);
  return (sign === 1 ? c <= 0 : c > 0) ? a : b;
}

function best(values: readonly DqlValue[], sign: 1 | -1, context: Context): DqlValue {
  // One list among them, alone, stands for its elements, also inside of itself: as in Dataview.
  const [first] = values;
  if (values.length === 1 && Array.isArray(first)) return context.deeper(() => best(first as readonly DqlValue[], sign, context));
  return values.length === 0 ? null : values.slice(1).reduce<DqlValue>((p, c) => better(p, c, sign, context), first ?? null);
}

function bestBy(list: readonly DqlValue[], by: DqlFunction, sign: 1 | -1, context: Context): DqlValue {
  let found: { readonly value: DqlValue; readonly key: DqlValue } | undefined;
  for (const value of list) {
    const key = by.call([value]);
    if (key === null) continue;
    if (found !== undefined) {
      const c = compare(found.key, key, context.order);
      if (sign === 1 ? c <= 0 : c > 0) continue;
    }
    found = { value, key };
  }
  return found?.value ?? list[0] ?? null;
}

const REDUCERS: readonly string[] = ["+", "-", "*", "/", "&", "|"];

/** Joins a list by an operator, from the left; null for an empty list. */
export function reduceBy(list: readonly DqlValue[], op: string, context: Context): DqlValue {
  if (list.length === 0) return null;
  if (!REDUCERS.includes(op)) throw new Failure(`reduce takes '+', '-', '*', '/', '&' or '|', found '${op}'.`);
  return list.slice(1).reduce<DqlValue>((sum, next) => operate(op as DqlOperator, sum, next, context), list[0] ?? null);
}

function average(list: readonly DqlValue[], context: Context): DqlValue {
  const total = reduceBy(list, "+", context);
  return total === null ? null : operate("/", total, list.length, context);
}

export const NUMBERS: readonly DqlFunctionSpec[] = [
  define("round", {
    signatures: ["round(number, [digits])"], says: "Rounds to the nearest whole number, or to so many digits.",
    examples: [["round(16.555555, 2)", "16.56"], ["round(16.5)", "17"]], lifts: { 1: [0], 2: [0] },
  },
  on(["number"], ([n]) => Math.round(n)), nullFor(["null"]),
  on(["number", "number"], ([n, digits]) => rounded(n, digits)),
  on(["number", "null"], ([n]) => Math.round(n)), nullFor(["null", "*"])),
  onNumber("trunc", "Cuts off what stands behind the decimal point.", [["trunc(-12.9)", "-12"]], Math.trunc),
  onNumber("floor", "The next whole number down.", [["floor(-12.1)", "-13"]], Math.floor),
  onNumber("ceil", "The next whole number up.", [["ceil(12.1)", "13"]], Math.ceil),
  define("min", {
    signatures: ["min(a, b, ..)", "min(array)"], says: "The smallest of its arguments or of one list; nulls do not count.",
    examples: [["min(3, 1, 2)", "1"], ["min([\"b\", null, \"a\"])", '"a"']],
  }, onAny((args, context) => best(args, 1, context))),
  define("max", {
    signatures: ["max(a, b, ...)", "max(array)"], says: "The largest of its arguments or of one list; nulls do not count.",
    examples: [["max(3, 1, 2)", "3"], ["max([])", "null"]],
  }, onAny((args, context) => best(args, -1, context))),
  define("minby", {
    signatures: ["minby(array, function)"], says: "The element for which the function gives the smallest value.",
    examples: [["minby([-3, 2], (x) => x * x)", "2"]],
  }, on(["array", "function"], ([list, by], context) => bestBy(list, by, 1, context)), nullFor(["null", "function"])),
  define("maxby", {
    signatures: ["maxby(array, function)"], says: "The element for which the function gives the largest value.",
    examples: [["maxby([-3, 2], (x) => x * x)", "-3"]],
  }, on(["array", "function"], ([list, by], context) => bestBy(list, by, -1, context)), nullFor(["null", "function"])),
  define("sum", {
    signatures: ["sum(array)"], says: "All elements added up; any other value is its own sum.",
    examples: [["sum([1, 2, 3])", "6"], ["sum([])", "null"]],
  }, on(["array"], ([list], context) => reduceBy(list, "+", context)), on(["*"], ([value]) => value)),
  define("product", {
    signatures: ["product(array)"], says: "All elements multiplied.", examples: [["product([1, 2, 3])", "6"]],
  }, on(["array"], ([list], context) => reduceBy(list, "*", context)), on(["*"], ([value]) => value)),
  define("average", {
    signatures: ["average(array)"], says: "The sum of a list by its length.", examples: [["average([1, 2, 3])", "2"]],
  }, on(["array"], ([list], context) => average(list, context)), on(["*"], ([value]) => value)),
  define("currencyformat", {
    signatures: ["currencyformat(number, [currency])"], says: "A number as money; the currency is a three-letter code, USD by default.",
    examples: [["currencyformat(1234.5)", '"$1,234.50"'], ['currencyformat(2, "EUR")', '"€2.00"']], lifts: { 2: [0] },
  },
  on(["number", "string"], ([n, currency], context) => money(n, currency, context)),
  nullFor(["null", "string"]),
  on(["number"], ([n], context) => money(n, "USD", context)), nullFor(["null"])),
];

function money(n: number, currency: string, context: Context): string {
  try {
    return Intl.NumberFormat(context.clock.locale, { style: "currency", currency }).format(n);
  } catch {
    throw new Failure(`'${currency}' is no currency code.`);
  }
}
