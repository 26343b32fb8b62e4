/** Small boxes inside of the editor: what a completion means, what stands under the pointer, what a diagnostic says. */
import { render } from "preact";
import type { VNode } from "preact";
import type { Diagnostic } from "../base";

/** A drawn element without a parent, for an editor that wants nodes. */
function drawn(node: VNode): HTMLElement {
  const home = new DocumentFragment();
  render(node, home);
  return home.firstElementChild as HTMLElement;
}

/** Texts of the registries mark code with backticks; everything else is plain. */
export function Prose({ text }: { text: string }): VNode {
  return <>{text.split("`").map((part, i) => (i % 2 === 1 ? <code key={i}>{part}</code> : part))}</>;
}

export function completionInfo(label: string, detail: string | undefined, doc: string): HTMLElement {
  return drawn(
    <div class="purplebook pb-editor-note">
      <div class="pb-editor-note-title">
        {label}{detail === undefined ? null : <span class="pb-quiet"> {detail}</span>}
      </div>
      <div><Prose text={doc} /></div>
    </div>,
  );
}

export function hoverBody(title: string, doc: string): HTMLElement {
  return drawn(
    <div class="purplebook pb-editor-note">
      <div class="pb-editor-note-title">{title}</div>
      {doc.split(/\n{2,}/).map((part, i) => <p key={i}><Prose text={part} /></p>)}
    </div>,
  );
}

export function diagnosticBody(d: Diagnostic): HTMLElement {
  return drawn(
    <div class="purplebook pb-editor-diagnostic">
      <div><Prose text={d.message} /></div>
      {d.notes?.map((n, i) => <div key={i} class="pb-quiet"><Prose text={n.message} /></div>)}
    </div>,
  );
}
