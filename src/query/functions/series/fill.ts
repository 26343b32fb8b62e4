/** Missing points of a series filled in. Source: Kusto docs, series_fill_backward(), _forward(), _const(), _linear(). */
import type { Value } from "../../../table";
import { coerce, equal, isArray } from "../../../table";
import type { ScalarFunction } from "../define";
import { define, seeing } from "../scalar";
import { numberOf } from "./numbers";

/** Whether an element stands for a missing point; a null placeholder is the rule. */
function isMissing(placeholder: Value | undefined): (item: Value) => boolean {
  if (placeholder === undefined || placeholder === null) return (item) => item === null;
  // A placeholder is brought to the element's kind: "-1" and -1.0 stand for -1 as well.
  const number = coerce(placeholder, "real");
  return (item) => item !== null && (equal(item, placeholder) || (number !== null && numberOf(item) === number));
}

/** Each missing point gets the nearest one before it in the direction of reading; the first ones stay. */
function carried(series: readonly Value[], missing: (item: Value) => boolean, backward: boolean): Value[] {
  const out = [...series];
  const step = backward ? -1 : 1;
  let last: Value | undefined;
  for (let i = backward ? out.length - 1 : 0; i >= 0 && i < out.length; i += step) {
    const item = out[i] ?? null;
    if (!missing(item)) last = item;
    else if (last !== undefined) out[i] = last;
  }
  return out;
}

/** Points between two known ones on the line through them; whole numbers stay whole, cut off. */
function bridged(series: readonly Value[], missing: (item: Value) => boolean, edges: boolean, constant: Value): Value {
  const known = series.flatMap((item, i) => (missing(item) ? [] : [i]));
  const [first] = known;
  const last = known[known.length - 1];
  if (first === undefined || last === undefined) return series.map((item) => constant ?? item);
  const whole = known.every((i) => typeof series[i] === "bigint");
  const out = [...series];
  for (let k = 0; k + 1 < known.length; k++) {
    const [from, to] = [known[k] as number, known[k + 1] as number];
    const [a, b] = [numberOf(series[from]), numberOf(series[to])];
    if (a === null || b === null) continue;
    for (let i = from + 1; i < to; i++) {
      const x = a + ((b - a) * (i - from)) / (to - from);
      out[i] = whole ? BigInt(Math.trunc(x)) : x;
    }
  }
  if (edges) {
    out.fill(series[first] ?? null, 0, first);
    out.fill(series[last] ?? null, last + 1);
  }
  return out;
}

/** Missing points. */
export const fills: readonly ScalarFunction[] = [
  define("series_fill_backward", {
    says: "A series whose missing points take the next known value; those at its end stay.",
    examples: [["series_fill_backward(dynamic([1,null,3,null]))", "[1,3,3,null]"]],
  }, seeing(["series: dynamic", "missing?: any"], "dynamic", (series, placeholder) =>
    isArray(series) ? carried(series, isMissing(placeholder), true) : null)),
  define("series_fill_forward", {
    says: "A series whose missing points take the last known value; those at its start stay.",
    examples: [["series_fill_forward(dynamic([null,1,null,3,-1]))", "[null,1,1,3,-1]"],
      ["series_fill_forward(dynamic([1,-1]), -1)", "[1,1]"]],
  }, seeing(["series: dynamic", "missing?: any"], "dynamic", (series, placeholder) =>
    isArray(series) ? carried(series, isMissing(placeholder), false) : null)),
  define("series_fill_const", {
    says: "A series whose missing points are replaced by a constant.",
    examples: [["series_fill_const(dynamic([1,null,3]), 0)", "[1,0,3]"], ["series_fill_const(dynamic([1,-1]), 5, -1)", "[1,5]"]],
  }, seeing(["series: dynamic", "constant: any", "missing?: any"], "dynamic", (series, constant, placeholder) => {
    const missing = isMissing(placeholder);
    return isArray(series) ? series.map((item) => (missing(item) ? constant : item)) : null;
  })),
  define("series_fill_linear", {
    says: "A series whose missing points lie on the line between their neighbours; at the edges the nearest value is taken.",
    examples: [["series_fill_linear(dynamic([null,1.0,null,2.0]))", "[1.0,1.0,1.5,2.0]"],
      ["series_fill_linear(dynamic([1,null,4,null]), real(null), false)", "[1,2,4,null]"],
      ["series_fill_linear(dynamic([null,null]))", "[0.0,0.0]"]],
  }, seeing(["series: dynamic", "missing?: any", "fill_edges?: bool", "constant?: any"], "dynamic",
    (series, placeholder, edges, constant) => isArray(series)
      ? bridged(series, isMissing(placeholder), edges ?? true, constant === undefined ? 0 : constant) : null)),
];
