/**
 * The one table of functions. An entry holds its name, typed signatures, kernels, a sentence and examples;
 * binder, completion, hover, docs and the example test all read it.
 */
import type { Column, ScalarType, Value } from "../../table";
import type { FunctionId } from "../plan";

/** What a kernel may know besides its arguments. */
export interface KernelContext {
  /** Ticks that `now()` means in this run. */
  readonly now: bigint;
  /** Uniform in [0, 1); seeded by the host. */
  readonly random: () => number;
  /** Tells the user once per run of something that went wrong in the data (a bad pattern, an overflow). */
  warn(code: string, message: string): void;
  /** Throws when the run is over its time. Cheap: for long loops, every few rows. */
  readonly check?: () => void;
}

/** Whole columns in, one column out. A constant argument arrives as a column of length 1 with `length` > 1 allowed. */
export type Kernel = (args: readonly Column[], length: number, context: KernelContext) => Column;

/** What a parameter takes. */
export type ParamType =
  | ScalarType
  /** Any type at all. */
  | "any"
  /** int, long, real or decimal. */
  | "number";

export interface Overload {
  readonly id: FunctionId;
  readonly params: readonly Param[];
  /** The last parameter may be repeated, at least this often. */
  readonly variadic?: number;
  /** Result type, or how it follows from the argument types (`iff`, `coalesce`, `iif`). */
  readonly result: ScalarType | ((args: readonly ScalarType[]) => ScalarType);
}
export interface Param {
  readonly name: string;
  readonly type: ParamType;
  readonly optional?: boolean;
  /** The argument must be a constant. */
  readonly constant?: boolean;
}

/** Shared by scalar functions, aggregates and window functions. */
export interface Documented {
  /** The meaning's name: `bin`, `eq.kusto`. */
  readonly name: string;
  /** One sentence. */
  readonly says: string;
  /** Expression and printed result, executed by the example test. The plugin's build leaves them out: none there. */
  readonly examples: readonly (readonly [string, string])[];
}

export interface ScalarFunction extends Documented {
  readonly kind: "scalar";
  /** False: must not be folded to a constant (`rand`, `new_guid`, `now`). */
  readonly pure: boolean;
  readonly overloads: readonly (Overload & { readonly kernel: Kernel })[];
  /** Of a function that gives several columns: the kernel's result is an array with one element for each of them. */
  readonly columns?: readonly OutputColumn[] | PerArgument;
}

/** A column that a function of several columns gives. */
export interface OutputColumn {
  readonly name: string;
  readonly type: ScalarType;
}

/** A column for each array among the arguments, named as that with `suffix`; a single one is no array of columns. */
export interface PerArgument {
  readonly suffix: string;
}

/** State over groups: fed batch by batch, asked once. */
export interface Accumulator {
  /** `groupOf[i]` is the group of row i; groups are numbered from 0 and `groups` is how many exist by now. */
  add(args: readonly Column[], length: number, groupOf: Uint32Array, groups: number): void;
  /** One row per group. */
  finish(groups: number): Column;
  /**
   * Another call of the same node has the same first argument and is fed each batch before: lets it do the work that
   * both would do. False where there is none.
   */
  follow?(leader: Accumulator): boolean;
}
export interface AggregateFunction extends Documented {
  readonly kind: "aggregate";
  readonly overloads: readonly (Overload & {
    make(types: readonly ScalarType[], context: KernelContext): Accumulator;
  })[];
}

/** Looks at all rows of one partition in order (`row_number`, `prev`). */
export interface WindowFunction extends Documented {
  readonly kind: "window";
  readonly overloads: readonly (Overload & {
    run(args: readonly Column[], length: number, context: KernelContext): Column;
  })[];
}

export type FunctionEntry = ScalarFunction | AggregateFunction | WindowFunction;

/** The table. */
export interface Registry {
  /** By the meaning's name; scalar, aggregate and window functions are told apart by `kind` and do not share names. */
  named(name: string): FunctionEntry | undefined;
  /** By overload id, as plans hold it; throws on an id that does not exist (our mistake, never the user's). */
  scalar(id: FunctionId): ScalarFunction["overloads"][number];
  aggregate(id: FunctionId): AggregateFunction["overloads"][number];
  window(id: FunctionId): WindowFunction["overloads"][number];
  all(): readonly FunctionEntry[];
}

/** A constant as a value, for kernels that need a literal (a pattern, a unit). */
export type Constant = Value;
