/** Checks of log sources and of the fields that a rule asks for in them. */
import { nearest } from "../../../base";
import { shapes, viewsOf } from "../../../schema";
import type { LogSource } from "../../../schema";
import type { Linting, MapNode, ScalarNode } from "./context";
import { rewriteFix } from "./context";
import { fieldsOf } from "./fields";
import type { Line } from "./items";

const PARTS = ["product", "category", "service"] as const;
const KEYS = [...PARTS, "definition", "attributes"];

export function lintSource(lint: Linting, lines: readonly Line[]): void {
  const node = lint.entry("logsource")?.node;
  if (node?.kind !== "map") return;
  const source: { -readonly [K in keyof LogSource]: string } = {};
  const nodes: Partial<Record<(typeof PARTS)[number], ScalarNode>> = {};
  for (const part of PARTS) {
    const found = node.entries.find((entry) => entry.key === part)?.node;
    if (found?.kind !== "scalar" || found.value === null) continue;
    source[part] = found.text.toLowerCase();
    nodes[part] = found;
    if (found.text !== found.text.toLowerCase()) lint.tell("logsource-case", "Log sources are in small letters.", found.span, rewriteFix(found, found.text.toLowerCase()));
  }
  keys(lint, node);
  const known = Object.keys(source).length === 0 || isKnown(source);
  if (!known) unknown(lint, source, nodes, node);
  eventIds(lint, source, lines);
  if (known && !taxonomyIsOther(lint)) fields(lint, source, lines);
  for (const line of lines) special(lint, line);
}

function taxonomyIsOther(lint: Linting): boolean {
  const node = lint.scalars("taxonomy")[0];
  return node !== undefined && node.text.toLowerCase() !== "sigma";
}

function keys(lint: Linting, node: MapNode): void {
  for (const { key, keySpan } of node.entries) {
    if (KEYS.includes(key)) continue;
    const near = nearest(key, KEYS);
    lint.tell("logsource-key", `A log source has no '${key}'.${near === undefined ? "" : ` Did you mean '${near}'?`}`, keySpan,
      near === undefined ? undefined : { title: `Write '${near}'`, edits: [{ span: keySpan, insert: near }] });
  }
}

function isKnown(source: LogSource): boolean {
  return shapes().some((shape) => viewsOf(source, shape).some((view) => !view.open));
}

/** Words of log sources that are near to a slip: those of the shapes, and of Windows. */
function wordsOf(part: (typeof PARTS)[number]): readonly string[] {
  const words = new Set(shapes().flatMap((shape) => shape.sources.flatMap((each) => each[part] ?? [])));
  words.delete("*");
  if (part === "product") for (const word of ["windows", "linux", "macos"]) words.add(word);
  if (part === "category") for (const word of CATEGORIES) words.add(word);
  if (part === "service") for (const word of ["security", "system", "application", "sysmon", "powershell", "windefend", "taskscheduler", "applocker", "ntlm"]) words.add(word);
  return [...words];
}

const CATEGORIES = ["process_creation", "process_access", "process_termination", "process_tampering", "image_load", "driver_load", "network_connection",
  "dns_query", "file_event", "file_change", "file_delete", "file_rename", "file_access", "registry_event", "registry_set", "registry_add", "registry_delete",
  "registry_rename", "create_remote_thread", "create_stream_hash", "pipe_created", "raw_access_thread", "wmi_event", "ps_script", "ps_module",
  "ps_classic_start", "ps_classic_script", "clipboard_capture", "sysmon_status", "sysmon_error", "webserver", "proxy", "firewall", "dns", "antivirus", "database"];

function unknown(
  lint: Linting, source: LogSource, nodes: Partial<Record<(typeof PARTS)[number], ScalarNode>>, node: MapNode,
): void {
  for (const part of PARTS) {
    const said = nodes[part];
    const written = source[part];
    if (!said || written === undefined) continue;
    const words = wordsOf(part);
    const near = words.includes(written) ? undefined : nearest(written, words);
    if (near !== undefined && isKnown({ ...source, [part]: near })) {
      return lint.tell("logsource-unknown", `No log source is known as '${written}'. Did you mean '${near}'?`, said.span, rewriteFix(said, near));
    }
  }
  const list = PARTS.filter((part) => source[part] !== undefined).map((part) => `${part} '${source[part] ?? ""}'`).join(", ");
  lint.tell("logsource-unknown", `No events are known of the log source ${list}: the rule is tried on everything.`, node.span);
}

