import { newTraceId } from '../support/fleet';
import { TRIGGERS } from './deliveries';
import { fleetContract, RECEIVERS } from './fleet-contract';

const { fleet, source, runs, installations, deliver } = fleetContract('perInstallation', 200);

test('no slot has more than a version for each rotation', () => {
  const versions = installations().map((installation) => fleet().slot(installation).versions);
  expect(Math.max(...versions)).toBeLessThanOrEqual(TRIGGERS.length);
});

test('every secret says what it is', () => {
  for (const installation of installations()) {
    const { tags, description } = fleet().slot(installation);
    expect(tags).toEqual({
      app: 'test',
      stage: 'test',
      installation: installation.uuid,
      environment: 'DEVELOPMENT',
      sites: expect.stringMatching(/^[0-9a-f]{20}$/),
    });
    expect(description).toContain(installation.uuid);
  }
});

test('many first deliveries of one installation at once make one secret, with the newest token', async () => {
  const newcomer = fleet().install();
  const tokens = [await fleet().issue(newcomer, 20), await fleet().issue(newcomer, 0)];
  const callsBefore = fleet().aws.calls.length;
  const runsBefore = runs().runs;
  let toldMissing = 0;
  // The worst of races: each receiver looks before any other has made the secret.
  fleet().aws.intercept((call) => {
    if (call !== 'secretsmanager.DescribeSecret' || toldMissing === RECEIVERS) return undefined;
    toldMissing += 1;
    return { status: 400, code: 'ResourceNotFoundException', message: 'There is no such secret yet.' };
  });

  const deliveries = Array.from({ length: 4 * RECEIVERS }, (_, index) => ({
    firing: {
      installation: newcomer,
      trigger: TRIGGERS[0],
      systemToken: tokens[index % tokens.length] ?? '',
      traceId: newTraceId(),
    },
    copies: 1,
  }));
  const answers = (await Promise.all(deliveries.map(deliver))).flat();
  fleet().aws.intercept(undefined);

  expect(answers.filter((answer) => !answer.startsWith('200 '))).toEqual([]);
  const calls = fleet().aws.calls.slice(callsBefore);
  expect(calls.filter((call) => call === 'secretsmanager.CreateSecret').length).toBeGreaterThan(1);
  const { token, versions } = fleet().slot(newcomer);
  expect(token === tokens[1]).toBe(true);
  expect(versions).toBeLessThanOrEqual(tokens.length);
  expect(fleet().secretNames(newcomer)).toHaveLength(1);
  await source().idle();
  expect(runs().runs).toBe(runsBefore + 1);
});
