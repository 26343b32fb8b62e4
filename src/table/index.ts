/** Types, values, columns, tables. May import base. */
export * from "./type";
export * from "./value";
export * from "./column";
export * from "./table";
