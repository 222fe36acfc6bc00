import type { SecretUnderTest } from './secret-under-test';

/** A version id of 32 characters, the fewest that are allowed. */
const versionId = (digit: string) => digit.repeat(32);
export const ONE = versionId('1');
export const TWO = versionId('2');
export const THREE = versionId('3');

/** Expects a request to be refused with this error. */
export const refused = (request: Promise<unknown>, name: string) => expect(request).rejects.toMatchObject({ name });

/** A rule, and how to see whether it holds for a secret that doesn't exist yet. */
export type ContractCase = readonly [rule: string, check: (secret: SecretUnderTest) => Promise<void>];
