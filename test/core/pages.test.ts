import { describe, expect, it } from "vitest";
import { Pages } from "../../src/core/pages";
import { evaluateInline, resultToPlain, runDql, toPlain } from "../../src/query/dql";
import { Index, readNote } from "../../src/vault";
import type { Note } from "../../src/vault";

const DAY = Date.UTC(2024, 0, 2, 3, 4, 5);

function pages(texts: Readonly<Record<string, string>>, read = new Map<string, Note>()): Pages {
  const notes = Object.entries(texts).filter(([path]) => path.endsWith(".md")).map(([path, text]) => {
    const note = read.get(path) ?? readNote({ path, created: DAY, modified: DAY + 86_400_000 }, text);
    read.set(path, note);
    return note;
  });
  const others = Object.keys(texts).filter((path) => !path.endsWith(".md"));
  const index = Index.build(notes, others);
  return new Pages({
    notes: () => notes, note: (path) => index.note(path), resolve: (target, from) => index.resolve(target, from) ?? undefined,
    attachments: () => others, read: (path) => Promise.resolve(texts[path]), starred: (path) => path === "A.md",
  }, "UTC");
}

const VAULT = {
  "A.md": [
    "---", "tags: [one/two, Three]", "aliases: a, b", "Due Date: 2024-05-01", "took: 90 min", "other: \"[[B]]\"", "n: 3", "file: mine", "---",
    "# Top", "Text #inline with [[B|shown]] and ![[pic.png]] [score:: 7] (note:: [[B#Part]])", "**Bold Key**:: 1, 2", "",
    "## Tasks", "- [ ] open [due:: 2024-06-01] #t/x", "  - [x] child ✅ 2024-06-02 ^id", "- plain:: item", "> - [x] quoted",
  ].join("\n"),
  "sub/B.md": "Linked from [[A#Top]] and [[nothing]]. See [web](https://x.y).\nn:: 4\nn:: 5",
  "sub/2024-03-04 day.md": "---\nbroken: [\n---\n#x",
  "pic.png": "",
};

const inA = (expression: string, world = pages(VAULT)) => {
  const { value, diagnostics } = evaluateInline(expression, world, { origin: "A.md", now: DAY, zone: "UTC" });
  if (value === undefined) throw new Error(diagnostics[0]?.message);
  return toPlain(value);
};
const link = (path: string, more = {}) => ({ $link: { path, type: "file", ...more } });

describe("pages", () => {
  it.each<[string, unknown]>([
    ["this.file.etags", ["#inline", "#t/x", "#one/two", "#Three"]],
    ["this.file.tags", ["#inline", "#t/x", "#t", "#one/two", "#one", "#Three"]],
    ["this.file.aliases", ["a", "b"]],
    ["this.due-date", { $date: "2024-05-01T00:00:00.000" }],
    ["this.took", { $dur: { minutes: 90 }, text: "1 hour, 30 minutes" }],
    ["this.other", link("sub/B.md")],
    ["this.score + this.n", 10],
    ["this.note", { $link: { path: "sub/B.md", type: "header", subpath: "Part" } }],
    ["this.bold-key", [1, 2]],
    ["this.plain", "item"],
    ["this.file.name", "A"],
    ["this.file.frontmatter[\"Due Date\"]", "2024-05-01"],
    ["this.file.cday", { $date: "2024-01-02T00:00:00.000" }],
    ["this.file.mtime", { $date: "2024-01-03T03:04:05.000" }],
    ["this.file.starred", true],
    ["this.file.day", null],
    ["this.file.inlinks", [link("sub/B.md")]],
    ["this.file.outlinks", [link("sub/B.md", { display: "B" }), link("sub/B.md", { display: "shown" }),
      { $link: { path: "sub/B.md", type: "header", subpath: "Part", display: "B > Part" } }, link("pic.png", { display: "pic.png", embed: true })]],
    ["this.file.tasks.text", ["open [due:: 2024-06-01] #t/x", "child ✅ 2024-06-02 ^id", "quoted"]],
    ["this.file.lists.task", [true, true, false, true]],
    ["this.file.tasks.fullyCompleted", [false, true, true]],
    ["this.file.tasks[0].children.line", [15]],
    ["this.file.tasks[1].completion", { $date: "2024-06-02T00:00:00.000" }],
    ["this.file.tasks[1].link", { $link: { path: "A.md", type: "block", subpath: "id" } }],
    ["this.file.tasks.list", [14, 14, -1]],
    ["[[B]].n", [4, 5]],
    ["map([[B]].file.outlinks, (l) => meta(l).path)", ["A.md", "nothing"]],
    ["[[2024-03-04 day]].file.day", { $date: "2024-03-04T00:00:00.000" }],
    ["[[2024-03-04 day]].broken", null],
  ])("%s", (expression, expected) => { expect(inA(expression)).toEqual(expected); });

  it.each([
    ["#ONE", ["A"]], ["#x", ["2024-03-04 day"]], ["\"sub\"", ["B", "2024-03-04 day"]], ["[[B]]", ["A"]], ["[[nothing]]", ["B"]], ["outgoing([[A]])", ["B"]],
    ["-\"sub\"", ["A"]], ["\"sub/B\"", ["B"]],
  ])("FROM %s", async (source, expected) => {
    const outcome = await runDql(`LIST WITHOUT ID file.name FROM ${source}`, pages(VAULT), { origin: "A.md", now: DAY, zone: "UTC" });
    if (outcome.kind !== "done") throw new Error(outcome.diagnostics[0]?.message);
    expect((resultToPlain(outcome.result) as { items: unknown }).items).toEqual(expected);
  });

  it("follows links anew when other notes came, without reading a note again", () => {
    const read = new Map<string, Note>();
    expect(inA("this.other", pages({ "A.md": VAULT["A.md"] }, read))).toEqual(link("B"));
    expect(inA("this.other", pages(VAULT, read))).toEqual(link("sub/B.md"));
  });

  it("is quick over thousands of notes", async () => {
    const texts: Record<string, string> = {};
    for (let i = 0; i < 2000; i++) texts[`n/${i}.md`] = `---\nlevel: ${i % 5}\ntags: [r, t${i % 9}]\n---\nTo [[${(i + 1) % 2000}]]\nscore:: ${i}`;
    const world = pages(texts);
    const started = performance.now();
    const outcome = await runDql("TABLE level, length(file.inlinks) FROM #t3 WHERE score > 10 SORT level, score DESC", world, { origin: "", now: DAY });
    expect(outcome.kind).toBe("done");
    expect(outcome.steps[0]?.rowsOut).toBe(222);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
