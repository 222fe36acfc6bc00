import { REASONS, Refusal } from '../../../lambda/contract/outcomes';
import { CLOCK_SKEW_SECONDS, createReplays } from '../../../lambda/forge/verify';
import type { Call } from '../../../lambda/receiver/enqueue';
import { type CallReport, type Dependencies, handle } from '../../../lambda/receiver/handler';
import type { Services } from '../../../lambda/receiver/services';
import { dataResidency } from '../../support/data-residency';
import { startSlots } from '../../support/emulated-slot';
import {
  authorize,
  createTestVerifier,
  functionUrlEvent,
  goodClaims,
  INSTALLATION,
  NOW_MS,
  NOW_SECONDS,
  PATH,
  systemToken,
} from '../../support/forge-call';

const LIFECYCLE_PATH = '/forge/lifecycle';
const UNINSTALL_PATH = '/forge/uninstall';
const HOUR = 3600;

let slots: Awaited<ReturnType<typeof startSlots>>;
let slotNumber = 0;
beforeAll(async () => {
  slots = await startSlots(() => NOW_MS);
});
afterAll(() => slots.stop());
afterEach(() => slots.aws.intercept(undefined));

/** A receiver with an empty slot, and what it reported. */
async function createReceiver(changes: Partial<Dependencies> = {}) {
  const slot = slots.emptySlot(`handler-${slotNumber++}`);
  const writer = slot.newWriter();
  const reports: CallReport[] = [];
  let servicesAsked = 0;
  const jobs: Call[] = [];
  const enqueue = async (job: Call) => {
    jobs.push(job);
    return true;
  };
  const dependencies: Dependencies = {
    routes: {
      [PATH]: { kind: 'scheduledTrigger', schedules: { hourly: 'hour' } },
      [LIFECYCLE_PATH]: { kind: 'trigger' },
      [UNINSTALL_PATH]: { kind: 'preUninstall' },
    },
    verify: await createTestVerifier(),
    replays: createReplays(() => NOW_MS, CLOCK_SKEW_SECONDS),
    dataResidency: async () => dataResidency,
    services: async () => {
      servicesAsked += 1;
      return { slots: { write: writer, remove: async () => 'acknowledged' }, enqueue };
    },
    report: (call) => reports.push(call),
    now: () => NOW_MS,
    ...changes,
  };
  return {
    slot,
    reports,
    jobs,
    servicesAsked: () => servicesAsked,
    call: (event: unknown) => handle(event, dependencies),
  };
}

const scheduledCall = async (token?: string) =>
  functionUrlEvent({
    headers: { authorization: await authorize(), ...(token !== undefined && { 'x-forge-oauth-system': token }) },
  });

