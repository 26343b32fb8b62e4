/** Reads Navigator layers, 2.x to 4.5: what cannot be taken is told with its place and kept, so that nothing is lost. */
import { error, info, readJson, warning, writeJson, type Checked, type Diagnostic, type Json } from "../base";
import { parseColor } from "./color";
import type { Divider, Layer, LayerLayout, LayerLink, LayerTechnique, LegendItem, Metadatum, Rest, Unread } from "./layer";

type Bag = ReadonlyMap<string, Json>;

/** Reads the text of a layer file: one layer, or a list of them. */
export function readLayers(text: string): Checked<readonly Layer[]> {
  const { value, diagnostics } = readJson(text);
  if (value === undefined) return { value: undefined, diagnostics };
  const read = layersOf(value, { from: 0, to: text.length });
  return { value: read.value, diagnostics: [...diagnostics, ...read.diagnostics] };
}

/** Layers of JSON that is read already; all that is told is told at `span`. */
export function layersOf(json: Json, span = { from: 0, to: 0 }): Checked<readonly Layer[]> {
  const list: readonly Json[] = Array.isArray(json) ? json as readonly Json[] : [json];
  const diagnostics: Diagnostic[] = [];
  const layers = list.flatMap((one, i) => {
    const where = Array.isArray(json) ? `Layer ${i + 1}` : "The layer";
    if (!(one instanceof Map)) {
      diagnostics.push(error("layer-not-object", `${where} is ${said(one)}; a layer is an object.`, span));
      return [];
    }
    return [new LayerReader(where, span, diagnostics).layer(one as Bag)];
  });
  if (list.length === 0) diagnostics.push(warning("layer-empty-list", "The file holds an empty list of layers.", span));
  return { value: layers.length > 0 || list.length === 0 ? layers : undefined, diagnostics };
}

/** Names of domains before layer 4, and what they are called now. */
const OLD_DOMAINS: ReadonlyMap<string, string> = new Map([
  ["mitre-enterprise", "enterprise-attack"], ["mitre-mobile", "mobile-attack"],
]);
const DOMAINS = new Set(["enterprise-attack", "mobile-attack", "ics-attack"]);

class LayerReader {
  constructor(
    private readonly where: string, private readonly span: Diagnostic["span"], private readonly told: Diagnostic[],
  ) {}

  layer(bag: Bag): Layer {
    const f = new Fields(bag, "", this);
    const versions = this.versions(f);
    const written = f.text("domain");
    const domain = written === undefined ? "enterprise-attack" : OLD_DOMAINS.get(written) ?? written;
    if (written === undefined) this.warn("layer-no-domain", "has no domain; taken as enterprise-attack");
    else if (!DOMAINS.has(domain)) this.warn("layer-domain", `has the domain '${written}', which is none of ATT&CK's`);
    const name = f.text("name");
    if (name === undefined) this.warn("layer-no-name", "has no name");
    const layout = f.bag("layout", (b, path) => this.layout(b, path)) ?? this.oldView(f);
    return pruned({
      name: name ?? "", domain, versions,
      description: f.text("description"),
      customDataURL: f.text("customDataURL"),
      filters: f.bag("filters", (b, path) => {
        const g = new Fields(b, path, this);
        return pruned({ platforms: g.texts("platforms"), rest: g.rest() });
      }),
      sorting: f.oneOf("sorting", [0, 1, 2, 3]),
      layout,
      hideDisabled: f.flag("hideDisabled"),
      techniques: f.list("techniques", (b, path) => this.technique(b, path)) ?? [],
      gradient: f.bag("gradient", (b, path) => this.gradient(b, path)),
      legendItems: f.list("legendItems", (b, path) => this.legendItem(b, path)),
      showTacticRowBackground: f.flag("showTacticRowBackground"),
      tacticRowBackground: f.color("tacticRowBackground"),
      selectTechniquesAcrossTactics: f.flag("selectTechniquesAcrossTactics"),
      selectSubtechniquesWithParent: f.flag("selectSubtechniquesWithParent"),
      selectVisibleTechniques: f.flag("selectVisibleTechniques"),
      metadata: f.list("metadata", (b, path) => this.metadatum(b, path)),
      links: f.list("links", (b, path) => this.link(b, path)),
      rest: f.rest(),
    });
  }

  warn(code: string, what: string): void {
    if (this.told.length < 200) this.told.push(warning(code, `${this.where} ${what}.`, this.span));
  }

