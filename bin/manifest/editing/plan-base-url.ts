import { isMap, isSeq } from 'yaml';
import { remotesBlock } from '../../../lib/manifest/base-url';
import { type ManifestDocument, parseManifest } from '../../../lib/manifest/document';
import { AGAIN, AT_END, type Edit, setDefault, setValue, type ValuePath, valueAt } from '../../../lib/manifest/edits';
import type { RegionMap } from '../../../lib/manifest/model';
import { ManifestError, type Problem } from '../../../lib/manifest/problems';
import { DEFAULT_REGION, defaultFirst } from '../../../lib/manifest/regions';
import { remoteEntry } from '../../../lib/manifest/remotes';
import {
  columnOf,
  endOfLastLine,
  insertLinesAsTheyEnd,
  pairAt,
  type Splice,
  startOf,
} from '../../../lib/manifest/splices';
import {
  declarations,
  hasVariable,
  namesIn,
  valueOfVariable,
  variableList,
  variableReference,
} from '../../../lib/manifest/variables';
import { addBaseUrl, addEntry, addRegion, removeRegion, turnIntoMap } from './splice-base-url';

/** The base URL that a remote should have. */
export interface WantedBaseUrl {
  /** Key of the remote. */
  readonly key: string;
  /** URLs by region, `default` among them. */
  readonly baseUrls: RegionMap;
  /** Whether to remove regions that are not wanted. */
  readonly removeRegions: boolean;
}

/**
 * Plans the edits that give the remote the wanted base URL. Empty if it has it already.
 *
 * @throws {ManifestError} when the base URL has a form that can't be edited
 */
export function planBaseUrl(manifest: ManifestDocument, wanted: WantedBaseUrl): Edit[] {
  const { file, root, content } = manifest;
  const { key, baseUrls } = wanted;
  const asWritten = singleUrl(baseUrls) ?? baseUrls;
  const entry = remoteEntry(root, key);
  if (!entry.exists) {
    const created = parseManifest(remotesBlock(key, asWritten), file).content.remotes;
    const others = Array.isArray(content.remotes) ? content.remotes : [];
    const remotes = [...(Array.isArray(created) ? created : []), ...others];
    return [{ path: ['remotes'], value: remotes, splices: (now) => addEntry(now, key, asWritten) }];
  }

  const index = root
    .get('remotes')
    .items()
    .findIndex((remote) => remote.get('key').text === key);
  const path = ['remotes', index, 'baseUrl'];
  const baseUrl = entry.get('baseUrl');
  if (!baseUrl.exists) {
    return [
      {
        path,
        value: asWritten,
        splices: ({ root: now, text }) => addBaseUrl(text, remoteEntry(now, key), asWritten),
      },
    ];
  }
  if (baseUrl.isMap) {
    if (isMap(baseUrl.node)) return planMap(manifest, path, wanted);
    const alias = { line: baseUrl.line, what: 'baseUrl is an alias', fix: `Write the map itself here, ${AGAIN}` };
    throw new ManifestError(file, [alias]);
  }
  const url = baseUrls[DEFAULT_REGION] ?? '';
  if (asWritten === url) return [...orThrow(file, setValue(manifest, 'baseUrl', path, baseUrl, url))];
  return planTurnIntoMap(manifest, path, wanted);
}

/** The URL of a map that has only `default`. */
export function singleUrl(baseUrls: RegionMap): string | undefined {
  const [only, ...others] = Object.entries(baseUrls);
  return only?.[0] === DEFAULT_REGION && others.length === 0 ? only[1] : undefined;
}

