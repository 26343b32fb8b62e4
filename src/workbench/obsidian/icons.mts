/** Icons by the names plugins use, drawn by ourselves in strokes on a 24 × 24 grid. */

/** Paths of each icon; names we have no drawing of get the dotted square. */
const drawings = new Map<string, string>(Object.entries({
  "activity": "M2 12h4l3 8 6-16 3 8h4", "alert-circle": "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18M12 8v5M12 16.5v.1",
  "alert-triangle": "M12 4 2.5 20h19zM12 10v4M12 17v.1", "arrow-down": "M12 5v14M6 13l6 6 6-6", "arrow-left": "M19 12H5M11 6l-6 6 6 6",
  "arrow-right": "M5 12h14M13 6l6 6-6 6", "arrow-up": "M12 19V5M6 11l6-6 6 6", "bar-chart": "M6 20v-6M12 20V4M18 20v-9",
  "book": "M5 4h13a1 1 0 0 1 1 1v15H6a2 2 0 0 1-2-2V5zM4 18a2 2 0 0 1 2-2h13", "book-open": "M12 7v13M12 7C9 5 6 5 3 5v13c3 0 6 0 9 2 3-2 6-2 9-2V5c-3 0-6 0-9 2",
  "bookmark": "M6 4h12v17l-6-4-6 4z", "bug": "M8 9h8v6a4 4 0 0 1-8 0zM9 9a3 3 0 0 1 6 0M4 8l4 2M20 8l-4 2M3 14h5M16 14h5M5 20l4-3M19 20l-4-3",
  "check": "M4 12l6 6L20 6", "check-circle": "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18M8 12l3 3 5-6", "check-square": "M4 4h16v16H4zM8 12l3 3 5-6",
  "chevron-down": "M6 9l6 6 6-6", "chevron-left": "M15 6l-6 6 6 6", "chevron-right": "M9 6l6 6-6 6", "chevron-up": "M6 15l6-6 6 6",
  "circle": "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18", "clipboard": "M8 4h8v4H8zM8 6H5v15h14V6h-3", "clipboard-list": "M8 4h8v4H8zM8 6H5v15h14V6h-3M9 12h6M9 16h6",
  "clipboard-paste": "M8 4h8v4H8zM8 6H5v15h6M16 6h3v4M13 12h8v9h-8z", "clock": "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18M12 7v5l3 2",
  "cloud": "M7 19a5 5 0 0 1-.5-10A6 6 0 0 1 18 10a4.500 4.500 0 0 1 0 9z", "code": "M8 6l-6 6 6 6M16 6l6 6-6 6", "columns": "M4 4h16v16H4zM12 4v16",
  "copy": "M9 9h11v11H9zM5 15H4V4h11v1", "crosshair": "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18M12 3v5M12 16v5M3 12h5M16 12h5",
  "database": "M4 6c0-4 16-4 16 0s-16 4-16 0M4 6v12c0 4 16 4 16 0V6M4 12c0 4 16 4 16 0", "download": "M12 4v11M7 11l5 5 5-5M4 20h16",
  "edit": "M4 20h4L20 8l-4-4L4 16z", "external-link": "M14 4h6v6M20 4l-9 9M18 14v6H4V6h6", "eye": "M2 12c5-9 15-9 20 0-5 9-15 9-20 0M12 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6",
  "file": "M6 3h8l5 5v13H6zM14 3v5h5", "file-plus": "M6 3h8l5 5v13H6zM14 3v5h5M12 12v6M9 15h6", "file-text": "M6 3h8l5 5v13H6zM14 3v5h5M9 13h6M9 17h6",
  "filter": "M3 5h18l-7 8v6l-4 2v-8z", "flame": "M12 3c1 4 6 6 6 11a6 6 0 0 1-12 0c0-2 1-4 2-5 0 2 1 3 2 3 0-4 0-6 2-9",
  "flask-conical": "M9 3h6M10 3v6L4 20h16L14 9V3M7 15h10", "folder": "M3 6h7l2 3h9v10H3z", "folder-open": "M3 19V6h7l2 3h8v3M3 19l3-7h16l-3 7z",
  "git-branch": "M6 4v11M6 15a3 3 0 1 1 0 6 3 3 0 0 1 0-6M18 3a3 3 0 1 1 0 6 3 3 0 0 1 0-6M18 9c0 5-6 5-12 6", "globe": "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18M3 12h18M12 3c5 5 5 13 0 18-5-5-5-13 0-18",
  "grid": "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z", "hash": "M5 9h15M4 15h15M10 4L8 20M16 4l-2 16", "help-circle": "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18M9.500 9.500a2.500 2.500 0 1 1 3.500 2.500c-1 .5-1 1-1 2M12 17v.1",
  "info": "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18M12 11v6M12 7.500v.1", "layers": "M12 3l10 5-10 5L2 8zM2 13l10 5 10-5", "layout-grid": "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
  "lightbulb": "M9 18h6M10 21h4M12 3a6 6 0 0 1 4 10.500c-1 1-1 1.500-1 2.500H9c0-1 0-1.500-1-2.500A6 6 0 0 1 12 3", "link": "M10 14a4 4 0 0 0 6 0l4-4a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-4 4a4 4 0 0 0 6 6l1-1",
  "list": "M8 6h13M8 12h13M8 18h13M3.500 6v.1M3.500 12v.1M3.500 18v.1", "list-checks": "M11 6h10M11 12h10M11 18h10M3 6l1.500 1.500L8 4M3 17l1.500 1.500L8 15", "loader": "M12 3v4M12 17v4M3 12h4M17 12h4M5.500 5.500l3 3M15.500 15.500l3 3",
  "lock": "M5 11h14v10H5zM8 11V7a4 4 0 0 1 8 0v4", "menu": "M4 6h16M4 12h16M4 18h16", "minus": "M5 12h14", "moon": "M20 14a8 8 0 1 1-10-10 7 7 0 0 0 10 10",
  "more-horizontal": "M5 12v.1M12 12v.1M19 12v.1", "more-vertical": "M12 5v.1M12 12v.1M12 19v.1", "panel-left": "M4 4h16v16H4zM9 4v16", "panel-right": "M4 4h16v16H4zM15 4v16",
  "pencil": "M4 20h4L20 8l-4-4L4 16z", "pause": "M8 5v14M16 5v14", "play": "M7 4l13 8-13 8z", "plus": "M12 5v14M5 12h14", "quote": "M10 7H5v6h5zM10 13c0 3-2 4-4 4M19 7h-5v6h5zM19 13c0 3-2 4-4 4",
  "refresh-cw": "M20 5v5h-5M4 19v-5h5M19 10a8 8 0 0 0-14-2M5 14a8 8 0 0 0 14 2", "rotate-ccw": "M4 5v5h5M5 10a8 8 0 1 1-1 5", "save": "M4 4h13l3 3v13H4zM8 4v5h8V4M8 20v-6h8v6",
  "search": "M10.500 3a7.500 7.500 0 1 1 0 15 7.500 7.500 0 0 1 0-15M16 16l5 5", "settings": "M12 8.500a3.500 3.500 0 1 1 0 7 3.500 3.500 0 0 1 0-7M12 2v3.500M12 18.500V22M2 12h3.500M18.500 12H22M5 5l2.500 2.500M16.500 16.500L19 19M5 19l2.500-2.500M16.500 7.500L19 5",
  "shield": "M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6z", "shield-alert": "M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6zM12 8v4M12 15.500v.1", "shield-check": "M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6zM8.500 12l2.500 2.500 4.500-5",
  "sidebar-left": "M4 4h16v16H4zM9 4v16", "smartphone": "M7 2h10v20H7zM11 18h2", "sort-asc": "M11 6h4M11 12h7M11 18h10M5 20V4M2 7l3-3 3 3", "square": "M4 4h16v16H4z", "star": "M12 3l3 6 6 1-4.500 4.500 1 6.500-5.500-3-5.500 3 1-6.500L3 10l6-1z",
  "stop-circle": "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18M9 9h6v6H9z", "sun": "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.500 1.500M17.500 17.500L19 19M5 19l1.500-1.500M17.500 6.500L19 5",
  "table": "M3 4h18v16H3zM3 10h18M3 15h18M9 4v16", "tag": "M3 3h9l9 9-9 9-9-9zM8 8v.1", "target": "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8M12 12v.1",
  "terminal": "M4 6l6 6-6 6M12 19h8", "terminal-square": "M3 4h18v16H3zM7 9l3 3-3 3M13 15h4", "trash": "M4 7h16M9 7V4h6v3M6 7l1 14h10l1-14", "trash-2": "M4 7h16M9 7V4h6v3M6 7l1 14h10l1-14M10 11v6M14 11v6",
  "undo": "M9 14L4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3", "upload": "M12 16V5M7 9l5-5 5 5M4 20h16", "user": "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8M4 21a8 8 0 0 1 16 0", "wand": "M4 20L15 9M15 4v3M13.500 5.500h3M19 9v3M17.500 10.500h3",
  "x": "M6 6l12 12M18 6L6 18", "x-circle": "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18M9 9l6 6M15 9l-6 6", "zap": "M13 2L4 14h7l-1 8 9-12h-7z",
}));

