import { randomBytes } from 'node:crypto';
import { workerVariables } from '../../../../lambda/contract/background-settings';
import type { Routes } from '../../../../lambda/contract/routes';
import { receiverVariables } from '../../../../lambda/contract/settings';
import { DEFAULT_KEEP_DAYS, SLOT_ATTRIBUTES, type SlotService, slotServiceOf } from '../../../../lambda/contract/slot';
import { COMMON_SETTINGS } from '../../../../test/support/bundle';
import { addTable } from '../../../../test/support/emulated-table';
import { APP_ID, functionUrlEvent } from '../../../../test/support/forge-call';
import { startAtlassian } from '../../../emulator/atlassian/atlassian';
import type { Credentials } from '../../../emulator/aws/account';
import type { ItemTable } from '../../../emulator/aws/item-table';
import { type EmulatedAws, startAws } from '../../../emulator/aws/server';
import {
  type Installation,
  type InvocationClaims,
  invocationClaims,
  newInstallation,
  signInvocationToken,
} from '../../../emulator/forge/invocation-token';
import { type KeyServer, startKeyServer } from '../../../emulator/forge/key-server';
import { createSigningKey, type SigningKey } from '../../../emulator/forge/signing-key';
import { createSystemTokens } from '../../../emulator/forge/system-tokens';
import { createJobQueues, type JobQueues, MAX_ATTEMPTS } from './job-queues';
import { giveRoles, SLOT_PREFIX } from './roles';

const TABLE = 'fleet';

/** How the slots of many installations are kept, as config.ts calls it. */
export type FleetStrategy = 'perInstallation' | 'dynamodb';

/** A scheduled trigger, by its route and by the key of its module. */
export interface Trigger {
  readonly path: string;
  readonly key: string;
}

/** A trigger that fires for an installation, and the system token that comes with it. */
export interface Firing {
  readonly installation: Installation;
  readonly trigger: Trigger;
  readonly systemToken: string;
  readonly traceId: string;
}

/** Atlassian's answer to whether it takes a token at a site. */
export type IsValid = (bearer: string, cloudId: string) => Promise<boolean>;

export interface FleetOptions {
  readonly triggers: readonly Trigger[];
  /** Triggers of events, with the names of those. @default none */
  readonly events?: readonly (Trigger & { readonly names: readonly string[] })[];
  /** @default 'perInstallation' */
  readonly strategy?: FleetStrategy;
  /** Stands around each request to Atlassian's API. @default nothing does */
  readonly aroundApi?: (isValid: IsValid) => IsValid;
}

/** An app on many sites, and all that its backend talks to: Forge, AWS and Atlassian's API, simulated. */
export interface Fleet {
  readonly aws: EmulatedAws;
  readonly keyServer: KeyServer;
  /** What Forge signs invocation tokens with. */
  readonly signingKey: SigningKey;
  readonly jobs: JobQueues;
  /** What the bundles are made for. */
  readonly service: SlotService;
  /** Environment variables for the bundles. The idle receiver has no queue. */
  readonly environment: Readonly<Record<'receiver' | 'idleReceiver' | 'worker', Readonly<Record<string, string>>>>;
  /** Of the roles of the bundles, with the rights that a stack gives them. */
  readonly credentials: Readonly<Record<'receiver' | 'worker', Credentials>>;
  /** Installs the app on a new site. */
  install(): Installation;
  /**
   * A new system token of an installation.
   *
   * @param ageMinutes minutes since Forge made it: the older, the sooner it expires, 4 h after that
   */
  issue(installation: Installation, ageMinutes: number): Promise<string>;
  /**
   * The headers of a firing's call, with an invocation token made now.
   *
   * @param changes of the invocation token: its claims, and who signs it
   */
  headers(
    firing: Firing,
    changes?: { readonly claims?: Partial<InvocationClaims>; readonly signer?: SigningKey },
  ): Promise<Record<string, string>>;
  /** The event that Lambda makes of a firing's call. @param body what Forge sends, of an event. */
  event(firing: Firing, body?: object): Promise<ReturnType<typeof functionUrlEvent>>;
  /** What is in an installation's slot. */
  slot(installation: Installation): Slot;
  /** Names of the secrets that were made for an installation; none where slots are in a table. */
  secretNames(installation: Installation): string[];
  stop(): Promise<void>;
}

/** A slot as whoever may do anything sees it. */
export interface Slot {
  readonly token: string;
  /** Of a secret. An item has its one value. */
  readonly versions: number;
  readonly description: string | undefined;
  /** Of a secret: its tags. Of an item: its attributes, but for the value. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Starts the surroundings of a backend, without the backend itself. */
export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const { triggers, events = [], strategy = 'perInstallation', aroundApi = (isValid: IsValid) => isValid } = options;
  const uuids = new Map<string, string>();
  let ageMs = 0;
  const systemTokens = createSystemTokens(() => Date.now() - ageMs);
  const signingKey = await createSigningKey();

