/**
 * Texts with a structure: URLs, paths, CSV, XML, command lines, user agents. Source: Kusto docs, "Scalar
 * functions" (String functions).
 */
import type { Bag, Value } from "../../table";
import { isArray } from "../../table";
import type { ScalarFunction } from "./define";
import { unpercent } from "./encode";
import { define, each } from "./scalar";
import { parseXml } from "./xml";

/** Names and values of a query, later ones winning. */
function queryParameters(query: string): Bag {
  const out = new Map<string, Value>();
  for (const pair of query.replace(/^\?/, "").split("&")) {
    if (pair === "") continue;
    const at = pair.indexOf("=");
    const [name, value] = at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
    out.set(unpercent(name), unpercent(value));
  }
  return out;
}

function parseUrl(url: string): Value {
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):(\/\/)?/.exec(url);
  let rest = url.slice(scheme?.[0].length ?? 0);
  const cut = (mark: string): string => {
    const at = rest.indexOf(mark);
    const behind = at < 0 ? "" : rest.slice(at + 1);
    if (at >= 0) rest = rest.slice(0, at);
    return behind;
  };
  const fragment = cut("#");
  const query = cut("?");
  let authority = "";
  if (scheme?.[2] !== undefined) {
    const at = rest.indexOf("/");
    authority = at < 0 ? rest : rest.slice(0, at);
    rest = at < 0 ? "" : rest.slice(at);
  }
  const user = authority.lastIndexOf("@");
  const [username = "", ...password] = user < 0 ? [] : authority.slice(0, user).split(":");
  const place = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(authority.slice(user + 1));
  return new Map<string, Value>([
    ["Scheme", scheme?.[1] ?? ""],
    ["Host", place?.[1] ?? ""],
    ["Port", place?.[2] ?? ""],
    ["Path", rest],
    ["Username", username],
    ["Password", password.join(":")],
    ["Query Parameters", queryParameters(query)],
    ["Fragment", fragment],
  ]);
}

function parsePath(path: string): Value {
  let rest = path;
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]+):\/\/\/?/.exec(rest);
  if (scheme !== null) rest = rest.slice(scheme[0].length);
  const drive = /^[A-Za-z]:/.exec(rest);
  const last = Math.max(rest.lastIndexOf("/"), rest.lastIndexOf("\\"));
  let file = rest.slice(last + 1);
  let directory = last < 0 ? "" : rest.slice(0, last);
  if (last < 0 && drive !== null) {
    directory = drive[0];
    file = file.slice(2);
  }
  const stream = file.indexOf(":");
  const alternate = stream < 0 ? "" : file.slice(stream + 1);
  if (stream >= 0) file = file.slice(0, stream);
  const dot = file.lastIndexOf(".");
  const parts = directory.split(/[\\/]/);
  return new Map<string, Value>([
    ["Scheme", scheme?.[1] ?? ""],
    ["RootPath", drive?.[0] ?? ""],
    ["DirectoryPath", directory],
    ["DirectoryName", /^[A-Za-z]:$/.test(parts[parts.length - 1] ?? "") ? "" : (parts[parts.length - 1] ?? "")],
    ["Filename", file],
    ["Extension", dot < 0 ? "" : file.slice(dot + 1)],
    ["AlternateDataStreamName", alternate],
  ]);
}

/** The fields of the first record. */
function parseCsv(text: string): Value {
  const fields: string[] = [];
  for (let at = 0; ;) {
    let field = "";
    if (text[at] === '"') {
      for (at++; at < text.length; at++) {
        if (text[at] !== '"') field += text.charAt(at);
        else if (text[at + 1] === '"') field += text.charAt(at++);
        else break;
      }
      at++;
    }
    const from = at;
    while (at < text.length && text[at] !== "," && text[at] !== "\n" && text[at] !== "\r") at++;
    fields.push(field + text.slice(from, at));
    if (text[at] !== ",") return fields;
    at++;
  }
}

/** Arguments as Windows programs get them: quotes join, backslashes count double in front of a quote. */
function parseCommandLine(line: string): Value {
  const args: string[] = [];
  let current: string | undefined;
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const c = line.charAt(at);
    if (c === "\\") {
      let count = 1;
      while (line[at + count] === "\\") count++;
      at += count - 1;
      const quote = line[at + 1] === '"';
      current = (current ?? "") + "\\".repeat(quote ? count >> 1 : count);
      if (quote && count % 2 === 1) {
        current += '"';
        at++;
      }
    } else if (c === '"') {
      if (quoted && line[at + 1] === '"') {
        current = `${current ?? ""}"`;
        at++;
      }
      quoted = !quoted;
      current ??= "";
    } else if (!quoted && (c === " " || c === "\t" || c === "\n" || c === "\r")) {
      if (current !== undefined) args.push(current);
      current = undefined;
    } else current = (current ?? "") + c;
  }
  if (current !== undefined) args.push(current);
  return args;
}

