/** What is read of a Sigma file: modifiers, values, conditions, documents, and what is said of mistakes. */
import { describe, expect, it } from "vitest";
import { applyEdits } from "../../../src/base";
import { applyFilters, holds, readSigma } from "../../../src/query/sigma";
import type { EventValue, Match, SigmaOptions } from "../../../src/query/sigma";

/** A rule around a selection. */
function rule(selection: string, condition = "selection"): string {
  const body = selection.split("\n").map((line) => `    ${line}`).join("\n");
  return `title: T\nlogsource: {category: test}\ndetection:\n  selection:\n${body}\n  condition: ${condition}\n`;
}

/** The tests of the one item of a selection, in short. */
function tests(selection: string, options: SigmaOptions = {}): string {
  const file = readSigma(rule(selection), options);
  if (file.rules.length === 0) return file.diagnostics.map((d) => d.code).join(" ");
  const read = file.rules[0];
  const match = read?.kind === "detection" ? read.selections.get("selection")?.match : undefined;
  return match === undefined ? "" : show(match);
}

function show(match: Match): string {
  if (match.kind !== "item") return `${match.kind}(${match.parts.map(show).join(", ")})`;
  const shown = match.tests.map((t) => {
    const { span: _span, said: _said, ...rest } = t;
    switch (rest.kind) {
      case "text":
        return `${rest.how}${rest.cased ? " cased" : ""} ${rest.text}`;
      case "pattern":
        return `like ${rest.parts.map((p) => (p === "any" ? "*" : p === "one" ? "?" : p.text)).join("")}`;
      case "regex":
        return `/${rest.source}/${rest.flags}`;
      case "cidr":
        return `in ${rest.bytes.join(".")}/${rest.bits}`;
      case "compare":
        return `${rest.op} ${rest.than}`;
      case "time":
        return `${rest.part} ${rest.op} ${rest.than}`;
      case "null":
        return "null";
      case "exists":
        return `exists ${rest.wanted}`;
      case "field":
        return `${rest.how} field ${rest.other}`;
    }
  });
  const joined = shown.join(match.need === "all" ? " & " : " | ");
  return `${match.field ?? "*"}: ${match.negated ? `not(${joined})` : joined}`;
}

function codes(text: string): string[] {
  return readSigma(text).diagnostics.map((d) => d.code);
}

