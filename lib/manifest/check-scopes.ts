import { didYouMean } from './did-you-mean';
import type { Problems } from './error';
import type { YamlValue } from './yaml-value';

const SYSTEM_TOKEN_SCOPE = 'read:app-system-token';

/** Scopes that let a remote have tokens, but say nothing of what the tokens are good for. */
const TOKEN_SCOPES = [SYSTEM_TOKEN_SCOPE, 'read:app-user-token'];

/** The scopes that the app asks for, in either form in which a manifest may list them. */
export function scopesIn(root: YamlValue): string[] {
  const scopes = root.get('permissions').get('scopes');
  return scopes.isMap ? scopes.keys() : scopes.items().flatMap(({ text }) => (text === undefined ? [] : [text]));
}

/** The scopes let Forge make a system token that is valid for something. */
export function checkScopes(root: YamlValue, problems: Problems): void {
  const yaml = root.get('permissions').get('scopes');
  const scopes = scopesIn(root);
  if (!scopes.includes(SYSTEM_TOKEN_SCOPE)) {
    const misspelt = scopes.find((scope) => didYouMean(scope, [SYSTEM_TOKEN_SCOPE]) !== '');
    problems.add(
      yaml,
      `permissions.scopes does not have ${SYSTEM_TOKEN_SCOPE}${misspelt === undefined ? '' : `, but ${JSON.stringify(misspelt)}`}`,
      'Add it: without it Forge sends no system token.',
    );
  }
  if (scopes.every((scope) => TOKEN_SCOPES.includes(scope))) {
    problems.add(
      yaml,
      `permissions.scopes has no product scope besides ${TOKEN_SCOPES.join(' and ')}`,
      'Add at least one, such as read:space:confluence: without it Forge makes no valid system token.',
    );
  }
}