/** Browsers by what they write of themselves; those that borrow another's name come first. */
const BROWSERS: readonly (readonly [string, RegExp])[] = [
  ["Edge", /\bEdg(?:e|A|iOS)?\/(\d+)(?:\.(\d+))?(?:\.(\d+))?/],
  ["Opera", /\b(?:OPR|Opera)\/(\d+)(?:\.(\d+))?(?:\.(\d+))?/],
  ["Samsung Internet", /\bSamsungBrowser\/(\d+)(?:\.(\d+))?/],
  ["AdobeAIR", /\bAdobeAIR\/(\d+)(?:\.(\d+))?(?:\.(\d+))?/],
  ["Firefox iOS", /\bFxiOS\/(\d+)(?:\.(\d+))?/],
  ["Chrome Mobile iOS", /\bCriOS\/(\d+)(?:\.(\d+))?(?:\.(\d+))?/],
  ["Firefox", /\bFirefox\/(\d+)(?:\.(\d+))?(?:\.(\d+))?/],
  ["HeadlessChrome", /\bHeadlessChrome\/(\d+)(?:\.(\d+))?(?:\.(\d+))?/],
  ["Chrome", /\bChrome\/(\d+)(?:\.(\d+))?(?:\.(\d+))?/],
  ["Nokia OSS Browser", /\bSeries ?60\/(\d+)(?:\.(\d+))?.{0,200}Safari\//],
  ["Safari", /\bVersion\/(\d+)(?:\.(\d+))?(?:\.(\d+))?.{0,60}Safari\//],
  ["IE", /\bMSIE (\d+)(?:\.(\d+))?/],
  ["IE", /\bTrident\/.{0,60}rv:(\d+)(?:\.(\d+))?/],
  ["PowerShell", /\bPowerShell\/(\d+)(?:\.(\d+))?(?:\.(\d+))?/],
  ["curl", /\bcurl\/(\d+)(?:\.(\d+))?(?:\.(\d+))?/],
  ["Wget", /\bWget\/(\d+)(?:\.(\d+))?(?:\.(\d+))?/],
  ["Python Requests", /\bpython-requests\/(\d+)(?:\.(\d+))?(?:\.(\d+))?/],
  ["Boto3", /\bBoto3\/(\d+)(?:\.(\d+))?(?:\.(\d+))?/],
];

const SYSTEMS: readonly (readonly [string, RegExp])[] = [
  ["iOS", /\b(?:iPhone )?OS (\d+)[_.](\d+)(?:[_.](\d+))?.{0,20}like Mac OS X/],
  ["Android", /\bAndroid (\d+)(?:\.(\d+))?(?:\.(\d+))?/],
  ["Windows", /\bWindows NT (\d+)\.(\d+)/],
  ["Windows", /\bWindows/],
  ["Mac OS X", /\bMac OS X (\d+)[_.](\d+)(?:[_.](\d+))?/],
  ["Symbian OS", /\bSymbianOS\/(\d+)\.(\d+)/],
  ["Chrome OS", /\bCrOS\b/],
  ["Ubuntu", /\bUbuntu(?:\/(\d+)\.(\d+))?/],
  ["Linux", /\bLinux/],
];

/** Names by which Windows NT's numbers are known. */
const WINDOWS: ReadonlyMap<string, string> = new Map([
  ["10.0", "10"],
  ["6.3", "8.1"],
  ["6.2", "8"],
  ["6.1", "7"],
  ["6.0", "Vista"],
  ["5.1", "XP"],
]);

function parseUserAgent(agent: string, wanted: Value): Value {
  const text = agent.slice(0, 2000);
  const asked = (isArray(wanted) ? wanted : [wanted]).map((w) => (typeof w === "string" ? w.toLowerCase() : ""));
  const out = new Map<string, Value>();
  const found = (list: typeof BROWSERS): readonly [string, RegExpExecArray | null] => {
    for (const [family, test] of list) {
      const m = test.exec(text);
      if (m !== null) return [family, m];
    }
    return ["Other", null];
  };
  if (asked.includes("browser")) {
    const [family, m] = found(BROWSERS);
    out.set(
      "Browser",
      new Map<string, Value>([
        ["Family", family],
        ["MajorVersion", m?.[1] ?? ""],
        ["MinorVersion", m?.[2] ?? ""],
        ["Patch", m?.[3] ?? ""],
      ]),
    );
  }
  if (asked.includes("os")) {
    const [family, m] = found(SYSTEMS);
    const windows = family === "Windows" ? WINDOWS.get(`${m?.[1] ?? ""}.${m?.[2] ?? ""}`) : undefined;
    out.set(
      "OperatingSystem",
      new Map<string, Value>([
        ["Family", family],
        ["MajorVersion", windows ?? m?.[1] ?? ""],
        ["MinorVersion", windows === undefined ? (m?.[2] ?? "") : ""],
        ["Patch", m?.[3] ?? ""],
        ["PatchMinor", ""],
      ]),
    );
  }
  if (asked.includes("device")) {
    const apple = /\b(iPhone|iPad|iPod|Macintosh)\b/.exec(text)?.[1];
    const android = /\bAndroid [\d.]{1,10}; ([^;)]{1,60}?)(?: Build\/|[;)])/.exec(text)?.[1];
    const nokia = /\bNokia(N\d+|[A-Za-z0-9]+)([\w-]{0,20})/.exec(text);
    const model = apple === "Macintosh" ? "Mac" : (apple ?? android ?? (nokia ? `${nokia[1]}${nokia[2]}` : ""));
    const brand = apple !== undefined ? "Apple" : android !== undefined ? "Generic_Android" : nokia ? "Nokia" : "";
    out.set(
      "Device",
      new Map<string, Value>([
        ["Family", model === "" ? "Other" : brand === "Nokia" ? `Nokia ${nokia?.[1]}` : model],
        ["Brand", brand],
        ["Model", model],
      ]),
    );
  }
  return out;
}

