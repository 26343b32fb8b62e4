/** What the call around the caret (▮) takes, and what folds away. */
import { describe, expect, it } from "vitest";
import { kql } from "../../../src/query/kql";
import { scopeOf } from "./cases";

/** The signature with the parameter in hand between « and »; "" outside of calls. */
function helped(marked: string): string {
  const at = marked.indexOf("▮");
  const help = kql.signature?.(marked.replace("▮", ""), at, scopeOf());
  const line = help?.lines[help.active];
  if (!help || !line) return "";
  const own = line.parameters[help.argument] ?? (line.repeats ? line.parameters.at(-1) : undefined);
  if (!own) return line.label;
  return `${line.label.slice(0, own.from)}«${line.label.slice(own.from, own.to)}»${line.label.slice(own.to)}`;
}

describe("signature help", () => {
  const cases: readonly (readonly [string, RegExp | string])[] = [
    ["T | extend y = substring(▮", /^substring\(«\w+: string», .*\): string$/],
    ["T | extend y = substring(a, ▮)", /^substring\(\w+: string, «\w+: long»/],
    ["T | extend y = substring(toupper(a), 1, ▮)", /«\w+\??: long»\): string$/],
    ["T | extend y = strcat(a, 'x(,', a, ▮", /^strcat\(.*«….*»\): string$/],
    ["T | extend y = strcat(a, substring(▮", /^substring\(«/],
    ["T | where a in (1, ▮", ""],
    ["T | where strlen(a) > (1 + ▮", ""],
    ["T | extend y = strcat(a, (a + ▮", /^strcat\(/],
    ["T | summarize arg_max(t, ▮", "arg_max(expression, «column», …)"],
    ["T | summarize arg_max(t, a, b, ▮", "arg_max(expression, column, «…»)"],
    ["let f = (x: long, y: string = 'q') { x }; T | extend z = f(b, ▮", "f(x: long, «y: string = …»)"],
    ["T | where a == 'strlen(▮", ""],
    ["T | extend y = strlen(a) ▮", ""],
    ["strlen(a | where ▮", ""],
    ["T | extend y = nothing_like_it(▮", ""],
  ];
  it.each(cases)("%s", (text, wanted) => {
    if (typeof wanted === "string") expect(helped(text)).toBe(wanted);
    else expect(helped(text)).toMatch(wanted);
  });
  it("tells how many ways there are, and picks the one that takes as many arguments", () => {
    const help = kql.signature?.("T | extend y = iff(f, 1, ", 25, scopeOf());
    expect(help).toMatchObject({ argument: 2, active: 0 });
    expect(help?.doc).not.toBe("");
  });
});

describe("folding", () => {
  const folded = (text: string) => kql.folds?.(text).map((f) => text.slice(f.from, f.to));
  it("folds named statements of several lines, to before their semicolon", () => {
    expect(folded("let a = 1;\nlet b = T\n  | where x == ';'\n  | take 1;\nb\n| count")).toEqual(["\n  | where x == ';'\n  | take 1"]);
    expect(folded("let f = (x: long) {\n  let y = x;\n  y\n};\nf(1)")).toEqual(["\n  let y = x;\n  y\n}"]);
    expect(folded("T\n| take 1")).toEqual([]);
    expect(folded("let b = T\r\n| take 1;\r\nb")).toEqual(["\r\n| take 1"]);
    expect(folded("let open = T\n| where")).toEqual(["\n| where"]);
  });
});
