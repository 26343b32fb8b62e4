/**
 * Access logs of web servers: the common and the combined form of Apache and nginx, perhaps with a virtual host before and more
 * fields behind. Fields have the names of the W3C format, which rules for web servers use. Sources: Apache httpd,
 * mod_log_config, "Common Log Format"; nginx, ngx_http_log_module, `combined` and `escape`.
 */
import type { LineContext, LineFormat, LineReader } from "./line-format";
import { addRow } from "./line-format";
import { readMoment } from "./moments";

const LINE = /^(?:([\w.-]{1,255}(?::\d{1,5})?) )?([^\s"[\]]{1,255}) (\S{1,255}) ([^"[\]]{1,255}) \[(\d{1,2}\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d(?:\.\d{1,9})?(?: [+-]\d{4})?)\] "/;
const REQUEST = /^([A-Za-z_-]{1,40}) (\S.*?)(?: (HTTP\/\d(?:\.\d)?|RTSP\/1\.\d))?$/;

/** What stands between a quote at `from - 1` and the next; a backslash keeps a quote from ending it. Undefined when none does. */
function quoted(line: string, from: number): { readonly text: string; readonly end: number } | undefined {
  for (let at = from; at < line.length; at++) {
    const c = line.charCodeAt(at);
    if (c === 92) at++;
    else if (c === 34) return { text: unescaped(line.slice(from, at)), end: at + 1 };
  }
  return undefined;
}

function unescaped(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(/\\(?:x([0-9A-Fa-f]{2})|(["\\tnr]))/g, (_, hex: string | undefined, c: string) => {
    if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16));
    return c === "t" ? "\t" : c === "n" ? "\n" : c === "r" ? "\r" : c;
  });
}

class AccessReader implements LineReader {
  constructor(private readonly context: LineContext) {}

  line(line: string): string | undefined {
    const head = LINE.exec(line);
    if (head === null) return "expected an address, two names and a time in brackets";
    const [whole, site, client = "", ident = "", user = "", stamp = ""] = head;
    const time = readMoment(stamp);
    if (time === null) return "expected a date and a time that exist";
    const request = quoted(line, whole.length);
    if (request === undefined) return "expected a quote that closes the request";
    const after = /^ (\d{3}|-) (\d{1,18}|-)/.exec(line.slice(request.end, request.end + 40));
    if (after === null) return "expected a status and a size behind the request";
    const fields = new Map<string, string>([["timestamp", time]]);
    const put = (name: string, value: string | undefined): void => {
      if (value !== undefined && value !== "-" && value !== "") fields.set(name, value);
    };
    put("cs-host", site);
    put("c-ip", client);
    put("cs-ident", ident);
    put("cs-username", user.trim());
    const asked = REQUEST.exec(request.text);
    if (asked === null) put("request", request.text);
    else {
      const [, method, target = "", version] = asked;
      const mark = target.indexOf("?");
      put("cs-method", method);
      put("cs-uri-stem", mark < 0 ? target : target.slice(0, mark));
      put("cs-uri-query", mark < 0 ? undefined : target.slice(mark + 1));
      put("cs-version", version);
    }
    put("sc-status", after[1]);
    put("sc-bytes", after[2]);
    this.extra(line, request.end + after[0].length, put);
    addRow(this.context.rows, fields);
    return undefined;
  }

  /** Referrer and user agent, then what a server was told to add. */
  private extra(line: string, from: number, put: (name: string, value: string | undefined) => void): void {
    const names = ["cs-referer", "cs-user-agent"];
    let nth = 0;
    for (let at = from; at < line.length && nth < 40;) {
      if (line.charAt(at) === " ") {
        at++;
        continue;
      }
      const text = line.charAt(at) === '"' ? quoted(line, at + 1) : undefined;
      let end = line.indexOf(" ", at);
      if (end < 0) end = line.length;
      const named = text === undefined ? undefined : names.shift();
      put(named ?? `extra${++nth}`, text?.text ?? line.slice(at, end));
      at = text?.end ?? end;
    }
  }
}

/** Common and combined access logs. */
export const ACCESS: LineFormat = {
  format: "access",
  untyped: true,
  test: (line) => LINE.test(line),
  reader: (context) => new AccessReader(context),
};
