/**
 * The workbench's server: gives the page, the plugins and the files of one vault to a browser on this machine. Speaks to
 * nobody else: it listens on the loopback address and answers only requests that name it.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { dirname, extname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Folder, Refusal, checkPath } from "./folder.mts";

/** How a workbench is to be served. */
export interface Options {
  /** The vault's folder. */
  readonly vault: string;
  /** 0: any free port. */
  readonly port: number;
  /** Lets changes reach the folder; else they stay in memory. */
  readonly write: boolean;
  /** Folders with `main.js` and `manifest.json`, loaded in this order. */
  readonly plugins: readonly string[];
  /** Folder of the built page, when it is not beside the server. */
  readonly page?: string;
}

/** A server that runs. */
export interface Running {
  readonly address: string;
  close(): Promise<void>;
}

interface PluginFolder {
  readonly id: string;
  readonly folder: string;
  readonly manifest: unknown;
}

const here = dirname(fileURLToPath(import.meta.url));

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif",
  ".svg": "image/svg+xml", ".webp": "image/webp", ".avif": "image/avif", ".bmp": "image/bmp", ".pdf": "application/pdf",
};

/** Only our own scripts, and workers made of our own text; nothing from elsewhere. */
const policy = ["default-src 'self'", "script-src 'self'", "worker-src 'self' blob:", "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:", "connect-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"].join("; ");

const largestBody = 256 * 1024 * 1024;

async function readPlugin(folder: string): Promise<PluginFolder> {
  const path = resolve(folder);
  const text = await readFile(join(path, "manifest.json"), "utf8").catch(() => { throw new Error(`There is no manifest.json in ${folder}`); });
  const manifest = JSON.parse(text) as { id?: unknown };
  if (typeof manifest.id !== "string" || !/^[a-z0-9-]+$/i.test(manifest.id)) throw new Error(`The manifest in ${folder} has no usable id`);
  if (!existsSync(join(path, "main.js"))) throw new Error(`There is no main.js in ${folder}: run "npm run build" there first`);
  return { id: manifest.id, folder: path, manifest };
}

function body(request: IncomingMessage): Promise<Buffer> {
  return new Promise((done, fail) => {
    const parts: Buffer[] = [];
    let size = 0;
    request.on("data", (part: Buffer) => {
      size += part.length;
      if (size > largestBody) {
        fail(new Refusal(413, "The file is larger than 256 MB"));
        request.destroy();
      } else parts.push(part);
    });
    request.on("end", () => done(Buffer.concat(parts)));
    request.on("error", fail);
  });
}

class Workbench {
  private readonly streams = new Set<ServerResponse>();

  constructor(private readonly vault: Folder, private readonly plugins: readonly PluginFolder[], private readonly page: string) {}

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const address = new URL(request.url ?? "/", "http://localhost");
    const host = (request.headers.host ?? "").replace(/:\d+$/, "");
    // Another name for this machine would be another site's doing.
    if (!["localhost", "127.0.0.1", "[::1]"].includes(host)) throw new Refusal(403, "The workbench answers on this machine only");
    const method = request.method ?? "GET";
    if (method !== "GET" && request.headers["x-workbench"] !== "1") throw new Refusal(403, "Only the workbench's page may change files");
    if (address.pathname.startsWith("/api/")) return await this.api(method, address, request, response);
    if (method !== "GET") throw new Refusal(405, "Nothing to do here");
    if (address.pathname.startsWith("/plugins/")) return await this.plugin(address.pathname.slice("/plugins/".length), response);
    const name = address.pathname === "/" ? "page.html" : address.pathname.slice(1);
    if (!["page.html", "page.js", "page.css"].includes(name)) throw new Refusal(404, "Not found");
    send(response, await readFile(join(this.page, name)), extname(name));
  }

  close(): void {
    for (const stream of this.streams) stream.end();
  }

  private async api(method: string, address: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (name: string): string => checkPath(address.searchParams.get(name) ?? "");
    switch (`${method} ${address.pathname}`) {
      case "GET /api/info":
        return json(response, { name: this.vault.name, writable: this.vault.writable, plugins: this.plugins.map((each) => each.id) });
      case "GET /api/files": return json(response, await this.vault.list());
      case "GET /api/stat": return json(response, await this.vault.stat(path("path")) ?? null);
      case "GET /api/events": return this.events(response);
      case "POST /api/read": {
        const asked = JSON.parse((await body(request)).toString("utf8")) as unknown;
        if (!Array.isArray(asked)) throw new Refusal(400, "A list of paths is needed");
        const texts: [string, string][] = [];
        for (const each of asked) {
          const one = checkPath(String(each));
          const data = await this.vault.read(one).catch(() => undefined);
          if (data !== undefined) texts.push([one, Buffer.from(data).toString("utf8")]);
        }
        return json(response, texts);
      }
      case "GET /api/file": {
        const one = path("path");
        const data = await this.vault.read(one);
        // A vault's own page or drawing must not run with the workbench's rights.
        response.setHeader("content-security-policy", "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:");
        return send(response, data, extname(one).toLowerCase(), "application/octet-stream");
      }
      case "PUT /api/file": return json(response, await this.vault.write(path("path"), await body(request), address.searchParams.has("fresh")));
      case "DELETE /api/file": await this.vault.remove(path("path")); return json(response, null);
      case "POST /api/folder": return json(response, await this.vault.makeFolder(path("path")));
      case "POST /api/rename": await this.vault.rename(path("path"), path("to")); return json(response, null);
      default: throw new Refusal(404, "Not found");
    }
  }

  private events(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write(": open\n\n");
    this.streams.add(response);
    const stop = this.vault.watch((event) => response.write(`data: ${JSON.stringify(event)}\n\n`));
    response.on("close", () => {
      stop();
      this.streams.delete(response);
    });
  }

  /** `main.js` is given as a function of its module, so that the page needs no evaluation of text. */
  private async plugin(rest: string, response: ServerResponse): Promise<void> {
    const [id, name] = rest.split("/");
    const found = this.plugins.find((each) => each.id === id);
    if (found === undefined || name === undefined) throw new Refusal(404, "No such plugin");
    if (name === "manifest.json") return json(response, found.manifest);
    if (name === "styles.css") {
      return send(response, await readFile(join(found.folder, name)).catch(() => Buffer.from("")), ".css");
    }
    if (name !== "main.js") throw new Refusal(404, "Not found");
    const text = await readFile(join(found.folder, name), "utf8");
    const head = `(window.workbenchPlugins ??= {})[${JSON.stringify(found.id)}] = function (require, module, exports) {\n`;
    send(response, Buffer.from(`${head}${text}\n};\n`), ".js");
  }
}

