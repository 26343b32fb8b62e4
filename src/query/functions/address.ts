/**
 * Network addresses as numbers: IPv4 is the last 32 bits of the mapped IPv6 range. No functions here, only reading
 * and printing.
 */

/** An address with the number of leading bits that count, of 128. */
export interface Address {
  readonly bits: bigint;
  readonly prefix: number;
}

/** What stands in front of an IPv4 address that is written as IPv6: `::ffff:`. */
const MAPPED = 0xffffn << 32n;
const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** The 32 bits of `1.2.3.4`, null when it is none. */
export function readIpv4(text: string): bigint | null {
  const m = IPV4.exec(text);
  if (m === null) return null;
  let bits = 0n;
  for (const part of m.slice(1)) {
    const n = Number(part);
    if (n > 255) return null;
    bits = (bits << 8n) | BigInt(n);
  }
  return bits;
}

/** Reads `1.2.3.4` or `1.2.3.4/24`, as an address of 128 bits; null for anything else. */
export function readIpv4Range(written: string): Address | null {
  const [address = "", suffix, rest] = written.trim().split("/");
  const bits = rest === undefined ? readIpv4(address) : null;
  const prefix = suffix === undefined ? 32 : readPrefix(suffix, 32);
  return bits === null || prefix === null ? null : { bits: MAPPED | bits, prefix: prefix + 96 };
}

/**
 * Reads an IPv6 or IPv4 address with or without a prefix length; a prefix of an IPv4 address counts its own 32
 * bits.
 */
export function readAddress(written: string): Address | null {
  const [address = "", suffix, rest] = written.trim().split("/");
  if (rest !== undefined) return null;
  if (!address.includes(":")) return readIpv4Range(written);
  const embedded = /:(\d{1,3}(?:\.\d{1,3}){3})$/.exec(address);
  let bits: bigint | null;
  if (embedded === null) bits = readIpv6(address);
  else {
    const tail = readIpv4(embedded[1] ?? "");
    const head = readIpv6(`${address.slice(0, embedded.index)}:0:0`);
    bits = tail === null || head === null ? null : head === 0n ? MAPPED | tail : head | tail;
  }
  const most = embedded === null ? 128 : 32;
  const prefix = suffix === undefined ? most : readPrefix(suffix, most);
  return bits === null || prefix === null ? null : { bits, prefix: prefix + 128 - most };
}

function readIpv6(text: string): bigint | null {
  const [left = "", right, rest] = text.split("::");
  if (rest !== undefined) return null;
  const groups = (part: string): readonly string[] => (part === "" ? [] : part.split(":"));
  const head = groups(left);
  const tail = right === undefined ? [] : groups(right);
  const missing = 8 - head.length - tail.length;
  if (right === undefined ? missing !== 0 : missing < 1) return null;
  const all = [...head, ...new Array<string>(missing).fill("0"), ...tail];
  if (!all.every((g) => /^[0-9a-fA-F]{1,4}$/.test(g))) return null;
  return all.reduce((bits, g) => (bits << 16n) | BigInt(parseInt(g, 16)), 0n);
}

function readPrefix(text: string, most: number): number | null {
  return /^\d{1,3}$/.test(text) && Number(text) <= most ? Number(text) : null;
}

/** The leading bits of an address, the rest zero. */
export function masked(bits: bigint, prefix: number): bigint {
  const rest = BigInt(128 - Math.max(0, Math.min(128, prefix)));
  return (bits >> rest) << rest;
}

/** The 32 bits of an IPv4 address that was read as one of 128. */
export function ipv4Bits(bits: bigint): bigint {
  return bits & 0xffffffffn;
}

export function printIpv4(bits: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((bits >> shift) & 0xffn)).join(".");
}

/** All eight groups with all their digits. */
export function printIpv6(bits: bigint): string {
  return bits
    .toString(16)
    .padStart(32, "0")
    .replace(/(.{4})(?=.)/g, "$1:");
}
