/** A text that comes in pieces is the same table, with the same findings, as the text at once: on random texts, however they are cut. */
import { describe, expect, it } from "vitest";
import { readLogs, readLogsNow } from "../../src/logs";
import type { Bytes, ReadLogs } from "../../src/logs";
import { ByteText } from "../../src/logs/bytes";
import { readPieces } from "../../src/logs/read";
import { cellAt, printValue } from "../../src/table";
import { Pace, Stopped } from "../../src/base";

/** Random numbers from a seed, so that a failure can be repeated. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

type Next = () => number;
const below = (next: Next, n: number): number => Math.floor(next() * n);
const one = <T>(next: Next, of: readonly T[]): T => of[below(next, of.length)]!;

const WORDS = ["a", "", "long enough to be a piece of its text", "é", "€ and 😀", 'say "hi"', "back\\slash", "two\nlines", "tab\t", "{", "}],", "x,y", "2024-05-01T00:00:00Z", "a much longer text ".repeat(20)];
const NAMES = ["id", "name", "Records", "value", "time", "a b", "n😀", "events", "tables"];

function value(next: Next, depth: number): unknown {
  switch (below(next, depth > 2 ? 5 : 8)) {
    case 0: return null;
    case 1: return next() < 0.5;
    case 2: return below(next, 5000) - 1000;
    case 3: return next() * 1e6;
    case 4: return one(next, WORDS);
    case 5: return Array.from({ length: below(next, 4) }, () => value(next, depth + 1));
    default: return object(next, depth + 1);
  }
}

function object(next: Next, depth: number): Record<string, unknown> {
  return Object.fromEntries(Array.from({ length: below(next, 6) }, () => [one(next, NAMES), value(next, depth)]));
}

/** Knocks characters out of a text and puts others in. */
function damage(next: Next, text: string, times: number): string {
  for (let n = 0; n < times; n++) {
    const at = below(next, text.length);
    text = text.slice(0, at) + one(next, ["", '"', "{", "}", "[", "]", ",", "\n", "\\", ":", "tru", "-", "\0", "é"]) + text.slice(at + below(next, 3));
  }
  return text;
}

const csvCell = (next: Next, cut: string): string => {
  const word = one(next, [...WORDS, "1", "2.5", "true"]);
  return next() < 0.2 ? word.replaceAll("\n", " ") : new RegExp(`["\n${cut}]`).test(word) || next() < 0.2 ? `"${word.replaceAll('"', '""')}"` : word;
};

/** Texts of one kind. */
const KINDS: Readonly<Record<string, (next: Next) => string>> = {
  "JSON lines": (next) => Array.from({ length: 1 + below(next, 12) }, () => JSON.stringify(object(next, 0))).join(one(next, ["\n", "\r\n", "", ",\n"])),
  "a list": (next) => JSON.stringify(Array.from({ length: below(next, 12) }, () => (next() < 0.9 ? object(next, 0) : value(next, 0)))),
  "a list on many lines": (next) => JSON.stringify(Array.from({ length: below(next, 8) }, () => object(next, 0)), undefined, 2),
  "lists, one behind the other": (next) => Array.from({ length: 1 + below(next, 3) }, () => JSON.stringify([object(next, 0), object(next, 0)], undefined, below(next, 2))).join("\n"),
  "wrapped lists": (next) => Array.from({ length: 1 + below(next, 3) }, () =>
    JSON.stringify({ next: "x", [one(next, ["Records", "value", "events"])]: [object(next, 0), object(next, 0)], rest: value(next, 1), records: [object(next, 0)] }, undefined, below(next, 2))).join("\n"),
  "the answer of a query service": (next) => JSON.stringify({ tables: [{ name: "P", columns: [{ name: "a" }, { name: "b" }], rows: Array.from({ length: 5 }, () => [value(next, 1), value(next, 1)]) }] }),
  "values that are no events": (next) => Array.from({ length: 6 }, () => JSON.stringify(value(next, 1))).join(" "),
  "CSV": (next) => {
    const cut = one(next, [",", "\t", ";", "|"]);
    const line = (n: number, cell: () => string) => Array.from({ length: n }, cell).join(cut);
    const width = 2 + below(next, 4);
    let n = 0;
    return [line(width, () => one(next, [`column${n++}`, "name", "id"])), ...Array.from({ length: below(next, 15) }, () =>
      line(next() < 0.9 ? width : below(next, 8), () => csvCell(next, cut)))].join(one(next, ["\n", "\r\n"])) + one(next, ["", "\n", "\n\n"]);
  },
  "lines": (next) => Array.from({ length: 1 + below(next, 10) }, () => `May ${below(next, 30)} host: ${one(next, WORDS).replaceAll("\n", " ")}`).join(one(next, ["\n", "\r\n"])),
};

