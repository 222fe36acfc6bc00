import { parseVersionId } from '../../lambda/contract/slot';
import { SLOT_ATTRIBUTES } from '../../lambda/contract/slot-item';
import type { Manifest } from '../../lib/manifest/model';
import { DEFAULT_REGION } from '../../lib/manifest/regions';
import type { EmulatedAws } from '../../tools/emulator/aws/server';
import type { CallResult, EndpointCall, SimulatedForge } from '../../tools/emulator/forge/forge';
import { type Backend, MANIFEST_COPY } from './backend';
import type { Steps } from './steps';

/** The calls that Forge makes on schedule, by what manifest.yml says, for a site in `region`. */
export function scheduledCalls(manifest: Manifest, region = DEFAULT_REGION): EndpointCall[] {
  const baseUrl = manifest.remote.baseUrls?.[region];
  if (baseUrl === undefined) throw new Error(`${MANIFEST_COPY} has no baseUrl, so no call can be made.`);
  return manifest.endpoints
    .filter(({ kind }) => kind === 'scheduledTrigger')
    .map(({ key, path, systemToken }) => ({ endpointKey: key, url: `${baseUrl}${path}`, systemToken }));
}

/** Lets Forge call as on schedule, twice, and a stranger once; says what came of each. Throws when one went wrong. */
export async function tellStory(
  backend: Backend,
  forge: SimulatedForge,
  steps: Steps,
  log: readonly string[],
): Promise<void> {
  const [scheduled] = scheduledCalls(backend.manifest);
  if (!scheduled) throw new Error(`${MANIFEST_COPY} has no scheduled trigger, so Forge would never call.`);
  expect(await forge.call(scheduled), 200, 'stored');
  steps.done(`Forge called ${scheduled.url}: its token was proven, and the system token stored`);
  await backend.workerIdle();
  const job = log.find((line) => line.includes('"Job done."'));
  if (!job) throw new Error(`The worker has not run lambda/job.ts to its end. Its log:\n${log.join('\n')}`);
  steps.done("The worker ran lambda/job.ts, which called Atlassian's API with the token in the slot");
  expect(await forge.call(scheduled), 200, 'unchanged');
  steps.done('Forge called again with the same system token: nothing was written');
  for (const region of Object.keys(backend.outputs.baseUrls).filter((key) => key !== DEFAULT_REGION)) {
    const [there] = scheduledCalls(backend.manifest, region);
    if (!there) continue;
    expect(await forge.call(there), 200, 'stored');
    steps.done(`Forge called ${there.url}, the URL of the region ${region}: that region has a slot of its own`);
  }
  expect(await forge.forge(scheduled), 401, 'signature-invalid');
  steps.done('A stranger called with a token of the same shape, signed with another key: 401, signature-invalid');
}

function expect({ status, body }: CallResult, wantedStatus: number, word: string): void {
  if (status === wantedStatus && body.includes(word)) return;
  throw new Error(`The backend answered ${status} ${body}; expected: ${wantedStatus} with "${word}".`);
}

/** What is there now, for a person to read. Tells of the token whose it is and until when, never the token. */
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
    ...log.flatMap(shortLogLine).map((line) => `  ${line}`),
  ].join('\n');
}

/** Of the one slot, or of the only item in the table. */
function currentVersion(aws: EmulatedAws, slotArn: string): string | undefined {
  if (slotArn.includes(':table/')) return aws.tables.table(slotArn).all()[0]?.[SLOT_ATTRIBUTES.versionId]?.S;
  const { VersionIdsToStages = {} } = aws.secrets.describe({ SecretId: slotArn });
  return Object.keys(VersionIdsToStages).find((id) => VersionIdsToStages[id]?.includes('AWSCURRENT'));
}

/** What tells the calls apart, of the log's JSON lines; metrics are left out. */
function shortLogLine(line: string): string[] {
  try {
    const { level, message, status, outcome, reason, spaces, traceId, durationMs } = JSON.parse(line);
    return message === undefined
      ? []
      : [JSON.stringify({ level, message, status, outcome, reason, spaces, traceId, durationMs })];
  } catch {
    return [line];
  }
}
