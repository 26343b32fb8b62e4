import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { gunzip, inflate, unzlib } from "../../../src/query/functions/inflate";

const samples = [0, 1, 10, 300, 70_000].flatMap((size) => [
  Buffer.alloc(size, "abcabcabd"),
  Buffer.from(Array.from({ length: size }, (_, i) => (Math.imul(i, 2654435761) >>> 13) & 255)),
]);

test("law: unpacks what the platform packs, at every level", () => {
  for (const sample of samples) {
    for (const level of [0, 1, 9]) {
      expect(Buffer.from(inflate(deflateRawSync(sample, { level })) ?? []).equals(sample)).toBe(true);
      expect(Buffer.from(unzlib(deflateSync(sample, { level })) ?? []).equals(sample)).toBe(true);
      expect(Buffer.from(gunzip(gzipSync(sample, { level })) ?? []).equals(sample)).toBe(true);
    }
  }
});

test("bad, cut and boasting bytes give nothing", () => {
  const good = deflateRawSync(Buffer.alloc(5000, "hello"));
  for (let cut = 0; cut < good.length; cut++) expect(inflate(good.subarray(0, cut))).toBeNull();
  for (let seed = 0; seed < 500; seed++) {
    const noise = Uint8Array.from({ length: 60 }, (_, i) => (Math.imul(seed * 61 + i, 2246822519) >>> 11) & 255);
    expect(() => [inflate(noise), unzlib(noise), gunzip(noise)]).not.toThrow();
  }
  expect(inflate(deflateRawSync(Buffer.alloc(20_000_000)))).toBeNull();
});
