/** Binary Windows event logs. */
export { EventLog, isEventLog } from "./file";
export type { TakeEvent } from "./file";
