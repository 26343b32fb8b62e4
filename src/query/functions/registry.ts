/** The table of functions as plans and binders ask for it: by name, and by overload id. */
import type { AggregateFunction, FunctionEntry, Registry, ScalarFunction, WindowFunction } from "./define";

/** Makes the table. Two entries of one name, or two overloads of one id, are our mistake and throw. */
export function registry(entries: readonly FunctionEntry[]): Registry {
  const names = new Map<string, FunctionEntry>();
  const scalars = new Map<string, ScalarFunction["overloads"][number]>();
  const aggregates = new Map<string, AggregateFunction["overloads"][number]>();
  const windows = new Map<string, WindowFunction["overloads"][number]>();

  for (const entry of entries) {
    if (names.has(entry.name)) throw new Error(`Two functions are called ${entry.name}.`);
    names.set(entry.name, entry);
    switch (entry.kind) {
      case "scalar":
        for (const overload of entry.overloads) put(scalars, overload);
        break;
      case "aggregate":
        for (const overload of entry.overloads) put(aggregates, overload);
        break;
      case "window":
        for (const overload of entry.overloads) put(windows, overload);
        break;
      default:
        entry satisfies never;
    }
  }

  return {
    named: (name) => names.get(name),
    scalar: (id) => get(scalars, id),
    aggregate: (id) => get(aggregates, id),
    window: (id) => get(windows, id),
    all: () => entries,
  };
}

function put<T extends { readonly id: string }>(into: Map<string, T>, overload: T): void {
  if (into.has(overload.id)) throw new Error(`Two overloads are called ${overload.id}.`);
  into.set(overload.id, overload);
}

function get<T>(from: ReadonlyMap<string, T>, id: string): T {
  const overload = from.get(id);
  if (overload === undefined) throw new Error(`There is no function ${id}.`);
  return overload;
}