export const parsers: readonly ScalarFunction[] = [
  define(
    "parse_url",
    {
      says: "The parts of a URL: Scheme, Host, Port, Path, Username, Password, Query Parameters, Fragment.",
      examples: [
        ['parse_url("https://me:pw@host:1234/a/b?k=v#f").Host', '"host"'],
        ['parse_url("https://host/a?k1=v1&k2=v2")["Query Parameters"]', '{"k1":"v1","k2":"v2"}'],
      ],
    },
    each(["url: string"], "dynamic", parseUrl),
  ),
  define(
    "parse_urlquery",
    {
      says: "The parameters of a URL's query.",
      examples: [['parse_urlquery("k1=v1&k2=v%202")', '{"Query Parameters":{"k1":"v1","k2":"v 2"}}']],
    },
    each(["query: string"], "dynamic", (query): Value => new Map([["Query Parameters", queryParameters(query)]])),
  ),
  define(
    "parse_path",
    {
      says: "The parts of a file's path: scheme, drive, directory, its last name, file, extension, alternate stream.",
      examples: [
        ['parse_path(@"C:\\temp\\file.txt").Filename', '"file.txt"'],
        ['parse_path("/usr/lib/a.tar.gz").Extension', '"gz"'],
      ],
    },
    each(["path: string"], "dynamic", parsePath),
  ),
  define(
    "parse_csv",
    {
      says: "The fields of one record of comma-separated values.",
      examples: [["parse_csv('aa,\"b,b\",cc')", '["aa","b,b","cc"]']],
    },
    each(["text: string"], "dynamic", parseCsv),
  ),
  define(
    "parse_xml",
    {
      says: "XML as bags: attributes have an @ in front, repeated elements are arrays; null where malformed.",
      examples: [
        ["parse_xml(\"<e a='1'><b>x</b><b>y</b></e>\")", '{"e":{"@a":"1","b":["x","y"]}}'],
        ['parse_xml("<e>")', ""],
      ],
    },
    each(["xml: string"], "dynamic", parseXml),
  ),
  define(
    "parse_command_line",
    {
      says: "The arguments of a Windows command line.",
      examples: [['parse_command_line("echo \\"hello world!\\"", "windows")', '["echo","hello world!"]']],
    },
    each(["line: string", "kind: string"], "dynamic", (line, kind) =>
      kind.toLowerCase() === "windows" ? parseCommandLine(line) : null,
    ),
  ),
  define(
    "parse_user_agent",
    {
      says: "Browser, operating system or device that a user agent names, by a short list of common ones.",
      examples: [
        ['parse_user_agent("Mozilla/5.0 (Windows NT 10.0) Firefox/115.0", "browser").Browser.Family', '"Firefox"'],
        ['parse_user_agent("curl/8.4.0", dynamic(["browser", "os"])).OperatingSystem.Family', '"Other"'],
        ['parse_user_agent("(SymbianOS/9.2; U; Series60/3.1 NokiaN81-3/10.0)", "device").Device.Model', '"N81-3"'],
      ],
    },
    each(["agent: string", "what: string"], "dynamic", parseUserAgent),
    each(["agent: string", "what: dynamic"], "dynamic", parseUserAgent),
  ),
];
