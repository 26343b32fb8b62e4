/** Languages, plan, functions, engine. */
export * from "./plan";
export * from "./language";
export * from "./rendering";
export * from "./story";
export { loosen, termPlaces } from "./loosen";
export { tellStory } from "./tell";
export type { ToldComparison, ToldEnd } from "./tell";
export { expressionsOf } from "./inner-plans";
