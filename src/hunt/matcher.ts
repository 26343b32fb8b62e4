/** Looks at one event after the other and says which rules of a set hold. */
import { fold, textHolds } from "../query/sigma";
import { meets } from "../schema";
import type { EventValue } from "../schema";
import { EXISTS, NULL } from "./asked-field";
import type { Column, EventReader } from "./column";
import { wordOf } from "./column";
import { Routing } from "./rule-set";
import type { Bucket, Candidate, ReadyRule, RuleSet, ShapeRules, Stall } from "./rule-set";
import type { FieldTest, Tree } from "./tree";

const NONE: readonly ReadyRule[] = [];

export class Matcher {
  private readonly routing: Routing;
  /** For each atom of each column the last event that it held for. */
  private marks = new Uint32Array(1 << 12);
  private event = 0;
  private reader!: EventReader;
  private readonly candidates: Candidate[] = [];
  private last: { readonly channel: string; readonly id: string; readonly provider: string; readonly rules: ShapeRules; readonly stall: Stall } | undefined;
  /** How many rules had their condition looked at, over all events. */
  asked = 0;

  constructor(readonly set: RuleSet) {
    this.routing = new Routing(set);
  }

  /** The rules that hold for the event that the reader is at, in the order of the set. */
  match(reader: EventReader): readonly ReadyRule[] {
    const rules = this.routing.shape(reader.shape);
    if (rules.pairs.length === 0) return NONE;
    this.reader = reader;
    const bucket = this.bucket(rules);
    if (bucket.triggers.length === 0 && bucket.always.length === 0) return NONE;
    if (this.event === 0xfffffff0) {
      this.marks.fill(0);
      this.event = 0;
    }
    const event = ++this.event;
    const { candidates } = this;
    candidates.length = 0;
    for (const { column, rules: byAtom, sieve } of bucket.triggers) {
      if (sieve !== undefined && reader.line !== undefined && !sieve.mayHold(reader.line)) continue;
      this.look(column);
      if (byAtom.size < column.held.length) {
        for (const [atom, list] of byAtom) if (this.marks[column.first + atom] === event) this.add(list);
        continue;
      }
      for (const atom of column.held) {
        const list = byAtom.get(atom);
        if (list !== undefined) this.add(list);
      }
      const special = column.isNull ? byAtom.get(NULL) : undefined;
      if (special !== undefined) this.add(special);
      const present = column.value === undefined ? undefined : byAtom.get(EXISTS);
      if (present !== undefined) this.add(present);
    }
    if (candidates.length === 0 && bucket.always.length === 0) return NONE;
    let found: ReadyRule[] | undefined;
    for (const candidate of candidates) if (this.holds(candidate.tree)) (found ??= []).push(candidate.rule);
    for (const candidate of bucket.always) if (this.holds(candidate.tree)) (found ??= []).push(candidate.rule);
    this.asked += candidates.length + bucket.always.length;
    if (found === undefined) return NONE;
    // A rule may be reached by several views.
    return found.length === 1 ? found : [...new Set(found)].sort((a, b) => a.index - b.index);
  }

  private bucket(rules: ShapeRules): Bucket {
    const { reader, routing } = this;
    let channel = "";
    let id = "";
    let provider = "";
    if (rules.routed) {
      channel = wordOf(reader.read(rules.channel!));
      id = wordOf(reader.read(rules.id!));
      if (channel === "" && rules.shape.channel === undefined) provider = wordOf(reader.read(rules.provider!));
    }
    let { last } = this;
    if (last === undefined || last.rules !== rules || last.id !== id || last.channel !== channel || last.provider !== provider) {
      this.last = last = { channel, id, provider, rules, stall: routing.stall(rules, channel, id, provider) };
    }
    const { stall } = last;
    let met = "";
    for (const when of stall.when) met += when.every((term) => meets(reader.event, term)) ? "1" : "0";
    return routing.bucket(stall, met);
  }

  private add(list: readonly Candidate[]): void {
    for (const candidate of list) {
      if (candidate.asked === this.event) continue;
      candidate.asked = this.event;
      this.candidates.push(candidate);
    }
  }

  /** Reads a column of the event at hand and marks the atoms that hold, once. */
  private look(column: Column): void {
    const { event } = this;
    if (column.at === event) return;
    column.at = event;
    if (this.marks.length < this.routing.atoms) {
      const more = new Uint32Array(Math.max(this.routing.atoms, this.marks.length * 2));
      more.set(this.marks);
      this.marks = more;
    }
    const { marks } = this;
    const { field, first } = column;
    if (field.name === null) {
      column.value = true;
      column.isNull = false;
      const held: number[] = [];
      for (const leaf of this.reader.leaves()) {
        for (const atom of field.verdict(leaf)) {
          if (marks[first + atom] === event) continue;
          marks[first + atom] = event;
          held.push(atom);
        }
      }
      column.held = held;
      return;
    }
    const value = this.reader.read(column);
    column.value = value;
    column.isNull = value === undefined || value === null || (value === "" && this.reader.emptyIsNull);
    if (value !== undefined) marks[first + EXISTS] = event;
    if (typeof value === "string") {
      const held = (column.held = field.verdict(value));
      for (let i = 0; i < held.length; i++) marks[first + held[i]!] = event;
    } else if (value === undefined || value === null) column.held = [];
    else if (Array.isArray(value)) {
      const held: number[] = [];
      for (const each of flat(value as readonly EventValue[])) {
        if (each === null) column.isNull = true;
        const word = typeof each === "object" || each === undefined ? undefined : String(each);
        if (word === undefined) continue;
        for (const atom of field.verdict(word)) {
          if (marks[first + atom] === event) continue;
          marks[first + atom] = event;
          held.push(atom);
        }
      }
      column.held = held;
    } else {
      column.held = typeof value === "object" ? [] : field.verdict(String(value));
      for (const atom of column.held) marks[first + atom] = event;
    }
    if (column.isNull) marks[first + NULL] = event;
  }

  private holds(tree: Tree<Column>): boolean {
    switch (tree.op) {
      case "const": return tree.value;
      case "atom": {
        const column = tree.field;
        if (column.at !== this.event) this.look(column);
        return this.marks[column.first + tree.atom] === this.event;
      }
      case "same": return this.same(tree.field, tree.other, tree.test);
      case "not": return !this.holds(tree.part);
      case "and": {
        for (const part of tree.parts) if (!this.holds(part)) return false;
        return true;
      }
      case "or": {
        for (const part of tree.parts) if (this.holds(part)) return true;
        return false;
      }
      case "few": {
        let left = tree.need;
        for (const part of tree.parts) if (this.holds(part) && --left === 0) return true;
        return false;
      }
      default: return tree satisfies never;
    }
  }

  /** One field against another: any value of the one with any of the other. */
  private same(column: Column, other: Column, test: FieldTest): boolean {
    this.look(column);
    this.look(other);
    const words = (value: EventValue): readonly string[] => flat([value]).flatMap((each) =>
      each === undefined || each === null || typeof each === "object" ? [] : [test.cased ? String(each) : fold(String(each))]);
    const wanted = words(other.value).slice(0, 100).map((word) => textHolds(test.how, word));
    return words(column.value).some((word) => wanted.some((holds) => holds(word)));
  }
}

/** Elements of lists within lists, up to a depth that no log has. */
function flat(list: readonly EventValue[]): readonly EventValue[] {
  return list.some((each) => Array.isArray(each)) ? ((list as readonly unknown[]).flat(20) as readonly EventValue[]) : list;
}
