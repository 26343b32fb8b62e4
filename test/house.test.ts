/** The house itself: reads every import and fails on an arrow that the architecture does not allow. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const src = join(root, "src");

/** Which rooms a room may enter, besides itself. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  base: [],
  table: ["base"],
  schema: ["base", "table"],
  attack: ["base"],
  vault: ["base", "table", "attack"],
  logs: ["base", "table", "schema"],
  query: ["base", "table", "schema"],
  hunt: ["base", "table", "schema", "query"],
  pack: ["base"],
  coverage: ["base", "table", "attack", "vault", "query"],
  core: ["base", "table", "schema", "attack", "vault", "logs", "query", "hunt", "pack", "coverage"],
  ui: ["base", "table", "schema", "attack", "vault", "logs", "query", "hunt", "pack", "coverage"],
  obsidian: ["base", "table", "schema", "attack", "vault", "logs", "query", "hunt", "pack", "coverage", "core", "ui"],
  cli: ["base", "table", "schema", "attack", "vault", "logs", "query", "hunt", "pack", "coverage", "core"],
  workbench: ["base", "table", "core", "ui", "obsidian"],
};

/** Inside `query`: languages know no engine and no other language, the engine knows no language. */
const LANGUAGES = ["kql", "dql", "sigma"];

interface Import {
  readonly file: string;
  readonly what: string;
  readonly typeOnly: boolean;
}

function files(dir: string): string[] {
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name);
    return statSync(path).isDirectory() ? files(path) : /\.(ts|tsx|mts)$/.test(name) ? [path] : [];
  });
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, "utf8");
  const found: Import[] = [];
  const pattern = /^\s*(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?["']([^"']+)["']/gm;
  for (let m = pattern.exec(text); m; m = pattern.exec(text)) {
    found.push({ file, what: m[2] ?? "", typeOnly: m[1] !== undefined });
  }
  const dynamic = /\b(?:import|require)\(\s*["']([^"']+)["']\s*\)/g;
  for (let m = dynamic.exec(text); m; m = dynamic.exec(text)) found.push({ file, what: m[1] ?? "", typeOnly: false });
  return found;
}

const all = files(src);
const imports = all.flatMap(importsOf);
const name = (path: string) => relative(root, path).split(sep).join("/");
const roomOf = (path: string) => relative(src, path).split(sep)[0] ?? "";
const target = (i: Import) => resolve(dirname(i.file), i.what.replace(/^worker:/, ""));

describe("the house", () => {
  it("has only the rooms that the architecture names", () => {
    expect(readdirSync(src).filter((entry) => statSync(join(src, entry)).isDirectory()).filter((room) => !(room in ARROWS))).toEqual([]);
  });

  it("lets arrows point one way between rooms", () => {
    const wrong = imports
      .filter((i) => i.what.replace(/^worker:/, "").startsWith("."))
      .filter((i) => target(i).startsWith(src) && roomOf(target(i)) !== roomOf(i.file))
      .filter((i) => !(ARROWS[roomOf(i.file)] ?? []).includes(roomOf(target(i))))
      .map((i) => `${name(i.file)} imports ${i.what}`);
    expect(wrong).toEqual([]);
  });

  it("enters a room through its index", () => {
    const wrong = imports
      .filter((i) => i.what.startsWith("."))
      .filter((i) => target(i).startsWith(src) && roomOf(target(i)) !== roomOf(i.file))
      .filter((i) => {
        const inside = relative(src, target(i)).split(sep).slice(1).join("/").replace(/\.(ts|tsx|mts)$/, "");
        // `query` is many rooms in one: each of its folders has a door of its own. Data files are data.
        return inside !== "" && inside !== "index" && !inside.endsWith(".json") && !/^(kql|dql|sigma|engine|functions)(\/index)?$/.test(inside);
      })
      .map((i) => `${name(i.file)} imports ${i.what}`);
    expect(wrong).toEqual([]);
  });

  it("keeps languages and engine apart", () => {
    const part = (path: string) => relative(join(src, "query"), path).split(sep)[0] ?? "";
    const wrong = imports
      .filter((i) => roomOf(i.file) === "query" && i.what.startsWith(".") && roomOf(target(i)) === "query")
      .filter((i) => {
        const from = part(i.file);
        const to = part(target(i));
        if (from === to) return false;
        if (LANGUAGES.includes(from)) return to === "engine" || LANGUAGES.includes(to);
        return from === "engine" && LANGUAGES.includes(to);
      })
      .map((i) => `${name(i.file)} imports ${i.what}`);
    expect(wrong).toEqual([]);
  });

  it("keeps hosts' packages in their hosts", () => {
    const wrong = imports
      .filter((i) => (i.what === "obsidian" && !["obsidian", "workbench"].includes(roomOf(i.file)))
        || (i.what.startsWith("node:") && !["cli", "workbench"].includes(roomOf(i.file)))
        || (/^preact/.test(i.what) && !["ui", "obsidian", "workbench"].includes(roomOf(i.file)))
        || (/^@codemirror\//.test(i.what) && !["ui", "obsidian", "workbench"].includes(roomOf(i.file))))
      .map((i) => `${name(i.file)} imports ${i.what}`);
    expect(wrong).toEqual([]);
  });

  it("has no import cycle, type-only imports included", () => {
    const byFile = new Map<string, string[]>();
    const known = new Set(all);
    for (const i of imports) {
      if (!i.what.startsWith(".")) continue;
      const base = target(i);
      const hit = [base, `${base}.ts`, `${base}.tsx`, `${base}.mts`, join(base, "index.ts")].find((p) => known.has(p));
      if (hit) byFile.set(i.file, [...(byFile.get(i.file) ?? []), hit]);
    }
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (file: string, path: string[]): void => {
      const at = path.indexOf(file);
      if (at >= 0) {
        cycles.push([...path.slice(at), file].map(name).join(" -> "));
        return;
      }
      if (done.has(file)) return;
      for (const next of byFile.get(file) ?? []) visit(next, [...path, file]);
      done.add(file);
    };
    for (const file of all) visit(file, []);
    expect(cycles).toEqual([]);
  });

  it("keeps files readable: no source file over 800 lines", () => {
    expect(all.map((f) => ({ file: name(f), lines: readFileSync(f, "utf8").split("\n").length })).filter((f) => f.lines > 800)).toEqual([]);
  });

  it("names files for what they hold", () => {
    expect(all.map(name).filter((f) => /\/(utils?|helpers?|common|manager|service|misc)\b/i.test(f))).toEqual([]);
  });

  it("runs no text as code and trusts no text as markup", () => {
    const wrong = all.filter((f) => roomOf(f) !== "workbench").flatMap((f) => {
      const text = readFileSync(f, "utf8").replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");
      return [/\beval\(/, /new Function\b/, /\.innerHTML\b/, /\.outerHTML\b/, /insertAdjacentHTML/, /@ts-ignore/, /\bas any\b/, /[\w)\]?]: any\b(?!\w*["'])(?![^"\n]*"[,\]])/]
        .filter((p) => p.test(text)).map((p) => `${name(f)}: ${p.source}`);
    });
    expect(wrong).toEqual([]);
  });
});