function json(response: ServerResponse, value: unknown): void {
  send(response, Buffer.from(JSON.stringify(value)), ".json");
}

function send(response: ServerResponse, data: Uint8Array, extension: string, otherwise = "text/plain; charset=utf-8"): void {
  if (!response.hasHeader("content-security-policy")) response.setHeader("content-security-policy", policy);
  response.writeHead(200, {
    "content-type": types[extension] ?? otherwise, "content-length": data.length, "cache-control": "no-store",
    "x-content-type-options": "nosniff", "referrer-policy": "no-referrer",
  });
  response.end(data);
}

/** Starts serving. Rejects when the vault or a plugin is not there, or the port is taken. */
export async function serve(options: Options): Promise<Running> {
  const vault = await Folder.open(options.vault, options.write);
  const plugins = await Promise.all(options.plugins.map(readPlugin));
  const workbench = new Workbench(vault, plugins, options.page ?? join(here, "workbench"));
  const server: Server = createServer((request, response) => {
    workbench.answer(request, response).catch((error: unknown) => {
      const status = error instanceof Refusal ? error.status : 500;
      if (!response.headersSent) response.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
      response.end(error instanceof Error ? error.message : String(error));
    });
  });
  await new Promise<void>((done, fail) => {
    server.once("error", fail);
    server.listen(options.port, "127.0.0.1", () => done());
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;
  return {
    address: `http://localhost:${port}/`,
    close: () => new Promise((done) => {
      workbench.close();
      server.close(() => done());
      server.closeAllConnections();
    }),
  };
}

const usage = `Serves the workbench over a vault.

  npm start                                the demo vault; changes stay in memory
  npm start -- --vault ~/notes             your own vault, left as it is
  npm start -- --vault ~/notes --write     your own vault, changes reach the files

  --vault DIR    folder of the vault (default: demo)
  --write        let changes reach the folder
  --port N       port to listen on (default: 4173, or a free one near it)
  --plugin DIR   also load the plugin of this folder (main.js, manifest.json); may be given more than once
  --help         this text
`;

/** Reads the arguments; throws an `Error` whose message says what is wrong. */
export function readArguments(args: readonly string[], root: string): Options | "help" {
  let vault = join(root, "demo");
  let port = 4173;
  let write = false;
  const plugins = [root];
  for (let at = 0; at < args.length; at++) {
    const name = args[at] ?? "";
    const value = (): string => {
      const next = args[++at];
      if (next === undefined) throw new Error(`${name} needs a value`);
      return next;
    };
    if (name === "--help" || name === "-h") return "help";
    else if (name === "--write") write = true;
    else if (name === "--vault") vault = value();
    else if (name === "--plugin") plugins.unshift(value());
    else if (name === "--port") {
      port = Number(value());
      if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error("--port takes a number from 0 to 65535");
    } else throw new Error(`Unknown option ${name}. Try --help.`);
  }
  return { vault, port, write, plugins };
}

async function main(): Promise<void> {
  const options = readArguments(process.argv.slice(2), resolve(here, ".."));
  if (options === "help") {
    process.stdout.write(usage);
    return;
  }
  for (let tries = 0; ; tries++) {
    try {
      const running = await serve({ ...options, port: options.port === 0 ? 0 : options.port + tries });
      const fate = options.write ? "changes reach the folder" : "changes stay in memory; --write lets them reach the folder";
      process.stdout.write(`Vault: ${resolve(options.vault)} (${fate})\nOpen:  ${running.address}\n`);
      return;
    } catch (error) {
      if ((error as { code?: unknown }).code !== "EADDRINUSE" || tries > 20) throw error;
    }
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
