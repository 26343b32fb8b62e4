/** Binary event logs: every kind of value and token, the form of the events, and damage in all places. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeJson } from "../../src/base";
import { readEventLog, readLogs } from "../../src/logs";
import { cellAt, printValue } from "../../src/table";
import { chunkOf, ChunkWriter, data, element, event, fileOf, logOf, slot, value } from "./event-log-writer";
import type { Content, Element, LogRecord, Value } from "./event-log-writer";

/** The bytes as a file that comes in pieces. */
function fileFrom(bytes: Uint8Array, piece = bytes.length) {
  return {
    size: bytes.length,
    stream: async function* () {
      for (let at = 0; at < bytes.length; at += piece) yield await Promise.resolve(bytes.subarray(at, at + piece));
    },
  };
}

type Plain = { readonly [name: string]: Plain };

async function eventsOf(bytes: Uint8Array, piece?: number): Promise<{ events: Plain[]; said: string[] }> {
  const { records, diagnostics } = await readEventLog(fileFrom(bytes, piece));
  return { events: records.map((record) => JSON.parse(writeJson(record)) as Plain), said: diagnostics.map((d) => d.message) };
}

/** What one element becomes. */
async function formOf(root: Element, ...values: Value[]): Promise<unknown> {
  const { events } = await eventsOf(logOf({ template: { root: element("Event", {}, root) }, values }));
  return events[0]?.["Event"];
}

const field = async (one: Value) => ((await formOf(element("EventData", {}, element("Data", { Name: "x" }, slot(0))), one)) as Plain)["EventData"]?.["x"];

describe("values", () => {
  it.each<[string, Value, unknown]>([
    ["nothing", value.none, ""],
    ["text", value.text("C:\\Users\\Zoë\\x.exe"), "C:\\Users\\Zoë\\x.exe"],
    ["text up to its NUL", value.text("a\0b"), "a"],
    ["text with blanks at its end", value.text("cmd.exe "), "cmd.exe"],
    ["long text", value.text("x".repeat(9000)), "x".repeat(9000)],
    ["ANSI text", value.ansi([0x63, 0x61, 0x66, 0xe9, 0]), "café"],
    ["Int8", value.whole(3, 0xffn), -1], ["UInt8", value.whole(4, 200n), 200],
    ["Int16", value.whole(5, 0xfffen), -2], ["UInt16", value.whole(6, 65535n), 65535],
    ["Int32", value.whole(7, 0xffff_fffdn), -3], ["UInt32", value.whole(8, 4_294_967_295n), 4_294_967_295],
    ["Int64", value.whole(9, (1n << 64n) - 4n), -4], ["UInt64", value.whole(10, 5_000_000_000n), 5_000_000_000],
    ["Real32", value.real32(0.1), "0.1"], ["a whole Real32", value.real32(3), "3.0"], ["Real64", value.real64(1.5e-9), "1.5e-9"],
    ["true", value.bool(1), true], ["false", value.bool(0), false], ["an odd truth", value.bool(65536), true],
    ["binary", value.binary([0, 0xab, 0x10]), "00AB10"],
    ["GUID", value.guid([0x5f, 0x38, 0x70, 0x57, 0x2a, 0xc2, 0xe0, 0x43, 0xbf, 0x4c, 6, 0xf5, 0x69, 0x8f, 0xfb, 0xd9]), "5770385F-C22A-43E0-BF4C-06F5698FFBD9"],
    ["a size of 32 bits", value.sizeT(255n, 4), "0xff"], ["a size of 64 bits", value.sizeT(0x1_0000_0001n, 8), "0x100000001"],
    ["FILETIME", value.fileTime(133_500_000_012_345_678n), "2024-01-17T21:20:01.2345678Z"],
    ["FILETIME zero", value.fileTime(0n), "1601-01-01T00:00:00.0000000Z"],
    ["FILETIME beyond years", value.fileTime((1n << 63n) - 1n), "9223372036854775807"],
    ["SYSTEMTIME", value.systemTime(2024, 2, 4, 29, 23, 59, 58, 7), "2024-02-29T23:59:58.0070000Z"],
    ["SYSTEMTIME that is none", value.systemTime(2024, 13, 0, 1, 0, 0, 0, 0), ""],
    ["SID", value.sid(5, 21, 1, 4_294_967_295, 500), "S-1-5-21-1-4294967295-500"],
    ["HexInt32", value.hex32(0x3e7n), "0x3e7"], ["HexInt64", value.hex64(0x8020_0000_0000_0000n), "0x8020000000000000"],
    ["a handle", value.of(0x20, [1, 0, 0, 0]), "0x1"],
    ["a type nobody knows", value.of(0x31, [1, 2]), "0102"],
    ["a number that lacks bytes", value.of(8, [1, 2]), ""],
    ["an array of one", value.texts("a"), "a"],
    ["an empty array", value.texts(), ""],
  ])("%s", async (_, one, wanted) => {
    expect(await field(one)).toEqual(wanted);
  });

  it("keeps the blanks of texts in tables", async () => {
    const logs = await readLogs(fileFrom(logOf(event(1n, "x", data({ CommandLine: value.text("cmd.exe ") })))), { map: false });
    expect(cellAt(logs.table, 0, logs.table.schema.columns.findIndex((c) => c.name === "CommandLine"))).toBe("cmd.exe ");
  });

  it("keeps numbers of 64 bits exact", async () => {
    const { records } = await readEventLog(fileFrom(logOf(event(1n, "x", data({ n: value.whole(10, (1n << 64n) - 1n) })))));
    expect(writeJson(records[0] ?? null)).toContain('"n":18446744073709551615');
  });
});

