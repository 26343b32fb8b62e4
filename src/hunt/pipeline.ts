/**
 * Processing pipelines of a vault, in the shape that pySigma reads: YAML with transformations that rename fields, change
 * log sources, add, replace or drop what rules ask, each under conditions. Source: pySigma docs, "Processing Pipelines".
 */
import { error, info, nearest, readYaml, warning } from "../base";
import type { Checked, Diagnostic, Span, YamlNode } from "../base";
import type { Condition, DetectionRule, Item, Match, Selection, SigmaRule, Test } from "../query/sigma";

type Mapping = YamlNode & { readonly kind: "map" };

/** A pipeline, read. */
export interface Pipeline {
  readonly name: string;
  /** Small ones go first. */
  readonly priority: number;
  readonly steps: readonly Step[];
}

/** One transformation with its conditions. */
interface Step {
  readonly span: Span;
  readonly applies: (rule: DetectionRule) => boolean;
  readonly touches: (field: string | null) => boolean;
  readonly act: Act;
}

/** What a transformation does: to the rule as a whole, or to each item that it touches. */
type Act =
  | { readonly kind: "rule"; readonly change: (rule: DetectionRule) => DetectionRule }
  | { readonly kind: "item"; readonly change: (item: Item) => Match | undefined }
  | { readonly kind: "fail"; readonly message: string; readonly items: boolean };

/** Reads a pipeline; a transformation that is not known is left out and told. */
export function readPipeline(text: string): Checked<Pipeline> {
  const { value: doc, diagnostics: yaml } = readYaml(text);
  const diagnostics = [...yaml];
  const root = doc?.root;
  if (root?.kind !== "map") return { value: undefined, diagnostics: [...diagnostics, error("pipeline-shape", "A pipeline is a mapping with 'transformations'.", { from: 0, to: text.length })] };
  const list = at(root, "transformations");
  const steps = list?.kind === "list" ? list.items.flatMap((node) => readSteps(node, diagnostics)) : [];
  for (const key of ["postprocessing", "finalizers"]) {
    const node = at(root, key);
    if (node !== undefined) diagnostics.push(info("pipeline-query-only", `'${key}' is about the text of queries; nothing of it is needed here.`, node.span));
  }
  const priority = at(root, "priority")?.value;
  return { value: { name: textAt(root, "name") ?? "pipeline", priority: typeof priority === "number" ? priority : 0, steps }, diagnostics };
}

/** Applies pipelines, by priority, to all detection rules. A rule that a pipeline refuses is left out and told. */
export function applyPipelines(pipelines: readonly Pipeline[], rules: readonly SigmaRule[]): { readonly rules: readonly SigmaRule[]; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const steps = [...pipelines].sort((a, b) => a.priority - b.priority).flatMap((pipeline) => pipeline.steps);
  const out = rules.flatMap((rule): SigmaRule[] => {
    if (rule.kind !== "detection") return [rule];
    let now = rule;
    for (const step of steps) {
      if (!step.applies(now)) continue;
      const { act } = step;
      if (act.kind === "rule") now = act.change(now);
      else if (act.kind === "item") now = withItems(now, (item) => (step.touches(item.field) ? act.change(item) : item));
      else if (!act.items || fieldsOf(now).some(step.touches)) {
        diagnostics.push(error("pipeline-refused", `A pipeline refuses the rule '${rule.title?.value ?? ""}': ${act.message}`, rule.span));
        return [];
      }
    }
    return [now];
  });
  return { rules: out, diagnostics };
}

const TYPES = [
  "field_name_mapping", "field_name_prefix_mapping", "field_name_prefix", "field_name_suffix", "drop_detection_item", "add_condition", "change_logsource",
  "replace_string", "map_string", "set_value", "rule_failure", "detection_item_failure", "nest", "set_state",
] as const;

function readSteps(node: YamlNode, diagnostics: Diagnostic[], depth = 0): Step[] {
  if (node.kind !== "map") {
    diagnostics.push(error("pipeline-transformation", "A transformation is a mapping with a 'type'.", node.span));
    return [];
  }
  const type = textAt(node, "type") ?? "";
  const known = TYPES.find((each) => each === type);
  if (known === undefined) {
    const near = nearest(type, TYPES);
    diagnostics.push(warning("pipeline-unknown-transformation", `The transformation '${type}' is not known here and does nothing.${near === undefined ? "" : ` Did you mean '${near}'?`}`, at(node, "type")?.span ?? node.span));
    return [];
  }
  const applies = ruleCondition(node, diagnostics);
  const touches = fieldCondition(node, diagnostics);
  if (known === "nest") {
    const items = at(node, "items");
    if (items?.kind !== "list" || depth > 4) return [];
    return items.items.flatMap((each) => readSteps(each, diagnostics, depth + 1))
      .map((step) => ({ ...step, applies: (rule) => applies(rule) && step.applies(rule), touches: (field) => touches(field) && step.touches(field) }));
  }
  const act = readAct(known, node, diagnostics);
  return act === undefined ? [] : [{ span: node.span, applies, touches, act }];
}

