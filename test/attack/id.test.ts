/** Ids in all their spellings. */
import { describe, expect, it } from "vitest";
import { compareIds, findTechniqueIds, isSubtechnique, pageOf, parentOf, readTacticId, readTechniqueId, tacticsOfTags, tagOf } from "../../src/attack";
import type { TagStyle, TechniqueId } from "../../src/attack";

describe("one word", () => {
  it.each(["T1578_002", "t1578_002", "T1578.002", "t1578.002", "attack.t1578.002", "attack/T1578_002", "mitre/attack/t1578_002", "#T1578_002", " T1578.002 ", "techniques/T1578/002",
    "https://attack.mitre.org/techniques/T1578/002", "https://attack.mitre.org/techniques/T1578/002/", "https://attack.mitre.org/versions/v17/techniques/T1578/002/#detection",
    "T1578/002", "T1578-002", "ATTACK.T1578.002", "mitre-attack.t1578.002"])("%s is T1578.002", (text) => {
    expect(readTechniqueId(text)).toBe("T1578.002");
  });
  it.each([["T1578", "T1578"], ["attack.t1578", "T1578"], ["https://attack.mitre.org/techniques/T1005", "T1005"], ["attack/T1005", "T1005"]])("%s is %s", (text, id) => {
    expect(readTechniqueId(text)).toBe(id);
  });
  it.each(["", "T157", "T15780", "T1578.02", "T1578.0021", "TA0005", "attack.ta0005", "S0001", "techniques", "T1578 x", "xT1578", "T1578_002_x", "Defense_Evasion", "1578", "T1578.002.003",
    "x".repeat(100_000), `${"a/".repeat(1000)}b`])("%.30s is none", (text) => {
    expect(readTechniqueId(text)).toBeNull();
  });
  it.each([["TA0005", "TA0005"], ["attack.ta0005", "TA0005"], ["https://attack.mitre.org/tactics/TA0005/", "TA0005"], ["T0005", null], ["TA00051", null], ["STA0005", null]])("tactic %s", (text, id) => {
    expect(readTacticId(text)).toBe(id);
  });
});

describe("in prose", () => {
  const found = (text: string) => findTechniqueIds(text).map((f) => [f.id, text.slice(f.span.from, f.span.to)]);
  it.each<[string, string[][]]>([
    ["See T1578.002, t1005 and (T1074_002).", [["T1578.002", "T1578.002"], ["T1005", "t1005"], ["T1074.002", "T1074_002"]]],
    ["AT1578 T15789 xT1578 T1578x éT1578", []],
    ["T1578.0021 T1578_1", []],
    ["T1578. Next", [["T1578", "T1578"]]],
    ["_T1578_ **T1578.002** `T1005`", [["T1578", "T1578"], ["T1578.002", "T1578.002"], ["T1005", "T1005"]]],
    ["T1578.002 - Create Cloud Instance.md", [["T1578.002", "T1578.002"]]],
    ["https://attack.mitre.org/techniques/T1578/002/", [["T1578.002", "T1578/002"]]],
    ["attack.t1059.001", [["T1059.001", "t1059.001"]]],
    ["T1578-T1580", [["T1578", "T1578"], ["T1580", "T1580"]]],
    ["TA0005 TT1578", []],
    ["🎉T1578🎉", [["T1578", "T1578"]]],
  ])("%s", (text, expected) => {
    expect(found(text)).toEqual(expected);
  });
  it("takes time in step with the text", () => {
    const text = "T1578_".repeat(200_000);
    expect(findTechniqueIds(text).length).toBeLessThan(200_000);
  });
});

describe("relations", () => {
  const id = (text: string) => readTechniqueId(text) as TechniqueId;
  it("knows parents", () => {
    expect([isSubtechnique(id("T1578.002")), parentOf(id("T1578.002")), isSubtechnique(id("T1578")), parentOf(id("T1578"))]).toEqual([true, "T1578", false, null]);
  });
  it("spells tags so that they read back", () => {
    for (const style of ["seed", "lower", "sigma", "nested"] satisfies TagStyle[]) {
      for (const one of ["T1578", "T1578.002"]) expect(readTechniqueId(tagOf(id(one), style))).toBe(one);
    }
    expect(tagOf(id("T1578.002"))).toBe("T1578_002");
    expect(readTechniqueId(pageOf(id("T1578.002")))).toBe("T1578.002");
  });
  it("sorts sub-techniques behind their parent", () => {
    const sorted = ["T1579", "T1578.002", "T1578", "T1578.001"].map(id).sort(compareIds);
    expect(sorted).toEqual(["T1578", "T1578.001", "T1578.002", "T1579"]);
  });
  it("knows tactics by their tags", () => {
    expect(tacticsOfTags(["Defense_Evasion", "attack.credential-access", "attack/command_and_control", "T1578", "x", "defense-evasion"])).toEqual(["Defense Evasion", "Credential Access", "Command and Control"]);
  });
});
