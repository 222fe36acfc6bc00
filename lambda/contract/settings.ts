import {
  DATA_RESIDENCY_HOOKS,
  FORGE_ENVIRONMENTS,
  type ForgeEnvironment,
  INTERVAL_MINUTES,
  ROUTE_KINDS,
  type Route,
  type Routes,
} from './routes';
import type { SlotLocation } from './slot';

// The settings of the functions, and here those of the receiver. CDK writes them into environment variables, and the
// functions read them: one table for each function names its variables and says how each is written, read and checked.

/** Environment variables. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** How the value of a variable is written and read. */
interface Codec<Value> {
  /** @default the value as text. `undefined`: the variable is not set. */
  readonly format?: (value: Value) => string | undefined;
  /** The value; `undefined` when it is not allowed. @default the text */
  readonly parse?: (text: string) => Value | undefined;
  /** What is allowed, in words. */
  readonly allowed?: () => string;
}

/** The variable of each setting: its name, its codec, and whether it may be absent. */
export type Table<Settings> = {
  readonly [Key in keyof Settings]-?: Record<string, never> extends Pick<Settings, Key>
    ? readonly [name: string, codec: Codec<NonNullable<Settings[Key]>>, mayLack: 'optional']
    : readonly [name: string, codec: Codec<Settings[Key]>];
};

export const TEXT: Codec<string> = {};

export const ABOVE_ZERO: Codec<number> = {
  parse: (text) => (Number.isFinite(Number(text)) && Number(text) > 0 ? Number(text) : undefined),
  allowed: () => 'a number above 0',
};

/** The key server of the commercial cloud. */
export const JWKS_URL = 'FORGE_JWKS_URL';
const KEY_SERVER: Codec<string> = {
  parse: (text) => (isJwksUrl(text) ? text : undefined),
  allowed: () => JWKS_URL_ALLOWED,
};

export const KEPT_KEY_SET = [
  'FORGE_KEPT_KEY_SET_PARAMETER',
  {
    format: ({ parameterName }: KeptKeySetLocation) => parameterName,
    parse: (parameterName: string) => ({ parameterName }),
  },
  'optional',
] as const;

export const REMOTE_NAME = ['FORGE_REMOTE_NAME', TEXT] as const;

/** The place of Forge's last good key set. */
export interface KeptKeySetLocation {
  /** Name of the SSM parameter. */
  readonly parameterName: string;
}

/** Value of the parameter before the monitor writes it: SSM allows no empty one. */
export const NO_KEPT_KEY_SET = '{"fetchedAt":0,"keys":[]}';

/** An app's ARI: `app.id` in manifest.yml, and so the audience of its invocation tokens. */
export const APP_ARI = /^ari:cloud:ecosystem::app\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The receiver's settings, from its environment. */
export interface ReceiverSettings {
  /** The app's ARI: the only accepted audience of invocation tokens. */
  readonly appId: string;
  /** Forge environment types that this stage serves; calls from others are refused. */
  readonly environments: readonly ForgeEnvironment[];
  readonly jwksUrl: string;
  /** Absent: calls from Isolated Clouds are refused. */
  readonly isolatedCloud?: IsolatedCloud;
  /**
   * Other clouds of Atlassian, by a name of the team's choice, such as `government`. Absent: calls from them are refused,
   * because their keys are unknown.
   */
  readonly clouds?: Readonly<Record<string, Cloud>>;
  /** How long known keys are trusted while the key server can't be reached, in hours. */
  readonly trustKeysForHours: number;
  /** Where the monitor keeps Forge's last good key set. Absent where there is no monitor. */
  readonly keptKeySet?: KeptKeySetLocation;
  readonly routes: Routes;
  /** `shortKey` of each module in manifest.yml that has nothing to do with this backend. Absent: none. */
  readonly foreignModules?: readonly string[];
  /** Where the tokens go. */
  readonly slots: SlotLocation;
  /** Days that a slot in a table stays after its token has expired. Absent for secrets. */
  readonly keepDays?: number;
  /** Options of new secrets, for {@link parseNewSecrets}. Absent without options. */
  readonly newSecrets?: string;
  /** The worker's queue. Absent: tokens are stored, and there is no job. */
  readonly queueUrl?: string;
  /** An API on this machine that may be called like Atlassian's. For local runs. */
  readonly localApiOrigin?: string;
  /** `name` and the stage's name in config.ts: tags of new secrets. */
  readonly app: string;
  readonly stage: string;
  /** Value of the metric dimension `Remote`: tells two remotes in one account and region apart. */
  readonly remoteName: string;
}

