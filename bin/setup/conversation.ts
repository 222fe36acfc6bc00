import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { printableLines, UsageError, wrap } from '../command';
import type { QuestionName } from './flags';

/** How often a question is asked before it is given up. */
const ATTEMPTS = 3;

/** The result of an answer: its value, what is wrong with it, or what a search found, to show before asking again. */
export type Parsed<Value> = { readonly value: Value } | { readonly problem: string } | { readonly found: string };

/** One question. */
export interface Question<Value> {
  readonly name: QuestionName;
  /** Shown before it is asked: what the answer is for. */
  readonly explanation: string;
  /** What is asked for, in a word or two. */
  readonly label: string;
  /** The answer that Enter gives. */
  readonly initial?: string | undefined;
  readonly parse: (answer: string) => Parsed<Value>;
}

/** Where answers come from, and where output goes. */
export interface Conversation {
  readonly out: (text: string) => void;
  /** `undefined`: nobody is there to be asked. */
  readonly prompt: Prompt | undefined;
}

/** Somebody was asked, and gave no usable answer. */
export class GivenUp extends Error {
  override readonly name = 'GivenUp';
}

/**
 * The answer to `question`: the one that was `given` on the command line, or else what the person says.
 *
 * @throws {UsageError} when the one that was given is wrong, or none is and nobody can be asked
 * @throws {GivenUp} after three wrong answers
 * @throws {NoAnswer} when the answers have ended
 */
export async function answerTo<Value>(
  question: Question<Value>,
  given: string | undefined,
  conversation: Conversation,
): Promise<Value> {
  const { name, initial, label } = question;
  if (given !== undefined) return parseGiven(question, given);
  const { prompt, out } = conversation;
  if (prompt === undefined) throw new UsageError(`--${name} is missing.`);
  out(`\n${wrap(question.explanation)}`);
  let wrong = 0;
  while (wrong < ATTEMPTS) {
    const answer = await prompt.ask(`${label}${initial === undefined ? '' : ` [${initial}]`}: `);
    if (answer === '' && initial === undefined) {
      out(wrap('There is no default for this one. To leave without a change: Ctrl-C.', { indent: '  ' }));
      wrong += 1;
      continue;
    }
    const parsed = question.parse(answer === '' ? (initial ?? '') : answer);
    if ('value' in parsed) return parsed.value;
    if ('found' in parsed) out(parsed.found);
    else {
      out(wrap(parsed.problem, { indent: '  ' }));
      wrong += 1;
    }
  }
  throw new GivenUp(`${ATTEMPTS} answers that can't be used. To give this one as an option: --${name}.`);
}

function parseGiven<Value>({ name, parse }: Question<Value>, given: string): Value {
  const parsed = parse(given.trim());
  if ('value' in parsed) return parsed.value;
  const why = 'problem' in parsed ? parsed.problem : `That is no whole answer. There are:\n${parsed.found}`;
  throw new UsageError(`--${name} is ${JSON.stringify(given)}. ${why}`);
}

/** Whether the person says yes; Enter is no. */
export async function confirms(text: string, prompt: Prompt, out: (text: string) => void): Promise<boolean> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const answer = (await prompt.ask(`${text} [y/N]: `)).toLowerCase();
    if (['y', 'yes'].includes(answer)) return true;
    if (['', 'n', 'no'].includes(answer)) return false;
    out('  Answer y or n.');
  }
  return false;
}

/** Reads answers, line by line. */
export interface Prompt {
  /**
   * The next answer, without spaces around it.
   *
   * @throws {NoAnswer} when there is none, and none will come
   */
  ask(question: string): Promise<string>;
  /** Releases the input. No question may follow. */
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
  // Not once(): npm passes on a signal that this process already has from the terminal.
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
