/** Rules that ship with the plugin, as the panel of a technique shows them, and taking one over as a note. */
import { Notice } from "obsidian";
import type { TechniqueId } from "../attack";
import { languageOf, mainQuery, packedRules, packedRulesFor, type PackedRule } from "../core";
import type { Token } from "../query";
import type { BundledRuleModel } from "../ui";
import { noteLink } from "./links";
import { freePath, writeAndOpen } from "./new-notes";
import type { Notebook } from "./notebook";
import { vaultNames } from "./settings";

/** The bundled rules of a technique. */
export function bundledModels(book: Notebook, technique: TechniqueId): readonly BundledRuleModel[] {
  return packedRulesFor(technique).map((rule) => modelOf(book, rule));
}

/** A bundled rule by the id that the panel knows it by. */
export function bundledRule(id: string): PackedRule | undefined {
  return packedRules().find((rule) => rule.name === id);
}

/** Tokens of a rule's query, for its preview. */
export function bundledTokens(rule: BundledRuleModel): readonly Token[] {
  return languageOf(rule.language)?.tokens(rule.query) ?? [];
}

function modelOf(book: Notebook, { name, text, note }: PackedRule): BundledRuleModel {
  const query = mainQuery(note) ?? note.rule?.queries[0];
  const mine = book.index.ofKind("rule").find((each) => each.name === name || each.title === note.title);
  return {
    id: name, title: note.title, says: firstParagraph(text), level: note.rule?.level ?? "unknown",
    language: query?.language ?? "",
    query: query?.text ?? "", tables: note.rule?.tables ?? [], techniques: note.techniques,
    falsePositives: note.rule?.falsePositives ?? [], tuning: sectionItems(text, note.rule?.sections ?? []),
    ...(mine === undefined ? {} : { inserted: noteLink(mine.path, mine.title) }),
  };
}

/** The first lines of prose below the properties and the title. */
function firstParagraph(text: string): string {
  const body = text.replace(/^---\r?\n[\s\S]*?\r?\n---\r?\n/, "");
  for (const part of body.split(/\n\s*\n/)) {
    const said = part.trim();
    if (said !== "" && !/^(#|```|~~~|[-*>|])/.test(said)) return withoutMarks(said.replace(/\s+/g, " "));
  }
  return "";
}

/** Prose without the marks of code, emphasis and links. */
function withoutMarks(text: string): string {
  return text.replace(/`([^`]+)`/g, "$1").replace(/(\*\*|__)([^*_]+)\1/g, "$2").replace(
    /\[\[(?:[^\]|]*\|)?([^\]|]*)\]\]/g, "$1",
  );
}

/** What the section on tuning says, item by item. */
function sectionItems(
  text: string,
  sections: readonly { readonly heading: string; readonly span: { readonly from: number; readonly to: number } }[],
): readonly string[] {
  const section = sections.find((s) => /tuning/i.test(s.heading));
  if (!section) return [];
  return text.slice(section.span.from, section.span.to).split("\n").map((line) =>
    withoutMarks(line.replace(/^\s*[-*+]\s+/, "").trim())).filter((line) => line !== "" && !line.startsWith("#"));
}

/** Makes a note of a bundled rule and opens it. */
export async function insertBundled(book: Notebook, id: string): Promise<void> {
  const rule = bundledRule(id);
  if (!rule) return;
  const folder = vaultNames(book.settings).ruleFolders[0] ?? "";
  // In the vault it is the user's own rule, not one of ours any more.
  const text = rule.text.replace(/^bundled:\s*true\r?\n/m, "");
  const path = await writeAndOpen(book, { path: freePath(book.app, folder, rule.name), text });
  if (path !== undefined) new Notice(`Inserted as '${path}'.`);
}