const RECEIVER: Table<Omit<ReceiverSettings, 'slots'>> = {
  appId: [
    'FORGE_APP_ID',
    {
      parse: (text) => (APP_ARI.test(text) ? text : undefined),
      allowed: () => 'ari:cloud:ecosystem::app/<uuid>',
    },
  ],
  environments: [
    'FORGE_ENVIRONMENTS',
    {
      format: (names) => names.join(','),
      parse: (text) => {
        const names = text.split(',');
        return names.every(isEnvironment) ? names : undefined;
      },
      allowed: () => `a comma-separated list of ${FORGE_ENVIRONMENTS.join(', ')}`,
    },
  ],
  jwksUrl: [JWKS_URL, KEY_SERVER],
  isolatedCloud: [
    'FORGE_ISOLATED_CLOUD',
    {
      format: JSON.stringify,
      parse: parseIsolatedCloud,
      allowed: () =>
        'a JSON object with jwksUrlTemplate, an https: URL with {icLabel} in it, apiHosts, a list of host names, and ' +
        'perhaps labels, a list of icLabels',
    },
    'optional',
  ],
  clouds: [
    'FORGE_CLOUDS',
    {
      format: JSON.stringify,
      parse: parseClouds,
      allowed: () => 'a JSON object of name to {"jwksUrl": an https: URL, "apiHosts": a list of host names}',
    },
    'optional',
  ],
  trustKeysForHours: ['FORGE_TRUST_KEYS_FOR_HOURS', ABOVE_ZERO],
  keptKeySet: KEPT_KEY_SET,
  routes: [
    'FORGE_ROUTES',
    {
      format: JSON.stringify,
      parse: parseRoutes,
      allowed: () =>
        `a JSON object of path to {"kind": one of ${ROUTE_KINDS.join(', ')}}, or to {"kind": "dataResidency", "hook": one ` +
        `of ${DATA_RESIDENCY_HOOKS.join(', ')}}, with at least one path`,
    },
  ],
  foreignModules: [
    'FORGE_FOREIGN_MODULES',
    { format: (keys) => keys.join(' ') || undefined, parse: (text) => text.split(' ') },
    'optional',
  ],
  keepDays: ['FORGE_SLOT_KEEP_DAYS', ABOVE_ZERO, 'optional'],
  newSecrets: ['FORGE_NEW_SECRETS', TEXT, 'optional'],
  queueUrl: ['FORGE_JOB_QUEUE_URL', TEXT, 'optional'],
  localApiOrigin: [
    'FORGE_LOCAL_API_ORIGIN',
    {
      parse: (text) => (isLoopbackOrigin(text) ? text : undefined),
      allowed: () => 'http://127.0.0.1:<port>',
    },
    'optional',
  ],
  app: ['FORGE_REMOTE_APP', TEXT],
  stage: ['FORGE_REMOTE_STAGE', TEXT],
  remoteName: REMOTE_NAME,
};

/** The environment variables for `settings`. */
export const receiverVariables = ({ slots, ...settings }: ReceiverSettings): Record<string, string> => ({
  ...slotVariables(slots),
  ...format(RECEIVER, settings),
});

/**
 * The settings in `variables`. Mistakes show when the function starts, not in its first call.
 *
 * @throws {Error} naming the variable, its value and what is allowed
 */
export function parseReceiverVariables(variables: Variables): ReceiverSettings {
  const slots = parseSlotLocation(variables);
  const settings = parse(RECEIVER, variables);
  if ('table' in slots) required(variables, RECEIVER.keepDays[0]);
  return { slots, ...settings };
}

/** Environment variables of functions that write or read slots. Exactly one of them is set. */
export const SLOT_ENV = {
  secretArn: 'FORGE_SLOT_ARN',
  prefix: 'FORGE_SLOT_PREFIX',
  table: 'FORGE_SLOT_TABLE',
} as const;

/** The environment variables for `location`. */
export function slotVariables(location: SlotLocation): Record<string, string> {
  if ('table' in location) return { [SLOT_ENV.table]: location.table };
  return 'secretArn' in location
    ? { [SLOT_ENV.secretArn]: location.secretArn }
    : { [SLOT_ENV.prefix]: location.prefix };
}

/**
 * The location in `variables`.
 *
 * @throws {Error} when none or several of the variables are set
 */
