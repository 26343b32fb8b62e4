/** ATT&CK as pure data. */
export * from "./id";
export { KNOWN_VERSION, knownTechniques } from "./known";
export type { KnownTechnique } from "./known";
export { colorScale, hexOf, inkOn, over, parseColor } from "./color";
export type { Gradient, Rgba } from "./color";
export * from "./layer";
export { layersOf, readLayers } from "./layer-read";
export * from "./model";
export { readStix } from "./stix";
export { LAYER_VERSION, layerJson, writeLayers } from "./layer-write";
