/**
 * Numbers: powers, logarithms, angles, bits, chance, special functions. Source: Kusto docs, "Scalar functions"
 * (Mathematical functions).
 */
import { coerce, decimalOf, realOf } from "../../table";
import type { Value } from "../../table";
import { roundReal } from "./arithmetic";
import type { ScalarFunction } from "./define";
import { define, each, eachIn, seeing, type Signature } from "./scalar";

/**
 * A function of one real number. What has no answer (a root of a negative number) is not a number, as Kusto's engines
 * print it; its documentation says null.
 */
function real(
  name: string,
  says: string,
  examples: ScalarFunction["examples"],
  fn: (x: number) => number,
): ScalarFunction {
  return define(
    name,
    { says, examples },
    each(["number: real"], "real", fn),
    each(["number: decimal"], "real", (x) => fn(realOf(x))),
  );
}

/** Whole numbers combined bit by bit. */
function bits(
  name: string,
  says: string,
  examples: ScalarFunction["examples"],
  fn: (a: bigint, b: bigint) => bigint | null,
): ScalarFunction {
  return define(name, { says, examples }, each(["left: long", "right: long"], "long", fn));
}

function countBits(value: bigint): bigint {
  let count = 0n;
  for (let n = BigInt.asUintN(64, value); n > 0n; n &= n - 1n) count++;
  return count;
}

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** The gamma function after C. Lanczos (g = 7, nine terms); whole numbers exactly. */
export function gamma(x: number): number {
  if (Number.isInteger(x)) {
    if (x <= 0) return NaN;
    if (x <= 171) {
      let product = 1;
      for (let i = 2; i < x; i++) product *= i;
      return product;
    }
    return Infinity;
  }
  if (x < 0.5) return Math.PI / (Math.sin(Math.PI * x) * gamma(1 - x));
  const z = x - 1;
  const t = z + 7.5;
  return Math.sqrt(2 * Math.PI) * t ** (z + 0.5) * Math.exp(-t) * lanczosSum(z);
}

function lanczosSum(z: number): number {
  return LANCZOS.reduce((sum, c, i) => (i === 0 ? c : sum + c / (z + i)), 0);
}

/** Logarithm of the size of the gamma function. */
export function logGamma(x: number): number {
  if (Number.isInteger(x) && x <= 0) return NaN;
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - logGamma(1 - x);
  const z = x - 1;
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(lanczosSum(z));
}

/** What is left of the error function from x on: a series near zero, a continued fraction beyond (x at least 0). */
function erfcPositive(x: number): number {
  if (x < 2.5) {
    let term = x;
    let sum = x;
    for (let n = 1; n < 200 && Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = x;
  for (let n = 120; n > 0; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction);
}

function erfc(x: number): number {
  return x < 0 ? 2 - erfcPositive(-x) : erfcPositive(x);
}

/** Both tails of Student's t, by its relation to the incomplete beta function; degrees after Welch and Satterthwaite. */
function welchTest(mean1: number, variance1: number, n1: number, mean2: number, variance2: number, n2: number): number {
  const [a, b] = [variance1 / n1, variance2 / n2];
  if (!(n1 > 1 && n2 > 1 && a >= 0 && b >= 0)) return NaN;
  if (a + b === 0) return mean1 === mean2 ? 1 : 0;
  const degrees = (a + b) ** 2 / (a ** 2 / (n1 - 1) + b ** 2 / (n2 - 1));
  const t = (mean1 - mean2) ** 2 / (a + b);
  return betaCdf(degrees / (degrees + t), degrees / 2, 0.5);
}

const MOST_SHAPE = 10_000;

/** What the parameters of the beta distribution may be. Source: Kusto docs, "beta_cdf()". */
function inShape(parameter: number): boolean {
  return parameter > 0 && parameter <= MOST_SHAPE;
}

/** The regularised incomplete beta function by Lentz's continued fraction. */
function betaCdf(x: number, a: number, b: number): number {
  if (!inShape(a) || !inShape(b) || !(x >= 0 && x <= 1)) return NaN;
  if (x === 0 || x === 1) return x;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaCdf(1 - x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log(1 - x) + logGamma(a + b) - logGamma(a) - logGamma(b)) / a;
  const tiny = 1e-300;
  let c = 1;
  let d = 1 - ((a + b) * x) / (a + 1);
  d = 1 / (Math.abs(d) < tiny ? tiny : d);
  let f = d;
  for (let m = 1; m < 500; m++) {
    for (const n of [
      (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)),
      (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)),
    ]) {
      d = 1 + n * d;
      d = 1 / (Math.abs(d) < tiny ? tiny : d);
      c = 1 + n / c;
      if (Math.abs(c) < tiny) c = tiny;
      f *= c * d;
    }
    if (Math.abs(c * d - 1) < 1e-15) break;
  }
  return front * f;
}