function readAct(type: Exclude<(typeof TYPES)[number], "nest">, node: Mapping, diagnostics: Diagnostic[]): Act | undefined {
  const renamed = (name: (field: string) => readonly string[]): Act => ({ kind: "item", change: (item) => {
    if (item.field === null) return item;
    const names = name(item.field);
    const parts = names.map((field): Item => ({ ...item, field }));
    // A field that became several: one of them is enough, or none of them may be it.
    return parts.length === 1 ? parts[0]! : { kind: item.negated ? "all" : "any", parts, span: item.span };
  } });
  const texts = (change: (text: string) => readonly string[]): Act => ({ kind: "item", change: (item) => {
    const tests = item.tests.flatMap((test) => changed(test, change));
    return { ...item, tests };
  } });
  switch (type) {
    case "field_name_mapping": {
      const mapping = lists(at(node, "mapping"));
      return renamed((field) => mapping.get(field) ?? [field]);
    }
    case "field_name_prefix_mapping": {
      const mapping = lists(at(node, "mapping"));
      return renamed((field) => {
        const head = [...mapping.keys()].find((each) => field.startsWith(each));
        return head === undefined ? [field] : mapping.get(head)!.map((each) => each + field.slice(head.length));
      });
    }
    case "field_name_prefix": return renamed((field) => [(textAt(node, "prefix") ?? "") + field]);
    case "field_name_suffix": return renamed((field) => [field + (textAt(node, "suffix") ?? "")]);
    case "drop_detection_item": return { kind: "item", change: () => undefined };
    case "add_condition": {
      const conditions = at(node, "conditions");
      const negated = at(node, "negated")?.value === true;
      return { kind: "rule", change: (rule) => withCondition(rule, itemsOf(conditions, node.span), negated) };
    }
    case "change_logsource":
      return { kind: "rule", change: (rule) => {
        const part = (key: "product" | "category" | "service") => {
          const said = textAt(node, key);
          return said === undefined ? {} : { [key]: said };
        };
        return { ...rule, logsource: { span: rule.logsource.span, ...part("product"), ...part("category"), ...part("service") } };
      } };
    case "replace_string": {
      const source = textAt(node, "regex") ?? "";
      const replacement = (textAt(node, "replacement") ?? "").replace(/\$/g, "$$$$").replace(/\\g<(\d+)>|\\(\d)/g, (_, a?: string, b?: string) => `$${a ?? b ?? ""}`);
      let expression: RegExp;
      try {
        expression = new RegExp(source, "g");
      } catch {
        diagnostics.push(error("pipeline-expression", `'${source}' is not a regular expression.`, at(node, "regex")?.span ?? node.span));
        return undefined;
      }
      return texts((text) => [text.replace(expression, replacement)]);
    }
    case "map_string": {
      const mapping = lists(at(node, "mapping"));
      return texts((text) => mapping.get(text) ?? [text]);
    }
    case "set_value": {
      const value = at(node, "value")?.value;
      return { kind: "item", change: (item) => ({ ...item, tests: item.tests.slice(0, 1).map((test) => equalTest(value === undefined ? null : scalar(value), test.span)) }) };
    }
    case "rule_failure": return { kind: "fail", message: textAt(node, "message") ?? "no reason given.", items: false };
    case "detection_item_failure": return { kind: "fail", message: textAt(node, "message") ?? "no reason given.", items: true };
    case "set_state": return undefined;
    default: return type satisfies never;
  }
}

// ---- conditions ----------------------------------------------------------------------------------------------------

function ruleCondition(node: Mapping, diagnostics: Diagnostic[]): (rule: DetectionRule) => boolean {
  const list = at(node, "rule_conditions");
  if (list?.kind !== "list") return () => true;
  const tests = list.items.flatMap((each): ((rule: DetectionRule) => boolean)[] => {
    if (each.kind !== "map") return [];
    const type = textAt(each, "type");
    if (type === "logsource") {
      return [(rule) => (["product", "category", "service"] as const).every((part) => {
        const said = textAt(each, part);
        return said === undefined || rule.logsource[part]?.toLowerCase() === said.toLowerCase();
      })];
    }
    if (type === "is_sigma_rule") return [() => true];
    if (type === "tag") return [(rule) => rule.tags.some((tag) => tag.value === textAt(each, "tag"))];
    if (type === "contains_field") return [(rule) => fieldsOf(rule).includes(textAt(each, "field") ?? "")];
    diagnostics.push(warning("pipeline-unknown-condition", `The condition '${type ?? ""}' is not known here: its transformation does nothing.`, each.span));
    return [() => false];
  });
  const any = (textAt(node, "rule_cond_op") ?? textAt(node, "rule_condition_linking")) === "or";
  const turned = at(node, "rule_cond_not")?.value === true;
  return (rule) => (any ? tests.some((test) => test(rule)) : tests.every((test) => test(rule))) !== turned;
}

