/**
 * The discrete Fourier transform of series of any length: radix 2 where the length is a power of two, Bluestein's
 * convolution else; n log n in both. Also circular correlation, which seasons are found by.
 */

/** Real and imaginary parts, of one length. */
export interface Complex {
  readonly real: Float64Array;
  readonly imag: Float64Array;
}

/** The transform; `sign` -1 is forward, 1 is back and not yet divided by the length. */
export function transform(real: Float64Array, imag: Float64Array, sign: 1 | -1): Complex {
  const n = real.length;
  const out = { real: real.slice(), imag: imag.slice() };
  if (n < 2) return out;
  if ((n & (n - 1)) === 0) {
    radix2(out, sign);
    return out;
  }
  return chirped(real, imag, sign);
}

/** In place; Cooley and Tukey, with the twiddles taken from a table, so that their errors do not grow. */
function radix2({ real, imag }: Complex, sign: 1 | -1): void {
  const n = real.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; (j & bit) !== 0; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [real[i], real[j]] = [real[j] as number, real[i] as number];
      [imag[i], imag[j]] = [imag[j] as number, imag[i] as number];
    }
  }
  const cos = new Float64Array(n >> 1);
  const sin = new Float64Array(n >> 1);
  for (let i = 0; i < cos.length; i++) {
    cos[i] = Math.cos((2 * Math.PI * i) / n);
    sin[i] = sign * Math.sin((2 * Math.PI * i) / n);
  }
  for (let half = 1; half < n; half *= 2) {
    const stride = n / (2 * half);
    for (let start = 0; start < n; start += 2 * half) {
      for (let k = 0; k < half; k++) {
        const [a, b] = [start + k, start + k + half];
        const [c, s] = [cos[k * stride] as number, sin[k * stride] as number];
        const re = (real[b] as number) * c - (imag[b] as number) * s;
        const im = (real[b] as number) * s + (imag[b] as number) * c;
        real[b] = (real[a] as number) - re;
        imag[b] = (imag[a] as number) - im;
        real[a] = (real[a] as number) + re;
        imag[a] = (imag[a] as number) + im;
      }
    }
  }
}

/** Bluestein: a transform of any length as a convolution with a chirp, done by transforms of a power of two. */
function chirped(real: Float64Array, imag: Float64Array, sign: 1 | -1): Complex {
  const n = real.length;
  let size = 1;
  while (size < 2 * n) size *= 2;
  const a = { real: new Float64Array(size), imag: new Float64Array(size) };
  const b = { real: new Float64Array(size), imag: new Float64Array(size) };
  const cos = new Float64Array(n);
  const sin = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    // i² modulo 2n, since large angles lose digits.
    const angle = (Math.PI * ((i * i) % (2 * n))) / n;
    const [c, s] = [Math.cos(angle), sign * Math.sin(angle)];
    [cos[i], sin[i]] = [c, s];
    a.real[i] = (real[i] as number) * c - (imag[i] as number) * s;
    a.imag[i] = (real[i] as number) * s + (imag[i] as number) * c;
    b.real[i] = c;
    b.imag[i] = -s;
    if (i > 0) {
      b.real[size - i] = c;
      b.imag[size - i] = -s;
    }
  }
  radix2(a, -1);
  radix2(b, -1);
  for (let i = 0; i < size; i++) {
    const [x, y, u, v] = [a.real[i], a.imag[i], b.real[i], b.imag[i]] as [number, number, number, number];
    a.real[i] = x * u - y * v;
    a.imag[i] = x * v + y * u;
  }
  radix2(a, 1);
  const out = { real: new Float64Array(n), imag: new Float64Array(n) };
  for (let i = 0; i < n; i++) {
    const [x, y] = [(a.real[i] as number) / size, (a.imag[i] as number) / size];
    const [c, s] = [cos[i] as number, sin[i] as number];
    out.real[i] = x * c - y * s;
    out.imag[i] = x * s + y * c;
  }
  return out;
}

/** How like a series, less its mean, is to itself `lag` places on, for all lags; 1 at lag 0, zeros for a constant. */
export function autocorrelation(centred: Float64Array): Float64Array {
  const n = centred.length;
  let size = 1;
  while (size < 2 * n) size *= 2;
  const padded = { real: new Float64Array(size), imag: new Float64Array(size) };
  padded.real.set(centred);
  radix2(padded, -1);
  for (let i = 0; i < size; i++) {
    padded.real[i] = (padded.real[i] as number) ** 2 + (padded.imag[i] as number) ** 2;
    padded.imag[i] = 0;
  }
  radix2(padded, 1);
  const whole = padded.real[0] as number;
  return padded.real.slice(0, n).map((x) => (whole > 0 ? x / whole : 0));
}
