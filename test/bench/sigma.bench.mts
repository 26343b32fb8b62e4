/**
 * SigmaHQ's whole corpus over Windows recordings, against programs of the kind that are found on this machine, in the
 * same run over the same files. Time is that of the processor, garbage and all: other work disturbs it least. Peers are
 * taken from PATH or from RSIGMA, CHAINSAW, HAYABUSA, ZIRCOLITE; a missing one is skipped and said. The recordings and
 * the corpus lie beside the repository (`SHARED`, by default ../shared).
 */
import { spawnSync } from "node:child_process";
import { createReadStream, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { compileRules, Hunt } from "../../src/hunt";
import { readSigma } from "../../src/query/sigma";
import { ms, printMarkdown } from "./measure.mts";

const shared = resolve(process.env["SHARED"] ?? "../shared");
const corpus = join(shared, "corpus", "sigma-rules.jsonl.gz");
const FILES = ["lsass-campaigns-05-07", "registry-run-keys", "ad-playbook"];
const RUNS = Number(process.env["RUNS"] ?? 3);
const work = join(tmpdir(), "purplebook-bench-sigma");

interface Measured {
  readonly rules: number;
  readonly events: number;
  readonly hits: number;
  readonly found: number;
  /** Seconds of the processor: reading rules, making them ready, splitting and parsing alone, the whole hunt. */
  readonly read: number;
  readonly ready: number;
  readonly parse: number;
  readonly hunt: number;
  readonly wall: number;
  /** The most heap and buffers that were in use, in MB. */
  readonly heap: number;
}

const used = () => (process.cpuUsage().user + process.cpuUsage().system) / 1e6;

/** One measuring in a process of its own. */
async function ours(file: string): Promise<Measured> {
  const texts = gunzipSync(readFileSync(corpus)).toString("utf8").split("\n").filter((line) => line !== "")
    .map((line) => (JSON.parse(line) as { readonly yaml: string }).yaml);
  let at = used();
  const since = () => {
    const now = used();
    const seconds = now - at;
    at = now;
    return seconds;
  };
  const rules = texts.flatMap((text) => readSigma(text, { unknownPlaceholders: "anything" }).rules);
  const read = since();
  const set = compileRules(rules);
  const ready = since();
  let heap = 0;
  const look = () => {
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    heap = Math.max(heap, (heapUsed + arrayBuffers) / 1_048_576);
  };
  const stream = () => createReadStream(file, { encoding: "utf8", highWaterMark: 1 << 20 });
  let rest = "";
  for await (const piece of stream()) {
    const lines = (rest + (piece as string)).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") JSON.parse(line);
  }
  const parse = since();
  const started = performance.now();
  let breaths = 0;
  const hunt = new Hunt(set, { progress: () => void (++breaths % 16 === 0 && look()) });
  await hunt.lines(file, stream());
  const wall = (performance.now() - started) / 1000;
  const seconds = since();
  look();
  const result = hunt.result();
  return { rules: rules.length, events: result.events, hits: result.found.reduce((n, each) => n + each.count, 0), found: result.found.length,
    read, ready, parse, hunt: seconds, wall, heap };
}

/** A program that runs Sigma rules over a file of JSON lines. `load` is the same over one event: what rules alone cost. */
interface Peer {
  readonly name: string;
  readonly variable: string;
  readonly get: string;
  command(program: string, rules: string, file: string): readonly string[];
}

const PEERS: readonly Peer[] = [
  { name: "rsigma", variable: "RSIGMA", get: "cargo install rsigma", command: (program, rules, file) => [program, "engine", "eval", "-q", "-r", rules, "-e", `@${file}`] },
  { name: "rsigma", variable: "RSIGMA", get: "cargo install rsigma",
    command: (program, rules, file) => [program, "engine", "eval", "-q", "-r", rules, "-e", `@${file}`, "--logsource-routing", "--event-logsource", "product=windows"] },
  { name: "chainsaw", variable: "CHAINSAW", get: "a release of WithSecureLabs/chainsaw", command: (program, rules, file) => [program, "hunt", file, "-s", rules, "--mapping", process.env["CHAINSAW_MAPPING"] ?? "mappings/sigma-event-logs-all.yml", "--json", "-q"] },
  { name: "Zircolite", variable: "ZIRCOLITE", get: "a release of wagga40/Zircolite", command: (program, rules, file) => ["python3", program, "-e", file, "-j", "-r", rules, "-o", join(work, "zircolite.json")] },
];

/** Processor seconds, wall seconds and lines put out by a command. */
function timed(command: readonly string[]): { readonly cpu: number; readonly wall: number; readonly lines: number; readonly failed: string | undefined } {
  const quoted = command.map((word) => `'${word.replace(/'/g, "'\\''")}'`).join(" ");
  const out = join(work, "peer-out.txt");
  const ran = spawnSync("bash", ["-c", `TIMEFORMAT='%U %S %R'; time ${quoted} > '${out}' 2> '${out}.err'`], { encoding: "utf8" });
  const [user = 0, system = 0, wall = 0] = (ran.stderr.trim().split("\n").pop() ?? "").split(" ").map(Number);
  const lines = existsSync(out) ? readFileSync(out, "utf8").split("\n").filter((line) => line !== "").length : 0;
  return { cpu: user + system, wall, lines, failed: ran.status === 0 || lines > 0 ? undefined : readFileSync(`${out}.err`, "utf8").slice(0, 300) };
}

function programOf({ variable, name }: Peer): string | undefined {
  const given = process.env[variable];
  if (given !== undefined) return existsSync(given) ? given : undefined;
  const found = spawnSync("bash", ["-c", `command -v ${name.toLowerCase()}`], { encoding: "utf8" }).stdout.trim();
  return found === "" ? undefined : found;
}

const [only] = process.argv.slice(2);
if (only !== undefined) {
  process.stdout.write(JSON.stringify(await ours(only)));
} else if (!existsSync(corpus)) {
  process.stdout.write(`There is no corpus at ${corpus}; set SHARED to the folder that holds corpus and samples.\n`);
} else {
  mkdirSync(join(work, "rules"), { recursive: true });
  gunzipSync(readFileSync(corpus)).toString("utf8").split("\n").filter((line) => line !== "").forEach((line) => {
    const { path, yaml } = JSON.parse(line) as { readonly path: string; readonly yaml: string };
    const target = join(work, "rules", path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, yaml);
  });
  const files = FILES.map((name) => {
    const path = join(work, `${name}.jsonl`);
    if (!existsSync(path)) writeFileSync(path, gunzipSync(readFileSync(join(shared, "samples", "windows", `${name}.jsonl.gz`))));
    return { name, path, mb: statSync(path).size / 1e6 };
  });
  const one = join(work, "one.jsonl");
  writeFileSync(one, "{\"EventID\":1,\"Channel\":\"x\"}\n");
  const rate = (events: number, seconds: number) => Math.round(events / seconds).toLocaleString("en-US");

  const rows: (string | number)[][] = [];
  const mine = new Map<string, Measured>();
  for (const { name, path, mb } of files) {
    const runs = Array.from({ length: RUNS }, () => {
      const ran = spawnSync(process.execPath, ["--max-old-space-size=384", fileURLToPath(import.meta.url), path], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], maxBuffer: 1 << 26 });
      if (ran.status !== 0) throw new Error(`the hunt in ${name} failed`);
      return JSON.parse(ran.stdout) as Measured;
    }).sort((a, b) => a.hunt - b.hunt);
    const m = runs[Math.floor(RUNS / 2)]!;
    mine.set(name, m);
    rows.push([`${name} (${m.events.toLocaleString("en-US")} events, ${mb.toFixed(0)} MB)`, m.rules, ms((m.read + m.ready) * 1000), `${m.parse.toFixed(2)} s`, `${m.hunt.toFixed(2)} s`, `${m.wall.toFixed(2)} s`, rate(m.events, m.hunt), `${m.heap.toFixed(0)} MB`, `${m.hits} of ${m.found} rules`]);
  }
  printMarkdown(["recording", "rules", "rules ready, ms", "JSON.parse alone", "hunt, reading included", "by the clock", "events/s", "most heap", "found"], rows);

  for (const peer of PEERS) {
    const program = programOf(peer);
    if (program === undefined) {
      process.stdout.write(`${peer.name} is not here (${peer.get}; ${peer.variable} names it): skipped.\n\n`);
      continue;
    }
    const load = timed(peer.command(program, join(work, "rules"), one));
    const lines = files.map(({ name, path }) => {
      const command = peer.command(program, join(work, "rules"), path);
      const ran = timed(command);
      if (ran.failed !== undefined) return [name, `failed: ${ran.failed}`, "", "", "", ""];
      const m = mine.get(name)!;
      const net = Math.max(0.001, ran.cpu - load.cpu);
      return [name, `${ran.cpu.toFixed(2)} s`, `${ran.wall.toFixed(2)} s`, `${load.cpu.toFixed(2)} s`, rate(m.events, net), `${(net / m.hunt).toFixed(2)}×`];
    });
    process.stdout.write(`${peer.name}: \`${peer.command(peer.name.toLowerCase(), "RULES", "FILE").join(" ")}\`\n\n`);
    printMarkdown(["recording", "processor", "by the clock", "of that with one event (rules)", "events/s without rules", "theirs ÷ ours"], lines);
  }
}
