/** The batch operations over Navigator layers: `layer`, `layer-color`, `layer-aggregate`. */
import { aggregateScore, colorScale, hexOf, layerJson, layersOf, type AggregateFunction, type Gradient } from "../attack";
import { jsonOf, plainOf, type Answer, type Request } from "./batch-request.mts";

export const layerAnswers: Readonly<Record<string, (request: Request) => Answer>> = {
  layer(request) {
    const read = layersOf(jsonOf(request["layer"]));
    if (!read.value) return { error: read.diagnostics[0]?.message ?? "This is no layer.", diagnostics: read.diagnostics };
    const written = read.value.map((layer) => plainOf(layerJson(layer)));
    return { layer: Array.isArray(request["layer"]) ? written : written[0], diagnostics: read.diagnostics };
  },
  "layer-color"(request) {
    const { gradient, score } = request;
    if (!isGradient(gradient)) throw new Error("The request needs 'gradient': {colors, minValue, maxValue}.");
    if (typeof score !== "number") throw new Error("The request needs 'score', a number.");
    const color = colorScale(gradient)?.(score);
    if (!color) throw new Error("None of the gradient's colours can be read.");
    return { color: hexOf(color) };
  },
  "layer-aggregate"(request) {
    const { parent, subs, aggregateFunction, countUnscored } = request;
    if (!isScore(parent ?? null) || !Array.isArray(subs) || !subs.every(isScore)) {
      throw new Error("The request needs 'parent', a score or null, and 'subs', a list of such.");
    }
    if (!isFunction(aggregateFunction)) throw new Error(`The request needs 'aggregateFunction': ${FUNCTIONS.join(", ")}.`);
    return { score: aggregateScore((parent ?? null) as number | null, subs, aggregateFunction, countUnscored === true) };
  },
};

const FUNCTIONS: readonly AggregateFunction[] = ["average", "min", "max", "sum"];
const isFunction = (value: unknown): value is AggregateFunction => FUNCTIONS.some((name) => name === value);
const isScore = (value: unknown): value is number | null => value === null || typeof value === "number";

function isGradient(value: unknown): value is Gradient {
  const g = value as Partial<Gradient> | null | undefined;
  return Array.isArray(g?.colors) && g.colors.every((color) => typeof color === "string")
    && typeof g.minValue === "number" && typeof g.maxValue === "number";
}
