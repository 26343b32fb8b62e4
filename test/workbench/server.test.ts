/** The workbench's server and the folder behind it: nothing outside of the vault, nothing written without leave. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Folder, checkPath } from "../../src/workbench/folder.mts";
import { readArguments, serve, type Running } from "../../src/workbench/server.mts";

const outside = mkdtempSync(join(tmpdir(), "purplebook-outside-"));
const root = mkdtempSync(join(tmpdir(), "purplebook-vault-"));
writeFileSync(join(outside, "secret.txt"), "secret");
writeFileSync(join(root, "Note.md"), "text");
mkdirSync(join(root, "Sub"));
writeFileSync(join(root, "Sub/Deep.md"), "deep");
mkdirSync(join(root, ".hidden"));
writeFileSync(join(root, ".hidden/x.md"), "x");
symlinkSync(outside, join(root, "Link"));
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = async (folder: Folder, path: string): Promise<string> => new TextDecoder().decode(await folder.read(path));

describe("a folder", () => {
  it.each(["", "/etc/passwd", "../x", "a/../../x", "a//b", "./a", "a\\..\\b", "a\u0000b", "C:/x", "a/."])("takes no path like %j", (path) => {
    expect(() => checkPath(path)).toThrow(/Not a path/);
  });

  it("lists what is the vault's: no hidden folders, no links", async () => {
    const folder = await Folder.open(root, false);
    expect((await folder.list()).map((each) => each.path)).toEqual(["Note.md", "Sub", "Sub/Deep.md"]);
  });

  it("follows no link out, to read or to write", async () => {
    const folder = await Folder.open(root, true);
    await expect(folder.read("Link/secret.txt")).rejects.toThrow(/out of the vault/);
    await expect(folder.write("Link/new.txt", bytes("x"), false)).rejects.toThrow(/out of the vault/);
    expect(existsSync(join(outside, "new.txt"))).toBe(false);
  });

  it("keeps changes in memory without leave to write", async () => {
    const folder = await Folder.open(root, false);
    await folder.write("Note.md", bytes("changed"), false);
    await folder.write("New/One.md", bytes("one"), true);
    await folder.rename("Sub", "Moved");
    expect(await textOf(folder, "Note.md")).toBe("changed");
    expect((await folder.list()).map((each) => each.path)).toEqual(["Moved", "Moved/Deep.md", "New", "New/One.md", "Note.md"]);
    await expect(folder.read("Sub/Deep.md")).rejects.toThrow(/No file/);
    await expect(folder.write("New/One.md", bytes(""), true)).rejects.toThrow(/already/);
    await folder.remove("Note.md");
    expect(await folder.stat("Note.md")).toBeUndefined();
    await folder.write("Note.md", bytes("again"), true);
    expect(await textOf(folder, "Note.md")).toBe("again");
    expect(readFileSync(join(root, "Note.md"), "utf8")).toBe("text");
    expect(existsSync(join(root, "Sub/Deep.md"))).toBe(true);
    expect(existsSync(join(root, "New"))).toBe(false);
  });

  it("does not open what is not there", async () => {
    await expect(Folder.open(join(root, "nowhere"), false)).rejects.toThrow(/no folder/);
  });
});

describe("the server", () => {
  let running: Running;
  beforeAll(async () => { running = await serve({ vault: root, port: 0, write: false, plugins: [] }); });
  afterAll(() => running.close());

  const ask = (path: string, options: { method?: string; headers?: Record<string, string>; body?: string } = {}): Promise<{ status: number; text: string; type: string }> =>
    new Promise((resolve, reject) => {
      const { port } = new URL(running.address);
      const sent = request({ host: "127.0.0.1", port, path, method: options.method ?? "GET", headers: options.headers ?? {} }, (response) => {
        let text = "";
        response.on("data", (part: Buffer) => { text += part.toString(); });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text, type: String(response.headers["content-type"]) }));
      });
      sent.on("error", reject);
      sent.end(options.body);
    });

  it.each(["../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%2e%2e/x", "/etc/passwd", "Link/secret.txt"])("gives nothing for %s", async (path) => {
    const answer = await ask(`/api/file?path=${path}`);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.text).not.toContain("secret\n");
    expect(answer.text).not.toContain("root:");
  });

  it("gives files and texts of the vault", async () => {
    expect((await ask("/api/file?path=Sub%2FDeep.md")).text).toBe("deep");
    const many = await ask("/api/read", { method: "POST", headers: { "x-workbench": "1" }, body: JSON.stringify(["Note.md", "None.md"]) });
    expect(JSON.parse(many.text)).toEqual([["Note.md", "text"]]);
    expect((await ask("/page.js/../../package.json")).status).toBe(404);
  });

  it("refuses another site's page: a foreign host name, a change without the page's own header", async () => {
    expect((await ask("/api/files", { headers: { host: "evil.example" } })).status).toBe(403);
    expect((await ask("/api/file?path=Note.md", { method: "PUT", body: "x" })).status).toBe(403);
    expect((await ask("/api/file?path=Note.md", { method: "DELETE" })).status).toBe(403);
  });
});

describe("arguments", () => {
  it("reads them", () => {
    expect(readArguments(["--vault", "v", "--port", "0", "--write", "--plugin", "p"], "/r"))
      .toEqual({ vault: "v", port: 0, write: true, plugins: ["p", "/r"] });
    expect(readArguments(["--help"], "/r")).toBe("help");
  });

  it.each([["--port", "x"], ["--port", "70000"], ["--vault"], ["--colour"]])("says what is wrong with %s %s", (...args) => {
    expect(() => readArguments(args.filter((each) => each !== undefined), "/r")).toThrow(/--/);
  });
});
