/** How a scalar function is written down: its name, what it says, and one line per overload. */
import type { ScalarType } from "../../table";
import type { FunctionId } from "../plan";
import type { Documented, Kernel, KernelContext, Overload, Param, ParamType, ScalarFunction } from "./define";
import type { ArgumentsOf, Lifted, ParamText, ValueOf } from "./lift";
import { lift } from "./lift";

/** An overload that has no name yet: what {@link each} and {@link kernel} make and {@link define} takes. */
export type Signature = Omit<Overload, "id"> & { readonly kernel: Kernel };

/** What {@link define} wants to know besides the overloads. */
export interface Description {
  readonly says: string;
  /** Every entry has some (a test asks for them), and none in the plugin's bundle. */
  readonly examples?: Documented["examples"];
  /** True by default. */
  readonly pure?: boolean;
  readonly columns?: ScalarFunction["columns"];
}

/** Makes an entry of the table. Overloads are tried in their order, so the most exact comes first. */
export function define(name: string, description: Description, ...overloads: readonly Signature[]): ScalarFunction {
  return {
    kind: "scalar",
    name,
    says: description.says,
    examples: description.examples ?? [],
    pure: description.pure ?? true,
    ...(description.columns ? { columns: description.columns } : {}),
    overloads: overloads.map((overload) => ({ id: overloadId(name, overload), ...overload })),
  };
}

/** The id of an overload: the name and the types of its parameters, `bin:long,long`, `strcat:string...`. */
export function overloadId(name: string, overload: Pick<Overload, "params" | "variadic">): FunctionId {
  const last = overload.params.length - 1;
  const types = overload.params.map((p, i) =>
    i === last && overload.variadic !== undefined ? `${p.type}...` : p.type,
  );
  return `${name}:${types.join(",")}`;
}

/**
 * An overload that works row by row. Null in any argument gives null ("" for a string result) without asking `fn`.
 * Parameters are written `name: type`; `name?: type` may be left out (`fn` gets undefined), `const name: type` must be
 * a constant, and a last `...name: type` may be repeated.
 */
export function each<const P extends readonly ParamText[], R extends ScalarType>(
  params: P,
  result: R,
  fn: (...args: ArgumentsOf<P, never>) => ValueOf<R> | null,
): Signature {
  const types = parameters(params);
  return { ...types, result, kernel: lift(types.params, result, () => fn as Lifted, false) };
}

/** Like {@link each}, but `fn` sees nulls and decides. */
export function seeing<const P extends readonly ParamText[], R extends ScalarType>(
  params: P,
  result: R,
  fn: (...args: ArgumentsOf<P, null>) => ValueOf<R> | null,
): Signature {
  const types = parameters(params);
  return { ...types, result, kernel: lift(types.params, result, () => fn as Lifted, true) };
}

/** Like {@link each} for a function that needs the run's context: `make` is called once per batch. */
export function eachIn<const P extends readonly ParamText[], R extends ScalarType>(
  params: P,
  result: R,
  make: (context: KernelContext) => (...args: ArgumentsOf<P, never>) => ValueOf<R> | null,
): Signature {
  const types = parameters(params);
  return { ...types, result, kernel: lift(types.params, result, (context) => make(context) as Lifted, false) };
}

/** An overload that takes whole columns, for the hot ones and for those whose result type depends on the arguments. */
export function kernel(params: readonly ParamText[], result: Overload["result"], run: Kernel): Signature {
  return { ...parameters(params), result, kernel: run };
}

/** Reads `const name?: type` and `...name: type`. */
function parameters(texts: readonly ParamText[]): { params: readonly Param[]; variadic?: number } {
  let variadic: number | undefined;
  const params = texts.map((text): Param => {
    const [left = "", type = "any"] = text.split(": ");
    const repeated = left.startsWith("...");
    if (repeated) variadic = left.endsWith("?") ? 0 : 1;
    const name = left.replace(/^\.\.\.|^const /, "").replace(/\?$/, "");
    return {
      name,
      type: type as ParamType,
      ...(left.endsWith("?") && !repeated ? { optional: true } : {}),
      ...(left.startsWith("const ") ? { constant: true } : {}),
    };
  });
  return variadic === undefined ? { params } : { params, variadic };
}
