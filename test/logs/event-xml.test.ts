/** Windows events as XML: single ones, exports with and without a root, copies, damage. */
import { describe, expect, it } from "vitest";
import { writeJson } from "../../src/base";
import { readLogs } from "../../src/logs";
import { eachEvent } from "../../src/logs/event-xml";
import { readPieces } from "../../src/logs/read";
import { Report } from "../../src/logs/report";
import { Window } from "../../src/logs/window";
import { read } from "./rows-of";

const NS = 'xmlns="http://schemas.microsoft.com/win/2004/08/events/event"';
const event = (id: number, data: string, channel = "Microsoft-Windows-Sysmon/Operational", rest = "") =>
  `<Event ${NS}><System><Provider Name='Microsoft-Windows-Sysmon' Guid='{5770385f-c22a-43e0-bf4c-06f5698ffbd9}'/><EventID>${id}</EventID><Version>5</Version>` +
  `<TimeCreated SystemTime='2024-05-01T10:00:00.123456700Z'/><EventRecordID>9</EventRecordID><Correlation/><Execution ProcessID='4' ThreadID='8'/>` +
  `<Channel>${channel}</Channel><Computer>pc</Computer></System><EventData>${data}</EventData>${rest}</Event>`;

/** The form of all events of a text. */
function formsOf(text: string): unknown[] {
  const window = new Window(text);
  const found: unknown[] = [];
  const steps = eachEvent(window, 0, new Report(window), (one) => found.push(JSON.parse(writeJson(one))) > 0);
  while (steps.next().done !== true);
  return found;
}
const form = (inner: string) => (formsOf(`<Event>${inner}</Event>`)[0] as { Event: unknown }).Event;

describe("the form of events", () => {
  it.each<[string, string, unknown]>([
    ["empty elements", "<a/><b></b><c>\n  </c>", { a: null, b: null, c: null }],
    ["text and attributes", "<a x='1'>t</a>", { a: { "#attributes": { x: "1" }, "#text": "t" } }],
    ["entities", "<a>&lt;x&gt; &amp;&quot;&apos; &#65;&#x42; &nbsp; &#x110000;</a>", { a: "<x> &\"' AB &nbsp; &#x110000;" }],
    ["marked text", "<a>1<![CDATA[<b>&amp;]]>2</a>", { a: "1<b>&amp;2" }],
    ["comments and instructions", "<!-- <b> --><?x <c> ?><a>1<!-- 2 -->3</a>", { a: "13" }],
    ["blanks in values", "<EventData><Data Name='x'> a </Data></EventData>", { EventData: { x: " a " } }],
    ["Data", "<EventData><Data Name='x'>1</Data><Data Name='y'/></EventData>", { EventData: { x: "1", y: "" } }],
    ["Data without names", "<EventData><Data>1</Data><Data/></EventData>", { EventData: { Data: { "#text": ["1", ""] } } }],
    ["elements of the same name", "<UserData><E><a>1</a><a>2</a></E></UserData>", { UserData: { E: { a: "1", a_1: "2" } } }],
    ["prefixes", "<n:a xmlns:n='u' n:x='1'>2</n:a>", { a: { "#attributes": { x: "1" }, "#text": "2" } }],
    ["numbers of the system part", "<System><EventID Qualifiers='0'>4688</EventID><Execution ProcessID='4'/></System>",
      { System: { EventID: { "#attributes": { Qualifiers: 0 }, "#text": 4688 }, Execution: { "#attributes": { ProcessID: 4 } } } }],
    ["the marks of a copied tree", "\n- <System>\n  <Level>0</Level> \n  </System>\n", { System: { Level: 0 } }],
    ["an Event inside of an event", "<UserData><Event><a>1</a></Event></UserData>", { UserData: { Event: { a: "1" } } }],
  ])("%s", (_, inner, wanted) => { expect(form(inner)).toEqual(wanted); });

  it("knows no document types and none of their entities", () => {
    const bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + "<Event><System><Computer>&b;</Computer></System></Event>";
    expect(formsOf(bomb)).toEqual([{ Event: { System: { Computer: "&b;" } } }]);
  });
});

