import { expect, it } from "vitest";
import { DEFAULT_SETTINGS, readSettings, vaultNames } from "../../src/obsidian/settings";

it.each([[undefined], [
  null,
], [3], ["x"], [[]], [{ dataview: "always", limitRows: -1, limitSeconds: 1.5, strip: "yes", ruleFolders: 7 }]])(
  "falls back to the defaults for %j", (stored) => { expect(readSettings(stored)).toEqual(DEFAULT_SETTINGS); },
);

it("keeps what is right beside what is wrong", () => {
  expect(readSettings({ strip: false, limitRows: "many", dataview: "never" })).toEqual(
    { ...DEFAULT_SETTINGS, strip: false, dataview: "never" },
  );
});

it("splits folders and tags, and takes what people write around them off", () => {
  const names = vaultNames(
    { ...DEFAULT_SETTINGS, ruleFolders: " /Rules/ , Hunting/KQL/,,", ruleTags: "#rule, detection/rule" },
  );
  expect(names.ruleFolders).toEqual(["Rules", "Hunting/KQL"]);
  expect(names.ruleTags).toEqual(["rule", "detection/rule"]);
});
