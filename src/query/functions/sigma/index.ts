/**
 * What Sigma asks of values, as functions over columns. An array holds when one of its elements does; null never
 * does, but for `sigma.null`. Texts are looked at once per distinct word. Examples are a line of a selection and an event.
 */
import { mayMatch, placeOf, readField, shapes, viewsOf } from "../../../schema";
import type { EventValue, FieldSource, LogView } from "../../../schema";
import { isArray, isBag, printValue } from "../../../table";
import type { Column, Value } from "../../../table";
import type { KernelContext, ScalarFunction } from "../define";
import { cells, constant, sink, values } from "../lift";
import { define, kernel } from "../scalar";
import type { Signature } from "../scalar";
import { fold } from "./fold";
import { readNetwork } from "./network";
import { textHolds, textPredicate } from "./test";
import type { Comparison, TextPredicate, TextTest } from "./test";
import type { TimePart } from "./timeparts";
import type { PatternPart } from "./wildcard";

/** The text of a plain value; undefined for null, arrays and bags. */
function textOf(value: Value): string | undefined {
  if (value === null) return undefined;
  if (typeof value !== "object") return String(value);
  return isArray(value) || isBag(value) ? undefined : printValue(value);
}

/** The text of a constant. */
function wordOf(value: Value | undefined): string {
  return textOf(value ?? null) ?? "";
}

const DEEPEST = 64;

function anyText(value: Value, holds: (text: string) => boolean, depth = 0): boolean {
  if (isArray(value)) return depth < DEEPEST && value.some((each) => anyText(each, holds, depth + 1));
  const text = textOf(value);
  return text !== undefined && holds(text);
}

/** A test of a value's text with constants behind it. */
function testing(params: readonly `${string}: ${"string" | "bool" | "any"}`[], make: (constants: readonly Value[]) => TextTest,
): Signature {
  return kernel(["value: any", ...params], "bool", ([column, ...rest], length, context) => {
    const test = make(rest.map((each) => values(each, 1)(0)));
    return tested(column as Column, length, textPredicate(test), context);
  });
}

function tested(column: Column, length: number, { folded, holds }: TextPredicate, context: KernelContext): Column {
  const test = folded ? (text: string) => holds(fold(text)) : holds;
  if (column.length === 1) return constant("bool", anyText(values(column, 1)(0), test), length);
  const out = new Uint8Array(length);
  if ((column.type === "string" || column.type === "guid") && column.words.length <= 32 * length) {
    const { words, codes, nulls } = column;
    // 0: not looked at yet, 1: no, 2: yes.
    const known = new Uint8Array(words.length);
    for (let row = 0; row < length; row++) {
      if ((row & 1023) === 0) context.check?.();
      if (nulls?.[row] === 1) continue;
      const code = codes[row] as number;
      if (known[code] === 0) known[code] = test(words[code] as string) ? 2 : 1;
      out[row] = (known[code] as number) - 1;
    }
  } else {
    const cell = values(column, length);
    for (let row = 0; row < length; row++) {
      if ((row & 1023) === 0) context.check?.();
      out[row] = anyText(cell(row), test) ? 1 : 0;
    }
  }
  return { type: "bool", length, nulls: null, data: out };
}

function textual(how: "equals" | "contains" | "startswith" | "endswith", says: string, examples: ScalarFunction["examples"],
): ScalarFunction {
  return define(`sigma.${how}`, { says, examples }, testing(["const text: string", "const cased: bool"],
    ([text, cased]) => ({ kind: "text", how, text: wordOf(text), cased: cased === true })));
}

/** `a?b*` with `\` before what stands for itself. */
function partsOf(written: string): readonly PatternPart[] {
  const out: PatternPart[] = [];
  for (const m of written.matchAll(/[^*?\\]+|\\([\s\S])|[*?]/g)) {
    out.push(m[0] === "*" ? "any" : m[0] === "?" ? "one" : { text: m[1] ?? m[0] });
  }
  return out.reduce<PatternPart[]>((all, part) => {
    const last = all[all.length - 1];
    if (typeof last === "object" && typeof part === "object") all[all.length - 1] = { text: last.text + part.text };
    else all.push(part);
    return all;
  }, []);
}

