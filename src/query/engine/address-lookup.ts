/** `ipv4_lookup` and `ipv6_lookup`: joins addresses with the networks of a table that they lie in. */
import { Keys, NO_ROW, UNKNOWN_KEY, gather, indexOfColumn, nullColumn, printCell, spread, withoutNullText } from "../../table";
import type { Column } from "../../table";
import { masked, readAddress, readIpv4Range } from "../functions/address";
import type { Address } from "../functions/address";
import { Failed, fits } from "./source";
import type { Applied, Result, TableFunction } from "./table-function";

const NONE: readonly number[] = [];

/**
 * Networks by their length and their leading bits. An address lies in a network where both agree in the bits that both
 * say (Kusto docs, "ipv4_is_match()": the shorter prefix counts).
 */
class Networks {
  private readonly byLength = new Map<number, Map<bigint, number[]>>();
  /** Networks cut down to fewer bits, for ranges that are wider than they are. */
  private readonly wider = new Map<number, Map<bigint, number[]>>();
  private readonly all: { readonly address: Address; readonly row: number }[] = [];

  add(address: Address, row: number): void {
    this.all.push({ address, row });
    put(this.byLength, address.prefix, masked(address.bits, address.prefix), row);
  }

  /** Rows of the networks that an address or range lies in, in the order of the table. */
  of({ bits, prefix }: Address): readonly number[] {
    const found: number[] = [];
    for (const [length, networks] of this.byLength) {
      if (length <= prefix) found.push(...networks.get(masked(bits, length)) ?? NONE);
    }
    if (prefix < 128) found.push(...this.narrowerThan(prefix).get(masked(bits, prefix)) ?? NONE);
    return found.sort((a, b) => a - b);
  }

  private narrowerThan(prefix: number): ReadonlyMap<bigint, readonly number[]> {
    const known = this.wider.get(prefix);
    if (known !== undefined) return known;
    this.wider.set(prefix, new Map<bigint, number[]>());
    for (const { address, row } of this.all) {
      if (address.prefix > prefix) put(this.wider, prefix, masked(address.bits, prefix), row);
    }
    return this.wider.get(prefix)!;
  }
}

function put(into: Map<number, Map<bigint, number[]>>, length: number, bits: bigint, row: number): void {
  let networks = into.get(length);
  if (networks === undefined) into.set(length, (networks = new Map<bigint, number[]>()));
  const rows = networks.get(bits);
  if (rows === undefined) networks.set(bits, [row]);
  else rows.push(row);
}

/** Kusto docs, "ipv4_lookup plugin" and "ipv6_lookup plugin". Each text is read and looked up once. */
export const addressLookup: TableFunction = (applied): Result => {
  const { plan, rows, run } = applied;
  const [table] = applied.others;
  const network = applied.argument("network");
  if (table === undefined || network?.kind !== "column") throw new Error("A lookup needs a table and its column");
  const read = plan.fn === "ipv4_lookup" ? readIpv4Range : readAddress;
  const keys = plan.args.filter((a) => a.name.startsWith("key:"));
  const unmatched = applied.constant("return_unmatched") === true;

  const networks = new Networks();
  const written = columnNamed(table, network.name, applied);
  for (let row = 0; row < table.rows.length; row++) {
    const address = read(printCell(written, row));
    if (address !== null) networks.add(address, row);
  }
  const agreed = agreement(applied, table, keys.map((k) => k.name.slice(4)));

  const sources = applied.column("source");
  const known = new Map<string, readonly number[]>();
  const left: number[] = [];
  const right: number[] = [];
  for (let row = 0; row < rows.length; row++) {
    const text = printCell(sources, row);
    let found = known.get(text);
    if (found === undefined) {
      const address = read(text);
      known.set(text, (found = address === null ? NONE : networks.of(address)));
      run.kernels.check?.();
    }
    let any = false;
    for (const other of found) {
      if (!agreed(row, other)) continue;
      any = true;
      left.push(row);
      right.push(other);
    }
    if (!any && unmatched) {
      left.push(row);
      right.push(NO_ROW);
    }
    if ((row & 4095) === 0) fits(left.length, plan.schema.columns.length, run, plan.span);
  }
  fits(left.length, plan.schema.columns.length, run, plan.span);
  return joined(applied, table, new Set(keys.map((k) => k.name.slice(4))), Uint32Array.from(left), Uint32Array.from(right));
};

/** Whether a row and one of the table are equal in the extra keys. */
function agreement(applied: Applied, table: Result, names: readonly string[]): (row: number, other: number) => boolean {
  if (names.length === 0 || applied.rows.length === 0 || table.rows.length === 0) return () => true;
  const theirs = names.map((name) => columnNamed(table, name, applied));
  const ours = names.map((name) => applied.column(`key:${name}`));
  if (theirs.some((c, i) => c.type !== ours[i]!.type)) {
    throw new Failed("lookup-key-types", "An extra key of the lookup has another type in the table.", applied.plan.span);
  }
  const numbers = new Keys(theirs.map((c) => c.type), "never");
  const keys = numbers.add(theirs, table.rows.length);
  const own = numbers.find(ours, applied.rows.length);
  return (row, other) => own[row] !== UNKNOWN_KEY && own[row] === keys[other];
}

/** A column of the lookup's table. */
export function columnNamed(table: Result, name: string, { plan }: Applied): Column {
  const column = table.rows.columns[indexOfColumn(table.schema, name)];
  if (column === undefined) throw new Failed("lookup-column", `The table of the lookup has no column '${name}'.`, plan.span);
  return spread(column, table.rows.length);
}

/** Rows of the input beside rows of the table ({@link NO_ROW} for none), without the table's columns named by `keys`. */
export function joined(applied: Applied, table: Result, keys: ReadonlySet<string>, left: Uint32Array, right: Uint32Array): Result {
  const { plan, schema, rows, run } = applied;
  const specs = [...schema.columns];
  const columns = rows.columns.map((c) => gather(c, left));
  const names = new Set(specs.map((c) => c.name));
  table.schema.columns.forEach((spec, i) => {
    if (keys.has(spec.name)) return;
    let { name } = spec;
    for (let n = 1; names.has(name); n++) name = `${spec.name}${n}`;
    names.add(name);
    specs.push({ ...spec, name });
    const cells = table.rows.length === 0 ? nullColumn(spec.type, left.length) : gather(table.rows.columns[i]!, right);
    columns.push(run.nullText ? cells : withoutNullText(cells));
  });
  return { schema: { columns: plan.schema.open ? specs : plan.schema.columns, open: false }, rows: { length: left.length, columns } };
}
