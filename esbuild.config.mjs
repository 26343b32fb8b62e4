/**
 * Builds. `node esbuild.config.mjs` makes the plugin's `main.js` alone, byte for byte the same from the same sources;
 * `--all` adds the command line and the workbench; `--dev` leaves names and lines readable; `--sizes` tells what the
 * plugin's bytes are spent on, by folder, with `--files` by file.
 */
import { readFile, mkdir, copyFile, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { dirname, join, relative, resolve, sep } from "node:path";
import { build } from "esbuild";
import ts from "typescript";

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
    // Nor do we cut notes into sections with it or write notes: both would bring code of their own.
    context.onResolve({ filter: /^(section-matter|\.\/(lib\/)?stringify)$/ }, ({ importer, path }) =>
      (/[\\/]gray-matter[\\/]/.test(importer) ? { path, namespace: "not-called" } : undefined));
    context.onLoad({ filter: /.*/, namespace: "not-called" }, ({ path }) => ({
      contents: `module.exports = () => { throw new Error(${JSON.stringify(`${path} is left out`)}); };`, loader: "js",
    }));
    context.onLoad({ filter: /gray-matter[\\/]lib[\\/]utils\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replace(/typeof input === 'string' \? Buffer\.from\(input\) : input/, "input"),
      loader: "js",
    }));
  },
};

/**
 * `js-yaml` makes tags, schemas, patterns and options when it is loaded, so that a bundler dares not leave out a single one.
 * Marked as free of effects, those that only its writer and its loader need stay away: we use its events alone.
 */
const yamlReaderOnly = {
  name: "yaml-reader-only",
  setup(context) {
    context.onLoad({ filter: /js-yaml[\\/]dist[\\/]js-yaml\.mjs$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022);
      const computes = (node) => !ts.isFunctionLike(node) && (ts.isCallExpression(node) || ts.isNewExpression(node)
        || ts.isPropertyAccessExpression(node) || ts.isSpreadAssignment(node) || ts.isTemplateExpression(node)
        || ts.isTaggedTemplateExpression(node) || ts.forEachChild(node, computes) === true);
      const edits = source.statements.filter(ts.isVariableStatement).flatMap((each) => each.declarationList.declarations)
        .filter(({ initializer }) => initializer !== undefined && computes(initializer)).flatMap(({ initializer: { pos, end } }) => [
          { from: pos, to: pos, text: " /* @__PURE__ */ (() => (" }, { from: end, to: end, text: "))()" },
        ]);
      return { contents: spliced(text, edits), loader: "js" };
    });
  },
};

/**
 * Examples of functions are for tests and docs: the plugin goes without. Their texts are taken out where they stand: as
 * the `examples` of an object, and as the argument of a parameter of that name.
 */
const withoutExamples = {
  name: "without-examples",
  setup(context) {
    context.onLoad({ filter: /[\\/]src[\\/]query[\\/](?:functions|dql)[\\/](?:[\w-]+[\\/])*[\w-]+\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
      const named = (node) => node.name !== undefined && ts.isIdentifier(node.name) && /^examples?$/.test(node.name.text);
      const places = new Map();
      const edits = [];
      const findTakers = (node) => {
        const place = ts.isFunctionLike(node) ? node.parameters.findIndex(named) : -1;
        const name = node.name ?? node.parent?.name;
        if (place >= 0 && name !== undefined && ts.isIdentifier(name)) places.set(name.text, place);
        ts.forEachChild(node, findTakers);
      };
      const takeOut = (node) => {
        if (ts.isPropertyAssignment(node) && named(node) && ts.isArrayLiteralExpression(node.initializer)) {
          const comma = /^\s*,/.exec(text.slice(node.end))?.[0].length ?? 0;
          edits.push({ from: node.getStart(source), to: node.end + comma, text: "" });
          return;
        }
        const place = ts.isCallExpression(node) && ts.isIdentifier(node.expression) ? places.get(node.expression.text) : undefined;
        const given = place === undefined ? undefined : node.arguments[place];
        ts.forEachChild(node, (child) => {
          if (child !== given || !ts.isArrayLiteralExpression(child)) takeOut(child);
          else edits.push({ from: child.getStart(source), to: child.end, text: "undefined" });
        });
      };
      findTakers(source);
      takeOut(source);
      return { contents: spliced(text, edits), loader: "ts" };
    });
  },
};

/** The text with parts replaced; `edits` are in order and do not overlap. */
function spliced(text, edits) {
  let [made, at] = ["", 0];
  for (const edit of edits) {
    made += text.slice(at, edit.from) + edit.text;
    at = edit.to;
  }
  return made + text.slice(at);
}

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
    define: { "process.env.NODE_ENV": '"production"' }, mainFields: ["module", "main"],
    plugins: [withoutEngines, yamlReaderOnly], external: fromTheApp,
  };
  return { ...options, plugins: [...options.plugins, workerText(options)] };
}

