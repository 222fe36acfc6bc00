import { isScalar, isSeq, type Scalar } from 'yaml';
import type { Interval } from '../../../lambda/contract/routes';
import { SYSTEM_TOKEN_SCOPE } from '../../../lib/manifest/app';
import type { ManifestDocument, YamlValue } from '../../../lib/manifest/document';
import { applyEdits, type Edit, setScalar } from '../../../lib/manifest/edits';
import { ManifestError, type Problem } from '../../../lib/manifest/problems';
import {
  endOfLine,
  insertLinesAsTheyEnd,
  quotedLike,
  rangeOf,
  type Splice,
  startOfLine,
} from '../../../lib/manifest/splices';
import { readSettings } from './manifest-settings';

/** New values for manifest.yml. */
export interface ManifestEdit {
  /** The app's ARI. Absent: it stays. */
  readonly appId?: string;
  /** All scopes; `read:app-system-token` is added. */
  readonly scopes: readonly string[];
  /** Interval of the scheduled trigger that delivers the token. */
  readonly interval: Interval;
}

/**
 * Sets app id, scopes and interval in manifest.yml. Everything else stays: comments, order, quotes, line breaks.
 *
 * @param remoteKey key of our remote, if there are several
 * @throws {ManifestError} when the manifest can't be edited without changing something else
 */
export function editManifest(manifest: ManifestDocument, edit: ManifestEdit, remoteKey?: string): ManifestDocument {
  const { root, file } = manifest;
  const { trigger } = readSettings(manifest, remoteKey);
  const triggers = root.get('modules').get('scheduledTrigger');
  if (trigger === undefined) {
    throw new ManifestError(file, [
      {
        line: triggers.line,
        what: 'No scheduledTrigger calls an endpoint of this backend, so there is no interval to set',
        fix: 'Add a scheduledTrigger with "interval: hour" for an endpoint with "remote", then run the setup again.',
      },
    ]);
  }
  const interval = triggers.items()[trigger.index]?.get('interval') ?? triggers;
  const edits: Edit[] = [];
  if (edit.appId !== undefined && root.get('app').get('id').text !== edit.appId) {
    edits.push(setScalar('app.id', ['app', 'id'], edit.appId));
  }
  if (interval.text !== edit.interval) {
    const path = ['modules', 'scheduledTrigger', trigger.index, 'interval'];
    edits.push(setScalar(`The interval of scheduledTrigger "${trigger.key}"`, path, edit.interval));
  }
  edits.push(...setScopes(manifest, edit.scopes));
  return applyEdits(manifest, edits, {
    line: interval.text === edit.interval ? root.get('permissions').line : interval.line,
    what: 'The answers can not be written here without changing something else',
    fix: `Write them yourself: ${byHand(edit)}.`,
  });
}

const byHand = ({ appId, scopes, interval }: ManifestEdit): string =>
  [...(appId === undefined ? [] : [`app.id ${appId}`]), `interval ${interval}`, `scopes ${scopes.join(', ')}`].join(
    '; ',
  );

/** A scope in the list, and its place in the text. */
interface Item {
  readonly scope: string;
  readonly node: Scalar;
  readonly start: number;
  readonly end: number;
}

const scopesOf = ({ root }: ManifestDocument): YamlValue => root.get('permissions').get('scopes');

/**
 * Makes `permissions.scopes` the list of `read:app-system-token` and `wanted`. Scopes that stay keep their lines, and a new
 * scope takes the place of a removed one. No edit if nothing changes.
 */
function setScopes(manifest: ManifestDocument, wanted: readonly string[]): readonly Edit[] {
  const yaml = scopesOf(manifest);
  const all = [...new Set([SYSTEM_TOKEN_SCOPE, ...wanted])];
  const written = yaml.isMap ? yaml.keys() : yaml.items().flatMap((item) => item.text ?? []);
  if (all.every((scope) => written.includes(scope)) && written.every((scope) => all.includes(scope))) return [];
  const added = all.filter((scope) => !written.includes(scope));
  // An added scope takes the place of a removed one.
  const value = [...written.flatMap((scope) => (all.includes(scope) ? scope : (added.shift() ?? []))), ...added];
  return [{ path: ['permissions', 'scopes'], value, splices: (now) => spliceScopes(now, all) }];
}

function spliceScopes(manifest: ManifestDocument, all: readonly string[]): readonly Splice[] | Problem {
  const { text } = manifest;
  const yaml = scopesOf(manifest);
  const items = readItems(text, yaml);
  const last = items?.at(-1);
  if (items === undefined || last === undefined) {
    return {
      line: yaml.line,
      what: 'permissions.scopes is not a plain list with one scope per item',
      fix: `Write it yourself:\npermissions:\n  scopes:\n${all.map((scope) => `    - ${scope}`).join('\n')}`,
    };
  }
  const isFlow = isSeq(yaml.node) && yaml.node.flow === true;
  const removed = items.filter(({ scope }) => !all.includes(scope));
  const added = all.filter((scope) => !items.some((item) => item.scope === scope));
  return [
    ...removed.slice(0, added.length).map(({ start, end, node }, index) => {
      return { start, end, insert: quotedLike(node, added[index] ?? '') };
    }),
    ...removed.slice(added.length).map((item) => (isFlow ? removeInFlow(items, item) : removeLine(text, item))),
    ...(added.length > removed.length ? [insertAfter(text, last, added.slice(removed.length), isFlow)] : []),
  ];
}

/** The items of the list with their positions; `undefined` if one is an alias, has an anchor, or shares its line. */
function readItems(text: string, { node }: YamlValue): readonly Item[] | undefined {
  if (!isSeq(node) || node.items.length === 0) return undefined;
  const items: Item[] = [];
  for (const item of node.items) {
    if (!isScalar(item) || typeof item.value !== 'string' || item.anchor !== undefined) return undefined;
    const [start, end] = rangeOf(item);
    if (text.slice(start, end) !== quotedLike(item, item.value)) return undefined;
    if (node.flow !== true && !/^\uFEFF?[ \t]*-[ \t]+$/.test(text.slice(startOfLine(text, start), start)))
      return undefined;
    items.push({ scope: item.value, node: item, start, end });
  }
  return items;
}

/** Removes the whole line, with its comment. */
const removeLine = (text: string, { start, end }: Item): Splice => ({
  start: startOfLine(text, start),
  end: endOfLine(text, end),
  insert: '',
});

/** Removes an item and the comma before it; for the first item, the comma after it. */
function removeInFlow(items: readonly Item[], item: Item): Splice {
  const at = items.indexOf(item);
  const before = items[at - 1];
  if (before !== undefined) return { start: before.end, end: item.end, insert: '' };
  return { start: item.start, end: items[at + 1]?.start ?? item.end, insert: '' };
}

function insertAfter(text: string, { node, start, end }: Item, scopes: readonly string[], isFlow: boolean): Splice {
  const written = scopes.map((scope) => quotedLike(node, scope));
  if (isFlow) return { start: end, end, insert: written.map((scope) => `, ${scope}`).join('') };
  const prefix = text.slice(startOfLine(text, start), start);
  return insertLinesAsTheyEnd(
    text,
    endOfLine(text, end),
    written.map((scope) => prefix + scope),
  );
}
