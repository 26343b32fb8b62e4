import { describe, expect, it } from "vitest";
import { unhurried } from "../../src/base";
import { Workspace } from "../../src/core";
import { DEFAULT_NAMES, Index, readNote } from "../../src/vault";
import { seeded } from "../bench/vault-maker.mts";
import { MemoryFiles } from "./worlds";

const RULE = "---\ntags: [detection_rule, T1578_002]\n---\n# A rule\n\n```kusto\nAWSCloudTrail\n```\n";

async function open(files: MemoryFiles): Promise<Workspace> {
  const workspace = new Workspace(files, DEFAULT_NAMES);
  await workspace.open(unhurried());
  return workspace;
}

describe("the workspace", () => {
  it("reads every note, tells its progress, and then the changes", async () => {
    const files = new MemoryFiles({ "Detection Rules/a.md": RULE, "Samples/x.json": "{}", "b.md": "[[a]]" });
    const workspace = new Workspace(files, DEFAULT_NAMES);
    const told: string[] = [];
    workspace.on((e) => told.push(e.kind === "progress" ? `${e.progress.done}/${e.progress.total}` : e.kind === "change" ? `change ${e.change.path}` : e.kind));
    await workspace.open(unhurried());
    expect(told).toEqual(["0/2", "2/2", "rebuilt"]);
    expect(workspace.progress).toBeUndefined();
    expect([...workspace.attachments.keys()]).toEqual(["Samples/x.json"]);
    files.put("b.md", "[[a]] #T1578_002");
    await workspace.settled();
    expect(told.at(-1)).toBe("change b.md");
    expect(workspace.index.withTechnique("T1578.002" as never).map((n) => n.path)).toEqual(["Detection Rules/a.md", "b.md"]);
  });

  it("follows renames, removals and new attachments", async () => {
    const files = new MemoryFiles({ "Detection Rules/a.md": RULE, "b.md": "[[a]] ![[x.json]]" });
    const workspace = await open(files);
    expect(workspace.index.resolve("x.json", "b.md")).toBeNull();
    files.put("Samples/x.json", "{}");
    files.move("Detection Rules/a.md", "Detection Rules/Cloud/c.md");
    files.drop("b.md");
    await workspace.settled();
    expect(workspace.index.all().map((n) => n.path)).toEqual(["Detection Rules/Cloud/c.md"]);
    expect(workspace.index.resolve("x.json", "b.md")).toBe("Samples/x.json");
    files.drop("Samples/x.json");
    await workspace.settled();
    expect(workspace.index.resolve("x.json", "b.md")).toBeNull();
  });

  it("reads the notes that are on the screen first", async () => {
    const files = new MemoryFiles(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`n${i}.md`, "x"])));
    const read: string[] = [];
    const reading = files.read;
    files.read = (path) => { read.push(path); return reading(path); };
    await new Workspace(files, DEFAULT_NAMES).open(unhurried(), ["n33.md"]);
    expect(read[0]).toBe("n33.md");
    expect(read).toHaveLength(40);
  });

  it("equals a fresh reading after any history (law)", async () => {
    const seed = Number(process.env["SEED"] ?? 20_261_122);
    const random = seeded(seed);
    const files = new MemoryFiles({ "Detection Rules/r0.md": RULE });
    const workspace = await open(files);
    const paths = ["Detection Rules/r0.md"];
    for (let i = 0; i < 300; i++) {
      const dice = random();
      const at = Math.floor(random() * paths.length);
      const path = paths[at];
      if (dice < 0.5 || path === undefined) {
        const fresh = `${random() < 0.5 ? "Detection Rules" : "Notes"}/r${i}.md`;
        files.put(fresh, `#T10${10 + Math.floor(random() * 9)} [[r${Math.floor(random() * i)}]] ${random() < 0.2 ? RULE : ""}`);
        paths.push(fresh);
      } else if (dice < 0.75) files.put(path, `changed ${i} #T10${10 + Math.floor(random() * 9)} [[r${i}]]`);
      else if (dice < 0.88) {
        files.drop(path);
        paths.splice(at, 1);
      } else {
        const to = `Moved/m${i}.md`;
        files.move(path, to);
        paths[at] = to;
      }
    }
    await workspace.settled();
    const fresh = Index.build(await Promise.all((await files.list()).map(async (f) => readNote(f, await files.read(f.path), DEFAULT_NAMES))));
    const state = (index: Index) => ({
      notes: index.all().map((n) => [n.path, n.kind, n.techniques]),
      ids: index.techniques().map((id) => [id, index.withTechnique(id).map((n) => n.path), index.rulesFor(id).own.map((n) => n.path)]),
      links: index.all().map((n) => index.backlinks(n.path).map((b) => b.from)),
      problems: index.problems(),
    });
    expect(state(workspace.index), `seed ${seed}`).toEqual(state(fresh));
  });
});
