/** What the call around the cursor takes, from the same tables that bind it. */
import { functions, type Overload } from "../functions";
import type { Scope, SignatureHelp, SignatureLine } from "../language";
import { signature as written } from "../scope";
import { isCallable } from "./bind-call";
import { surroundings } from "./binder";
import { lex } from "./lexer";
import type { FunctionParameter } from "./syntax";
import { BINARY_WORDS } from "./parse-expression";
import { AGGREGATE_FORMS, ALIASES, SPECIAL_FORMS } from "./vocabulary";

/** The innermost call whose brackets hold `at`; undefined outside of calls. */
export function signature(text: string, at: number, scope: Scope): SignatureHelp | undefined {
  const before = lex(text.slice(0, at)).filter((l) => l.kind !== "comment" && l.kind !== "end");
  // The cursor in a text or a comment that is still open is in no place for arguments, but in the same call.
  let depth = 0;
  let argument = 0;
  for (let i = before.length - 1; i >= 0; i--) {
    const l = before[i];
    if (l?.kind !== "punctuation") continue;
    if (l.text === ")" || l.text === "]" || l.text === "}") depth++;
    else if (l.text === "(" || l.text === "[" || l.text === "{") {
      if (depth > 0) {
        depth--;
        continue;
      }
      const name = before[i - 1];
      const found = l.text === "(" && name?.kind === "name" && !BINARY_WORDS.has(name.text)
        ? linesOf(name.text, argument, text, name.span.from, scope) : undefined;
      if (found !== undefined && name !== undefined) return { span: { from: name.span.from, to: at }, argument, ...found };
      // A list, an index, grouping brackets: the call may stand around them.
      argument = 0;
    } else if (depth === 0 && l.text === ",") argument++;
    else if (depth === 0 && (l.text === ";" || l.text === "|")) return undefined;
  }
  return undefined;
}

type Found = Pick<SignatureHelp, "lines" | "active" | "doc">;

function linesOf(name: string, argument: number, text: string, at: number, scope: Scope): Found | undefined {
  const entity = surroundings(text, scope, at).environment.find(name);
  if (entity?.kind === "function") {
    const parameters = entity.body.parameters.map(parameterText);
    return { lines: [lineOf(name, parameters, "")], active: 0, doc: "" };
  }
  const entry = functions.named(ALIASES.get(name) ?? name);
  if (entry !== undefined && isCallable(entry.name)) {
    const fits = (o: Overload): boolean => o.variadic !== undefined || argument < o.params.length;
    return {
      lines: entry.overloads.map((o) => overloadLine(name, o)),
      active: Math.max(0, entry.overloads.findIndex(fits)), doc: entry.says,
    };
  }
  const form = AGGREGATE_FORMS.get(name) ?? SPECIAL_FORMS.get(name);
  if (form === undefined) return undefined;
  // `arg_max(expression, column, …): what it gives.`
  const close = form.indexOf("): ");
  if (close < 0 || !form.startsWith(`${name}(`)) return { lines: [{ label: name, parameters: [] }], active: 0, doc: form };
  const parameters = form.slice(name.length + 1, close).split(/,\s*/).filter((p) => p !== "");
  return { lines: [lineOf(name, parameters, "")], active: 0, doc: form.slice(close + 3) };
}

function parameterText(p: FunctionParameter): string {
  return `${p.name.text}: ${p.tabular ? "table" : p.type ?? "dynamic"}${p.fallback === undefined ? "" : " = …"}`;
}

function overloadLine(name: string, overload: Overload): SignatureLine {
  const label = written(name, overload);
  const inside = label.slice(name.length + 1, label.lastIndexOf(")"));
  const line = lineOf(name, inside === "" ? [] : inside.split(", "), label.slice(label.lastIndexOf(")") + 1));
  return overload.variadic === undefined ? line : { ...line, repeats: true };
}

function lineOf(name: string, parameters: readonly string[], tail: string): SignatureLine {
  let from = name.length + 1;
  const places = parameters.map((p) => {
    const place = { from, to: from + p.length };
    from = place.to + 2;
    return place;
  });
  const repeats = parameters.at(-1) === "…";
  return { label: `${name}(${parameters.join(", ")})${tail}`, parameters: places, ...(repeats ? { repeats } : {}) };
}
