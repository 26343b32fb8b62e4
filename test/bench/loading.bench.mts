/**
 * Loading a gigabyte of logs, against DuckDB's readers on one thread: the same files in the same run, each reading in a
 * process of its own, so that the most memory it ever had is its own. Time is that of the processor, which other work on
 * the machine disturbs least; collecting garbage beside is included. `SHARE=0.1` takes a tenth of the files.
 */
import { spawnSync } from "node:child_process";
import { createReadStream, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { LocalLab } from "../../src/core";
import { labTime } from "../../src/cli/time.mts";
import { logFiles } from "./loading-files.mts";
import type { LogFile } from "./loading-files.mts";
import { heapMb, printMarkdown } from "./measure.mts";
import { duckdb } from "./peers.mts";

interface Measured {
  readonly rows: number;
  readonly seconds: number;
  /** The most memory the process had beyond what it began with, and what the columns hold in the end; in MB. */
  readonly peak: number;
  readonly held: number;
}

/** Seconds of the processor that this process has used. */
const used = () => (process.cpuUsage().user + process.cpuUsage().system) / 1e6;
const mb = () => process.resourceUsage().maxRSS / 1024;

async function ours({ path }: LogFile, map: boolean): Promise<Measured> {
  const lab = new LocalLab(labTime);
  const before = mb();
  const held = heapMb();
  const started = used();
  const loaded = await lab.load({ id: "a", text: { size: statSync(path).size, stream: () => createReadStream(path, { highWaterMark: 1 << 20 }) }, ...(map ? {} : { map }) });
  const seconds = used() - started;
  const peak = mb() - before;
  const wrong = loaded.diagnostics.find((d) => d.severity === "error");
  if (wrong !== undefined) throw new Error(wrong.message);
  return { rows: loaded.rows, seconds, peak, held: heapMb() - held };
}

async function theirs({ reader }: LogFile): Promise<Measured> {
  const duck = await duckdb();
  const before = mb();
  const started = used();
  await duck.run(`CREATE TABLE t AS SELECT * FROM ${reader}`);
  const seconds = used() - started;
  const peak = mb() - before;
  return { rows: Number(duck.cells(await duck.run("SELECT count(*) FROM t"))[0]?.[0]), seconds, peak, held: process.memoryUsage.rss() / 1_048_576 - before };
}

const files = logFiles(Number(process.env["SHARE"] ?? 1));
const [who, which] = process.argv.slice(2);
if (who !== undefined) {
  const file = files[Number(which)]!;
  process.stdout.write(JSON.stringify(await (who === "duck" ? theirs(file) : ours(file, who === "mapped"))));
} else {
  const read = (reader: string, i: number): Measured => {
    const ran = spawnSync(process.execPath, ["--expose-gc", "--max-old-space-size=8192", fileURLToPath(import.meta.url), reader, String(i)], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
    if (ran.status !== 0) throw new Error(`${reader} failed on file ${i}`);
    return JSON.parse(ran.stdout) as Measured;
  };
  const rows = files.flatMap((file, i) => {
    const size = statSync(file.path).size / 1_048_576;
    const duck = read("duck", i);
    return (["columns", "mapped"] as const).map((how) => {
      const own = read(how, i);
      if (own.rows !== duck.rows) throw new Error(`${file.title}: ${own.rows} rows here, ${duck.rows} in DuckDB`);
      return [
        `${file.title}, ${how === "mapped" ? "into the table that rules ask for" : "as it is"}`, `${(size / own.seconds).toFixed(0)} MB/s`, `${(size / duck.seconds).toFixed(0)} MB/s`,
        `${(own.seconds / duck.seconds).toFixed(2)}×`, `${(own.peak / size).toFixed(1)}×`, `${(own.held / size).toFixed(1)}×`, `${(duck.peak / size).toFixed(1)}×`,
      ];
    });
  });
  printMarkdown(["", "ours", "DuckDB, one thread", "time, ours to DuckDB's", "most memory to text", "kept to text", "DuckDB's most memory"], rows);
}
