/** A note's text → what stands in it: one case a line. */
import { describe, expect, it } from "vitest";
import { readNote } from "../../src/vault";
import type { Note } from "../../src/vault";

const read = (text: string): Note => readNote({ path: "Folder/Note.md" }, text);
const tags = (text: string): string[] => read(text).tags.map((t) => t.name);
const links = (text: string): string[] => read(text).links.map((l) =>
  `${l.embed ? "!" : ""}${l.target}${l.subpath === undefined ? "" : `#${l.subpath}`}${l.label === undefined ? "" : `|${l.label}`}${l.external ? " (out)" : ""}`);

describe("properties", () => {
  it.each<[string, string, unknown]>([
    ["plain", "---\na: 1\n---\nx", [["a", 1]]], ["CRLF", "---\r\na: 1\r\n---\r\nx", [["a", 1]]], ["BOM", "\ufeff---\na: 1\n---\nx", [["a", 1]]], ["blanks behind the line", "---  \na: 1\n--- \t\nx", [["a", 1]]],
    ["nothing else", "---\na: 1\n---", [["a", 1]]], ["empty", "---\n---\nx", []], ["a comment alone", "---\n# c\n---\n", []],
    ["not on the first line", "\n---\na: 1\n---\n", []], ["indented", " ---\na: 1\n---\n", []], ["a ruler", "---\n\nText\n", []],
  ])("%s", (_, text, expected) => {
    const note = read(text);
    expect([...note.properties]).toEqual(expected);
  });

  it("end at a line that is `---` and nothing else", () => {
    const text = "---\na: 1\n----\n--- x\n---\n# H\n";
    const note = read(text);
    expect([text.slice(note.propertyBlock?.from, note.propertyBlock?.to), note.headings.map((h) => h.text)]).toEqual(["a: 1\n----\n--- x\n", ["H"]]);
  });

  it("says where each value stands", () => {
    const text = "---\ntitle: \"A b\"\ntags:\n  - x\n---\nbody";
    const note = read(text);
    expect([...note.propertySpans].map(([k, s]) => [k, text.slice(s.from, s.to)])).toEqual([["title", "\"A b\""], ["tags", "- x"]]);
    expect(text.slice(note.propertyBlock?.from, note.propertyBlock?.to)).toBe("title: \"A b\"\ntags:\n  - x\n");
    expect(note.tags.map((t) => text.slice(t.span.from, t.span.to))).toEqual(["x"]);
  });

  it("tells unclosed ones and reads the rest as text", () => {
    const note = read("---\ntitle: x\n\n# Heading #tag\n");
    expect([note.propertyBlock, note.diagnostics.map((d) => d.code), note.headings[0]?.text, note.tags.length]).toEqual([null, ["properties-unclosed"], "Heading #tag", 1]);
  });

  it.each(["js", "javascript", "coffee", "json", "cson", "toml", "constructor", "__proto__", "toString"])("neither reads nor runs ---%s", (word) => {
    const flag = `ran_${word}`;
    const note = read(`---${word}\n{ title: (globalThis[${JSON.stringify(flag)}] = true, "x"), "a": 1 }\n---\n# Kept\n`);
    expect((globalThis as Record<string, unknown>)[flag]).toBeUndefined();
    if (/^[a-z]+$/i.test(word)) expect(note.diagnostics.map((d) => d.code)).toContain("properties-not-yaml");
    expect([note.properties.size, note.headings[0]?.text]).toEqual([0, "Kept"]);
  });

  it("reads tags and aliases in all their forms", () => {
    expect(tags("---\ntags: a, b c\nTag: [\"#d\", e/f, 2024, null, true]\n---\n")).toEqual(["a", "b", "c", "d", "e/f", "2024", "true"]);
    expect(read("---\naliases: One, Two\nalias: [Three]\n---\n").aliases).toEqual(["One", "Two", "Three"]);
  });

  it("counts strings that are one link as links", () => {
    expect(links("---\na: \"[[x|y]]\"\nb: [\"[[z#h]]\", \"see [[no]]\"]\nc: [[bare]]\n---\n")).toEqual(["x|y", "z#h"]);
  });
});

describe("tags", () => {
  it.each<[string, string[]]>([
    ["#one and #two/three", ["one", "two/three"]], ["#123 #1a #a1", ["1a", "a1"]], ["x#no (#yes) #end, #end.", ["yes", "end", "end"]], ["\\#no", []], ["`#no` #yes", ["yes"]],
    ["# Heading #yes", ["yes"]], ["#yes", ["yes"]], ["## #yes", ["yes"]], ["[a](http://x/#no) http://x/#no", []], ["[[a#no]]", []], ["&#39; &#x27;", []], ["##no", []],
    ["#emoji🎉 #ünï_cödé #日本", ["emoji🎉", "ünï_cödé", "日本"]], ["| #cell | x |", ["cell"]], ["> #quoted", ["quoted"]], ["- #item", ["item"]], ["%% #no %% #yes", ["yes"]],
    ["%%\n#no\n\n#no\n%%\n#yes", ["yes"]], ["$a #no b$ #yes", ["yes"]], ["$$\n#no\n$$\n#yes", ["yes"]], ["a <!-- #no --> #yes", ["yes"]], ["<!-- #no -->\n#yes", ["yes"]], ["<div>\n#no\n</div>\n\n#yes", ["yes"]],
    ["<a href=\"#no\">#yes</a>", ["yes"]], ["```\n#no\n```\n#yes", ["yes"]], ["~~~\n#no\n```\n#no\n~~~\n#yes", ["yes"]], ["    #no", []], ["text\n    #yes", ["yes"]],
    ["`a\n#no` #yes", ["yes"]], ["`a\n\n#yes`", ["yes"]], ["``a ` #no`` #yes", ["yes"]], ["*#yes*", ["yes"]], ["costs $5 #yes and $6", ["yes"]], ["#a/", ["a/"]],
  ])("%j", (text, expected) => {
    expect(tags(text)).toEqual(expected);
  });
});

describe("links", () => {
  it.each<[string, string[]]>([
    ["[[a]] [[a|b]] [[a#h]] [[a#^id|c]] ![[p.png]]", ["a", "a|b", "a#h", "a#^id|c", "!p.png"]], ["[[a\\|b]]", ["a|b"]], ["[[#here]]", ["#here"]], ["[[]] [[ ]]", []],
    ["[t](a.md) [t](b%20c.md#h%20i) ![i](<p q.png>)", ["a.md|t", "b c.md#h i|t", "!p q.png|i"]], ["[t](a.md \"title\")", ["a.md|t"]], ["[t](a(b)c.md)", ["a(b)c.md|t"]], ["[t](a b.md)", []],
    ["[![alt](i.png)](https://x/y)", ["https://x/y|![alt](i.png) (out)", "!i.png|alt"]], ["[t](https://x/y#z)", ["https://x/y#z|t (out)"]], ["<https://x/y> https://x/z.", ["https://x/y (out)", "https://x/z (out)"]],
    ["(https://x/a(b)c)", ["https://x/a(b)c (out)"]], ["[r]: https://x/y", ["https://x/y|r (out)"]], ["[^1]: no", []], ["\\[[a]]", []], ["`[[a]]`", []], ["[[a\nb]]", []], ["[[a]", []], ["[[[[a]]]]", ["a"]],
    ["[t]()", ["|t"]], ["[a](%E0%A4%A)", ["%E0%A4%A|a"]], ["[t](mailto:a@b.c)", ["mailto:a@b.c|t (out)"]], ["[t](javascript:alert(1))", ["javascript:alert(1)|t (out)"]], ["[[../../etc/passwd]]", ["../../etc/passwd"]],
    ["> [[q]]\n> - [[i]]", ["q", "i"]], ["# [[h]]", ["h"]], ["```\n[[a]]\n```", []], ["[ ] [x] [a]", []], ["[a][b]", []],
  ])("%j", (text, expected) => {
    expect(links(text)).toEqual(expected);
  });
  it("says where they stand", () => {
    const text = "---\na: \"[[p]]\"\n---\nfirst\n> second [[x|y]] and\n> ![z](w.png)\n";
    expect(read(text).links.map((l) => [l.line, text.slice(l.span.from, l.span.to)])).toEqual([[1, "\"[[p]]\""], [4, "[[x|y]]"], [5, "![z](w.png)"]]);
  });
});

describe("headings", () => {
  it("know their level, line and body", () => {
    const text = "intro\n# One\na\n## Two ##\nb\n# Three\nc\n";
    expect(read(text).headings.map((h) => [h.level, h.text, h.line, text.slice(h.body.from, h.body.to)])).toEqual([[1, "One", 1, "a\n## Two ##\nb\n"], [2, "Two", 3, "b\n"], [1, "Three", 5, "c\n"]]);
  });
  it.each<[string, string[]]>([
    ["#no", []], ["####### no", []], ["   # yes", ["yes"]], ["    # no", []], ["#", [""]], ["# a # b", ["a # b"]], ["# a \\#", ["a \\#"]], ["> # no", []], ["- # no", []], ["```\n# no\n```", []],
    ["Setext\n===", ["Setext"]], ["Two\nlines\n---", ["Two lines"]], ["a\n\n---", []], ["# Second   heading", ["Second   heading"]], ["#\ttab", ["tab"]],
  ])("%j", (text, expected) => {
    expect(read(text).headings.map((h) => h.text)).toEqual(expected);
  });
});

describe("fences", () => {
  const fences = (text: string) => read(text).blocks.map((b) => [b.language, b.info, b.text]);
  it.each<[string, string[][]]>([
    ["```KQL title=x\na\nb\n```", [["kql", "title=x", "a\nb"]]], ["~~~\na\n```\n~~~", [["", "", "a\n```"]]], ["````\n```\na\n```\n````", [["", "", "```\na\n```"]]], ["```\n```", [["", "", ""]]],
    ["```\n\n```", [["", "", ""]]], ["```a\nopen", [["a", "", "open"]]], ["> ```kql\n> a\n>\n> b\n> ```\nc", [["kql", "", "a\n\nb"]]], ["> [!note]\n> ```kql\n> a\nb", [["kql", "", "a"]]],
    ["- x\n  ```kql\n  a\n    b\n  ```\n", [["kql", "", "a\n  b"]]], ["1. x\n\n   ```kql\n   a\n   ```\n2. y", [["kql", "", "a"]]], ["  ```\n  a\n b\n  ```", [["", "", "a\nb"]]], ["``` a`b\n", []],
    ["    ```\n    no\n    ```", []], ["text\n```kql\na\n```\nmore", [["kql", "", "a"]]], ["```kql\r\na\r\nb\r\n```\r\n", [["kql", "", "a\r\nb"]]], ["```{python}\nx\n```", [["", "{python}", "x"]]],
  ])("%j", (text, expected) => {
    expect(fences(text)).toEqual(expected);
  });
  it("say where their text stands, line by line when they are nested", () => {
    const text = "# H\n> - ```kql\n>   one\n>   two\n>   ```\n\n```csv\na,b\n```\n";
    const [nested, plain] = read(text).blocks;
    expect(nested?.lineStarts?.map((at, i) => text.startsWith(nested.text.split("\n")[i] ?? "?", at))).toEqual([true, true]);
    expect([plain?.lineStarts, text.slice(plain?.textSpan.from, plain?.textSpan.to), plain?.section, plain?.line]).toEqual([undefined, "a,b", "H", 6]);
    expect(text.slice(plain?.span.from, plain?.span.to)).toBe("```csv\na,b\n```");
  });
  it("tell when they are not closed", () => {
    const note = read("# H\n```kql\nT | take 1\n");
    expect([note.blocks[0]?.closed, note.diagnostics.map((d) => d.code)]).toEqual([false, ["fence-unclosed"]]);
  });
});

describe("list items", () => {
  const items = (text: string) => read(text).items.map((i) => `${i.line}${i.lineCount > 1 ? `+${i.lineCount - 1}` : ""} ${i.symbol}${i.task === null ? "" : `[${i.task}]`} ${JSON.stringify(i.text)}${i.parent === null ? "" : ` <${i.parent}`}${i.blockId === undefined ? "" : ` ^${i.blockId}`}`);
  it.each<[string, string[]]>([
    ["- a\n- b", ["0 - \"a\"", "1 - \"b\""]], ["- a\n  - b\n    - c\n- d", ["0 - \"a\"", "1 - \"b\" <0", "2 - \"c\" <1", "3 - \"d\""]], ["- a\n\t- b\n\t\t- c", ["0 - \"a\"", "1 - \"b\" <0", "2 - \"c\" <1"]],
    ["1. a\n2) b", ["0 1. \"a\"", "1 2) \"b\""]], ["- [ ] a\n- [x] b\n- [/] c\n- [] d\n- [ ]e", ["0 -[ ] \"a\"", "1 -[x] \"b\"", "2 -[/] \"c\"", "3 - \"d\"", "4 - \"e\""]],
    ["- a\n  b\n\n  c\n\nd", ["0+3 - \"a\\nb\\n\\nc\""]], ["- a\nlazy", ["0+1 - \"a\\nlazy\""]], ["> - a\n> - b", ["0 - \"a\"", "1 - \"b\""]], ["-a\n1.b\n- - -", []], ["- a ^id", ["0 - \"a ^id\" ^id"]],
    ["- [[a]]\n- [t](u)", ["0 - \"[[a]]\"", "1 - \"[t](u)\""]], ["* a\n    * b", ["0 * \"a\"", "1 * \"b\" <0"]], ["-", ["0 - \"\""]], ["- [🎉] a", ["0 -[🎉] \"a\""]], ["text\n2. no", []], ["text\n1. yes", ["1 1. \"yes\""]],
    ["- a\r\n- b\r\n", ["0 - \"a\"", "1 - \"b\""]],
  ])("%j", (text, expected) => {
    expect(items(text)).toEqual(expected);
  });
  it("know the list they are in, their tags, links and fields", () => {
    const [first, second, third] = read("- a #x #X x#y [[l]] [k:: v] 📅 2026-01-02\n- b\n* c").items;
    expect([first?.list, second?.list, third?.list]).toEqual([0, 0, 2]);
    expect([first?.tags, first?.links.map((l) => l.target), first?.fields.map((f) => [f.key, f.text, f.form])]).toEqual([["#x", "#X", "#y"], ["l"], [["k", "v", "bracket"], ["due", "2026-01-02", "emoji"]]]);
  });
});

describe("inline fields", () => {
  const fields = (text: string) => read(text).fields.map((f) => [f.key, f.text]);
  it.each<[string, string[][]]>([
    ["k:: v", [["k", "v"]]], ["Key Two:: v w", [["Key Two", "v w"]]], ["**Bold**:: v", [["Bold", "v"]]], ["k.ey:: v", []], ["k::", [["k", ""]]], ["a::b::c", [["a", "b::c"]]], [":: v", [["", "v"]]],
    ["t [a:: 1] (b:: 2) t", [["a", "1"], ["b", "2"]]], ["[a:: [b]] x", [["a", "[b]"]]], ["[a:: b", [["a", "b"]]], ["[a:: \\] b]", [["a", "\\] b"]]], ["[x::1][y::2]", [["x", "1"]]], ["[x::1] [y::2]", [["x", "1"], ["y", "2"]]],
    ["[outer:: (inner:: 1)]", [["outer", "(inner:: 1)"]]], ["(outer [inner:: 1])", [["inner", "1"]]], ["[a [b:: c]", [["b", "c"]]], ["[l:: [[x|y]]]", [["l", "[[x|y]]"]]], ["> q:: v", [["q", "v"]]],
    ["# h:: v", [["h", "v"]]], ["std::string", [["std", "string"]]], ["| a | [t:: v] |", [["t", "v"]]],
  ])("%j", (text, expected) => {
    expect(fields(text)).toEqual(expected);
  });
  it("tell what they stand in, and their places", () => {
    const text = "one:: 1\n```\ntwo:: 2\n```\n%%\nthree:: 3\n%%\n\n<div>four:: 4</div>\n\n- five:: 5\n";
    const note = read(text);
    expect(note.fields.map((f) => [f.key, f.place])).toEqual([["one", "text"], ["two", "code"], ["three", "comment"]]);
    expect(note.items[0]?.fields.map((f) => [f.key, text.slice(f.span.from, f.span.to), text.slice(f.valueSpan.from, f.valueSpan.to), f.line])).toEqual([["five", "five:: 5", "5", 10]]);
    expect(note.fields.map((f) => text.slice(f.valueSpan.from, f.valueSpan.to))).toEqual(["1", "2", "3"]);
  });
});

describe("the rest", () => {
  it("names, folders and titles", () => {
    expect(readNote({ path: "a/b/C d.md" }, "x")).toMatchObject({ name: "C d", folder: "a/b", title: "C d", kind: "other" });
    expect(readNote({ path: "x.md" }, "# H\n").title).toBe("H");
    expect(readNote({ path: "x.md" }, "---\ntitle: T\n---\n# H\n").title).toBe("T");
  });
  it("anchors", () => {
    expect(read("Text ^a1\n\nmore\nlines ^b-2\n\nno^c\n").anchors.map((a) => [a.id, a.line])).toEqual([["a1", 0], ["b-2", 3]]);
  });
  it("keeps every span inside of the text, and what tags and links say in it (law)", () => {
    const random = seeded(4711);
    const pieces = ["a", " ", "\n", "\n\n", "- ", "[ ] ", "> ", "# ", "#t", "[[", "]]", "|", "[", "]", "(", ")", "`", "```", "~~~", "%%", "$", "<", ">", "::", "\t", "\r\n", "---\n", "é", "🎉", "\\", "x.md", "http://a", "1. ", "^id", ": ", "$$\n"];
    for (let run = 0; run < 3000; run++) {
      let text = "";
      for (let i = random(40); i >= 0; i--) text += pieces[random(pieces.length)] ?? "";
      const note = read(text);
      const say = (what: string) => JSON.stringify({ seed: 4711, run, text, what });
      const inside = (s: { from: number; to: number }, what: string) => expect(s.from >= 0 && s.from <= s.to && s.to <= text.length, say(what)).toBe(true);
      for (const t of note.tags) if (t.from === "body") expect(text.slice(t.span.from, t.span.to), say("tag")).toBe(`#${t.name}`);
      for (const l of note.links) inside(l.span, "link");
      for (const h of note.headings) { inside(h.span, "heading"); inside(h.body, "body"); expect(h.body.from >= h.span.to, say("body behind")).toBe(true); }
      for (const b of note.blocks) {
        inside(b.span, "block");
        if (!b.lineStarts) expect(text.slice(b.textSpan.from, b.textSpan.to), say("block text")).toBe(b.text);
        else b.text.split("\n").forEach((line, i) => expect(text.startsWith(line, b.lineStarts?.[i] ?? 0), say("block line")).toBe(true));
      }
      note.items.forEach((item, i) => { inside(item.span, "item"); expect(item.parent === null || item.parent < i, say("parent")).toBe(true); expect(item.lineCount > 0, say("lines")).toBe(true); });
      for (const f of [...note.fields, ...note.items.flatMap((i) => i.fields)]) { inside(f.span, "field"); inside(f.valueSpan, "value"); }
    }
  });
});

function seeded(seed: number): (n: number) => number {
  let state = seed >>> 0;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}
