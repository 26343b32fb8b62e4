/**
 * The value modifiers: what each takes, what it makes of a value, and what is said of it. Source of all: Sigma
 * specification 2.1, Modifiers; where that is silent, docs/sigma.md tells what was chosen.
 */
import { readNetwork, writeNetwork } from "../functions/sigma/network";
import type { Draft, How, TimePart } from "./draft";
import { asText, KIND_NAMES } from "./draft";
import { base64, base64Offsets, BYTE_ORDER_MARK, utf16Bytes, utf8Bytes } from "./encode";
import type { SigmaOptions } from "./options";
import type { CompareOp } from "./syntax";
import { escapeRegex, findDashes, findPlaceholders, plainText, readPieces, tidyPieces, writeDashes } from "./text";
import type { Piece } from "./text";

/** Why a modifier cannot be applied; `values` instead of the problem's words when it can. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly severity?: "warning";
  /** What to write for the value instead. */
  readonly instead?: string;
}

export interface Situation {
  readonly options: SigmaOptions;
  /** Modifiers that came before, `all` and `neq` left out. */
  readonly before: readonly string[];
  readonly keyword: boolean;
  tell(problem: Refusal): void;
}

export interface Modifier {
  readonly name: string;
  readonly doc: string;
  /** What becomes of a value; undefined when it was refused (and told). Absent: the modifier is about the list. */
  readonly apply?: (value: Draft, situation: Situation) => readonly Draft[] | undefined;
}

type Text = Draft & { readonly kind: "string" };

function wrongType(name: string, value: Draft, wanted: string, situation: Situation): undefined {
  const quoted = value.kind === "string" && /^[-+]?\d+(\.\d+)?$/.test(value.raw) && wanted === "a number";
  situation.tell({ code: "sigma-modifier-type",
    message: `'${name}' takes ${wanted}, found ${quoted ? "digits in quotes" : KIND_NAMES[value.kind]}.`,
    ...(quoted ? { instead: value.raw } : {}) });
  return undefined;
}

function placed(how: How): (value: Draft, situation: Situation) => readonly Draft[] | undefined {
  return (given, situation) => {
    const value = asText(given);
    const front = how === "contains" || how === "endswith";
    const back = how === "contains" || how === "startswith";
    if (value.kind === "string") {
      const pieces: Piece[] = [...value.pieces];
      if (front) pieces.unshift("any");
      if (back) pieces.push("any");
      return [{ ...value, pieces: tidyPieces(pieces) }];
    }
    if (value.kind === "field") return [{ ...value, how }];
    if (value.kind === "regex") return [{ ...value, front: value.front || how === "startswith",
      back: value.back || how === "endswith" }];
    return wrongType(how, value, "a text", situation);
  };
}

/** A modifier of plain bytes: a text without wildcards. */
function bytesOf(name: string, value: Draft, situation: Situation): readonly string[] | undefined {
  const text = asText(value);
  if (text.kind !== "string") return void wrongType(name, value, "a text", situation);
  const written = writeDashes(text.pieces, 625);
  const plain = written?.map(plainText);
  if (plain === undefined || plain.includes(undefined)) {
    situation.tell({ code: "sigma-encoded-wildcard", message: plain === undefined
      ? `'${name}' cannot encode so many writings of the dashes.`
      : `'${name}' encodes a plain text: a wildcard, or a modifier that adds one, has to stand behind it.` });
    return undefined;
  }
  return (plain as string[]).map((p) => (text.bytes ? p : utf8Bytes(p)));
}

function encoded(name: string, encode: (bytes: string) => readonly string[]): NonNullable<Modifier["apply"]> {
  return (value, situation) => bytesOf(name, value, situation)?.flatMap(encode)
    .map((text): Draft => ({ kind: "string", pieces: text === "" ? [] : [{ text }], raw: text, bytes: false,
      cased: value.kind === "string" && value.cased }));
}

function utf16(name: string, order: "little" | "big", mark: string): NonNullable<Modifier["apply"]> {
  return (given, situation) => {
    const value = asText(given);
    if (value.kind !== "string") return wrongType(name, value, "a text", situation);
    const pieces = value.pieces.map((p) => (typeof p === "object" && "text" in p
      ? { text: utf16Bytes(p.text, order) } : p));
    return [{ ...value, pieces: tidyPieces([{ text: mark }, ...pieces]), bytes: true }];
  };
}

function compared(op: CompareOp): NonNullable<Modifier["apply"]> {
  return (value, situation) => {
    if (value.kind === "number") return [{ kind: "compare", op, than: value.value }];
    if (value.kind === "time") return [{ ...value, op }];
    return wrongType(op, value, "a number", situation);
  };
}

