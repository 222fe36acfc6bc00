import { UsageError, wrap } from '../command';
import type { QuestionName } from './flags';
import type { Prompt } from './prompt';

/** How often a question is asked before it is given up. */
const ATTEMPTS = 3;

/** What an answer comes to: a value, why it is none, or something that was looked up, to be shown before asking again. */
export type Checked<Value> = { readonly value: Value } | { readonly problem: string } | { readonly found: string };

/** One question. */
export interface Question<Value> {
  readonly name: QuestionName;
  /** Shown before it is asked: what the answer is for. */
  readonly explanation: string;
  /** What is asked for, in a word or two. */
  readonly label: string;
  /** The answer that Enter gives. */
  readonly initial?: string | undefined;
  readonly check: (answer: string) => Checked<Value>;
}

/** Where answers come from, and where what is said on the way goes. */
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
    const checked = question.check(answer === '' ? (initial ?? '') : answer);
    if ('value' in checked) return checked.value;
    if ('found' in checked) out(checked.found);
    else {
      out(wrap(checked.problem, { indent: '  ' }));
      wrong += 1;
    }
  }
  throw new GivenUp(`${ATTEMPTS} answers that can't be used. To give this one as an option: --${name}.`);
}

function parseGiven<Value>({ name, check }: Question<Value>, given: string): Value {
  const checked = check(given.trim());
  if ('value' in checked) return checked.value;
  const why = 'problem' in checked ? checked.problem : `That is no whole answer. There are:\n${checked.found}`;
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
