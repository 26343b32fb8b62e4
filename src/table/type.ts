/** The ten scalar types of the house. They are Kusto's; other languages bring theirs onto these. */

export type ScalarType =
  | "bool" | "int" | "long" | "real" | "decimal" | "string" | "datetime" | "timespan" | "guid" | "dynamic";

export const SCALAR_TYPES: readonly ScalarType[] = [
  "bool", "int", "long", "real", "decimal", "string", "datetime", "timespan", "guid", "dynamic",
];

/** Whether a type counts as a number. */
export function isNumeric(type: ScalarType): boolean {
  return type === "int" || type === "long" || type === "real" || type === "decimal";
}
