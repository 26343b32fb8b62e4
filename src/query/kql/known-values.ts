/** Comparisons that can never hold, because a column is known to hold other values: told, with what it holds. */
import { nearest, type Fix, type Span } from "../../base";
import type { Expr } from "../plan";
import type { Binding } from "./binding";
import type { BoundColumn, Context } from "./environment";

/** How many of the known values a message names. */
const NAMED = 8;

/** A comparison: its place, and that of its operator. */
interface Comparison {
  readonly span: Span;
  readonly opSpan: Span;
  readonly op: string;
}

/** Warns for each constant among `values` that the column `side` can never hold, or that no loaded row has. */
export function checkKnownValues(b: Binding, side: Expr, values: readonly Expr[], at: Comparison, anyCase: boolean,
  context: Context): void {
  if (side.kind !== "column") return;
  const origin = context.row?.named(side.name)?.origin;
  if (!origin) return;
  const texts = values.flatMap((v): Text[] =>
    (v.kind === "literal" && v.type === "string" && typeof v.value === "string" && v.value !== ""
      ? [{ written: v.value, span: v.span }] : []));
  const before = b.diagnostics.length;
  const known = origin.table.knownValues?.(origin.column);
  if (known && known.length > 0) for (const text of texts) checkAmongAll(b, origin, text, known, anyCase);
  else checkAmongSome(b, origin, texts, at, anyCase);
  if (b.diagnostics.length === before && texts.length > 0 && texts.length === values.length) checkLoaded(b, origin,
    texts, at, anyCase);
}

type Origin = NonNullable<BoundColumn["origin"]>;

interface Text {
  readonly written: string;
  readonly span: Span;
}

const isIn = (values: readonly string[], text: string, anyCase: boolean): boolean =>
  values.some((v) => v === text || (anyCase && v.toLowerCase() === text.toLowerCase()));

/** A column of which every value is known. */
function checkAmongAll(b: Binding, origin: Origin, { written, span }: Text, known: readonly string[],
  anyCase: boolean): void {
  if (isIn(known, written, anyCase)) return;
  const meant = nearestValue(written, known);
  const list = known.slice(0, NAMED).map((k) => `"${k}"`).join(", ");
  const more = known.length > NAMED ? ` and ${known.length - NAMED} more` : "";
  b.warn("kql-value-never",
    `${origin.table.name}.${origin.column} never holds "${written}": it holds ${list}${more}.${meant === undefined
    ? "" : ` Did you mean "${meant}"?`}`, span, fixTo(meant, span));
}

/** A column of which some values are known: what is nearly one of them is a slip, what is none of them may be right. */
function checkAmongSome(b: Binding, origin: Origin, texts: readonly Text[], at: Comparison, anyCase: boolean): void {
  const some = origin.table.someValues?.(origin.column);
  const name = `${origin.table.name}.${origin.column}`;
  if (!some) return;
  if (some.anyCase) {
    const mixed = texts.find(({ written }) => written !== written.toUpperCase());
    const op = at.op === "==" ? "=~" : at.op === "in" ? "in~" : undefined;
    if (mixed && op && !anyCase) b.note("kql-value-case",
      `${name} comes in all upper case too, which '${at.op}' takes for another text; '${op}' finds both.`, mixed.span,
      { fix: { title: `Compare by '${op}'`, edits: [{ span: at.opSpan, insert: op }] } });
    return;
  }
  for (const { written, span } of texts) {
    if (isIn(some.values, written, anyCase)) continue;
    if (some.numbers) {
      const such = some.values.slice(0, 3).map((v) => `"${v}"`).join(", ");
      if (!/^-?\d+$/.test(written)) b.warn("kql-value-never",
        `${name} never holds "${written}": it holds numbers, written as texts, such as ${such}.`, span);
      continue;
    }
    const meant = some.values.find((v) => v.toLowerCase() === written.toLowerCase())
      ?? nearest(written, some.values, slipOf(written));
    if (meant !== undefined) b.warn("kql-value-near",
      `"${written}" is not known as a value of ${name}. Did you mean "${meant}"?`, span, fixTo(meant, span));
  }
}

/** How far a slip may lie from what was meant: two letters of a long word, none of a short one. */
function slipOf(written: string): number {
  return written.length < 6 || /\d/.test(written) ? 1 : written.length < 10 ? 2 : 3;
}

/** Rows of a sample whose column holds few values, and none of those asked for. */
function checkLoaded(b: Binding, origin: Origin, texts: readonly Text[], at: Comparison, anyCase: boolean): void {
  const loaded = origin.table.loadedValues?.(origin.column);
  if (!loaded || loaded.length === 0 || texts.some(({ written }) => isIn(loaded, written, anyCase))) return;
  const list = loaded.slice(0, NAMED).map((v) => JSON.stringify(v)).join(", ");
  const [only] = texts;
  const meant = texts.length === 1 && only ? loaded.find((v) => v.toLowerCase() === only.written.toLowerCase())
    : undefined;
  const asked = texts.length === 1 ? "this" : "any of these";
  const such = loaded.length > NAMED ? "they have such as" : "they have";
  b.note("kql-value-unseen",
    `No loaded row of ${origin.table.name} has ${asked} in '${origin.column}': ${such} ${list}.`,
    only && texts.length === 1 ? only.span : at.span, only ? fixTo(meant, only.span) : {});
}

function fixTo(meant: string | undefined, span: Span): { readonly fix?: Fix } {
  return meant === undefined ? {}
    : { fix: { title: `Replace by "${meant}"`, edits: [{ span, insert: JSON.stringify(meant) }] } };
}

/** The nearest known value by spelling, or the one that shares the longest beginning, if that is half of it. */
function nearestValue(written: string, known: readonly string[]): string | undefined {
  const spelled = nearest(written, known);
  if (spelled !== undefined) return spelled;
  const lower = written.toLowerCase();
  let best: { value: string; shared: number } | undefined;
  for (const value of known) {
    const other = value.toLowerCase();
    let shared = 0;
    while (shared < other.length && other[shared] === lower[shared]) shared++;
    if (shared * 2 >= Math.min(other.length, lower.length) && shared > 2 && (!best || shared > best.shared)) best =
      { value, shared };
  }
  return best?.value;
}

/** The column that an expression plainly is, with where it came from. */
export function originOf(e: Expr, columns: (name: string) => BoundColumn | undefined): BoundColumn["origin"] {
  return e.kind === "column" ? columns(e.name)?.origin : undefined;
}