/** Text that would make the plugin run what it was not shipped with. */
const forbidden = [/eval\(/, /new Function\b/, /[=(,;:{}&|?![]Function\(/];

/** The rooms that know nothing of a page: the plugin and its worker run the same copy of them. */
const pureRooms = ["base", "table", "schema", "attack", "vault", "logs", "query", "hunt", "pack", "coverage", "core"];

/** `src/core` and the like as `core`, for a file in a pure room; undefined for any other. */
function roomKey(path) {
  const inside = relative(join(root, "src"), path).split(sep).join("/").replace(/\.m?tsx?$/, "").replace(/\/index$/, "");
  return pureRooms.includes(inside.split("/")[0]) ? inside : undefined;
}

/**
 * Keeps the pure rooms out of a bundle: what others import of them is read from `rooms`, and a worker's text is the source
 * of the function that makes them. So the engine is in `main.js` once, and runs in page and worker alike. `names` says
 * what is taken from which room; while it is undefined the imports stay as they are, so that they can be counted.
 */
function roomsApart(names) {
  return {
    name: "rooms-apart",
    setup(context) {
      context.onResolve({ filter: /^\./ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
        if (pluginData === "asked" || roomKey(importer) !== undefined) return undefined;
        const found = await context.resolve(path, { resolveDir, importer, kind, pluginData: "asked" });
        const key = found.path === "" ? undefined : roomKey(found.path);
        if (key === undefined) return undefined;
        return names === undefined ? { path: ROOM + key, external: true, sideEffects: false } : { path: key, namespace: "room" };
      });
      context.onLoad({ filter: /.*/, namespace: "room" }, ({ path }) => ({
        contents: (names.get(path) ?? []).map(({ name, as }) => `export const $${as} = rooms.${as}; export { $${as} as ${name} };`).join("\n"),
        loader: "js",
      }));
      context.onResolve({ filter: /^worker:/ }, ({ path }) => ({ path, namespace: "worker-of-rooms" }));
      context.onLoad({ filter: /.*/, namespace: "worker-of-rooms" }, () => ({
        contents: 'module.exports = "(" + makeRooms + ")().serve(self);";', loader: "js",
      }));
    },
  };
}

const ROOM = "room:";

/** What a bundle takes from the rooms: by room, each name there and its name among all that are taken. */
async function namesTaken(options) {
  const result = await build({
    ...options, plugins: [roomsApart(), ...options.plugins], format: "esm", minify: false, write: false, metafile: true,
  });
  const text = result.outputFiles[0].text;
  const taken = new Map();
  const used = new Set(["serve"]);
  const worker = Object.keys(result.metafile.inputs).some((each) => each.startsWith("worker-of-rooms:"));
  if (worker) taken.set("core/worker-entry", [{ name: "serve", as: "serve" }]);
  for (const each of ts.createSourceFile("page.js", text, ts.ScriptTarget.ES2022).statements) {
    if (!ts.isImportDeclaration(each) || !each.moduleSpecifier.text.startsWith(ROOM) || each.importClause === undefined) continue;
    const key = each.moduleSpecifier.text.slice(ROOM.length);
    const bindings = each.importClause.namedBindings;
    if (each.importClause.name !== undefined || bindings === undefined || !ts.isNamedImports(bindings)) {
      throw new Error(`Take named things from ${key}: a whole room would keep all that it holds in the bundle`);
    }
    const names = taken.get(key) ?? [];
    for (const { name, propertyName } of bindings.elements) {
      const own = (propertyName ?? name).text;
      if (names.some((known) => known.name === own)) continue;
      let as = own;
      while (used.has(as)) as += "_";
      used.add(as);
      names.push({ name: own, as });
    }
    taken.set(key, names);
  }
  return taken;
}

/** One function that makes what is taken from the rooms, as text. */
async function roomsText(names, options, told) {
  const contents = [...names].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, all]) =>
    `export { ${all.map(({ name, as }) => `${name} as ${as}`).join(", ")} } from "./src/${key}";`).join("\n");
  const result = await build({
    ...options, stdin: { contents, resolveDir: root, loader: "ts" }, format: "iife", globalName: "made", write: false, sourcemap: false, metafile: true,
  });
  told(result.metafile);
  return `function () { ${result.outputFiles[0].text}\nreturn made; }`;
}

/**
 * Builds one plugin as the app loads it: a CommonJS module. Throws when the text holds what the policy forbids.
 * `told` gets esbuild's account of each part of the bundle.
 */
export async function buildPlugin({ entry = "src/obsidian/main.ts", outfile = "main.js", dev = false, told = () => undefined } = {}) {
  const all = shared({ dev });
  const options = { ...all, plugins: [withoutExamples, ...all.plugins] };
  const page = { ...options, entryPoints: [entry] };
  const names = await namesTaken(page);
  const result = await build({
    ...page, plugins: [roomsApart(names), ...options.plugins], outfile, format: "cjs", write: false, metafile: true,
  });
  told(result.metafile);
  const head = names.size === 0 ? "" : `"use strict";\nvar makeRooms = ${await roomsText(names, options, told)};\nvar rooms = makeRooms();\n`;
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

/** Bytes of the bundle by folder, largest first, or by file with `byFile`. */
function sizes(accounts, byFile) {
  const bytes = new Map();
  for (const { outputs } of accounts) for (const { inputs } of Object.values(outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const key = byFile ? path : /^node_modules\/[^/]+/.exec(path)?.[0] ?? dirname(path);
      bytes.set(key, (bytes.get(key) ?? 0) + bytesInOutput);
    }
  }
  return [...bytes].sort((a, b) => b[1] - a[1]).map(([path, size]) => `${String(size).padStart(8)} ${path}\n`).join("");
}

async function main(args) {
  const dev = args.includes("--dev");
  const only = ["--workbench", "--cli"].filter((each) => args.includes(each));
  if (only.length === 0) {
    const accounts = [];
    const size = await buildPlugin({ dev, told: (account) => accounts.push(account) });
    if (args.includes("--sizes")) process.stdout.write(sizes(accounts, args.includes("--files")));
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
