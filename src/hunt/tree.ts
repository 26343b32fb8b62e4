/** A rule's condition as a small tree over atoms, folded where the answer is known, and what must hold for it to hold. */
import type { Condition, DetectionRule, Item, Match, Test } from "../query/sigma";
import { EXISTS, NULL } from "./asked-field";
import type { AskedField } from "./asked-field";

/** `K` names a field's place: the field of the rule at first, a column of the events later. */
export type Tree<K> =
  | { readonly op: "const"; readonly value: boolean }
  | { readonly op: "atom"; readonly field: K; readonly atom: number }
  | { readonly op: "same"; readonly field: K; readonly other: K; readonly test: FieldTest }
  | { readonly op: "not"; readonly part: Tree<K> }
  | { readonly op: "and" | "or"; readonly parts: readonly Tree<K>[] }
  | { readonly op: "few"; readonly need: number; readonly parts: readonly Tree<K>[] };
export type FieldTest = Extract<Test, { kind: "field" }>;

const TRUE = { op: "const", value: true } as const;
const FALSE = { op: "const", value: false } as const;

/** Selections and conditions of a rule; `fields` gives the field of a name. */
export function treeOf(rule: Pick<DetectionRule, "selections" | "conditions">, fields: (name: string | null) => AskedField): Tree<AskedField> {
  const selections = new Map<string, Tree<AskedField>>();
  const selection = (name: string): Tree<AskedField> => {
    let tree = selections.get(name);
    if (tree === undefined) {
      const found = rule.selections.get(name);
      selections.set(name, (tree = found === undefined ? FALSE : ofMatch(found.match, fields)));
    }
    return tree;
  };
  return any(rule.conditions.map((condition) => ofCondition(condition, selection)));
}

function ofCondition<K>(condition: Condition, selection: (name: string) => Tree<K>): Tree<K> {
  switch (condition.kind) {
    case "selection": return selection(condition.name);
    case "not": return not(ofCondition(condition.part, selection));
    case "and": return all(condition.parts.map((part) => ofCondition(part, selection)));
    case "or": return any(condition.parts.map((part) => ofCondition(part, selection)));
    case "of": {
      const parts = condition.names.map(selection);
      if (condition.need === "all") return all(parts);
      return few(condition.need, parts);
    }
    default: return condition satisfies never;
  }
}

function ofMatch(match: Match, fields: (name: string | null) => AskedField): Tree<AskedField> {
  if (match.kind === "item") return ofItem(match, fields);
  const parts = match.parts.map((part) => ofMatch(part, fields));
  return match.kind === "all" ? all(parts) : any(parts);
}

function ofItem(item: Item, fields: (name: string | null) => AskedField): Tree<AskedField> {
  const field = fields(item.field);
  const special: Tree<AskedField>[] = [];
  const plain: Test[] = [];
  for (const test of item.tests) {
    if (test.kind === "null") special.push(item.field === null ? FALSE : { op: "atom", field, atom: NULL });
    else if (test.kind === "exists") {
      const exists: Tree<AskedField> = item.field === null ? FALSE : { op: "atom", field, atom: EXISTS };
      special.push(test.wanted || item.field === null ? exists : not(exists));
    } else if (test.kind === "field") special.push(item.field === null ? FALSE : { op: "same", field, other: fields(test.other), test });
    else plain.push(test);
  }
  const atom = (tests: readonly Test[]): Tree<AskedField> => ({ op: "atom", field, atom: field.atom(tests) });
  const whole = item.need === "all"
    ? all([...special, ...plain.map((test) => atom([test]))])
    : any([...special, ...(plain.length === 0 ? [] : [atom(plain)])]);
  return item.negated ? not(whole) : whole;
}

function not<K>(part: Tree<K>): Tree<K> {
  if (part.op === "const") return part.value ? FALSE : TRUE;
  if (part.op === "not") return part.part;
  if (part.op === "and") return any(part.parts.map(not));
  if (part.op === "or") return all(part.parts.map(not));
  return { op: "not", part };
}

function all<K>(parts: readonly Tree<K>[]): Tree<K> {
  const flat = parts.flatMap((part) => (part.op === "and" ? part.parts : [part])).filter((part) => part.op !== "const" || !part.value);
  if (flat.some((part) => part.op === "const")) return FALSE;
  return flat.length === 0 ? TRUE : flat.length === 1 ? flat[0]! : { op: "and", parts: flat };
}

function any<K>(parts: readonly Tree<K>[]): Tree<K> {
  const flat = parts.flatMap((part) => (part.op === "or" ? part.parts : [part])).filter((part) => part.op !== "const" || part.value);
  if (flat.some((part) => part.op === "const")) return TRUE;
  return flat.length === 0 ? FALSE : flat.length === 1 ? flat[0]! : { op: "or", parts: flat };
}

function few<K>(need: number, parts: readonly Tree<K>[]): Tree<K> {
  const sure = parts.filter((part) => part.op === "const" && part.value).length;
  const open = parts.filter((part) => part.op !== "const");
  if (need <= sure) return TRUE;
  if (need - sure > open.length) return FALSE;
  if (need - sure === 1) return any(open);
  return need - sure === open.length ? all(open) : { op: "few", need: need - sure, parts: open };
}

/** The tree with other places for fields; `known` says what is certain of an atom. Undefined: no certainty. */
export function placed<K, L>(tree: Tree<K>, place: (field: K) => L, known: (field: L, atom: number) => boolean | undefined): Tree<L> {
  switch (tree.op) {
    case "const": return tree;
    case "atom": {
      const field = place(tree.field);
      const sure = known(field, tree.atom);
      return sure === undefined ? { op: "atom", field, atom: tree.atom } : sure ? TRUE : FALSE;
    }
    case "same": return { op: "same", field: place(tree.field), other: place(tree.other), test: tree.test };
    case "not": return not(placed(tree.part, place, known));
    case "and": return all(tree.parts.map((part) => placed(part, place, known)));
    case "or": return any(tree.parts.map((part) => placed(part, place, known)));
    case "few": return few(tree.need, tree.parts.map((part) => placed(part, place, known)));
    default: return tree satisfies never;
  }
}

/** Atoms of which at least one holds whenever the tree does, and how often that will be. */
export interface Trigger<K> {
  readonly cost: number;
  readonly atoms: readonly { readonly field: K; readonly atom: number }[];
}

/** The cheapest trigger of a tree; undefined when it may hold without any atom. */
export function triggerOf<K>(tree: Tree<K>, cost: (field: K, atom: number) => number): Trigger<K> | undefined {
  switch (tree.op) {
    case "const": return tree.value ? undefined : { cost: 0, atoms: [] };
    case "atom": return { cost: cost(tree.field, tree.atom), atoms: [tree] };
    case "same":
      return { cost: cost(tree.field, EXISTS), atoms: [{ field: tree.field, atom: EXISTS }] };
    case "not": return undefined;
    case "and": {
      let best: Trigger<K> | undefined;
      for (const part of tree.parts) {
        const trigger = triggerOf(part, cost);
        if (trigger !== undefined && (best === undefined || trigger.cost < best.cost)) best = trigger;
      }
      return best;
    }
    case "or": case "few": {
      const atoms: { readonly field: K; readonly atom: number }[] = [];
      let sum = 0;
      for (const part of tree.parts) {
        const trigger = triggerOf(part, cost);
        if (trigger === undefined) return undefined;
        atoms.push(...trigger.atoms);
        sum += trigger.cost;
      }
      return { cost: sum, atoms };
    }
    default: return tree satisfies never;
  }
}
