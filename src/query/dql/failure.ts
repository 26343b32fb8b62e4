/** Why a row has no value: thrown while one row is evaluated, caught at that row's edge, told with its place. */
import type { Span } from "../../base";

/** A failed evaluation. `span` is the expression that failed, once one on the way up knows its own. */
export class Failure extends Error {
  constructor(message: string, public span?: Span) {
    super(message);
    this.name = "Failure";
  }
}
