/** Colours of layers: CSS colours read, gradients laid out as the Navigator lays them out, text that stays readable. */

/** Red, green and blue from 0 to 255 (perhaps with fractions), alpha from 0 to 1. */
export interface Rgba {
  readonly r: number;
  readonly g: number;
  readonly b: number;
  readonly a: number;
}

/** Names of CSS colours with their values. Source: CSS Color Module Level 4, Named Colors. */
const NAMES = "aliceblue f0f8ff antiquewhite faebd7 aqua 0ff aquamarine 7fffd4 azure f0ffff beige f5f5dc bisque ffe4c4 black 000 " +
  "blanchedalmond ffebcd blue 00f blueviolet 8a2be2 brown a52a2a burlywood deb887 cadetblue 5f9ea0 chartreuse 7fff00 " +
  "chocolate d2691e coral ff7f50 cornflowerblue 6495ed cornsilk fff8dc crimson dc143c cyan 0ff darkblue 00008b darkcyan 008b8b " +
  "darkgoldenrod b8860b darkgray a9a9a9 darkgreen 006400 darkgrey a9a9a9 darkkhaki bdb76b darkmagenta 8b008b " +
  "darkolivegreen 556b2f darkorange ff8c00 darkorchid 9932cc darkred 8b0000 darksalmon e9967a darkseagreen 8fbc8f " +
  "darkslateblue 483d8b darkslategray 2f4f4f darkslategrey 2f4f4f darkturquoise 00ced1 darkviolet 9400d3 deeppink ff1493 " +
  "deepskyblue 00bfff dimgray 696969 dimgrey 696969 dodgerblue 1e90ff firebrick b22222 floralwhite fffaf0 forestgreen 228b22 " +
  "fuchsia f0f gainsboro dcdcdc ghostwhite f8f8ff gold ffd700 goldenrod daa520 gray 808080 green 008000 greenyellow adff2f " +
  "grey 808080 honeydew f0fff0 hotpink ff69b4 indianred cd5c5c indigo 4b0082 ivory fffff0 khaki f0e68c lavender e6e6fa " +
  "lavenderblush fff0f5 lawngreen 7cfc00 lemonchiffon fffacd lightblue add8e6 lightcoral f08080 lightcyan e0ffff " +
  "lightgoldenrodyellow fafad2 lightgray d3d3d3 lightgreen 90ee90 lightgrey d3d3d3 lightpink ffb6c1 lightsalmon ffa07a " +
  "lightseagreen 20b2aa lightskyblue 87cefa lightslategray 789 lightslategrey 789 lightsteelblue b0c4de lightyellow ffffe0 " +
  "lime 0f0 limegreen 32cd32 linen faf0e6 magenta f0f maroon 800000 mediumaquamarine 66cdaa mediumblue 0000cd " +
  "mediumorchid ba55d3 mediumpurple 9370db mediumseagreen 3cb371 mediumslateblue 7b68ee mediumspringgreen 00fa9a " +
  "mediumturquoise 48d1cc mediumvioletred c71585 midnightblue 191970 mintcream f5fffa mistyrose ffe4e1 moccasin ffe4b5 " +
  "navajowhite ffdead navy 000080 oldlace fdf5e6 olive 808000 olivedrab 6b8e23 orange ffa500 orangered ff4500 orchid da70d6 " +
  "palegoldenrod eee8aa palegreen 98fb98 paleturquoise afeeee palevioletred db7093 papayawhip ffefd5 peachpuff ffdab9 " +
  "peru cd853f pink ffc0cb plum dda0dd powderblue b0e0e6 purple 800080 rebeccapurple 639 red f00 rosybrown bc8f8f " +
  "royalblue 4169e1 saddlebrown 8b4513 salmon fa8072 sandybrown f4a460 seagreen 2e8b57 seashell fff5ee sienna a0522d " +
  "silver c0c0c0 skyblue 87ceeb slateblue 6a5acd slategray 708090 slategrey 708090 snow fffafa springgreen 00ff7f " +
  "steelblue 4682b4 tan d2b48c teal 008080 thistle d8bfd8 tomato ff6347 turquoise 40e0d0 violet ee82ee wheat f5deb3 " +
  "white fff whitesmoke f5f5f5 yellow ff0 yellowgreen 9acd32";
let named: ReadonlyMap<string, string> | undefined;

/** Reads `#rgb`, `#rgba`, `#rrggbb`, `#rrggbbaa` (the hash may lack), `rgb()`, `hsl()` with or without alpha, or a name; null for others. */
export function parseColor(text: string): Rgba | null {
  const written = text.trim().toLowerCase();
  if (written.length > 64) return null;
  if (written === "transparent") return { r: 0, g: 0, b: 0, a: 0 };
  if (!named) {
    const words = NAMES.split(" ");
    named = new Map(words.flatMap((word, i) => (i % 2 === 0 ? [[word, words[i + 1] ?? ""] as const] : [])));
  }
  const hex = named.get(written) ?? /^#?([0-9a-f]{3,8})$/.exec(written)?.[1];
  if (hex !== undefined) return ofHex(hex);
  const call = /^(rgb|hsl)a?\(([^()]*)\)$/.exec(written);
  if (!call) return null;
  const parts = (call[2] ?? "").split(/[\s,/]+/).filter((part) => part !== "");
  if (parts.length < 3 || parts.length > 4) return null;
  const [x, y, z] = call[1] === "rgb"
    ? parts.slice(0, 3).map((part) => portion(part, 255))
    : [portion((parts[0] ?? "").replace(/deg$/, ""), Infinity), fraction(parts[1] ?? ""), fraction(parts[2] ?? "")];
  const a = parts[3] === undefined ? 1 : fraction(parts[3]);
  if (x === undefined || y === undefined || z === undefined || a === undefined) return null;
  return call[1] === "rgb" ? { r: x, g: y, b: z, a } : { ...ofHsl(x, y, z), a };
}

