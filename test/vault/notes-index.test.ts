/** The index: finding, changing, and that no history of changes shows. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { readTechniqueId } from "../../src/attack";
import type { TechniqueId } from "../../src/attack";
import { rowsOf } from "../../src/table";
import { Index, noteTable, readNote } from "../../src/vault";
import type { Note } from "../../src/vault";

const id = (text: string): TechniqueId => readTechniqueId(text) as TechniqueId;
const paths = (notes: readonly Note[]): string[] => notes.map((n) => n.path);
const vault = (files: Record<string, string>): Index => Index.build(Object.entries(files).map(([path, text]) => readNote({ path }, text)));

const SMALL: Record<string, string> = {
  "Techniques/T1578 Modify.md": "---\ntags: [T1578, techniques]\n---\n",
  "Techniques/T1578.001 Snapshot.md": "---\ntags: [t1578_001, techniques]\n---\n[[VM rule]] [[nowhere]]",
  "Techniques/T1578.002 Instance.md": "---\ntags: [attack/t1578.002, techniques]\nurl: https://attack.mitre.org/techniques/T1578/002\n---\n",
  "Detection Rules/VM rule.md": "---\ntags: [T1578_002, aws/ec2]\n---\n```kql\nT\n```\n",
  "Detection Rules/Both.md": "---\ntags: [T1578, t1578.001]\n---\n",
  "Detection Rules/Lost.md": "# No technique\n",
  "Testing Runbooks/Run.md": "---\ntags: attack.t1578.002\nfires: \"[[VM rule]]\"\n---\n",
  "Other.md": "#AWS/s3 and #aws [[Techniques/T1578.002 Instance#h|x]] [[other]] [[]]",
};

describe("finding", () => {
  const index = vault(SMALL);
  it("by tag, nested ones too, in any case, and by any spelling of an id", () => {
    expect(paths(index.withTag("#AWS"))).toEqual(["Detection Rules/VM rule.md", "Other.md"]);
    expect(paths(index.withTag("aws/ec2"))).toEqual(["Detection Rules/VM rule.md"]);
    for (const spelling of ["T1578_002", "#t1578.002", "attack.t1578.002", "attack/T1578_002"]) {
      expect(paths(index.withTag(spelling)), spelling).toEqual(["Detection Rules/VM rule.md", "Techniques/T1578.002 Instance.md", "Testing Runbooks/Run.md"]);
    }
    expect(paths(index.withTag("aw"))).toEqual([]);
  });
  it("by folder and kind", () => {
    expect(paths(index.inFolder("Detection Rules"))).toHaveLength(3);
    expect(index.inFolder("/")).toHaveLength(8);
    expect(index.inFolder("Detection")).toEqual([]);
    expect(index.ofKind("technique")).toHaveLength(3);
  });
  it("by technique, with what comes by sub-techniques told apart", () => {
    expect(index.techniqueNote(id("T1578.002"))?.name).toBe("T1578.002 Instance");
    const rules = index.rulesFor(id("T1578"));
    expect([paths(rules.own), rules.viaSub.map((v) => [v.note.name, v.subs])]).toEqual([["Detection Rules/Both.md"], [["VM rule", ["T1578.002"]]]]);
    expect(index.rulesFor(id("T1578.002")).viaSub).toEqual([]);
    expect(paths(index.runbooksFor(id("T1578.002")).own)).toEqual(["Testing Runbooks/Run.md"]);
    expect(index.runbooksFor(id("T1578")).viaSub.map((v) => v.note.name)).toEqual(["Run"]);
    expect([index.subsOf(id("T1578")), paths(index.subtechniqueNotes(id("T1578"))), index.parentNote(id("T1578.001"))?.name]).toEqual([["T1578.001", "T1578.002"], ["Techniques/T1578.001 Snapshot.md", "Techniques/T1578.002 Instance.md"], "T1578 Modify"]);
    const { previous, next } = index.neighbours(id("T1578.001"));
    expect([previous?.name, next?.name, index.neighbours(id("T1578")).previous]).toEqual(["T1578 Modify", "T1578.002 Instance", undefined]);
  });
  it("links there and back", () => {
    expect(index.backlinks("Detection Rules/VM rule.md").map((b) => [b.note.name, b.link.from])).toEqual([["T1578.001 Snapshot", "body"], ["Run", "property"]]);
    expect(index.backlinks("Techniques/T1578.002 Instance.md").map((b) => b.note.name)).toEqual(["Other"]);
    expect(index.backlinks("Other.md").map((b) => b.link.target)).toEqual(["other"]);
  });
  it("problems, with their places", () => {
    const known = new Set(["T1578", "T1578.002"].map(id));
    expect(index.problems(known).map((p) => [p.path.split("/").pop(), p.diagnostic.code])).toEqual([
      ["Both.md", "technique-unknown"], ["Lost.md", "rule-without-technique"], ["T1578.001 Snapshot.md", "technique-unknown"], ["T1578.001 Snapshot.md", "link-to-nothing"]]);
    const twice = vault({ "Techniques/a.md": "---\ntags: T1005\n---\n", "Techniques/b.md": "---\nid: t1005\n---\n", "c.md": "---\na: [b\n---\n" });
    expect(twice.problems().map((p) => [p.path, p.diagnostic.code])).toEqual([["Techniques/a.md", "technique-duplicate"], ["Techniques/b.md", "technique-duplicate"], ["c.md", "yaml-unreadable"]]);
    expect(index.problems()[1]?.diagnostic.message).toBe("There is no note or file 'nowhere'.");
  });
  it("as rows", () => {
    const rows = [...rowsOf(noteTable(index.all()))];
    expect(rows.map((r) => [r[0], r[3], r[5]])).toContainEqual(["Detection Rules/Both.md", "rule", ["T1578", "T1578.001"]]);
    expect(rows).toHaveLength(8);
  });
});

describe("links mean", () => {
  const index = Index.build(["a/Note.md", "b/Note.md", "b/c/Note.md", "Deep.md", "a/Deep.md", "x/y/Only.md", "ÄÖ.md"].map((path) => readNote({ path }, "")), ["img/p.png", "a/data.json"]);
  it.each<[string, string, string | null]>([
    ["Note", "x/y/Only.md", "a/Note.md"], ["Note", "b/z.md", "b/Note.md"], ["Note", "b/c/z.md", "b/c/Note.md"], ["Deep", "a/Note.md", "Deep.md"], ["a/Deep", "b/Note.md", "a/Deep.md"], ["only", "Deep.md", "x/y/Only.md"],
    ["y/Only", "Deep.md", "x/y/Only.md"], ["Only.md", "Deep.md", "x/y/Only.md"], ["p.png", "Deep.md", "img/p.png"], ["data.json", "Deep.md", "a/data.json"], ["p", "Deep.md", null], ["../Deep", "a/Note.md", "Deep.md"],
    ["./Deep", "a/Note.md", "a/Deep.md"], ["/Deep", "a/Note.md", "Deep.md"], ["../../../etc/passwd", "a/Note.md", null], ["..", "a/Note.md", null], ["", "a/Note.md", "a/Note.md"], ["y\\Only", "Deep.md", "x/y/Only.md"],
    ["a\u0308o\u0308", "Deep.md", "ÄÖ.md"], ["nly", "Deep.md", null], ["__proto__", "Deep.md", null], ["constructor", "Deep.md", null], ["x".repeat(10_000), "Deep.md", null],
  ])("%.20s in %s is %s", (target, from, expected) => {
    expect(index.resolve(target, from)).toBe(expected);
  });
});

describe("changing", () => {
  it("says what changed and which techniques it touches", () => {
    const index = vault({ "Detection Rules/r.md": "---\ntags: T1005\n---\n" });
    const change = index.replace(readNote({ path: "Detection Rules/r.md" }, "---\ntags: t1578.002\n---\n"));
    expect([change.revision, change.before?.techniques, change.after?.techniques, change.techniques]).toEqual([1, ["T1005"], ["T1578.002"], ["T1005", "T1578", "T1578.002"]]);
    expect(index.remove("nothing.md")).toEqual({ revision: 2, path: "nothing.md", techniques: [] });
    const moved = index.rename("Detection Rules/r.md", readNote({ path: "r.md" }, "---\ntags: t1578.002\n---\n"));
    expect([moved.before?.path, moved.after?.path, index.size, index.has("Detection Rules/r.md")]).toEqual(["Detection Rules/r.md", "r.md", 1, false]);
  });

  it("leaves no trace of its history (law)", () => {
    const seed = 31337;
    const random = seeded(seed);
    const names = ["a.md", "b.md", "F/a.md", "F/A.md", "F/G/b.md", "Techniques/t.md", "Techniques/u.md", "Detection Rules/r.md", "Detection Rules/a.md", "Testing Runbooks/x.md", "F/pic.png.md"];
    const texts = ["", "---\ntags: [T1578, x/y]\n---\n[[a]]", "---\ntags: t1578_002\n---\n[[F/b]] #X", "[[A]] [[../a]] [[r]]", "---\ntags: [techniques, T1005]\n---\n[[pic.png]]", "---\nid: T1005\ntags: techniques\n---\n", "T1578\n\nx\n\nkusto\nT", "---\na: [\n---\n[[b#h]]"];
    for (let run = 0; run < 60; run++) {
      const index = new Index();
      const truth = new Map<string, Note>();
      for (let step = random(40); step >= 0; step--) {
        const path = names[random(names.length)] ?? "";
        const note = readNote({ path, modified: random(1000) }, texts[random(texts.length)] ?? "");
        const action = random(4);
        if (action === 0) { index.remove(path); truth.delete(path); }
        else if (action === 1) { const from = names[random(names.length)] ?? ""; index.rename(from, note); truth.delete(from); truth.set(path, note); }
        else { index.replace(note); truth.set(path, note); }
      }
      const fresh = Index.build([...truth.values()].reverse());
      expect(answers(index), JSON.stringify({ seed, run })).toEqual(answers(fresh));
    }
    function answers(index: Index): unknown {
      const targets = ["a", "A", "F/b", "../a", "b", "r", "pic.png", "t", ""];
      return {
        all: index.all(), ids: index.techniques(), problems: index.problems(),
        tags: ["x", "x/y", "t1578", "T1578_002", "techniques"].map((t) => paths(index.withTag(t))), folders: ["F", "F/G", "Techniques"].map((f) => paths(index.inFolder(f))),
        kinds: (["technique", "rule", "runbook", "other"] as const).map((k) => paths(index.ofKind(k))), resolved: names.map((n) => targets.map((t) => index.resolve(t, n))),
        back: names.map((n) => index.backlinks(n).map((b) => [b.note.path, b.link.span.from])), rules: [index.rulesFor(id("T1578")), index.rulesFor(id("T1578.002")), index.runbooksFor(id("T1578"))], about: index.techniqueNotes(id("T1005")),
        neighbours: index.neighbours(id("T1200")),
      };
    }
  });
});

/** What Obsidian-like metadata says of the same notes: where it is at hand. */
const vaults = resolve(__dirname, "../../../shared/conformance/dql/vaults");
interface Place { readonly start: { readonly line: number; readonly offset: number }; readonly end: { readonly line: number; readonly offset: number } }
interface Known {
  readonly tags?: { tag: string; position: Place }[]; readonly links?: { link: string; position: Place }[]; readonly embeds?: { link: string; position: Place }[]; readonly frontmatterLinks?: { link: string }[];
  readonly headings?: { heading: string; level: number; position: Place }[]; readonly listItems?: { position: Place; parent: number; task?: string; id?: string }[]; readonly frontmatter?: Record<string, unknown>;
}
describe.skipIf(!existsSync(vaults))("recorded vaults", () => {
  const names = existsSync(vaults) ? readdirSync(vaults).filter((n) => statSync(join(vaults, n)).isDirectory()) : [];
  it.each(names)("%s: notes and resolved links agree with what was recorded", (name) => {
    const recorded = JSON.parse(readFileSync(join(vaults, `${name}.json`), "utf8")) as { metadata: Record<string, Known>; resolvedLinks: Record<string, Record<string, number>> };
    const notes = files(join(vaults, name)).filter((f) => f.endsWith(".md")).map((f) => readNote({ path: relative(join(vaults, name), f) }, readFileSync(f, "utf8")));
    expect(notes.length).toBeGreaterThan(20);
    const index = Index.build(notes);
    const plain = (x: unknown): unknown => x instanceof Map ? Object.fromEntries([...x].map(([k, v]) => [k, plain(v)])) : Array.isArray(x) ? x.map(plain) : x;
    for (const note of notes) {
      const known = recorded.metadata[note.path] ?? {};
      const subpath = (l: { target: string; subpath?: string }) => l.target + (l.subpath === undefined ? "" : `#${l.subpath}`);
      expect(note.tags.filter((t) => t.from === "body").map((t) => [`#${t.name}`, t.span.from, t.span.to]), note.path).toEqual((known.tags ?? []).map((t) => [t.tag, t.position.start.offset, t.position.end.offset]));
      const body = note.links.filter((l) => l.from === "body" && !l.external).map((l) => [subpath(l), l.embed, l.span.from, l.span.to]);
      const links = [...(known.links ?? []).map((l) => ({ ...l, embed: false })), ...(known.embeds ?? []).map((l) => ({ ...l, embed: true }))].sort((a, b) => a.position.start.offset - b.position.start.offset);
      expect(body, note.path).toEqual(links.map((l) => [l.link, l.embed, l.position.start.offset, l.position.end.offset]));
      expect(note.links.filter((l) => l.from === "property").map(subpath), note.path).toEqual((known.frontmatterLinks ?? []).map((l) => l.link));
      expect(note.headings.map((h) => [h.text, h.level, h.line]), note.path).toEqual((known.headings ?? []).map((h) => [h.heading, h.level, h.position.start.line]));
      expect(note.items.map((i) => [i.line, i.line + i.lineCount - 1, i.span.from, i.span.to, i.task, i.parent === null ? -i.list : note.items[i.parent]?.line, i.blockId]), note.path)
        .toEqual((known.listItems ?? []).map((i) => [i.position.start.line, i.position.end.line, i.position.start.offset, i.position.end.offset, i.task ?? null, i.parent, i.id]));
      if (note.propertiesWhole) expect(plain(note.properties), note.path).toEqual(known.frontmatter ?? {});
      const resolved: Record<string, number> = {};
      for (const link of note.links) {
        const path = link.external ? null : index.resolve(link.target, note.path);
        if (path !== null) resolved[path] = (resolved[path] ?? 0) + 1;
      }
      expect(resolved, note.path).toEqual(recorded.resolvedLinks[note.path] ?? {});
    }
  });
});

function files(dir: string): string[] {
  return readdirSync(dir).sort().flatMap((n) => (statSync(join(dir, n)).isDirectory() ? files(join(dir, n)) : [join(dir, n)]));
}

function seeded(seed: number): (n: number) => number {
  let state = seed >>> 0;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}
