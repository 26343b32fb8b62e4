/** A chart as a file: an SVG that stands by itself, with the colours that the theme gave it, and a picture of that. */

export interface ChartFile {
  readonly name: string;
  readonly type: "image/svg+xml" | "image/png";
  readonly data: Blob;
}

const SVG = "http://www.w3.org/2000/svg";
/** What a stylesheet decides and a file must say itself. */
const LOOKS = ["fill", "stroke", "stroke-width", "stroke-dasharray", "fill-opacity", "opacity", "font-family", "font-size", "text-anchor"] as const;
const LEGEND_LINE = 18;

/** The chart's SVG with title and legend drawn in, as text. */
export function chartSvg(svg: SVGSVGElement, title: string, legend: readonly { readonly name: string; readonly colour: string }[]): string {
  const view = svg.ownerDocument.defaultView;
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const [from, to] = [[svg, ...svg.querySelectorAll<SVGElement>("*")], [copy, ...copy.querySelectorAll<SVGElement>("*")]];
  from.forEach((element, i) => {
    const looks = view?.getComputedStyle(element);
    const target = to[i];
    if (looks === undefined || target === undefined) return;
    for (const name of LOOKS) target.setAttribute(name, looks.getPropertyValue(name));
    target.removeAttribute("class");
    target.removeAttribute("style");
  });
  for (const extra of copy.querySelectorAll("[data-only='screen']")) extra.remove();
  const width = svg.clientWidth || Number(svg.getAttribute("width"));
  const height = svg.clientHeight || Number(svg.getAttribute("height"));
  const text = view?.getComputedStyle(svg);
  const head = title === "" ? 0 : 24;
  const whole = head + height + legend.length * LEGEND_LINE + (legend.length > 0 ? 8 : 0);
  const make = (tag: string, attributes: Readonly<Record<string, string | number>>, inside = ""): SVGElement => {
    const element = svg.ownerDocument.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
    element.textContent = inside;
    return element;
  };
  const words = { fill: text?.color ?? "black", "font-family": text?.fontFamily ?? "sans-serif" };
  const file = make("svg", { xmlns: SVG, width, height: whole, viewBox: `0 0 ${width} ${whole}` });
  file.append(make("rect", { width, height: whole, fill: backgroundOf(svg) }));
  if (head > 0) file.append(make("text", { x: 8, y: 17, "font-size": 14, "font-weight": 600, ...words }, title));
  const body = make("g", { transform: `translate(0 ${head})` });
  body.append(...copy.childNodes);
  file.append(body);
  legend.forEach(({ name, colour }, i) => {
    const y = head + height + 8 + i * LEGEND_LINE;
    file.append(make("rect", { x: 10, y, width: 10, height: 10, fill: colour }), make("text", { x: 26, y: y + 10, "font-size": 12, ...words }, name));
  });
  return new XMLSerializer().serializeToString(file);
}

/** The first ground behind an element that is not see-through. */
function backgroundOf(element: Element): string {
  const view = element.ownerDocument.defaultView;
  for (let e: Element | null = element; e !== null; e = e.parentElement) {
    const colour = view?.getComputedStyle(e).backgroundColor ?? "";
    if (colour !== "" && colour !== "transparent" && !/,\s*0\)$/.test(colour)) return colour;
  }
  return "white";
}

/** An SVG drawn as a picture, two pixels to one. */
export async function chartPng(svg: string): Promise<Blob> {
  const size = /<svg[^>]*? width="(\d+(?:\.\d+)?)" height="(\d+(?:\.\d+)?)"/.exec(svg);
  const image = new Image();
  const loaded = new Promise<void>((resolve, reject) => {
    image.onload = () => resolve();
    image.onerror = () => reject(new Error("The chart could not be drawn as a picture."));
  });
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await loaded;
  const canvas = new OffscreenCanvas(Math.ceil(Number(size?.[1] ?? 800) * 2), Math.ceil(Number(size?.[2] ?? 400) * 2));
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: "image/png" });
}

/** `Failed sign-ins.svg`: a title as a file's name. */
export function chartFileName(title: string, ending: "svg" | "png"): string {
  const plain = title.replace(/[\\/:*?"<>|#^[\]]/g, " ").replace(/\s+/g, " ").trim().slice(0, 80);
  return `${plain === "" ? "Chart" : plain}.${ending}`;
}
