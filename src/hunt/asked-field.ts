/**
 * One field and all that any rule asks of it. An atom is an item's "one of these tests holds"; equal ones are shared
 * by all rules. A text's verdict (the atoms that hold) is worked out once and remembered.
 */
import { fold, predicateOf } from "../query/sigma";
import type { Test } from "../query/sigma";
import type { TextPredicate } from "../query/sigma";
import { literalOf } from "./literal";
import type { Literal } from "./literal";
import { LiteralSet } from "./literal-set";

/** Atoms that are not about a text. */
export const NULL = 0;
export const EXISTS = 1;
const FIRST = 2;

/** Atoms that hold for a text, in no order. */
export type Verdict = readonly number[];

const NOTHING: Verdict = [];
/** Texts longer than this are not remembered, and all are forgotten when they have so many characters together. */
const LONGEST_KEPT = 1024;
const MOST_KEPT = 2 << 20;

interface AskedTest {
  readonly test: Test;
  readonly literal: Literal | undefined;
  readonly atoms: number[];
  predicate?: TextPredicate;
}

export class AskedField {
  private readonly tests: AskedTest[] = [];
  private readonly testIds = new Map<string, number>();
  private readonly atomIds = new Map<string, number>();
  private readonly atomTests: (readonly number[])[] = [];
  /** Literals of each atom's tests: how likely it is to hold. */
  private readonly costs: number[] = [1, 50];
  private prepared: { readonly literals: LiteralSet; readonly guarded: readonly AskedTest[]; readonly always: readonly AskedTest[] } | undefined;
  private kept = new Map<string, Verdict>();
  private size = 0;
  private readonly seen: Uint32Array[] = [];
  private time = 0;

  /** `null` for keywords. */
  constructor(readonly name: string | null, readonly index: number) {}

  get atoms(): number {
    return FIRST + this.atomIds.size;
  }

  /** The atom "one of these tests holds". */
  atom(tests: readonly Test[]): number {
    const ids = tests.length === 1 ? [this.testId(tests[0]!)]
      : [...new Set(tests.map((test) => this.testId(test)))].sort((a, b) => a - b);
    const key = ids.length === 1 ? String(ids[0]) : ids.join();
    let atom = this.atomIds.get(key);
    if (atom === undefined) {
      atom = this.atoms;
      this.atomIds.set(key, atom);
      this.atomTests.push(ids);
      this.costs[atom] = ids.reduce((sum, id) => sum + costOf(this.tests[id]!.literal), 0);
      for (const id of ids) this.tests[id]!.atoms.push(atom);
      this.prepared = undefined;
      this.kept.clear();
    }
    return atom;
  }

  /** How often an atom will hold, by guess: small is seldom. */
  cost(atom: number): number {
    // Keywords are looked for in every value.
    return (this.costs[atom] ?? 1) * (this.name === null ? 20 : 1);
  }

  /** The literals of which one must stand in a value for the atom to hold; undefined when there are no such. */
  literals(atom: number): readonly string[] | undefined {
    const out: string[] = [];
    for (const id of this.atomTests[atom - FIRST] ?? []) {
      const { literal } = this.tests[id]!;
      if (literal === undefined) return undefined;
      out.push(literal.text);
    }
    return atom < FIRST ? undefined : out;
  }

  /** The atoms that hold for a text. */
  verdict(text: string): Verdict {
    // Looking up a long text costs about as much as judging it.
    const known = text.length > LONGEST_KEPT ? undefined : this.kept.get(text);
    if (known !== undefined) return known;
    const verdict = this.judge(text);
    if (text.length <= (this.name === null ? 64 : LONGEST_KEPT)) {
      this.size += text.length + 32;
      if (this.size > MOST_KEPT) {
        this.kept = new Map();
        this.size = 0;
      }
      this.kept.set(text, verdict);
    }
    return verdict;
  }

  private judge(text: string): Verdict {
    const { literals, guarded, always } = this.prepared ?? this.prepare();
    const folded = fold(text);
    const found: number[] = [];
    literals.find(folded, found);
    if (found.length === 0 && always.length === 0) return NOTHING;
    const marks = this.marks();
    const time = ++this.time;
    const out: number[] = [];
    const add = (asked: AskedTest) => {
      for (const atom of asked.atoms) {
        if (marks[atom] === time) continue;
        marks[atom] = time;
        out.push(atom);
      }
    };
    for (const id of found) {
      const asked = guarded[id]!;
      if (asked.literal!.sure || holds(asked, text, folded)) add(asked);
    }
    for (const asked of always) if (holds(asked, text, folded)) add(asked);
    return out.length === 0 ? NOTHING : out;
  }

  private marks(): Uint32Array {
    let [marks] = this.seen;
    if (marks === undefined || marks.length < this.atoms || this.time > 0xfffffff0) {
      this.seen[0] = marks = new Uint32Array(this.atoms);
      this.time = 0;
    }
    return marks;
  }

  private prepare(): NonNullable<AskedField["prepared"]> {
    const guarded = this.tests.filter((each) => each.literal !== undefined);
    return (this.prepared = {
      literals: new LiteralSet(guarded.map((each) => each.literal!)),
      guarded,
      always: this.tests.filter((each) => each.literal === undefined),
    });
  }

  private testId(test: Test): number {
    const key = keyOf(test);
    let id = this.testIds.get(key);
    if (id === undefined) {
      id = this.tests.length;
      this.testIds.set(key, id);
      this.tests.push({ test, literal: literalOf(test), atoms: [] });
    }
    return id;
  }
}

function holds(asked: AskedTest, text: string, folded: string): boolean {
  const predicate = (asked.predicate ??= predicateOf(asked.test) ?? NEVER);
  return predicate.holds(predicate.folded ? folded : text);
}

const NEVER: TextPredicate = { folded: false, holds: () => false };

/** Tests that ask the same have the same key. */
function keyOf(test: Test): string {
  switch (test.kind) {
    case "text": return `t${test.how.charAt(0)}${test.how.charAt(1)}${test.cased ? "c" : "i"}${test.cased ? test.text : fold(test.text)}`;
    case "pattern":
      return `p${test.cased ? "c" : "i"}${JSON.stringify(test.parts.map((part) => (typeof part === "string" ? part : [test.cased ? part.text : fold(part.text)])))}`;
    case "regex": return `r${test.flags}/${test.source}`;
    case "cidr": return `n${test.bytes.join(".")}/${test.bits}`;
    case "compare": return `c${test.op}${typeof test.than === "bigint" ? `${test.than}n` : test.than}`;
    case "time": return `d${test.part}${test.op}${test.than}`;
    default: return test.kind;
  }
}

/** A short literal in the middle of a text is met often, a whole text seldom. */
function costOf(literal: Literal | undefined): number {
  if (literal === undefined) return 40;
  const { where, text } = literal;
  const length = Math.max(1, text.length);
  switch (where) {
    case "whole": return text === "" ? 20 : 1;
    case "start": return 1 + 30 / length;
    case "end": return 1 + 10 / length;
    case "inside": return 0.5 + 40 / length;
    default: return where satisfies never;
  }
}
