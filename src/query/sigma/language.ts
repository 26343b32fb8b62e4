/** Sigma, as the house sees every language. */
import type { Language } from "../language";
import { commentOut } from "./comment-out";
import { compileSigma } from "./compile";
import { expected, hover } from "./complete";
import { format } from "./format";
import { highlight } from "./highlight";
import type { SigmaOptions } from "./options";

/** Sigma with a workspace's choices. */
export function sigmaWith(options: SigmaOptions): Language {
  return {
    id: "sigma",
    title: "Sigma",
    tokens: highlight,
    compile: (text, scope) => compileSigma(text, scope, options),
    expected,
    hover,
    format,
    commentOut,
  };
}

/** Sigma's detection rules, by the specification 2.1. */
export const sigma: Language = sigmaWith({});
