/** Edits: what they change, and that they change nothing else. */
import { describe, expect, it } from "vitest";
import { readTechniqueId } from "../../src/attack";
import type { TechniqueId } from "../../src/attack";
import type { YamlValue } from "../../src/base";
import { draftRule, draftRunbook, draftTechnique, fileName, insertSection, readNote, replaceFence, setProperty, setTask, tickTask } from "../../src/vault";

const read = (text: string) => readNote({ path: "x.md" }, text);

describe("a property", () => {
  it.each<[string, string, string, YamlValue | undefined, string]>([
    ["changes in its place", "---\na: 1 # why\nb: 'x'\n---\nt", "a", 2, "---\na: 2 # why\nb: 'x'\n---\nt"], ["keeps its quotes", "---\nb: 'x'\n---\n", "b", "it's", "---\nb: 'it''s'\n---\n"],
    ["is added behind the last", "---\na: 1\n\n---\nt", "b", "y: z", "---\na: 1\nb: \"y: z\"\n\n---\nt"], ["makes properties", "# H\n", "a", true, "---\na: true\n---\n# H\n"], ["makes them behind a BOM", "\ufeff# H", "a", 1, "\ufeff---\na: 1\n---\n# H"],
    ["goes", "---\na: 1\nb: 2\n---\n", "a", undefined, "---\nb: 2\n---\n"], ["goes with all its lines", "---\na:\n  - x\n  - y\n# kept\nb: 2\n---\n", "a", undefined, "---\n# kept\nb: 2\n---\n"],
    ["becomes a list", "---\na: 1\nb: 2\n---\n", "a", ["x", "z"], "---\na:\n  - x\n  - z\nb: 2\n---\n"], ["stops being a list", "---\na: [x,\n  y]\nb: 2\n---\n", "a", "z", "---\na: z\nb: 2\n---\n"],
    ["keeps CRLF", "---\r\na: 1\r\n---\r\nt\r\n", "b", ["x"], "---\r\na: 1\r\nb:\r\n  - x\r\n---\r\nt\r\n"], ["fills an empty one", "---\na:\nb: 2\n---\n", "a", "x", "---\na: x\nb: 2\n---\n"], ["fills empty properties", "---\n---\nt", "a", 1, "---\na: 1\n---\nt"],
    ["that is not there does not go", "---\na: 1\n---\n", "b", undefined, "---\na: 1\n---\n"], ["changes beside broken ones", "---\na: [x\nb: 2\n---\n", "b", 3, "---\na: [x\nb: 3\n---\n"], ["mends a broken one", "---\na: x: y\nb: 2\n---\n", "a", "z", "---\na: z\nb: 2\n---\n"],
    ["is refused in a flow mapping", "---\n{a: 1, b: [x]}\n---\n", "b", ["y"], "---\n{a: 1, b: [x]}\n---\n"], ["replaces a block of text", "---\na: |\n  x\n  y\nb: 2\n---\n", "a", "z", "---\na: z\nb: 2\n---\n"], ["with a strange key", "---\na: 1\n---\n", "__proto__", "x", "---\na: 1\n__proto__: x\n---\n"],
  ])("%s", (_, text, key, value, expected) => {
    expect(setProperty(text, key, value)).toBe(expected);
  });

  it("reads back, and no other byte moves (law)", () => {
    const seed = 271828;
    const random = seeded(seed);
    const entries = ["a: 1", "b: 'x' # c", "list:\n  - one\n  - two", "flow: [1, 2]", "txt: |\n  l1\n  l2", "empty:", "q: \"a: b\"", "# comment", "", "map:\n  k: v"];
    const values: YamlValue[] = [1, "text", "a: b", true, ["p", "q r"], "", "multi\nline", new Map([["x", 1]])];
    for (let run = 0; run < 1500; run++) {
      const eol = random(2) ? "\n" : "\r\n";
      const block = [...new Set(Array.from({ length: random(6) }, () => entries[random(entries.length)] ?? ""))].join("\n");
      const body = "# Body\n\n  text  \n---\n";
      const text = `---\n${block}${block === "" ? "" : "\n"}---\n${body}`.split("\n").join(eol);
      const key = ["a", "b", "list", "flow", "txt", "empty", "q", "map", "new"][random(9)] ?? "a";
      const value = values[random(values.length)] ?? null;
      const after = setProperty(text, key, value);
      const say = JSON.stringify({ seed, run, text, key, value, after });
      const note = read(after);
      expect(note.diagnostics, say).toEqual([]);
      expect(note.properties.get(key), say).toEqual(value);
      expect(after.endsWith(body.split("\n").join(eol)), say).toBe(true);
      const before = read(text);
      for (const [other, was] of before.properties) if (other !== key) expect(note.properties.get(other), say).toEqual(was);
      // Lines that are not the property's own are all there, in order and byte for byte.
      const span = before.propertySpans.get(key);
      const keyLine = span === undefined ? -1 : text.slice(0, span.from).split(eol).length - 1;
      const own = new Set(span === undefined ? [] : text.split(eol).flatMap((line, i) => (i === keyLine || line.startsWith(`${key}:`) || (text.split(eol).slice(0, i).join(eol).length < span.to && text.split(eol).slice(0, i).join(eol).length >= span.from) ? [i] : [])));
      let at = 0;
      text.split(eol).forEach((line, i) => {
        if (own.has(i)) return;
        const found = after.indexOf(line, at);
        expect(found >= 0, `${say} lost ${JSON.stringify(line)}`).toBe(true);
        at = found + line.length;
      });
      expect(setProperty(after, key, value), say).toBe(after);
    }
  });
});

