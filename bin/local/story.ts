import { isLifecycleEvent } from '../../lambda/contract/routes';
import { parseVersionId, SLOT_ATTRIBUTES } from '../../lambda/contract/slot';
import type { Endpoint, Manifest } from '../../lib/manifest/model';
import { DEFAULT_REGION } from '../../lib/manifest/regions';
import type { EmulatedAws } from '../../tools/emulator/aws/server';
import type { CallResult, EndpointCall, ProductEvent, SimulatedForge } from '../../tools/emulator/forge/forge';
import { errorLines, isRunReport, parseEntry } from '../logs/lines';
import { ANSWERS_FILE, MANIFEST_COPY } from '../project';
import type { Backend } from './backend';
import type { Steps } from './steps';

/** The scheduled calls that Forge makes for a site in `region`. */
export function scheduledCalls(manifest: Manifest, region = DEFAULT_REGION): EndpointCall[] {
  return manifest.endpoints
    .filter(({ users }) => users.some(({ kind }) => kind === 'scheduledTrigger'))
    .map((endpoint) => callOf(endpoint, manifest, region));
}

/** The product events that triggers in manifest.yml listen to, each with the call that Forge makes for it. */
export function productEvents(manifest: Manifest): { readonly call: EndpointCall; readonly event: ProductEvent }[] {
  return manifest.endpoints.flatMap((endpoint) =>
    endpoint.users.flatMap(({ key, events = [] }) =>
      events
        .filter((name) => !isLifecycleEvent(name))
        .map((name) => ({ call: callOf(endpoint, manifest, DEFAULT_REGION), event: { name, triggerKey: key } })),
    ),
  );
}

const oneOfEachTrigger = <Fired extends { readonly event: ProductEvent }>(events: readonly Fired[]): Fired[] =>
  events.filter(({ event }, at) => events.findIndex((each) => each.event.triggerKey === event.triggerKey) === at);

function callOf({ key, path, systemToken }: Endpoint, { remote }: Manifest, region: string): EndpointCall {
  const baseUrl = remote.baseUrls?.[region];
  if (baseUrl === undefined) throw new Error(`${MANIFEST_COPY} has no baseUrl, so no call can be made.`);
  return { endpointKey: key, url: `${baseUrl}${path}`, systemToken };
}

/**
 * Runs the story of `npm run local`, and shows the result of each step. Forge calls for each schedule, and repeats the first
 * call. It sends one event to each trigger. Then a stranger calls with a forged token.
 *
 * @param log receives all lines of the functions
 * @param unanswered lines for test/own/atlassian.ts, of calls without an answer there
 */
export async function runStory(
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
  /** Waits for the worker, and shows the job's run, which is in the log from line `from` on. */
  const showJob = async (from: number, text: string) => {
    await backend.workerIdle();
    if (backend.stage.worker !== false) showRun(log.slice(from), text, steps);
  };

  const before = log.length;
  const first = await forge.call(scheduled);
  outcome(first, 200, 'stored', `Forge called ${scheduled.url}: its token was verified, and the system token stored`);
  await showJob(before, 'The worker ran lambda/job.ts with the token in the slot');
  outcome(
    await forge.call(scheduled),
    200,
    'unchanged',
    'Forge called again with the same system token: nothing was written',
  );
  for (const other of others) {
    const from = log.length;
    outcome(await forge.call(other), 200, '', `Forge called ${other.url}, another schedule`);
    await showJob(from, 'The worker ran lambda/job.ts for it');
  }
  for (const { call, event } of backend.stage.worker === false ? [] : oneOfEachTrigger(productEvents(manifest))) {
    await backend.workerIdle();
    const from = log.length;
    const { status, body } = await forge.fire(call, event);
    if (status === 200)
      await showJob(from, `Forge sent the event ${event.name}, and the worker ran lambda/job.ts for it`);
    else steps.failed(`Forge sent the event ${event.name}`, [`The backend answered ${status} ${body}.`]);
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
    'A stranger called with a forged token, signed with another key: 401, signature-invalid',
  );
  await backend.workerIdle();
  if (unanswered.size > 0) {
    steps.note(`The job made calls that ${ANSWERS_FILE} has no answer for. Add them:`);
    for (const line of unanswered) steps.note(line);
  }
}

/** Shows from the worker's log how the job's run went. */
function showRun(log: readonly string[], text: string, steps: Steps): void {
  const entries = log.flatMap((line) => parseEntry(Date.now(), line) ?? []);
  const failed = entries.find(({ fields }) => fields.error !== undefined && isRunReport(fields.message));
  if (failed) {
    steps.failed('The worker ran lambda/job.ts, and the job failed', errorLines(failed.fields.error));
  } else if (entries.some(({ fields }) => fields.message === 'Job done.')) {
    steps.done(text);
  } else {
    steps.failed('The worker did not finish lambda/job.ts. Its log:', log);
  }
}

/**
 * Summary of what is deployed. Says whose token the slot holds and until when, and never shows the token.
 *
 * @param log the functions' lines, formatted
 */
export function summary({ aws, outputs, functionUrl, manifestDiff }: Backend, log: readonly string[]): string {
  const current = currentVersion(aws, outputs.slotArn);
  const token = current === undefined ? undefined : parseVersionId(current);
  const expires = new Date((token?.expiresAtSeconds ?? 0) * 1000);
  const minutesLeft = Math.round((expires.getTime() - Date.now()) / 60_000);
  return [
    '',
    'Function URL',
    `  ${functionUrl}`,
    'Slot',
    `  ${outputs.slotArn}`,
    `  version ${current ?? 'none'}`,
    `  holds the token of installation ${token?.installation ?? 'none'}`,
    `  until ${expires.toISOString()}, ${minutesLeft} minutes from now`,
    `Manifest ${MANIFEST_COPY}; yours is unchanged`,
    ...manifestDiff.map((line) => `  ${line}`),
    'Log of receiver and worker',
    ...log.map((line) => `  ${line}`),
  ].join('\n');
}

/** The current version id of the only slot: the stack's secret, an installation's secret, or an item in the table. */
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
