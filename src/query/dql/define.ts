/** How functions are defined: variants chosen by the types of the arguments, some lifted over lists. */
import type { Context } from "./context";
import { Failure } from "./failure";
import type { DqlType, DqlTypes, DqlValue } from "./value";
import { isList, typeOf } from "./value";

/** A parameter's type; `*` takes anything. */
export type Param = DqlType | "*";
type ParamValue<P extends Param> = P extends DqlType ? DqlTypes[P] : DqlValue;
type ParamValues<P extends readonly Param[]> = { -readonly [I in keyof P]: ParamValue<P[I]> };

/** One way to call a function; `params` null takes any number of any values. */
export interface Variant {
  readonly params: readonly Param[] | null;
  readonly run: (args: readonly DqlValue[], context: Context) => DqlValue;
}

/** A function: what it is called, how it is called, what it does. */
export interface DqlFunctionSpec {
  readonly name: string;
  /** How it is called, for help: `round(number, [digits])`. */
  readonly signatures: readonly string[];
  readonly says: string;
  /** Expression and what it gives, both as written in a query: run by a test. None in the plugin's bundle. */
  readonly examples: readonly (readonly [string, string])[];
  /** For so many arguments, the positions in which a list means: for each element. */
  readonly lifts: ReadonlyMap<number, readonly number[]>;
  /** In order: the first that fits is taken. */
  readonly variants: readonly Variant[];
}

/** A variant for arguments of these types. */
export function on<const P extends readonly Param[]>(
  params: P, run: (args: ParamValues<P>, context: Context) => DqlValue,
): Variant {
  return { params, run: run as unknown as Variant["run"] };
}

/** A variant for any arguments. */
export function onAny(run: (args: readonly DqlValue[], context: Context) => DqlValue): Variant {
  return { params: null, run };
}

/** Variants that give null when an argument is null: one for each pattern of types. */
export function nullFor(...patterns: readonly (readonly Param[])[]): Variant[] {
  return patterns.map((params) => ({ params, run: () => null }));
}

/** A function's definition. `lifts` lists, for a number of arguments, the positions that work over lists. */
export function define(
  name: string,
  facts: {
    readonly signatures: readonly string[];
    readonly says: string;
    readonly examples?: readonly (readonly [string, string])[];
    readonly lifts?: Readonly<Record<number, readonly number[]>>;
  },
  ...variants: readonly (Variant | readonly Variant[])[]
): DqlFunctionSpec {
  const lifts = new Map(Object.entries(facts.lifts ?? {}).map(([count, positions]) => [Number(count), positions]));
  const { signatures, says, examples = [] } = facts;
  return { name, signatures, says, examples, lifts, variants: variants.flat() };
}

/** Applies a function: over the elements of lifted lists (as many as the shortest has), else by the first variant that fits. */
export function applyFunction(spec: DqlFunctionSpec, args: readonly DqlValue[], context: Context): DqlValue {
  return context.deeper(() => {
    const lifted = (spec.lifts.get(args.length) ?? []).filter((i) => isList(args[i] ?? null));
    if (lifted.length > 0) {
      const length = Math.min(...lifted.map((i) => (args[i] as readonly DqlValue[]).length));
      return Array.from({ length }, (_, at) => applyFunction(spec,
        args.map((arg, i) => (lifted.includes(i) ? (arg as readonly DqlValue[])[at] ?? null : arg)), context));
    }
    const types = args.map(typeOf);
    const variant = spec.variants.find(({ params }) => params === null
      || (params.length === types.length && params.every((p, i) => p === "*" || p === types[i])));
    if (variant !== undefined) return variant.run(args, context);
    const given = types.length === 0 ? "no arguments" : types.join(", ");
    throw new Failure(`${spec.name} takes ${spec.signatures.join(" or ")}, found ${given}.`);
  });
}
