/** Networks (`cidr`) as the targets write them. */

/** The network in its usual form, host bits taken away: `10.0.0.0/8`, `fe80:0:0:0:0:0:0:0/10`. */
export function networkText(bytes: readonly number[], bits: number): string {
  const masked = bytes.map((byte, at) => byte & (0xff00 >> Math.min(8, Math.max(0, bits - at * 8))) & 0xff);
  return `${masked.length === 4 ? masked.join(".") : groups(masked)}/${bits}`;
}

function groups(bytes: readonly number[]): string {
  const words = Array.from({ length: 8 }, (_, at) => ((bytes[at * 2] ?? 0) * 256 + (bytes[at * 2 + 1] ?? 0)).toString(16));
  const zeros = /(?:^|:)0(?::0)+(?=:|$)/.exec(words.join(":"));
  if (!zeros) return words.join(":");
  const text = words.join(":");
  const head = text.slice(0, zeros.index);
  const tail = text.slice(zeros.index + zeros[0].length).replace(/^:/, "");
  return `${head}::${tail}`;
}

/** A regular expression that is found in the dotted addresses of an IPv4 network, for targets without a word for it. */
export function networkRegex(bytes: readonly number[], bits: number): string {
  const octets: string[] = [];
  for (let at = 0; at < 4; at++) {
    const own = Math.min(8, Math.max(0, bits - at * 8));
    if (own === 0) break;
    const size = 2 ** (8 - own);
    const first = Math.floor((bytes[at] ?? 0) / size) * size;
    octets.push(size === 1 ? String(first)
      : `(?:${Array.from({ length: size }, (_, step) => first + step).join("|")})`);
  }
  const rest = 4 - octets.length;
  const free = Array.from({ length: rest }, () => "[0-9]{1,3}");
  return `^${[...octets, ...free].join("\\.")}$`;
}
