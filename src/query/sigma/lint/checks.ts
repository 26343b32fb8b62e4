/**
 * Every check of a rule's text that reading it does not make anyway: code, how bad, what it says, who asks for it. The
 * documentation is printed from this table, and no check can speak without an entry.
 */
import type { Severity } from "../../../base";

/** Who asks for it: the Sigma specification, SigmaHQ's conventions, or we (what misleads analysts and engines). */
export type Origin = "specification" | "SigmaHQ" | "Purplebook";

export interface Check {
  readonly code: string;
  readonly severity: Severity;
  readonly from: Origin;
  readonly says: string;
  /** Whether it comes with a fix (where the text allows one). */
  readonly fix?: true;
}

const check = (code: string, severity: Severity, from: Origin, says: string, fix?: true): Check =>
  ({ code: `sigma-${code}`, severity, from, says, ...(fix ? { fix } : {}) });

/** All checks, in the order of the documentation. */
export const CHECKS: readonly Check[] = [
  check("title-long", "warning", "specification", "A title has at most 256 characters; SigmaHQ's at most 120."),
  check("title-empty", "error", "specification", "A title says something."),
  check("title-start", "info", "SigmaHQ", "A title does not begin with 'Detects' or 'Detection of'.", true),
  check("title-end", "info", "SigmaHQ", "A title does not end with a dot.", true),
  check("title-case", "info", "SigmaHQ", "The words of a title begin with capitals, small words aside.", true),
  check("title-duplicate", "warning", "SigmaHQ", "No other rule has the same title."),
  check("id-missing", "info", "SigmaHQ", "A rule has an id."),
  check("id-format", "warning", "specification", "An id is a UUID."),
  check("id-version", "info", "specification", "A UUID is a random one (version 4)."),
  check("id-duplicate", "error", "specification", "No other rule has the same id."),
  check("name-duplicate", "error", "specification", "No other rule has the same name: correlations refer to it."),
  check("text-long", "warning", "specification", "Names and taxonomies have at most 256 characters, descriptions 65,535."),
  check("status", "error", "specification", "The status is stable, test, experimental, deprecated or unsupported.", true),
  check("level", "error", "specification", "The level is informational, low, medium, high or critical.", true),
  check("missing", "info", "SigmaHQ", "A detection has a level, a status, a description, an author, a date, references, tags and falsepositives."),
  check("date-format", "error", "specification", "Dates are written YYYY-MM-DD and exist.", true),
  check("date-order", "warning", "specification", "A rule is not modified before it was made."),
  check("date-same", "info", "SigmaHQ", "'modified' is left out as long as it says the same as 'date'.", true),
  check("date-missing", "warning", "SigmaHQ", "A rule with 'modified' has a 'date'."),
  check("description-short", "info", "SigmaHQ", "A description has at least 16 characters."),
  check("description-link", "info", "SigmaHQ", "Links stand among the references, not in the description."),
  check("reference-duplicate", "warning", "specification", "A reference is given once.", true),
  check("reference-attack", "info", "SigmaHQ", "A page of ATT&CK is a tag, not a reference."),
  check("reference-branch", "info", "SigmaHQ", "A link to GitHub names a commit, not a branch."),
  check("falsepositive-short", "warning", "specification", "A false positive has at least two characters."),
  check("falsepositive-case", "info", "SigmaHQ", "A false positive begins with a capital.", true),
  check("falsepositive-word", "info", "SigmaHQ", "'None', 'Pentest' and 'Red team' are no false positives: say 'Unknown' or 'Unlikely'.", true),
  check("related-entry", "error", "specification", "An entry of 'related' has an id and a type."),
  check("related-id", "warning", "specification", "An entry of 'related' has a UUID, and not the rule's own."),
  check("related-type", "error", "specification", "The type is derived, obsolete, merged, renamed or similar.", true),
  check("deprecated-alone", "info", "specification", "A deprecated rule says in 'related' what replaces it."),
  check("duplicate-entry", "warning", "specification", "Entries of 'fields' and 'falsepositives' are given once.", true),

  check("key-case", "warning", "specification", "Keys are in small letters.", true),
  check("key-near", "warning", "specification", "A key that is nearly a known one is probably meant to be it.", true),
  check("key-unknown", "info", "specification", "The specification does not know the key; own ones are allowed."),

  check("tag-format", "warning", "specification", "A tag is namespace.name, in small letters.", true),
  check("tag-namespace", "warning", "specification", "The namespace is attack, car, cve, d3fend, detection, stp or tlp.", true),
  check("tag-duplicate", "warning", "specification", "A tag is given once.", true),
  check("tag-attack", "warning", "specification", "A tactic, technique, group or software is one that ATT&CK has.", true),
  check("tag-retired", "info", "Purplebook", "ATT&CK has not revoked or deprecated the technique.", true),
  check("tag-form", "warning", "specification", "Tags of car, cve, detection, stp and tlp have the form of their namespace.", true),
  check("tag-several", "warning", "SigmaHQ", "There is one tag of tlp and one of detection."),

  check("logsource-case", "warning", "specification", "Log sources are in small letters.", true),
  check("logsource-key", "warning", "specification", "A log source has category, product, service and definition.", true),
  check("logsource-unknown", "info", "SigmaHQ", "The log source is in a taxonomy that we know.", true),
  check("sysmon-eventid", "warning", "SigmaHQ", "A rule on the service sysmon asks for an EventID, or names a category."),
  check("eventid-category", "warning", "Purplebook", "An EventID is one that the category has."),
  check("eventid-redundant", "info", "SigmaHQ", "A category says the EventID already."),
  check("field-case", "warning", "Purplebook", "A field is spelled as the log source spells it.", true),
  check("field-unknown", "info", "SigmaHQ", "The log source has the field.", true),
  check("field-blank", "warning", "SigmaHQ", "A field's name has no blanks.", true),
  check("user-localized", "info", "SigmaHQ", "'NT AUTHORITY' has another name on a Windows in another language."),
  check("hash-form", "warning", "SigmaHQ", "A hash is TYPE=VALUE with as many digits as the type has."),

  check("modifier-repeated", "warning", "specification", "A modifier is given once.", true),
  check("modifier-conflict", "warning", "specification", "Modifiers do not exclude each other (contains and startswith)."),
  check("modifier-redundant", "info", "Purplebook", "A modifier changes something.", true),
  check("all-equals", "warning", "SigmaHQ", "'all' on a field goes with contains or re: no field equals two values."),
  check("base64offset-alone", "warning", "specification", "'base64offset' is followed by 'contains'.", true),
  check("windash-chance", "info", "Purplebook", "A flag that Windows takes with - or / is looked for in both writings.", true),
  check("wildcard-modifier", "info", "SigmaHQ", "Wildcards at the edges are written as contains, startswith or endswith.", true),
  check("wildcard-double", "info", "SigmaHQ", "Two wildcards beside each other are one too many.", true),
  check("wildcard-only", "warning", "specification", "A value that is only '*' asks whether the field is there: exists.", true),
  check("wildcard-edge", "warning", "Purplebook", "A value behind contains, startswith or endswith needs no wildcard at that edge.", true),
  check("wildcard-path", "warning", "Purplebook", "A backslash before a wildcard takes its meaning away: a folder's content is '\\\\*'.", true),
  check("wildcard-escaped", "info", "SigmaHQ", "An escaped wildcard is meant to stand for itself."),
  check("empty-part", "warning", "Purplebook", "An empty value behind contains, startswith or endswith matches everything."),
  check("number-text", "info", "SigmaHQ", "A number is written without quotes.", true),
  check("control-character", "warning", "SigmaHQ", "A value in double quotes has no control characters by mistake (\\t of C:\\temp)."),
  check("regex-plain", "info", "Purplebook", "A regular expression without special characters is a contains.", true),
  check("regex-edge", "info", "Purplebook", "A regular expression is found anywhere: '.*' at its edges does nothing.", true),
  check("value-duplicate", "warning", "SigmaHQ", "A value is given once; case does not tell values apart.", true),
  check("value-covered", "info", "Purplebook", "A value is not covered by a shorter one of the same list.", true),
  check("list-single", "info", "SigmaHQ", "A list of one value is written as the value.", true),

  check("selection-unused", "warning", "specification", "Each selection is part of the condition."),
  check("selection-duplicate", "info", "Purplebook", "No two selections say the same."),
  check("condition-never", "warning", "Purplebook", "A condition can be true."),
  check("condition-always", "warning", "Purplebook", "A condition can be false."),
  check("of-single", "info", "SigmaHQ", "'1 of' and 'all of' stand for more than one selection.", true),
  check("of-plain", "info", "SigmaHQ", "'1 of' and 'all of' name a pattern with a star.", true),
  check("of-them", "info", "SigmaHQ", "'all of them' is better written 'all of selection_*'."),
  check("of-filter", "warning", "Purplebook", "'of them' does not take filters along."),
  check("filter-positive", "info", "Purplebook", "A selection that is called filter is excluded, not asked for."),

  check("correlation-alone", "warning", "SigmaHQ", "A temporal correlation is about two rules or more."),
  check("correlation-group", "info", "specification", "A correlation groups by something."),
  check("correlation-bound", "warning", "Purplebook", "A bound can be reached, and not by nothing."),
  check("correlation-field", "warning", "specification", "Only counts and sums of values have a field."),
  check("rule-unknown", "warning", "specification", "A correlation or filter names rules that there are.", true),
  check("filter-head", "warning", "specification", "A filter has neither level nor status.", true),

  check("file-name", "info", "SigmaHQ", "A file's name has 10 to 90 small letters, digits and underscores, and ends with .yml."),
  check("file-prefix", "info", "SigmaHQ", "A file's name begins with what the log source is called there (proc_creation_win_)."),
];
