/** Regular expressions of rules for targets that know less than PCRE: what they lack, and Lucene's own flavour. */

/** What a regular expression uses that engines without backtracking (RE2 and its like) do not know; undefined when all is well. */
export function beyondRe2(source: string): string | undefined {
  let inClass = false;
  for (let at = 0; at < source.length; at++) {
    const c = source[at];
    if (c === "\\") {
      const next = source[at + 1] ?? "";
      if (!inClass && /[1-9]/.test(next)) return `the back reference \\${next}`;
      if (!inClass && next === "k") return "a named back reference";
      at++;
    } else if (inClass) inClass = c !== "]";
    else if (c === "[") inClass = true;
    else if (c === "(" && source[at + 1] === "?") {
      const head = source.slice(at, at + 4);
      if (/^\(\?<?[=!]/.test(head)) return `the look-around '${/^\(\?<?[=!]/.exec(head)?.[0] ?? ""}'`;
      if (head.startsWith("(?>")) return "an atomic group";
      if (/^\(\?[(|R0-9&]/.test(head)) return "a conditional or recursive group";
    } else if (/[*+?}]/.test(c ?? "") && source[at + 1] === "+") return "a possessive quantifier";
  }
  return undefined;
}

/** The flags of a rule's regular expression as an inline group: `(?i)`; "" without flags. */
export function inlineFlags(flags: string): string {
  const known = [...new Set(flags)].filter((flag) => "ims".includes(flag)).sort().join("");
  return known === "" ? "" : `(?${known})`;
}

/** What Lucene's regular expressions make special besides the usual. */
const LUCENE_SPECIAL = /["~@#&<>]/g;

/**
 * The same in Lucene's flavour (Elasticsearch reference: Regular expression syntax), which matches whole values and knows
 * no classes by letter. Undefined with the reason when it cannot be said.
 */
export function luceneRegex(source: string, flags: string): { readonly text: string } | { readonly lacks: string } {
  const beyond = beyondRe2(source);
  if (beyond !== undefined) return { lacks: beyond };
  const start = /^\(\?([ims]+)\)/.exec(source);
  let rest = start ? source.slice(start[0].length) : source;
  const all = flags + (start?.[1] ?? "");
  if (all.includes("m")) return { lacks: "the flag 'm'" };
  const folded = all.includes("i");
  const atStart = rest.startsWith("^");
  if (atStart) rest = rest.slice(1);
  const atEnd = /(?:^|[^\\])(?:\\\\)*\$$/.test(rest);
  if (atEnd) rest = rest.slice(0, -1);
  const top = hasTopBar(rest);
  if (top && (atStart || atEnd)) return { lacks: "an anchor that holds for one alternative only" };
  let out = "";
  let inClass = false;
  for (let at = 0; at < rest.length; at++) {
    const c = rest[at] ?? "";
    if (c === "\\") {
      const next = rest[++at] ?? "";
      const known = CLASSES.get(next);
      if (known !== undefined) {
        if (inClass && known.negated) return { lacks: `\\${next} inside of a class` };
        out += inClass ? known.inside : `[${known.negated ? "^" : ""}${known.inside}]`;
      } else if (/[bBAzZGpPkuxQE]/.test(next)) return { lacks: `'\\${next}'` };
      else if (next === "n" || next === "r" || next === "t" || next === "f" || next === "v") {
        out += CONTROLS.get(next) ?? "";
      } else out += /[A-Za-z0-9]/.test(next) ? next : `\\${next}`;
    } else if (inClass) {
      inClass = c !== "]";
      out += folded && /[A-Za-z]/.test(c) && rest[at + 1] !== "-" && rest[at - 1] !== "-" ? bothCases(c) : c;
      if (folded && rest[at + 1] === "-" && /[A-Za-z]/.test(c)) {
        const to = rest[at + 2] ?? "";
        out += `-${to}${swapCase(c)}-${swapCase(to)}`;
        at += 2;
      }
    } else if (c === "[") {
      inClass = true;
      out += c;
      if (rest[at + 1] === "^") out += rest[++at];
      if (rest[at + 1] === "]") {
        out += "\\]";
        at++;
      }
    } else if (c === "(" && rest[at + 1] === "?") {
      if (rest[at + 2] !== ":") return { lacks: `the group '${rest.slice(at, at + 4)}'` };
      out += "(";
      at += 2;
    } else if (c === "^" || c === "$") return { lacks: `'${c}' inside of an expression` };
    else if (/[*+?}]/.test(c) && rest[at + 1] === "?") {
      // Whether something matches does not depend on how much a quantifier takes.
      out += c;
      at++;
    } else if (folded && /[A-Za-z]/.test(c)) out += `[${bothCases(c)}]`;
    else out += c.replace(LUCENE_SPECIAL, "\\$&");
  }
  if (inClass) return { lacks: "a class without its end" };
  const body = top ? `(${out})` : out;
  return { text: `${atStart ? "" : ".*"}${body}${atEnd ? "" : ".*"}` };
}

const CLASSES: ReadonlyMap<string, { readonly inside: string; readonly negated: boolean }> = new Map([
  ["d", { inside: "0-9", negated: false }], ["D", { inside: "0-9", negated: true }],
  ["w", { inside: "A-Za-z0-9_", negated: false }], ["W", { inside: "A-Za-z0-9_", negated: true }],
  ["s", { inside: " \t\n\r\f\u000b", negated: false }], ["S", { inside: " \t\n\r\f\u000b", negated: true }],
]);
const CONTROLS: ReadonlyMap<string, string> = new Map([
  ["n", "\n"], ["r", "\r"], ["t", "\t"], ["f", "\f"], ["v", "\u000b"],
]);

function bothCases(c: string): string {
  const other = swapCase(c);
  return other === c ? c : c + other;
}

function swapCase(c: string): string {
  return c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase();
}

/** Whether a `|` stands outside of all groups. */
function hasTopBar(source: string): boolean {
  let depth = 0;
  let inClass = false;
  for (let at = 0; at < source.length; at++) {
    const c = source[at];
    if (c === "\\") at++;
    else if (inClass) inClass = c !== "]";
    else if (c === "[") inClass = true;
    else if (c === "(") depth++;
    else if (c === ")") depth--;
    else if (c === "|" && depth === 0) return true;
  }
  return false;
}
