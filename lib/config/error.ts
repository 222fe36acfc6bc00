import type { z } from 'zod';

/** Maximum number of characters of a received value in a message. */
const SHOWN_LENGTH = 60;

/** A configuration doesn't match its schema. The message lists all problems: place, received value, what is allowed. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(
    file: string,
    readonly problems: readonly string[],
  ) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super([`${file} has ${count}:`, ...problems.map((problem) => `  ${problem}`)].join('\n'));
  }
}

/**
 * The problems in `input` as sentences.
 *
 * The schema's messages say what is allowed. This adds the place and the received value.
 */
export function describeIssues(issues: readonly z.core.$ZodIssue[], input: unknown): string[] {
  return issues.map((issue) => {
    const place = formatPath(issue.path);
    // The value of an unknown key isn't shown: it may be a secret.
    if (issue.code === 'unrecognized_keys') return `${place}: ${issue.message}`;
    return `${place}: ${received(valueAt(input, issue.path))}; allowed: ${issue.message}`;
  });
}

function formatPath(path: readonly PropertyKey[]): string {
  const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`));
  return steps.join('').replace(/^\./, '') || 'the whole';
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}

function received(value: unknown): string {
  if (value === undefined) return 'is missing';
  const text = JSON.stringify(value) ?? String(value);
  return `is ${text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text}`;
}
