// Yours: edit it as you like. An upgrade of the template leaves it as it is.
import path from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { committed, isSetUp, ownStacks, templatesOf, unexcusedStars } from '../support/own-stacks';

// What config.ts, manifest.yml and lib/resources.ts deploy.
const stacks = ownStacks();
const SNAPSHOT = path.join(__dirname, 'stacks.snap');

// Once your app is registered, `npm test` writes test/own/stacks.snap. Commit it when others depend on what is deployed:
// from then on this test shows what an edit, or an upgrade, changes in AWS. Is it what you want? Delete the file, run
// `npm test`, and commit the new one.
(isSetUp(stacks) ? test : test.skip)('nothing changes in AWS beside what stacks.snap says', () => {
  const templates = templatesOf(stacks);
  expect(templates).toEqual(committed(SNAPSHOT, templates));
});

describe.each(stacks.map((stack) => [stack.stackName, stack] as const))('%s', (stackName, stack) => {
  const resources = Template.fromStack(stack).toJSON().Resources;

  // Under another logical id it would be another resource: a new URL, to which every admin has to consent, and a slot that
  // is empty.
  test('keeps its URL', () => {
    const { api } = stack.remote.receiver.exposed;
    expect(resources).toHaveProperty(
      api ? 'ForgeRemoteReceiverApi56195636' : 'ForgeRemoteReceiverFunctionFunctionUrl6FC86EEF',
    );
  });

  test('keeps its slots', () => {
    const { location } = stack.remote.slots;
    if ('secretArn' in location) expect(resources).toHaveProperty('ForgeRemoteSlotSecret5413BAA4');
    else if ('table' in location) expect(resources).toHaveProperty('ForgeRemoteTableSlotsTable4E48B52C');
    else expect(location).toEqual({ prefix: `${stackName}/slot` });
  });

  test('grants nothing on every resource, but where a reason says why', () => {
    expect(unexcusedStars(stack)).toEqual([]);
  });
});
