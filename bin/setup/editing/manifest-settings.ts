import { SYSTEM_TOKEN_SCOPE, scopesIn } from '../../../lib/manifest/app';
import type { ManifestDocument, YamlValue } from '../../../lib/manifest/document';
import { INTERVALS, parseInterval } from '../../../lib/manifest/triggers';
import { hasVariable } from '../../../lib/manifest/variables';

/** The scheduled trigger that delivers the token. */
export interface TokenTrigger {
  readonly key: string;
  /** Index in the list, from 0. */
  readonly index: number;
  /** As written, valid or not. */
  readonly interval: string | undefined;
}

/** The settings in manifest.yml that setup asks for. Each may be invalid or missing. */
export interface ManifestSettings {
  readonly appId: string | undefined;
  /** Whether the app id uses a manifest variable, whose value is set elsewhere. */
  readonly appIdByVariable: boolean;
  /** Without `read:app-system-token`. */
  readonly scopes: readonly string[];
  /** `undefined` if none calls an endpoint of a remote. */
  readonly trigger: TokenTrigger | undefined;
  /** Products in `app.compatibility`; empty for an app of a single product. */
  readonly compatibility: readonly string[];
}

/**
 * Reads the settings that setup asks for.
 *
 * @param remoteKey key of our remote, if there are several
 */
export function readSettings({ root }: ManifestDocument, remoteKey?: string): ManifestSettings {
  const app = root.get('app');
  const appId = app.get('id').text;
  return {
    appId,
    appIdByVariable: appId !== undefined && hasVariable(appId),
    scopes: scopesIn(root).filter((scope) => scope !== SYSTEM_TOKEN_SCOPE),
    trigger: tokenTrigger(root, remoteKey),
    compatibility: app.get('compatibility').keys(),
  };
}

/** The trigger of our remote that fires most often, because it decides how fresh the token is. */
function tokenTrigger(root: YamlValue, remoteKey: string | undefined): TokenTrigger | undefined {
  const modules = root.get('modules');
  const endpoints = modules
    .get('endpoint')
    .items()
    .filter((endpoint) =>
      remoteKey === undefined ? endpoint.get('remote').exists : isText(endpoint.get('remote'), remoteKey),
    )
    .map((endpoint) => endpoint.get('key').text);
  return modules
    .get('scheduledTrigger')
    .items()
    .map((trigger, index) => ({ trigger, index }))
    .filter(({ trigger }) => endpoints.includes(trigger.get('endpoint').text))
    .map(({ trigger, index }) => ({
      key: trigger.get('key').text ?? '',
      index,
      interval: trigger.get('interval').text,
    }))
    .toSorted((a, b) => rank(a.interval) - rank(b.interval))[0];
}

const isText = (value: YamlValue, text: string): boolean => value.text === text;

function rank(interval: string | undefined): number {
  const known = parseInterval(interval);
  return known === undefined ? INTERVALS.length : INTERVALS.indexOf(known);
}