const aliases = new Map(Object.entries({
  "circle-check": "check-circle", "circle-alert": "alert-circle", "circle-help": "help-circle", "circle-x": "x-circle", "triangle-alert": "alert-triangle",
  "flask": "flask-conical", "test-tube": "flask-conical", "beaker": "flask-conical", "cross": "x", "gear": "settings", "note-glyph": "file-text", "pencil-line": "pencil",
  "lucide-file-text": "file-text", "square-check": "check-square", "bar-chart-2": "bar-chart", "chart-bar": "bar-chart", "link-2": "link", "ellipsis": "more-horizontal",
  "bar-chart-horizontal": "bar-chart", "grid-3x3": "grid", "square-terminal": "terminal-square", "scroll-text": "file-text", "notebook": "book", "swords": "crosshair", "radar": "target",
}));

const unknownDrawing = "M4 4h3M10.500 4h3M17 4h3v3M20 10.500v3M20 17v3h-3M13.500 20h-3M7 20H4v-3M4 13.500v-3M4 7V4";

/** What plugins added: inner SVG on a 100 × 100 grid, as the API says. */
const added = new Map<string, string>();
const namespace = "http://www.w3.org/2000/svg";

export function addIcon(iconId: string, svgContent: string): void { added.set(iconId, svgContent); }

