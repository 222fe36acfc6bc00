import { BASE_URL_ALLOWED, whyNotBaseUrl } from './base-url';
import { DATA_RESIDENCY_MODULE } from './data-residency';
import type { Problems } from './error';
import { readReferences } from './modules';
import { DEFAULT_REGION, whyNotRegionKey } from './regions';
import { checkDeclared, type ManifestVariables } from './variables';
import type { YamlValue } from './yaml-value';

/** Longest key of a remote or an endpoint (Forge's manifest reference). */
export const MAX_KEY_LENGTH = 23;

/** The `remotes` entry with `key`; a missing value when there is none. */
export function remoteEntry(root: YamlValue, key: string): YamlValue {
  const remotes = root.get('remotes');
  return remotes.items().find((remote) => remote.get('key').text === key) ?? remotes.get(key);
}

/** `remotes` is a list at the top of the file, and no key is in it twice. */
export function checkRemoteList(root: YamlValue, problems: Problems): void {
  const remotes = root.get('remotes');
  if (remotes.exists && !remotes.isList) {
    problems.add(remotes, `remotes is ${remotes.shown}`, 'It must be a list: "- key: …" for each remote.');
  }
  const misplaced = root.get('modules').get('remotes');
  if (misplaced.exists) {
    problems.add(misplaced, 'remotes is inside modules', 'Move it to the top level of the file, beside modules.');
  }
  const seen = new Set<string>();
  for (const remote of remotes.items()) {
    const key = remote.get('key').text;
    if (key === undefined) {
      problems.add(remote, 'This remote has no key', 'Give it one, so that an endpoint can name it.');
    } else if (seen.has(key)) {
      problems.add(
        remote,
        `There are two remotes with the key ${JSON.stringify(key)}, and Forge would use one of them without saying which`,
        'Rename or remove one of them.',
      );
    }
    if (key !== undefined) seen.add(key);
  }
}

/** The remote's key can be the key of a remote: the entry may be created from it. */
export function checkRemoteKey(key: string, at: { readonly line: number }, problems: Problems): void {
  if (/^[a-zA-Z0-9_-]+$/.test(key) && key.length <= MAX_KEY_LENGTH) return;
  problems.add(
    at,
    `The remote key is ${JSON.stringify(key)}, of ${key.length} characters`,
    `Allowed are letters, digits, "_" and "-", at most ${MAX_KEY_LENGTH} of them.`,
  );
}

/** Every URL of our remote is one that Forge can append a path to. */
export function checkBaseUrl(
  entry: YamlValue,
  variables: ManifestVariables,
  allowLoopback: boolean,
  problems: Problems,
): void {
  const baseUrl = entry.get('baseUrl');
  if (!baseUrl.isMap) {
    if (baseUrl.exists) checkUrl('baseUrl', baseUrl, variables, allowLoopback, problems);
    return;
  }
  if (!baseUrl.get(DEFAULT_REGION).exists) {
    problems.add(baseUrl, 'baseUrl lists regions but no default', 'Add "default:" with the URL for all other regions.');
  }
  for (const [region, url] of baseUrl.entries()) {
    const unknown = whyNotRegionKey(region);
    if (unknown !== undefined) problems.add(url, `baseUrl has the region ${JSON.stringify(region)}`, unknown);
    checkUrl(`baseUrl.${region}`, url, variables, allowLoopback, problems);
  }
}

function checkUrl(
  name: string,
  value: YamlValue,
  variables: ManifestVariables,
  allowLoopback: boolean,
  problems: Problems,
): void {
  const written = value.text;
  if (written === undefined) {
    problems.add(value, `${name} is ${value.shown}`, `${BASE_URL_ALLOWED}.`);
    return;
  }
  checkDeclared(name, value, variables, problems);
  if (!variables.canFillIn(written)) return;
  const url = variables.fillIn(written);
  const reason = whyNotBaseUrl(url, allowLoopback);
  if (reason === undefined) return;
  problems.add(
    value,
    `${name} is ${JSON.stringify(url)}: ${reason}`,
    `${BASE_URL_ALLOWED}. "npm run manifest" writes the deployed one.`,
  );
}

/** Nothing but endpoints is on our remote. */
export function checkDirectUse(root: YamlValue, remoteKey: string, problems: Problems): void {
  for (const { moduleType, moduleKey, target, line } of readReferences(root, 'remote')) {
    if (target !== remoteKey || moduleType === DATA_RESIDENCY_MODULE) continue;
    problems.add(
      { line },
      `${moduleType} ${JSON.stringify(moduleKey)} calls the remote ${JSON.stringify(remoteKey)}, which does not answer it`,
      `This backend serves endpoints, and ${DATA_RESIDENCY_MODULE}, only. Use another remote for this module.`,
    );
  }
}
