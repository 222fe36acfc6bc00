import { invalid, parseObject } from './variables';

/** How the secrets of installations are made, beyond what they always have. */
export interface NewSecrets {
  readonly tags: Readonly<Record<string, string>>;
  /** ARN of the key in AWS KMS that encrypts them. */
  readonly kmsKeyArn?: string;
}

/** Name of the receiver's environment variable that says it, as JSON. */
export const NEW_SECRETS_ENV = 'FORGE_NEW_SECRETS';

/** The variable's value; `undefined` when there is nothing to say. */
export const formatNewSecrets = (settings: NewSecrets): string | undefined =>
  Object.keys(settings.tags).length > 0 || settings.kmsKeyArn !== undefined ? JSON.stringify(settings) : undefined;

/**
 * Read when a secret may have to be made, and not when the function starts: most calls make none.
 *
 * @throws {Error} naming the variable, its value and what is allowed
 */
export function parseNewSecrets(text: string): NewSecrets {
  const allowed = 'a JSON object with tags, an object of texts, and perhaps kmsKeyArn, a text';
  const { tags, kmsKeyArn } = parseObject(NEW_SECRETS_ENV, text, allowed);
  const areTags = typeof tags === 'object' && tags !== null && Object.values(tags).every(isText);
  if (!areTags || !(kmsKeyArn === undefined || isText(kmsKeyArn))) throw invalid(NEW_SECRETS_ENV, text, allowed);
  return { tags: tags as Record<string, string>, ...(kmsKeyArn !== undefined && { kmsKeyArn }) };
}

const isText = (value: unknown): value is string => typeof value === 'string';