/** Finds the place at which the beta distribution reaches a probability, by halving. */
function betaInverse(p: number, a: number, b: number): number | null {
  if (!(p > 0 && p <= 1)) return null;
  if (!(a > 0 && b > 0)) return NaN;
  if (p === 1) return 1;
  let low = 0;
  let high = 1;
  for (let i = 0; i < 200 && high - low > 0; i++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (betaCdf(middle, a, b) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function betaPdf(x: number, a: number, b: number): number {
  if (!(a > 0 && b > 0) || !(x > 0 && x < 1)) return NaN;
  return Math.exp((a - 1) * Math.log(x) + (b - 1) * Math.log(1 - x) + logGamma(a + b) - logGamma(a) - logGamma(b));
}

/** A function of several reals; a decimal among them is taken for a real. */
function reals(names: readonly string[], fn: (...numbers: number[]) => number | null): Signature {
  return each(names.map((name) => `${name}: number` as const), "real", (...numbers: Value[]) => {
    const given = numbers.map((n) => coerce(n, "real"));
    return given.every((n) => typeof n === "number") ? fn(...given) : null;
  });
}

const SIZES = ["Bytes", "KB", "MB", "GB", "TB", "PB", "EB"];

/** A number of bytes in the largest unit that leaves a whole one, or in a given unit. */
function formatBytes(size: number, precision: bigint | undefined, unit: string | undefined): string | null {
  const given =
    unit === undefined || unit === "" ? -1 : SIZES.findIndex((s) => s.toLowerCase() === unit.toLowerCase());
  if (given < 0 && unit !== undefined && unit !== "") return null;
  let power = given;
  if (power < 0) for (power = 0; power < SIZES.length - 1 && Math.abs(size) >= 1024 ** (power + 1);) power++;
  const digits = Math.max(0, Math.min(15, Number(precision ?? 0n)));
  const value = roundReal(size / 1024 ** power, digits);
  return `${String(value)} ${SIZES[power] ?? ""}`;
}

/** Whether `value` lies within `delta` of `center`, both ends included. */
function around(value: Value, center: Value, delta: Value): boolean | null {
  const ticks = (v: Value): bigint | undefined =>
    v !== null && typeof v === "object" && "ticks" in v ? v.ticks : undefined;
  const [v, c, d] = [ticks(value), ticks(center), ticks(delta)];
  if (v !== undefined && c !== undefined && d !== undefined) return v >= c - d && v <= c + d;
  const [x, y, z] = [value, center, delta].map((n) => coerce(n, "real"));
  return typeof x === "number" && typeof y === "number" && typeof z === "number" ? x >= y - z && x <= y + z : null;
}

export const mathematics: readonly ScalarFunction[] = [
  define(
    "pow",
    { says: "A number raised to a power.", examples: [["pow(2, 3)", "8.0"]] },
    each(["base: real", "exponent: real"], "real", (x, y) => x ** y),
  ),
  real(
    "sqrt",
    "The square root; NaN of a number below zero.",
    [
      ["sqrt(16)", "4.0"],
      ["sqrt(-1)", "NaN"],
    ],
    Math.sqrt,
  ),
  real("exp", "The number e raised to a power.", [["exp(0)", "1.0"]], Math.exp),
  real("exp2", "The number 2 raised to a power.", [["exp2(3)", "8.0"]], (x) => 2 ** x),
  real("exp10", "The number 10 raised to a power.", [["exp10(3)", "1000.0"]], (x) => 10 ** x),
  real(
    "log",
    "The natural logarithm; NaN of a number below zero.",
    [
      ["log(1)", "0.0"],
      ["log(-1)", "NaN"],
    ],
    Math.log,
  ),
  real("log2", "The logarithm to base 2.", [["log2(8)", "3.0"]], Math.log2),
  real("log10", "The logarithm to base 10.", [["log10(1000)", "3.0"]], Math.log10),
  real("sin", "The sine of an angle in radians.", [["sin(0)", "0.0"]], Math.sin),
  real("cos", "The cosine of an angle in radians.", [["cos(0)", "1.0"]], Math.cos),
  real("tan", "The tangent of an angle in radians.", [["tan(0)", "0.0"]], Math.tan),
  real("cot", "The cotangent of an angle in radians.", [["round(cot(1), 4)", "0.6421"]], (x) => 1 / Math.tan(x)),
  real(
    "asin",
    "The angle with this sine, in radians; NaN outside of -1 to 1.",
    [
      ["asin(0)", "0.0"],
      ["asin(2)", "NaN"],
    ],
    Math.asin,
  ),
  real("acos", "The angle with this cosine, in radians; NaN outside of -1 to 1.", [["acos(1)", "0.0"]], Math.acos),
  real("atan", "The angle with this tangent, in radians.", [["atan(0)", "0.0"]], Math.atan),
  define(
    "atan2",
    {
      says: "The angle between the x axis and the ray to the point (y, x), in radians.",
      examples: [["round(atan2(1, 1), 4)", "0.7854"]],
    },
    reals(["y", "x"], Math.atan2),
  ),
  define(
    "pi",
    { says: "The ratio of a circle's circumference to its diameter.", examples: [["round(pi(), 4)", "3.1416"]] },
    each([], "real", () => Math.PI),
  ),
  real("degrees", "An angle in radians as degrees.", [["degrees(pi())", "180.0"]], (x) => (x * 180) / Math.PI),
  real(
    "radians",
    "An angle in degrees as radians.",
    [["round(radians(180), 4)", "3.1416"]],
    (x) => (x * Math.PI) / 180,
  ),
  real("gamma", "The gamma function: of a whole number n the factorial of n - 1.", [["gamma(5)", "24.0"]], gamma),
  real(
    "loggamma",
    "The logarithm of the size of the gamma function.",
    [["round(loggamma(5), 4)", "3.1781"]],
    logGamma,
  ),
  real(
    "erf",
    "The error function.",
    [
      ["erf(0)", "0.0"],
      ["round(erf(1), 6)", "0.842701"],
    ],
    (x) => 1 - erfc(x),
  ),
  real("erfc", "What the error function lacks to 1.", [["erfc(0)", "1.0"]], erfc),
  define(
    "welch_test",
    {
      says: "How likely two samples of these means, variances and counts differ so much by chance: Welch's t-test, both sides.",
      examples: [["round(welch_test(20.82, 7.95, 15, 23.0, 3.82, 15), 3)", "0.021"], ["welch_test(1, 0, 2, 1, 0, 2)", "1.0"]],
    },
    each(
      ["mean1: real", "variance1: real", "count1: real", "mean2: real", "variance2: real", "count2: real"], "real",
      welchTest,
    ),
  ),
  define(
    "beta_cdf",
    {
      says: "The probability that a beta distributed number is at most x.",
      examples: [
        ["round(beta_cdf(0.2, 10, 20), 4)", "0.0493"],
        ["beta_cdf(1.5, 10, 20)", "NaN"],
        ["beta_cdf(0.5, 10001, 20)", "NaN"],
      ],
    },
    reals(["x", "alpha", "beta"], betaCdf),
  ),
  define(
    "beta_inv",
    {
      says: "The number below which a beta distributed one lies with a probability.",
      examples: [
        ["round(beta_inv(0.1, 10, 20), 4)", "0.2264"],
        ["beta_inv(1.5, 10, 20)", ""],
        ["beta_inv(0, 10, 20)", ""],
        ["beta_inv(1, 2, 3)", "1.0"],
      ],
    },
    reals(["probability", "alpha", "beta"], betaInverse),
  ),
  define(
    "beta_pdf",
    { says: "The density of the beta distribution.", examples: [["round(beta_pdf(0.5, 2, 2), 4)", "1.5"], ["beta_pdf(0, 2, 2)", "NaN"]] },
    reals(["x", "alpha", "beta"], betaPdf),
  ),
  define(
    "isnan",
    {
      says: "Whether a real is not a number.",
      examples: [
        ["isnan(real(nan))", "true"],
        ["isnan(1.0)", "false"],
        ["isnan(real(null))", "false"],
      ],
    },
    seeing(["number: real"], "bool", Number.isNaN),
  ),
  define(
    "isinf",
    {
      says: "Whether a real is infinite.",
      examples: [
        ["isinf(1.0 / 0.0)", "true"],
        ["isinf(1.0)", "false"],
        ["isinf(real(null))", "false"],
      ],
    },
    seeing(["number: real"], "bool", (x) => x === Infinity || x === -Infinity),
  ),
  define(
    "isfinite",
    {
      says: "Whether a real is neither infinite nor not a number.",
      examples: [
        ["isfinite(1.0)", "true"],
        ["isfinite(0.0 / 0.0)", "false"],
        ["isfinite(real(null))", "false"],
      ],
    },
    seeing(["number: real"], "bool", Number.isFinite),
  ),
  bits("binary_and", "The bits that both numbers have.", [["binary_and(12, 10)", "8"]], (a, b) => a & b),
  bits("binary_or", "The bits that either number has.", [["binary_or(12, 10)", "14"]], (a, b) => a | b),
  bits("binary_xor", "The bits that just one of the numbers has.", [["binary_xor(12, 10)", "6"]], (a, b) => a ^ b),
  bits(
    "binary_shift_left",
    "A number's bits moved to the left; the count is taken modulo 64, and null when it is below zero.",
    [["binary_shift_left(1, 4)", "16"], ["binary_shift_left(1, 65)", "2"], ["binary_shift_left(1, -1)", ""]],
    (a, n) => (n < 0n ? null : BigInt.asIntN(64, a << n % 64n)),
  ),
  bits(
    "binary_shift_right",
    "A number's bits moved to the right; the count is taken modulo 64, and null when it is below zero.",
    [["binary_shift_right(16, 4)", "1"], ["binary_shift_right(16, -4)", ""]],
    (a, n) => (n < 0n ? null : a >> n % 64n),
  ),
  define(
    "binary_not",
    { says: "A number with every bit turned over.", examples: [["binary_not(100)", "-101"]] },
    each(["value: long"], "long", (a) => ~a),
  ),
  define(
    "bitset_count_ones",
    { says: "How many bits of a number are set.", examples: [["bitset_count_ones(42)", "3"]] },
    each(["value: long"], "long", countBits),
  ),
  define(
    "tohex",
    {
      says: "A number in hexadecimal digits, with zeros in front up to a length; a negative one as two's complement.",
      examples: [
        ["tohex(256)", "100"],
        ["tohex(-256)", "ffffffffffffff00"],
        ["tohex(toint(-256), 8)", "ffffff00"],
        ["tohex(256, 8)", "00000100"],
      ],
    },
    each(["value: int", "minLength?: long"], "string", (x, width) =>
      (x >>> 0).toString(16).padStart(Math.min(16, Number(width ?? 0n)), "0"),
    ),
    each(["value: long", "minLength?: long"], "string", (x, width) =>
      BigInt.asUintN(64, x)
        .toString(16)
        .padStart(Math.min(16, Number(width ?? 0n)), "0"),
    ),
  ),
  define(
    "around",
    {
      says: "Whether a value lies within a distance of another.",
      examples: [
        ["around(10.1, 10, 0.5)", "true"],
        ["around(datetime(2024-01-01 12:00), datetime(2024-01-01), 1h)", "false"],
      ],
    },
    each(["value: any", "center: any", "delta: any"], "bool", around),
  ),
  define(
    "format_bytes",
    {
      says: "A size in bytes with its unit, the one that suits or a given one.",
      examples: [
        ["format_bytes(564)", "564 Bytes"],
        ["format_bytes(10332, 1)", "10.1 KB"],
        ["format_bytes(20010332, 2)", "19.08 MB"],
        ['format_bytes(20010332, 0, "KB")', "19541 KB"],
      ],
    },
    each(["size: real", "precision?: long", "units?: string"], "string", formatBytes),
    each(["size: decimal", "precision?: long", "units?: string"], "string", (size, ...more) => formatBytes(realOf(size), ...more)),
  ),
  define(
    "rand",
    {
      says: "A number from 0 up to 1 by chance, or a whole one from 0 up to a limit.",
      examples: [
        ["rand() < 1", "true"],
        ["rand(1)", "0.0"],
      ],
      pure: false,
    },
    eachIn([], "real", (context) => () => context.random()),
    eachIn(
      ["limit: long"],
      "real",
      (context) => (limit) =>
        limit > 1n ? Math.floor(context.random() * Number(limit)) : limit === 1n ? 0 : context.random(),
    ),
  ),
  define(
    "parse_version",
    {
      says: "A version of up to four numbers as one decimal, so that versions can be compared; null when it is none.",
      examples: [
        ["parse_version('1.2.3.4')", "1000000020000000300000004"],
        ["parse_version('0.0.0.5')", "5"],
        ["parse_version('1.0') == parse_version('1')", "true"],
        ["parse_version('a')", ""],
      ],
    },
    each(["version: string"], "decimal", (text) => {
      const parts = text.trim().split(".");
      if (parts.length > 4 || !parts.every((p) => /^[0-9]{1,8}$/.test(p))) return null;
      return decimalOf([0, 1, 2, 3].reduce((sum, i) => sum * 100_000_000n + BigInt(parts[i] ?? 0), 0n));
    }),
  ),
];
