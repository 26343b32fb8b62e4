/** Words that a Sigma file may hold, with what they mean: for completion and hover. Source: Sigma specification 2.1. */

/** Keys of a document. */
export const TOP_KEYS: ReadonlyMap<string, string> = new Map([
  ["title", "What the rule detects, in a line."],
  ["id", "A UUID that the rule keeps for its life."],
  ["name", "A name by which correlations refer to the rule."],
  ["related", "Rules that this one was derived from, replaces or resembles."],
  ["taxonomy", "Whose field names the rule uses; 'sigma' when left out."],
  ["status", "How far the rule is tried."],
  ["description", "What is detected, and why it is suspicious."],
  ["license", "The licence of the rule, as an SPDX identifier."],
  ["references", "Where the idea comes from."],
  ["author", "Who wrote the rule."],
  ["date", "When it was made, as YYYY-MM-DD."],
  ["modified", "When its logic was last changed, as YYYY-MM-DD."],
  ["logsource", "Which events the rule is for."],
  ["detection", "Selections, and the condition over them."],
  ["correlation", "A rule over the matches of other rules."],
  ["filter", "A condition that is added to other rules."],
  ["fields", "Fields to show to the analyst."],
  ["falsepositives", "What else may look like this."],
  ["level", "How serious a match is."],
  ["tags", "Namespaced marks: attack.t1059, cve.2024-1234."],
  ["scope", "What machines the rule is meant for."],
  ["generate", "Of a correlation: whether the rules that it refers to report by themselves, too."],
]);

/** Keys below `logsource`. */
export const SOURCE_KEYS: ReadonlyMap<string, string> = new Map([
  ["category", "A kind of event, whatever writes it: process_creation."],
  ["product", "What writes the events: windows, aws."],
  ["service", "A part of the product: security, cloudtrail."],
  ["definition", "What has to be switched on for these events."],
]);

/** Keys below `correlation`. */
export const CORRELATION_KEYS: ReadonlyMap<string, string> = new Map([
  ["type", "What is counted or looked for."],
  ["rules", "Ids or names of the rules that it looks at."],
  ["group-by", "Fields whose values must be the same."],
  ["timespan", "How far apart the events may be: a number with s, m, h or d."],
  ["condition", "What the count must be: gte: 10."],
  ["aliases", "One name for fields that rules call differently."],
  ["generate", "Whether the rules report by themselves, too."],
]);

/** Values of `status`. */
export const STATUSES: ReadonlyMap<string, string> = new Map([
  ["stable", "May be used in production."],
  ["test", "Mostly stable; may need adjustments."],
  ["experimental", "May be noisy."],
  ["deprecated", "Replaced by another rule."],
  ["unsupported", "Cannot be used as it is."],
]);

/** Values of `level`. */
export const LEVELS: ReadonlyMap<string, string> = new Map([
  ["informational", "For enrichment; no alert."],
  ["low", "Notable, rarely an incident."],
  ["medium", "To be reviewed now and then."],
  ["high", "To be reviewed promptly."],
  ["critical", "Almost certainly an incident."],
]);

/** Words of a condition. */
export const CONDITION_WORDS: ReadonlyMap<string, string> = new Map([
  ["and", "Both must hold."],
  ["or", "One is enough."],
  ["not", "The next must not hold."],
  ["1 of", "One of the selections that fit the pattern."],
  ["all of", "All of the selections that fit the pattern."],
  ["them", "Behind 'of': all selections whose name has no underscore in front."],
]);

/** Namespaces of tags with the tactics of ATT&CK. */
export const TAGS: readonly string[] = ["attack.reconnaissance", "attack.resource-development", "attack.initial-access",
  "attack.execution", "attack.persistence", "attack.privilege-escalation", "attack.defense-evasion", "attack.stealth",
  "attack.defense-impairment", "attack.credential-access", "attack.discovery", "attack.lateral-movement", "attack.collection",
  "attack.command-and-control", "attack.exfiltration", "attack.impact", "attack.t", "attack.g", "attack.s", "car.", "cve.",
  "d3fend.", "detection.dfir", "detection.emerging-threats", "detection.threat-hunting", "stp.", "tlp.amber", "tlp.clear",
  "tlp.green", "tlp.red"];
