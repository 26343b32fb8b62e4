/**
 * Builds. `node esbuild.config.mjs` makes the plugin's `main.js` alone, byte for byte the same from the same sources;
 * `--all` adds the command line and the workbench; `--dev` leaves names and lines readable.
 */
import { readFile, mkdir, copyFile, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { dirname, join, relative, resolve, sep } from "node:path";
import { build } from "esbuild";

const root = dirname(fileURLToPath(import.meta.url));

/** What the app gives to plugins: never bundled, or `instanceof` inside the editor would fail. */
const fromTheApp = ["obsidian", "electron", "@codemirror/*", "@lezer/*"];

/**
 * `gray-matter` brings an old YAML reader, an engine that evaluates JavaScript, and `Buffer`. We use it to cut properties off
 * a note and give it our own reader, so none of the three may come along.
 */
const withoutEngines = {
  name: "without-engines",
  setup(context) {
    context.onLoad({ filter: /gray-matter[\\/]lib[\\/]engines\.js$/ }, () => ({
      contents: `const none = (name) => { const refuse = () => { throw new Error("properties in " + name + " are not read"); };
        return { parse: refuse, stringify: refuse }; };
        module.exports = { yaml: none("yaml"), json: none("json"), javascript: none("javascript") };`,
      loader: "js",
    }));
    // Its `matter.read(path)` is the only use of the file system; we never call it, and phones have none.
    context.onResolve({ filter: /^fs$/ }, ({ importer }) =>
      (/[\\/]gray-matter[\\/]/.test(importer) ? { path: "fs", namespace: "no-file-system" } : undefined));
    context.onLoad({ filter: /.*/, namespace: "no-file-system" }, () => ({ contents: "module.exports = {};", loader: "js" }));
    context.onLoad({ filter: /gray-matter[\\/]lib[\\/]utils\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replace(/typeof input === 'string' \? Buffer\.from\(input\) : input/, "input"),
      loader: "js",
    }));
  },
};

/** `import text from "worker:../core/worker-entry"`: the minified program of a worker, as a string, once in the bundle. */
function workerText(options) {
  return {
    name: "worker-text",
    setup(context) {
      context.onResolve({ filter: /^worker:/ }, ({ path, resolveDir }) => ({
        path: resolve(resolveDir, path.slice("worker:".length)), namespace: "worker-text",
      }));
      context.onLoad({ filter: /.*/, namespace: "worker-text" }, async ({ path }) => {
        const entry = [path, `${path}.ts`, `${path}.mts`].find((each) => /\.m?ts$/.test(each) && existsSync(each));
        if (entry === undefined) return { errors: [{ text: `There is no worker ${path}` }] };
        const result = await build({ ...options, entryPoints: [entry], format: "iife", write: false, metafile: true, sourcemap: false });
        return {
          contents: result.outputFiles[0].text, loader: "text",
          watchFiles: Object.keys(result.metafile.inputs).map((each) => resolve(root, each)),
        };
      });
    },
  };
}

/** Options that all bundles share. Regular expressions with lookbehind would not load on older phones: the target says so. */
function shared({ dev = false } = {}) {
  const options = {
    absWorkingDir: root, bundle: true, minify: !dev, legalComments: "none", logLevel: "warning", charset: "utf8",
    target: ["es2022", "safari15"], platform: "browser", treeShaking: true, jsx: "automatic", jsxImportSource: "preact",
    define: { "process.env.NODE_ENV": '"production"' }, mainFields: ["module", "main"], plugins: [withoutEngines],
    external: fromTheApp,
  };
  return { ...options, plugins: [withoutEngines, workerText(options)] };
}

