import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SecretLocation } from '../../../lambda/contract/slot';
import { createSecretReader } from '../../../lambda/slots/secret-reader';
import { createTokenSource } from '../../../lambda/slots/token-source';
import { clientFor, startSlots } from '../../support/emulated-slot';
import { NOW_SECONDS, systemToken } from '../../support/forge-call';
import { API_BASE_URL, ariOf, ELSEWHERE, type EmulatedSlots, HOME, handwritten } from './emulated-slots';
import { tokenSourceContract } from './token-source-contract';

const HOUR = 3600;
const MINUTE = 60;
let slotNumber = 0;

async function startSecrets(nowMs: () => number): Promise<EmulatedSlots> {
  const slots = await startSlots(nowMs);
  const impatient = clientFor(slots.aws, 50);
  const readerOf = (location: SecretLocation) => createSecretReader(slots.client, location);
  return {
    aws: slots.aws,
    readCall: 'secretsmanager.GetSecretValue',
    cutOff: (token) => `{"SecretString":"{\\"token\\":\\"${token}`,
    newSlot() {
      const id = `slot-${slotNumber++}`;
      return {
        ...slots.emptySlot(id),
        id,
        reader: readerOf({ secretArn: id }),
        impatientReader: createSecretReader(impatient, { secretArn: id }),
        write: (value, versionId) =>
          void slots.aws.secrets.put({
            SecretId: id,
            SecretString: value,
            ...(versionId !== undefined && { ClientRequestToken: versionId }),
          }),
      };
    },
    missingSlot: () => ({ id: `no-such-prefix/${HOME}`, reader: readerOf({ prefix: 'no-such-prefix' }) }),
    stop() {
      impatient.destroy();
      return slots.stop();
    },
  };
}

describe('wherever a slot is kept', () => tokenSourceContract(startSecrets));

describe('in Secrets Manager', () => {
  let nowSeconds: number;
  let slots: Awaited<ReturnType<typeof startSlots>>;
  beforeAll(async () => {
    slots = await startSlots(() => nowSeconds * 1000);
  });
  afterAll(() => slots.stop());
  beforeEach(() => {
    nowSeconds = NOW_SECONDS;
    slots.aws.intercept(undefined);
  });

  const sourceOf = (location: SecretLocation) =>
    createTokenSource(createSecretReader(slots.client, location), { now: () => nowSeconds * 1000 });

  function newSlot(name = `slot-${slotNumber++}`) {
    const slot = slots.emptySlot(name);
    return {
      name,
      source: sourceOf({ secretArn: name }),
      async deliver(lifeSeconds: number, installation = HOME) {
        const token = await systemToken(nowSeconds + lifeSeconds);
        const whose = { installation, installationId: ariOf(installation), apiBaseUrl: API_BASE_URL, contexts: [] };
        await slot.newWriter()({ token, ...whose }, AbortSignal.timeout(4_000));
        return token;
      },
    };
  }

  test('a token of a version that is not current yet is not handed out', async () => {
    const slot = newSlot();
    const current = await slot.deliver(3 * HOUR);
    slots.aws.intercept((call) =>
      call.endsWith('UpdateSecretVersionStage')
        ? { status: 400, code: 'AccessDeniedException', message: 'no' }
        : undefined,
    );
    await expect(slot.deliver(4 * HOUR)).rejects.toMatchObject({ reason: 'slot-unavailable' });
    await expect(slot.source.get(HOME)).resolves.toMatchObject({ token: current });
  });

  test('a token is in a secret of its own for each installation, if the slots have a prefix', async () => {
    const [home, elsewhere] = [newSlot(`forge/${HOME}`), newSlot(`forge/${ELSEWHERE}`)];
    const source = sourceOf({ prefix: 'forge' });
    const tokens = [await home.deliver(HOUR), await elsewhere.deliver(HOUR, ELSEWHERE)];
    expect([(await source.get(HOME)).token, (await source.get(ELSEWHERE)).token]).toEqual(tokens);
  });

  test('no token is in a slot that is scheduled for deletion, also while an old one is remembered', async () => {
    const slot = newSlot();
    await slot.deliver(HOUR);
    await slot.source.get(HOME);
    slots.aws.secrets.delete({ SecretId: slot.name });
    nowSeconds += HOUR - MINUTE;
    await expect(slot.source.get(HOME)).rejects.toMatchObject({ code: 'SlotEmpty' });
    await expect(slot.source.get(HOME)).rejects.toThrow('restore-secret');
  });

  test('no token is there for another installation than the one that the slot is bound to', async () => {
    const slot = newSlot();
    await slot.deliver(HOUR);
    await expect(slot.source.get(ELSEWHERE)).rejects.toMatchObject({
      code: 'SlotBoundElsewhere',
      boundTo: HOME,
      until: new Date((NOW_SECONDS + HOUR) * 1000),
    });
    await expect(slot.source.get(HOME)).resolves.toMatchObject({ installationId: ariOf(HOME) });
  });

  test('a value in binary is an error', async () => {
    const slot = newSlot();
    slots.aws.secrets.put({ SecretId: slot.name, SecretBinary: 'eA==' });
    await expect(slot.source.get(HOME)).rejects.toThrow('binary');
  });

  test('a source asks for the current version, and remembers a bounded number of installations', async () => {
    let reads = 0;
    // A thousand requests over the wire would take seconds.
    const client = {
      async send({ input }: { input: { SecretId: string; VersionStage: string } }) {
        expect(input.VersionStage).toBe('AWSCURRENT');
        reads += 1;
        const installationId = ariOf(input.SecretId.replace('many/', ''));
        return { SecretString: JSON.stringify({ ...handwritten, installationId }) };
      },
    } as unknown as SecretsManagerClient;
    const source = createTokenSource(createSecretReader(client, { prefix: 'many' }), { now: () => nowSeconds * 1000 });
    const ask = (n: number) => source.get(`00000000-0000-4000-8000-${String(n).padStart(12, '0')}`);
    for (let n = 0; n < 1_000; n++) await ask(n);
    await ask(0);
    expect(reads).toBe(1_000);
    await ask(1_000);
    await ask(0);
    expect(reads).toBe(1_002);
  });
});
