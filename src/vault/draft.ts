/** New notes from a template: where they go, what they are called, what stands in them. */
import { isSubtechnique, parentOf, tagOf } from "../attack";
import type { TagStyle, TechniqueId } from "../attack";
import { writeYamlEntry } from "../base";
import type { YamlValue } from "../base";
import type { VaultNames } from "./model";
import { DEFAULT_NAMES } from "./model";

/** A note that is not written yet. */
export interface NoteDraft {
  readonly path: string;
  readonly text: string;
}

/** What a new note is about. */
export interface DraftFor {
  readonly technique: TechniqueId;
  /** The technique's name, when it is known. */
  readonly name?: string;
  readonly tactics?: readonly string[];
  /** The day of writing, `2026-05-01`. */
  readonly today: string;
  /** The new note's title; one is made of the technique by default. */
  readonly title?: string;
  /** How the vault spells ids in tags; as the seed note by default. */
  readonly tagStyle?: Exclude<TagStyle, "sigma">;
  readonly author?: string;
}

/** A path that is free: `taken` is asked with each candidate. */
export type Taken = (path: string) => boolean;

/** A new rule for a technique, ready for its query and its samples. */
export function draftRule(about: DraftFor, taken: Taken, names: VaultNames = DEFAULT_NAMES): NoteDraft {
  const title = about.title ?? `${about.name ?? about.technique} detection`;
  const properties: [string, YamlValue][] = [
    ["title", title], ["status", "draft"], ["level", "medium"], ["confidence", "medium"],
      ["logsrc_product", null], ["logsrc_service", null],
    ["required_tables", []], ["falsepositives", []], ["tactics", [...(about.tactics ?? [])]],
      ...(about.author === undefined ? [] : [["author", about.author] as [string, YamlValue]]),
    ["created", about.today], ["tags", tags(names.ruleTags, about)],
  ];
  const body = `What this rule sees of ${about.technique}${about.name === undefined ? "" : ` ${about.name}`}, and why it matters.

## Query

\`\`\`kusto
// Name the table, then keep the rows that show the technique.
\`\`\`

## Samples

Paste events that the rule must find, and events that it must leave alone.

\`\`\`json expect=match name="Must match"
[]
\`\`\`

\`\`\`json expect=none name="Must not match"
[]
\`\`\`

## False positives

## Tuning guidance

## Response playbook

## Investigation guide

## Hunting queries

## Related detections
`;
  return { path: freePath(names.ruleFolders[0] ?? "", fileName(title), taken), text: head(properties) + body };
}

/** A new runbook for a technique. `rule` is the name of the rule that it should fire. */
export function draftRunbook(about: DraftFor & { readonly rule?: string }, taken: Taken,
  names: VaultNames = DEFAULT_NAMES): NoteDraft {
  const title = about.title ?? `${about.technique} ${about.name ?? "test"}`;
  const properties: [string, YamlValue][] = [
    ["filename", title], ["platforms", []], ["fires", about.rule === undefined ? null
      : `[[${linkName(about.rule)}]]`], ["last_run", null], ["result", null],
    ["created", about.today], ["tags", tags(names.runbookTags, about)],
  ];
  const body = `What this test does, and on which machine or account it may run.

## Prepare

- [ ] Get approval and note the time window
- [ ] Check that logs of the target arrive

## Run

- [ ] Run the command

\`\`\`powershell
\`\`\`

- [ ] Wait for the logs, then check that the rule fired

## Clean up

- [ ] Remove what the test left

\`\`\`powershell cleanup
\`\`\`

## Result

Set \`last_run\` and \`result\` (pass, fail or partial) in the properties when done.
`;
  return { path: freePath(names.runbookFolders[0] ?? "", fileName(title), taken), text: head(properties) + body };
}

/** A new technique note in the seed's format. */
export function draftTechnique(
  about: DraftFor & { readonly platforms?: readonly string[]; readonly description?: string },
  taken: Taken,
  names: VaultNames = DEFAULT_NAMES,
): NoteDraft {
  const id = about.technique;
  const name = about.name ?? id;
  const style = about.tagStyle ?? "seed";
  const parent = parentOf(id);
  const properties: [string, YamlValue][] = [
    ["created", about.today], ["last_modified", about.today], ["tactics", [...(about.tactics ?? [])]],
    ["url", `https://attack.mitre.org/techniques/${id.replace(".", "/")}`], ["platforms", [...(about.platforms ?? [])]],
    ["tags", [tagOf(id, style), ...names.techniqueTags.slice(0, 1)]],
  ];
  const rules = `FROM "${names.ruleFolders[0] ?? ""}" AND #${tagOf(id, style)}`;
  const runbooks = `FROM "${names.runbookFolders[0] ?? ""}" AND #${tagOf(id, style)}`;
  const body = `## ${name}

### Description

${(about.description ?? "").trim()}${isSubtechnique(id) && parent ? `\n\nSub-technique of ${parent}.` : ""}

### Detection

### Data Sources

### Detection Rule

\`\`\`dataview
table without id
file.link AS "Name",
status AS "Status",
level AS "Level",
logsrc_product AS "Log Source Product"
${rules}
\`\`\`

### Rule Testing

\`\`\`dataview
TABLE without id
filename AS "Name"
${runbooks}
\`\`\`
`;
  return { path: freePath(names.techniqueFolders[0] ?? "", fileName(`${id} - ${name}`), taken),
    text: head(properties) + body };
}

function head(properties: readonly (readonly [string, YamlValue])[]): string {
  return `---\n${properties.map(([key, value]) => writeYamlEntry(key, value)).join("\n")}\n---\n\n`;
}

function tags(own: readonly string[], about: DraftFor): string[] {
  return [...own.slice(0, 1), tagOf(about.technique, about.tagStyle ?? "seed")];
}

/**
 * A title as a file name that every system and Obsidian's links allow: no `\ / : * ? " < > | # ^ [ ]`, no control
 * characters,
 * no dot or blank at the ends, no device name of Windows, at most 120 characters. Never empty.
 */
export function fileName(title: string): string {
  const clean = title.normalize("NFC").replace(/[\\/:*?"<>|#^[\]\p{Cc}\p{Cf}\p{Cs}]+/gu, " ").replace(/\s+/g, " ");
  const cut = [...clean].slice(0, 120).join("").replace(/^[\s.]+|[\s.]+$/g, "");
  if (cut === "") return "Untitled";
  return /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(cut) ? `${cut.replace(/\./g, " ")} note` : cut;
}

function linkName(title: string): string {
  return title.replace(/[[\]|#^\s]+/g, " ").trim();
}

/** `folder/name.md`, with a number where that is taken. */
function freePath(folder: string, name: string, taken: Taken): string {
  const base = folder.replace(/^\/+|\/+$/g, "");
  const path = (suffix: string) => `${base === "" ? "" : `${base}/`}${name}${suffix}.md`;
  if (!taken(path(""))) return path("");
  for (let n = 2; n < 10_000; n++) if (!taken(path(` ${n}`))) return path(` ${n}`);
  return path(" 10000");
}
