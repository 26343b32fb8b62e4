/**
 * What is wrong with a text, each with its place, its notes and a way out; and the text itself with the place under a
 * caret.
 */
import type { VNode } from "preact";
import { useMemo } from "preact/hooks";
import { LineMap } from "../base";
import type { Diagnostic, Fix, Severity } from "../base";
import { Prose } from "./editor-notes";
import { Icon } from "./Icon";
import type { IconName } from "./Icon";
import { caretLine } from "./caret";

const SIGNS: Readonly<Record<Severity, { icon: IconName; name: string }>> = {
  error: { icon: "error", name: "Error" },
  warning: { icon: "warning", name: "Warning" },
  info: { icon: "info", name: "Note" },
};

export function SeveritySign({ severity }: { severity: Severity }): VNode {
  const sign = SIGNS[severity];
  return (
    <span class={`pb-sign pb-sign-${severity}`} role="img" aria-label={sign.name} title={sign.name}>
      <Icon name={sign.icon} />
    </span>
  );
}

/** One diagnostic: message, notes, fix. `place` is drawn in front (`Line 4`). */
export function DiagnosticItem({ diagnostic: d, place, onFix, onPlace }: {
  diagnostic: Diagnostic; place?: string; onFix?: (fix: Fix) => void; onPlace?: () => void;
}): VNode {
  const fix = d.fix;
  return (
    <div class={`pb-diagnostic pb-diagnostic-${d.severity}`}>
      <SeveritySign severity={d.severity} />
      <div class="pb-diagnostic-body">
        <p>
          {place === undefined ? null : onPlace === undefined
            ? <span class="pb-place">{place}: </span>
            : <button type="button" class="pb-text-button pb-place" onClick={onPlace}>{place}</button>}
          {place === undefined || onPlace === undefined ? null : ": "}
          <Prose text={d.message} />
        </p>
        {d.notes?.map((n, i) => <p key={i} class="pb-quiet"><Prose text={n.message} /></p>)}
      </div>
      {fix === undefined || onFix === undefined ? null : (
        <button type="button" class="pb-button pb-fix" onClick={() => onFix(fix)}>
          <Icon name="fix" />{fix.title}
        </button>
      )}
    </div>
  );
}

/** A list of them with line and column, worst first; with `carets`, each under its line of the text. */
export function DiagnosticList({ text, diagnostics, onFix, carets, none }: {
  text: string; diagnostics: readonly Diagnostic[]; onFix?: (fix: Fix) => void; carets?: boolean; none?: string;
}): VNode {
  const map = useMemo(() => new LineMap(text), [text]);
  const sorted = useMemo(() => sortDiagnostics(diagnostics), [diagnostics]);
  if (sorted.length === 0) return <p class="pb-empty">{none ?? "Nothing to report."}</p>;
  return (
    <ul class="pb-diagnostics" aria-label="Diagnostics">
      {sorted.map((d, i) => {
        const at = map.at(d.span.from);
        const line = carets ? caretLine(text, d.span) : undefined;
        return (
          <li key={`${d.code}:${d.span.from}:${i}`}>
            <DiagnosticItem diagnostic={d} place={`Line ${at.line}, column ${at.column}`}
              {...(onFix ? { onFix } : {})} />
            {line === undefined ? null : (
              <pre class="pb-caret" aria-hidden="true">
                {line.text}{"\n"}<span class={`pb-sign-${d.severity}`}>{line.caret}</span>
              </pre>
            )}
          </li>
        );
      })}
    </ul>
  );
}

const WEIGHT: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...diagnostics].sort((a, b) => WEIGHT[a.severity] - WEIGHT[b.severity] || a.span.from - b.span.from);
}