/** A row of some columns as an event: their names are its keys. */
function rowsOf(names: Value, columns: readonly Column[], length: number): (row: number) => EventValue {
  const keys = isArray(names) ? names.map(wordOf) : [];
  const read = columns.map((column) => values(column, length));
  return (row) => new Map(keys.map((key, i) => [key, plain(read[i]?.(row) ?? null)] as const)
    .filter(([, value]) => value !== null));
}

function plain(value: Value): EventValue {
  if (value === null || typeof value !== "object" || isArray(value) || isBag(value)) return value as EventValue;
  return printValue(value);
}

function memberOf(bag: Value, key: string): Value {
  return bag !== null && typeof bag === "object" && isBag(bag) ? bag.get(key) ?? null : null;
}

function sourceFrom(spec: Value): FieldSource {
  const list = (key: string) => {
    const value = memberOf(spec, key);
    return isArray(value) ? value : undefined;
  };
  const join = memberOf(spec, "join");
  const unless = list("unless");
  const said = memberOf(spec, "values");
  const heads = list("heads");
  return { places: (list("places") ?? []).map((text) => placeOf(wordOf(text))),
    ...(typeof join === "string" ? { join } : {}), ...(unless ? { unless: unless.map(wordOf) } : {}),
    ...(said !== null && typeof said === "object" && isBag(said)
      ? { values: new Map([...said].map(([key, value]) => [key, wordOf(value)])) } : {}),
    ...(heads ? { heads: heads.map((head) => (isArray(head) ? [wordOf(head[0] ?? null), wordOf(head[1] ?? null)] as const : ["", ""] as const)) }
      : {}),
    ...(memberOf(spec, "anyCase") === true ? { anyCase: true } : {}) };
}

function viewFrom(spec: Value): LogView | undefined {
  const text = (key: string) => {
    const value = memberOf(spec, key);
    return typeof value === "string" ? value : undefined;
  };
  const shape = shapes().find((each) => each.id === text("shape"));
  const source = { product: text("product"), category: text("category"), service: text("service") };
  return shape && viewsOf(source, shape)[Number(memberOf(spec, "view"))];
}

function leavesOf(value: Value, out: Value[], depth = 0): void {
  if (value === null || depth > DEEPEST) return;
  if (isArray(value)) for (const each of value) leavesOf(each, out, depth + 1);
  else if (typeof value === "object" && isBag(value)) for (const each of value.values()) leavesOf(each, out, depth + 1);
  else out.push(value);
}

/** A function that reads whole rows of some columns: `spec` is constant and names them. */
function overRows(result: "bool" | "dynamic", make: (spec: Value) => (event: EventValue) => Value): Signature {
  const { params, variadic } = kernel(["const spec: dynamic", "...columns: any"], result, () => { throw new Error("never run"); });
  return { params, ...(variadic === undefined ? {} : { variadic }), result, kernel: ([first, ...columns], length, context) => {
    const spec = values(first as Column, 1)(0);
    const one = make(spec);
    const event = rowsOf(memberOf(spec, "columns"), columns, length);
    const out = sink(result, length);
    for (let row = 0; row < length; row++) {
      if ((row & 255) === 0) context.check?.();
      out.set(row, one(event(row)));
    }
    return out.column();
  } };
}

