/**
 * Reads STIX bundles of ATT&CK, 2.0 and 2.1, releases 9 to 19. Tolerant: fields may be absent, an object that cannot be
 * read is told and left out, nothing of the bundle is trusted to have the type it should have.
 */
import { error, info, warning, type Checked, type Diagnostic } from "../base";
import { parentOf, readTacticId, readTechniqueId } from "./id";
import type {
  Attack, AttackObject, Domain, ObjectHead, ObjectState, Reference, Relation, RelationKind, Tactic, Technique,
} from "./model";

type Raw = Readonly<Record<string, unknown>>;

/** A bundle of more characters is refused: no release comes near it, and a phone could not hold it. */
const TEXT_LIMIT = 300_000_000;
/** Findings of one kind that are told one by one; the rest is counted. */
const TOLD = 20;
const NOWHERE = { from: 0, to: 0 };

/**
 * Reads the text of a bundle: `{type: "bundle", objects: […]}`, the envelope of a TAXII server (`{objects: […]}`), or the
 * bare list. `value` is undefined when the text is no such thing, or holds no technique.
 */
export function readStix(text: string): Checked<Attack> {
  const refuse = (code: string, message: string): Checked<Attack> => (
    { value: undefined, diagnostics: [error(code, message, { from: 0, to: Math.min(text.length, 200) })] });
  if (text.length > TEXT_LIMIT) {
    return refuse("stix-too-large", `The file holds ${text.length.toLocaleString("en")} characters; up to ${TEXT_LIMIT.toLocaleString("en")} are read.`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch (problem) {
    const whole = /[}\]]\s*$/.test(text.slice(-100));
    return refuse("stix-not-json", `This is no JSON${whole ? "" : "; the file seems to be cut off"}: ${messageOf(problem)}.`);
  }
  const objects = Array.isArray(json) ? json as readonly unknown[] : isRaw(json) && Array.isArray(json["objects"]) ? json["objects"] as readonly unknown[] : undefined;
  if (!objects) {
    const type = isRaw(json) && typeof json["type"] === "string" ? ` of type '${cut(json["type"])}'` : "";
    return refuse("stix-not-bundle", `This is JSON${type}, and no STIX bundle: a list 'objects' is missing.`);
  }
  return new BundleReader().read(objects);
}

class BundleReader {
  private readonly objects = new Map<string, AttackObject>();
  private readonly relations: Relation[] = [];
  private readonly told: Diagnostic[] = [];
  private readonly counts = new Map<string, number>();
  private matrix: { readonly domain: string; readonly tactics: readonly string[]; readonly live: boolean } | undefined;
  private collection: { readonly name: string; readonly version: string } | undefined;
  private readonly chains = new Map<string, number>();

  read(list: readonly unknown[]): Checked<Attack> {
    for (const [at, entry] of list.entries()) this.take(entry, at);
    const domain = this.domain();
    const successors = this.successors();
    const techniques = new Map<Technique["id"], Technique>();
    for (const object of this.objects.values()) {
      if (object.kind !== "technique") continue;
      const other = techniques.get(object.id);
      if (!other || (other.state !== "live" && object.state === "live")) techniques.set(object.id, object);
    }
    this.tellCounts();
    if (techniques.size === 0) {
      this.told.push(error("stix-no-technique", "The bundle holds no technique of ATT&CK.", NOWHERE));
      return { value: undefined, diagnostics: this.told };
    }
    return {
      value: {
        domain, version: this.collection?.version === "" ? undefined : this.collection?.version,
        tactics: this.columns(), objects: this.objects, techniques, relations: this.relations, successors,
      },
      diagnostics: this.told,
    };
  }

  private take(entry: unknown, at: number): void {
    if (!isRaw(entry)) {
      this.tell("stix-not-object", `Entry ${at + 1} of the bundle is no object.`);
      return;
    }
    const type = textOf(entry, "type");
    if (type === "relationship") this.takeRelation(entry);
    else if (type === "x-mitre-matrix") this.takeMatrix(entry);
    else if (type === "x-mitre-collection") this.collection = { name: textOf(entry, "name"), version: textOf(entry, "x_mitre_version") };
    else {
      const made = this.object(entry, type);
      if (!made) return;
      const other = this.objects.get(made.key);
      if (other) {
        this.tell("stix-twice", `${made.key} occurs twice; the newer one is taken.`, "info");
        if (other.modified > made.modified) return;
      }
      this.objects.set(made.key, made);
    }
  }

