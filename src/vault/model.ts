/** What a note is to us. Spans are offsets in the note's whole text. */
import type { Diagnostic, Span } from "../base";
import type { TechniqueId } from "../attack";
import type { Value } from "../table";

export type NoteKind = "technique" | "rule" | "runbook" | "other";

/** A note, parsed once per change of its text. */
export interface Note {
  /** Vault path with forward slashes, `.md` included. */
  readonly path: string;
  /** File name without folder and ending. */
  readonly name: string;
  readonly folder: string;
  readonly kind: NoteKind;
  /** Property `title`, else the first heading, else the name. */
  readonly title: string;
  /** Milliseconds since 1970, and bytes; from the host. */
  readonly created: number;
  readonly modified: number;
  readonly size: number;
  /** Properties as YAML gives them: numbers are `number`, dates stay the strings that were written. */
  readonly properties: ReadonlyMap<string, Value>;
  /** Where a property's value stands, for edits and diagnostics. */
  readonly propertySpans: ReadonlyMap<string, Span>;
  /**
   * False when the properties could not be read to the end: `properties` then holds what could. Obsidian, and with it
   * Dataview, knows none of the properties of such a note.
   */
  readonly propertiesWhole: boolean;
  /** Everything between the `---` lines, or null. */
  readonly propertyBlock: Span | null;
  /** Inline fields outside of list items; those of list items are theirs. */
  readonly fields: readonly InlineField[];
  readonly tags: readonly Tag[];
  readonly aliases: readonly string[];
  readonly links: readonly Link[];
  readonly headings: readonly Heading[];
  readonly blocks: readonly Block[];
  readonly items: readonly ListItem[];
  /** Blocks outside of lists that carry a `^id`. */
  readonly anchors: readonly Anchor[];
  readonly diagnostics: readonly Diagnostic[];
  /**
   * ATT&CK ids that the note carries by tag, property, address or (where it has none of these) name, normalised
   * (`T1578.002`), each once.
   */
  readonly techniques: readonly TechniqueId[];
  readonly technique?: TechniqueFacts;
  readonly rule?: RuleFacts;
  readonly runbook?: RunbookFacts;
}

/** `key:: value`, `[key:: value]` or `(key:: value)`, or an emoji date of a task; the value is raw text. */
export interface InlineField {
  readonly key: string;
  readonly text: string;
  readonly form: "line" | "bracket" | "paren" | "emoji";
  /** What kind of block it stands in. Dataview reads fields in code and comments as well. */
  readonly place: "text" | "code" | "comment" | "html";
  readonly span: Span;
  readonly valueSpan: Span;
  /** Line counted from 0. */
  readonly line: number;
}

/** A tag without its `#`, as written. */
export interface Tag {
  readonly name: string;
  readonly span: Span;
  readonly from: "property" | "body";
}

export interface Link {
  /** As written, without subpath and label. Of a Markdown link to a file: decoded. */
  readonly target: string;
  readonly subpath?: string;
  readonly label?: string;
  readonly embed: boolean;
  readonly span: Span;
  readonly line: number;
  readonly from: "property" | "body";
  /** An address outside of the vault (`https://…`). */
  readonly external: boolean;
}

export interface Heading {
  readonly level: number;
  readonly text: string;
  readonly span: Span;
  readonly line: number;
  /** From behind the heading's line to the next heading of the same or a higher level. */
  readonly body: Span;
}

/** A fenced code block. */
export interface Block {
  /** First word of the info string, lower case; "" when there is none. */
  readonly language: string;
  /** The rest of the info string. */
  readonly info: string;
  /** What stands between the fences, without the indentation or `>` of the fence. */
  readonly text: string;
  /** Both fence lines included. */
  readonly span: Span;
  readonly textSpan: Span;
  readonly line: number;
  /** The heading it stands under, if any. */
  readonly section?: string;
  /**
   * For a fence in a list item or quote, where `text` is not one piece of the note: the note's offset of each line of
   * `text`. Absent when `text` is what stands at `textSpan`.
   */
  readonly lineStarts?: readonly number[];
  readonly closed: boolean;
}

/** A block that links can name: `[[note#^id]]`. */
export interface Anchor {
  readonly id: string;
  readonly line: number;
  readonly span: Span;
}

