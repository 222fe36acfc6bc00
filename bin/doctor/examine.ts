import { OUTPUTS } from '../../lib/stack-outputs';
import type { CommandIo } from '../command';
import { alarmsOutcome } from './alarms';
import type { Aws, StackState } from './aws';
import { failureOutcome, stageUnreadable } from './aws-failure';
import { concurrencyOutcome, deadLettersOutcome, queueOutcome } from './capacity';
import type { Finding, Outcome } from './finding';
import { readVariables, receiverSettings, shortestInterval, variablesOutcome } from './functions';
import { appIdOutcome, driftOutcome, readManifestFile } from './manifest';
import { HAS_REASON, LOG_HOURS, refusalsOutcome } from './refusals';
import { readSlots, slotsOutcome } from './slots';
import { alarmsIn, physicalId, type ResourceName, stackOutcome } from './stack';
import type { Target } from './target';
import { HOUR_MS, isNew } from './time';
import { examineUrl, type ProbeContext } from './url';

/** What the checks use. */
export interface ExamineContext extends ProbeContext, Pick<CommandIo, 'cwd' | 'environment'> {
  readonly aws: Aws;
}

/**
 * Runs all checks.
 *
 * @returns the findings in reading order; only the one about the stack if it doesn't exist or has no outputs
 * @throws {StageUnreadable} when AWS doesn't say whether the stack exists
 */
export async function examine(target: Target, context: ExamineContext): Promise<readonly Finding[]> {
  const { aws, now } = context;
  const stack = await aws.stack(target.stackName).catch((error: unknown) => {
    throw stageUnreadable(error, 'cloudformation:DescribeStacks', target.endpoint);
  });
  const first = { check: 'Stack', ...stackOutcome(stack, target, now()) };
  if (!stack?.outputs[OUTPUTS.remoteBaseUrl]) return [first];
  return [first, ...(await examineStack(stack, target, context))];
}

async function examineStack(stack: StackState, target: Target, context: ExamineContext): Promise<Finding[]> {
  const { aws, now, environment, ownCalls } = context;
  const { outputs } = stack;
  const baseUrl = outputs[OUTPUTS.remoteBaseUrl] ?? '';
  const appId = outputs[OUTPUTS.appId] ?? '';
  const manifest = readManifestFile(target, context, outputs[OUTPUTS.remoteKey]);
  const resources = aws.resources(stack.name);
  const variables = resources.then((found) => readVariables(aws, found));
  // Optional: the checks that use them also work without.
  const settings = variables.then(receiverSettings).catch(() => undefined);
  const depthOf = async (name: ResourceName) => {
    const url = physicalId(await resources, name);
    return url === undefined ? undefined : aws.queueDepth(url);
  };

  const found = await Promise.all([
    examineUrl({ baseUrl, appId, manifest, settings, target }, context),
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

/** @param right the rights that the check needs */
async function examineOne(check: string, right: string, judge: () => Promise<Outcome>): Promise<Finding> {
  try {
    return { check, ...(await judge()) };
  } catch (error) {
    return { check, ...failureOutcome(error, right) };
  }
}
