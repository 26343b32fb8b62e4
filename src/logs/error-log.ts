/**
 * Error logs of Apache (2.2 and 2.4) and nginx. Their times have no zone and are read as UTC, which is told. Sources: Apache httpd,
 * core, `ErrorLogFormat`, default formats; nginx, `error_log`, and the fields that its messages end in.
 */
import type { LineContext, LineFormat, LineReader } from "./line-format";
import { addRow } from "./line-format";
import { isoOf, readMoment } from "./moments";

const APACHE = /^\[([A-Z][a-z]{2} [A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d(?:\.\d{1,9})? \d{4})\] \[(?:([\w-]{1,64}):)?([a-z]\w{1,15})\] /;
const APACHE_PART = /^\[(pid|client|remote|tid|unique_id|vhost) ([^\]]{1,255})\] ?/;
const NGINX = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d) \[([a-z]{2,10})\] (\d{1,10})#(\d{1,10}): (?:\*(\d{1,20}) )?/;
/** What nginx writes behind a message. */
const NGINX_FIELD = /, (client|server|request|upstream|host|referrer|subrequest|login|session): (?:"((?:[^"\\]|\\.)*)"|([^,]*))$/;

class ErrorReader implements LineReader {
  private zoned = false;

  constructor(private readonly context: LineContext) {}

  line(line: string): string | undefined {
    const fields = this.nginx(line) ?? this.apache(line);
    if (fields === undefined) return "expected a time and a level as Apache or nginx write them";
    if (!this.zoned) this.context.report.whole("info", "logs-zone", "The times have no zone; they are read as UTC.");
    this.zoned = true;
    addRow(this.context.rows, fields);
    return undefined;
  }

  private apache(line: string): Map<string, string> | undefined {
    const head = APACHE.exec(line);
    const time = head === null ? null : readMoment(head[1] ?? "");
    if (head === null || time === null) return undefined;
    const fields = new Map<string, string>([["timestamp", time], ["level", head[3] ?? ""]]);
    if (head[2] !== undefined) fields.set("module", head[2]);
    let rest = line.slice(head[0].length);
    for (let part = APACHE_PART.exec(rest); part !== null; part = APACHE_PART.exec(rest)) {
      const [whole, name = "", value = ""] = part;
      const pid = name === "pid" ? /^(\d+):tid (\d+)$/.exec(value) : null;
      if (pid !== null) fields.set("pid", pid[1] ?? "").set("tid", pid[2] ?? "");
      else if (name === "client" || name === "remote") {
        // An IPv6 address without a port is all colons.
        const [, address = value, port] = /^(.*[\].\dA-Fa-f]):(\d{1,5})$/.exec(value) ?? [];
        const cut = port !== undefined && (!address.includes(":") || address.includes("]") || address.split(":").length > 7);
        fields.set("client", cut ? address.replace(/^\[|\]$/g, "") : value);
        if (cut) fields.set("client_port", port);
      } else fields.set(name, value);
      rest = rest.slice(whole.length);
    }
    const code = /^(AH\d{5}): /.exec(rest)?.[1];
    if (code !== undefined) {
      fields.set("code", code);
      rest = rest.slice(code.length + 2);
    }
    const referer = /, referer: (\S+)$/.exec(rest);
    if (referer !== null) {
      fields.set("referer", referer[1] ?? "");
      rest = rest.slice(0, referer.index);
    }
    return fields.set("message", rest);
  }

  private nginx(line: string): Map<string, string> | undefined {
    const head = NGINX.exec(line);
    if (head === null) return undefined;
    const [whole, year, month, day, clock = "", level = "", pid = "", tid = "", connection] = head;
    const time = isoOf(Number(year), Number(month), Number(day), clock);
    if (time === null) return undefined;
    const fields = new Map<string, string>([["timestamp", time], ["level", level], ["pid", pid], ["tid", tid]]);
    if (connection !== undefined) fields.set("connection", connection);
    let message = line.slice(whole.length);
    const found: [string, string][] = [];
    for (let n = 0; n < 10; n++) {
      // A field is short; looking from the last commas keeps long messages cheap.
      const tail = Math.max(0, message.length - 8192);
      const field = NGINX_FIELD.exec(message.slice(tail));
      if (field === null) break;
      found.unshift([field[1] ?? "", field[2] ?? field[3] ?? ""]);
      message = message.slice(0, tail + field.index);
    }
    fields.set("message", message);
    for (const [name, value] of found) if (!fields.has(name)) fields.set(name, value);
    return fields;
  }
}

/** Error logs of Apache and nginx. */
export const ERROR_LOG: LineFormat = {
  format: "errorlog",
  untyped: false,
  test: (line) => APACHE.test(line) || NGINX.test(line),
  reader: (context) => new ErrorReader(context),
};
