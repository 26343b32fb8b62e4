/**
 * Damaged lines of every format of lines, read as that format and as whatever they look like: nothing throws, nothing hangs, tables are
 * whole, and a table is not larger than its text allows. Inputs for each format: LOG_INPUTS (200,000 for a long run), from LOG_SEED.
 */
import { expect, it } from "vitest";
import { readLogsNow } from "../../src/logs";
import type { LogFormat } from "../../src/logs";

const TIMES = Number(process.env["LOG_INPUTS"] ?? 400);
const SEED = Number(process.env["LOG_SEED"] ?? 20260511);
/** A reading of a few hundred characters that takes longer hangs, on however busy a machine. */
const PER_INPUT_MS = 4000;

const LINES: Readonly<Partial<Record<LogFormat, readonly string[]>>> = {
  syslog: ['<165>1 2026-05-11T10:00:00.003Z h app 8 ID [ex@1 a="\\"b\\]" c="d"][y] \uFEFFtext', "<13>May 11 10:00:00 h t[1]: x", "Feb 29 23:59:60 h a: b", "2026-05-11T10:00:00+02:00 h a: b", "<189>45: host: *May 11 2025 10:00:00.1 UTC: %X: y", "\tset in"],
  cef: ["CEF:0|A\\|B|C|1|2|n|9|src=1 msg=a b\\=c\\nd cs1=x y cs1Label=L z", "<13>May 11 10:00:00 h CEF:1|||||||a=b", "CEF:0|A|B|C|D|E|F"],
  leef: ["LEEF:1.0|V|P|1|2|a=b\tc=d e", "LEEF:2.0|V|P|1|2|^|a=b^c=d", "LEEF:2.0|V|P|1|2|0x09|a=b", "LEEF:2.0|V|P|1|2|||a=b|c=d"],
  logfmt: ['level=info msg="a \\"b" c d=1', "ts=1 at=x level="],
  keyvalue: ['<1>date=2026-05-11 time=10:00:00 tz="+0200" a="b c" d=e', "a=1,b=2;c='x", "May 11 10:00:00 h x a=b c d=e"],
  auditd: ["type=SYSCALL msg=audit(1.5:3): a0=1 a1=2 exit=-2 key=(null)\u001dSYSCALL=x", 'type=EXECVE msg=audit(1.5:3): argc=2 a0="x" a1[0]=6162 a1[1]=63 a1_len=3', "type=PATH msg=audit(1.5:3): item=1 name=2F00", "type=USER_AUTH msg=audit(1.6:4): msg='op=x acct=\"y\" res=failed'", "type=SOCKADDR msg=audit(1.7:5): saddr=0A0001BB00000000", "type=1327 audit(1.5:3): proctitle=6C730041"],
  w3c: ["#Software: x\n#Date: 2026-05-11\n#Fields: date time a cs(User-Agent)", '2026-05-11 10:00:00 - "a ""b"', "10:00:00\tx\ty\tz", "#Fields: time a a"],
  access: ['1.1.1.1 - b [11/May/2026:10:00:00 +0200] "GET /a?b HTTP/1.1" 200 1 "r" "u\\"\\x41"', 'v:80 ::1 - - [11/May/2026:10:00:00 +0000] "" 400 - x "y'],
  errorlog: ["[Mon May 11 10:00:00.1 2026] [core:error] [pid 1:tid 2] [client 1.1.1.1:5] AH00001: m, referer: r", '2026/05/11 10:00:00 [error] 1#2: *3 m, client: 1, request: "GET \\" x", host: "h"'],
  zeek: ["#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tx\n#fields\tts\ta\tb\tc\n#types\ttime\tset[count]\tbool\tdouble", "1.5\t1,2,-\tT\t1e5", "9999999999999.1\t(empty)\t-\tx", "#separator \\x20"],
};
const MARKS = ["", " ", "\t", "\n", "\r\n", '"', "'", "\\", "|", "=", "[", "]", "<", ">", "(", ")", ":", ",", ";", "#", "-", "\u0000", "\uFEFF", "\ud800", "é", "0", "9999999999", "msg=", "%x", "a".repeat(300), "=".repeat(40), " x=".repeat(30)];