/** Text that would make the plugin run what it was not shipped with. */
const forbidden = [/eval\(/, /new Function\b/, /[=(,;:{}&|?![]Function\(/];

/** The rooms that know nothing of a page: the plugin and its worker run the same copy of them. */
const pureRooms = ["base", "table", "schema", "attack", "vault", "logs", "query", "pack", "coverage", "core"];

/** `src/core` and the like as `core`, for a file in a pure room; undefined for any other. */
function roomKey(path) {
  const inside = relative(join(root, "src"), path).split(sep).join("/").replace(/\.m?tsx?$/, "").replace(/\/index$/, "");
  return pureRooms.includes(inside.split("/")[0]) ? inside : undefined;
}

/**
 * Keeps the pure rooms out of a bundle: what others import of them is read from `purplebookRooms`, and a worker's text is
 * the source of the function that makes them. So the engine is in `main.js` once, and runs in page and worker alike.
 */
function roomsApart(keys) {
  return {
    name: "rooms-apart",
    setup(context) {
      context.onResolve({ filter: /^\./ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
        if (pluginData === "asked" || roomKey(importer) !== undefined) return undefined;
        const found = await context.resolve(path, { resolveDir, importer, kind, pluginData: "asked" });
        const key = found.path === "" ? undefined : roomKey(found.path);
        if (key === undefined) return undefined;
        keys.add(key);
        return { path: key, namespace: "room" };
      });
      context.onLoad({ filter: /.*/, namespace: "room" }, ({ path }) => ({
        contents: `module.exports = purplebookRooms[${JSON.stringify(path)}];`, loader: "js",
      }));
      context.onResolve({ filter: /^worker:/ }, ({ path }) => ({ path, namespace: "worker-of-rooms" }));
      context.onLoad({ filter: /.*/, namespace: "worker-of-rooms" }, () => {
        keys.add("core/worker-entry");
        return { contents: 'module.exports = "(" + makeRooms + ")()[\\"core/worker-entry\\"].serve(self);";', loader: "js" };
      });
    },
  };
}

/** One function that makes the rooms named by `keys`, as text. */
async function roomsText(keys, options) {
  const lines = [...keys].sort().map((key, at) => `import * as room${at} from "./src/${key}"; rooms[${JSON.stringify(key)}] = room${at};`);
  const result = await build({
    ...options, stdin: { contents: `const rooms = {}; ${lines.join("\n")}\nexport default rooms;`, resolveDir: root, loader: "ts" },
    format: "iife", globalName: "made", write: false, sourcemap: false,
  });
  return `function () { ${result.outputFiles[0].text}\nreturn made.default; }`;
}

/** Builds one plugin as the app loads it: a CommonJS module. Throws when the text holds what the policy forbids. */
export async function buildPlugin({ entry = "src/obsidian/main.ts", outfile = "main.js", dev = false } = {}) {
  const keys = new Set();
  const options = shared({ dev });
  const result = await build({
    ...options, plugins: [roomsApart(keys), ...options.plugins], entryPoints: [entry], outfile, format: "cjs", write: false,
  });
  const head = keys.size === 0 ? "" : `"use strict";\nvar makeRooms = ${await roomsText(keys, options)};\nvar purplebookRooms = makeRooms();\n`;
  const text = head + result.outputFiles[0].text;
  for (const pattern of forbidden) {
    const at = text.search(pattern);
    if (at >= 0 && !dev) throw new Error(`${outfile} holds what it must not: …${text.slice(Math.max(0, at - 60), at + 60)}…`);
  }
  await mkdir(dirname(resolve(root, outfile)), { recursive: true });
  await writeFile(resolve(root, outfile), text);
  return Buffer.byteLength(text);
}

/** Builds the command line: one file for Node. */
export async function buildCli({ dev = false } = {}) {
  await build({
    ...shared({ dev }), entryPoints: ["src/cli/main.mts"], outfile: "dist/cli.mjs", format: "esm", platform: "node", target: "node20",
    minify: false, external: [],
  });
}

/** Builds the workbench: its server for Node, its page for the browser. */
export async function buildWorkbench({ dev = false } = {}) {
  await build({
    ...shared({ dev }), entryPoints: ["src/workbench/server.mts"], outfile: "dist/workbench-server.mjs", format: "esm", platform: "node",
    target: "node20", minify: false, external: [],
  });
  await build({
    ...shared({ dev }), entryPoints: ["src/workbench/page.mts"], outfile: "dist/workbench/page.js", format: "iife", external: [],
    target: "es2022", sourcemap: dev ? "inline" : false,
  });
  for (const name of ["page.css", "page.html"]) await copyFile(join(root, "src/workbench", name), join(root, "dist/workbench", name));
}

async function main(args) {
  const dev = args.includes("--dev");
  const only = ["--workbench", "--cli"].filter((each) => args.includes(each));
  if (only.length === 0) {
    const size = await buildPlugin({ dev });
    process.stdout.write(`main.js ${(size / 1024).toFixed(0)} KB\n`);
  }
  if (args.includes("--all") || args.includes("--cli")) await buildCli({ dev });
  if (args.includes("--all") || args.includes("--workbench")) await buildWorkbench({ dev });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main(process.argv.slice(2)).catch((error) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
