import { isRecord } from '../command';
import type { Outcome } from './finding';

/** The stage can't be checked at all. The message says why, and what to do. */
export class StageUnreadable extends Error {
  override readonly name = 'StageUnreadable';
}

/** Names of AWS's errors for invalid credentials (AWS's common errors). */
const BAD_CREDENTIALS: readonly string[] = [
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'SignatureDoesNotMatch',
];

/** The outcome of a check whose call to AWS failed. */
export function failureOutcome(error: unknown, right: string): Outcome {
  const { name, text } = describeError(error);
  const fix = name.startsWith('AccessDenied')
    ? `Use credentials that may ${right}.`
    : 'Run the command again. If it fails again, see health.aws.amazon.com.';
  return { status: 'unseen', summary: `could not be checked: ${text}`, fixes: [fix] };
}

/** The error when the very first call to AWS failed, so that no check makes sense. */
export function stageUnreadable(error: unknown, right: string, endpoint: string | undefined): StageUnreadable {
  const { name, text } = describeError(error);
  if (name === 'CredentialsProviderError') {
    return new StageUnreadable(
      `No AWS credentials: ${text.replace(/^CredentialsProviderError: /, '')}.\nUse the credentials that you deploy with, for example by setting AWS_PROFILE.`,
    );
  }
  if (BAD_CREDENTIALS.includes(name)) {
    return new StageUnreadable(
      `AWS rejects the credentials: ${text}\nLog in again, or set AWS_PROFILE to another profile.`,
    );
  }
  if (name.startsWith('AccessDenied')) {
    return new StageUnreadable(`The credentials lack a right: ${text}\nUse credentials that may ${right}.`);
  }
  const where = endpoint === undefined ? 'AWS' : `The AWS at ${endpoint}`;
  const fix =
    endpoint === undefined
      ? 'Check the region in config.ts, and your network.'
      : 'Is "npm run local -- --serve" still running? It prints awsEndpointUrl.';
  return new StageUnreadable(`${where} gives no usable answer: ${text}\n${fix}`);
}

export interface ErrorText {
  readonly name: string;
  /** One line. Failed connections have a code, and often no message. */
  readonly text: string;
}

export function describeError(error: unknown): ErrorText {
  const name = textOf(error, 'name');
  const code = textOf(error, 'code') || name;
  const [message = ''] = textOf(error, 'message').split('\n');
  const text = message.includes(code) ? message : [code, message].filter(Boolean).join(': ');
  return { name, text: text || String(error) };
}

/** A string field of an error, errors of other realms included; otherwise empty. */
function textOf(error: unknown, field: string): string {
  const value = isRecord(error) ? error[field] : undefined;
  return typeof value === 'string' ? value : '';
}
