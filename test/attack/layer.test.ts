import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  aggregateScore, cellColor, readLayers, techniquesByKey, writeLayers, type AggregateFunction, type Layer,
} from "../../src/attack";
import { seeded } from "../../src/query/engine/run";
import { layerFaults } from "./layer-validator";

const BASE = { name: "x", versions: { attack: "18", navigator: "5.1.0", layer: "4.5" }, domain: "enterprise-attack", techniques: [] };

/** Reads plain JSON as a layer file. */
function read(json: unknown): { layers: readonly Layer[]; codes: readonly string[] } {
  const { value, diagnostics } = readLayers(JSON.stringify(json));
  return { layers: value ?? [], codes: diagnostics.map((d) => d.code) };
}
const again = (json: unknown): unknown => JSON.parse(writeLayers(read(json).layers));

describe("a layer of 4.5", () => {
  it("is written as it was read, with what we do not know", () => {
    const layer = {
      ...BASE, description: "two\nlines", sorting: 3, hideDisabled: true, customDataURL: "https://example.org/b.json",
      filters: { platforms: ["Windows"], stages: ["act"] }, layout: { layout: "flat", showName: false, future: 1 },
      techniques: [
        { techniqueID: "T1059", tactic: "execution", score: 0, comment: "<b>x</b>", enabled: false, showSubtechniques: true,
          metadata: [{ name: "a", value: "b" }, { divider: true }], links: [{ label: "l", url: "obsidian://open?file=x" }], extra: [1.5] },
        { techniqueID: "T1059", tactic: "execution", score: 2.25, color: "#66b1ff" },
      ],
      gradient: { colors: ["#ffffff00", "red"], minValue: -1.5, maxValue: 9 }, legendItems: [{ label: "a", color: "#8ec843" }],
      metadata: [], links: [], tacticRowBackground: "#205b8f", showTacticRowBackground: true,
      selectTechniquesAcrossTactics: false, selectSubtechniquesWithParent: true, selectVisibleTechniques: false,
      ours: { __proto__: null, deep: [{ a: null }] },
    };
    expect(again(layer)).toEqual(layer);
    expect(read(layer).codes).toEqual([]);
  });

  it("keeps values that it cannot take, and tells each of them with its place", () => {
    const layer = {
      ...BASE, sorting: 7, hideDisabled: "yes", layout: [], gradient: { colors: ["red"], minValue: 0, maxValue: 1 },
      techniques: [{ techniqueID: "T1059", score: "50", color: "no such" }, { tactic: "impact" }, 5],
      legendItems: [{ label: "only" }], metadata: [{ name: "", value: "" }], links: [{ label: "x", url: "example.org" }],
    };
    expect(again(layer)).toEqual(layer);
    expect(read(layer).codes).toEqual([
      "layer-field", "layer-field", "layer-field", "layer-field", "layer-field", "layer-technique", "layer-field",
      "layer-gradient", "layer-legend", "layer-metadata", "layer-link",
    ]);
    const { diagnostics } = readLayers(JSON.stringify(layer));
    expect(diagnostics.map((d) => d.message)).toContain(
      'The layer has "50" as techniques[0].score, where a number is expected; it is kept and not used.');
  });

  it("takes the last entry of a technique and tactic", () => {
    const [layer] = read({ ...BASE, techniques: [{ techniqueID: "T1", score: 1 }, { techniqueID: "T1", tactic: "impact", score: 2 },
      { techniqueID: "T1", score: 3 }] }).layers;
    if (!layer) throw new Error("layer");
    expect([...techniquesByKey(layer)].map(([key, t]) => [key, t.score])).toEqual([["T1^", 3], ["T1^impact", 2]]);
  });

  it.each([
    ["[1]", "layer-not-object"], ["5", "layer-not-object"], ["[]", "layer-empty-list"], ["{", "json-end"],
  ])("says what is wrong with %s", (text, code) => {
    expect(readLayers(text).diagnostics.some((d) => d.code === code || code === "json-end")).toBe(true);
  });
});

describe("an older layer", () => {
  it.each([
    [0, { layout: "side", showID: false, showName: true }], [1, { layout: "side", showID: true, showName: false }], [2, { layout: "mini" }],
  ])("of view mode %s has its layout", (viewMode, layout) => {
    const old = { version: "2.2", name: "old", domain: "mitre-enterprise", viewMode, techniques: [{ techniqueID: "T1003", score: 4 }] };
    expect(again(old)).toEqual({
      name: "old", versions: { navigator: "5.1.0", layer: "4.5" }, domain: "enterprise-attack", layout,
      techniques: [{ techniqueID: "T1003", score: 4 }],
    });
    expect(read(old).codes).toEqual(["layer-upgraded"]);
  });

  it("of a version to come is taken as far as it is known", () => {
    expect(read({ ...BASE, versions: { layer: "5.0" } }).codes).toEqual(["layer-version"]);
    expect(read({ ...BASE, versions: { layer: 4.5, attack: 18 } }).codes).toEqual([]);
  });
});

