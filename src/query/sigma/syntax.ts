/**
 * What a Sigma file says, read and resolved: rules, filters and correlations with the place of each part. Modifiers are
 * applied already, so that everybody behind it (plan, rule set, explanation, lint, conversion) sees plain tests.
 */
import type { Diagnostic, Span, YamlNode } from "../../base";
import type { LogSource } from "../../schema";

/** A piece of a file and where it stands. */
export interface Placed<T> {
  readonly value: T;
  readonly span: Span;
}

/** What all three kinds of document say about themselves. Absent is what the file leaves out. */
export interface RuleHead {
  /** The whole document. */
  readonly span: Span;
  /** The document's own mapping (global parts merged in), for lint and for tools that need what is not listed here. */
  readonly root: YamlNode & { readonly kind: "map" };
  readonly title?: Placed<string>;
  readonly id?: Placed<string>;
  /** The name that correlations refer to (Sigma specification: Correlation rules, "name"). */
  readonly name?: Placed<string>;
  readonly status?: Placed<string>;
  readonly level?: Placed<string>;
  readonly tags: readonly Placed<string>[];
  readonly diagnostics: readonly Diagnostic[];
}

/** A rule that looks at one event. */
export interface DetectionRule extends RuleHead {
  readonly kind: "detection";
  readonly logsource: LogSource & { readonly span: Span };
  readonly selections: ReadonlyMap<string, Selection>;
  /** One of several conditions is enough. Names and patterns are resolved to selections. */
  readonly conditions: readonly Condition[];
  /** Fields that the rule wants to be shown. */
  readonly fields: readonly string[];
}

/** A filter: its condition is AND-linked to the rules that it names (Sigma specification: Filters). */
export interface FilterRule extends RuleHead {
  readonly kind: "filter";
  readonly logsource: LogSource & { readonly span: Span };
  /** Ids or names of rules; "any" for each rule of the log source. */
  readonly rules: readonly Placed<string>[] | "any";
  readonly selections: ReadonlyMap<string, Selection>;
  readonly conditions: readonly Condition[];
}

/** A rule over the matches of other rules (Sigma specification: Correlation rules). */
export interface CorrelationRule extends RuleHead {
  readonly kind: "correlation";
  readonly type: CorrelationType;
  /** Ids or names of the rules that it looks at. */
  readonly rules: readonly Placed<string>[];
  readonly groupBy: readonly string[];
  /** Microseconds. */
  readonly timespan: number;
  /** All must hold. Temporal kinds have none unless the file says so. */
  readonly bounds: readonly { readonly op: CompareOp; readonly count: number }[];
  /** Temporal kinds: which of the rules must be there, `selection` names a rule (an extension of pySigma). */
  readonly expression?: Condition;
  /** Counted, summed, averaged fields (several: their combination is counted). */
  readonly fields: readonly string[];
  /** 0 to 100, of `value_percentile`. */
  readonly percentile?: number;
  /** alias → rule (id or name) → field. */
  readonly aliases: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Whether the rules that it refers to report by themselves too. */
  readonly generate: boolean;
}
export type CorrelationType =
  | "event_count" | "value_count" | "temporal" | "temporal_ordered"
  | "value_sum" | "value_avg" | "value_percentile" | "value_median";

export type SigmaRule = DetectionRule | FilterRule | CorrelationRule;

/** A named entry of `detection`. */
export interface Selection {
  readonly name: string;
  readonly span: Span;
  readonly match: Match;
}

/** A condition over selections. `of` keeps what was written; its parts are the selections that it stands for. */
export type Condition =
  | { readonly kind: "selection"; readonly name: string; readonly span: Span }
  | { readonly kind: "not"; readonly part: Condition; readonly span: Span }
  | { readonly kind: "and" | "or"; readonly parts: readonly Condition[]; readonly span: Span }
  | { readonly kind: "of"; readonly need: "all" | number; readonly pattern: string;
      readonly names: readonly string[]; readonly span: Span };

/** What a selection asks of an event. */
export type Match =
  | { readonly kind: "all" | "any"; readonly parts: readonly Match[]; readonly span: Span }
  | Item;

/** One line of a selection: a field (null: a keyword, any value of the event) and what it is tested for. */
export interface Item {
  readonly kind: "item";
  readonly field: string | null;
  /** As written behind the field, without the bars. */
  readonly modifiers: readonly string[];
  /** Whether each test must hold or one is enough. An item without tests never holds (`any`) or always does (`all`). */
  readonly need: "all" | "any";
  /** The whole item turned round (`neq`): NOT (field = value), so an absent field holds. */
  readonly negated: boolean;
  readonly tests: readonly Test[];
  readonly span: Span;
}

/** One value of an item. `said` is what the file says, for people. */
export type Test = { readonly span: Span; readonly said: string } & TestKind;
export type TestKind =
  /** The value's text against a text without wildcards. Numbers and booleans are compared by their text as well. */
  | { readonly kind: "text"; readonly how: "equals" | "contains" | "startswith" | "endswith"; readonly text: string;
      readonly cased: boolean }
  /** Wildcards, over the whole value: "any" is `*`, "one" is `?`, texts stand for themselves. Crosses line breaks. */
  | { readonly kind: "pattern"; readonly parts: readonly ({ readonly text: string } | "any" | "one")[];
      readonly cased: boolean }
  /** Found anywhere in the value. Sigma's `re` is case-sensitive unless `i` is given. */
  | { readonly kind: "regex"; readonly source: string; readonly flags: string }
  /** `text` as it was written; `bytes` of the network (4 or 16) and its prefix length. */
  | { readonly kind: "cidr"; readonly bytes: readonly number[]; readonly bits: number }
  | { readonly kind: "compare"; readonly op: CompareOp; readonly than: number | bigint }
  /** An absent field holds too. */
  | { readonly kind: "null" }
  | { readonly kind: "exists"; readonly wanted: boolean }
  /** Against the value of another field of the same event. */
  | { readonly kind: "field"; readonly how: "equals" | "contains" | "startswith" | "endswith"; readonly other: string;
      readonly cased: boolean }
  /** A part of a time, in UTC; ISO week. */
  | { readonly kind: "time"; readonly part: "minute" | "hour" | "day" | "week" | "month" | "year";
      readonly op: CompareOp | "eq"; readonly than: number };
export type CompareOp = "lt" | "lte" | "gt" | "gte" | "eq" | "neq";

/** All documents of one file. A document that cannot be read is left out and told. */
export interface SigmaFile {
  /** Those that can run: none of their diagnostics is an error. */
  readonly rules: readonly SigmaRule[];
  /** Those with an error, as far as they were understood (`kind` and the rest may be missing). */
  readonly refused: readonly RuleHead[];
  /** Of all documents, and of what belongs to none. */
  readonly diagnostics: readonly Diagnostic[];
}
