/**
 * `parse`, `parse-where`, `parse-kv`: columns cut out of a text. They are lowered to a regular expression and one
 * `extract`
 * per column, so that the engine needs to know nothing of them. Kusto docs: parse operator, parse-kv operator.
 */
import type { ScalarType } from "../../table";
import type { Expr, Named } from "../plan";
import { convert } from "../scope";
import { functions } from "../functions";
import { apply } from "./apply";
import { RowBinder } from "./bind-row";
import { word } from "./bind-union";
import { isNothing, type Binding } from "./binding";
import type { BoundColumn, Environment, Rows } from "./environment";
import type { Operator, OperatorOf, ParsePart } from "./syntax";

type Parse = OperatorOf<"parse" | "parse-where">;
type KeyValues = OperatorOf<"parse-kv">;

export function bindParse(b: Binding, op: Parse, input: Rows, environment: Environment): Rows {
  const row = new RowBinder(b, input, environment);
  const value = asText(b, row.bind(op.value));
  const kind = word(op.parameters, "kind") ?? "simple";
  if (!["simple", "regex", "relaxed"].includes(kind)) b.fail("kql-parse-kind",
    `'${kind}' is no kind of parse; the kinds are simple, regex and relaxed.`, op.wordSpan);
  const flags = kind === "regex" ? word(op.parameters, "flags") : undefined;
  const pattern = patternOf(op.parts, kind, flags);
  const outputs: Named<Expr>[] = [];
  let group = 0;
  for (const part of op.parts) {
    if (part.kind !== "column") continue;
    group++;
    const type = part.type ?? "string";
    const cut = extract(b, pattern, group, value, op);
    outputs.push({ name: part.name.text, value: type === "string" ? cut
      : convert(trimmed(b, cut, op), type, functions) });
  }
  const source = op.kind === "parse" ? input : matching(b, op, input, value, pattern, outputs);
  return extended(b, op, source, outputs);
}

function asText(b: Binding, value: Expr): Expr {
  if (value.type === "string" || isNothing(value)) return value;
  if (value.type === "dynamic") return convert(value, "string", functions);
  b.fail("kql-type-mismatch", `A text is parsed, and this is a ${value.type}.`, value.span);
  return value;
}

/** The whole pattern as one regular expression; each column is a group. */
function patternOf(parts: readonly ParsePart[], kind: string, flags: string | undefined): string {
  // In a regular expression a column takes as much as it can, unless the flag U says otherwise.
  const any = kind !== "regex" ? "[\\s\\S]*?" : flags?.includes("U") ? ".*?" : ".*";
  const others = flags?.replace(/U/g, "") ?? "";
  const body = parts.map((part, i) => {
    switch (part.kind) {
      case "text": return kind === "regex" ? uncaptured(part.value) : escape(part.value);
      case "star": return any;
      // Relaxed takes what stands before the next text, whatever it is; without a text to end it, only what fits.
      case "column": return kind === "relaxed" && parts[i + 1]?.kind === "text" ? `(${any})`
        : groupFor(part.type ?? "string", any);
      default: return "";
    }
  }).join("");
  return `${others !== "" ? `(?${others})` : ""}^${body}$`;
}

function groupFor(type: ScalarType, any: string): string {
  switch (type) {
    case "int": case "long": return "\\s*([-+]?[0-9]+)\\s*";
    case "real": case "decimal": return "\\s*([-+]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][-+]?[0-9]+)?)\\s*";
    case "bool": return "\\s*([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|0|1)\\s*";
    default: return `(${any})`;
  }
}

