/** The quick reader of simple YAML says what the full one says, places included; random texts of a printed seed, and the corpus where it lies beside. */
import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { readYamlDocuments } from "../../src/base";
import { readBlockYaml } from "../../src/base/yaml-block";

const CORPUS = "../shared/corpus/sigma-rules.jsonl.gz";
const SEED = Number(process.env["SEED"] ?? 20261122);
const TIMES = Number(process.env["YAML_TEXTS"] ?? 20_000);

function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const PLAIN = ["x", "two words", "C:\\x", "'it''s'", "'%a% # b'", "\"q: [\"", "1", "-1.5", "0x1F", "null", "~", "true", "False", "2020-01-02", "-enc", "a#b", "x # c", "''", "\"\"",
  ".inf", "nAn", "http://a/b?c=d&e", "x: y", "*a", "&a x", "!t x", "[a, {b: c}]", "{}", "\"a\\nb\"", "'open", "a:", "- x", "? x", "%x", "é – …", "...", "---", "x\n  y", "'x' # c", "'x'y", "1_0", "0o17", "a :b"];
const KEYS = ["a", "b", "Image|endswith", "'|all'", "\"k\"", "c d", "1", "null", "~", "e:f", "-g", "'i''j'", ".h", "x{y}", "é"];

/** A text of lines that are YAML for the most part. */
function written(pick: (below: number) => number): string {
  const one = <T>(of: readonly T[]): T => of[pick(of.length)]!;
  const gap = () => (pick(12) === 0 ? one([" # c", "  ", "\n", "\n# c", "\n      # c", "\n   "]) : "");
  const block = (depth: number, column: number): string => {
    const pad = " ".repeat(column);
    const lines: string[] = [];
    const list = depth > 0 && pick(3) === 0;
    for (let n = 1 + pick(4); n > 0; n--) {
      const value = (): string => {
        const deeper = column + (pick(15) === 0 ? 0 : one([1, 2, 4]));
        switch (pick(depth > 4 ? 6 : 10)) {
          case 0: return gap();
          case 1: {
            const inner = " ".repeat(deeper);
            return ` ${one(["|", "|", "|-", "|+", ">", ">-", "|2"])}${gap()}\n${Array.from({ length: 1 + pick(4) }, () => one([`${inner}text: x`, `${inner}- # y`, `${inner}  more`, "", `${inner} `, " ", `${inner}'`])).join("\n")}`;
          }
          case 6: case 7: case 8: return `${gap()}\n${block(depth + 1, pick(6) === 0 ? column : deeper)}`;
          default: return ` ${one(PLAIN)}${gap()}`;
        }
      };
      if (list) lines.push(pick(4) === 0 && depth < 5 ? `${pad}-${" ".repeat(1 + pick(2))}${block(depth + 1, column + 2).trimStart()}` : `${pad}-${value()}`);
      else lines.push(`${pad}${pick(3) === 0 ? one(KEYS) : `k${pick(40)}`}:${value()}`);
    }
    return lines.join("\n");
  };
  const text = block(0, 0) + (pick(3) === 0 ? "" : "\n");
  if (pick(10) > 0) return text;
  const at = pick(text.length + 1);
  return text.slice(0, at) + one(["\t", "\r\n", "\n", " ", ":", "#", "'", "-", "|", "\u2028", "\ufeff", "\u0000"]) + text.slice(at + pick(3));
}

it(`says what the full reader says, ${TIMES} texts from seed ${SEED}`, () => {
  const pick = random(SEED);
  let quick = 0;
  for (let i = 0; i < TIMES; i++) {
    const text = written(pick);
    if (readBlockYaml(text, 0, (plain) => plain) === undefined) continue;
    quick++;
    expect(readYamlDocuments(text, { offset: 3 }), text).toStrictEqual(readYamlDocuments(text, { offset: 3, quick: false }));
  }
  // A law about nothing is none.
  expect(quick).toBeGreaterThan(TIMES / 50);
});

const corpus = existsSync(CORPUS) ? gunzipSync(readFileSync(CORPUS)).toString("utf8").split("\n").filter((line) => line !== "").map((line) => (JSON.parse(line) as { readonly yaml: string }).yaml) : [];

it.runIf(corpus.length > 0)("reads nearly all rules of the corpus, and as the full reader does", () => {
  const quick = corpus.filter((text) => readBlockYaml(text, 0, (plain) => plain) !== undefined);
  expect(quick.length).toBeGreaterThan(corpus.length * 0.98);
  for (const text of quick) expect(JSON.stringify(readYamlDocuments(text).value)).toBe(JSON.stringify(readYamlDocuments(text, { quick: false }).value));
}, 60_000);