describe("a fence", () => {
  it.each<[string, string, string, string]>([
    ["gets a new body", "a\n```kql\nT\n```\nb", "X\n| take 1", "a\n```kql\nX\n| take 1\n```\nb"], ["that is empty", "```kql\n```", "X", "```kql\nX\n```"], ["may become empty", "```kql\nT\n```\n", "", "```kql\n```\n"],
    ["keeps its quote", "> ```kql\n> T\n> ```\nb", "X\n\nY", "> ```kql\n> X\n>\n> Y\n> ```\nb"], ["keeps its list", "- x\n  ```kql\n  T\n  ```\n", "X", "- x\n  ```kql\n  X\n  ```\n"], ["grows where it must", "```kql\nT\n```\n", "```\nx\n```", "````kql\n```\nx\n```\n````\n"],
    ["keeps CRLF", "```kql\r\nT\r\n```\r\n", "X\nY", "```kql\r\nX\r\nY\r\n```\r\n"], ["that is open is closed", "```kql\nT\n", "X", "```kql\nX\n```"], ["with tildes", "~~~kql\nT\n~~~", "```\n", "~~~kql\n```\n~~~"],
  ])("%s", (_, text, body, expected) => {
    const block = read(text).blocks[0];
    expect(block && replaceFence(text, block, body)).toBe(expected);
  });
  it("holds what was put in and leaves the rest alone (law)", () => {
    const random = seeded(5);
    const pieces = ["x", "\n", "```", "~~~", "````", "  ", "> ", "- a", "#", "é", "\t"];
    for (let run = 0; run < 1500; run++) {
      const body = Array.from({ length: random(12) }, () => pieces[random(pieces.length)] ?? "").join("").replace(/\n+$/, "");
      const text = `# A\n\n\`\`\`kql\nold\n\`\`\`\n\n> quote\n`;
      const block = read(text).blocks[0];
      const after = block ? replaceFence(text, block, body) : "";
      const found = read(after).blocks[0];
      expect([found?.text, found?.closed, after.startsWith("# A\n\n```"), after.endsWith("\n\n> quote\n")], JSON.stringify({ seed: 5, run, body, after })).toEqual([body, true, true, true]);
    }
  });
});