describe('a genuine call', () => {
  test('has its token stored, and is answered with 200 and JSON', async () => {
    const receiver = await createReceiver();
    const token = await systemToken(NOW_SECONDS + 4 * HOUR);
    await expect(receiver.call(await scheduledCall(token))).resolves.toEqual({
      statusCode: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"outcome":"stored"}',
    });
    expect(receiver.slot.read()).toMatchObject({
      token,
      installationId: `ari:cloud:ecosystem::installation/${INSTALLATION.uuid}`,
      apiBaseUrl: `https://api.atlassian.com/ex/confluence/${INSTALLATION.cloudId}`,
    });
  });

  test('is reported once, with whose it is and its trace', async () => {
    const receiver = await createReceiver();
    await receiver.call(await scheduledCall(await systemToken(NOW_SECONDS + 4 * HOUR)));
    expect(receiver.reports).toEqual([
      {
        status: 200,
        outcome: 'stored',
        path: PATH,
        traceId: '463ac35c9f6413ad48485a3953bb6124',
        headerBytes: expect.any(Number),
        invocation: expect.objectContaining({ installation: INSTALLATION.uuid, environment: 'DEVELOPMENT' }),
        durationMs: 0,
      },
    ]);
  });

  test('that brings the same token again is unchanged, and an earlier one older', async () => {
    const receiver = await createReceiver();
    const [earlier, later] = [await systemToken(NOW_SECONDS + 3 * HOUR), await systemToken(NOW_SECONDS + 4 * HOUR)];
    const outcomes = [];
    for (const token of [later, later, earlier]) outcomes.push((await receiver.call(await scheduledCall(token))).body);
    expect(outcomes).toEqual(['{"outcome":"stored"}', '{"outcome":"unchanged"}', '{"outcome":"older"}']);
  });

  test('may bring the largest body that Forge sends, in base64', async () => {
    const { call } = await createReceiver();
    const body = Buffer.alloc(5 * 1024 * 1024).toString('base64');
    const event = await scheduledCall(await systemToken(NOW_SECONDS + 7_200));
    expect(await call({ ...event, body, isBase64Encoded: true })).toMatchObject({ statusCode: 200 });
  });

  test('without a system token is told apart from a forgery, and erases nothing', async () => {
    const receiver = await createReceiver();
    const token = await systemToken(NOW_SECONDS + 4 * HOUR);
    await receiver.call(await scheduledCall(token));
    await expect(receiver.call(await scheduledCall())).resolves.toMatchObject({
      statusCode: 422,
      body: '{"reason":"system-token-missing"}',
    });
    expect(receiver.slot.read().token).toBe(token);
  });

  test('of pre-uninstall is acknowledged, and asks for no system token', async () => {
    const receiver = await createReceiver();
    const event = functionUrlEvent({ path: UNINSTALL_PATH, headers: { authorization: await authorize() } });
    await expect(receiver.call(event)).resolves.toMatchObject({ statusCode: 200, body: '{"outcome":"acknowledged"}' });
  });

  test('for a slot of another installation is a conflict', async () => {
    const receiver = await createReceiver();
    await receiver.call(await scheduledCall(await systemToken(NOW_SECONDS + 4 * HOUR)));
    const other = goodClaims({ installation: { uuid: 'b1946ac9-2492-4d23-8c01-2b0a7a1c9f00', cloudId: 'other' } });
    const headers = {
      authorization: await authorize(other),
      'x-forge-oauth-system': await systemToken(NOW_SECONDS + 5 * HOUR),
    };
    await expect(receiver.call(functionUrlEvent({ headers }))).resolves.toMatchObject({
      statusCode: 409,
      body: '{"reason":"slot-bound-elsewhere"}',
    });
  });

  test('whose invocation token was used before has no second effect, whatever else comes with it', async () => {
    const receiver = await createReceiver();
    const event = await scheduledCall(await systemToken(NOW_SECONDS + 3 * HOUR));
    await receiver.call(event);
    const planted = { 'x-forge-oauth-system': await systemToken(NOW_SECONDS + 9 * HOUR) };
    for (const changes of [{ headers: { ...event.headers, ...planted } }, { body: '{"planted":true}' }]) {
      await expect(receiver.call({ ...event, ...changes })).resolves.toMatchObject({
        statusCode: 409,
        body: '{"reason":"replay-conflict"}',
      });
    }
    expect(receiver.jobs).toHaveLength(1);
    await expect(receiver.call(event)).resolves.toMatchObject({ statusCode: 200, body: '{"outcome":"replayed"}' });
    expect(receiver.slot.versions()).toHaveLength(1);
  });
});

describe('before any cryptography', () => {
  const verify = () => Promise.reject(new Error('verified too early'));

  test('an unknown path is 404, whatever JavaScript thinks of its name', async () => {
    const receiver = await createReceiver({ verify });
    for (const path of ['/', '/forge/token/', '/FORGE/token', '__proto__', 'constructor', '']) {
      await expect(receiver.call(functionUrlEvent({ path }))).resolves.toMatchObject({ statusCode: 404 });
    }
  });

  test('another method is 405', async () => {
    const receiver = await createReceiver({ verify });
    for (const method of ['GET', 'PUT', 'post', '']) {
      await expect(receiver.call(functionUrlEvent({ method }))).resolves.toMatchObject({ statusCode: 405 });
    }
  });

  test('a body larger than any of Forge is 413', async () => {
    const receiver = await createReceiver({ verify });
    const event = functionUrlEvent({ body: 'x'.repeat(7 * 1024 * 1024) });
    await expect(receiver.call(event)).resolves.toMatchObject({ statusCode: 413 });
  });
});

test('the AWS SDK is asked for only by a call that is proven and brings a token', async () => {
  const receiver = await createReceiver();
  await receiver.call(functionUrlEvent({ headers: { authorization: 'Bearer a.b.c' } }));
  await receiver.call(await scheduledCall());
  expect(receiver.servicesAsked()).toBe(0);
});

test('trouble at Secrets Manager is 503, and the same call succeeds afterwards', async () => {
  const receiver = await createReceiver();
  const event = await scheduledCall(await systemToken(NOW_SECONDS + 4 * HOUR));
  slots.aws.intercept(() => ({ status: 400, code: 'AccessDeniedException', message: 'not authorized' }));
  await expect(receiver.call(event)).resolves.toMatchObject({ statusCode: 503, body: '{"reason":"slot-unavailable"}' });
  slots.aws.intercept(undefined);
  await expect(receiver.call(event)).resolves.toMatchObject({ statusCode: 200, body: '{"outcome":"stored"}' });
});

