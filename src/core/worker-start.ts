/** The first line of the worker's script: nothing else may import it. */
import { serve } from "./worker-entry";

serve(self as unknown as Parameters<typeof serve>[0]);