export function parseSlotLocation(variables: Variables): SlotLocation {
  const secretArn = variables[SLOT_ENV.secretArn];
  const prefix = variables[SLOT_ENV.prefix];
  const table = variables[SLOT_ENV.table];
  if (secretArn && !prefix && !table) return { secretArn };
  if (prefix && !secretArn && !table) return { prefix };
  if (table && !secretArn && !prefix) return { table };
  const found = secretArn || prefix || table ? 'several' : 'none';
  throw invalid(`${SLOT_ENV.secretArn}, ${SLOT_ENV.prefix} or ${SLOT_ENV.table}`, found, 'exactly one of them');
}

/** The function's bundle has no code for its slots' service. */
export const notBundled = (): Error => new Error(`Bundled for slots in another service. ${DEPLOY_AGAIN}`);

/** Names of the variables. */
export const RECEIVER_ENV = /* @__PURE__ */ namesOf(RECEIVER);

export function namesOf<Settings>(table: Table<Settings>): Readonly<Record<keyof Settings, string>> {
  const entries = Object.entries<Row>(table);
  return Object.fromEntries(entries.map(([key, [name]]) => [key, name])) as Record<keyof Settings, string>;
}

// From here on, rows of all tables have one type.
type Row = readonly [
  name: string,
  codec: Pick<Codec<never>, 'format' | 'allowed'> & { parse?: (text: string) => unknown },
  mayLack?: 'optional',
];

export function format<Settings extends object>(table: Table<Settings>, settings: Settings): Record<string, string> {
  const entries = Object.entries<Row>(table).flatMap(([key, [name, { format: write = String }]]) => {
    const value = settings[key as keyof Settings];
    const text = value === undefined ? undefined : write(value as never);
    return text === undefined ? [] : [[name, text]];
  });
  return Object.fromEntries(entries);
}

export function parse<Settings>(table: Table<Settings>, variables: Variables): Settings {
  const entries = Object.entries<Row>(table).flatMap(([key, [name, codec, mayLack]]) => {
    if (mayLack && !variables[name]) return [];
    const text = required(variables, name);
    const value = codec.parse ? codec.parse(text) : text;
    if (value === undefined) throw invalid(name, text, codec.allowed?.() ?? '');
    return [[key, value]];
  });
  return Object.fromEntries(entries) as Settings;
}

const DEPLOY_AGAIN = 'Deploy the stack again with "npm run deploy".';

/** @throws {Error} when `name` is not set */
export function required(variables: Variables, name: string): string {
  const value = variables[name];
  if (value) return value;
  throw new Error(`Environment variable ${name} is not set. CDK sets it. ${DEPLOY_AGAIN}`);
}

export const invalid = (name: string, value: string, allowed: string): Error =>
  new Error(`Environment variable ${name} is ${JSON.stringify(value)}; allowed: ${allowed}. ${DEPLOY_AGAIN}`);

type Fields = Readonly<Record<string, unknown>>;

/** The JSON object in `text`, if it is one. */
function parseObject(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: unknown): value is string => typeof value === 'string';
const areTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);
const areHostNames = (value: unknown): value is string[] =>
  areTexts(value) && value.length > 0 && value.every(isHostName);
const isEnvironment = (name: string): name is ForgeEnvironment => FORGE_ENVIRONMENTS.some((known) => known === name);

function parseIsolatedCloud(text: string): IsolatedCloud | undefined {
  const { jwksUrlTemplate, apiHosts, labels } = parseObject(text) ?? {};
  if (!isText(jwksUrlTemplate) || !isJwksUrlTemplate(jwksUrlTemplate) || !areHostNames(apiHosts)) return undefined;
  if (labels === undefined) return { jwksUrlTemplate, apiHosts };
  return areTexts(labels) && labels.every(isLabel) ? { jwksUrlTemplate, apiHosts, labels } : undefined;
}

function parseClouds(text: string): Readonly<Record<string, Cloud>> | undefined {
  const clouds = parseObject(text);
  return clouds && Object.values(clouds).every(isCloud) ? (clouds as Record<string, Cloud>) : undefined;
}

const isCloud = (value: unknown): value is Cloud =>
  isFields(value) && isText(value.jwksUrl) && isJwksUrl(value.jwksUrl) && areHostNames(value.apiHosts);

function parseRoutes(text: string): Routes | undefined {
  const entries = Object.entries(parseObject(text) ?? {});
  const areRoutes = entries.length > 0 && entries.every(([path, route]) => path.startsWith('/') && isRoute(route));
  return areRoutes ? (Object.fromEntries(entries) as Routes) : undefined;
}

