import { APP_ARI } from '../../lambda/contract/settings';
import type { ManifestDocument, YamlValue } from './document';
import { applyEdits, setValue } from './edits';
import type { ReadOptions } from './model';
import { didYouMean, ManifestError, Problems } from './problems';
import { checkDeclared, ManifestVariables } from './variables';

/** The app id that the template comes with. No app has it. */
export const PLACEHOLDER_APP_ID = 'ari:cloud:ecosystem::app/00000000-0000-0000-0000-000000000000';

const REGISTER = 'Run "forge register", which writes the id of your app here.';

/** `app.id`, with variables filled in, has the shape of an app's id. */
export function checkAppId(root: YamlValue, variables: ManifestVariables, problems: Problems): string {
  const id = root.get('app').get('id');
  const written = id.text;
  if (written === undefined) {
    problems.add(id, `app.id is ${id.shown}`, REGISTER);
    return '';
  }
  checkDeclared('app.id', id, variables, problems);
  for (const name of variables.withoutValueIn(written)) {
    problems.add(
      id,
      `app.id uses \${${name}}, which has no value`,
      `Set the environment variable ${name}, or give it a default under environment.variables.`,
    );
  }
  const appId = variables.fillIn(written);
  if (variables.canFillIn(written) && !APP_ARI.test(appId)) {
    problems.add(
      id,
      `app.id is ${JSON.stringify(appId)}`,
      `It must be ari:cloud:ecosystem::app/<uuid>, the uuid in lower case. ${REGISTER}`,
    );
  }
  return appId;
}

/**
 * The app id alone, for when it isn't known yet which remote is ours.
 *
 * @param environment values of manifest variables that win over their defaults
 * @throws {ManifestError} when there is none, or it is not the id of an app
 */
export function readAppId({ file, root }: ManifestDocument, environment: ReadOptions['environment'] = {}): string {
  const problems = new Problems();
  const appId = checkAppId(root, new ManifestVariables(root, environment), problems);
  problems.throwIfAny(file);
  return appId;
}

/**
 * The manifest with another app id; all else stays as it is. An id that is written with a manifest variable goes into
 * the default of that variable.
 *
 * @throws {ManifestError} when there is no app id to replace, or it is not written as one plain value
 */
export function setAppId(manifest: ManifestDocument, appId: string): ManifestDocument {
  const { file, root } = manifest;
  const id = root.get('app').get('id');
  if (id.text === undefined) {
    throw new ManifestError(file, [{ line: id.line, what: `app.id is ${id.shown}`, fix: REGISTER }]);
  }
  const edits = setValue(manifest, 'app.id', ['app', 'id'], id, appId);
  if ('fix' in edits) throw new ManifestError(file, [edits]);
  return applyEdits(manifest, edits, {
    line: id.line,
    what: 'app.id can not be written here without changing something else in the file, so nothing was changed',
    fix: `Write it yourself: ${appId}`,
  });
}

/** The scope without which Forge sends no system token. */
export const SYSTEM_TOKEN_SCOPE = 'read:app-system-token';

/** Scopes that let a remote receive tokens. They don't say what a token may do. */
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

/** Runtimes that Atlassian's schema still has, though a deployment with them has been blocked since May 2026. */
const BLOCKED_RUNTIMES = ['nodejs20.x'];

/** The runtime is one with which Forge still deploys. The schema asks for one even where there are no functions. */
export function checkRuntime(root: YamlValue, problems: Problems): void {
  const name = root.get('app').get('runtime').get('name');
  if (name.text === undefined || !BLOCKED_RUNTIMES.includes(name.text)) return;
  problems.add(
    name,
    `app.runtime.name is ${name.shown}, with which Forge no longer deploys an app (CHANGE-3209)`,
    'Write nodejs24.x.',
  );
}