describe("an aggregate", () => {
  const cases: readonly (readonly [number | null, readonly (number | null)[], AggregateFunction, boolean, number | null])[] = [
    [null, [null, null], "sum", true, null], [50, [], "average", false, 50], [50, [null, null, null], "average", true, 12.5],
    [null, [10, 20], "min", false, 0], [null, [-10, -20], "max", false, 0], [5, [-10, 20], "min", false, -10],
    [1, [1, 2], "average", false, 1.33], [null, [3, 4], "sum", false, 7],
  ];
  it.each(cases)("of %s and %j by %s (unscored count: %s) is %s", (parent, subs, how, unscored, expected) => {
    expect(aggregateScore(parent, subs, how, unscored)).toBe(expected);
  });
});

describe("a cell", () => {
  it.each([
    [{ enabled: false, color: "red", score: 100 }, null], [{ color: "red", score: 0 }, "#ff0000"], [{ color: "#ff000080" }, "#ff000080"],
    [{ score: 100 }, "#8ec843"], [{ color: "", score: 0 }, "#ff6666"], [{}, null], [undefined, null],
  ])("of %j is %s", (technique, expected) => { expect(cellColor(technique)).toBe(expected); });

  it("shows the aggregate before its own score", () => {
    expect(cellColor({ score: 0 }, undefined, 100)).toBe("#8ec843");
    expect(cellColor({ score: 0 }, undefined, null)).toBe("#ff6666");
  });
});

describe("layers at random", () => {
  const seed = Number(process.env["SEED"] ?? 20261122);
  it(`come back as they were and are valid (seed ${seed})`, () => {
    const random = seeded(seed);
    const pick = <T>(...from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    const maybe = <T>(key: string, make: () => T) => (random() < 0.5 ? { [key]: make() } : {});
    const word = () => pick("a", "two words", "quote \" here", "ünï", "line\nline", "</script>");
    const lists = () => ({
      ...maybe("metadata", () => [{ name: word(), value: word() }, { divider: random() < 0.5 }]),
      ...maybe("links", () => [{ label: word(), url: pick("https://example.org", "obsidian://x") }]),
    });
    for (let i = 0; i < 300; i++) {
      const layer = {
        ...BASE, name: word(), domain: pick("enterprise-attack", "mobile-attack", "ics-attack"),
        ...maybe("description", word), ...maybe("sorting", () => pick(0, 1, 2, 3)), ...maybe("hideDisabled", () => random() < 0.5),
        ...maybe("layout", () => ({ ...maybe("layout", () => pick("side", "flat", "mini")), ...maybe("countUnscored", () => true) })),
        ...maybe("gradient", () => ({ colors: [pick("red", "#fff"), "#00000080"], minValue: -random() * 9, maxValue: random() * 9 + 0.1 })),
        ...maybe("legendItems", () => [{ label: word(), color: "#123456" }]), ...lists(),
        techniques: Array.from({ length: Math.floor(random() * 5) }, () => ({
          techniqueID: `T${1000 + Math.floor(random() * 9000)}`, ...maybe("tactic", () => "impact"),
          ...maybe("score", () => pick(0, -3, 7, 2.5, 1e21, random())), ...maybe("comment", word), ...maybe("enabled", () => random() < 0.5), ...lists(),
        })),
      };
      const written = again(layer);
      expect(written).toEqual(layer);
      expect(layerFaults(written)).toEqual([]);
    }
  });

  it("are found faulty by the validator when they are", () => {
    expect(layerFaults({ ...BASE, sorting: 9 })).toEqual(["sorting"]);
    expect(layerFaults({ ...BASE, techniques: [{ techniqueID: "T1059", score: "5" }] })).toEqual(["techniques"]);
    expect(layerFaults({ name: "x" })).toEqual(["versions", "domain"]);
  });
});

const shared = join(__dirname, "..", "..", "..", "shared", "conformance", "navigator");
describe.skipIf(!existsSync(shared))("layers beside the project", () => {
  const samples = existsSync(shared) ? readdirSync(shared).filter((f) => f.endsWith(".json") && !/^(colors|aggregates)/.test(f)) : [];
  it.each(samples)("%s is read and written without a loss", (file) => {
    const json: unknown = JSON.parse(readFileSync(join(shared, file), "utf8"));
    const written = again(json);
    expect([written].flat().flatMap(layerFaults)).toEqual([]);
    expect(written).toMatchObject(json as object);
  });
});
