/**
 * What a runbook note says: its steps and their state, its commands, the rules it should fire, its last run and
 * result.
 */
import type { TechniqueId } from "../attack";
import type { Block, RunbookFacts } from "./model";
import { entriesUnder, headingLike, listOf, sectionsOf, textOf, unique } from "./source";
import type { NoteSource } from "./source";

/** Words of fences that hold commands → the executor's name as Atomic Red Team has it. */
export const EXECUTORS: ReadonlyMap<string, string> = new Map([
  ["powershell", "powershell"], ["pwsh", "powershell"], ["ps1", "powershell"], ["ps", "powershell"],
  ["cmd", "command_prompt"], ["bat", "command_prompt"], ["batch", "command_prompt"],
    ["command_prompt", "command_prompt"], ["dos", "command_prompt"],
  ["bash", "bash"], ["sh", "sh"], ["shell", "sh"], ["zsh", "sh"], ["console", "sh"], ["shell-session", "sh"],
  ["python", "python"], ["py", "python"], ["azurecli", "sh"], ["awscli", "sh"], ["gcloud", "sh"], ["manual", "manual"],
]);

const CLEANUP = /clean[ -]?up|roll[ -]?back|revert|tear[ -]?down|restore/i;

/** Words of headings and info strings → platforms as ATT&CK and Atomic Red Team write them, in lower case. */
const PLATFORMS: readonly (readonly [RegExp, string])[] = [
  [/\bwindows\b/i, "windows"], [/\blinux\b/i, "linux"], [/\bmac ?os\b/i, "macos"], [/\baws\b|\bamazon\b/i,
    "iaas:aws"], [/\bazure[ -]?ad\b|\bentra\b/i, "azure-ad"],
  [/\bazure\b/i, "iaas:azure"], [/\bgcp\b|\bgoogle cloud\b/i, "iaas:gcp"],
    [/\boffice[ -]?365\b|\bmicrosoft 365\b|\bm365\b/i, "office-365"],
  [/\bgoogle[ -]workspace\b/i, "google-workspace"], [/\bcontainers?\b|\bkubernetes\b/i, "containers"],
];

/** Reads the facts of a runbook note. */
export function readRunbook(source: NoteSource, title: string, techniques: readonly TechniqueId[]): RunbookFacts {
  const { note } = source;
  const platforms = listOf(source, "platforms", "platform", "supported_platforms");
  const lastRun = textOf(source, "last_run", "last run", "lastrun", "executed", "last_test", "tested");
  const result = readResult(textOf(source, "result", "last_result", "last run result", "outcome", "test_result"));
  return {
    title, techniques,
    steps: readSteps(source),
    commands: note.blocks.flatMap((block) => {
      const executor = EXECUTORS.get(block.language);
      if (executor === undefined) return [];
      const platform = platformOf(block) ?? (platforms.length === 1 ? platforms[0] : undefined);
      return [{ executor, ...(platform === undefined ? {} : { platform }), text: block.text, span: block.textSpan,
        cleanup: CLEANUP.test(block.info.slice(0, 200)) || CLEANUP.test((block.section ?? "").slice(0, 200)) }];
    }),
    fires: readFires(source),
    ...(lastRun === undefined ? {} : { lastRun }),
    ...(result === undefined ? {} : { result }),
    platforms,
    sections: sectionsOf(note),
  };
}

/**
 * Tasks and numbered items in their order; a note without any has its headings for steps, but for the first one, its
 * title.
 */
function readSteps(source: NoteSource): RunbookFacts["steps"] {
  const { note } = source;
  const steps = note.items.filter((i) => i.task !== null || /^\d/.test(i.symbol)).map((i) => ({
    text: firstLine(i.text), done: i.task === null ? null : /^[xX]$/.test(i.task), line: i.line,
  }));
  if (steps.length > 0) return steps;
  const headings = note.headings.length > 1 && note.headings[0]?.level === 1 ? note.headings.slice(1) : note.headings;
  return headings.map((h) => ({ text: h.text, done: null, line: h.line }));
}

function firstLine(text: string): string {
  const end = text.indexOf("\n");
  return end < 0 ? text : text.slice(0, end);
}

function platformOf(block: Block): string | undefined {
  const named = /platform=("[^"]*"|\S+)/i.exec(block.info.slice(0, 500))?.[1]?.replace(/"/g, "");
  if (named !== undefined) return named;
  const section = (block.section ?? "").slice(0, 200);
  return PLATFORMS.find(([pattern]) => pattern.test(section))?.[1];
}

/**
 * Rules that should fire: properties and inline fields, else the entries of a section that says so; a link is given
 * as its target.
 */
function readFires(source: NoteSource): string[] {
  const named = listOf(source, "fires", "should_fire", "expected_rule", "expected_rules", "rule", "rules",
    "detected_by", "detections");
  const section = headingLike(source.note,
    /^(expected (detections?|rules?|alerts?)|(detection )?rules? (that |which )?(should |must )?fires?|should fire|detections?)$/i);
  const entries = named.length > 0 ? [] : entriesUnder(source, section).map((e) => e.text);
  return unique([...named, ...entries].map(linkTarget));
}

function linkTarget(text: string): string {
  const link = /\[\[([^\]|#]{1,500})/.exec(text.slice(0, 1000));
  return (link?.[1] ?? text).trim();
}

/** `pass`, `detected`, `fired` … → pass; `missed`, `not detected` … → fail; undefined when nothing is said. */
export function readResult(text: string | undefined): RunbookFacts["result"] {
  if (text === undefined || text.trim() === "") return undefined;
  const word = text.trim().toLowerCase().slice(0, 100);
  if (/\b(partial|partly|some)\b/.test(word)) return "partial";
  if (/\b(not|no|fail|fails|failed|missed|miss|undetected|false|silent)\b|❌/.test(word)) return "fail";
  if (/\b(pass|passed|passes|ok|success|successful|succeeded|detected|fired|alerted|yes|true|works)\b|✅/.test(word)) return "pass";
  return "unknown";
}
