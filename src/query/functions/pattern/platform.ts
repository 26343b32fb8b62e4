/**
 * Writes a pattern down for the platform's own matcher, for ASCII texts: every set is spelled out, no flags are
 * needed.
 */
import { isNullable } from "./danger";
import type { Node } from "./syntax";

/**
 * The source of an equivalent JavaScript expression; null where there is none (starts of lines, captures it would
 * forget).
 */
export function platformSource(root: Node): string | null {
  const out: string[] = [];
  return write(root, out, false) ? out.join("") : null;
}

function write(node: Node, out: string[], repeated: boolean): boolean {
  switch (node.kind) {
    case "empty":
      return true;
    case "set":
      out.push(setSource(node.set.ascii));
      return true;
    case "assert":
      switch (node.what) {
        case "start":
          out.push("^");
          return true;
        case "end":
          out.push("$");
          return true;
        case "lineEnd":
          out.push("(?=\\n|$)");
          return true;
        case "word":
          out.push("\\b");
          return true;
        case "notWord":
          out.push("\\B");
          return true;
        case "wordStart":
          out.push("\\b(?=\\w)");
          return true;
        case "wordEnd":
          out.push("\\b(?!\\w)");
          return true;
        // A start of a line needs to look behind, which older phones cannot do.
        case "lineStart":
          return false;
        default:
          return node.what satisfies never;
      }
    case "sequence":
      return node.items.every((item) => {
        if (item.kind !== "choice") return write(item, out, repeated);
        return wrapped(item, out, repeated);
      });
    case "choice":
      return node.items.every((item, i) => {
        if (i > 0) out.push("|");
        // A group that one turn of a repeat skips keeps its last capture here, and loses it there.
        return !(repeated && hasGroup(item)) && write(item, out, repeated);
      });
    case "group":
      out.push("(");
      if (!write(node.item, out, repeated)) return false;
      out.push(")");
      return true;
    case "repeat": {
      const many = node.max > 1;
      if (repeated && node.min === 0 && hasGroup(node.item)) return false;
      // It refuses a turn that matches nothing, where Kusto's engine takes it.
      if (isNullable(node.item)) return false;
      const plain = node.item.kind === "set" || node.item.kind === "group";
      if (!(plain ? write(node.item, out, repeated || many) : wrapped(node.item, out, repeated || many)))
        return false;
      out.push(countSource(node.min, node.max), node.greedy ? "" : "?");
      return true;
    }
    default:
      return node satisfies never;
  }
}

function wrapped(node: Node, out: string[], repeated: boolean): boolean {
  out.push("(?:");
  if (!write(node, out, repeated)) return false;
  out.push(")");
  return true;
}

function hasGroup(node: Node): boolean {
  switch (node.kind) {
    case "group":
      return true;
    case "sequence":
    case "choice":
      return node.items.some(hasGroup);
    case "repeat":
      return hasGroup(node.item);
    default:
      return false;
  }
}

function countSource(min: number, max: number): string {
  if (max === Infinity) return min === 0 ? "*" : min === 1 ? "+" : `{${min},}`;
  if (min === 0 && max === 1) return "?";
  return min === max ? `{${min}}` : `{${min},${max}}`;
}

function setSource(ascii: Uint8Array): string {
  const ranges: string[] = [];
  let count = 0;
  for (let c = 0; c < 128; c++) {
    if (ascii[c] !== 1) continue;
    let end = c;
    while (end < 127 && ascii[end + 1] === 1) end++;
    count += end - c + 1;
    ranges.push(end === c ? hex(c) : `${hex(c)}-${hex(end)}`);
    c = end;
  }
  if (count === 128) return "[^]";
  return count === 1 ? (ranges[0] ?? "") : `[${ranges.join("")}]`;
}

function hex(c: number): string {
  return `\\x${c.toString(16).padStart(2, "0")}`;
}
