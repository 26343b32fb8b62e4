/**
 * Damaged event logs, binary and XML: nothing throws, nothing hangs, nothing grows. `FUZZ_EVENTS=n` reads n files of each
 * (some hundreds without), `SEED=n` others. A failure names the seed and the number of its file.
 */
import { expect, it } from "vitest";
import { EventLog } from "../../src/logs/evtx";
import { eachEvent } from "../../src/logs/event-xml";
import { Report } from "../../src/logs/report";
import { Window } from "../../src/logs/window";
import { seeded } from "../../src/query/engine/run";
import { ChunkWriter, data, element, event, fileOf, slot, value } from "../logs/event-log-writer";
import type { LogRecord } from "../logs/event-log-writer";

const COUNT = Math.max(1, Number(process.env["FUZZ_EVENTS"] ?? 300));
const SEED = Number(process.env["SEED"] ?? 1);
const PER_FILE_MS = 3000;

const pick = <T>(next: () => number, of: readonly T[]): T => of[Math.floor(next() * of.length)] as T;
const below = (next: () => number, n: number) => Math.floor(next() * n);

const RECORDS: readonly LogRecord[] = [
  event(1n, "Security", data({ a: value.text("x".repeat(40)), b: value.whole(8, 5n), c: value.sid(5, 21, 7), d: value.hex64(3n) })),
  event(2n, "System", data({ a: value.texts("a", "b"), b: value.guid(new Array<number>(16).fill(7)), c: value.fileTime(1n), d: value.systemTime(2024, 1, 1, 1, 1, 1, 1, 1) })),
  event(3n, "System", value.bare(element("UserData", {}, element("x", { y: "1" }, "z", { entity: "amp" }, { cdata: "c" }, { character: 65 })))),
  event(4n, "Application", value.nested({ template: { root: element("EventData", {}, element("Data", {}, slot(0)), element("Binary", {}, slot(1)), slot(2)) }, values: [
    value.texts("one", "two", ""), value.binary([1, 2, 3]), value.nested({ template: { root: element("more", { v: slot(0) }, slot(1)) }, values: [value.real64(1.5), value.ansi([65, 66])] }),
  ] })),
];

const CHUNK = 0x1_0000;
/** Small files: what is behind the last record of a chunk is left out of the last chunk. */
function sound(): { readonly bytes: Uint8Array; readonly marks: readonly number[] } {
  const marks: number[] = [];
  const chunks = [0, 1].map((c) => {
    const writer = new ChunkWriter();
    for (let i = 0; i < 6; i++) writer.record(BigInt(c * 6 + i + 1), RECORDS[(c + i) % RECORDS.length] as LogRecord);
    const end = writer.at;
    marks.push(...writer.records.map((at) => 4096 + c * CHUNK + at));
    return { bytes: writer.done(), end };
  });
  const file = fileOf(...chunks.map(({ bytes }) => bytes));
  return { bytes: file.slice(0, 4096 + CHUNK + (chunks[1]?.end ?? 0)), marks };
}

const ODD = [0, 1, 2, 7, 0x0c, 0x21, 0x2a, 0x40, 0x41, 0x7f, 0x80, 0x81, 0xfe, 0xff];

/** Some bytes changed: most of them where something is said about others. */
function damagedLog(next: () => number, bytes: Uint8Array, marks: readonly number[]): Uint8Array {
  const out = bytes.slice();
  const view = new DataView(out.buffer);
  for (let n = 1 + below(next, 6); n > 0; n--) {
    const near = pick(next, marks) + below(next, 900);
    const at = Math.min(out.length - 8, next() < 0.7 ? near : next() < 0.5 ? 4096 + below(next, 512) : below(next, out.length));
    const kind = next();
    if (kind < 0.4) out[at] = next() < 0.5 ? pick(next, ODD) : below(next, 256);
    else if (kind < 0.55) view.setUint16(at, pick(next, [0, 1, 0x7fff, 0xffff, below(next, 0x1_0000)]), true);
    else if (kind < 0.7) view.setUint32(at, pick(next, [0, 1, 0x7fff_ffff, 0xffff_ffff, below(next, CHUNK), at % CHUNK]), true);
    else if (kind < 0.8) out.copyWithin(at, pick(next, marks), pick(next, marks) + below(next, 300));
    else if (kind < 0.9) out.fill(next() < 0.5 ? 0 : 0xff, at, at + below(next, 200));
    // A place of the chunk that points to itself or to another template: loops.
    else view.setUint32(at, pick(next, marks) % CHUNK + 38, true);
  }
  return next() < 0.15 ? out.subarray(0, below(next, out.length)) : next() < 0.1 ? out.subarray(4096) : out;
}