describe("values and modifiers", () => {
  it.each([
    ["f: abc", "f: equals abc"],
    ["f: ''", "f: equals "],
    ["f: a*", "f: startswith a"],
    ["f: '*a*'", "f: contains a"],
    ["f: 'a?c'", "f: like a?c"],
    ["f: '*'", "f: like *"],
    ["f|contains: ''", "f: like *"],
    ["f: 'a\\*'", "f: equals a*"],
    ["f: 'C:\\x\\\\*'", "f: startswith C:\\x\\"],
    ["f: '\\\\\\\\srv'", "f: equals \\\\srv"],
    ["f: 4688", "f: equals 4688"],
    ["f: 9007199254740993", "f: equals 9007199254740993"],
    ["f: true", "f: equals true"],
    ["f: null", "f: null"],
    ["f:", "f: null"],
    ["f: []", "f: null"],
    ["f|contains|all: [a, b]", "f: contains a & contains b"],
    ["f|contains: 46", "f: contains 46"],
    ["f|cased|endswith: A", "f: endswith cased A"],
    ["f|neq: [a, b]", "f: not(equals a | equals b)"],
    ["f|windash: '-a'", "f: equals -a | equals /a | equals –a | equals —a | equals ―a"],
    ["f|windash: 'a-b'", "f: equals a-b"],
    ["f|re|i: ^a", "f: /^a/i"],
    ["f|re|startswith: a|b", "f: /^(?:a|b)/"],
    ["f|cidr: 10.0.0.0/8", "f: in 10.0.0.0/8"],
    ["f|cidr: 10.1.2.3/8", "f: in 10.0.0.0/8"],
    ["f|lt: 5", "f: lt 5"],
    ["f|hour|gte: 22", "f: hour gte 22"],
    ["f|week: 1", "f: week eq 1"],
    ["f|exists: false", "f: exists false"],
    ["f|exists: yes", "f: exists true"],
    ["f|fieldref|contains: g", "f: contains field g"],
    ["f|base64: foobar", "f: equals Zm9vYmFy"],
    ["f|base64offset|contains: abc", "f: contains YWJj | contains FiY | contains hYm"],
    ["f|wide|base64: foo", "f: equals ZgBvAG8A"],
    ["f|utf16|base64: a", "f: equals //5hAA=="],
    ["f|utf16be|base64: foo", "f: equals AGYAbwBv"],
    ["- a\n- 12", "*: contains a | contains 12"],
    ["- a\n- b: 1", "any(*: contains a, b: equals 1)"],
    ["'|all': [a, b]", "*: contains a & contains b"],
    ["a: 1\nb: 2", "all(a: equals 1, b: equals 2)"],
    ["- a: 1\n- b: 2\n  c: 3", "any(a: equals 1, all(b: equals 2, c: equals 3))"],
  ])("%s", (selection, wanted) => expect(tests(selection)).toBe(wanted));

  it("keeps the writings of each value together under 'all'", () => {
    expect(tests("f|windash|contains|all: [' -a', b]")).toBe(
      "all(f: contains  -a | contains  /a | contains  –a | contains  —a | contains  ―a, f: contains b)");
  });

  it("writes many dashes as one expression", () => {
    expect(tests("f|windash: '-a -b -c -d'")).toMatch(/^f: \/\^\[.*\]a \[.*d\$\/is$/);
  });

  it("varies every dash where the workspace wants it", () => {
    expect(tests("f|windash: 'a-b'", { windash: "every" })).toContain("equals a/b");
  });

  it("expands placeholders", () => {
    const placeholders = new Map([["site", ["ber", "m*"]]]);
    expect(tests("f|expand: 'srv-%site%'", { placeholders })).toBe("f: equals srv-ber | startswith srv-m");
    expect(tests("f|re|expand: '^%site%$'", { placeholders })).toBe("f: /^ber$/ | /^m\\*$/");
    expect(tests("f|expand: '\\%plain%site%'", { placeholders })).toBe("f: equals %plainber | startswith %plainm");
    expect(tests("f|expand: '%other%'", { placeholders })).toBe("sigma-unknown-placeholder");
    expect(tests("f|expand: '%other%'", { unknownPlaceholders: "anything" })).toBe("f: like *");
  });
});

describe("mistakes", () => {
  it.each([
    ["f|contians: a", "sigma-unknown-modifier"],
    ["f|re: '('", "sigma-bad-pattern"],
    ["f|re: 'a(?=b)'", "sigma-bad-pattern"],
    ["f|cidr: 10.0.0.0/33", "sigma-bad-network"],
    ["f|cidr: host", "sigma-bad-network"],
    ["f|contains|re: a", "sigma-modifier-order"],
    ["f|i: a", "sigma-modifier-order"],
    ["f|exists: maybe", "sigma-modifier-type"],
    ["f|gt: abc", "sigma-modifier-type"],
    ["f|gt: '5'", "sigma-modifier-type"],
    ["f|fieldref: 'a*'", "sigma-modifier-type"],
    ["f|contains: null", "sigma-modifier-type"],
    ["f|base64offset: 'a?b'", "sigma-encoded-wildcard"],
    ["f: {a: 1}", "sigma-value-type"],
    ["f: [[a]]", "sigma-value-type"],
    ["[]", "sigma-empty-selection"],
    ["{}", "sigma-empty-selection"],
  ])("%s", (selection, code) => expect(codes(rule(selection))).toEqual([code]));

  it.each([
    ["selection and missing", "sigma-unknown-selection"],
    ["(selection", "sigma-condition"],
    ["selection)", "sigma-condition"],
    ["selection selection", "sigma-condition"],
    ["selection and", "sigma-condition"],
    ["not", "sigma-condition"],
    ["all of nothing*", "sigma-no-selection"],
    ["1 of", "sigma-condition"],
    ["selection*", "sigma-unknown-selection"],
    ["selection | count() by x > 5", "sigma-aggregation"],
    ["selection | near other", "sigma-aggregation"],
  ])("condition %s", (condition, code) => expect(codes(rule("f: 1", condition))).toEqual([code]));

  it("points at the modifier and offers the nearest", () => {
    const text = rule("f|contians|all: [a, b]");
    const [found] = readSigma(text).diagnostics;
    expect(text.slice(found?.span.from, found?.span.to)).toBe("contians");
    expect(applyEdits(text, found?.fix?.edits ?? [])).toContain("f|contains|all");
  });

  it("points at the word of a condition", () => {
    const text = rule("f: 1", "selection and not selectoin");
    const [found] = readSigma(text).diagnostics;
    expect(text.slice(found?.span.from, found?.span.to)).toBe("selectoin");
    expect(found?.message).toContain("'selection'");
  });

  it("writes the correlation for an old aggregation", () => {
    const text = rule("f: 1", "selection | count(Host) by User >= 5").replace("  condition", "  timeframe: 5m\n  condition");
    const found = readSigma(text).diagnostics.find((d) => d.code === "sigma-aggregation");
    const file = readSigma(applyEdits(text, found?.fix?.edits ?? []));
    expect(file.diagnostics).toEqual([]);
    expect(file.rules.map((r) => r.kind)).toEqual(["detection", "correlation"]);
    expect(file.rules[1]).toMatchObject({ type: "value_count", groupBy: ["User"], timespan: 300e6, fields: ["Host"],
      bounds: [{ op: "gte", count: 5 }] });
  });
});

describe("documents", () => {
  it("reads several, and what is broken in one leaves the others", () => {
    const file = readSigma(`${rule("f: 1")}---\ntitle: [\n---\n${rule("f: 2")}`);
    expect(file.rules).toHaveLength(2);
    expect(file.refused).toHaveLength(1);
  });

  it("lays a global document over the others and says so", () => {
    const file = readSigma("action: global\ntitle: G\nlogsource: {category: test}\ndetection: {condition: a}\n"
      + "---\ndetection: {a: {f: 1}}\n---\naction: repeat\ndetection: {a: {g: 1}}\n");
    expect(file.diagnostics.map((d) => d.code)).toEqual(["sigma-action", "sigma-action"]);
    expect(file.rules.map((r) => (r.kind === "detection" ? [...r.selections].map(([, s]) => show(s.match)) : [])))
      .toEqual([["f: equals 1"], ["all(f: equals 1, g: equals 1)"]]);
  });

  it("lays filters over rules", () => {
    const file = readSigma(`${rule("f: 1")}name: r\n---\ntitle: F\nlogsource: {category: test}\n`
      + "filter: {rules: [r], selection: {user: adm}, condition: not selection}\n");
    expect(file.diagnostics).toEqual([]);
    const { rules, diagnostics } = applyFilters(file.rules);
    const only = rules[0];
    const fires = (event: EventValue) => only?.kind === "detection" && holds(only, event);
    expect([...diagnostics.values()]).toEqual([[]]);
    expect([fires({ f: 1 }), fires({ f: 1, user: "adm" })]).toEqual([true, false]);
  });

  it("keeps places in the file with an offset", () => {
    const text = rule("f|re: '('");
    const plain = readSigma(text).diagnostics[0]?.span;
    expect(readSigma(text, { offset: 100 }).diagnostics[0]?.span).toEqual({ from: (plain?.from ?? 0) + 100,
      to: (plain?.to ?? 0) + 100 });
  });
});
