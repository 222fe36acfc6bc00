import { isLifecycleEvent } from '../../lambda/contract/routes';
import { parseVersionId, SLOT_ATTRIBUTES } from '../../lambda/contract/slot';
import type { Endpoint, Manifest } from '../../lib/manifest/model';
import { DEFAULT_REGION } from '../../lib/manifest/regions';
import type { EmulatedAws } from '../../tools/emulator/aws/server';
import type { CallResult, EndpointCall, ProductEvent, SimulatedForge } from '../../tools/emulator/forge/forge';
import { errorLines, isRunReport, parseEntry } from '../logs/lines';
import { MANIFEST_COPY } from '../project';
import type { Backend } from './backend';
import type { Steps } from './steps';

/** The calls that Forge makes on schedule, by what manifest.yml says, for a site in `region`. */
export function scheduledCalls(manifest: Manifest, region = DEFAULT_REGION): EndpointCall[] {
  return manifest.endpoints
    .filter(({ users }) => users.some(({ kind }) => kind === 'scheduledTrigger'))
    .map((endpoint) => callOf(endpoint, manifest, region));
}

/** What Forge tells of, by what manifest.yml waits for: each event of a product, with the endpoint that hears of it. */
export function productEvents(manifest: Manifest): { readonly call: EndpointCall; readonly event: ProductEvent }[] {
  return manifest.endpoints.flatMap((endpoint) =>
    endpoint.users.flatMap(({ key, events = [] }) =>
      events
        .filter((name) => !isLifecycleEvent(name))
        .map((name) => ({ call: callOf(endpoint, manifest, DEFAULT_REGION), event: { name, triggerKey: key } })),
    ),
  );
}

const oneOfEachTrigger = <Told extends { readonly event: ProductEvent }>(events: readonly Told[]): Told[] =>
  events.filter(({ event }, at) => events.findIndex((each) => each.event.triggerKey === event.triggerKey) === at);

function callOf({ key, path, systemToken }: Endpoint, { remote }: Manifest, region: string): EndpointCall {
  const baseUrl = remote.baseUrls?.[region];
  if (baseUrl === undefined) throw new Error(`${MANIFEST_COPY} has no baseUrl, so no call can be made.`);
  return { endpointKey: key, url: `${baseUrl}${path}`, systemToken };
}

/**
 * Lets Forge call for each schedule, and once more for the first, tell of an event for each trigger that waits for some, and
 * a stranger call once; says what came of each.
 *
 * @param log all lines of the functions, as they come
 * @param unanswered lines for test/own/atlassian.ts, of calls that had no answer there
 */
export async function tellStory(
  backend: Backend,
  forge: SimulatedForge,
  steps: Steps,
  { log, unanswered }: { readonly log: readonly string[]; readonly unanswered: ReadonlySet<string> },
): Promise<void> {
  const { manifest } = backend;
  const [scheduled, ...others] = scheduledCalls(manifest);
  if (!scheduled) throw new Error(`${MANIFEST_COPY} has no scheduled trigger, so Forge would never call.`);
  const outcome = (result: CallResult, status: number, word: string, text: string) => {
    if (result.status === status && result.body.includes(word)) return steps.done(text);
    const expected = `The backend answered ${result.status} ${result.body}; expected: ${status} with "${word}".`;
    return steps.failed(text, [expected]);
  };
  /** Waits for the worker, and tells of the run that its log has since `from`. */
  const work = async (from: number, text: string) => {
    await backend.workerIdle();
    if (backend.stage.worker !== false) tellJob(log.slice(from), text, steps);
  };

  const before = log.length;
  const first = await forge.call(scheduled);
  outcome(first, 200, 'stored', `Forge called ${scheduled.url}: its token was proven, and the system token stored`);
  await work(before, 'The worker ran lambda/job.ts with the token in the slot');
  outcome(
    await forge.call(scheduled),
    200,
    'unchanged',
    'Forge called again with the same system token: nothing was written',
  );
  for (const other of others) {
    const from = log.length;
    outcome(await forge.call(other), 200, '', `Forge called ${other.url}, another schedule`);
    await work(from, 'The worker ran lambda/job.ts for it');
  }
  for (const { call, event } of backend.stage.worker === false ? [] : oneOfEachTrigger(productEvents(manifest))) {
    await backend.workerIdle();
    const from = log.length;
    const { status, body } = await forge.fire(call, event);
    if (status === 200)
      await work(from, `Forge told of the event ${event.name}, and the worker ran lambda/job.ts for it`);
    else steps.failed(`Forge told of the event ${event.name}`, [`The backend answered ${status} ${body}.`]);
  }
  for (const region of Object.keys(backend.outputs.baseUrls).filter((key) => key !== DEFAULT_REGION)) {
    const [there] = scheduledCalls(manifest, region);
    if (!there) continue;
    const text = `Forge called ${there.url}, the URL of the region ${region}: that region has a slot of its own`;
    outcome(await forge.call(there), 200, 'stored', text);
  }
  outcome(
    await forge.forge(scheduled),
    401,
    'signature-invalid',
    'A stranger called with a token of the same shape, signed with another key: 401, signature-invalid',
  );
  await backend.workerIdle();
  if (unanswered.size > 0) {
    steps.note('The job called what has no answer here. Put it into test/own/atlassian.ts:');
    for (const line of unanswered) steps.note(line);
  }
}

