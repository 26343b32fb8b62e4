import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { md5, sha1, sha256, xxHash64 } from "../../../src/query/functions/hash";

test("law: digests agree with the platform's on messages of every length around a block", () => {
  for (let length = 0; length <= 200; length++) {
    const message = Uint8Array.from({ length }, (_, i) => (i * 31 + length) & 255);
    for (const [name, fn] of [["md5", md5], ["sha1", sha1], ["sha256", sha256]] as const) {
      expect(fn(message), `${name} of ${length} bytes`).toBe(createHash(name).update(message).digest("hex"));
    }
  }
});

test("xxHash64 of known texts", () => {
  const hash = (text: string): string => BigInt.asUintN(64, xxHash64(new TextEncoder().encode(text))).toString(16);
  expect(hash("")).toBe("ef46db3751d8e999");
  expect(hash("a")).toBe("d24ec4f1a98c6e5b");
  expect(hash("abc")).toBe("44bc2cf5ad770999");
  expect(hash("Nobody inspects the spammish repetition")).toBe("fbcea83c8a378bf1");
});