/** Random numbers from a seed. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

for (const [format, lines] of Object.entries(LINES) as [LogFormat, readonly string[]][]) {
  it(`${format}, ${TIMES} inputs`, () => {
    const heap = process.memoryUsage().heapUsed;
    let read = 0;
    for (let i = 0; i < TIMES; i++) {
      const next = random(SEED + i * 7919);
      const below = (n: number): number => Math.floor(next() * n);
      const head = format === "w3c" || format === "zeek" ? `${lines[0] ?? ""}\n` : "";
      let text = head + Array.from({ length: 1 + below(5) }, () => lines[below(lines.length)] ?? "").join("\n");
      for (let n = below(6); n > 0; n--) {
        const at = below(text.length + 1);
        text = text.slice(0, at) + (MARKS[below(MARKS.length)] ?? "") + text.slice(at + below(4));
      }
      const told = `${format}, seed ${SEED}, input ${i}: ${JSON.stringify(text)}`;
      const started = performance.now();
      try {
        const logs = readLogsNow(text, { ...(next() < 0.7 ? { format } : {}), ...(next() < 0.5 ? { map: false } : {}) });
        const cells = logs.table.batches.reduce((n, batch) => n + batch.length * batch.columns.length, 0);
        for (const batch of logs.table.batches) for (const column of batch.columns) if (column.length !== batch.length) throw new RangeError("ragged table");
        if (logs.rows > text.split("\n").length || cells > 4000 + text.length * 200) throw new RangeError(`${logs.rows} rows, ${cells} cells`);
        read += logs.rows;
      } catch (e) {
        throw new Error(told, { cause: e });
      }
      if (performance.now() - started > PER_INPUT_MS) throw new Error(`${told} took too long`);
    }
    expect(read).toBeGreaterThan(TIMES / 4);
    // What a reading leaves behind is nothing: twenty thousand of them keep no more than ten.
    expect(process.memoryUsage().heapUsed - heap).toBeLessThan(700e6);
  }, 60_000 + TIMES * 60);
}

it("long lines of everything are read in time that grows as they do", () => {
  const many = 100_000;
  for (const text of [
    `CEF:0|A|B|C|1|2|3|${"a=".repeat(many)}`, `CEF:0|A|B|C|1|2|3|a=${" x".repeat(many)}`, `LEEF:2.0|${"\\|".repeat(many)}`, `type=EXECVE msg=audit(1.5:3): ${"a1=41 ".repeat(many)}`,
    `type=SYSCALL msg=audit(1.5:3): ${"'".repeat(many)}`, `<13>1 - - - - - ${"[x ".repeat(many)}`, `<13>1 - - - - - [x a="${"\\".repeat(many)}`, `a="${'\\"'.repeat(many)} b=1`,
    `x=1 y=${'"'.repeat(many)}`, `1.1.1.1 - - [11/May/2026:10:00:00 +0000] "GET ${" HTTP/1.1".repeat(many)}" 200 1${' "'.repeat(many)}`,
    `2026/05/11 10:00:00 [error] 1#2: ${", client: ".repeat(many)}`, `[Mon May 11 10:00:00 2026] [error] ${"[client 1] ".repeat(many)}x`, `#Fields: ${"a ".repeat(many)}\n${"- ".repeat(many)}`,
    `#separator \\x09\n#fields${"\ta".repeat(many)}\n#types${"\tset[string]".repeat(many)}\n${"\t,".repeat(many)}`,
    `May 11 10:00:00 h a: x\n${`\t${"y".repeat(100)}\n`.repeat(5000)}`, `${"type=PATH msg=audit(1.5:3): item=0 name=\"a\"\n".repeat(20_000)}`,
  ]) {
    const started = performance.now();
    readLogsNow(text);
    expect(performance.now() - started, text.slice(0, 60)).toBeLessThan(20_000);
  }
}, 240_000);