  private object(raw: Raw, type: string): AttackObject | undefined {
    switch (type) {
      case "attack-pattern": return this.technique(raw);
      case "x-mitre-tactic": return this.tactic(raw);
      case "intrusion-set": return this.with(raw, (head) => ({ ...head, kind: "group" }));
      case "malware": case "tool": return this.with(raw, (head) => ({ ...head, kind: "software", type }));
      case "campaign": return this.with(raw, (head) => ({
        ...head, kind: "campaign", firstSeen: textOf(raw, "first_seen"), lastSeen: textOf(raw, "last_seen") }));
      case "course-of-action": return this.with(raw, (head) => ({ ...head, kind: "mitigation" }));
      case "x-mitre-data-source": return this.with(raw, (head) => ({ ...head, kind: "datasource" }));
      case "x-mitre-asset": return this.with(raw, (head) => ({
        ...head, kind: "asset", sectors: textsOf(raw, "x_mitre_sectors"),
        related: rawsOf(raw, "x_mitre_related_assets").map((r) => (
          { name: textOf(r, "name"), text: textOf(r, "description"), sectors: textsOf(r, "related_asset_sectors") })) }));
      case "x-mitre-detection-strategy": return this.with(raw, (head) => ({
        ...head, kind: "strategy", analytics: textsOf(raw, "x_mitre_analytic_refs") }));
      case "x-mitre-analytic": return this.with(raw, (head) => ({
        ...head, kind: "analytic",
        logSources: rawsOf(raw, "x_mitre_log_source_references").map((r) => (
          { component: textOf(r, "x_mitre_data_component_ref"), name: textOf(r, "name"), channel: textOf(r, "channel") })),
        mutable: rawsOf(raw, "x_mitre_mutable_elements").map((r) => ({ field: textOf(r, "field"), text: textOf(r, "description") })) }));
      case "x-mitre-data-component": {
        const source = textOf(raw, "x_mitre_data_source_ref");
        return this.with(raw, (head) => ({
          ...head, kind: "component", ...(source === "" ? {} : { source }),
          logSources: rawsOf(raw, "x_mitre_log_sources").map((r) => ({ name: textOf(r, "name"), channel: textOf(r, "channel") })) }));
      }
      case "identity": case "marking-definition": return undefined;
      default:
        this.tell("stix-type", type === "" ? "An object has no type." : `Objects of type '${cut(type)}' are not read.`, "info");
        return undefined;
    }
  }

  private with<T extends AttackObject>(raw: Raw, make: (head: ObjectHead) => T): T | undefined {
    const head = this.head(raw);
    return head && make(head);
  }

  private head(raw: Raw): ObjectHead | undefined {
    const key = textOf(raw, "id");
    const name = textOf(raw, "name");
    if (key === "" || name === "") {
      this.tell("stix-nameless", `An object of type '${cut(textOf(raw, "type"))}' has no ${key === "" ? "id" : "name"}.`);
      return undefined;
    }
    const external = rawsOf(raw, "external_references");
    const own = external.find((r) => /^mitre(-mobile|-ics)?-attack$/.test(textOf(r, "source_name")));
    const aliases = [...textsOf(raw, "aliases"), ...textsOf(raw, "x_mitre_aliases")].filter((alias) => alias !== name);
    return {
      key, name, id: own ? textOf(own, "external_id") : "", text: textOf(raw, "description"), url: own ? textOf(own, "url") : "",
      references: referencesOf(raw), state: stateOf(raw), version: textOf(raw, "x_mitre_version"),
      created: textOf(raw, "created"), modified: textOf(raw, "modified"),
      contributors: textsOf(raw, "x_mitre_contributors"), aliases: [...new Set(aliases)],
      platforms: textsOf(raw, "x_mitre_platforms"),
    };
  }

  private technique(raw: Raw): Technique | undefined {
    const head = this.head(raw);
    if (!head) return undefined;
    const id = readTechniqueId(head.id);
    if (!id) {
      // Patterns of other catalogues (CAPEC) stand in some exports.
      this.tell("stix-technique-id", `'${cut(head.name)}' has no technique id of ATT&CK.`);
      return undefined;
    }
    const phases = rawsOf(raw, "kill_chain_phases");
    for (const phase of phases) {
      const chain = textOf(phase, "kill_chain_name");
      this.chains.set(chain, (this.chains.get(chain) ?? 0) + 1);
    }
    return {
      ...head, kind: "technique", id, parent: raw["x_mitre_is_subtechnique"] === false ? null : parentOf(id),
      tactics: [...new Set(phases.filter((p) => DOMAIN_OF_CHAIN.has(textOf(p, "kill_chain_name"))).map((p) => textOf(p, "phase_name")))],
      detection: textOf(raw, "x_mitre_detection"), dataSources: textsOf(raw, "x_mitre_data_sources"),
      defensesBypassed: textsOf(raw, "x_mitre_defense_bypassed"), permissions: textsOf(raw, "x_mitre_permissions_required"),
      systemRequirements: textsOf(raw, "x_mitre_system_requirements"),
    };
  }

  private tactic(raw: Raw): Tactic | undefined {
    const head = this.head(raw);
    if (!head) return undefined;
    const id = readTacticId(head.id);
    const shortName = textOf(raw, "x_mitre_shortname");
    if (id && shortName !== "") return { ...head, kind: "tactic", id, shortName };
    this.tell("stix-tactic", `The tactic '${cut(head.name)}' has no ${id ? "short name" : "id of ATT&CK"}.`);
    return undefined;
  }