function isRoute(value: unknown): value is Route {
  if (!isFields(value)) return false;
  const { kind, hook, modules, schedules = {} } = value;
  if (modules !== undefined && !areTexts(modules)) return false;
  if (kind === 'dataResidency') return DATA_RESIDENCY_HOOKS.some((known) => known === hook);
  const areSchedules = isFields(schedules) && Object.values(schedules).every(isInterval);
  return ROUTE_KINDS.some((known) => known === kind) && areSchedules;
}

const isInterval = (value: unknown): boolean => isText(value) && value in INTERVAL_MINUTES;

/** Options of the secrets of installations. */
export interface NewSecrets {
  readonly tags: Readonly<Record<string, string>>;
  /** ARN of the key in AWS KMS that encrypts them. */
  readonly kmsKeyArn?: string;
}

/** The setting for them; `undefined` without options. */
export const formatNewSecrets = (settings: NewSecrets): string | undefined =>
  Object.keys(settings.tags).length > 0 || settings.kmsKeyArn !== undefined ? JSON.stringify(settings) : undefined;

/**
 * Read when a secret is created, not when the function starts: most calls create none.
 *
 * @throws {Error} naming the variable, its value and what is allowed
 */
export function parseNewSecrets(text: string): NewSecrets {
  const { tags, kmsKeyArn } = parseObject(text) ?? {};
  const areTags = typeof tags === 'object' && tags !== null && Object.values(tags).every(isText);
  if (areTags && (kmsKeyArn === undefined || isText(kmsKeyArn))) {
    return { tags: tags as Record<string, string>, ...(kmsKeyArn !== undefined && { kmsKeyArn }) };
  }
  const allowed = 'a JSON object with tags, an object of texts, and perhaps kmsKeyArn, a text';
  throw invalid(RECEIVER.newSecrets[0], text, allowed);
}

/** Where Forge publishes the public keys of its invocation tokens (Atlassian's documentation of Forge Remote). */
export const FORGE_JWKS_URL = 'https://forge.cdn.prod.atlassian-dev.net/.well-known/jwks.json';

/** Isolated Clouds that a stage serves. */
export interface IsolatedCloud {
  /** URL of their key sets; the token's claim `icLabel` takes the place of `{icLabel}`. */
  readonly jwksUrlTemplate: string;
  /** Host names of their APIs: only these get their tokens. */
  readonly apiHosts: readonly string[];
  /**
   * Labels of the served clouds. Absent: all, so a stranger's made-up label costs a fetch.
   */
  readonly labels?: readonly string[];
}

/** A cloud of Atlassian with its own keys and APIs, such as Atlassian Government Cloud. */
export interface Cloud {
  /** URL of its key set. */
  readonly jwksUrl: string;
  /** Host names of its APIs: only these get its tokens. */
  readonly apiHosts: readonly string[];
}

/** A label becomes part of a URL before its token is verified, so it may have only these characters (Atlassian's documentation). */
export const isLabel = (text: string): boolean => /^[a-z0-9_-]{1,50}$/.test(text);

/** {@link isJwksUrl} in words. */
export const JWKS_URL_ALLOWED = 'an https: URL, or http: on 127.0.0.1, localhost or [::1]';

/** Whether keys may be fetched from `text`: over HTTPS, or from this machine in a local run. */
export function isJwksUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLoopback = url?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  return url?.protocol === 'https:' || isLoopback;
}

/** Where the label goes in {@link IsolatedCloud.jwksUrlTemplate}. */
export const LABEL_PLACEHOLDER = '{icLabel}';

/**
 * Whether key sets may be fetched by this template: over HTTPS, with the placeholder once, in the path or as a whole part of
 * the host in front of a fixed domain. Labels come from unverified tokens: if the domain were only `net`, anybody could
 * register the host of a made-up label.
 */
export const isJwksUrlTemplate = (text: string) =>
  text.split(LABEL_PLACEHOLDER).length === 2 &&
  /^https:\/\/(([a-z0-9-]+\.)*\{icLabel\}\.)?([a-z0-9-]+\.)+[a-z]+(:\d+)?\/[^\s?#]*$/.test(text);

/** Whether `text` is only a host name. */
export const isHostName = (text: string) => /^(?=.{1,253}$)[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(text);

/** Whether `text` is an origin on this machine: `http://127.0.0.1` and a port. */
export const isLoopbackOrigin = (text: string): boolean => /^http:\/\/127\.0\.0\.1:\d{1,5}$/.test(text);
