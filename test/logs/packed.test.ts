/** Packed files and Parquet: what is inside, what is damaged, and the limits. */
import { crc32, deflateRawSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { Pace, Stopped } from "../../src/base";
import { readLogs } from "../../src/logs";
import type { Bytes, LoadProgress, ReadLogs, ReadOptions } from "../../src/logs";
import { cellAt, printValue } from "../../src/table";
import { PARQUET } from "./parquet-files";

/** Bytes that come in pieces; with parts, as a file has, or without, as a stream. */
function file(all: Uint8Array, parts = true, piece = 1000): Bytes {
  return {
    size: all.length,
    async *stream() {
      for (let at = 0; at < all.length; at += piece) yield await Promise.resolve(all.subarray(at, at + piece));
    },
    ...(parts ? { slice: (from: number, to: number) => file(all.subarray(from, to), true, piece) } : {}),
  };
}

function all(logs: ReadLogs, name: string): string[] {
  const index = logs.table.schema.columns.findIndex((c) => c.name === name);
  return Array.from({ length: logs.rows }, (_, row) => (index < 0 ? "" : printValue(cellAt(logs.table, row, index) ?? null)));
}
const messages = (logs: ReadLogs): string[] => logs.diagnostics.map((d) => d.message);
const load = async (bytes: Uint8Array, options: ReadOptions = {}, parts = true): Promise<ReadLogs & { readonly codes: string[] }> => {
  const logs = await readLogs(file(bytes, parts), options);
  return { ...logs, codes: logs.diagnostics.map((d) => d.code) };
};

interface ZipFile {
  readonly name: string;
  readonly text: string | Uint8Array;
  readonly stored?: boolean;
  readonly method?: number;
  readonly flags?: number;
}

/** An archive as the format says, files one behind the other and the directory at the end. */
function zip(files: readonly ZipFile[]): Uint8Array {
  const local: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, text, stored = false, method = stored ? 0 : 8, flags = 0 } of files) {
    const plain = Buffer.from(text);
    const data = stored ? plain : deflateRawSync(plain);
    const head = Buffer.alloc(26);
    head.writeUInt16LE(20, 0);
    head.writeUInt16LE(flags, 2);
    head.writeUInt16LE(method, 4);
    head.writeUInt32LE(typeof crc32 === "function" ? crc32(plain) : 0, 10);
    head.writeUInt32LE(data.length, 14);
    head.writeUInt32LE(plain.length, 18);
    head.writeUInt16LE(Buffer.byteLength(name), 22);
    const entry = Buffer.alloc(46);
    entry.write("PK\u0001\u0002", "latin1");
    head.copy(entry, 6);
    entry.writeUInt32LE(offset, 42);
    directory.push(entry, Buffer.from(name));
    const whole = Buffer.concat([Buffer.from("PK\u0003\u0004", "latin1"), head, Buffer.from(name), data]);
    local.push(whole);
    offset += whole.length;
  }
  const names = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006", "latin1");
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(names.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, names, end]);
}

const LINES = Array.from({ length: 5000 }, (_, i) => `{"n":${i},"user":"u${i % 7}"}`).join("\n");

