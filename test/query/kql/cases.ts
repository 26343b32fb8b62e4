/** One-line cases for KQL: what fails, which columns come out, what is offered at a caret. */
import { expect, it } from "vitest";
import { applyEdits, type Diagnostic } from "../../../src/base";
import { kql } from "../../../src/query/kql";
import type { Scope, TableFacts } from "../../../src/query/language";
import type { Expr, Plan } from "../../../src/query/plan";
import type { ScalarType } from "../../../src/table";

interface Extra {
  readonly known?: Readonly<Record<string, readonly string[]>>;
  readonly seen?: Readonly<Record<string, readonly string[]>>;
}

/** `a: string, b: long` as a table. */
export function facts(name: string, columns: string, extra: Extra = {}): TableFacts {
  const specs = columns.split(",").map((c) => {
    const [column = "", type = "dynamic"] = c.split(":").map((x) => x.trim());
    return { name: column, type: type as ScalarType };
  });
  return { name, loaded: true, schema: { columns: specs, open: false }, knownValues: (c) => extra.known?.[c], seenValues: (c) => extra.seen?.[c] ?? [] };
}

export const TABLES: readonly TableFacts[] = [
  facts("T", "a: string, b: long, c: real, d: dynamic, t: datetime, s: timespan, f: bool, i: int, g: guid, x: decimal"),
  facts("U", "a: string, b: long, e: string, k: dynamic"),
  facts("V", "a: long, q: string"),
  facts("Activity", "TimeGenerated: datetime, Status: string, Caller: string, AWSRegion: string",
    { known: { Status: ["Start", "Accept", "Success", "Failure"] }, seen: { Caller: ["ann@example.com", "bob@example.com"] } }),
];

export function scopeOf(tables: readonly TableFacts[] = TABLES, lenient = true): Scope {
  return { table: (n) => tables.find((t) => t.name === n), tables: () => tables.map((t) => t.name), lenient, now: 638_000_000_000_000_000n };
}

/** The first error has this code and starts at `at`. */
export function fails(query: string, code: string, at?: number): void {
  it(`${code}: ${query.slice(0, 90)}`, () => {
    const errors = kql.compile(query, scopeOf()).diagnostics.filter((d) => d.severity === "error");
    expect(errors[0]?.code, JSON.stringify(errors)).toBe(code);
    if (at !== undefined) expect(errors[0]?.span.from).toBe(at);
    expect(kql.compile(query, scopeOf()).plan).toBeUndefined();
  });
}

/** The query compiles, and these columns come out. */
export function columns(query: string, wanted: string): void {
  it(`${query.slice(0, 90)} → ${wanted.slice(0, 60)}`, () => {
    expect(columnsOf(query)).toBe(wanted);
  });
}

export function columnsOf(query: string, scope: Scope = scopeOf()): string {
  const { plan, diagnostics } = kql.compile(query, scope);
  const errors = diagnostics.filter((d) => d.severity === "error");
  if (errors.length > 0 || !plan) return `errors: ${errors.map((d) => `${d.code} ${d.message}`).join("; ")}`;
  return plan.schema.columns.map((c) => `${c.name}:${c.type}`).join(", ") + (plan.schema.open ? ", …" : "");
}

export function diagnosticsOf(query: string, scope: Scope = scopeOf()): readonly Diagnostic[] {
  return kql.compile(query, scope).diagnostics;
}

/** The query after the first fix of this code. */
export function fixed(query: string, code: string, scope: Scope = scopeOf()): string {
  const found = diagnosticsOf(query, scope).find((d) => d.code === code);
  if (!found?.fix) return `no fix: ${JSON.stringify(diagnosticsOf(query, scope))}`;
  return applyEdits(query, found.fix.edits);
}

/** `where(extend(T))`: the operators of a plan that have a label, outermost first. */
export function shape(plan: Plan | undefined): string {
  if (!plan) return "none";
  const inputs = "input" in plan ? [plan.input] : plan.op === "join" ? [plan.left, plan.right] : plan.op === "union" ? [...plan.inputs] : [];
  const inner = inputs.map(shape).join(", ");
  if (plan.label === "") return inner;
  return inner === "" ? plan.label : `${plan.label}(${inner})`;
}

/** An expression as text: calls by meaning. */
export function expr(e: Expr): string {
  switch (e.kind) {
    case "column": return e.name;
    case "literal": return typeof e.value === "string" ? JSON.stringify(e.value) : String(e.value);
    case "scalar": return "scalar";
    case "call": return `${e.fn.slice(0, e.fn.indexOf(":"))}(${e.args.map(expr).join(", ")})`;
    default: return "";
  }
}
