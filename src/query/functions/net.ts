/**
 * Network addresses in rules: comparing, ranges, finding them in texts. Source: Kusto docs, "Scalar functions"
 * (IPv4/IPv6 functions).
 */
import type { Value } from "../../table";
import { isArray } from "../../table";
import type { Address } from "./address";
import { ipv4Bits, masked, printIpv4, printIpv6, readAddress, readIpv4, readIpv4Range } from "./address";
import type { ScalarFunction } from "./define";
import type { Signature } from "./scalar";
import { define, each, eachIn } from "./scalar";
import { hasTerm } from "./terms";

type Reader = (text: string) => Address | null;

/** Compares two addresses by the bits that both count, and a third limit counts. */
function compared(read: Reader, a: string, b: string, limit: number): bigint | null {
  const x = read(a);
  const y = read(b);
  if (x === null || y === null) return null;
  const prefix = Math.min(x.prefix, y.prefix, limit);
  const left = masked(x.bits, prefix);
  const right = masked(y.bits, prefix);
  return left < right ? -1n : left > right ? 1n : 0n;
}

/** A limit as the author gives it, counted in the bits of IPv4 or IPv6; null when it is out of range. */
function limitOf(prefix: bigint | undefined, most: 32 | 128): number | null {
  if (prefix === undefined) return 128;
  return prefix >= 0n && prefix <= BigInt(most) ? Number(prefix) + 128 - most : null;
}

function comparing(read: Reader, most: 32 | 128): readonly Signature[] {
  return [
    each(["first: string", "second: string", "prefix?: long"], "long", (a, b, prefix) => {
      const limit = limitOf(prefix, most);
      return limit === null ? null : compared(read, a, b, limit);
    }),
  ];
}

function matchingAddresses(read: Reader, most: 32 | 128): readonly Signature[] {
  return [
    each(["first: string", "second: string", "prefix?: long"], "bool", (a, b, prefix) => {
      const limit = limitOf(prefix, most);
      const order = limit === null ? null : compared(read, a, b, limit);
      return order === null ? null : order === 0n;
    }),
  ];
}

/** Whether an address lies in a range; the prefix of the address itself counts too. */
function inRange(read: Reader, address: string, range: string): boolean | null {
  const order = compared(read, address, range, 128);
  return order === null ? null : order === 0n;
}

/** In one of several ranges, given one by one or as an array; null when nothing could be compared. */
function inAnyRange(read: Reader): readonly Signature[] {
  const decide = (address: string, ranges: readonly Value[]): boolean | null => {
    if (read(address) === null) return null;
    const known = ranges.map((range) => (typeof range === "string" ? inRange(read, address, range) : null));
    return known.includes(true) ? true : known.every((k) => k === null) && known.length > 0 ? null : false;
  };
  return [
    each(["address: string", "ranges: dynamic"], "bool", (address, ranges) =>
      isArray(ranges) ? decide(address, ranges) : decide(address, [ranges]),
    ),
    each(["address: string", "...ranges: string"], "bool", (address, ...ranges) => decide(address, ranges)),
  ];
}

const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/** A complete address stands in a text, cut off from other letters and digits. */
function hasAddress(text: string, address: string): boolean {
  return readIpv4(address) !== null && hasTerm(text, address, true, true);
}

const ADDRESS_HERE = /(?:\d{1,3}\.){3}\d{1,3}(?![0-9A-Za-z])/y;

/** An address that begins with a prefix stands in a text. A prefix ends with a dot, or is a whole address. */
function hasPrefix(text: string, prefix: string): boolean {
  if (readIpv4(prefix) !== null) return hasAddress(text, prefix);
  if (!/^(?:\d{1,3}\.){1,3}$/.test(prefix)) return false;
  for (let at = text.indexOf(prefix); at >= 0; at = text.indexOf(prefix, at + 1)) {
    ADDRESS_HERE.lastIndex = at;
    const found = ADDRESS_HERE.exec(text)?.[0];
    if (found !== undefined && readIpv4(found) !== null && !/[0-9A-Za-z]/.test(text.charAt(at - 1))) return true;
  }
  return false;
}