describe("the form of events", () => {
  it.each<[string, Element, Value[], unknown]>([
    ["an empty element", element("a"), [], { a: null }],
    ["an element whose value is nothing", element("a", {}, slot(0)), [value.none], { a: null }],
    ["attributes", element("a", { x: "1", y: slot(0) }), [value.whole(8, 2n)], { a: { "#attributes": { x: "1", y: 2 } } }],
    ["attributes without a value", element("a", { y: slot(0) }), [value.none], { a: null }],
    ["attributes and text", element("a", { x: "1" }, slot(0)), [value.whole(6, 7n)], { a: { "#attributes": { x: "1" }, "#text": 7 } }],
    ["texts side by side", element("a", {}, "n=", slot(0), "!"), [value.whole(6, 7n)], { a: "n=7!" }],
    ["marked text", element("a", {}, { cdata: "<b>" }), [], { a: "<b>" }],
    ["entities and characters", element("a", {}, { entity: "lt" }, "x", { entity: "nbsp" }, { character: 65 }), [], { a: "<x&nbsp;A" }],
    ["elements of the same name", element("a", {}, element("b", {}, "1"), element("b", {}, "2"), element("b", {}, "3")), [], { a: { b: "1", b_1: "2", b_2: "3" } }],
    ["Data without names", element("EventData", {}, element("Data", {}, "1"), element("Data"), element("Binary", {}, slot(0))), [value.binary([255])],
      { EventData: { Data: { "#text": ["1", ""] }, Binary: "FF" } }],
    ["one Data without a name", element("EventData", {}, element("Data", {}, slot(0))), [value.text("1")], { EventData: { Data: { "#text": "1" } } }],
    ["Data of an array", element("EventData", {}, element("Data", {}, slot(0))), [value.texts("a", "", "c")], { EventData: { Data: { "#text": ["a", "", "c"] } } }],
    ["an array in an attribute", element("a", {}, element("b", { x: slot(0) })), [value.array(6, [value.whole(6, 1n), value.whole(6, 2n)])],
      { a: { b: { "#attributes": { x: 1 } }, b_1: { "#attributes": { x: 2 } } } }],
    ["arrays of SIDs", element("a", {}, element("b", {}, slot(0))), [value.array(0x13, [value.sid(5, 18), value.sid(5, 32, 544)])], { a: { b: "S-1-5-18", b_1: "S-1-5-32-544" } }],
    ["a name given by a value", element("EventData", {}, element("Data", { Name: slot(0) }, slot(1))), [value.text("k"), value.text("v")], { EventData: { k: "v" } }],
    ["Data elsewhere", element("a", {}, element("Data", { Name: "x" }, "1")), [], { a: { Data: { "#attributes": { Name: "x" }, "#text": "1" } } }],
    ["an element as a value", element("UserData", {}, slot(0)), [value.bare(element("LogFileCleared", { z: "1" }, element("Channel", {}, "System")))],
      { UserData: { LogFileCleared: { "#attributes": { z: "1" }, Channel: "System" } } }],
    ["a template as a value", element("UserData", {}, slot(0)), [value.nested({ template: { root: element("x", {}, slot(0)) }, values: [value.text("deep")] })], { UserData: { x: "deep" } }],
    ["a value that nobody gave", element("a", {}, slot(9)), [], { a: null }],
  ])("%s", async (_, root, values, wanted) => {
    expect(await formOf(root, ...values)).toEqual(wanted);
  });

  it("tells of a field that comes twice", async () => {
    const twice = element("EventData", {}, element("Data", { Name: "x" }, "1"), element("Data", { Name: "x" }, "2"));
    const { events, said } = await eventsOf(logOf({ template: { root: element("Event", {}, twice) }, values: [] }));
    expect(events[0]?.["Event"]).toEqual({ EventData: { x: "2" } });
    expect(said).toEqual(["Some events hold 'x' more than once; the last of each is read."]);
  });

  it("is that of a whole event", async () => {
    const { events, said } = await eventsOf(logOf(event(4624n, "Security", data({ TargetUserName: value.text("bob"), LogonType: value.whole(8, 3n) }))));
    expect(said).toEqual([]);
    expect(events).toEqual([{
      Event: {
        "#attributes": { xmlns: "http://schemas.microsoft.com/win/2004/08/events/event" },
        System: {
          Provider: { "#attributes": { Name: "Provider" } }, EventID: 4624, Version: 2, Level: 4, Task: 1, Opcode: 0, Keywords: "0x8020000000000000",
          TimeCreated: { "#attributes": { SystemTime: "2024-01-17T21:20:01.2345678Z" } }, EventRecordID: 7, Correlation: null,
          Execution: { "#attributes": { ProcessID: 4, ThreadID: 8 } }, Channel: "Security", Computer: "pc", Security: { "#attributes": { UserID: "S-1-5-18" } },
        },
        EventData: { TargetUserName: "bob", LogonType: 3 },
      },
    }]);
  });
});

