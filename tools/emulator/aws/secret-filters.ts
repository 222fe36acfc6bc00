import type { Filter } from '@aws-sdk/client-secrets-manager';
import { AwsError } from './aws-error';
import type { Secret } from './secret-store';

/** The texts that a filter of ListSecrets compares. A secret may have several tags. */
const FILTERED: Readonly<Record<string, (secret: Secret) => (string | undefined)[]>> = {
  name: ({ name }) => [name],
  'tag-key': ({ tags }) => tags.map(({ Key }) => Key),
  'tag-value': ({ tags }) => tags.map(({ Value }) => Value),
};

/**
 * Whether a secret passes all `filters`, each by any of its values. A value is a case-sensitive prefix; a leading `!` negates it.
 *
 * @throws {AwsError} InvalidParameterException for a filter that is not emulated
 */
export function secretFilter(filters: readonly Filter[] = []): (secret: Secret) => boolean {
  const tests = filters.map(({ Key = '', Values = [] }) => {
    const read = FILTERED[Key];
    if (!read) {
      const known = Object.keys(FILTERED).join(', ');
      throw new AwsError(
        'InvalidParameterException',
        `ListSecrets filter ${Key} is not emulated; emulated are: ${known}.`,
      );
    }
    return (secret: Secret) => Values.some((value) => matches(read(secret), value));
  });
  return (secret) => tests.every((passes) => passes(secret));
}

function matches(texts: readonly (string | undefined)[], value: string): boolean {
  if (value.startsWith('!')) return !matches(texts, value.slice(1));
  return texts.some((text) => text?.startsWith(value));
}
