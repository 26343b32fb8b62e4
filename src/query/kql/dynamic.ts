/**
 * `dynamic(…)`: a JSON value that may also hold Kusto's own literals. Kusto docs: The dynamic data type, "dynamic
 * literals".
 */
import type { Value } from "../../table";
import type { Cursor } from "./cursor";
import { typedLiteralAt, type Lexeme } from "./lexer";
import { readLiteral } from "./literal";
import type { Expression } from "./syntax";

/** The cursor stands on `dynamic`. */
export function readDynamic(c: Cursor): Expression {
  const from = c.next().span.from;
  c.next();
  const value = c.is(")") ? null : readValue(c);
  c.need(")", "that closes 'dynamic'");
  const span = c.since(from);
  return { kind: "literal", type: "dynamic", value, text: c.text.slice(span.from, span.to), span };
}

function readValue(c: Cursor): Value {
  return c.deeper(() => readPlain(c), () => null);
}

function readPlain(c: Cursor): Value {
  const token = c.token;
  switch (token.kind) {
    case "string": {
      c.next();
      let text = token.value ?? "";
      while (c.token.kind === "string") text += c.next().value ?? "";
      return text;
    }
    case "long": case "real": case "timespan": case "typed":
      c.next();
      return constant(c, token);
    case "name": {
      // Behind a colon a type's name is taken for one, and here it opens a literal: {"at": datetime(2024-01-01)}.
      const typed = typedLiteralAt(c.text, token.span.from);
      if (typed) {
        while (!c.done && c.token.span.from < typed.span.to) c.next();
        return constant(c, typed);
      }
      c.next();
      if (token.text === "true" || token.text === "false") return token.text === "true";
      if (token.text === "null") return null;
      if (token.text === "dynamic" && c.is("(")) {
        c.next();
        const inner = readValue(c);
        c.need(")", "that closes 'dynamic'");
        return inner;
      }
      c.fail("kql-bad-dynamic",
        `'${token.text}' cannot stand in a dynamic literal: only constants can. Use pack_array() or bag_pack() for what is computed.`, token.span);
      return null;
    }
    case "punctuation":
      if (token.text === "-" || token.text === "+") return readSigned(c);
      if (token.text === "[") return readArray(c);
      if (token.text === "{") return readBag(c);
      break;
    default:
      break;
  }
  c.expected("kql-bad-dynamic", "a JSON value");
  return null;
}

function constant(c: Cursor, token: Lexeme): Value {
  const read = readLiteral(token);
  if (read.problem !== undefined) c.tell("kql-bad-literal", read.problem, token.span);
  return read.value;
}

function readSigned(c: Cursor): Value {
  const negative = c.next().text === "-";
  const value = readPlain(c);
  if (!negative) return value;
  if (typeof value === "number" || typeof value === "bigint") return -value;
  if (typeof value === "object" && value !== null && "kind" in value
    && value.kind === "timespan") return { kind: "timespan", ticks: -value.ticks };
  return value;
}

function readArray(c: Cursor): Value {
  c.next();
  const items: Value[] = [];
  while (!c.done && !c.is("]")) {
    items.push(readValue(c));
    if (!c.take(",")) break;
  }
  c.need("]", "that closes the array");
  return items;
}

function readBag(c: Cursor): Value {
  c.next();
  const bag = new Map<string, Value>();
  while (!c.done && !c.is("}")) {
    const key = c.token;
    if (key.kind !== "string" && key.kind !== "name") {
      c.expected("kql-bad-dynamic", "a key in quotes");
      break;
    }
    c.next();
    c.need(":", "behind the key");
    bag.set(key.kind === "string" ? key.value ?? "" : key.text, readValue(c));
    if (!c.take(",")) break;
  }
  c.need("}", "that closes the bag");
  return bag;
}
