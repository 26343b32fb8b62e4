/** Checks of Sigma rules with what the house knows besides: ATT&CK's release, and all other rules. */
import { knownTechniques } from "../attack";
import type { TechniqueId } from "../attack";
import type { Diagnostic } from "../base";
import { lintSigma, readSigma } from "../query/sigma";
import type { LintOptions, OtherRules, SigmaFile, TagFate } from "../query/sigma";

/** One text of rules, and the name of where it stands. */
export interface RuleText {
  readonly path: string;
  readonly text: string;
  /** Where the text begins in the file, as an offset. */
  readonly from: number;
}

/** What ATT&CK says of a technique's tag (`t1059.001`). */
export function attackFate(name: string): TagFate {
  const known = knownTechniques();
  const found = known.get(name.toUpperCase() as TechniqueId);
  if (found) return !found.retired ? { kind: "known" } : { kind: "retired", ...(found.successor === undefined ? {} : { successor: found.successor.toLowerCase() }) };
  const parent = name.slice(0, 5);
  return { kind: "unknown", ...(name.length > 5 && known.has(parent.toUpperCase() as TechniqueId) ? { near: parent } : {}) };
}

/** The findings of one text alone, what reading it tells left out: for a fence that is being written. */
export function lintText(text: string, options: LintOptions = {}): readonly Diagnostic[] {
  return lintSigma(readSigma(text, { unknownPlaceholders: "anything" }), { knownTags: attackFate, ...options });
}

/** The findings of many texts, each held against all others: what reading tells, and the checks. Spans are of the files. */
export function lintTexts(texts: readonly RuleText[]): readonly { readonly path: string; readonly diagnostic: Diagnostic }[] {
  const read = texts.map((each) => ({ ...each, file: readSigma(each.text, { offset: each.from, unknownPlaceholders: "anything" }) }));
  const others = new RuleNames(read);
  return read.flatMap(({ path, file }, at) => [...file.diagnostics, ...lintSigma(file, { knownTags: attackFate, path, others: others.without(at) })]
    .sort((a, b) => a.span.from - b.span.from).map((diagnostic) => ({ path, diagnostic })));
}

/** Which ids, titles and names are used where. */
class RuleNames {
  private readonly byKey = new Map<string, { readonly at: number; readonly path: string }[]>();

  constructor(texts: readonly { readonly path: string; readonly file: SigmaFile }[]) {
    texts.forEach(({ path, file }, at) => {
      for (const { id, title, name } of [...file.rules, ...file.refused]) {
        for (const [kind, said] of [["id", id], ["title", title], ["name", name]] as const) {
          if (!said) continue;
          const key = `${kind} ${said.value}`;
          const places = this.byKey.get(key);
          if (places) places.push({ at, path });
          else this.byKey.set(key, [{ at, path }]);
        }
      }
    });
  }

  private known: readonly string[] | undefined;

  private references(): readonly string[] {
    return (this.known ??= [...this.byKey.keys()].filter((key) => !key.startsWith("title ")).map((key) => key.slice(key.indexOf(" ") + 1)));
  }

  /** What texts other than this one use. */
  without(mine: number): OtherRules {
    const places = (kind: string, value: string) => (this.byKey.get(`${kind} ${value}`) ?? []).filter((each) => each.at !== mine).map((each) => each.path);
    return {
      byId: (id) => places("id", id),
      byTitle: (title) => places("title", title),
      byName: (name) => places("name", name),
      references: this.references(),
    };
  }
}