function eventIds(lint: Linting, source: LogSource, lines: readonly Line[]): void {
  const ids = lines.filter((line) => line.key.field === "EventID" && !line.names.some((name) => name === "neq" || name === "lt" || name === "gt"));
  if (source.category === undefined) {
    if (source.service === "sysmon" && ids.length === 0) {
      const node = lint.entry("logsource")?.node;
      if (node) lint.tell("sysmon-eventid", "Sysmon writes events of many kinds: ask for an EventID, or name the category.", node.span);
    }
    return;
  }
  const windows = shapes().find((shape) => shape.id === "evtx");
  const views = windows ? viewsOf(source, windows, { wide: true }).filter((view) => !view.open) : [];
  const allowed = new Set(views.flatMap((view) => view.eventIds ?? []));
  if (allowed.size === 0) return;
  for (const line of ids) {
    const written = line.values.map((value) => value.text);
    const foreign = written.filter((id) => !allowed.has(id));
    const list = [...allowed].slice(0, 6).join(", ");
    if (foreign.length > 0 && foreign.length === written.length) {
      lint.tell("eventid-category", `The category '${source.category}' has no event ${foreign.join(", ")}: it has ${list}.`, line.entry.node.span);
    } else if (foreign.length === 0 && views.filter((view) => view.eventIds?.some((id) => written.includes(id))).length === views.length) {
      lint.tell("eventid-redundant", `The category '${source.category}' says the event ids already.`, line.key.span);
    }
  }
}

function fields(lint: Linting, source: LogSource, lines: readonly Line[]): void {
  const known = fieldsOf(source);
  if (!known) return;
  const small = new Map(known.map((name) => [name.toLowerCase(), name]));
  const told = new Set<string>();
  for (const line of lines) {
    const field = line.key.field;
    if (field === null || known.includes(field) || told.has(field) || /[.[]/.test(field)) continue;
    told.add(field);
    const same = small.get(field.toLowerCase());
    const near = same ?? nearest(field, known, 3);
    const fix = near === undefined || line.key.span.to - line.key.span.from !== field.length ? undefined
      : { title: `Write '${near}'`, edits: [{ span: line.key.span, insert: near }] };
    if (same !== undefined) lint.tell("field-case", `The field is spelled '${same}'.`, line.key.span, fix);
    else {
      lint.tell("field-unknown", `'${field}' is not among the fields of ${source.category ?? source.service ?? source.product ?? "this log source"}.`
        + `${near === undefined ? "" : ` Did you mean '${near}'?`}`, line.key.span, fix);
    }
  }
}

const DIGITS: Readonly<Record<string, number>> = { MD5: 32, SHA1: 40, SHA256: 64, IMPHASH: 32 };

function special(lint: Linting, line: Line): void {
  const field = line.key.field;
  if (field === null) return;
  if (/\s/.test(field)) {
    const plain = field.replace(/\s+/g, "");
    lint.tell("field-blank", `Names of fields are written without blanks: '${plain}'.`, line.key.span,
      line.key.span.to - line.key.span.from === field.length ? { title: `Write '${plain}'`, edits: [{ span: line.key.span, insert: plain }] } : undefined);
  }
  if (/^(?:Source|Target|Parent)?User$/.test(field)) {
    for (const value of line.values) {
      if (/^(?:NT AUTHORITY|AUTORITE NT)\\/i.test(value.text)) {
        lint.tell("user-localized", "This name is another one on a Windows in another language: SigmaHQ looks for 'AUTHORI' and 'AUTORI'.", value.span);
      }
    }
  }
  if (field !== "Hashes" || line.names.includes("re")) return;
  for (const value of line.values) {
    const [, kind = "", digits = ""] = /^\*?([A-Za-z0-9]+)=([0-9A-Fa-f]+)\*?$/.exec(value.text) ?? [];
    const wanted = DIGITS[kind.toUpperCase()];
    if (wanted === undefined) lint.tell("hash-form", `A hash of Sysmon is written like 'SHA256=…' (${Object.keys(DIGITS).join(", ")}).`, value.span);
    else if (digits.length !== wanted) lint.tell("hash-form", `${kind} has ${wanted} digits, this has ${digits.length}.`, value.span);
  }
}
