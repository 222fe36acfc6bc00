import { randomInt, randomUUID } from 'node:crypto';
import type { SQSEvent } from 'aws-lambda';
import type { Installation } from '../../../emulator/forge/invocation-token';
import type { FunctionProcess } from '../../../emulator/function-url/function-process';
import { type EventSource, startEventSource } from '../../../emulator/queue/event-source';
import { type Fleet, newTraceId, startFleet } from '../support/fleet';
import { createRandom, shuffle } from './deliveries';
import { startFunctionOf } from './functions';
import { type RunWatch, watchRuns } from './watches';

const INSTALLATIONS = 200;
/** Events of one installation that come at the same moment. */
const BURST = 3;
/** Every so many events are delivered twice at once, or tried again by Forge. */
const TWICE_EVERY = 5;
const RETRIED_EVERY = 7;
const CALLS_AT_ONCE = 6;

const PAGES = { path: '/forge/pages', key: 'pages', names: ['avi:confluence:updated:page'] };

/** A failed run is repeated with FLEET_SEED=<seed>. */
const seed = Number(process.env.FLEET_SEED ?? randomInt(2 ** 32));

/** An event of a page, which happened once. */
interface PageEvent {
  readonly id: string;
  readonly installation: Installation;
  readonly systemToken: string;
}

jest.setTimeout(120_000);

const problems: string[] = [];
/** Ids of the events that the worker was run for, in order. */
const ran: string[] = [];
let fleet: Fleet;
let receiver: FunctionProcess;
let worker: FunctionProcess;
let source: EventSource;
let runs: RunWatch;

beforeAll(async () => {
  fleet = await startFleet({ triggers: [], events: [PAGES] });
  receiver = await startFunctionOf(fleet, 'receiver', { maxInstances: 3 });
  worker = await startFunctionOf(fleet, 'worker', { maxInstances: 2 });
  runs = watchRuns((event: SQSEvent) => {
    ran.push(JSON.parse(event.Records[0]?.body ?? '{}').trigger.body.id);
    return worker.invoke(event);
  });
  source = startEventSource({
    aws: fleet.aws,
    queueArn: fleet.jobs.queue.arn,
    invoke: runs.invoke,
    batchSize: 1,
    maximumConcurrency: 2,
    onProblem: (problem) => problems.push(problem),
  });
});

afterAll(async () => {
  await source?.stop();
  await Promise.all([receiver?.stop(), worker?.stop()]);
  await fleet?.stop();
});

/** Forge's retries differ from the first delivery in their `retryContext`, their trace id and their invocation token. */
async function deliver({ id, installation, systemToken }: PageEvent, retryCount = 0): Promise<number> {
  const body = {
    id,
    eventType: PAGES.names[0],
    content: { title: 'The same title for all' },
    ...(retryCount > 0 && { retryContext: { retryCount, retryReason: 'TIMEOUT_ERROR', retryData: null } }),
  };
  const firing = { installation, trigger: PAGES, systemToken, traceId: newTraceId() };
  const { statusCode } = (await receiver.invoke(await fleet.event(firing, body))) as { statusCode: number };
  return statusCode;
}

const eventsOf = async (installation: Installation, count: number): Promise<PageEvent[]> => {
  const systemToken = await fleet.issue(installation, 0);
  return Array.from({ length: count }, () => ({ id: randomUUID(), installation, systemToken }));
};

test(`bursts with duplicates: every event runs once, and none is lost (FLEET_SEED=${seed})`, async () => {
  const random = createRandom(seed);
  const installations = Array.from({ length: INSTALLATIONS }, fleet.install);
  const events = (await Promise.all(installations.map((installation) => eventsOf(installation, BURST)))).flat();
  const isEvery = (count: number, index: number) => index % count === 0;
  const groups = Array.from({ length: INSTALLATIONS }, (_, at) => {
    const burst = events.slice(at * BURST, (at + 1) * BURST);
    return burst.flatMap((event, index) => {
      const deliveries = Array(isEvery(TWICE_EVERY, at + index) ? 2 : 1).fill({ event, retryCount: 0 });
      return isEvery(RETRIED_EVERY, at + index) ? [...deliveries, { event, retryCount: 1 }] : deliveries;
    });
  });
  const deliveries = shuffle(groups, random).flat();
  expect(deliveries.length).toBeGreaterThan(events.length * 1.2);

  const waiting = deliveries.values();
  const answers: number[] = [];
  const lane = async () => {
    for (const { event, retryCount } of waiting) answers.push(await deliver(event, retryCount));
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, lane));
  await source.idle();

  expect(new Set(answers)).toEqual(new Set([200]));
  expect([...ran].sort()).toEqual(events.map(({ id }) => id).sort());
  expect([...runs.overlapping]).toEqual([]);
  expect(fleet.jobs.queue.counts()).toEqual({ waiting: 0, inFlight: 0 });
  expect(fleet.jobs.deadLetters.counts()).toEqual({ waiting: 0, inFlight: 0 });
  expect(problems).toEqual([]);
});

test('events of one installation run in the order in which they were delivered', async () => {
  const before = ran.length;
  const events = await eventsOf(fleet.install(), 50);
  for (const event of events) await deliver(event);
  await source.idle();
  expect(ran.slice(before)).toEqual(events.map(({ id }) => id));
});
