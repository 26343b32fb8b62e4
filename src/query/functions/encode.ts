/**
 * Texts as bytes and back: base64, percent encoding, punycode. Source: Kusto docs, "Scalar functions" (String
 * functions).
 */
import { coerce, isArray, readGuid } from "../../table";
import type { ScalarFunction } from "./define";
import { gzip, zlib } from "./deflate";
import { gunzip, unzlib } from "./inflate";
import { define, each, eachIn } from "./scalar";
import { utf8 } from "./text";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const SEXTETS = new Int8Array(128).fill(-1);
for (let i = 0; i < 64; i++) SEXTETS[ALPHABET.charCodeAt(i)] = i;

export function toBase64(bytes: Uint8Array): string {
  const out: string[] = [];
  for (let i = 0; i < bytes.length; i += 3) {
    const n = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    out.push(
      ALPHABET.charAt(n >> 18),
      ALPHABET.charAt((n >> 12) & 63),
      i + 1 < bytes.length ? ALPHABET.charAt((n >> 6) & 63) : "=",
      i + 2 < bytes.length ? ALPHABET.charAt(n & 63) : "=",
    );
  }
  return out.join("");
}

/** Bytes of a base64 text; null when it is none. White space is passed over; the padding must be there. */
export function fromBase64(written: string): Uint8Array | null {
  const whole = written.replace(/\s+/g, "");
  if (whole.length % 4 !== 0) return null;
  const text = whole.replace(/={1,2}$/, "");
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let held = 0;
  let bits = 0;
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const sextet = SEXTETS[text.charCodeAt(i)] ?? -1;
    if (sextet < 0) return null;
    held = (held << 6) | sextet;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (held >> bits) & 255;
      held &= (1 << bits) - 1;
    }
  }
  return bytes;
}

