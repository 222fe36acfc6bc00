import type { YamlValue } from '../../../lib/manifest/document';
import { type Edit, setScalar, type ValuePath, valueAt } from '../../../lib/manifest/edits';
import { remoteEntry } from '../../../lib/manifest/remotes';
import { declarations, namesIn, variableReference } from '../../../lib/manifest/variables';
import type { BaseUrlChange } from './compare-base-url';

/** A place beside the remote's `baseUrl` that has the URL that was replaced, or its variable. */
export interface OtherPlace {
  readonly line: number;
  readonly path: ValuePath;
  /** What the place says, before it is edited. */
  readonly written: string;
  /** The variable that the place uses: its default has changed, and the place with it. */
  readonly variable?: string;
  /** What the place says with the new URL. Absent where there is no new URL, or a variable brings it. */
  readonly wanted?: string;
}

/**
 * Where else the manifest `root`, whose base URL is changed already, has the URL of before: in `permissions.external`, a
 * provider, `app.connect`, or anywhere. Such a place may mean this backend, or something else on the same host, so it is
 * told, and edited only if somebody asks for it.
 *
 * Only the host is compared: an egress permission may have no scheme and no path.
 */
export function otherPlaces(root: YamlValue, key: string, changes: readonly BaseUrlChange[]): OtherPlace[] {
  const changed = new Set(changes.flatMap(({ variable }) => variable ?? []));
  // If two regions have one URL, the new URL of the first counts.
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

/** How a person reads the path: `permissions.external.fetch.backend[0]`. */
export const nameOf = (path: ValuePath): string =>
  path.map((part, at) => (typeof part === 'number' ? `[${part}]` : `${at === 0 ? '' : '.'}${part}`)).join('');

/** Where else the old URL was: for a person. */
export function describePlaces(file: string, places: readonly OtherPlace[], edited: boolean): string[] {
  const kept = places.filter(({ wanted, variable }) => variable === undefined && !(edited && wanted !== undefined));
  return [
    ...places.map(({ line, path, written, variable, wanted }) => {
      const where = `${file}:${line}: ${nameOf(path)}`;
      if (variable !== undefined)
        return `${where} uses ${variableReference(variable)} as well, and has changed with it.`;
      if (edited && wanted !== undefined) return `${where} had the old URL as well, and is ${wanted} now.`;
      return `${where} has the old URL as well, and stays: ${written}`;
    }),
    ...(kept.length === 0
      ? []
      : [
          `Is this backend meant there? Then edit it, or take ${file} back (git checkout) and run this command with --everywhere.`,
        ]),
  ];
}

/** The same for a manifest that still has the old URL: where else an update would find it. */
export function placesToUpdate(file: string, root: YamlValue, places: readonly OtherPlace[]): string[] {
  const stale = places.filter(({ variable }) => variable === undefined);
  if (stale.length === 0) return [];
  return [
    ...stale.map(
      ({ path, written }) => `${file}:${valueAt(root, path).line}: ${nameOf(path)} has that URL as well: ${written}`,
    ),
    'Is this backend meant there? Then add --everywhere.',
  ];
}

function hostOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).host : undefined;
}

/** Finds a host that isn't a part of a longer one. */
const asHost = (host: string): RegExp =>
  new RegExp(`(?<![\\w.-])${host.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-]|\\.\\w)`, 'gi');

interface Scalar {
  readonly path: ValuePath;
  readonly line: number;
  readonly written: string;
}

/** All texts but those in which the base URL of the remote `key` is written: its own, and the defaults of its variables. */
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
