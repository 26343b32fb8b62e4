/**
 * ATT&CK Navigator layers, format 4.5: what a layer says of techniques, and what a cell then shows. Each object keeps
 * what it holds besides (`rest`), so that a layer read and written again has lost nothing.
 */
import type { Json } from "../base";
import { colorScale, hexOf, parseColor, type Gradient } from "./color";

/** Fields that are unknown to the format, or whose values could not be taken; written back as they were. */
export type Rest = ReadonlyMap<string, Json>;

/** A layer. Absent is what the file leaves out; the format's defaults are in {@link LAYER_DEFAULTS}. */
export interface Layer {
  readonly name: string;
  readonly domain: string;
  readonly versions: { readonly attack?: string; readonly navigator?: string; readonly rest: Rest };
  readonly description?: string;
  readonly customDataURL?: string;
  readonly filters?: { readonly platforms?: readonly string[]; readonly rest: Rest };
  readonly sorting?: number;
  readonly layout?: LayerLayout;
  readonly hideDisabled?: boolean;
  readonly techniques: readonly (LayerTechnique | Unread)[];
  readonly gradient?: Gradient & { readonly rest: Rest };
  readonly legendItems?: readonly (LegendItem | Unread)[];
  readonly showTacticRowBackground?: boolean;
  readonly tacticRowBackground?: string;
  readonly selectTechniquesAcrossTactics?: boolean;
  readonly selectSubtechniquesWithParent?: boolean;
  readonly selectVisibleTechniques?: boolean;
  readonly metadata?: readonly (Metadatum | Divider | Unread)[];
  readonly links?: readonly (LayerLink | Divider | Unread)[];
  readonly rest: Rest;
}

/** How the matrix of a layer is drawn. */
export interface LayerLayout {
  readonly layout?: "side" | "flat" | "mini";
  readonly showID?: boolean;
  readonly showName?: boolean;
  readonly showAggregateScores?: boolean;
  readonly countUnscored?: boolean;
  readonly aggregateFunction?: AggregateFunction;
  readonly expandedSubtechniques?: "none" | "annotated" | "all";
  readonly rest: Rest;
}
export type AggregateFunction = "average" | "min" | "max" | "sum";

/** What a layer says of a technique, in one tactic or in all of its tactics. */
export interface LayerTechnique {
  readonly kind: "technique";
  readonly techniqueID: string;
  /** Short name; absent: every tactic of the technique. */
  readonly tactic?: string;
  /** Absent: not scored, which is not 0. */
  readonly score?: number;
  /** A CSS colour, which beats the score; "" is none. */
  readonly color?: string;
  readonly comment?: string;
  readonly enabled?: boolean;
  readonly metadata?: readonly (Metadatum | Divider | Unread)[];
  readonly links?: readonly (LayerLink | Divider | Unread)[];
  readonly showSubtechniques?: boolean;
  readonly rest: Rest;
}
export interface Metadatum { readonly kind: "metadatum"; readonly name: string; readonly value: string; readonly rest: Rest }
export interface LayerLink { readonly kind: "link"; readonly label: string; readonly url: string; readonly rest: Rest }
export interface Divider { readonly kind: "divider"; readonly divider: boolean; readonly rest: Rest }
export interface LegendItem { readonly kind: "legend"; readonly label: string; readonly color: string; readonly rest: Rest }
/** An entry of a list that could not be taken; told when it was read. */
export interface Unread { readonly kind: "unread"; readonly json: Json }

/** What the Navigator takes where a layer says nothing. */
export const LAYER_DEFAULTS = {
  sorting: 0, hideDisabled: false, tacticRowBackground: "#dddddd", showTacticRowBackground: false,
  gradient: { colors: ["#ff6666", "#ffe766", "#8ec843"], minValue: 0, maxValue: 100 },
  layout: {
    layout: "side", showID: false, showName: true, showAggregateScores: false, countUnscored: false,
    aggregateFunction: "average", expandedSubtechniques: "none",
  },
} as const;

/** Techniques of a layer by `id^tactic` (`id^` for all tactics); the last entry of a key wins, as in the Navigator. */
export function techniquesByKey(layer: Layer): ReadonlyMap<string, LayerTechnique> {
  return new Map(layer.techniques.flatMap((t) => (t.kind === "technique" ? [[`${t.techniqueID}^${t.tactic ?? ""}`, t] as const] : [])));
}

/**
 * Score of a technique with sub-techniques, out of its own and theirs in the same tactic, to two decimals; null when
 * nothing is scored. As the Navigator computes it, and not as its manual says: with `min`, `max` and `sum` a technique
 * without a score takes part as 0.
 */
export function aggregateScore(
  parent: number | null, subs: readonly (number | null)[], how: AggregateFunction, countUnscored: boolean,
): number | null {
  const scored = [parent, ...subs].filter((score) => score !== null);
  if (scored.length === 0) return null;
  const all = parent === null ? [0, ...scored] : scored;
  const sum = scored.reduce((n, score) => n + score, 0);
  const value = how === "average" ? sum / (countUnscored ? subs.length + 1 : scored.length)
    : how === "sum" ? sum
    : how === "min" ? Math.min(...all)
    : Math.max(...all);
  return Number(value.toFixed(2));
}

/** Colour of a cell as `#rrggbb` or with alpha behind it; null for none. `aggregate` is undefined where none is shown. */
export function cellColor(
  technique: Pick<LayerTechnique, "enabled" | "color" | "score"> | undefined,
  gradient: Gradient = LAYER_DEFAULTS.gradient,
  aggregate?: number | null,
): string | null {
  if (technique?.enabled === false) return null;
  const own = technique?.color ? parseColor(technique.color) : null;
  if (own) return hexOf(own, own.a < 1);
  const score = aggregate ?? technique?.score;
  if (score === undefined) return null;
  const color = colorScale(gradient)?.(score);
  return color ? hexOf(color, color.a < 1) : null;
}
