import { expect, test } from "vitest";
import { fold } from "../../src/query/fold";
import type { Expr } from "../../src/query/plan";
import type { ScalarType, Value } from "../../src/table";

const span = { from: 0, to: 1 };
const context = { now: 7n, random: () => 0.5, warn: () => undefined };
const literal = (type: ScalarType, value: Value): Expr => ({ kind: "literal", type, value, span });
const call = (fn: string, type: ScalarType, ...args: readonly Expr[]): Expr => ({
  kind: "call",
  fn,
  type,
  args,
  span,
});
const column: Expr = { kind: "column", name: "x", type: "long", span };

test("computes pure calls over literals, from the inside out", () => {
  const sum = call(
    "add:long,long",
    "long",
    literal("long", 1n),
    call("multiply:long,long", "long", literal("long", 2n), literal("long", 3n)),
  );
  expect(fold(sum, context)).toEqual(literal("long", 7n));
  expect(fold(call("add:long,long", "long", column, sum), context)).toEqual(
    call("add:long,long", "long", column, literal("long", 7n)),
  );
});

test("leaves what is not the same each time, what is not known, and what fails", () => {
  for (const kept of [
    call("rand:", "real"),
    call("now:", "datetime"),
    call("nope:long", "long", literal("long", 1n)),
    call("bin:long,long", "long", literal("string", "a"), literal("long", 1n)),
    column,
  ])
    expect(fold(kept, context)).toEqual(kept);
});

test("is not brought down by a hundred thousand terms", () => {
  let chain = literal("bool", false);
  for (let i = 0; i < 100_000; i++) chain = call("or:bool,bool", "bool", chain, literal("bool", i === 50_000));
  expect(fold(chain, context)).toEqual(literal("bool", true));
});
