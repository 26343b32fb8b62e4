/**
 * How columns come to their names when the query gives none: facts of Microsoft's parser, which the service follows
 * (`count_`, `sum_x`, `Column1`, `a_b` for `a.b`).
 */
import { printValue } from "../../table";
import { resultNaming } from "./vocabulary";
import type { Expression } from "./syntax";

/**
 * The name that an expression gives to its column, or undefined when it has none. `isDynamic` tells whether what stands
 * before a dot or bracket is a dynamic value.
 */
export function resultName(e: Expression, isDynamic: (of: Expression) => boolean,
  hasColumn: (name: string) => boolean = () => false): string | undefined {
  switch (e.kind) {
    case "name":
      return e.name;
    case "named":
      return e.names[0]?.text;
    case "member": {
      if (!isDynamic(e.of)) return e.name.text;
      const left = resultName(e.of, isDynamic);
      return left ? `${left}_${e.name.text}` : e.name.text;
    }
    case "element": {
      const index = e.index.kind === "literal" && (e.index.type === "string" || e.index.type === "long")
        ? printValue(e.index.value) : undefined;
      const sorted = sortedArray(e.of, index);
      if (sorted) return `${resultName(sorted, isDynamic) ?? `array${index ?? ""}`}_sorted`;
      const left = resultName(e.of, isDynamic);
      return left ? `${left}_${index ?? ""}` : index;
    }
    case "call":
      return e.of ? undefined : callName(e.name.text, e.args, isDynamic, hasColumn);
    default:
      return undefined;
  }
}

/** The array that a place among several sorted ones stands for: `z` of `array_sort_asc(y, z)[1]`. */
function sortedArray(of: Expression, place: string | undefined): Expression | undefined {
  if (of.kind !== "call" || of.args.length < 2 || !/^array_sort_(asc|desc)$/.test(of.name.text)) return undefined;
  const [, second] = of.args;
  if (of.args.length === 2 && second?.kind === "literal" && second.type === "bool") return undefined;
  return of.args[Number(place)];
}

function callName(word: string, args: readonly Expression[], isDynamic: (of: Expression) => boolean,
  hasColumn: (name: string) => boolean): string | undefined {
  const naming = resultNaming(word);
  const first = args[0];
  const firstName = (): string | undefined => (first ? resultName(first, isDynamic, hasColumn) : undefined);
  if (args.length > 1 && word === "hll_merge") return "hll_merged_result";
  if (args.length > 1 && (word === "tdigest_merge" || word === "merge_tdigest")) return "tdigests_merge_result";
  switch (naming.by) {
    case "prefix":
      return `${naming.prefix}_${firstName() ?? ""}`;
    case "first":
      return firstName();
    case "only":
      return args.length === 1 ? firstName() : undefined;
    case "fixed":
      return naming.name;
    case "none":
      // The column's name where the table has it, none where the default stands in.
      if (word !== "column_ifexists" && word !== "columnifexists") return undefined;
      return first?.kind === "literal" && typeof first.value === "string" && hasColumn(first.value) ? first.value
        : undefined;
    default: {
      const never: never = naming;
      return never;
    }
  }
}

/** Hands out names that are not taken yet: `a`, `a1`, `a2`, … */
export class UniqueNames {
  private readonly taken: Set<string>;

  constructor(taken: Iterable<string> = []) {
    this.taken = new Set(taken);
  }

  has(name: string): boolean {
    return this.taken.has(name);
  }

  add(name: string): string {
    let free = name;
    for (let i = 1; this.taken.has(free); i++) free = `${name}${i}`;
    this.taken.add(free);
    return free;
  }
}

/** `Column1`, `Column2`, … : the first that nothing at hand is called. */
export class DefaultNames {
  private next = 1;

  name(isTaken: (name: string) => boolean): string {
    let name = `Column${this.next++}`;
    while (isTaken(name)) name = `Column${this.next++}`;
    return name;
  }
}
