/**
 * XML as a dynamic value: elements are bags, attributes keys with an @, repeated elements arrays. No entities of
 * its own, no networks.
 */
import type { Value } from "../../table";

/** Longest text that is read. Source: Kusto docs, "parse_xml()", notes. */
const LONGEST = 1 << 20;
const DEEPEST = 500;

const NAME = /[\p{L}_:][\p{L}\p{N}_:.-]*/uy;
const ATTRIBUTE = /\s+([\p{L}_:][\p{L}\p{N}_:.-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/uy;
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

interface Element {
  readonly name: string;
  readonly content: Map<string, Value>;
  text: string;
}

/** A document as `{ root: … }`; null when it is not well-formed. */
export function parseXml(source: string): Value {
  if (source.length > LONGEST) return null;
  const open: Element[] = [];
  let root: readonly [string, Value] | undefined;
  let at = source.charCodeAt(0) === 0xfeff ? 1 : 0;
  const close = (element: Element): void => {
    const value = valueOf(element);
    const parent = open[open.length - 1];
    if (parent === undefined) root = [element.name, value];
    else add(parent.content, element.name, value);
  };
  while (at < source.length) {
    const next = source.indexOf("<", at);
    const text = source.slice(at, next < 0 ? undefined : next);
    const inner = open[open.length - 1];
    if (inner !== undefined) {
      const plain = unescaped(text);
      if (plain === null) return null;
      inner.text += plain;
    } else if (text.trim() !== "") return null;
    if (next < 0) break;
    at = next;
    const skipped = skip(source, at);
    if (skipped < 0) return null;
    if (skipped > at) {
      at = skipped;
      continue;
    }
    if (source.startsWith("<![CDATA[", at)) {
      const end = source.indexOf("]]>", at);
      if (end < 0 || inner === undefined) return null;
      inner.text += source.slice(at + 9, end);
      at = end + 3;
      continue;
    }
    if (source[at + 1] === "/") {
      const name = nameAt(source, at + 2);
      const end = source.indexOf(">", at);
      const element = open.pop();
      if (
        element === undefined ||
        name !== element.name ||
        end < 0 ||
        source.slice(at + 2 + name.length, end).trim() !== ""
      )
        return null;
      close(element);
      at = end + 1;
      continue;
    }
    const name = nameAt(source, at + 1);
    if (name === "" || (open.length === 0 && root !== undefined) || open.length >= DEEPEST) return null;
    const element: Element = { name, content: new Map(), text: "" };
    at += 1 + name.length;
    for (;;) {
      ATTRIBUTE.lastIndex = at;
      const m = ATTRIBUTE.exec(source);
      if (m === null) break;
      const value = unescaped(m[2] ?? m[3] ?? "");
      if (value === null) return null;
      element.content.set(`@${m[1] ?? ""}`, value);
      at += m[0].length;
    }
    while (/\s/.test(source.charAt(at))) at++;
    if (source.startsWith("/>", at)) {
      close(element);
      at += 2;
    } else if (source[at] === ">") {
      open.push(element);
      at++;
    } else return null;
  }
  return root === undefined || open.length > 0 ? null : new Map([root]);
}

function nameAt(source: string, at: number): string {
  NAME.lastIndex = at;
  return NAME.exec(source)?.[0] ?? "";
}

/** The end of a comment, declaration or instruction that starts here; `at` when none does, -1 when it does not end. */
function skip(source: string, at: number): number {
  for (const [start, end] of [
    ["<!--", "-->"],
    ["<?", "?>"],
    ["<!DOCTYPE", ">"],
  ] as const) {
    if (!source.startsWith(start, at)) continue;
    const found = source.indexOf(end, at + start.length);
    return found < 0 ? -1 : found + end.length;
  }
  return at;
}

function unescaped(text: string): string | null {
  if (!text.includes("&")) return text;
  let bad = false;
  const out = text.replace(
    /&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w{1,10}));|&/g,
    (_, hex?: string, digits?: string, name?: string) => {
      const code = hex !== undefined ? parseInt(hex, 16) : digits !== undefined ? Number(digits) : -1;
      const plain = code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ENTITIES.get(name ?? "");
      if (plain === undefined) bad = true;
      return plain ?? "";
    },
  );
  return bad ? null : out;
}

/** An element that repeats becomes an array. */
function add(bag: Map<string, Value>, name: string, value: Value): void {
  const before = bag.get(name);
  if (!bag.has(name)) bag.set(name, value);
  else bag.set(name, Array.isArray(before) ? [...(before as readonly Value[]), value] : [before ?? null, value]);
}

function valueOf(element: Element): Value {
  const text = element.text.trim();
  if (element.content.size === 0) return text === "" ? null : text;
  if (text !== "") element.content.set("#text", text);
  return element.content;
}
