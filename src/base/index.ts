/** What every room needs. Imports nothing. */
export * from "./span";
export * from "./diagnostic";
export * from "./cancel";
export * from "./json";
export * from "./yaml";