function anyOf(check: (text: string, wanted: string) => boolean): readonly Signature[] {
  const some = (text: string, list: readonly Value[]): boolean =>
    list.some((w) => typeof w === "string" && check(text, w));
  return [
    each(["text: string", "list: dynamic"], "bool", (text, list) =>
      isArray(list) ? some(text, list) : some(text, [list]),
    ),
    each(["text: string", "...list: string"], "bool", (text, ...list) => some(text, list)),
  ];
}

/** An IPv4 address from a text or number with a prefix of its own and one given. */
function formatted(address: Value, prefix: bigint | undefined, withMask: boolean): string | null {
  const read =
    typeof address === "string"
      ? readIpv4Range(address)
      : typeof address === "bigint" && address >= 0n && address <= 0xffffffffn
        ? { bits: address, prefix: 128 }
        : null;
  const limit = limitOf(prefix, 32);
  if (read === null || limit === null) return null;
  const length = Math.min(read.prefix, limit);
  const text = printIpv4(ipv4Bits(masked(read.bits, length)));
  return withMask ? `${text}/${length - 96}` : text;
}

/** The fewest ranges that together are all addresses from one to another. */
function cidrList(start: string, end: string): Value {
  let from = readIpv4(start.trim());
  const to = readIpv4(end.trim());
  if (from === null || to === null) return null;
  const out: string[] = [];
  while (from <= to) {
    let size = 0;
    while (size < 32 && from % (1n << BigInt(size + 1)) === 0n && from + (1n << BigInt(size + 1)) - 1n <= to) size++;
    out.push(`${printIpv4(from)}/${32 - size}`);
    from += 1n << BigInt(size);
  }
  return out;
}

