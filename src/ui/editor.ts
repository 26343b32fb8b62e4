/**
 * The editor's side of a query language: highlighting, underlined diagnostics with fixes, completion, hover,
 * formatting, for any {@link Language}, over a whole document or over the fences of a note. All of it asks the
 * language; none is a grammar.
 */
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, isolateHistory } from "@codemirror/commands";
import { bracketMatching, codeFolding, foldGutter, foldKeymap, foldService } from "@codemirror/language";
import { forceLinting, linter, lintKeymap } from "@codemirror/lint";
import type { Diagnostic as EditorDiagnostic } from "@codemirror/lint";
import { searchKeymap } from "@codemirror/search";
import { EditorState, Facet, RangeSetBuilder, StateField } from "@codemirror/state";
import type { Extension } from "@codemirror/state";
import {
  Decoration, drawSelection, EditorView, hoverTooltip, keymap, lineNumbers, placeholder, ViewPlugin,
} from "@codemirror/view";
import type { Command, DecorationSet, KeyBinding, ViewUpdate } from "@codemirror/view";
import { applyEdits } from "../base";
import type { Diagnostic, Edit } from "../base";
import type { Expected, Language, Scope, Token } from "../query";
import { completionInfo, hoverBody, diagnosticBody } from "./editor-notes";
import { signatureHelp } from "./editor-signature";
import { fencedRegions, leastChange, regionAt } from "./editor-regions";
import type { Region } from "./editor-regions";
import { firstTokenAt, widen } from "./query-paint";

/**
 * A language with the names its queries may use. `scope` is asked at the time of use, so that new samples count at
 * once.
 */
export interface EditedLanguage {
  readonly language: Language;
  scope(): Scope;
}

type QueryRegion = Region<EditedLanguage>;
type RegionsOf = (state: EditorState) => readonly QueryRegion[];

/** Regions of the document; each extension below feeds one reader into it. */
const regionReaders = Facet.define<RegionsOf>();

function regionsIn(state: EditorState): readonly QueryRegion[] {
  const readers = state.facet(regionReaders);
  return readers.length === 1 ? (readers[0]?.(state) ?? []) : readers.flatMap((read) => read(state));
}

/** The language over the whole document. */
export function languageExtension(edited: EditedLanguage): Extension {
  return [
    regionReaders.of((state) => [{ from: 0, to: state.doc.length, language: edited }]),
    highlighting, linting, completing, hovering, helping, folding,
  ];
}

/**
 * The languages inside of fences in a Markdown document. `languageOf` maps a fence's first info word, in lower case,
 * and its text to a language, or to undefined for fences that are none of ours. The editor gets the class `purplebook-fences`.
 */
export function fencesExtension(languageOf: (name: string, text: () => string) => EditedLanguage | undefined): Extension {
  const fences = StateField.define<readonly QueryRegion[]>({
    create: (state) => fencedRegions(state.doc, languageOf),
    update: (regions, change) => (change.docChanged ? fencedRegions(change.state.doc, languageOf) : regions),
  });
  return [
    fences, regionReaders.of((state) => state.field(fences)),
    highlighting, linting, completing, hovering, helping, folding,
    EditorView.editorAttributes.of({ class: "purplebook-fences" }),
  ];
}

/** What a stand-alone query editor needs besides its language. */
export interface QueryEditorSetup {
  readonly label: string;
  readonly placeholder: string;
  onChange(text: string): void;
  /** Mod-Enter. */
  onRun(): void;
}

/** Everything that makes an empty editor a query editor, without the language. Looks come from `styles.css`. */
export function queryEditorSetup(setup: QueryEditorSetup): Extension {
  const own: readonly KeyBinding[] = [
    { key: "Mod-Enter", preventDefault: true, run: () => (setup.onRun(), true) },
    { key: "Shift-Alt-f", preventDefault: true, run: formatQuery },
  ];
  return [
    lineNumbers(), codeFolding(), foldGutter(), history(), drawSelection(), bracketMatching(), closeBrackets(), EditorView.lineWrapping,
    EditorState.tabSize.of(4),
    placeholder(setup.placeholder),
    EditorView.contentAttributes.of({
      "aria-label": setup.label, spellcheck: "false", autocorrect: "off", autocapitalize: "off",
    }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged && !update.transactions.some((t) => t.isUserEvent("purplebook.sync"))) {
        setup.onChange(update.state.doc.toString());
      }
    }),
    keymap.of([
      ...own, ...closeBracketsKeymap, ...completionKeymap, ...lintKeymap,
      ...searchKeymap, ...foldKeymap, ...historyKeymap, ...defaultKeymap,
    ]),
  ];
}

