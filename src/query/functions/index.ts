/** The one table of functions: what they are called, what they take, what they say of themselves, how they compute. */
import { aggregates } from "./aggregate";
import { sketchAggregates, sketchFunctions } from "./aggregate-sketch";
import { arithmetic } from "./arithmetic";
import { arrayFunctions } from "./array";
import { choices } from "./choose";
import { comparisons } from "./compare";
import { conversions } from "./convert";
import { dynamics } from "./dynamic";
import { encodings } from "./encode";
import { geography } from "./geo";
import { hashes } from "./hash";
import { matching } from "./match";
import { mathematics } from "./math";
import { network } from "./net";
import { parsers } from "./parse";
import { registry } from "./registry";
import { seriesFunctions } from "./series";
import { sigmaFunctions } from "./sigma";
import { sessionFunctions } from "./session";
import { terms } from "./terms";
import { texts } from "./text";
import { times } from "./time";
import { windows } from "./window";

export * from "./define";

/** Every function, aggregate and window function of the house. */
export const functions = registry([
  ...comparisons,
  ...terms,
  ...arithmetic,
  ...choices,
  ...conversions,
  ...texts,
  ...matching,
  ...times,
  ...dynamics,
  ...arrayFunctions,
  ...mathematics,
  ...network,
  ...parsers,
  ...encodings,
  ...hashes,
  ...seriesFunctions,
  ...geography,
  ...sessionFunctions,
  ...sigmaFunctions,
  ...aggregates,
  ...sketchAggregates,
  ...sketchFunctions,
  ...windows,
]);
