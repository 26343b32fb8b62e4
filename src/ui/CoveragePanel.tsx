/**
 * How well a technique is covered, and why: the state as a badge, the reasons as sentences, rules and runbooks behind
 * them.
 */
import type { VNode } from "preact";
import { Icon } from "./Icon";
import type { IconName } from "./Icon";
import type { CoverageModel, CoverageState, CoveredRunbook, RenderLink } from "./panel-model";

const STATES: Readonly<Record<CoverageState, { label: string; icon: IconName; says: string }>> = {
  none: { label: "No coverage", icon: "circle", says: "No rule detects this technique." },
  planned: { label: "Planned", icon: "planned", says: "Rules exist as drafts only." },
  untested: { label: "Untested", icon: "half", says: "Rules exist, but nothing shows that they fire." },
  failing: { label: "Failing", icon: "cross", says: "A test of a rule does not give what is expected." },
  passing: { label: "Passing", icon: "passed", says: "Rules exist and their tests pass." },
};

/** The state as sign and word; the word goes where there is no room, its meaning never does. */
export function CoverageBadge({ state, small }: { state: CoverageState; small?: boolean }): VNode {
  const s = STATES[state];
  return (
    <span class={`pb-badge pb-cover-${state} ${small ? "pb-badge-small" : ""}`} title={`${s.label}. ${s.says}`}
      {...(small ? { role: "img", "aria-label": s.label } : {})}>
      <Icon name={s.icon} />{small ? null : s.label}
    </span>
  );
}

export interface CoveragePanelProps {
  readonly model: CoverageModel;
  readonly renderLink: RenderLink;
  readonly onAction: (id: string) => void;
}

export function CoveragePanel({ model, renderLink, onAction }: CoveragePanelProps): VNode {
  return (
    <section class={`purplebook pb-coverage pb-edge-${model.state}`} aria-label={`Coverage of ${model.id}`}>
      <header class="pb-head">
        <CoverageBadge state={model.state} />
        <span class="pb-quiet">{STATES[model.state].says}</span>
      </header>
      {model.reasons.length === 0 ? null : (
        <ul class="pb-reasons" aria-label="Why">
          {model.reasons.map((r, i) => (
            <li key={i} class={`pb-reason pb-reason-${r.weight}`}>
              <span class="pb-sign" role="img"
                aria-label={r.weight === "good" ? "In favour" : r.weight === "bad" ? "Against" : "Note"}>
                <Icon name={r.weight === "good" ? "check" : r.weight === "bad" ? "cross" : "info"} />
              </span>
              <span>{r.text}{r.link === undefined ? null : <> {renderLink(r.link)}</>}</span>
            </li>
          ))}
        </ul>
      )}
      {model.rules.length === 0 ? null : (
        <>
          <h4 class="pb-subtitle">Rules <span class="pb-quiet">{model.rules.length}</span></h4>
          <ul class="pb-covered">
            {model.rules.map((r) => (
              <li key={r.link.path}>
                <CoverageBadge small state={r.verdict} />
                <span class="pb-covered-name">
                  {renderLink(r.link)}{r.through === undefined ? null : (
                    <span class="pb-quiet"> through {r.through}</span>
                  )}
                </span>
                <span class="pb-quiet">{[r.level, r.status, r.detail].filter((x) => x !== undefined).join(" · ")}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {model.runbooks.length === 0 ? null : (
        <>
          <h4 class="pb-subtitle">Runbooks <span class="pb-quiet">{model.runbooks.length}</span></h4>
          <ul class="pb-covered">
            {model.runbooks.map((r) => (
              <li key={r.link.path}>
                <CoverageBadge small state={RESULT_STATE[r.result]} />
                <span class="pb-covered-name">{renderLink(r.link)}</span>
                <span class="pb-quiet">{runText(r)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {model.actions.length === 0 ? null : (
        <div class="pb-buttons">
          {model.actions.map((a) => (
            <button type="button" class="pb-button" key={a.id} onClick={() => onAction(a.id)}>{a.label}</button>
          ))}
        </div>
      )}
    </section>
  );
}

const RESULT_STATE: Readonly<Record<CoveredRunbook["result"], CoverageState>> = {
  pass: "passing", fail: "failing", partial: "failing", unknown: "untested", never: "untested",
};

function runText(r: CoveredRunbook): string {
  if (r.result === "never") return "never run";
  const result = { pass: "passed", fail: "failed", partial: "partly passed", unknown: "result not noted" }[r.result];
  return r.lastRun === undefined ? result : `${r.lastRun}, ${result}`;
}
