import { RECEIVER_ENV } from '../../../../lambda/contract/settings';
import { bundleFunction, startBundle } from '../../../../test/support/bundle';
import { type Fleet, newTraceId, startFleet } from '../support/fleet';
import { KEPT_KEY_SET } from '../support/roles';

// With hourly calls nearly every one meets an instance that has just started. In an outage of Forge's key server it has
// nothing but the key set that the monitor has kept.

const TRIGGER = { path: '/forge/token', key: 'hourly' };
const HOUR_MS = 3_600_000;

jest.setTimeout(60_000);

let fleet: Fleet;
beforeEach(async () => {
  fleet = await startFleet({ triggers: [TRIGGER] });
  fleet.keyServer.misbehave((_request, response) => response.writeHead(503).end());
});
afterEach(() => fleet.stop());

const keep = (ageHours: number) =>
  fleet.aws.parameters.set(
    KEPT_KEY_SET,
    JSON.stringify({ fetchedAt: Date.now() - ageHours * HOUR_MS, keys: fleet.signingKey.jwks.keys }),
  );

/** What the deployed bundle answers to its very first call, and the calls to AWS that this took. */
async function coldCall(
  parameter: string | undefined,
): Promise<{ answer: string; calls: readonly string[]; log: readonly string[] }> {
  const { files } = await bundleFunction('receiver', [], fleet.service);
  const log: string[] = [];
  const receiver = await startBundle({
    name: 'receiver',
    files,
    environment: {
      ...fleet.environment.idleReceiver,
      ...(parameter !== undefined && { [RECEIVER_ENV.keptKeySet]: parameter }),
    },
    awsEndpointUrl: fleet.aws.url,
    credentials: fleet.credentials.receiver,
    timeoutSeconds: 30,
    maxInstances: 1,
    onLog: (line) => log.push(line),
  });
  try {
    const installation = fleet.install();
    const systemToken = await fleet.issue(installation, 0);
    const event = await fleet.event({ installation, trigger: TRIGGER, systemToken, traceId: newTraceId() });
    const { statusCode, body } = (await receiver.invoke(event)) as { statusCode: number; body: string };
    const { outcome, reason } = JSON.parse(body);
    return { answer: `${statusCode} ${outcome ?? reason}`, calls: fleet.aws.calls, log };
  } finally {
    await receiver.stop();
  }
}

test('the kept key set lets a genuine call in', async () => {
  keep(1);
  const { answer, calls } = await coldCall(KEPT_KEY_SET);
  expect(answer).toBe('200 stored');
  expect(calls).toContain('ssm.GetParameter');
});

test('it is trusted for 24 hours, and no longer', async () => {
  keep(25);
  expect((await coldCall(KEPT_KEY_SET)).answer).toBe('503 key-server-unavailable');
});

test('without one the call is not judged: 503, and Forge tries again', async () => {
  expect((await coldCall(KEPT_KEY_SET)).answer).toBe('503 key-server-unavailable');
  expect((await coldCall(undefined)).answer).toBe('503 key-server-unavailable');
});

test('while the key server answers, nobody asks for it', async () => {
  keep(1);
  fleet.keyServer.publish(fleet.signingKey.jwks);
  const { answer, calls } = await coldCall(KEPT_KEY_SET);
  expect(answer).toBe('200 stored');
  expect(calls).not.toContain('ssm.GetParameter');
});

test('when neither of the two answers, the call is refused in time, with a line in the log', async () => {
  fleet.keyServer.misbehave(() => undefined);
  fleet.aws.intercept((call) => (call === 'ssm.GetParameter' ? 'hang' : undefined));
  const { answer, log } = await coldCall(KEPT_KEY_SET);
  expect(answer).toBe('503 key-server-unavailable');
  const line = JSON.parse(log.find((text) => text.includes('"reason":"key-server-unavailable"')) ?? '{}');
  // Of the 5 s after which Lambda ends the function.
  expect(line.durationMs).toBeLessThan(4_500);
});
