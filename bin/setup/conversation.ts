import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import { printableLines, UsageError, wrap } from '../command';
import type { QuestionName } from './flags';

/** Wrong answers until setup gives up. */
const ATTEMPTS = 3;

/** A parsed answer: its value, its problem, or search results to show before asking again. */
export type Parsed<Value> = { readonly value: Value } | { readonly problem: string } | { readonly found: string };

export interface Question<Value> {
  readonly name: QuestionName;
  /** What the answer is for. Shown before the question. */
  readonly explanation: string;
  /** Name of the value, in a word or two. */
  readonly label: string;
  /** The default answer. */
  readonly initial?: string | undefined;
  readonly parse: (answer: string) => Parsed<Value>;
}

/** Source of answers, and output. */
export interface Conversation {
  readonly out: (text: string) => void;
  /** `undefined` if nobody can be asked. */
  readonly prompt: Prompt | undefined;
}

/** The user gave no usable answer. */
class GivenUp extends Error {
  override readonly name = 'GivenUp';
}

/**
 * The answer to `question`: the one `given` on the command line, or else the user's.
 *
 * @throws {UsageError} when the given one is wrong, or none is given and nobody can be asked
 * @throws {GivenUp} after three wrong answers
 * @throws {NoAnswer} when the input has ended
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
      out(wrap('This one has no default. Ctrl-C cancels without a change.', { indent: '  ' }));
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
  throw new GivenUp(`${ATTEMPTS} answers were wrong. You can also give this one as an option: --${name}.`);
}

function parseGiven<Value>({ name, parse }: Question<Value>, given: string): Value {
  const parsed = parse(given.trim());
  if ('value' in parsed) return parsed.value;
  const problem = 'problem' in parsed ? parsed.problem : `That is only a search. It finds:\n${parsed.found}`;
  throw new UsageError(`--${name} is ${JSON.stringify(given)}. ${problem}`);
}

/** Whether the user answers yes. Enter means no. */
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
   * The next answer, trimmed.
   *
   * @throws {NoAnswer} when the input has ended
   */
  ask(question: string): Promise<string>;
  /** Releases the input. Ask nothing afterwards. */
  close(): void;
}

/** The input ended before the last question. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';

  constructor(readonly reason: 'interrupted' | 'ended') {
    super(reason === 'interrupted' ? 'Interrupted' : 'The input has ended');
  }
}

/**
 * Asks on `output` and reads answers from `input`. Ctrl-C and SIGINT interrupt; Ctrl-D ends the input.
 *
 * @param isTerminal whether `input` supports line editing and echoes what is typed
 */
export function createPrompt(input: Readable, output: Writable, isTerminal: boolean): Prompt {
  const lines = createInterface({ input, output, terminal: isTerminal, historySize: 0 });
  // Not question(), which loses lines that arrive between two questions, as from a pipe.
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
  // Not once(): the signal arrives twice, from the terminal and from npm.
  process.on('SIGINT', interrupt);
  return {
    ask: async (text) => {
      const question = printableLines(text);
      // Since Node 24, prompt() throws after the end of the input. Earlier answers can still be read.
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
