import { isRecord } from '../command';
import type { Outcome } from './finding';

/** Nothing could be looked at. The message says why, and what to do. */
export class CannotLook extends Error {
  override readonly name = 'CannotLook';
}

/** Names of the errors with which AWS turns credentials away, whatever they may do (AWS's common errors). */
const BAD_CREDENTIALS: readonly string[] = [
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'SignatureDoesNotMatch',
];

/** What to do about a call of AWS that failed. */
export function failureOutcome(error: unknown, right: string): Outcome {
  const { name, text } = describeError(error);
  const fix = name.startsWith('AccessDenied')
    ? `Use credentials that may ${right}.`
    : 'Run the command again; if it stays, look at health.aws.amazon.com.';
  return { status: 'unseen', summary: `could not be looked at: ${text}`, fixes: [fix] };
}

/** The same of the very first call, after which nothing else makes sense. */
export function cannotLook(error: unknown, right: string, endpoint: string | undefined): CannotLook {
  const { name, text } = describeError(error);
  if (name === 'CredentialsProviderError') {
    return new CannotLook(
      `There are no AWS credentials: ${text.replace(/^CredentialsProviderError: /, '')}.\nUse those that you deploy with, for example by setting AWS_PROFILE.`,
    );
  }
  if (BAD_CREDENTIALS.includes(name)) {
    return new CannotLook(
      `AWS does not take the credentials: ${text}\nLog in again, or set AWS_PROFILE to another profile.`,
    );
  }
  if (name.startsWith('AccessDenied')) {
    return new CannotLook(`The credentials may not look: ${text}\nUse credentials that may ${right}.`);
  }
  const where = endpoint === undefined ? 'AWS' : `The AWS at ${endpoint}`;
  const fix =
    endpoint === undefined
      ? 'Check the region in config.ts, and your network.'
      : 'Is "npm run local -- --serve" still up? It prints awsEndpointUrl.';
  return new CannotLook(`${where} does not answer as it should: ${text}\n${fix}`);
}

/** What is told of an error. */
export interface ErrorText {
  readonly name: string;
  /** One line: a connection that failed has a code, and often no message. */
  readonly text: string;
}

export function describeError(error: unknown): ErrorText {
  const name = textOf(error, 'name');
  const code = textOf(error, 'code') || name;
  const [message = ''] = textOf(error, 'message').split('\n');
  const text = message.includes(code) ? message : [code, message].filter(Boolean).join(': ');
  return { name, text: text || String(error) };
}

/** A field of an error, whichever realm it comes from; empty where it is no text. */
function textOf(error: unknown, field: string): string {
  const value = isRecord(error) ? error[field] : undefined;
  return typeof value === 'string' ? value : '';
}
