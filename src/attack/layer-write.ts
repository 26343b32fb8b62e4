/** Writes Navigator layers as 4.5. Fields stand in the Navigator's order, what it does not know behind them. */
import { writeJson, type Json } from "../base";
import type { Layer, LayerTechnique, Rest, Unread } from "./layer";

/** The format that we write. */
export const LAYER_VERSION = "4.5";
/** The Navigator that this format came with; told in files that name none. */
const NAVIGATOR_VERSION = "5.1.0";

/** The text of a layer file; several layers are a list, as the Navigator's "download all layers" makes it. */
export function writeLayers(layers: readonly Layer[]): string {
  const [first] = layers;
  return writeJson(layers.length === 1 && first ? layerJson(first) : layers.map(layerJson), { indent: 4 });
}

/** A layer as JSON. What the layer leaves out stays out. */
export function layerJson(layer: Layer): Json {
  const { versions, filters, layout, gradient } = layer;
  return bag([
    ["name", layer.name],
    ["versions", bag([
      ["attack", versions.attack], ["navigator", versions.navigator ?? (versions.rest.has("navigator") ? undefined : NAVIGATOR_VERSION)], ["layer", LAYER_VERSION],
    ], versions.rest)],
    ["domain", layer.domain],
    ["description", layer.description],
    ["customDataURL", layer.customDataURL],
    ["filters", filters && bag([["platforms", filters.platforms]], filters.rest)],
    ["sorting", whole(layer.sorting)],
    ["layout", layout && bag([
      ["layout", layout.layout], ["aggregateFunction", layout.aggregateFunction], ["showID", layout.showID],
      ["showName", layout.showName], ["showAggregateScores", layout.showAggregateScores],
      ["countUnscored", layout.countUnscored], ["expandedSubtechniques", layout.expandedSubtechniques],
    ], layout.rest)],
    ["hideDisabled", layer.hideDisabled],
    ["techniques", layer.techniques.map((t) => (t.kind === "unread" ? t.json : techniqueJson(t)))],
    ["gradient", gradient && bag([
      ["colors", gradient.colors], ["minValue", whole(gradient.minValue)], ["maxValue", whole(gradient.maxValue)],
    ], gradient.rest)],
    ["legendItems", layer.legendItems?.map((item) => (item.kind === "unread" ? item.json
      : bag([["label", item.label], ["color", item.color]], item.rest)))],
    ["metadata", listJson(layer.metadata)],
    ["links", listJson(layer.links)],
    ["showTacticRowBackground", layer.showTacticRowBackground],
    ["tacticRowBackground", layer.tacticRowBackground],
    ["selectTechniquesAcrossTactics", layer.selectTechniquesAcrossTactics],
    ["selectSubtechniquesWithParent", layer.selectSubtechniquesWithParent],
    ["selectVisibleTechniques", layer.selectVisibleTechniques],
  ], layer.rest);
}

function techniqueJson(t: LayerTechnique): Json {
  return bag([
    ["techniqueID", t.techniqueID], ["tactic", t.tactic], ["score", whole(t.score)], ["color", t.color], ["comment", t.comment],
    ["enabled", t.enabled], ["metadata", listJson(t.metadata)], ["links", listJson(t.links)],
    ["showSubtechniques", t.showSubtechniques],
  ], t.rest);
}

type Listed = NonNullable<Layer["metadata"] | Layer["links"]>[number] | Unread;

function listJson(items: readonly Listed[] | undefined): readonly Json[] | undefined {
  return items?.map((item) => {
    if (item.kind === "unread") return item.json;
    if (item.kind === "divider") return bag([["divider", item.divider]], item.rest);
    return item.kind === "link" ? bag([["label", item.label], ["url", item.url]], item.rest)
      : bag([["name", item.name], ["value", item.value]], item.rest);
  });
}

/** Whole numbers are written without a fraction. */
function whole(value: number | undefined): Json | undefined {
  return value !== undefined && Number.isSafeInteger(value) ? BigInt(value) : value;
}

function bag(fields: readonly (readonly [string, Json | undefined])[], rest: Rest): Json {
  const known = fields.filter((field): field is readonly [string, Json] => field[1] !== undefined);
  return new Map([...known, ...[...rest].filter(([key]) => !known.some(([name]) => name === key))]);
}