export const network: readonly ScalarFunction[] = [
  define(
    "parse_ipv4",
    {
      says: "An IPv4 address as a number, its prefix applied; null when it is none.",
      examples: [
        ['parse_ipv4("192.168.1.1")', "3232235777"],
        ['parse_ipv4("192.168.1.1/24")', "3232235776"],
        ['parse_ipv4("host")', ""],
      ],
    },
    each(["ip: string"], "long", (text) => {
      const a = readIpv4Range(text);
      return a === null ? null : ipv4Bits(masked(a.bits, a.prefix));
    }),
  ),
  define(
    "parse_ipv4_mask",
    {
      says: "An IPv4 address as a number, of which only the leading bits count.",
      examples: [['parse_ipv4_mask("127.0.0.1", 24)', "2130706432"]],
    },
    each(["ip: string", "prefix: long"], "long", (text, prefix) => {
      const a = readIpv4Range(text);
      const limit = limitOf(prefix, 32);
      return a === null || limit === null ? null : ipv4Bits(masked(a.bits, Math.min(a.prefix, limit)));
    }),
  ),
  define(
    "ipv4_compare",
    {
      says: "-1, 0 or 1 as an IPv4 address lies before, at or behind another, by the bits that count.",
      examples: [
        ['ipv4_compare("192.168.1.1/24", "192.168.1.255")', "0"],
        ['ipv4_compare("10.0.0.1", "10.0.0.2")', "-1"],
        ['ipv4_compare("10.0.0.1", "x")', ""],
      ],
    },
    ...comparing(readIpv4Range, 32),
  ),
  define(
    "ipv4_is_match",
    {
      says: "Whether two IPv4 addresses are the same in the bits that count.",
      examples: [
        ['ipv4_is_match("192.168.1.1/24", "192.168.1.255")', "true"],
        ['ipv4_is_match("192.168.1.1", "192.168.2.1", 16)', "true"],
      ],
    },
    ...matchingAddresses(readIpv4Range, 32),
  ),
  define(
    "ipv4_is_in_range",
    {
      says: "Whether an IPv4 address lies in a range.",
      examples: [
        ['ipv4_is_in_range("192.168.1.6", "192.168.1.1/24")', "true"],
        ['ipv4_is_in_range("10.0.0.1", "192.168.1.1/24")', "false"],
      ],
    },
    each(["address: string", "range: string"], "bool", (address, range) => inRange(readIpv4Range, address, range)),
  ),
  define(
    "ipv4_is_in_any_range",
    {
      says: "Whether an IPv4 address lies in one of several ranges.",
      examples: [
        ['ipv4_is_in_any_range("192.168.1.6", "192.168.1.1/24", "10.0.0.1/8")', "true"],
        ['ipv4_is_in_any_range("8.8.8.8", dynamic(["10.0.0.1/8"]))', "false"],
      ],
    },
    ...inAnyRange(readIpv4Range),
  ),
  define(
    "ipv4_is_private",
    {
      says: "Whether an IPv4 address is one of the private networks; null when it is none.",
      examples: [
        ['ipv4_is_private("10.1.2.3")', "true"],
        ['ipv4_is_private("202.1.2.3")', "false"],
        ['ipv4_is_private("host")', ""],
      ],
    },
    each(["ip: string"], "bool", (text) =>
      readIpv4Range(text) === null ? null : PRIVATE.some((range) => inRange(readIpv4Range, text, range) === true),
    ),
  ),
  define(
    "ipv4_netmask_suffix",
    {
      says: "The prefix length of an IPv4 address, 32 when none is written.",
      examples: [
        ['ipv4_netmask_suffix("192.168.1.1/24")', "24"],
        ['ipv4_netmask_suffix("10.1.2.3")', "32"],
      ],
    },
    each(["ip: string"], "long", (text) => {
      const a = readIpv4Range(text);
      return a === null ? null : BigInt(a.prefix - 96);
    }),
  ),
  define(
    "ipv4_range_to_cidr_list",
    {
      says: "The fewest ranges that cover all addresses from one to another.",
      examples: [
        ['ipv4_range_to_cidr_list("1.1.128.0", "1.1.140.255")', '["1.1.128.0/21","1.1.136.0/22","1.1.140.0/24"]'],
      ],
    },
    each(["start: string", "end: string"], "dynamic", cidrList),
  ),
  define(
    "format_ipv4",
    {
      says: "An IPv4 address, from a text or number, with a prefix applied.",
      examples: [
        ['format_ipv4("192.168.1.255", 24)', "192.168.1.0"],
        ["format_ipv4(3232236031, 24)", "192.168.1.0"],
      ],
    },
    each(["ip: any", "prefix?: long"], "string", (ip, prefix) => formatted(ip, prefix, false)),
  ),
  define(
    "format_ipv4_mask",
    {
      says: "An IPv4 address with its prefix length, from a text or number.",
      examples: [['format_ipv4_mask("192.168.1.255", 24)', "192.168.1.0/24"]],
    },
    each(["ip: any", "prefix?: long"], "string", (ip, prefix) => formatted(ip, prefix, true)),
  ),
  define(
    "parse_ipv6",
    {
      says: "An IPv6 or IPv4 address in its full IPv6 form; empty when it is none.",
      examples: [
        ['parse_ipv6("127.0.0.1")', "0000:0000:0000:0000:0000:ffff:7f00:0001"],
        ['parse_ipv6("fe80::85d:e82c:9446:7994")', "fe80:0000:0000:0000:085d:e82c:9446:7994"],
      ],
    },
    each(["ip: string"], "string", (text) => {
      const a = readAddress(text);
      return a === null ? null : printIpv6(masked(a.bits, a.prefix));
    }),
  ),
  define(
    "parse_ipv6_mask",
    {
      says: "An IPv6 or IPv4 address in its full IPv6 form, of which only the leading bits count.",
      examples: [['parse_ipv6_mask("fe80::85d:e82c:9446:7994", 120)', "fe80:0000:0000:0000:085d:e82c:9446:7900"]],
    },
    each(["ip: string", "prefix: long"], "string", (text, prefix) => {
      const a = readAddress(text);
      const limit = limitOf(prefix, 128);
      return a === null || limit === null ? null : printIpv6(masked(a.bits, Math.min(a.prefix, limit)));
    }),
  ),
  define(
    "ipv6_compare",
    {
      says: "-1, 0 or 1 as an IPv6 or IPv4 address lies before, at or behind another, by the bits that count.",
      examples: [
        ['ipv6_compare("fe80::1/112", "fe80::2")', "0"],
        ['ipv6_compare("::2", "::1")', "1"],
      ],
    },
    ...comparing(readAddress, 128),
  ),
  define(
    "ipv6_is_match",
    {
      says: "Whether two IPv6 or IPv4 addresses are the same in the bits that count.",
      examples: [
        ['ipv6_is_match("fe80::85d:e82c:9446:7994", "fe80::85d:e82c:9446:7995", 127)', "true"],
        ['ipv6_is_match("::1", "::1")', "true"],
      ],
    },
    ...matchingAddresses(readAddress, 128),
  ),
  define(
    "ipv6_is_in_range",
    {
      says: "Whether an IPv6 or IPv4 address lies in a range.",
      examples: [['ipv6_is_in_range("a5e:f127::abcd", "a5e:f127::/112")', "true"]],
    },
    each(["address: string", "range: string"], "bool", (address, range) => inRange(readAddress, address, range)),
  ),
  define(
    "ipv6_is_in_any_range",
    {
      says: "Whether an IPv6 or IPv4 address lies in one of several ranges.",
      examples: [['ipv6_is_in_any_range("a5e:f127::abcd", dynamic(["::1", "a5e:f127::/112"]))', "true"]],
    },
    ...inAnyRange(readAddress),
  ),
  define(
    "has_ipv4",
    {
      says: "Whether a text holds an IPv4 address, cut off from other letters and digits.",
      examples: [
        ['has_ipv4("05:04:54 127.0.0.1 GET", "127.0.0.1")', "true"],
        ['has_ipv4("54127.0.0.1 GET", "127.0.0.1")', "false"],
        ['has_ipv4("127.0.0.256", "127.0.0.256")', "false"],
      ],
    },
    each(["text: string", "ip: string"], "bool", hasAddress),
  ),
  define(
    "has_any_ipv4",
    {
      says: "Whether a text holds one of several IPv4 addresses.",
      examples: [['has_any_ipv4("05:04:54 127.0.0.1 GET", dynamic(["10.0.0.1", "127.0.0.1"]))', "true"]],
    },
    ...anyOf(hasAddress),
  ),
  define(
    "has_ipv4_prefix",
    {
      says: "Whether a text holds an IPv4 address that begins with a prefix; the prefix ends with a dot.",
      examples: [
        ['has_ipv4_prefix("05:04:54 127.0.0.1 GET", "127.0.")', "true"],
        ['has_ipv4_prefix("05:04:54 127.0.0.1 GET", "127.0")', "false"],
      ],
    },
    each(["text: string", "prefix: string"], "bool", hasPrefix),
  ),
  define(
    "has_any_ipv4_prefix",
    {
      says: "Whether a text holds an IPv4 address that begins with one of several prefixes.",
      examples: [['has_any_ipv4_prefix("05:04:54 127.0.0.1 GET", "192.168.", "127.0.")', "true"]],
    },
    ...anyOf(hasPrefix),
  ),
  define(
    "geo_info_from_ip_address",
    {
      says: "Where an address is; always null, with a warning: that is not known without a network.",
      examples: [['isnull(geo_info_from_ip_address("20.53.203.50"))', "true"]],
      pure: false,
    },
    eachIn(["ip: string"], "dynamic", (context) => () => {
      context.warn(
        "no-geography",
        "geo_info_from_ip_address() gives null here: where addresses are is not known without a network.",
      );
      return null;
    }),
  ),
];
