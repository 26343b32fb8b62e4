/** Hostile notes: whatever stands in them, a note comes out, in time, with nothing run and nothing lost in silence. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it, vi } from "vitest";
import { Index, readNote, setProperty, toRuleNote } from "../../src/vault";

const many = (piece: string, length = 300_000): string => piece.repeat(Math.ceil(length / piece.length));
const properties = (yaml: string): string => `---\n${yaml}\n---\n# Kept\n`;

/** What each text is, the text, and a diagnostic that must be told ("" when there is nothing to tell). */
const CASES: readonly (readonly [string, string, string])[] = [
  ["an unclosed bracket", properties("a: [x\nb: y"), "yaml-unreadable"],
  ["an unclosed quote", properties("a: \"x\nb: y"), "yaml-unreadable"],
  ["a tab for indentation", properties("a:\n\t- x"), "yaml-unreadable"],
  ["a colon in a title", properties("title: a: b"), "yaml-unreadable"],
  ["a key twice", properties("a: 1\na: 2"), "yaml-duplicate-key"],
  ["a list for properties", properties("- a\n- b"), "properties-no-mapping"],
  ["a text for properties", properties("just words"), "properties-no-mapping"],
  ["two documents", properties("a: 1\n--- # x\nb: 2"), "yaml-second-document"],
  ["a script tag of YAML", properties("a: !!js/function 'function () { throw 1 }'"), "yaml-unknown-tag"],
  ["a Python object", properties("a: !!python/object/apply:os.system ['x']"), ""],
  ["an alias of itself", properties("a: &a [*a]"), "yaml-unknown-alias"],
  ["a bomb of aliases", properties(["a: &a [x,x,x,x,x,x,x,x,x]", ..."bcdefghij".split("").map((c, i) => `${c}: &${c} [${Array<string>(9).fill(`*${"abcdefghij"[i] ?? "a"}`).join(",")}]`)].join("\n")), "yaml-alias-limit"],
  ["deep YAML lists", properties(`a: ${many("[")}`), "yaml-unreadable"],
  ["deep YAML dashes", properties(many("- ")), "yaml-unreadable"],
  ["deep YAML maps", properties(`a: ${many("{a: ")}`), "yaml-unreadable"],
  ["polluting keys", properties("__proto__: {polluted: true}\nconstructor: {prototype: {polluted: true}}\nprototype: x"), ""],
  ["a polluting tag", properties("tags: [__proto__, constructor, hasOwnProperty]"), ""],
  ["JavaScript properties", "---js\n{ a: process.exit(1) }\n---\n# Kept\n", "properties-not-yaml"],
  ["JavaScript properties by another name", "---javascript\nthrow 1\n---\n# Kept\n", "properties-not-yaml"],
  ["Coffee properties", "---coffee\nprocess.exit 1\n---\n# Kept\n", "properties-not-yaml"],
  ["JSON properties", "---json\n{\"a\": 1}\n---\n# Kept\n", "properties-not-yaml"],
  ["TOML properties", "---toml\na = 1\n---\n# Kept\n", "properties-not-yaml"],
  ["an engine called __proto__", "---__proto__\nx\n---\n# Kept\n", "properties-not-yaml"],
  ["an engine called constructor", "---constructor\nx\n---\n# Kept\n", "properties-not-yaml"],
  ["properties that never end", `---\na: 1\n${many("b: 2\n")}`, "properties-unclosed"],
  ["a page of blank properties", `---\n${many("\n")}---\n# Kept\n`, ""],
  ["a line of blanks in properties", `---\n${many(" ")}\n---\n# Kept\n`, ""],
  ["blank lines and comments in properties", `---\n${many("   \n#c\n")}---\n# Kept\n`, ""],
  ["fifty thousand broken keys", properties(Array.from({ length: 50_000 }, (_, i) => `k${i}: [v`).join("\n")), "yaml-unreadable"],
  ["a hundred thousand tags", properties(`tags: [${many("a, ")}]`), ""],
  ["a key of a megabyte", properties(`${many("k", 1_000_000)}: v`), ""],
  ["a link to nothing in properties", properties("a: \"[[../../../../etc/passwd]]\""), ""],
  ["only a BOM", "\ufeff", ""],
  ["nothing", "", ""],
  ["binary", Array.from({ length: 200_000 }, (_, i) => String.fromCharCode((i * 7919) % 65536)).join(""), ""],
  ["zeros", many("\0"), ""],
  ["half characters", many("\ud800"), ""],
  ["right-to-left overrides", many("\u202e#a [[b]] "), ""],
  ["an unclosed fence", "# Kept\n```kql\nT", "fence-unclosed"],
  ["fences in every quote", many("> ```\n\n"), "fence-unclosed"],
  ["fences of growing length", Array.from({ length: 500 }, (_, i) => "`".repeat(i + 3)).join("\n"), ""],
  ["open brackets", many("["), ""], ["open links", many("[[ "), ""], ["half links", many("[]("), ""], ["links with open titles", many("[](a \""), ""], ["images in images", many("![["), ""],
  ["backticks of all lengths", Array.from({ length: 700 }, (_, i) => "`".repeat(i + 1)).join(" "), ""],
  ["dollars", many("$a "), ""], ["open tags of HTML", many("<a "), ""], ["open comments of HTML", many("a <!-- "), ""], ["script", many("<script>alert(1)</script>\n"), ""], ["percent signs", many("a %% b\n\n"), ""],
  ["quotes in quotes", many("> "), ""], ["lists in lists", many("- "), ""], ["lists in lists, then blank lines", `${many("- ")}x\n${many("\n")}`, ""], ["a list of a thousand levels", Array.from({ length: 1000 }, (_, i) => `${" ".repeat(i)}- x`).join("\n"), ""],
  ["a hundred thousand items", many("- a\n", 400_000), ""], ["a hundred thousand headings", many("# a\n", 400_000), ""], ["hashes", many("#"), ""], ["tags of a hundred thousand levels", `#${many("a/")}`, ""],
  ["open fields", many(`${many("[a:: ", 32_000)}\n`), ""], ["crossed fields", many(`${many("(a:: [b:: ", 32_000)}\n`), ""], ["colons", many("::"), ""], ["keys of punctuation", many(`${many("- - / ", 30_000)}!:: x\n`), ""],
  ["emoji without dates", many("- [ ] 📅 "), ""], ["open citations", many("(Citation: ("), ""], ["severity", many("everity"), ""], ["addresses", many("https://"), ""], ["ids", many("T1578_"), ""], ["rulers", many("- - -\n"), ""],
  ["underlines", many("a\n-\n"), ""], ["carriage returns", many("a\r"), ""], ["tabs", many("\t"), ""], ["links on one item", `- ${many("[[a]] ")}`, ""], ["expectations", `## Samples\n${many("```json\n[]\n```\nexpect: none\n")}`, ""],
  ["a page of one language line", `T1578\n\nX\n\n${many("kusto\n")}`, ""],
];