describe("texts", () => {
  const three = [event(1, "<Data Name='Image'>a</Data>"), event(3, "<Data Name='Image'>b</Data>"), event(5, "<Data Name='Image'>c</Data>")];
  it.each<[string, string]>([
    ["one behind the other", three.join("")], ["on lines", three.join("\n")],
    ["in a root", `<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<Events>${three.join("")}</Events>`],
    ["with a byte order mark", `\uFEFF<Events>${three.join("\r\n")}</Events>`], ["copied", three.map((one) => `- ${one}`).join("\n")],
    ["with prefixes", `<e:Events xmlns:e="u">${three.join("").replaceAll("<Event ", "<e:Event ").replaceAll("</Event>", "</e:Event>")}</e:Events>`],
  ])("%s", async (_, text) => {
    const logs = read(text);
    expect([logs.format, logs.name, logs.rows, logs.codes]).toEqual(["xml", "Event", 3, []]);
    expect(logs.all("EventID")).toEqual(["1", "3", "5"]);
    expect(logs.all("TimeGenerated")[0]).toBe("2024-05-01T10:00:00.1234567Z");
    const pieces = readPieces(Array.from({ length: Math.ceil(text.length / 100) }, (__, i) => text.slice(i * 100, i * 100 + 100)));
    expect([pieces.rows, pieces.diagnostics]).toEqual([3, []]);
    for (const [mark, little] of [["\uFEFF", true], ["\uFEFF", false], ["", true]] as const) {
      const words = `${mark}${text.replace("\uFEFF", "").trimStart()}`;
      if (mark === "" && !words.startsWith("<")) continue;
      const bytes = new Uint8Array(words.length * 2);
      const view = new DataView(bytes.buffer);
      for (let i = 0; i < words.length; i++) view.setUint16(2 * i, words.charCodeAt(i), little);
      const utf16 = await readLogs({ size: bytes.length, stream: async function* () { yield await Promise.resolve(bytes); } });
      expect([utf16.format, utf16.rows]).toEqual(["xml", 3]);
    }
  });

  it("have what Windows wrote for readers", () => {
    const rendered = "<RenderingInfo Culture='en-US'><Message>A process was created.\nMore.</Message><Level>Information</Level></RenderingInfo>";
    const logs = read(event(4688, "<Data Name='NewProcessName'>C:\\x.exe</Data>", "Security", rendered));
    expect([logs.name, logs.all("Activity"), logs.all("Process")]).toEqual(["SecurityEvent", ["4688 - A process was created."], ["x.exe"]]);
  });

  it.each<[string, string, RegExp]>([
    ["an element that is not closed", "<Event><System><a></System></Event>", /closes what is not open/],
    ["a tag that goes on", "<Event><System x=1></System></Event>", /goes on with/],
    ["an event that does not end", "<Event><System>", /does not end/],
    ["elements too deep", `<Event><System>${"<a>".repeat(100)}`, /nested more than 64 deep/],
  ])("with damage, lose only that event: %s", (_, broken, told) => {
    const text = [event(1, ""), broken, event(3, "")].join("\n");
    const logs = read(text);
    expect(logs.all("EventID")).toEqual(["1", "3"]);
    const [found] = logs.diagnostics;
    expect(found?.message).toMatch(told);
    expect(found?.message).toMatch(/^Line 2: /);
  });

  it("that are all beginnings end soon", () => {
    const started = performance.now();
    for (const piece of ["<Event><!--", "<Event a='", "<Event><System>", "<Event ", "<Event><a ", "<Event x='1'><![CDATA["]) {
      expect(read(`${event(1, "")}${piece.repeat(100_000)}`).rows).toBeGreaterThan(0);
    }
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});

describe("other shapes of the same events", () => {
  it.each<[string, string]>([
    ["nested", '{"Event":{"#attributes":{"xmlns":"u"},"System":{"Provider":{"#attributes":{"Name":"P"}},"EventID":{"#attributes":{"Qualifiers":0},"#text":7045},"Channel":"System","Computer":"pc"},"EventData":{"ServiceName":"x"}}}'],
    ["without the outer name", '{"System":{"Provider":{"#attributes":{"Name":"P"}},"EventID":7045,"Channel":"System","Computer":"pc"},"EventData":{"ServiceName":"x"}}'],
    ["of a converter", '{"Event":{"System":{"Provider":{"@Name":"P"},"EventID":"7045","Channel":"System","Computer":"pc"},"EventData":{"Data":[{"@Name":"ServiceName","#text":"x"}]}}}'],
  ])("%s", (_, text) => {
    const logs = read(text);
    expect([logs.name, logs.all("EventID"), logs.all("Source"), logs.all("Computer")]).toEqual(["Event", ["7045"], ["P"], ["pc"]]);
    expect(logs.all("EventData")[0]).toContain('<Data Name="ServiceName">x</Data>');
  });
});
