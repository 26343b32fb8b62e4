import { describe, expect, it } from "vitest";
import { readLogs, readLogsNow, writeCsv, writeJsonRows, writeMarkdown } from "../../src/logs";
import { Pace, Stopped } from "../../src/base";
import { read } from "./rows-of";

/** Random numbers from a seed, so that a failure can be repeated. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const M = 1_000_000;
const noise = (() => {
  const next = random(7);
  return Array.from({ length: 20_000 }, () => String.fromCharCode(Math.floor(next() * 256))).join("");
})();
const surrogates = "\ud800\udc00\udfff\ud800".repeat(500);

/** Texts made to hurt, and whether something must be said about them. */
const HOSTILE: readonly (readonly [name: string, text: string, told: boolean])[] = [
  ["nothing", "", true],
  ["blanks", " \n\t\r\n ", true],
  ["a byte order mark alone", "\uFEFF", true],
  ["a brace", "{", true],
  ["a bracket", "[", true],
  ["a closing brace", "}", true],
  ["a closing bracket", "]", true],
  ["a quote", '"', true],
  ["a comma", ",", false],
  ["commas", ",".repeat(10_000), false],
  ["a null", "null", true],
  ["a number", "42", true],
  ["zero bytes", "\0".repeat(1000), true],
  ["noise", noise, true],
  ["broken letters", "\ufffd".repeat(5000), true],
  ["halves of characters", surrogates, true],
  ["halves of characters in JSON", `{"a":"${surrogates}"}`, false],
  ["an event log file", "ElfFile\0\0\0\0", true],
  ["gzip", "\u001f\u008b\b\0\0\0\0", true],
  ["a zip archive", "PK\u0003\u0004abc", true],
  ["a PDF", "%PDF-1.7\n1 0 obj", true],
  ["a million open brackets", "[".repeat(M), true],
  ["a million open objects", '{"a":'.repeat(M), true],
  ["a million nested lists, closed", "[".repeat(M) + "]".repeat(M), true],
  ["a deep value in one event", `{"a":1}\n{"a":${"[".repeat(M)}${"]".repeat(M)}}\n{"a":3}`, true],
  ["a hundred thousand lines that each open a list", '{"a":[\n'.repeat(100_000), true],
  ["a hundred thousand open objects on lines", '{"a":{\n'.repeat(100_000), true],
  ["a hundred thousand open strings", '{"a":"x\n'.repeat(100_000), true],
  ["a hundred thousand broken keys", "{a:1}\n".repeat(100_000), true],
  ["braces and quotes", '{"'.repeat(200_000), true],
  ["a million backslashes in a string", `{"a":"${"\\".repeat(M)}"}`, false],
  ["an odd million of backslashes", `{"a":"${"\\".repeat(M + 1)}"}`, true],
  ["escaped quotes", `{"a":"${'\\"'.repeat(500_000)}"}`, false],
  ["wrong escapes", '{"a":"\\x41\\u12"}', true],
  ["a line of ten million letters", `{"a":"${"x".repeat(10 * M)}"}`, false],
  ["a CSV cell of ten million letters", `a,b\n${"x".repeat(10 * M)},1\n`, false],
  ["a number of a million digits", `{"a":${"9".repeat(M)}}`, true],
  ["a number that is infinite", '{"a":1e999}', false],
  ["numbers that are none", '{"a":01}\n{"a":+1}\n{"a":.5}\n{"a":1.}\n{"a":0x10}\n{"a":NaN}', true],
  ["__proto__ as key", '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"a":1}', false],
  ["__proto__ as header", "__proto__,constructor,toString,hasOwnProperty\n1,2,3,4\n", false],
  ["__proto__ as table", "# table=__proto__\na,b\n1,2\n", true],
  ["constructor as Type", '{"TimeGenerated":"2024-01-01T00:00:00Z","Type":"constructor"}', false],
  ["__proto__ inside of a mapping", '{"eventSource":"s","eventName":"n","userIdentity":{"__proto__":{"type":"x"}},"requestParameters":{"__proto__":1}}', false],
  ["the empty key", '{"":1,"a":2}', false],
  ["a key repeated", '{"a":1,"a":2}', false],
  ["a key of a megabyte", `{"${"k".repeat(M)}":1}`, false],
  ["fifty thousand keys in an event", `{${Array.from({ length: 50_000 }, (_, i) => `"k${i}":${i}`).join(",")}}`, true],
  ["a new key in each of twenty thousand events", Array.from({ length: 20_000 }, (_, i) => `{"k${i}":1}`).join("\n"), true],
  ["a header of a hundred thousand names", Array.from({ length: 100_000 }, (_, i) => `c${i}`).join(",") + "\n1,2\n", true],
  ["a row of a million cells", `a,b\n${"1,".repeat(M)}\n`, true],
  ["a quote that never closes", `a,b\n"${"x\n".repeat(200_000)}`, true],
  ["quotes without end", `a,b\n${'"x\n'.repeat(100_000)}`, true],
  ["only quotes", `a,b\n${'"'.repeat(M)}`, true],
  ["pairs of quotes over lines", `a,b\n"${'""\n'.repeat(200_000)}`, true],
  ["half of the rows ragged", `a,b,c\n${"1,2,3\n1,2\n1,2,3,4\n".repeat(1000)}`, true],
  ["scripts in cells", 'a,b\n<script>alert(1)</script>,"<img src=x onerror=alert(1)>"\n', false],
  ["formulas in cells", "a,b\n=cmd|'/c calc'!A0,+1+1\n@SUM(A1),-2+3\n", false],
  ["escape codes of terminals", '{"a":"\u001b[2J\u001b]0;x\u0007"}\n{oops \u001b[31m}', true],
  ["text that turns its direction", '{"a":"\u202egnp.exe"}', false],
  ["lines that end in returns alone", "a,b\r1,2\r3,4\r", false],
  ["dates that do not exist", "TimeGenerated,x\n2024-02-30T00:00:00Z,1\n2024-13-01T25:61:61Z,2\n", false],
  ["dates at the ends of time", "TimeGenerated,x\n0000-00-00T00:00:00Z,1\n9999-12-31T23:59:59.9999999Z,2\n0001-01-01T00:00:00Z,3\n", false],
  ["dates with a million digits", `TimeGenerated,x\n${"1".repeat(M)}/1/2024,1\n`, false],
  ["a header of blanks", " , , \n1,2,3\n", false],
  ["a wrapper without events", '{"Records":[]}', false],
  ["a wrapper of wrappers", `${'{"Records":['.repeat(10_000)}`, true],
  ["a wrapper that is cut", '{"Records":[{"a":1},{"a":2}', true],
  ["Records that are no events", '{"Records":[1,"x",null,[]]}', false],
  ["an API answer that is not one", '{"tables":[1,2]}', false],
  ["an API answer with wrong rows", '{"tables":[{"columns":[{"name":"a"},5],"rows":[[1],2,[1,2,3]]}]}', false],
  ["an envelope around nothing", '{"_index":"x","_source":null}', false],
  ["a mapping with wrong kinds everywhere", '{"eventSource":1,"eventName":[],"userIdentity":"x","eventTime":{},"requestParameters":5,"readOnly":"maybe","awsRegion":null}', true],
  ["Azure records with wrong kinds", '{"time":5,"resourceId":{},"operationName":[],"resultType":{},"resultSignature":1,"identity":"x","properties":"y"}', true],
  ["Windows events with wrong kinds", '{"EventID":"x","Channel":{},"SourceName":[],"Message":5,"SubjectUserName":{}}', true],
  ["a table of odd columns", '{"protoPayload":5,"logName":{},"insertId":[]}', false],
  ["a bad expression bait", `a,b\n${"a".repeat(50_000)}!,1\n`, false],
  ["a first line that never ends", `# ${"table=a ".repeat(100_000)}`, false],
];