  private versions(f: Fields): Layer["versions"] {
    const old = f.textOrNumber("version");
    let layer = old;
    const versions = f.bag("versions", (b, path) => {
      const g = new Fields(b, path, this);
      layer = g.textOrNumber("layer") ?? layer;
      return pruned({ attack: g.textOrNumber("attack"), navigator: g.textOrNumber("navigator"), rest: g.rest() });
    }) ?? { rest: new Map() };
    const major = /^([234])(\.\d+)*$/.exec(layer ?? "");
    if (layer !== undefined && (!major || Number(layer.slice(0, 3)) > 4.5)) {
      this.warn("layer-version", `is of version ${layer}; versions 2 to 4.5 are known, what is known of it is taken`);
    } else if (layer !== undefined && layer !== "4.5") {
      this.told.push(info("layer-upgraded", `${this.where} is of version ${layer} and is written as 4.5.`, this.span));
    }
    return versions;
  }

  /** `viewMode` of layers before 4: full, compact (ids without names) or mini. */
  private oldView(f: Fields): LayerLayout | undefined {
    const mode = f.oneOf("viewMode", [0, 1, 2]);
    if (mode === undefined) return undefined;
    const rest: Rest = new Map();
    if (mode === 2) return { layout: "mini", rest };
    return { layout: "side", showID: mode === 1, showName: mode === 0, rest };
  }

  private layout(bag: Bag, path: string): LayerLayout {
    const f = new Fields(bag, path, this);
    return pruned({
      layout: f.oneOf("layout", ["side", "flat", "mini"] as const),
      showID: f.flag("showID"), showName: f.flag("showName"), showAggregateScores: f.flag("showAggregateScores"),
      countUnscored: f.flag("countUnscored"),
      aggregateFunction: f.oneOf("aggregateFunction", ["average", "min", "max", "sum"] as const),
      expandedSubtechniques: f.oneOf("expandedSubtechniques", ["none", "annotated", "all"] as const),
      rest: f.rest(),
    });
  }

  private gradient(bag: Bag, path: string): NonNullable<Layer["gradient"]> | undefined {
    const f = new Fields(bag, path, this);
    const [colors, minValue, maxValue] = [f.texts("colors"), f.number("minValue"), f.number("maxValue")];
    if (colors === undefined || minValue === undefined || maxValue === undefined) {
      this.warn("layer-gradient", "has a gradient without colors, minValue or maxValue; the usual one is used");
      return undefined;
    }
    const bad = colors.find((color) => parseColor(color) === null);
    if (colors.length < 2 || bad !== undefined || !(maxValue > minValue)) {
      this.warn("layer-gradient", bad !== undefined ? `has a gradient with '${bad}', which is no colour; the usual one is used`
        : colors.length < 2 ? "has a gradient of less than two colours; the usual one is used"
        : `has a gradient from ${minValue} to ${maxValue}, which is not upwards; the usual one is used`);
      return undefined;
    }
    return { colors, minValue, maxValue, rest: f.rest() };
  }

  private technique(bag: Bag, path: string): LayerTechnique | undefined {
    const f = new Fields(bag, path, this);
    const techniqueID = f.text("techniqueID");
    if (techniqueID === undefined || techniqueID === "") {
      this.warn("layer-technique", `has an entry without techniqueID at ${path}`);
      return undefined;
    }
    return pruned({
      kind: "technique" as const, techniqueID, tactic: f.text("tactic"), score: f.number("score"), color: f.color("color"),
      comment: f.text("comment"), enabled: f.flag("enabled"),
      metadata: f.list("metadata", (b, at) => this.metadatum(b, at)),
      links: f.list("links", (b, at) => this.link(b, at)),
      showSubtechniques: f.flag("showSubtechniques"), rest: f.rest(),
    });
  }

  private legendItem(bag: Bag, path: string): LegendItem | undefined {
    const f = new Fields(bag, path, this);
    const [label, color] = [f.text("label"), f.color("color")];
    if (label !== undefined && color) return { kind: "legend", label, color, rest: f.rest() };
    this.warn("layer-legend", `has an entry at ${path} without a label or a colour`);
    return undefined;
  }