/** Many events of a few kinds. */
const many = (count: number, first = 0): LogRecord[] => Array.from({ length: count }, (_, i) =>
  event(BigInt(first + i), "Security", data({ User: value.text(`user ${(first + i) % 5}`), [(first + i) % 2 ? "Odd" : "Even"]: value.whole(8, BigInt(first + i)) })));
const idsOf = (events: readonly Plain[]) => events.map((one) => one["Event"]?.["System"]?.["EventID"] as unknown as number);
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe("files", () => {
  const chunks = [many(40), many(40, 40), many(40, 80)].map((records, i) => chunkOf(BigInt(i * 40 + 1), ...records));
  const damaged = (change: (file: Uint8Array, view: DataView) => void) => {
    const file = fileOf(...chunks.map((chunk) => chunk.slice()));
    change(file, new DataView(file.buffer));
    return file;
  };
  const CHUNK = 0x1_0000;

  it("come in pieces of any size", async () => {
    for (const piece of [1000, 4096, 65_537, 1 << 20]) expect(idsOf((await eventsOf(fileOf(...chunks), piece)).events)).toEqual(range(0, 120));
  });

  it.each<[string, (file: Uint8Array, view: DataView) => void, number[], RegExp]>([
    ["a zero file header", (file) => file.fill(0, 0, 4096), range(0, 120), /file header is damaged/],
    ["a dirty file", (_, view) => { view.setUint32(120, 1, true); }, range(0, 120), /in use when it was copied/],
    ["the mark of a chunk", (file) => file.fill(0x58, 4096 + CHUNK, 4096 + CHUNK + 8), range(0, 120), /Chunk 1 .*its mark is damaged/],
    ["a whole chunk header", (file) => file.fill(0xff, 4096 + CHUNK, 4096 + CHUNK + 512), range(0, 120), /Chunk 1/],
    ["a chunk", (file) => file.fill(0xff, 4096 + CHUNK, 4096 + 2 * CHUNK), [...range(0, 40), ...range(80, 120)], /Chunk 1 .*65536 bytes are no chunk/],
    ["the checksum of a header", (_, view) => { view.setUint32(4096 + 124, 5, true); }, range(0, 120), /checksum of its header/],
    ["the checksum of records", (_, view) => { view.setUint32(4096 + 52, 5, true); }, range(0, 120), /checksum of its records/],
    ["no checksums", (_, view) => { view.setUint32(4096 + 52, 0, true); view.setUint32(4096 + 124, 0, true); }, range(0, 120), /^$/],
    ["common strings", (file) => file.fill(0xee, 4096 + 128, 4096 + 384), range(0, 120), /checksum of its header/],
    ["the end of free space", (_, view) => { view.setUint32(4096 + 48, 9_999_999, true); }, range(0, 120), /free space cannot begin/],
  ])("with damage: %s", async (_, change, ids, told) => {
    const { events, said } = await eventsOf(damaged(change));
    expect(idsOf(events)).toEqual(ids);
    expect(said.join("\n")).toMatch(told);
  });

  it("without a header, or moved, are read", async () => {
    const file = fileOf(...chunks);
    expect(idsOf((await eventsOf(file.subarray(4096))).events)).toEqual(range(0, 120));
    const moved = new Uint8Array(file.length + 512);
    moved.set(file.subarray(0, 4096 + CHUNK));
    moved.set(file.subarray(4096 + CHUNK), 4096 + CHUNK + 512);
    expect(idsOf((await eventsOf(moved)).events)).toEqual(range(0, 120));
  });

  it("that were cut lose what is behind the cut", async () => {
    const file = fileOf(...chunks);
    for (const cut of [100, 4096, 4096 + 300, 4096 + 700, 4096 + 5000, 4096 + CHUNK + 3000]) {
      const { events, said } = await eventsOf(file.subarray(0, cut));
      expect(idsOf(events)).toEqual(range(0, events.length));
      if (cut !== 4096) expect(said).not.toEqual([]);
      if (cut > 4096 + CHUNK) expect(events.length).toBeGreaterThan(40);
    }
  });

  it("lose one record for one damaged record, and tell its number and place", async () => {
    const writer = new ChunkWriter();
    many(20).forEach((record, i) => { writer.record(BigInt(i + 1), record); });
    const at = writer.records[10] ?? 0;
    const chunk = writer.done();
    const without = async (change: (view: DataView) => void) => {
      const broken = chunk.slice();
      change(new DataView(broken.buffer));
      return eventsOf(fileOf(broken));
    };
    // What is between its header and its values: the number of its values, its sizes, its token, its template.
    for (const change of [
      (view: DataView) => { view.setUint32(at, 0x5858, true); },
      (view: DataView) => { view.setUint32(at + 4, 3, true); },
      (view: DataView) => { view.setUint32(at + 4, 0xffff_ffff, true); },
      (view: DataView) => { view.setUint8(at + 28, 0x77); },
      (view: DataView) => { view.setUint32(at + 34, 0xffff_fff0, true); view.setUint32(at + 30, 99, true); },
      (view: DataView) => { view.setUint32(at + 38, 0x7fff_ffff, true); },
    ]) {
      const { events, said } = await without(change);
      expect(idsOf(events)).toEqual([...range(0, 10), ...range(11, 20)]);
      expect(said.join("\n")).toMatch(new RegExp(`byte ${4096 + at}`));
      expect(said.join("\n")).toContain("19 events were read; 1 more are damaged and left out.");
    }
  });

  it("borrow the template of another chunk where their own is damaged", async () => {
    const broken = chunks.map((chunk) => chunk.slice());
    // The root element of the first record's template.
    broken[1]?.fill(0x99, 512 + 24 + 14 + 24, 512 + 24 + 14 + 30);
    const { events, said } = await eventsOf(fileOf(...broken));
    expect(idsOf(events).slice(0, 40)).toEqual(range(0, 40));
    expect(idsOf(events).slice(-40)).toEqual(range(80, 120));
    expect(events.length).toBeGreaterThan(110);
    expect(said.join("\n")).toMatch(/templates of other chunks/);
  });

  it("keep the rest of an event whose own part is broken", async () => {
    const { events, said } = await eventsOf(logOf(event(5n, "Security", value.of(0x21, [0x0f, 1, 1, 0, 0x55]))));
    expect(idsOf(events)).toEqual([5]);
    expect(said.join()).toMatch(/record 1: a part of it is left out/);
  });

  it("cannot make more of a record than it can hold", async () => {
    const wide: Content[] = Array.from({ length: 60 }, () => slot(0));
    let nested: Value = value.text("x".repeat(1000));
    for (let i = 0; i < 8; i++) nested = value.nested({ template: { root: element(`e${i}`, {}, ...wide) }, values: [nested] });
    const started = performance.now();
    const { events, said } = await eventsOf(logOf({ template: { root: element("Event", {}, slot(0)) }, values: [nested] }, event(2n, "x", value.none)));
    expect(performance.now() - started).toBeLessThan(5000);
    expect(idsOf(events).at(-1)).toBe(2);
    expect(said.join()).toMatch(/more (elements|text) than an event can have/);
  });

  it("stop at the limit of rows, and tell", async () => {
    const logs = await readLogs(fileFrom(fileOf(...chunks)), { maxRows: 50 });
    expect(logs.rows).toBe(50);
    expect(logs.diagnostics.map((d) => d.code)).toContain("logs-row-limit");
    expect((await readLogs(fileFrom(fileOf(...chunks)), { maxRows: 120 })).diagnostics).toEqual([]);
  });

  it("tell how far they are, and can be stopped between chunks", async () => {
    const told: number[] = [];
    await readLogs(fileFrom(fileOf(...chunks), 50_000), { onProgress: ({ read, size }) => told.push(read / size) });
    expect(told.at(-1)).toBe(1);
    expect([...told].sort((a, b) => a - b)).toEqual(told);
  });
});

