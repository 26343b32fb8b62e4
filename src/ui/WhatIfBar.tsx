/** Says that what is shown is a run without some terms of the query, and what to do with it. */
import type { VNode } from "preact";
import type { Span } from "../base";
import { counted } from "./counting";
import { Icon } from "./Icon";
import type { LabActions, LabWhatIf } from "./lab-model";

export function WhatIfBar({ whatIf, actions, text }: { whatIf: LabWhatIf; actions: LabActions; text: string }): VNode {
  const { off, rowsBefore, rows } = whatIf;
  return (
    <div class="pb-what-if" role="status">
      <Icon name="help" />
      <span class="pb-what-if-says">
        <strong>What if:</strong> without {off.map((term, i) => (
          <span key={`${term.from}`}>{i > 0 ? " and " : ""}<code>{written(text, term)}</code></span>
        ))} there {rows === undefined ? "would be …" : <>{rows === 1 ? "is" : "are"} <strong>{counted(rows, "row", "rows")}</strong></>}
        {rowsBefore === undefined ? null : <> instead of {counted(rowsBefore, "row", "rows")}</>}. The query is as it was.
      </span>
      <span class="pb-buttons">
        <button type="button" class="pb-button" onClick={() => actions.onWhatIfApply()}
          title="Makes comments of these terms; undo brings them back">
          <Icon name="fix" />Apply to the query
        </button>
        <button type="button" class="pb-button" onClick={() => actions.onWhatIfEnd()}>
          <Icon name="close" />Back
        </button>
      </span>
    </div>
  );
}

function written(text: string, { from, to }: Span): string {
  const piece = text.slice(from, to).replace(/\s+/g, " ");
  return piece.length > 80 ? `${piece.slice(0, 79)}…` : piece;
}
