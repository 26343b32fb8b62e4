/**
 * Many rules made ready for many events. Which rules an event is for is decided by its shape, channel and id first; of
 * those, only the ones with a necessary atom that holds have their condition looked at.
 */
import type { Diagnostic } from "../base";
import { applyFilters, referencesOf } from "../query/sigma";
import type { DetectionRule, References, SigmaRule } from "../query/sigma";
import { channelFits, viewsOf } from "../schema";
import type { EventShape, LogView, Requirement, ViewOptions } from "../schema";
import { AskedField, EXISTS, NULL } from "./asked-field";
import { Column } from "./column";
import { Sieve } from "./sieve";
import { placed, treeOf, triggerOf } from "./tree";
import type { Tree } from "./tree";

/** Settings of a rule set. */
export interface RuleSetOptions extends ViewOptions {
  /** Whether the log source decides which events a rule sees (yes by default). */
  readonly logsource?: boolean;
}

/** A rule that looks at single events, with its tree. `index` is its place among the set's rules. */
export interface ReadyRule {
  readonly rule: DetectionRule;
  readonly index: number;
  readonly tree: Tree<AskedField>;
}

/** Rules as one matcher. Made by {@link compileRules}; holds what it learns of events' shapes. */
export interface RuleSet {
  readonly rules: readonly ReadyRule[];
  /** Correlations with the rules that they stand on. */
  readonly references: References;
  readonly diagnostics: readonly Diagnostic[];
  readonly options: RuleSetOptions;
}

/** Makes a rule set of what `readSigma` gave for any number of files. Filters are laid over the rules they name. */
export function compileRules(rules: readonly SigmaRule[], options: RuleSetOptions = {}): RuleSet {
  const filtered = applyFilters(rules);
  const fields = new Map<string | null, AskedField>();
  const fieldOf = (name: string | null): AskedField => {
    let field = fields.get(name);
    if (field === undefined) fields.set(name, (field = new AskedField(name, fields.size)));
    return field;
  };
  const detections = filtered.rules.filter((rule): rule is DetectionRule => rule.kind === "detection");
  const references = referencesOf(filtered.rules);
  return {
    rules: detections.map((rule, index) => ({ rule, index, tree: treeOf(rule, fieldOf) })),
    references,
    diagnostics: [...filtered.diagnostics.values(), ...references.diagnostics.values()].flat(),
    options,
  };
}

/** A rule as it is asked of the events of one kind. */
export interface Candidate {
  readonly rule: ReadyRule;
  readonly tree: Tree<Column>;
  /** The event for which it was asked last. */
  asked: number;
}

/** All rules for events of one kind: of one shape, channel and id, and with the same conditions met. */
export interface Bucket {
  /** Columns that can trigger a rule, with the rules by atom. */
  readonly triggers: readonly Triggers[];
  /** Rules that may hold without any atom. */
  readonly always: readonly Candidate[];
}

export interface Triggers {
  readonly column: Column;
  readonly rules: ReadonlyMap<number, readonly Candidate[]>;
  /** Of keywords: an event whose line does not pass has none of them. */
  readonly sieve?: Sieve;
}

/** Kinds of events by channel and id, before conditions on other fields are asked. */
interface Stall {
  readonly when: readonly (readonly Requirement[])[];
  readonly views: readonly { readonly rule: ReadyRule; readonly view: LogView; readonly when: number }[];
  readonly buckets: Map<string, Bucket>;
  /** What the rules' names for channel and id say in all events here, with the place that was read. */
  readonly known: ReadonlyMap<string, { readonly word: string; readonly place: string | undefined }>;
}

/** Beyond so many kinds of events, those that are known are forgotten. */
const MOST_STALLS = 5000;

/** Knows which rules an event is for. One for each run, as it learns. */
export class Routing {
  private readonly columns = new Map<string, Column>();
  private readonly sieves = new Map<string, Sieve | undefined>();
  private readonly byShape = new Map<EventShape, ShapeRules>();
  private stalls = 0;
  /** Places for atoms of all columns. */
  atoms = 0;
  columnCount = 0;