  private takeMatrix(raw: Raw): void {
    const live = stateOf(raw) === "live";
    if (this.matrix?.live === true && !live) return;
    const external = rawsOf(raw, "external_references").map((r) => textOf(r, "external_id"));
    this.matrix = { live, domain: external.find((id) => id !== "") ?? "", tactics: textsOf(raw, "tactic_refs") };
  }

  private takeRelation(raw: Raw): void {
    const kind = RELATIONS.find((name) => name === textOf(raw, "relationship_type"));
    if (!kind) {
      this.tell("stix-relation", `Relations of type '${cut(textOf(raw, "relationship_type"))}' are not read.`, "info");
      return;
    }
    if (stateOf(raw) !== "live") return;
    const [from, to] = [textOf(raw, "source_ref"), textOf(raw, "target_ref")];
    if (from === "" || to === "") {
      this.tell("stix-relation-end", `A relation '${kind}' lacks an end.`);
      return;
    }
    this.relations.push({ kind, from, to, text: textOf(raw, "description"), references: referencesOf(raw) });
  }

  private domain(): Domain {
    const named = this.matrix && DOMAINS.find((d) => d === this.matrix?.domain);
    if (named) return named;
    const most = [...this.chains].sort((a, b) => b[1] - a[1])[0]?.[0] ?? "";
    return DOMAIN_OF_CHAIN.get(most) ?? "enterprise-attack";
  }

  /** Live tactics as the matrix orders them; those that it does not name stand behind. */
  private columns(): readonly Tactic[] {
    const order = this.matrix?.tactics ?? [];
    const place = (t: Tactic) => (order.includes(t.key) ? order.indexOf(t.key) : order.length);
    const live = [...this.objects.values()].filter((o): o is Tactic => o.kind === "tactic" && o.state === "live");
    return live.sort((a, b) => place(a) - place(b));
  }

  /** Follows each `revoked-by` to its end; a ring is told and leads nowhere. */
  private successors(): ReadonlyMap<string, string> {
    const next = new Map<string, string>();
    for (const r of this.relations) {
      if (r.kind === "revoked-by" && r.from !== r.to && this.objects.has(r.to)) next.set(r.from, r.to);
    }
    const ends = new Map<string, string>();
    for (const [from, first] of next) {
      const seen = new Set([from]);
      let at = first;
      while (!seen.has(at) && this.objects.get(at)?.state !== "live" && next.has(at)) {
        seen.add(at);
        at = next.get(at) ?? at;
      }
      if (seen.has(at)) this.tell("stix-revoked-ring", `${cut(this.objects.get(from)?.name ?? from)} is revoked by itself, over others.`);
      else ends.set(from, at);
    }
    return ends;
  }

  private tell(code: string, message: string, how: "warning" | "info" = "warning"): void {
    const n = (this.counts.get(code) ?? 0) + 1;
    this.counts.set(code, n);
    if (n <= TOLD) this.told.push(how === "info" ? info(code, message, NOWHERE) : warning(code, message, NOWHERE));
  }

  private tellCounts(): void {
    for (const [code, n] of this.counts) {
      if (n > TOLD) this.told.push(info(code, `${n - TOLD} more of the same kind.`, NOWHERE));
    }
  }
}

const RELATIONS: readonly RelationKind[] = [
  "uses", "mitigates", "detects", "attributed-to", "targets", "subtechnique-of", "revoked-by",
];
const DOMAINS: readonly Domain[] = ["enterprise-attack", "mobile-attack", "ics-attack"];
const DOMAIN_OF_CHAIN: ReadonlyMap<string, Domain> = new Map([
  ["mitre-attack", "enterprise-attack"], ["mitre-mobile-attack", "mobile-attack"], ["mitre-ics-attack", "ics-attack"],
]);

function isRaw(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(raw: Raw, key: string): string {
  const value = Object.hasOwn(raw, key) ? raw[key] : undefined;
  return typeof value === "string" ? value : "";
}

function textsOf(raw: Raw, key: string): readonly string[] {
  const value = Object.hasOwn(raw, key) ? raw[key] : undefined;
  return Array.isArray(value) ? (value as readonly unknown[]).filter((v): v is string => typeof v === "string" && v !== "") : [];
}

function rawsOf(raw: Raw, key: string): readonly Raw[] {
  const value = Object.hasOwn(raw, key) ? raw[key] : undefined;
  return Array.isArray(value) ? (value as readonly unknown[]).filter(isRaw) : [];
}

/** Sources that texts cite; the object's own page is none. */
function referencesOf(raw: Raw): readonly Reference[] {
  return rawsOf(raw, "external_references").flatMap((r) => {
    const [name, url] = [textOf(r, "source_name"), textOf(r, "url")];
    if (name === "" || "external_id" in r) return [];
    return [{ name, text: textOf(r, "description"), ...(url === "" ? {} : { url }) }];
  });
}

/** Absent means no. Revoked goes before deprecated. */
function stateOf(raw: Raw): ObjectState {
  return raw["revoked"] === true ? "revoked" : raw["x_mitre_deprecated"] === true ? "deprecated" : "live";
}

function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function messageOf(problem: unknown): string {
  return problem instanceof Error ? problem.message.replace(/\.$/, "") : String(problem);
}
