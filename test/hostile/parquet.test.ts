/**
 * Parquet files with bytes changed: reading ends, soon and without a throw, and says what it could not read. Changes for each file:
 * PARQUET_FLIPS (500 by default), from SEED. A reading that has no end would hold up this test until the runner's limit.
 */
import { expect, it } from "vitest";
import { readLogs } from "../../src/logs";
import { PARQUET } from "../logs/parquet-files";

const FLIPS = Number(process.env["PARQUET_FLIPS"] ?? 500);
const SEED = Number(process.env["SEED"] ?? 20261122);
/** For files of a kilobyte, on however busy a machine. */
const PER_FILE_MS = 5000;

function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

it.each(Object.keys(PARQUET))(`%s, ${FLIPS} changes of one byte from seed ${SEED}`, async (name) => {
  const whole = Buffer.from(PARQUET[name] ?? "", "base64");
  const pick = random(SEED);
  let told = 0;
  for (let i = 0; i < FLIPS; i++) {
    const bytes = Uint8Array.from(whole);
    const at = 4 + pick(bytes.length - 4);
    bytes[at] = pick(2) === 0 ? bytes[at]! ^ (1 << pick(8)) : pick(256);
    const started = performance.now();
    const logs = await readLogs({ size: bytes.length, stream: () => new Blob([bytes]).stream(), slice: (from: number, to: number) => {
      const part = bytes.slice(from, to);
      return { size: part.length, stream: () => new Blob([part]).stream() };
    } }, { format: "parquet" });
    const took = performance.now() - started;
    if (took > PER_FILE_MS) throw new Error(`${name}, byte ${at} as ${bytes[at]}: ${Math.round(took)} ms`);
    // Rows without a cell are numbers only, so a changed number of them costs nothing.
    if (logs.diagnostics.length > 0) told++;
  }
  expect(told).toBeGreaterThan(FLIPS / 20);
}, 60_000 + FLIPS * 100);