  constructor(private readonly set: RuleSet) {}

  /** What all events of a shape have in common. */
  shape(shape: EventShape): ShapeRules {
    let found = this.byShape.get(shape);
    if (found === undefined) {
      found = this.shapeRules(shape);
      this.byShape.set(shape, found);
    }
    return found;
  }

  /** The rules for events with these words in the fields that Windows logs are told apart by. */
  stall(rules: ShapeRules, channel: string, id: string, provider: string): Stall {
    const key = `${channel}\n${id}\n${provider}`;
    let stall = rules.stalls.get(key);
    if (stall === undefined) {
      if (++this.stalls > MOST_STALLS) {
        for (const each of this.byShape.values()) each.stalls.clear();
        this.stalls = 0;
      }
      rules.stalls.set(key, (stall = this.makeStall(rules, channel, id, provider)));
    }
    return stall;
  }

  /** The rules for an event of a stall, `met` telling which of the stall's conditions it meets. */
  bucket(stall: Stall, met: string): Bucket {
    let bucket = stall.buckets.get(met);
    if (bucket === undefined) stall.buckets.set(met, (bucket = this.makeBucket(stall, met)));
    return bucket;
  }

  private shapeRules(shape: EventShape): ShapeRules {
    const { rules, options } = this.set;
    const views = options.logsource === false
      ? [{ source: {}, of: viewsOf({ product: "\u0000" }, shape, options) }]
      : [];
    const known = new Map<string, readonly LogView[]>();
    const pairs = rules.flatMap((rule) => {
      const { product, category, service } = rule.rule.logsource;
      const key = `${product ?? ""}\n${category ?? ""}\n${service ?? ""}`;
      let of = views[0]?.of ?? known.get(key);
      if (of === undefined) known.set(key, (of = viewsOf(rule.rule.logsource, shape, options)));
      return of.map((view) => ({ rule, view }));
    });
    const system = (name: string) => this.systemColumn(shape, name, pairs[0]?.view);
    return {
      shape, pairs, stalls: new Map(),
      routed: pairs.some(({ view }) => view.channels !== undefined || view.eventIds !== undefined),
      channel: system("Channel"), id: system("EventID"), provider: system("Provider_Name"),
    };
  }

  /** A column for what tells events apart; it belongs to no field of the rules. */
  private systemColumn(shape: EventShape, name: string, view: LogView | undefined): Column | undefined {
    return view === undefined ? undefined : new Column(this.columnCount++, NO_FIELD, shape, view.field(name), this.atoms);
  }

  private makeStall(rules: ShapeRules, channel: string, id: string, provider: string): Stall {
    const lower = channel.toLowerCase();
    const by = provider.toLowerCase();
    const fit = rules.pairs.filter(({ view }) =>
      (view.eventIds === undefined || view.eventIds.includes(id.toLowerCase())) && channelFits(view, lower, () => by));
    const when: (readonly Requirement[])[] = [];
    const places = new Map<string, number>();
    const views = fit.map(({ rule, view }) => {
      if (view.when.length === 0) return { rule, view, when: -1 };
      const key = JSON.stringify(view.when);
      let place = places.get(key);
      if (place === undefined) places.set(key, (place = when.push(view.when) - 1));
      return { rule, view, when: place };
    });
    const known = new Map<string, { readonly word: string; readonly place: string | undefined }>();
    const first = (column: Column | undefined) => column?.source.places[0]?.text;
    if (rules.routed) {
      if (channel !== "") known.set("Channel", { word: channel, place: first(rules.channel) });
      if (id !== "") known.set("EventID", { word: id, place: first(rules.id) });
    }
    return { when, views, buckets: new Map(), known };
  }