it(`reads ${COUNT} damaged binary event logs`, () => {
  const next = seeded(SEED);
  const { bytes, marks } = sound();
  let slowest = 0;
  let all = 0;
  for (let i = 0; i < COUNT; i++) {
    const file = damagedLog(next, bytes, marks);
    const report = new Report(new Window(""));
    let events = 0;
    const log = new EventLog(report, () => ++events < 10_000);
    const started = performance.now();
    try {
      for (const steps of [log.push(file), log.end()]) while (steps.next().done !== true);
    } catch (problem) {
      throw new Error(`seed ${SEED}, file ${i}`, { cause: problem });
    }
    const took = performance.now() - started;
    if (took > PER_FILE_MS) throw new Error(`seed ${SEED}, file ${i} took ${took} ms`);
    slowest = Math.max(slowest, took);
    all += events;
    // Records may have been doubled; what is missing is told.
    if (events > 100 || (events < 12 && report.diagnostics().length === 0)) throw new Error(`seed ${SEED}, file ${i}: ${events} events, nothing told`);
  }
  expect(slowest).toBeLessThan(PER_FILE_MS);
  // Damage in one place loses what is there, not the file.
  expect(all / COUNT).toBeGreaterThan(6);
}, 36_000_000);

const XML = `<?xml version="1.0"?><Events><Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name='P' Guid="{1}"/>`
  + `<EventID Qualifiers='0'>1</EventID><TimeCreated SystemTime='2024-05-01T10:00:00Z'/><Channel>Security</Channel></System><EventData><Data Name='a'>&lt;x&gt;</Data>`
  + `<Data>1</Data><Data><![CDATA[<y>]]></Data></EventData><!-- c --></Event><Event><System/><UserData><n:x xmlns:n='u'><y>2</y></n:x></UserData></Event></Events>`;
const PIECES = ["<", ">", "</", "/>", "<Event>", "</Event>", "<Event", "<System>", "</System>", "<Data Name='", "'", '"', "=", "&", ";", "&#", "&#x41;", "&amp;", "<!--", "-->", "<![CDATA[", "]]>",
  "<?", "?>", "<!DOCTYPE x [", "]>", "\0", "\ud800", "\u202e", "- ", " ", "\n", "a".repeat(300), "<a>".repeat(70), "<a ".repeat(40), "&".repeat(200), "x='1' ".repeat(300)];

it(`reads ${COUNT} damaged texts of XML events`, () => {
  const next = seeded(SEED + 1);
  let all = 0;
  for (let i = 0; i < COUNT; i++) {
    let text = XML;
    for (let n = 1 + below(next, 6); n > 0; n--) {
      const at = below(next, text.length);
      text = text.slice(0, at) + (next() < 0.7 ? pick(next, PIECES) : text.slice(at, at + below(next, 200))) + text.slice(next() < 0.5 ? at : at + below(next, 60));
    }
    const cut = next() < 0.5 ? below(next, text.length) : text.length;
    const window = new Window(text.slice(0, cut), cut < text.length);
    const started = performance.now();
    try {
      const steps = eachEvent(window, 0, new Report(window), () => ++all > 0);
      for (let step = steps.next(); step.done !== true; step = steps.next()) if (step.value === "more") window.append(text.slice(cut), false);
    } catch (problem) {
      throw new Error(`seed ${SEED}, text ${i}`, { cause: problem });
    }
    const took = performance.now() - started;
    if (took > PER_FILE_MS) throw new Error(`seed ${SEED}, text ${i} took ${took} ms`);
  }
  expect(all / COUNT).toBeGreaterThan(0.5);
}, 36_000_000);