const RANGES: Readonly<Record<TimePart, readonly [number, number]>> = {
  minute: [0, 59], hour: [0, 23], day: [1, 31], week: [1, 53], month: [1, 12], year: [0, 9999],
};

function timePart(part: TimePart): NonNullable<Modifier["apply"]> {
  return (value, situation) => {
    if (value.kind !== "number" || !Number.isInteger(Number(value.value))) {
      return wrongType(part, value, "a number", situation);
    }
    const than = Number(value.value);
    const [least, most] = RANGES[part];
    if (than < least || than > most) {
      situation.tell({ code: "sigma-time-range", severity: "warning",
        message: `'${part}' is a number from ${least} to ${most}, found ${than}.` });
    }
    return [{ kind: "time", part, op: "eq", than }];
  };
}

function flag(letter: string): NonNullable<Modifier["apply"]> {
  return (value, situation) => {
    if (value.kind === "regex") return [{ ...value, flags: value.flags.includes(letter) ? value.flags
      : value.flags + letter }];
    situation.tell({ code: "sigma-modifier-order", message: `'${letter}' is a flag of 're' and has to follow it.` });
    return undefined;
  };
}

/** Modifiers that take what the file says and nothing else made of it. */
function first(name: string, situation: Situation): boolean {
  if (situation.before.length === 0) return true;
  situation.tell({ code: "sigma-modifier-order",
    message: `'${name}' has to be the first modifier; '${situation.before.join("|")}' stands before it.` });
  return false;
}

function regex(value: Draft, situation: Situation): readonly Draft[] | undefined {
  const text = asText(value);
  if (text.kind !== "string") return wrongType("re", value, "a text", situation);
  if (!first("re", situation)) return undefined;
  return [{ kind: "regex", pieces: [{ text: text.raw }], flags: "", front: false, back: false }];
}

function cidr(value: Draft, situation: Situation): readonly Draft[] | undefined {
  if (value.kind !== "string") return wrongType("cidr", value, "a network in a text", situation);
  if (!first("cidr", situation)) return undefined;
  const network = readNetwork(value.raw);
  if (network === undefined) {
    situation.tell({ code: "sigma-bad-network",
      message: `'${value.raw}' is no network. Expected an address and a length, as in 10.0.0.0/8 or fe80::/10.` });
    return undefined;
  }
  if (!network.exact) {
    situation.tell({ code: "sigma-host-bits", severity: "warning", instead: writeNetwork(network),
      message: `'${value.raw}' has bits behind the network's length; it is read as ${writeNetwork(network)}.` });
  }
  return [{ kind: "cidr", bytes: network.bytes, bits: network.bits }];
}

function exists(value: Draft, situation: Situation): readonly Draft[] | undefined {
  if (!first("exists", situation)) return undefined;
  if (situation.keyword) {
    situation.tell({ code: "sigma-modifier-type", message: "'exists' asks for a field; a keyword has none." });
    return undefined;
  }
  if (value.kind === "bool") return [{ kind: "exists", wanted: value.value }];
  const word = value.kind === "string" ? value.raw.toLowerCase() : "";
  if (word === "yes" || word === "no") return [{ kind: "exists", wanted: word === "yes" }];
  situation.tell({ code: "sigma-modifier-type", message: `'exists' takes true or false, found ${KIND_NAMES[value.kind]}.`,
    ...(word === "true" || word === "false" ? { instead: word } : {}) });
  return undefined;
}

function fieldReference(value: Draft, situation: Situation): readonly Draft[] | undefined {
  if (value.kind !== "string") return wrongType("fieldref", value, "the name of a field", situation);
  const other = plainText(value.pieces);
  if (other === undefined || other === "") {
    situation.tell({ code: "sigma-modifier-type",
      message: situation.before.length > 0
        ? `'fieldref' takes the plain name of a field: write '${situation.before.join("|")}' behind it.`
        : "'fieldref' takes the plain name of a field, without wildcards." });
    return undefined;
  }
  return [{ kind: "field", other, how: "equals", cased: value.cased }];
}

function expand(value: Draft, situation: Situation): readonly Draft[] | undefined {
  if (value.kind !== "string" && value.kind !== "regex") return wrongType("expand", value, "a text", situation);
  let all: Piece[][] = [[]];
  for (const piece of findPlaceholders(value.pieces)) {
    let choices: readonly (readonly Piece[])[] = [[piece]];
    if (typeof piece === "object" && "placeholder" in piece) {
      const words = situation.options.placeholders?.get(piece.placeholder);
      if (words === undefined && situation.options.unknownPlaceholders !== "anything") {
        situation.tell({ code: "sigma-unknown-placeholder",
          message: `The placeholder '%${piece.placeholder}%' has no value here.` });
        return undefined;
      }
      choices = (words ?? ["*"]).map((word) => (value.kind === "regex"
        ? [{ text: words === undefined ? ".*" : escapeRegex(word) }] : readPieces(word)));
    }
    all = all.flatMap((before) => choices.map((choice) => [...before, ...choice]));
    if (all.length > MOST_EXPANDED) {
      situation.tell({ code: "sigma-too-many-values",
        message: `The placeholders stand for more than ${MOST_EXPANDED} values.` });
      return undefined;
    }
  }
  return all.map((pieces) => ({ ...value, pieces: tidyPieces(pieces) }));
}