const wellFormed = (text: string): string => new TextDecoder("utf-8", { ignoreBOM: true }).decode(new TextEncoder().encode(text));

/** All that a reading says, for comparison. */
function said(logs: ReadLogs): unknown {
  const columns = logs.table.schema.columns;
  // Of a long table a part.
  const step = logs.rows > 1000 ? 37 : 1;
  return {
    count: logs.rows,
    name: logs.name, format: logs.format, mapping: logs.mapping, candidates: logs.candidates, newest: logs.newest, schema: logs.table.schema,
    rows: Array.from({ length: Math.ceil(logs.rows / step) }, (_, n) => columns.map((__, i) => printValue(cellAt(logs.table, n * step, i) ?? null))),
    diagnostics: logs.diagnostics,
  };
}

/** The pieces in which bytes come when they are cut anywhere. */
async function pieces(next: Next, text: string, most: number): Promise<string[]> {
  const bytes = new TextEncoder().encode(text);
  const cut: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 1 + below(next, most);
    cut.push(bytes.subarray(at, end));
    at = end;
  }
  const texts = new ByteText(bytesOf(cut), undefined, 1 + below(next, most));
  const all: string[] = [];
  while (!texts.ended) all.push(await texts.next());
  return all;
}

function bytesOf(parts: readonly Uint8Array[], onRead?: (n: number) => void): Bytes {
  return {
    size: parts.reduce((n, part) => n + part.length, 0),
    async *stream() {
      let n = 0;
      for (const part of parts) {
        onRead?.(++n);
        yield await Promise.resolve(part);
      }
    },
  };
}

describe("texts in pieces", () => {
  for (const [name, make] of Object.entries(KINDS)) {
    it(`${name}: the same however they are cut`, async () => {
      for (let seed = 1; seed <= 60; seed++) {
        const next = random(seed * 7919);
        const good = one(next, ["", "\uFEFF", "\n ", "# table=My_CL\n"]) + make(next);
        // Half a character is nothing that bytes can say.
        const text = wellFormed(seed % 3 === 0 ? good : damage(next, good, 1 + below(next, 4)));
        const whole = said(readLogsNow(text));
        for (const most of [1, 5, 40, 400]) {
          const cut = await pieces(next, text, most);
          expect(cut.join(""), `seed ${seed}`).toBe(text);
          expect(said(readPieces(cut)), `seed ${seed}, pieces of at most ${most}: ${JSON.stringify(text)}`).toEqual(whole);
        }
      }
    }, 60_000);
  }

  it("decodes broken characters as they are decoded at once", async () => {
    for (let seed = 1; seed <= 300; seed++) {
      const next = random(seed);
      const bytes = Uint8Array.from({ length: below(next, 60) }, () => one(next, [65, 0x80, 0xbf, 0xc3, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 0xff, 0xed, 0xa0]));
      const parts = Array.from(bytes, (b) => Uint8Array.of(b));
      const texts = new ByteText(bytesOf(parts), undefined, 1);
      let text = "";
      while (!texts.ended) text += await texts.next();
      expect(text, `seed ${seed}`).toBe(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes));
    }
  });

  it("reads UTF-16 with a byte order mark", async () => {
    const text = "\uFEFFname,id\né😀,1\n";
    for (const swap of [false, true]) {
      const bytes = Uint8Array.from([...text].flatMap((c) => [...c].join("").split("")).flatMap((c) => {
        const code = c.charCodeAt(0);
        return swap ? [code >> 8, code & 255] : [code & 255, code >> 8];
      }));
      const texts = new ByteText(bytesOf(Array.from({ length: bytes.length }, (_, i) => bytes.subarray(i, i + 1))), undefined, 3);
      let read = "";
      while (!texts.ended) read += await texts.next();
      expect(read).toBe(text);
    }
  });
});

