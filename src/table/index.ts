/** Types, values, columns, tables. May import base. */
export * from "./type";
export * from "./value";
export * from "./decimal";
export * from "./ticks";
export * from "./coerce";
export * from "./column";
export * from "./unread";
export * from "./build";
export * from "./cells";
export * from "./convert";
export * from "./table";
export * from "./print";
export * from "./text";
export * from "./keys";
export * from "./pairs";
export * from "./order";
export * from "./zones";