test('a fault that nobody foresaw is 500, and reported as an error', async () => {
  const receiver = await createReceiver({ verify: () => Promise.reject(new TypeError('oops')) });
  await expect(receiver.call(functionUrlEvent())).resolves.toMatchObject({
    statusCode: 500,
    body: '{"reason":"internal-error"}',
  });
  expect(receiver.reports).toMatchObject([{ status: 500, reason: 'internal-error', error: { message: 'oops' } }]);
});

test.each([[undefined], [null], ['text'], [[]], [{}], [{ headers: [] }], [{ requestContext: { http: 'POST' } }]])(
  'the event %j is answered, not thrown at',
  async (event) => {
    const receiver = await createReceiver();
    const { statusCode, body } = await receiver.call(event);
    expect(statusCode).toBe(404);
    expect(REASONS).toHaveProperty([JSON.parse(body).reason]);
  },
);

describe('a job', () => {
  test('is queued for each scheduled call, once its token is safe, whether or not the token is new', async () => {
    const receiver = await createReceiver();
    const token = await systemToken(NOW_SECONDS + 4 * HOUR);
    await receiver.call(await scheduledCall(token));
    await receiver.call(await scheduledCall(token));
    expect(receiver.jobs).toMatchObject([
      { path: PATH, route: { schedules: { hourly: 'hour' } }, invocation: { installation: INSTALLATION.uuid } },
      { path: PATH },
    ]);
    expect(JSON.stringify(receiver.jobs)).not.toContain(token);
  });

  test('is queued for an event, with its body as it came', async () => {
    const receiver = await createReceiver();
    const headers = {
      authorization: await authorize(),
      'x-forge-oauth-system': await systemToken(NOW_SECONDS + 4 * HOUR),
    };
    const body = JSON.stringify({ eventType: 'avi:confluence:created:page' });
    await receiver.call({ ...functionUrlEvent({ path: LIFECYCLE_PATH, headers, body }), isBase64Encoded: true });
    expect(receiver.jobs).toMatchObject([{ path: LIFECYCLE_PATH, body: { text: body, isBase64: true } }]);
  });

  test('is queued for an event without a system token, where the endpoint has none', async () => {
    const receiver = await createReceiver({ routes: { [PATH]: { kind: 'trigger', events: {}, systemToken: false } } });
    await expect(receiver.call(await scheduledCall())).resolves.toMatchObject({ body: '{"outcome":"queued"}' });
    expect(receiver.jobs).toHaveLength(1);
    expect(receiver.slot.versions()).toHaveLength(0);
  });

  test('may not be fired: a lifecycle event brings a token all the same', async () => {
    const receiver = await createReceiver();
    const headers = {
      authorization: await authorize(),
      'x-forge-oauth-system': await systemToken(NOW_SECONDS + 4 * HOUR),
    };
    const event = functionUrlEvent({ path: LIFECYCLE_PATH, headers });
    await expect(receiver.call(event)).resolves.toMatchObject({ body: '{"outcome":"stored"}' });
  });

  test('that can not be queued is 503, with the token safe; the next delivery queues it', async () => {
    let fails = true;
    const slot = slots.emptySlot(`handler-${slotNumber++}`);
    const queued: Call[] = [];
    const services: Services = {
      slots: { write: slot.newWriter(), remove: async () => 'acknowledged' },
      enqueue: async (job) => {
        if (fails) throw new Refusal('queue-unavailable', 'ThrottlingException: Rate exceeded');
        queued.push(job);
        return true;
      },
    };
    const receiver = await createReceiver({ services: async () => services });
    const event = await scheduledCall(await systemToken(NOW_SECONDS + 4 * HOUR));
    await expect(receiver.call(event)).resolves.toMatchObject({
      statusCode: 503,
      body: '{"reason":"queue-unavailable"}',
    });
    expect(slot.versions()).toHaveLength(1);
    fails = false;
    await expect(receiver.call(event)).resolves.toMatchObject({ statusCode: 200, body: '{"outcome":"unchanged"}' });
    expect(queued).toHaveLength(1);
  });
});

describe('keys that are fetched anew in the background', () => {
  test('are waited for before the answer to a proven call, since Lambda freezes what goes on after it', async () => {
    let isSettled = false;
    const settled = async () => {
      await new Promise(setImmediate);
      isSettled = true;
    };
    const receiver = await createReceiver({ settled });
    await receiver.call(functionUrlEvent());
    expect(isSettled).toBe(false);
    await receiver.call(await scheduledCall(await systemToken(NOW_SECONDS + 4 * HOUR)));
    expect(isSettled).toBe(true);
  });

  test('are not waited for any longer than Forge listens', async () => {
    const receiver = await createReceiver({ settled: () => new Promise(() => undefined), budgetMs: 100 });
    const event = await scheduledCall(await systemToken(NOW_SECONDS + 4 * HOUR));
    await expect(receiver.call(event)).resolves.toMatchObject({ statusCode: 200 });
  });
});
