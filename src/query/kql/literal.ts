/** Constants of Kusto: from a token to a value. */
import { parseDatetime, parseDecimal, parseTimespan, readGuid, readLong, readReal, type ScalarType,
  type Value } from "../../table";
import type { Cursor } from "./cursor";
import { typedLiteralType, type Lexeme } from "./lexer";
import type { Expression } from "./syntax";

const MOST = 9223372036854775807n;

/** The literal of a number, timespan or typed token; one that cannot be read is told and is null. */
export function literal(c: Cursor, token: Lexeme): Expression {
  const read = readLiteral(token);
  // In quotes anything may stand, as in the service, and is null.
  if (read.problem !== undefined) c.tell("kql-bad-literal", read.problem, token.span, undefined,
    /^\w+\s*\(\s*["'@h]/.test(token.text) ? "warning" : "error");
  return { kind: "literal", type: read.type, value: read.value, text: token.text, span: token.span };
}

export interface ReadLiteral {
  readonly type: ScalarType;
  readonly value: Value;
  readonly problem?: string;
}

export function readLiteral(token: Lexeme): ReadLiteral {
  switch (token.kind) {
    case "long": {
      const value = BigInt(token.text);
      // 9223372036854775808 may stand behind a minus; it wraps as the service's longs do.
      return value > MOST + 1n ? { type: "long", value: null, problem: `${token.text} does not fit a long.` }
        : { type: "long", value: BigInt.asIntN(64, value) };
    }
    case "real":
      return { type: "real", value: Number(token.text) };
    case "timespan":
      return fromText("timespan", token.text);
    case "typed": {
      const type = typedLiteralType(token.word ?? "") as ScalarType;
      return fromText(type, token.value ?? "");
    }
    default:
      return { type: "string", value: token.value ?? "" };
  }
}

/** What stands in the brackets of `datetime(…)` and its kin. */
function fromText(type: ScalarType, written: string): ReadLiteral {
  const text = written.trim();
  if (text === "null" || (text === "" && type !== "string")) return { type, value: null };
  const value = valueOf(type, text);
  return value === undefined || value === null ? { type, value: null, problem: `'${text}' is no ${type}.` }
    : { type, value };
}

function valueOf(type: ScalarType, text: string): Value | undefined {
  switch (type) {
    case "bool":
      return /^(true|1)$/i.test(text) ? true : /^(false|0)$/i.test(text) ? false : undefined;
    case "int": case "long": {
      const value = /^-?0x[0-9a-f]+$/i.test(text) ? hex(text) : readLong(text);
      if (value !== null || !/^-?[0-9.eE+-]+$/.test(text)) return value;
      return null;
    }
    case "real":
      if (/^[+-]?inf$/i.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
      return /^nan$/i.test(text) ? NaN : readReal(text);
    case "decimal":
      return parseDecimal(text);
    case "datetime": {
      if (/^now(\(\))?$/.test(text)) return undefined;
      const parts =
        /^(\d{4})(?:\s*,\s*(\d{1,2}))?(?:\s*,\s*(\d{1,2}))?(?:\s*,\s*(\d{1,2}))?(?:\s*,\s*(\d{1,2}))?(?:\s*,\s*(\d{1,2}))?$/.exec(text);
      if (parts && text.includes(",")) return fromParts(
        parts.slice(1).map((p) => (p === undefined ? undefined : Number(p))));
      const ticks = parseDatetime(text) ?? parseDatetime(text.replace(/ *- */g, "-"));
      return ticks === null ? null : { kind: "datetime", ticks };
    }
    case "timespan": {
      const ticks = parseTimespan(text);
      return ticks === null ? null : { kind: "timespan", ticks };
    }
    case "guid": {
      const guid = readGuid(text);
      return guid === null ? null : { kind: "guid", text: guid };
    }
    case "string":
      return text;
    case "dynamic":
      return null;
    default: {
      const never: never = type;
      return never;
    }
  }
}

function hex(text: string): bigint {
  return text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text);
}

/** Year, month, day, hour, minute, second; what is left out is the least. */
function fromParts(parts: readonly (number | undefined)[]): Value {
  const [year = 1, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts;
  const two = (n: number): string => String(n).padStart(2, "0");
  const ticks = parseDatetime(
    `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}Z`);
  return ticks === null ? null : { kind: "datetime", ticks };
}