export function removeIcon(iconId: string): void { added.delete(iconId); }

export function getIconIds(): string[] { return [...drawings.keys(), ...added.keys()]; }

/** The drawing, or null when there is none of that name. */
export function getIcon(iconId: string): SVGSVGElement | null {
  const plain = iconId.replace(/^lucide-/, "");
  const own = added.get(iconId);
  const path = drawings.get(aliases.get(plain) ?? plain);
  return own === undefined && path === undefined ? null : draw(plain, own, path ?? "");
}

function draw(name: string, own: string | undefined, path: string): SVGSVGElement {
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("class", `svg-icon lucide-${name}`);
  svg.setAttribute("aria-hidden", "true");
  if (own !== undefined) {
    const parsed = new DOMParser().parseFromString(`<svg xmlns="${namespace}">${own}</svg>`, "image/svg+xml");
    svg.setAttribute("viewBox", "0 0 100 100");
    for (const child of [...parsed.documentElement.childNodes]) {
      if (!(child instanceof Element) || !/^(script|foreignObject)$/i.test(child.nodeName)) svg.append(document.importNode(child, true));
    }
    return svg;
  }
  for (const [key, value] of Object.entries({
    viewBox: "0 0 24 24", width: "24", height: "24", fill: "none", stroke: "currentColor", "stroke-width": "1.75",
    "stroke-linecap": "round", "stroke-linejoin": "round",
  })) svg.setAttribute(key, value);
  const line = document.createElementNS(namespace, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/** Puts the icon into `parent`; a name unknown to us gets a dotted square, so that a hole is seen. */
export function setIcon(parent: HTMLElement, iconId: string): void {
  for (const old of [...parent.children]) if (old.nodeName.toLowerCase() === "svg") old.remove();
  if (iconId !== "") parent.prepend(getIcon(iconId) ?? draw(iconId, undefined, unknownDrawing));
}