describe("a section", () => {
  const text = "# T\n\n## A\n\na\n\n## B\n\nb\n";
  it.each<[string, Parameters<typeof insertSection>[3], string]>([
    ["behind another", { behind: "a" }, "# T\n\n## A\n\na\n\n## N\n\nn\n\n## B\n\nb\n"], ["before another", { before: "B" }, "# T\n\n## A\n\na\n\n## N\n\nn\n\n## B\n\nb\n"], ["at the end", "end", "# T\n\n## A\n\na\n\n## B\n\nb\n\n## N\n\nn\n"], ["at the end where there is no such", { behind: "Z" }, "# T\n\n## A\n\na\n\n## B\n\nb\n\n## N\n\nn\n"],
  ])("goes %s", (_, place, expected) => {
    expect(insertSection(text, read(text), { heading: "N", level: 2, body: "n\n" }, place)).toBe(expected);
  });
});

describe("a task", () => {
  const text = "---\na: 1\n---\n- [ ] one [x]\n> 1. [/] two\n- three\n```\n- [ ] no\n```\n";
  it("is ticked and unticked, and nothing else changes", () => {
    expect(tickTask(text, 3, true)).toBe(text.replace("[ ] one", "[x] one"));
    expect(tickTask(text, 4, true)).toBe(text.replace("[/]", "[x]"));
    expect(setTask(text, 4, "-")).toBe(text.replace("[/]", "[-]"));
    for (const [line, mark] of [[5, "x"], [7, "x"], [99, "x"], [3, "]"], [3, "xx"], [3, "\n"], [3, ""]] as const) expect(setTask(text, line, mark)).toBe(text);
  });
});

describe("a draft", () => {
  const about = { technique: readTechniqueId("T1578.002") as TechniqueId, name: "Create Cloud Instance", tactics: ["Defense Evasion"], today: "2026-05-01" };
  it("of a rule is a rule note of its technique", () => {
    const draft = draftRule(about, (path) => path === "Detection Rules/Create Cloud Instance detection.md");
    const note = readNote({ path: draft.path }, draft.text);
    expect([draft.path, note.kind, note.techniques, note.rule?.status, note.diagnostics]).toEqual(["Detection Rules/Create Cloud Instance detection 2.md", "rule", ["T1578.002"], "draft", []]);
    expect(note.tags.map((t) => t.name)).toEqual(["detection_rule", "T1578_002"]);
    expect(note.rule?.samples.map((s) => s.expect?.kind)).toEqual(["match", "none"]);
  });
  it("of a runbook is a runbook note that fires its rule", () => {
    const draft = draftRunbook({ ...about, rule: "My [rule]" }, () => false);
    const note = readNote({ path: draft.path }, draft.text);
    expect([note.kind, note.techniques, note.runbook?.fires, note.runbook?.steps.length, note.runbook?.commands.map((c) => c.cleanup), note.diagnostics]).toEqual(["runbook", ["T1578.002"], ["My rule"], 5, [false, true], []]);
  });
  it("of a technique is a technique note with its panels", () => {
    const draft = draftTechnique({ ...about, platforms: ["IaaS"], description: "D." }, () => false);
    const note = readNote({ path: draft.path }, draft.text);
    expect([draft.path, note.technique?.id, note.technique?.name, note.technique?.tactics, note.blocks.map((b) => b.language), note.diagnostics]).toEqual(["Techniques/T1578.002 - Create Cloud Instance.md", "T1578.002", "Create Cloud Instance", ["Defense Evasion"], ["dataview", "dataview"], []]);
  });
  it.each([["a/b:c*d?", "a b c d"], ["../../etc/passwd", "etc passwd"], ["", "Untitled"], ["...", "Untitled"], ["CON", "CON note"], ["lpt1.txt", "lpt1 txt note"], ["x".repeat(300), "x".repeat(120)], ["a\u0000b\nc", "a b c"], ["[[x]]#y|z^", "x y z"], [" a . ", "a"], ["\u202eevil", "evil"]])("names files safely: %.20j", (title, expected) => {
    expect(fileName(title)).toBe(expected);
  });
});

function seeded(seed: number): (n: number) => number {
  let state = seed >>> 0;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}