  const [aws, keyServer, atlassian] = await Promise.all([
    startAws(),
    startKeyServer(signingKey.jwks),
    startAtlassian({ isValid: aroundApi((bearer, cloudId) => systemTokens.isValid(bearer, uuids.get(cloudId) ?? '')) }),
  ]);
  const jobs = createJobQueues(aws.queues);
  const table = strategy === 'dynamodb' ? addTable(aws, TABLE) : undefined;
  const slots = table ? { table: TABLE } : { prefix: SLOT_PREFIX };
  const credentials = giveRoles(aws, {
    strategy,
    ...(table && { slots: table.arn }),
    queue: jobs.queue.arn,
    deadLetters: jobs.deadLetters.arn,
  });
  const settings = {
    ...COMMON_SETTINGS,
    jwksUrl: keyServer.url,
    slots,
    ...(table && { keepDays: DEFAULT_KEEP_DAYS }),
    routes: { ...hourlyRoutes(triggers), ...eventRoutes(events) },
    localApiOrigin: atlassian.url,
  };

  const headers: Fleet['headers'] = async ({ installation, trigger, systemToken, traceId }, changes = {}) => {
    const claims = invocationClaims({
      appId: APP_ID,
      installation,
      environment: 'DEVELOPMENT',
      endpointKey: trigger.key,
      nowSeconds: Math.floor(Date.now() / 1000),
      apiOrigin: atlassian.url,
      ...changes.claims,
    });
    return {
      authorization: `Bearer ${await signInvocationToken(claims, changes.signer ?? signingKey)}`,
      'x-forge-oauth-system': systemToken,
      'x-b3-traceid': traceId,
    };
  };

  return {
    aws,
    keyServer,
    signingKey,
    jobs,
    service: slotServiceOf(slots),
    credentials,
    environment: {
      receiver: receiverVariables({ ...settings, queueUrl: aws.queues.url(jobs.queue) }),
      idleReceiver: receiverVariables(settings),
      worker: workerVariables({
        slots,
        maxAttempts: MAX_ATTEMPTS,
        deadLettersUrl: aws.queues.url(jobs.deadLetters),
        remoteName: COMMON_SETTINGS.remoteName,
      }),
    },

    install() {
      const installation = newInstallation();
      uuids.set(installation.cloudId, installation.uuid);
      return installation;
    },

    async issue({ uuid }, ageMinutes) {
      // The clock is read before anything is waited for: tokens that are made at the same time don't disturb each other.
      ageMs = ageMinutes * 60_000;
      systemTokens.rotate();
      const token = systemTokens.current(uuid);
      ageMs = 0;
      return await token;
    },

    headers,

    async event(firing, body = {}) {
      const { path } = firing.trigger;
      return functionUrlEvent({ path, headers: await headers(firing), body: JSON.stringify(body) });
    },

    slot: ({ uuid }) => (table ? readItem(table, uuid) : readSlot(aws, `${SLOT_PREFIX}/${uuid}`)),

    secretNames({ uuid }) {
      const { SecretList } = aws.secrets.list({ Filters: [{ Key: 'tag-value', Values: [uuid] }] });
      return SecretList.map(({ Name }) => Name);
    },

    async stop() {
      await Promise.all([aws.stop(), keyServer.stop(), atlassian.stop()]);
    },
  };
}

/** A trace id as Forge gives each call one. */
export const newTraceId = () => randomBytes(16).toString('hex');

/** What Forge calls before an installation goes. */
export const UNINSTALL: Trigger = { path: '/forge/uninstall', key: 'uninstall' };

const hourlyRoutes = (triggers: readonly Trigger[]): Routes => ({
  ...Object.fromEntries(
    triggers.map(({ path, key }) => [path, { kind: 'scheduledTrigger', schedules: { [key]: 'hour' } }]),
  ),
  [UNINSTALL.path]: { kind: 'preUninstall' },
});

const eventRoutes = (events: NonNullable<FleetOptions['events']>): Routes =>
  Object.fromEntries(events.map(({ path, key, names }) => [path, { kind: 'trigger', events: { [key]: names } }]));

function readItem(table: ItemTable, uuid: string): Slot {
  const { [SLOT_ATTRIBUTES.value]: value, ...others } = table.get(uuid) ?? {};
  return {
    token: JSON.parse(value?.S ?? '{}').token,
    versions: 1,
    description: undefined,
    tags: Object.fromEntries(Object.entries(others).map(([name, { S, N }]) => [name, S ?? N ?? ''])),
  };
}

function readSlot({ secrets }: EmulatedAws, name: string): Slot {
  const { SecretString = '{}' } = secrets.get({ SecretId: name, VersionStage: 'AWSCURRENT' });
  const { Description, Tags } = secrets.describe({ SecretId: name });
  return {
    token: JSON.parse(SecretString).token,
    versions: secrets.listVersions({ SecretId: name, IncludeDeprecated: true }).Versions.length,
    description: Description,
    tags: Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value])),
  };
}
