/** The shared vectors of expressions and of parsing, where they are at hand: how many agree must not fall. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { dqlToPlain, evaluateExpression, fromPlain, isBag, localZone, parseDql, readInline, readText, toPlain } from "../../../src/query/dql";
import type { Plain } from "../../../src/query/dql";
import { OPTIONS } from "./notes";

const folder = resolve(__dirname, "../../../../shared/conformance/dql");
const zone = localZone("UTC");
type Vector = { readonly [key: string]: Plain };

function vectors(file: string): readonly Vector[] {
  return readFileSync(resolve(folder, file), "utf8").split("\n").filter((line) => line !== "").map((line) => JSON.parse(line) as Vector)
    .filter((v) => v["quirk"] === undefined);
}

const equal = (a: unknown, b: unknown) => {
  try {
    expect(JSON.parse(JSON.stringify(a))).toEqual(b);
    return true;
  } catch {
    return false;
  }
};

/** Vectors that do not agree, for the message. */
function differing(all: readonly Vector[], agrees: (v: Vector) => boolean): string[] {
  return all.filter((v) => !agrees(v)).map((v) => JSON.stringify(v["expr"] ?? v["query"] ?? v["input"]).slice(0, 200));
}

describe.skipIf(!existsSync(folder))("shared vectors", () => {
  it("of expressions", () => {
    expect(differing(vectors("expressions.jsonl"), (v) => {
      const fields = fromPlain(v["context"] ?? {}, zone);
      if (typeof fields !== "object" || fields === null || !isBag(fields)) return false;
      const { value } = evaluateExpression(v["expr"] as string, fields, OPTIONS);
      return v["error"] === true ? value === undefined : value !== undefined && equal(toPlain(value), v["result"]);
    })).toEqual([]);
  });

  it("of parsing", () => {
    expect(differing(vectors("parse.jsonl"), (v) => {
      const { value, diagnostics } = parseDql(v["query"] as string);
      if (v["error"] === true) return diagnostics.length > 0;
      return value !== undefined && diagnostics.length === 0 && equal(dqlToPlain(value, OPTIONS), v["ast"]);
    })).toEqual([]);
  });

  it("of values in notes", () => {
    const read = { inlineValue: readInline, inlineField: readInline, frontmatterValue: readText } as const;
    expect(differing(vectors("lexical.jsonl"), (v) => {
      const reader = read[v["kind"] as keyof typeof read] as typeof readInline | undefined;
      return reader === undefined || typeof v["input"] !== "string" || equal(toPlain(reader(v["input"], zone)), v["result"]);
    })).toEqual([]);
  });
});
