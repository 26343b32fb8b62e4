/** A window is the same text however its pieces come: as texts or as bytes, asked for as text, as characters, by lines. */
import { describe, expect, it } from "vitest";
import { Window } from "../../src/logs/window";

function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe("a window", () => {
  it("holds what came and was not forgotten", () => {
    for (let seed = 1; seed <= 400; seed++) {
      const next = random(seed);
      let all = next(2) === 0 ? "" : "first é\n";
      const window = new Window(all, true);
      let base = 0;
      for (let n = 0; n < 12; n++) {
        const piece = Array.from({ length: next(300) }, () => "ab\n \"{,"[next(7)]).join("") + (next(4) === 0 ? "ü\n😀" : "");
        window.append(!/[^\n -~]/.test(piece) && next(4) > 0 ? new TextEncoder().encode(piece) : piece, true);
        all += piece;
        const rest = all.slice(base);
        for (const look of [0, 1, 2].filter(() => next(2) === 0)) {
          const at = next(rest.length + 1);
          if (look === 0) expect(window.text, `seed ${seed}`).toBe(rest);
          else if (look === 1) expect([...window.units().subarray(0, window.length + 1)], `seed ${seed}`).toEqual([...Array.from({ length: rest.length }, (_, i) => rest.charCodeAt(i)), 0]);
          else expect(window.place(at), `seed ${seed}`).toEqual({ offset: base + at, line: all.slice(0, base + at).split("\n").length });
        }
        expect(window.length, `seed ${seed}`).toBe(rest.length);
        if (next(3) > 0) continue;
        const steps = window.fill(next(window.length + 1));
        steps.next();
        base = window.base;
        expect(window.text, `seed ${seed}`).toBe(all.slice(base));
      }
    }
  });
});