/** The author's groups do not count: only columns are groups. */
function uncaptured(pattern: string): string {
  return pattern.replace(/\\[\s\S]|\((?!\?)/g, (m) => (m === "(" ? "(?:" : m));
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

function extract(b: Binding, pattern: string, group: number, value: Expr, op: Operator): Expr {
  return apply(b, "extract",
    [text(pattern, op), { kind: "literal", value: BigInt(group), type: "long", span: op.wordSpan }, value], op.span,
    op.word);
}

function trimmed(b: Binding, value: Expr, op: Operator): Expr {
  return functions.named("trim") ? apply(b, "trim", [text("\\s", op), value], op.span, op.word) : value;
}

function text(value: string, op: Operator): Expr {
  return { kind: "literal", value, type: "string", span: op.wordSpan };
}

/** `parse-where` keeps the rows that match, and whose typed columns could be read. */
function matching(b: Binding, op: Parse, input: Rows, value: Expr, pattern: string,
  outputs: readonly Named<Expr>[]): Rows {
  const terms = [apply(b, "matches_regex", [value, text(pattern, op)], op.span, op.word)];
  for (const o of outputs) {
    if (o.value.type !== "string") terms.push(apply(b, "isnotnull", [o.value], op.span, op.word));
  }
  return b.rows({ op: "filter", input: input.plan, terms }, input.columns, op.span, op.word, input.open);
}

function extended(b: Binding, op: Operator, input: Rows, outputs: readonly Named<Expr>[]): Rows {
  const columns: BoundColumn[] = input.columns.map((c) => {
    const own = outputs.find((o) => o.name === c.name);
    return own ? { name: own.name, type: own.value.type } : c;
  });
  for (const o of outputs) if (!columns.some((c) => c.name === o.name)) columns.push(
    { name: o.name, type: o.value.type });
  return b.rows({ op: "extend", input: input.plan, outputs }, columns, op.span, op.kind === "parse-where" ? ""
    : op.word, input.open);
}

/**
 * Kusto docs: parse-kv operator: by delimiters (perhaps with quotes), or by a regular expression of keys and values.
 */
export function bindParseKv(b: Binding, op: KeyValues, input: Rows, environment: Environment): Rows {
  const row = new RowBinder(b, input, environment);
  const value = asText(b, row.bind(op.value));
  const option = (name: string): string | undefined => {
    const found = op.options.find((o) => o.name.text === name);
    const constant = found ? b.constant(row.bind(found.value))?.value : undefined;
    return typeof constant === "string" ? constant : undefined;
  };
  const pair = option("pair_delimiter") ?? " ";
  const kv = option("kv_delimiter") ?? "=";
  const quotes = option("quote");
  const greedyOption = op.options.find((o) => o.name.text === "greedy");
  const greedy = greedyOption ? b.constant(row.bind(greedyOption.value))?.value === true : false;
  const regex = option("regex");
  if (regex !== undefined) return byPattern(b, op, input, value, regex);
  const bare = option("pair_delimiter") === undefined && option("kv_delimiter") === undefined;
  const escapes = option("escape") ?? "";
  const outputs = op.columns.map((c): Named<Expr> => {
    const [open = "", close = open] = quotes ? [...quotes] : [];
    // A key may stand in quotes too, which is the only way for it to hold a delimiter.
    const key = open === "" ? escape(c.name.text)
      : `(?:${escape(open)}${escape(c.name.text)}${escape(close)}|${escape(c.name.text)})`;
    // Without delimiters anything but letters and digits is one.
    const lead = bare ? `(?:^|[^\\p{L}\\p{N}_])${key}[^\\p{L}\\p{N}_]+?`
      : `(?:^|${escape(pair)}|\\s)\\s*${key}\\s*${escape(kv)}\\s*`;
    const end = greedy ? `${escape(pair)}\\w+${escape(kv)}` : escape(pair);
    const plain = extract(b, bare ? `${lead}([\\p{L}\\p{N}_]+)` : `${lead}([\\s\\S]*?)(?:${end}|$)`, 1, value, op);
    const other = `[^${escape(close)}${escape(escapes)}]`;
    const inside = escapes === "" ? `${other}*` : `(?:${other}|[${escape(escapes)}][\\s\\S])*`;
    const found = open === "" ? undefined
      : extract(b, `${lead}${escape(open)}(${inside})${escape(close)}`, 1, value, op);
    // What is escaped loses the sign before it.
    const quoted = found && escapes !== "" ? apply(b, "replace_regex",
      [found, text(`[${escape(escapes)}]([\\s\\S])`, op), text("\\1", op)], op.span, op.word) : found;
    const cut = trimmed(b, quoted ? apply(b, "iff", [apply(b, "isnotempty", [quoted], op.span, op.word), quoted, plain],
      op.span, op.word) : plain, op);
    const type = c.type ?? "string";
    return { name: c.name.text, value: type === "string" ? cut : convert(cut, type, functions) };
  });
  return extended(b, op, input, outputs);
}

/** `regex = "(key)=(value)"`: a pattern with two groups. Kusto docs: parse-kv operator, "Regex". */
function byPattern(b: Binding, op: KeyValues, input: Rows, value: Expr, pattern: string): Rows {
  const pairs = apply(b, "extract_all", [text(pattern, op), value], op.span, op.word);
  const keys = op.columns.map((c): Named<Expr> => ({ name: `key:${c.name.text}`, value: text("", op) }));
  const cut = op.columns.map((_, i): BoundColumn => ({ name: `$kv${i}`, type: "string" }));
  const made = b.rows({ op: "apply", input: input.plan, fn: "parse-kv", args: [{ name: "pairs", value: pairs }, ...keys] },
    [...input.columns, ...cut], op.span, "", input.open);
  const outputs = op.columns.map((c, i): Named<Expr> => ({ name: c.name.text,
    value: convert({ kind: "column", name: `$kv${i}`, type: "string", span: op.wordSpan }, c.type ?? "string", functions) }));
  const wide = extended(b, op, made, outputs);
  const columns = wide.columns.filter((c) => !cut.some((k) => k.name === c.name));
  return b.rows({ op: "project", input: wide.plan, outputs: columns.map((c) => ({ name: c.name,
    value: { kind: "column", name: c.name, type: c.type, span: op.wordSpan } })) }, columns, op.span, "", input.open);
}
