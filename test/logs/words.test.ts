/** Cells are kept as characters and read when they are asked for: what comes out is what went in, on random cells. */
import { describe, expect, it } from "vitest";
import { readJson, writeJson } from "../../src/base";
import type { Json } from "../../src/base";
import { readLogsNow } from "../../src/logs";
import { Nested } from "../../src/logs/nested";
import { RawColumn } from "../../src/logs/rows";
import { AS_JSON, AS_NUMBER, AS_TEXT, hashOf, Words } from "../../src/logs/words";
import { cellAt, printValue } from "../../src/table";
import type { Value } from "../../src/table";

function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

type Next = (below: number) => number;
const one = <T>(next: Next, of: readonly T[]): T => of[next(of.length)]!;
const units = (text: string): Uint16Array => Uint16Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));

const TEXTS = ["", "a", "ä", "€", "😀", "\ud800", 'say "hi"', "back\\slash", "tab\there", "\u0000\u001f", "plain words of some length", "x".repeat(5000), "é".repeat(9000)];

function json(next: Next, depth = 0): unknown {
  switch (next(depth > 3 ? 6 : 8)) {
    case 0: return null;
    case 1: return next(2) === 0;
    case 2: return next(2000) - 1000;
    case 3: return next(1e6) / 7;
    case 4: case 5: return one(next, TEXTS);
    case 6: return Array.from({ length: next(4) }, () => json(next, depth + 1));
    default: return Object.fromEntries(Array.from({ length: next(4) }, (_, i) => [`${one(next, ["k", "né", "a b", "q\"", ""])}${i}`, json(next, depth + 1)]));
  }
}

describe("words of a column", () => {
  it("come out as they went in, however they were kept", () => {
    for (let seed = 1; seed <= 30; seed++) {
      const next = random(seed);
      const words = new Words(seed % 2 === 0);
      const expected: Value[] = [null];
      const put = (code: number, value: Value) => {
        if (code === expected.length) expected.push(value);
        expect(expected[code], `seed ${seed}`).toEqual(value);
      };
      for (let n = 0; n < 400; n++) {
        const text = next(3) === 0 ? one(next, TEXTS) : `word ${next(150)}`;
        const whole = `${text}"`;
        switch (next(4)) {
          case 0: put(words.text(text), text); break;
          case 1: put(words.code(units(whole), 0, text.length, hashOf(units(whole), 0, text.length), AS_TEXT), text); break;
          case 2: {
            const literal = one(next, ["0", "-0", "12", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "1.5", "1e3", "2E-2", `${next(50)}`]);
            put(words.code(units(literal), 0, literal.length, hashOf(units(literal), 0, literal.length), AS_NUMBER), readJson(literal).value!);
            break;
          }
          default: {
            const nested = JSON.stringify({ a: json(next) });
            put(words.code(units(nested), 0, nested.length, hashOf(units(nested), 0, nested.length), AS_JSON), readJson(nested).value!);
          }
        }
      }
      expected.forEach((value, code) => { expect(words.one(code), `seed ${seed}`).toEqual(value); });
      const seen: Value[] = [null];
      words.each((value, code) => { seen[code] = value; });
      expect(seen).toEqual(expected);
      expect(words.all()).toEqual(expected);
      expect(words.text("something that comes late")).toBe(expected.length);
      expect(words.one(expected.length)).toBe("something that comes late");
    }
  });

  it("share a code when they are equal, also very many of them", () => {
    const column = new RawColumn("c");
    for (let row = 0; row < 60_000; row++) column.text(row, `word ${row % 5000}`);
    expect(column.words.count).toBe(5001);
    for (const row of [0, 4999, 5000, 59_999]) expect(column.cell(row)).toBe(`word ${row % 5000}`);
  });

  it("that never repeat are no longer looked for, and are there all the same", () => {
    const column = new RawColumn("c");
    for (let row = 0; row < 20_000; row++) column.text(row, row < 15_000 ? `word ${row}` : "again");
    expect(column.words.count).toBeGreaterThan(15_100);
    for (const row of [0, 8192, 14_999, 15_000, 19_999]) expect(column.cell(row)).toBe(row < 15_000 ? `word ${row}` : "again");
  });

  it("do not slow each other down when their hashes are made to agree", () => {
    const words = new Words(false);
    // All with one hash, as an attacker who knew it would have them.
    for (let i = 0; i < 20_000; i++) {
      const text = units(`${i}`);
      expect(words.one(words.code(text, 0, text.length, 12345, AS_TEXT))).toBe(`${i}`);
    }
  });
});

describe("nested values that are gone over", () => {
  it("end where the exact reader ends, and are those that it takes without a word", () => {
    const nested = new Nested();
    for (let seed = 1; seed <= 3000; seed++) {
      const next = random(seed);
      let text = JSON.stringify(next(2) === 0 ? { a: json(next) } : [json(next)], undefined, next(3));
      const whole = next(2) === 0;
      for (let n = whole ? 0 : 1 + next(2); n > 0; n--) {
        const at = next(text.length);
        text = text.slice(0, at) + one(next, ["", '"', "{", "}", "[", "]", ",", ":", "\\", "\n", "1", "-", "tru", "e", " ", "0"]) + text.slice(at + next(2));
      }
      const before = one(next, ["", "x,"]);
      const all = `${before}${text} ,"rest`;
      if (all[before.length] !== "{" && all[before.length] !== "[") continue;
      const read = readJson(all, before.length, { more: true });
      const over = nested.over(units(all), before.length, all.length);
      if (whole) expect(over, `seed ${seed}: ${text.slice(0, 200)}`).toBe(true);
      if (!over) continue;
      expect(read.diagnostics, `seed ${seed}: ${text.slice(0, 200)}`).toEqual([]);
      expect(nested.end).toBe(read.end);
      expect(nested.hash).toBe(hashOf(units(all), before.length, nested.end));
    }
  });
});

describe("events", () => {
  it("hold what JSON's own reader finds in them", () => {
    for (let seed = 1; seed <= 60; seed++) {
      const next = random(seed);
      const events = Array.from({ length: 1 + next(20) }, () => Object.fromEntries(["a", "b", "c", "d"].filter(() => next(4) > 0).map((name) =>
        [name, name === "d" ? { x: json(next), y: next(5) } : name === "c" ? next(1000) : json(next, 4)])));
      const lines = events.map((event) => JSON.stringify(event));
      const logs = readLogsNow(lines.join("\n"), { map: false, format: "ndjson" });
      logs.table.schema.columns.forEach(({ name, type }, i) => {
        lines.forEach((line, row) => {
          const cell = (readJson(line).value as ReadonlyMap<string, Json>).get(name) ?? null;
          // What types make of cells that disagree is not the matter here.
          if (type === "string" && typeof cell !== "string") return;
          const found = cellAt(logs.table, row, i) ?? null;
          if (type === "dynamic" || type === "string") expect(writeJson(found as Json), `seed ${seed}`).toBe(writeJson(cell));
          else if (type === "real" && cell !== null) expect(found, `seed ${seed}`).toBe(Number(cell));
          else expect(printValue(found), `seed ${seed}`).toBe(printValue(cell));
        });
      });
    }
  });
});
