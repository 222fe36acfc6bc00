import { isDeepStrictEqual } from 'node:util';
import { isAlias, isScalar } from 'yaml';
import type { Interval } from '../../../lambda/contract/routes';
import { ManifestError } from '../../../lib/manifest/error';
import { parseManifest } from '../../../lib/manifest/parse';
import { applySplices, type Splice } from '../../../lib/manifest/text-lines';
import type { YamlValue } from '../../../lib/manifest/yaml-value';
import { editScopes } from './edit-scopes';
import { readSettings } from './manifest-settings';

/** What manifest.yml is to say. */
export interface ManifestEdit {
  /** The app's ARI; left out: it stays as it is. */
  readonly appId?: string;
  /** All scopes; `read:app-system-token` is added to them. */
  readonly scopes: readonly string[];
  /** Of the scheduled trigger that brings the token. */
  readonly interval: Interval;
}

/**
 * The text of manifest.yml with the app id, scopes and interval set. All else stays as it is: comments, order, quotes,
 * line breaks. A scope that goes is replaced where it stands by one that comes.
 *
 * @param remoteKey key of our remote, where there are several
 * @throws {ManifestError} when the manifest can't be edited with nothing else changed
 */
export function editManifest(text: string, file: string, edit: ManifestEdit, remoteKey?: string): string {
  const { root, content } = parseManifest(text, file);
  const { trigger } = readSettings(text, file, remoteKey);
  const modules = root.get('modules');
  if (trigger === undefined) {
    throw new ManifestError(file, [
      {
        line: modules.get('scheduledTrigger').line,
        what: 'No scheduledTrigger calls an endpoint of this backend, so there is no interval to set',
        fix: 'Add a scheduledTrigger with "interval: hour" for an endpoint with "remote", then run the setup again.',
      },
    ]);
  }
  const interval = modules.get('scheduledTrigger').items()[trigger.index]?.get('interval') ?? modules;
  const edited = applySplices(text, [
    ...(edit.appId === undefined ? [] : setScalar(root.get('app').get('id'), 'app.id', edit.appId, file)),
    ...setScalar(interval, `interval of scheduledTrigger "${trigger.key}"`, edit.interval, file),
    ...editScopes(text, root.get('permissions').get('scopes'), edit.scopes, file),
  ]);
  if (!saysWhatWasMeant(edited, content, edit, trigger.index)) {
    throw new ManifestError(file, [
      {
        line: interval.text === edit.interval ? root.get('permissions').line : interval.line,
        what: 'The answers can not be written here without changing something else in the file',
        fix: `Write them yourself: ${byHand(edit)}.`,
      },
    ]);
  }
  return edited;
}

/** How to write `wanted` in place of a value on one line, in its quotes. */
function setScalar(value: YamlValue, name: string, wanted: string, file: string): readonly Splice[] {
  if (value.text === wanted) return [];
  const { node, line, shown } = value;
  if (
    !isScalar(node) ||
    !node.range ||
    node.type === 'BLOCK_FOLDED' ||
    node.type === 'BLOCK_LITERAL' ||
    !value.exists
  ) {
    const what = isAlias(node)
      ? `The ${name} is an alias`
      : `The ${name} is ${value.exists ? 'not on one line' : shown}`;
    throw new ManifestError(file, [{ line, what, fix: `Write ${wanted} here yourself, then run the setup again.` }]);
  }
  const [start, end] = node.range;
  const quote = node.type === 'QUOTE_DOUBLE' ? '"' : node.type === 'QUOTE_SINGLE' ? "'" : '';
  return [{ start, end, insert: quote + wanted + quote }];
}

/** Parses the edited text, as Forge will, and compares it with what was meant. */
function saysWhatWasMeant(
  edited: string,
  before: Readonly<Record<string, unknown>>,
  { appId, scopes, interval }: ManifestEdit,
  index: number,
): boolean {
  let after: Readonly<Record<string, unknown>>;
  try {
    after = parseManifest(edited, '').content;
  } catch (error) {
    if (error instanceof ManifestError) return false;
    throw error;
  }
  const meant = structuredClone(before);
  if (appId !== undefined) put(meant, ['app', 'id'], appId);
  put(meant, ['modules', 'scheduledTrigger', index, 'interval'], interval);
  const written = at(after, ['permissions', 'scopes']);
  const has = new Set(Array.isArray(written) ? written : Object.keys(isHolder(written) ? written : {}));
  if (!scopes.every((scope) => has.has(scope))) return false;
  put(meant, ['permissions', 'scopes'], written);
  return isDeepStrictEqual(JSON.parse(JSON.stringify(after)), JSON.parse(JSON.stringify(meant)));
}

type Path = readonly (string | number)[];

const isHolder = (value: unknown): value is Record<string | number, unknown> =>
  typeof value === 'object' && value !== null;

const at = (value: unknown, path: Path): unknown =>
  path.reduce((holder, key) => (isHolder(holder) ? holder[key] : undefined), value);

function put(value: unknown, path: Path, wanted: unknown): void {
  const holder = at(value, path.slice(0, -1));
  const key = path.at(-1);
  if (isHolder(holder) && key !== undefined) holder[key] = wanted;
}

const byHand = ({ appId, scopes, interval }: ManifestEdit): string =>
  [...(appId === undefined ? [] : [`app.id ${appId}`]), `interval ${interval}`, `scopes ${scopes.join(', ')}`].join(
    '; ',
  );
