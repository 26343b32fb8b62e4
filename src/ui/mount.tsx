/**
 * Puts components into a host's element and keeps them there: `update` patches what differs, `destroy` takes them
 * out. The element is never emptied between, so nothing flickers and the page does not jump.
 */
import { render } from "preact";
import type { ComponentType, VNode } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { LinkTo } from "../table";
import { BundledRules } from "./BundledRules";
import type { BundledRulesProps } from "./BundledRules";
import { ConvertView } from "./ConvertView";
import type { ConvertViewProps } from "./ConvertView";
import { CoveragePanel } from "./CoveragePanel";
import type { CoveragePanelProps } from "./CoveragePanel";
import { HoverCard } from "./HoverCard";
import type { HoverCardProps } from "./HoverCard";
import { HuntView } from "./HuntView";
import type { HuntViewProps } from "./HuntView";
import { LabView } from "./LabView";
import type { LabViewProps } from "./LabView";
import { Panel } from "./Panel";
import type { PanelProps } from "./Panel";
import { ResultTable } from "./ResultTable";
import type { ResultTableProps } from "./ResultTable";
import { StatusStrip } from "./StatusStrip";
import type { RenderLink, StripModel } from "./panel-model";

/** A component that stands in an element. */
export interface Mounted<P> {
  /** Draws the difference to the props before; what is left out stays as it was. */
  update(props: Partial<P>): void;
  /** Takes the component out; calling it again does nothing. */
  destroy(): void;
}

export const mountLab = mounter<LabViewProps>(LabView);
export const mountPanel = mounter<PanelProps>(Panel);
export const mountCoverage = mounter<CoveragePanelProps>(CoveragePanel);
export const mountStrip = mounter<{ model: StripModel; renderLink: RenderLink }>(StatusStrip);
export const mountBundledRules = mounter<BundledRulesProps>(BundledRules);
export const mountHunt = mounter<HuntViewProps>(HuntView);
export const mountConvert = mounter<ConvertViewProps>(ConvertView);
export const mountHoverCard = mounter<HoverCardProps>(HoverCard);
export const mountResult = mounter<ResultTableProps>(LoneResult);

/** A result table outside of the lab brings the room's own class with it. */
function LoneResult(props: ResultTableProps): VNode {
  return <div class="purplebook"><ResultTable {...props} /></div>;
}

function mounter<P extends object>(component: ComponentType<P>): (el: HTMLElement, props: P) => Mounted<P> {
  return (el, props) => {
    let current = props;
    let standing = true;
    const Component = component;
    const draw = (): void => render(<Component {...current} />, el);
    draw();
    return {
      update(next) {
        if (!standing) return;
        current = { ...current, ...next };
        draw();
      },
      destroy() {
        if (!standing) return;
        standing = false;
        render(null, el);
      },
    };
  };
}

type AttachLink = (el: HTMLElement, link: LinkTo) => (() => void) | undefined;

/**
 * Links of the host's own making: `attach` fills an empty span with a link's element, once per link, and may give
 * back a clean-up. Hosts that can describe a link as an element of preact need not use it.
 */
export function linkRenderer(attach: AttachLink): RenderLink {
  return (link) => <HostLink link={link} attach={attach} />;
}

function HostLink({ link, attach }: { link: LinkTo; attach: AttachLink }): VNode {
  const home = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const el = home.current;
    if (el === null) return;
    const clean = attach(el, link);
    return () => {
      clean?.();
      el.replaceChildren();
    };
  }, [link.path, link.subpath, link.label, attach]);
  return <span class="pb-link" ref={home} />;
}
