/**
 * What signatures cannot say of arguments: how many at most, whether they come in pairs, which of them are names or
 * conditions. Sources: Kusto docs, one page per function; the official parser's signatures.
 */
import type { ScalarType } from "../../table";
import type { Expr } from "../plan";
import { isNothing, type Binding } from "./binding";
import type { Expression } from "./syntax";

/** The most arguments, where the documentation has a limit. */
const MOST: Readonly<Record<string, number>> = {
  coalesce: 64, min_of: 64, max_of: 64, bag_merge: 64, set_union: 64, set_intersect: 64, set_difference: 64, zip: 64,
  array_concat: 64, "hll.merge": 16,
};
/** The fewest, where a lone one would be taken. */
const LEAST: Readonly<Record<string, number>> = { coalesce: 2, "hll.merge": 2 };

function isNumber(type: ScalarType): boolean {
  return type === "int" || type === "long" || type === "real" || type === "decimal";
}

/** Tells of a call whose arguments are of the right types and still make no sense; true when there was something. */
export function misshapen(b: Binding, name: string, args: readonly Expr[], e: Extract<Expression, { kind: "call" }>): boolean {
  if (args.some(isNothing)) return false;
  const count = (wanted: string): boolean => {
    b.fail("kql-argument-count", `'${e.name.text}' takes ${wanted}, and here ${args.length === 1 ? "is" : "are"} ${args.length}.`, e.span);
    return true;
  };
  const most = MOST[name];
  if (most !== undefined && args.length > most) return count(`${most} arguments at most`);
  const least = LEAST[name];
  if (least !== undefined && args.length < least) return count(`${least} or more arguments`);
  if (name === "bag_pack" && args.length % 2 !== 0) return count("names and values in turn, so an even number of arguments");
  if (name === "case" && args.length % 2 !== 1) return count("conditions and values in turn and a last value, so an odd number of arguments");
  const each = (picks: (i: number) => boolean, type: "string" | "bool", what: string): boolean => {
    const at = args.findIndex((a, i) => picks(i) && a.type !== type && a.type !== "dynamic");
    if (at < 0) return false;
    b.fail("kql-argument-type", `Argument ${at + 1} of '${e.name.text}' is ${what}, so a ${type}, and here it is a ${
      args[at]?.type ?? "value"}.`, e.args[at]?.span ?? e.span);
    return true;
  };
  if (name === "bag_pack") return each((i) => i % 2 === 0, "string", "a name");
  if (name === "coalesce") {
    const first = args.find((a) => a.type !== "dynamic")?.type;
    const other = args.findIndex((a) => a.type !== "dynamic" && a.type !== first && !(isNumber(a.type) && first !== undefined && isNumber(first)));
    if (first === undefined || other < 0) return false;
    b.fail("kql-argument-type", `All values of 'coalesce' are of one type: one is a ${first}, and argument ${other + 1} a ${
      args[other]?.type ?? "value"}.`, e.args[other]?.span ?? e.span);
    return true;
  }
  if (name === "case") return each((i) => i % 2 === 0 && i < args.length - 1, "bool", "a condition");
  return false;
}
