/** Small boxes inside of the editor: what a completion means, what stands under the pointer, what a diagnostic says. */
import { render } from "preact";
import type { VNode } from "preact";
import type { Diagnostic } from "../base";
import type { SignatureHelp } from "../query";

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

/** One line per way of calling, the argument in hand marked; the rest is told by number. */
export function signatureBody(help: SignatureHelp): HTMLElement {
  const line = help.lines[help.active];
  const own = line && (line.parameters[help.argument] ?? (line.repeats ? line.parameters.at(-1) : undefined));
  const others = help.lines.length - 1;
  return drawn(
    <div class="purplebook pb-editor-note pb-signature" role="status">
      {line === undefined ? null : (
        <div class="pb-signature-line">
          {own === undefined ? line.label : (
            <>{line.label.slice(0, own.from)}<strong>{line.label.slice(own.from, own.to)}</strong>{line.label.slice(own.to)}</>
          )}
          {others > 0 ? <span class="pb-quiet"> and {others} more</span> : null}
        </div>
      )}
      {help.doc === "" ? null : <div><Prose text={help.doc} /></div>}
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