/** Values that the placeholders of one value may stand for. */
const MOST_EXPANDED = 100_000;

function cased(value: Draft, situation: Situation): readonly Draft[] | undefined {
  const text = asText(value);
  if (text.kind === "string" || text.kind === "field") return [{ ...text, cased: true }];
  return wrongType("cased", value, "a text", situation);
}

function windash(value: Draft, situation: Situation): readonly Draft[] | undefined {
  if (value.kind !== "string") return value.kind === "number" ? [value] : wrongType("windash", value, "a text", situation);
  const text: Text = { ...value, pieces: findDashes(value.pieces, situation.options.windash === "every") };
  return [text];
}

const ALL: readonly Modifier[] = [
  { name: "all", doc: "Every value of the list must be found, not one of them." },
  { name: "neq", doc: "The field must be different from the value, from each of the values in a list." },
  { name: "contains", doc: "The value stands anywhere in the field.", apply: placed("contains") },
  { name: "startswith", doc: "The field begins with the value.", apply: placed("startswith") },
  { name: "endswith", doc: "The field ends with the value.", apply: placed("endswith") },
  { name: "exists", doc: "The field is there (true) or not (false), whatever it holds.", apply: exists },
  { name: "cased", doc: "Capital and small letters are different.", apply: cased },
  { name: "windash", doc: "Dashes that begin a flag may be written -, /, –, — or ―.", apply: windash },
  { name: "re", doc: "The value is a regular expression, searched anywhere in the field, with case.", apply: regex },
  { name: "i", doc: "Flag of 're': case does not count.", apply: flag("i") },
  { name: "m", doc: "Flag of 're': ^ and $ stand for the start and end of each line.", apply: flag("m") },
  { name: "s", doc: "Flag of 're': the dot stands for line breaks, too.", apply: flag("s") },
  { name: "base64", doc: "The value is encoded in Base64.", apply: encoded("base64", (bytes) => [base64(bytes)]) },
  { name: "base64offset", doc: "The value somewhere inside of a Base64 text: its three possible writings.",
    apply: encoded("base64offset", base64Offsets) },
  { name: "utf16le", doc: "The value in UTF-16, low byte first.", apply: utf16("utf16le", "little", "") },
  { name: "wide", doc: "The value in UTF-16, low byte first; the same as 'utf16le'.",
    apply: utf16("wide", "little", "") },
  { name: "utf16be", doc: "The value in UTF-16, high byte first.", apply: utf16("utf16be", "big", "") },
  { name: "utf16", doc: "The value in UTF-16 with a byte order mark in front.",
    apply: utf16("utf16", "little", BYTE_ORDER_MARK) },
  { name: "lt", doc: "The field is a number below the value.", apply: compared("lt") },
  { name: "lte", doc: "The field is a number not above the value.", apply: compared("lte") },
  { name: "gt", doc: "The field is a number above the value.", apply: compared("gt") },
  { name: "gte", doc: "The field is a number not below the value.", apply: compared("gte") },
  { name: "minute", doc: "The minute of the field's time, 0 to 59.", apply: timePart("minute") },
  { name: "hour", doc: "The hour of the field's time in UTC, 0 to 23.", apply: timePart("hour") },
  { name: "day", doc: "The day of the month of the field's time in UTC, 1 to 31.", apply: timePart("day") },
  { name: "week", doc: "The ISO week of the field's time in UTC, 1 to 53.", apply: timePart("week") },
  { name: "month", doc: "The month of the field's time in UTC, 1 to 12.", apply: timePart("month") },
  { name: "year", doc: "The year of the field's time in UTC.", apply: timePart("year") },
  { name: "cidr", doc: "The field is an address of this network, IPv4 or IPv6.", apply: cidr },
  { name: "expand", doc: "%name% in the value stands for the values that the workspace has for it.", apply: expand },
  { name: "fieldref", doc: "The value is the name of another field, whose value is compared.", apply: fieldReference },
];

/** All modifiers by their names. */
export const MODIFIERS: ReadonlyMap<string, Modifier> = new Map(ALL.map((m) => [m.name, m]));
