/** Filters and transforms of series. Source: Kusto docs, series_fir(), series_iir(), series_fft(), series_ifft(). */
import type { Value } from "../../../table";
import type { KernelContext, ScalarFunction } from "../define";
import { define, eachIn } from "../scalar";
import { transform } from "./fourier";
import { arrayOf, finiteSeries } from "./numbers";

/** Products between two looks at the clock. */
const LOOK_EVERY = 1 << 16;

/** Points before the series and behind it count as zero. */
function convolved(series: Float64Array, filter: Float64Array, shift: number, context: KernelContext): Float64Array {
  const out = new Float64Array(series.length);
  let work = 0;
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (let k = 0; k < filter.length; k++) sum += (filter[k] as number) * (series[i - k + shift] ?? 0);
    out[i] = sum;
    work += filter.length;
    if (work > LOOK_EVERY) {
      context.check?.();
      work = 0;
    }
  }
  return out;
}

function fir(context: KernelContext) {
  return (series: Value, filter: Value, normalize?: boolean, center?: boolean): Value => {
    const points = finiteSeries(series);
    const weights = finiteSeries(filter);
    if (points === null || weights === null || weights.length === 0) return null;
    const negative = weights.some((w) => w < 0);
    if (negative && normalize === true) return null;
    const sum = weights.reduce((a, b) => a + b, 0);
    const scaled = normalize ?? !negative ? weights.map((w) => w / sum) : weights;
    return arrayOf(convolved(points, scaled, center === true ? Math.floor(weights.length / 2) : 0, context));
  };
}

/** Y[i] = (b0 X[i] + b1 X[i-1] + … - a1 Y[i-1] - …) / a0, b the numerators and a the denominators. */
function iir(context: KernelContext) {
  return (series: Value, numerators: Value, denominators: Value): Value => {
    const [x, b, a] = [finiteSeries(series), finiteSeries(numerators), finiteSeries(denominators)];
    const a0 = a?.[0];
    if (x === null || b === null || a === null || a0 === undefined || a0 === 0) return null;
    const y = new Float64Array(x.length);
    let work = 0;
    for (let i = 0; i < y.length; i++) {
      let sum = 0;
      for (let k = 0; k < b.length && k <= i; k++) sum += (b[k] as number) * (x[i - k] as number);
      for (let k = 1; k < a.length && k <= i; k++) sum -= (a[k] as number) * (y[i - k] as number);
      y[i] = sum / a0;
      work += a.length + b.length;
      if (work > LOOK_EVERY) {
        context.check?.();
        work = 0;
      }
    }
    return arrayOf(y);
  };
}

function fourier(sign: 1 | -1) {
  return (context: KernelContext) => (real: Value, imag?: Value): Value => {
    context.check?.();
    const re = finiteSeries(real);
    if (re === null) return null;
    const im = imag === undefined ? new Float64Array(re.length) : finiteSeries(imag);
    if (im === null || im.length !== re.length) return null;
    const out = transform(re, im, sign);
    const scale = sign === 1 ? 1 / Math.max(1, re.length) : 1;
    return [arrayOf(out.real.map((x) => x * scale)), arrayOf(out.imag.map((x) => x * scale))];
  };
}

const PARTS = [{ name: "real", type: "dynamic" }, { name: "imag", type: "dynamic" }] as const;

/** Filters and transforms. */
export const filters: readonly ScalarFunction[] = [
  define("series_fir", {
    says: "A series through a finite filter: each point becomes a weighted sum of it and those before it, or around it.",
    examples: [["series_fir(dynamic([0,0,6,0,0]), dynamic([1,1,1]))", "[0.0,0.0,2.0,2.0,2.0]"],
      ["series_fir(dynamic([0,0,6,0,0]), dynamic([1,1,1]), true, true)", "[0.0,2.0,2.0,2.0,0.0]"],
      ["series_fir(dynamic([1,2,4]), dynamic([1,-1]))", "[1.0,1.0,2.0]"]],
  }, eachIn(["series: dynamic", "filter: dynamic", "normalize?: bool", "center?: bool"], "dynamic", fir)),
  define("series_iir", {
    says: "A series through a recursive filter of numerators and denominators.",
    examples: [["series_iir(dynamic([1,2,3,4]), dynamic([1]), dynamic([1,-1]))", "[1.0,3.0,6.0,10.0]"]],
  }, eachIn(["series: dynamic", "numerators: dynamic", "denominators: dynamic"], "dynamic", iir)),
  define("series_fft", {
    says: "The frequencies of a series: the real and the imaginary part of its Fourier transform.",
    examples: [["array_length(series_fft(dynamic([1,2,3]))[0])", "3"], ["series_fft(dynamic([1,1,1,1]))[0]", "[4.0,0.0,0.0,0.0]"]],
    columns: PARTS,
  }, eachIn(["real: dynamic", "imaginary?: dynamic"], "dynamic", fourier(-1))),
  define("series_ifft", {
    says: "A series from its frequencies: the way back of series_fft.",
    examples: [["series_ifft(dynamic([4,0,0,0]))[0]", "[1.0,1.0,1.0,1.0]"]],
    columns: PARTS,
  }, eachIn(["real: dynamic", "imaginary?: dynamic"], "dynamic", fourier(1))),
];

