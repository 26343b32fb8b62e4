/** `value.name` and `value[key]` for every type of value. */
import type { Context } from "./context";
import { datePart } from "./dates";
import { durationPart } from "./durations";
import { Failure } from "./failure";
import type { DqlValue } from "./value";
import { isBag, isList, typeOf } from "./value";

/**
 * What stands under a key of a value (Dataview docs, "Expressions": Object and list indexing). A text key of a list
 * asks every element and leaves out those that fail; a link is followed to its note.
 */
export function getKey(of: DqlValue | (() => DqlValue), key: DqlValue, context: Context): DqlValue {
  if (key !== null && typeof key !== "string" && typeof key !== "number") {
    throw new Failure(`A key is a text or a number, found ${typeOf(key)}.`);
  }
  if (key === null) return null;
  const value = typeof of === "function" ? of() : of;
  if (typeof value === "string") {
    if (typeof key === "string") throw new Failure("Characters of a text are got by number, found a text key.");
    return value[key] ?? null;
  }
  if (value === null || typeof value !== "object") return null;
  if (isList(value)) return typeof key === "number" ? value[key] ?? null : everyKey(value, key, context);
  if (isBag(value)) return value.get(textKey(key, "an object")) ?? null;
  switch (value.kind) {
    case "link": return context.links.fields(value.path)?.get(textKey(key, "a link")) ?? null;
    case "date": return datePart(value, textKey(key, "a date"));
    case "duration": return durationPart(value, textKey(key, "a duration"));
    case "function": case "weblink": case "pair": return null;
  }
}

function textKey(key: string | number, what: string): string {
  if (typeof key === "string") return key;
  throw new Failure(`Fields of ${what} are got by name, found a number.`);
}

function everyKey(list: readonly DqlValue[], key: string, context: Context): DqlValue[] {
  const found: DqlValue[] = [];
  for (const element of list) {
    try {
      found.push(context.deeper(() => getKey(element, key, context)));
    } catch (thrown) {
      if (!(thrown instanceof Failure)) throw thrown;
    }
  }
  return found;
}
