import { type FunctionVariables, shortestInterval, variablesOutcome } from '../../../bin/doctor/functions';
import { monitorVariables, workerVariables } from '../../../lambda/contract/background-settings';
import { FORGE_JWKS_URL, parseReceiverVariables, receiverVariables } from '../../../lambda/contract/settings';
import { COMMON_SETTINGS } from '../../support/bundle';
import { LOCAL_TARGET, TARGET } from './targets';

const slots = { secretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:slot-a1b2c3' };

const receiver = (jwksUrl: string = FORGE_JWKS_URL) =>
  receiverVariables({
    ...COMMON_SETTINGS,
    slots,
    jwksUrl,
    routes: {
      '/token': { kind: 'scheduledTrigger', schedules: { hourly: 'hour' } },
      '/often': { kind: 'scheduledTrigger', schedules: { often: 'fiveMinute' } },
      '/lifecycle': { kind: 'trigger' },
    },
  });

const GOOD: FunctionVariables = {
  receiver: receiver(),
  worker: workerVariables({ slots, maxAttempts: 3, deadLettersUrl: 'https://sqs.test/dead.fifo', remoteName: 'test' }),
  monitor: monitorVariables({ slots, remoteName: 'test', delivery: { intervalMinutes: 60, licensedOnly: false } }),
};

test('all three can start', () => {
  expect(variablesOutcome(GOOD, TARGET)).toMatchObject({
    status: 'ok',
    summary: 'receiver, worker, monitor can start with them',
  });
});

test('a stage without worker or monitor says that they are off', () => {
  expect(variablesOutcome({ ...GOOD, worker: undefined, monitor: undefined }, TARGET)).toMatchObject({
    status: 'ok',
    summary: 'receiver can start with them; worker is off; monitor is off',
  });
});

test.each<[string, Partial<FunctionVariables>, RegExp]>([
  [
    'a variable that is missing',
    { worker: {} },
    /^worker: Environment variable FORGE_SLOT_ARN, FORGE_SLOT_PREFIX or FORGE_SLOT_TABLE is "none"/,
  ],
  [
    'a value that is not allowed',
    { receiver: { ...receiver(), FORGE_APP_ID: 'mine' } },
    /^receiver: .*FORGE_APP_ID is "mine"; allowed: ari:/,
  ],
  ['no receiver', { receiver: undefined }, /^receiver: the stack has no such function$/],
  [
    "keys that are not Forge's",
    { receiver: receiver('https://keys.example/jwks.json') },
    /^receiver: it trusts the keys at https:\/\/keys\.example/,
  ],
])('%s is wrong', (_what, changes, summary) => {
  expect(variablesOutcome({ ...GOOD, ...changes }, TARGET)).toMatchObject({
    status: 'wrong',
    summary: expect.stringMatching(summary),
    fixes: ['RESTORE It undoes changes that were made by hand.'],
  });
});

test('several problems are listed', () => {
  expect(variablesOutcome({ ...GOOD, worker: {}, monitor: {} }, TARGET)).toMatchObject({
    summary: '2 problems',
    details: [expect.stringMatching(/^worker: /), expect.stringMatching(/^monitor: /)],
  });
});

test('an emulated AWS may have keys of its own', () => {
  expect(variablesOutcome({ ...GOOD, receiver: receiver('http://127.0.0.1:1/jwks.json') }, LOCAL_TARGET).status).toBe(
    'ok',
  );
});

test('the interval is the shortest of the routes', () => {
  expect(shortestInterval(parseReceiverVariables(receiver()))).toBe(5);
  expect(shortestInterval(undefined)).toBeUndefined();
});
