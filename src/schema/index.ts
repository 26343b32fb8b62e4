/** Facts about log tables. May import base and table. */
export { catalog, readColumns, TIME_COLUMNS } from "./catalog";
export type { Catalog, KnownTable, TableFamily } from "./catalog";
export { tablesOf } from "./logsources";
export type { LogSource } from "./logsources";
export { PLAIN, meets, shapeOf, shapes } from "./event-shape";
export type { EventShape, Requirement } from "./event-shape";
export { channelFits, mayMatch, printField, spellChannel, viewsOf } from "./log-view";
export type { LogView, ViewOptions } from "./log-view";
export { isObject, memberOf, membersOf, placeOf, readField, readPlace } from "./place";
export type { EventValue, FieldSource, Place } from "./place";
