/**
 * Signature help: while arguments are typed, what the call takes stands above it, the argument in hand marked. It opens
 * at a bracket or comma that is typed, or when asked for, and closes with Escape or with the end of the call.
 */
import { StateEffect, StateField } from "@codemirror/state";
import type { EditorState, Extension, Transaction } from "@codemirror/state";
import { EditorView, keymap, showTooltip } from "@codemirror/view";
import type { Command, Tooltip } from "@codemirror/view";
import type { SignatureHelp } from "../query";
import { signatureBody } from "./editor-notes";

/** Asks the language for help at an offset of the document; undefined where there is none. Offsets are the document's. */
export type HelpAt = (state: EditorState, at: number) => SignatureHelp | undefined;

const setOpen = StateEffect.define<boolean>();

/** The help's state and its key, over whatever gives help. */
export function signatureHelp(helpAt: HelpAt): Extension {
  const field = StateField.define<Tooltip | null>({
    create: () => null,
    update: (shown, change) => {
      const wanted = opens(change, shown !== null);
      if (!wanted) return null;
      if (shown !== null && !change.docChanged && change.selection === undefined && !change.effects.some((e) => e.is(setOpen))) return shown;
      const help = helpAt(change.state, change.state.selection.main.head);
      return help === undefined ? null : tooltipOf(help);
    },
    provide: (own) => showTooltip.from(own),
  });
  const show: Command = (view) => {
    view.dispatch({ effects: setOpen.of(true) });
    return true;
  };
  const hide: Command = (view) => {
    if (view.state.field(field) === null) return false;
    view.dispatch({ effects: setOpen.of(false) });
    return true;
  };
  return [field, keymap.of([{ key: "Mod-Shift-Space", run: show }, { key: "Escape", run: hide }])];
}

/** Whether the help is to stand after a change. */
function opens(change: Transaction, before: boolean): boolean {
  for (const effect of change.effects) if (effect.is(setOpen)) return effect.value;
  if (!change.docChanged || !(change.isUserEvent("input.type") || change.isUserEvent("input.complete"))) return before;
  const head = change.state.selection.main.head;
  return before || /[(,]/.test(change.state.sliceDoc(Math.max(0, head - 1), head));
}

function tooltipOf(help: SignatureHelp): Tooltip {
  return {
    pos: help.span.from, above: true, strictSide: true,
    create: (view: EditorView) => {
      const dom = signatureBody(help);
      dom.addEventListener("mousedown", (event) => { event.preventDefault(); view.focus(); });
      return { dom };
    },
  };
}
