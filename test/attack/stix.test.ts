import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { liveObjects, liveRelations, readStix, type Attack } from "../../src/attack";

const attackId = (id: string) => [{ source_name: "mitre-attack", external_id: id, url: `https://attack.mitre.org/x/${id}` }];
const phases = (...names: readonly string[]) => names.map((phase_name) => ({ kill_chain_name: "mitre-attack", phase_name }));
const technique = (key: string, id: string, more: object = {}) => (
  { type: "attack-pattern", id: key, name: `Name of ${id}`, external_references: attackId(id), kill_chain_phases: phases("execution"), ...more });
const relation = (relationship_type: string, source_ref: string, target_ref: string, more: object = {}) => (
  { type: "relationship", id: `r-${source_ref}-${target_ref}`, relationship_type, source_ref, target_ref, ...more });

/** Reads objects as a bundle. */
function read(...objects: readonly unknown[]): { attack: Attack; codes: readonly string[] } {
  const { value, diagnostics } = readStix(JSON.stringify({ type: "bundle", objects }));
  if (!value) throw new Error(diagnostics.map((d) => d.message).join(" "));
  return { attack: value, codes: diagnostics.map((d) => d.code) };
}

describe("a bundle", () => {
  it("gives techniques with all that is said of them", () => {
    const { attack, codes } = read(technique("p", "T1059"), technique("s", "T1059.001", {
      x_mitre_is_subtechnique: true, description: "Text (Citation: A).", x_mitre_platforms: ["Windows"], x_mitre_version: "1.2",
      kill_chain_phases: phases("execution", "impact", "execution"), x_mitre_contributors: ["X"], x_mitre_data_sources: ["Process"],
      external_references: [...attackId("T1059.001"), { source_name: "A", description: "A, 2020", url: "https://a" }, { source_name: "B" }],
    }));
    expect(codes).toEqual([]);
    expect(attack.techniques.get("T1059.001" as never)).toEqual({
      kind: "technique", key: "s", id: "T1059.001", name: "Name of T1059.001", text: "Text (Citation: A).", parent: "T1059",
      url: "https://attack.mitre.org/x/T1059.001", tactics: ["execution", "impact"], platforms: ["Windows"], version: "1.2", state: "live",
      references: [{ name: "A", text: "A, 2020", url: "https://a" }, { name: "B", text: "" }], contributors: ["X"], aliases: [],
      dataSources: ["Process"], defensesBypassed: [], permissions: [], systemRequirements: [], detection: "", created: "", modified: "",
    });
    expect([attack.domain, attack.version]).toEqual(["enterprise-attack", undefined]);
  });

  it("may be a TAXII envelope or a bare list, with a byte order mark", () => {
    for (const text of [JSON.stringify({ more: false, objects: [technique("a", "T1")].map((t) => ({ ...t, external_references: attackId("T1001") })) }),
      `\ufeff${JSON.stringify([technique("a", "T1001")])}`]) {
      expect(readStix(text).value?.techniques.size).toBe(1);
    }
  });

  it("orders its tactics as the live matrix does", () => {
    const tactic = (key: string, id: string, name: string) => ({ type: "x-mitre-tactic", id: key, name, x_mitre_shortname: name, external_references: attackId(id) });
    const { attack } = read(technique("a", "T1001"), tactic("t1", "TA0001", "one"), tactic("t2", "TA0002", "two"), tactic("t3", "TA0003", "three"),
      { type: "x-mitre-matrix", id: "m", tactic_refs: ["t2", "t1"], external_references: [{ external_id: "mobile-attack" }] },
      { type: "x-mitre-matrix", id: "m2", tactic_refs: ["t1"], x_mitre_deprecated: true });
    expect(attack.tactics.map((t) => t.shortName)).toEqual(["two", "one", "three"]);
    expect(attack.domain).toBe("mobile-attack");
  });

  it("follows revocations over other revoked objects, also into other types", () => {
    const { attack } = read(technique("a", "T1001", { revoked: true }), technique("b", "T1002", { revoked: true }), technique("c", "T1003"),
      { type: "malware", id: "m", name: "m", revoked: true }, { type: "tool", id: "t", name: "t" },
      relation("revoked-by", "a", "b"), relation("revoked-by", "b", "c"), relation("revoked-by", "m", "t"));
    expect([...attack.successors]).toEqual([["a", "c"], ["b", "c"], ["m", "t"]]);
  });

  it("tells a ring of revocations and goes on", () => {
    const { attack, codes } = read(technique("a", "T1001", { revoked: true }), technique("b", "T1002", { revoked: true }),
      relation("revoked-by", "a", "b"), relation("revoked-by", "b", "a"), relation("revoked-by", "a", "a"));
    expect(attack.successors.size).toBe(0);
    expect(codes).toEqual(["stix-revoked-ring", "stix-revoked-ring"]);
  });

  it("takes the live technique of an id, the newer of two objects with one key, and relations with live ends", () => {
    const { attack, codes } = read(technique("old", "T1001", { x_mitre_deprecated: true }), technique("new", "T1001"),
      technique("k", "T1002", { modified: "2024", name: "newer" }), technique("k", "T1002", { modified: "2023", name: "older" }),
      { type: "intrusion-set", id: "g", name: "G", aliases: ["G", "H"] }, relation("uses", "g", "new"), relation("uses", "g", "old"),
      relation("uses", "g", "k", { revoked: true }));
    expect(attack.techniques.get("T1001" as never)?.key).toBe("new");
    expect(attack.techniques.get("T1002" as never)?.name).toBe("newer");
    expect(liveRelations(attack, "uses").map((r) => r.to)).toEqual(["new"]);
    expect(liveObjects(attack, "group").map((g) => g.aliases)).toEqual([["H"]]);
    expect(codes).toEqual(["stix-twice"]);
  });

  it("leaves out what cannot be read, and says so", () => {
    const { attack, codes } = read(5, null, [], {}, { type: "x-new", id: "n" }, { type: "malware", id: "m" }, technique("a", "T1001"),
      technique("capec", "CAPEC-1"), relation("loves", "a", "a"), relation("uses", "a", ""), { type: "x-mitre-tactic", id: "t", name: "t" },
      technique("odd", "T1002", { name: 5 }), technique("odd2", "T1003", { kill_chain_phases: "x", x_mitre_platforms: [1, "Linux"], external_references: [...attackId("T1003"), 7] }));
    expect(codes.slice().sort()).toEqual([
      "stix-nameless", "stix-nameless", "stix-not-object", "stix-not-object", "stix-not-object", "stix-relation", "stix-relation-end",
      "stix-tactic", "stix-technique-id", "stix-type", "stix-type",
    ]);
    expect(attack.techniques.get("T1003" as never)).toMatchObject({ tactics: [], platforms: ["Linux"] });
  });

  it("tells findings of one kind only so often", () => {
    expect(read(technique("a", "T1001"), ...Array.from({ length: 500 }, () => 1)).codes).toHaveLength(21);
  });

  it("takes hostile keys for what they are", () => {
    const text = `{"objects":[{"type":"attack-pattern","id":"__proto__","name":"constructor","__proto__":{"revoked":true},
      "external_references":[{"source_name":"mitre-attack","external_id":"T1001"}]}]}`;
    expect(readStix(text).value?.objects.get("__proto__")).toMatchObject({ name: "constructor", state: "live" });
  });

  it.each([
    ["", "stix-not-json"], ["{\"type\":\"bundle\",\"objects\":[{", "stix-not-json"], ["[]", "stix-no-technique"], ["{}", "stix-not-bundle"],
    ["\"x\"", "stix-not-bundle"], ["{\"type\":\"FeatureCollection\"}", "stix-not-bundle"], ["{\"objects\":{}}", "stix-not-bundle"],
    [`${"[".repeat(100_000)}`, "stix-not-json"],
  ])("is refused with a clear error: %.30s", (text, code) => {
    const { value, diagnostics } = readStix(text);
    expect(value).toBeUndefined();
    expect(diagnostics.at(-1)?.code).toBe(code);
  });
});

