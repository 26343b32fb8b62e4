/**
 * Binary Windows event logs, against the readers that others have: the Rust crate `evtx` (one thread, by its wheel) and
 * python-evtx, where Python has them (`pip install evtx python-evtx`; `PYTHON=…` names another). Each reading is in a process
 * of its own; time is that of the processor, the best of some runs, and records are those of the shared sample file.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { readEventLog, readLogs } from "../../src/logs";
import { printMarkdown } from "./measure.mts";

interface Measured {
  readonly records: number;
  readonly seconds: number;
}

const folder = fileURLToPath(new URL("../../../shared/samples/evtx/", import.meta.url));
const files = ["edge-security.evtx", "Sysmon_UACME_64.evtx"].map((name) => `${folder}${name}`);
const RUNS = 15;

const seconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** The best of some runs, in time of the processor with all that is collected beside. */
async function best(work: () => Promise<number>): Promise<Measured> {
  let found: Measured = { records: 0, seconds: Infinity };
  for (let i = 0; i < RUNS; i++) {
    const started = seconds();
    const records = await work();
    const took = seconds() - started;
    if (took < found.seconds) found = { records, seconds: took };
  }
  return found;
}

const OURS: Readonly<Record<string, (bytes: Uint8Array) => Promise<number>>> = {
  "records as JSON": async (bytes) => (await readEventLog(new Blob([bytes.slice()]))).records.length,
  "a table, as it is": async (bytes) => (await readLogs(new Blob([bytes.slice()]), { map: false })).rows,
  "the table that rules ask for": async (bytes) => (await readLogs(new Blob([bytes.slice()]), { table: "WindowsEvent" })).rows,
};

/** Programs of the peers: each prints records and seconds of the processor, the best of its runs. */
const PEERS: Readonly<Record<string, { readonly version: string; readonly code: string }>> = {
  "evtx (Rust, one thread), records as JSON texts": {
    version: "import importlib.metadata as m; print(m.version('evtx'))",
    code: "import sys,time\nfrom evtx import PyEvtxParser\nb=1e9\nfor i in range(15):\n t=time.process_time(); n=sum(1 for r in PyEvtxParser(sys.argv[1], number_of_threads=1).records_json()); b=min(b,time.process_time()-t)\nprint(n,b)",
  },
  "python-evtx, records as XML texts": {
    version: "import importlib.metadata as m; print(m.version('python-evtx'))",
    code: "import sys,time\nfrom Evtx.Evtx import Evtx\nt=time.process_time()\nwith Evtx(sys.argv[1]) as log: n=sum(1 for r in log.records() if r.xml())\nprint(n,time.process_time()-t)",
  },
};

const [how, path] = process.argv.slice(2);
if (how !== undefined && path !== undefined) {
  const bytes = new Uint8Array(readFileSync(path));
  process.stdout.write(JSON.stringify(await best(() => OURS[how]!(bytes))));
} else if (!existsSync(folder)) process.stdout.write("No samples of event logs beside the project: skipped.\n");
else {
  const python = process.env["PYTHON"] ?? "python3";
  const run = (program: string, args: readonly string[]) => spawnSync(program, args, { encoding: "utf8", maxBuffer: 1 << 26 });
  const rows: string[][] = [];
  for (const file of files.filter(existsSync)) {
    const tell = (who: string, { records, seconds: took }: Measured) => {
      const size = statSync(file).size / 1_048_576;
      rows.push([`${basename(file)}: ${who}`, String(records), `${(took * 1000).toFixed(1)} ms`, `${Math.round(records / took).toLocaleString("en")}/s`, `${(size / took).toFixed(0)} MB/s`]);
    };
    for (const name of Object.keys(OURS)) {
      const ran = run(process.execPath, [fileURLToPath(import.meta.url), name, file]);
      if (ran.status !== 0) throw new Error(ran.stderr);
      tell(`ours, ${name}`, JSON.parse(ran.stdout) as Measured);
    }
    for (const [name, { version, code }] of Object.entries(PEERS)) {
      const there = run(python, ["-c", version]);
      const ran = there.status === 0 ? run(python, ["-c", code, file]) : there;
      const [records, took] = ran.stdout.trim().split(" ").map(Number);
      if (ran.status !== 0 || records === undefined || took === undefined) process.stdout.write(`${name}: not there for ${python}, skipped.\n\n`);
      else tell(`${name} (${there.stdout.trim()})`, { records, seconds: took });
    }
  }
  printMarkdown(["file and reader", "records", "best time", "records/s", "speed"], rows);
}
