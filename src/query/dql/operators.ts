/** Operators: what each does to the types it knows. Comparisons and `and`/`or` take anything. */
import type { Context } from "./context";
import { dateDifference, moveDate } from "./dates";
import type { DqlDate } from "./dates";
import { evenOut } from "./durations";
import type { DqlDuration } from "./durations";
import { Failure } from "./failure";
import type { DqlOperator } from "./syntax";
import type { DqlBag, DqlValue } from "./value";
import { compare, isTruthy, toText, typeOf } from "./value";

/** Applies an operator (Dataview docs, "Expressions": Arithmetic, Comparisons, Boolean logic). Both sides are evaluated already. */
export function operate(op: DqlOperator, a: DqlValue, b: DqlValue, context: Context): DqlValue {
  switch (op) {
    case "&": return isTruthy(a) && isTruthy(b);
    case "|": return isTruthy(a) || isTruthy(b);
    case "=": return compare(a, b, context.order) === 0;
    case "!=": return compare(a, b, context.order) !== 0;
    case "<": return compare(a, b, context.order) < 0;
    case "<=": return compare(a, b, context.order) <= 0;
    case ">": return compare(a, b, context.order) > 0;
    case ">=": return compare(a, b, context.order) >= 0;
  }
  if (typeof a === "number" && typeof b === "number") return numbers(op, a, b);
  const known = PAIRS[`${typeOf(a)} ${op} ${typeOf(b)}`];
  if (known !== undefined) return known(a, b);
  if (op === "+" && (typeof a === "string" || typeof b === "string")) {
    const joined = toText(a, context.text) + toText(b, context.text);
    context.fits(joined.length);
    return joined;
  }
  if (op === "*" && typeof a === "string" && typeof b === "number") return repeat(a, b, context);
  if (op === "*" && typeof a === "number" && typeof b === "string") return repeat(b, a, context);
  throw new Failure(`There is no '${op}' for ${typeOf(a)} and ${typeOf(b)}.`);
}

function numbers(op: "+" | "-" | "*" | "/" | "%", a: number, b: number): number {
  switch (op) {
    case "+": return a + b;
    case "-": return a - b;
    case "*": return a * b;
    case "/": return a / b;
    case "%": return a % b;
  }
}

function repeat(text: string, times: number, context: Context): string {
  if (times < 0) return "";
  if (!Number.isFinite(times)) throw new Failure(`A text cannot be repeated ${times} times.`);
  context.fits(text.length * times);
  return text.repeat(times);
}

function scaled(d: DqlDuration, by: (amount: number) => number): DqlDuration {
  const value = d.value.mapUnits((amount) => {
    const result = by(amount);
    if (!Number.isFinite(result)) throw new Failure("A duration cannot be divided by zero.");
    return result;
  });
  return evenOut(value);
}

type Apply = (a: never, b: never) => DqlValue;
const nothing = () => null;
const later = (date: DqlDate, d: DqlDuration) => moveDate(date, d.value, 1);

/** Pairs of types that an operator knows, beside two numbers and texts. */
const TABLE: Readonly<Record<string, Apply>> = {
  "date - date": (a: DqlDate, b: DqlDate) => evenOut(dateDifference(a, b)),
  "date + duration": later,
  "duration + date": (d: DqlDuration, date: DqlDate) => later(date, d),
  "date - duration": (a: DqlDate, b: DqlDuration) => moveDate(a, b.value, -1),
  "duration + duration": (a: DqlDuration, b: DqlDuration) => evenOut(a.value.plus(b.value)),
  "duration - duration": (a: DqlDuration, b: DqlDuration) => evenOut(a.value.minus(b.value)),
  "duration / number": (a: DqlDuration, b: number) => scaled(a, (x) => x / b),
  "duration * number": (a: DqlDuration, b: number) => scaled(a, (x) => x * b),
  "number * duration": (a: number, b: DqlDuration) => scaled(b, (x) => x * a),
  "array + array": (a: readonly DqlValue[], b: readonly DqlValue[]) => [...a, ...b],
  "object + object": (a: DqlBag, b: DqlBag) => new Map([...a, ...b]),
  "null + null": nothing, "null - null": nothing, "null * null": nothing, "null / null": nothing, "null % null": nothing,
  "date + null": nothing, "null + date": nothing, "date - null": nothing, "null - date": nothing,
};
const PAIRS = TABLE as Readonly<Record<string, ((a: DqlValue, b: DqlValue) => DqlValue) | undefined>>;