  private makeBucket(stall: Stall, met: string): Bucket {
    const always: Candidate[] = [];
    const triggers = new Map<Column, Map<number, Candidate[]>>();
    const twice = new Set<string>();
    for (const { rule, view, when } of stall.views) {
      if (when >= 0 && met.charAt(when) !== "1") continue;
      const tree = placed(rule.tree, (field) => this.column(field, view), (column, atom) => sure(stall, column, atom));
      if (tree.op === "const" && !tree.value) continue;
      // The same rule by another view with the same columns would only ask the same again.
      const key = `${rule.index}:${columnsOf(tree).join()}`;
      if (twice.has(key)) continue;
      twice.add(key);
      const candidate: Candidate = { rule, tree, asked: -1 };
      const trigger = triggerOf(tree, (column, atom) => column.field.cost(atom));
      if (trigger === undefined) {
        always.push(candidate);
        continue;
      }
      for (const { field: column, atom } of trigger.atoms) {
        let rules = triggers.get(column);
        if (rules === undefined) triggers.set(column, (rules = new Map<number, Candidate[]>()));
        const list = rules.get(atom);
        if (list === undefined) rules.set(atom, [candidate]);
        else if (list[list.length - 1] !== candidate) list.push(candidate);
      }
    }
    return { always, triggers: [...triggers].map(([column, rules]) => {
      const sieve = column.field.name === null ? this.sieve(column.field, [...rules.keys()]) : undefined;
      return { column, rules, ...(sieve === undefined ? {} : { sieve }) };
    }) };
  }

  private sieve(field: AskedField, atoms: readonly number[]): Sieve | undefined {
    const key = [...atoms].sort((a, b) => a - b).join();
    if (!this.sieves.has(key)) {
      const literals = atoms.map((atom) => field.literals(atom));
      this.sieves.set(key, literals.every((each) => each !== undefined) ? Sieve.of(literals.flat()) : undefined);
    }
    return this.sieves.get(key);
  }

  private column(field: AskedField, view: LogView): Column {
    const source = field.name === null ? undefined : view.field(field.name);
    const way = source === undefined ? "" : `${source.places.map((place) => place.text).join()}|${source.join ?? ""}|${source.unless?.join() ?? ""}|${source.values?.size ?? ""}|${source.heads?.length ?? ""}|${source.anyCase === true}`;
    const key = `${view.shape.id}\n${field.index}\n${way}`;
    let column = this.columns.get(key);
    if (column === undefined) {
      column = new Column(this.columnCount++, field, view.shape, source ?? { places: [] }, this.atoms);
      this.columns.set(key, column);
      this.atoms += field.atoms;
    }
    return column;
  }
}

/** What all events of one shape share. */
export interface ShapeRules {
  readonly shape: EventShape;
  readonly pairs: readonly { readonly rule: ReadyRule; readonly view: LogView }[];
  readonly stalls: Map<string, Stall>;
  /** Whether channel and id tell which rules are meant. */
  readonly routed: boolean;
  readonly channel: Column | undefined;
  readonly id: Column | undefined;
  readonly provider: Column | undefined;
}

export type { Stall };

const NO_FIELD = new AskedField("", -1);

/** What is certain of an atom in a stall: its channel and id are the same in all its events. */
function sure(stall: Stall, column: Column, atom: number): boolean | undefined {
  const { name } = column.field;
  const known = name === null ? undefined : stall.known.get(name);
  if (known === undefined || known.place !== column.source.places[0]?.text) return undefined;
  if (atom === NULL) return false;
  return atom === EXISTS || column.field.verdict(known.word).includes(atom);
}

function columnsOf(tree: Tree<Column>, into: number[] = []): number[] {
  switch (tree.op) {
    case "const": break;
    case "atom": into.push(tree.field.index); break;
    case "same": into.push(tree.field.index, tree.other.index); break;
    case "not": columnsOf(tree.part, into); break;
    default: for (const part of tree.parts) columnsOf(part, into);
  }
  return into;
}
