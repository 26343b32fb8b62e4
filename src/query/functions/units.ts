/**
 * Units of measure by the names that `convert_length()` and its kin take, each with its size in one unit of its
 * quantity. Names: Kusto docs, one page per function. Sizes: the units' own definitions.
 */

const INCH = 0.0254,
  FOOT = 0.3048,
  YARD = 0.9144,
  MILE = 1609.344,
  SURVEY_FOOT = 1200 / 3937,
  PARSEC = 3.0856775814913672e16,
  LIGHT_YEAR = 9.4607304725808e15;
const POUND = 0.45359237,
  GRAVITY = 9.80665,
  POUND_FORCE = POUND * GRAVITY;
const CUBIC_INCH = INCH ** 3,
  CUBIC_FOOT = FOOT ** 3,
  US_GALLON = 231 * CUBIC_INCH,
  IMPERIAL_GALLON = 4.54609e-3;
const CALORIE = 4.184,
  BTU = 1055.05585262,
  ELECTRON_VOLT = 1.602176634e-19,
  WATT_HOUR = 3600,
  THERM = 1e5;

/** Meters. */
const LENGTH = {
  Angstrom: 1e-10,
  AstronomicalUnit: 1.495978707e11,
  Centimeter: 0.01,
  Chain: 66 * FOOT,
  DataMile: 6000 * FOOT,
  Decameter: 10,
  Decimeter: 0.1,
  DtpPica: INCH / 6,
  DtpPoint: INCH / 72,
  Fathom: 6 * FOOT,
  Foot: FOOT,
  Hand: 4 * INCH,
  Hectometer: 100,
  Inch: INCH,
  KilolightYear: 1e3 * LIGHT_YEAR,
  Kilometer: 1000,
  Kiloparsec: 1e3 * PARSEC,
  LightYear: LIGHT_YEAR,
  MegalightYear: 1e6 * LIGHT_YEAR,
  Megaparsec: 1e6 * PARSEC,
  Meter: 1,
  Microinch: 1e-6 * INCH,
  Micrometer: 1e-6,
  Mil: 1e-3 * INCH,
  Mile: MILE,
  Millimeter: 1e-3,
  Nanometer: 1e-9,
  NauticalMile: 1852,
  Parsec: PARSEC,
  PrinterPica: 0.166044 * INCH,
  PrinterPoint: 0.013837 * INCH,
  Shackle: 90 * FOOT,
  SolarRadius: 6.9551e8,
  Twip: INCH / 1440,
  UsSurveyFoot: SURVEY_FOOT,
  Yard: YARD,
};

/** Kilograms. */
const MASS = {
  Centigram: 1e-5,
  Decagram: 0.01,
  Decigram: 1e-4,
  EarthMass: 5.9722e24,
  Grain: POUND / 7000,
  Gram: 1e-3,
  Hectogram: 0.1,
  Kilogram: 1,
  Kilopound: 1e3 * POUND,
  Kilotonne: 1e6,
  LongHundredweight: 112 * POUND,
  LongTon: 2240 * POUND,
  Megapound: 1e6 * POUND,
  Megatonne: 1e9,
  Microgram: 1e-9,
  Milligram: 1e-6,
  Nanogram: 1e-12,
  Ounce: POUND / 16,
  Pound: POUND,
  ShortHundredweight: 100 * POUND,
  ShortTon: 2000 * POUND,
  Slug: POUND_FORCE / FOOT,
  SolarMass: 1.98947e30,
  Stone: 14 * POUND,
  Tonne: 1000,
};

/** Radians. */
const ANGLE = {
  Arcminute: Math.PI / 10800,
  Arcsecond: Math.PI / 648000,
  Centiradian: 0.01,
  Deciradian: 0.1,
  Degree: Math.PI / 180,
  Gradian: Math.PI / 200,
  Microdegree: (1e-6 * Math.PI) / 180,
  Microradian: 1e-6,
  Millidegree: (1e-3 * Math.PI) / 180,
  Milliradian: 1e-3,
  Nanodegree: (1e-9 * Math.PI) / 180,
  Nanoradian: 1e-9,
  NatoMil: Math.PI / 3200,
  Radian: 1,
  Revolution: 2 * Math.PI,
};

