/** The techniques that ATT&CK has or had: ids, names, and what became of retired ones. Data is read on first use. */
import type { TechniqueId } from "./id";
import data from "./data/techniques.json";

/** A technique by its id and name alone. */
export interface KnownTechnique {
  readonly id: TechniqueId;
  readonly name: string;
  /** It was revoked in favour of this one. */
  readonly successor?: TechniqueId;
  /** True when it is revoked or deprecated. */
  readonly retired: boolean;
}

let known: ReadonlyMap<TechniqueId, KnownTechnique> | undefined;

/** Every technique of enterprise, mobile and ICS, by id. */
export function knownTechniques(): ReadonlyMap<TechniqueId, KnownTechnique> {
  known ??= new Map(data.techniques.flatMap((family) => {
    const [parent = "", ...children] = family.split("; ");
    return [parent, ...children.map((child) => `${parent.slice(0, parent.indexOf(" "))}${child}`)].map(readTechnique);
  }).map((technique) => [technique.id, technique]));
  return known;
}

/** Reads `T1059.001 PowerShell`, perhaps with `> T1086` behind it. */
function readTechnique(text: string): KnownTechnique {
  const [, id = "", name = "", fate] = /^(\S+) (.*?)(?: > (\S+))?$/.exec(text) ?? [];
  return {
    id: id as TechniqueId, name, retired: fate !== undefined,
    ...(fate === undefined || fate === "-" || fate === "?" ? {} : { successor: fate as TechniqueId }),
  };
}

/** The release of ATT&CK that {@link knownTechniques} is from. */
export const KNOWN_VERSION: string = data.version;
