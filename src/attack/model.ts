/** ATT&CK as read from a bundle: objects by kind, and how they are related. Keys are STIX ids, which never change. */
import type { TacticId, TechniqueId } from "./id";

export type Domain = "enterprise-attack" | "mobile-attack" | "ics-attack";

/** `revoked`: replaced by another (see {@link Attack.successors}); `deprecated`: given up. */
export type ObjectState = "live" | "revoked" | "deprecated";

/** A source that a text cites as `(Citation: name)`. */
export interface Reference {
  readonly name: string;
  readonly text: string;
  /** Absent for books and the like. */
  readonly url?: string;
}

/** What all objects have. Texts are Markdown with citations and some HTML, as MITRE writes them; "" when absent. */
export interface ObjectHead {
  /** The STIX id. */
  readonly key: string;
  /** The ATT&CK id (`T1059.001`, `G0016`); "" for an object that has none. Unique per kind, not over kinds. */
  readonly id: string;
  readonly name: string;
  readonly text: string;
  /** The page at attack.mitre.org; "" when absent. */
  readonly url: string;
  readonly references: readonly Reference[];
  readonly state: ObjectState;
  /** Of the object, as `2.1`; "" when absent. */
  readonly version: string;
  /** ISO times; "" when absent. */
  readonly created: string;
  readonly modified: string;
  readonly contributors: readonly string[];
  /** Other names, without its own. */
  readonly aliases: readonly string[];
  /** Empty where MITRE names none. */
  readonly platforms: readonly string[];
}

export interface Technique extends ObjectHead {
  readonly kind: "technique";
  readonly id: TechniqueId;
  /** The technique that it is a sub-technique of; null for a technique. */
  readonly parent: TechniqueId | null;
  /** Short names, in the order of the bundle. */
  readonly tactics: readonly string[];
  /** Fields that older releases have; empty since (detection 18, data sources 18, the others 17). */
  readonly detection: string;
  readonly dataSources: readonly string[];
  readonly defensesBypassed: readonly string[];
  readonly permissions: readonly string[];
  readonly systemRequirements: readonly string[];
}
export interface Tactic extends ObjectHead { readonly kind: "tactic"; readonly id: TacticId; readonly shortName: string }
export interface Group extends ObjectHead { readonly kind: "group" }
export interface Software extends ObjectHead { readonly kind: "software"; readonly type: "malware" | "tool" }
export interface Campaign extends ObjectHead { readonly kind: "campaign"; readonly firstSeen: string; readonly lastSeen: string }
export interface Mitigation extends ObjectHead { readonly kind: "mitigation" }
export interface DataSource extends ObjectHead { readonly kind: "datasource" }
export interface Asset extends ObjectHead {
  readonly kind: "asset";
  readonly sectors: readonly string[];
  readonly related: readonly { readonly name: string; readonly text: string; readonly sectors: readonly string[] }[];
}
/** How a technique is detected; since 18 there is one for each live technique. */
export interface Strategy extends ObjectHead { readonly kind: "strategy"; readonly analytics: readonly string[] }
export interface Analytic extends ObjectHead {
  readonly kind: "analytic";
  readonly logSources: readonly { readonly component: string; readonly name: string; readonly channel: string }[];
  /** What has to be tuned. */
  readonly mutable: readonly { readonly field: string; readonly text: string }[];
}
export interface Component extends ObjectHead {
  readonly kind: "component";
  /** The data source that it belonged to before 18; absent since. */
  readonly source?: string;
  readonly logSources: readonly { readonly name: string; readonly channel: string }[];
}

export type AttackObject =
  | Technique | Tactic | Group | Software | Campaign | Mitigation | DataSource | Asset | Strategy | Analytic | Component;
export type ObjectKind = AttackObject["kind"];

export type RelationKind = "uses" | "mitigates" | "detects" | "attributed-to" | "targets" | "subtechnique-of" | "revoked-by";

/** One object does something to another; both are keys. `text` is the procedure, how it mitigates, … */
export interface Relation {
  readonly kind: RelationKind;
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly references: readonly Reference[];
}

export interface Attack {
  readonly domain: Domain;
  /** `18.1`; undefined where the bundle does not say (STIX 2.0). */
  readonly version: string | undefined;
  /** Live tactics in the matrix's order. */
  readonly tactics: readonly Tactic[];
  /** Live and dead, by key. */
  readonly objects: ReadonlyMap<string, AttackObject>;
  /** Live and dead; where an id occurs twice, the live one. */
  readonly techniques: ReadonlyMap<TechniqueId, Technique>;
  /** Relations that MITRE has not given up. An end may be dead: ask {@link liveRelations}. */
  readonly relations: readonly Relation[];
  /** A revoked object's key → the key of the live object (or of the last one known) that stands for it now. */
  readonly successors: ReadonlyMap<string, string>;
}

/** Relations of a kind whose ends are both live. */
export function liveRelations(attack: Attack, kind: RelationKind): readonly Relation[] {
  const live = (key: string) => attack.objects.get(key)?.state === "live";
  return attack.relations.filter((r) => r.kind === kind && live(r.from) && live(r.to));
}

/** Live objects of a kind, in the bundle's order. */
export function liveObjects<K extends ObjectKind>(attack: Attack, kind: K): readonly Extract<AttackObject, { kind: K }>[] {
  const found: Extract<AttackObject, { kind: K }>[] = [];
  for (const object of attack.objects.values()) {
    if (object.kind === kind && object.state === "live") found.push(object as Extract<AttackObject, { kind: K }>);
  }
  return found;
}
