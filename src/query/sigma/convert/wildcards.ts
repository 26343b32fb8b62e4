/** Texts with wildcards, as the targets write them: LIKE patterns, glob patterns, regular expressions. */
import type { Test, TestKind } from "../syntax";

/** A part of a pattern: `*`, `?`, or a text that stands for itself. */
export type Part = { readonly text: string } | "any" | "one";

/** A test that says the same with the plainest words: `*x*` is "contains x". */
export function plainest(test: Test): Test {
  if (test.kind !== "pattern") return test;
  const parts = test.parts.filter((part) => typeof part === "string" || part.text !== "");
  const [first, second, third] = parts;
  const { span, said, cased } = test;
  const text = (how: "equals" | "contains" | "startswith" | "endswith", part: Part | undefined): Test | undefined =>
    (typeof part === "object" ? { span, said, cased, kind: "text", how, text: part.text } : undefined);
  const plain = parts.length === 0 ? text("equals", { text: "" })
    : parts.length === 1 ? text("equals", first)
    : parts.length === 2 && second === "any" ? text("startswith", first)
    : parts.length === 2 && first === "any" ? text("endswith", second)
    : parts.length === 3 && first === "any" && third === "any" ? text("contains", second)
    : undefined;
  return plain ?? test;
}

/** The parts that a test over texts stands for: "contains x" is `*x*`. */
export function partsOf(test: TestKind & { readonly kind: "text" | "pattern" }): readonly Part[] {
  if (test.kind === "pattern") return test.parts;
  const own: Part = { text: test.text };
  switch (test.how) {
    case "equals": return [own];
    case "contains": return ["any", own, "any"];
    case "startswith": return [own, "any"];
    case "endswith": return ["any", own];
  }
}

/** Whether a pattern is `*` alone: any value will do. */
export function isAnything(test: Test): boolean {
  return test.kind === "pattern" && test.parts.length > 0 && test.parts.every((part) => part === "any");
}

/** Writes parts with the target's wildcards. */
export function glob(parts: readonly Part[], any: string, one: string, escape: (text: string) => string): string {
  return parts.map((part) => (part === "any" ? any : part === "one" ? one : escape(part.text))).join("");
}

/** A regular expression (of any common flavour, `.` crossing line breaks) that is found where the parts match. */
export function regexOf(parts: readonly Part[]): string {
  const last = parts.length - 1;
  return parts.map((part, at) => {
    if (part === "one") return at === 0 ? "^." : at === last ? ".$" : ".";
    if (part === "any") return at === 0 || at === last ? "" : ".*";
    return `${at === 0 ? "^" : ""}${escapeRegex(part.text)}${at === last ? "$" : ""}`;
  }).join("");
}

/** A text as a regular expression that stands for it. */
export function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&").replace(/\\\//g, "/").replace(/\n/g, "\\n").replace(/\r/g, "\\r")
    .replace(/\t/g, "\\t");
}

/** Whether a text is a whole number as people write it, that a column of numbers can hold. */
export function isNumeral(text: string): boolean {
  return /^-?(?:0|[1-9]\d{0,17})$/.test(text);
}
