/** Notes and their links. */
export * from "./model";
export * from "./files";
