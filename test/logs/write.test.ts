import { describe, expect, it } from "vitest";
import { writeCsv, writeJsonRows, writeMarkdown } from "../../src/logs";
import { datetime, schemaOf, tableOf } from "../../src/table";
import { read } from "./rows-of";

const table = tableOf(
  schemaOf({ t: "datetime", n: "long", r: "real", s: "string", d: "dynamic", b: "bool" }),
  [
    [datetime(0n), 9223372036854775807n, 0.5, 'say "hi", you', new Map([["k", 9007199254740993n]]), true],
    [null, null, null, "", null, null],
  ],
);

describe("write", () => {
  it("CSV", () => {
    expect(writeCsv(table)).toBe(
      't,n,r,s,d,b\r\n0001-01-01T00:00:00.0000000Z,9223372036854775807,0.5,"say ""hi"", you","{""k"":9007199254740993}",true\r\n,,,,,\r\n',
    );
  });
  it("CSV that is read again gives the same cells", () => {
    const again = read(writeCsv(table));
    expect(again.types).toEqual({ t: "datetime", n: "long", r: "real", s: "string", d: "dynamic", b: "bool" });
    expect(again.cell(0, "n")).toBe(9223372036854775807n);
    expect(again.all("d")).toEqual(['{"k":9007199254740993}', ""]);
    expect(again.all("s")).toEqual(['say "hi", you', ""]);
  });
  it("JSON keeps longs exact", () => {
    expect(writeJsonRows(table)).toContain('{"t":"0001-01-01T00:00:00.0000000Z","n":9223372036854775807,"r":0.5,"s":"say \\"hi\\", you","d":{"k":9007199254740993},"b":true}');
    expect(read(writeJsonRows(table)).rows).toBe(2);
  });
  it("Markdown", () => {
    expect(writeMarkdown(table, { columns: ["n", "s"], maxRows: 1 })).toBe('| n | s |\n| ---: | --- |\n| 9223372036854775807 | say "hi", you |\n');
  });
  it.each([["-1", "-1"], ["-x", "'-x"], ["+1.5", "+1.5"], ["=A1", "'=A1"], ["\tx", "'\tx"], ["a=b", "a=b"]])("a text %j in CSV is %j", (text, cell) => {
    expect(writeCsv(tableOf(schemaOf({ s: "string" }), [[text]]))).toBe(`s\r\n${cell}\r\n`);
  });
  it("an empty table", () => {
    const empty = tableOf(schemaOf({ a: "string" }), []);
    expect([writeCsv(empty), writeMarkdown(empty), writeJsonRows(empty)]).toEqual(["a\r\n", "| a |\n| --- |\n", "[]\n"]);
  });
});
