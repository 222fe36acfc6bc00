import type { YamlValue } from './document';
import { DATA_RESIDENCY_MODULE, type EndpointItem, type Reference, readRemoteUses } from './modules';
import { closest, didYouMean, type Problems } from './problems';
import { reportNoSchedule } from './triggers';

/**
 * The key of the remote that this backend serves: the one whose endpoint a scheduled trigger calls with the system
 * token. `wanted` decides between several.
 *
 * If there is none, the remote that comes nearest is taken, so that the other checks can say what is missing.
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
      `No endpoint is on the remote ${JSON.stringify(wanted)}, which this backend is said to serve`,
      `${remotes.length === 0 ? 'No endpoint names a remote.' : `Endpoints are on: ${remotes.join(', ')}.`}${didYouMean(wanted, remotes)}`,
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
      'Say which one this backend serves by giving its key as remoteKey.',
    );
  }
  return undefined;
}

const remotesOf = (endpoints: readonly EndpointItem[]): string[] => [
  ...new Set(endpoints.flatMap(({ remote }) => (remote === undefined ? [] : [remote]))),
];

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

/** Modules that this backend serves on its remote. */
const SERVED_ON_REMOTE = ['endpoint', DATA_RESIDENCY_MODULE];

/** What else may name a remote, and the way out for each. */
const WAYS_OUT: Readonly<Record<string, string>> = {
  app: 'The Connect modules of the app need a remote of their own.',
  permissions:
    "It answers Forge's own calls only, none of the app's functions or of a browser. Remove the entry, or give those calls a remote of their own.",
  providers: 'Give the provider a remote of its own.',
};

/** Only endpoints use our remote. */
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
 * A remote that endpoints name is under `remotes`, or still to be created there. If nothing names another one there, it
 * was probably renamed: creating a second one would leave the real one unused.
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

/** This backend sets the URL of our remote, and the keys of its entry are spelt right. */
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
