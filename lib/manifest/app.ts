import { APP_ARI } from '../../lambda/contract/settings';
import type { ManifestDocument, YamlValue } from './document';
import { applyEdits, setValue } from './edits';
import type { ReadOptions } from './model';
import { didYouMean, ManifestError, Problems } from './problems';
import { checkDeclared, ManifestVariables } from './variables';

/** The template's app id. No such app exists. */
export const PLACEHOLDER_APP_ID = 'ari:cloud:ecosystem::app/00000000-0000-0000-0000-000000000000';

const REGISTER = 'Run "forge register", which writes the id of your app here.';

/** Checks that `app.id`, with its variables filled in, is an app's ARI. */
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
 * Reads only the app id, when the remote isn't known yet.
 *
 * @param environment values of manifest variables; they override the defaults
 * @throws {ManifestError} when there is no app id, or it is invalid
 */
export function readAppId({ file, root }: ManifestDocument, environment: ReadOptions['environment'] = {}): string {
  const problems = new Problems();
  const appId = checkAppId(root, new ManifestVariables(root, environment), problems);
  problems.throwIfAny(file);
  return appId;
}

/**
 * Sets the app id and changes nothing else. If the id is written with a manifest variable, the variable's default is
 * changed.
 *
 * @throws {ManifestError} when there is no app id to replace, or it isn't written as one plain value
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
    what: 'app.id can not be changed without changing something else in the file, so nothing was changed',
    fix: `Write it yourself: ${appId}`,
  });
}

/** The scope that makes Forge send system tokens. */
export const SYSTEM_TOKEN_SCOPE = 'read:app-system-token';

/** Scopes for receiving tokens. They don't grant a token any access. */
const TOKEN_SCOPES = [SYSTEM_TOKEN_SCOPE, 'read:app-user-token'];

/** The app's scopes. A manifest lists them as a list or as a map. */
export function scopesIn(root: YamlValue): string[] {
  const scopes = root.get('permissions').get('scopes');
  return scopes.isMap ? scopes.keys() : scopes.items().flatMap(({ text }) => (text === undefined ? [] : [text]));
}

/** Checks that the scopes let Forge send a system token that has access to something. */
export function checkScopes(root: YamlValue, problems: Problems): void {
  const yaml = root.get('permissions').get('scopes');
  const scopes = scopesIn(root);
  if (!scopes.includes(SYSTEM_TOKEN_SCOPE)) {
    const misspelt = scopes.find((scope) => didYouMean(scope, [SYSTEM_TOKEN_SCOPE]) !== '');
    problems.add(
      yaml,
      `permissions.scopes does not have ${SYSTEM_TOKEN_SCOPE}${misspelt === undefined ? '' : `, but ${JSON.stringify(misspelt)}`}`,
      'Add it. Without it Forge sends no system token.',
    );
  }
  if (scopes.every((scope) => TOKEN_SCOPES.includes(scope))) {
    problems.add(
      yaml,
      `permissions.scopes has no product scope besides ${TOKEN_SCOPES.join(' and ')}`,
      'Add at least one, such as read:space:confluence. Without it Forge issues no valid system token.',
    );
  }
}

/** Runtimes in Atlassian's schema that Forge has refused to deploy since May 2026. */
const BLOCKED_RUNTIMES = ['nodejs20.x'];

/** Checks that Forge still deploys the runtime. The schema requires a runtime even without functions. */
export function checkRuntime(root: YamlValue, problems: Problems): void {
  const name = root.get('app').get('runtime').get('name');
  if (name.text === undefined || !BLOCKED_RUNTIMES.includes(name.text)) return;
  problems.add(
    name,
    `app.runtime.name is ${name.shown}, which Forge no longer deploys (CHANGE-3209)`,
    'Write nodejs24.x.',
  );
}
