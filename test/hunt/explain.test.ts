import { describe, expect, it } from "vitest";
import { explain, nearMisses, type Finding } from "../../src/hunt";
import { holds, readSigma, type DetectionRule } from "../../src/query/sigma";
import { seeded } from "../../src/query/engine/run";

const HEAD = "title: T\nlogsource:\n    category: process_creation\n    product: windows\ndetection:\n";
function rule(detection: string, head = HEAD): DetectionRule {
  const { rules, diagnostics } = readSigma(head + detection);
  const [first] = rules;
  if (first?.kind !== "detection") throw new Error(diagnostics.map((d) => d.message).join(" "));
  return first;
}
const sysmon = (data: Record<string, unknown>, id = 1) => ({ Event: {
  System: { EventID: id, Channel: "Microsoft-Windows-Sysmon/Operational" }, EventData: data } }) as never;

/** The tree in lines: `+` holds, `-` does not. */
function tree(found: Finding, depth = 0): string {
  const seen = found.seen === undefined ? "" : ` = ${found.seen}`;
  return `${"  ".repeat(depth)}${found.holds ? "+" : "-"} ${found.label}${seen}\n${found.parts.map((p) => tree(p, depth + 1)).join("")}`;
}

const CERTUTIL = rule(`    tool:
        - Image|endswith: '\\certutil.exe'
        - OriginalFileName: CertUtil.exe
    web:
        CommandLine|contains:
            - http
            - ftp
    filter_admin:
        User|endswith: '\\admin'
    condition: tool and web and not 1 of filter_*
`);

describe("an explanation", () => {
  it("shows the tree of the condition with the values that items met", () => {
    const told = explain(CERTUTIL, sysmon({ Image: "C:\\x\\certutil.exe", CommandLine: "certutil -hashfile a", User: "corp\\admin" }));
    expect(told.conditions.map((c) => tree(c)).join("")).toBe(`- and
  + tool
    + one of
      + Image|endswith = C:\\x\\certutil.exe
        + \\certutil.exe
      - OriginalFileName
        - CertUtil.exe
  - web
    - CommandLine|contains = certutil -hashfile a
      - http
      - ftp
  - not
    + 1 of filter_*
      + filter_admin
        + User|endswith = corp\\admin
          + \\admin
`);
    expect(told.changes.map((c) => [c.field, c.seen, c.wanted])).toEqual([
      ["CommandLine", "certutil -hashfile a", "would have to contain 'http' or 'ftp'"],
      ["User", "corp\\admin", "would have not to end with '\\admin'"],
    ]);
  });

  it("takes the cheapest way through alternatives, and none when the rule matches", () => {
    const event = sysmon({ CommandLine: "x http y" });
    expect(explain(CERTUTIL, event).changes.map((c) => c.field)).toEqual(["Image"]);
    expect(explain(CERTUTIL, sysmon({ OriginalFileName: "certutil.EXE", CommandLine: "HTTP" }))).toMatchObject({ matches: true, changes: [] });
  });

  it("says when the event is of another log source, and goes through the condition all the same", () => {
    const told = explain(CERTUTIL, sysmon({ Image: "C:\\certutil.exe", CommandLine: "http" }, 3));
    expect(told.matches).toBe(false);
    expect(told.source.fits).toBe(false);
    expect(told.source.why).toContain("event id 1 or 4688");
    expect(told.conditions[0]?.holds).toBe(true);
  });

  it.each([
    ["A: null", "be null or absent"], ["A|exists: true", "be there"], ["A|re: 'a+b'", "match /a+b/"], ["A|cidr: 10.0.0.0/8", "be in 10.0.0.0/8"],
    ["A|gte: 5", "be at least 5"], ["A|fieldref: B", "be the value of B"], ["A: 'x*y'", "be like 'x*y'"],
    ["A|contains|all: [x, y]", "contain 'x' and 'y'"], ["A: [1, 2, 3, 4, 5, 6, 7]", "be '1' or '2' or '3' or '4' or '5' (and 2 more)"],
    ["A|neq: x", "not be 'x'"],
  ])("puts %s into words", (line, words) => {
    const told = explain(rule(`    s:\n        ${line}\n    condition: not s\n`, "title: T\nlogsource: {category: test}\ndetection:\n"), {} as never);
    const item = told.conditions[0]?.parts[0]?.parts[0];
    expect(item?.parts[0]?.asks ?? item?.asks).toBe(words);
  });

  it("looks at every value for keywords", () => {
    const keywords = rule("    k:\n        - evil\n    condition: k\n", "title: T\nlogsource: {category: test}\ndetection:\n");
    expect(explain(keywords, { a: { b: ["fine", "so evil"] } } as never).matches).toBe(true);
    expect(explain(keywords, { evil: "no" } as never).changes).toMatchObject([{ field: "any value", wanted: "would have to contain 'evil'" }]);
  });
});

describe("near misses", () => {
  it("are the rules of the log source that fail by one item, those with a value first", () => {
    const one = rule("    s:\n        Image|endswith: x\n        CommandLine: a\n    condition: s\n");
    const other = rule("    s:\n        Product: p\n        CommandLine: b\n    condition: s\n");
    const two = rule("    s:\n        Image: q\n        CommandLine: q\n    condition: s\n");
    const found = nearMisses([other, two, one], sysmon({ Image: "y", CommandLine: "b" }));
    expect(found.map((m) => m.rule)).toEqual([other]);
    expect(nearMisses([other, one], sysmon({ Image: "y", CommandLine: "a" })).map((m) => [m.rule === one, m.change.field])).toEqual([[true, "Image"]]);
  });
});

describe("explanations at random", () => {
  const seed = Number(process.env["SEED"] ?? 6);
  it(`agree with the plain reading of the rule, and their changes would do (seed ${seed})`, () => {
    const random = seeded(seed);
    const pick = <T>(...from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    const condition = (depth: number): string => (depth === 0 ? pick("a", "b", "c", "1 of a*", "all of them", "1 of them")
      : pick(`(${condition(depth - 1)} and ${condition(depth - 1)})`, `(${condition(depth - 1)} or ${condition(depth - 1)})`, `not ${condition(0)}`));
    for (let i = 0; i < 400; i++) {
      const item = () => `${pick("f", "g", "h")}${pick("", "|contains", "|startswith", "|neq")}: ${pick("x", "y", "[x, y]", "xy")}`;
      const text = ["a", "b", "c"].map((name) => `    ${name}:\n        ${item()}\n`).join("") + `    condition: ${condition(2)}\n`;
      const made = rule(text, "title: T\nlogsource: {category: test}\ndetection:\n");
      const event = Object.fromEntries(["f", "g", "h"].filter(() => random() < 0.7).map((key) => [key, pick("x", "y", "xy", "z")]));
      const told = explain(made, event as never);
      expect([text, event, told.matches]).toEqual([text, event, holds(made, event)]);
      if (told.matches) expect(told.changes).toEqual([]);
    }
  });
});