/** The functions of Sigma. */
export const sigmaFunctions: readonly ScalarFunction[] = [
  textual("equals", "Whether a value is a text, as Sigma compares.", [["f: ABC for {\"f\": \"abc\"}", "true"],
    ["f: 7 for {\"f\": \"007\"}", "false"]]),
  textual("contains", "Whether a value holds a text, as Sigma compares.", [["f|contains: B for {\"f\": \"abc\"}", "true"]]),
  textual("startswith", "Whether a value begins with a text, as Sigma compares.", [["f: 'a*' for {\"f\": \"Abc\"}", "true"]]),
  textual("endswith", "Whether a value ends with a text, as Sigma compares.", [["f|endswith|cased: C for {\"f\": \"abc\"}", "false"]]),
  define("sigma.like", { says: "Whether a value fits a pattern of Sigma, where * is any text and ? one character.",
    examples: [["f: 'a?c*' for {\"f\": \"abcd\"}", "true"]] },
  testing(["const pattern: string", "const cased: bool"], ([pattern, cased]) =>
    ({ kind: "pattern", parts: partsOf(wordOf(pattern)), cased: cased === true }))),
  define("sigma.matches", { says: "Whether a regular expression is found in a value, as Sigma's 're' does.",
    examples: [["f|re: b+ for {\"f\": \"abbc\"}", "true"]] },
  testing(["const expression: string", "const flags: string"], ([source, flags]) =>
    ({ kind: "regex", source: wordOf(source), flags: wordOf(flags) }))),
  define("sigma.cidr", { says: "Whether a value is an address of a network.",
    examples: [["f|cidr: 10.0.0.0/8 for {\"f\": \"10.1.2.3\"}", "true"]] },
  testing(["const network: string"], ([network]) => {
    const read = readNetwork(wordOf(network));
    return { kind: "cidr", bytes: read?.bytes ?? [], bits: read?.bits ?? 0 };
  })),
  define("sigma.compare", { says: "Whether a value is a number that compares so with another.",
    examples: [["f|gte: 5 for {\"f\": \"10\"}", "true"]] },
  testing(["const op: string", "const than: any"], ([op, than]) =>
    ({ kind: "compare", op: wordOf(op) as Comparison, than: typeof than === "bigint" ? than : Number(than) }))),
  define("sigma.time", { says: "Whether a part of a time, in UTC, compares so with a number.",
    examples: [["f|hour|lt: 6 for {\"f\": \"2026-05-01T03:00:00Z\"}", "true"]] },
  testing(["const part: string", "const op: string", "const than: any"], ([part, op, than]) =>
    ({ kind: "time", part: wordOf(part) as TimePart, op: wordOf(op) as Comparison, than: Number(than) }))),
  define("sigma.null", { says: "Whether a field is not there or null.", examples: [["f: null for {\"g\": 1}", "true"]] },
    kernel(["value: any"], "bool", ([column], length) => {
      const cell = values(column as Column, length);
      const out = sink("bool", length);
      for (let row = 0; row < length; row++) {
        const value = cell(row);
        out.set(row, value === null || (isArray(value) && value.includes(null)));
      }
      return out.column();
    })),
  define("sigma.exists", { says: "Whether a field is there.", examples: [["f|exists: true for {\"f\": \"\"}", "true"]] },
    kernel(["value: any"], "bool", ([column], length) => {
      const cell = cells(column as Column, length);
      const out = sink("bool", length);
      for (let row = 0; row < length; row++) out.set(row, cell(row) !== null);
      return out.column();
    })),
  define("sigma.alike", { says: "Whether the values of two fields are alike, as Sigma's 'fieldref' asks.",
    examples: [["f|fieldref: g for {\"f\": \"a\", \"g\": \"A\"}", "true"]] },
  kernel(["value: any", "other: any", "const how: string", "const cased: bool"], "bool",
    ([a, b, c, d], length) => {
      const value = values(a as Column, length);
      const other = values(b as Column, length);
      const how = wordOf(values(c as Column, 1)(0)) as "equals" | "contains" | "startswith" | "endswith";
      const caseOf = values(d as Column, 1)(0) === true ? (text: string) => text : fold;
      const out = sink("bool", length);
      for (let row = 0; row < length; row++) {
        const left = value(row);
        out.set(row, anyText(other(row), (text) => {
          const holds = textHolds(how, caseOf(text));
          return anyText(left, (own) => holds(caseOf(own)));
        }));
      }
      return out.column();
    })),
  define("sigma.leaves", { says: "All plain values inside of a value, where keywords are looked for.",
    examples: [["'|contains': b for {\"f\": {\"g\": [\"abc\"]}}", "true"]] },
  kernel(["value: any"], "dynamic", ([column], length) => {
    const cell = values(column as Column, length);
    const out = sink("dynamic", length);
    for (let row = 0; row < length; row++) {
      const leaves: Value[] = [];
      leavesOf(cell(row), leaves);
      out.set(row, leaves);
    }
    return out.column();
  })),
  define("sigma.field", { says: "A field of a rule in a row of raw events, wherever the log source has it.",
    examples: [["a.b: x for {\"a\": {\"b\": \"x\"}}", "true"]] },
  overRows("dynamic", (spec) => {
    const source = sourceFrom(spec);
    return (event) => (readField(event, source) ?? null) as Value;
  })),
  define("sigma.source", { says: "Whether a row is an event of a rule's log source.",
    examples: [["f: x for {\"f\": \"x\"}", "true"]] },
  overRows("bool", (spec) => {
    const view = viewFrom(spec);
    return (event) => view === undefined || mayMatch(view, event);
  })),
];
