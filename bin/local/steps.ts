/** Shows the progress of a run: one line for each step, with the time that it took. */
export interface Steps {
  /** The step has succeeded. */
  done(text: string): void;
  /** The step has failed; `details` say why. The run goes on. */
  failed(text: string, details: readonly string[]): void;
  /** Something worth knowing. */
  note(text: string): void;
  /** How many steps have failed. */
  readonly failures: number;
}

/** @param write prints a line */
export function createSteps(write: (line: string) => void): Steps {
  let startedAt = performance.now();
  let failures = 0;
  const print = (sign: string, text: string) => {
    const seconds = (performance.now() - startedAt) / 1000;
    write(`${sign} ${text}${seconds < 0.1 ? '' : `  (${seconds.toFixed(1)} s)`}`);
    startedAt = performance.now();
  };
  return {
    done: (text) => print('✓', text),
    failed(text, details) {
      failures += 1;
      print('✗', text);
      for (const line of details) write(`    ${line}`);
    },
    note: (text) => write(`– ${text}`),
    get failures() {
      return failures;
    },
  };
}
