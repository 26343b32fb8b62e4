import { describe, expect, it } from "vitest";
import { PerWord } from "../../../src/query/engine/per-word";
import { seeded } from "../../../src/query/engine/run";
import { builder, coerce, columnOf, printValue, slice, valueAt, wordAt } from "../../../src/table";
import type { Column, ScalarType, Value, WordColumn } from "../../../src/table";

function texts(list: readonly string[]): WordColumn {
  const out = builder("string");
  for (const text of list) out.push(text);
  return out.finish() as WordColumn;
}
const cells = (column: Column): Value[] => Array.from({ length: column.length }, (_, row) => valueAt(column, row));
/** A scale of a decimal may differ with the batch, what is printed not. */
const printed = (values: readonly Value[]) => values.map(printValue);

/** The texts as values of a type, null for what has none; tells which words were asked for. */
function computing(type: ScalarType, asked: string[]) {
  return (column: WordColumn): Column => {
    const out = builder(type);
    for (let row = 0; row < column.length; row++) {
      const word = wordAt(column, row);
      asked.push(word);
      out.push(coerce(type === "string" ? `${word}!` : word, type));
    }
    return out.finish();
  };
}

describe("expressions of one text column", () => {
  it("are computed once per word, over all batches of a dictionary", () => {
    const asked: string[] = [];
    const perWord = new PerWord("string", computing("string", asked));
    const words = texts(Array.from({ length: 1000 }, (_, i) => `w${i % 7}`));
    for (let at = 0; at < 1000; at += 100) {
      expect(valueAt(perWord.of(slice(words, at, at + 100) as WordColumn), 0)).toBe(`w${at % 7}!`);
    }
    expect(asked.sort()).toEqual(["w0", "w1", "w2", "w3", "w4", "w5", "w6"]);
  });

  it("do not fill a memory for a few rows of a large dictionary", () => {
    const asked: string[] = [];
    const perWord = new PerWord("bool", computing("bool", asked));
    const words = texts(Array.from({ length: 5000 }, (_, i) => (i === 4321 ? "true" : String(i))));
    const few = { ...words, codes: Uint32Array.of(4321, 1, 1), length: 3 };
    expect(cells(perWord.of(few))).toEqual([true, true, true]);
    expect(asked).toEqual(["true", "1", "1"]);
  });

  it("may have one value for all words", () => {
    const perWord = new PerWord("long", () => columnOf("long", 7n));
    expect(cells(perWord.of(texts(["a", "b", "a"])))).toEqual([7n, 7n, 7n]);
  });

  it("law: have the values that they have without a memory, whatever the batches", () => {
    const seed = Date.now() % 100_000;
    const random = seeded(seed);
    const pool = ["1", "0", "-7", "2.5", "true", "false", "", "x", "2024-01-01", "3d", "6f9619ff-8b86-d011-b42d-00c04fc964ff", "9223372036854775807"];
    for (const type of ["bool", "int", "long", "real", "decimal", "string", "guid", "datetime", "timespan", "dynamic"] as const) {
      const column = texts(Array.from({ length: 300 }, () => pool[Math.floor(random() * pool.length)]!));
      const expected = cells(computing(type, [])(column));
      for (const size of [1, 7, 128, 300]) {
        const perWord = new PerWord(type, computing(type, []));
        const found: Value[] = [];
        for (let at = 0; at < 300; at += size) found.push(...cells(perWord.of(slice(column, at, Math.min(300, at + size)) as WordColumn)));
        expect(printed(found), `${type} in batches of ${size}, seed ${seed}`).toEqual(printed(expected));
      }
    }
  });
});