/** The text of UTF-8 bytes; null when they are none. */
function utf8Text(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** A guid's bytes: the first three parts turned around, as Windows stores them. */
const GUID_ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

function guidBytes(guid: string): Uint8Array {
  const digits = guid.replace(/-/g, "");
  return Uint8Array.from(GUID_ORDER, (i) => parseInt(digits.slice(i * 2, i * 2 + 2), 16));
}

function guidText(bytes: Uint8Array): string | null {
  if (bytes.length !== 16) return null;
  const ordered = new Uint8Array(16);
  GUID_ORDER.forEach((to, i) => (ordered[to] = bytes[i] ?? 0));
  return readGuid(Array.from(ordered, (b) => b.toString(16).padStart(2, "0")).join(""));
}

/** Percent encoding of all UTF-8 bytes but some characters. */
function percent(text: string, kept: RegExp): string {
  return Array.from(utf8(text), (b) => {
    const c = String.fromCharCode(b);
    return b < 128 && kept.test(c) ? c : `%${b.toString(16).padStart(2, "0")}`;
  }).join("");
}

/** Percent decoding; a `%` that starts no byte stays, bytes that are no UTF-8 become replacement characters. */
export function unpercent(text: string): string {
  return text.replace(/(?:%[0-9a-fA-F]{2})+/g, (run) =>
    new TextDecoder().decode(Uint8Array.from(run.slice(1).split("%"), (hex) => parseInt(hex, 16))),
  );
}

/** Parameters of punycode. Source: RFC 3492, section 5. */
const BASE = 36,
  TMIN = 1,
  TMAX = 26,
  SKEW = 38,
  DAMP = 700;

function adapted(delta: number, points: number, first: boolean): number {
  let d = first ? Math.floor(delta / DAMP) : delta >> 1;
  d += Math.floor(d / points);
  let k = 0;
  for (; d > ((BASE - TMIN) * TMAX) >> 1; k += BASE) d = Math.floor(d / (BASE - TMIN));
  return k + Math.floor(((BASE - TMIN + 1) * d) / (d + SKEW));
}

function threshold(k: number, bias: number): number {
  return k <= bias ? TMIN : k >= bias + TMAX ? TMAX : k - bias;
}

function toPunycode(text: string): string | null {
  const points = Array.from(text, (c) => c.codePointAt(0) ?? 0);
  const plain = points.filter((p) => p < 128);
  let out = plain.map((p) => String.fromCharCode(p)).join("");
  if (plain.length > 0) out += "-";
  let done = plain.length;
  let n = 128;
  let delta = 0;
  let bias = 72;
  while (done < points.length) {
    const next = points.reduce((least, p) => (p >= n && p < least ? p : least), Infinity);
    delta += (next - n) * (done + 1);
    if (delta > Number.MAX_SAFE_INTEGER) return null;
    n = next;
    for (const p of points) {
      if (p < n) delta++;
      if (p !== n) continue;
      let q = delta;
      for (let k = BASE; ; k += BASE) {
        const t = threshold(k, bias);
        if (q < t) break;
        out += digit(t + ((q - t) % (BASE - t)));
        q = Math.floor((q - t) / (BASE - t));
      }
      out += digit(q);
      bias = adapted(delta, done + 1, done === plain.length);
      delta = 0;
      done++;
    }
    delta++;
    n++;
  }
  return out;
}

function digit(n: number): string {
  return String.fromCharCode(n < 26 ? 97 + n : 22 + n);
}

function fromPunycode(text: string): string | null {
  const split = text.lastIndexOf("-");
  const points = split > 0 ? Array.from(text.slice(0, split), (c) => c.charCodeAt(0)) : [];
  let n = 128;
  let i = 0;
  let bias = 72;
  for (let at = split > 0 ? split + 1 : split === 0 ? 1 : 0; at < text.length;) {
    const before = i;
    for (let w = 1, k = BASE; ; k += BASE) {
      const c = text.charCodeAt(at++);
      const value = c >= 97 && c <= 122 ? c - 97 : c >= 65 && c <= 90 ? c - 65 : c >= 48 && c <= 57 ? c - 22 : -1;
      if (value < 0) return null;
      i += value * w;
      const t = threshold(k, bias);
      if (value < t) break;
      w *= BASE - t;
      if (i > Number.MAX_SAFE_INTEGER || w > Number.MAX_SAFE_INTEGER) return null;
    }
    bias = adapted(i - before, points.length + 1, before === 0);
    n += Math.floor(i / (points.length + 1));
    i %= points.length + 1;
    if (n > 0x10ffff) return null;
    points.splice(i++, 0, n);
  }
  return String.fromCodePoint(...points);
}

/** The labels of a host name one by one; the full stops of other scripts count as dots. */
function labels(host: string, one: (label: string) => string | null): string | null {
  const out = host.split(/[.\u3002\uff0e\uff61]/).map(one);
  return out.includes(null) ? null : out.join(".");
}

/** A long list of characters is no name. */
const LONGEST_NAME = 4096;

function short(fn: (text: string) => string | null): (text: string) => string | null {
  return (text) => (text.length > LONGEST_NAME ? null : fn(text));
}

/** The text that a packer packed, from base64. */
function unpacking(
  name: string,
  packer: string,
  sample: string,
  unpack: (b: Uint8Array) => Uint8Array | null,
): ScalarFunction {
  return define(
    name,
    {
      says: `The text that ${packer} packed, given in base64; empty when there is none.`,
      examples: [
        [`${name}("${sample}")`, "Test string 123"],
        [`${name}("x")`, ""],
      ],
    },
    each(["base64: string"], "string", (text) => {
      const bytes = fromBase64(text);
      const unpacked = bytes === null ? null : unpack(bytes);
      return unpacked === null ? null : utf8Text(unpacked);
    }),
  );
}

function packing(
  name: string, packer: string, sample: string, pack: (b: Uint8Array, check?: () => void) => Uint8Array,
): ScalarFunction {
  return define(
    name,
    { says: `A text packed by ${packer}, in base64.`, examples: [[`${name}("1234567890qwertyuiop")`, sample]] },
    eachIn(["text: string"], "string", (context) => (text) => toBase64(pack(utf8(text), context.check))),
  );
}

export const encodings: readonly ScalarFunction[] = [
  unpacking("zlib_decompress_from_base64_string", "zlib", "eNoLSS0uUSguKcrMS1cwNDIGACxqBQ4=", unzlib),
  unpacking("gzip_decompress_from_base64_string", "gzip", "H4sIAAAAAAAAAwtJLS5RKC4pysxLVzA0MgYA9KUb8w8AAAA=", gunzip),
  packing("zlib_compress_to_base64_string", "zlib", "eAEBFADr/zEyMzQ1Njc4OTBxd2VydHl1aW9wOAkGdw==", zlib),
  packing("gzip_compress_to_base64_string", "gzip", "H4sIAAAAAAAA/wEUAOv/MTIzNDU2Nzg5MHF3ZXJ0eXVpb3A6m7f2FAAAAA==", gzip),
  define(
    "base64_encode_tostring",
    {
      says: "A text's UTF-8 bytes in base64.",
      examples: [['base64_encode_tostring("Kusto")', "S3VzdG8="]],
    },
    each(["text: string"], "string", (text) => toBase64(utf8(text))),
  ),
  define(
    "base64_decode_tostring",
    {
      says: "The text whose UTF-8 bytes stand in base64; empty when there is none.",
      examples: [
        ['base64_decode_tostring("S3VzdG8=")', "Kusto"],
        ['base64_decode_tostring("U3RyaW5n0KHR0tGA0L7Rh9C60LA=")', ""],
        ['base64_decode_tostring("!")', ""],
      ],
    },
    each(["base64: string"], "string", (text) => {
      const bytes = fromBase64(text);
      return bytes === null ? null : utf8Text(bytes);
    }),
  ),
  define(
    "base64_decode_toarray",
    {
      says: "The bytes that stand in base64, as numbers.",
      examples: [['base64_decode_toarray("S3VzdG8=")', "[75,117,115,116,111]"]],
    },
    each(["base64: string"], "dynamic", (text) => {
      const bytes = fromBase64(text);
      return bytes === null ? null : Array.from(bytes, BigInt);
    }),
  ),
  define(
    "base64_encode_fromarray",
    {
      says: "Bytes, given as numbers, in base64.",
      examples: [["base64_encode_fromarray(dynamic([75, 117, 115, 116, 111]))", "S3VzdG8="]],
    },
    each(["bytes: dynamic"], "string", (bytes) => {
      if (!isArray(bytes)) return null;
      const numbers = bytes.map((b) => Number(coerce(b, "long") ?? -1n));
      return numbers.every((b) => b >= 0 && b < 256) ? toBase64(Uint8Array.from(numbers)) : null;
    }),
  ),
  define(
    "base64_decode_toguid",
    {
      says: "The guid whose bytes stand in base64.",
      examples: [['base64_decode_toguid("10f2lptETUqt5gUfcE6xpg==")', "96f647d7-449b-4a4d-ade6-051f704eb1a6"]],
    },
    each(["base64: string"], "guid", (text) => {
      const bytes = fromBase64(text);
      return bytes === null ? null : guidText(bytes);
    }),
  ),
  define(
    "base64_encode_fromguid",
    {
      says: "A guid's bytes in base64.",
      examples: [
        ['base64_encode_fromguid(toguid("ae3133f2-6e22-49ae-b06a-16e6a9b212eb"))', "8jMxriJurkmwahbmqbIS6w=="],
      ],
    },
    each(["guid: guid"], "string", (guid) => toBase64(guidBytes(guid))),
  ),
  define(
    "url_encode",
    {
      says: "A text as part of a URL: a space becomes a plus, all but letters, digits and a few signs percent bytes.",
      examples: [['url_encode("https://www.bing.com/hello world")', "https%3a%2f%2fwww.bing.com%2fhello+world"]],
    },
    each(["text: string"], "string", (text) =>
      percent(text, /[A-Za-z0-9\-_.!*() ]/).replace(/ /g, "+"),
    ),
  ),
  define(
    "url_encode_component",
    {
      says: "A text as part of a URL: all but letters, digits and a few signs become percent bytes.",
      examples: [
        ['url_encode_component("https://www.bing.com/hello world")', "https%3a%2f%2fwww.bing.com%2fhello%20world"],
      ],
    },
    each(["text: string"], "string", (text) => percent(text, /[A-Za-z0-9\-_.~]/)),
  ),
  define(
    "url_decode",
    {
      says: "A text with percent bytes and pluses turned back.",
      examples: [['url_decode("https%3a%2f%2fwww.bing.com%2fhello+world")', "https://www.bing.com/hello world"]],
    },
    each(["text: string"], "string", (text) => unpercent(text.replace(/\+/g, " "))),
  ),
  define(
    "punycode_from_string",
    {
      says: "A text in punycode.",
      examples: [['punycode_from_string("académie-française")', "acadmie-franaise-npb1a"]],
    },
    each(["text: string"], "string", short(toPunycode)),
  ),
  define(
    "punycode_to_string",
    {
      says: "The text that stands in punycode.",
      examples: [['punycode_to_string("acadmie-franaise-npb1a")', "académie-française"]],
    },
    each(["text: string"], "string", short(fromPunycode)),
  ),
  define(
    "punycode_domain_from_string",
    {
      says: "A host name whose punycode labels are turned back to what they show.",
      examples: [['punycode_domain_from_string("xn--bcher-kva.example")', "bücher.example"]],
    },
    each(
      ["text: string"],
      "string",
      short((host) => labels(host, (l) => (l.toLowerCase().startsWith("xn--") ? fromPunycode(l.slice(4)) : l))),
    ),
  ),
  define(
    "punycode_domain_to_string",
    {
      says: "A host name whose labels are in punycode where they need it.",
      examples: [['punycode_domain_to_string("bücher.example")', "xn--bcher-kva.example"]],
    },
    each(
      ["text: string"],
      "string",
      short((host) =>
        labels(host, (l) => {
          const code = /[^\0-\x7f]/.test(l) ? toPunycode(l) : undefined;
          return code === undefined ? l : code === null ? null : `xn--${code}`;
        }),
      ),
    ),
  ),
];
