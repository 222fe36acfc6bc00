import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import type { StackState } from '../../../bin/doctor/aws';
import { alarmsIn, physicalId, type ResourceName, stackOutcome } from '../../../bin/doctor/stack';
import type { StageInput } from '../../../lib/config';
import { ForgeRemote } from '../../../lib/forge-remote';
import { OUTPUTS } from '../../../lib/stack-outputs';
import { remoteProps } from '../../lib/support/fixtures';
import { templateOf } from '../../lib/support/synth';
import { HOUR_MS, NOW_MS, TARGET } from './targets';

const STACK: StackState = {
  name: 'forge-remote-dev',
  status: 'UPDATE_COMPLETE',
  createdAtMs: NOW_MS - 48 * HOUR_MS,
  changedAtMs: NOW_MS - HOUR_MS,
  outputs: Object.fromEntries(Object.values(OUTPUTS).map((output) => [output, 'something'])),
};

const outcomeOf = (changes: Partial<StackState>) => stackOutcome({ ...STACK, ...changes }, TARGET, NOW_MS);

test('a stack that is complete', () => {
  expect(outcomeOf({})).toMatchObject({
    status: 'ok',
    summary: 'UPDATE_COMPLETE, 60 minutes ago, with all outputs',
  });
});

test('no stack, or one that was never made', () => {
  for (const none of [stackOutcome(undefined, TARGET, NOW_MS), outcomeOf({ status: 'REVIEW_IN_PROGRESS' })]) {
    expect(none).toMatchObject({
      status: 'wrong',
      summary: expect.stringContaining('forge-remote-dev does not exist in us-east-1'),
      fixes: [expect.stringMatching(/^DEPLOY .*credentials are of another account/)],
    });
  }
});

test('a change in progress is nothing to check', () => {
  expect(outcomeOf({ status: 'UPDATE_IN_PROGRESS' }).status).toBe('nothing');
  expect(outcomeOf({ status: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS' }).status).toBe('nothing');
});

test.each([
  ['UPDATE_ROLLBACK_COMPLETE', /^The events of forge-remote-dev .* DEPLOY$/],
  ['UPDATE_ROLLBACK_FAILED', /Continue update rollback/],
  ['ROLLBACK_COMPLETE', /DEPLOY It creates the stack again; .*termination protection/],
  ['DELETE_FAILED', /^The events of/],
])('%s is wrong, with its reason and its fix', (status, fix) => {
  expect(outcomeOf({ status, statusReason: 'no room' })).toMatchObject({
    status: 'wrong',
    summary: expect.stringContaining(status),
    details: ['no room'],
    fixes: [expect.stringMatching(fix)],
  });
});

test('an output that is missing is named', () => {
  expect(outcomeOf({ outputs: { ...STACK.outputs, SlotArn: '' } })).toMatchObject({
    status: 'wrong',
    summary: 'UPDATE_COMPLETE, but without the outputs SlotArn',
    fixes: ['DEPLOY'],
  });
});

const NAMES: readonly ResourceName[] = ['receiver', 'worker', 'monitor', 'receiverLog', 'queue', 'deadLetters'];

/** A stage's resources as CloudFormation lists them, each with its logical id in place of the physical one. */
function resourcesOf(options: Partial<StageInput>) {
  const { Resources } = templateOf((stack: Stack) => {
    new ForgeRemote(stack, 'ForgeRemote', remoteProps(options));
  }).toJSON();
  return Object.entries<{ Type: string }>(Resources).map(([logicalId, { Type }]) => ({
    logicalId,
    type: Type,
    physicalId: logicalId,
  }));
}

test.each(['single', 'perInstallation'] as const)('every resource is found, with the strategy %s', (strategy) => {
  const resources = resourcesOf({ slot: { strategy } });
  const found = NAMES.map((name) => physicalId(resources, name)?.replace(/[0-9A-F]{8}$/, ''));
  expect(found).toEqual([
    'ForgeRemoteReceiverFunction',
    'ForgeRemoteWorkerFunction',
    'ForgeRemoteMonitorFunction',
    'ForgeRemoteReceiverLogs',
    'ForgeRemoteWorkerJobsQueue',
    'ForgeRemoteWorkerJobsDeadLetters',
  ]);
});

test('what is switched off is not there', () => {
  const resources = resourcesOf({ worker: false, monitor: false });
  expect(NAMES.filter((name) => physicalId(resources, name) !== undefined)).toEqual(['receiver', 'receiverLog']);
});

test('alarms have the names that the runbook has', () => {
  const page = readFileSync(path.join(__dirname, '../../../docs/runbook.md'), 'utf8');
  const runbook = [...page.matchAll(/^### ([A-Z][A-Za-z]+)$/gm)].map(([, name]) => name);
  const names = alarmsIn(resourcesOf({})).map(({ name }) => name);
  // Those of an HTTP API, and of several slots, are not in this stack.
  const elsewhere = ['ApiErrors', 'ApiThrottles', 'SeveralRunningOut', 'SlotReplaced'];
  expect(names.sort()).toEqual(runbook.filter((name) => name && !elsewhere.includes(name)).sort());
});
