import { createSecretSlots } from '../../../lambda/slots/secret-slots';
import type { TaggedDelivery } from '../../../lambda/slots/slot-writer';
import { startSlots } from '../../support/emulated-slot';
import { NOW_SECONDS, systemToken } from '../../support/forge-call';

const HOUR = 3600;
const PREFIX = 'forge-remote-test/slot';
const [ONE, TWO] = ['0f5a7e0c-9a4b-4a3e-8a1d-2c3b4d5e6f70', 'b1946ac9-2492-4d23-8c01-2b0a7a1c9f00'] as const;
const SITE = 'ari:cloud:confluence::site/1';

let nowSeconds: number;
let emulation: Awaited<ReturnType<typeof startSlots>>;
beforeEach(async () => {
  nowSeconds = NOW_SECONDS;
  emulation = await startSlots(() => nowSeconds * 1000);
});
afterEach(() => emulation.stop());

const signal = () => AbortSignal.timeout(4_000);
const newInstance = (location: Parameters<typeof createSecretSlots>[1]['location'] = { prefix: PREFIX }) =>
  createSecretSlots(emulation.client, {
    location,
    app: 'forge-remote',
    stage: 'test',
    timing: { now: () => nowSeconds * 1000, sleep: async () => undefined },
  });

async function delivery(installation: string, hours = 4, siteAri = SITE): Promise<TaggedDelivery> {
  return {
    token: await systemToken(nowSeconds + hours * HOUR),
    installation,
    installationId: `ari:cloud:ecosystem::installation/${installation}`,
    apiBaseUrl: 'https://api.atlassian.com/ex/confluence/1',
    contexts: [{ name: 'confluence', siteAri }],
    environment: 'DEVELOPMENT',
  };
}

const describeSecret = (installation: string) =>
  emulation.aws.secrets.describe({ SecretId: `${PREFIX}/${installation}` });
const readToken = (secretId: string) =>
  JSON.parse(emulation.aws.secrets.get({ SecretId: secretId, VersionStage: 'AWSCURRENT' }).SecretString ?? '').token;
const names = () => emulation.aws.secrets.list({}).SecretList.map(({ Name }) => Name);

describe('a slot for each installation', () => {
  test('is made by the first delivery, with tags and a description that say whose it is', async () => {
    const first = await delivery(ONE);
    await expect(newInstance().write(first, signal())).resolves.toBe('stored');
    expect(readToken(`${PREFIX}/${ONE}`)).toBe(first.token);
    const { Description, Tags } = describeSecret(ONE);
    expect(Description).toContain(ONE);
    expect(Object.fromEntries((Tags ?? []).map(({ Key, Value }) => [Key, Value]))).toEqual({
      app: 'forge-remote',
      stage: 'test',
      installation: ONE,
      environment: 'DEVELOPMENT',
      sites: expect.stringMatching(/^[0-9a-f]{20}$/),
    });
  });

  test('is made with what config.ts says of tags and a key; its tags count more', async () => {
    const kmsKeyArn = 'arn:aws:kms:us-east-1:123456789012:key/0d7f9c3e-5a51-4f0e-8f6d-2a4b6c8d0e1f';
    const newSecrets = { tags: { CostCenter: '4711', environment: 'sandbox' }, kmsKeyArn };
    const options = { location: { prefix: PREFIX }, app: 'forge-remote', stage: 'test', newSecrets };
    await createSecretSlots(emulation.client, {
      ...options,
      timing: { now: () => nowSeconds * 1000, sleep: async () => undefined },
    }).write(await delivery(ONE), signal());
    const { KmsKeyId, Tags = [] } = describeSecret(ONE);
    expect(KmsKeyId).toBe(kmsKeyArn);
    expect(Tags).toEqual(
      expect.arrayContaining([
        { Key: 'CostCenter', Value: '4711' },
        { Key: 'environment', Value: 'sandbox' },
        { Key: 'app', Value: 'forge-remote' },
      ]),
    );
  });

  test('has the site of a reinstall in common with the slot before, but not that of another environment', async () => {
    const slots = newInstance();
    const THREE = 'c3a1f0a2-58b5-4d0e-9a52-b4c1f5d7e900';
    await slots.write({ ...(await delivery(ONE)), environmentId: 'a' }, signal());
    await slots.write({ ...(await delivery(TWO)), environmentId: 'a' }, signal());
    await slots.write({ ...(await delivery(THREE)), environmentId: 'b' }, signal());
    const [one, two, three] = [ONE, TWO, THREE].map(
      (installation) => describeSecret(installation).Tags?.find(({ Key }) => Key === 'sites')?.Value,
    );
    expect(two).toBe(one);
    expect(three).not.toBe(one);
  });

  test('has no tag for a site where the installation has none', async () => {
    await newInstance().write({ ...(await delivery(ONE)), contexts: [] }, signal());
    expect(describeSecret(ONE).Tags?.map(({ Key }) => Key)).not.toContain('sites');
  });

  test('is its own: another installation does not find it taken', async () => {
    const slots = newInstance();
    await slots.write(await delivery(ONE), signal());
    await expect(slots.write(await delivery(TWO), signal())).resolves.toBe('stored');
    expect(names().sort()).toEqual([`${PREFIX}/${ONE}`, `${PREFIX}/${TWO}`].sort());
  });

  test('is one, whoever is first of many, and holds the token that expires last', async () => {
    const deliveries = await Promise.all([1, 2, 3, 4, 4, 3, 2, 1].map((hours) => delivery(ONE, hours)));
    await Promise.all(deliveries.map((one) => newInstance().write(one, signal())));
    expect(names()).toEqual([`${PREFIX}/${ONE}`]);
    const [current = ''] = Object.entries(describeSecret(ONE).VersionIdsToStages ?? {})
      .filter(([, labels]) => labels.includes('AWSCURRENT'))
      .map(([id]) => id);
    expect(current.startsWith(String(NOW_SECONDS + 4 * HOUR))).toBe(true);
  });

  test('costs no call when warm and unchanged, one when made, for each installation by itself', async () => {
    const slots = newInstance();
    const [one, two] = [await delivery(ONE), await delivery(TWO)];
    await slots.write(one, signal());
    await slots.write(two, signal());
    const before = emulation.aws.calls.length;
    await expect(slots.write(one, signal())).resolves.toBe('unchanged');
    await expect(slots.write(two, signal())).resolves.toBe('unchanged');
    expect(emulation.aws.calls.slice(before)).toEqual([]);
  });

  test('is gone after an uninstall, however often that is told', async () => {
    const slots = newInstance();
    await slots.write(await delivery(ONE), signal());
    await expect(slots.remove(ONE, signal())).resolves.toBe('removed');
    await expect(slots.remove(ONE, signal())).resolves.toBe('removed');
    await expect(newInstance().remove(TWO, signal())).resolves.toBe('removed');
    expect(names()).toEqual([]);
  });

  test('that was removed is made anew by a later delivery, even of a token that was seen before', async () => {
    const slots = newInstance();
    const first = await delivery(ONE);
    await slots.write(first, signal());
    await slots.remove(ONE, signal());
    await expect(slots.write(first, signal())).resolves.toBe('stored');
    expect(readToken(`${PREFIX}/${ONE}`)).toBe(first.token);
  });

  test('that can not be removed is trouble of ours', async () => {
    emulation.aws.intercept(() => ({ status: 400, code: 'AccessDeniedException', message: 'no' }));
    await expect(newInstance().remove(ONE, signal())).rejects.toMatchObject({ reason: 'slot-unavailable' });
  });
});

