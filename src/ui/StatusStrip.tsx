/** The strip under a technique's title: where it belongs, how it stands, and the ways to its neighbours. */
import type { ComponentChildren, VNode } from "preact";
import { digits } from "./counting";
import { CoverageBadge } from "./CoveragePanel";
import { Icon } from "./Icon";
import type { NeighbourTechnique, RenderLink, StripModel } from "./panel-model";

export function StatusStrip({ model, renderLink }: { model: StripModel; renderLink: RenderLink }): VNode {
  return (
    <section class={`purplebook pb-strip pb-edge-${model.state}`} aria-label={`Status of ${model.id}`}>
      <div class="pb-strip-main">
        <span class="pb-strip-id">{model.id}</span>
        <CoverageBadge state={model.state} />
        <Count n={model.rules} one="rule" many="rules" />
        <Count n={model.runbooks} one="runbook" many="runbooks" />
        <Fact name="Newest test">{model.newestTest ?? "none"}</Fact>
      </div>
      <div class="pb-strip-facts">
        {model.tactics.length === 0 ? null : (
          <Fact name={model.tactics.length === 1 ? "Tactic" : "Tactics"}>
            {model.tactics.map((t) => <span class="pb-tag" key={t}>{t}</span>)}
          </Fact>
        )}
        {model.platforms.length === 0 ? null : (
          <Fact name="Platforms">{model.platforms.map((p) => <span class="pb-tag" key={p}>{p}</span>)}</Fact>
        )}
        {model.version === undefined ? null : <Fact name="Version">{model.version}</Fact>}
        {model.age === undefined ? null : <span class="pb-quiet">{model.age}</span>}
      </div>
      {model.subtechniques.length === 0 ? null : (
        <details class="pb-strip-subs">
          <summary>
            {model.subtechniques.length === 1 ? "1 sub-technique " : `${model.subtechniques.length} sub-techniques `}
            <span class="pb-strip-dots">
              {model.subtechniques.map((s) => <CoverageBadge small state={s.state} key={s.id} />)}
            </span>
          </summary>
          <ul>
            {model.subtechniques.map((s) => (
              <li key={s.id}><CoverageBadge small state={s.state} /> <Neighbour to={s} renderLink={renderLink} /></li>
            ))}
          </ul>
        </details>
      )}
      {model.parent === undefined && model.previous === undefined && model.next === undefined ? null : (
        <nav class="pb-strip-nav" aria-label="Neighbouring techniques">
          {model.previous === undefined
            ? <span />
            : <span><Icon name="left" /> <Neighbour to={model.previous} renderLink={renderLink} /></span>}
          {model.parent === undefined ? null : (
            <span class="pb-strip-parent">
              <Icon name="up" /> <Neighbour to={model.parent} renderLink={renderLink} />
            </span>
          )}
          {model.next === undefined
            ? <span />
            : <span><Neighbour to={model.next} renderLink={renderLink} /> <Icon name="right" /></span>}
        </nav>
      )}
    </section>
  );
}

function Neighbour({ to, renderLink }: { to: NeighbourTechnique; renderLink: RenderLink }): VNode {
  if (to.link === undefined) {
    return <span class="pb-quiet" title="No note of this technique yet">{to.id} {to.name}</span>;
  }
  return <>{renderLink({ ...to.link, label: to.link.label ?? `${to.id} ${to.name}` })}</>;
}

function Count({ n, one, many }: { n: number; one: string; many: string }): VNode {
  return <span class="pb-strip-count"><strong>{digits(n)}</strong> {n === 1 ? one : many}</span>;
}

function Fact({ name, children }: { name: string; children: ComponentChildren }): VNode {
  return <span class="pb-fact"><span class="pb-quiet">{name}</span> {children}</span>;
}