describe("hostile text", () => {
  it("is tried in sixty ways and more", () => expect(HOSTILE.length).toBeGreaterThan(60));

  it.each(HOSTILE)("%s", (_, text, told) => {
    const started = performance.now();
    const logs = readLogsNow(text);
    expect(performance.now() - started).toBeLessThan(8000);
    if (told) expect(logs.diagnostics.length).toBeGreaterThan(0);
    expect(logs.diagnostics.length).toBeLessThan(300);
    for (const d of logs.diagnostics) {
      expect(d.message.length).toBeLessThan(600);
      expect(d.message).not.toMatch(/\p{Cc}|\u202e/u);
      expect(d.span.from).toBeLessThanOrEqual(d.span.to);
      expect(d.span.to).toBeLessThanOrEqual(text.length);
    }
    for (const batch of logs.table.batches) for (const column of batch.columns) expect(column.length).toBe(batch.length);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  }, 20_000);

  it("forgets nothing of what surrounds a hostile event", () => {
    const logs = read(`{"a":1}\n{"a":${"[".repeat(M)}${"]".repeat(M)}}\n{"a":3}`);
    expect(logs.all("a")).toEqual(["1", "3"]);
  });

  it("keeps __proto__ as a key like others", () => {
    const logs = read('{"__proto__":"x","a":{"__proto__":1}}');
    expect(logs.cell(0, "__proto__")).toBe("x");
    expect(logs.all("a")).toEqual(['{"__proto__":1}']);
  });

  it("survives random damage to good logs", () => {
    const good = Array.from({ length: 40 }, (_, i) => `{"eventSource":"s","eventName":"n${i}","awsRegion":"r","userIdentity":{"arn":"a\\"${i}"},"x":[1,2.5,null]}`).join("\n");
    const table = `a,b,c\n${Array.from({ length: 40 }, (_, i) => `${i},"x ""${i}""\ny",2024-05-01T00:00:0${i % 10}Z`).join("\n")}\n`;
    for (let seed = 1; seed <= 300; seed++) {
      const next = random(seed);
      let text = seed % 2 === 0 ? good : table;
      for (let n = 0; n < 1 + next() * 6; n++) {
        const at = Math.floor(next() * text.length);
        const marks = ["", '"', "{", "}", "[", "]", ",", "\n", "\\", "\0", "é"];
        text = text.slice(0, at) + (marks[Math.floor(next() * marks.length)] ?? "") + text.slice(at + Math.floor(next() * 3));
      }
      const logs = readLogsNow(text);
      expect(logs.rows, `seed ${seed}`).toBeGreaterThan(0);
      for (const batch of logs.table.batches) for (const c of batch.columns) expect(c.length, `seed ${seed}`).toBe(logs.rows);
    }
  });

  it("can be stopped", async () => {
    const lines = '{"a":1}\n'.repeat(50_000);
    const abort = new AbortController();
    let pauses = 0;
    let time = 0;
    const pace = new Pace({ clock: () => (time += 20), pause: () => { if (++pauses === 3) abort.abort(); return Promise.resolve(); }, signal: abort.signal });
    await expect(readLogs(lines, { pace })).rejects.toBeInstanceOf(Stopped);
    expect(pauses).toBe(3);
  });

  it("writes hostile cells harmlessly", () => {
    const { table } = read('a,b\n"=1+1","<b>|x"\n"@x","[[link]] #tag"\n-5,"two\nlines"\n');
    expect(writeCsv(table)).toBe('a,b\r\n\'=1+1,<b>|x\r\n\'@x,[[link]] #tag\r\n-5,"two\nlines"\r\n');
    const markdown = writeMarkdown(table).split("\n");
    expect(markdown.length).toBe(6);
    expect(markdown[2]).toBe("| =1+1 | &lt;b>\\|x |");
    expect(markdown[3]).toBe("| @x | \\[\\[link\\]\\] \\#tag |");
    expect((JSON.parse(writeJsonRows(table)) as unknown[])[2]).toEqual({ a: "-5", b: "two\nlines" });
  });
});
