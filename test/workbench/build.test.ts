/** What the build makes of a plugin: the same bytes each time, nothing that evaluates text, the engine once. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { afterAll, expect, it } from "vitest";
// @ts-expect-error: a script without types.
import { buildPlugin as buildAny } from "../../esbuild.config.mjs";

const build = buildAny as (options: { entry: string; outfile: string; dev?: boolean }) => Promise<number>;
const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(root, "node_modules/.build-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Builds a plugin of that source; gives the text of its bundle. */
async function built(source: string, name = "main"): Promise<string> {
  const entry = join(folder, `${name}.ts`);
  writeFileSync(entry, source);
  await build({ entry, outfile: join(folder, `${name}.js`) });
  return readFileSync(join(folder, `${name}.js`), "utf8");
}

function run(text: string): unknown {
  const module = { exports: {} as { default?: unknown } };
  const context = createContext({ module, exports: module.exports, require: () => ({}), TextEncoder, TextDecoder, performance, setTimeout, clearTimeout, console });
  runInContext(text, context);
  return module.exports.default;
}

it("gives the same bytes again, without a place or a day in them", async () => {
  const source = 'import { Plugin } from "obsidian";\nexport default class P extends Plugin {}\n';
  const first = await built(source);
  expect(await built(source)).toBe(first);
  expect(first).not.toContain(root);
  expect(first).toContain('require("obsidian")');
});

it("leaves gray-matter's evaluating engine, its YAML and Buffer behind", async () => {
  const text = await built(`import matter from "gray-matter";
    const cut = (text: string) => { try { return matter(text, { engines: { yaml: (yaml) => ({ yaml }) } }).data; } catch (error) { return String(error); } };
    export default [cut("---\\na: 1\\n---\\nx"), cut("---js\\n{ a: globalThis.broken = 1 }\\n---\\nx"), typeof (globalThis as { broken?: number }).broken];`, "matter");
  expect(text).not.toMatch(/eval\(|new Function|Buffer\.from|safeLoad/);
  const [yaml, js, broken] = run(text) as [{ yaml: string }, string, string];
  expect(yaml).toEqual({ yaml: "\na: 1" });
  expect(js).toContain("not read");
  expect(broken).toBe("undefined");
});

it("refuses a bundle that evaluates text", async () => {
  await expect(built('export default (text: string) => (0, eval)("1") + eval(text);', "bad")).rejects.toThrow(/must not/);
});

it("gives a worker the very rooms that the page has", async () => {
  const text = await built('import { kql } from "../../src/query/kql";\nimport worker from "worker:../../src/core/worker-start";\nexport default [kql.id, worker];', "rooms");
  const [id, worker] = run(text) as [string, string];
  expect(id).toBe("kql");
  expect(worker.length).toBeGreaterThan(text.length * 0.9);
  const self: { onmessage?: unknown } = {};
  runInContext(worker, createContext({ self, TextEncoder, TextDecoder, performance, setTimeout, clearTimeout }));
  expect(self.onmessage).toBeTypeOf("function");
});

it("leaves the examples of functions to tests and docs, and nothing else", async () => {
  const source = (names: string) => `import { functions } from "../../src/query/functions";
    import { FUNCTIONS as ours } from "../../src/query/dql/vocabulary";
    export default [...functions.all(), ...ours.values()].map((entry) => [${names}]);`;
  const text = await built(source("entry.name, entry.says, entry.examples.length"), "examples");
  const all = run(text) as [string, string, number][];
  expect(all.length).toBeGreaterThan(250);
  expect(all.filter(([name, says, examples]) => name === "" || says === "" || examples !== 0)).toEqual([]);
  expect(text).not.toContain("dynamic([1,2,3,4,5])");
});
