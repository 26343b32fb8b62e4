/** Functions about the run itself: ids, checks, sizes, units, and the names of what a service would know. */
import { printValue, type ScalarType } from "../../table";
import type { ScalarFunction } from "./define";
import { sink, values } from "./lift";
import { define, each, eachIn, kernel } from "./scalar";
import { utf8 } from "./text";
import { QUANTITIES, TEMPERATURES } from "./units";
import { zones } from "./zone";

function conversion(quantity: string, example: readonly [string, string]): ScalarFunction {
  const units = QUANTITIES.get(quantity) ?? new Map<string, number>();
  return define(
    `convert_${quantity}`,
    {
      says: `A ${quantity} in another unit; null for a unit that is not known.`,
      examples: [example],
    },
    each(["value: real", "from: string", "to: string"], "real", (value, from, to) => {
      const a = units.get(from.toLowerCase());
      const b = units.get(to.toLowerCase());
      return a === undefined || b === undefined ? null : (value * a) / b;
    }),
  );
}

function guid(random: () => number): string {
  const digit = (): string => Math.floor(random() * 16).toString(16);
  return "xxxxxxxx-xxxx-4xxx-vxxx-xxxxxxxxxxxx".replace(/[xv]/g, (c) =>
    c === "x" ? digit() : "89ab".charAt(Math.floor(random() * 4)),
  );
}

/** A function of the service that has no meaning without one: a fixed text. */
function absent(name: string, says: string, text: string): ScalarFunction {
  return define(
    name,
    { says, examples: [[`${name}()`, text]] },
    each([], "string", () => text),
  );
}

/** Bytes of a value of each type that has a width of its own. Source: Kusto docs, "Scalar data types". */
const WIDTHS: Readonly<Partial<Record<ScalarType, number>>> =
  { bool: 1, int: 4, long: 8, real: 8, decimal: 16, datetime: 8, timespan: 8, guid: 16 };
/** A dynamic value takes more than its text. */
const DYNAMIC_OVERHEAD = 1;

export const sessionFunctions: readonly ScalarFunction[] = [
  define(
    "new_guid",
    {
      says: "A new guid by chance.",
      examples: [["strlen(tostring(new_guid()))", "36"]],
      pure: false,
    },
    eachIn([], "guid", (context) => () => guid(context.random)),
  ),
  define(
    "assert",
    {
      says: "True where a condition holds; where it does not, the user is told the message.",
      examples: [['assert(1 < 2, "order")', "true"]],
    },
    eachIn(["condition: bool", "const message: string"], "bool", (context) => (condition, message) => {
      if (!condition) context.warn("assert", message);
      return condition;
    }),
  ),
  define(
    "estimate_data_size",
    {
      says: "About how many bytes values take: texts by their length, others by their width.",
      examples: [
        ['estimate_data_size("Text value")', "10"],
        ["estimate_data_size(1)", "8"],
        ['estimate_data_size(int(1), true, datetime(null), "é")', "15"],
      ],
    },
    kernel(["...values: any"], "long", (args, length) => {
      const out = sink("long", length);
      const sizes = args.map((column) => {
        const fixed = WIDTHS[column.type];
        if (fixed !== undefined) return () => fixed;
        const get = values(column, length);
        const more = column.type === "dynamic" ? DYNAMIC_OVERHEAD : 0;
        return (row: number) => utf8(printValue(get(row))).length + more;
      });
      for (let row = 0; row < length; row++) out.set(row, BigInt(sizes.reduce((sum, size) => sum + size(row), 0)));
      return out.column();
    }),
  ),
  define(
    "datetime_list_timezones",
    {
      says: "The time zones that can be converted to and from.",
      examples: [['set_has_element(datetime_list_timezones(), "Europe/Berlin")', "true"]],
    },
    each([], "dynamic", () => zones()),
  ),
  absent("current_database", "The name of the database: here the vault's queries run on no database.", "local"),
  absent("current_cluster_endpoint", "The address of the cluster: there is none here.", "local"),
  absent("cursor_current", "The place in the database's stream of rows: there is none here.", ""),
  define(
    "cursor_after",
    {
      says: "Whether a row came in behind a cursor; rows that were pasted always did.",
      examples: [['cursor_after("")', "true"]],
    },
    each(["cursor: string"], "bool", () => true),
  ),
  define(
    "cursor_before_or_at",
    {
      says: "Whether a row came in up to a cursor; rows that were pasted always did.",
      examples: [['cursor_before_or_at("")', "true"]],
    },
    each(["cursor: string"], "bool", () => true),
  ),
  define(
    "current_principal_is_member_of",
    {
      says: "Whether who runs the query belongs to a group: nobody is signed in here.",
      examples: [['current_principal_is_member_of("aadgroup=a@b.example")', "false"]],
    },
    each(["...groups: string"], "bool", () => false),
    each(["groups: dynamic", "...more: string"], "bool", () => false),
  ),
  define(
    "extent_id",
    {
      says: "The part of the store that holds a row: there is none here, so it is all zeros.",
      examples: [["extent_id()", "00000000-0000-0000-0000-000000000000"]],
    },
    each([], "guid", () => "00000000-0000-0000-0000-000000000000"),
  ),
  define(
    "extent_tags",
    {
      says: "The marks of the part of the store that holds a row: there is none here, so it is null.",
      examples: [["isnull(extent_tags())", "true"]],
    },
    each([], "dynamic", () => null),
  ),
  define(
    "current_principal_details",
    {
      says: "What is known of who runs the query: nobody is signed in here.",
      examples: [["current_principal_details()", "{}"]],
    },
    each([], "dynamic", () => new Map()),
  ),
  absent("current_principal", "Who runs the query: nobody is signed in here.", "local"),
  conversion("length", ['round(convert_length(1.2, "Foot", "Meter"), 6)', "0.36576"]),
  conversion("mass", ['convert_mass(2, "Kilogram", "Gram")', "2000.0"]),
  conversion("speed", ['convert_speed(36, "KilometerPerHour", "MeterPerSecond")', "10.0"]),
  conversion("angle", ['round(convert_angle(1.2, "Degree", "Arcminute"), 6)', "72.0"]),
  conversion("energy", ['convert_energy(2, "Kilojoule", "Joule")', "2000.0"]),
  conversion("force", ['convert_force(3, "Kilonewton", "Newton")', "3000.0"]),
  conversion("volume", ['convert_volume(5, "CubicMeter", "Liter")', "5000.0"]),
  define(
    "convert_temperature",
    {
      says: "A temperature in another unit; null for a unit that is not known.",
      examples: [['round(convert_temperature(1.2, "Kelvin", "DegreeCelsius"), 6)', "-271.95"]],
    },
    each(["value: real", "from: string", "to: string"], "real", (value, from, to) => {
      const a = TEMPERATURES.get(from.toLowerCase());
      const b = TEMPERATURES.get(to.toLowerCase());
      return a === undefined || b === undefined ? null : ((value + a[0]) * a[1]) / b[1] - b[0];
    }),
  ),
];
