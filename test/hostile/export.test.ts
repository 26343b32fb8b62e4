/** Tables written for other programs: no cell becomes a formula, a link, HTML or a second cell; texts come back whole. */
import { GFM, parser } from "@lezer/markdown";
import { describe, expect, it } from "vitest";
import { writeCsv, writeJsonRows, writeMarkdown } from "../../src/logs";
import { schemaOf, tableOf } from "../../src/table";

const SEED = 20_260_307;

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const PIECES = [
  "=", "+", "-", "@", "\t", "\r", "\n", "\r\n", "＝", "＠", "'", '"', ",", ";", "|", "\\", "`", "``", "*", "**", "_", "__", "~~",
  "[", "]", "[[", "]]", "(", ")", "![", "](x)", "<", ">", "<img src=x onerror=a()>", "<!--", "<b>", "&", "&lt;", "&#58;",
  "#", "#tag", "%%", "==", "^^", "^id", "$", ":", "::", "[k:: v]", "http://", "https://a.b/c", "www.a.b", "javascript:",
  "obsidian://open", "\ud800", "\udfff", "\u{1f600}", "\u2028", "\0", " ", "a", "b1", "1", ".", "!", "é", "{", "}", "---",
];

function texts(count: number): string[] {
  const next = random(SEED);
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + Math.floor(next() * 7) }, () => PIECES[Math.floor(next() * PIECES.length)]).join(""));
}

const two = (rows: readonly string[]) => tableOf(schemaOf({ s: "string", t: "string" }), rows.map((s) => [s, "end"]));

/** Records of a CSV text after RFC 4180. */
function records(csv: string): string[][] {
  const found: string[][] = [];
  let record: string[] = [];
  let at = 0;
  while (at < csv.length) {
    let cell = "";
    if (csv[at] === '"') {
      at++;
      for (;;) {
        const close = csv.indexOf('"', at);
        if (close < 0) throw new Error("a quote is not closed");
        cell += csv.slice(at, close);
        at = close + 1;
        if (csv[at] !== '"') break;
        cell += '"';
        at++;
      }
    } else {
      while (at < csv.length && csv[at] !== "," && csv[at] !== "\r") cell += csv[at++];
    }
    record.push(cell);
    if (csv[at] === ",") at++;
    else if (csv.startsWith("\r\n", at)) {
      at += 2;
      found.push(record);
      record = [];
    } else throw new Error(`neither a comma nor the end of a record at ${at}`);
  }
  return found;
}

const RUNS = /^[\s\0]*[=+\-@＝＋－＠]|^[\t\r\n]/;
const NUMBER = /^[+-]?\d+(\.\d+)?$/;

describe("CSV", () => {
  it.each([
    ["=HYPERLINK(\"http://x\")"], ["+cmd|' /C calc'!A0"], ["-2+3+cmd|' /C calc'!A0"], ["@SUM(1)"], ["\t=1"], ["\r=1"], ["\n=1"],
    ["＝1+1"], ["＋1"], ["－1"], ["＠x"], [" =1+1"], ["\0=1"],
  ])("does not let %j run", (text) => {
    const [, row] = records(writeCsv(two([text])));
    expect(row).toEqual([`'${text}`, "end"]);
  });

  it.each([["-1"], ["+3.25"], ["a=b"], ["x@y"], ["1-2"], [" a"], [""]])("leaves %j as it is", (text) => {
    expect(records(writeCsv(two([text])))[1]).toEqual([text, "end"]);
  });

  it("does not let a column's name run", () => {
    expect(records(writeCsv(tableOf(schemaOf({ "=1+1": "string" }), [["x"]])))[0]).toEqual(["'=1+1"]);
  });

  it("leaves negative numbers numbers, and neutralises what a dynamic holds", () => {
    const table = tableOf(schemaOf({ n: "long", r: "real", d: "dynamic" }), [[-5n, -0.5, "=1+1"]]);
    expect(records(writeCsv(table))[1]?.slice(0, 2)).toEqual(["-5", "-0.5"]);
    expect(records(writeCsv(table))[1]?.[2]).not.toMatch(RUNS);
  });

  it(`keeps any text in one cell that does not run (seed ${SEED})`, () => {
    const all = texts(3000);
    const [, ...rows] = records(writeCsv(two(all)));
    expect(rows).toHaveLength(all.length);
    rows.forEach((row, i) => {
      const [cell = "", end] = row;
      expect([row.length, end]).toEqual([2, "end"]);
      expect(RUNS.test(cell) && !NUMBER.test(cell), JSON.stringify(all[i])).toBe(false);
      expect(cell === all[i] || cell === `'${all[i] ?? ""}`, JSON.stringify(all[i])).toBe(true);
    });
  });
});

/** Nodes that a table of plain text has; `Escape` and `Entity` stand for characters. */
const PLAIN = new Set([
  "Document", "Table", "TableHeader", "TableDelimiter", "TableRow", "TableCell", "Escape", "Entity",
]);
const gfm = parser.configure(GFM);