/** Brings the editor's text to what the model says, keeping the cursor; does nothing when they agree. */
export function syncText(view: EditorView, text: string): void {
  const change = leastChange(view.state.doc.toString(), text);
  // One step of undo, whatever was typed before it.
  if (change !== null) view.dispatch({ changes: change, userEvent: "purplebook.sync", annotations: isolateHistory.of("full") });
}

/** Compiles again although the text is the same: samples, schemas or strictness changed. */
export function recheck(view: EditorView): void {
  view.dispatch({ effects: [] });
  forceLinting(view);
}

/** Lays the query under the cursor out anew; false where there is none or nothing changes. */
export const formatQuery: Command = (view) => {
  const region = regionAt(regionsIn(view.state), view.state.selection.main.head);
  if (region === undefined || view.state.readOnly) return false;
  const before = view.state.sliceDoc(region.from, region.to);
  const change = leastChange(before, region.language.language.format(before));
  if (change === null) return true;
  view.dispatch({
    changes: { from: region.from + change.from, to: region.from + change.to, insert: change.insert },
    userEvent: "input.format", scrollIntoView: true,
  });
  return true;
};

/** Lays every query of the document out anew, as one change; how many changed. */
export function formatAll(view: EditorView): number {
  return changeAll(view, "input.format", (text, { language }) => language.format(text));
}

/** Applies the fix of every finding that has one, as one change; how many queries changed. */
export function fixAll(view: EditorView): number {
  return changeAll(view, "input.fix", (text, edited) => {
    const { language } = edited;
    let now = text;
    // A fix may bring up another finding; a few rounds are enough, and two that undo one another end.
    for (let round = 0; round < 5; round++) {
      const edits = apart(language.compile(now, edited.scope()).diagnostics.flatMap((d) => d.fix?.edits.length ? [d.fix.edits] : []));
      if (edits.length === 0) break;
      now = applyEdits(now, edits);
    }
    return now;
  });
}

/** Edits of the fixes that do not touch those of one before. */
function apart(fixes: readonly (readonly Edit[])[]): Edit[] {
  const kept: Edit[] = [];
  for (const fix of fixes) {
    if (fix.every((e) => kept.every((k) => e.span.to < k.span.from || e.span.from > k.span.to))) kept.push(...fix);
  }
  return kept;
}

function changeAll(view: EditorView, userEvent: string, next: (text: string, edited: EditedLanguage) => string): number {
  if (view.state.readOnly) return 0;
  const changes = regionsIn(view.state).flatMap((region) => {
    const text = view.state.sliceDoc(region.from, region.to);
    const change = leastChange(text, next(text, region.language));
    return change === null ? [] : [{ from: region.from + change.from, to: region.from + change.to, insert: change.insert }];
  });
  if (changes.length > 0) view.dispatch({ changes, userEvent });
  return changes.length;
}

const marks = new Map<string, Decoration>();
function markOf(kind: string): Decoration {
  let mark = marks.get(kind);
  if (mark === undefined) marks.set(kind, (mark = Decoration.mark({ class: `pb-${kind}` })));
  return mark;
}

/** Paints tokens of what is visible. Tokens of a text are kept until it changes, so that scrolling asks for nothing. */
class Highlighter {
  decorations: DecorationSet;
  private kept = new Map<string, readonly Token[]>();

  constructor(view: EditorView) {
    this.decorations = this.paint(view);
  }

  update(update: ViewUpdate): void {
    const reread = update.startState.facet(regionReaders) !== update.state.facet(regionReaders);
    if (update.docChanged || update.viewportChanged || reread) {
      this.decorations = this.paint(update.view);
    }
  }

  private paint(view: EditorView): DecorationSet {
    const builder = new RangeSetBuilder<Decoration>();
    const kept = new Map<string, readonly Token[]>();
    const regions = regionsIn(view.state);
    for (const visible of view.visibleRanges) {
      for (const region of regions) {
        if (region.to <= visible.from || region.from >= visible.to) continue;
        const text = view.state.sliceDoc(region.from, region.to);
        const key = `${region.language.language.id}\n${text}`;
        const tokens = kept.get(key) ?? this.kept.get(key) ?? region.language.language.tokens(text);
        kept.set(key, tokens);
        for (let i = firstTokenAt(tokens, visible.from - region.from); i < tokens.length; i++) {
          const token = tokens[i];
          if (token === undefined) break;
          const from = Math.max(region.from + token.span.from, visible.from);
          const to = Math.min(region.from + token.span.to, region.to, visible.to);
          if (from >= visible.to) break;
          if (from < to) builder.add(from, to, markOf(token.kind));
        }
      }
    }
    this.kept = kept;
    return builder.finish();
  }
}

