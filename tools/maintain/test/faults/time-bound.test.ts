import { createSigningKey, type SigningKey } from '../../../emulator/forge/signing-key';
import { type Answer, Backend } from './backend';
import { DYNAMODB_FAULTS } from './dynamodb-faults';
import { KEY_SERVER_FAULTS, SILENT_KEY_SERVER } from './key-server-faults';
import { SECRETS_MANAGER_FAULTS } from './secrets-manager-faults';
import { type OpenSlot, openItem } from './slot-under-fault';

/** Forge listens for 5 s (its documentation); the rest is for a cold start and the way there and back. */
const MOST_MS = 4_500;

/** The longest that one answer of Secrets Manager may take without being asked for again, in milliseconds. */
const SLOW_MS = 900;

interface Case {
  readonly name: string;
  readonly expected: { readonly outcome: string } | { readonly reason: string };
  strike(backend: Backend): void | Promise<void>;
  /** Where the slot is. @default a secret */
  readonly openSlot?: OpenSlot;
}

// With the deployed function's own patience, which nothing here shortens.
const CASES: readonly Case[] = [
  ...KEY_SERVER_FAULTS.filter(({ takesLong }) => takesLong).map(
    (fault): Case => ({
      name: `key server: ${fault.name}`,
      expected: { reason: 'key-server-unavailable' },
      strike: (backend) => fault.strike(backend, backend.signer),
    }),
  ),
  ...SECRETS_MANAGER_FAULTS.filter(({ takesLong }) => takesLong).map(
    (fault): Case => ({
      name: `Secrets Manager: ${fault.name}`,
      expected: fault.expected,
      strike: (backend) => fault.strike(backend),
    }),
  ),
  ...DYNAMODB_FAULTS.filter(({ takesLong }) => takesLong).map(
    (fault): Case => ({
      name: `DynamoDB: ${fault.name}`,
      expected: fault.expected,
      strike: (backend) => fault.strike(backend),
      openSlot: openItem,
    }),
  ),
  {
    name: 'a slow key server, then no answer from Secrets Manager',
    expected: { reason: 'slot-unavailable' },
    strike: ({ keyServer, aws, signer }) => {
      keyServer.misbehave((_request, response) => {
        setTimeout(() => {
          response.setHeader('content-type', 'application/json');
          response.end(JSON.stringify(signer.jwks));
        }, 1_500);
      });
      aws.intercept(() => 'hang');
    },
  },
  {
    name: 'every answer of Secrets Manager slow, but in time',
    expected: { outcome: 'stored' },
    strike: ({ aws }) => aws.intercept(() => ({ delayMs: SLOW_MS })),
  },
  {
    name: 'every answer of Secrets Manager slow, and the last step of no avail',
    expected: { reason: 'slot-unavailable' },
    strike: ({ aws }) =>
      aws.intercept((call) => (call.endsWith('UpdateSecretVersionStage') ? 'reset' : { delayMs: SLOW_MS })),
  },
];

describe('every call is answered in time', () => {
  const answers = new Map<Case, Answer>();

  beforeAll(async () => {
    const signer: SigningKey = await createSigningKey();
    const backends: { each: Case; backend: Backend }[] = [];
    for (const each of CASES) {
      const { openSlot } = each;
      backends.push({ each, backend: await Backend.start({ signer, ...(openSlot && { openSlot }) }) });
    }
    // All at once: the test takes as long as the slowest.
    await Promise.all(
      backends.map(async ({ each, backend }) => {
        await each.strike(backend);
        backend.init();
        answers.set(each, await backend.call());
        await backend.stop();
      }),
    );
  }, 15_000);

  test.each(CASES)('$name', (each) => {
    const answer = answers.get(each);
    expect(answer).toMatchObject(each.expected);
    expect(answer?.elapsedMs).toBeLessThan(MOST_MS);
  });
});

test('calls that follow on the first one do not ask a silent key server again', async () => {
  const signer = await createSigningKey();
  const backend = await Backend.start({ signer, keyTimeoutMs: 200 });
  await SILENT_KEY_SERVER.strike(backend, signer);
  backend.init();
  const answers = [await backend.call(), await backend.call(), await backend.call()];
  await backend.stop();
  expect(answers.map(({ reason }) => reason)).toEqual(Array(3).fill('key-server-unavailable'));
  expect(backend.keyServer.requests).toBe(1);
});
