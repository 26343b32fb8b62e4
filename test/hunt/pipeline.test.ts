/** Pipelines change what rules ask, and say what they cannot do. */
import { describe, expect, it } from "vitest";
import { applyPipelines, compileRules, Hunt, readPipeline } from "../../src/hunt";
import { readSigma } from "../../src/query/sigma";

const RULE = "title: T\nlogsource: {product: acme, category: process}\ndetection:\n  s:\n    Image|endswith: '\\cmd.exe'\n    User: SYSTEM\n  condition: s\n";

/** Lines of the events that the rule finds behind the pipeline. */
async function found(transformations: string, ...events: object[]): Promise<number[]> {
  const pipeline = readPipeline(`name: p\npriority: 10\ntransformations:\n${transformations}`);
  expect(pipeline.diagnostics).toEqual([]);
  const hunt = new Hunt(compileRules(applyPipelines([pipeline.value!], readSigma(RULE).rules).rules));
  await hunt.lines("e", events.map((event) => `${JSON.stringify(event)}\n`));
  return hunt.result().found.flatMap((each) => each.hits.map((hit) => hit.line));
}

describe("a pipeline", () => {
  it.each<[string, string, object[], number[]]>([
    ["renames a field", "  - type: field_name_mapping\n    mapping: {Image: proc.path}", [{ proc: { path: "C:\\cmd.exe" }, User: "system" }, { Image: "C:\\cmd.exe", User: "system" }], [0]],
    ["renames a field to several", "  - type: field_name_mapping\n    mapping: {Image: [a, b]}", [{ a: "\\cmd.exe", User: "system" }, { b: "\\cmd.exe", User: "system" }, { c: "\\cmd.exe", User: "system" }], [0, 1]],
    ["puts something before names", "  - type: field_name_prefix\n    prefix: win.", [{ win: { Image: "\\cmd.exe", User: "system" } }], [0]],
    ["puts something behind names", "  - type: field_name_suffix\n    suffix: _s", [{ Image_s: "\\cmd.exe", User_s: "system" }], [0]],
    ["changes beginnings of names", "  - type: field_name_prefix_mapping\n    mapping: {Us: Xs}", [{ Image: "\\cmd.exe", Xser: "system" }], [0]],
    ["drops an item", "  - type: drop_detection_item\n    field_name_conditions:\n      - {type: include_fields, fields: [User]}", [{ Image: "\\cmd.exe" }, {}], [0]],
    ["adds a condition", "  - type: add_condition\n    conditions: {Channel: [a, b*]}", [{ Image: "\\cmd.exe", User: "system", Channel: "A" }, { Image: "\\cmd.exe", User: "system", Channel: "bc" }, { Image: "\\cmd.exe", User: "system" }], [0, 1]],
    ["replaces in texts", "  - type: replace_string\n    regex: 'cmd\\.(\\w+)'\n    replacement: 'sh.\\1'", [{ Image: "\\sh.exe", User: "system" }], [0]],
    ["maps texts", "  - type: map_string\n    mapping: {SYSTEM: [root, S-1-5-18]}", [{ Image: "\\cmd.exe", User: "S-1-5-18" }, { Image: "\\cmd.exe", User: "system" }], [0]],
    ["asks the log source first", "  - type: drop_detection_item\n    rule_conditions:\n      - {type: logsource, product: other}", [{ Image: "\\cmd.exe", User: "system" }, {}], [0]],
    ["can turn its condition round", "  - type: field_name_suffix\n    suffix: _s\n    rule_cond_not: true\n    rule_conditions:\n      - {type: logsource, product: other}", [{ Image_s: "\\cmd.exe", User_s: "system" }], [0]],
    ["nests", "  - type: nest\n    items:\n      - {type: field_name_suffix, suffix: _s}\n      - {type: field_name_prefix, prefix: x_}", [{ x_Image_s: "\\cmd.exe", x_User_s: "system" }], [0]],
  ])("%s", async (_, transformations, events, lines) => expect(await found(transformations, ...events)).toEqual(lines));

  it("changes the log source", () => {
    const pipeline = readPipeline("transformations:\n  - {type: change_logsource, product: windows, service: security}").value!;
    const [rule] = applyPipelines([pipeline], readSigma(RULE).rules).rules;
    expect(rule).toMatchObject({ logsource: { product: "windows", service: "security" } });
    expect(rule).not.toHaveProperty("logsource.category");
  });

  it("refuses rules that it is told to", () => {
    const pipeline = readPipeline("transformations:\n  - {type: rule_failure, message: no such logs}").value!;
    const { rules, diagnostics } = applyPipelines([pipeline], readSigma(RULE).rules);
    expect([rules.length, diagnostics.map((each) => each.message)]).toEqual([0, ["A pipeline refuses the rule 'T': no such logs"]]);
  });

  it.each([
    ["transformations:\n  - {type: field_name_maping}", "pipeline-unknown-transformation", "Did you mean 'field_name_mapping'?"],
    ["transformations:\n  - {type: field_name_suffix, suffix: a, rule_conditions: [{type: moon}]}", "pipeline-unknown-condition", "does nothing"],
    ["transformations:\n  - {type: replace_string, regex: '('}", "pipeline-expression", "not a regular expression"],
    ["- a", "pipeline-shape", "transformations"],
    ["postprocessing: []", "pipeline-query-only", "nothing of it"],
  ])("tells what it cannot do: %s", (text, code, message) => {
    const [problem] = readPipeline(text).diagnostics;
    expect(problem?.code).toBe(code);
    expect(problem?.message).toContain(message);
  });
});