const highlighting = ViewPlugin.fromClass(Highlighter, { decorations: (plugin) => plugin.decorations });

const linting = linter((view) => regionsIn(view.state).flatMap((region) => {
  const text = view.state.sliceDoc(region.from, region.to);
  if (text.trim() === "") return [];
  return region.language.language.compile(text, region.language.scope()).diagnostics
    .map((d) => shownInEditor(d, region.from, region.to - region.from));
}), { delay: 250 });

function shownInEditor(d: Diagnostic, by: number, length: number): EditorDiagnostic {
  const place = widen(d.span, length);
  const fix = d.fix;
  return {
    from: by + place.from, to: by + place.to, severity: d.severity, source: d.code, message: d.message,
    renderMessage: () => diagnosticBody(d),
    actions: fix === undefined ? [] : [{
      name: fix.title,
      // The text may have moved since it was checked: `from` is where the mark stands now.
      apply: (view, from) => view.dispatch({
        changes: fix.edits.map((e) => ({
          from: from - place.from + e.span.from, to: from - place.from + e.span.to, insert: e.insert,
        })),
        userEvent: "input.fix",
      }),
    }],
  };
}

const completing = autocompletion({
  override: [complete], icons: false, optionClass: (c) => `pb-option pb-option-${c.type ?? "name"}`,
  activateOnTypingDelay: 60,
});

function complete(context: CompletionContext): CompletionResult | null {
  const region = regionAt(regionsIn(context.state), context.pos);
  if (region === undefined) return null;
  const text = context.state.sliceDoc(region.from, region.to);
  const at = context.pos - region.from;
  const before = text.charAt(at - 1);
  // Unasked only where a word, a member or a next operator begins: never after a blank in the middle of typing.
  const begins = /[\w.$(|#/"']/.test(before) || /\|\s$/.test(text.slice(Math.max(0, at - 2), at));
  if (!context.explicit && !begins) return null;
  const expected = region.language.language.expected(text, at, region.language.scope());
  const first = expected[0];
  if (first === undefined) return null;
  const from = Math.min(at, ...expected.map((e) => e.span.from));
  return { from: region.from + from, options: expected.map((e, i) => optionOf(e, region.from, expected.length - i)) };
}

function optionOf(e: Expected, by: number, rank: number): Completion {
  const doc = e.doc;
  return {
    label: e.label, type: e.kind, ...(e.detail === undefined ? {} : { detail: e.detail }),
    // The language lists the likeliest first; the editor keeps that order among equally good matches.
    boost: Math.min(50, rank / 10),
    ...(doc === undefined ? {} : { info: () => completionInfo(e.label, e.detail, doc) }),
    apply: (view, _, __, to) => {
      const insert = e.insert ?? e.label;
      const from = by + e.span.from;
      const inside = insert.endsWith("()") ? insert.length - 1 : insert.length;
      view.dispatch({
        changes: { from, to: Math.max(to, by + e.span.to), insert }, selection: { anchor: from + inside },
        userEvent: "input.complete",
      });
    },
  };
}

const helping = signatureHelp((state, at) => {
  const region = regionAt(regionsIn(state), at);
  const help = region?.language.language.signature?.(state.sliceDoc(region.from, region.to), at - region.from, region.language.scope());
  return help && region && { ...help, span: { from: help.span.from + region.from, to: help.span.to + region.from } };
});

/** Named statements of several lines fold away, from their first line's end. */
const folding = foldService.of((state, lineStart, lineEnd) => {
  const region = regionAt(regionsIn(state), lineEnd);
  if (region === undefined || region.from > lineStart) return null;
  const fold = region.language.language.folds?.(state.sliceDoc(region.from, region.to)).find((f) => region.from + f.from === lineEnd);
  return fold === undefined ? null : { from: region.from + fold.from, to: region.from + fold.to };
});

const hovering = hoverTooltip((view, pos) => {
  const region = regionAt(regionsIn(view.state), pos);
  if (region === undefined) return null;
  const text = view.state.sliceDoc(region.from, region.to);
  const hover = region.language.language.hover(text, pos - region.from, region.language.scope());
  if (hover === undefined) return null;
  return {
    pos: region.from + hover.span.from, end: region.from + hover.span.to, above: true,
    create: () => ({ dom: hoverBody(hover.title, hover.doc) }),
  };
}, { hoverTime: 400, hideOnChange: true });
