import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { printableLines } from '../command';

/** Somebody who answers, line by line. */
export interface Prompt {
  /**
   * The next answer, without spaces around it.
   *
   * @throws {NoAnswer} when there is none, and none will come
   */
  ask(question: string): Promise<string>;
  /** Lets go of the input. No question may follow. */
  close(): void;
}

/** The answers have ended before the questions did. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';

  constructor(readonly reason: 'interrupted' | 'ended') {
    super(reason === 'interrupted' ? 'Interrupted' : 'The input has ended');
  }
}

/**
 * Asks on `output`, and reads the answers from `input`. Ctrl-C and SIGINT interrupt; Ctrl-D ends.
 *
 * @param isTerminal whether `input` can edit its line, and shows what is typed
 */
export function createPrompt(input: Readable, output: Writable, isTerminal: boolean): Prompt {
  const lines = createInterface({ input, output, terminal: isTerminal, historySize: 0 });
  // Not question(): that loses the lines that arrive between two questions, as they do from a pipe.
  const answers = lines[Symbol.asyncIterator]();
  let reason: NoAnswer['reason'] = 'ended';
  let closed = false;
  lines.once('close', () => {
    closed = true;
  });
  const interrupt = () => {
    reason = 'interrupted';
    lines.close();
  };
  lines.once('SIGINT', interrupt);
  // Not once(): npm passes on a signal that the terminal has sent to us already.
  process.on('SIGINT', interrupt);
  return {
    ask: async (text) => {
      const question = printableLines(text);
      // From Node 24 on, prompt() throws once the input has ended; the answers that came before are still there.
      if (closed && reason !== 'interrupted') output.write(question);
      if (!closed) {
        lines.setPrompt(question);
        lines.prompt();
      }
      const { done, value } = await answers.next();
      if (!isTerminal) output.write('\n');
      if (done === true || reason === 'interrupted') {
        if (isTerminal) output.write('\n');
        throw new NoAnswer(reason);
      }
      return value.trim();
    },
    close: () => {
      process.off('SIGINT', interrupt);
      lines.close();
    },
  };
}
