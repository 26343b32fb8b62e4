/** Holds a written layer against the format 4.5, by the format's own table of fields; gives what is wrong. */
type Check = (value: unknown) => boolean;
const text: Check = (v) => typeof v === "string";
const full: Check = (v) => typeof v === "string" && v !== "";
const flag: Check = (v) => typeof v === "boolean";
const number: Check = (v) => typeof v === "number" && Number.isFinite(v);
const color: Check = (v) => v === "" || (typeof v === "string" && (/^#?[0-9a-f]{3,8}$/i.test(v) || /^[a-z]+(\(.*\))?$/i.test(v)));
const oneOf = (...words: readonly unknown[]): Check => (v) => words.includes(v);
const listOf = (each: Check): Check => (v) => Array.isArray(v) && v.every(each);
const object = (needed: Record<string, Check>, optional: Record<string, Check> = {}): Check => (v) =>
  typeof v === "object" && v !== null && !Array.isArray(v)
  && Object.entries(needed).every(([key, check]) => check((v as Record<string, unknown>)[key]))
  && Object.entries(v).every(([key, value]) => (needed[key] ?? optional[key])?.(value) ?? false);
const divider = object({ divider: flag });
const metadata = listOf((v) => divider(v) || object({ name: full, value: full })(v));
const links = listOf((v) => divider(v) || object({ label: full, url: (u) => typeof u === "string" && /^[a-z][\w+.-]*:/i.test(u) })(v));

const FIELDS: Readonly<Record<string, Check>> = {
  name: text,
  versions: object({ layer: oneOf("4.5") }, { attack: text, navigator: text }),
  domain: oneOf("enterprise-attack", "mobile-attack", "ics-attack"),
  description: text, customDataURL: text, filters: object({}, { platforms: listOf(text) }), sorting: oneOf(0, 1, 2, 3),
  layout: object({}, {
    layout: oneOf("side", "flat", "mini"), showID: flag, showName: flag, showAggregateScores: flag, countUnscored: flag,
    aggregateFunction: oneOf("average", "min", "max", "sum"), expandedSubtechniques: oneOf("none", "annotated", "all"),
  }),
  hideDisabled: flag,
  techniques: listOf(object({ techniqueID: (v) => typeof v === "string" && /^T\d{4}(\.\d{3})?$/.test(v) }, {
    tactic: text, score: number, color, comment: text, enabled: flag, metadata, links, showSubtechniques: flag,
  })),
  gradient: (v) => object({ colors: (c) => listOf(color)(c) && (c as unknown[]).length > 1, minValue: number, maxValue: number })(v)
    && (v as { minValue: number; maxValue: number }).maxValue > (v as { minValue: number }).minValue,
  legendItems: listOf(object({ label: text, color })),
  showTacticRowBackground: flag, tacticRowBackground: color, selectTechniquesAcrossTactics: flag,
  selectSubtechniquesWithParent: flag, selectVisibleTechniques: flag, metadata, links,
};

/** Names of the fields that are missing, unknown, or hold what the format does not allow. */
export function layerFaults(layer: unknown): readonly string[] {
  if (typeof layer !== "object" || layer === null || Array.isArray(layer)) return ["layer"];
  const bag = layer as Record<string, unknown>;
  const missing = ["name", "versions", "domain"].filter((key) => !(key in bag));
  return [...missing, ...Object.entries(bag).filter(([key, value]) => !(FIELDS[key]?.(value) ?? false)).map(([key]) => key)];
}
