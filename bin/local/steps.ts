/** Shows how far a run is: a line for each step, with the time that it took. */
export interface Steps {
  /** The step that `text` describes has succeeded. */
  done(text: string): void;
}

/** @param write takes a line */
export function createSteps(write: (line: string) => void): Steps {
  let startedAt = performance.now();
  return {
    done(text) {
      const seconds = (performance.now() - startedAt) / 1000;
      write(`✓ ${text}${seconds < 0.1 ? '' : `  (${seconds.toFixed(1)} s)`}`);
      startedAt = performance.now();
    },
  };
}
