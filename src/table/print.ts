/** Values as text: JSON with exact integers, and cells as Kusto prints each type. */
import { LONGEST_TEXT, fitting } from "../base";
import { valueAt } from "./column";
import type { Column } from "./column";
import { printDecimal } from "./decimal";
import { printDatetime, printTimespan } from "./ticks";
import { isArray, isBag } from "./value";
import type { Value } from "./value";

/** `1.0`, `0.5`, `1E+21`, `NaN`, `Infinity`: a real can always be told from a long. */
export function printReal(n: number): string {
  if (!Number.isFinite(n)) return String(n);
  const text = Object.is(n, -0) ? "-0" : String(n);
  const exponent = text.indexOf("e");
  if (exponent < 0) return text.includes(".") ? text : text + ".0";
  const power = text.slice(exponent + 2).padStart(2, "0");
  return text.slice(0, exponent) + "E" + (text[exponent + 1] ?? "+") + power;
}

/**
 * A value as JSON on one line, without spaces. Longs keep all digits; what JSON has no word for (times, guids,
 * decimals, NaN) is a string; reals are numbers. Does not nest calls, however deep the value. A text longer than texts
 * may be is cut, with an ellipsis at its end, or throws `TooLarge`: a value that holds others twice, and these again,
 * may be small and its text endless.
 */
export function printJson(value: Value, indent = 0, tooLong: "throw" | "cut" = "throw"): string {
  const out: string[] = [];
  let length = 0;
  const put = (text: string) => {
    length += text.length;
    out.push(text);
  };
  // What is still to be written, last first: texts as they are, values as JSON with the depth they stand at.
  const todo: (string | { value: Value; depth: number })[] = [{ value, depth: 0 }];
  const line = (depth: number) => (indent > 0 ? "\n" + " ".repeat(indent * depth) : "");
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if (length > LONGEST_TEXT) {
      if (tooLong === "cut") return out.join("") + "…";
      fitting(length);
    }
    if (typeof next === "string") {
      put(next);
      continue;
    }
    const { value: v, depth } = next;
    if (isArray(v)) {
      if (v.length === 0) put("[]");
      else {
        put("[");
        todo.push(line(depth) + "]");
        for (let i = v.length - 1; i >= 0; i--) {
          todo.push({ value: v[i] ?? null, depth: depth + 1 }, (i > 0 ? "," : "") + line(depth + 1));
        }
      }
    } else if (isBag(v)) {
      if (v.size === 0) put("{}");
      else {
        put("{");
        todo.push(line(depth) + "}");
        const entries = [...v];
        for (let i = entries.length - 1; i >= 0; i--) {
          const [key, item] = entries[i]!;
          const head = (i > 0 ? "," : "") + line(depth + 1) + JSON.stringify(key) + (indent > 0 ? ": " : ":");
          todo.push({ value: item, depth: depth + 1 }, head);
        }
      }
    } else put(printFlatJson(v));
  }
  return out.join("");
}

function printFlatJson(v: Exclude<Value, readonly Value[] | ReadonlyMap<string, Value>>): string {
  switch (typeof v) {
    case "string": return JSON.stringify(v);
    case "number": return Number.isFinite(v) ? printReal(v) : JSON.stringify(printReal(v));
    case "boolean": case "bigint": return String(v);
    default:
      if (v === null) return "null";
      switch (v.kind) {
        case "datetime": return JSON.stringify(printDatetime(v.ticks));
        case "timespan": return JSON.stringify(printTimespan(v.ticks));
        case "decimal": return JSON.stringify(printDecimal(v));
        case "guid": return JSON.stringify(v.text);
        case "duration": return JSON.stringify(`${v.months}mo ${printTimespan(v.ticks)}`);
        case "link": return JSON.stringify(`[[${v.path}${v.subpath === undefined ? "" : "#" + v.subpath}]]`);
        default: return v satisfies never;
      }
  }
}

/** A value as people read it, and as functions turn it to text: null is the empty text, strings are bare, dynamic is JSON. */
export function printValue(value: Value): string {
  if (value === null) return "";
  switch (typeof value) {
    case "string": return value;
    case "number": return printReal(value);
    case "bigint": case "boolean": return String(value);
    default:
      if (!isArray(value) && !isBag(value)) {
        switch (value.kind) {
          case "datetime": return printDatetime(value.ticks);
          case "timespan": return printTimespan(value.ticks);
          case "decimal": return printDecimal(value);
          case "guid": return value.text;
          default: break;
        }
      }
      return printJson(value);
  }
}

/** The cell at a row as people read it, cut where it is endless; a string inside of a dynamic column is JSON's, in quotes. */
export function printCell(column: Column, row: number): string {
  const value = valueAt(column, row);
  return column.type === "dynamic" && value !== null ? printJson(value, 0, "cut") : printValue(value);
}
