/** The plugin's settings: what they are, how they are checked when loaded, and their tab. */
import { type App, type Plugin, PluginSettingTab, type SettingDefinitionItem } from "obsidian";
import { DEFAULT_NAMES, type VaultNames } from "../vault";

/** Who draws `dataview` blocks. */
export type DataviewPolicy =
  /** We do, where Dataview is absent or disabled. */
  | "absent"
  /** As `absent`; beside Dataview we take over blocks that ask for rules, runbooks or techniques. */
  | "coverage"
  /** We never do. */
  | "never";

export interface Settings {
  readonly techniqueFolders: string;
  readonly ruleFolders: string;
  readonly runbookFolders: string;
  readonly techniqueTags: string;
  readonly ruleTags: string;
  readonly runbookTags: string;
  readonly dataview: DataviewPolicy;
  readonly strip: boolean;
  readonly idLinks: boolean;
  readonly idSuggest: boolean;
  readonly lenient: boolean;
  readonly limitRows: number;
  readonly limitSeconds: number;
}

export const DEFAULT_SETTINGS: Settings = {
  techniqueFolders: DEFAULT_NAMES.techniqueFolders.join(", "),
  ruleFolders: DEFAULT_NAMES.ruleFolders.join(", "),
  runbookFolders: DEFAULT_NAMES.runbookFolders.join(", "),
  techniqueTags: DEFAULT_NAMES.techniqueTags.join(", "),
  ruleTags: DEFAULT_NAMES.ruleTags.join(", "),
  runbookTags: DEFAULT_NAMES.runbookTags.join(", "),
  dataview: "absent",
  strip: true,
  idLinks: true,
  idSuggest: true,
  lenient: true,
  limitRows: 10_000,
  limitSeconds: 60,
};

/** The highest limits that can be set. */
const MOST_ROWS = 1_000_000;
const MOST_SECONDS = 3_600;

/** Says what is wrong with a number that is entered; nothing when it can be taken. */
function wholeUpTo(most: number): (value: number) => string | void {
  return (value) => {
    if (!Number.isInteger(value) || value < 1 || value > most) return `Expected a whole number from 1 to ${most}.`;
  };
}

/**
 * Settings out of stored data, each checked: a value of a wrong kind (an edited or older file) gives way to the
 * default.
 */
export function readSettings(stored: unknown): Settings {
  const from = typeof stored === "object" && stored !== null ? (stored as Readonly<Record<string, unknown>>) : {};
  const text = (key: keyof Settings, otherwise: string) => (typeof from[key] === "string" ? from[key] : otherwise);
  const flag = (key: keyof Settings, otherwise: boolean) => (typeof from[key] === "boolean" ? from[key] : otherwise);
  const whole = (key: keyof Settings, otherwise: number, least: number, most: number) => {
    const n = from[key];
    return typeof n === "number" && Number.isInteger(n) && n >= least && n <= most ? n : otherwise;
  };
  const d = DEFAULT_SETTINGS;
  const policy = from["dataview"];
  return {
    techniqueFolders: text("techniqueFolders", d.techniqueFolders),
    ruleFolders: text("ruleFolders", d.ruleFolders),
    runbookFolders: text("runbookFolders", d.runbookFolders),
    techniqueTags: text("techniqueTags", d.techniqueTags),
    ruleTags: text("ruleTags", d.ruleTags),
    runbookTags: text("runbookTags", d.runbookTags),
    dataview: policy === "absent" || policy === "coverage" || policy === "never" ? policy : d.dataview,
    strip: flag("strip", d.strip),
    idLinks: flag("idLinks", d.idLinks),
    idSuggest: flag("idSuggest", d.idSuggest),
    lenient: flag("lenient", d.lenient),
    limitRows: whole("limitRows", d.limitRows, 1, MOST_ROWS),
    limitSeconds: whole("limitSeconds", d.limitSeconds, 1, MOST_SECONDS),
  };
}