/** Joules. */
const ENERGY = {
  BritishThermalUnit: BTU,
  Calorie: CALORIE,
  DecathermEc: 10 * THERM * BTU,
  DecathermImperial: 10 * THERM * BTU,
  DecathermUs: 10 * 1.054804e8,
  ElectronVolt: ELECTRON_VOLT,
  Erg: 1e-7,
  FootPound: POUND_FORCE * FOOT,
  GigabritishThermalUnit: 1e9 * BTU,
  GigaelectronVolt: 1e9 * ELECTRON_VOLT,
  Gigajoule: 1e9,
  GigawattDay: 24e9 * WATT_HOUR,
  GigawattHour: 1e9 * WATT_HOUR,
  HorsepowerHour: 550 * POUND_FORCE * FOOT * 3600,
  Joule: 1,
  KilobritishThermalUnit: 1e3 * BTU,
  Kilocalorie: 1e3 * CALORIE,
  KiloelectronVolt: 1e3 * ELECTRON_VOLT,
  Kilojoule: 1e3,
  KilowattDay: 24e3 * WATT_HOUR,
  KilowattHour: 1e3 * WATT_HOUR,
  MegabritishThermalUnit: 1e6 * BTU,
  Megacalorie: 1e6 * CALORIE,
  MegaelectronVolt: 1e6 * ELECTRON_VOLT,
  Megajoule: 1e6,
  MegawattDay: 24e6 * WATT_HOUR,
  MegawattHour: 1e6 * WATT_HOUR,
  Millijoule: 1e-3,
  TeraelectronVolt: 1e12 * ELECTRON_VOLT,
  TerawattDay: 24e12 * WATT_HOUR,
  TerawattHour: 1e12 * WATT_HOUR,
  ThermEc: THERM * BTU,
  ThermImperial: THERM * BTU,
  ThermUs: 1.054804e8,
  WattDay: 24 * WATT_HOUR,
  WattHour: WATT_HOUR,
};

/** Newtons. */
const FORCE = {
  Decanewton: 10,
  Dyn: 1e-5,
  KilogramForce: GRAVITY,
  Kilonewton: 1e3,
  KiloPond: GRAVITY,
  KilopoundForce: 1e3 * POUND_FORCE,
  Meganewton: 1e6,
  Micronewton: 1e-6,
  Millinewton: 1e-3,
  Newton: 1,
  OunceForce: POUND_FORCE / 16,
  Poundal: POUND * FOOT,
  PoundForce: POUND_FORCE,
  ShortTonForce: 2000 * POUND_FORCE,
  TonneForce: 1000 * GRAVITY,
};