function ofHex(hex: string): Rgba | null {
  const wide = hex.length <= 4 ? [...hex].map((digit) => digit + digit).join("") : hex;
  if (wide.length !== 6 && wide.length !== 8) return null;
  const at = (from: number) => parseInt(wide.slice(from, from + 2), 16);
  return { r: at(0), g: at(2), b: at(4), a: wide.length === 8 ? at(6) / 255 : 1 };
}

/** A number up to `most`, or per cent of it. */
function portion(text: string, most: number): number | undefined {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)%?$/.test(text)) return undefined;
  const value = text.endsWith("%") ? (parseFloat(text) / 100) * most : parseFloat(text);
  return most === Infinity ? value : Math.min(Math.max(value, 0), most);
}

/** A number from 0 to 1, or per cent. */
function fraction(text: string): number | undefined {
  return portion(text, 1);
}

/** Source: CSS Color Module Level 4, Converting HSL Colors to sRGB. */
function ofHsl(hue: number, saturation: number, lightness: number): Omit<Rgba, "a"> {
  const spread = saturation * Math.min(lightness, 1 - lightness);
  const channel = (n: number) => {
    const k = (((n + hue / 30) % 12) + 12) % 12;
    return 255 * (lightness - spread * Math.max(-1, Math.min(k - 3, 9 - k, 1)));
  };
  return { r: channel(0), g: channel(8), b: channel(4) };
}

/** `#rrggbb`, or `#rrggbbaa` when alpha is asked for. */
export function hexOf(color: Rgba, alpha = false): string {
  const two = (n: number) => Math.round(n).toString(16).padStart(2, "0");
  return `#${two(color.r)}${two(color.g)}${two(color.b)}${alpha ? two(color.a * 255) : ""}`;
}

/** A colour as it looks over an opaque one. */
export function over(color: Rgba, ground: Rgba): Rgba {
  const mix = (top: number, below: number) => top * color.a + below * (1 - color.a);
  return { r: mix(color.r, ground.r), g: mix(color.g, ground.g), b: mix(color.b, ground.b), a: 1 };
}

/** Black or white, whichever reads better on an opaque colour (WCAG 2.2, relative luminance). */
export function inkOn(color: Rgba): "#000000" | "#ffffff" {
  const linear = (n: number) => {
    const c = n / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  const light = 0.2126 * linear(color.r) + 0.7152 * linear(color.g) + 0.0722 * linear(color.b);
  return (light + 0.05) / 0.05 >= 1.05 / (light + 0.05) ? "#000000" : "#ffffff";
}

/** Colours evenly over a range of scores. */
export interface Gradient {
  /** Two or more CSS colours. */
  readonly colors: readonly string[];
  readonly minValue: number;
  /** Greater than `minValue`. */
  readonly maxValue: number;
}

/** Entries that the Navigator lays a gradient out as. */
const ENTRIES = 100;

/**
 * A gradient made ready: score → colour. At or above the top it is the last colour, at or below the bottom the first;
 * between, the nearest of 100 entries. Null when no colour of the gradient can be read.
 */
export function colorScale(gradient: Gradient): ((score: number) => Rgba) | null {
  const stops = gradient.colors.map(parseColor).filter((stop) => stop !== null);
  const [first, last] = [stops[0], stops.at(-1)];
  if (!first || !last) return null;
  const entries = stops.length > 1 ? layOut(stops) : [first];
  return (score) => {
    if (score >= gradient.maxValue) return last;
    if (score <= gradient.minValue) return first;
    const share = (score - gradient.minValue) / (gradient.maxValue - gradient.minValue);
    return entries[Math.round(share * 100)] ?? last;
  };
}

/**
 * The entries between the stops. Each gap gets its rounded share; what is then missing goes to the smallest gap, what
 * is too much is taken from the largest.
 */
function layOut(stops: readonly Rgba[]): readonly Rgba[] {
  const gaps = stops.length - 1;
  const sizes = Array.from({ length: gaps }, () => Math.max(1, Math.round((ENTRIES - 1) / gaps)));
  for (let total = 1 + sizes.reduce((n, size) => n + size, 0); total !== ENTRIES;) {
    const missing = total < ENTRIES;
    const at = sizes.indexOf(missing ? Math.min(...sizes) : Math.max(...sizes));
    if (!missing && (sizes[at] ?? 0) <= 1) break;
    sizes[at] = (sizes[at] ?? 0) + (missing ? 1 : -1);
    total += missing ? 1 : -1;
  }
  const entries: Rgba[] = [];
  for (const [gap, size] of sizes.entries()) {
    const [from, to] = [stops[gap], stops[gap + 1]];
    if (!from || !to) continue;
    const mix = (a: number, b: number, i: number) => a + ((b - a) / size) * i;
    for (let i = 0; i < size; i++) {
      entries.push({ r: mix(from.r, to.r, i), g: mix(from.g, to.g, i), b: mix(from.b, to.b, i), a: mix(from.a, to.a, i) });
    }
  }
  const end = stops.at(-1);
  return end ? [...entries, end] : entries;
}