describe("gzip", () => {
  it("is opened, whatever is inside", async () => {
    expect((await load(gzipSync("a,b\n1,2\n"))).format).toBe("csv");
    const cef = await load(gzipSync("CEF:0|A|B|1|1|n|3|src=192.0.2.1\n"));
    expect([cef.format, cef.name, all(cef, "SourceIP")]).toEqual(["cef", "CommonSecurityLog", ["192.0.2.1"]]);
  });

  it("may have several members, and be packed twice", async () => {
    const members = Buffer.concat([gzipSync('{"a":1}\n'), gzipSync('{"a":2}\n'), gzipSync('{"a":3}\n')]);
    expect(all(await load(members), "a")).toEqual(["1", "2", "3"]);
    expect(all(await load(gzipSync(members)), "a")).toEqual(["1", "2", "3"]);
  });

  it("is read as far as it goes when it is cut off or damaged, and that is told", async () => {
    const packed = gzipSync(LINES);
    const cut = await load(packed.subarray(0, packed.length >> 1));
    expect(cut.rows).toBeGreaterThan(500);
    expect(cut.rows).toBeLessThan(5000);
    expect(messages(cut)[0]).toBe(`The packed data is cut off after ${packed.length >> 1} bytes; what came before that was read.`);
    const damaged = Uint8Array.from(packed);
    damaged.fill(255, packed.length >> 1, (packed.length >> 1) + 40);
    expect((await load(damaged)).rows).toBeGreaterThan(0);
    const tail = await load(Buffer.concat([gzipSync('{"a":1}\n'), Buffer.from("not gzip at all, but long enough to be looked at")]));
    expect([all(tail, "a"), messages(tail)[0]]).toEqual([["1"], expect.stringMatching(/^The packed data is /)]);
  });

  it("stops a bomb at the limit, and tells it", async () => {
    const bomb = gzipSync(Buffer.alloc(64 << 20, '{"a":1}\n'));
    const logs = await load(bomb, { maxUnpacked: 4 << 20 });
    expect(logs.rows).toBeGreaterThan(500_000);
    expect(logs.rows).toBeLessThan(3_000_000);
    expect(messages(logs)[0]).toBe("More than 4 MB would come out of this file: the rest of it was not read.");
    // Nothing of it is text: that shows in its beginning.
    expect((await load(gzipSync(new Uint8Array(64 << 20)))).diagnostics.map((d) => d.code)).toEqual(["logs-binary"]);
  }, 60_000);

  it("tells how far it is by the packed bytes, and can be stopped", async () => {
    const packed = gzipSync(LINES.repeat(40), { level: 0 });
    const seen: LoadProgress[] = [];
    await readLogs(file(packed, true, 1 << 16), { onProgress: (p) => seen.push(p) });
    expect(seen.every((p, i) => p.size === packed.length && p.read <= p.size && p.read >= (seen[i - 1]?.read ?? 0))).toBe(true);
    expect(seen.at(-1)?.read).toBe(packed.length);
    const stop = new AbortController();
    const pace = new Pace({ clock: () => performance.now(), pause: () => Promise.resolve(), signal: stop.signal });
    await expect(readLogs(file(packed), { pace, onProgress: () => { stop.abort(); } })).rejects.toBeInstanceOf(Stopped);
  });
});