/** The texts of a Markdown table's cells as a reader sees them; throws where anything is more than text. */
function cells(markdown: string): string[][] {
  const rows: string[][] = [];
  const tree = gfm.parse(markdown);
  if (tree.topNode.firstChild?.name !== "Table" || tree.topNode.firstChild.nextSibling !== null) throw new Error("not one table");
  tree.iterate({
    enter: (node) => {
      const source = markdown.slice(node.from, node.to);
      if (node.name === "HTMLTag" && source === "<br>") return;
      if (!PLAIN.has(node.name)) throw new Error(`${node.name}: ${JSON.stringify(source)}`);
      if (node.name === "TableHeader" || node.name === "TableRow") rows.push([]);
      if (node.name === "TableCell") rows[rows.length - 1]?.push(seen(source));
    },
  });
  return rows;
}

function seen(source: string): string {
  const named = new Map([["amp", "&"], ["lt", "<"]]);
  return source.replace(/\\([!-/:-@[-`{-~])|&(?:#(\d+)|(\w+));|<br>/g, (all, escaped?: string, code?: string, name?: string) =>
    escaped ?? (code !== undefined ? String.fromCodePoint(Number(code)) : name !== undefined ? named.get(name) ?? all : "\n"));
}

const lines = (text: string): string => text.replace(/\r\n|\r|\n|\u2028|\u2029/g, "\n");

describe("Markdown", () => {
  it.each([
    ["a | b"], ["a \\| b"], ["ends with \\"], ["`code`"], ["``a | b``"], ["<script>x()</script>"], ["<img src=x onerror=x()>"],
    ["[a](javascript:x())"], ["![[Secret]]"], ["[[Note|label]]"], ["<https://a.b>"], ["https://a.b/c"], ["www.a.b/c"], ["__bold__"],
    ["_a_ b"], ["**a**"], ["~~a~~"], ["&lt;b&gt;"], ["a\nb\r\nc"], ["<!-- x -->"], ["\\<b>"], ["a\\\\|b"],
    ["smb://host/share"], ["C:\\Windows\\|x"], ["{{x}}"],
  ])("shows %j as it is", (text) => {
    expect(cells(writeMarkdown(two([text])))).toEqual([["s", "t"], [lines(text), "end"]]);
  });

  it.each([
    ["a tag", "(#tag", /\(#tag/], ["a tag at the start", "#tag", /[^\\]#tag/], ["a comment", "%%x%%", /%%/], ["a highlight", "==x==", /==/],
    ["a field of the note", "[status:: done]", /::/], ["math", "$$x$$", /[^\\]\$/], ["an address of the app", "obsidian://open?vault=x", /:\/\//],
  ])("does not make %s", (_, text, source) => {
    const written = writeMarkdown(two([text]));
    expect(written).not.toMatch(source);
    expect(cells(written)[1]?.[0]).toBe(text);
  });

  it("shows a column's name as it is", () => {
    expect(cells(writeMarkdown(tableOf(schemaOf({ "a|b <i>": "string" }), [["x"]])))).toEqual([["a|b <i>"], ["x"]]);
  });

  it(`keeps any text in one cell, as text (seed ${SEED})`, () => {
    for (const text of texts(3000)) {
      let found: string[][] = [];
      try {
        found = cells(writeMarkdown(two([text])));
      } catch (problem) {
        throw new Error(`${JSON.stringify(text)}: ${String(problem)}`, { cause: problem });
      }
      expect(found[1]?.at(-1), JSON.stringify(text)).toBe("end");
      // A cell of blanks alone is no node of its own.
      if (found[1]?.length === 2) expect(found[1][0]?.trim(), JSON.stringify(text)).toBe(lines(text).trim());
      else expect(text.trim(), JSON.stringify(text)).toBe("");
    }
  });
});

describe("JSON", () => {
  it(`gives any text back, lone surrogates too (seed ${SEED})`, () => {
    const all = texts(3000);
    const written = writeJsonRows(two(all));
    expect((JSON.parse(written) as { s: string }[]).map((row) => row.s)).toEqual(all);
    // What cannot be encoded is escaped, or a file would hold another text.
    expect(new TextDecoder().decode(new TextEncoder().encode(written))).toBe(written);
    expect(written.split("\n")).toHaveLength(all.length + 3);
  });

  it("gives names and dynamics back, whatever they are called", () => {
    const names = ["__proto__", 'a"b', "\ud800", "</script>"];
    const table = tableOf(schemaOf({ [names[1] ?? ""]: "string", [names[2] ?? ""]: "string", d: "dynamic" }),
      [["x", "y", new Map<string, bigint | string>([["__proto__", 1n], ["\udfff", "\ud800"]])]]);
    const written = writeJsonRows(table);
    expect(new TextDecoder().decode(new TextEncoder().encode(written))).toBe(written);
    const [row] = JSON.parse(written) as Record<string, unknown>[];
    expect(Object.keys(row ?? {})).toEqual([names[1], names[2], "d"]);
    expect(Object.entries(row?.["d"] ?? {})).toEqual([["__proto__", 1], ["\udfff", "\ud800"]]);
  });
});