describe('one slot for one installation', () => {
  const SINGLE = 'single-slot';
  beforeEach(() => emulation.aws.secrets.create({ Name: SINGLE }));
  const single = () => newInstance({ secretArn: SINGLE });

  test('stays when its installation goes, and is free for the next one at once', async () => {
    const warm = single();
    await warm.write(await delivery(ONE), signal());
    await expect(warm.remove(ONE, signal())).resolves.toBe('released');
    await expect(single().remove(ONE, signal())).resolves.toBe('released');
    expect(names()).toEqual([SINGLE]);
    await expect(warm.write(await delivery(TWO, 1), signal())).resolves.toBe('reinstalled');
    // What is told late of the one that is gone changes nothing.
    await expect(single().remove(ONE, signal())).resolves.toBe('acknowledged');
    await expect(single().write(await delivery(ONE), signal())).rejects.toMatchObject({
      reason: 'slot-bound-elsewhere',
    });
  });

  test('is released a second time, by the second installation', async () => {
    await single().write(await delivery(ONE), signal());
    await single().remove(ONE, signal());
    await single().write(await delivery(TWO), signal());
    await expect(single().remove(TWO, signal())).resolves.toBe('released');
    await expect(single().write(await delivery(ONE, 1), signal())).resolves.toBe('reinstalled');
  });

  test('that is empty has nothing to release', async () => {
    await expect(single().remove(ONE, signal())).resolves.toBe('acknowledged');
  });

  test('refuses another installation, until the bound token has expired', async () => {
    await single().write(await delivery(ONE, 2), signal());
    await expect(single().write(await delivery(TWO), signal())).rejects.toMatchObject({
      reason: 'slot-bound-elsewhere',
    });
    nowSeconds += 2 * HOUR;
    await expect(single().write(await delivery(TWO), signal())).resolves.toBe('reinstalled');
  });

  test('tells a reinstall on the same site from an installation on another one', async () => {
    await single().write(await delivery(ONE, 2), signal());
    nowSeconds += 2 * HOUR;
    await expect(single().write(await delivery(TWO, 4, 'ari:cloud:confluence::site/2'), signal())).resolves.toBe(
      'rebound',
    );
  });

  test('that was deleted is trouble of ours: CDK makes it, not the receiver', async () => {
    const slots = newInstance({ secretArn: 'gone' });
    await expect(slots.write(await delivery(ONE), signal())).rejects.toMatchObject({
      reason: 'slot-unavailable',
      detail: expect.stringContaining('ResourceNotFoundException'),
    });
  });
});
