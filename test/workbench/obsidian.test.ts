/** The stand-in for the `obsidian` package, as far as it works without a page. */
import type * as Published from "obsidian";
import * as standIn from "obsidian";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import * as ours from "../../src/workbench/obsidian.mts";
import { readMetadata } from "../../src/workbench/obsidian/metadata.mts";
import { MemoryStore } from "../../src/workbench/store.mts";

const vaultOf = async (files: Record<string, string>): Promise<{ vault: ours.Vault; cache: ours.MetadataCache; store: MemoryStore }> => {
  let now = 1000;
  const store = new MemoryStore(files, "test", () => ++now);
  const vault = new ours.Vault(store);
  await vault.start();
  const cache = new ours.MetadataCache(vault);
  await cache.start();
  return { vault, cache, store };
};

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

describe("the module", () => {
  it("has every value of the published types, but for those it names as absent", () => {
    const types = readFileSync(createRequire(import.meta.url).resolve("obsidian/obsidian.d.ts"), "utf8");
    const values = [...types.matchAll(/^export (?:abstract )?(?:class|function|const|let|enum) (\w+)/gm)].map((found) => found[1] ?? "");
    expect(values.length).toBeGreaterThan(150);
    const missing = values.filter((name) => !(name in ours) && !(ours.absent as readonly string[]).includes(name));
    expect(missing).toEqual([]);
    expect(ours.absent.filter((name) => name in ours)).toEqual([]);
  });

  it("is what tests get when they import the package", () => {
    expect(standIn.Plugin).toBe(ours.Plugin);
  });

  it.each([["1.13.0", true], ["1.13.1", true], ["1.13.2", false], ["2.0", false], ["1.9.14", true]])("knows whether it is at least %s", (version, is) => {
    expect(ours.requireApiVersion(version)).toBe(is);
  });

  it.each([["/a//b/", "a/b"], ["a\\b", "a/b"], ["", "/"], ["a\u00a0b.md", "a b.md"], ["e\u0301.md", "é.md"]])("normalises %j", (path, clean) => {
    expect(ours.normalizePath(path)).toBe(clean);
  });

  it("refuses the network", async () => {
    await expect(ours.requestUrl()).rejects.toThrow(/no requests/);
  });
});

describe("components", () => {
  it("end what they registered, children first, each once", () => {
    const log: string[] = [];
    class Child extends ours.Component { override onunload(): void { log.push("child"); } }
    const events = new ours.Events();
    const parent = new ours.Component();
    parent.load();
    parent.addChild(new Child());
    parent.registerEvent(events.on("x", () => log.push("heard")));
    parent.register(() => log.push("ending"));
    events.trigger("x");
    parent.unload();
    parent.unload();
    events.trigger("x");
    expect(log).toEqual(["heard", "child", "ending"]);
  });
});

describe("the vault", () => {
  it("lists, creates, changes, renames and removes, and tells of each", async () => {
    const { vault } = await vaultOf({ "A.md": "a", "Sub/B.md": "b" });
    const log: string[] = [];
    for (const name of ["create", "modify", "delete"]) vault.on(name, (file: Published.TFile) => log.push(`${name} ${file.path}`));
    vault.on("rename", (file: Published.TFile, old: string) => log.push(`rename ${old} ${file.path}`));
    expect(vault.getMarkdownFiles().map((file) => file.path).sort()).toEqual(["A.md", "Sub/B.md"]);
    const file = await vault.create("Sub/C.md", "c");
    await vault.process(file, (text) => `${text}!`);
    expect(await vault.read(file)).toBe("c!");
    const folder = vault.getFolderByPath("Sub");
    if (folder === null) throw new Error("Sub is not there");
    await vault.rename(folder, "Other");
    expect(file.path).toBe("Other/C.md");
    expect(file.parent?.path).toBe("Other");
    await new ours.FileManager({ vault } as unknown as Published.App).trashFile(file);
    expect(vault.getFileByPath("Other/C.md")).toBeNull();
    expect(log).toEqual(["create Sub/C.md", "modify Sub/C.md", "rename Sub Other", "rename Sub/B.md Other/B.md", "rename Sub/C.md Other/C.md", "delete Other/C.md"]);
  });

  it("loses no change of many at once", async () => {
    const { vault } = await vaultOf({ "A.md": "" });
    const file = vault.getFileByPath("A.md");
    if (file === null) throw new Error("A is not there");
    await Promise.all(Array.from({ length: 20 }, (_, at) => vault.process(file, (text) => `${text}${at},`)));
    expect((await vault.read(file)).split(",").length).toBe(21);
  });

  it.each(["A.md", "No/Such.md"])("refuses to create %s", async (path) => {
    const { vault } = await vaultOf({ "A.md": "" });
    await expect(vault.create(path, "")).rejects.toThrow(/exist/);
  });
});

