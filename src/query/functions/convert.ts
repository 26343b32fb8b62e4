/**
 * Conversions between types: what cannot be converted is null. Binders put these in for implicit conversions too.
 * Source: Kusto docs, "Scalar functions" (Conversion functions).
 */
import type { Column, ScalarType } from "../../table";
import { coerce, printValue, readGuid, spread } from "../../table";
import type { ScalarFunction } from "./define";
import { parseJson } from "./dynamic";
import { converted, lowered, sink, values } from "./lift";
import type { Signature } from "./scalar";
import { define, each, kernel } from "./scalar";

/** From texts once per word, from any other type row by row. */
function conversion(type: Exclude<ScalarType, "string" | "dynamic">): readonly Signature[] {
  return [
    each(["value: string"], type, (text) => lowered(type, coerce(text, type)) as never),
    kernel(["value: any"], type, (args, length) => converted(args[0] as Column, type, length)),
  ];
}

/** Its digits; what follows is ignored. Kusto docs: toguid(), Returns. */
const GUID = /^\s*[{(]?[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}/i;

export const conversions: readonly ScalarFunction[] = [
  define(
    "tobool",
    {
      says: "A truth value of a text or number.",
      examples: [
        ['tobool("true")', "true"],
        ["tobool(0)", "false"],
        ['tobool("maybe")', ""],
      ],
    },
    ...conversion("bool"),
  ),
  define(
    "toint",
    {
      says: "A whole number of 32 bits; fractions are cut.",
      examples: [
        ['toint("123")', "123"],
        ["toint(2.9)", "2"],
        ['toint("a")', ""],
        ["toint(4294967296)", ""],
      ],
    },
    ...conversion("int"),
  ),
  define(
    "tolong",
    {
      says: "A whole number of 64 bits; fractions are cut.",
      examples: [
        ['tolong("123")', "123"],
        ['tolong("0x1F")', "31"],
        ['tolong("x")', ""],
      ],
    },
    ...conversion("long"),
  ),
  define(
    "toreal",
    {
      says: "A real number.",
      examples: [
        ['toreal("123.4")', "123.4"],
        ["toreal(5)", "5.0"],
        ['toreal("x")', ""],
      ],
    },
    ...conversion("real"),
  ),
  define(
    "todecimal",
    {
      says: "An exact decimal number.",
      examples: [['todecimal("123.45678")', "123.45678"]],
    },
    ...conversion("decimal"),
  ),
  define(
    "todatetime",
    {
      says: "A point in time from a text in any of the usual forms.",
      examples: [
        ['todatetime("2015-12-31 23:59:59.9")', "2015-12-31T23:59:59.9000000Z"],
        ['todatetime("soon")', ""],
      ],
    },
    ...conversion("datetime"),
  ),
  define(
    "totimespan",
    {
      says: "A span of time from a text.",
      examples: [
        ['totimespan("0.00:01:00")', "00:01:00"],
        ['totimespan("2d")', "2.00:00:00"],
      ],
    },
    ...conversion("timespan"),
  ),
  define(
    "toguid",
    {
      says: "A guid from a text with or without dashes and braces.",
      examples: [
        ['toguid("70FC66F7-8279-44FC-9092-D364D70FCE44")', "70fc66f7-8279-44fc-9092-d364d70fce44"],
        ['toguid("70fc66f7827944fc9092d364d70fce44, and more")', "70fc66f7-8279-44fc-9092-d364d70fce44"],
        ['toguid("70fc66f7")', ""],
      ],
    },
    each(["value: string"], "guid", (text) => readGuid(GUID.exec(text)?.[0] ?? "")),
    ...conversion("guid").slice(1),
  ),
  define(
    "tostring",
    {
      says: "A text of any value; null gives the empty one.",
      examples: [
        ["tostring(123)", "123"],
        ["tostring(int(null))", ""],
        ['tostring(dynamic({"a":[1,2]}))', '{"a":[1,2]}'],
        ["tostring(1.0)", "1.0"],
      ],
    },
    kernel(["value: string"], "string", (args, length) => spread(args[0] as Column, length)),
    kernel(["value: any"], "string", (args, length) => {
      const [column] = args as readonly [Column];
      const get = values(column, length);
      const out = sink("string", length);
      for (let row = 0; row < length; row++) out.set(row, printValue(get(row)));
      return out.column();
    }),
  ),
  define(
    "todynamic",
    {
      says: "Any value as a dynamic one; a text is read as JSON.",
      examples: [
        ["todynamic(5)", "5"],
        ["todynamic('[1,2]')[1]", "2"],
      ],
    },
    each(["value: string"], "dynamic", parseJson),
    kernel(["value: dynamic"], "dynamic", (args, length) => spread(args[0] as Column, length)),
    kernel(["value: any"], "dynamic", (args, length) => converted(args[0] as Column, "dynamic", length)),
  ),
];
