/** Networks in CIDR notation, IPv4 and IPv6. */

/** The bytes of an address, 4 or 16; undefined when it is none. */
export function addressBytes(text: string): readonly number[] | undefined {
  return text.includes(":") ? bytes6(text) : bytes4(text);
}

function bytes4(text: string): readonly number[] | undefined {
  const m = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (m === null) return undefined;
  const bytes = m.slice(1).map(Number);
  return bytes.every((b) => b <= 255) ? bytes : undefined;
}

function bytes6(text: string): readonly number[] | undefined {
  const bare = text.replace(/%[\w.-]+$/, "");
  if (bare.length > 45 || !/^[\da-fA-F:.]+$/.test(bare)) return undefined;
  const halves = bare.split("::");
  if (halves.length > 2) return undefined;
  const front = groups(halves[0] ?? "", halves.length === 1);
  const back = halves.length === 2 ? groups(halves[1] ?? "", true) : [];
  if (front === undefined || back === undefined) return undefined;
  const missing = 16 - front.length - back.length;
  if (halves.length === 1 ? missing !== 0 : missing < 2) return undefined;
  return [...front, ...new Array<number>(missing).fill(0), ...back];
}

function groups(text: string, last: boolean): number[] | undefined {
  if (text === "") return [];
  const out: number[] = [];
  const parts = text.split(":");
  for (const [i, part] of parts.entries()) {
    if (last && i === parts.length - 1 && part.includes(".")) {
      const four = bytes4(part);
      if (four === undefined) return undefined;
      out.push(...four);
    } else {
      if (!/^[\da-fA-F]{1,4}$/.test(part)) return undefined;
      const n = parseInt(part, 16);
      out.push(n >> 8, n & 0xff);
    }
  }
  return out;
}

/** A network: its bytes with the host bits cleared. `exact` is false when some were set. */
export interface Network {
  readonly bytes: readonly number[];
  readonly bits: number;
  readonly exact: boolean;
}

/** Reads `10.0.0.0/8`; an address alone is a network of one. */
export function readNetwork(text: string): Network | undefined {
  const [address, length, more] = text.split("/");
  const bytes = addressBytes(address ?? "");
  if (bytes === undefined || more !== undefined) return undefined;
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return undefined;
  const bits = length === undefined ? bytes.length * 8 : Number(length);
  if (bits > bytes.length * 8) return undefined;
  const masked = bytes.map((b, i) => b & mask(bits - i * 8));
  return { bytes: masked, bits, exact: masked.every((b, i) => b === bytes[i]) };
}

/** The bits of a byte that belong to the network, when `bits` are left for it and what follows. */
export function mask(bits: number): number {
  return bits >= 8 ? 0xff : bits <= 0 ? 0 : (0xff << (8 - bits)) & 0xff;
}

/** A network as people write it. */
export function writeNetwork(network: Pick<Network, "bytes" | "bits">): string {
  const { bytes, bits } = network;
  if (bytes.length === 4) return `${bytes.join(".")}/${bits}`;
  const parts = [];
  for (let i = 0; i < 16; i += 2) parts.push((((bytes[i] ?? 0) << 8) | (bytes[i + 1] ?? 0)).toString(16));
  return `${parts.join(":").replace(/(^|:)0(:0)+(:|$)/, "::")}/${bits}`;
}
