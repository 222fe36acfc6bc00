/** The app version that a change makes. */
export type Impact = 'major' | 'minor' | 'unknown';

/** A difference between two manifests, and its impact on the app's version. */
export interface VersionChange {
  /**
   * `major`: by default, a site keeps the old version until an admin consents. `minor`: Forge updates all sites.
   * `unknown`: neither Forge's documentation nor the manifest tells.
   */
  readonly impact: Impact;
  /** The change, with its values. Without a full stop. */
  readonly what: string;
  /** Forge's rule for it, in full sentences. */
  readonly rule: string;
}

/**
 * Forge's rules (its pages on app versions, remotes and endpoints, read in August 2026), in the order of the table in
 * docs/stages-and-regions.md. Forge's list of major changes is closed. Any other change is minor if it can't extend what the
 * app can do, and unknown if it may.
 */
export const RULES = {
  remoteAdded: { impact: 'major', change: 'Adding a remote' },
  remoteAddedForCustomers: { impact: 'minor', change: 'Adding a customer-managed remote without baseUrl' },
  remoteMovedFromFetch: { impact: 'minor', change: 'Moving a URL from permissions.external.fetch.backend to a remote' },
  remoteRemoved: { impact: 'minor', change: 'Removing a remote' },
  remoteConfigurableAdded: { impact: 'major', change: 'Adding configurable to a remote' },
  remoteConfigurableChanged: { impact: 'unknown', change: 'Changing or removing configurable of a remote' },
  baseUrlAdded: { impact: 'major', change: 'Adding a baseUrl' },
  baseUrlChanged: { impact: 'major', change: 'Changing a baseUrl' },
  baseUrlRemoved: { impact: 'major', change: 'Removing a baseUrl' },
  baseUrlRemovedForCustomers: { impact: 'minor', change: 'Removing the baseUrl of a customer-managed remote' },
  regionAdded: { impact: 'major', change: 'Adding a region' },
  regionChanged: { impact: 'major', change: 'Changing the URL of a region' },
  regionRemoved: { impact: 'major', change: 'Removing the URL of a region' },
  urlToMapWithNewUrls: { impact: 'major', change: 'From a URL to a map with new URLs' },
  urlToMap: { impact: 'minor', change: 'From a URL to a map with no new URL' },
  endUserDataStored: { impact: 'major', change: 'inScopeEUD from false to true' },
  endUserDataNotStored: { impact: 'minor', change: 'inScopeEUD from true to false' },
  endUserDataUnspecified: {
    impact: 'unknown',
    change: 'Adding inScopeEUD to an address, or removing it',
  },
  operationAdded: {
    impact: 'major',
    change: 'Adding an operation to a remote',
    note: "It is not in Forge's table, but its general sentence says so: whatever expands an existing remote.",
  },
  operationRemoved: { impact: 'minor', change: 'Removing an operation from a remote' },
  operationsUnspecified: { impact: 'unknown', change: 'Removing the list of operations from a remote' },
  remoteAuthChanged: { impact: 'unknown', change: 'Changing auth of a remote' },
  endpointChanged: { impact: 'major', change: 'Any change to an endpoint' },
  scopeAdded: { impact: 'major', change: 'A new scope' },
  scopeRemoved: { impact: 'major', change: 'Removing a scope', note: 'Though the app may then do less.' },
  impersonationAllowed: { impact: 'unknown', change: 'Allowing impersonation for a scope' },
  externalAdded: { impact: 'major', change: 'Adding or swapping an external permission' },
  contentAdded: { impact: 'major', change: 'Adding or swapping an option of the content security policy' },
  externalConfigurable: { impact: 'major', change: 'Enabling permissions.external.configurable' },
  egressCategory: { impact: 'major', change: 'Adding or changing an egress category' },
  egressCategoryRemoved: { impact: 'unknown', change: 'Removing an egress category' },
  providerAdded: { impact: 'major', change: 'Adding a provider' },
  providerRemoved: { impact: 'major', change: 'Removing a provider' },
  providerClient: { impact: 'major', change: 'Changing the client id of a provider' },
  providerChanged: { impact: 'unknown', change: 'Changing anything else of a provider' },
  dynamicWebTrigger: { impact: 'major', change: 'A dynamic web trigger that is new or was static' },
  webTriggerUnspecified: {
    impact: 'unknown',
    change: 'A web trigger without response.type that is new or was static',
  },
  licensingEnabled: { impact: 'major', change: 'Enabling licensing' },
  otherApp: { impact: 'unknown', change: 'Another app.id', note: 'It is another app, whose versions are its own.' },
  capabilitiesChanged: {
    impact: 'unknown',
    change: 'Changing app.connect, app.access, app.features, services, permissions.sandbox or enforcement',
  },
  valueUnknown: {
    impact: 'unknown',
    change: 'A value from the environment',
    note: 'Set the variable as for "forge deploy", and run the command again.',
  },
  /** Any other change that can't extend what the app can do. */
  unlisted: { impact: 'minor', change: "Anything else that can't extend what the app can do" },
} as const satisfies Readonly<Record<string, { impact: Impact; change: string; note?: string }>>;

export type RuleName = keyof typeof RULES;

/** The change `what`, under the rule `name`. */
export function change(name: RuleName, what: string, note?: string): VersionChange {
  const rule = RULES[name];
  const notes = [...('note' in rule ? [rule.note] : []), ...(note === undefined ? [] : [note])];
  return { impact: rule.impact, what, rule: [sentence(name), ...notes].join(' ') };
}

function sentence(name: RuleName): string {
  if (name === 'unlisted') return 'It is not among the changes that are known to be major.';
  const { impact, change: subject } = RULES[name];
  if (impact === 'major') return `${subject} makes a major version.`;
  if (impact === 'minor') return `${subject} is minor.`;
  return `${subject}: Forge's documentation doesn't say what version that makes.`;
}

/** Whether admins must consent; `undefined` if only changes with unknown impact may require it. */
export function isMajor(changes: readonly VersionChange[]): boolean | undefined {
  if (changes.some(({ impact }) => impact === 'major')) return true;
  return changes.some(({ impact }) => impact === 'unknown') ? undefined : false;
}
