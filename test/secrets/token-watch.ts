import { inspect } from 'node:util';
import { findLeaks, type Said } from './find-leaks';

/** Notes the tokens that a test file makes, and all that it says: logs, errors, whatever else it is told. */
export class TokenWatch {
  readonly #tokens = new Set<string>();
  readonly #said: Said[] = [];
  readonly #errors = new Set<Error>();

  /** Notes a token that must not be read anywhere. */
  issued(token: string): void {
    this.#tokens.add(token);
  }

  /** Notes a text that somebody could read. */
  said(where: string, text: string): void {
    this.#said.push({ where, text });
  }

  /** Notes what a call was answered with, and what was reported of it. */
  answered(answer: object, reports: readonly object[]): void {
    this.said('An answer', JSON.stringify(answer));
    for (const report of reports) this.said('A report', print(report));
  }

  /** Notes an error. It is looked at in the end only, since much of it is set after it was made. */
  made(error: Error): void {
    this.#errors.add(error);
  }

  /** What was found: a sentence for each place where a token can be read. */
  leaks(): string[] {
    const errors = [...this.#errors].map((error) => ({ where: `An error (${error.name})`, text: printed(error) }));
    return [...new Set(findLeaks([...this.#said, ...errors], this.#tokens))];
  }
}

/** All that printing an error would show, but for the places in its stack. */
const printed = (error: Error) => print({ ...error, message: error.message, cause: error.cause });

const print = (value: unknown) => inspect(value, { depth: 6, maxArrayLength: null, maxStringLength: null });

/** The watch over the test file that runs. */
export const suiteWatch = new TokenWatch();
