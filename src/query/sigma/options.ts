/** What a workspace decides where the Sigma specification leaves a choice. Each choice is told in docs/sigma.md. */

/** Settings of reading; all may be left out. */
export interface SigmaOptions {
  /** Values of placeholders (`%name%` behind `expand`), wildcards allowed. */
  readonly placeholders?: ReadonlyMap<string, readonly string[]>;
  /** What a placeholder without a value does: refuse the rule (the specification; default) or stand for anything. */
  readonly unknownPlaceholders?: "refuse" | "anything";
  /** Which dashes `windash` varies: those that begin a flag (the reference implementation; default) or every one. */
  readonly windash?: "flags" | "every";
  /** Where the text starts in what the spans are about. */
  readonly offset?: number;
}
