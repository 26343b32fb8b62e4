import { describe, expect, it } from "vitest";
import {
  addDecimals, compareDecimals, decimal, divideDecimals, moduloDecimals, multiplyDecimals, parseDecimal, printDecimal, realOf, subtractDecimals, wholeOf,
} from "../../src/table";
import type { Decimal } from "../../src/table";

const d = (text: string): Decimal => {
  const read = parseDecimal(text);
  if (read === null) throw new Error(`${text} is no decimal`);
  return read;
};

describe("decimals", () => {
  it.each([
    ["1.50", "1.5"], ["-0.0", "0"], [".5", "0.5"], ["5.", "5"], ["1e3", "1000"], ["1.25e-2", "0.0125"], ["+7", "7"],
    ["0.1234567890123456789012345678901234567", "0.1234567890123456789012345678901235"], ["123456789012345678901234567890123456", "123456789012345678901234567890123456"],
    ["1e-70", "0"], ["1e-99999", "0"], ["0." + "9".repeat(10_000), "1"],
  ])("%s is read as %s", (text, expected) => expect(printDecimal(d(text))).toBe(expected));

  it.each(["", ".", "1.2.3", "x", "1e", "1e99999", "0x1", "9".repeat(7000)])("%j is none", (text) => expect(parseDecimal(text)).toBeNull());

  it.each([
    ["1.1", "+", "2.2", "3.3"], ["0.1", "-", "0.3", "-0.2"], ["1.5", "*", "-2", "-3"], ["7.5", "/", "2.5", "3"], ["1", "/", "3", "0." + "3".repeat(34)],
    ["-2", "/", "3", "-0." + "6".repeat(33) + "7"], ["10", "%", "3", "1"], ["-7.5", "%", "2", "-1.5"], ["1e30", "/", "1e-30", "1" + "0".repeat(60)],
  ] as const)("%s %s %s = %s", (a, sign, b, expected) => {
    const result = { "+": addDecimals, "-": subtractDecimals, "*": multiplyDecimals, "/": divideDecimals, "%": moduloDecimals }[sign](d(a), d(b));
    expect(result === null ? null : printDecimal(result)).toBe(expected);
  });

  it("divides by nothing into nothing", () => {
    expect(divideDecimals(d("1"), d("0"))).toBeNull();
    expect(moduloDecimals(d("1"), d("0"))).toBeNull();
  });
  it("compares by size, whatever the scale", () => {
    expect(compareDecimals({ kind: "decimal", digits: 150n, scale: 2 }, d("1.5"))).toBe(0);
    expect(compareDecimals(d("-1"), d("0.5"))).toBeLessThan(0);
  });
  it("is a real or a whole number where one is wanted", () => {
    expect(realOf(d("0.1"))).toBe(0.1);
    expect([wholeOf(d("-1.9")), wholeOf(decimal(5n))]).toEqual([-1n, 5n]);
  });
});