function planMap(manifest: ManifestDocument, path: ValuePath, wanted: WantedBaseUrl): Edit[] {
  const { file } = manifest;
  const baseUrl = valueAt(manifest.root, path);
  const mapAt = (now: ManifestDocument) => {
    const { node } = valueAt(now.root, path);
    return isMap(node) ? node : undefined;
  };
  const set = defaultFirst(wanted.baseUrls).flatMap(([region, url]): readonly Edit[] => {
    const value = baseUrl.get(region);
    const at = [...path, region];
    if (value.exists) return orThrow(file, setValue(manifest, `baseUrl.${region}`, at, value, url));
    const written = formOf(manifest, baseUrl.get(DEFAULT_REGION).text, region, url);
    const splices: Edit['splices'] = (now) => {
      const map = mapAt(now);
      return map === undefined ? [] : addRegion(now.text, map, region, written.text);
    };
    return [...written.edits, { path: at, value: written.text, splices }];
  });
  if (!wanted.removeRegions) return set;
  const surplus = baseUrl.keys().filter((region) => wanted.baseUrls[region] === undefined);
  const removed = surplus.map((region): Edit => {
    const splices: Edit['splices'] = (now) => {
      const map = mapAt(now);
      const pair = map && pairAt(map, region);
      return map && pair ? removeRegion(now.text, map, pair) : [];
    };
    return { path: [...path, region], value: undefined, splices };
  });
  return [...set, ...removed];
}

function planTurnIntoMap(manifest: ManifestDocument, path: ValuePath, { key, baseUrls }: WantedBaseUrl): Edit[] {
  const baseUrl = valueAt(manifest.root, path);
  const written = baseUrl.text;
  const inVariable = written !== undefined && hasVariable(written);
  const url = baseUrls[DEFAULT_REGION] ?? '';
  const first = inVariable ? orThrow(manifest.file, setValue(manifest, 'baseUrl', path, baseUrl, url)) : [];
  const regions = defaultFirst(baseUrls)
    .slice(1)
    .map(([region, regionUrl]) => ({ region, ...formOf(manifest, written, region, regionUrl) }));
  const map = {
    [DEFAULT_REGION]: inVariable ? written : url,
    ...Object.fromEntries(regions.map(({ region, text }) => [region, text])),
  };
  const splices: Edit['splices'] = ({ root, text }) => turnIntoMap(text, remoteEntry(root, key), map);
  return [...first, ...regions.flatMap(({ edits }) => edits), { path, value: map, splices }];
}

/**
 * How to write the URL of a new region. If the default's URL is in a variable, the region gets a variable of its own, named
 * after the default's.
 */
function formOf(
  manifest: ManifestDocument,
  written: string | undefined,
  region: string,
  url: string,
): { text: string; edits: readonly Edit[] } {
  const [name] = namesIn(written ?? '');
  if (written === undefined || name === undefined) return { text: url, edits: [] };
  const own = `${name}_${region}`;
  const text = written.replace(variableReference(name), () => variableReference(own));
  const value = valueOfVariable(text, url);
  if (value === undefined) return { text: url, edits: [] };
  const declared = declarations(manifest.root).find((variable) => variable.name === own);
  return { text, edits: declared === undefined ? [declareVariable(own, value)] : setDefault(declared, value) };
}

function orThrow(file: string, edits: readonly Edit[] | Problem): readonly Edit[] {
  if ('fix' in edits) throw new ManifestError(file, [edits]);
  return edits;
}

/** Declares the variable `name` with a default, after the existing ones. */
function declareVariable(name: string, value: string): Edit {
  return {
    path: ['environment', 'variables', AT_END],
    value: { key: name, default: value },
    splices: (manifest) => declarationLines(manifest, name, value),
  };
}

function declarationLines({ root, text }: ManifestDocument, name: string, value: string): readonly Splice[] | Problem {
  const { node, line } = variableList(root);
  if (!isSeq(node) || node.flow || node.items.length === 0) {
    return {
      line,
      what: 'environment.variables is not a list with one item per line, so no variable can be added',
      fix: `Add it yourself:\n- key: ${name}\n  default: ${value}`,
    };
  }
  const indent = ' '.repeat(columnOf(text, startOf(node)));
  const lines = [`- key: ${name}`, `  default: ${value}`].map((part) => indent + part);
  return [insertLinesAsTheyEnd(text, endOfLastLine(text, node), lines)];
}
