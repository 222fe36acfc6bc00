/** One thing wrong in manifest.yml. */
export interface Problem {
  /** Line in the file, from 1. */
  readonly line: number;
  /** What is wrong, with the value found. No full stop. */
  readonly what: string;
  /** What is allowed, or what to do next. Whole sentences. */
  readonly fix: string;
}

/** manifest.yml can't be used. The message lists every problem, in the order of the file. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
  /** In the order of their lines; never empty. */
  readonly problems: readonly Problem[];

  constructor(file: string, problems: readonly Problem[]) {
    const inOrder = problems.toSorted((a, b) => a.line - b.line);
    super(inOrder.map(({ line, what, fix }) => `${file}:${line}: ${what}. ${fix}`).join('\n'));
    this.problems = inOrder;
  }
}

/** Collects problems, so that all of them are told at once. */
export class Problems {
  readonly #found: Problem[] = [];

  /** Notes a problem at the line of `at`. */
  add(at: { readonly line: number }, what: string, fix: string): void {
    this.#found.push({ line: at.line, what, fix });
  }

  /** @throws {ManifestError} when there is a problem */
  throwIfAny(file: string): void {
    if (this.#found.length > 0) this.fail(file);
  }

  /** @throws {ManifestError} always: for a place that is only reached when there is a problem */
  fail(file: string): never {
    throw new ManifestError(file, this.#found);
  }
}