const data = join(__dirname, "..", "..", "..", "shared", "data", "attack");
const manifest = existsSync(data)
  ? JSON.parse(readFileSync(join(data, "manifest.json"), "utf8")) as { files: Record<string, { domain: string; version: string; counts: Record<string, number> }> }
  : { files: {} };

describe.skipIf(!existsSync(data))("MITRE's bundles beside the project", () => {
  it.each(Object.entries(manifest.files))("%s has as many objects of each kind as it should", (file, { domain, version, counts }) => {
    const { value: attack, diagnostics } = readStix(gunzipSync(readFileSync(join(data, file))).toString("utf8"));
    if (!attack) throw new Error(diagnostics[0]?.message);
    expect([attack.domain, attack.version]).toEqual([domain, version]);
    expect(diagnostics).toEqual([]);
    const found: Record<string, number> = {};
    const add = (key: string) => { found[key] = (found[key] ?? 0) + 1; };
    const types: Readonly<Record<string, string>> = {
      group: "intrusion-set", campaign: "campaign", mitigation: "course-of-action", tactic: "x-mitre-tactic", component: "x-mitre-data-component",
      datasource: "x-mitre-data-source", strategy: "x-mitre-detection-strategy", analytic: "x-mitre-analytic", asset: "x-mitre-asset",
    };
    for (const object of attack.objects.values()) {
      const type = object.kind === "technique" ? (object.parent === null ? "technique" : "sub-technique")
        : object.kind === "software" ? object.type : types[object.kind] ?? object.kind;
      add(`${type}:${object.state}`);
    }
    for (const relation of attack.relations) add(`relationship:${relation.kind}`);
    for (const [key, count] of Object.entries(counts)) {
      if (key.includes(":") && !key.startsWith("x-mitre-matrix")) expect([key, found[key]]).toEqual([key, count]);
    }
    expect(attack.successors.size).toBe(counts["relationship:revoked-by"]);
    for (const end of attack.successors.values()) expect(attack.objects.get(end)?.state).not.toBe("revoked");
  });
});