  private metadatum(bag: Bag, path: string): Metadatum | Divider | undefined {
    const f = new Fields(bag, path, this);
    const divider = bag.has("divider") ? f.flag("divider") : undefined;
    if (divider !== undefined) return { kind: "divider", divider, rest: f.rest() };
    const [name, value] = [f.text("name"), f.text("value")];
    if (name && value) return { kind: "metadatum", name, value, rest: f.rest() };
    this.warn("layer-metadata", `has an entry at ${path} without a name or a value`);
    return undefined;
  }

  private link(bag: Bag, path: string): LayerLink | Divider | undefined {
    const f = new Fields(bag, path, this);
    const divider = bag.has("divider") ? f.flag("divider") : undefined;
    if (divider !== undefined) return { kind: "divider", divider, rest: f.rest() };
    const [label, url] = [f.text("label"), f.text("url")];
    if (label && url && /^[a-z][a-z0-9+.-]*:/i.test(url)) return { kind: "link", label, url, rest: f.rest() };
    this.warn("layer-link", `has an entry at ${path} without a label or an address with a scheme`);
    return undefined;
  }
}

/** The fields of one object: each is taken once, what is not taken (or cannot be) is the rest. */
class Fields {
  private readonly taken = new Set<string>();

  constructor(private readonly from: Bag, private readonly path: string, private readonly reader: LayerReader) {}

  rest(): Rest {
    return new Map([...this.from].filter(([key]) => !this.taken.has(key)));
  }

  text(key: string): string | undefined {
    return this.take(key, "a text", (value) => (typeof value === "string" ? value : undefined));
  }

  /** Versions are written as numbers by some tools. */
  textOrNumber(key: string): string | undefined {
    return this.take(key, "a text", (value) => (typeof value === "string" ? value
      : typeof value === "number" || typeof value === "bigint" ? String(value) : undefined));
  }

  number(key: string): number | undefined {
    return this.take(key, "a number", (value) => (typeof value === "number" && Number.isFinite(value) ? value
      : typeof value === "bigint" ? Number(value) : undefined));
  }

  flag(key: string): boolean | undefined {
    return this.take(key, "true or false", (value) => (typeof value === "boolean" ? value : undefined));
  }

  color(key: string): string | undefined {
    return this.take(key, "a colour", (value) => (typeof value === "string" && (value === "" || parseColor(value)) ? value : undefined));
  }

  texts(key: string): readonly string[] | undefined {
    return this.take(key, "a list of texts", (value) => (Array.isArray(value) && value.every((v): v is string => typeof v === "string")
      ? value : undefined));
  }

  oneOf<T extends string | number>(key: string, words: readonly T[]): T | undefined {
    return this.take(key, words.join(", "), (value) => words.find((w) => w === (typeof value === "bigint" ? Number(value) : value)));
  }

  bag<T>(key: string, read: (bag: Bag, path: string) => T | undefined): T | undefined {
    const value = this.from.get(key);
    if (!(value instanceof Map)) return this.take(key, "an object", () => undefined);
    const made = read(value as Bag, this.at(key));
    if (made !== undefined) this.taken.add(key);
    return made;
  }

  list<T>(key: string, read: (bag: Bag, path: string) => T | undefined): readonly (T | Unread)[] | undefined {
    return this.take(key, "a list", (value) => (Array.isArray(value) ? (value as readonly Json[]).map((json, i) =>
      (json instanceof Map ? read(json as Bag, `${this.at(key)}[${i}]`) : this.refuse(`${this.at(key)}[${i}]`, "an object", json))
        ?? { kind: "unread" as const, json }) : undefined));
  }

  private take<T>(key: string, wanted: string, read: (value: Json) => T | undefined): T | undefined {
    const value = this.from.get(key);
    // The Navigator takes null for nothing at all.
    if (value === undefined || value === null) return undefined;
    const made = read(value);
    if (made === undefined) this.refuse(this.at(key), wanted, value);
    else this.taken.add(key);
    return made;
  }

  private refuse(path: string, wanted: string, value: Json): undefined {
    this.reader.warn("layer-field", `has ${said(value)} as ${path}, where ${wanted} is expected; it is kept and not used`);
    return undefined;
  }

  private at(key: string): string {
    return this.path === "" ? key : `${this.path}.${key}`;
  }
}

function said(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (value instanceof Map) return "an object";
  const text = writeJson(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

type Pruned<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] }
  & { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> };

/** The object without what is undefined. */
function pruned<T extends object>(whole: T): Pruned<T> {
  return Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined)) as Pruned<T>;
}
