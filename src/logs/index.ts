/** Pasted or stored text → Table. */
export * from "./read";
