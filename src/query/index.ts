/** Languages, plan, functions, engine. */
export * from "./plan";
export * from "./language";
export * from "./rendering";
