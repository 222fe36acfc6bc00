import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { alarmsIn, physicalId, type ResourceName } from '../../../bin/doctor/resources';
import { ForgeRemote, type ForgeRemoteProps } from '../../../lib/forge-remote';
import { REMOTE_PROPS } from '../../lib/support/fixtures';
import { templateOf } from '../../lib/support/synth';

const NAMES: readonly ResourceName[] = ['receiver', 'worker', 'monitor', 'receiverLog', 'queue', 'deadLetters'];

/** A stage's resources as CloudFormation lists them, each with its logical id in place of the physical one. */
function resourcesOf(changes: Partial<ForgeRemoteProps>) {
  const { Resources } = templateOf((stack: Stack) => {
    new ForgeRemote(stack, 'ForgeRemote', { ...REMOTE_PROPS, ...changes });
  }).toJSON();
  return Object.entries<{ Type: string }>(Resources).map(([logicalId, { Type }]) => ({
    logicalId,
    type: Type,
    physicalId: logicalId,
  }));
}

test.each(['single', 'perInstallation'] as const)('every resource is found, with the strategy %s', (slotStrategy) => {
  const resources = resourcesOf({ slotStrategy });
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
  const runbook = [...page.matchAll(/^\| \*\*([A-Z][A-Za-z]+)\*\* \|/gm)].map(([, name]) => name);
  const names = alarmsIn(resourcesOf({})).map(({ name }) => name);
  // Those of an HTTP API are not in this stack.
  const here = runbook.filter((name) => !name?.startsWith('Api'));
  expect(names.sort()).toEqual([...here, 'Page', 'Ticket'].sort());
});
