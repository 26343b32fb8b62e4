import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Folder } from "../../src/workbench/folder.mts";

const root = mkdtempSync(join(tmpdir(), "folder-"));
afterAll(() => { rmSync(root, { recursive: true, force: true }); });

describe("a folder served as a vault", () => {
  it.runIf(process.platform !== "win32")("leaves out names that no vault path can hold, and shows the others", async () => {
    for (const name of ["a.md", "back\\slash.md", "tab\there.md", ".hidden.md", "[[odd]] #name.md"]) writeFileSync(join(root, name), "x");
    const listed = (await (await Folder.open(root, false)).list()).map((entry) => entry.path).sort();
    expect(listed).toEqual(["[[odd]] #name.md", "a.md"]);
  });
});
