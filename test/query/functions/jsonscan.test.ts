import { describe, expect, it } from "vitest";
import { parseJson } from "../../../src/query/functions/dynamic";
import { step } from "../../../src/query/functions/jsonpath";
import type { PathStep } from "../../../src/query/functions/jsonpath";
import { UNSURE, scanJson } from "../../../src/query/functions/jsonscan";
import { seeded } from "../../../src/query/engine/run";
import { textsAt } from "../../../src/query/functions/jsontext";
import { builder, columnOf, printJson, printValue, valueAt } from "../../../src/table";
import type { Value, WordColumn } from "../../../src/table";

const slow = (text: string, path: readonly PathStep[]): Value => path.reduce<Value>(step, parseJson(text));
const shown = (value: Value): string => printJson(value);

describe("the value at a path of a JSON text", () => {
  it.each<[string, PathStep[], string]>([
    ['{"a":1}', ["a"], "1"],
    ['{"a":{"b":[10,{"c":"x"}]},"d":2}', ["a", "b", 1, "c"], '"x"'],
    ['{"a":1,"a":2}', ["a"], "2"],
    ['{"a":{"b":1},"a":{}}', ["a", "b"], "null"],
    ['{"a":{"b":1},"a":3}', ["a", "b"], "null"],
    ['{ "a" : [ ] , "b" : 9223372036854775807 } ', ["b"], "9223372036854775807"],
    ['[{"a":1},{"a":2}]', [1, "a"], "2"],
    ['{"ab":1}', ["a"], "null"],
    ['{"x":"a"}', ["a"], "null"],
  ])("%s at %j is %s", (text, path, expected) => {
    const found = scanJson(text, path);
    expect(found).not.toBe(UNSURE);
    expect(shown(found as Value)).toBe(expected);
  });

  it.each(['{"a":1', '{"a":1}}', '{"a":01}', '{"a":tru}', '{"a" 1}', "{'a':1}", '{"a":1,}', '["a",]', '{"a":"\u0001"}', '{"a":"\\x"}', '{"\\u0061":1}', "a", ""])(
    "is left to the reader where the text is odd: %s", (text) => {
      expect(scanJson(text, ["a"])).toBe(UNSURE);
    });

  it("law: is what reading all of it would give, where it says anything", () => {
    const seed = Date.now() % 100_000;
    const random = seeded(seed);
    const below = (n: number) => Math.floor(random() * n);
    const scalars = ["1", "-0", "2.5e3", "true", "null", '"a"', '"b\\"c"', '""', "9007199254740993", "nul", "1.", "\u00e9", '"\u00e9"', "-"];
    const text = (depth: number): string => {
      const kind = depth > 3 ? 0 : below(3);
      const gap = below(5) === 0 ? " " : "";
      if (kind === 0) return scalars[below(random() < 0.9 ? 9 : scalars.length)]!;
      const items = Array.from({ length: below(4) }, () => (kind === 1 ? `"${"abc"[below(3)]!}"${gap}:${text(depth + 1)}` : text(depth + 1)));
      const whole = kind === 1 ? `{${items.join(`,${gap}`)}${gap}}` : `[${items.join(",")}]`;
      return random() < 0.02 ? whole.slice(0, -1) : whole;
    };
    let sure = 0;
    for (let i = 0; i < 20_000; i++) {
      const json = text(0);
      const path = Array.from({ length: 1 + below(3) }, (): PathStep => (random() < 0.7 ? "abc"[below(3)]! : below(3) - (random() < 0.1 ? 2 : 0)));
      const whole = slow(json, path);
      const texts = textsAt(columnOf("string", json) as WordColumn, path, () => whole, undefined);
      expect(valueAt(texts, 0), `seed ${seed}: ${json} at ${JSON.stringify(path)}`).toBe(printValue(whole));
      const found = scanJson(json, path);
      if (found === UNSURE) continue;
      sure++;
      expect(shown(found), `seed ${seed}: ${json} at ${JSON.stringify(path)}`).toBe(shown(whole));
    }
    expect(sure).toBeGreaterThan(8000);
  });

  it("gives each text at a path its code once, whatever stands there", () => {
    const out = builder("string");
    const cells = ["x", "long enough to be cut out", "x", 1, null, true, "", { b: 1 }, "q\"", "x"];
    for (let i = 0; i < 500; i++) out.pushWord(JSON.stringify({ k: i, a: i < cells.length ? cells[i] : `v${i % 90}` }));
    const column = textsAt(out.finish() as WordColumn, ["a"], (text) => slow(text, ["a"]), undefined) as WordColumn;
    const texts = Array.from({ length: 12 }, (_, i) => valueAt(column, i));
    expect(texts).toEqual(["x", "long enough to be cut out", "x", "1", "", "true", "", '{"b":1}', 'q"', "x", "v10", "v11"]);
    expect(valueAt(column, 499)).toBe("v49");
    expect(new Set(column.words).size).toBe(column.words.length);
  });
});
