import type { YamlValue } from './document';
import { DATA_RESIDENCY_MODULE, type EndpointItem, type Reference, readRemoteUses } from './modules';
import { closest, didYouMean, type Problems } from './problems';
import { reportNoSchedule } from './triggers';

/**
 * The key of the remote that this backend serves: a scheduled trigger calls one of its endpoints with the system token.
 * `wanted` chooses between several.
 *
 * If there is no such remote, the most similar one is used, so that the other checks can report what is missing.
 */
export function chooseRemote(
  root: YamlValue,
  endpoints: readonly EndpointItem[],
  references: readonly Reference[],
  wanted: string | undefined,
  problems: Problems,
): string | undefined {
  const remotes = remotesOf(endpoints);
  if (wanted !== undefined) {
    if (remotes.includes(wanted)) return wanted;
    problems.add(
      root.get('modules').get('endpoint'),
      `No endpoint is on the remote ${JSON.stringify(wanted)}, which this backend should serve`,
      `${remotes.length === 0 ? 'No endpoint has a remote.' : `Remotes with endpoints: ${remotes.join(', ')}.`}${didYouMean(wanted, remotes)}`,
    );
    return undefined;
  }

  const scheduled = endpoints.filter(({ key }) =>
    references.some(({ moduleType, target }) => moduleType === 'scheduledTrigger' && target === key),
  );
  const best = [scheduled.filter(({ systemToken }) => systemToken), scheduled, endpoints];
  const candidates = best.map(remotesOf).find((found) => found.length > 0) ?? [];
  if (candidates.length === 1) return candidates[0];
  if (remotesOf(scheduled).length === 0) {
    reportNoSchedule(root.get('modules'), problems);
  } else {
    problems.add(
      root.get('modules').get('scheduledTrigger'),
      `Scheduled triggers call endpoints on several remotes: ${candidates.join(', ')}`,
      'Set remoteKey to the key of the remote that this backend serves.',
    );
  }
  return undefined;
}

const remotesOf = (endpoints: readonly EndpointItem[]): string[] => [
  ...new Set(endpoints.flatMap(({ remote }) => (remote === undefined ? [] : [remote]))),
];

/** Maximum length of a remote's key (Atlassian's manifest schema). Endpoints' keys may be longer. */
const MAX_KEY_LENGTH = 23;

/** The `remotes` entry with `key`; a missing value if there is none. */
export function remoteEntry(root: YamlValue, key: string): YamlValue {
  const remotes = root.get('remotes');
  return remotes.items().find((remote) => remote.get('key').text === key) ?? remotes.get(key);
}

/** Checks that `remotes` is a top-level list without duplicate keys. */
export function checkRemoteList(root: YamlValue, problems: Problems): void {
  const remotes = root.get('remotes');
  if (remotes.exists && !remotes.isList) {
    problems.add(remotes, `remotes is ${remotes.shown}`, 'It must be a list, with "- key: …" for each remote.');
  }
  const misplaced = root.get('modules').get('remotes');
  if (misplaced.exists) {
    problems.add(misplaced, 'remotes is inside modules', 'Move it to the top level of the file, beside modules.');
  }
  const seen = new Set<string>();
  for (const remote of remotes.items()) {
    const key = remote.get('key').text;
    if (key === undefined) {
      problems.add(remote, 'This remote has no key', 'Add a key, so that endpoints can refer to it.');
    } else if (seen.has(key)) {
      problems.add(
        remote,
        `There are two remotes with the key ${JSON.stringify(key)}, and Forge would use one of them`,
        'Rename or remove one of them.',
      );
    }
    if (key !== undefined) seen.add(key);
  }
}

/** Checks that `key` is valid for a `remotes` entry, which may be created from it. */
export function checkRemoteKey(key: string, at: { readonly line: number }, problems: Problems): void {
  if (/^[a-zA-Z0-9_-]+$/.test(key) && key.length <= MAX_KEY_LENGTH) return;
  problems.add(
    at,
    `The remote key is ${JSON.stringify(key)} (${key.length} characters)`,
    `Allowed: at most ${MAX_KEY_LENGTH} letters, digits, "_" and "-".`,
  );
}

/** Module types that this backend serves. */
const SERVED_ON_REMOTE = ['endpoint', DATA_RESIDENCY_MODULE];

/** Other parts of a manifest that may refer to a remote, and how to fix that. */
const FIXES: Readonly<Record<string, string>> = {
  app: 'Give the Connect modules of the app their own remote.',
  permissions:
    "This backend only serves Forge's own calls, not those of the app's functions or of browsers. Remove the entry, or give those calls their own remote.",
  providers: 'Give the provider its own remote.',
};

/** Checks that nothing else uses our remote. */
export function checkDirectUse(root: YamlValue, remoteKey: string, problems: Problems): void {
  for (const { where, part, line, ...use } of readRemoteUses(root)) {
    if (use.remoteKey !== remoteKey || SERVED_ON_REMOTE.includes(part)) continue;
    problems.add(
      { line },
      `${where} calls the remote ${JSON.stringify(remoteKey)} of this backend, which does not serve it`,
      FIXES[part] ??
        `This backend only serves endpoints and ${DATA_RESIDENCY_MODULE}. Use another remote for this module.`,
    );
  }
}

/**
 * Checks for a renamed remote. The remote of our endpoints may be missing in `remotes`, because it is still to be
 * created. But if an unused remote is there, it was probably renamed, and a second entry would leave the real one
 * unused.
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
    `Endpoints refer to the remote ${JSON.stringify(remoteKey)}, which is not in remotes, and nothing refers to the remote ${unused.shown}, which is`,
    `Was it renamed? Then write "remote: ${unused.text}" in the endpoints too. Otherwise remove it, or add ${JSON.stringify(remoteKey)} yourself.`,
  );
}

const REMOTE_KEYS = ['key', 'baseUrl', 'operations', 'auth', 'storage', 'configurable'];

/** Checks that this backend may set our remote's URL, and that the keys of its entry have no typos. */
export function checkEntry(entry: YamlValue, problems: Problems): void {
  const key = entry.get('key').shown;
  const configurable = entry.get('configurable');
  if (configurable.exists) {
    problems.add(
      configurable,
      `Remote ${key} is customer-managed, so each customer sets its URL, and this backend can't`,
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
