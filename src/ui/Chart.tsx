/**
 * A result drawn as `render` asks: SVG in the theme's colours, a legend that switches series, points that pointer and
 * keyboard walk over and that are said aloud, files to take away.
 */
import type { ComponentChildren, VNode } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Rendering } from "../query";
import type { Table } from "../table";
import { chartFileName, chartPng, chartSvg, type ChartFile } from "./chart-file";
import { layoutPie, layoutXy, timeCaption, type Spot } from "./chart-layout";
import { chartsOf, chartSummary, percent, type ChartModel } from "./chart-model";
import { Icon } from "./Icon";
import { Menu } from "./Menu";

export interface ChartProps {
  readonly table: Table;
  readonly rendering: Rendering;
  /** Names the file where the chart has no title. */
  readonly name: string;
  /** Rows of an earlier run, drawn dimmed. */
  readonly stale?: boolean;
  /** Takes a chart away; absent: not offered. */
  readonly onFile?: (file: ChartFile, how: "copy" | "save") => void;
}

const HEIGHT = 320;

/** The charts of a result; a result that cannot be drawn says why. */
export function Charts(props: ChartProps): VNode {
  const { table, rendering } = props;
  const models = useMemo(() => chartsOf(table, rendering), [table, rendering]);
  return <div class={props.stale ? "pb-stale" : ""}>{models.map((m, i) => <Chart key={i} {...props} model={m} />)}</div>;
}

/** Whether the result is drawn at all, and what to say where it is not. */
export function drawable(table: Table, rendering: Rendering): { readonly drawn: boolean; readonly told: readonly string[] } {
  const [first] = chartsOf(table, rendering);
  return { drawn: first !== undefined && first.kind !== "table", told: first?.told ?? [] };
}

function Chart(props: ChartProps & { model: ChartModel }): VNode {
  const { model } = props;
  const told = model.told.length === 0 ? null : (
    <ul class="pb-chart-told">{model.told.map((t) => <li key={t} class="pb-note-line"><Icon name="info" /><span>{t}</span></li>)}</ul>
  );
  switch (model.kind) {
    case "table": return <>{told}</>;
    case "card": return (
      <figure class="pb-chart" aria-label={chartSummary(model)}>
        {model.title === "" ? null : <figcaption class="pb-title">{model.title}</figcaption>}
        <dl class="pb-chart-cards">
          {model.cells.map((c) => <div key={c.name} class="pb-chart-card"><dt>{c.name}</dt><dd>{c.value}</dd></div>)}
        </dl>
      </figure>
    );
    default: return <Drawn {...props} model={model} told={told} />;
  }
}

type DrawnModel = Exclude<ChartModel, { kind: "table" | "card" }>;

