/** Comparisons that can never hold, because a column is known to hold other values: told, with what it holds. */
import { nearest, type Fix } from "../../base";
import type { Expr } from "../plan";
import type { Binding } from "./binding";
import type { BoundColumn, Context } from "./environment";

/** How many of the known values a message names. */
const NAMED = 8;

/** Warns for each constant among `values` that the column `side` can never hold. */
export function checkKnownValues(b: Binding, side: Expr, values: readonly Expr[], anyCase: boolean,
  context: Context): void {
  if (side.kind !== "column") return;
  const origin = context.row?.named(side.name)?.origin;
  const known = origin ? origin.table.knownValues?.(origin.column) : undefined;
  if (!origin || !known || known.length === 0) return;
  for (const v of values) {
    if (v.kind !== "literal" || v.type !== "string" || typeof v.value !== "string" || v.value === "") continue;
    const written = v.value;
    const holds = known.some((k) => k === written || (anyCase && k.toLowerCase() === written.toLowerCase()));
    if (holds) continue;
    const meant = nearestValue(written, known);
    const fix: Fix | undefined = meant === undefined ? undefined
      : { title: `Replace by "${meant}"`, edits: [{ span: v.span, insert: JSON.stringify(meant) }] };
    const list = known.slice(0, NAMED).map((k) => `"${k}"`).join(", ");
    const more = known.length > NAMED ? ` and ${known.length - NAMED} more` : "";
    b.warn("kql-value-never",
      `${origin.table.name}.${origin.column} never holds "${written}": it holds ${list}${more}.${meant === undefined
      ? "" : ` Did you mean "${meant}"?`}`,
      v.span, fix ? { fix } : {});
  }
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
