import { describe, expect, test } from "vitest";
import { error, warning } from "../../src/base";
import { takenNames } from "../../src/ui/taken-names";

const text = "T | project AwsRegion, Name, AwsRegion";
const at = (word: string, nth = 0) => {
  const from = nth === 0 ? text.indexOf(word) : text.lastIndexOf(word);
  return { from, to: from + word.length };
};
const fixed = (word: string, insert: string, nth = 0) => ({ fix: { title: "Replace", edits: [{ span: at(word, nth), insert }] } });

describe("names taken for others", () => {
  test("are told once each, in the order of the text", () => {
    const found = [
      warning("kql-name-case", "", at("AwsRegion"), fixed("AwsRegion", "AWSRegion")),
      warning("kql-name-case", "", at("Name"), fixed("Name", "name")),
      warning("kql-name-case", "", at("AwsRegion", 1), fixed("AwsRegion", "AWSRegion", 1)),
    ];
    expect(takenNames({ text, diagnostics: found })).toEqual([{ written: "AwsRegion", taken: "AWSRegion" }, { written: "Name", taken: "name" }]);
  });
  test("are none in a strict run, and none for other warnings", () => {
    expect(takenNames({ text, diagnostics: [error("kql-name-case", "", at("AwsRegion"), fixed("AwsRegion", "AWSRegion"))] })).toEqual([]);
    expect(takenNames({ text, diagnostics: [warning("kql-value-never", "", at("Name"), fixed("Name", "x"))] })).toEqual([]);
  });
});
