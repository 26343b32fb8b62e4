import { describe, expect, it } from "vitest";
import { isSubtechnique, knownTechniques, parentOf, readTechniqueId } from "../../src/attack";

describe("the techniques of ATT&CK", () => {
  const known = knownTechniques();
  const named = (text: string) => known.get(readTechniqueId(text) as never);
  it("have names", () => {
    expect(named("t1578.002")).toEqual({ id: "T1578.002", name: "Create Cloud Instance", retired: false });
    expect(named("T1059_001")?.name).toBe("PowerShell");
  });
  it("know what became of retired ones", () => {
    expect(named("T1086")).toEqual({ id: "T1086", name: "PowerShell", retired: true, successor: "T1059.001" });
    for (const t of known.values()) if (t.successor) expect(known.has(t.successor), `${t.id} > ${t.successor}`).toBe(true);
  });
  it("are spelled as ids are, each sub-technique with its parent", () => {
    for (const t of known.values()) {
      expect(readTechniqueId(t.id)).toBe(t.id);
      if (isSubtechnique(t.id) && !t.retired) expect(known.has(parentOf(t.id) as never), t.id).toBe(true);
    }
  });
});
