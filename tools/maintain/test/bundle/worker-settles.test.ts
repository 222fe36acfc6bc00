import type { SQSEvent } from 'aws-lambda';
import { startEventSource } from '../../../emulator/queue/event-source';
import { startFunctionOf } from '../fleet/functions';
import { type Fleet, newTraceId, startFleet } from '../support/fleet';

// Of the settings that lambda/worker/worker.ts hands on, the one that no other test of the deployed function notices.

const TRIGGER = { path: '/forge/token', key: 'hourly' };

jest.setTimeout(60_000);

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet({ triggers: [TRIGGER] });
});
afterAll(() => fleet.stop());

test('a slot that was filled a moment ago, and is not seen yet, costs no attempt', async () => {
  const receiver = await startFunctionOf(fleet, 'receiver', { maxInstances: 1 });
  const worker = await startFunctionOf(fleet, 'worker', { maxInstances: 1 });
  const answers: unknown[] = [];
  const source = startEventSource({
    aws: fleet.aws,
    queueArn: fleet.jobs.queue.arn,
    async invoke(event: SQSEvent) {
      const answer = await worker.invoke(event);
      answers.push(answer);
      return answer;
    },
    onProblem: (problem) => answers.push(problem),
  });
  try {
    let reads = 0;
    fleet.aws.intercept((call) => {
      if (call !== 'secretsmanager.GetSecretValue') return undefined;
      reads += 1;
      return reads > 2 ? undefined : { status: 400, code: 'ResourceNotFoundException', message: 'Not seen yet.' };
    });
    const installation = fleet.install();
    const systemToken = await fleet.issue(installation, 0);
    const event = await fleet.event({ installation, trigger: TRIGGER, systemToken, traceId: newTraceId() });
    await receiver.invoke(event);
    await source.idle();
    expect(answers).toEqual([{ batchItemFailures: [] }]);
    expect(reads).toBe(3);
  } finally {
    await source.stop();
    await Promise.all([receiver.stop(), worker.stop()]);
  }
});
