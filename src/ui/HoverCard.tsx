/** The card over a technique's id: what it is, how it stands, and the way to its note. */
import type { VNode } from "preact";
import { counted } from "./counting";
import { CoverageBadge } from "./CoveragePanel";
import { Icon } from "./Icon";
import type { HoverCardModel, RenderLink } from "./panel-model";

export interface HoverCardProps {
  readonly model: HoverCardModel;
  readonly renderLink: RenderLink;
  /** Makes a note of the technique; absent where the host cannot. */
  onCreate?: (id: string) => void;
}

export function HoverCard({ model, renderLink, onCreate }: HoverCardProps): VNode {
  return (
    <div class={`purplebook pb-card pb-edge-${model.state}`}>
      <div class="pb-card-head"><span class="pb-strip-id">{model.id}</span><CoverageBadge state={model.state} /></div>
      <p class="pb-card-name">
        {model.link === undefined ? model.name : renderLink({ ...model.link, label: model.name })}
      </p>
      {model.says === "" ? null : <p class="pb-card-says">{model.says}</p>}
      <div class="pb-strip-facts">
        {model.tactics.map((t) => <span class="pb-tag" key={t}>{t}</span>)}
        {model.platforms.map((p) => <span class="pb-tag" key={p}>{p}</span>)}
      </div>
      <p class="pb-quiet">
        {counted(model.rules, "rule", "rules")} · {counted(model.runbooks, "runbook", "runbooks")}
      </p>
      {model.link === undefined && onCreate !== undefined
        ? (
          <button type="button" class="pb-button" onClick={() => onCreate(model.id)}>
            <Icon name="plus" />Create note
          </button>
        ) : null}
    </div>
  );
}