describe("long files", () => {
  const line = (i: number) => `{"time":"2024-05-01T00:00:00Z","id":${i},"name":"some name that is long, number ${i}","more":{"a":[${i},"é"]}}\n`;
  const long = Array.from({ length: 110_000 }, (_, i) => (i % 20_000 === 7 ? "{oops\n" : line(i))).join("");
  const parts = (text: string) => {
    const bytes = new TextEncoder().encode(text);
    return Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_, i) => bytes.subarray(i * 65_536, (i + 1) * 65_536));
  };

  it("are the same table as their text, and tell how far they are", async () => {
    const told: number[] = [];
    const cut = parts(long);
    const logs = await readLogs(bytesOf(cut), { onProgress: ({ read, size }) => told.push(read / size) });
    expect(cut.length * 65_536).toBeGreaterThan(8 << 20);
    expect(said(logs)).toEqual(said(readLogsNow(long)));
    expect(logs.diagnostics.map((d) => d.message)).toEqual([8, 20008, 40008, 60008, 80008, 100008].map((n) => expect.stringMatching(`^Line ${n}: `) as string));
    expect(told.length).toBeGreaterThan(2);
    expect([...told].sort((a, b) => a - b)).toEqual(told);
    expect(told.at(-1)).toBe(1);
  });

  it("can be stopped, and are then read no further", async () => {
    const abort = new AbortController();
    let time = 0;
    let read = 0;
    const pace = new Pace({ clock: () => (time += 20), pause: () => { abort.abort(); return Promise.resolve(); }, signal: abort.signal });
    const cut = parts(long + long);
    await expect(readLogs(bytesOf(cut, (n) => { read = n; }), { pace })).rejects.toBeInstanceOf(Stopped);
    expect(read).toBeLessThan(cut.length);
  });

  it.each<[string, (n: number) => string, string]>([
    ["an event", (n) => `{"a":1}\n{"a":"${"x".repeat(n)}"}\n{"a":3}\n`, "json-broken-event"],
    ["an event in a list", (n) => `[{"a":1},{"a":"${"x".repeat(n)}"},{"a":3}]`, "json-broken-event"],
    ["a string without end", (n) => `{"a":1}\n{"a":"${"x".repeat(n)}\n{"a":3}\n`, "json-broken-event"],
    ["a nested value", (n) => `{"a":1}\n{"a":[${"1,".repeat(n / 2)}1]}\n{"a":3}\n`, "json-broken-event"],
    ["a line of CSV", (n) => `a,b\n1,2\n${"x".repeat(n)},5\n3,4\n`, "csv-open-quote"],
    ["a line of text", (n) => `May 1 x\nMay 2 ${"x".repeat(n)}\nMay 3 y\n`, "logs-long-line"],
  ])("%s beyond all measure is told and left out", (_, make, code) => {
    const text = make(60_000);
    const cut = Array.from({ length: Math.ceil(text.length / 1000) }, (__, i) => text.slice(i * 1000, (i + 1) * 1000));
    const logs = readPieces(cut, { longestEvent: 10_000 });
    expect(logs.rows).toBe(2);
    expect(logs.diagnostics.filter((d) => d.severity === "error").map((d) => d.code)).toEqual([code]);
  });
});
