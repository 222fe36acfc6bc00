import { UsageError } from './section';

/**
 * The value of an option that takes a whole number.
 *
 * @param least the smallest that is allowed
 * @throws {UsageError} for anything else
 */
export function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= least) return value;
  throw new UsageError(`--${option} is ${text}; allowed: a whole number from ${least}`);
}