describe("a hostile note", () => {
  it.each(CASES)("%s", (_, text, code) => {
    const started = performance.now();
    const note = readNote({ path: "Detection Rules/x.md" }, text);
    // Far from what it takes, and far from what a pattern that goes wrong would take.
    expect(performance.now() - started).toBeLessThan(8000);
    if (code !== "") expect(note.diagnostics.map((d) => d.code)).toContain(code);
    expect(note.diagnostics.every((d) => d.span.from >= 0 && d.span.from <= d.span.to && d.span.to <= text.length && d.message.length < 1000)).toBe(true);
    if (text.endsWith("# Kept\n")) expect(note.headings.at(-1)?.text).toBe("Kept");
    expect((Object.prototype as unknown as Record<string, unknown>)["polluted"]).toBeUndefined();
    const index = Index.build([note]);
    expect(index.note(note.path)).toBe(note);
    expect(index.problems().length).toBeGreaterThanOrEqual(note.diagnostics.length);
  });

  it("can be edited, too", () => {
    for (const [name, text] of CASES) {
      if (text.length > 2000) continue;
      const after = setProperty(text, "status", "test");
      const note = readNote({ path: "x.md" }, text);
      const flow = note.propertyBlock !== null && note.propertiesWhole === false && note.properties.size === 0;
      if (!flow) expect(readNote({ path: "x.md" }, after).properties.get("status"), name).toBe("test");
    }
  });

  it("turns into a rule note only as a page, and without loss", () => {
    for (const [name, text] of CASES) if (text.length < 5000) expect(toRuleNote(text).lost, name).toEqual([]);
  });

  it("is read where there is no Buffer, as on a phone", () => {
    vi.stubGlobal("Buffer", undefined);
    try {
      expect(readNote({ path: "x.md" }, properties("title: T\ntags: [a]"))).toMatchObject({ title: "T", diagnostics: [] });
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it("of ten megabytes is read", () => {
    const text = many("Words about [[things]] and #tags, `code` and [more](x.md).\n\n- [ ] a task [due:: 2026-01-01]\n\n```kql\nT | take 1\n```\n\n", 10_000_000);
    const note = readNote({ path: "x.md" }, text);
    expect(note.blocks.length).toBe(note.items.length);
    expect(note.links.length).toBe(note.items.length * 2);
  });
});

const corpus = resolve(__dirname, "../../../shared/corpus/sigma-rules.jsonl.gz");
describe.skipIf(!existsSync(corpus))("the Sigma corpus in notes", () => {
  it("is understood, every rule of it", () => {
    const lines = gunzipSync(readFileSync(corpus)).toString("utf8").split("\n").filter((l) => l !== "");
    expect(lines.length).toBeGreaterThan(2000);
    const odd: string[] = [];
    for (const line of lines) {
      const { path, yaml } = JSON.parse(line) as { path: string; yaml: string };
      const note = readNote({ path: `Notes/${path.replace(/\W+/g, " ")}.md` }, `# A rule\n\n\`\`\`\`yaml\n${yaml}\n\`\`\`\`\n`);
      const techniques = [...yaml.matchAll(/^\s*- ['"]?attack\.(t\d{4}(?:\.\d{3})?)['"]?\s*(?:#.*)?$/gim)].map((m) => (m[1] ?? "").toUpperCase());
      const title = /^title: *(.*?)\s*$/m.exec(yaml)?.[1]?.replace(/^(['"])(.*)\1$/, "$2");
      if (note.kind !== "rule" || note.diagnostics.length > 0 || [...new Set(techniques)].join() !== note.techniques.join() || (title !== undefined && !title.includes("'") && note.title !== title)) {
        odd.push(`${path}: ${note.kind} ${note.title} ${note.techniques.join()} | ${techniques.join()} ${note.diagnostics.map((d) => d.message).join()}`);
      }
    }
    expect(odd.slice(0, 10)).toEqual([]);
  });
});
