/** Command lines as people write them: a command, words, and options by name. */
import { nearest } from "../base";
import { UsageError } from "./files.mts";

/** How an option is written. `many`: it takes all words up to the next option. */
export type OptionKind = "flag" | "one" | "many";

export interface Arguments {
  readonly words: readonly string[];
  flag(name: string): boolean;
  one(name: string): string | undefined;
  many(name: string): readonly string[];
}

/** Reads the words behind a command; an unknown option is a {@link UsageError} with the nearest name. */
export function readArguments(argv: readonly string[], options: Readonly<Record<string, OptionKind>>): Arguments {
  const words: string[] = [];
  const found = new Map<string, string[]>();
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? "";
    if (word === "--") {
      words.push(...argv.slice(i + 1));
      break;
    }
    if (!word.startsWith("--")) {
      words.push(word);
      continue;
    }
    const equals = word.indexOf("=");
    const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
    const inline = equals < 0 ? undefined : word.slice(equals + 1);
    const kind = Object.hasOwn(options, name) ? options[name] : undefined;
    if (kind === undefined) {
      const near = nearest(name, Object.keys(options));
      throw new UsageError(`There is no option '--${name}' here.`, near === undefined ? undefined : `Did you mean '--${near}'?`);
    }
    const values = found.get(name) ?? [];
    found.set(name, values);
    if (kind === "flag") {
      if (inline !== undefined) throw new UsageError(`'--${name}' takes no value.`);
      continue;
    }
    if (inline !== undefined) {
      values.push(inline);
      continue;
    }
    let taken = 0;
    while (i + 1 < argv.length && !(argv[i + 1] ?? "").startsWith("--") && (kind === "many" || taken === 0)) {
      values.push(argv[++i] ?? "");
      taken++;
    }
    if (taken === 0) throw new UsageError(`'--${name}' needs a value.`);
  }
  return {
    words,
    flag: (name) => found.has(name),
    one: (name) => found.get(name)?.at(-1),
    many: (name) => found.get(name) ?? [],
  };
}