export interface ListItem {
  readonly line: number;
  readonly lineCount: number;
  /** Without marker and check box; further lines trimmed and joined by a line break. */
  readonly text: string;
  readonly span: Span;
  /** Index in `items` of the item it is nested in, or null. */
  readonly parent: number | null;
  /** The character in the check box, or null when it is not a task. */
  readonly task: string | null;
  /** `-`, `*`, `+`, `1.` */
  readonly symbol: string;
  /** Line of the first item of the outermost list it is in. */
  readonly list: number;
  /** Present when it stands in a quote or callout. */
  readonly quoted?: boolean;
  readonly section?: string;
  readonly blockId?: string;
  /** With `#`, as written, each once. */
  readonly tags: readonly string[];
  readonly links: readonly Link[];
  readonly fields: readonly InlineField[];
}

/** A note's section: heading text and the text below it. */
export interface Section {
  readonly heading: string;
  readonly span: Span;
}

export interface TechniqueFacts {
  readonly id: TechniqueId;
  readonly name: string;
  readonly tactics: readonly string[];
  readonly platforms: readonly string[];
  readonly url?: string;
  readonly version?: string;
  readonly created?: string;
  readonly lastModified?: string;
  readonly dataSources: readonly { readonly source: string; readonly component: string; readonly span: Span }[];
  readonly citations: readonly { readonly name: string; readonly span: Span }[];
  /** Links to attack.mitre.org in the body, by id. */
  readonly references: readonly { readonly id: string; readonly label: string; readonly span: Span }[];
  readonly sections: readonly Section[];
}

export interface RuleQuery {
  /** `kql`, `sigma`, or the fence's own word. */
  readonly language: string;
  readonly text: string;
  /** Of the query's text in the note. */
  readonly span: Span;
  readonly title?: string;
  /** As {@link Block.lineStarts}. */
  readonly lineStarts?: readonly number[];
  /** True for a query of the hunting section: it is no detection. */
  readonly hunting?: boolean;
}

export interface RuleFacts {
  readonly title: string;
  readonly status?: string;
  readonly level?: string;
  readonly confidence?: string;
  readonly logsource: { readonly product?: string; readonly service?: string; readonly category?: string };
  readonly techniques: readonly TechniqueId[];
  readonly tactics: readonly string[];
  readonly dataSources: readonly string[];
  readonly tables: readonly string[];
  readonly falsePositives: readonly string[];
  readonly author?: string;
  readonly created?: string;
  readonly modified?: string;
  readonly queries: readonly RuleQuery[];
  readonly samples: readonly SampleRef[];
  readonly sections: readonly Section[];
  /** True when the note is a pasted page without any Markdown. */
  readonly pasted: boolean;
}

/** Logs beside a rule: in a fence of the note, or in a file of the vault. */
export interface SampleRef {
  readonly name: string;
  /** A format word (`json`, `csv`, `logs`) and the table named by `table=`, if any. */
  readonly format?: string;
  readonly table?: string;
  /** What running the rule's query should give: `match`, `none`, or `3 rows`. */
  readonly expect?: Expectation;
  readonly source:
    | { readonly kind: "block"; readonly text: string; readonly span: Span }
    | { readonly kind: "file"; readonly path: string; readonly span: Span };
}
export type Expectation =
  { readonly kind: "match" } | { readonly kind: "none" } | { readonly kind: "rows"; readonly count: number };

export interface RunbookFacts {
  readonly title: string;
  readonly techniques: readonly TechniqueId[];
  readonly steps: readonly { readonly text: string; readonly done: boolean | null; readonly line: number }[];
  readonly commands: readonly {
    readonly executor: string;
    readonly platform?: string;
    readonly text: string;
    readonly cleanup: boolean;
    readonly span: Span;
  }[];
  /** Rules that should fire, as written (links or titles). */
  readonly fires: readonly string[];
  readonly lastRun?: string;
  readonly result?: "pass" | "fail" | "partial" | "unknown";
  readonly platforms: readonly string[];
  readonly sections: readonly Section[];
}

/** Folders and tags that tell kinds apart: settings, with the seed vault's names as default. */
export interface VaultNames {
  readonly techniqueFolders: readonly string[];
  readonly ruleFolders: readonly string[];
  readonly runbookFolders: readonly string[];
  readonly techniqueTags: readonly string[];
  readonly ruleTags: readonly string[];
  readonly runbookTags: readonly string[];
}
export const DEFAULT_NAMES: VaultNames = {
  techniqueFolders: ["Techniques"],
  ruleFolders: ["Detection Rules"],
  runbookFolders: ["Testing Runbooks"],
  techniqueTags: ["techniques"],
  ruleTags: ["detection_rule"],
  runbookTags: ["testing_runbook", "runbook"],
};
