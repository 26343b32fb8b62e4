/** What a hunt found, as plain data that is shown, printed, and sent between threads. */
import type { Diagnostic } from "../base";
import type { EventValue } from "../schema";

/** Sigma's levels, lightest first (Sigma specification: Rule, "level"). */
export const LEVELS = ["informational", "low", "medium", "high", "critical"] as const;

/** What a rule says of itself, for lists. */
export interface RuleCard {
  readonly path: string;
  readonly title: string;
  readonly id?: string;
  /** In small letters; "unknown" when the rule does not say. */
  readonly level: string;
  readonly status?: string;
  /** Ids as ATT&CK writes them. */
  readonly techniques: readonly string[];
  /** Fields that the rule wants to be shown. */
  readonly fields: readonly string[];
}

/** An event that a rule found. */
export interface FoundEvent {
  readonly source: string;
  /** From 0. */
  readonly line: number;
  /** Ticks. */
  readonly time?: bigint;
  readonly event?: EventValue;
}

/** A rule that fired. Of a correlation, `events` are groups: `source` says of whom, `event` holds the group's fields. */
export interface FoundRule {
  readonly of: "events" | "groups";
  readonly rule: RuleCard;
  readonly count: number;
  /** The first ones. */
  readonly events: readonly FoundEvent[];
  /** Ticks of the oldest and the newest of all. */
  readonly first?: bigint;
  readonly last?: bigint;
}

export interface HuntReport {
  readonly events: number;
  /** Rules that were read, and those that could not be. */
  readonly rules: number;
  readonly refused: readonly { readonly path: string; readonly message: string }[];
  /** Heaviest first, then those that fired most. */
  readonly found: readonly FoundRule[];
  /** How the logs were read: the shape's title and how many events have it. */
  readonly shapes: readonly { readonly title: string; readonly events: number }[];
  readonly diagnostics: readonly Diagnostic[];
}