function fieldCondition(node: Mapping, diagnostics: Diagnostic[]): (field: string | null) => boolean {
  const unsupported = at(node, "detection_item_conditions");
  if (unsupported !== undefined) {
    diagnostics.push(warning("pipeline-unknown-condition", "Conditions on the items of a detection are not known here: the transformation does nothing.", unsupported.span));
    return () => false;
  }
  const list = at(node, "field_name_conditions");
  if (list?.kind !== "list") return () => true;
  const tests = list.items.flatMap((each): ((field: string | null) => boolean)[] => {
    if (each.kind !== "map") return [];
    const type = textAt(each, "type");
    const fields = strings(at(each, "fields"));
    if (type === "include_fields") return [(field) => field !== null && fields.includes(field)];
    if (type === "exclude_fields") return [(field) => field === null || !fields.includes(field)];
    diagnostics.push(warning("pipeline-unknown-condition", `The condition '${type ?? ""}' is not known here: its transformation does nothing.`, each.span));
    return [() => false];
  });
  const any = (textAt(node, "field_name_cond_op") ?? textAt(node, "field_name_condition_linking")) === "or";
  const turned = at(node, "field_name_cond_not")?.value === true;
  return (field) => (any ? tests.some((test) => test(field)) : tests.every((test) => test(field))) !== turned;
}

// ---- changing rules ------------------------------------------------------------------------------------------------

function withItems(rule: DetectionRule, change: (item: Item) => Match | undefined): DetectionRule {
  const walk = (match: Match): Match | undefined => {
    if (match.kind === "item") return change(match);
    const parts = match.parts.flatMap((part) => walk(part) ?? []);
    return parts.length === 0 ? undefined : { ...match, parts };
  };
  const selections = new Map<string, Selection>();
  for (const [name, selection] of rule.selections) {
    // A selection of which nothing is left asks nothing.
    const match: Match = walk(selection.match) ?? { kind: "all", parts: [], span: selection.span };
    selections.set(name, { ...selection, match });
  }
  return { ...rule, selections };
}

function withCondition(rule: DetectionRule, items: readonly Item[], negated: boolean): DetectionRule {
  let name = "_pipeline";
  while (rule.selections.has(name)) name += "_";
  const { span } = rule.logsource;
  const selections = new Map<string, Selection>([...rule.selections, [name, { name, span, match: { kind: "all", parts: items, span } }]]);
  const added: Condition = { kind: "selection", name, span };
  return { ...rule, selections, conditions: rule.conditions.map((condition): Condition => ({
    kind: "and", span: condition.span, parts: [negated ? { kind: "not", part: added, span } : added, condition] })) };
}

function fieldsOf(rule: DetectionRule): string[] {
  const out: string[] = [];
  const walk = (match: Match): void => {
    if (match.kind !== "item") match.parts.forEach(walk);
    else if (match.field !== null) out.push(match.field);
  };
  for (const selection of rule.selections.values()) walk(selection.match);
  return out;
}

function changed(test: Test, change: (text: string) => readonly string[]): readonly Test[] {
  if (test.kind === "text") return change(test.text).map((text) => ({ ...test, text }));
  if (test.kind !== "pattern") return [test];
  return [{ ...test, parts: test.parts.map((part) => (typeof part === "string" ? part : { text: change(part.text)[0] ?? part.text })) }];
}

function itemsOf(node: YamlNode | undefined, span: Span): readonly Item[] {
  if (node?.kind !== "map") return [];
  return node.entries.map(({ key, node: value }): Item => ({
    kind: "item", field: key, modifiers: [], need: "any", negated: false, span,
    tests: (value.kind === "list" ? value.items : [value]).map((each) => equalTest(scalar(each.value), span)),
  }));
}

function equalTest(value: string | null, span: Span): Test {
  if (value === null) return { kind: "null", span, said: "null" };
  if (!/[*?]/.test(value)) return { kind: "text", how: "equals", text: value, cased: false, span, said: value };
  const parts = [...value.matchAll(/[*?]|[^*?]+/g)].map(([part]) => (part === "*" ? "any" as const : part === "?" ? "one" as const : { text: part }));
  return { kind: "pattern", parts, cased: false, span, said: value };
}

// ---- YAML ----------------------------------------------------------------------------------------------------------

function at(node: YamlNode, key: string): YamlNode | undefined {
  return node.kind === "map" ? node.entries.find((entry) => entry.key === key)?.node : undefined;
}

function textAt(node: YamlNode, key: string): string | undefined {
  const found = at(node, key);
  return found === undefined ? undefined : scalar(found.value) ?? undefined;
}

function scalar(value: YamlNode["value"]): string | null {
  return value === null || typeof value === "object" ? null : String(value);
}

function strings(node: YamlNode | undefined): readonly string[] {
  if (node === undefined) return [];
  return (node.kind === "list" ? node.items : [node]).flatMap((each) => scalar(each.value) ?? []);
}

function lists(node: YamlNode | undefined): ReadonlyMap<string, readonly string[]> {
  return new Map(node?.kind === "map" ? node.entries.map(({ key, node: value }) => [key, strings(value)]) : []);
}
