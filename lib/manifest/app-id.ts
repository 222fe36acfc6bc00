import { APP_ARI } from '../../lambda/contract/settings';
import { applyEdits } from './apply-edits';
import { ManifestError, Problems } from './error';
import { parseManifest } from './parse';
import type { ReadOptions } from './read-options';
import { setValue } from './set-value';
import { checkDeclared, ManifestVariables } from './variables';
import type { YamlValue } from './yaml-value';

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
 * @throws {ManifestError} when there is none, or it is not the id of an app
 */
export function readAppId(text: string, options: Pick<ReadOptions, 'file' | 'environment'>): string {
  const { root } = parseManifest(text, options.file);
  const problems = new Problems();
  const appId = checkAppId(root, new ManifestVariables(root, options.environment), problems);
  problems.throwIfAny(options.file);
  return appId;
}

/**
 * The text of a manifest with another app id; all else stays as it is. An id that is written with a manifest variable
 * goes into the default of that variable.
 *
 * @throws {ManifestError} when there is no app id to replace, or it is not written as one plain value
 */
export function setAppId(text: string, appId: string, { file }: Pick<ReadOptions, 'file'>): string {
  const manifest = parseManifest(text, file);
  const id = manifest.root.get('app').get('id');
  if (id.text === undefined) {
    throw new ManifestError(file, [{ line: id.line, what: `app.id is ${id.shown}`, fix: REGISTER }]);
  }
  const edits = setValue(manifest, 'app.id', ['app', 'id'], id, appId);
  if ('fix' in edits) throw new ManifestError(file, [edits]);
  return applyEdits(text, file, edits, {
    line: id.line,
    what: 'app.id can not be written here without changing something else in the file, so nothing was changed',
    fix: `Write it yourself: ${appId}`,
  });
}