function Drawn(props: ChartProps & { model: DrawnModel; told: VNode | null }): VNode {
  const { model, rendering, onFile } = props;
  const home = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(640);
  const [hidden, setHidden] = useState<ReadonlySet<number>>(new Set());
  const [at, setAt] = useState<{ readonly series: number; readonly point: number } | null>(null);
  useLayoutEffect(() => {
    const box = home.current;
    if (box === null) return;
    const measure = (): void => { if (box.clientWidth > 0) setWidth(box.clientWidth); };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  const names = model.kind === "pie" ? model.slices.map((s) => s.name) : model.series.map((s) => s.name);
  const size = { width, height: model.kind === "xy" && model.shape === "bar" ? Math.max(140, 60 + model.categories.length * 24) : HEIGHT };
  const { drawing, spots } = useMemo(
    () => (model.kind === "pie" ? drawPie(model, size, hidden) : drawXy(model, size, hidden, rendering)),
    [model, rendering, width, hidden],
  );
  const spot = at === null ? undefined : spots[at.series]?.[at.point];

  const onKey = (event: KeyboardEvent): void => {
    const next = stepped(spots, at, event.key);
    if (next === null) return;
    event.preventDefault();
    event.stopPropagation();
    setAt(next);
  };
  const onMove = (event: PointerEvent): void => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    setAt(nearestSpot(spots, event.clientX - box.left, event.clientY - box.top, model.kind === "xy" && model.shape !== "bar"));
  };
  const take = async (type: ChartFile["type"], how: "copy" | "save"): Promise<void> => {
    const svg = home.current?.querySelector<SVGSVGElement>("svg.pb-chart-svg");
    if (!svg || onFile === undefined) return;
    const colours = [...(home.current?.parentElement?.querySelectorAll<HTMLElement>(".pb-chart-swatch") ?? [])];
    const legend = names.map((name, i) => ({ name: name === "" ? "(empty)" : name, colour: colours[i] ? getComputedStyle(colours[i]).backgroundColor : "gray" }));
    const text = chartSvg(svg, model.title, legend.filter((_, i) => !hidden.has(i)));
    const data = type === "image/png" ? await chartPng(text) : new Blob([text], { type });
    onFile({ name: chartFileName(model.title === "" ? props.name : model.title, type === "image/png" ? "png" : "svg"), type, data }, how);
  };
  return (
    <figure class="pb-chart">
      <header class="pb-toolbar">
        <figcaption class="pb-title">{model.title}</figcaption>
        {model.kind === "xy" && model.x === "time" ? <span class="pb-quiet">{timeCaption(model)}</span> : null}
        <span class="pb-spring" />
        {onFile === undefined ? null : (
          <Menu icon="copy" label="Take the chart" items={[
            { label: "Copy as picture (PNG)", onChoose: () => void take("image/png", "copy") },
            { label: "Copy as SVG", onChoose: () => void take("image/svg+xml", "copy") },
            { label: "Save as PNG", onChoose: () => void take("image/png", "save") },
            { label: "Save as SVG", onChoose: () => void take("image/svg+xml", "save") },
          ]} />
        )}
      </header>
      <div class="pb-chart-home" ref={home}>
        <div class="pb-chart-plot" tabIndex={0} role="group" aria-roledescription="chart"
          aria-label="Points of the chart: left and right go along, up and down change the series"
          onKeyDown={onKey} onPointerMove={onMove} onPointerLeave={() => setAt(null)} onBlur={() => setAt(null)}>
          <svg class="pb-chart-svg" role="img" aria-label={chartSummary(model)} width={size.width} height={size.height}
            viewBox={`0 0 ${size.width} ${size.height}`}>
            {drawing}
            {spot === undefined ? null : (
              <g data-only="screen" class={`pb-s${spot.series % 10}`}>
                <circle class="pb-chart-spot" cx={spot.px} cy={spot.py} r={5} />
              </g>
            )}
          </svg>
          {spot === undefined ? null : (
            <div class={`pb-chart-tip ${spot.px > width / 2 ? "pb-chart-tip-before" : ""}`} aria-hidden="true"
              style={{ "--pb-x": `${spot.px}px`, "--pb-y": `${spot.py}px` }}>{spot.says}</div>
          )}
        </div>
        <span class="pb-visually-hidden" role="status">{spot?.says ?? ""}</span>
      </div>
      {names.length < 2 && model.kind !== "pie" ? <Swatches names={names} /> : (
        <ul class={`pb-chart-legend ${rendering.legend === "hidden" ? "pb-visually-hidden" : ""}`} aria-label="Series">
          {names.map((name, i) => (
            <li key={name}>
              <button type="button" class={`pb-legend-item pb-s${i % 10}`} aria-pressed={!hidden.has(i)}
                title={hidden.has(i) ? "Show" : "Hide"} onClick={() => { setAt(null); setHidden(toggled(hidden, i)); }}>
                <span class="pb-chart-swatch" aria-hidden="true" />
                {name === "" ? "(empty)" : name}
                {model.kind === "pie" ? <span class="pb-quiet">{share(model, hidden, i)}</span> : null}
              </button>
            </li>
          ))}
        </ul>
      )}
      {props.told}
    </figure>
  );
}

/** Of a single series no legend is drawn; its colour is still asked for by files. */
function Swatches({ names }: { names: readonly string[] }): VNode {
  return <div hidden>{names.map((name, i) => <span key={name} class={`pb-s${i % 10}`}><span class="pb-chart-swatch" /></span>)}</div>;
}

function share(model: Extract<ChartModel, { kind: "pie" }>, hidden: ReadonlySet<number>, i: number): string {
  if (hidden.has(i)) return "";
  const sum = model.slices.reduce((n, s, k) => n + (hidden.has(k) ? 0 : s.value), 0);
  return percent((model.slices[i]?.value ?? 0) / sum);
}

function toggled(hidden: ReadonlySet<number>, i: number): ReadonlySet<number> {
  const next = new Set(hidden);
  if (!next.delete(i)) next.add(i);
  return next;
}

interface Drawing {
  readonly drawing: ComponentChildren;
  readonly spots: readonly (readonly Spot[])[];
}

function drawXy(
  model: Extract<ChartModel, { kind: "xy" }>, size: { width: number; height: number }, hidden: ReadonlySet<number>, rendering: Rendering,
): Drawing {
  const layout = layoutXy(model, size, hidden, {
    log: rendering.yaxis === "log", logX: rendering.xaxis === "log",
    ...(rendering.ymin === undefined ? {} : { min: rendering.ymin }), ...(rendering.ymax === undefined ? {} : { max: rendering.ymax }),
  });
  const { left, top, right, bottom } = layout.frame;
  const [down, across] = layout.lying ? [layout.along, layout.measure] : [layout.measure, layout.along];
  const drawing = (
    <>
      {layout.measure.map((t) => (layout.lying
        ? <path key={t.at} class="pb-chart-grid" d={`M${t.at} ${top}V${bottom}`} />
        : <path key={t.at} class="pb-chart-grid" d={`M${left} ${t.at}H${right}`} />))}
      {down.map((t) => <text key={`d${t.at}`} class="pb-chart-label" x={left - 6} y={t.at + 4} text-anchor="end">{t.label}</text>)}
      {across.map((t) => {
        // A label at the edge leans inwards.
        const half = t.label.length * 3.3;
        const [anchor, x] = t.at + half > size.width ? ["end", size.width - 2] : t.at < half ? ["start", 2] : ["middle", t.at];
        return <text key={`a${t.at}`} class="pb-chart-label" x={x} y={bottom + 16} text-anchor={anchor}>{t.label}</text>;
      })}
      <path class="pb-chart-axis" d={`M${left} ${top}V${bottom}H${right}`} />
      {model.xname === "" ? null : (
        <text class="pb-chart-name" x={(left + right) / 2} y={size.height - 6} text-anchor="middle">{layout.lying ? model.yname || model.xname : model.xname}</text>
      )}
      {model.yname === "" || layout.lying ? null : (
        <text class="pb-chart-name" transform={`translate(12 ${(top + bottom) / 2}) rotate(-90)`} text-anchor="middle">{model.yname}</text>
      )}
      {layout.marks.map((m, i) => <path key={i} class={`pb-mark pb-mark-${m.kind} pb-s${m.series % 10}`} d={m.d} />)}
    </>
  );
  return { drawing, spots: layout.spots };
}

function drawPie(
  model: Extract<ChartModel, { kind: "pie" }>, size: { width: number; height: number }, hidden: ReadonlySet<number>,
): Drawing {
  const slices = layoutPie(model.slices, size, hidden);
  return {
    drawing: slices.map((s, i) => (s === undefined ? null : <path key={i} class={`pb-mark pb-mark-slice pb-s${i % 10}`} d={s.d} />)),
    // One walk over all slices.
    spots: [slices.flatMap((s) => (s === undefined ? [] : [s.spot]))],
  };
}

/** The point after a key; null where the key is none of ours. */
function stepped(
  spots: readonly (readonly Spot[])[], at: { series: number; point: number } | null, key: string,
): { series: number; point: number } | null {
  const filled = spots.flatMap((s, i) => (s.length > 0 ? [i] : []));
  const first = filled[0];
  if (first === undefined) return null;
  if (!["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"].includes(key)) return null;
  if (at === null) return { series: first, point: key === "End" ? (spots[first]?.length ?? 1) - 1 : 0 };
  const here = spots[at.series] ?? [];
  switch (key) {
    case "Home": return { ...at, point: 0 };
    case "End": return { ...at, point: here.length - 1 };
    case "ArrowLeft": return { ...at, point: Math.max(0, at.point - 1) };
    case "ArrowRight": return { ...at, point: Math.min(here.length - 1, at.point + 1) };
    default: {
      const step = key === "ArrowDown" ? 1 : -1;
      const series = filled[(filled.indexOf(at.series) + step + filled.length) % filled.length] ?? first;
      const there = spots[series] ?? [];
      const px = here[at.point]?.px ?? 0;
      let best = 0;
      there.forEach((s, i) => { if (Math.abs(s.px - px) < Math.abs((there[best]?.px ?? 0) - px)) best = i; });
      return { series, point: best };
    }
  }
}

/** The point nearest to the pointer; along x first where lines run that way. */
function nearestSpot(
  spots: readonly (readonly Spot[])[], x: number, y: number, along: boolean,
): { series: number; point: number } | null {
  let best: { series: number; point: number } | null = null;
  let least = Infinity;
  spots.forEach((list, series) => {
    list.forEach((s, point) => {
      const far = along ? Math.abs(s.px - x) * 4 + Math.abs(s.py - y) : Math.hypot(s.px - x, s.py - y);
      if (far < least) [least, best] = [far, { series, point }];
    });
  });
  return best;
}