describe("tables", () => {
  const tableOf = async (bytes: Uint8Array, options = {}) => {
    const logs = await readLogs(fileFrom(bytes), options);
    const columns = logs.table.schema.columns.map((c) => c.name);
    return { logs, cell: (row: number, column: string) => printValue(cellAt(logs.table, row, columns.indexOf(column))) };
  };
  const logon = data({
    TargetUserName: value.text("bob"), TargetDomainName: value.text("CORP"), LogonType: value.whole(8, 3n), Version: value.text("of the data"),
  });

  it("are SecurityEvent for the Security channel", async () => {
    const { logs, cell } = await tableOf(logOf(event(4624n, "Security", logon)));
    expect([logs.name, logs.format, logs.mapping]).toEqual(["SecurityEvent", "evtx", "windows-events"]);
    expect(["TimeGenerated", "EventID", "Account", "LogonTypeName", "Computer"].map((c) => cell(0, c)))
      .toEqual(["2024-01-17T21:20:01.2345678Z", "4624", "CORP\\bob", "3 - Network", "pc"]);
  });

  it("are Event for other channels, with the event's own data", async () => {
    const { logs, cell } = await tableOf(logOf(event(7045n, "System", logon)));
    expect(logs.name).toBe("Event");
    expect(cell(0, "EventData")).toContain('<Data Name="Version">of the data</Data>');
    expect(cell(0, "Source")).toBe("Provider");
  });

  it("are WindowsEvent where that is wanted", async () => {
    const { cell } = await tableOf(logOf(event(7045n, "System", logon)), { table: "WindowsEvent" });
    expect(JSON.parse(cell(0, "EventData"))).toEqual({ TargetUserName: "bob", TargetDomainName: "CORP", LogonType: 3, Version: "of the data" });
    expect(cell(0, "SystemUserId")).toBe("S-1-5-18");
  });

  it("are the same for the same events as JSON", async () => {
    const bytes = logOf(event(4624n, "Security", logon), event(4625n, "Security", logon));
    const { records } = await readEventLog(fileFrom(bytes));
    const text = records.map((record) => writeJson(record)).join("\n");
    const [binary, json] = [await readLogs(fileFrom(bytes)), await readLogs(text)];
    expect(json.name).toBe(binary.name);
    for (const [i] of json.table.schema.columns.entries()) expect(cellAt(json.table, 1, i)).toEqual(cellAt(binary.table, 1, i));
  });
});

const shared = join(__dirname, "../../../shared/samples/evtx");

describe.runIf(existsSync(shared))("samples", () => {
  const index = existsSync(shared) ? JSON.parse(readFileSync(join(shared, "index.json"), "utf8")) as { file: string; events: number }[] : [];
  it.each(existsSync(shared) ? readdirSync(shared).filter((f) => f.endsWith(".evtx")) : [])("%s", async (name) => {
    const { records } = await readEventLog(fileFrom(new Uint8Array(readFileSync(join(shared, name)))));
    const wanted = index.find(({ file }) => file === name)?.events ?? NaN;
    // Behind damaged records there are more than the index counts.
    if (name.includes("bad_chunk_magic")) expect(records.length).toBeGreaterThanOrEqual(wanted);
    else expect(records.length).toBe(wanted);
  });
});
