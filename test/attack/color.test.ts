import { describe, expect, it } from "vitest";
import { colorScale, hexOf, inkOn, over, parseColor } from "../../src/attack";

describe("colours", () => {
  it.each([
    ["#f80", "#ff8800ff"], ["#f808", "#ff880088"], ["8ec843", "#8ec843ff"], ["#8EC84380", "#8ec84380"],
    ["rebeccapurple", "#663399ff"], [" White ", "#ffffffff"], ["transparent", "#00000000"],
    ["rgb(1, 2, 3)", "#010203ff"], ["rgb(100% 0% 50% / 50%)", "#ff008080"], ["rgba(300,-4,0,.5)", "#ff000080"],
    ["hsl(120, 100%, 25%)", "#008000ff"], ["hsla(-120deg 100% 50% / 1)", "#0000ffff"],
  ])("reads %s", (text, hex) => {
    const color = parseColor(text);
    expect(color && hexOf(color, true)).toBe(hex);
  });

  it.each(["", "#12345", "#ggg", "rgb(1,2)", "rgb(a,b,c)", "url(x)", "notacolor", "#".repeat(99), "rgb(1,2,3,4,5)", "__proto__"])(
    "refuses %j", (text) => { expect(parseColor(text)).toBeNull(); });

  it("mixes with what lies below, and picks ink that reads", () => {
    const half = parseColor("#ff000080");
    const white = parseColor("white");
    if (!half || !white) throw new Error("colours");
    expect(hexOf(over(half, white))).toBe("#ff7f7f");
    expect(inkOn(white)).toBe("#000000");
    expect(inkOn({ r: 0, g: 0, b: 90, a: 1 })).toBe("#ffffff");
  });
});

describe("a gradient", () => {
  const scale = (colors: readonly string[], score: number) => {
    const color = colorScale({ colors, minValue: 0, maxValue: 100 })?.(score);
    return color ? hexOf(color) : null;
  };

  it.each([[-5, "#000000"], [0, "#000000"], [100, "#ffffff"], [120, "#ffffff"], [99.9, "#ffffff"]])("keeps to its ends: %s", (score, hex) => {
    expect(scale(["black", "white"], score)).toBe(hex);
  });

  it("goes from colour to colour in steps of one in a hundred", () => {
    expect(scale(["black", "white"], 50)).toBe(hexOf({ r: 255 * 50 / 99, g: 255 * 50 / 99, b: 255 * 50 / 99, a: 1 }));
    expect(scale(["black", "white"], 50.2)).toBe(scale(["black", "white"], 50));
    expect(scale(["red", "lime", "blue"], 25)).toBe(hexOf({ r: 255 - (255 / 49) * 25, g: (255 / 49) * 25, b: 0, a: 1 }));
  });

  it("never strays by more than 4 of 255 from a straight mix", () => {
    for (let score = 0; score <= 100; score++) {
      const color = colorScale({ colors: ["#000", "#fff"], minValue: 0, maxValue: 100 })?.(score);
      expect(Math.abs((color?.r ?? -99) - 2.55 * score)).toBeLessThan(4);
    }
  });

  it("lays out more colours than it has steps without an end", () => {
    expect(scale(Array.from({ length: 300 }, (_, i) => (i % 2 ? "white" : "black")), 40)).toMatch(/^#(0{6}|f{6})$/);
  });

  it("skips colours that cannot be read, and is none without any", () => {
    expect(scale(["nope", "red", "red"], 50)).toBe("#ff0000");
    expect(scale(["nope"], 50)).toBeNull();
  });
});