describe("ZIP", () => {
  it("gives the rows of its files one after the other", async () => {
    const bytes = zip([{ name: "logs/", text: "", stored: true }, { name: "logs/a.json", text: '{"Records":[{"a":1}]}' }, { name: "logs/b.json.gz", text: gzipSync('{"a":2}\n{"a":3,"b":"x"}\n'), stored: true }, { name: "__MACOSX/._a", text: "junk" }]);
    for (const parts of [true, false]) {
      const logs = await load(bytes, {}, parts);
      expect([logs.format, all(logs, "a"), all(logs, "b")]).toEqual(["json", ["1", "2", "3"], ["", "", "x"]]);
      expect(messages(logs)).toEqual(["The rows are those of 2 files of the archive: logs/a.json, logs/b.json.gz."]);
    }
  });

  it("tells which files are of another kind, and names the file of a wrong line", async () => {
    const logs = await load(zip([{ name: "a.csv", text: "a,b\n1,2\n1,2,3\n" }, { name: "b.json", text: '{"a":1}' }, { name: "c.txt", text: "" }]));
    expect(messages(logs)).toEqual([
      "a.csv: Line 3: 3 cells where the header has 2 names; this line was left out.",
      "Left out of the archive: b.json (json), c.txt (no events). Rows of one sample come from files of one kind; unpack the others and load them by themselves.",
    ]);
  });

  it("tells encrypted files, odd packing, documents and damage", async () => {
    expect(messages(await load(zip([{ name: "a.json", text: "{}", flags: 1 }, { name: "b.json", text: "{}", method: 14 }])))).toEqual([
      "'a.json' is encrypted; it was left out.", "'b.json' is packed in a way (14) that is not read here; it was left out.", "No file of this archive has events that can be read.",
    ]);
    expect(messages(await load(zip([{ name: "[Content_Types].xml", text: "<x/>" }])))).toEqual(["This is a document of an office program: save the sheet as CSV."]);
    expect(messages(await load(zip([{ name: "a.json", text: LINES }]).subarray(0, 500)))[0]).toBe("The archive has no directory at its end: it is cut off or damaged.");
  });

  it("limits what all files become together", async () => {
    const big = Buffer.alloc(8 << 20, '{"a":1}\n');
    const logs = await load(zip([{ name: "a", text: big }, { name: "b", text: big }]), { maxUnpacked: 10 << 20 });
    expect(logs.rows).toBeLessThan(1_500_000);
    expect(messages(logs).some((m) => m.includes("More than 10 MB would come out"))).toBe(true);
  }, 60_000);

  it("keeps to the limit of rows over all files", async () => {
    const logs = await load(zip([{ name: "a", text: LINES }, { name: "b", text: LINES }]), { maxRows: 5000 });
    expect([logs.rows, messages(logs).at(-1)]).toEqual([5000, "Only the first 5000 rows were read: that is the limit. 'b' and what follows it was left out."]);
  });
});

describe("Parquet", () => {
  it.each(Object.keys(PARQUET))("%s", async (codec) => {
    const bytes = Buffer.from(PARQUET[codec] ?? "", "base64");
    for (const parts of [true, false]) {
      const logs = await load(bytes, {}, parts);
      expect([logs.format, logs.rows, logs.diagnostics]).toEqual(["parquet", 3, []]);
      expect(logs.table.schema.columns.map((c) => `${c.name}:${c.type}`)).toEqual(["eventName:string", "eventTime:datetime", "bytes:long", "score:real", "ok:bool", "detail:dynamic"]);
      expect(["eventName", "eventTime", "bytes", "score", "ok", "detail"].map((name) => all(logs, name))).toEqual([
        ["RunInstances", "StopInstances", ""], ["2026-05-11T10:00:00.1230000Z", "2026-05-11T10:00:01.0000000Z", "2026-05-11T10:00:02.0000000Z"],
        ["9007199254740993", "2", "3"], ["1.0", "2.5", "3.0"], ["true", "false", ""], ['{"a":[1]}', "", '{"b":"x"}'],
      ]);
    }
  });

  it("tells damage, and keeps the rows before it", async () => {
    const bytes = Uint8Array.from(Buffer.from(PARQUET["UNCOMPRESSED"] ?? "", "base64"));
    expect(messages(await load(bytes.subarray(0, 300)))[0]).toMatch(/^This Parquet file cannot be read on \(/);
    // Half a file, and a directory that names places behind its end.
    for (const length of [4, 12, 700, bytes.length - 1]) {
      const logs = await load(bytes.subarray(0, length));
      expect([logs.rows, logs.codes], String(length)).toEqual([0, ["logs-parquet"]]);
    }
    const holes = Uint8Array.from(bytes);
    holes.fill(0, 4, 60);
    expect((await load(holes)).codes).toEqual(["logs-parquet"]);
  });

  it("is opened inside of gzip and ZIP", async () => {
    const bytes = Buffer.from(PARQUET["SNAPPY"] ?? "", "base64");
    expect((await load(gzipSync(bytes))).rows).toBe(3);
    expect((await load(zip([{ name: "a.parquet", text: bytes }, { name: "b.parquet", text: bytes }]))).rows).toBe(6);
  });
});
