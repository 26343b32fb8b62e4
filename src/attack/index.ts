/** ATT&CK as pure data. */
export * from "./id";
export { KNOWN_VERSION, knownTechniques } from "./known";
export type { KnownTechnique } from "./known";
