/**
 * LEEF 1.0 and 2.0, alone or behind a syslog header: fields between bars, then attributes cut by tabs or, in 2.0, by
 * the character that the header names. Source: IBM QRadar, Log Event Extended Format, "LEEF event components".
 */
import { cutHeader, envelope, extensionPairs } from "./cef";
import type { LineContext, LineFormat, LineReader } from "./line-format";
import { addRow } from "./line-format";
import { Years } from "./moments";

const HEADER = ["vendor", "product", "productVersion", "eventId"];
const START = /(?:^|[\s:"])LEEF: ?([12](?:\.\d)?)\|/;

/** The delimiter as the header of 2.0 says it: a character, or its code as `x09`, `0x09`, `\t`. */
function delimiterOf(said: string): string | undefined {
  if (said === "") return "\t";
  if (said === "\\t") return "\t";
  const code = /^(?:\\|0)?x([0-9a-f]{1,4})$/i.exec(said);
  if (code !== null) return String.fromCharCode(parseInt(code[1] ?? "", 16));
  return said.length === 1 ? said : undefined;
}

class LeefReader implements LineReader {
  private readonly years = new Years();

  constructor(private readonly context: LineContext) {}

  line(line: string): string | undefined {
    const { rows } = this.context;
    const start = START.exec(line);
    if (start === null) return "expected 'LEEF:1.0|' or 'LEEF:2.0|'";
    const from = start.index + start[0].length;
    const head = cutHeader(line, from, HEADER.length);
    if (head === undefined) return "expected four fields between bars behind 'LEEF:'";
    let at = head.end;
    let delimiter = "\t";
    if (start[1]?.startsWith("2") === true) {
      const bar = line.indexOf("|", at);
      // `^|`: the delimiter may be the bar itself.
      const said = line.charAt(at) === "|" && line.charAt(at + 1) === "|" ? "|" : bar < 0 || bar - at > 6 ? undefined : line.slice(at, bar).trim();
      const wanted = said === undefined ? undefined : delimiterOf(said);
      if (said !== undefined && wanted !== undefined) {
        delimiter = wanted;
        at += said === "|" ? 2 : bar - at + 1;
      }
    }
    const fields = new Map<string, string>(envelope(line.slice(0, start.index + (start[0].startsWith("LEEF") ? 0 : 1)), this.years));
    fields.set("leefVersion", start[1] ?? "");
    HEADER.forEach((name, i) => fields.set(name, head.fields[i] ?? ""));
    for (const [key, value] of pairs(line.slice(at), delimiter)) {
      fields.set(HEADER.includes(key) || key === "leefVersion" ? `${key}_1` : key, value);
    }
    addRow(rows, fields);
    return undefined;
  }

  end(): void {
    this.years.settle(this.context.rows, "timestamp", this.context.now, this.context.report);
  }
}

function* pairs(text: string, delimiter: string): Generator<readonly [string, string]> {
  // Tabs that became blanks on the way through a clipboard: values then end where the next key begins.
  if (delimiter === "\t" && !text.includes("\t")) {
    yield* extensionPairs(text);
    return;
  }
  for (const part of text.split(delimiter)) {
    const cut = part.indexOf("=");
    const key = cut < 0 ? "" : part.slice(0, cut).trim();
    if (key !== "" && key.length <= 256) yield [key, part.slice(cut + 1).trim()];
  }
}

/** Log Event Extended Format. */
export const LEEF: LineFormat = {
  format: "leef",
  untyped: true,
  test: (line) => START.test(line),
  reader: (context) => new LeefReader(context),
};