describe("the metadata cache", () => {
  const note = `---
tags: [one, two/three]
aliases: First, Second
related: "[[B|there]]"
day: 2026-05-01
---
# Head #inline

Text [[B#Part|b]] and ![[pic.png|100]] and [c](C%20note.md) and \`#no\` #yes/it, 12#not #123.
Code: \`[[no]]\`

- [ ] todo
  - [x] done ^item
- plain

\`\`\`js
[[not a link]]
\`\`\`
`;

  it("reads properties, tags, links, headings, sections and list items", () => {
    const cache = readOne(note);
    expect(cache.frontmatter).toMatchObject({ tags: ["one", "two/three"], day: "2026-05-01" });
    expect(cache.tags?.map((each) => each.tag)).toEqual(["#inline", "#yes/it"]);
    expect(cache.links?.map((each) => [each.link, each.displayText])).toEqual([["B#Part", "b"], ["C note.md", "c"]]);
    expect(cache.embeds?.map((each) => each.link)).toEqual(["pic.png"]);
    expect(cache.frontmatterLinks?.map((each) => [each.key, each.link, each.displayText])).toEqual([["related", "B", "there"]]);
    expect(cache.headings?.map((each) => [each.heading, each.level, each.position.start.line])).toEqual([["Head #inline", 1, 6]]);
    expect(cache.sections?.map((each) => each.type)).toEqual(["yaml", "heading", "paragraph", "list", "code"]);
    expect(cache.listItems?.map((each) => [each.task, each.position.start.line, each.parent])).toEqual([[" ", 11, -11], ["x", 12, 11], [undefined, 13, -11]]);
    expect(Object.keys(cache.blocks ?? {})).toEqual(["item"]);
    expect(ours.getAllTags(cache)).toEqual(["#one", "#two/three", "#inline", "#yes/it"]);
    expect(ours.parseFrontMatterAliases(cache.frontmatter)).toEqual(["First", "Second"]);
  });

  it("finds link targets by name, by path, beside the source, in any case", async () => {
    const { cache } = await vaultOf({ "X/Same.md": "", "Y/Same.md": "", "Top.md": "", "Y/pic.png": "" });
    const to = (link: string, from: string): string | undefined => cache.getFirstLinkpathDest(link, from)?.path;
    expect(to("Same", "Y/From.md")).toBe("Y/Same.md");
    expect(to("X/Same", "Y/From.md")).toBe("X/Same.md");
    expect(to("top", "X/From.md")).toBe("Top.md");
    expect(to("../Top", "X/From.md")).toBe("Top.md");
    expect(to("pic.png", "")).toBe("Y/pic.png");
    expect(to("Nothing", "")).toBeUndefined();
    expect(to("../../../etc/passwd", "X/From.md")).toBeUndefined();
  });

  it("follows changes: who links where, and what is missing", async () => {
    const { vault, cache } = await vaultOf({ "A.md": "[[B]] [[B]]", "B.md": "" });
    expect(cache.resolvedLinks["A.md"]).toEqual({ "B.md": 2 });
    const changed: string[] = [];
    cache.on("changed", (file: Published.TFile) => changed.push(file.path));
    const file = vault.getFileByPath("A.md");
    if (file === null) throw new Error("A is not there");
    await vault.modify(file, "[[C]]");
    await settled();
    expect(changed).toEqual(["A.md"]);
    expect(cache.unresolvedLinks["A.md"]).toEqual({ C: 1 });
    const resolved = new Promise<void>((resolve) => { cache.on("resolved", () => resolve()); });
    await vault.create("C.md", "");
    await resolved;
    expect(cache.resolvedLinks["A.md"]).toEqual({ "C.md": 1 });
  });

  it("resolves headings and blocks", () => {
    const cache = readOne("# One\n\ntext ^b1\n\n## Two: *x*\n\nmore\n\n# Three\n");
    expect(ours.resolveSubpath(cache, "#Two x")).toMatchObject({ type: "heading", start: { line: 4 }, end: { line: 8 } });
    expect(ours.resolveSubpath(cache, "#^b1")).toMatchObject({ type: "block", start: { line: 2 } });
    expect(ours.resolveSubpath(cache, "#Nothing")).toBeNull();
  });

  it.each([
    ["an unclosed start of properties", "---\na: 1\n"], ["broken properties", "---\na: [\n---\ntext"], ["deep quotes", "> ".repeat(3000) + "x"],
    ["deep lists", Array.from({ length: 300 }, (_, at) => `${" ".repeat(at * 2)}- x`).join("\n")], ["many brackets", "[[".repeat(20_000)],
    ["many stars", "*a ".repeat(10_000)], ["nul", "a\u0000b"],
  ])("reads %s without a fuss", (_, text) => {
    const started = performance.now();
    expect(readOne(text)).toBeTypeOf("object");
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

function readOne(text: string): Published.CachedMetadata {
  return readMetadata(text);
}

describe("properties", () => {
  it.each([
    ["---\na: 1\n---\ntext", true, "a: 1\n", 13], ["---\r\na: 1\r\n---\r\ntext", true, "a: 1\r\n", 16], ["---\n---\n", true, "", 8],
    ["text\n---\na: 1\n---\n", false, "", 0], ["---\na: 1\n", false, "", 0], ["---- \n---\n", false, "", 0],
  ])("finds them in %j", (text, exists, frontmatter, contentStart) => {
    expect(ours.getFrontMatterInfo(text)).toMatchObject({ exists, frontmatter, contentStart });
  });
});

describe("searching", () => {
  it("ranks whole words before scattered letters", () => {
    const search = ours.prepareFuzzySearch("open note");
    const score = (text: string): number => search(text)?.score ?? -Infinity;
    expect(score("Open note in new tab")).toBeGreaterThan(score("Outline: pending notes of teams"));
    expect(search("nothing alike")).toBeNull();
    expect(ours.prepareFuzzySearch("tch")("Technique")?.matches).toEqual([[0, 1], [2, 4]]);
  });
});
