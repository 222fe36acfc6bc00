import type { YamlValue } from './document';
import type { Manifest, RegionMap } from './model';
import type { Problems } from './problems';
import { DEFAULT_REGION, defaultFirst, regionKeyProblem } from './regions';
import { checkDeclared, type ManifestVariables } from './variables';

/** The template's base URL. RFC 2606 guarantees that `.invalid` never resolves. */
export const PLACEHOLDER_BASE_URL = 'https://not-deployed-yet.invalid';

/** Names of this machine. Traffic to them never leaves it. */
export const LOOPBACK_HOSTS: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Why `text` can't be a remote's base URL; `undefined` if it can.
 *
 * Atlassian's validator accepts any string. Forge appends the endpoint's path to it without changes, so anything after
 * the host name, even a slash, leads to calls of the wrong path.
 *
 * @param allowLoopback whether http: to this machine is allowed, as in a local run
 */
export function baseUrlProblem(text: string, allowLoopback: boolean): string | undefined {
  if (text === '') return 'it is empty';
  if (/\s/.test(text)) return 'it contains white space';
  if (!URL.canParse(text)) return 'it is not a URL';
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'Forge calls remotes over https: only';
  if (url.protocol === 'http:' && !(allowLoopback && LOOPBACK_HOSTS.includes(url.hostname))) {
    return 'Forge calls remotes over https: only';
  }
  if (url.username !== '' || url.password !== '') return 'it contains a user name or password';
  if (text.includes('?') || text.includes('#')) return 'it contains a query or a fragment';
  if (url.pathname !== '/') return 'it contains a path, and Forge appends the path of each endpoint to it';
  if (text.endsWith('/')) return 'it ends with a slash, and the path of each endpoint starts with one';
  if (url.origin !== text) return `it is not in its normal form, ${url.origin}`;
  return undefined;
}

/** The end of an error about a base URL. */
export const BASE_URL_ALLOWED =
  'Allowed: https:// and a host name, such as https://abc123.lambda-url.eu-central-1.on.aws';

/**
 * The `remotes` block of manifest.yml for this backend, ready to paste, without a line break at the end.
 *
 * It only concatenates text, so that `baseUrl` may be a CDK token, whose value isn't known yet.
 */
export function remotesBlock(key: string, baseUrl: string | RegionMap): string {
  return ['remotes:', ...remoteItem(key, baseUrl, '  ')].join('\n');
}

/** The lines of one item in `remotes`, indented by `indent`. */
export function remoteItem(key: string, baseUrl: string | RegionMap, indent: string): string[] {
  return [
    `- key: ${key}`,
    ...baseUrlLines(baseUrl, '  '),
    '  operations:',
    '    - compute',
    '  storage:',
    '    inScopeEUD: false',
  ].map((line) => indent + line);
}

/** The lines of `baseUrl`, indented by `indent`: one for a URL, one more per region for a map. */
export function baseUrlLines(baseUrl: string | RegionMap, indent: string): string[] {
  if (typeof baseUrl === 'string') return [`${indent}baseUrl: ${baseUrl}`];
  return [`${indent}baseUrl:`, ...defaultFirst(baseUrl).map(([region, url]) => `${indent}  ${region}: ${url}`)];
}

/** Checks that Forge can append a path to each URL of our remote. */
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
    problems.add(
      baseUrl,
      'baseUrl lists regions, but no default',
      'Add "default:" with the URL for all other regions.',
    );
  }
  for (const [region, url] of baseUrl.entries()) {
    const unknown = regionKeyProblem(region);
    if (unknown !== undefined) problems.add(url, `baseUrl has the unknown region ${JSON.stringify(region)}`, unknown);
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

/** The base URL as it is written, and with variables filled in, as Forge sees it. */
export function readBaseUrl(
  baseUrl: YamlValue,
  variables: ManifestVariables,
): Pick<Manifest['remote'], 'baseUrl' | 'baseUrls'> {
  if (baseUrl.isMap) {
    const written = Object.fromEntries(baseUrl.entries().map(([region, url]) => [region, url.text ?? '']));
    const filledIn = Object.entries(written).map(([region, url]) => [region, variables.fillIn(url)]);
    return { baseUrl: written, baseUrls: Object.fromEntries(filledIn) };
  }
  const { text } = baseUrl;
  return text === undefined ? {} : { baseUrl: text, baseUrls: { [DEFAULT_REGION]: variables.fillIn(text) } };
}
