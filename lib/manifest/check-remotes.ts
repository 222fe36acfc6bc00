import { BASE_URL_ALLOWED, baseUrlProblem } from './base-url';
import { DATA_RESIDENCY_MODULE } from './data-residency';
import { closest } from './did-you-mean';
import type { Problems } from './error';
import { readRemoteUses } from './modules';
import { DEFAULT_REGION, regionKeyProblem } from './regions';
import { checkDeclared, type ManifestVariables } from './variables';
import type { YamlValue } from './yaml-value';

/** Longest key of a remote (Atlassian's manifest schema). An endpoint's may be longer. */
const MAX_KEY_LENGTH = 23;

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
    const unknown = regionKeyProblem(region);
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
  const reason = baseUrlProblem(url, allowLoopback);
  if (reason === undefined) return;
  problems.add(
    value,
    `${name} is ${JSON.stringify(url)}: ${reason}`,
    `${BASE_URL_ALLOWED}. "npm run manifest" writes the deployed one.`,
  );
}

/** Modules that this backend serves on its remote. */
const SERVED_ON_REMOTE = ['endpoint', DATA_RESIDENCY_MODULE];

/** What else may name a remote, and the way out for each. */
const WAYS_OUT: Readonly<Record<string, string>> = {
  app: 'The Connect modules of the app need a remote of their own.',
  permissions:
    "It answers Forge's own calls only, none of the app's functions or of a browser. Remove the entry, or give those calls a remote of their own.",
  providers: 'Give the provider a remote of its own.',
};

/** Nothing but endpoints is on our remote. */
export function checkDirectUse(root: YamlValue, remoteKey: string, problems: Problems): void {
  for (const { where, part, line, ...use } of readRemoteUses(root)) {
    if (use.remoteKey !== remoteKey || SERVED_ON_REMOTE.includes(part)) continue;
    problems.add(
      { line },
      `${where} calls the remote ${JSON.stringify(remoteKey)} of this backend, which does not answer it`,
      WAYS_OUT[part] ??
        `This backend serves endpoints, and ${DATA_RESIDENCY_MODULE}, only. Use another remote for this module.`,
    );
  }
}

/**
 * A remote that endpoints name is under `remotes`, or still to be created there. Where another one is there that nothing
 * names, it was probably renamed, and creating a second one would leave the real one unused.
 */
export function checkRenamed(root: YamlValue, remoteKey: string, problems: Problems): void {
  if (remoteEntry(root, remoteKey).exists) return;
  const used = readRemoteUses(root).map((use) => use.remoteKey);
  const unused = root
    .get('remotes')
    .items()
    .map((remote) => remote.get('key'))
    .find(({ text }) => text !== undefined && !used.includes(text));
  if (unused === undefined) return;
  problems.add(
    unused,
    `Endpoints name the remote ${JSON.stringify(remoteKey)}, which is not under remotes, and nothing names the remote ${unused.shown} that is`,
    `Was it renamed? Then write "remote: ${unused.text}" in the endpoints as well. Otherwise remove it, or add ${JSON.stringify(remoteKey)} yourself.`,
  );
}

const REMOTE_KEYS = ['key', 'baseUrl', 'operations', 'auth', 'storage', 'configurable'];

/** Our remote has one URL, which this backend gives it, under the right name. */
export function checkEntry(entry: YamlValue, problems: Problems): void {
  const key = entry.get('key').shown;
  const configurable = entry.get('configurable');
  if (configurable.exists) {
    problems.add(
      configurable,
      `Remote ${key} is customer-managed, so each customer says where Forge calls, and not this backend`,
      'Remove "configurable", or give this backend a remote without it.',
    );
  }
  for (const [name, value] of entry.entries()) {
    const meant = REMOTE_KEYS.includes(name) ? undefined : closest(name, REMOTE_KEYS);
    if (meant === undefined) continue;
    problems.add(
      value,
      `Remote ${key} has the key ${JSON.stringify(name)}, which Forge does not know`,
      `Write ${JSON.stringify(meant)}.${name === 'baseURL' ? " Atlassian's page on remotes has this mistake." : ''}`,
    );
  }
}
