/** Functions about the run and the service: ids, checks, sizes, units, names of what does not exist here. */
import { printValue } from "../../table";
import type { ScalarFunction } from "./define";
import { define, each, eachIn } from "./scalar";
import { utf8 } from "./text";
import { zones } from "./zone";

/** Units of one quantity in one of them. Temperatures are not multiples and stand apart. */
const UNITS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  length: {
    Kilometer: 1000, Meter: 1, Decimeter: 0.1, Centimeter: 0.01, Millimeter: 1e-3, Micrometer: 1e-6, Nanometer: 1e-9,
    Inch: 0.0254, Foot: 0.3048, Yard: 0.9144, Mile: 1609.344, NauticalMile: 1852,
  },
  mass: { Tonne: 1000, Kilogram: 1, Gram: 1e-3, Milligram: 1e-6, Microgram: 1e-9, Pound: 0.45359237, Ounce: 0.45359237 / 16, Stone: 6.35029318 },
  speed: {
    MeterPerSecond: 1, KilometerPerHour: 1 / 3.6, MilePerHour: 0.44704, Knot: 1852 / 3600, FootPerSecond: 0.3048, KilometerPerSecond: 1000,
    CentimeterPerSecond: 0.01, MeterPerMinute: 1 / 60, MeterPerHour: 1 / 3600,
  },
  angle: { Radian: 1, Degree: Math.PI / 180, Arcminute: Math.PI / 10800, Arcsecond: Math.PI / 648000, Gradian: Math.PI / 200, Revolution: 2 * Math.PI },
  energy: { Joule: 1, Kilojoule: 1000, Megajoule: 1e6, Calorie: 4.184, Kilocalorie: 4184, WattHour: 3600, KilowattHour: 3.6e6, ElectronVolt: 1.602176634e-19, BritishThermalUnit: 1055.05585262 },
  force: { Newton: 1, Kilonewton: 1000, Dyn: 1e-5, KilogramForce: 9.80665, PoundForce: 4.4482216152605 },
  volume: { CubicMeter: 1, Liter: 1e-3, Deciliter: 1e-4, Centiliter: 1e-5, Milliliter: 1e-6, CubicCentimeter: 1e-6, UsGallon: 3.785411784e-3, CubicFoot: 0.028316846592, CubicInch: 1.6387064e-5 },
};

function conversion(quantity: string, example: readonly [string, string]): ScalarFunction {
  const units = new Map(Object.entries(UNITS[quantity] ?? {}).map(([name, size]) => [name.toLowerCase(), size]));
  return define(`convert_${quantity}`, {
    says: `A ${quantity} in another unit; null for a unit that is not known.`,
    examples: [example],
  }, each(["value: real", "from: string", "to: string"], "real", (value, from, to) => {
    const a = units.get(from.toLowerCase());
    const b = units.get(to.toLowerCase());
    return a === undefined || b === undefined ? null : (value * a) / b;
  }));
}

/** A temperature's unit as its zero and step in kelvin. */
const TEMPERATURES: ReadonlyMap<string, readonly [number, number]> = new Map([
  ["kelvin", [0, 1]], ["degreecelsius", [273.15, 1]], ["degreefahrenheit", [459.67 * (5 / 9), 5 / 9]], ["degreerankine", [0, 5 / 9]],
] as const);

function guid(random: () => number): string {
  const digit = (): string => Math.floor(random() * 16).toString(16);
  return "xxxxxxxx-xxxx-4xxx-vxxx-xxxxxxxxxxxx".replace(/[xv]/g, (c) => (c === "x" ? digit() : "89ab".charAt(Math.floor(random() * 4))));
}

/** A function of the service that has no meaning without one: a fixed text. */
function absent(name: string, says: string, text: string): ScalarFunction {
  return define(name, { says, examples: [[`${name}()`, text]] }, each([], "string", () => text));
}

export const services: readonly ScalarFunction[] = [
  define("new_guid", {
    says: "A new guid by chance.",
    examples: [["strlen(tostring(new_guid()))", "36"]],
    pure: false,
  }, eachIn([], "guid", (context) => () => guid(context.random))),
  define("assert", {
    says: "True where a condition holds; where it does not, the user is told the message.",
    examples: [['assert(1 < 2, "order")', "true"]],
  }, eachIn(["condition: bool", "const message: string"], "bool", (context) => (condition, message) => {
    if (!condition) context.warn("assert", message);
    return condition;
  })),
  define("estimate_data_size", {
    says: "About how many bytes values take: texts by their length, others by their width.",
    examples: [['estimate_data_size("Text value")', "10"], ["estimate_data_size(1)", "8"]],
  }, each(["...values: any"], "long", (...values) =>
    values.reduce((sum: bigint, v) => sum + (typeof v === "bigint" || typeof v === "number" ? 8n : typeof v === "boolean" ? 1n : BigInt(utf8(printValue(v)).length)), 0n))),
  define("datetime_list_timezones", {
    says: "The time zones that can be converted to and from.",
    examples: [['set_has_element(datetime_list_timezones(), "Europe/Berlin")', "true"]],
  }, each([], "dynamic", () => zones())),
  absent("current_database", "The name of the database: here the vault's queries run on no database.", "local"),
  absent("current_cluster_endpoint", "The address of the cluster: there is none here.", "local"),
  absent("current_principal", "Who runs the query: nobody is signed in here.", "local"),
  conversion("length", ['round(convert_length(1.2, "Foot", "Meter"), 6)', "0.36576"]),
  conversion("mass", ['convert_mass(2, "Kilogram", "Gram")', "2000.0"]),
  conversion("speed", ['convert_speed(36, "KilometerPerHour", "MeterPerSecond")', "10.0"]),
  conversion("angle", ['round(convert_angle(1.2, "Degree", "Arcminute"), 6)', "72.0"]),
  conversion("energy", ['convert_energy(2, "Kilojoule", "Joule")', "2000.0"]),
  conversion("force", ['convert_force(3, "Kilonewton", "Newton")', "3000.0"]),
  conversion("volume", ['convert_volume(5, "CubicMeter", "Liter")', "5000.0"]),
  define("convert_temperature", {
    says: "A temperature in another unit; null for a unit that is not known.",
    examples: [['round(convert_temperature(1.2, "Kelvin", "DegreeCelsius"), 6)', "-271.95"]],
  }, each(["value: real", "from: string", "to: string"], "real", (value, from, to) => {
    const a = TEMPERATURES.get(from.toLowerCase());
    const b = TEMPERATURES.get(to.toLowerCase());
    return a === undefined || b === undefined ? null : (a[0] + value * a[1] - b[0]) / b[1];
  })),
];
