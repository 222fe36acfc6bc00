import type { YamlValue } from '../../../lib/manifest/document';
import { type Edit, setScalar, type ValuePath, valueAt } from '../../../lib/manifest/edits';
import { remoteEntry } from '../../../lib/manifest/remotes';
import { declarations, namesIn, variableReference } from '../../../lib/manifest/variables';
import type { BaseUrlChange } from './compare-base-url';

/** Another place in the manifest with the replaced URL, or with its variable. */
export interface OtherPlace {
  readonly line: number;
  readonly path: ValuePath;
  /** The text of the place before the edit. */
  readonly written: string;
  /** The variable that the place uses. Its new default has changed the place as well. */
  readonly variable?: string;
  /** The text of the place with the new URL. Absent if there is no new URL, or it comes from a variable. */
  readonly wanted?: string;
}

/**
 * Finds the old URL in other places of the manifest `root`, whose base URL is already changed: in `permissions.external`, a
 * provider, `app.connect`, or anywhere else. Such a place may mean this backend or something else on the same host, so it is
 * only listed, unless the user asks to edit it.
 *
 * Compares only hosts, because egress permissions may have neither scheme nor path.
 */
export function otherPlaces(root: YamlValue, key: string, changes: readonly BaseUrlChange[]): OtherPlace[] {
  const changed = new Set(changes.flatMap(({ variable }) => variable ?? []));
  // If two regions have the same URL, the first one decides.
  const replaced = changes
    .flatMap(({ from, to }) => {
      const host = hostOf(from);
      return host === undefined || host === hostOf(to) ? [] : [{ host, to: hostOf(to) }];
    })
    .filter(({ host }, index, all) => all.findIndex((other) => other.host === host) === index);

  return scalarsOutside(root, key).flatMap(({ path, line, written }): OtherPlace[] => {
    const variable = namesIn(written).find((name) => changed.has(name));
    if (variable !== undefined) return [{ line, path, written, variable }];
    const found = replaced.find(({ host }) => asHost(host).test(written));
    if (found === undefined) return [];
    const { host, to } = found;
    return [{ line, path, written, ...(to !== undefined && { wanted: written.replace(asHost(host), () => to) }) }];
  });
}

/** The edits that give each place the new URL. */
export const editsOf = (places: readonly OtherPlace[]): Edit[] =>
  places.flatMap(({ path, wanted }) => (wanted === undefined ? [] : [setScalar(nameOf(path), path, wanted)]));

/** The path for messages, such as `permissions.external.fetch.backend[0]`. */
export const nameOf = (path: ValuePath): string =>
  path.map((part, at) => (typeof part === 'number' ? `[${part}]` : `${at === 0 ? '' : '.'}${part}`)).join('');

/** Lines about other places with the old URL, after an update. */
export function describePlaces(file: string, places: readonly OtherPlace[], edited: boolean): string[] {
  const kept = places.filter(({ wanted, variable }) => variable === undefined && !(edited && wanted !== undefined));
  return [
    ...places.map(({ line, path, written, variable, wanted }) => {
      const where = `${file}:${line}: ${nameOf(path)}`;
      if (variable !== undefined)
        return `${where} also uses ${variableReference(variable)}, so it has changed as well.`;
      if (edited && wanted !== undefined) return `${where} also had the old URL, and is now ${wanted}`;
      return `${where} also has the old URL, and is unchanged: ${written}`;
    }),
    ...(kept.length === 0
      ? []
      : [
          `If it means this backend, edit it, or restore ${file} (git checkout) and run this command with --everywhere.`,
        ]),
  ];
}

/** Lines about other places with the old URL, before an update. */
export function placesToUpdate(file: string, root: YamlValue, places: readonly OtherPlace[]): string[] {
  const stale = places.filter(({ variable }) => variable === undefined);
  if (stale.length === 0) return [];
  return [
    ...stale.map(
      ({ path, written }) => `${file}:${valueAt(root, path).line}: ${nameOf(path)} also has that URL: ${written}`,
    ),
    'If it means this backend, add --everywhere.',
  ];
}

function hostOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).host : undefined;
}

/** Matches the host, but not within a longer one. */
const asHost = (host: string): RegExp =>
  new RegExp(`(?<![\\w.-])${host.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-]|\\.\\w)`, 'gi');

interface Scalar {
  readonly path: ValuePath;
  readonly line: number;
  readonly written: string;
}

/** All strings except the base URL of the remote `key` and the defaults of its variables. */
function scalarsOutside(root: YamlValue, key: string): Scalar[] {
  const baseUrl = remoteEntry(root, key).get('baseUrl');
  const own = new Set([baseUrl.node, ...baseUrl.entries().map(([, url]) => url.node)]);
  const names = [baseUrl, ...baseUrl.entries().map(([, url]) => url)].flatMap(({ text = '' }) => namesIn(text));
  for (const { name, default: value } of declarations(root)) if (names.includes(name)) own.add(value.node);

  const walk = (value: YamlValue, path: ValuePath): Scalar[] => {
    if (value.node !== undefined && own.has(value.node)) return [];
    const { text: written, line } = value;
    if (written !== undefined) return [{ path, line, written }];
    return [
      ...value.items().flatMap((item, index) => walk(item, [...path, index])),
      ...value.entries().flatMap(([name, inner]) => walk(inner, [...path, name])),
    ];
  };
  return walk(root, []);
}
