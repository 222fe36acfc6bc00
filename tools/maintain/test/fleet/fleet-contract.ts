import { randomInt } from 'node:crypto';
import type { Installation } from '../../../emulator/forge/invocation-token';
import type { FunctionProcess } from '../../../emulator/function-url/function-process';
import { type EventSource, startEventSource } from '../../../emulator/queue/event-source';
import { type Firing, type Fleet, type FleetStrategy, startFleet } from '../support/fleet';
import { createRandom, type Delivery, planDeliveries, planFirings, TRIGGERS } from './deliveries';
import { startFunctionOf } from './functions';
import { type RunWatch, watchApi, watchRuns } from './watches';

export const RECEIVERS = 3;
const WORKERS = 2;
/** Calls of Forge that are under way at the same time. */
const CALLS_AT_ONCE = 6;

/** A failed run is repeated with FLEET_SEED=<seed>. */
const seed = Number(process.env.FLEET_SEED ?? randomInt(2 ** 32));

/** Messages of the worker's log lines on runs. */
const DONE = /^Job done/;
const FAILED = /^Job failed/;

const newestToken = (firings: readonly Firing[]) => firings.at(-1)?.systemToken;

/** What the tests of one way of keeping slots look at beside those of all. */
export interface FleetUnderTest {
  readonly fleet: () => Fleet;
  readonly source: () => EventSource;
  readonly runs: () => RunWatch;
  /** Those that have had all their firings by now. */
  readonly installations: () => readonly Installation[];
  readonly deliver: (delivery: Delivery) => Promise<string[]>;
}

/**
 * Holds the deployed bundles to what a fleet may expect, however its slots are kept: `count` installations whose tokens
 * rotate, delivered in random order, twice, and all at once. Hundreds of calls and runs, in processes of their own.
 */
export function fleetContract(strategy: FleetStrategy, count: number): FleetUnderTest {
  const fired = { installations: [] as readonly Installation[] };
  const api = watchApi();
  const problems: string[] = [];
  const log = { receiver: [] as string[], worker: [] as string[] };
  let fleet: Fleet;
  let receiver: FunctionProcess;
  let worker: FunctionProcess;
  let source: EventSource;
  let runs: RunWatch;

  beforeAll(async () => {
    fleet = await startFleet({ triggers: TRIGGERS, strategy, aroundApi: api.around });
    receiver = await startFunctionOf(fleet, 'receiver', {
      maxInstances: RECEIVERS,
      onLog: (line) => log.receiver.push(line),
    });
    worker = await startFunctionOf(fleet, 'worker', { maxInstances: WORKERS, onLog: (line) => log.worker.push(line) });
    runs = watchRuns(worker.invoke);
    source = startEventSource({
      aws: fleet.aws,
      queueArn: fleet.jobs.queue.arn,
      invoke: runs.invoke,
      batchSize: 1,
      maximumConcurrency: WORKERS,
      onProblem: (problem) => problems.push(problem),
    });
  });

  afterAll(async () => {
    await source?.stop();
    await Promise.all([receiver?.stop(), worker?.stop()]);
    await fleet?.stop();
  });

  /** @returns what the receiver answered to each copy, such as `200 stored` */
  async function deliver({ firing, copies }: Delivery): Promise<string[]> {
    const event = await fleet.event(firing);
    const answers = await Promise.all(Array.from({ length: copies }, () => receiver.invoke(event)));
    return answers.map((answer) => {
      const { statusCode, body } = answer as { statusCode: number; body: string };
      const { outcome, reason } = JSON.parse(body);
      return `${statusCode} ${outcome ?? reason}`;
    });
  }

  /** Delivers in this order, some at the same time. */
  async function deliverAll(deliveries: readonly Delivery[]): Promise<string[]> {
    const waiting = deliveries.values();
    const answers: string[] = [];
    const lane = async () => {
      for (const delivery of waiting) answers.push(...(await deliver(delivery)));
    };
    await Promise.all(Array.from({ length: CALLS_AT_ONCE }, lane));
    return answers;
  }

  /** Trace ids of the calls whose runs the worker's log tells of so. */
  function runsLogged(outcome: RegExp): string[] {
    const lines = log.worker.map((line) => JSON.parse(line));
    return lines.filter(({ message }) => outcome.test(message)).map(({ traceId }) => traceId);
  }

  describe(`${count} installations × ${TRIGGERS.length} rotations in random order (FLEET_SEED=${seed})`, () => {
    let firings: Firing[][];
    let answers: string[];
    beforeAll(async () => {
      fired.installations = Array.from({ length: count }, fleet.install);
      firings = await planFirings(fleet, fired.installations);
      answers = await deliverAll(planDeliveries(firings, createRandom(seed)));
      await source.idle();
    });

    test('every call is accepted', () => {
      expect(answers.length).toBeGreaterThan(count * TRIGGERS.length);
      expect(answers.filter((answer) => !answer.startsWith('200 '))).toEqual([]);
      // The order is as bad as it is meant to be: tokens came late, and came again.
      expect(answers).toContain('200 older');
      expect(answers).toContain('200 unchanged');
    });

    test('every slot ends with its newest token', () => {
      const stale = firings.filter(
        (ofOne) => ofOne[0] && fleet.slot(ofOne[0].installation).token !== newestToken(ofOne),
      );
      expect(stale).toHaveLength(0);
    });

    test('the job runs once for each firing, however often that is delivered', () => {
      const traceIds = firings.flat().map(({ traceId }) => traceId);
      expect(runsLogged(DONE).sort()).toEqual(traceIds.sort());
      expect(runsLogged(FAILED)).toEqual([]);
      expect(runs.runs).toBe(traceIds.length);
    });

    test('the receiver makes one call to SQS for each call of Forge that takes effect', () => {
      const sqsCalls = fleet.aws.calls.filter((call) => call.startsWith('sqs.'));
      expect(new Set(sqsCalls)).toEqual(new Set(['sqs.SendMessage']));
      expect(sqsCalls).toHaveLength(answers.filter((answer) => answer !== '200 replayed').length);
    });

    test('no two runs of one installation overlap; runs of different installations do', () => {
      expect([...runs.overlapping]).toEqual([]);
      expect(api.mostSitesAtOnce).toBeGreaterThan(1);
    });

    test('nothing is left in the queues, and Lambda would have nothing to complain of', () => {
      expect(fleet.jobs.queue.counts()).toEqual({ waiting: 0, inFlight: 0 });
      expect(fleet.jobs.deadLetters.counts()).toEqual({ waiting: 0, inFlight: 0 });
      expect(problems).toEqual([]);
    });

    test('no log line has a token in it', () => {
      expect([...log.receiver, ...log.worker].filter((line) => /eyJ[\w-]{8,}\./.test(line))).toEqual([]);
    });
  });

  return {
    fleet: () => fleet,
    source: () => source,
    runs: () => runs,
    installations: () => fired.installations,
    deliver,
  };
}
