/** Kusto's query language, as the house sees every language. */
import type { Language } from "../language";
import { bind } from "./binder";
import { commentOut } from "./comment-out";
import { expected, hover } from "./complete";
import { format } from "./format";
import { highlight } from "./highlight";
import { folds } from "./folds";
import { parse } from "./parser";
import { signature } from "./signature";

/** The Kusto Query Language of Sentinel, Defender and Azure Data Explorer. */
export const kql: Language = {
  id: "kql",
  title: "KQL",
  tokens: highlight,
  compile(text, scope) {
    const { program, diagnostics } = parse(text);
    return bind(program, scope, diagnostics);
  },
  expected,
  hover,
  format,
  signature,
  folds,
  commentOut,
};
