/** Ties between the stand-in and the published types of the `obsidian` package. */

/** The public face of a published class: what `implements` can be held to (its private members cannot be matched). */
export type Public<T> = { [K in keyof T]: T[K] };

/**
 * Says that a value of ours is the published type. The published classes with protected members are nominal to
 * TypeScript, so structural fit is shown by `implements Public<…>` at the class and stated here at the border.
 */
export function published<T>(value: unknown): T {
  return value as T;
}
