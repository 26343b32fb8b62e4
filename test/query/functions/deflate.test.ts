import { gunzipSync, inflateRawSync, inflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { deflate, gzip, zlib } from "../../../src/query/functions/deflate";
import { gunzip, inflate, unzlib } from "../../../src/query/functions/inflate";

/** Runs of noise and of repeats, which make short and long codes, near and far repeats. */
function sample(seed: number, size: number): Buffer {
  let state = seed;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 4294967296;
  const out = Buffer.alloc(size);
  for (let i = 0; i < size;) {
    const back = Math.floor(next() * Math.min(i, 40_000));
    const run = Math.min(size - i, 1 + Math.floor(next() ** 4 * 600));
    const copies = i > 0 && next() < 0.6;
    for (let end = i + run; i < end; i++) out[i] = copies ? out[i - back - 1] ?? 7 : Math.floor(next() ** 3 * 256);
  }
  return out;
}

const samples = [0, 1, 2, 3, 20, 300, 5000, 65_535, 65_536, 200_000].map((size, i) => ({ size, bytes: sample(i + 1, size) }));

for (const { size, bytes } of samples) {
  test(`law: the platform and we unpack what we pack, ${size} bytes`, () => {
    expect(inflateRawSync(deflate(bytes)).equals(bytes)).toBe(true);
    expect(inflateSync(zlib(bytes)).equals(bytes)).toBe(true);
    expect(gunzipSync(gzip(bytes)).equals(bytes)).toBe(true);
    for (const back of [inflate(deflate(bytes)), unzlib(zlib(bytes)), gunzip(gzip(bytes))]) {
      expect(Buffer.from(back ?? [1]).equals(bytes)).toBe(true);
    }
  });
}

test("law: never much longer than what was given", () => {
  for (const { size, bytes } of samples) expect(deflate(bytes).length).toBeLessThanOrEqual(size + 5 * (1 + Math.ceil(size / 65_535)));
});

test("what repeats becomes short", () => {
  expect(deflate(Buffer.alloc(60_000, "powershell -enc ")).length).toBeLessThan(400);
  expect(deflate(Buffer.alloc(300_000)).length).toBeLessThan(2000);
});