/** How the job's run went, by the worker's log. */
function tellJob(log: readonly string[], text: string, steps: Steps): void {
  const entries = log.flatMap((line) => parseEntry(Date.now(), line) ?? []);
  const failed = entries.find(({ fields }) => fields.error !== undefined && isRunReport(fields.message));
  if (failed) {
    steps.failed('The worker ran lambda/job.ts, which failed', errorLines(failed.fields.error));
  } else if (entries.some(({ fields }) => fields.message === 'Job done.')) {
    steps.done(text);
  } else {
    steps.failed('The worker has not run lambda/job.ts to its end. All that it logged:', log);
  }
}

/**
 * What is there now, for a person to read. Tells of the token whose it is and until when, never the token.
 *
 * @param log the functions' lines as they are shown
 */
export function summary({ aws, outputs, functionUrl, manifestDiff }: Backend, log: readonly string[]): string {
  const current = currentVersion(aws, outputs.slotArn);
  const says = current === undefined ? undefined : parseVersionId(current);
  const expires = new Date((says?.expiresAtSeconds ?? 0) * 1000);
  const minutesLeft = Math.round((expires.getTime() - Date.now()) / 60_000);
  return [
    '',
    'Function URL',
    `  ${functionUrl}`,
    'Slot',
    `  ${outputs.slotArn}`,
    `  version ${current ?? 'none'}`,
    `  holds the token of installation ${says?.installation ?? 'none'}`,
    `  until ${expires.toISOString()}, ${minutesLeft} minutes from now`,
    `Manifest, ${MANIFEST_COPY}; yours is as it was`,
    ...manifestDiff.map((line) => `  ${line}`),
    'Log of receiver and worker',
    ...log.map((line) => `  ${line}`),
  ].join('\n');
}

/** Of the only slot that there is: the stack's secret, an installation's, or an item in the table. */
function currentVersion(aws: EmulatedAws, slotArn: string): string | undefined {
  const region = aws.region(slotArn.split(':')[3] ?? '');
  if (slotArn.includes(':table/')) return region.tables.table(slotArn).all()[0]?.[SLOT_ATTRIBUTES.versionId]?.S;
  const prefix = /:secret:(.*)\*$/.exec(slotArn)?.[1];
  const id =
    prefix === undefined
      ? slotArn
      : region.secrets.list({}).SecretList.find(({ Name = '' }) => Name.startsWith(prefix))?.Name;
  if (id === undefined) return undefined;
  const { VersionIdsToStages = {} } = region.secrets.describe({ SecretId: id });
  return Object.keys(VersionIdsToStages).find((version) => VersionIdsToStages[version]?.includes('AWSCURRENT'));
}