/** Folders and tags as the vault's room wants them: comma lists split, slashes and hashes at the ends taken off. */
export function vaultNames(settings: Settings): VaultNames {
  const list = (text: string) =>
    text.split(",").map((part) => part.trim().replace(/^[#/]+|\/+$/g, "")).filter((part) => part !== "");
  return {
    techniqueFolders: list(settings.techniqueFolders),
    ruleFolders: list(settings.ruleFolders),
    runbookFolders: list(settings.runbookFolders),
    techniqueTags: list(settings.techniqueTags),
    ruleTags: list(settings.ruleTags),
    runbookTags: list(settings.runbookTags),
  };
}

/** What the tab needs of the plugin. */
export interface SettingsOwner extends Plugin {
  settings: Settings;
  /** Stores them and tells the parts that depend on them. */
  changeSettings(next: Settings): Promise<void>;
}

export class PurplebookSettingTab extends PluginSettingTab {
  override icon = "shield-check";

  constructor(app: App, private readonly owner: SettingsOwner) {
    super(app, owner);
  }

  override getControlValue(key: string): unknown {
    return this.owner.settings[key as keyof Settings];
  }

  override async setControlValue(key: string, value: unknown): Promise<void> {
    await this.owner.changeSettings(readSettings({ ...this.owner.settings, [key]: value }));
  }

  override getSettingDefinitions(): SettingDefinitionItem<keyof Settings>[] {
    return [
      {
        type: "group",
        heading: "Where notes are",
        items: [
          {
            name: "Technique folders", desc: "Separate several by commas.",
            control: { type: "text", key: "techniqueFolders" },
          },
          {
            name: "Rule folders", desc: "Detection rules. Separate several by commas.",
            control: { type: "text", key: "ruleFolders" },
          },
          {
            name: "Runbook folders", desc: "Testing runbooks. Separate several by commas.",
            control: { type: "text", key: "runbookFolders" },
          },
          {
            name: "Technique tags", desc: "A note with one of these tags is a technique.",
            control: { type: "text", key: "techniqueTags" },
          },
          {
            name: "Rule tags", desc: "A note with one of these tags is a rule.",
            control: { type: "text", key: "ruleTags" },
          },
          {
            name: "Runbook tags", desc: "A note with one of these tags is a runbook.",
            control: { type: "text", key: "runbookTags" },
          },
        ],
      },
      {
        type: "group",
        heading: "In notes",
        items: [
          {
            name: "Dataview blocks",
            desc: "Who draws them. Enabling Dataview while Purplebook draws its blocks needs a restart of the app.",
            aliases: ["dataview", "query", "panel"],
            control: {
              type: "dropdown",
              key: "dataview",
              options: {
                absent: "Purplebook when Dataview is off",
                coverage: "Also take over coverage queries",
                never: "Never Purplebook",
              },
            },
          },
          {
            name: "Status strip", desc: "Tactics, coverage and neighbours under a technique's title.",
            control: { type: "toggle", key: "strip" },
          },
          {
            name: "Link technique ids", desc: "Ids in reading view become links with a card.",
            control: { type: "toggle", key: "idLinks" },
          },
          {
            name: "Suggest technique ids", desc: "Complete an id to a link while typing.",
            control: { type: "toggle", key: "idSuggest" },
          },
        ],
      },
      {
        type: "group",
        heading: "Running queries",
        items: [
          {
            name: "Take names leniently",
            desc: "A name that differs in case alone is taken for the real one, and told. Off: refused.",
            control: { type: "toggle", key: "lenient" },
          },
          {
            name: "Most rows of a result", desc: "A run stops there and says so.",
            control: { type: "number", key: "limitRows", min: 1, max: MOST_ROWS, step: 1, validate: wholeUpTo(
              MOST_ROWS,
            ) },
          },
          {
            name: "Most seconds of a run", desc: "A run stops there and shows what it has.",
            control: { type: "number", key: "limitSeconds", min: 1, max: MOST_SECONDS, step: 1, validate: wholeUpTo(
              MOST_SECONDS,
            ) },
          },
        ],
      },
    ];
  }
}
