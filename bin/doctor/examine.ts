import { OUTPUTS } from '../../lib/stack-outputs';
import type { CommandIo } from '../command';
import { alarmsOutcome } from './alarms';
import type { Aws, StackState } from './aws';
import { cannotLook, failureOutcome } from './aws-failure';
import { concurrencyOutcome } from './concurrency';
import type { Finding, Outcome } from './finding';
import { readVariables, receiverSettings, shortestInterval, variablesOutcome } from './functions';
import { appIdOutcome, driftOutcome, readManifestFile } from './manifest';
import { deadLettersOutcome, queueOutcome } from './queues';
import { HAS_REASON, LOG_HOURS, refusalsOutcome } from './refusals';
import { readSlots, slotsOutcome } from './slots';
import { alarmsIn, physicalId, type ResourceName, stackOutcome } from './stack';
import type { Target } from './target';
import { HOUR_MS, isNew } from './time';
import { type CallInstruments, examineUrl } from './url';

/** What the doctor looks with. */
export interface Instruments extends CallInstruments, Pick<CommandIo, 'cwd' | 'environment'> {
  readonly aws: Aws;
}

/**
 * Looks at everything.
 *
 * @returns what was found, in the order in which it is best read; only the stack, where there is none or it says nothing
 * @throws {CannotLook} when AWS can't even say whether there is a stack
 */
export async function examine(target: Target, instruments: Instruments): Promise<readonly Finding[]> {
  const { aws, now } = instruments;
  const stack = await aws.stack(target.stackName).catch((error: unknown) => {
    throw cannotLook(error, 'cloudformation:DescribeStacks', target.endpoint);
  });
  const first = { check: 'Stack', ...stackOutcome(stack, target, now()) };
  if (!stack?.outputs[OUTPUTS.remoteBaseUrl]) return [first];
  return [first, ...(await examineStack(stack, target, instruments))];
}

async function examineStack(stack: StackState, target: Target, instruments: Instruments): Promise<Finding[]> {
  const { aws, now, environment, ownCalls } = instruments;
  const { outputs } = stack;
  const baseUrl = outputs[OUTPUTS.remoteBaseUrl] ?? '';
  const appId = outputs[OUTPUTS.appId] ?? '';
  const manifest = readManifestFile(target, instruments, outputs[OUTPUTS.remoteKey]);
  const resources = aws.resources(stack.name);
  const variables = resources.then((found) => readVariables(aws, found));
  // Some checks only get better by it.
  const settings = variables.then(receiverSettings).catch(() => undefined);
  const depthOf = async (name: ResourceName) => {
    const url = physicalId(await resources, name);
    return url === undefined ? undefined : aws.queueDepth(url);
  };

  const found = await Promise.all([
    examineUrl({ baseUrl, appId, manifest, settings, target }, instruments),
    { check: 'Manifest', ...driftOutcome(manifest, { baseUrl }, target, environment) },
    settings.then((seen): Finding => {
      const deployed = { baseUrl, appId, ...(seen && { receiverAppId: seen.appId }) };
      return { check: 'App id', ...appIdOutcome(manifest, deployed, target) };
    }),
    examineOne('Variables', 'cloudformation:ListStackResources and lambda:GetFunctionConfiguration', async () =>
      variablesOutcome(await variables, target),
    ),
    examineOne('Alarms', 'cloudwatch:DescribeAlarms', async () => {
      const alarms = alarmsIn(await resources);
      return alarmsOutcome(alarms, await aws.alarms(alarms.map(({ physicalId: name }) => name)), target);
    }),
    examineOne('Slots', 'secretsmanager:DescribeSecret and secretsmanager:ListSecrets', async () => {
      const { single, secrets } = await readSlots(aws, outputs[OUTPUTS.slotArn] ?? '');
      const intervalMinutes = shortestInterval(await settings);
      const facts = { single, nowMs: now(), isNew: isNew(stack.createdAtMs, now()) };
      return slotsOutcome(secrets, { ...facts, ...(intervalMinutes !== undefined && { intervalMinutes }) }, target);
    }),
    examineOne('Refusals', 'logs:FilterLogEvents', async () => {
      const logGroup = physicalId(await resources, 'receiverLog') ?? '';
      const excerpt = await aws.log(logGroup, now() - LOG_HOURS * HOUR_MS, HAS_REASON);
      return refusalsOutcome(excerpt, now(), ownCalls.isOwn);
    }),
    examineOne('Dead letters', 'sqs:GetQueueAttributes', async () => deadLettersOutcome(await depthOf('deadLetters'))),
    examineOne('Queue', 'sqs:GetQueueAttributes', async () => queueOutcome(await depthOf('queue'))),
    examineOne('Concurrency', 'lambda:GetAccountSettings', async () => concurrencyOutcome(await aws.concurrency())),
  ]);
  return found.flat();
}

/** @param right what AWS must allow for it */
async function examineOne(check: string, right: string, judge: () => Promise<Outcome>): Promise<Finding> {
  try {
    return { check, ...(await judge()) };
  } catch (error) {
    return { check, ...failureOutcome(error, right) };
  }
}
