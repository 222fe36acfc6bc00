/** One problem in manifest.yml. */
export interface Problem {
  /** Line in the file, from 1. */
  readonly line: number;
  /** The problem, with the value found. No full stop. */
  readonly what: string;
  /** What is allowed, or what to do. Whole sentences. */
  readonly fix: string;
}

/** manifest.yml can't be used. The message lists all problems, in the order of the file. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
  /** Sorted by line; never empty. */
  readonly problems: readonly Problem[];

  constructor(file: string, problems: readonly Problem[]) {
    const inOrder = problems.toSorted((a, b) => a.line - b.line);
    super(inOrder.map(({ line, what, fix }) => `${file}:${line}: ${what}. ${fix}`).join('\n'));
    this.problems = inOrder;
  }
}

/** Collects problems, so that one error reports all of them. */
export class Problems {
  readonly #found: Problem[] = [];

  /** Adds a problem at the line of `at`. */
  add(at: { readonly line: number }, what: string, fix: string): void {
    this.#found.push({ line: at.line, what, fix });
  }

  /** @throws {ManifestError} when there is a problem */
  throwIfAny(file: string): void {
    if (this.#found.length > 0) this.fail(file);
  }

  /** @throws {ManifestError} always; call it only if there is a problem */
  fail(file: string): never {
    throw new ManifestError(file, this.#found);
  }
}

/** Maximum edit distance of a probable typo. */
const MAX_DISTANCE = 2;

/** The most similar of `known`, if `word` is probably a typo of it; otherwise `undefined`. */
export function closest(word: string, known: readonly string[]): string | undefined {
  return known
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= MAX_DISTANCE)
    .toSorted((a, b) => a.distance - b.distance)[0]?.candidate;
}

/** ` Did you mean "x"?`, to append to a sentence; empty if nothing in `known` is similar to `word`. */
export function didYouMean(word: string, known: readonly string[]): string {
  const guess = closest(word, known);
  return guess === undefined ? '' : ` Did you mean ${JSON.stringify(guess)}?`;
}

/** Levenshtein distance: the number of letters to add, remove or replace. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...from].entries()) {
    const current = [row + 1];
    for (const [column, other] of [...to].entries()) {
      const replaced = (previous[column] ?? 0) + (letter === other ? 0 : 1);
      const removed = (previous[column + 1] ?? 0) + 1;
      const added = (current[column] ?? 0) + 1;
      current.push(Math.min(replaced, removed, added));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}