/** Cubic meters. */
const VOLUME = {
  AcreFoot: 1 / 8.10714e-4,
  AuTablespoon: 2e-5,
  BoardFoot: 144 * CUBIC_INCH,
  Centiliter: 1e-5,
  CubicCentimeter: 1e-6,
  CubicDecimeter: 1e-3,
  CubicFoot: CUBIC_FOOT,
  CubicHectometer: 1e6,
  CubicInch: CUBIC_INCH,
  CubicKilometer: 1e9,
  CubicMeter: 1,
  CubicMicrometer: 1e-18,
  CubicMile: MILE ** 3,
  CubicMillimeter: 1e-9,
  CubicYard: YARD ** 3,
  Decaliter: 0.01,
  DecausGallon: 10 * US_GALLON,
  Deciliter: 1e-4,
  DeciusGallon: 0.1 * US_GALLON,
  HectocubicFoot: 100 * CUBIC_FOOT,
  HectocubicMeter: 100,
  Hectoliter: 0.1,
  HectousGallon: 100 * US_GALLON,
  ImperialBeerBarrel: 36 * IMPERIAL_GALLON,
  ImperialGallon: IMPERIAL_GALLON,
  ImperialOunce: IMPERIAL_GALLON / 160,
  ImperialPint: IMPERIAL_GALLON / 8,
  KilocubicFoot: 1e3 * CUBIC_FOOT,
  KilocubicMeter: 1e3,
  KiloimperialGallon: 1e3 * IMPERIAL_GALLON,
  Kiloliter: 1,
  KilousGallon: 1e3 * US_GALLON,
  Liter: 1e-3,
  MegacubicFoot: 1e6 * CUBIC_FOOT,
  MegaimperialGallon: 1e6 * IMPERIAL_GALLON,
  Megaliter: 1e3,
  MegausGallon: 1e6 * US_GALLON,
  MetricCup: 2.5e-4,
  MetricTeaspoon: 5e-6,
  Microliter: 1e-9,
  Milliliter: 1e-6,
  OilBarrel: 42 * US_GALLON,
  UkTablespoon: 1.5e-5,
  UsBeerBarrel: 31 * US_GALLON,
  UsCustomaryCup: US_GALLON / 16,
  UsGallon: US_GALLON,
  UsLegalCup: 2.4e-4,
  UsOunce: US_GALLON / 128,
  UsPint: US_GALLON / 8,
  UsQuart: US_GALLON / 4,
  UsTablespoon: US_GALLON / 256,
  UsTeaspoon: US_GALLON / 768,
};

/** Meters per second: every length per hour, minute and second. */
function speeds(): Record<string, number> {
  const lengths = {
    Nanometer: 1e-9,
    Micrometer: 1e-6,
    Millimeter: 1e-3,
    Centimeter: 0.01,
    Decimeter: 0.1,
    Meter: 1,
    Kilometer: 1000,
    Inch: INCH,
    Foot: FOOT,
    Yard: YARD,
    Mile: MILE,
    UsSurveyFoot: SURVEY_FOOT,
  };
  const out: Record<string, number> = { Knot: 1852 / 3600 };
  for (const [length, meters] of Object.entries(lengths)) {
    for (const [time, seconds] of [
      ["Hour", 3600],
      ["Minute", 60],
      ["Second", 1],
    ] as const)
      out[`${length}Per${time}`] = meters / seconds;
  }
  return out;
}

function byName(units: Readonly<Record<string, number>>): ReadonlyMap<string, number> {
  return new Map(Object.entries(units).map(([name, size]) => [name.toLowerCase(), size]));
}

/** Sizes by quantity and unit in lower case. */
export const QUANTITIES: ReadonlyMap<string, ReadonlyMap<string, number>> = new Map([
  ["length", byName(LENGTH)],
  ["mass", byName(MASS)],
  ["speed", byName(speeds())],
  ["angle", byName(ANGLE)],
  ["energy", byName(ENERGY)],
  ["force", byName(FORCE)],
  ["volume", byName(VOLUME)],
]);

/** Temperatures in lower case: what is added to and then multiplied with a number of degrees to make it kelvin. */
export const TEMPERATURES: ReadonlyMap<string, readonly [number, number]> = new Map([
  ["kelvin", [0, 1]],
  ["degreecelsius", [273.15, 1]],
  ["millidegreecelsius", [273150, 1e-3]],
  ["degreefahrenheit", [459.67, 5 / 9]],
  ["degreerankine", [0, 5 / 9]],
  ["degreedelisle", [-559.725, -2 / 3]],
  ["degreenewton", [273.15 * 0.33, 1 / 0.33]],
  ["degreereaumur", [273.15 * 0.8, 1.25]],
  ["degreeroemer", [273.15 * (21 / 40) - 7.5, 40 / 21]],
  ["solartemperature", [0, 5778]],
] as const);
